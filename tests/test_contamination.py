"""The detector: each way of copying an item is found, and what everybody writes isn't."""

import gzip
import json
import pickle
from pathlib import Path

import pytest

from burnish.benchmark_items import Item, read_benchmarks
from burnish.contamination import EQUAL, FORM, NEAR, RUN, Detector, Match
from burnish.errors import BurnishError
from tests.overlaps import CONTAMINATION, QUESTION, write_benchmark

PROGRAM = """def running_totals(amounts: list[int]) -> list[int]:
    \"\"\"Return the sum of all amounts so far, for each place.\"\"\"
    totals, so_far = [], 0
    for amount in amounts:  # one after the other
        so_far += amount
        totals.append(so_far)
    return totals
"""
RENAMED = """
class Ledger:
    def balances(self):
        def walk(x):
            out, n = [], 0
            for i in x:
                n += i
                out.append(n)
            return out
        return walk(self.entries)
"""
ITEMS = [
    Item("quiz/0", (QUESTION, "72"), ""),
    Item("code/0", ("Return the sum of all amounts so far, for each place.",), PROGRAM),
    Item("talk/0", ("Who are you?", "how tall is the old tower"), ""),
    Item("numbers/0", (" ".join(map(str, range(1, 30))),), ""),
]


@pytest.fixture(scope="module")
def detector() -> Detector:
    made = Detector(ITEMS, params=CONTAMINATION)
    sent: Detector = pickle.loads(pickle.dumps(made))
    return sent


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (QUESTION.upper().replace(" ", "\n"), Match("quiz/0", EQUAL)),
        (f"Before. {QUESTION[30:150]} After.", Match("quiz/0", RUN)),
        (QUESTION.replace("third", "fourth").replace("nine", "six").replace("holds", "has"), Match("quiz/0", RUN)),
        ("Tell me: return the sum of all amounts so far, for each place!", Match("code/0", RUN)),
        (RENAMED, Match("code/0", FORM)),
        (f"Look:\n```python\n{RENAMED}```\n", Match("code/0", FORM)),
        ("How tall is the old tower?", Match("talk/0", EQUAL)),
        ("I asked him how tall is the old tower in town", None),
        ("Who are you?", None),
        ("count: " + ", ".join(map(str, range(1, 30))) + " and so on", None),
        ("def broken(:\n  pass", None),
        ("", None),
    ],
)
def test_copies_are_found_and_common_speech_is_not(detector: Detector, text: str, match: Match | None) -> None:
    assert detector.find([text]) == [match]


def test_a_reworded_text_without_a_run_of_thirteen_words_is_near() -> None:
    words = [f"w{number}" for number in range(60)]
    copy = [word if place % 12 else "other" for place, word in enumerate(words)]
    detector = Detector([Item("long/0", (" ".join(words),), "")], params=CONTAMINATION)
    assert detector.find(["nothing here", " ".join(copy)]) == [None, Match("long/0", NEAR)]


def test_a_run_across_two_texts_is_none(detector: Detector) -> None:
    half = len(QUESTION[:60].rpartition(" ")[0])
    assert detector.find([QUESTION[:half], QUESTION[half : half + 50]]) == [None, None]


def test_tiny_functions_are_nobodys() -> None:
    detector = Detector([Item("code/1", (), "def add(x, y):\n    return x + y\n")], params=CONTAMINATION)
    assert detector.find(["def total(a, b):\n    return a + b\n"]) == [None]


def test_every_fetched_benchmark_is_read_or_named(tmp_path: Path) -> None:
    write_benchmark(tmp_path / "quiz")
    (tmp_path / "humaneval").mkdir()
    row = {"task_id": "HumanEval/0", "prompt": "def f():\n", "canonical_solution": "    return 1\n", "test": "check"}
    (tmp_path / "humaneval/HumanEval.jsonl.gz").write_bytes(gzip.compress(json.dumps(row).encode()))
    (tmp_path / "bfcl-v4").mkdir()
    turns = [[{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]]
    (tmp_path / "bfcl-v4/BFCL_v4_x.json").write_text(json.dumps({"id": "x_0", "question": turns}))
    names = ["quiz", "humaneval", "bfcl-v4"]
    (tmp_path / "LICENSES.json").write_text(json.dumps([{"name": name} for name in names]))
    items = read_benchmarks(tmp_path)
    assert [item.name for item in items] == ["quiz/items/0", "humaneval/HumanEval/0", "bfcl-v4/x_0"]
    assert items[0].texts == (QUESTION, "72") and items[2].texts == ("u",)
    (tmp_path / "quiz/items.jsonl").write_text("")
    with pytest.raises(BurnishError, match=r"quiz holds no item .* add a reader for 'quiz'"):
        read_benchmarks(tmp_path)
    (tmp_path / "quiz/items.jsonl").write_text("{broken")
    with pytest.raises(BurnishError, match=r"items.jsonl isn't readable as JSON"):
        read_benchmarks(tmp_path)
    (tmp_path / "LICENSES.json").unlink()
    with pytest.raises(BurnishError, match=r"LICENSES.json is missing or broken; `dvc repro fetch@benchmarks`"):
        read_benchmarks(tmp_path)
