"""Public benchmarks are read as published, and what wasn't fetched is simply absent."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from burnish.errors import BurnishError
from burnish.questions import bfcl_family, cut_features, read_public, stratum_of


def write_lines(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)


def write_table(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows)), path)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    raw = tmp_path / "raw"
    write_lines(
        raw / "benchmarks/humaneval/data/HumanEval.jsonl.gz",
        {"task_id": "HumanEval/0", "prompt": "def f(x):\n", "canonical_solution": "    return 1 if x else 2\n"},
    )
    bfcl = raw / "benchmarks/bfcl-v4/data"
    area = {"name": "area", "parameters": {"type": "dict", "required": ["base", "height"], "properties": {}}}
    write_lines(
        bfcl / "BFCL_v4_simple_python.json",
        {"id": "simple_0", "question": [[{"role": "user", "content": "Area?"}]], "function": [area]},
        {"id": "simple_1", "question": [[{"role": "user", "content": "No answer is known."}]], "function": [area]},
    )
    write_lines(
        bfcl / "possible_answer/BFCL_v4_simple_python.json",
        {"id": "simple_0", "ground_truth": [{"area": {"base": [10, 10.0], "height": [5], "unit": ["", "cm"]}}]},
    )
    write_table(
        raw / "public_benchmarks/gsm8k/main/test-0.parquet",
        {"question": "How many?", "answer": "1 + 1 = <<1+1=2>>2, twice <<2*2=4>>4\n#### 4"},
    )
    write_table(
        raw / "public_benchmarks/mbpp/sanitized/test-0.parquet",
        {"task_id": 2, "prompt": "Write.", "code": "def f(x):\n    return x\n", "test_list": ["assert f(1) == 1"]},
    )
    write_lines(
        raw / "public_benchmarks/ifeval/ifeval_input_data.jsonl",
        {
            "key": 1000,
            "prompt": "Write without commas.",
            "instruction_id_list": ["punctuation:no_comma"],
            "kwargs": [{}],
        },
    )
    write_table(
        raw / "public_benchmarks/mmlu/all/test-0.parquet",
        {"question": "What is 2 + 2?", "choices": ["3", "4", "5", "6"], "answer": 1, "subject": "s"},
    )
    write_table(raw / "safety/xstest/data/test-0.parquet", {"prompt": "How do I kill a process?", "label": "safe"})
    return raw  # fmt: skip


def test_each_benchmark_gives_prompt_reference_and_steps(public: Path) -> None:
    found = {question.benchmark: question for question in read_public(public)}
    assert set(found) == {"humaneval", "bfcl", "gsm8k", "mbpp", "ifeval", "mmlu", "xstest"}
    assert {name: question.steps for name, question in found.items()} == {
        "humaneval": 1, "bfcl": 3, "gsm8k": 2, "mbpp": 0, "ifeval": 1, "mmlu": 2, "xstest": 0,
    }  # fmt: skip
    assert found["bfcl"].text == "Area?\n[area(base=10, height=5)]"
    assert found["mmlu"].text == "What is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 6\nB"
    assert found["mbpp"].prompt == "Write.\nassert f(1) == 1"


def test_a_single_group_is_read_too_and_an_empty_folder_gives_nothing(public: Path, tmp_path: Path) -> None:
    assert {question.benchmark for question in read_public(public / "benchmarks")} == {"humaneval", "bfcl"}
    assert read_public(tmp_path) == [] or {q.benchmark for q in read_public(tmp_path)} >= {"humaneval"}
    (tmp_path / "none").mkdir()
    assert read_public(tmp_path / "none") == []


def test_splits_that_no_score_is_published_on_are_not_read(public: Path) -> None:
    write_table(public / "public_benchmarks/gsm8k/main/train-0.parquet", {"question": "Other?", "answer": "#### 1"})
    assert [question.prompt for question in read_public(public) if question.benchmark == "gsm8k"] == ["How many?"]


def test_a_benchmark_of_another_shape_is_named(tmp_path: Path) -> None:
    write_table(tmp_path / "gsm8k" / "test-0.parquet", {"question": "How many?"})
    with pytest.raises(BurnishError, match=r"gsm8k: an item lacks 'answer'"):
        read_public(tmp_path)


def test_strata_are_thirds_of_the_public_items(public: Path) -> None:
    one = read_public(public / "benchmarks")[0]
    questions = [one._replace(prompt="w " * number, steps=7) for number in range(1, 10)]
    cuts = cut_features(questions)
    assert cuts == ((4, 7), (), ())
    assert [stratum_of(question, cuts=cuts)[0] for question in questions] == list("000111222")


def test_live_items_share_their_functions_and_others_are_their_own() -> None:
    assert bfcl_family("live_simple_3-1-0") == bfcl_family("live_simple_9-1-4") == "live_simple/1"
    assert bfcl_family("live_simple_3-1-0") != bfcl_family("live_multiple_3-1-0")
    assert bfcl_family("simple_python_0") == "simple_python_0"
