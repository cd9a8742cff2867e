"""Breaks programs on purpose, one small edit at a time: a check that no edit fails decides nothing.

Edits are made in the text at the place of a syntax node, so the rest of the program stays as its author wrote it and
the bytes don't depend on the version of Python. After Mutmut and the operators of Offutt et al. (1996).
"""

import ast
import re
import warnings
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import NamedTuple

SWAPS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.Is: "is not",
    ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in", ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.Div: "*",
    ast.FloorDiv: "*", ast.Mod: "+", ast.Pow: "*", ast.And: "or", ast.Or: "and", ast.BitAnd: "|", ast.BitOr: "&",
    ast.LShift: ">>", ast.RShift: "<<",
}  # fmt: skip
SPELLING = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.And: "and", ast.Or: "or", ast.BitAnd: "&", ast.BitOr: "|",
    ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
Place = tuple[int, int]


class Edit(NamedTuple):
    """Replace the bytes from `start` to `end` (lines counted from 1, columns in bytes) by `text`."""

    start: Place
    end: Place
    text: str


def break_program(program: str, *, entry: str, count: int, rng: Random) -> list[str]:
    """Return at most `count` broken versions of `program`: the empty body first, then a choice of small edits."""
    tree = ast.parse(program)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == entry)
    edits = list(dict.fromkeys(edit for statement in function.body for edit in _edits(statement, program=program)))
    rng.shuffle(edits)
    found = [_apply(program, _empty(function))]
    for edit in edits:
        broken = _apply(program, edit)
        if len(found) < count and broken not in found and broken != program and _parses(broken):
            found.append(broken)
    return found


def _empty(function: ast.FunctionDef) -> Edit:
    first, last = function.body[0], function.body[-1]
    assert last.end_lineno is not None and last.end_col_offset is not None
    return Edit((first.lineno, first.col_offset), (last.end_lineno, last.end_col_offset), "return None")


def _parses(program: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(program, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _apply(program: str, edit: Edit) -> str:
    lines = program.encode().split(b"\n")
    head = [*lines[: edit.start[0] - 1], lines[edit.start[0] - 1][: edit.start[1]]]
    tail = [lines[edit.end[0] - 1][edit.end[1] :], *lines[edit.end[0] :]]
    return (b"\n".join(head) + edit.text.encode() + b"\n".join(tail)).decode()


def _edits(node: ast.AST, *, program: str) -> Iterator[Edit]:
    """Yield the edits inside `node`; of a loop that waits for a condition only its returns, since others rarely end."""
    if isinstance(node, ast.JoinedStr | ast.Raise):
        return
    if isinstance(node, ast.While):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return):
                yield from _edits(inner, program=program)
        return
    yield from _own_edits(node, program=program)
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _edits(child, program=program)


def _own_edits(node: ast.AST, *, program: str) -> Iterator[Edit]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=rights):
            for before, operator, after in zip([left, *rights], ops, rights, strict=False):
                yield from _swap(before, operator, after, program=program)
        case ast.BinOp(left=left, op=operator, right=right):
            yield from _swap(left, operator, right, program=program)
        case ast.BoolOp(op=operator, values=values):
            for before, after in pairwise(values):
                yield from _swap(before, operator, after, program=program)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield Edit(_start(node), _start(operand), "")
        case ast.AugAssign(op=operator, target=target, value=value):
            yield from _swap(target, operator, value, program=program, suffix="=")
        case ast.If(test=test) | ast.IfExp(test=test):
            yield _negation(test, program=program)
        case _:
            yield from _simpler(node, program=program)


def _simpler(node: ast.AST, *, program: str) -> Iterator[Edit]:
    """Yield edits that leave a step out or take another constant: the argument for the call, the whole for its part."""
    match node:
        case ast.Constant(value=value):
            yield from (Edit(_start(node), _end(node), text) for text in _other_constants(value))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield Edit(_start(value), _end(value), "None")
        case ast.Expr(value=ast.Call()):
            yield Edit(_start(node), _end(node), "pass")
        case ast.Call(func=ast.Attribute(value=kept)) | ast.Call(args=[kept, *_]) | ast.Subscript(value=kept):
            if not isinstance(kept, ast.Starred | ast.GeneratorExp):
                yield Edit(_start(node), _end(node), _text(program, kept))
        case ast.ListComp(generators=loops) | ast.SetComp(generators=loops) | ast.GeneratorExp(generators=loops):
            for test in (test for loop in loops for test in loop.ifs):
                yield _negation(test, program=program)


def _negation(test: ast.expr, *, program: str) -> Edit:
    return Edit(_start(test), _end(test), f"not ({_text(program, test)})")


def _other_constants(value: object) -> Iterator[str]:
    match value:
        case bool():
            yield str(not value)
        case int():
            yield str(value + 1)
        case str() if value and "\n" not in value:
            yield '""'


def _swap(before: ast.expr, operator: ast.AST, after: ast.expr, *, program: str, suffix: str = "") -> Iterator[Edit]:
    """Yield the edit that replaces the operator between two operands, wherever brackets and breaks put it."""
    between = _cut(program, _end(before), _start(after))
    pattern = re.escape(SPELLING[type(operator)]).replace(r"\ ", r"\s+") if type(operator) in SPELLING else None
    found = re.search(pattern + re.escape(suffix), between) if pattern else None
    if found and "#" not in between and "\n" not in between[: found.end()]:
        line, column = _end(before)
        columns = [column + len(between[:at].encode()) for at in found.span()]
        yield Edit((line, columns[0]), (line, columns[1]), SWAPS[type(operator)] + suffix)


def _start(node: ast.AST) -> Place:
    assert isinstance(node, ast.expr | ast.stmt)
    return node.lineno, node.col_offset


def _end(node: ast.AST) -> Place:
    assert isinstance(node, ast.expr | ast.stmt) and node.end_lineno is not None and node.end_col_offset is not None
    return node.end_lineno, node.end_col_offset


def _text(program: str, node: ast.AST) -> str:
    return _cut(program, _start(node), _end(node))


def _cut(program: str, start: Place, end: Place) -> str:
    lines = program.encode().split(b"\n")[start[0] - 1 : end[0]]
    lines[-1] = lines[-1][: end[1]]
    lines[0] = lines[0][start[1] :]
    return b"\n".join(lines).decode()
