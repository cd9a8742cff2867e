"""Rows on disk: Parquet shards with a fixed schema and fixed bytes. `tables.py` says what the values must be.

Kept apart from `tables.py` so that a stage which only reads and writes doesn't pay a second for importing Pandera.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from burnish.errors import BurnishError
from burnish.files import atomic_directory

Rows = Iterable[Mapping[str, Any]]
SHARD_ROWS = 20_000

_strings = pa.list_(pa.string())
MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string()), ("tool_calls", pa.string())])


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


CASE = _schema(
    id=pa.string(), family=pa.string(), category=pa.string(), template=pa.string(), split=pa.string(),
    prompt=pa.string(), starter=pa.string(), reference=pa.string(), verifier=pa.string(), mutants=_strings,
    cheats=_strings, shape=pa.string(), licence=pa.string(), source=pa.string(),
)  # fmt: skip
ROW = _schema(
    id=pa.string(), messages=pa.list_(MESSAGE), modalities=_strings, source=pa.string(), licence=pa.string(),
    skill=pa.string(), family=pa.string(), split=pa.string(), tokens=pa.int32(), supervised_tokens=pa.int32(),
)  # fmt: skip
TEXT = _schema(
    id=pa.string(), text=pa.string(), kind=pa.string(), language=pa.string(), path=pa.string(), source=pa.string(),
    licence=pa.string(),
)  # fmt: skip


def write_rows(directory: Path, rows: Rows, *, schema: pa.Schema, rows_per_shard: int = SHARD_ROWS) -> int:
    """Write `rows` as `rows-00000.parquet`, ... into `directory` (replaced as a whole); return their number."""
    count = 0
    with atomic_directory(directory) as partial:
        for number, batch in enumerate(batches(rows, size=rows_per_shard)):
            count += len(batch)
            write_shard(partial / f"rows-{number:05}.parquet", batch, schema=schema)
        if not count:
            write_shard(partial / "rows-00000.parquet", (), schema=schema)
    return count


def batches(rows: Rows, *, size: int) -> Iterator[tuple[Mapping[str, Any], ...]]:
    """Cut `rows` into tuples of `size`, the last one shorter."""
    remaining = iter(rows)
    while batch := tuple(islice(remaining, size)):
        yield batch


def write_shard(path: Path, rows: Rows, *, schema: pa.Schema) -> None:
    """Write one Parquet file; the same rows give the same bytes."""
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    pq.write_table(table, path, compression="zstd", store_schema=False)


def shards_of(directory: Path) -> list[Path]:
    """Return the shards of `directory` in order; none is an error."""
    if directory.is_file():
        return [directory]
    found = sorted(directory.glob("rows-*.parquet"))
    if not found:
        raise BurnishError(f"{directory} holds no rows-*.parquet; `dvc repro` makes it, `dvc checkout` restores it")
    return found


def tables_below(*directories: Path) -> list[Path]:
    """Return the folders below `directories` that hold shards, in order; names with a dot are of unfinished ones."""
    found = {(top, path.parent.relative_to(top)) for top in directories for path in top.rglob("rows-*.parquet")}
    return sorted(top / below for top, below in found if not any(part.startswith(".") for part in below.parts))


def read_rows(*directories: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of `directories`, shard by shard."""
    for directory in directories:
        for path in shards_of(directory):
            with reading(path):
                for batch in pq.ParquetFile(path).iter_batches(batch_size=2_000):
                    yield from batch.to_pylist()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what a damaged shard raises into an error that says the way out."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        raise BurnishError(
            f"{path} isn't readable Parquet ({' '.join(str(error).split())}); delete it and run `dvc checkout` or `dvc repro`"
        ) from None
