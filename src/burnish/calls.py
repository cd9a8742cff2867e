"""A model's answer to the function calls in it. Runs nothing and judges nothing.

Read are JSON objects with `name` and `arguments` between `<tool_call>` tags, the same as the last fenced block or as the
whole answer, and Python's `[name(argument=value)]`, which the Berkeley leaderboard asks for (Patil et al. 2025).
"""

import ast
import json
import re
import warnings
from typing import Any, Literal, NamedTuple

from burnish.fences import find_blocks

MAX_CHARS = 20_000  # no published answer needs a tenth; more is a loop, and parsing it would cost memory
MAX_BITS = 1_000  # a longer one can't be shown: Python refuses to write more than 4,300 digits
OPEN, CLOSE = "<tool_call>", "</tool_call>"
_TAGGED = re.compile(rf"{OPEN}(.*?)(?:{CLOSE}|\Z)", re.DOTALL)
_CALL_KEYS = frozenset({"name", "arguments", "id", "type"})

Outcome = Literal["calls", "none", "unreadable", "empty"]


class Call(NamedTuple):
    """One call, its arguments by name as JSON values."""

    name: str
    arguments: dict[str, Any]


class Reading(NamedTuple):
    """What an answer does: calls; `none`, words or an empty list; `unreadable`, a call that isn't one; `empty`."""

    outcome: Outcome
    calls: tuple[Call, ...]


def read_calls(answer: str) -> Reading:
    """Return the calls of `answer`, all or none: one that can't be read makes the answer unreadable."""
    text = answer.strip()
    if not text:
        return Reading("empty", ())
    if len(text) > MAX_CHARS:
        return Reading("unreadable", ())
    if OPEN in text:
        return _together([_read_json(body) for body in _TAGGED.findall(text)])
    blocks = find_blocks(text)
    body = (blocks[-1].code if blocks else text).strip()
    if body.startswith(("[", "{")):
        found = _read_json(body)
        return _together([found if found is not None else _read_python(body)])
    call = _read_python(body)
    return _together([call]) if call else Reading("none", ())


def write_calls(calls: list[dict[str, Any]]) -> str:
    """Return calls as an answer that `read_calls` reads."""
    return f"{OPEN}{json.dumps(calls, ensure_ascii=False)}{CLOSE}"


def write_python(calls: list[dict[str, Any]]) -> str:
    """Return calls as the Berkeley leaderboard asks for them, `[name(argument=value)]`, which `read_calls` reads too."""
    shown = (
        f"{call['name']}({', '.join(f'{name}={value!r}' for name, value in call['arguments'].items())})"
        for call in calls
    )
    return f"[{', '.join(shown)}]"


def _together(groups: list[list[Call] | None]) -> Reading:
    calls: list[Call] = []
    for group in groups:
        if group is None:
            return Reading("unreadable", ())
        calls += group
    return Reading("calls" if calls else "none", tuple(calls))


def _read_json(text: str) -> list[Call] | None:
    """Read JSON values, one after another; a list counts as its items."""
    values: list[Any] = []
    decoder, rest = json.JSONDecoder(), text.strip()
    try:
        while rest:
            value, end = decoder.raw_decode(rest)
            values += value if isinstance(value, list) else [value]
            rest = rest[end:].lstrip()
    except (ValueError, RecursionError):
        return None
    calls = [_as_call(value) for value in values]
    return None if not text.strip() or None in calls else [call for call in calls if call]


def _as_call(value: Any) -> Call | None:
    if not isinstance(value, dict) or not value.keys() <= _CALL_KEYS:
        return None
    name, arguments = value.get("name"), value.get("arguments")
    return Call(name, arguments) if isinstance(name, str) and isinstance(arguments, dict) else None


def _read_python(text: str) -> list[Call] | None:
    """Read `[f(a=1), g.h(b="x")]` or one such call; a bare name as a value is its text, as the leaderboard reads it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in what a model wrote
            body = ast.parse(text, mode="eval").body
        nodes = body.elts if isinstance(body, ast.List) else [body]
        return [_python_call(node) for node in nodes]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def _python_call(node: ast.expr) -> Call:
    if not isinstance(node, ast.Call) or node.args:
        raise ValueError("not a call by keywords")
    arguments = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise ValueError("a call by **")
        arguments[keyword.arg] = _python_value(keyword.value)
    return Call(_dotted(node.func), arguments)


def _python_value(node: ast.expr) -> Any:
    return node.id if isinstance(node, ast.Name) else _as_json(ast.literal_eval(node))


def _as_json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise ValueError("too large an integer")
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"a {type(value).__name__} is no JSON value")


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    raise ValueError("not a name")
