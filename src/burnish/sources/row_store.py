"""Rows of many sources on disk while they are compared with each other: JSON lines, found again by their number.

What memory holds of a row is numbers: its place in the file, and hashes of its id and its question. Signatures for
near-duplicates lie on disk too.
"""

import json
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from burnish.duplicates import NearParams, cluster
from burnish.minhash import Signatures, sign
from burnish.seeds import fingerprint
from burnish.sources.cleaning import SPLITS as STRICTEST
from burnish.sources.table_rows import Draft

SIGNED_AT_ONCE = 512


class Spool:
    """A file of records in order."""

    def __init__(self, path: Path) -> None:
        """Start an empty one."""
        self._file = path.open("w+b")
        self._starts = array("q", [0])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def add(self, record: Mapping[str, Any]) -> None:
        """Append one."""
        self._file.seek(self._starts[-1])
        self._starts.append(
            self._starts[-1] + self._file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        )

    def __getitem__(self, number: int) -> dict[str, Any]:
        self._file.seek(self._starts[number])
        found: dict[str, Any] = json.loads(self._file.read(self._starts[number + 1] - self._starts[number]))
        return found

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.read(0, len(self))

    def read(self, start: int, end: int) -> Iterator[dict[str, Any]]:
        """Yield the records from `start` to before `end`."""
        for number in range(start, end):
            yield self[number]

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class RowStore:
    """Rows that are to be compared; `add` them all, then ask which of them repeat others."""

    def __init__(self, folder: Path, *, params: NearParams) -> None:
        """Keep files below `folder`."""
        self.rows = Spool(folder / "rows")
        self._params = params
        self._signatures = (folder / "signatures").open("w+b")
        self._waiting: list[str] = []
        self._ids, self._questions, self._splits, self._lengths = array("Q"), array("Q"), array("b"), array("q")

    def add(self, draft: Draft, *, source: str) -> None:
        """Append one row."""
        row = draft.row
        text = compared_text(row)
        self.rows.add({"row": row, "place": draft.place, "source": source, "changes": draft.changes})
        self._ids.append(_number(row["id"]))
        self._questions.append(_number(json.dumps(question_of(row), ensure_ascii=False)))
        self._splits.append(STRICTEST.index(row["split"]))
        self._lengths.append(len(text))
        self._waiting.append(text)
        if len(self._waiting) == SIGNED_AT_ONCE:
            self._sign()

    def _sign(self) -> None:
        self._signatures.write(sign(self._waiting, permutations=self._params.permutations).tobytes())
        self._waiting = []

    def find_repeats(self) -> dict[int, str]:
        """Return the rows to drop, by number, and why: the same id, the same question across splits, near-duplicates."""
        dropped = {row: f"has the id of {self._say(first)}" for row, first in _repeats(np.asarray(self._ids))}
        splits = np.asarray(self._splits)
        for row, first in _strictest(np.asarray(self._questions), splits=splits):
            dropped.setdefault(row, f"asks what a row of the split {STRICTEST[splits[first]]} asks: {self._say(first)}")
        for row, best in self._near(dropped):
            dropped.setdefault(row, f"nearly repeats {self._say(best)}")
        return dropped

    def _near(self, dropped: Mapping[int, str]) -> Iterator[tuple[int, int]]:
        """Of each cluster of what isn't dropped the strictest split stays, then the longest text, then the first."""
        for cluster_rows in cluster(self._all_signatures(), text_of=self._text, params=self._params):
            rows = [row for row in cluster_rows if row not in dropped]
            if len(rows) > 1:
                best = min(rows, key=lambda row: (self._splits[row], -self._lengths[row], row))
                yield from ((row, best) for row in rows if row != best)

    def _all_signatures(self) -> Signatures:
        if self._waiting:
            self._sign()
        self._signatures.flush()
        shape = (len(self.rows), self._params.permutations)
        if not shape[0]:
            return np.empty(shape, dtype=np.uint32)
        return np.memmap(self._signatures.name, dtype=np.uint32, mode="r", shape=shape)

    def _text(self, row: int) -> str:
        return compared_text(self.rows[row]["row"])

    def _say(self, row: int) -> str:
        found = self.rows[row]
        return f"{found['source']}/{found['place']}"

    def close(self) -> None:
        """Let go of the files."""
        self.rows.close()
        self._signatures.close()


def compared_text(row: Mapping[str, Any]) -> str:
    """Return what near-duplicates are found by: a talk without its system message, which many rows share."""
    said = row["messages"] if "messages" in row else [*row["prompt"], *row["chosen"], *row["rejected"]]
    return "\n".join(part for part in spoken(said))


def spoken(messages: list[dict[str, Any]]) -> list[str]:
    """Return the texts of a talk that a model learns from or answers: all but the system message, calls included."""
    return [message[field] for message in messages if message["role"] != "system" for field in ("content", "tool_calls")
            if message.get(field)]  # fmt: skip


def question_of(row: Mapping[str, Any]) -> list[Any]:
    """Return what a row asks: all messages before the answer."""
    return list(row["messages"][:-1] if "messages" in row else row["prompt"])


def _number(text: str) -> int:
    return int(fingerprint(text), 16)


def _repeats(keys: npt.NDArray[np.uint64]) -> Iterator[tuple[int, int]]:
    """Yield each row whose key an earlier row has, with the first such row."""
    _, first, owner = np.unique(keys, return_index=True, return_inverse=True)
    for row in np.flatnonzero(first[owner] != np.arange(len(keys))).tolist():
        yield row, int(first[owner[row]])


def _strictest(keys: npt.NDArray[np.uint64], *, splits: npt.NDArray[np.int8]) -> Iterator[tuple[int, int]]:
    """Yield each row whose key stands in a stricter split, with the first row there."""
    order = np.lexsort((np.arange(len(keys)), splits, keys))
    _, starts, owner = np.unique(keys[order], return_index=True, return_inverse=True)
    best = np.empty(len(keys), dtype=np.intp)
    best[order] = order[starts[owner]]
    for row in np.flatnonzero(splits[best] < splits).tolist():
        yield row, int(best[row])
