"""The sections on the project's own benchmarks have every level in their tables, and no figure where nothing was asked."""

from typing import Any

from burnish.track.blocks import Missing, Report
from burnish.track.evidence import Evidence
from burnish.track.markdown import render_markdown
from burnish.track.own_sections import fullstack_eval, lovable_bench


def interval(mean: float) -> dict[str, Any]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "minimum_detectable": 0.14}


def figures(solved: float) -> dict[str, Any]:
    own = {
        "total": 12,
        "solved_rate": interval(solved),
        "points": interval(solved + 0.2),
        "runs": 0.5,
        "extraction": 0.75,
    }
    return {**own, "levels": {"1": own}, "answered": 12, "tasks": 120, "costs": {"tokens": 99.0}}


def evidence(metrics: dict[str, Any]) -> Evidence:
    return Evidence({"seed": 1}, {}, metrics, {}, {}, ())


def test_levels_that_were_not_asked_are_listed_as_not_run() -> None:
    change = interval(0.2)
    found = {
        "tier": "landlock",
        "base": figures(0.2),
        "release": figures(0.4),
        "difference": {"1": change, "all": change},
    }
    text = render_markdown(Report("t", "s", (), (fullstack_eval(evidence({"fullstack_scores": found})),)))
    (first,) = [line for line in text.splitlines() if line.startswith("| Level 1 |")]
    assert "20.0\u202f% (10.0\u202f% to 30.0\u202f%) | 40.0\u202f% (30.0\u202f% to 50.0\u202f%)" in first
    assert "+20.0 (+10.0 to +30.0) | 14.0 |" in first
    (second,) = [line for line in text.splitlines() if line.startswith("| Level 2 |")]
    assert second.count("not run") == 7
    assert "12 of 120 tasks" in text and "`landlock`" in text
    assert "| Tuned | 50.0\u202f% | 75.0\u202f% | 99 |" in text


def test_before_the_stage_has_run_the_way_to_it_is_shown() -> None:
    (block,) = fullstack_eval(evidence({})).blocks
    assert isinstance(block, Missing) and block.way == "dvc repro fullstack_scores"


def test_apps_are_shown_by_level_with_how_they_are_made() -> None:
    made = {"made": {"accessibility": 0.25, "offline": 1.0}, "reached_outside": 3}
    change = interval(0.2)
    found = {"apps": 48, "asked": 12, "base": {**figures(0.2), **made}, "release": {**figures(0.4), **made},
             "difference": {"1": change, "all": change}}  # fmt: skip
    text = render_markdown(Report("t", "s", (), (lovable_bench(evidence({"lovable_scores": found})),)))
    assert "Shipped, base" in text and "12 of 48 apps" in text
    assert "| Tuned | 25.0\u202f% | 100.0\u202f% | 3 |" in text


def test_apps_that_nobody_asked_for_have_no_figure() -> None:
    text = render_markdown(
        Report("t", "s", (), (lovable_bench(evidence({"lovable_scores": {"apps": 48, "asked": 0}})),))
    )
    assert "Not run: none of the 48 apps" in text and "%" not in text
    (block,) = lovable_bench(evidence({})).blocks
    assert isinstance(block, Missing) and block.way == "dvc repro lovable_scores"
