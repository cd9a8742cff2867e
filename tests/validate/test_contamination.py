"""The ledger: copies of each kind are found or missed as stated, and rows of ours that overlap are named."""

import ast
import gzip
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.overlaps import CONTAMINATION, QUESTION
from tests.validate.tables import faults_in

from burnish import shards
from burnish.benchmark_items import Item
from burnish.executor import ExecutorParams
from burnish.validate import contamination
from burnish.validate.contamination import LedgerParams
from burnish.validate.planting import KINDS

LOCAL = ExecutorParams(kind="local", address=None)
PROGRAM = """def sum_of_{name}(values: list[int]) -> int:
    \"\"\"Add the {name} values of a list whose neighbours to both sides are smaller by {name}.

    >>> sum_of_{name}([1, 5, 2])
    5
    \"\"\"
    total = 0
    for place in range(1, len(values) - 1):
        if values[place] > max(values[place - 1], values[place + 1]) + {number}:
            total += values[place]  # a peak
    return total
"""


def case(
    name: str, *, split: str = "train", prompt: str = "Write a function that turns a list around."
) -> dict[str, Any]:
    texts = dict.fromkeys(shards.CASE.names, "x")
    return {**texts, "id": name, "split": split, "prompt": prompt, "mutants": [], "cheats": []}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    quiz, humaneval = tmp_path / "benchmarks/quiz", tmp_path / "benchmarks/humaneval"
    quiz.mkdir(parents=True)
    humaneval.mkdir()
    questions = [f"{QUESTION} Answer number {number}." for number in range(12)]
    (quiz / "items.jsonl").write_text("".join(json.dumps({"q": text}) + "\n" for text in [*questions, "Who are you?"]))
    rows = []
    for number, name in enumerate(("tall", "wide", "deep", "flat", "odd")):
        head, line, body = PROGRAM.format(name=name, number=number).partition("    total = 0\n")
        rows.append({"task_id": f"HumanEval/{number}", "prompt": head, "canonical_solution": line + body, "test": ""})
    (humaneval / "HumanEval.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    (tmp_path / "benchmarks/LICENSES.json").write_text('[{"name": "quiz"}, {"name": "humaneval"}]')
    for name in ("cases", "tasks", "replay", "tools"):
        shards.write_rows(tmp_path / name, [case(f"{name}/{number}") for number in range(4)], schema=shards.CASE)
    return tmp_path


def run(raw: Path, out: str = "out") -> dict[str, Any]:
    places = {name: raw / name for name in ("benchmarks", "cases", "tasks", "replay", "tools")}
    params = LedgerParams(detector=CONTAMINATION, planted_items=8)
    return dict(contamination.run(params, **places, out=raw / out, seed=3, executor=LOCAL))


def test_planted_copies_are_found_by_kind_and_the_table_is_empty(raw: Path) -> None:
    metrics = run(raw)
    planted = metrics["planted"]
    assert [planted[kind]["recall"] for kind in ("verbatim", "reformatted", "renamed")] == [1.0, 1.0, 1.0]
    assert planted["renamed"] == {"planted": 5, "found": 5, "recall": 1.0, "ways": {"form of a function": 5}}
    assert metrics["precision"] == 1.0 and metrics["items_too_short"] == 1
    assert list(shards.read_rows(raw / "out")) == [] and run(raw, "again") == metrics


def test_an_overlapping_training_row_is_named_and_a_held_out_one_is_not_looked_at(raw: Path) -> None:
    rows = [case("leak", prompt=f"Please: {QUESTION}"), case("held", split="seen", prompt=QUESTION), case("clean")]
    shards.write_rows(raw / "cases", rows, schema=shards.CASE)
    metrics = run(raw)
    assert [row["id"] for row in shards.read_rows(raw / "out")] == ["leak"]
    assert faults_in(raw / "out", table="overlap") == []
    assert metrics["rows"]["cases"] == {"rows": 2, "overlaps": 1, "words in a row": 1}
    assert metrics["precision"] < 1


def test_a_renamed_copy_keeps_what_it_does_and_no_word_of_its_own() -> None:
    program = PROGRAM.format(name="tall", number=2)
    copy = KINDS["renamed"](Item("x", (), program), random=Random(1))
    assert copy is not None and not any(word in copy for word in ("sum_of_tall", "values", "total", "peak", "Add"))
    scope: dict[str, Any] = {}
    exec(compile(copy, "copy", "exec"), scope)
    function = next(scope[node.name] for node in ast.parse(copy).body if isinstance(node, ast.FunctionDef))
    assert function([1, 5, 2, 9, 1]) == 14
