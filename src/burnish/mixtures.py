"""A mixture on disk, read in training order from any cursor: rows come by their place in `index.npy`, in bounded memory.

A cursor is the number of rows already seen. The order is fixed in the index, so stopping and going on at any cursor
gives what going on without a stop would have given. Draws nothing, knows nothing of tokens.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from burnish import shards
from burnish.errors import BurnishError

INDEX = "index.npy"
# Rows held at once. A window reads every shard that it touches once, so a larger one reads a large mixture less often.
WINDOW_ROWS = 20_000
BATCH_ROWS = 1_000  # rows turned into Python at once


def read_mixture(mix: Path, *, cursor: int, window_rows: int = WINDOW_ROWS) -> Iterator[dict[str, Any]]:
    """Yield the rows of `mix` in training order, from the one at `cursor`.

    Raises:
        BurnishError: no readable index or shard, a cursor outside of it, or an index that names rows which aren't there.
    """
    index = open_index(mix)
    if not 0 <= cursor <= len(index):
        raise BurnishError(f"cursor {cursor} isn't in {mix / INDEX}, which has {len(index)} rows; 0 is the start")
    paths = shards.shards_of(mix / "rows")
    ends = np.cumsum([_count_rows(path) for path in paths])
    for start in range(cursor, len(index), window_rows):
        yield from _fetch(np.asarray(index[start : start + window_rows]), paths=paths, ends=ends, mix=mix)


def open_index(mix: Path) -> npt.NDArray[np.int32]:
    """Return the row numbers of a mixture in training order, mapped from the file."""
    try:
        index: npt.NDArray[np.int32] = np.load(mix / INDEX, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BurnishError(f"{mix / INDEX} isn't readable ({error}); run the mix stage again") from None
    if index.ndim != 1 or index.dtype != np.int32:
        raise BurnishError(f"{mix / INDEX} must be a list of row numbers, not {index.dtype} of shape {index.shape}")
    return index


def _count_rows(path: Path) -> int:
    with shards.reading(path):
        return int(pq.ParquetFile(path).metadata.num_rows)


def _fetch(wanted: npt.NDArray[np.int32], *, paths: list[Path], ends: npt.NDArray[np.int64],
           mix: Path) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield the rows numbered `wanted`, in that order, reading each shard once."""
    numbers, places = np.unique(wanted, return_inverse=True)
    if len(numbers) and not (numbers[0] >= 0 and numbers[-1] < ends[-1]):
        raise BurnishError(f"{mix / INDEX} names row {numbers[-1]}, but {mix} has {ends[-1]}; run the mix stage again")
    shard_of = np.searchsorted(ends, numbers, side="right")
    tables = []
    for shard in np.unique(shard_of):
        first = ends[shard - 1] if shard else 0
        with shards.reading(paths[shard]):
            tables.append(pq.read_table(paths[shard]).take(pa.array(numbers[shard_of == shard] - first)))
    table = pa.concat_tables(tables)
    for start in range(0, len(places), BATCH_ROWS):
        yield from table.take(pa.array(places[start : start + BATCH_ROWS])).to_pylist()
