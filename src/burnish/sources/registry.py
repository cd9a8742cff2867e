"""Reads `sources.yaml`: every file that Burnish takes from outside, with its hash, its size and its licence.

Says only what is to be had. `schemes.py` gets it, `archives.py` opens it.
"""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from burnish.errors import BurnishError
from burnish.params import Section, read_yaml
from burnish.sources.licences import check_licence


class Source(Section):
    """One pinned file; `members` are the wanted paths or globs in the archive, none means the file itself."""

    name: str
    origin: str = Field(alias="from", pattern=r"^[a-z]+:.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(alias="bytes", gt=0)
    licence: str
    members: tuple[str, ...] | None = Field(default=None, min_length=1)

    @property
    def version(self) -> str:
        """The pinned version in `from`, or an empty text where the scheme has none."""
        scheme, _, rest = self.origin.partition(":")
        match scheme:
            case "pypi":
                return rest.partition("==")[2].partition("/")[0]
            case "npm":
                return rest.rpartition("@")[2]
            case _:
                return ""


FIELDS = tuple(field.alias or name for name, field in Source.model_fields.items() if name != "name")


def read_sources(registry: Path, *, group: str, names: Sequence[str]) -> list[Source]:
    """Return the sources `names` of `group`, in that order."""
    groups = read_yaml(registry)
    if group not in groups:
        raise BurnishError(f"{registry}: no group {group!r}; it has: {', '.join(groups)}")
    known = groups[group]
    if not isinstance(known, Mapping):
        raise BurnishError(f"{registry}: {group} must hold a mapping of sources, not {type(known).__name__}")
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise BurnishError(f"params.yaml: fetch.{group}.sources names {', '.join(repeated)} twice; take one away")
    for name in names:
        if name not in known:
            place = f"params.yaml: fetch.{group}.sources"
            raise BurnishError(f"{place}: no source {name!r} in {registry}{_near(name, known)}")
    return [read_source(known[name], name=name, place=f"{registry}: {group}.{name}") for name in names]


def read_source(entry: Any, *, name: str, place: str) -> Source:
    """Check one entry; a misspelt or missing field and a wrong value are named with their `place`."""
    if not isinstance(entry, Mapping):
        raise BurnishError(f"{place} must hold the fields {', '.join(FIELDS)}, not {entry!r}")
    if unknown := [field for field in entry if field not in FIELDS]:
        raise BurnishError(f"{place}.{unknown[0]}: unknown field{_near(unknown[0], FIELDS)}")
    check_licence(entry.get("licence"), place=place)
    try:
        return Source.model_validate({"name": name, **entry})
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(map(str, problem["loc"]))
        if problem["type"] == "missing":
            raise BurnishError(
                f"{place}.{field} is missing; every source has from, sha256, bytes and licence"
            ) from None
        raise BurnishError(f"{place}.{field} = {problem['input']!r}: {problem['msg']}") from None


def _near(word: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(word, list(known), n=3)
    return f"; did you mean {' or '.join(near)}?" if near else f"; known: {', '.join(known)}"
