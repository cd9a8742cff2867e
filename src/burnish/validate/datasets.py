"""Checks a table (07): every value by its Pandera model, then ids, splits, families and media across all rows.

Works in parts, so memory stays bounded, here or on a cluster. A table that fails stops the pipeline with the table, row,
column and reason of the first failures; nothing is dropped or mended here. What is measured on the way is the table's
data card.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandera.polars as pa

from burnish import stage
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams, spread
from burnish.tables import TABLES
from burnish.validate.across import AcrossRows
from burnish.validate.batches import Shards, plan_parts
from burnish.validate.failures import Findings
from burnish.validate.figures import Statistics
from burnish.validate.judging import ValidateParams, judge_part


class Checked(NamedTuple):
    """What was found in a table, and what it holds."""

    findings: Findings
    counts: dict[str, Any]


def check_table(paths: list[Path], *, params: ValidateParams, executor: ExecutorParams) -> Checked:
    """Read `paths` once and judge them as a `params.table`."""
    shards, schema = Shards(paths), TABLES[params.table].to_schema()
    findings, statistics = Findings(shown=params.shown_failures), Statistics(params.statistics)
    judge = partial(judge_part, shards=shards, params=params)
    parts = plan_parts(shards, batch_rows=params.batch_rows, batch_bytes=params.batch_bytes)
    with tempfile.TemporaryDirectory() as folder:
        across = AcrossRows(shards, columns=list(schema.columns), table=params.table, folder=Path(folder))
        with spread(judge, parts, executor=executor, processes=1) as judged:
            for found in judged:
                findings.join(found.findings)
                statistics.join(found.statistics)
                for keys in found.keys:
                    across.add(keys)
        across.judge(findings)
        counts = across.counts()
    return Checked(findings, {**counts, "columns": describe(schema, figures=statistics.figures())})


def describe(schema: pa.DataFrameSchema, *, figures: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return of each column, in order, its name, its type, its rules and its figures."""
    return [
        {
            "name": name,
            "type": str(column.dtype),
            "rules": [_rule(check) for check in column.checks],
            **figures.get(name, {}),
        }
        for name, column in schema.columns.items()
    ]


def _rule(check: pa.Check) -> str:
    given = ", ".join(f"{name} {value}" for name, value in (check.statistics or {}).items() if value is not None)
    return f"{check.name}: {given}" if given else str(check.name)


def run(params: ValidateParams, *, data: Path, executor: ExecutorParams) -> stage.Metrics:
    """Check every shard below `data`; the first failures are the error's text."""
    if params.table not in TABLES:
        raise BurnishError(f"params.yaml: validate table {params.table!r} is unknown; known: {', '.join(TABLES)}")
    paths = sorted(data.rglob("rows-*.parquet"))
    if not paths:
        raise BurnishError(f"{data} holds no rows-*.parquet; `dvc repro` makes it, `dvc checkout` restores it")
    found, counts = check_table(paths, params=params, executor=executor)
    if found.total:
        lines = "\n  ".join(map(str, list(found)[: params.shown_failures]))
        raise BurnishError(f"{data}: {found.total} failures in the table {params.table!r}:\n  {lines}")
    return {"table": params.table, "passed": True, **counts}


if __name__ == "__main__":
    stage.main(run)
