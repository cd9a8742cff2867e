"""Finds the functions of a package that can stand alone, and carries along what they need of it.

Reads source text only, imports nothing. Which names a piece of code needs is read from its compiled form.
"""

import ast
import builtins
import dis
import sys
import textwrap
import types
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# What can make a result depend on the moment, the machine or another thread.
IMPURE_MODULES = frozenset(
    "random time secrets uuid tempfile threading multiprocessing concurrent subprocess socket ssl select signal "
    "asyncio sqlite3 shutil tkinter turtle ctypes gc atexit importlib pdb platform pkgutil resource sched site "
    "sysconfig venv webbrowser".split()
)
LOADS = ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS")
IMPURE_BUILTINS = frozenset(("open", "input", "exec", "eval", "compile", "__import__", "globals", "breakpoint"))
BUILTINS = frozenset(dir(builtins))
CACHED = 4_096  # texts of helpers: many functions of a package need the same ones
LAZY_ANNOTATIONS = "from __future__ import annotations"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Unresolved(Exception):
    """The function needs something that can't be carried along; the message says what."""


class Lines:
    """A source text from which syntax nodes are cut quickly; their columns count UTF-8 bytes."""

    def __init__(self, source: str) -> None:
        """Split once; `ast.get_source_segment` would split for every node."""
        self.rows = [line.encode() for line in source.replace("\r\n", "\n").split("\n")]

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Return the exact text of `node`."""
        assert node.end_lineno is not None
        rows = self.rows[node.lineno - 1 : node.end_lineno]
        rows[-1] = rows[-1][: node.end_col_offset]
        rows[0] = rows[0][node.col_offset :]
        return b"\n".join(rows).decode()

    def whole(self, start: int, end: int) -> str:
        """Return the lines from `start` to `end`, both counted from 1 and included."""
        return b"\n".join(self.rows[start - 1 : end]).decode()


class Imported(NamedTuple):
    """A name from another module; `line` imports it where that is in the pure standard library, else it is None."""

    line: str | None
    module: str
    name: str


class Function(NamedTuple):
    """A function with everything it needs, as text.

    `header` must stand before it; `context` need only be there when it runs.
    """

    name: str
    signature: str
    docstring: str
    body: str
    header: str
    context: str

    @property
    def program(self) -> str:
        """The function as its author wrote it, without the docstring, after its header."""
        return f"{self.header}{self.signature}\n{self.body}\n"


class Module:
    """The top level of one source file: what each name is bound to."""

    def __init__(self, source: str, *, name: str) -> None:
        """Parse `source`; raises SyntaxError or ValueError for what isn't Python."""
        self.name, self.lines = name, Lines(source)
        self.imports: dict[str, Imported] = {}
        self.bound: dict[str, ast.stmt] = {}
        self.unclear: set[str] = set()
        self.lazy_annotations = False
        self._read(ast.parse(source).body)

    def _read(self, body: list[ast.stmt]) -> None:
        for node in body:
            match node:
                case ast.ImportFrom(module="__future__"):
                    self.lazy_annotations |= any(alias.name == "annotations" for alias in node.names)
                case ast.Import() | ast.ImportFrom():
                    self.imports.update(read_import(node, module=self.name))
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    self._bind(node.name, node)
                case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                    self._read(node.body)
                case (
                    ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr())
                ):
                    self._bind(name, node)
                case _:
                    self.unclear |= _bound_inside(node)

    def _bind(self, name: str, node: ast.stmt) -> None:
        if name in self.bound and not _is_overload(self.bound[name]):
            self.unclear.add(name)
        self.bound[name] = node

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Yield the functions with a docstring and a body of their own."""
        for name, node in self.bound.items():
            if not isinstance(node, ast.FunctionDef) or name in self.unclear:
                continue
            if ast.get_docstring(node) and _does_something(node):
                yield node

    def text(self, node: ast.stmt) -> str:
        """Return the lines of a statement with its decorators, without its indentation."""
        assert node.end_lineno is not None
        return textwrap.dedent(self.lines.whole(_first_line(node), node.end_lineno))


Package = Mapping[str, Module]


def read_import(node: ast.Import | ast.ImportFrom, *, module: str = "") -> dict[str, Imported]:
    """Return what an import in `module` binds."""
    found = {}
    for alias in node.names:
        shown = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        if isinstance(node, ast.ImportFrom):
            origin = _absolute(node, module=module)
            known = not node.level and _is_pure(origin) and alias.name != "*"
            line = f"from {origin} import {shown}" if known else None
            found[alias.asname or alias.name] = Imported(line, origin, alias.name)
        else:
            line = f"import {shown}" if _is_pure(alias.name) else None
            found[alias.asname or alias.name.partition(".")[0]] = Imported(line, alias.name, "")
    return found


def _bound_inside(statement: ast.stmt) -> set[str]:
    nodes = list(ast.walk(statement))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.name for node in nodes if isinstance(node, Definition)}


def _absolute(node: ast.ImportFrom, *, module: str) -> str:
    parents = module.split(".")[: -node.level] if node.level else []
    return ".".join([*parents, *([node.module] if node.module else [])])


def _is_pure(module: str) -> bool:
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names and top not in IMPURE_MODULES and not top.startswith("_")


def _is_overload(node: ast.stmt) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any("overload" in (getattr(d, "id", ""), getattr(d, "attr", "")) for d in decorators)


def _does_something(node: ast.FunctionDef) -> bool:
    rest = node.body[1:]
    return bool(rest) and not all(map(_is_idle, rest)) and node.body[0].lineno > node.lineno


def _is_idle(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return "NotImplementedError" in ast.dump(statement)
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


class Names(NamedTuple):
    """The global names that a piece of code needs: `early` when it is defined, `late` only when it runs."""

    early: frozenset[str]
    late: frozenset[str]


@lru_cache(CACHED)
def names_of(source: str) -> Names:
    """Return the names that `source` needs and doesn't bind; an impure builtin raises Unresolved."""
    code = compile(source, "<function>", "exec", dont_inherit=True)
    early, stored = _loaded_and_stored(code)
    late: set[str] = set()
    for inner in _inner_code(code):
        loaded, own = _loaded_and_stored(inner)
        (early if "__qualname__" in inner.co_names else late).update(loaded - own)
    if impure := sorted(IMPURE_BUILTINS & (early | late)):
        raise Unresolved(f"uses {impure[0]}")
    known = BUILTINS | {"__annotations__", "__name__", "__conditional_annotations__"}
    return Names(frozenset(early - stored - known), frozenset(late - early - stored - known))


def _loaded_and_stored(code: types.CodeType) -> tuple[set[str], set[str]]:
    """Return the names that `code` loads from outside of functions and those that it binds there."""
    loaded: set[str] = set()
    stored: set[str] = set()
    for instruction in dis.get_instructions(code) if code.co_names else ():
        if instruction.opname in LOADS:
            loaded.add(instruction.argval)
        elif instruction.opname == "STORE_NAME":
            stored.add(instruction.argval)
    return loaded, stored


def _inner_code(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _inner_code(constant)


class Need(NamedTuple):
    """Something carried along: an import line (`module` empty) or the statements of a module that bind a name."""

    module: str
    line: int
    text: str


def stand_alone(package: Package, module: Module, node: ast.FunctionDef, *, max_context_chars: int) -> Function:
    """Return the function of `node` with what it needs; raises Unresolved when that isn't to be had or is too much."""
    whole = module.text(node)
    names = names_of(whole)
    lazy = False
    try:
        header = _closure(package, module, names.early, target=node.name)
    except Unresolved:
        if not module.lazy_annotations:
            raise
        lazy = True
        names = names_of(f"{LAZY_ANNOTATIONS}\n{whole}")
        header = _closure(package, module, names.early - {"annotations"}, target=node.name)
    needed = _closure(package, module, names.late, target=node.name)
    own = needed & {Need("", 0, module.imports[name].line or "") for name in names.late & module.imports.keys()}
    context = needed - header - own
    if sum(len(need.text) for need in header | context) > max_context_chars:
        raise Unresolved("needs too much of its package")
    inherits = lazy or module.lazy_annotations
    texts = _layout(header | own, lazy=lazy), _layout(context, lazy=inherits and any(need.module for need in context))
    return _cut(module, node, header=texts[0], context=texts[1])


def _closure(package: Package, module: Module, names: frozenset[str], *, target: str) -> set[Need]:
    """Return all that `names` of `module` need, directly or through something else."""
    found: set[Need] = set()
    queue = [(module, name) for name in sorted(names)]
    seen: dict[str, str] = {}
    while queue:
        home, name = queue.pop()
        if name == target:
            if name in names:
                continue
            raise Unresolved("is called back by what it needs")
        home, line = _home(package, home, name)
        if seen.setdefault(name, origin := line or home.name) != origin:
            raise Unresolved(f"needs two things named {name}")
        if line:
            found.add(Need("", 0, line))
            continue
        statement = home.bound[name]
        need = Need(home.name, statement.lineno, shorten_docstrings(home.text(statement)))
        if need not in found:
            found.add(need)
            inner = names_of(f"{LAZY_ANNOTATIONS}\n{need.text}" if home.lazy_annotations else need.text)
            others = (inner.early | inner.late) - {"annotations", name}
            queue += [(home, other) for other in sorted(others)]
    return found


@lru_cache(CACHED)
def shorten_docstrings(text: str) -> str:
    """Cut each docstring in `text` down to its first line: what is carried along is read in every prompt."""
    rows = text.split("\n")
    definitions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Definition)]
    found = [node.body[0] for node in definitions if ast.get_docstring(node)]
    for node in sorted(found, key=lambda node: -node.lineno):
        assert isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.end_lineno is not None
        first = str(node.value.value).strip().partition("\n")[0].strip()
        if node.end_lineno > node.lineno and not set(first) & set('\\"'):
            rows[node.lineno - 1 : node.end_lineno] = [f'{" " * node.col_offset}"""{first}"""']
    return "\n".join(rows)


def _home(package: Package, module: Module, name: str) -> tuple[Module, str | None]:
    """Return the module that binds `name`, or the line that imports it from the standard library."""
    for _ in range(4):
        if name in module.unclear:
            raise Unresolved(f"needs {name}, which is bound in several ways")
        if name in module.bound:
            return module, None
        imported = module.imports.get(name)
        if imported is None:
            break
        if imported.line:
            return module, imported.line
        if imported.name != name or imported.module not in package:
            break
        module = package[imported.module]
    raise Unresolved(f"needs {name}, which is neither in its package nor in the pure part of the standard library")


def _layout(needs: set[Need], *, lazy: bool) -> str:
    """Put imports first, then the rest in the order of its module, set apart as PEP 8 asks."""
    imports = sorted((need.text for need in needs if not need.module), key=lambda line: (line.startswith("from"), line))
    rest = [need.text for need in sorted(needs) if need.module]
    first = "\n".join([LAZY_ANNOTATIONS + "\n"] * lazy + imports).rstrip("\n")
    return "".join(f"{block}\n\n\n" for block in [first, *rest] if block)


def _cut(module: Module, node: ast.FunctionDef, *, header: str, context: str) -> Function:
    documented = node.body[0]
    assert documented.end_lineno is not None and node.end_lineno is not None
    lines = module.lines
    signature = lines.whole(_first_line(node), documented.lineno - 1)
    body = lines.whole(documented.end_lineno + 1, node.end_lineno).strip("\n")
    if not body.strip() or documented.end_lineno == node.body[1].lineno:
        raise Unresolved("has its docstring and its body on one line")
    signature = "\n".join(line.partition("  # noqa")[0].partition("  # type:")[0] for line in signature.splitlines())
    return Function(
        name=node.name,
        signature=textwrap.dedent(signature).rstrip(),
        docstring=ast.get_docstring(node) or "",
        body=textwrap.indent(textwrap.dedent(body), "    "),
        header=header,
        context=context,
    )
