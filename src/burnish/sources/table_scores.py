"""Rows with one answer and its score each to rows with two: the best and the worst answer to one question.

Rows of one question stand next to each other. Memory holds two of them, however many there are.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from burnish.sources.table_maps import ScoredMap
from burnish.table_files import Fault, Read


def join_answers(reads: Iterable[Read], *, table: ScoredMap) -> Iterator[Read]:
    """Yield a row for each run of rows of one question, with both answers in a list; what can't be a pair is a fault.

    Of equal scores the first row counts. The number is that of the run's first row.
    """
    scored = (_with_score(read, table=table) for read in reads)
    for _, run in groupby(scored, key=lambda read: _question(read, table=table)):
        yield _join(run, table=table)


def _with_score(read: Read, *, table: ScoredMap) -> Read:
    if not isinstance(read.value, Fault):
        score = read.value[table.score]
        if isinstance(score, bool) or not isinstance(score, int | float) or score != score:
            return Read(read.number, Fault(table.score, f"is {str(score)[:40]!r}, not a number"))
    return read


def _question(read: Read, *, table: ScoredMap) -> tuple[int | None, Any]:
    """Return what rows of one question share; a row that couldn't be read shares nothing."""
    return (read.number, None) if isinstance(read.value, Fault) else (None, read.value[table.prompt])


def _join(run: Iterator[Read], *, table: ScoredMap) -> Read:
    first = next(run)
    if isinstance(first.value, Fault):
        return first
    best, worst, count = first.value, first.value, 1
    for read in run:
        assert not isinstance(read.value, Fault)
        count += 1
        best = max(best, read.value, key=lambda value: value[table.score])
        worst = min(worst, read.value, key=lambda value: value[table.score])
    high, low = best[table.score], worst[table.score]
    if count == 1:
        return Read(first.number, Fault(table.answer, "is the only one to its question, so there is no worse one"))
    if high - low < table.margin:
        apart = f"of both answers, {low} and {high}, are less than {table.margin:g} apart"
        return Read(first.number, Fault(table.score, apart))
    both = {table.answer: [best[table.answer], worst[table.answer]], table.score: [high, low]}
    return Read(first.number, {**best, **both})
