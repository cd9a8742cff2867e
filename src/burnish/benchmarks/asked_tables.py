"""The stored answers of base and release to a benchmark of the project's own: read, held against each other, compared."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish import sandbox, shards
from burnish.benchmarks.fullstack.scores import Figures, Graded, Question, Verdict, compare
from burnish.errors import BurnishError

MODELS = ("base", "release")
AGAIN = "run: dvc repro answers"
Rows = Sequence[Mapping[str, Any]]
Grader = Callable[..., Sequence[Verdict]]  # of pairs of task and answer, with so many `workers`


def read_tables(*, base: Path, release: Path) -> dict[str, Rows]:
    """Return the answers of both models.

    Raises:
        BurnishError: the two weren't asked the same prompts in the same way.
    """
    tables = {name: list(shards.read_rows(folder)) for name, folder in zip(MODELS, (base, release), strict=True)}
    columns = ("prompt_hash", "settings", "chat_template", "stop")
    before, after = (
        {(row["id"], row["index"]): [row[name] for name in columns] for row in tables[one]} for one in MODELS
    )
    if odd := sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)):
        raise BurnishError(f"{odd[0][0]}: only one of the two models was asked this in this way; {AGAIN}")
    return dict(tables)


def grade_rows(rows: Rows, *, tasks: Sequence[Question], grade: Grader) -> list[Graded]:
    """Return the answers with their grades, in order.

    Raises:
        BurnishError: an answer is to no task.
    """
    known = {task.id: task for task in tasks}
    if unknown := sorted({row["id"] for row in rows} - known.keys()):
        raise BurnishError(f"no task {unknown[0]!r}: the answers are to other tasks; {AGAIN}")
    grades = grade([(known[row["id"]], row["text"]) for row in rows], workers=len(os.sched_getaffinity(0)))
    return [
        Graded(known[row["id"]], own, {"tokens": float(row["tokens"])}) for row, own in zip(rows, grades, strict=True)
    ]


def describe_models(
    tables: Mapping[str, Rows], *, figures: Mapping[str, Figures], graded: Mapping[str, Sequence[Graded]]
) -> Figures:
    """Return each model's figures, how it was asked and judged, and what the release changed."""
    return {
        "settings": tables[MODELS[0]][0]["settings"], "models": {name: rows[0]["model"] for name, rows in tables.items()},
        "tier": sandbox.require().tier, **figures, "difference": compare_levels(figures, graded=graded),
    }  # fmt: skip


def compare_levels(figures: Mapping[str, Figures], *, graded: Mapping[str, Sequence[Graded]]) -> Figures:
    """Return the release's paired difference from the base over all tasks, and over those of each level."""
    before, after = MODELS

    def differ(level: str | None) -> Figures:
        rows = {name: [row for row in own if level in (None, str(row.task.level))] for name, own in graded.items()}
        return compare(figures[before], figures[after], rows=(rows[before], rows[after]))

    return {"all": differ(None), **{level: differ(level) for level in figures[before]["levels"]}}
