"""What no single row of a table shows: repeated ids, and prompts, media or families on both sides of a split.

Takes the hashes of batches (`keys.py`), keeps them on disk (`spill.py`), and reads the values of a suspected pair again,
so that two texts with one hash are never called equal.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from burnish.validate.batches import Shards
from burnish.validate.failures import Failure, Findings
from burnish.validate.keys import MEDIUM, Keys, layout_of
from burnish.validate.spill import Pair, Spill

CONFIRMED_AT_ONCE = 64


class AcrossRows:
    """Collects the keys of one table's rows."""

    def __init__(self, shards: Shards, *, columns: Sequence[str], table: str, folder: Path) -> None:
        """Start with nothing seen; files go below `folder`."""
        self._shards, self._table, self._layout = shards, table, layout_of(columns)
        self._ids, self._prompts, self._families, self._media = (
            Spill(folder / name, rows=shards.rows) for name in ("ids", "prompts", "families", "media")
        )
        self._splits: Counter[str] = Counter()

    def add(self, keys: Keys) -> None:
        """Take the keys of one batch, which comes after all before."""
        spills = (self._ids, keys.ids), (self._prompts, keys.prompts), (self._families, keys.families)
        for spill, marked in (*spills, (self._media, keys.media)):
            if marked:
                spill.add(marked.keys, rows=marked.rows, marks=marked.marks)
        self._splits.update(keys.splits)

    def judge(self, findings: Findings) -> None:
        """Add what is wrong to `findings`."""
        layout = self._layout
        self._tell(self._ids.repeats(), findings, column="id", rule="unique_ids", read=layout.ids)
        if layout.prompt:
            leaks = self._prompts.differing()
            self._tell(leaks, findings, column=layout.prompt, rule="prompt_leak", read=(layout.prompt,))
        if layout.media:
            self._tell(self._media.differing(), findings, column="messages", rule="medium_leak", read=("messages",))
        if layout.family:
            leaks = self._families.differing()
            self._tell(leaks, findings, column="split", rule="family_leak", read=layout.family)

    def _tell(self, pairs: Iterator[Pair], findings: Findings, *, column: str, rule: str, read: Sequence[str]) -> None:
        while findings.has_room(column=column, rule=rule) and (some := list(islice(pairs, CONFIRMED_AT_ONCE))):
            values = self._shards.read_values((row for pair in some for row in pair), columns=read)
            splits = self._read_splits(some) if rule in ("prompt_leak", "medium_leak") else {}
            for pair in sorted(some):
                if value := _shared(values[pair.row], values[pair.first], rule=rule):
                    place, other = self._shards.place(pair.row), self._shards.place(pair.first)
                    reason = REASONS[rule].format(other=other, split=splits.get(pair.first))
                    findings.add(Failure(self._table, place.file, place.row, column, reason, value), rule=rule)
        findings.add_uncounted(sum(1 for _ in pairs), column=column, rule=rule)

    def _read_splits(self, pairs: Sequence[Pair]) -> dict[int, Any]:
        found = self._shards.read_values((pair.first for pair in pairs), columns=("split",))
        return {row: values[0] for row, values in found.items()}

    def counts(self) -> dict[str, Any]:
        """Return rows, splits and families."""
        families = self._families.count() if self._layout.family else 0
        return {"rows": self._shards.rows, "splits": dict(sorted(self._splits.items())), "families": families}


REASONS = {
    "unique_ids": "same id as {other}",
    "prompt_leak": "the same prompt stands in split {split}, {other}",
    "medium_leak": "the same medium stands in split {split}, {other}",
    "family_leak": "family both trained and withheld, as {other}",
}


def _shared(value: tuple[Any, ...], other: tuple[Any, ...], *, rule: str) -> str:
    """Return what two rows have in common as text, or nothing."""
    if rule == "medium_leak":
        first, second = ({found for found in _media(values[0])} for values in (value, other))
        return " ".join(sorted(first & second))
    if rule == "prompt_leak" and isinstance(value[0], list) and isinstance(other[0], list):
        value, other = (value[0][:-1],), (other[0][:-1],)
    return "/".join(map(str, value)) if value == other else ""


def _media(messages: Sequence[dict[str, str | None]]) -> list[str]:
    contents = pl.Series([message["content"] for message in messages], dtype=pl.String)
    return contents.str.extract_all(MEDIUM).explode().drop_nulls().to_list()
