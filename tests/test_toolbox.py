"""A call that can't be made, fails, hangs or floods becomes a text for the model, in bounded time."""

import threading
import time
from typing import Any

import pytest

from burnish.calls import Call, read_calls
from burnish.errors import BurnishError
from burnish.tool_schemas import find_fault
from burnish.toolbox import Tool, Toolbox, ToolError, parameters

NESTED = {
    "type": "object",
    "properties": {"names": {"type": "array", "items": {"type": "string"}}, "options": {"type": "object"},
                   "count": {"type": "integer"}, "kind": {"type": "string", "enum": ["a", "b"]}},
    "required": ["names"],
}  # fmt: skip
NEVER = threading.Event()


def act(*, names: list[str], options: Any = None, count: int = 1, kind: str = "a") -> str:
    if kind == "b":
        NEVER.wait(60)
    if not names:
        raise ToolError("no names")
    if names == ["crash"]:
        raise ZeroDivisionError("a secret of the host")
    return ", ".join(names) * count


@pytest.fixture(scope="module")
def box() -> Toolbox:
    return Toolbox([Tool("join", "Join names.", NESTED, act)], seconds=0.3, most_chars=1000)


@pytest.mark.parametrize(("call", "reason"), [
    (Call("jion", {}), "there is no function 'jion'; there are: join"),
    (Call("join", {}), "lacks names"),
    (Call("join", {"names": ["a"], "size": 1}), "has no argument 'size'"),
    (Call("join", {"names": ["a"], "count": "3"}), "count: '3' is not of type 'integer'"),
    (Call("join", {"names": ["a", 2]}), "names.1: 2 is not of type 'string'"),
    (Call("join", {"names": ["a"], "kind": "c"}), "kind: 'c' is not one of ['a', 'b']"),
    (Call("join", {"names": '["a", "b"]'}), "names is encoded twice; give the array itself"),
    (Call("join", {"names": ["a"], "options": '{"x": 1}'}), "options is encoded twice; give the object itself"),
])  # fmt: skip
def test_a_call_that_does_not_fit_is_refused_with_the_reason(box: Toolbox, call: Call, reason: str) -> None:
    outcome = box.call(call)
    assert outcome.status == "refused" and reason in outcome.text


def test_arguments_that_are_a_text_are_no_call_at_all() -> None:
    assert (
        read_calls('<tool_call>[{"name": "join", "arguments": "{\\"names\\": []}"}]</tool_call>').outcome
        == "unreadable"
    )


def test_a_tool_that_hangs_is_left_after_its_time(box: Toolbox) -> None:
    started = time.monotonic()
    outcome = box.call(Call("join", {"names": ["a"], "kind": "b"}))
    assert (outcome.status, outcome.text) == ("timeout", "error: join gave no answer within 0.3 s")
    assert time.monotonic() - started < 5
    assert box.call(Call("join", {"names": ["a"]})).text == "a", "the next call is made"


def test_a_tool_that_floods_is_cut_and_says_how_much_is_missing(box: Toolbox) -> None:
    outcome = box.call(Call("join", {"names": ["x"], "count": 5000}))
    assert outcome.cut and outcome.text == "x" * 1000 + "\n[4000 more characters were left out]"


def test_a_tool_that_fails_says_why_and_one_that_crashes_only_that_it_did(box: Toolbox) -> None:
    assert box.call(Call("join", {"names": []})).text == "error: no names"
    crashed = box.call(Call("join", {"names": ["crash"]}))
    assert (crashed.status, crashed.text) == ("failed", "error: join failed (ZeroDivisionError)")


def test_definitions_that_are_no_schema_are_errors() -> None:
    broken = {"type": "object", "properties": {"a": {"type": "wrong"}}, "required": []}
    with pytest.raises(BurnishError, match="aren't JSON Schema"):
        Toolbox([Tool("t", "T.", broken, act)])
    with pytest.raises(BurnishError, match="requires 'b'"):
        Toolbox([Tool("t", "T.", {"type": "object", "properties": {}, "required": ["b"]}, act)])
    with pytest.raises(BurnishError, match="two tools have one name"):
        Toolbox([Tool("t", "T.", parameters(), act)] * 2)


def test_a_fault_is_found_whatever_the_value() -> None:
    tools = [{"name": "f", "parameters": parameters(a=("string", "A."))}]
    values: list[Any] = [None, 1, [], {}, True, 1.5]
    for value in values:
        assert find_fault(Call("f", {"a": value}), tools=tools)
    assert find_fault(Call("f", {"a": '["only a text"]'}), tools=tools) is None
