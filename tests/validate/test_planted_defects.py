"""Forty defects of more than twenty kinds are planted in good tables: all are found, and nothing else is."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.validate.tables import LOCAL, MAX_ROW_BYTES, good, params_for, said, write_table

from burnish.validate.datasets import check_table

ROWS, PER_SHARD, BATCH = 240, 100, 64


class Defect(NamedTuple):
    """A change of one row, the column that it is found in, and words of the reason."""

    kind: str
    table: str
    row: int
    change: dict[str, Any]
    column: str
    reason: str


def chat(*messages: dict[str, str | None]) -> dict[str, Any]:
    return {"messages": [said("user", "do it, please"), *messages, said("assistant", "done")]}


def calls(*made: dict[str, Any]) -> str:
    return json.dumps(made)


def call(identity: str, **arguments: Any) -> dict[str, Any]:
    return {"id": identity, "type": "function", "function": {"name": "look", "arguments": arguments}}


AROUND = calls(call("a", after="$b.path"), call("b", after="${a}"))
ITSELF = calls(call("a", after=["#a"]))
LOOP = [said("assistant", None, calls({"name": "poll", "arguments": {}})), said("tool", "wait")] * 3
TWICE = calls({"name": "look", "arguments": json.dumps({"path": "a"})})
PICTURE = said("user", "<image:a.png> what is it?")

DEFECTS = [
    Defect("null", "row", 3, {"source": None}, "source", "not_nullable"),
    Defect("null", "text", 150, {"text": None}, "text", "not_nullable"),
    Defect("empty text", "case", 7, {"prompt": ""}, "prompt", "str_length"),
    Defect("empty text", "reject", 239, {"reason": ""}, "reason", "str_length"),
    Defect("unknown licence", "row", 64, {"licence": "GPL-3.0"}, "licence", "isin"),
    Defect("unknown licence", "text", 0, {"licence": "mit"}, "licence", "isin"),
    Defect("unknown split", "case", 100, {"split": "test", "template": "own"}, "split", "isin"),
    Defect("unknown role", "row", 12, chat(said("bot", "x")), "messages", "roles_are_known"),
    Defect("late system message", "row", 13, chat(said("system", "x")), "messages", "roles_are_in_order"),
    Defect("result without call", "row", 14, chat(said("tool", "x")), "messages", "roles_are_in_order"),
    Defect("silent message", "row", 15, chat(said("user", "")), "messages", "earlier_messages_say_something"),
    Defect("no answer", "row", 16, {"messages": []}, "messages", "ends_with_an_answer"),
    Defect("no answer", "row", 199, {"messages": [said("user", "hello?")]}, "messages", "ends_with_an_answer"),
    Defect("calls not JSON", "row", 20, chat(said("assistant", None, "look()")), "messages", "tool_calls_are_json"),
    Defect("calls not JSON", "row", 21, chat(said("assistant", None, "[]")), "messages", "tool_calls_are_json"),
    Defect("encoded twice", "row", 22, chat(said("assistant", None, TWICE)), "messages", "encoded_once"),
    Defect("cyclic calls", "row", 24, chat(said("assistant", None, AROUND)), "messages", "not_cyclic"),
    Defect("cyclic calls", "row", 25, chat(said("assistant", None, ITSELF)), "messages", "not_cyclic"),
    Defect("cyclic calls", "row", 26, chat(*LOOP), "messages", "not_cyclic"),
    Defect("unknown modality", "row", 30, {"modalities": ["smell"]}, "modalities", "modalities_are_known"),
    Defect("modality undeclared", "row", 31, chat(said("user", "<image:b.png> 31")), "modalities", "modalities_match_content"),
    Defect("modality declared only", "row", 32, {"modalities": ["text", "audio"]}, "modalities", "match_content"),
    Defect("more supervised than tokens", "row", 34, {"supervised_tokens": 11}, "supervised_tokens", "within"),
    Defect("out of range", "row", 35, {"supervised_tokens": 0}, "supervised_tokens", "greater_than"),
    Defect("out of range", "answer", 36, {"tokens": -1}, "tokens", "greater_than_or_equal_to"),
    Defect("repeated id", "row", 210, {"id": "r3"}, "id", "same id as"),
    Defect("repeated id", "answer", 41, {"id": "a0"}, "id", "same id as"),
    Defect("prompt leak", "case", 43, {"prompt": "prompt 0"}, "prompt", "stands in split train"),
    Defect("prompt leak", "row", 230, {"messages": good("row", 1)["messages"]}, "messages", "stands in split train"),
    Defect("family leak", "case", 47, {"category": "ktrain", "template": "0"}, "split", "trained and withheld"),
    Defect("medium leak", "row", 51, {"modalities": ["text", "image"], **chat(PICTURE, said("user", "51"))},
           "messages", "same medium"),
    Defect("heavy row", "text", 55, {"text": "x" * (MAX_ROW_BYTES + 1)}, "text", "more than 20,000"),
    Defect("heavy row", "row", 56, chat(said("user", "é" * MAX_ROW_BYTES)), "messages", "more than 20,000"),
    Defect("invalid UTF-8", "text", 57, {"text": b"caf\xe9"}, "text", "UTF-8"),
    Defect("invalid UTF-8", "case", 58, {"starter": b"\xed\xa0\x80"}, "starter", "UTF-8"),
    Defect("mixed line ends", "text", 59, {"text": "a\r\nb\nc"}, "text", "line_ends"),
    Defect("mixed line ends", "row", 60, chat(said("user", "a\rb\n")), "messages", "line_ends"),
    Defect("NaN", "case", 61, {"verifier": '{"kind": "python", "calls": [NaN]}'}, "verifier", "json_with_kind"),
    Defect("not JSON", "case", 62, {"verifier": "{'kind': 1}"}, "verifier", "json_with_kind"),
    Defect("mutant equals reference", "case", 63, {"mutants": ["b", "a\nb"]}, "mutants", "mutants_differ"),
    Defect("NUL character", "text", 65, {"text": "a\0b"}, "text", "texts_are_clean"),
    Defect("another family", "task", 66, {"family": "database"}, "family", "equal_to"),
    Defect("failure without reason", "result", 67, {"reason": ""}, "reason", "failures_and_only_they"),
    Defect("unknown group", "result", 68, {"group": "public"}, "group", "isin"),
    Defect("nothing ends an answer", "public_answer", 3, {"stop": []}, "stop", "something_ends"),
    Defect("unknown form", "public_answer", 4, {"tool_form": "yaml"}, "tool_form", "isin"),
    Defect("failure without reason", "public_result", 5, {"reason": ""}, "reason", "failures_and_only_they"),
    Defect("unknown group", "public_result", 6, {"group": "seen"}, "group", "isin"),
    Defect("repeated id", "public_result", 9, {"id": "a0"}, "id", "same id as"),
    Defect("not JSON", "replica", 7, {"check": "[]"}, "check", "json_object"),
    Defect("unknown benchmark", "replica", 8, {"benchmark": "chess"}, "benchmark", "isin"),
    Defect("repeated id", "replica", 12, {"id": "q3"}, "id", "same id as"),
]  # fmt: skip
# Good by itself: it is what the medium of row 51 leaks from.
WITH_PICTURE = {"modalities": ["text", "image"], **chat(PICTURE)}


def test_forty_defects_of_twenty_kinds_are_planted() -> None:
    assert len(DEFECTS) >= 40 and len({defect.kind for defect in DEFECTS}) >= 20
    assert len({(defect.table, defect.row) for defect in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("table", sorted({defect.table for defect in DEFECTS}))
def test_all_planted_defects_are_found_and_none_is_invented(table: str, tmp_path: Path) -> None:
    rows = [good(table, number) for number in range(ROWS)]
    if table == "row":
        rows[4] |= WITH_PICTURE
    planted = [defect for defect in DEFECTS if defect.table == table]
    for defect in planted:
        rows[defect.row] |= defect.change
    paths = write_table(tmp_path / "t", rows, table=table, rows_per_shard=PER_SHARD)
    findings, _ = check_table(paths, params=params_for(table, batch_rows=BATCH), executor=LOCAL)
    found = {(failure.file, failure.row, failure.column): failure for failure in findings}
    wanted = {
        (str(paths[defect.row // PER_SHARD]), defect.row % PER_SHARD, defect.column): defect for defect in planted
    }
    assert found.keys() == wanted.keys()
    assert findings.total == len(planted)
    for place, defect in wanted.items():
        assert defect.reason in found[place].reason
        assert found[place].table == table


@pytest.mark.parametrize(
    "table", ["case", "task", "row", "text", "answer", "reject", "result", "public_answer", "public_result", "replica"]
)
@pytest.mark.parametrize("batch_rows", [7, 1000])
def test_good_tables_have_no_failures(table: str, batch_rows: int, tmp_path: Path) -> None:
    rows = [good(table, number) for number in range(ROWS)]
    paths = write_table(tmp_path / "t", rows, table=table, rows_per_shard=PER_SHARD)
    findings, counts = check_table(paths, params=params_for(table, batch_rows=batch_rows), executor=LOCAL)
    assert list(findings) == [] and counts["rows"] == ROWS


def test_defects_of_columns_are_found_without_a_row(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([good("result", number) for number in range(4)])
    odd = pa.array([1.0, float("nan"), 2.0, float("inf")])
    wrong = table.set_column(table.schema.get_field_index("tokens"), "tokens", odd)
    wrong = wrong.append_column("extra", pa.array([1] * 4)).drop_columns(["no_code"])
    pq.write_table(wrong.set_column(2, "index", wrong["index"].cast(pa.int32())), tmp_path / "rows-0.parquet")
    findings, _ = check_table([tmp_path / "rows-0.parquet"], params=params_for("result", batch_rows=10), executor=LOCAL)
    places = {(failure.row, failure.column) for failure in findings}
    assert {(1, "tokens"), (3, "tokens"), (None, "tokens")} <= places
    reasons = " ".join(f"{failure.column} {failure.reason} {failure.value}" for failure in findings)
    assert "extra" in reasons and "no_code" in reasons


def test_polling_that_gets_news_and_calls_in_order_are_no_cycles(tmp_path: Path) -> None:
    polling = [
        message
        for news in ("wait", "wait", "ready")
        for message in (said("assistant", None, calls({"name": "poll", "arguments": {}})), said("tool", news))
    ]
    ordered = said("assistant", None, calls(call("a", path="$HOME"), call("b", after="$a.path")))
    rows = [good("row", 0) | chat(*polling), good("row", 1) | chat(ordered)]
    paths = write_table(tmp_path / "t", rows, table="row", rows_per_shard=10)
    assert list(check_table(paths, params=params_for("row", batch_rows=10), executor=LOCAL).findings) == []


def test_many_failures_are_counted_and_few_are_kept(tmp_path: Path) -> None:
    rows = [good("text", 0) | {"kind": "song"} for _ in range(ROWS)]
    paths = write_table(tmp_path / "t", rows, table="text", rows_per_shard=PER_SHARD)
    findings, _ = check_table(paths, params=params_for("text", batch_rows=BATCH), executor=LOCAL)
    assert findings.total == ROWS + (ROWS - 1)
    assert len(list(findings)) == 100  # fifty of the kind, fifty of the id
