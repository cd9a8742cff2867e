"""How many tokens each cell of a mixture gives, so that several sets of asked shares hold at once and no cap is passed.

A cell is the rows that agree in every asked column, such as one source and one skill. Among all solutions this takes the
one nearest to what the cells hold (least Kullback-Leibler divergence), by raking: Deming and Stephan, 1940, with an upper
bound on each cell.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from burnish.errors import BurnishError

ROUNDS = 500
TOLERANCE = 1e-6  # of all tokens
Floats = npt.NDArray[np.float64]


class Margin(NamedTuple):
    """One asked set of shares: the tokens asked of each value, and the number of the value that each cell has."""

    place: str
    names: list[str]
    asked: Floats
    values: npt.NDArray[np.int64]


def balance(held: Floats, *, capacity: Floats, margins: Sequence[Margin]) -> Floats:
    """Return the tokens of each cell, at most `capacity`, whose sums are what every margin asks.

    Raises:
        BurnishError: a value, or several together, can't give what is asked; says which and by how much.
    """
    for margin in margins:
        _check_supply(margin, capacity=capacity)
    total = margins[0].asked.sum()
    factors = [np.ones(len(margin.names)) for margin in margins]
    for _ in range(ROUNDS):
        for number, margin in enumerate(margins):
            others = held * _product(margins, factors, without=number)
            for value, asked in enumerate(margin.asked):
                here = margin.values == value
                factors[number][value] = _fill(others[here], capacity=capacity[here], asked=asked)
        tokens = np.minimum(capacity, held * _product(margins, factors, without=None))
        if all(np.abs(_sums(margin, tokens) - margin.asked).max() <= TOLERANCE * total for margin in margins):
            return tokens
    return _solve(capacity, margins=margins)


def _check_supply(margin: Margin, *, capacity: Floats) -> None:
    for name, asked, most in zip(margin.names, margin.asked, _sums(margin, capacity), strict=True):
        if most + TOLERANCE < asked:
            raise BurnishError(
                f"{margin.place}: {name!r} holds {most:,.0f} supervised tokens with its repeats, "
                f"{asked - most:,.0f} short of its share of {asked:,.0f}; lower its weight or raise max_repeats"
            )


def _sums(margin: Margin, tokens: Floats) -> Floats:
    return np.bincount(margin.values, weights=tokens, minlength=len(margin.names)).astype(np.float64)


def _product(margins: Sequence[Margin], factors: Sequence[Floats], *, without: int | None) -> Floats:
    product = np.ones(len(margins[0].values))
    for number, (margin, factor) in enumerate(zip(margins, factors, strict=True)):
        if number != without:
            product *= factor[margin.values]
    return product


def _fill(weights: Floats, *, capacity: Floats, asked: float) -> float:
    """Return the factor f at which sum(min(capacity, f * weights)) is `asked`, or the least that fills all cells."""
    open_cells = weights > 0
    weights, capacity = weights[open_cells], capacity[open_cells]
    if not len(weights) or asked <= 0:
        return 0.0
    full_at = capacity / weights
    order = np.argsort(full_at)
    full_at, weights, capacity = full_at[order], weights[order], capacity[order]
    filled = np.concatenate([[0.0], np.cumsum(capacity)])[:-1]
    growing = np.cumsum(weights[::-1])[::-1]
    reached = filled + full_at * growing  # at the moment when each cell becomes full
    at = int(np.searchsorted(reached, asked))
    return float(full_at[-1] if at == len(reached) else (asked - filled[at]) / growing[at])


def _solve(capacity: Floats, *, margins: Sequence[Margin]) -> Floats:
    """Decide by a linear programme what raking left open: a plan at the edge of the possible, or what is missing."""
    # Imported here: half a second that only an impossible plan needs.
    from scipy.optimize import linprog

    cells, slots = len(capacity), sum(len(margin.names) for margin in margins)
    rows = np.concatenate(
        [(margin.values[None, :] == np.arange(len(margin.names))[:, None]).astype(float) for margin in margins]
    )
    asked = np.concatenate([margin.asked for margin in margins])
    found = linprog(
        np.concatenate([np.zeros(cells), np.ones(slots)]), A_eq=np.hstack([rows, np.eye(slots)]), b_eq=asked,
        bounds=[*((0, most) for most in capacity), *((0, most) for most in asked)], method="highs",
    )  # fmt: skip
    short = found.x[cells:]
    if short.sum() <= TOLERANCE * asked.sum():
        solution: Floats = found.x[:cells]
        return solution
    names = [f"{margin.place}: {name!r}" for margin in margins for name in margin.names]
    missing = [f"{name} {lack:,.0f} short" for name, lack in zip(names, short, strict=True) if lack >= 0.5]
    raise BurnishError(f"the asked shares don't fit together, in supervised tokens: {'; '.join(missing)}; "
                       "move weight from these to others or raise max_repeats")  # fmt: skip
