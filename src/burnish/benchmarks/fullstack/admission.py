"""The gate that every task passes before it is part of the benchmark: what is measured on it means something.

The references pass again and again, an independent solution agrees, cheats get no point, broken references are found out.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from burnish.benchmarks.fullstack.cheating import cheat_programs
from burnish.benchmarks.fullstack.judging import grade_programs
from burnish.benchmarks.fullstack.tasks import Task
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.progress import Meter


class GateParams(Section):
    """What a task must hold.

    `reference_runs` pass; in `flake_runs` more nothing differs; a run takes `max_seconds` at most, at its quickest: other
    work on the machine refuses no task. `min_kill_rate` is the share of mutants that a hidden test fails.
    """

    reference_runs: int
    flake_runs: int
    min_kill_rate: float
    max_seconds: float


class Admitted(NamedTuple):
    """The figures of one admitted task."""

    id: str
    runs: int
    cheats: int
    mutants: int
    killed: int


def admit_all(tasks: Sequence[Task], *, params: GateParams, workers: int) -> list[Admitted]:
    """Admit many tasks, `workers` at a time; the first that isn't fit ends all."""
    with Meter("admission", total=len(tasks)) as meter, ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(admit, task, params=params) for task in tasks]
        try:
            admitted = []
            for future in futures:
                admitted.append(future.result())
                meter.advance()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return admitted


def admit(task: Task, *, params: GateParams) -> Admitted:
    """Return the task's figures.

    Raises:
        BurnishError: it isn't fit to be asked, with the program that shows it.
    """
    runs = params.reference_runs + params.flake_runs
    _run_reference(task, runs=runs, sure=params.reference_runs, max_seconds=params.max_seconds)
    check_solutions([task], workers=1)
    cheats = check_cheats([task], workers=1)
    broken = grade_programs([(task, mutant) for mutant in task.mutants], workers=1)
    killed = sum(not grade.solved for grade in broken)
    if not task.mutants or killed < params.min_kill_rate * len(task.mutants):
        alive = [number for number, grade in enumerate(broken) if grade.solved]
        raise _refusal(task, f"{killed} of {len(task.mutants)} mutants fail a test; alive: {alive}")
    return Admitted(task.id, runs, cheats, len(task.mutants), killed)


def check_solutions(tasks: Sequence[Task], *, workers: int) -> None:
    """Raise unless the reference and the second solution of every task pass."""
    pairs = [(task, code) for task in tasks for code in (task.reference, task.second)]
    for number, grade in enumerate(grade_programs(pairs, workers=workers)):
        if not grade.solved:
            task, name = pairs[number][0], ("reference", "second solution")[number % 2]
            raise _refusal(task, f"its {name} fails: {grade.reason}")


def check_cheats(tasks: Sequence[Task], *, workers: int) -> int:
    """Return how many cheats were tried on the tasks; raise when one of them gets a point."""
    tried = [(task, name, code) for task in tasks for name, code in cheat_programs(task).items()]
    grades = grade_programs([(task, code) for task, _, code in tried], workers=workers)
    for (task, name, _), grade in zip(tried, grades, strict=True):
        if grade.points:
            raise _refusal(task, f"the cheat {name!r} passes {', '.join(grade.passed)}")
    return len(tried)


def _run_reference(task: Task, *, runs: int, sure: int, max_seconds: float) -> None:
    """Run the reference again and again; it fails from the start, now and then, or not at all."""
    times = []
    for number in range(runs):
        started = time.monotonic()
        (grade,) = grade_programs([(task, task.reference)], workers=1)
        times.append(time.monotonic() - started)
        if not grade.solved:
            flaky = f" in run {number + 1} of {runs}" if number >= sure else ""
            raise _refusal(task, f"its reference fails{flaky}: {grade.reason}")
    if min(times) > max_seconds:
        raise _refusal(task, f"its reference takes {min(times):.1f} s at its quickest, more than {max_seconds:g}")


def _refusal(task: Task, reason: str) -> BurnishError:
    return BurnishError(f"FullstackEval: {task.id} isn't admitted: {reason}; correct its template")
