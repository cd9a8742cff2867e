"""Calls are read from every form a model may write them in, all or none, and from nothing else."""

import json

import pytest

from burnish.calls import MAX_CHARS, Call, read_calls, write_calls, write_python

AREA = {"name": "area", "arguments": {"base": 10, "unit": "m"}}
TEXT = json.dumps(AREA)
ONE = (Call("area", {"base": 10, "unit": "m"}),)
FORMS = {
    "a list between tags": f"<tool_call>[{TEXT}]</tool_call>",
    "an object between tags": f"Sure.\n<tool_call>\n{TEXT}\n</tool_call>",
    "tags without an end": f"<tool_call>{TEXT}",
    "a bare list": f"[{TEXT}]",
    "a fenced block": f"Here you go:\n```json\n{TEXT}\n```",
    "a list in Python": '[area(base=10, unit="m")]',
    "one call in Python": "area(base=10, unit='m')",
}


@pytest.mark.parametrize("answer", FORMS.values(), ids=FORMS)
def test_a_call_is_read_from_every_form(answer: str) -> None:
    assert read_calls(answer) == ("calls", ONE)


def test_several_calls_keep_their_order() -> None:
    other = {"name": "f.g", "arguments": {}}
    expected = ("calls", (*ONE, Call("f.g", {})))
    assert read_calls(write_calls([AREA, other])) == expected
    assert read_calls(f"<tool_call>{TEXT}</tool_call>\n<tool_call>{json.dumps(other)}</tool_call>") == expected
    assert read_calls(f"{TEXT}\n{json.dumps(other)}") == expected
    assert read_calls("[area(base=10, unit='m'), f.g()]") == expected


def test_values_of_python_become_those_of_json() -> None:
    (call,) = read_calls("[f(a=(1, 2.5), b={'k': None}, c=true, d=-3)]").calls
    assert call.arguments == {"a": [1, 2.5], "b": {"k": None}, "c": "true", "d": -3}


@pytest.mark.parametrize("answer", ["No function fits here.", "[]", "<tool_call>[]</tool_call>", "```python\nx = 1\n```",
                                    "The area is base * height / 2 (see above)."])  # fmt: skip
def test_words_and_an_empty_list_are_no_call(answer: str) -> None:
    assert read_calls(answer) == ("none", ())


BROKEN = {
    "cut JSON": '<tool_call>[{"name": "area", "arguments": {"base": 1',
    "no arguments": '[{"name": "area"}]',
    "arguments encoded twice": '[{"name": "area", "arguments": "{}"}]',
    "an echoed description": '[{"name": "area", "description": "", "parameters": {}}]',
    "one good and one broken": f"<tool_call>{TEXT}</tool_call><tool_call>{{</tool_call>",
    "empty tags": "<tool_call></tool_call>",
    "positional arguments": "[area(10)]",
    "arguments by stars": "[area(**x)]",
    "code as a value": "[area(base=__import__('os'))]",
    "a number too large to be shown": f"[area(base=0x{'f' * 9000})]",
    "a set that can't be": "[area(base={[1]: 2})]",
    "deep nesting": "[" * 9000,
    "too long": f"[{TEXT}]" + " " * 5 + "x" * MAX_CHARS,
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_what_only_looks_like_a_call_is_unreadable(answer: str) -> None:
    assert read_calls(answer) == ("unreadable", ())


def test_nothing_said_is_empty() -> None:
    assert read_calls(" \n") == ("empty", ())


@pytest.mark.parametrize(
    "arguments", [{}, {"a": 1, "b": 2.5}, {"text": 'say "hi"; `now`', "on": True}, {"v": [[1], {"k": None}]}]
)
def test_calls_written_in_python_are_read_as_they_were(arguments: dict[str, object]) -> None:
    calls = [{"name": "a.b", "arguments": arguments}, {"name": "c", "arguments": {"x": "y"}}]
    assert read_calls(write_python(calls)).calls == tuple(Call(**call) for call in calls)  # type: ignore[arg-type]
