"""Stage `fullstack_scores`: stored answers of base and release to FullstackEval, judged; figures by level and kind.

The graders are those of `burnish grade`. A bad figure fails nothing here. Asks no model.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from burnish import sandbox, shards, stage
from burnish.answer_rows import describe_reading
from burnish.answer_tables import READ
from burnish.benchmarks.asked_tables import MODELS, Rows, describe_models, grade_rows, read_tables
from burnish.benchmarks.fullstack.folders import digest_tasks, read_tasks
from burnish.benchmarks.fullstack.judging import Grade, grade_answers
from burnish.benchmarks.fullstack.scores import Graded, summarise
from burnish.errors import BurnishError

READER = "fences"
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
    tables = read_tables(base=base, release=release)
    if not tables[MODELS[0]]:
        raise BurnishError("FullstackEval has no answers; raise max_tasks in params.yaml: answers.fullstack")
    known = read_tasks(tasks)
    graded = {name: grade_rows(rows, tasks=known, grade=grade_answers) for name, rows in tables.items()}
    shards.write_rows(out, _result_rows(tables, graded=graded), schema=RESULT)
    figures = {name: summarise(own, tasks=known) for name, own in graded.items()}
    return {"data": digest_tasks(known), **describe_models(tables, figures=figures, graded=graded)}


def _result_rows(tables: Mapping[str, Rows], *, graded: Mapping[str, Sequence[Graded]]) -> Iterator[dict[str, Any]]:
    tier = sandbox.require().tier
    for name, rows in tables.items():
        for row, (task, grade, _) in zip(rows, graded[name], strict=True):
            assert isinstance(grade, Grade)
            yield {
                **row, **grade._asdict(), "model": name, "model_sha256": row["model"], "level": task.level,
                "kind": task.kind, "template": task.template, "tier": tier, **describe_reading(row, reader=READER),
            }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
