"""The sections on FullstackEval and LovableBench: base against tuned at every level. Metrics in, blocks out."""

from collections.abc import Mapping
from typing import Any

from burnish.track.blocks import Block, Cell, Missing, Paragraph, Section, Table, table
from burnish.track.charts import Estimate, show_change, show_rate
from burnish.track.drawing import percent
from burnish.track.evidence import Evidence
from burnish.track.model_sections import NOT_RUN, UNKNOWN, change_of, tone_of

MODELS = ("base", "release")
NAMES = {"base": "Base", "release": "Tuned"}
LEVELS = ("1", "2", "3", "4")
MEANING = (
    "Complete programs for back end, database, front end, full stack, repair and security, judged by hidden tests that call "
    "them as servers, commands and databases. *Solved*: every test holds. *Points*: the share of tests that hold. *Runs*: the "
    "program starts and answers. *Code found*: the answer holds a block in the task's language. Intervals are 95\u202f%, "
    "clustered by template, of which few are asked: read the points before the solved ones."
)


SHIPPED = (
    "Complete web apps, used in Chromium by hidden journeys with data drawn for them. *Shipped*: every journey holds. "
    "*Points*: 70 for the journeys that hold and 30 for how the page is made, earned in the share of journeys that hold. "
    "*Runs*: the app opens. Intervals are 95\u202f%, clustered by kind of app."
)


def fullstack_eval(evidence: Evidence) -> Section:
    """Solved, points, runs and code found by level."""
    found = evidence.metrics.get("fullstack_scores")
    if not found:
        return Section("FullstackEval", (Missing("FullstackEval", "dvc repro fullstack_scores"),))
    own = found["release"]
    asked = (
        f"{own['answered']} of {own['tasks']} tasks were asked; programs ran in the sandbox's tier `{found['tier']}`."
    )
    blocks: list[Block] = [Paragraph(f"{MEANING} {asked}"), _level_table(found, solved="Solved"), _beside(found)]
    return Section("FullstackEval", tuple(blocks))


def lovable_bench(evidence: Evidence) -> Section:
    """Shipped, points, runs and what was found by level."""
    found = evidence.metrics.get("lovable_scores")
    if not found:
        return Section("LovableBench", (Missing("LovableBench", "dvc repro lovable_scores"),))
    if not found["asked"]:
        nobody = f"Not run: none of the {found['apps']} apps was asked for. Profile `full` asks for some."
        return Section("LovableBench", (Paragraph(nobody),))
    asked = f"{found['asked']} of {found['apps']} apps were asked for."
    blocks: list[Block] = [Paragraph(f"{SHIPPED} {asked}"), _level_table(found, solved="Shipped"), _beside(found)]
    return Section("LovableBench", (*blocks, _making_table(found)))


def _making_table(found: Mapping[str, Any]) -> Table:
    columns = (
        "Made well, share of points",
        *(name.capitalize() for name in found["release"]["made"]),
        "Reached outside",
    )
    rows: list[list[Cell | str]] = [
        [label, *(percent(share) for share in found[name]["made"].values()), f"{found[name]['reached_outside']:,}"]
        for name, label in NAMES.items()
    ]
    return table("l" + "r" * (len(columns) - 1), columns, rows)


def _level_table(found: Mapping[str, Any], *, solved: str) -> Table:
    columns = (
        "Level",
        "Answers",
        f"{solved}, base",
        "tuned",
        "Difference, points",
        "Detectable from",
        "Points, base",
        "tuned",
    )
    rows = [_cells(f"Level {level}", [found[model]["levels"].get(level) for model in MODELS], found["difference"].get(level))
            for level in LEVELS]  # fmt: skip
    rows.append(_cells("All", [found[model] for model in MODELS], found["difference"]["all"]))
    return table("lrrrrrrr", columns, rows)


def _cells(label: str, models: list[Any], change: Mapping[str, Any] | None) -> list[Cell | str]:
    if change is None:
        return [label, *[NOT_RUN] * 7]
    least = change["minimum_detectable"]
    solved = [show_rate(_interval(one["solved_rate"])) for one in models]
    points = [show_rate(_interval(one["points"])) for one in models]
    shown = change_of(change)
    detectable = f"{100 * least:.1f}" if least is not None else UNKNOWN
    return [label, f"{models[0]['total']:,}", *solved, Cell(show_change(shown), tone_of(shown)), detectable, *points]


def _beside(found: Mapping[str, Any]) -> Table:
    columns = ("Model", "Runs", "Code found", "Tokens an answer")
    rows: list[list[Cell | str]] = [
        [
            label,
            percent(found[name]["runs"]),
            percent(found[name]["extraction"]),
            f"{found[name]['costs']['tokens']:.0f}",
        ]
        for name, label in NAMES.items()
    ]
    return table("lrrr", columns, rows)


def _interval(entry: Mapping[str, Any]) -> Estimate:
    return Estimate(entry["mean"], entry["low"], entry["high"])
