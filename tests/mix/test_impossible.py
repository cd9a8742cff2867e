"""Mixtures that can't be had say which setting, by how much, and the way out."""

from typing import Any

import pytest
from tests.mix.sizes import mixture, rows, sizes

from burnish.errors import BurnishError
from burnish.mix.asked import MixParams
from burnish.mix.plan import plan_mixture

TWO = {"cases": 0.5, "tasks": 0.5}
NONE: dict[str, float | None] = {"cases": None, "tasks": None}


def knots(*moments: float, **weights: float) -> list[Any]:
    return [{"progress": moment, "weights": weights or TWO} for moment in moments]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (mixture(weights={"cases": 0.9, "tasks": 0.3}), r"mix\.sft\.sources: weights sum to 1\.2, not 1; lower one of: cases"),
        (mixture(weights={"cases": 0.1, "tasks": 0.3}), r"weights sum to 0\.4, not 1; raise one of: cases, tasks"),
        (mixture(weights={"cases": 1.5, "tasks": -0.5}), r"weights must be 0 or more; raise tasks \(-0\.5\)"),
        (mixture(weights={"cases": float("nan"), "tasks": 1}), r"raise cases \(nan\)"),
        (mixture(weights={"cases": 0.5, "tasks": None}), "no weight for tasks"),
        (mixture(weights=TWO, source_temperature=2.0), "source_temperature and weights of cases, tasks both set"),
        (mixture(weights=NONE, source_temperature=2.0, curriculum=knots(0, 1)), "null one of them"),
        (mixture(weights=NONE, source_temperature=-1.0), "source_temperature = -1 must be above 0"),
        (mixture(weights=TWO, family_shares={"web": 0.5}), "family_shares: web is no source here; known: cases, tasks"),
        (mixture(weights=TWO, family_shares={"cases": 0.0}), r"family_shares\.cases = 0 must be above 0 and at most 1"),
        (mixture(weights=TWO, family_temperature=0.0), "family_temperature = 0 must be above 0"),
        (mixture(weights=TWO, repeats=0), r"sources\.cases\.max_repeats = 0 must be at least 1"),
        (mixture(0, weights=TWO), r"supervised_tokens = 0 must be above 0"),
        (mixture(weights={}), "names no source"),
        (mixture(weights=NONE, curriculum=knots(0, 0.5)), r"progress must rise from 0 to 1, not 0, 0\.5"),
        (mixture(weights=NONE, curriculum=knots(0, 0.5, 0.5, 1)), "progress must rise"),
        (mixture(weights=NONE, curriculum=knots(0, 1, cases=0.5, code=0.5)), r"curriculum\.0: weights must name .*code, tasks"),
        (mixture(weights=NONE, curriculum=knots(0, 1, cases=0.5, tasks=0.6)), r"curriculum\.0\.weights: weights sum to 1\.1"),
        (mixture(weights=TWO, skills={"css": 0.5, "sql": 0.6}), r"mix\.sft\.skills: weights sum to 1\.1"),
        (mixture(weights=TWO, skills={"css": 0.5, "go": 0.5}), "no row of a used source has go; there are: css, sql"),
        (mixture(weights=TWO, skills={"css": 1}), r"no weight for sql \(300 supervised tokens\); 0 leaves a value out"),
        (mixture(weights=TWO), r"'cases' holds 400 .* 100 short of its share of 500; lower its weight or raise max_repeats"),
        (mixture(weights=NONE, curriculum=knots(0, 1)), r"mix\.sft\.sources: 'cases' holds 400 .* 100 short"),
        (mixture(600, weights=TWO, skills={"css": 0.2, "sql": 0.8}), r"mix\.sft\.skills: 'sql' holds 300 .* 180 short"),
    ],
)  # fmt: skip
def test_impossible_mixtures_say_why(params: MixParams, message: str) -> None:
    found = sizes(
        cases=rows(30, skill="css") + rows(10, skill="sql"), tasks=rows(60, skill="css") + rows(20, skill="sql")
    )
    with pytest.raises(BurnishError, match=message):
        plan_mixture(found, params=params, seed=1, place="mix.sft")


def test_an_empty_source_is_named() -> None:
    with pytest.raises(BurnishError, match=r"mix\.sft\.sources: tasks has no rows; give it weight 0"):
        plan_mixture(sizes(cases=rows(99), tasks=[]), params=mixture(weights=TWO), seed=1, place="mix.sft")


def test_shares_that_only_together_pass_a_cap_are_named_with_what_is_missing() -> None:
    """Each share alone could be had; the two sources with little css can't give it all."""
    found = sizes(cases=rows(90, skill="sql"), tasks=rows(60, skill="sql") + rows(60, skill="css"))
    params = mixture(1000, weights={"cases": 0.7, "tasks": 0.3}, skills={"sql": 0.5, "css": 0.5})
    with pytest.raises(BurnishError, match=r"don't fit together.*'cases' 200 short.*'css' 200 short; move weight"):
        plan_mixture(found, params=params, seed=1, place="mix.sft")
