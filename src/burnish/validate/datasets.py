"""Checks a group of tables (07): every value by its table's Pandera model, then ids, splits, families and media of all rows.

Works in parts, so memory stays bounded, here or on a cluster. All tables of the group are judged before one that fails
stops the pipeline, with the table, row, column and reason of the first failures; nothing is dropped or mended here. What
is measured on the way is each table's data card.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandera.polars as pa

from burnish import stage
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams, spread
from burnish.params import Section
from burnish.shards import shards_of, tables_below
from burnish.tables import TABLES
from burnish.validate.across import AcrossRows
from burnish.validate.batches import Shards, plan_parts
from burnish.validate.failures import Findings
from burnish.validate.figures import Statistics
from burnish.validate.judging import Limits, ValidateParams, judge_part


class TableParams(Section):
    """One table: the model that its values keep, and the folder below data/ that holds its shards, or several by `*`."""

    table: str
    data: str


class DatasetsParams(Section):
    """`validate_<group>`: the tables by the name of their section in the metrics and of their data card."""

    limits: Limits
    tables: dict[str, TableParams]


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


def run(params: DatasetsParams, *, data: Path, executor: ExecutorParams) -> stage.Metrics:
    """Check every shard of every table; the first failures of each are the error's text."""
    shards = {name: find_shards(data, own) for name, own in params.tables.items()}
    metrics: dict[str, Any] = {}
    complaints: list[str] = []
    for name, paths in shards.items():
        table = params.tables[name].table
        judged_by = ValidateParams(table=table, **dict(params.limits))
        found, counts = check_table(paths, params=judged_by, executor=executor)
        if found.total:
            lines = "\n  ".join(map(str, list(found)[: params.limits.shown_failures]))
            place = data / params.tables[name].data
            complaints.append(f"{place}: {found.total} failures in the table {table!r}:\n  {lines}")
        metrics[name] = {"table": table, "passed": not found.total, **counts}
    if complaints:
        raise BurnishError("\n".join(complaints))
    return metrics


def find_shards(data: Path, table: TableParams) -> list[Path]:
    """Return the shards of a table below `data`; none, or a table that nobody declared, is an error."""
    place = data / table.data
    if table.table not in TABLES:
        raise BurnishError(f"params.yaml: the table {table.table!r} of {place} is unknown; known: {', '.join(TABLES)}")
    folders = [folder for folder in data.glob(table.data) if not folder.name.startswith(".")]
    paths = [path for found in tables_below(*folders) for path in shards_of(found)]
    if not paths:
        raise BurnishError(f"{place} holds no rows-*.parquet; `dvc repro` makes it, `dvc checkout` restores it")
    return paths


if __name__ == "__main__":
    stage.main(run)
