"""Grades to figures."""

import itertools

import pytest

from burnish.benchmarks.fullstack.judging import Grade
from burnish.benchmarks.fullstack.scores import Graded, compare, pass_at_k, pass_hat_k, summarise
from burnish.errors import BurnishError
from tests.benchmarks.tasks import TASKS

RIGHT = Grade(solved=True, points=1.0, passed=("a",), runs=True, extracted=True, reason="")
WRONG = Grade(solved=False, points=0.25, passed=(), runs=True, extracted=False, reason="no")
BROKEN = Grade(solved=False, points=0.0, passed=(), runs=False, extracted=True, reason="no")


@pytest.mark.parametrize(("samples", "solved"), [(5, 0), (5, 2), (5, 5), (4, 1)])
def test_pass_at_k_and_pass_hat_k_are_what_all_draws_give(samples: int, solved: int) -> None:
    answers = [True] * solved + [False] * (samples - solved)
    for k in range(1, samples + 1):
        draws = list(itertools.combinations(answers, k))
        assert pass_at_k(samples=samples, solved=solved, k=k) == pytest.approx(sum(map(any, draws)) / len(draws))
        assert pass_hat_k(samples=samples, solved=solved, k=k) == pytest.approx(sum(map(all, draws)) / len(draws))


def test_figures_count_answers_and_weigh_tasks_alike() -> None:
    first, second = TASKS[0], TASKS[7]
    rows = [Graded(first, RIGHT, {"tokens": 10.0}), Graded(first, WRONG, {"tokens": 20.0}),
            Graded(second, BROKEN, {"tokens": 30.0}), Graded(second, BROKEN, {"tokens": 40.0, "seconds": 1.0})]  # fmt: skip
    figures = summarise(rows, tasks=TASKS)
    assert (figures["solved"], figures["total"], figures["answered"], figures["tasks"]) == (1, 4, 2, 120)
    assert figures["solved_rate"]["mean"] == 0.25 and figures["points"]["mean"] == 0.3125
    assert figures["pass_at_k"] == {"1": 0.25, "2": 0.5} and figures["pass_hat_k"] == {"1": 0.25, "2": 0.0}
    assert figures["runs"] == 0.5 and figures["extraction"] == 0.75
    assert figures["costs"] == {"tokens": 25.0}


def test_levels_and_kinds_add_up_and_templates_are_the_clusters() -> None:
    rows = [Graded(task, RIGHT if task.level == 1 else BROKEN, {}) for task in TASKS]
    figures = summarise(rows, tasks=TASKS)
    assert figures["levels"]["1"]["solved_rate"]["mean"] == 1.0 and figures["levels"]["4"]["solved"] == 0
    assert sum(own["total"] for own in figures["kinds"].values()) == 120
    # six of 24 templates solve all their variants: a binomial error over 24, not over 120
    width = figures["solved_rate"]["high"] - figures["solved_rate"]["low"]
    assert width == pytest.approx(2 * 1.96 * (0.25 * 0.75 / 24) ** 0.5, rel=0.15)


def test_models_are_compared_on_tasks_that_both_answered_and_never_on_different_data() -> None:
    before = [Graded(task, BROKEN, {}) for task in TASKS[:100]]
    after = [Graded(task, RIGHT, {}) for task in TASKS[20:]]
    figures = summarise(before, tasks=TASKS), summarise(after, tasks=TASKS)
    found = compare(*figures, rows=(before, after))
    assert (found["tasks"], found["mean"], found["high"]) == (80, 1.0, 1.0)
    assert 0.5 < found["low"] < 0.8, "16 templates don't prove that each task would be solved"
    with pytest.raises(BurnishError, match="scores of different tasks can't be compared"):
        compare(figures[0], summarise(after, tasks=TASKS[20:]), rows=(before, after))
    with pytest.raises(BurnishError, match="answer no task in common"):
        compare(figures[0], figures[0], rows=(before[:10], before[10:]))
