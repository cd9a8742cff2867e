"""Sandboxed: executes Python programs, calls them, reports results as JSON. Standard library only.

A task is {"program", "harness" or null, "entry", "calls", "modules", "seconds"}. A report is {"outcomes": [...]} or
{"failed": reason}; an outcome is {"value": JSON}, {"raises": [class names]} or {"unreadable": reason}. A task with
"apart" runs in a process of its own, forked from one that never runs a program, and finds no files of those before it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import types

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing `typing` and `inspect` would double the start-up of every program
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    Namespace = dict[str, Any]

MAX_DEPTH = 60
MAX_LINE_BYTES = 4_000_000
# The folders that a program in the sandbox can write to; the second is the working directory.
SCRATCH = ("/tmp", "/tmp/work", "/dev/shm")
AHEAD = frozenset({"asyncio", "inspect", "sqlite3", "sqlalchemy", "logging", "io", "datetime"})
# How often an alarm looks whether a program only waits.
LOOK_SECONDS = 0.1
# A batch repeats its harness and modules with each program.
COMPILED: dict[tuple[str, str], types.CodeType] = {}
# Signals whose handlers are this driver's, or Python's own.
HANDLED = {signal.SIGALRM, signal.SIGPROF, signal.SIGINT}


class OutOfTime(BaseException):
    """The time of one task is over. Not an `Exception`, so that a program's own handlers don't swallow it."""


class NotJsonError(Exception):
    """A result that has no JSON form."""


def to_json(value: Any, depth: int = 0) -> Any:
    """Return `value` as plain JSON types; subclasses are read through the base class's own methods."""
    if depth > MAX_DEPTH:
        raise NotJsonError("nested too deeply")
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise NotJsonError(f"{value} has no JSON form")
        return float.__float__(value)
    if isinstance(value, list | tuple):
        items = list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value)
        return [to_json(item, depth + 1) for item in items]
    if isinstance(value, dict):
        return {key_to_json(key): to_json(item, depth + 1) for key, item in dict.items(value)}
    raise NotJsonError(f"a {type(value).__name__} has no JSON form")


def key_to_json(key: Any) -> str:
    """Return a mapping's key, which must be text."""
    if not isinstance(key, str):
        raise NotJsonError(f"a mapping's key is a {type(key).__name__}, not text")
    return str.__str__(key)


def settle(value: Any) -> Any:
    """Wait for `value` if it is awaitable."""
    if not hasattr(value, "__await__"):
        return value
    import asyncio

    async def wait() -> Any:
        return await value

    return asyncio.run(wait())


def call_entry(namespace: Namespace, call: Any, entry: str) -> Any:
    """Call the function `entry`: a list holds its arguments; a mapping of args and kwargs holds both kinds."""
    function = namespace[entry]
    if isinstance(call, dict) and call.keys() <= {"args", "kwargs"}:
        return function(*call.get("args", []), **call.get("kwargs", {}))
    return function(*call)


def observe(drive: Callable[[Any], Any], call: Any) -> dict[str, Any]:
    """Return the outcome of one call."""
    try:
        return {"value": to_json(settle(drive(call)))}
    except NotJsonError as error:
        return {"unreadable": str(error)}
    except OutOfTime:
        raise
    except BaseException as error:
        return {"raises": [kind.__name__ for kind in type(error).__mro__ if kind is not object]}


def load(name: str, source: str) -> Namespace:
    """Execute `source` as the module `name` and return its namespace."""
    module = types.ModuleType(name)
    sys.modules[name] = module
    if (name, source) not in COMPILED:
        COMPILED[name, source] = compile(source, f"{name}.py", "exec", dont_inherit=True)
    exec(COMPILED[name, source], module.__dict__)
    return module.__dict__


def run_task(task: dict[str, Any]) -> dict[str, Any]:
    """Load one program and return the report of its calls."""
    for name, source in (task.get("modules") or {}).items():
        load(name, source)
    try:
        namespace = load("program", task["program"])
    except OutOfTime:
        raise
    except BaseException as error:
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    if task.get("harness"):
        drive = load("harness", task["harness"])["drive"]
        return {"outcomes": [observe(lambda call: drive(namespace, call), call) for call in task["calls"]]}
    if not callable(namespace.get(task["entry"])):
        return {"failed": f"defines no function {task['entry']}"}
    return {
        "outcomes": [observe(lambda call: call_entry(namespace, call, task["entry"]), call) for call in task["calls"]]
    }


def waits_for_ever(frame: types.FrameType | None) -> bool:
    """Say whether nothing can end the wait at `frame`: of an event loop's only thread, without timer, other end or signal."""
    selectors = sys.modules.get("selectors")
    if frame is None or selectors is None or frame.f_code is not selectors.EpollSelector.select.__code__:
        return False
    # one end is the loop's own, by which other threads wake it
    is_only = len(frame.f_locals["self"].get_map()) == 1 and len(sys._current_frames()) == 1
    if not is_only or frame.f_locals["timeout"] != -1:
        return False
    return not any(callable(signal.getsignal(number)) for number in signal.valid_signals() - HANDLED)


class Alarm:
    """The time of the task that runs. Once it is over no signal ends anything: the report must get out."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.set, self.end, self.starved = False, 0.0, 0.0

    def start(self, seconds: float) -> None:
        """Give a task `seconds` of the processor and five times that asleep; a wait for nothing ends at once."""
        self.end, self.starved, self.set = time.monotonic() + 5 * seconds, starved_seconds(), True
        signal.signal(signal.SIGPROF, self.out_of_time)
        signal.signal(signal.SIGALRM, self.look)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)

    def stop(self) -> None:
        """End the timers."""
        self.set = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def out_of_time(self, *_: object) -> None:
        """End the task that runs: it had its time of the processor."""
        if self.set:
            raise OutOfTime

    def look(self, _: int, frame: types.FrameType | None) -> None:
        """End the task that runs if it slept too long or waits for nothing; waiting for a processor is neither."""
        late = time.monotonic() - self.end
        if self.set and ((late >= 0 and late >= starved_seconds() - self.starved) or waits_for_ever(frame)):
            raise OutOfTime


ALARM = Alarm()


def starved_seconds() -> float:
    """Return how long this process was ready and got no processor; 0 where the kernel doesn't say."""
    try:
        with open("/proc/self/schedstat") as file:  # noqa: PTH123 - `pathlib` would be imported for it
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def run_within(seconds: float, task: dict[str, Any]) -> dict[str, Any]:
    """Run one task, within its time."""
    ALARM.start(seconds)
    try:
        return run_task(task)
    except OutOfTime:
        return {"failed": "timeout"}
    finally:
        ALARM.stop()


def run_apart(task: dict[str, Any], private: int) -> dict[str, Any]:
    """Run one task in a forked process, which doesn't have our `private` descriptor: it can't speak for others."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        os.close(private)
        os.setpgid(0, 0)
        send(report_of(task), writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        line = pipe.readline(MAX_LINE_BYTES)
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except ProcessLookupError:  # it died before it made its group
            continue
    os.waitpid(pid, 0)
    try:
        report = json.loads(line)
    except ValueError:
        report = None
    return report if isinstance(report, dict) else {"failed": "ended its process early without a report"}


def list_scratch() -> set[Path]:
    """Return what lies in the folders that programs can write to; nothing outside the sandbox."""
    from pathlib import Path

    inside = str(Path.cwd()) == SCRATCH[1]
    return {path for folder in SCRATCH for path in Path(folder).iterdir()} if inside else set()


def clear_scratch(kept: set[Path]) -> None:
    """Remove what a task left: a test file that counts its runs would find it."""
    for path in list_scratch() - kept:
        if path.is_dir() and not path.is_symlink():
            import shutil

            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def import_ahead(task: dict[str, Any]) -> None:
    """Import what our own harness and modules import of the standard library, so that each fork needn't."""
    for source in (task.get("harness") or "", *(task.get("modules") or {}).values()):
        for line in source.splitlines():
            words = line.replace(",", " ").split()
            if words[:1] == ["import"] or words[:1] == ["from"]:
                names = words[1:] if words[0] == "import" else words[1:2]
                for name in names:
                    if name.partition(".")[0] in AHEAD:
                        __import__(name)


def report_of(task: dict[str, Any]) -> dict[str, Any]:
    """Return the report of one task."""
    try:
        return run_within(task["seconds"], task)
    except OutOfTime:  # the alarm rang between the end of the task and the end of the timers
        ALARM.stop()
        return {"failed": "timeout"}


def send(report: dict[str, Any], descriptor: int) -> None:
    """Write one line."""
    line = json.dumps(report).encode() + b"\n"
    while line:
        line = line[os.write(descriptor, line) :]


def main() -> None:
    """Report each task on a private descriptor: what programs print goes nowhere."""
    report_fd = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    tasks = json.loads(sys.stdin.buffer.read())
    kept = list_scratch() if any(task.get("apart") for task in tasks) else set()
    for task in tasks:
        if task.get("apart"):
            import_ahead(task)
            send(run_apart(task, report_fd), report_fd)
            clear_scratch(kept)
        else:
            send(report_of(task), report_fd)


if __name__ == "__main__":
    main()
