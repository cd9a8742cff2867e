"""Checks a table (07): every value by its Pandera model, then ids, splits and families across all rows.

Works in batches, so memory stays bounded. A table that fails stops the pipeline with the table, row, column and reason
of the first failures; nothing is dropped or mended here.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandera.polars as pa
import polars as pl
import pyarrow as arrow
import pyarrow.parquet as pq

from burnish import stage
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.seeds import fingerprint
from burnish.tables import TABLES


class ValidateParams(Section):
    """`validate.<dataset>` in params.yaml."""

    table: str
    batch_rows: int
    shown_failures: int


class Failure(NamedTuple):
    """One value that isn't what its table says; `row` counts from 0 over the whole table."""

    file: str
    row: int | None
    column: str
    reason: str
    value: str

    def __str__(self) -> str:
        """Say it in one line."""
        place = self.file if self.row is None else f"{self.file} row {self.row}"
        return f"{place}, {self.column}: {self.reason} (value {self.value})"


def check_table(paths: list[Path], *, table: str, batch_rows: int, shown: int) -> tuple[list[Failure], dict[str, Any]]:
    """Return the failures in `paths` (at most `shown` a check and batch) and counts of what was read."""
    model = TABLES[table]
    failures: list[Failure] = []
    across = AcrossRows()
    for path, offset, frame in read_batches(paths, batch_rows=batch_rows):
        found = check_batch(frame, model=model, file=str(path), offset=offset, shown=shown)
        failures += found
        if not any(failure.row is None for failure in found):  # columns are as declared
            across.add(frame, file=str(path), offset=offset)
    return [*failures, *across.failures()], across.counts()


def read_batches(paths: list[Path], *, batch_rows: int) -> Iterator[tuple[Path, int, pl.DataFrame]]:
    """Yield (file, number of its rows before, rows) in order."""
    for path in paths:
        try:
            offset = 0
            for batch in pq.ParquetFile(path).iter_batches(batch_size=batch_rows):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield path, offset, frame
                offset += len(frame)
        except (arrow.ArrowInvalid, OSError) as error:
            raise BurnishError(
                f"{path} isn't readable Parquet: {error}; delete it and run `dvc checkout` or `dvc repro`"
            ) from None


def check_batch(
    frame: pl.DataFrame, *, model: type[pa.DataFrameModel], file: str, offset: int, shown: int
) -> list[Failure]:
    """Return what Pandera finds in one batch, rows counted from `offset`."""
    try:
        model.to_schema().validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases.group_by("column", "check", maintain_order=True).head(shown)
        return [_failure(case, file=file, offset=offset) for case in cases.iter_rows(named=True)]
    return []


def _failure(case: dict[str, Any], *, file: str, offset: int) -> Failure:
    row = None if case["index"] is None else offset + int(case["index"])
    return Failure(file, row, str(case["column"]), str(case["check"]), str(case["failure_case"])[:120])


class AcrossRows:
    """What no single row shows: repeated ids, and families or prompts that stand on both sides of a split."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._ids: dict[str, str] = {}
        self._families: dict[str, set[str]] = {}
        self._prompts: dict[str, str] = {}
        self._failures: list[Failure] = []
        self._splits: Counter[str] = Counter()
        self._rows = 0

    def add(self, frame: pl.DataFrame, *, file: str, offset: int) -> None:
        """Take one batch."""
        self._rows += len(frame)
        for number, row_id in enumerate(frame["id"] if "index" not in frame.columns else []):
            place = f"{file} row {offset + number}"
            if row_id in self._ids:
                self._failures.append(Failure(file, offset + number, "id", f"same id as {self._ids[row_id]}", row_id))
            self._ids.setdefault(row_id, place)
        if "split" in frame.columns:
            self._add_splits(frame, file=file, offset=offset)

    def _add_splits(self, frame: pl.DataFrame, *, file: str, offset: int) -> None:
        asked = "prompt" if "prompt" in frame.columns else "messages"
        family = frame["category"] + "/" + frame["template"] if "template" in frame.columns else frame["family"]
        for number, (split, name, text) in enumerate(zip(frame["split"], family, frame[asked].to_list(), strict=True)):
            self._splits[split] += 1
            self._families.setdefault(name, set()).add(split)
            key = fingerprint(text)
            if self._prompts.setdefault(key, split) != split:
                reason = f"the same prompt stands in split {self._prompts[key]}"
                self._failures.append(Failure(file, offset + number, asked, reason, str(text)[:80]))

    def failures(self) -> list[Failure]:
        """Return everything found, the leaking families last."""
        leaks = [name for name, splits in sorted(self._families.items()) if "unseen" in splits and len(splits) > 1]
        return [
            *self._failures,
            *(Failure("table", None, "split", "family both trained and withheld", n) for n in leaks),
        ]

    def counts(self) -> dict[str, Any]:
        """Return rows, splits and families."""
        return {"rows": self._rows, "splits": dict(sorted(self._splits.items())), "families": len(self._families)}


def run(params: ValidateParams, *, data: Path) -> stage.Metrics:
    """Check every shard below `data`; the first failures are the error's text."""
    if params.table not in TABLES:
        raise BurnishError(f"params.yaml: validate table {params.table!r} is unknown; known: {', '.join(TABLES)}")
    paths = sorted(data.rglob("rows-*.parquet"))
    if not paths:
        raise BurnishError(f"{data} holds no rows-*.parquet; `dvc repro` makes it, `dvc checkout` restores it")
    found, counts = check_table(paths, table=params.table, batch_rows=params.batch_rows, shown=params.shown_failures)
    if found:
        lines = "\n  ".join(map(str, found[: params.shown_failures]))
        raise BurnishError(f"{data}: {len(found)} rows fail the table {params.table!r}:\n  {lines}")
    return {"table": params.table, "passed": True, **counts}


if __name__ == "__main__":
    stage.main(run)
