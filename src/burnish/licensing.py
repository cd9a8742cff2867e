"""The licence matrix: which licences there are, what they ask, and whether sources fit together in one release.

`licences/matrix.yaml` is the data, this reads and judges it. Knows nothing of where rows come from; gives no legal advice.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ValidationError

from burnish.errors import BurnishError
from burnish.params import Section, read_yaml

SHOWN_NAMES = 5


class Licence(Section):
    """One licence: its names on the Hub, what it asks of a release, and the licences that such a release may carry."""

    hub: tuple[str, ...]
    conditions: tuple[str, ...]
    into: Literal["any"] | tuple[str, ...]


Matrix = Mapping[str, Licence]


class Held(NamedTuple):
    """What a release holds of one source: its share of the supervised tokens, or 1 for a model that it starts from."""

    name: str
    licence: str
    share: float


def read_matrix(path: Path) -> dict[str, Licence]:
    """Read the matrix; a licence that `into` names must have an entry of its own."""
    matrix: dict[str, Licence] = {}
    for name, entry in read_yaml(path).items():
        try:
            matrix[name] = Licence.model_validate(entry)
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(map(str, problem["loc"]))
            raise BurnishError(f"{path}: {name}.{field} = {problem['input']!r}: {problem['msg']}") from None
    for name, licence in matrix.items():
        if licence.into != "any" and (unknown := [into for into in licence.into if into not in matrix]):
            raise BurnishError(f"{path}: {name}.into names {unknown[0]}, which has no entry; write one")
    return matrix


def spdx_of(stated: str, *, matrix: Matrix) -> str | None:
    """Return the SPDX identifier of a licence as a card of the Hub states it; None if the matrix doesn't know it."""
    return next((name for name, licence in matrix.items() if stated.lower() in licence.hub), None)


def needs_acceptance(licence: str, *, matrix: Matrix) -> bool:
    """Say whether somebody must have accepted `licence` before anything under it is fetched."""
    return matrix[licence].into != "any"


def find_clashes(held: Sequence[Held], *, release: str, matrix: Matrix, place: str) -> list[str]:
    """Return in words why `held` can't be released together under `release`; nothing if they can.

    `place` is where the release's licence was written. What has no share isn't in the release.
    """
    sources: dict[str, list[str]] = {}
    for each in held:
        if each.share > 0:
            sources.setdefault(each.licence, []).append(each.name)
    if unknown := [f"{_names(sources[name])} under {name}" for name in sources if name not in matrix]:
        return [f"licences that the matrix doesn't know: {'; '.join(unknown)}; add an entry or leave the source out"]
    if release not in matrix:
        return [f"{place} = {release!r} isn't in the matrix; known: {', '.join(matrix)}"]
    pairs = [(a, b) for a, b in combinations(sorted(sources), 2) if not _into(a, matrix) & _into(b, matrix)]
    if pairs:
        return [f"{_names(sources[a])} under {a} (released only as {_listed(a, matrix)}) and {_names(sources[b])} under {b} "
                f"(released only as {_listed(b, matrix)}) fit into no common release; leave one of them out of the mixture"
                for a, b in pairs]  # fmt: skip
    common = sorted(set(matrix).intersection(*(_into(name, matrix) for name in sources)))
    way_out = f"{place} can be {' or '.join(common)}" if common else "no licence holds them all"
    return [f"{_names(sources[name])} under {name} can't go into a release under {release}, only as {_listed(name, matrix)}; "
            f"leave it out of the mixture, or {way_out}"
            for name in sorted(sources) if release not in _into(name, matrix)]  # fmt: skip


def _into(licence: str, matrix: Matrix) -> set[str]:
    into = matrix[licence].into
    return set(matrix) if into == "any" else set(into)


def _listed(licence: str, matrix: Matrix) -> str:
    return " or ".join(sorted(_into(licence, matrix)))


def _names(names: Sequence[str]) -> str:
    unique = sorted(set(names))
    more = f" and {len(unique) - SHOWN_NAMES} more" if len(unique) > SHOWN_NAMES else ""
    return ", ".join(unique[:SHOWN_NAMES]) + more
