"""Drops tasks and texts that nearly repeat another or overlap a benchmark, and says of each what it repeats or overlaps.

Of a cluster of near-duplicates one row stays. Tasks: a held-out one before one for training, so that nothing held out is
trained on; then the one with most checks; then the first read. Texts: the longest, then the first read.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from burnish.contamination import Detector, Match
from burnish.duplicates import NearParams, cluster
from burnish.minhash import Signatures
from burnish.progress import track
from burnish.sources.origins import Reject

CHUNK = 128
T = TypeVar("T")
SPLITS = ("unseen", "seen", "train")
Row = dict[str, Any]


class Kind(NamedTuple):
    """What is compared in a row, what may overlap, and which row stays: that of the least rank."""

    name: str
    text: Callable[[Row], str]
    parts: Callable[[Row], list[str]]
    rank: Callable[[Row], tuple[int, ...]]
    address: Callable[[Row], tuple[str, str, str]]


def _rank_task(row: Row) -> tuple[int, ...]:
    return SPLITS.index(row["split"]), -len(json.loads(row["verifier"])["calls"])


def _address_task(row: Row) -> tuple[str, str, str]:
    url, _, path = row["source"].partition("#")
    return url, path, row["id"]


TASK = Kind("task", lambda row: str(row["reference"]), lambda row: [row["prompt"], row["reference"]], _rank_task,
            _address_task)  # fmt: skip
TEXT = Kind("text", lambda row: str(row["text"]), lambda row: [row["text"]], lambda row: (-len(row["text"]),),
            lambda row: (row["source"], row["path"], ""))  # fmt: skip


def drop_near(
    rows: Sequence[Row], *, kind: Kind, signatures: Signatures, params: NearParams, rejects: list[Reject]
) -> list[Row]:
    """Return `rows` with one of each cluster of near-duplicates, in their order; `signatures` are of their texts."""
    kept_of: dict[int, int] = {}
    for places in cluster(signatures, text_of=lambda place: kind.text(rows[place]), params=params):
        best = min(places, key=lambda place: (*kind.rank(rows[place]), place))
        kept_of |= {place: best for place in places if place != best}
    for place, best in sorted(kept_of.items()):
        source, path, name = kind.address(rows[best])
        rejects.append(Reject(kind.name, *kind.address(rows[place]), f"nearly repeats {name or f'{source}#{path}'}"))
    return [row for place, row in enumerate(rows) if place not in kept_of]


def cut(rows: Sequence[T]) -> list[Sequence[T]]:
    """Return `rows` in chunks."""
    return [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]


def find_overlaps(chunk: Sequence[Sequence[str]], *, detector: Detector) -> list[Match | None]:
    """Return for each row of a chunk, given as its parts, the first overlap."""
    matches = iter(detector.find([part for parts in chunk for part in parts]))
    return [next(filter(None, [next(matches) for _ in parts]), None) for parts in chunk]


def drop_overlaps(
    rows: Sequence[Row], *, kind: Kind, found: Iterable[list[Match | None]], rejects: list[Reject]
) -> list[Row]:
    """Return `rows` without those that overlap an item of a benchmark, in their order; `found` has the chunks' matches."""
    kept = []
    matches = track((match for chunk in found for match in chunk), f"compare {kind.name}s with benchmarks")
    for row, match in zip(rows, matches, strict=True):
        if match is None:
            kept.append(row)
        else:
            rejects.append(Reject(kind.name, *kind.address(row), f"overlaps {match.item}: {match.way}"))
    return kept
