"""Checks that a fetched table holds the columns that its registry entry promises. Reads a footer or one line, no rows."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from burnish.errors import BurnishError


def check_columns(path: Path, *, name: str, columns: Sequence[str], place: str) -> None:
    """Raise if the table at `path`, called `name` in its repository, lacks one of `columns`; other files pass."""
    try:
        found = read_columns(path, name=name)
    except (OSError, ValueError, EOFError) as error:
        raise BurnishError(f"{place}: {name} isn't readable ({' '.join(str(error).split())[:200]}) though its sha256 is as "
                           "pinned; leave it out of members") from None  # fmt: skip
    if found is not None and (missing := [column for column in columns if column not in found]):
        raise BurnishError(f"{place}: {name} has no column {', '.join(missing)}; it has: {', '.join(found)}; correct "
                           "columns or members of the entry")  # fmt: skip


def read_columns(path: Path, *, name: str) -> list[str] | None:
    """Return the names of the columns, None for a file that is no table (a licence, a readme)."""
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq  # here, so that packages are fetched without its 0.13 s

        return list(pq.read_schema(path).names)
    if name.endswith((".jsonl", ".jsonl.gz")):
        with gzip.open(path, "rb") if name.endswith(".gz") else path.open("rb") as file:
            first = json.loads(file.readline())
        if not isinstance(first, dict):
            raise ValueError(f"its first line is {type(first).__name__}, not an object")
        return list(first)
    return None
