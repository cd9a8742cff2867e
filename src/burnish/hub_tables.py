"""Benchmarks of the Hub, as fetched, to rows with the ids that every stage knows them by: test splits only.

A benchmark comes with other splits too; what a score or a leak is about are the items that scores are published on.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from burnish.benchmark_items import read_json_rows
from burnish.errors import BurnishError

Row = Mapping[str, Any]


class HubTable(NamedTuple):
    """Which files hold the items, and the column that names one; empty: its number does."""

    pattern: str
    key: str


HUB_TABLES: Mapping[str, HubTable] = {
    "mbpp": HubTable("test-*.parquet", "task_id"),
    "gsm8k": HubTable("test-*.parquet", ""),
    "ifeval": HubTable("*.jsonl", "key"),
    "mmlu": HubTable("test-*.parquet", ""),
    "xstest": HubTable("test-*.parquet", ""),
    "strongreject": HubTable("*.parquet", ""),
}


def read_hub_rows(folder: Path) -> Iterator[tuple[str, Row]]:
    """Yield id and row of each item of the benchmark that `folder` is named after.

    Raises:
        BurnishError: the files are missing or broken, or a row has no name.
    """
    table = HUB_TABLES[folder.name]
    paths = sorted(folder.rglob(table.pattern))
    if not paths:
        raise BurnishError(f"{folder} holds no {table.pattern}; run: dvc repro fetch")
    number = 0
    for path in paths:
        for row in _read(path):
            if table.key and table.key not in row:
                raise BurnishError(f"{path}: a row lacks {table.key!r}; delete it and run: dvc repro fetch")
            yield f"{folder.name}/{row[table.key] if table.key else number}", row
            number += 1


def _read(path: Path) -> list[Row]:
    if path.suffix != ".parquet":
        return read_json_rows(path)
    try:
        return list(pq.read_table(path).to_pylist())
    except (pa.ArrowInvalid, OSError) as error:
        raise BurnishError(f"{path} isn't readable ({error}); delete it and run: dvc repro fetch") from None
