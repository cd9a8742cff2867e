"""Reads the functions of a Python package that can become tasks: those that stand alone and have enough examples."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from burnish.sources import doctest_harness
from burnish.sources.assertions import read_tests
from burnish.sources.drafts import Draft, Language, TaskParams
from burnish.sources.examples import Check, read_docstring
from burnish.sources.functions import Function, Module, Unresolved, stand_alone
from burnish.sources.mutants import break_program
from burnish.sources.origins import Origin, Reject
from burnish.sources.packs import read_texts
from burnish.sources.prompts import write_python_prompt

SKIPPED_PARTS = frozenset(
    "docs doc docs_src examples example benchmarks benchmark scripts tasks setup.py conftest.py".split()
)


def read_package(source: Path, *, origin: Origin, params: TaskParams) -> tuple[list[Draft], list[Reject]]:
    """Return the functions of a package that stand alone, with what its docstrings and tests state of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        return _read_package(source, origin=origin, params=params)


def _read_package(source: Path, *, origin: Origin, params: TaskParams) -> tuple[list[Draft], list[Reject]]:
    files = read_texts(source, suffixes={".py"})
    tests = {path: text for path, text in files.items() if _is_test(path)}
    own = {path: text for path, text in files.items() if path not in tests and not SKIPPED_PARTS & set(path.split("/"))}
    modules = list(_modules(own))
    package = {module.name: module for _, module in modules}
    drafts: list[Draft] = []
    rejects: list[Reject] = []
    for path, module in modules:
        for node in module.functions():
            try:
                function = stand_alone(package, module, node, max_context_chars=params.max_context_chars)
            except Unresolved as reason:
                rejects.append(Reject("task", origin.name, path, node.name, str(reason)))
            else:
                examples = tuple(read_docstring(function.docstring, entry=node.name))
                checks = tuple(example.check for example in examples if example.check)
                drafts.append(Draft(origin, "python", module.name, path, function, examples, checks))
    return _with_tests(drafts, tests=list(tests.values())), rejects


def _is_test(path: str) -> bool:
    return any(part.startswith("test") or part.endswith("_test.py") for part in path.split("/"))


def _modules(files: Mapping[str, str]) -> Iterator[tuple[str, Module]]:
    for path, text in files.items():
        name = path.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        try:
            yield path, Module(text, name=name)
        except (SyntaxError, ValueError, RecursionError):
            continue


def _with_tests(drafts: list[Draft], *, tests: Sequence[str]) -> list[Draft]:
    """Add what the package's tests state of each function."""
    entries: dict[str, list[str]] = {}
    for draft in drafts:
        entries.setdefault(draft.function.name, []).append(draft.module)
    packages = frozenset(draft.module.partition(".")[0] for draft in drafts)
    found: dict[tuple[str, str], list[Check]] = {}
    for text in tests:
        for key, checks in read_tests(text, entries=entries, packages=packages).items():
            found.setdefault(key, []).extend(checks)
    return [_with_checks(draft, found.get((draft.module, draft.function.name), [])) for draft in drafts]


def _with_checks(draft: Draft, tested: Sequence[Check]) -> Draft:
    return draft._replace(checks=(*draft.checks, *tested))


def _verifier(function: Function, checks: Sequence[Check]) -> dict[str, Any]:
    """Return the verifier that replays `checks`, with what the function needs of its package in the sandbox."""
    text = Path(doctest_harness.__file__).read_text()
    return {
        "kind": "python", "entry": function.name,
        "harness": text.replace('CONTEXT = ""', f"CONTEXT = {function.context!r}", 1),
        "calls": [dict(check.call) for check in checks], "expect": [check.expect for check in checks],
    }  # fmt: skip


def _mutants(function: Function, count: int, rng: Random) -> list[str]:
    return break_program(function.program, entry=function.name, count=count, rng=rng)


PYTHON = Language(_verifier, _mutants, write_python_prompt)
