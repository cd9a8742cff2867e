"""Items of all benchmarks are found in one group and in several; what can't be read is an error."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from burnish.errors import BurnishError
from burnish.kept_out import read_kept_out


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    for name in ("benchmarks/quiz", "public_benchmarks/gsm8k", "python/toy"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "benchmarks/LICENSES.json").write_text('[{"name": "quiz"}]')
    (tmp_path / "benchmarks/quiz/items.jsonl").write_text(json.dumps({"q": "How many?"}) + "\n")
    (tmp_path / "python/toy/rows.jsonl").write_text(json.dumps({"q": "No benchmark."}) + "\n")
    table = pa.table({"question": ["How much?"], "nested": [[{"text": "So much."}]], "number": [1]})
    pq.write_table(table, tmp_path / "public_benchmarks/gsm8k/test-0.parquet")
    return tmp_path


def test_items_of_one_group_and_of_all_groups(raw: Path) -> None:
    assert [item.texts for item in read_kept_out(raw / "benchmarks")] == [("How many?",)]
    assert [item.texts for item in read_kept_out(raw)] == [("How many?",), ("How much?", "So much.")]


def test_a_table_that_cannot_be_read_is_an_error(raw: Path) -> None:
    (raw / "public_benchmarks/gsm8k/train.jsonl").write_text('{"question": \n')
    with pytest.raises(BurnishError, match="kept out of training"):
        read_kept_out(raw)


def test_a_folder_without_benchmarks_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="dvc repro fetch@benchmarks"):
        read_kept_out(tmp_path)
