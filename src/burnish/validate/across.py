"""What no single row of a table shows: repeated ids, and prompts, media or families on both sides of a split.

Takes batches, keeps hashes on disk (`spill.py`), and reads the values of a suspected pair again, so that two texts with
one hash are never called equal.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from burnish.tables import MODALITIES, SPLITS
from burnish.validate.batches import Shards
from burnish.validate.failures import Failure, Findings
from burnish.validate.spill import Pair, Spill

ID_COLUMNS = ("model", "id", "index")  # of those that a table has, all together name a row
FAMILY_COLUMNS = ("category", "template")  # where a table has them; else `family`
PROMPT_COLUMNS = ("prompt", "messages")
MEDIUM = rf"<(?:{'|'.join(MODALITIES[1:])}):[^>]+>"
WITHHELD = SPLITS.index("unseen")
CONFIRMED_AT_ONCE = 64

Rows = npt.NDArray[np.int64]


class Layout(NamedTuple):
    """The columns of a table that rules across rows need; empty where it has none."""

    ids: tuple[str, ...]
    family: tuple[str, ...]
    prompt: str
    media: bool


def layout_of(columns: Sequence[str]) -> Layout:
    """Return what a table with `columns` can be asked; what isn't split has no family or prompt that could leak."""
    split = "split" in columns
    family = FAMILY_COLUMNS if set(FAMILY_COLUMNS) <= set(columns) else ("family",)
    prompts = [column for column in PROMPT_COLUMNS if column in columns]
    return Layout(
        ids=tuple(column for column in ID_COLUMNS if column in columns) if "id" in columns else (),
        family=family if split and set(family) <= set(columns) else (),
        prompt=prompts[0] if split and prompts else "",
        media=split and {"messages", "modalities"} <= set(columns),
    )


class AcrossRows:
    """Collects the keys of one table's rows."""

    def __init__(self, shards: Shards, *, columns: Sequence[str], table: str, folder: Path) -> None:
        """Start with nothing seen; files go below `folder`."""
        self._shards, self._table, self._layout = shards, table, layout_of(columns)
        self._ids, self._prompts, self._families, self._media = (
            Spill(folder / name, rows=shards.rows) for name in ("ids", "prompts", "families", "media")
        )
        self._splits: Counter[str] = Counter()

    def add(self, frame: pl.DataFrame, *, rows: Rows) -> None:
        """Take one batch; `rows` are the numbers of its rows."""
        layout = self._layout
        if layout.ids:
            _spill(self._ids, frame.select(key=_joined(layout.ids)), rows=rows)
        if not (layout.family or layout.prompt):
            return
        self._splits.update({str(name): count for name, count in frame["split"].value_counts().iter_rows()})
        marks = _marks(frame["split"])
        if layout.prompt:
            prompts = pl.DataFrame({"row": rows, "mark": marks}).with_columns(
                key=frame.select(asked(layout.prompt)).to_series()
            )
            prompts = prompts.drop_nulls("key")  # what asks nothing has its own failure
            _spill(
                self._prompts, prompts.select("key"), rows=prompts["row"].to_numpy(), marks=prompts["mark"].to_numpy()
            )
        if layout.family:
            self._add_families(frame, rows=rows, marks=marks)
        if layout.media:
            self._add_media(frame, rows=rows, marks=marks)

    def _add_families(self, frame: pl.DataFrame, *, rows: Rows, marks: npt.NDArray[np.uint8]) -> None:
        """Keep the first row of each family on each side: a family has many rows."""
        sides = pl.DataFrame({"row": rows, "mark": (marks == WITHHELD).astype(np.uint8)}).with_columns(
            key=frame.select(_joined(self._layout.family).hash()).to_series()
        )
        sides = sides.group_by("key", "mark").agg(pl.col("row").min()).sort("row")
        self._families.add(sides["key"].to_numpy(), rows=sides["row"].to_numpy(), marks=sides["mark"].to_numpy())

    def _add_media(self, frame: pl.DataFrame, *, rows: Rows, marks: npt.NDArray[np.uint8]) -> None:
        shown = pl.DataFrame({"row": rows, "mark": marks}).with_columns(frame["messages"], frame["modalities"])
        shown = shown.filter((pl.col("modalities").list.len() > 1) | (pl.col("modalities").list.first() != "text"))
        contents = shown.explode("messages").with_columns(pl.col("messages").struct.field("content"))
        media = contents.with_columns(key=pl.col("content").str.extract_all(MEDIUM)).explode("key").drop_nulls("key")
        if len(media):
            _spill(self._media, media.select("key"), rows=media["row"].to_numpy(), marks=media["mark"].to_numpy())

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


def asked(column: str) -> pl.Expr:
    """Return what a row asks: the prompt itself, or a chat without its last message, which is the answer; else null."""
    value = pl.col(column)
    if column == "prompt":
        return value
    return pl.when(value.list.len() > 1).then(value.list.head(value.list.len() - 1))


def _joined(columns: Sequence[str]) -> pl.Expr:
    return pl.col(columns[0]) if len(columns) == 1 else pl.struct(columns)


def _spill(spill: Spill, keys: pl.DataFrame, *, rows: Rows, marks: npt.NDArray[np.uint8] | None = None) -> None:
    marks = np.zeros(len(rows), np.uint8) if marks is None else marks
    spill.add(keys["key"].hash().to_numpy(), rows=rows, marks=marks)


def _marks(splits: pl.Series) -> npt.NDArray[np.uint8]:
    known = {name: number for number, name in enumerate(SPLITS)}
    return splits.replace_strict(known, default=len(SPLITS), return_dtype=pl.UInt8).to_numpy()


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
