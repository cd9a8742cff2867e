"""The exact plan of a mixture: sizes and asked shares to the rows that are taken, how often, and the order to train in.

Works on columns of numbers alone. Every draw is keyed by the seed, the mixture and a name, so the plan depends on nothing
else, and two mixtures of the same sources don't take the same rows.
"""

from array import array
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from burnish.errors import BurnishError
from burnish.mix.asked import KINDS, Course, MixParams, chart_course, check, source_shares, used_sources
from burnish.mix.balance import Floats, Margin, balance
from burnish.mix.candidates import Codes, Sizes
from burnish.seeds import rng


class Cell(NamedTuple):
    """Rows that agree in every asked column, and the tokens that they are to give."""

    label: str
    source: str
    rows: Codes
    tokens: int


class Plan(NamedTuple):
    """Row numbers in training order, and the shares asked of each value of each asked column."""

    order: Codes
    asked: dict[str, dict[str, float]]
    course: Course


def plan_mixture(sizes: Sizes, *, params: MixParams, seed: int, place: str) -> Plan:
    """Choose rows that give the asked shares of `params.supervised_tokens`, each source to within one row.

    Raises:
        BurnishError: shares that aren't one whole, an unknown or empty value, or caps that the shares can't be had under.
    """
    check(params, place=place)
    held = sizes.held("source")
    empty = [name for name in used_sources(params) if not held.get(name)]
    if empty:
        raise BurnishError(f"params.yaml: {place}.sources: {', '.join(empty)} has no rows; "
                           "give it weight 0 or a source with rows")  # fmt: skip
    shares = source_shares(params, held=held)
    asked = {"source": shares}
    for kind in KINDS:
        if (weights := params.weights_of(kind)) is not None:
            asked[kind] = check_values(weights, held=sizes.held(kind), place=f"params.yaml: {place}.{KINDS[kind]}")
    course = chart_course(params, shares=shares)
    key = f"{seed}/{place}"
    picks: list[Codes] = []
    for source, cells in group_cells(sizes, params=params, asked=asked, place=place).items():
        picks += pick_source(cells, sizes=sizes, params=params, key=key, repeats=params.sources[source].max_repeats)
    order = shuffle(np.concatenate(picks), key=f"{key}/order")
    if params.curriculum is not None:
        order = order[along_course(order, sizes=sizes, course=course)]
    return Plan(order, asked, course)


def check_values(weights: Mapping[str, float], *, held: Mapping[str, int], place: str) -> dict[str, float]:
    """Return `weights` as shares of one whole; every value must be named, and every named one must be there."""
    unknown = [name for name, weight in weights.items() if weight and not held.get(name)]
    if unknown:
        raise BurnishError(f"{place}: no row of a used source has {', '.join(unknown)}; there are: {', '.join(held)}")
    unnamed = [f"{name} ({tokens:,} supervised tokens)" for name, tokens in held.items() if name not in weights]
    if unnamed:
        raise BurnishError(f"{place}: no weight for {', '.join(unnamed)}; 0 leaves a value out")
    return {name: weight / sum(weights.values()) for name, weight in weights.items() if weight}


def group_cells(
    sizes: Sizes, *, params: MixParams, asked: Mapping[str, Mapping[str, float]], place: str
) -> dict[str, list[Cell]]:
    """Return the cells of each source with the tokens that each is to give."""
    columns = list(asked)
    kept = np.ones(len(sizes.tokens), dtype=bool)
    for column in columns:
        kept &= np.array([name in asked[column] for name in sizes.names[column]])[sizes.codes[column]]
    rows = np.flatnonzero(kept).astype(np.int32)
    shape = [len(sizes.names[column]) for column in columns]
    keys, members = np.unique(
        np.ravel_multi_index([sizes.codes[column][rows] for column in columns], shape), return_inverse=True
    )
    codes = dict(zip(columns, np.unravel_index(keys, shape), strict=True))
    held: Floats = np.bincount(members, weights=sizes.supervised_tokens[rows]).astype(np.float64)
    repeats = np.array([params.sources[name].max_repeats for name in sizes.names["source"]])
    margins = [_margin(column, asked[column], sizes=sizes, codes=codes[column], params=params, place=place)
               for column in columns]  # fmt: skip
    tokens = balance(held, capacity=held * repeats[codes["source"]], margins=margins)
    if len(columns) == 1:
        tokens = margins[0].asked[margins[0].values]
    order = np.argsort(members, kind="stable")
    ends = np.cumsum(np.bincount(members))
    cells: dict[str, list[Cell]] = {}
    for number, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        names = [sizes.names[column][codes[column][number]] for column in columns]
        cells.setdefault(names[0], []).append(
            Cell("/".join(names), names[0], rows[order[start:end]], round(float(tokens[number])))
        )
    return cells


def _margin(column: str, shares: Mapping[str, float], *, sizes: Sizes, codes: npt.NDArray[np.intp],
            params: MixParams, place: str) -> Margin:  # fmt: skip
    names = list(shares)
    numbers = np.array([names.index(name) if name in shares else -1 for name in sizes.names[column]])
    asked = np.array([share * params.supervised_tokens for share in shares.values()])
    return Margin(f"params.yaml: {place}.{KINDS.get(column, 'sources')}", names, asked, numbers[codes])


def pick_source(cells: list[Cell], *, sizes: Sizes, params: MixParams, key: str, repeats: int) -> Iterator[Codes]:
    """Yield the rows of each cell; what one cell gives too much, for rows are whole, the next gives less."""
    over = 0
    for cell in cells:
        tokens = cell.tokens - over
        picked = pick_rows(cell, tokens=tokens, sizes=sizes, temperature=params.family_temperature, key=key,
                           repeats=repeats, fit_last=len(cells) > 1)  # fmt: skip
        over = int(sizes.supervised_tokens[picked].sum()) - tokens
        yield picked


def pick_rows(cell: Cell, *, tokens: int, sizes: Sizes, temperature: float | None, key: str, repeats: int,
              fit_last: bool) -> Codes:  # fmt: skip
    """Take rows of one cell, a family at a time in turn, until `tokens` are reached; each row at most `repeats` times.

    With `fit_last` the last row is the one that comes nearest to `tokens`: several small cells add up their misses.
    """
    picks: list[Codes] = [cell.rows[:0]]
    for repeat in range(repeats):
        if tokens <= 0:
            break
        turn = take_turns(cell, sizes=sizes, temperature=temperature, key=f"{key}/{cell.label}/{repeat}")
        taken = np.cumsum(sizes.supervised_tokens[turn], dtype=np.int64)
        count = int(np.searchsorted(taken, tokens)) + 1
        if fit_last and count <= len(turn):
            turn, count = _fit_last(turn, sizes=sizes, count=count, tokens=tokens)
            picks.append(turn[:count])
            break
        picks.append(turn[:count])
        tokens -= int(taken[min(count, len(taken)) - 1])
    return np.concatenate(picks)


def _fit_last(turn: Codes, *, sizes: Sizes, count: int, tokens: int) -> tuple[Codes, int]:
    """Put at the end of the first `count` rows the one of those not taken that fills the gap best; none if none is better."""
    gap = tokens - int(sizes.supervised_tokens[turn[: count - 1]].sum())
    misses = np.abs(sizes.supervised_tokens[turn[count - 1 :]] - gap)
    best = int(misses.argmin())
    if misses[best] >= gap:
        return turn, count - 1
    turn[count - 1] = turn[count - 1 + best]
    return turn, count


def take_turns(cell: Cell, *, sizes: Sizes, temperature: float | None, key: str) -> Codes:
    """Return all rows of a cell, families in turn, each at a rate of (its rows) ** (1 / temperature); null: all the same."""
    families = sizes.codes["family"][cell.rows]
    order = np.argsort(families, kind="stable")
    codes, counts = np.unique(families, return_counts=True)
    names = [sizes.names["family"][code] for code in codes]
    places = sorted(names)
    rng(key, "order").shuffle(places)
    place_of = {name: place for place, name in enumerate(places)}
    rows = cell.rows[order]
    ends = np.cumsum(counts)
    for family in np.flatnonzero(counts > 1):
        start, end = ends[family] - counts[family], ends[family]
        rows[start:end] = shuffle(rows[start:end], key=f"{key}/{names[family]}")
    turns = np.arange(len(rows)) - np.repeat(ends - counts, counts)
    rates = np.ones(len(counts)) if temperature is None else (counts / counts.max()) ** (1 / temperature)
    when = (turns + 0.5) / np.repeat(rates, counts)
    place = np.repeat([place_of[name] for name in names], counts)
    in_turn: Codes = rows[np.lexsort((place, when))]
    return in_turn


def shuffle(rows: Codes, *, key: str) -> Codes:
    """Return `rows` in an order that belongs to `key`."""
    values = array("i", rows.tobytes())
    rng(key).shuffle(values)
    return np.frombuffer(values, dtype=np.int32).copy() if values else rows


def along_course(order: Codes, *, sizes: Sizes, course: Course) -> npt.NDArray[np.intp]:
    """Return the places in `order` in turn, so that each source is spent as the curriculum says."""
    moments: Floats = np.empty(len(order))
    sources = sizes.codes["source"][order]
    for name in course.shares:
        here = np.flatnonzero(sources == sizes.names["source"].index(name))
        tokens = sizes.supervised_tokens[order[here]]
        spent = np.cumsum(tokens, dtype=np.int64) - tokens / 2
        reached = course.reached(name)
        moments[here] = np.interp(spent / max(int(tokens.sum()), 1), reached / reached[-1], course.moments)
    return np.argsort(moments, kind="stable")
