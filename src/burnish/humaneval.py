"""Judges answers to HumanEval by its published tests, without letting program and test share a process.

Official graders execute both in one interpreter, where `os._exit(0)` or an object equal to everything passes. Here the
test runs in one sandbox, the program in another, and this module carries calls and plain values between them; only the
tester's own line counts as a verdict. The pass itself stays the published one: every assertion of `check` holds.
"""

import json
import re
import textwrap
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from burnish import humaneval_sides, sandbox
from burnish.fences import extract_code
from burnish.progress import Meter
from burnish.sandbox import Limits, Session, SessionEnded
from burnish.verdicts import PASSED, Verdict, fail

Problem = Mapping[str, Any]

# Processor seconds of one program: the slowest reference needs a twentieth, so that a slow machine changes no verdict.
PROGRAM = Limits(cpu_seconds=4, wall_seconds=60, memory_mb=512, output_bytes=1_000_000, processes=32)
TESTER = Limits(cpu_seconds=30, wall_seconds=120, memory_mb=1_024, output_bytes=4_000_000, processes=32)
REPLY_SECONDS = 60.0
MAX_CALLS = 10_000


def grade_many(pairs: Sequence[tuple[Problem, str]], *, workers: int) -> list[Verdict]:
    """Judge (problem, chat answer) pairs, `workers` at a time, in order."""
    sandbox.require()
    stopped = threading.Event()

    def judge(pair: tuple[Problem, str]) -> Verdict:
        return fail("stopped") if stopped.is_set() else grade(*pair)

    with Meter("HumanEval", total=len(pairs)) as meter, ThreadPoolExecutor(workers) as pool:
        try:
            verdicts = []
            for verdict in pool.map(judge, pairs):
                verdicts.append(verdict)
                meter.advance()
            return verdicts
        finally:
            stopped.set()


def grade(problem: Problem, answer: str) -> Verdict:
    """Judge one answer in two fresh sandboxes."""
    program = build_program(problem, answer)
    if not program:
        return fail("empty answer")
    try:
        compile(program, "program.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return fail(f"{type(error).__name__}: {error}")
    command, files = [*sandbox.python_argv(), "sides.py"], {"sides.py": Path(humaneval_sides.__file__).read_text()}
    with (
        sandbox.open_session([*command, "program"], files=files, limits=PROGRAM) as candidate,
        sandbox.open_session([*command, "tester"], files=files, limits=TESTER) as tester,
    ):
        return _converse(problem, program, candidate=candidate, tester=tester)


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


def _converse(problem: Problem, program: str, *, candidate: Session, tester: Session) -> Verdict:
    try:
        first = _ask(candidate, {"program": program, "entry": problem["entry_point"]})
    except SessionEnded as ended:
        return fail(_why_ended(ended))
    if not first.get("ready"):
        return fail(str(first.get("failed")))
    try:
        said = _ask(tester, {"setup": _setup(problem), "test": problem["test"], "entry": problem["entry_point"]})
        for _ in range(MAX_CALLS):
            if "verdict" in said:
                return fail(said["verdict"]) if said["verdict"] else PASSED
            try:
                reply = _ask(candidate, {"call": said["call"]})
            except SessionEnded as ended:
                return fail(_why_ended(ended))
            said = _ask(tester, reply)
    except SessionEnded as ended:
        return fail(f"its values overran the tester ({_why_ended(ended)})")
    return fail("the test made too many calls")


def _ask(session: Session, message: Mapping[str, Any]) -> dict[str, Any]:
    """Send JSON and return the JSON object that comes back, or an empty one for anything else."""
    try:
        session.send(json.dumps(message).encode())
        value = json.loads(session.receive(timeout=REPLY_SECONDS))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _why_ended(ended: SessionEnded) -> str:
    result = ended.result
    if result.timed_out:
        return "timeout"
    if result.truncated:
        return "a value too large"
    return "killed: too much memory or too many processes" if result.killed else "ended its process early"
