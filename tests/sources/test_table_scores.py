"""Scored answers to one question become a pair by the stated rule, and what can't be one is told row by row."""

import math
import tracemalloc
from typing import Any

from burnish.sources.table_maps import ScoredMap
from burnish.sources.table_scores import join_answers
from burnish.table_files import Fault, Read

TABLE = ScoredMap(form="scored", prompt="q", answer="a", score="s", margin=1)


def join(*rows: tuple[str, str, Any] | Fault, **columns: str) -> list[Any]:
    reads = [Read(number, row if isinstance(row, Fault) else {**dict(zip("qas", row, strict=True)), **columns})
             for number, row in enumerate(rows)]  # fmt: skip
    found = list(join_answers(reads, table=TABLE))
    return [(each.number, str(each.value) if isinstance(each.value, Fault) else each.value) for each in found]


def test_the_best_answer_stands_before_the_worst_and_the_number_is_the_first_rows() -> None:
    assert join(("x", "b", 2), ("x", "a", 4), ("y", "c", 3), ("y", "d", 1)) == [
        (0, {"q": "x", "a": ["a", "b"], "s": [4, 2]}), (2, {"q": "y", "a": ["c", "d"], "s": [3, 1]})]  # fmt: skip


def test_of_many_answers_the_first_of_the_best_and_of_the_worst_are_taken() -> None:
    [(_, found)] = join(("x", "m", 2), ("x", "a", 4), ("x", "b", 4), ("x", "y", 0.5), ("x", "z", 0.5))
    assert found["a"] == ["a", "y"]


def test_other_columns_are_those_of_the_best_answers_row() -> None:
    reads = [Read(0, {"q": "x", "a": "b", "s": 1, "id": "worst"}), Read(1, {"q": "x", "a": "a", "s": 3, "id": "best"})]
    [found] = join_answers(reads, table=TABLE)
    assert not isinstance(found.value, Fault) and found.value["id"] == "best"


def test_what_can_be_no_pair_is_told_with_its_row() -> None:
    assert join(("x", "a", 3), ("x", "b", 3), ("y", "alone", 4), ("z", "a", None), ("z", "b", 1), Fault("a", "is missing"),
                ("w", "a", math.nan), ("v", "a", True)) == [
        (0, "s: of both answers, 3 and 3, are less than 1 apart"),
        (2, "a: is the only one to its question, so there is no worse one"), (3, "s: is 'None', not a number"),
        (4, "a: is the only one to its question, so there is no worse one"), (5, "a: is missing"),
        (6, "s: is 'nan', not a number"), (7, "s: is 'True', not a number")]  # fmt: skip


def test_memory_holds_two_answers_however_many_share_a_question() -> None:
    reads = (Read(number, {"q": "x", "a": "y" * 100_000, "s": number}) for number in range(2_000))
    tracemalloc.start()
    [found] = join_answers(reads, table=TABLE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.number == 0 and peak < 2e6, "200 MB of text"
