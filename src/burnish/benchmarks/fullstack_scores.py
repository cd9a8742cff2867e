"""Stage `fullstack_scores`: stored answers of base and release to FullstackEval, judged; figures by level and kind.

The graders are those of `burnish grade`. A bad figure fails nothing here. Asks no model.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from burnish import sandbox, shards, stage
from burnish.answer_rows import describe_reading
from burnish.answer_tables import READ
from burnish.benchmarks.fullstack.folders import digest_tasks, read_tasks
from burnish.benchmarks.fullstack.judging import Grade, grade_answers
from burnish.benchmarks.fullstack.scores import Figures, Graded, compare, summarise
from burnish.benchmarks.fullstack.tasks import Task
from burnish.errors import BurnishError

MODELS = ("base", "release")
READER = "fences"
AGAIN = "run: dvc repro answers"
Rows = Sequence[Mapping[str, Any]]
# `model` is the label of the table, `model_sha256` the file's; `tier` how the sandbox kept the answer's program in.
RESULT = pa.schema([
    ("id", pa.string()), ("model", pa.string()), ("index", pa.int32()), ("level", pa.int32()), ("kind", pa.string()),
    ("template", pa.string()), ("solved", pa.bool_()), ("points", pa.float64()), ("runs", pa.bool_()),
    ("extracted", pa.bool_()), ("passed", pa.list_(pa.string())), ("reason", pa.string()), ("finish", pa.string()),
    ("tokens", pa.int32()), ("text", pa.string()), ("prompt_hash", pa.string()), ("settings", pa.string()),
    ("model_sha256", pa.string()), ("tier", pa.string()), *READ.items(),
])  # fmt: skip


def run(*, base: Path, release: Path, tasks: Path, out: Path) -> stage.Metrics:
    """Judge all answers; write a row for each and return the figures."""
    tables = {name: list(shards.read_rows(folder)) for name, folder in zip(MODELS, (base, release), strict=True)}
    check_asked_alike(tables)
    known = read_tasks(tasks)
    graded = {name: grade_rows(rows, tasks=known) for name, rows in tables.items()}
    shards.write_rows(out, _result_rows(tables, graded=graded), schema=RESULT)
    figures = {name: summarise(own, tasks=known) for name, own in graded.items()}
    return {
        "data": digest_tasks(known),
        "settings": tables[MODELS[0]][0]["settings"],
        "models": {name: rows[0]["model"] for name, rows in tables.items()},
        "tier": sandbox.require().tier,
        **figures,
        "difference": {"all": _difference(figures, graded), **_level_differences(figures, graded)},
    }


def check_asked_alike(tables: Mapping[str, Rows]) -> None:
    """Raise unless both models were asked the same prompts in the same way."""
    if empty := [name for name, rows in tables.items() if not rows]:
        raise BurnishError(f"{empty[0]} has no answers; raise max_tasks in params.yaml: answers.fullstack")
    before, after = (
        {(row["id"], row["index"]): (row["prompt_hash"], row["settings"]) for row in tables[one]} for one in MODELS
    )
    if odd := sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)):
        raise BurnishError(f"{odd[0][0]}: only one of the two models was asked this in this way; {AGAIN}")


def grade_rows(rows: Rows, *, tasks: Sequence[Task]) -> list[Graded]:
    """Return the answers with their grades, in order."""
    known = {task.id: task for task in tasks}
    if unknown := sorted({row["id"] for row in rows} - known.keys()):
        raise BurnishError(f"no task {unknown[0]!r}: the answers are to other tasks; {AGAIN}")
    pairs = [(known[row["id"]], row["text"]) for row in rows]
    grades = grade_answers(pairs, workers=len(os.sched_getaffinity(0)))
    return [
        Graded(task, grade, {"tokens": float(row["tokens"])})
        for row, (task, _), grade in zip(rows, pairs, grades, strict=True)
    ]


def _difference(figures: Mapping[str, Figures], graded: Mapping[str, Sequence[Graded]]) -> Figures:
    before, after = MODELS
    return compare(figures[before], figures[after], rows=(graded[before], graded[after]))


def _level_differences(figures: Mapping[str, Figures], graded: Mapping[str, Sequence[Graded]]) -> Figures:
    levels = figures[MODELS[0]]["levels"]
    return {
        level: _difference(
            figures, {n: [row for row in own if str(row.task.level) == level] for n, own in graded.items()}
        )
        for level in levels
    }


def _result_rows(tables: Mapping[str, Rows], *, graded: Mapping[str, Sequence[Graded]]) -> Iterator[dict[str, Any]]:
    tier = sandbox.require().tier
    for name, rows in tables.items():
        for row, (task, grade, _) in zip(rows, graded[name], strict=True):
            assert isinstance(grade, Grade)
            yield {
                **row, **grade._asdict(), "model": name, "model_sha256": row["model"], "level": task.level,
                "kind": task.kind, "template": task.template, "tier": tier,
                **describe_reading(row, reader=READER),
            }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
