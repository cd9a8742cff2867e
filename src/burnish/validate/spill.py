"""Keys of rows on disk, in buckets by their hash: what is equal lies in one bucket, and one bucket is in memory at a time.

So ids and prompts of any number of rows are compared in the same memory. Keys are hashes; who reports an equal pair
reads its values again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

BUCKET_ROWS = 200_000  # about: hashes spread evenly
RECORD = np.dtype([("key", "<u8"), ("row", "<i8"), ("mark", "u1")])

Records = npt.NDArray[Any]


class Pair(NamedTuple):
    """A row and the first one that has the same key."""

    row: int
    first: int


class Spill:
    """Keys of rows, each with a mark such as the row's split."""

    def __init__(self, path: Path, *, rows: int) -> None:
        """Write to `path`, which who made its folder removes; `rows` is how many there will be."""
        self._path = path
        self._bits = (rows // BUCKET_ROWS).bit_length()
        self._written = 0
        self._ends: list[npt.NDArray[np.int64]] = []  # for each batch, where its buckets end in the file

    def add(self, keys: npt.NDArray[np.uint64], *, rows: npt.NDArray[np.int64], marks: npt.NDArray[np.uint8]) -> None:
        """Take the keys of `rows`, which are in order and not lower than any before."""
        records = np.empty(len(keys), RECORD)
        records["key"], records["row"], records["mark"] = keys, rows, marks
        if self._bits:
            buckets = (keys >> np.uint64(64 - self._bits)).astype(np.uint16)  # sixteen bits sort by radix
            order = np.argsort(buckets, kind="stable")
            records = records[order]
            ends = np.searchsorted(buckets[order], np.arange(2**self._bits), side="right")
        else:
            ends = np.array([len(keys)])
        self._ends.append(np.concatenate(([0], ends)) + self._written)
        self._written += len(keys)
        with self._path.open("ab") as file:
            file.write(records.tobytes())

    def repeats(self) -> Iterator[Pair]:
        """Yield every row whose key an earlier row has."""
        for records, first in self._groups(repeated=True):
            for number in np.flatnonzero(first != np.arange(len(records))):
                yield Pair(int(records["row"][number]), int(records["row"][first[number]]))

    def differing(self) -> Iterator[Pair]:
        """Yield every row whose mark isn't that of the first row with its key."""
        for records, first in self._groups(repeated=True):
            for number in np.flatnonzero(records["mark"] != records["mark"][first]):
                yield Pair(int(records["row"][number]), int(records["row"][first[number]]))

    def count(self) -> int:
        """Return the number of distinct keys."""
        return sum(int((first == np.arange(len(records))).sum()) for records, first in self._groups(repeated=False))

    def _groups(self, *, repeated: bool) -> Iterator[tuple[Records, npt.NDArray[np.int64]]]:
        """Yield the records of a bucket sorted by key and row, and for each the place of the first with its key.

        With `repeated`, buckets without a repeated key are left out: sorting bare keys tells, at a tenth of the cost.
        """
        for bucket in range(2**self._bits if self._ends else 0):
            records = self._read(bucket)
            if repeated and not (np.diff(np.sort(records["key"])) == 0).any():
                continue
            records = records[np.argsort(records["key"], kind="stable")]
            if len(records):
                begins = np.concatenate(([True], records["key"][1:] != records["key"][:-1]))
                yield records, np.maximum.accumulate(np.where(begins, np.arange(len(records)), 0))

    def _read(self, bucket: int) -> Records:
        parts = []
        with self._path.open("rb") as file:
            for ends in self._ends:
                file.seek(int(ends[bucket]) * RECORD.itemsize)
                parts.append(file.read(int(ends[bucket + 1] - ends[bucket]) * RECORD.itemsize))
        return np.frombuffer(b"".join(parts), RECORD)
