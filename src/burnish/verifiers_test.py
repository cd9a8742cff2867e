"""Verifier kind `test`: the answer is a test file. It must pass on the good program and fail on every mutant of it.

    {"kind": "test", "language": "python" | "javascript", "module": "cart", "good": source, "mutants": [source, ...],
     "extra": {module: source}, "least": 1, "fixtures": [name, ...] (may be missing),
     "lend": [package, ...] (may be missing), "dom": bool (may be missing)}

Each of these programs meets the tests in a process of its own: a test file can't count how often it is run. The names
of the module are in scope, imported or not. `least` is how many tests must run; `fixtures` are those that the tests
must define and use; `lend` names packages besides pytest that have a stand-in in `standins.py`.
With `dom` a JavaScript test and its module find a browser's `document`, `Event` and the like.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from burnish.comparing import show
from burnish.drivers import node_tests
from burnish.driving import Report, Task
from burnish.standins import lend
from burnish.verdicts import PASSED, Verdict, fail

RUN_PYTHON = """
import pytest

def drive(ns, call):
    return pytest.run_tests(ns)
"""


def suite_tasks(verifier: Mapping[str, Any], code: str) -> list[Task]:
    """Return one task for the good program and one for each mutant."""
    write = _node_task if verifier["language"] == "javascript" else _python_task
    return [write(verifier, code, program) for program in (verifier["good"], *verifier["mutants"])]


def _python_task(verifier: Mapping[str, Any], code: str, program: str) -> Task:
    modules = {**lend(["pytest", *verifier.get("lend", [])]), **verifier["extra"], verifier["module"]: program}
    source = f"from {verifier['module']} import *\n{code}"
    return Task(
        "python_suite", {"program": source, "harness": RUN_PYTHON, "entry": None, "calls": [None], "modules": modules}
    )


def _node_task(verifier: Mapping[str, Any], code: str, program: str) -> Task:
    has_dom = verifier.get("dom", False)
    lent = node_tests.MODULES | (node_tests.DOM_MODULES if has_dom else {})
    modules = {**lent, **verifier["extra"], verifier["module"]: program}
    payload = {
        "program": code, "harness": node_tests.RUN, "entry": None, "calls": [None], "modules": modules,
        "prelude": [*(node_tests.DOM_MODULES if has_dom else []), verifier["module"], "node:test"],
        "ours": list(lent),
    }  # fmt: skip
    return Task("dom", payload | {"imports": [node_tests.DOM_PACKAGE]}) if has_dom else Task("node", payload)


def judge_suite(verifier: Mapping[str, Any], reports: Sequence[Report]) -> Verdict:
    """Ask that the tests pass on the good program, the first report, and that each other report holds a failure.

    Reports of the last mutants may be missing: a refusal stands without them.
    """
    good, *others = (_read(report) for report in reports)
    if isinstance(good, str):
        return fail(f"on the good program: {good}")
    if good["ran"] < verifier["least"]:
        return fail(f"{good['ran']} tests run, at least {verifier['least']} wanted")
    if unused := [name for name in verifier.get("fixtures", []) if name not in good.get("fixtures", [])]:
        return fail(f"no test uses a fixture {unused[0]}")
    if good["failed"]:
        return fail(f"fails on the good program: {show(good['failed'][0])}")
    for number, other in enumerate(others, start=1):
        if isinstance(other, str):
            return fail(f"on mutant {number}: {other}")
        if not other["failed"]:
            return fail(f"passes on mutant {number} of {len(verifier['mutants'])}")
    return PASSED


def _read(report: Report) -> dict[str, Any] | str:
    """Return how many tests ran and which failed, or why that isn't known."""
    if "failed" in report:
        return str(report["failed"])
    outcomes = report["outcomes"]
    value = outcomes[0].get("value") if len(outcomes) == 1 and isinstance(outcomes[0], dict) else None
    if isinstance(value, dict) and isinstance(value.get("ran"), int) and isinstance(value.get("failed"), list):
        return value
    return "the report has the wrong form"
