"""What is wrong with a table, said so that a person finds it: table, file, row, column, reason, value."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

SHOWN_CHARS = 120


class Failure(NamedTuple):
    """One value that isn't what its table says; `row` counts from 0 in its file, None: the file as a whole."""

    table: str
    file: str
    row: int | None
    column: str
    reason: str
    value: str

    def __str__(self) -> str:
        """Say it in one line."""
        place = self.file if self.row is None else f"{self.file} row {self.row}"
        return f"{place}, {self.column}: {self.reason} (value {self.value[:SHOWN_CHARS]})"


class Findings:
    """Counts all failures and keeps the first ones of each column and rule, so that a wholly broken table fits."""

    def __init__(self, *, shown: int) -> None:
        """Keep at most `shown` of each column and rule."""
        self.shown = shown
        self.counts: Counter[tuple[str, str]] = Counter()
        self.kept: list[tuple[Failure, str]] = []

    def add(self, failure: Failure, *, rule: str) -> None:
        """Take one failure of `rule`."""
        self.counts[failure.column, rule] += 1
        if self.counts[failure.column, rule] <= self.shown:
            self.kept.append((failure, rule))

    def join(self, others: "Findings") -> None:
        """Take what was found in later rows, as if it had been found here."""
        left = Counter(others.counts)
        for failure, rule in others.kept:
            self.add(failure, rule=rule)
            left[failure.column, rule] -= 1
        self.counts.update(left)

    def add_uncounted(self, number: int, *, column: str, rule: str) -> None:
        """Take `number` more failures of which only the number is known."""
        self.counts[column, rule] += number

    def has_room(self, *, column: str, rule: str) -> bool:
        """Say whether one more failure of `rule` would be kept."""
        return self.counts[column, rule] < self.shown

    @property
    def total(self) -> int:
        """The number of all failures, kept or not."""
        return self.counts.total()

    def __iter__(self) -> Iterator[Failure]:
        """Yield the kept failures in the order they were found."""
        return (failure for failure, _ in self.kept)
