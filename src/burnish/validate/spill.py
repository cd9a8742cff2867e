"""Keys of rows on disk, in buckets by their hash: what is equal lies in one bucket, and one bucket is in memory at a time.

So ids and prompts of any number of rows are compared in the same memory. Keys are hashes; who reports an equal pair
reads its values again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

BUCKETS = 64
RECORD = np.dtype([("key", "<u8"), ("row", "<i8"), ("mark", "u1")])

Records = npt.NDArray[Any]


class Pair(NamedTuple):
    """A row and the first one that has the same key."""

    row: int
    first: int


class Spill:
    """Keys of rows, each with a mark such as the row's split."""

    def __init__(self, folder: Path) -> None:
        """Write below `folder`, which must be there and be removed by who made it."""
        self._folder = folder
        folder.mkdir()

    def add(self, keys: npt.NDArray[np.uint64], *, rows: npt.NDArray[np.int64], marks: npt.NDArray[np.uint8]) -> None:
        """Take the keys of `rows`, which are in order and higher than any before."""
        records = np.empty(len(keys), RECORD)
        records["key"], records["row"], records["mark"] = keys, rows, marks
        buckets = (keys >> np.uint64(58)).astype(np.uint8)
        order = np.argsort(buckets, kind="stable")
        ends = np.searchsorted(buckets[order], np.arange(BUCKETS), side="right")
        for bucket, part in enumerate(np.split(records[order], ends[:-1])):
            if len(part):
                with self._file(bucket).open("ab") as file:
                    file.write(part.tobytes())

    def repeats(self) -> Iterator[Pair]:
        """Yield every row whose key an earlier row has."""
        for records, first in self._groups():
            for number in np.flatnonzero(first != np.arange(len(records))):
                yield Pair(int(records["row"][number]), int(records["row"][first[number]]))

    def differing(self) -> Iterator[Pair]:
        """Yield every row whose mark isn't that of the first row with its key."""
        for records, first in self._groups():
            for number in np.flatnonzero(records["mark"] != records["mark"][first]):
                yield Pair(int(records["row"][number]), int(records["row"][first[number]]))

    def count(self) -> int:
        """Return the number of distinct keys."""
        return sum(int((first == np.arange(len(records))).sum()) for records, first in self._groups())

    def _groups(self) -> Iterator[tuple[Records, npt.NDArray[np.int64]]]:
        """Yield the records of a bucket sorted by key and row, and for each the place of the first with its key."""
        for bucket in range(BUCKETS):
            if self._file(bucket).exists():
                records = np.fromfile(self._file(bucket), RECORD)
                records = records[np.argsort(records["key"], kind="stable")]
                begins = np.concatenate(([True], records["key"][1:] != records["key"][:-1]))
                yield records, np.maximum.accumulate(np.where(begins, np.arange(len(records)), 0))

    def _file(self, bucket: int) -> Path:
        return self._folder / f"{bucket:02}"
