"""Hands tasks to the drivers inside the sandbox and reads their reports. Judges nothing.

A task is JSON for one driver (`drivers/`); a report is the JSON that the driver wrote about it. A driver that ends
early, writes too much or writes something else gives a report that says so.
"""

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from burnish import sandbox
from burnish.drivers import (
    deployment_documents,
    document_texts,
    node_apart,
    node_calls,
    node_watch,
    python_calls,
    spec_documents,
    sql_queries,
    typescript_check,
)
from burnish.drivers.lent_packages import DOM, REACT
from burnish.npm_packages import find_bundle, find_package

Report = Mapping[str, Any]
Run = Callable[..., list[Report]]
# How the tasks of one sandbox run: one alone, each in a process of its own, or in one process that they share.
Mark = Literal["alone", "apart", "shared"]

# Processor seconds of one task. A reference needs 0.02: a slow machine changes no verdict.
SINGLE_SECONDS = 4.0
BATCH_SECONDS = 1.0
BATCH_TASKS = 400
# A compiler takes longer to start than for a hundred programs.
COMPILER_TASKS = 1_200
MOST_COMPILED = 10_000
OUTPUT_BYTES = 4_000_000
MEMORY_MB = {
    "python": 512, "python_suite": 512, "python_site": 768, "sql": 512, "node": 1_024, "react": 1_536, "dom": 1_536,
    "typescript": 2_048, "spec": 1_024,
}  # fmt: skip
# Starting these takes that long by itself: large packages, a compiler, validators with their schemas.
EXTRA_SECONDS = {"python_site": 4.0, "react": 4.0, "dom": 4.0, "typescript": 10.0, "spec": 6.0}
# Of these, what has loaded all that before the clock of a task starts: a loop without end needn't wait for it again.
LOADED_AHEAD = frozenset({"dom", "typescript"})
# Drivers whose programs share nothing but what `node_watch` watches, where they share a process.
WATCHED = frozenset({"node", "react", "dom", "typescript"})
LOOKED_CLEAN, LOOKED_SPOILED = b'{"clean":true}', b'{"clean":false}'
# What only reads what it is given: a model's text too is no program for it.
READING = frozenset({"spec"})
SPEC_MODULES = (spec_documents, deployment_documents, document_texts)
START_SPEC = "import os, sys; sys.path.insert(0, os.getcwd()); from burnish.drivers.spec_documents import main; main()"
# Packages of npm that a driver lends to programs.
LENT = {"react": REACT, "dom": DOM}


_compiled: dict[str, "Report"] = {}


class Task(NamedTuple):
    """Work for one driver: its name and what it is told."""

    driver: str
    payload: Mapping[str, Any]


def _source(module: Any) -> str:
    return Path(module.__file__).read_text()


def run_alone(tasks: Sequence[Task], *, workers: int) -> list[Report]:
    """Run each task in a fresh sandboxed process: for programs that a model wrote.

    Documents, which are read and never run, have a process each too, but share sandboxes.
    """
    read = [index for index, task in enumerate(tasks) if task.driver in READING]
    alone = sorted(set(range(len(tasks))) - set(read))
    jobs = [_job([tasks[index]], seconds=SINGLE_SECONDS, mark="alone") for index in alone]
    results = sandbox.run_many(jobs, workers=workers) if jobs else []
    reports = {index: _read_reports(result, expected=1)[0] for index, result in zip(alone, results, strict=True)}
    forked = _run_shared([tasks[index] for index in read], workers=workers, seconds=SINGLE_SECONDS, mark="apart")
    reports.update(zip(read, forked, strict=True))
    return [reports[index] for index in range(len(tasks))]


def run_batched(tasks: Sequence[Task], *, workers: int) -> list[Report]:
    """Run many tasks in one sandboxed process a driver: for programs of our own, at a hundredth of the cost.

    Programs that may have met a poisoned process, and those with which one ended, are run again, each alone.
    """
    return _run_compiled(tasks, workers=workers, mark="shared")


def run_apart(tasks: Sequence[Task], *, workers: int) -> list[Report]:
    """Run each task in a process of its own, as cheaply as that goes: for programs of our own that may harm others.

    These processes share sandboxes. Compilers, which only read the programs, run for all at once.
    """
    return _run_compiled(tasks, workers=workers, mark="apart")


def _run_compiled(tasks: Sequence[Task], *, workers: int, mark: Mark) -> list[Report]:
    compiled = _compile_all([task for task in tasks if _needs_compiler(task)], workers=workers)
    source = {index: next(compiled) for index, task in enumerate(tasks) if _needs_compiler(task)}
    reports = {index: found for index, found in source.items() if "failed" in found}
    # types alone have nothing to run
    reports |= {
        index: {"outcomes": []} for index in source if index not in reports and not tasks[index].payload["calls"]
    }
    left = [index for index in range(len(tasks)) if index not in reports]
    ready = [_with_code(tasks[index], source[index]) if index in source else tasks[index] for index in left]
    own = _run_shared(ready, workers=workers, seconds=BATCH_SECONDS, mark=mark)
    reports.update(zip(left, own, strict=True))
    return [reports[index] for index in range(len(tasks))]


def _needs_compiler(task: Task) -> bool:
    return bool(task.payload.get("typescript") or task.payload.get("jsx"))


def _compile_all(tasks: Sequence[Task], *, workers: int) -> Iterator[Report]:
    """Yield the report of each task's compiler, in order; what was compiled lately isn't compiled again."""
    asked = [Task(task.driver, {**_source_of(task), "compile_only": True}) for task in tasks]
    keys = [json.dumps(task) for task in asked]
    if len(_compiled) > MOST_COMPILED:
        _compiled.clear()
    known = {key: _compiled[key] for key in keys if key in _compiled}
    new = {key: task for key, task in zip(keys, asked, strict=True) if key not in known}
    found = _run_shared(list(new.values()), workers=workers, seconds=BATCH_SECONDS, mark="shared")
    known.update(zip(new, found, strict=True))
    _compiled.update(known)
    return iter([known[key] for key in keys])


def _source_of(task: Task) -> dict[str, Any]:
    """Return what the compiler reads of a task."""
    read = ("program", "usage", "declarations", "typescript", "jsx")
    return {"calls": [], **{name: task.payload[name] for name in read if name in task.payload}}


def _with_code(task: Task, report: Report) -> Task:
    payload = {**task.payload, "typescript": False, "jsx": False, "compiled": report["outcomes"][0]["value"]}
    return Task("node" if task.driver == "typescript" else task.driver, payload)


def _run_shared(tasks: Sequence[Task], *, workers: int, seconds: float, mark: Mark) -> list[Report]:
    reports: dict[int, Report] = {}
    doubtful: list[int] = []
    compiles = any(task.payload.get("compile_only") for task in tasks)
    most = COMPILER_TASKS if compiles else BATCH_TASKS
    waiting = [chunk for group in _by_driver(tasks) for chunk in _chunks(group, workers=workers, most=most)]
    while waiting:
        jobs = [_job([tasks[index] for index in chunk], seconds=seconds, mark=mark) for chunk in waiting]
        results = sandbox.run_many(jobs, workers=workers)
        remaining = []
        for chunk, result in zip(waiting, results, strict=True):
            # the first task without a report ended the process, and those after it never ran
            if mark == "shared" and not compiles and tasks[chunk[0]].driver in WATCHED:
                found, ran = _read_watched(result, expected=len(chunk))
                doubtful += chunk[len(found) : ran]
            else:
                found = _read_reports(result, expected=len(chunk))
                ran = len(found)
            reports.update(zip(chunk, found, strict=False))
            remaining += [chunk[ran:]] if ran < len(chunk) else []
        waiting = remaining
    if doubtful:
        reports.update(zip(doubtful, run_alone([tasks[index] for index in doubtful], workers=workers), strict=True))
    return [reports[index] for index in range(len(tasks))]


def _by_driver(tasks: Sequence[Task]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for index, task in enumerate(tasks):
        groups.setdefault(task.driver, []).append(index)
    return list(groups.values())


def _chunks(indices: list[int], *, workers: int, most: int) -> list[list[int]]:
    size = min(most, -(-len(indices) // workers))
    return [indices[start : start + size] for start in range(0, len(indices), size)]


def _job(tasks: Sequence[Task], *, seconds: float, mark: Mark) -> sandbox.Job:
    driver = tasks[0].driver
    if mark == "apart" and driver in WATCHED:
        seconds = SINGLE_SECONDS  # each starts as if it were alone
    whole = seconds + EXTRA_SECONDS.get(driver, 0.0)
    total = whole * len(tasks) + 10
    limits = sandbox.Limits(
        cpu_seconds=int(total), wall_seconds=int(6 * total), memory_mb=MEMORY_MB[driver], output_bytes=OUTPUT_BYTES,
        processes=64,
    )  # fmt: skip
    limit = seconds if driver in LOADED_AHEAD else whole
    payload = json.dumps([{**task.payload, "seconds": limit, mark: True} for task in tasks]).encode()
    command = _command(driver, alone=len(tasks) == 1)
    return sandbox.Job(argv=command.argv, files=command.files, binds=command.binds, stdin=payload, limits=limits)


class Command(NamedTuple):
    """How a driver starts: its command line, its own files, and what of this machine it sees besides."""

    argv: list[str]
    files: dict[str, str]
    binds: dict[str, Path]


@functools.cache
def _command(driver: str, *, alone: bool) -> Command:
    if driver in WATCHED:
        return _node_command(driver, alone=alone)
    if driver == "spec":
        package = ["burnish/__init__.py", "burnish/drivers/__init__.py"]
        files = {f"burnish/drivers/{one.__name__.rpartition('.')[2]}.py": _source(one) for one in SPEC_MODULES}
        argv = [*sandbox.python_argv(site=True), "-c", START_SPEC]
        return Command(argv, {**dict.fromkeys(package, ""), **files}, {})
    modules = {
        "python": python_calls,
        "python_suite": python_calls,
        "python_site": python_calls,
        "sql": sql_queries,
    }
    module, argv = modules[driver], sandbox.python_argv(site=driver == "python_site")
    return Command([*argv, "driver.py"], {"driver.py": _source(module)}, {})


def _node_command(driver: str, *, alone: bool) -> Command:
    files = {"driver.js": node_calls.SOURCE, "apart.js": node_apart.SOURCE, "watch.js": node_watch.SOURCE}
    binds = {}
    if lent := LENT.get(driver):
        binds = {f"packages/node_modules/{name}": find_package(name) for name in lent.packages}
        if bundle := find_bundle(lent, memory_mb=MEMORY_MB[driver]):
            binds[f"packages/{bundle.name}"] = bundle
    if driver in ("react", "typescript"):
        files["typescript.js"], binds["typescript"] = typescript_check.SOURCE, find_package("typescript")
    # a compiler that runs once spends half its time on optimising itself
    flags = ["--no-opt"] if alone and driver == "typescript" else []
    return Command([*sandbox.node_argv(), *flags, "driver.js"], files, binds)


def _read_reports(result: sandbox.Result, *, expected: int) -> list[Report]:
    """Return the reports of a driver's output, at most `expected`; the first missing one becomes a failure."""
    reports: list[Report] = []
    for line in result.stdout.split(b"\n")[:-1]:
        report = _parse(line)
        if report is None or len(reports) == expected:
            break
        reports.append(report)
    if len(reports) < expected:
        reports.append({"failed": _why_ended(result)})
    return reports


def _read_watched(result: sandbox.Result, *, expected: int) -> tuple[list[Report], int]:
    """Return the reports that a clean look confirmed, and how many tasks ran at all.

    What ran between the last clean look and one that wasn't, or the end of the process, is in doubt.
    """
    sure: list[Report] = []
    pending: list[Report] = []
    for line in result.stdout.split(b"\n")[:-1]:
        report = _parse(line)
        if report is not None:
            pending.append(report)
        elif line == LOOKED_CLEAN:
            sure, pending = sure + pending, []
        elif line == LOOKED_SPOILED:
            return sure, len(sure) + len(pending)
        else:
            break
    return sure, min(len(sure) + len(pending) + 1, expected)


def _parse(line: bytes) -> Report | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    well_formed = isinstance(value, dict) and (
        isinstance(value.get("outcomes"), list) or isinstance(value.get("failed"), str)
    )
    return value if well_formed else None


def _why_ended(result: sandbox.Result) -> str:
    if result.timed_out:
        return "timeout"
    if result.truncated:
        return "wrote too much output"
    if result.killed:
        return "killed: too much memory or too many processes"
    return f"ended its process early (status {result.status}) without a report"
