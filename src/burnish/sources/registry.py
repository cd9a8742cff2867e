"""Reads `sources.yaml`: every file that Burnish takes from outside, with its hash, its size and its licence.

Says only what is to be had. `schemes.py` and `hub.py` get it, `archives.py` opens it.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from burnish.errors import BurnishError
from burnish.licensing import Matrix
from burnish.params import Section, read_yaml
from burnish.sources.licences import check_licence
from burnish.sources.table_maps import AnyMap

UNPINNED = "UNPINNED"
Access = Literal["open", "gated", "premium"]
Sha256 = Field(pattern=r"^[0-9a-f]{64}$")


class Source(Section):
    """One pinned file; `members` are the wanted paths or globs in the archive, none means the file itself.

    `credential` names the environment variable that holds the token of a gated or premium source.
    `table` says how rows are made of its tables, if it holds any (`rows.py`).
    """

    name: str
    origin: str = Field(alias="from", pattern=r"^[a-z]+:.")
    sha256: str = Sha256
    size: int = Field(alias="bytes", gt=0)
    licence: str
    members: tuple[str, ...] | None = Field(default=None, min_length=1)
    access: Access = "open"
    credential: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]*$")
    table: AnyMap | None = None

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


class Pin(Section):
    """One file of a repository: what `burnish pin sources` found at the pinned commit."""

    sha256: str = Sha256
    size: int = Field(alias="bytes", ge=0)


class HubSource(Section):
    """Files of one repository on the Hub at one commit: `members` says which by path or glob, `files` pins each.

    `rows` is what the owners state, `columns` what the files must hold at least; both describe, `files` decides.
    `table` says how rows are made of them (`rows.py`), `no_table` why none are.
    """

    name: str
    origin: str = Field(alias="from", pattern=rf"^hf:(datasets|models)/[\w.-]+(/[\w.-]+)?@([0-9a-f]{{40}}|{UNPINNED})$")
    kind: Literal["instruction", "code", "preference", "tools", "safety", "benchmark", "model"]
    licence: str
    rows: int | None = Field(gt=0)
    columns: tuple[str, ...]
    members: tuple[str, ...] = Field(min_length=1)
    files: dict[str, Pin] | None = Field(default=None, min_length=1)
    access: Access = "open"
    credential: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]*$")
    table: AnyMap | None = None
    no_table: str | None = Field(default=None, min_length=1)

    @property
    def repository(self) -> str:
        """Owner and name, as in `openai/gsm8k`."""
        return self.origin.partition("/")[2].rpartition("@")[0]

    @property
    def repository_type(self) -> str:
        """What the Hub's client calls it: `dataset` or `model`."""
        return self.origin.removeprefix("hf:").partition("s/")[0]

    @property
    def version(self) -> str:
        """The commit, or `UNPINNED`."""
        return self.origin.rpartition("@")[2]

    @property
    def size(self) -> int:
        """The bytes of all pinned files."""
        return sum(pin.size for pin in (self.files or {}).values())


class Part(Section):
    """A pinned file whose one `member` is a piece of another file."""

    origin: str = Field(alias="from", pattern=r"^[a-z]+:.")
    sha256: str = Sha256
    size: int = Field(alias="bytes", gt=0)
    member: str = Field(min_length=1)


class JoinedSource(Section):
    """One file in pieces: an index that takes no file of its size holds it as several `parts`, in this order.

    `from` says whose file it is and how it is called there; `sha256` and `bytes` are those of the whole, as its publisher
    states them, so that it doesn't matter who cut it.
    """

    name: str
    origin: str = Field(alias="from", pattern=r"^hf:models/[\w.-]+/[\w.-]+@[0-9a-f]{40}/[\w.-]+$")
    sha256: str = Sha256
    size: int = Field(alias="bytes", gt=0)
    licence: str
    parts: tuple[Part, ...] = Field(min_length=2)
    access: Literal["open"] = "open"
    credential: None = None
    table: None = None

    @property
    def version(self) -> str:
        """The publisher's commit that the whole file is of."""
        return self.origin.rpartition("@")[2].partition("/")[0]

    @property
    def file(self) -> str:
        """The name that the whole file has."""
        return self.origin.rpartition("/")[2]

    def part_sources(self) -> Iterator[tuple[Source, str]]:
        """Yield each part as a source of its own, with the name of its member."""
        for number, part in enumerate(self.parts, 1):
            name = f"{self.name}, part {number} of {len(self.parts)}"
            fields = {"name": name, "licence": self.licence, "members": (part.member,)}
            yield Source.model_validate({**part.model_dump(by_alias=True, exclude={"member"}), **fields}), part.member


AnySource = Source | HubSource | JoinedSource
Kind = type[Source] | type[HubSource] | type[JoinedSource]


def fields_of(kind: Kind) -> tuple[str, ...]:
    """Return the fields of an entry as `sources.yaml` writes them."""
    return tuple(field.alias or name for name, field in kind.model_fields.items() if name != "name")


def read_sources(registry: Path, *, group: str, names: Sequence[str], matrix: Matrix) -> list[AnySource]:
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
    return [read_source(known[name], name=name, matrix=matrix, place=f"{registry}: {group}.{name}") for name in names]


def read_source(entry: Any, *, name: str, matrix: Matrix, place: str) -> AnySource:
    """Check one entry; a misspelt or missing field and a wrong value are named with their `place`."""
    kind: Kind = Source
    if isinstance(entry, Mapping) and str(entry.get("from")).startswith("hf:"):
        kind = HubSource
    if isinstance(entry, Mapping) and "parts" in entry:
        kind = JoinedSource
    fields = fields_of(kind)
    if not isinstance(entry, Mapping):
        raise BurnishError(f"{place} must hold the fields {', '.join(fields)}, not {entry!r}")
    if unknown := [field for field in entry if field not in fields]:
        raise BurnishError(f"{place}.{unknown[0]}: unknown field{_near(unknown[0], fields)}")
    check_licence(entry.get("licence"), known=matrix, place=place)
    try:
        source = kind.model_validate({"name": name, **entry})
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(map(str, problem["loc"]))
        if problem["type"] == "missing":
            needed = [f.alias or n for n, f in kind.model_fields.items() if f.is_required() and n != "name"]
            raise BurnishError(f"{place}.{field} is missing; every source has {', '.join(needed)}") from None
        raise BurnishError(f"{place}.{field} = {problem['input']!r}: {problem['msg']}") from None
    if source.access != "open" and source.credential is None:
        raise BurnishError(f"{place}: access is {source.access}, but no credential names the environment variable "
                           "that holds its token; write credential: NAME")  # fmt: skip
    return source


def _near(word: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(word, list(known), n=3)
    return f"; did you mean {' or '.join(near)}?" if near else f"; known: {', '.join(known)}"
