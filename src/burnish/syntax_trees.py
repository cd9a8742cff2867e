"""Turns Python functions into a form that formatting, comments, docstrings, annotations and the choice of names don't change.

Names that a program gives itself become numbers in order of appearance; builtins, attributes, keywords and constants
stay. Two functions of one form are copies of each other unless they are tiny, so the form comes with its size.
"""

import ast
import builtins
import hashlib
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

_BUILTINS = frozenset(dir(builtins))
_BLOCK = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
_BODIES = ("body", "orelse", "handlers", "finalbody", "cases")
_LEFT_OUT = frozenset(["ctx", "kind", "type_comment", "annotation", "returns", "decorator_list", "type_params"])
_NAMES = {ast.Name: "id", ast.arg: "arg", ast.FunctionDef: "name", ast.AsyncFunctionDef: "name", ast.ClassDef: "name"}


class Form(NamedTuple):
    """What a function comes to: the digest of its form, and how many nodes that has."""

    digest: str
    nodes: int


def read_forms(text: str) -> Iterator[Form]:
    """Yield the forms of all functions in `text`, a program or a document with fenced programs; broken code has none."""
    for program in _BLOCK.findall(text) if "```" in text else [text]:
        if "def " not in program:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(program)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield from map(find_form, _functions(tree))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield all functions; expressions hold none, so they aren't walked through."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            yield node
        for field in _BODIES:
            waiting += getattr(node, field, ())


def find_form(function: ast.FunctionDef) -> Form:
    """Return the form of one function."""
    names: dict[str, str] = {}
    parts: list[str] = []
    nodes = _serialise(function, names=names, parts=parts)
    return Form(hashlib.sha256("".join(parts).encode()).hexdigest()[:16], nodes)


def _serialise(node: ast.AST, *, names: dict[str, str], parts: list[str]) -> int:
    """Append the text of `node` to `parts` and return how many nodes it has; empty fields, which differ by version, go."""
    parts.append(f"({type(node).__name__}")
    count = 1
    named = _NAMES.get(type(node))
    for field in node._fields:
        value = getattr(node, field, None)
        if value is None or value == [] or field in _LEFT_OUT:
            continue
        if field == named:
            parts.append(value if value in _BUILTINS else names.setdefault(value, f"n{len(names)}"))
            continue
        for item in _without_docstring(value) if field == "body" and isinstance(value, list) else _listed(value):
            if isinstance(item, ast.AST):
                count += _serialise(item, names=names, parts=parts)
            else:
                parts.append(f" {type(item).__name__}:{item!r}")
    parts.append(")")
    return count


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    return [node for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
