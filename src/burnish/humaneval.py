"""Judges answers to HumanEval by its published tests, without letting program and test share a process.

Official graders execute both in one interpreter, where `os._exit(0)` or an object equal to everything passes. Here the
test runs in one sandbox, the program in another, and this module carries calls and plain values between them; only the
tester's own line counts as a verdict. The pass itself stays the published one: every assertion of `check` holds.

The two sandboxes serve many problems, each in a process of its own (`humaneval_sides`); one that ends is started anew.
"""

import json
import re
import textwrap
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from burnish import humaneval_sides, sandbox
from burnish.fences import extract_code
from burnish.progress import Meter
from burnish.sandbox import Limits, Session, SessionEnded
from burnish.verdicts import PASSED, Verdict, fail

Problem = Mapping[str, Any]

# Processor seconds of one program: the slowest reference needs a twentieth, so that a slow machine changes no verdict.
PROGRAM_SECONDS, TESTER_SECONDS = 4, 30
PROBLEM_SECONDS = 60.0
# Of a sandbox, whatever the number of its problems.
PROGRAM = Limits(cpu_seconds=3_600, wall_seconds=86_400, memory_mb=512, output_bytes=1_000_000, processes=32)
TESTER = Limits(cpu_seconds=3_600, wall_seconds=86_400, memory_mb=1_024, output_bytes=4_000_000, processes=32)
MAX_CALLS = 10_000
# What is said when time decided, of the program and of the tester.
TIMEOUTS = ("timeout", "its values overran the tester (timeout)")


def grade_many(pairs: Sequence[tuple[Problem, str]], *, workers: int) -> list[Verdict]:
    """Judge (problem, chat answer) pairs, `workers` at a time, in order; what ran out of time again, alone."""
    sandbox.require()
    verdicts: list[Verdict] = [fail("stopped")] * len(pairs)
    numbers = iter(range(len(pairs)))
    stopped = threading.Event()

    def judge_some() -> None:
        with Sides() as sides:
            for number in numbers:
                if stopped.is_set():
                    return
                verdicts[number] = sides.grade(*pairs[number])
                meter.advance()

    with Meter("HumanEval", total=len(pairs)) as meter, ThreadPoolExecutor(workers) as pool:
        try:
            for lane in [pool.submit(judge_some) for _ in range(min(workers, len(pairs)))]:
                lane.result()
        finally:
            stopped.set()
    for number, verdict in enumerate(verdicts):
        if verdict.reason in TIMEOUTS:
            verdicts[number] = grade(*pairs[number])
    return verdicts


def grade(problem: Problem, answer: str) -> Verdict:
    """Judge one answer in two fresh sandboxes."""
    with Sides() as sides:
        return sides.grade(problem, answer)


class Ended(Exception):
    """One side's process ended before the problem did."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


class Side:
    """A sandbox with one side of one problem after the other, started when it is needed."""

    def __init__(self, name: str, *, limits: Limits, seconds: int) -> None:
        """Know what to start; a problem may take `seconds` of processor time."""
        room = str(limits.output_bytes)
        self._argv = [*sandbox.python_argv(), "sides.py", name, str(seconds), room]
        self._limits, self._stack = limits, ExitStack()
        self._session: Session | None = None

    def begin(self, task: Mapping[str, Any], *, until: float) -> dict[str, Any]:
        """Start a problem and return the first thing said."""
        if self._session is None:
            files = {"sides.py": Path(humaneval_sides.__file__).read_text()}
            self._session = self._stack.enter_context(
                sandbox.open_session(self._argv, files=files, limits=self._limits)
            )
        return self._exchange(b"+" + json.dumps(task).encode(), until=until)

    def ask(self, message: Mapping[str, Any], *, until: float) -> dict[str, Any]:
        """Send JSON and return the JSON object that comes back, or an empty one for anything else."""
        return self._exchange(b">" + json.dumps(message).encode(), until=until)

    def end(self) -> None:
        """End the problem, so that the next finds nothing of it."""
        if self._session is not None:
            with suppress(Ended):
                self._exchange(b".", until=time.monotonic() + PROBLEM_SECONDS)

    def close(self) -> None:
        """End the sandbox."""
        self._stack.close()
        self._session = None

    def _exchange(self, line: bytes, *, until: float) -> dict[str, Any]:
        assert self._session is not None
        try:
            self._session.send(line)
            said = self._session.receive(timeout=max(0.0, until - time.monotonic()))
        except SessionEnded as ended:
            self.close()
            raise Ended(_why_ended(ended)) from None
        if said.startswith(b"!"):
            raise Ended(said[1:].decode())
        try:
            value = json.loads(said[1:])
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


class Sides:
    """The two sides, for one problem after the other. Use as a context manager, in one thread."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._program = Side("program", limits=PROGRAM, seconds=PROGRAM_SECONDS)
        self._tester = Side("tester", limits=TESTER, seconds=TESTER_SECONDS)

    def __enter__(self) -> "Sides":
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """End both sandboxes."""
        self._program.close()
        self._tester.close()

    def grade(self, problem: Problem, answer: str) -> Verdict:
        """Judge one answer, each side of it in a process of its own."""
        program = build_program(problem, answer)
        if not program:
            return fail("empty answer")
        try:
            compile(program, "program.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return fail(f"{type(error).__name__}: {error}")
        try:
            return self._converse(problem, program, until=time.monotonic() + PROBLEM_SECONDS)
        finally:
            self._program.end()
            self._tester.end()

    def _converse(self, problem: Problem, program: str, *, until: float) -> Verdict:
        try:
            first = self._program.begin({"program": program, "entry": problem["entry_point"]}, until=until)
        except Ended as ended:
            return fail(ended.why)
        if not first.get("ready"):
            return fail(str(first.get("failed")))
        try:
            task = {"setup": _setup(problem), "test": problem["test"], "entry": problem["entry_point"]}
            said = self._tester.begin(task, until=until)
            for _ in range(MAX_CALLS):
                if "verdict" in said:
                    return fail(said["verdict"]) if said["verdict"] else PASSED
                try:
                    reply = self._program.ask({"call": said["call"]}, until=until)
                except Ended as ended:
                    return fail(ended.why)
                said = self._tester.ask(reply, until=until)
        except Ended as ended:
            return fail(f"its values overran the tester ({ended.why})")
        return fail("the test made too many calls")


def build_program(problem: Problem, answer: str) -> str:
    """Return the module to test: the prompt's helpers and the answer's function, or its body put under the prompt."""
    code = extract_code(answer, language="python")
    if not code.strip():
        return ""
    if re.search(rf"^(async )?def {re.escape(problem['entry_point'])}\b", code, flags=re.MULTILINE):
        return f"{_setup(problem)}\n\n{code}\n"
    body = code if code.startswith((" ", "\t")) else textwrap.indent(code, "    ")
    return f"{problem['prompt']}{body}\n"


def _setup(problem: Problem) -> str:
    """Return the prompt as a module that loads: its imports and helpers, and the function without a body."""
    return f"{problem['prompt']}    pass\n"


def _why_ended(ended: SessionEnded) -> str:
    result = ended.result
    if result.timed_out:
        return "timeout"
    if result.truncated:
        return "a value too large"
    return "killed: too much memory or too many processes" if result.killed else "ended its process early"
