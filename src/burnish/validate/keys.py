"""A batch to the keys that rules across rows need: hashes of ids, prompts, families and media, with rows and splits.

Judges nothing: equal keys only say which rows to read again (`across.py`).
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandera.polars as pa
import polars as pl

from burnish.table_base import SPLITS
from burnish.table_checks import MEDIA, messages_of

ID_COLUMNS = ("model", "id", "index")  # of those that a table has, all together name a row
OUTCOME_COLUMNS = (
    "benchmark",
    "model",
    "id",
    "turn",
)  # where a table has all four, they do: one answer has several scores
FAMILY_COLUMNS = ("category", "template")  # where a table has them; else `family`
PROMPT_COLUMNS = ("prompt", "messages")
MEDIUM = rf"<(?:{'|'.join(MEDIA)}):[^>]+>"
WITHHELD = SPLITS.index("unseen")
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)

Rows = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Marks = npt.NDArray[np.uint8]


class Layout(NamedTuple):
    """The columns of a table that rules across rows need; empty where it has none."""

    ids: tuple[str, ...]
    family: tuple[str, ...]
    prompt: str
    media: bool


class Marked(NamedTuple):
    """Keys of rows in order, each with its split's number."""

    keys: Hashes
    rows: Rows
    marks: Marks


class Keys(NamedTuple):
    """What one batch holds; None where the table isn't asked for it."""

    ids: Marked | None
    prompts: Marked | None
    families: Marked | None
    media: Marked | None
    splits: Counter[str]


def layout_of(columns: Sequence[str]) -> Layout:
    """Return what a table with `columns` can be asked; what isn't split has no family or prompt that could leak."""
    split = "split" in columns
    family = FAMILY_COLUMNS if set(FAMILY_COLUMNS) <= set(columns) else ("family",)
    prompts = [column for column in PROMPT_COLUMNS if column in columns]
    names = OUTCOME_COLUMNS if set(OUTCOME_COLUMNS) <= set(columns) else ID_COLUMNS
    return Layout(
        ids=tuple(column for column in names if column in columns) if "id" in columns else (),
        family=family if split and set(family) <= set(columns) else (),
        prompt=prompts[0] if split and prompts else "",
        media=split and {"messages", "modalities"} <= set(columns),
    )


def take_keys(frame: pl.DataFrame, *, rows: Rows, layout: Layout) -> Keys:
    """Return the keys of one batch; `rows` are the numbers of its rows."""
    ids = Marked(_hashes(frame, columns=layout.ids), rows, np.zeros(len(rows), np.uint8)) if layout.ids else None
    if not (layout.family or layout.prompt):
        return Keys(ids, None, None, None, Counter())
    marks = _marks(frame["split"])
    return Keys(
        ids,
        prompts=_prompts(frame, column=layout.prompt, rows=rows, marks=marks) if layout.prompt else None,
        families=_families(frame, columns=layout.family, rows=rows, marks=marks) if layout.family else None,
        media=_media(frame, rows=rows, marks=marks) if layout.media else None,
        splits=Counter({str(name): count for name, count in frame["split"].value_counts().iter_rows()}),
    )


def _hashes(frame: pl.DataFrame, *, columns: Sequence[str]) -> Hashes:
    return (frame[columns[0]].hash() if len(columns) == 1 else frame.select(columns).hash_rows()).to_numpy()


def _marks(splits: pl.Series) -> Marks:
    known = {name: number for number, name in enumerate(SPLITS)}
    return splits.replace_strict(known, default=len(SPLITS), return_dtype=pl.UInt8).to_numpy()


def _prompts(frame: pl.DataFrame, *, column: str, rows: Rows, marks: Marks) -> Marked:
    """Hash what each row asks: a chat without its last message, which is the answer, or the prompt itself."""
    if column == "messages":
        asking, keys = _hash_questions(messages_of(pa.PolarsData(frame.lazy(), column)))
    else:
        asking, keys = np.flatnonzero(frame[column].is_not_null()), frame[column].drop_nulls().hash().to_numpy()
    return Marked(keys, rows[asking], marks[asking])  # what asks nothing has its own failure


def _hash_questions(messages: pl.DataFrame) -> tuple[Rows, Hashes]:
    """Return the places of the chats of two and more messages, and a hash of all but the last one of each."""
    hashes = messages.select("role", "content", "tool_calls").hash_rows().to_numpy()
    starts, ends = np.flatnonzero(messages["first"]), np.flatnonzero(messages["last"])
    places = np.arange(len(hashes)) - np.repeat(starts, ends - starts + 1)
    mixed = (hashes ^ (places.astype(np.uint64) * _FACTORS[0])) * _FACTORS[1]  # arithmetic is modulo 2 ** 64
    mixed ^= mixed >> np.uint64(29)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed)])
    longer = ends > starts
    starts, ends = starts[longer], ends[longer]
    return messages["row"].to_numpy()[starts].astype(np.int64), sums[ends] - sums[starts]


def _families(frame: pl.DataFrame, *, columns: Sequence[str], rows: Rows, marks: Marks) -> Marked:
    """Keep the first row of each family on each side: a family has many rows."""
    sides = pl.DataFrame({"key": _hashes(frame, columns=columns), "row": rows, "mark": (marks == WITHHELD)})
    sides = sides.group_by("key", "mark").agg(pl.col("row").min()).sort("row")
    return Marked(sides["key"].to_numpy(), sides["row"].to_numpy(), sides["mark"].cast(pl.UInt8).to_numpy())


def _media(frame: pl.DataFrame, *, rows: Rows, marks: Marks) -> Marked | None:
    shown = pl.DataFrame({"row": rows, "mark": marks}).with_columns(frame["messages"], frame["modalities"])
    shown = shown.filter((pl.col("modalities").list.len() > 1) | (pl.col("modalities").list.first() != "text"))
    if not len(shown):
        return None
    contents = shown.explode("messages").with_columns(pl.col("messages").struct.field("content"))
    media = contents.with_columns(key=pl.col("content").str.extract_all(MEDIUM)).explode("key").drop_nulls("key")
    return Marked(media["key"].hash().to_numpy(), media["row"].to_numpy(), media["mark"].to_numpy())
