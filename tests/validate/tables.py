"""Good rows of every table, and Parquet files of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from burnish import shards
from burnish.answer_tables import ANSWER, READING
from burnish.attempt_tables import RATE
from burnish.benchmarks import fullstack_scores, lovable_scores
from burnish.benchmarks.replicas.items import REPLICA
from burnish.benchmarks.screenshot_pages import SHOWN
from burnish.evaluate import public_tables
from burnish.executor import ExecutorParams
from burnish.frontier_tables import MARGIN, SAFETY_ITEM
from burnish.outcomes import OUTCOME
from burnish.pair_tables import PREFERENCE, UNPAIRED
from burnish.tables import PNG
from burnish.validate.contamination import FLAGGED
from burnish.validate.datasets import DatasetsParams, TableParams, check_table
from burnish.validate.figures import StatisticsParams
from burnish.validate.judging import ValidateParams

REJECT = pa.schema([(name, pa.string()) for name in ("kind", "source", "path", "name", "reason")])
RESULT = pa.schema([
    ("id", pa.string()), ("model", pa.string()), ("index", pa.int32()), ("group", pa.string()),
    ("category", pa.string()), ("family", pa.string()), ("passed", pa.bool_()), ("reason", pa.string()),
    ("finish", pa.string()), ("tokens", pa.int32()), ("no_code", pa.bool_()),
    ("tier", pa.string()), ("chat_template", pa.string()), ("stop", pa.list_(pa.string())), ("extractor", pa.string()),
])  # fmt: skip
SCHEMAS = {"case": shards.CASE, "task": shards.CASE, "row": shards.ROW, "text": shards.TEXT, "answer": ANSWER,
           "reject": REJECT, "result": RESULT, "public_answer": public_tables.ANSWER, "public_result": public_tables.RESULT,
           "replica": REPLICA, "safety_item": SAFETY_ITEM, "reading": READING, "margin": MARGIN,
           "preference": PREFERENCE, "unpaired": UNPAIRED, "fullstack_result": fullstack_scores.RESULT,
           "lovable_result": lovable_scores.RESULT, "outcome": OUTCOME, "rate": RATE, "shown_page": SHOWN,
           "overlap": FLAGGED}  # fmt: skip
MAX_ROW_BYTES = 20_000
ASKED = {"chat_template": "0" * 16, "stop": ["<end>"]}
READ = {**ASKED, "extractor": "0" * 32}
LOCAL = ExecutorParams(kind="local", address=None)


def params_for(table: str, *, batch_rows: int) -> ValidateParams:
    statistics = StatisticsParams(max_distinct=100, shown_values=5)
    return ValidateParams(table=table, batch_rows=batch_rows, batch_bytes=1 << 20, max_row_bytes=MAX_ROW_BYTES,
                          shown_failures=50, statistics=statistics)  # fmt: skip


def group_of(tables: Mapping[str, str], *, batch_rows: int) -> DatasetsParams:
    """Return the parameters of a group: tables by their folders, which are their names too."""
    limits = params_for("row", batch_rows=batch_rows).model_dump(exclude={"table"})
    listed = {folder: TableParams(table=table, data=folder) for folder, table in tables.items()}
    return DatasetsParams.model_validate({"limits": limits, "tables": listed})


def faults_in(folder: Path, *, table: str) -> list[str]:
    """Return in words what is wrong with the table in `folder`."""
    checked = check_table(shards.shards_of(folder), params=params_for(table, batch_rows=1000), executor=LOCAL)
    return list(map(str, checked.findings))


def said(role: str, content: str | None, calls: str | None = None) -> dict[str, str | None]:
    return {"role": role, "content": content, "tool_calls": calls}


def turn(role: str, content: str | None) -> dict[str, str | None]:
    return {"role": role, "content": content}


def good(table: str, number: int) -> dict[str, Any]:
    """Return a row that keeps every rule and shares nothing with others that it may not share."""
    split = ("train", "train", "seen", "unseen")[number % 4]
    origin = {"licence": "MIT", "source": f"source {number % 3}"}
    match table:
        case "case" | "task":
            return {"id": f"c{number}", "family": "real" if table == "task" else "database", "category": f"k{split}",
                    "template": f"{number % 8}", "split": split, "prompt": f"prompt {number}", "starter": "",
                    "reference": "a\nb", "verifier": '{"kind": "python", "calls": [1.5, null]}', "mutants": ["b"],
                    "cheats": [], "shape": "x", **origin}  # fmt: skip
        case "row":
            messages = [said("system", "Be brief."), said("user", f"question {number}"), said("assistant", "an answer")]
            return {"id": f"r{number}", "messages": messages, "modalities": ["text"], "skill": "x",
                    "family": f"{split}{number % 8}", "split": split, "tokens": 10, "supervised_tokens": 2,
                    **origin}  # fmt: skip
        case "text":
            return {"id": f"t{number}", "text": "one\ntwo\n", "kind": "code", "language": "python", "path": "a.py",
                    **origin}  # fmt: skip
        case "answer":
            return {"id": f"a{number // 2}", "model": f"{number % 2}" * 64, "prompt_hash": "0" * 16, "settings": "{}",
                    "index": 0, "text": "", "finish": "stop", "tokens": 3, **ASKED}  # fmt: skip
        case "public_answer":
            return {**good("answer", number), "tool_form": "plain"}
        case "public_result":
            judged = {**good("result", number), "benchmark": "bfcl", "group": "bfcl_simple", "model_sha256": "0" * 64,
                      "extracted": True, "action": "calls"}  # fmt: skip
            return {**good("public_answer", number), **judged}
        case "replica":
            return {"id": f"q{number}", "benchmark": "mmlu", "family": "f", "prompt": "How many?", "reference": "",
                    "steps": 0, "stratum": "0-0-0", "check": "{}"}  # fmt: skip
        case "safety_item":
            pair, kind = f"f{number % 8}/p{number // 2}", ("safe", "harmful")[number % 2]
            return {"id": f"{pair}/{kind}", "pair": pair, "family": f"{split}{number % 8}", "split": split, "kind": kind,
                    "prompt": f"May I end process {number}?", "why": "w", "instead": "i", **origin}  # fmt: skip
        case "reading":
            return {"id": f"a{number // 2}", "model": ("base", "release")[number % 2], "index": 0, "pair": "p", "family": "f",
                    "kind": "safe", "label": "complied", "rule": "r", "finish": "stop", "tokens": 3, **READ}  # fmt: skip
        case "reject":
            return {"kind": "task", "source": "s", "path": "p", "name": "", "reason": "too long"}
        case "result":
            return {"id": f"a{number // 2}", "model": f"m{number % 2}", "index": 0, "group": "seen", "category": "k",
                    "family": "f", "passed": number % 2 == 0, "reason": "" if number % 2 == 0 else "wrong",
                    "finish": "stop", "tokens": 3, "no_code": False, "tier": "", **READ}  # fmt: skip
        case _:
            return _good_more(table, number)


def _good_more(table: str, number: int) -> dict[str, Any]:
    match table:
        case "margin":
            return {"id": f"a{number // 2}", "model": f"{number % 2}" * 64, "category": "k", "template": f"t{number % 4}",
                    "split": ("seen", "unseen")[number % 2], "chosen_tokens": 3, "rejected_tokens": 4,
                    "chosen_log_probability": -2.5, "rejected_log_probability": 0.0}  # fmt: skip
        case "preference":
            return {"prompt": [turn("user", f"question {number}")], "chosen": [turn("assistant", "right")],
                    "rejected": [turn("assistant", "wrong")]}  # fmt: skip
        case "unpaired":
            return {"prompt": [turn("user", f"question {number // 2}")], "completion": [turn("assistant", "an answer")],
                    "label": number % 2 == 0, "licence": "MIT", "source": "generated"}  # fmt: skip
        case "fullstack_result":
            solved = number % 2 == 0
            return {**good("answer", number), "id": f"t/{number // 2}", "model": ("base", "release")[number % 2],
                    "model_sha256": "0" * 64, "level": 1 + number % 4, "kind": "back end", "template": "t",
                    "solved": solved, "points": 1.0 if solved else 0.5, "runs": True, "extracted": True,
                    "passed": ["a", "b"] if solved else ["a"], "reason": "" if solved else "b: 1 isn't 2",
                    "tier": "bubblewrap", **READ}  # fmt: skip
        case "lovable_result":
            kept = {name: value for name, value in good("fullstack_result", number).items() if name != "template"}
            made = dict.fromkeys(("accessibility", "widths", "layout", "hygiene", "offline"), 1.0)
            return {**kept, **made, "kind": "notes", "id": f"notes/{number // 2}", "faults": [], "outside": []}
        case "outcome":
            return {"benchmark": ("fullstack_solved", "fullstack_points")[number % 2], "id": f"t/{number // 4}",
                    "turn": number // 2 % 2, "family": "t", "model": "base", "score": 0.5, "suspect": number % 3 == 0,
                    "item": "0" * 16, "tier": ""}  # fmt: skip
        case "rate":
            return {"id": f"c{number}", "model": "0" * 64, "family": "database", "category": "k", "template": "t",
                    "split": "train", "prompt": f"prompt {number}", "verifier": '{"kind": "html"}', "samples": 4, "passed": 3,
                    "different": 2, "cut": 0, "hung": 1, "pass_rate": 0.75}  # fmt: skip
        case "shown_page":
            return {"id": f"shop{number}/dark", "kind": "dark", "prompt": "Write this page.", "page": "<!DOCTYPE html>",
                    "picture": PNG + b"0", "licence": "Apache-2.0"}  # fmt: skip
        case _:
            return {"id": f"c{number}", "item": "humaneval/HumanEval/0", "way": "equal"}


def write_table(folder: Path, rows: Sequence[Mapping[str, Any]], *, table: str, rows_per_shard: int) -> list[Path]:
    """Write rows whose texts may be bytes, so that broken UTF-8 can be planted."""
    folder.mkdir()
    paths: list[Path] = []
    for start in range(0, len(rows), rows_per_shard):
        paths.append(folder / f"rows-{len(paths):05}.parquet")
        columns = [_column(rows[start : start + rows_per_shard], field=field) for field in SCHEMAS[table]]
        pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMAS[table]), paths[-1])
    return paths


def _column(rows: Sequence[Mapping[str, Any]], *, field: pa.Field) -> pa.Array:
    values = [row[field.name] for row in rows]
    if field.type == pa.string():
        raw = [value.encode() if isinstance(value, str) else value for value in values]
        return pa.array(raw, pa.binary()).view(pa.string())
    return pa.array(values, field.type)
