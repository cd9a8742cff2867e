"""One digest of code per stage: the syntax of every module it imports, and the locked versions of its packages.

DVC doesn't follow imports. This stage does, and writes `code.lock.json`; each other stage names its own key of that file
as a parameter. A comment, a docstring or another stage's module changes no digest of a stage; a fix re-runs exactly what
imports it. Not seen: imports by name at run time, and files that code reads (those are `deps` in `dvc.yaml`).
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from burnish.files import write_json

# Plumbing that can't change a result: what it prints, where it keeps a record, how it is started, how it fails.
EXEMPT = frozenset({"burnish", "burnish.cli", "burnish.errors", "burnish.foreign_names", "burnish.launching",
                    "burnish.progress", "burnish.records",
                    "burnish.stage", "burnish.codehash"})  # fmt: skip
# Where the name in an import isn't the name of the package that provides it.
PROVIDERS = {"PIL": "pillow", "yaml": "pyyaml", "ruamel": "ruamel-yaml", "openvino_genai": "openvino-genai",
             "graphql": "graphql-core", "phonenumbers": "phonenumberslite"}  # fmt: skip


def write_digests(*, root: Path, lock: Path, out: Path) -> dict[str, str]:
    """Write the digest of every stage module below `root` to `out` under `code.<module>`; return them."""
    digests = {name.removeprefix("burnish."): digest_module(name, root=root, lock=lock) for name in stage_modules(root)}
    write_json(out, {"code": _nested(digests)})
    return digests


def stage_modules(root: Path) -> list[str]:
    """Return the modules below `root` that can be run, in order: each is the address of a stage."""
    names = [_module_name(path, root=root) for path in sorted(root.rglob("*.py"))]
    return [name for name in names if name not in EXEMPT and "stage.main(" in _source(_locate(name, root=root))]


def digest_module(name: str, *, root: Path, lock: Path = Path("requirements.lock")) -> str:
    """Return the digest of `name`: of its import closure inside the package, without the exempt modules."""
    modules = closure(name, root=root)
    lines = [f"{module} {_syntax(_locate(module, root=root), module).digest}" for module in sorted(modules - EXEMPT)]
    versions = _locked(lock)
    packages = {package for module in modules - EXEMPT for package in _third_party(_locate(module, root=root), module)}
    lines += [f"{package}=={versions[package]}" for package in sorted(packages) if package in versions]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def closure(name: str, *, root: Path) -> frozenset[str]:
    """Return the modules inside the package that importing `name` imports, `name` included."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        path = _locate(module, root=root)
        if module in seen or not path.is_file():
            continue
        seen.add(module)
        parents = [module.rsplit(".", depth)[0] for depth in range(1, module.count(".") + 1)]
        waiting += [*parents, *_syntax(path, module).imports]
    return frozenset(seen)


@dataclass(frozen=True, slots=True)
class Syntax:
    """What a stage's digest takes from one file: the names that it imports, and a digest of its syntax."""

    imports: tuple[str, ...]
    digest: str


@cache
def _syntax(path: Path, module: str) -> Syntax:
    tree = ast.parse(_source(path))  # not kept: the garbage collector goes over all that are
    pieces: list[str] = []
    _serialise(tree, into=pieces)
    digest = hashlib.sha256("".join(pieces).encode()).hexdigest()
    return Syntax(tuple(_imports(tree, module=module, is_package=path.name == "__init__.py")), digest)


def _imports(tree: ast.Module, *, module: str, is_package: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            above = parts[: len(parts) + is_package - node.level] if node.level else []
            base = ".".join(above + ([node.module] if node.module else []))
            yield from (base, *(f"{base}.{alias.name}" for alias in node.names))


def _third_party(path: Path, module: str) -> Iterator[str]:
    for name in _syntax(path, module).imports:
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top != "burnish":
            yield PROVIDERS.get(top, top).lower().replace("_", "-")


@cache
def _locked(lock: Path) -> dict[str, str]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", lock.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}


def _serialise(node: object, *, into: list[str]) -> None:
    """Add a text of the syntax that is the same on every Python from 3.11: no positions, no docstrings, no empty fields.

    Newer versions add fields, which are empty for the syntax that older ones know.
    """
    if isinstance(node, ast.AST):
        into.append(f"({type(node).__name__}")
        for field, value in ast.iter_fields(node):
            if value is None or value == [] or field in ("kind", "type_comment", "ctx"):
                continue
            into.append(f" {field}=")
            _serialise(_without_docstring(node, value) if field == "body" else value, into=into)
        into.append(")")
    elif isinstance(node, list):
        into.append("[")
        for item in node:
            _serialise(item, into=into)
            into.append(",")
        into.append("]")
    else:
        into.append(f"{type(node).__name__}:{node!r}")


def _without_docstring(owner: ast.AST, body: object) -> object:
    if not isinstance(owner, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return body
    assert isinstance(body, list)
    return body[1:] if ast.get_docstring(owner, clean=False) is not None else body


@cache
def _source(path: Path) -> str:
    return path.read_text()


@cache
def _locate(module: str, *, root: Path) -> Path:
    file = root.joinpath(*module.split("."))
    return file / "__init__.py" if (file / "__init__.py").is_file() else file.with_suffix(".py")


def _module_name(path: Path, *, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _nested(flat: dict[str, str]) -> dict[str, object]:
    nested: dict[str, object] = {}
    for name, value in sorted(flat.items()):
        *above, last = name.split(".")
        place = nested
        for part in above:
            child = place.setdefault(part, {})
            assert isinstance(child, dict)
            place = child
        place[last] = value
    return nested


if __name__ == "__main__":
    write_digests(root=Path("src"), lock=Path("requirements.lock"), out=Path("code.lock.json"))
