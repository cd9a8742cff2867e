"""Grades to figures: solved, points, runs, extraction, pass@k, pass^k, by level and kind, with intervals by template."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from burnish.benchmarks.fullstack.answers import COSTS
from burnish.benchmarks.fullstack.folders import digest_tasks
from burnish.benchmarks.fullstack.tasks import Task
from burnish.errors import BurnishError
from burnish.intervals import DIGITS, Estimate, minimum_detectable, paired_difference, pass_rate

Figures = dict[str, Any]


class Question(Protocol):
    """What figures need of a task; those of one `template` succeed and fail together."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def template(self) -> str:
        """Its cluster."""

    @property
    def kind(self) -> str:
        """Its group."""

    @property
    def level(self) -> int:
        """How hard it is."""


class Verdict(Protocol):
    """What figures need of a grade."""

    @property
    def solved(self) -> bool:
        """Whether all holds."""

    @property
    def points(self) -> float:
        """The share that holds."""

    @property
    def runs(self) -> bool:
        """Whether anything came of it."""

    @property
    def extracted(self) -> bool:
        """Whether the answer held what was asked for."""


class Graded(NamedTuple):
    """One answer's task, grade and costs."""

    task: Question
    grade: Verdict
    costs: Mapping[str, float]


def pass_at_k(*, samples: int, solved: int, k: int) -> float:
    """Return the chance that one of `k` answers drawn from `samples` is right, without bias (Chen et al. 2021)."""
    return 1 - math.comb(samples - solved, k) / math.comb(samples, k)


def pass_hat_k(*, samples: int, solved: int, k: int) -> float:
    """Return the chance that all of `k` answers drawn from `samples` are right (Yao et al. 2024, pass^k)."""
    return math.comb(solved, k) / math.comb(samples, k)


def summarise(rows: Sequence[Graded], *, tasks: Sequence[Task]) -> Figures:
    """Return the figures of all answers to FullstackEval."""
    return score(rows, tasks=len(tasks), data=digest_tasks(tasks))


def score(rows: Sequence[Graded], *, tasks: int, data: str) -> Figures:
    """Return the figures of all answers. `total` counts answers, `tasks` the whole benchmark, answered or not.

    `data` is the digest of its tasks.
    """
    answered = {row.task.id for row in rows}
    return {
        "solved": sum(row.grade.solved for row in rows), "total": len(rows), "tasks": tasks,
        "answered": len(answered), "data": data, **_describe(rows),
        "levels": _by(rows, name="level", of=lambda task: str(task.level)),
        "kinds": _by(rows, name="kind", of=lambda task: task.kind), "costs": _describe_costs(rows),
    }  # fmt: skip


def compare(before: Figures, after: Figures, *, rows: tuple[Sequence[Graded], Sequence[Graded]]) -> Figures:
    """Return the paired difference `after - before` of the solved rate over tasks that both answered.

    Raises:
        BurnishError: the two were scored on different data.
    """
    if before["data"] != after["data"]:
        raise BurnishError(
            f"scores of different tasks can't be compared: {before['data']} and {after['data']}; grade both answers again"
        )
    earlier, later = (_by_task(own) for own in rows)
    shared = [task for task in earlier if task in later]
    if not shared:
        raise BurnishError("the two files answer no task in common; grade answers to the same tasks")
    changes = [_solved_rate(later[task]) - _solved_rate(earlier[task]) for task in shared]
    estimate = paired_difference(changes, [earlier[task][0].task.template for task in shared])
    return {"tasks": len(shared), **_interval(estimate)}


def _describe(rows: Sequence[Graded]) -> Figures:
    own = list(_by_task(rows).values())
    templates = [answers[0].task.template for answers in own]
    solved = pass_rate([_solved_rate(answers) for answers in own], templates)
    points = pass_rate([_mean([row.grade.points for row in answers]) for answers in own], templates)
    return {
        "solved_rate": _interval(solved), "points": _interval(points),
        "runs": _mean([row.grade.runs for row in rows]), "extraction": _mean([row.grade.extracted for row in rows]),
        "pass_at_k": _over_k(own, pass_at_k), "pass_hat_k": _over_k(own, pass_hat_k),
    }  # fmt: skip


def _by(rows: Sequence[Graded], *, name: str, of: Callable[[Question], str]) -> Figures:
    groups: dict[str, list[Graded]] = {}
    for row in rows:
        groups.setdefault(of(row.task), []).append(row)
    return {
        group: {
            "total": len(own),
            "solved": sum(row.grade.solved for row in own),
            **_describe(own),
        }
        for group, own in sorted(groups.items())
    }


def _by_task(rows: Sequence[Graded]) -> dict[str, list[Graded]]:
    tasks: dict[str, list[Graded]] = {}
    for row in rows:
        tasks.setdefault(row.task.id, []).append(row)
    return tasks


def _over_k(own: Sequence[Sequence[Graded]], chance: Callable[..., float]) -> dict[str, float]:
    """Return the mean over tasks for k = 1, 2, 4, ... as far as every task has so many answers."""
    most, figures, k = min(map(len, own)), {}, 1
    while k <= most:
        solved = [sum(row.grade.solved for row in answers) for answers in own]
        chances = [chance(samples=len(a), solved=count, k=k) for a, count in zip(own, solved, strict=True)]
        figures[str(k)] = _mean(chances)
        k *= 2
    return figures


def _describe_costs(rows: Sequence[Graded]) -> Figures:
    """Return the mean of each cost that every answer's line names."""
    named = [name for name in COSTS if all(name in row.costs for row in rows)]
    return {name: _mean([row.costs[name] for row in rows]) for name in named}


def _solved_rate(answers: Sequence[Graded]) -> float:
    return sum(row.grade.solved for row in answers) / len(answers)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), DIGITS)


def _interval(estimate: Estimate) -> Figures:
    return {
        "mean": estimate.mean, "low": estimate.low, "high": estimate.high,
        "minimum_detectable": minimum_detectable(estimate.error),
    }  # fmt: skip
