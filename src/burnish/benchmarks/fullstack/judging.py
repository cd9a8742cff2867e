"""The tester of FullstackEval: programs or chat answers in, verdicts out. It alone knows what is expected.

A step holds when the JSON that came of it equals the expected JSON; a test when all its steps hold. An exploit test counts
only where every other test holds: a program that refuses everything is safe and useless.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from burnish import sandbox
from burnish.benchmarks.fullstack.surfaces import TIMEOUT, Seen, observe
from burnish.benchmarks.fullstack.tasks import Check, Task
from burnish.fences import ALIASES, extract_code, find_blocks
from burnish.progress import Meter
from burnish.verdicts import fail
from burnish.verifiers_program import compare_outcome

# A reference has at most 3,000 characters. What is longer isn't run.
MOST_CHARACTERS = 200_000


class Grade(NamedTuple):
    """The verdict on one program.

    `passed` names the hidden tests that hold, `points` is their share. `runs`: the program started and answered.
    `extracted`: the answer held a code block in the task's language. `reason` is the first thing that was wrong.
    """

    solved: bool
    points: float
    passed: tuple[str, ...]
    runs: bool
    extracted: bool
    reason: str

    @property
    def timed_out(self) -> bool:
        """Whether time decided, of which another program may have taken a part."""
        return self.reason.endswith(TIMEOUT)


def grade_answers(pairs: Sequence[tuple[Task, str]], *, workers: int) -> list[Grade]:
    """Judge chat answers, in order, `workers` at a time. One that ran out of time is run again alone before it counts."""
    programs = [(task, find_code(task, answer)) for task, answer in pairs]
    with Meter("FullstackEval", total=len(pairs)) as meter:
        grades = grade_programs(programs, workers=workers, meter=meter)
    return [
        grade._replace(extracted=_has_block(task, answer)) for grade, (task, answer) in zip(grades, pairs, strict=True)
    ]


def grade_programs(pairs: Sequence[tuple[Task, str]], *, workers: int, meter: Meter | None = None) -> list[Grade]:
    """Judge programs, in order, as `grade_answers` does."""
    sandbox.require()
    stopped = threading.Event()

    def judge(pair: tuple[Task, str]) -> Grade:
        return _refuse("stopped") if stopped.is_set() else grade(*pair)

    with ThreadPoolExecutor(workers) as pool:
        try:
            grades = []
            for verdict in pool.map(judge, pairs):
                grades.append(verdict)
                if meter:
                    meter.advance()
        finally:
            stopped.set()
    return [grade(*pair) if verdict.timed_out else verdict for pair, verdict in zip(pairs, grades, strict=True)]


def find_code(task: Task, answer: str) -> str:
    """Return the code of a chat answer: its last block in the task's language, or what `extract_code` takes instead."""
    return extract_code(answer, language=task.language)


def grade(task: Task, program: str) -> Grade:
    """Judge one program on the hidden tests."""
    if not program.strip():
        return _refuse("empty answer")
    if len(program) > MOST_CHARACTERS:
        return _refuse(f"longer than {MOST_CHARACTERS} characters")
    seen = observe(task, program.encode(errors="replace").decode(), tests=task.hidden)
    complaints = [find_complaint(test, own) for test, own in zip(task.hidden, seen, strict=True)]
    works = not any(complaint for test, complaint in zip(task.hidden, complaints, strict=True) if not test.exploit)
    passed = tuple(
        test.name
        for test, complaint in zip(task.hidden, complaints, strict=True)
        if not complaint and (works or not test.exploit)
    )
    reason = next((complaint for complaint in complaints if complaint), "")
    return Grade(
        solved=not reason, points=round(len(passed) / len(task.hidden), 6), passed=passed,
        runs=any(one.runs for one in seen), extracted=True, reason=fail(reason).reason,
    )  # fmt: skip


def find_complaint(test: Check, seen: Seen) -> str:
    """Return what is wrong with one test, or an empty text."""
    if seen.failed:
        return f"{test.name}: {seen.failed}"
    for number, (step, outcome) in enumerate(zip(test.steps, seen.outcomes, strict=True), start=1):
        if difference := compare_outcome(outcome, expected=step.expect):
            return f"{test.name}, step {number}: {difference}"
    return ""


def _has_block(task: Task, answer: str) -> bool:
    names = ALIASES.get(task.language, frozenset({task.language}))
    return any(block.language in names or not block.language for block in find_blocks(answer))


def _refuse(reason: str) -> Grade:
    return Grade(solved=False, points=0.0, passed=(), runs=False, extracted=False, reason=reason)
