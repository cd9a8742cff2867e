"""Checks a table (07): every value by its Pandera model, then ids, splits, families and media across all rows.

Works in batches, so memory stays bounded. A table that fails stops the pipeline with the table, row, column and reason
of the first failures; nothing is dropped or mended here. What is measured on the way is the table's data card.
"""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandera.polars as pa
import polars as pl
import pyarrow

from burnish import stage
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.table_checks import one_batch
from burnish.tables import TABLES
from burnish.validate.across import AcrossRows, Rows
from burnish.validate.batches import Batch, Shards, find_broken_text, measure, read_batches
from burnish.validate.failures import Failure, Findings
from burnish.validate.figures import Statistics, StatisticsParams


class ValidateParams(Section):
    """`validate.<dataset>` in params.yaml; sizes in bytes of text."""

    table: str
    batch_rows: int
    batch_bytes: int
    max_row_bytes: int
    shown_failures: int
    statistics: StatisticsParams


class Checked(NamedTuple):
    """What was found in a table, and what it holds."""

    findings: Findings
    counts: dict[str, Any]


def check_table(paths: list[Path], *, params: ValidateParams) -> Checked:
    """Read `paths` once and judge them as a `params.table`."""
    shards, model = Shards(paths), TABLES[params.table]
    findings, statistics = Findings(shown=params.shown_failures), Statistics(params.statistics)
    schema = model.to_schema()
    with tempfile.TemporaryDirectory() as folder:
        across = AcrossRows(shards, columns=list(schema.columns), table=params.table, folder=Path(folder))
        for batch in read_batches(shards, batch_rows=params.batch_rows, batch_bytes=params.batch_bytes):
            checker = BatchChecker(shards, params=params, findings=findings)
            frame, sizes, rows = checker.set_aside(batch)
            if checker.check(frame, schema=schema, rows=rows):
                across.add(frame, rows=rows)
                statistics.add(frame, sizes=sizes)
        across.judge(findings)
        counts = across.counts()
    return Checked(findings, {**counts, "columns": describe(schema, figures=statistics.figures())})


class BatchChecker:
    """Judges the rows of one batch one by one."""

    def __init__(self, shards: Shards, *, params: ValidateParams, findings: Findings) -> None:
        """Put what is wrong into `findings`."""
        self._shards, self._params, self._findings = shards, params, findings

    def set_aside(self, batch: Batch) -> tuple[pl.DataFrame, pl.DataFrame, Rows]:
        """Return the rows that can be judged, the bytes of their texts, and their numbers.

        Rows with invalid UTF-8 or too many bytes are failures and aren't looked at again.
        """
        numbers = batch.first + np.arange(len(batch.rows))
        table = batch.rows
        if broken := find_broken_text(table):
            for row, column in broken.items():
                self._add(int(numbers[row]), column=column, reason="isn't valid UTF-8", value="", rule="utf_8")
            whole = np.setdiff1d(np.arange(len(table)), list(broken))
            table, numbers = table.take(pyarrow.array(whole)), numbers[whole]
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        sizes = measure(frame)
        weights = sizes.select(pl.sum_horizontal(pl.all())).to_series() if sizes.width else pl.Series([0] * len(frame))
        fits = (weights <= self._params.max_row_bytes).to_numpy()
        for row in map(int, np.flatnonzero(~fits)):
            widths = sizes.row(row, named=True)
            reason = f"the row holds {weights[row]:,} bytes, more than {self._params.max_row_bytes:,}"
            widest = max(widths, key=lambda name: int(widths[name]))
            self._add(int(numbers[row]), column=widest, reason=reason, value="", rule="row_bytes")
        if fits.all():
            return frame, sizes, numbers
        kept = pl.Series(fits)
        return frame.filter(kept), sizes.filter(kept), numbers[fits]

    def check(self, frame: pl.DataFrame, *, schema: pa.DataFrameSchema, rows: Rows) -> bool:
        """Judge every value; return whether the columns are as declared, so that more can be asked of the rows."""
        for column in frame.select(pl.selectors.float()):
            for row in (~column.is_finite()).fill_null(False).arg_true():
                self._add(int(rows[row]), column=column.name, reason="isn't a finite number", value=str(column[row]),
                          rule="finite")  # fmt: skip
        try:
            with one_batch():
                schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            return self._add_cases(errors.failure_cases, rows=rows)
        return True

    def _add_cases(self, cases: pl.DataFrame, *, rows: Rows) -> bool:
        whole = True
        for (column, rule), own in cases.group_by("column", "check", maintain_order=True):
            for index, value in own.head(self._params.shown_failures).select("index", "failure_case").iter_rows():
                whole &= index is not None
                number = None if index is None else int(rows[int(index)])
                self._add(number, column=str(column), reason=str(rule), value=str(value), rule=str(rule), rows=rows)
            more = max(0, len(own) - self._params.shown_failures)
            self._findings.add_uncounted(more, column=str(column), rule=str(rule))
        return whole

    def _add(
        self, number: int | None, *, column: str, reason: str, value: str, rule: str, rows: Rows | None = None
    ) -> None:
        first = int(rows[0]) if rows is not None and len(rows) else 0
        place = self._shards.place(first if number is None else number)
        row = None if number is None else place.row
        self._findings.add(Failure(self._params.table, place.file, row, column, reason, value), rule=rule)


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


def run(params: ValidateParams, *, data: Path) -> stage.Metrics:
    """Check every shard below `data`; the first failures are the error's text."""
    if params.table not in TABLES:
        raise BurnishError(f"params.yaml: validate table {params.table!r} is unknown; known: {', '.join(TABLES)}")
    paths = sorted(data.rglob("rows-*.parquet"))
    if not paths:
        raise BurnishError(f"{data} holds no rows-*.parquet; `dvc repro` makes it, `dvc checkout` restores it")
    found, counts = check_table(paths, params=params)
    if found.total:
        lines = "\n  ".join(map(str, list(found)[: params.shown_failures]))
        raise BurnishError(f"{data}: {found.total} failures in the table {params.table!r}:\n  {lines}")
    return {"table": params.table, "passed": True, **counts}


if __name__ == "__main__":
    stage.main(run)
