"""One score of one model on one item of one benchmark: what all comparisons are made of, as rows on disk.

Knows no grader. `item` stands for question and check, so that scores of different data are told from scores of different
models.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from burnish import shards
from burnish.seeds import fingerprint

# `suspect`: the item overlaps a training row, which was then left out; null where nobody looked. `tier`: how the sandbox
# kept the answer's program in; empty where no program ran.
OUTCOME = pa.schema([
    ("benchmark", pa.string()), ("id", pa.string()), ("turn", pa.int32()), ("family", pa.string()),
    ("model", pa.string()), ("score", pa.float64()), ("suspect", pa.bool_()), ("item", pa.string()),
    ("tier", pa.string()),
])  # fmt: skip


class Outcome(NamedTuple):
    """A score from 0 to 1; those of one `family` rise and fall together."""

    benchmark: str
    id: str
    turn: int
    family: str
    model: str
    score: float
    suspect: bool | None
    item: str
    tier: str

    @property
    def key(self) -> tuple[str, int]:
        """What two models' scores on a benchmark are paired by."""
        return self.id, self.turn


def write_outcomes(outcomes: Iterable[Outcome], *, folder: Path) -> None:
    """Write a table of OUTCOME."""
    shards.write_rows(folder, (one._asdict() for one in outcomes), schema=OUTCOME)


def read_outcomes(folder: Path) -> Iterator[Outcome]:
    """Read such a table, in its order."""
    return (Outcome(**row) for row in shards.read_rows(folder))


def digest_items(outcomes: Iterable[Outcome]) -> str:
    """Return what stands for the data of a benchmark: the items that were asked, whoever answered."""
    return fingerprint(*sorted({f"{one.id} {one.item}" for one in outcomes}))
