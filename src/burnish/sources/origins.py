"""Where a row comes from and where a dropped row goes: the words that tasks and texts share."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from burnish.errors import BurnishError
from burnish.sources.licences import check_licence
from burnish.sources.packs import find_source


class Origin(NamedTuple):
    """A fetched source: its name in the registry, its licence and its address in scheme form."""

    name: str
    licence: str
    url: str


class Reject(NamedTuple):
    """A row that was dropped, and why. `kind` is `task`, `text`, `row` or `pair`."""

    kind: str
    source: str
    path: str
    name: str
    reason: str


class Change(NamedTuple):
    """What was masked in a text that stays: how many different values of a kind."""

    text_id: str
    source: str
    path: str
    what: str
    number: int


def read_origins(group: Path, *, known: Iterable[str]) -> Iterator[tuple[Path, Origin]]:
    """Yield the place and the origin of each source of a fetched group, in the registry's order; `known` are licences."""
    listed = group / "LICENSES.json"
    try:
        rows = json.loads(listed.read_text())
    except (FileNotFoundError, ValueError):
        raise BurnishError(
            f"{listed} is missing or broken; `dvc repro fetch` makes it, `dvc checkout` restores it"
        ) from None
    for row in rows:
        place = f"{listed}: {row.get('name')}"
        yield (
            find_source(group, row["name"]),
            Origin(row["name"], check_licence(row.get("licence"), known=known, place=place), row["url"]),
        )
