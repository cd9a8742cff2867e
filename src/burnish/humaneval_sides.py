"""Sandboxed: the two sides of HumanEval problems, each in a sandbox of its own. Standard library only.

`program` holds what a model wrote and answers calls. `tester` holds the published test and asks them; its `candidate`
is a stand-in that sends each call away and gets plain values back. Values cross as JSON with tags for what JSON lacks,
so no object of the program, with methods of its own, ever meets a comparison.

One problem after the other, each in a process forked from one that runs no program and carries its lines: `+` before a
line begins a problem, `>` goes on with it, `.` ends it and all that it left. Lines out: `>` and what the process said, or
`!` and why it ended.
"""

import builtins
import contextlib
import ctypes
import json
import os
import random
import resource
import shutil
import signal
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAX_DEPTH = 60
LARGEST_PLAIN = 2**63
# Where programs in the sandbox may write beside the working directory.
WORK, SCRATCH = Path("/tmp/work"), (Path("/tmp"), Path("/dev/shm"))
PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36
MOST_ROUNDS = 1_000
SEQUENCES: tuple[Any, ...] = (list, tuple, set, frozenset)


def encode(value: Any, depth: int = 0) -> Any:
    """Return `value` as JSON with tags; subclasses are read through the base class's own methods."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        plain = int.__int__(value)
        return plain if -LARGEST_PLAIN < plain < LARGEST_PLAIN else {"int": hex(plain)}
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, bytes):
        return {"bytes": bytes(value).hex()}
    for kind in SEQUENCES:
        if isinstance(value, kind):
            items = [encode(item, depth + 1) for item in kind.__iter__(value)]
            return items if kind is list else {kind.__name__: items}
    if isinstance(value, dict):
        return {"dict": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in dict.items(value)]}
    raise ValueError(f"a {type(value).__name__} isn't a plain value")


def decode(value: Any) -> Any:
    """Return the plain Python value that `encode` wrote."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    if tag == "dict":
        return {decode(key): decode(item) for key, item in content}
    if tag == "int":
        return int(content, 16)
    if tag == "complex":
        return complex(*content)
    if tag == "bytes":
        return bytes.fromhex(content)
    return {"tuple": tuple, "set": set, "frozenset": frozenset}[tag](decode(item) for item in content)


class Line:
    """JSON lines on two descriptors."""

    def __init__(self, reading: int, writing: int) -> None:
        """Read the one, write the other."""
        self._reader, self._writer = os.fdopen(reading, "rb"), writing

    def receive(self) -> Any:
        """Return the next line's value; the end of input ends the process."""
        line = self._reader.readline()
        if not line:
            os._exit(0)
        return json.loads(line)

    def send(self, value: Any) -> None:
        """Write one line."""
        write(self._writer, json.dumps(value).encode() + b"\n")


def write(descriptor: int, data: bytes) -> None:
    """Write all of it."""
    while data:
        data = data[os.write(descriptor, data) :]


def answer_calls(line: Line) -> None:
    """Be the program: load it, then answer calls until the input ends."""
    task = line.receive()
    module = types.ModuleType("program")
    sys.modules["program"] = module
    try:
        exec(compile(task["program"], "program.py", "exec", dont_inherit=True), module.__dict__)
        function = module.__dict__[task["entry"]]
    except BaseException as error:
        line.send({"failed": f"{type(error).__name__}: {error}"[:200]})
        return
    line.send({"ready": True})
    while True:
        args, kwargs = decode(line.receive()["call"])
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            line.send({"raises": type(error).__name__})
            continue
        try:
            line.send({"value": encode(result)})
        except Exception as error:
            line.send({"unreadable": str(error)[:200]})


def run_test(line: Line) -> None:
    """Be the tester: run the published `check` on a stand-in and send one verdict, empty when it passed."""
    task = line.receive()

    def candidate(*args: Any, **kwargs: Any) -> Any:
        line.send({"call": encode((args, kwargs))})
        reply = line.receive()
        if "value" in reply:
            return decode(reply["value"])
        kind = getattr(builtins, str(reply.get("raises")), None)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            kind = RuntimeError
        raise kind(str(reply))

    random.seed(0)
    namespace: dict[str, Any] = {"__name__": "tester"}
    exec(task["setup"], namespace)  # helpers that a test uses, such as `poly`
    namespace[task["entry"]] = candidate  # HumanEval/33 calls the function by its name, too
    exec(task["test"], namespace)
    try:
        namespace["check"](candidate)
    except AssertionError as error:
        line.send({"verdict": f"a test failed: {error}"[:200]})
    except Exception as error:
        line.send({"verdict": f"{type(error).__name__}: {error}"[:200]})
    else:
        line.send({"verdict": ""})


class Worker:
    """One problem's process."""

    def __init__(self, side: Callable[[Line], None], *, private: tuple[int, ...], seconds: int, room: int) -> None:
        """Fork it without our `private` descriptors; it gets `seconds` of processor time and may say `room` bytes."""
        self._seconds, self._room = seconds, room
        reading, self._writer = os.pipe()
        reader, writing = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            try:
                for descriptor in (*private, self._writer, reader):
                    os.close(descriptor)
                resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
                side(Line(reading, writing))
            finally:
                os._exit(0)
        os.close(reading)
        os.close(writing)
        self._reader = os.fdopen(reader, "rb")

    def ask(self, line: bytes) -> bytes:
        """Give it a line and return what it says, or why it has ended."""
        with contextlib.suppress(BrokenPipeError):
            write(self._writer, line)
        said = self._reader.readline(self._room)
        self._room -= len(said)
        if said.endswith(b"\n"):
            return b">" + said
        why = self.end()
        return f"!{why if self._room else 'a value too large'}\n".encode()

    def end(self) -> str:
        """End it, and return why it had ended if it had."""
        if not self._pid:
            return ""
        os.kill(self._pid, signal.SIGKILL)  # no news for one that has ended
        _, status, usage = os.wait4(self._pid, 0)
        self._pid = 0
        os.close(self._writer)
        self._reader.close()
        took_all = usage.ru_utime + usage.ru_stime >= self._seconds  # of one that minds no SIGXCPU
        late = os.WIFSIGNALED(status) and (os.WTERMSIG(status) == signal.SIGXCPU or took_all)
        return "timeout" if late else "ended its process early"


def keep_apart() -> None:
    """Let no other process look into this one, and be the parent of what a worker leaves behind."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_children() -> None:
    """End what a worker left behind; what multiplies faster than this ends with the sandbox."""
    for _ in range(MOST_ROUNDS):
        children = Path("/proc/thread-self/children").read_text().split()
        if not children:
            return
        for child in map(int, children):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    os._exit(1)


def list_scratch() -> set[Path]:
    """Return what lies where programs may write."""
    here = Path.cwd()
    folders = [here, *(SCRATCH if here == WORK else ())]
    return {path for folder in folders for path in folder.iterdir()}


def clear_scratch(kept: set[Path]) -> None:
    """Remove what a worker left; what can't be removed ends with the sandbox."""
    for path in list_scratch() - kept:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if list_scratch() - kept:
        os._exit(1)


def serve(side: Callable[[Line], None], *, seconds: int, room: int) -> None:
    """Carry lines between our input and a worker a problem, until the input ends."""
    keep_apart()
    reading, writing, nowhere = os.dup(0), os.dup(1), os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # what programs print goes nowhere
        os.dup2(nowhere, descriptor)
    kept = list_scratch()
    worker: Worker | None = None
    for line in os.fdopen(reading, "rb"):
        if line.startswith(b"+"):
            worker = Worker(side, private=(reading, writing), seconds=seconds, room=room)
        assert worker is not None
        if line.startswith(b"."):
            worker.end()
            end_children()
            clear_scratch(kept)
            write(writing, b">\n")
        else:
            write(writing, worker.ask(line[1:]))


if __name__ == "__main__":
    sides = {"program": answer_calls, "tester": run_test}
    serve(sides[sys.argv[1]], seconds=int(sys.argv[2]), room=int(sys.argv[3]))
