"""Stage `lovable_scores`: stored answers of base and release to LovableBench, judged in Chromium; figures by level and kind.

The graders are those of `burnish grade`. Where no app was asked for, there is nothing to judge and no browser is needed. A
bad figure fails nothing here. Asks no model.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from burnish import sandbox, shards, stage
from burnish.answer_rows import describe_reading
from burnish.answer_tables import READ
from burnish.benchmarks.asked_tables import MODELS, Rows, describe_models, grade_rows, read_tables
from burnish.benchmarks.fullstack.scores import Figures, Graded, score
from burnish.benchmarks.lovable.folders import digest_apps, read_apps
from burnish.benchmarks.lovable.judging import WEIGHTS, Grade, grade_answers
from burnish.intervals import DIGITS

READER = "benchmarks.lovable.apps"
# `model` is the label of the table, `model_sha256` the file's; `tier` how the sandbox kept in what the app runs beside its
# page. `faults` are those of how the page is made, `outside` the places that it tried to reach.
RESULT = pa.schema([
    ("id", pa.string()), ("model", pa.string()), ("index", pa.int32()), ("level", pa.int32()), ("kind", pa.string()),
    ("solved", pa.bool_()), ("points", pa.float64()), ("runs", pa.bool_()), ("extracted", pa.bool_()),
    ("passed", pa.list_(pa.string())), *((name, pa.float64()) for name in WEIGHTS), ("faults", pa.list_(pa.string())),
    ("outside", pa.list_(pa.string())), ("reason", pa.string()), ("finish", pa.string()), ("tokens", pa.int32()),
    ("text", pa.string()), ("prompt_hash", pa.string()), ("settings", pa.string()), ("model_sha256", pa.string()),
    ("tier", pa.string()), *READ.items(),
])  # fmt: skip


def run(*, base: Path, release: Path, apps: Path, out: Path) -> stage.Metrics:
    """Judge all answers; write a row for each and return the figures."""
    tables, known = read_tables(base=base, release=release), read_apps(apps)
    about = {"data": digest_apps(known), "apps": len(known), "asked": len({row["id"] for row in tables[MODELS[0]]})}
    if not about["asked"]:
        shards.write_rows(out, [], schema=RESULT)
        return about
    graded = {name: grade_rows(rows, tasks=known, grade=grade_answers) for name, rows in tables.items()}
    shards.write_rows(out, _result_rows(tables, graded=graded), schema=RESULT)
    figures = {
        name: {**score(own, tasks=len(known), data=digest_apps(known)), **describe_making(own)}
        for name, own in graded.items()
    }
    return {**about, **describe_models(tables, figures=figures, graded=graded)}


def describe_making(rows: Sequence[Graded]) -> Figures:
    """Return the mean share of each thing that how an app is made earns points for, and how many reached outside."""
    grades = [grade for _, grade, _ in rows if isinstance(grade, Grade)]
    return {
        "made": {name: round(sum(grade.make[name] for grade in grades) / len(grades), DIGITS) for name in WEIGHTS},
        "reached_outside": sum(bool(grade.outside) for grade in grades),
    }


def _result_rows(tables: Mapping[str, Rows], *, graded: Mapping[str, Sequence[Graded]]) -> Iterator[dict[str, Any]]:
    tier = sandbox.require().tier
    for name, rows in tables.items():
        for row, (app, grade, _) in zip(rows, graded[name], strict=True):
            assert isinstance(grade, Grade)
            yield {
                **row, **grade._asdict(), **grade.make, "model": name, "model_sha256": row["model"], "level": app.level,
                "kind": app.kind, "tier": tier, **describe_reading(row, reader=READER),
            }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
