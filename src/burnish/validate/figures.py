"""Figures of a table for its data card: per column the commonest values, and how numbers and lengths are spread.

Whole numbers throughout, so that the figures are the same bytes on every machine. Memory is bounded: a column with too
many values to list is only measured.
"""

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from burnish.params import Section


class StatisticsParams(Section):
    """How many distinct values a column may have to be counted by value, and how many of them are shown."""

    max_distinct: int
    shown_values: int


class Statistics:
    """Collects the figures of one table."""

    def __init__(self, params: StatisticsParams) -> None:
        """Start with nothing counted."""
        self._params = params
        self._values: dict[str, Counter[str] | None] = {}
        self._spreads: dict[str, Spread] = {}

    def add(self, frame: pl.DataFrame, *, sizes: pl.DataFrame) -> None:
        """Take one batch and the bytes of text in its rows (`batches.measure`)."""
        for name, kind in frame.schema.items():
            if isinstance(kind, pl.String | pl.Boolean) or kind == pl.List(pl.String):
                self._count(frame[name])
            if kind.is_integer():
                self._spreads.setdefault(name, Spread("value")).add(frame[name])
            elif name in sizes.columns:
                self._spreads.setdefault(name, Spread("bytes")).add(sizes[name])

    def _count(self, column: pl.Series) -> None:
        counter = self._values.setdefault(column.name, Counter())
        if counter is None:
            return
        most = self._params.max_distinct
        flat = column.explode() if isinstance(column.dtype, pl.List) else column
        # A glance at the first values spares counting a whole column of ids.
        if flat.head(2 * most).n_unique() > most:
            self._values[column.name] = None
            return
        counts = flat.drop_nulls().value_counts()
        counter.update({str(value): count for value, count in counts.iter_rows()})
        if len(counter) > most:
            self._values[column.name] = None

    def join(self, others: "Statistics") -> None:
        """Take what was counted of other rows."""
        for name, theirs in others._values.items():
            ours = self._values.setdefault(name, Counter())
            if ours is None or theirs is None:
                self._values[name] = None
            else:
                ours.update(theirs)
                if len(ours) > self._params.max_distinct:
                    self._values[name] = None
        for name, spread in others._spreads.items():
            self._spreads.setdefault(name, Spread(spread.unit)).join(spread)

    def figures(self) -> dict[str, dict[str, Any]]:
        """Return by column: `distinct` and `commonest` where they were counted, and the spread."""
        found: dict[str, dict[str, Any]] = {}
        for name in dict.fromkeys([*self._values, *self._spreads]):
            counter = self._values.get(name)
            own: dict[str, Any] = {"distinct": len(counter) if counter is not None else None}
            if counter:
                ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))[: self._params.shown_values]
                own["commonest"] = [[value, count] for value, count in ranked]
            if name in self._spreads:
                own[self._spreads[name].unit] = self._spreads[name].figures()
            found[name] = own
        return found


class Spread:
    """How whole numbers are spread: least, most, sum, and how many have how many binary digits."""

    def __init__(self, unit: str) -> None:
        """Start with none; `unit` says what the numbers are."""
        self.unit = unit
        self._digits: Counter[int] = Counter()
        self._sum, self._most = 0, 0
        self._least: int | None = None

    def add(self, numbers: pl.Series) -> None:
        """Take the numbers of one batch; null and negative ones aren't counted."""
        own = numbers.drop_nulls().cast(pl.Int64).to_numpy()
        own = own[own >= 0]
        if not len(own):
            return
        digits = np.bincount(np.frexp(own.astype(np.float64))[1])
        self._digits.update({int(number): int(digits[number]) for number in np.flatnonzero(digits)})
        least = int(own.min())
        self._sum += int(own.sum())
        self._least = least if self._least is None else min(self._least, least)
        self._most = max(self._most, int(own.max()))

    def join(self, others: "Spread") -> None:
        """Take what was counted of other numbers."""
        self._digits.update(others._digits)
        self._sum += others._sum
        self._most = max(self._most, others._most)
        known = [least for least in (self._least, others._least) if least is not None]
        self._least = min(known, default=None)

    def figures(self) -> dict[str, Any]:
        """Return `least`, `mean` (rounded), `most`, and the counts from 0, 1, 2, 4, 8, ... on."""
        count = self._digits.total()
        counts = {str(1 << digits >> 1): self._digits[digits] for digits in sorted(self._digits)}
        mean = round(self._sum / count) if count else 0
        return {"least": self._least or 0, "mean": mean, "most": self._most, "counts_from": counts}
