"""Turns the functions of a package into verifiable tasks: signature and docstring in, body out, examples decide.

A task is kept when the original passes, twice and in the sandbox, and enough broken versions of it fail.
"""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from burnish.cases import render_answer, verify_many
from burnish.params import Section
from burnish.progress import Meter
from burnish.seeds import rng, share
from burnish.sources import doctest_harness
from burnish.sources.assertions import read_tests
from burnish.sources.examples import Check, Example, read_docstring
from burnish.sources.functions import Function, Module, Unresolved, stand_alone
from burnish.sources.mutants import break_program
from burnish.sources.origins import Origin, Reject
from burnish.sources.prompts import write_prompt

SKIPPED_PARTS = frozenset(
    (
        "docs",
        "doc",
        "docs_src",
        "examples",
        "example",
        "benchmarks",
        "benchmark",
        "scripts",
        "tasks",
        "setup.py",
        "conftest.py",
    )
)
MAX_CHECK_CHARS = 700
BATCH = 1_600


class TaskParams(Section):
    """Which tasks are kept, and how they are split."""

    max_context_chars: int
    max_reference_chars: int
    max_prompt_chars: int
    max_checks: int
    min_checks: int
    mutants: int
    min_kill_rate: float
    withheld_share: float
    seen_share: float


class Draft(NamedTuple):
    """A function that may become a task, with the examples in its docstring and all checks known of it."""

    origin: Origin
    module: str
    path: str
    function: Function
    examples: tuple[Example, ...]
    checks: tuple[Check, ...]

    @property
    def id(self) -> str:
        """Name the task by package, module and function."""
        return f"{self.category}/{self.module}.{self.function.name}"

    @property
    def category(self) -> str:
        """One category a package."""
        return "real_" + self.origin.name.replace("-", "_").replace(".", "_")


class Kept(NamedTuple):
    """What came through: the rows, the rejects, and how many of the tried mutants the checks noticed."""

    cases: list[dict[str, Any]]
    rejects: list[Reject]
    mutants: int
    killed: int


def read_package(folder: Path, *, origin: Origin, params: TaskParams) -> tuple[list[Draft], list[Reject]]:
    """Return the functions of a package that stand alone and have enough checks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        return _read_package(folder, origin=origin, params=params)


def _read_package(folder: Path, *, origin: Origin, params: TaskParams) -> tuple[list[Draft], list[Reject]]:
    paths = sorted(folder.rglob("*.py"))
    files = {path.relative_to(folder).as_posix(): path.read_text(errors="replace") for path in paths}
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
                drafts.append(Draft(origin, module.name, path, function, examples, checks))
    return _with_tests(drafts, tests=list(tests.values()), params=params, rejects=rejects), rejects


def _is_test(path: str) -> bool:
    return any(part.startswith("test") or part.endswith("_test.py") for part in path.split("/"))


def _modules(files: Mapping[str, str]) -> Iterator[tuple[str, Module]]:
    for path, text in files.items():
        name = path.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        try:
            yield path, Module(text, name=name)
        except (SyntaxError, ValueError, RecursionError):
            continue


def _with_tests(drafts: list[Draft], *, tests: Sequence[str], params: TaskParams, rejects: list[Reject]) -> list[Draft]:
    """Add what the package's tests state of each function, and leave out those with too little to decide by."""
    entries: dict[str, list[str]] = {}
    for draft in drafts:
        entries.setdefault(draft.function.name, []).append(draft.module)
    packages = frozenset(draft.module.partition(".")[0] for draft in drafts)
    found: dict[tuple[str, str], list[Check]] = {}
    for text in tests:
        for key, checks in read_tests(text, entries=entries, packages=packages).items():
            found.setdefault(key, []).extend(checks)
    enough = []
    for draft in drafts:
        tested = found.get((draft.module, draft.function.name), [])
        checks = _distinct([*draft.checks, *tested])[: params.max_checks]
        reason = _unfit(draft.function, checks=checks, params=params)
        if reason:
            rejects.append(Reject("task", draft.origin.name, draft.path, draft.function.name, reason))
        else:
            enough.append(draft._replace(checks=tuple(checks)))
    return enough


def _distinct(checks: Sequence[Check]) -> list[Check]:
    keyed = {json.dumps([check.call, check.expect], sort_keys=True): check for check in reversed(checks)}
    return [check for text, check in reversed(keyed.items()) if len(text) <= MAX_CHECK_CHARS]


def _unfit(function: Function, *, checks: Sequence[Check], params: TaskParams) -> str | None:
    if len(checks) < params.min_checks:
        return "has too few examples with a result that can be compared"
    if len(function.program) > params.max_reference_chars:
        return "is too long"
    values = {json.dumps(check.expect, sort_keys=True) for check in checks if not _raises(check)}
    return "has the same result in every example" if len(values) < 2 else None


def _raises(check: Check) -> bool:
    return isinstance(check.expect, dict) and check.expect.keys() == {"raises"}


def harness_for(function: Function) -> str:
    """Return the sandboxed driver with what the function needs of its package."""
    text = Path(doctest_harness.__file__).read_text()
    return text.replace('CONTEXT = ""', f"CONTEXT = {function.context!r}", 1)


def verifier_for(function: Function, checks: Sequence[Check]) -> dict[str, Any]:
    """Return the verifier that replays `checks`."""
    return {"kind": "python", "entry": function.name, "harness": harness_for(function),
            "calls": [dict(check.call) for check in checks], "expect": [check.expect for check in checks]}  # fmt: skip


def keep_verified(drafts: Sequence[Draft], *, params: TaskParams, seed: int, workers: int) -> Kept:
    """Return the cases whose checks the original passes and the broken versions fail."""
    rejects: list[Reject] = []
    passing = _keep_true_checks(drafts, params=params, workers=workers, rejects=rejects)
    verifiers = [verifier_for(draft.function, draft.checks) for draft in passing]
    mutants = [_mutants(draft, params=params, seed=seed) for draft in passing]
    pairs = [
        (verifier, text)
        for verifier, draft, broken in zip(verifiers, passing, mutants, strict=True)
        for text in (draft.function.program, *broken)
    ]
    verdicts = _passes(pairs, workers=workers, label="run originals and mutants")
    kept = Kept([], rejects, 0, 0)
    for draft, verifier, broken in zip(passing, verifiers, mutants, strict=True):
        original, *others = [next(verdicts) for _ in (None, *broken)]
        killed = [text for text, passed in zip(broken, others, strict=True) if not passed]
        row = build_case(draft, verifier=verifier, mutants=killed, params=params, seed=seed)
        reason = _weak(original, mutants=others, params=params)
        if len(row["prompt"]) > params.max_prompt_chars:
            reason = reason or "its prompt is too long"
        if reason:
            rejects.append(Reject("task", draft.origin.name, draft.path, draft.function.name, reason))
            continue
        kept.cases.append(row)
        kept = kept._replace(mutants=kept.mutants + len(broken), killed=kept.killed + len(killed))
    return kept


def _mutants(draft: Draft, *, params: TaskParams, seed: int) -> list[str]:
    random = rng(seed, "mutants", draft.id)
    return break_program(draft.function.program, entry=draft.function.name, count=params.mutants, rng=random)


def _weak(original: bool, *, mutants: Sequence[bool], params: TaskParams) -> str | None:
    """Return why the checks decide too little: which passed, the original and each mutant, the empty body first."""
    if not original:
        return "its original fails when it is run again"
    if mutants[0]:
        return "its checks pass an empty body"
    if len(mutants) < 2 or sum(mutants) > (1 - params.min_kill_rate) * len(mutants):
        return "its checks miss too many broken versions"
    return None


def _keep_true_checks(
    drafts: Sequence[Draft], *, params: TaskParams, workers: int, rejects: list[Reject]
) -> list[Draft]:
    """Run each check of each original alone; one that doesn't hold needs more of its package, and is dropped."""
    pairs = [
        (verifier_for(draft.function, [check]), draft.function.program) for draft in drafts for check in draft.checks
    ]
    verdicts = _passes(pairs, workers=workers, label="run examples")
    passing = []
    for draft in drafts:
        checks = tuple(check for check in draft.checks if next(verdicts))
        if reason := _unfit(draft.function, checks=checks, params=params):
            if len(checks) < params.min_checks:
                reason = "its original fails its own examples without the rest of its package"
            rejects.append(Reject("task", draft.origin.name, draft.path, draft.function.name, reason))
        else:
            passing.append(draft._replace(checks=checks))
    return passing


def _passes(pairs: Sequence[tuple[Mapping[str, Any], str]], *, workers: int, label: str) -> Iterator[bool]:
    """Yield for each verifier and program whether it passes; they share processes, since all of them are ours."""
    with Meter(label, total=len(pairs)) as meter:
        for start in range(0, len(pairs), BATCH):
            batch = pairs[start : start + BATCH]
            verdicts = verify_many(
                [(v, render_answer(text, verifier=v)) for v, text in batch], workers=workers, batch=True
            )
            meter.advance(len(batch))
            yield from (verdict.passed for verdict in verdicts)


def build_case(
    draft: Draft, *, verifier: Mapping[str, Any], mutants: Sequence[str], params: TaskParams, seed: int
) -> dict[str, Any]:
    """Return the row of one task."""
    function = draft.function
    prompt = write_prompt(function, examples=draft.examples, checks=draft.checks, rng=rng(seed, "prompt", draft.id))
    return {
        "id": draft.id, "family": "real", "category": draft.category, "template": draft.module,
        "split": split_of(draft, params=params),
        "prompt": prompt,
        "starter": function.header + function.context, "reference": function.program,
        "verifier": json.dumps(verifier, sort_keys=True, ensure_ascii=False), "mutants": list(mutants), "cheats": [],
        "shape": "original", "licence": draft.origin.licence, "source": f"{draft.origin.url}#{draft.path}",
    }  # fmt: skip


def split_of(draft: Draft, *, params: TaskParams) -> str:
    """Withhold whole packages, then single functions of the others; a function's own name decides, not its place."""
    if share("withheld package", draft.origin.name) < params.withheld_share:
        return "unseen"
    return "seen" if share("held-out function", draft.id) < params.seen_share else "train"
