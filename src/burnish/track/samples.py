"""The tables of answers and verdicts of one state, out of DVC's cache, in the form that MLflow's pages show as tables.

MLflow shows no Parquet: each file becomes a JSON table, named by the folder that it lies in. Writes into no store.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from burnish import shards
from burnish.track.snapshots import Cache, Locked

FOLDER, SOURCE, SUFFIX = "samples", "data/eval/", ".parquet"
# Of a Parquet file; a page of MLflow loads a table whole, and as JSON it is several times as long.
MOST_BYTES = 4 * 2**20


class Samples(NamedTuple):
    """The files of a state's tables by what MLflow calls them, outputs that the cache lacks, files too long with bytes."""

    tables: Mapping[str, Path]
    missing: list[str]
    longer: Mapping[str, int]


def find_samples(stages: Iterable[Locked], *, cache: Cache) -> Samples:
    """Return the tables below data/eval, `data/eval/public/rows-00000.parquet` as `samples/public/rows-00000.json`."""
    places: dict[str, Path] = {}
    missing = []
    for out in (out for stage in stages for out in stage.outputs if out.path.startswith(SOURCE)):
        listed = cache.files(out)
        tables = {file.path: cache.find(file.md5) for file in listed or [] if file.path.endswith(SUFFIX)}
        places |= {path: place for path, place in tables.items() if place}
        if listed is None or not all(tables.values()):
            missing.append(out.path)
    longer = {path: size for path, place in places.items() if (size := place.stat().st_size) > MOST_BYTES}
    return Samples({_name(path): place for path, place in places.items() if path not in longer}, missing, longer)


def as_table(path: Path) -> str:
    """Return a Parquet file as the JSON of MLflow's `log_table`: names of columns, and a list of values for each row."""
    rows = list(shards.read_rows(path))
    return json.dumps({"columns": [*rows[0]] if rows else [], "data": [[*row.values()] for row in rows]})


def _name(path: str) -> str:
    return f"{FOLDER}/{path.removeprefix(SOURCE).removesuffix(SUFFIX)}.json"
