"""What a mixture is asked for: its section of `params.yaml`, checked, and from it the share of every source at every moment.

A source's share comes from exactly one place: its `weight`, the sizes of the sources (`source_temperature`), or a
`curriculum`. Shares of skills, modalities and licences are asked beside it, or left as the sources have them (null).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from burnish.errors import BurnishError
from burnish.params import Section

TOLERANCE = 1e-6
MOMENTS = 10_001  # points at which a curriculum's integral is taken
KINDS = {"skill": "skills", "modality": "modalities", "licence": "licences"}  # column of a row: its name in params.yaml
Floats = npt.NDArray[np.float64]


class Source(Section):
    """One source of a mixture; `weight` is null where `source_temperature` or `curriculum` says it."""

    weight: float | None
    max_repeats: int


class Knot(Section):
    """The shares of the sources at one moment of training (`progress` from 0 to 1); between two they change in a line."""

    progress: float
    weights: dict[str, float]


class MixParams(Section):
    """`mix.<step>` in params.yaml."""

    supervised_tokens: int
    context_tokens: int
    sources: dict[str, Source]
    skills: dict[str, float] | None
    modalities: dict[str, float] | None
    licences: dict[str, float] | None
    family_shares: dict[str, float] | None
    family_temperature: float | None
    source_temperature: float | None
    curriculum: list[Knot] | None

    def family_share(self, source: str) -> float:
        """Return the part of a source's families, by hash, that the mixture may take."""
        return (self.family_shares or {}).get(source, 1.0)

    def weights_of(self, kind: str) -> dict[str, float] | None:
        """Return the asked shares of a column other than the source, null if nothing is asked."""
        found: dict[str, float] | None = getattr(self, KINDS[kind])
        return found


class Course(NamedTuple):
    """The share of each source over training, at `moments` from 0 to 1: one array a source."""

    moments: Floats
    shares: dict[str, Floats]

    def reached(self, name: str) -> Floats:
        """Return the part of all tokens that `name` has given by each moment; the last is its share of the mixture."""
        share = self.shares[name]
        steps = np.diff(self.moments) * (share[1:] + share[:-1]) / 2
        return np.concatenate([[0.0], np.cumsum(steps)])


def check(params: MixParams, *, place: str) -> None:
    """Raise unless every asked set of shares is one whole and each source's share is said exactly once."""
    where = f"params.yaml: {place}"
    if params.supervised_tokens <= 0:
        raise BurnishError(f"{where}.supervised_tokens = {params.supervised_tokens} must be above 0")
    if not params.sources:
        raise BurnishError(f"{where}.sources names no source; give it at least one")
    for name, source in params.sources.items():
        if source.max_repeats < 1:
            raise BurnishError(f"{where}.sources.{name}.max_repeats = {source.max_repeats} must be at least 1; "
                               "weight 0 leaves a source out")  # fmt: skip
    for key in ("family_temperature", "source_temperature"):
        value = getattr(params, key)
        if value is not None and not value > 0:
            raise BurnishError(f"{where}.{key} = {value:g} must be above 0: 1 is by size, larger is more even")
    for name, share in (params.family_shares or {}).items():
        if name not in params.sources:
            raise BurnishError(f"{where}.family_shares: {name} is no source here; known: {', '.join(params.sources)}")
        if not 0 < share <= 1:
            raise BurnishError(f"{where}.family_shares.{name} = {share:g} must be above 0 and at most 1, the whole")
    _check_source_shares(params, where=where)
    for kind, name in KINDS.items():
        if (weights := params.weights_of(kind)) is not None:
            _check_whole(weights, place=f"{where}.{name}")


def _check_source_shares(params: MixParams, *, where: str) -> None:
    given = {name: source.weight for name, source in params.sources.items() if source.weight is not None}
    others = [key for key in ("source_temperature", "curriculum") if getattr(params, key) is not None]
    if len(others) == 2:
        raise BurnishError(f"{where}: source_temperature and curriculum both set the sources' shares; null one of them")
    if others and given:
        raise BurnishError(f"{where}: {others[0]} and weights of {', '.join(given)} both set the sources' shares; "
                           f"null the weights or {others[0]}")  # fmt: skip
    if params.curriculum is not None:
        _check_curriculum(params.curriculum, known=list(params.sources), where=where)
    elif not others:
        missing = [name for name in params.sources if name not in given]
        if missing:
            raise BurnishError(f"{where}.sources: no weight for {', '.join(missing)}; give one, or a "
                               "source_temperature or curriculum instead of all weights")  # fmt: skip
        _check_whole(given, place=f"{where}.sources")


def _check_whole(weights: Mapping[str, float], *, place: str) -> None:
    below = [f"{name} ({weight:g})" for name, weight in weights.items() if not weight >= 0]
    if below:
        raise BurnishError(f"{place}: weights must be 0 or more; raise {', '.join(below)}")
    total = sum(weights.values())
    if not abs(total - 1) <= TOLERANCE:
        way = "lower" if total > 1 else "raise"
        raise BurnishError(f"{place}: weights sum to {total:g}, not 1; {way} one of: {', '.join(weights)}")


def _check_curriculum(knots: list[Knot], *, known: list[str], where: str) -> None:
    moments = [knot.progress for knot in knots]
    if len(knots) < 2 or moments[0] != 0 or moments[-1] != 1 or any(np.diff(moments) <= 0):
        shown = ", ".join(f"{moment:g}" for moment in moments)
        raise BurnishError(f"{where}.curriculum: progress must rise from 0 to 1, not {shown or 'nothing'}")
    for number, knot in enumerate(knots):
        place = f"{where}.curriculum.{number}"
        if set(knot.weights) != set(known):
            different = ", ".join(sorted(set(knot.weights) ^ set(known)))
            raise BurnishError(f"{place}: weights must name the sources {', '.join(known)}; check {different}")
        _check_whole(knot.weights, place=f"{place}.weights")


def used_sources(params: MixParams) -> list[str]:
    """Return the sources that may give anything, in their order in params.yaml."""
    if params.curriculum is not None:
        return [name for name in params.sources if any(knot.weights[name] for knot in params.curriculum)]
    return [name for name, source in params.sources.items() if source.weight is None or source.weight]


def source_shares(params: MixParams, *, held: Mapping[str, int]) -> dict[str, float]:
    """Return the share of each used source; by temperature T it is in proportion to (tokens held) ** (1 / T)."""
    names = used_sources(params)
    if params.curriculum is not None:
        course = chart_course(params, shares={})
        return {name: float(course.reached(name)[-1]) for name in names}
    if params.source_temperature is None:
        return {name: float(params.sources[name].weight or 0) for name in names}
    # From the largest, so that a low temperature doesn't overflow.
    largest = max(held[name] for name in names) or 1
    powers = {name: (held[name] / largest) ** (1 / params.source_temperature) for name in names}
    return {name: power / sum(powers.values()) for name, power in powers.items()}


def chart_course(params: MixParams, *, shares: Mapping[str, float]) -> Course:
    """Return the sources' shares over training: those of the curriculum, or `shares` all the time."""
    if params.curriculum is None:
        ends = np.array([0.0, 1.0])
        return Course(ends, {name: np.full(2, share) for name, share in shares.items()})
    knots = [knot.progress for knot in params.curriculum]
    moments = np.union1d(np.linspace(0, 1, MOMENTS), knots)
    lines = {name: [knot.weights[name] for knot in params.curriculum] for name in used_sources(params)}
    return Course(moments, {name: np.interp(moments, knots, line) for name, line in lines.items()})
