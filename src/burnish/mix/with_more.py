"""The mixture of a training step that also takes sources of one folder more, such as fetched tables or talks with functions.

The same as `mixer.py` in all else. A stage of its own, so that the other mixtures don't depend on that folder.
"""

from pathlib import Path

import pyarrow.parquet as pq

from burnish import shards, stage
from burnish.errors import BurnishError
from burnish.mix.asked import MixParams
from burnish.mix.mixer import write_mixture

OWN = ("cases", "tasks", "replay")


def run(
    params: MixParams, *, cases: Path, tasks: Path, replay: Path, more: Path, contamination: Path, base: Path, out: Path,
    seed: int, key: str,
) -> stage.Metrics:  # fmt: skip
    """Plan the mixture, write its rows and its index."""
    known = {"cases": cases, "tasks": tasks, "replay": replay, **find_sources(more)}
    return write_mixture(params, known=known, contamination=contamination, base=base, out=out, seed=seed, key=key)


def find_sources(more: Path) -> dict[str, Path]:
    """Return the folders below `more` that hold rows, by their names; other tables are no source."""
    found: dict[str, Path] = {}
    for folder in shards.tables_below(more):
        if pq.read_schema(shards.shards_of(folder)[0]).names != shards.ROW.names:
            continue
        if folder.name in found or folder.name in OWN:
            other = found.get(folder.name, "a source that there always is")
            raise BurnishError(f"{folder} has the name of {other}; give it another one")
        found[folder.name] = folder
    return found


if __name__ == "__main__":
    stage.main(run)
