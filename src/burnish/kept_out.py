"""Yields the items of every fetched benchmark, of files and of tables: what nothing that is trained on may overlap.

data/raw/benchmarks, or data/raw with several groups of them -> [Item]
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from burnish.benchmark_items import Item, read_benchmarks
from burnish.errors import BurnishError
from burnish.table_files import Fault, find_tables, read_table

FILES, TABLES = "benchmarks", "public_benchmarks"  # groups of sources.yaml


def read_kept_out(folder: Path) -> list[Item]:
    """Return the items of the group of benchmarks `folder`, or of those below it (`benchmark_folders.all`)."""
    if (folder / FILES).is_dir():
        tables = folder / TABLES
        return [*read_benchmarks(folder / FILES), *(read_tables(tables) if tables.is_dir() else ())]
    return read_benchmarks(folder)


def read_tables(group: Path) -> Iterator[Item]:
    """Yield the items of benchmarks fetched as tables: each row with the texts that a copy of it would hold."""
    for place in sorted(path for path in group.iterdir() if path.is_dir()):
        for file in find_tables(place):
            most = file.stat().st_size
            for read in read_table(file, columns=(), max_row_bytes=most, place=str(group)):
                if isinstance(read.value, Fault):
                    said = f"{file} row {read.number}: {read.value}"
                    raise BurnishError(f"{said}, so it can't be kept out of training; fetch it again or turn it off")
                yield Item(f"{place.name}/{file.name}/{read.number}", tuple(_texts(read.value)), "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        yield from (text for part in (value.values() if isinstance(value, Mapping) else value) for text in _texts(part))
