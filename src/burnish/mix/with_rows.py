"""The mixture of a training step that also takes sources of `data/rows`: fetched tables that became rows.

The same as `mixer.py` in all else. A stage of its own, so that a run without such tables depends on none.
"""

from pathlib import Path

import pyarrow.parquet as pq

from burnish import shards, stage
from burnish.errors import BurnishError
from burnish.mix.asked import MixParams
from burnish.mix.mixer import write_mixture


def run(
    params: MixParams, *, cases: Path, tasks: Path, replay: Path, rows: Path, contamination: Path, base: Path, out: Path,
    seed: int, key: str,
) -> stage.Metrics:  # fmt: skip
    """Plan the mixture, write its rows and its index."""
    known = {"cases": cases, "tasks": tasks, "replay": replay, **find_row_sources(rows)}
    return write_mixture(params, known=known, contamination=contamination, base=base, out=out, seed=seed, key=key)


def find_row_sources(rows: Path) -> dict[str, Path]:
    """Return the folders of `<group>/kept/<source>` by the source's name; those that hold pairs are no source of rows."""
    found: dict[str, Path] = {}
    for folder in sorted(rows.glob("*/kept/*")):
        if "messages" not in pq.read_schema(shards.shards_of(folder)[0]).names:
            continue
        if folder.name in found or folder.name in ("cases", "tasks", "replay"):
            other = found.get(folder.name, "a source that there always is")
            raise BurnishError(f"{folder} has the name of {other}; rename its entry in sources.yaml")
        found[folder.name] = folder
    return found


if __name__ == "__main__":
    stage.main(run)
