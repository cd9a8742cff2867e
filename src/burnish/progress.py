"""Progress of long work: a bar on a terminal, a line every few seconds in a log."""

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from burnish import launching

T = TypeVar("T")
LOG_SECONDS = 10.0
console = Console(stderr=True)


class Meter:
    """Counts finished work towards `total` (in any unit) and shows it; use as a context manager."""

    def __init__(self, label: str, *, total: float | None) -> None:
        """Start at zero; nothing is shown before the block is entered."""
        self.label, self.total, self.done, self.note = label, total, 0.0, ""
        self._bar: Progress | None = None
        self._next_line = 0.0

    def __enter__(self) -> "Meter":
        """Show the meter."""
        if console.is_terminal and launching.is_first():
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, TimeRemainingColumn(), TextColumn("{task.fields[note]}"), console=console)
            self._bar.start()
            self._bar.add_task(self.label, total=self.total, note="")
        self._next_line = time.monotonic() + LOG_SECONDS
        return self

    def advance(self, amount: float = 1, *, note: str = "") -> None:
        """Add finished work; `note` is shown beside it."""
        self.done += amount
        self.note = note or self.note
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self.done, note=self.note)
        elif time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LOG_SECONDS
            self._line()

    def __exit__(self, *_: object) -> None:
        """Take the bar away, or write the last line."""
        if self._bar is not None:
            self._bar.stop()
        else:
            self._line()

    def _line(self) -> None:
        if not launching.is_first():
            return  # of several processes one is enough
        of = f"/{self.total:g}" if self.total else ""
        print(f"  {self.label}: {self.done:g}{of} {self.note}".rstrip(), file=sys.stderr, flush=True)


def track(items: Iterable[T], label: str) -> Iterator[T]:
    """Yield `items` and show how many have been taken."""
    with Meter(label, total=len(items) if isinstance(items, Sized) else None) as meter:
        for item in items:
            yield item
            meter.advance()
