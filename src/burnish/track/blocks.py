"""What a report is made of, before it is a page or a Markdown file. Text may hold `code` between backticks."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from burnish.track.drawing import Picture

Tone = Literal["", "good", "bad", "soft"]


class Cell(NamedTuple):
    """The content of a table's cell, and how it is meant."""

    text: str
    tone: Tone = ""


class Paragraph(NamedTuple):
    """A paragraph."""

    text: str


class Table(NamedTuple):
    """A table; `align` has `l` or `r` for each column. With `fold`, it opens under that title."""

    columns: tuple[str, ...]
    align: str
    rows: tuple[tuple[Cell | str, ...], ...]
    fold: str = ""


class Figure(NamedTuple):
    """A picture, the name of its file beside the Markdown report (none: only on the page), and a caption."""

    picture: Picture
    name: str
    caption: str


class Missing(NamedTuple):
    """What a stage that hasn't run would have shown; never a zero."""

    what: str
    way: str


Block = Paragraph | Table | Figure | Missing


class Section(NamedTuple):
    """A titled part of the report."""

    title: str
    blocks: tuple[Block, ...]


class Headline(NamedTuple):
    """One of the few figures at the top."""

    label: str
    value: str
    detail: str
    tone: Tone = ""


class Report(NamedTuple):
    """A whole report."""

    title: str
    subtitle: str
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]


def table(align: str, names: Sequence[str], rows: Sequence[Sequence[Cell | str]], *, fold: str = "") -> Table:
    """Return a table, its rows checked against its columns."""
    assert all(len(row) == len(names) == len(align) for row in rows), (
        f"a row doesn't fit the columns {', '.join(names)}"
    )
    return Table(tuple(names), align, tuple(tuple(row) for row in rows), fold)
