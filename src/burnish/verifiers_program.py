"""Verifier kinds that execute the answer: `python`, `node`, `sql`. Inputs go into the sandbox, expected values don't.

    {"kind": "python", "entry": "name", "calls": [[argument, ...], ...], "expect": [value, ...],
     "harness": text or null, "modules": {name: source}, "site": bool (may be missing),
     "lend": [package, ...] (may be missing)}
    {"kind": "node", ...the same...}
    {"kind": "node", "packages": [name, ...], "language": "jsx" (where the answer may hold JSX), ...the same...}
    {"kind": "node", "language": "typescript", "usage": text, "jsx": bool, ...the same...}
    {"kind": "sql", "databases": [setup, ...], "queries": [text, ...] or null, "script": bool, "ordered": bool,
     "columns": [name, ...] or null, "expect": [one a database]}

With `site` a Python program may import the packages of this environment besides the standard library; with `lend` the
stand-ins of these packages in `standins.py`.
TypeScript is type-checked first, together with `usage`, which must type-check beside it.
An expected value is JSON, or `{"raises": "ValueError"}` for a call that must raise that class or a subclass.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from burnish.comparing import find_difference, show
from burnish.driving import Report, Task
from burnish.standins import lend
from burnish.verdicts import PASSED, Verdict, fail

Verifier = Mapping[str, Any]


def call_tasks(verifier: Verifier, code: str) -> list[Task]:
    """Return the one task of a `python` or `node` verifier."""
    payload = {
        "program": code, "harness": verifier.get("harness"), "entry": verifier.get("entry"),
        "calls": verifier["calls"], "modules": lend(verifier.get("lend", [])) | (verifier.get("modules") or {}),
    }  # fmt: skip
    if "packages" in verifier:
        is_jsx = verifier.get("language") == "jsx"
        return [Task("react", payload | {"packages": verifier["packages"], "jsx": is_jsx})]
    if verifier.get("language") != "typescript":
        return [Task("python_site" if verifier.get("site") else verifier["kind"], payload)]
    typed = {
        "typescript": True,
        "usage": verifier["usage"],
        "jsx": verifier["jsx"],
        "declarations": verifier["declarations"],
    }
    return [Task("typescript", payload | typed)]


def judge_calls(verifier: Verifier, reports: Sequence[Report]) -> Verdict:
    """Compare the outcome of every call with what is expected of it."""
    report = reports[0]
    if "failed" in report:
        return fail(report["failed"])
    expect = verifier["expect"]
    if len(report["outcomes"]) != len(expect):
        return fail(f"reported {len(report['outcomes'])} results of {len(expect)}")
    for number, (outcome, expected) in enumerate(zip(report["outcomes"], expect, strict=True)):
        if difference := compare_outcome(outcome, expected=expected):
            return fail(f"call {number + 1} {show(verifier['calls'][number])}: {difference}")
    return PASSED


def compare_outcome(outcome: Any, *, expected: Any) -> str | None:
    """Return how one outcome differs from what is expected, or None."""
    if not isinstance(outcome, dict) or len(outcome) != 1:
        return "the report has the wrong form"
    wanted = expected["raises"] if isinstance(expected, dict) and expected.keys() == {"raises"} else None
    if "unreadable" in outcome:
        return f"result isn't JSON: {outcome['unreadable']}"
    if "raises" in outcome:
        raised = outcome["raises"] if isinstance(outcome["raises"], list) else []
        return None if wanted in raised else f"raises {show((raised or ['?'])[0])}, expected {show(expected)}"
    if wanted:
        return f"result is {show(outcome.get('value'))}, but {wanted} should be raised"
    return find_difference(outcome.get("value"), expected=expected)


def query_tasks(verifier: Verifier, code: str) -> list[Task]:
    """Return the one task of a `sql` verifier."""
    payload = {
        "program": code, "script": verifier["script"], "databases": verifier["databases"],
        "queries": verifier["queries"],
    }  # fmt: skip
    return [Task("sql", payload)]


def judge_queries(verifier: Verifier, reports: Sequence[Report]) -> Verdict:
    """Compare the rows from every database with what is expected there."""
    report = reports[0]
    if "failed" in report:
        return fail(report["failed"])
    expect = verifier["expect"]
    if len(report["outcomes"]) != len(expect):
        return fail(f"reported {len(report['outcomes'])} databases of {len(expect)}")
    for number, (outcome, expected) in enumerate(zip(report["outcomes"], expect, strict=True)):
        compare = _compare_rows if verifier["queries"] is None else _compare_checks
        if difference := compare(verifier, outcome.get("value"), expected):
            return fail(f"database {number + 1}: {difference}")
    return PASSED


def _compare_rows(verifier: Verifier, got: Any, expected: list[Any]) -> str | None:
    if not isinstance(got, dict) or not isinstance(got.get("rows"), list):
        return "the report has the wrong form"
    if verifier.get("columns") and got.get("columns") != verifier["columns"]:
        return f"columns are {show(got.get('columns'))}, not {show(verifier['columns'])}"
    return _difference_of_rows(got["rows"], expected, ordered=verifier["ordered"])


def _compare_checks(verifier: Verifier, got: Any, expected: list[Any]) -> str | None:
    if not isinstance(got, list) or len(got) != len(expected):
        return "the report has the wrong form"
    for query, rows, wanted in zip(verifier["queries"], got, expected, strict=True):
        both_rows = isinstance(rows, list) and isinstance(wanted, list)
        if both_rows:
            difference = _difference_of_rows(rows, wanted, ordered=verifier["ordered"])
        else:
            difference = find_difference(rows, expected=wanted)
        if difference:
            return f"{show(query)}: {difference}"
    return None


def _difference_of_rows(rows: list[Any], expected: list[Any], *, ordered: bool) -> str | None:
    if not ordered:
        rows, expected = sorted(rows, key=repr), sorted(expected, key=repr)
    return find_difference(rows, expected=expected, place="rows")
