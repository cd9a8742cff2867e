"""A task's tests on one program, by each surface: what the program did at each step. Knows no expected value.

Programs run in the sandbox only. Functions and statements go through the drivers of `burnish.driving`; commands and
servers through `drivers/relay.py`, which speaks JSON lines over a pipe; a database file that a program left is read in a
second sandbox, by the tester's own queries.
"""

import base64
import functools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from burnish import sandbox
from burnish.benchmarks.fullstack.tasks import Check, Surface, Task
from burnish.drivers import database_file, page_steps, relay
from burnish.driving import Report, run_alone
from burnish.driving import Task as DriverTask
from burnish.sandbox import Limits, Session, SessionEnded
from burnish.verifiers_html import text_of

# Processor seconds of one session: a reference needs a tenth, so that a slow machine changes no verdict.
PROGRAM = Limits(cpu_seconds=10, wall_seconds=120, memory_mb=512, output_bytes=4_000_000, processes=64)
READER = Limits(cpu_seconds=4, wall_seconds=30, memory_mb=256, output_bytes=1_000_000, processes=8)
STEP_SECONDS = 8.0
REPLY_SECONDS = 20.0
TIMEOUT = "timeout"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}

Outcome = Mapping[str, Any]


class Seen(NamedTuple):
    """What came of one test: an outcome for each step, or why there is none; `runs`: the program started."""

    outcomes: Sequence[Outcome]
    failed: str
    runs: bool


def observe(task: Task, code: str, *, tests: Sequence[Check]) -> list[Seen]:
    """Run the tests on `code`, in order."""
    return _OBSERVERS[task.surface](task, code, tests)


def _observe_calls(task: Task, code: str, tests: Sequence[Check]) -> list[Seen]:
    """Call a function: all tests in one process, which the next answer doesn't share."""
    calls = [step.do for test in tests for step in test.steps]
    payload: dict[str, Any] = {
        "program": code,
        "harness": task.harness or None,
        "entry": task.entry,
        "calls": calls,
        "modules": {},
    }
    (report,) = run_alone([DriverTask("python" if task.surface == "python" else "node", payload)], workers=1)
    return _split(report, tests)


def _observe_page(task: Task, code: str, tests: Sequence[Check]) -> list[Seen]:
    calls = [step.do for test in tests for step in test.steps]
    payload: dict[str, Any] = {
        "program": f"exports.page = {json.dumps(code)};", "harness": page_steps.HARNESS, "entry": None, "calls": calls,
        "modules": {}, "imports": [page_steps.PACKAGE],
    }  # fmt: skip
    (report,) = run_alone([DriverTask("dom", payload)], workers=1)
    return _split(report, tests)


def _split(report: Report, tests: Sequence[Check]) -> list[Seen]:
    total = sum(len(test.steps) for test in tests)
    outcomes = report.get("outcomes", [])
    if "failed" in report or len(outcomes) != total:
        reason = str(report.get("failed", f"reported {len(outcomes)} results of {total}"))
        return [Seen((), reason, runs=False) for _ in tests]
    rest = iter(outcomes)
    return [Seen([next(rest) for _ in test.steps], "", runs=True) for test in tests]


def _observe_sql(task: Task, code: str, tests: Sequence[Check]) -> list[Seen]:
    """Run statements on each step's own database; with `queries` these read what the statements left."""
    tasks = []
    for test in tests:
        databases, queries = [step.do["setup"] for step in test.steps], test.steps[0].do.get("queries")
        payload: dict[str, Any] = {
            "program": code,
            "script": queries is not None,
            "databases": databases,
            "queries": queries,
        }
        tasks.append(DriverTask("sql", payload))
    return [_read_sql(report, test) for report, test in zip(run_alone(tasks, workers=1), tests, strict=True)]


def _read_sql(report: Report, test: Check) -> Seen:
    outcomes = report.get("outcomes", [])
    if "failed" in report or len(outcomes) != len(test.steps):
        return Seen((), str(report.get("failed", "the report has the wrong form")), runs=False)
    values = [outcome.get("value") if isinstance(outcome, dict) else None for outcome in outcomes]
    rows = [value.get("rows") if isinstance(value, dict) else value for value in values]
    return Seen([{"value": one} for one in rows], "", runs=True)


@functools.cache
def _relay_source() -> str:
    return Path(relay.__file__).read_text()


def _observe_program(task: Task, code: str, tests: Sequence[Check]) -> list[Seen]:
    """Start a command or a server afresh for each test; a sandbox that it brings down is made anew for the next."""
    seen: list[Seen] = []
    while len(seen) < len(tests):
        seen += _observe_until_end(task, code, tests[len(seen) :])
    return seen


def _observe_until_end(task: Task, code: str, tests: Sequence[Check]) -> list[Seen]:
    """Run tests in one sandbox until they or it come to an end; at least one is run."""
    files: dict[str, str | bytes] = {"relay.py": _relay_source(), f"{relay.FOLDER}/{relay.PROGRAM}": code}
    seen: list[Seen] = []
    try:
        with sandbox.open_session([*sandbox.python_argv(), "relay.py"], files=files, limits=PROGRAM) as session:
            session.send(json.dumps({"kind": task.surface, "seconds": STEP_SECONDS}).encode())
            for test in tests:
                seen.append(_observe_one(session, test))  # noqa: PERF401 - what was seen counts when the next one ends it
    except SessionEnded as ended:
        seen.append(Seen((), TIMEOUT if ended.result.timed_out else "ended its sandbox", runs=False))
    return seen


def _observe_one(session: Session, test: Check) -> Seen:
    outcomes: list[Outcome] = []
    kept: dict[str, str] = {}
    if "failed" in (started := _ask(session, {"fresh": True})):
        return Seen((), str(started["failed"]), runs=False)
    for step in test.steps:
        outcome = _take(session, step.do, kept=kept)
        if "failed" in outcome:
            return Seen((), str(outcome["failed"]), runs=bool(outcomes))
        outcomes.append(outcome)
    return Seen(outcomes, "", runs=True)


def _ask(session: Session, message: Mapping[str, Any]) -> dict[str, Any]:
    session.send(json.dumps(message).encode())
    try:
        value = json.loads(session.receive(timeout=REPLY_SECONDS))
    except (ValueError, RecursionError):
        value = None
    well_formed = isinstance(value, dict) and ("value" in value or isinstance(value.get("failed"), str))
    return value if well_formed else {"failed": "the report has the wrong form"}


def _take(session: Session, do: Mapping[str, Any], *, kept: dict[str, str]) -> Outcome:
    """Do one step. `keep` remembers a field of the answer, which `{name}` in later paths and headers stands for."""
    if "queries" in do:
        return _read_database(session, do["queries"])
    if do.get("restart"):
        return _ask(session, do)
    if "args" in do:
        said = _ask(session, do)
        return said if "failed" in said else {"value": _look_at_output(said["value"], do)}
    said = _ask(session, _write_request(do, kept=kept))
    if "failed" in said:
        return said
    value = _look_at_response(said["value"], do)
    if value is None:
        return {"failed": "the report has the wrong form"}
    answer = value.get("json")
    for name, key in do.get("keep", {}).items():
        kept[name] = str(answer.get(key)) if isinstance(answer, dict) else ""
        if isinstance(answer, dict):
            answer.pop(key, None)
    return {"value": value}


def _write_request(do: Mapping[str, Any], *, kept: Mapping[str, str]) -> dict[str, Any]:
    def put_in(text: str) -> str:
        for name, value in kept.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    method, _, path = do["request"].partition(" ")
    headers = {name: put_in(value) for name, value in do.get("headers", {}).items()}
    body = None
    if "json" in do:
        headers, body = {**JSON, **headers}, json.dumps(do["json"])
    elif "form" in do:
        headers, body = {**FORM, **headers}, do["form"]
    return {"method": method, "path": put_in(path), "headers": headers, "body": body}


def _look_at_response(response: Any, do: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the test asks of a response: its status, and its JSON, the texts of elements or a header."""
    if not isinstance(response, dict) or not isinstance(response.get("text"), str):
        return None
    value: dict[str, Any] = {"status": response.get("status")}
    look = do.get("look", "json")
    if look == "json":
        value["json"] = _parse(response["text"])
    elif look == "location":
        headers = response.get("headers")
        value["location"] = headers.get("location") if isinstance(headers, dict) else None
    elif look != "status":
        value["texts"] = [text_of(node) for node in LexborHTMLParser(response["text"]).css(look)]
    return value


def _look_at_output(output: Any, do: Mapping[str, Any]) -> Any:
    if not isinstance(output, dict) or not isinstance(output.get("text"), str):
        return None
    text = output["text"]
    return {
        "status": output.get("status"),
        "output": _parse(text) if do.get("look", "json") == "json" else text.strip(),
    }


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _read_database(session: Session, queries: Sequence[str]) -> Outcome:
    said = _ask(session, {"database": True})
    if "failed" in said:
        return said
    try:
        content = base64.b64decode(said["value"], validate=True)
    except (ValueError, TypeError):
        return {"failed": "the report has the wrong form"}
    source = Path(database_file.__file__).read_text()
    files: dict[str, str | bytes] = {"reader.py": source, "data.db": content}
    asked = json.dumps({"queries": list(queries)}).encode()
    result = sandbox.run([*sandbox.python_argv(), "reader.py"], files=files, stdin=asked, limits=READER)
    report = _parse(result.stdout.decode(errors="replace"))
    if not isinstance(report, dict):
        return {"failed": "the database can't be read"}
    failed = [outcome["failed"] for outcome in report["outcomes"] if "failed" in outcome]
    return {"failed": failed[0]} if failed else {"value": [outcome["value"] for outcome in report["outcomes"]]}


_OBSERVERS: Mapping[Surface, Callable[[Task, str, Sequence[Check]], list[Seen]]] = {
    "python": _observe_calls, "javascript": _observe_calls, "sql": _observe_sql, "page": _observe_page,
    "command": _observe_program, "server": _observe_program,
}  # fmt: skip
