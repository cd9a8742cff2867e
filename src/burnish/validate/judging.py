"""A part of a table to what is found in it: failures of single values, keys for rules across rows, figures.

Sees one part and nothing else, so parts may be judged anywhere; who joins them in order has judged the table.
"""

from typing import NamedTuple

import numpy as np
import pandera.polars as pa
import polars as pl
import pyarrow

from burnish.params import Section
from burnish.table_checks import one_batch
from burnish.tables import TABLES
from burnish.validate.batches import Batch, Part, Shards, find_broken_text, measure, read_batches
from burnish.validate.failures import Failure, Findings
from burnish.validate.figures import Statistics, StatisticsParams
from burnish.validate.glance import is_plainly_good
from burnish.validate.keys import Keys, Rows, layout_of, take_keys


class Limits(Section):
    """`validate_<group>.limits` in params.yaml; sizes in bytes of text."""

    batch_rows: int
    batch_bytes: int
    max_row_bytes: int
    shown_failures: int
    statistics: StatisticsParams


class ValidateParams(Limits):
    """The limits, and the name of the model by which one table is judged."""

    table: str


class Judged(NamedTuple):
    """What was found in a part."""

    findings: Findings
    keys: list[Keys]
    statistics: Statistics


def judge_part(part: Part, *, shards: Shards, params: ValidateParams) -> Judged:
    """Read a part once, in batches, and judge each row by itself."""
    schema = TABLES[params.table].to_schema()
    layout = layout_of(list(schema.columns))
    judged = Judged(Findings(shown=params.shown_failures), [], Statistics(params.statistics))
    checker = BatchChecker(shards, params=params, findings=judged.findings)
    for batch in read_batches(shards, part, batch_rows=params.batch_rows, batch_bytes=params.batch_bytes):
        frame, sizes, rows = checker.set_aside(batch)
        with one_batch():
            if checker.check(frame, schema=schema, rows=rows):
                judged.keys.append(take_keys(frame, rows=rows, layout=layout))
                judged.statistics.add(frame, sizes=sizes)
    return judged


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
        if is_plainly_good(frame, table=self._params.table):
            return True
        try:
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
