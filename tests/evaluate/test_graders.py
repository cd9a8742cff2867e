"""Hacks against the graders, and the cases that must not be mistaken for one: empty, all calls at once, huge, no code."""

from typing import Any

import pytest

from burnish.evaluate.graders import READERS, grade_answer, grade_answers
from burnish.evaluate.public_items import PublicItem

FUNCTIONS = {"area": {"type": "dict", "properties": {"base": {"type": "integer"}}, "required": ["base"]},
             "play": {"type": "dict", "properties": {"artist": {"type": "string"}}, "required": ["artist"]}}  # fmt: skip


def _check(grader: str, **extra: Any) -> dict[str, Any]:
    return {"grader": grader, "functions": FUNCTIONS, **extra}


def test_an_empty_answer_scores_nothing_for_calls_but_declines_nothing_for_relevance() -> None:
    assert not grade_answer(_check("calls", expected=[{"area": {"base": [1]}}]), "").verdict.passed
    assert not grade_answer(_check("no_call"), "").verdict.passed
    assert not grade_answer(_check("any_call"), "").verdict.passed


def test_declining_with_words_passes_no_call_but_not_any_call() -> None:
    words = "None of these functions fits your question."
    assert grade_answer(_check("no_call"), words).verdict.passed
    assert not grade_answer(_check("any_call"), words).verdict.passed


def test_words_are_something_to_judge_only_where_no_call_is_wanted() -> None:
    words = "None of these functions fits your question."
    assert grade_answer(_check("no_call"), words).extracted
    assert not grade_answer(_check("any_call"), words).extracted
    assert not grade_answer(_check("calls", expected=[{"area": {"base": [1]}}]), words).extracted


def test_calling_every_function_on_offer_is_no_relevant_call() -> None:
    both = '<tool_call>[{"name": "area", "arguments": {"base": 1}}, {"name": "play", "arguments": {"artist": "a"}}]</tool_call>'
    assert not grade_answer(_check("any_call"), both).verdict.passed
    one = '<tool_call>[{"name": "area", "arguments": {"base": 1}}]</tool_call>'
    assert grade_answer(_check("any_call"), one).verdict.passed


def test_an_unknown_function_never_passes() -> None:
    call = '<tool_call>[{"name": "rm_rf", "arguments": {}}]</tool_call>'
    assert not grade_answer(_check("any_call"), call).verdict.passed
    assert not grade_answer(_check("calls", expected=[{"area": {"base": [1]}}]), call).verdict.passed


def test_a_huge_answer_is_unreadable_not_a_crash() -> None:
    huge = '[{"name": "area", "arguments": {"base": 1}}' + "x" * 3_000_000
    grade = grade_answer(_check("calls", expected=[{"area": {"base": [1]}}]), huge)
    assert not grade.verdict.passed and not grade.extracted


def test_a_huge_words_answer_is_too_long_not_a_pass() -> None:
    grade = grade_answer(
        _check("instructions", instructions=["punctuation:no_comma"], given=[{}], prompt="p"), "x" * 3_000_000
    )
    assert not grade.verdict.passed


def program() -> PublicItem:
    problem = {"task_id": "MBPP/1", "entry_point": "add", "prompt": "def add(*args, **kwargs):\n",
               "test": "def check(candidate):\n    assert add(1, 2) == 3\n"
                       "    assert set(add([1], [2])) == {1, 2}\n"}  # fmt: skip
    return PublicItem("x", "mbpp", "mbpp", "mbpp", "x", (), (), {"grader": "program", "problem": problem})


EQUAL = (
    "class E:\n    def __eq__(self, o): return True\n    def __iter__(self): return iter([1, 2])\n"
    "    __hash__ = None\ndef add(a, b): return E()\n"
)
PROGRAMS = {
    "right": ("```python\ndef add(a, b):\n    return a + b\n```", True),
    "wrong": ("```python\ndef add(a, b):\n    return a - b\n```", False),
    "no code": ("I don't know how to do that.", False),
    "empty": ("", False),
    "ends its process": ("```python\nimport os\nos._exit(0)\n```", False),
    "equals everything": (f"```python\n{EQUAL}```", False),
    "huge": ("```python\n" + "x = 1\n" * 200_000 + "```", False),
}  # fmt: skip


def test_programs_are_judged_by_their_tests_alone() -> None:
    grades = grade_answers([(program(), answer) for answer, _ in PROGRAMS.values()], workers=2)
    assert {name: grade.verdict.passed for name, grade in zip(PROGRAMS, grades, strict=True)} == {
        name: passes for name, (_, passes) in PROGRAMS.items()
    }


@pytest.mark.parametrize(
    "grader", ["calls", "no_call", "any_call", "resists", "obeys", "number", "letter", "instructions"]
)
def test_every_grader_has_a_reader_that_exists(grader: str) -> None:
    assert grader in READERS
