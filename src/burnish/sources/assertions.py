"""Reads what functions must give from a package's own tests: assertions with a literal on one side. Runs nothing.

Understood are `assert f(...) == literal`, `is`, bare and `not`, unittest's equal, true and false forms, `raises`
blocks and tables of `pytest.mark.parametrize`. The statements before an assertion in the same test are its setup.
"""

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from burnish.sources.doctest_harness import plain
from burnish.sources.examples import MAX_SETUP, NOT_LITERAL, Check, call_by_name, literal, mentions, without_idle_steps
from burnish.sources.functions import Imported, Lines, read_import

Row = Mapping[str, Any]
Entries = Mapping[str, Sequence[str]]
EQUAL = ("assertEqual", "assertListEqual", "assertDictEqual", "assertSetEqual", "assertTupleEqual", "assertIs")
RAISES = re.compile(r"(?:^|\.)(raises|assertRaises|assertRaisesRegex)$")


class Stated(NamedTuple):
    """An expression and what a test says of it: its value, or only whether it is true."""

    expression: ast.expr
    value: Any
    truth_only: bool = False


class TestFile(NamedTuple):
    """A test file: its lines, its standard imports, and the names that mean the package or a module of it."""

    lines: Lines
    imports: tuple[tuple[str, str], ...]
    aliases: frozenset[str]


def read_tests(source: str, *, entries: Entries, packages: frozenset[str]) -> dict[tuple[str, str], list[Check]]:
    """Return the checks that a test file states about functions, by module and name.

    `entries` gives for each name the modules that define it; `packages` are the top names that the tests import. Where
    several modules have a function of one name, the test's import decides.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {}
    tops = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {name: found for node in tops for name, found in read_import(node).items()}
    known = [(name, found.line) for name, found in imported.items() if found.line]
    aliases = frozenset(name for name, found in imported.items() if found.module.partition(".")[0] in {"", *packages})
    file = TestFile(Lines(source), tuple(known), aliases)
    found: dict[tuple[str, str], list[Check]] = {}
    for test in _tests(tree):
        used = sorted({name for node in ast.walk(test) for name in _used(node, aliases)} & entries.keys())
        rows = _table(test, lines=file.lines) if used else []
        for entry in used:
            if home := _home(entries[entry], imported.get(entry)):
                checks = [check for row in rows for check in _checks(file, test, entry=entry, row=row)]
                found.setdefault((home, entry), []).extend(checks)
    return found


def _home(modules: Sequence[str], imported: Imported | None) -> str | None:
    if len(modules) == 1:
        return modules[0]
    origin = imported.module if imported else ""
    fitting = [module for module in modules if module == origin] or [
        m for m in modules if origin and m.startswith(f"{origin}.")
    ]
    return fitting[0] if len(fitting) == 1 else None


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (m for m in members if isinstance(m, ast.FunctionDef) and m.name.startswith("test"))


def _used(node: ast.AST, aliases: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
        yield node.attr


def _table(test: ast.FunctionDef, *, lines: Lines) -> list[Row]:
    """Return the rows of `parametrize` as values of the test's arguments; one empty row where there is no table."""
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(
                func=ast.Attribute(attr="parametrize"), args=[names, ast.List(elts=rows) | ast.Tuple(elts=rows), *_]
            ):
                keys = literal(lines.segment(names))
                keys = [key.strip() for key in keys.split(",")] if isinstance(keys, str) else keys
                if not isinstance(keys, list | tuple) or len(test.decorator_list) > 1:
                    return []
                values = [literal(lines.segment(row)) for row in rows]
                packed = [value if len(keys) > 1 else (value,) for value in values if value is not NOT_LITERAL]
                fitting = [row for row in packed if isinstance(row, tuple | list) and len(row) == len(keys)]
                return [dict(zip(keys, row, strict=True)) for row in fitting]
    return [{}]


def _checks(file: TestFile, test: ast.FunctionDef, *, entry: str, row: Row) -> Iterator[Check]:
    setup = [f"{name} = {value!r}" for name, value in row.items()]
    for statement in test.body:
        stated = _stated(statement, lines=file.lines, row=row)
        if stated is None and _asserts(statement):
            continue
        if stated is None:
            text = call_by_name(_text(file, statement), entry=entry, aliases=file.aliases)
            setup += [text] if text else []
            continue
        code = call_by_name(_text(file, stated.expression), entry=entry, aliases=file.aliases)
        if code is None or len(setup) > MAX_SETUP or not mentions(entry, [code, *setup]):
            continue
        code = f"({code})" if "\n" in code else code
        code = f"bool({code})" if stated.truth_only else code
        imports = [line for name, line in file.imports if mentions(name, [code, *setup])]
        steps = without_idle_steps([*dict.fromkeys(imports), *setup])
        yield Check({"setup": steps, "code": code, "shown": False}, stated.value, None)


def _asserts(statement: ast.stmt) -> bool:
    """Say whether a statement only checks something, so that nothing after it needs it."""
    match statement:
        case ast.Assert() | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="self")))):
            return True
        case ast.With(items=[ast.withitem(context_expr=ast.Call(func=ast.Attribute(value=ast.Name(id="self"))))]):
            return True
    return False


def _text(file: TestFile, node: ast.stmt | ast.expr) -> str:
    return textwrap.dedent(" " * node.col_offset + file.lines.segment(node)).strip()


def _stated(statement: ast.stmt, *, lines: Lines, row: Row) -> Stated | None:
    match statement:
        case ast.Assert(test=test):
            return _stated_by_assert(test, lines=lines, row=row)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=attr), args=[first, *rest])):
            if attr in EQUAL and rest:
                return _equal(first, rest[0], lines=lines, row=row)
            return (
                Stated(first, attr == "assertTrue", truth_only=True) if attr in ("assertTrue", "assertFalse") else None
            )
        case ast.With(
            items=[ast.withitem(context_expr=ast.Call(func=called, args=[ast.Name(id=error), *_]))],
            body=[ast.Expr(value=inner)],
        ):
            return Stated(inner, {"raises": error}) if RAISES.search(lines.segment(called)) else None
        case _:
            return None


def _stated_by_assert(test: ast.expr, *, lines: Lines, row: Row) -> Stated | None:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            return _equal(left, right, lines=lines, row=row)
        case ast.Compare() | ast.BoolOp():
            return None
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Stated(operand, False, truth_only=True)
        case _:
            return Stated(test, True, truth_only=True)


def _equal(left: ast.expr, right: ast.expr, *, lines: Lines, row: Row) -> Stated | None:
    """Take the side that is a literal, or an argument of the test with a known value, as what the other must give."""
    for stated, other in ((right, left), (left, right)):
        known = isinstance(stated, ast.Name) and stated.id in row
        value = row[lines.segment(stated)] if known else literal(lines.segment(stated))
        if value is not NOT_LITERAL and not isinstance(other, ast.Constant):
            return Stated(other, plain(value))
    return None
