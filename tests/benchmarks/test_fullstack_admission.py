"""The gate: what isn't fit to be asked is refused, with the reason."""

from dataclasses import replace

import pytest

from burnish.benchmarks.fullstack.admission import GateParams, admit, admit_all, check_cheats, check_solutions
from burnish.benchmarks.fullstack.tasks import Check, Step
from burnish.errors import BurnishError
from tests.benchmarks.tasks import FIRST, TASKS, with_tests

GATE = GateParams(reference_runs=3, flake_runs=4, min_kill_rate=0.8, max_seconds=20.0)
EASY = FIRST["size_class"]


@pytest.mark.parametrize("template", ["size_class", "stock_label"])
def test_a_good_task_is_admitted_with_its_figures(template: str) -> None:
    (admitted,) = admit_all([FIRST[template]], params=GATE, workers=2)
    assert admitted.runs == 7 and admitted.killed == admitted.mutants == len(FIRST[template].mutants)
    assert admitted.cheats >= 11


def test_a_sample_of_all_seeds_has_solutions_that_agree() -> None:
    check_solutions([task for number, task in enumerate(TASKS) if number % 7 == 3], workers=2)


def test_a_reference_or_second_solution_that_fails_is_named() -> None:
    with pytest.raises(BurnishError, match=r"size_class/0 isn't admitted: its reference fails: each class, step 2"):
        admit(replace(EASY, reference=EASY.mutants[-1]), params=GATE)
    with pytest.raises(BurnishError, match=r"its second solution fails: .*; correct its template"):
        check_solutions([EASY, replace(EASY, second=EASY.mutants[0])], workers=2)


def test_a_reference_that_fails_now_and_then_is_refused() -> None:
    flaky = "import os\nif os.urandom(1)[0] % 2:\n    raise SystemExit\n" + EASY.reference
    with pytest.raises(BurnishError, match="its reference fails"):
        admit(replace(EASY, reference=flaky), params=GATE.model_copy(update={"flake_runs": 30}))


def test_tests_that_let_mutants_through_are_refused() -> None:
    with pytest.raises(BurnishError, match=r"of 6 mutants fail a test; alive: \["):
        admit(with_tests(EASY, "the lower limit"), params=GATE)


def test_a_task_that_a_guess_scores_on_is_refused() -> None:
    guess = Check("guess", (Step([1], EASY.hidden[0].steps[0].expect),))
    with pytest.raises(BurnishError, match="the cheat 'constant_0' passes guess"):
        check_cheats([replace(EASY, hidden=(*EASY.hidden, guess))], workers=2)


def test_a_slow_reference_is_refused() -> None:
    with pytest.raises(BurnishError, match=r"more than 0\.001"):
        admit(EASY, params=GATE.model_copy(update={"max_seconds": 0.001}))
