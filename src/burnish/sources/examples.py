"""Reads what a function must give from its author's own words: the examples in its docstring.

Expected values come from the text alone, nothing is run. A check is a call of `doctest_harness.drive` and its result.
"""

import ast
import doctest
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from burnish.sources.doctest_harness import plain

MAX_SETUP = 12
_EXCEPTION = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)")


class Check(NamedTuple):
    """One call and the result that the author states; `line` is its place in the docstring, None in a test."""

    call: Mapping[str, Any]
    expect: Any
    line: int | None


class Example(NamedTuple):
    """One `>>>` example: its first line and the line after its last one, both counted in the docstring."""

    start: int
    end: int
    check: Check | None


def read_docstring(docstring: str, *, entry: str) -> list[Example]:
    """Return the examples of a docstring; those with a result that can be compared have a check."""
    try:
        parsed = doctest.DocTestParser().get_examples(docstring)
    except ValueError:
        return []
    found: list[Example] = []
    setup: list[str] = []
    for example in parsed:
        code = call_by_name(example.source.strip(), entry=entry)
        end = example.lineno + example.source.count("\n") + example.want.count("\n")
        check = None
        if code is not None and example.want and mentions(entry, [*setup, code]):
            check = _check(example, code=code, setup=without_idle_steps(setup))
        found.append(Example(example.lineno, end, check))
        if code is not None:
            setup = [*setup, code]
    return found


def _check(example: doctest.Example, *, code: str, setup: Sequence[str]) -> Check | None:
    call = {"setup": list(setup), "code": code, "shown": False}
    if len(setup) > MAX_SETUP:
        return None
    if example.exc_msg is not None:
        named = _EXCEPTION.match(example.exc_msg.strip())
        error = {"raises": named[1].rpartition(".")[2]} if named else None
        return Check(call | {"shown": not _is_expression(code)}, error, example.lineno) if error else None
    value = literal(example.want)
    if value is not NOT_LITERAL and _is_expression(code) and not code.startswith("print("):
        return Check(call, plain(value), example.lineno)
    if "..." in example.want:
        return None
    rows = ("" if row.strip() == "<BLANKLINE>" else row for row in example.want.rstrip().splitlines())
    return Check(call | {"shown": True}, "\n".join(rows), example.lineno)


def without_idle_steps(setup: Sequence[str]) -> list[str]:
    """Leave out the steps that only look: expressions which touch nothing that an earlier step has bound."""
    bound: set[str] = set()
    kept = []
    for step in setup:
        tree = ast.parse(step)
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        looks = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
        if not looks or bound & {node.id for node in names}:
            kept.append(step)
        bound |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
        bound |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return kept


NOT_LITERAL = object()


def literal(text: str) -> Any:
    """Return the value of a Python literal, or NOT_LITERAL."""
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return NOT_LITERAL


def _is_expression(code: str) -> bool:
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        return False
    return True


def mentions(entry: str, codes: Sequence[str]) -> bool:
    """Return whether one of `codes` names `entry`."""
    return any(re.search(rf"\b{re.escape(entry)}\b", code) for code in codes)


def call_by_name(code: str, *, entry: str, aliases: frozenset[str] | None = None) -> str | None:
    """Write `module.entry` as `entry`, since the program under test is no module; None for what isn't Python."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return None
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    places = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == entry and isinstance(node.value, ast.Name)
        and node.value.id not in bound and (aliases is None or node.value.id in aliases)
    ]  # fmt: skip
    lines = [line.encode() for line in code.splitlines()]
    for node in sorted(places, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        if node.end_lineno == node.lineno:
            line = lines[node.lineno - 1]
            lines[node.lineno - 1] = line[: node.col_offset] + entry.encode() + line[node.end_col_offset :]
    return b"\n".join(lines).decode()
