import copy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.validate.tables import LOCAL, group_of

from burnish import shards, stage
from burnish.errors import BurnishError
from burnish.validate.datasets import check_table, run
from burnish.validate.figures import StatisticsParams
from burnish.validate.judging import ValidateParams

PARAMS = ValidateParams(table="row", batch_rows=2, batch_bytes=1 << 20, max_row_bytes=1 << 20, shown_failures=10,
                        statistics=StatisticsParams(max_distinct=100, shown_values=5))  # fmt: skip


def row(number: int) -> dict[str, Any]:
    messages = [{"role": "user", "content": f"question {number}", "tool_calls": None},
                {"role": "assistant", "content": "answer", "tool_calls": None}]  # fmt: skip
    return {"id": f"r{number}", "messages": messages, "modalities": ["text"], "source": "s", "licence": "MIT",
            "skill": "x", "family": f"f{number}", "split": "train", "tokens": 10, "supervised_tokens": 2}  # fmt: skip


def judge(folder: Path, *names: str) -> stage.Metrics:
    """Judge tables of rows in folders of `folder`, by default in `t`."""
    return run(group_of(dict.fromkeys(names or ("t",), "row"), batch_rows=2), data=folder, executor=LOCAL)


def planted(**change: Any) -> list[dict[str, Any]]:
    rows = [copy.deepcopy(row(number)) for number in range(5)]
    rows[3].update(change)
    return rows


def test_good_rows_pass_and_are_counted(tmp_path: Path) -> None:
    shards.write_rows(tmp_path / "t", planted(), schema=shards.ROW)
    metrics = judge(tmp_path)["t"]
    columns = {column["name"]: column for column in metrics["columns"]}
    assert {name: metrics[name] for name in metrics if name != "columns"} == {
        "table": "row",
        "passed": True,
        "rows": 5,
        "splits": {"train": 5},
        "families": 5,
    }
    assert columns["licence"]["commonest"] == [["MIT", 5]]
    assert columns["tokens"]["value"] == {"least": 10, "mean": 10, "most": 10, "counts_from": {"8": 5}}
    assert columns["supervised_tokens"]["rules"] == ["greater_than: min_value 0", "supervised_within_tokens"]


DEFECTS: list[tuple[dict[str, Any], str]] = [
    ({"source": None}, "source: not_nullable"),
    ({"messages": []}, "ends_with_an_answer"),
    ({"messages": None}, "messages: not_nullable"),
    ({"messages": [{"role": "bot", "content": "x", "tool_calls": None}]}, "roles_are_known"),
    ({"messages": [{"role": "user", "content": "x", "tool_calls": None}]}, "ends_with_an_answer"),
    ({"messages": [{"role": "assistant", "content": "", "tool_calls": None}]}, "ends_with_an_answer"),
    ({"modalities": ["text", "image"]}, "modalities_match_content"),
    ({"modalities": ["smell"]}, "modalities_are_known"),
    ({"modalities": []}, "modalities_are_known"),
    ({"supervised_tokens": 11}, "supervised_within_tokens"),
    ({"supervised_tokens": 0}, "supervised_tokens"),
    ({"licence": "GPL-3.0"}, "licence"),
    ({"split": "test"}, "split"),
    ({"id": "r0"}, "same id as"),
]


@pytest.mark.parametrize(("change", "reason"), DEFECTS, ids=lambda value: str(value)[:40])
def test_each_defect_is_found_with_its_row_and_reason(change: dict[str, Any], reason: str, tmp_path: Path) -> None:
    shards.write_rows(tmp_path / "t", planted(**change), schema=shards.ROW)
    with pytest.raises(BurnishError, match=reason) as error:
        judge(tmp_path)
    assert "row 3" in str(error.value)


def test_undeclared_media_are_found(tmp_path: Path) -> None:
    rows = planted(messages=[{"role": "user", "content": "<image:a.png> what?", "tool_calls": None},
                             {"role": "assistant", "content": "a cat", "tool_calls": None}])  # fmt: skip
    shards.write_rows(tmp_path / "t", rows, schema=shards.ROW)
    with pytest.raises(BurnishError, match="modalities_match_content"):
        judge(tmp_path)


def test_family_on_both_sides_of_the_split_is_found(tmp_path: Path) -> None:
    shards.write_rows(tmp_path / "t", planted(family="f0", split="unseen"), schema=shards.ROW)
    path = tmp_path / "t" / "rows-00000.parquet"
    findings, _ = check_table([path], params=PARAMS, executor=LOCAL)
    reason = f"family both trained and withheld, as {path} row 0"
    assert list(findings) == [("row", str(path), 3, "split", reason, "f0")]


def test_same_prompt_in_two_splits_is_found(tmp_path: Path) -> None:
    rows = planted(split="unseen", family="g")
    rows[3]["messages"] = rows[0]["messages"]
    shards.write_rows(tmp_path / "t", rows, schema=shards.ROW)
    with pytest.raises(BurnishError, match="the same prompt stands in split train"):
        judge(tmp_path)


def test_wrong_type_and_unknown_column_are_named(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(planted(), schema=shards.ROW)
    wrong = table.set_column(table.schema.get_field_index("tokens"), "tokens", table["tokens"].cast(pa.float64()))
    (tmp_path / "t").mkdir()
    pq.write_table(wrong.append_column("extra", pa.array([1] * 5)), tmp_path / "t" / "rows-0.parquet")
    with pytest.raises(BurnishError, match=r"(?s)tokens.*extra|extra.*tokens"):
        judge(tmp_path)


def test_truncated_file_says_what_to_do(tmp_path: Path) -> None:
    shards.write_rows(tmp_path / "t", planted(), schema=shards.ROW)
    path = tmp_path / "t" / "rows-00000.parquet"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BurnishError, match="isn't readable Parquet"):
        judge(tmp_path)


def test_missing_directory_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"t holds no rows-\*\.parquet.*dvc checkout"):
        judge(tmp_path)


def test_every_failing_table_of_a_group_is_told_with_its_place(tmp_path: Path) -> None:
    for name, change in (("a", {"split": "test"}), ("b", {}), ("c/kept", {"licence": "GPL-3.0"})):
        shards.write_rows(tmp_path / name, planted(**change), schema=shards.ROW)
    with pytest.raises(BurnishError) as error:
        judge(tmp_path, "a", "b", "c/kept")
    assert [line for line in str(error.value).splitlines() if "failures in" in line] == [
        f"{tmp_path / name}: 1 failures in the table 'row':" for name in ("a", "c/kept")]  # fmt: skip


def test_an_unknown_table_is_named_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"the table 'rwo' of \S+/t is unknown; known: .*row"):
        run(group_of({"t": "rwo"}, batch_rows=2), data=tmp_path, executor=LOCAL)
