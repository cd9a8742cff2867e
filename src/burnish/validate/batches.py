"""Parquet shards to batches of bounded size, whatever the rows weigh; a row's number counts over all shards.

Rows that no later step may see, for their size or their broken UTF-8, can be told here; nothing else is judged.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from burnish.errors import BurnishError


class Place(NamedTuple):
    """Where a row stands."""

    file: str
    row: int

    def __str__(self) -> str:
        """Say it."""
        return f"{self.file} row {self.row}"


class Group(NamedTuple):
    """A row group: the number of its shard, its own number there, its rows and their bytes as encoded."""

    shard: int
    number: int
    rows: int
    encoded_bytes: int


class Part(NamedTuple):
    """Row groups that stand one after the other, `first` being the number of their first row."""

    first: int
    groups: tuple[Group, ...]


class Shards:
    """The files of one table in order; it can be sent to another process, wherever that works."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read the files' footers; one that isn't whole is an error."""
        self.paths = list(paths)
        self._home = Path.cwd()
        self.groups = [group for shard, path in enumerate(self.paths) for group in _groups_of(path, shard=shard)]
        counts = Counter[int]()
        for group in self.groups:
            counts[group.shard] += group.rows
        self._starts: list[int] = [0, *accumulate(counts[shard] for shard in range(len(self.paths)))]

    def open(self, shard: int) -> pq.ParquetFile:
        """Open one file, also where another folder is the current one."""
        return open_shard(self.paths[shard], home=self._home)

    @property
    def rows(self) -> int:
        """The number of rows in all."""
        return self._starts[-1]

    def place(self, row: int) -> Place:
        """Return the file of a row and its number there."""
        shard = bisect_right(self._starts, row) - 1
        return Place(str(self.paths[shard]), row - self._starts[shard])

    def start(self, shard: int) -> int:
        """Return the number of the first row of a shard."""
        return self._starts[shard]

    def read_values(self, rows: Iterable[int], *, columns: Sequence[str]) -> dict[int, tuple[object, ...]]:
        """Return the values of single rows, one row group in memory at a time."""
        values: dict[int, tuple[object, ...]] = {}
        wanted = sorted(set(rows))
        for shard in range(len(self.paths)):
            first = self._starts[shard]
            own = [row for row in wanted if first <= row < self._starts[shard + 1]]
            if not own:
                continue
            file = self.open(shard)
            for group in range(file.num_row_groups):
                end = first + file.metadata.row_group(group).num_rows
                if here := [row for row in own if first <= row < end]:
                    picked = file.read_row_group(group, columns=list(columns)).take([row - first for row in here])
                    listed = (picked[column].to_pylist() for column in columns)
                    values |= dict(zip(here, zip(*listed, strict=True), strict=True))
                first = end
        return values


class Batch(NamedTuple):
    """Rows that stand one after the other, `first` being the number of the first."""

    first: int
    rows: pa.Table


def open_shard(path: Path, *, home: Path) -> pq.ParquetFile:
    """Open a Parquet file below `home`; a broken one is an error with the way out."""
    try:
        return pq.ParquetFile(home / path, pre_buffer=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(path, error) from None


def _groups_of(path: Path, *, shard: int) -> Iterator[Group]:
    footer = open_shard(path, home=Path.cwd()).metadata
    for number in range(footer.num_row_groups):
        about = footer.row_group(number)
        yield Group(shard, number, about.num_rows, about.total_byte_size)


def plan_parts(shards: Shards, *, batch_rows: int, batch_bytes: int) -> list[Part]:
    """Cut a table into parts of about a batch each, by its footers alone; a large row group is a part of its own."""
    parts: list[Part] = []
    waiting: list[Group] = []
    first = 0
    for group in shards.groups:
        rows, weight = sum(other.rows for other in waiting), sum(other.encoded_bytes for other in waiting)
        if waiting and (rows + group.rows > batch_rows or weight + group.encoded_bytes > batch_bytes):
            parts.append(Part(first, tuple(waiting)))
            waiting, first = [], first + rows
        waiting.append(group)
    return [*parts, Part(first, tuple(waiting))] if waiting else parts


def read_batches(shards: Shards, part: Part, *, batch_rows: int, batch_bytes: int) -> Iterator[Batch]:
    """Yield the rows of a part in batches of at most `batch_rows` and about `batch_bytes`."""
    waiting: list[pa.RecordBatch] = []
    first = part.first
    for piece in _read_pieces(shards, part, batch_rows=batch_rows, batch_bytes=batch_bytes):
        rows = sum(len(other) for other in waiting)
        heavy = sum(other.nbytes for other in waiting) + piece.nbytes > batch_bytes
        if waiting and (heavy or rows + len(piece) > batch_rows or not piece.schema.equals(waiting[0].schema)):
            yield Batch(first, pa.Table.from_batches(waiting))
            waiting, first = [], first + rows
        waiting.append(piece)
    if waiting:
        yield Batch(first, pa.Table.from_batches(waiting))


def _read_pieces(shards: Shards, part: Part, *, batch_rows: int, batch_bytes: int) -> Iterator[pa.RecordBatch]:
    for group in part.groups:
        fitting = batch_bytes * group.rows // max(1, group.encoded_bytes)
        size = max(1, min(batch_rows // 5, fitting))
        file = shards.open(group.shard)
        try:
            # Threads would hold several decoded columns more, and cost more processor time than they save.
            yield from file.iter_batches(batch_size=size, row_groups=[group.number], use_threads=False)
        except (pa.ArrowInvalid, OSError) as error:
            raise _unreadable(shards.paths[group.shard], error) from None


def _unreadable(path: Path, error: Exception) -> BurnishError:
    return BurnishError(f"{path} isn't readable Parquet: {error}; delete it and run `dvc checkout` or `dvc repro`")


def find_broken_text(rows: pa.Table) -> dict[int, str]:
    """Return the rows that hold invalid UTF-8, with the column: polars takes Arrow's word for it and would crash."""
    found: dict[int, str] = {}
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        for row in _broken_rows(column, first=0):
            found.setdefault(row, name)
    return found


def _broken_rows(column: pa.ChunkedArray, *, first: int) -> Iterator[int]:
    """Cut in halves until single values remain."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        if len(column) == 1:
            yield first
            return
        half = len(column) // 2
        for start, end in ((0, half), (half, len(column))):
            part = column.take(pa.array(range(start, end)))  # a slice would keep the other half's text
            yield from _broken_rows(part, first=first + start)


def measure(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the bytes of text in each row of each column that holds text, lists and chats included."""
    return frame.select(
        size.fill_null(0).alias(name)
        for name, kind in frame.schema.items()
        if (size := _bytes_of(pl.col(name), kind=kind)) is not None
    )


def _bytes_of(value: pl.Expr, *, kind: pl.DataType) -> pl.Expr | None:
    if isinstance(kind, pl.String):
        return value.str.len_bytes()
    if isinstance(kind, pl.List):
        inner = _bytes_of(pl.element(), kind=kind.inner)  # type: ignore[arg-type]
        return None if inner is None else value.list.eval(inner.fill_null(0)).list.sum()
    if isinstance(kind, pl.Struct):
        sizes = [_bytes_of(value.struct.field(field.name), kind=field.dtype) for field in kind.fields]  # type: ignore[arg-type]
        return pl.sum_horizontal(size.fill_null(0) for size in sizes if size is not None)
    return None
