"""One part of what a model is asked, and what becomes of its answers: `answers.py` asks all parts of one engine."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from burnish import shards, stage
from burnish.answer_rows import answer_row
from burnish.answer_tables import ANSWER
from burnish.chat import Chat
from burnish.sampling import Ask, Sampled


class Part(NamedTuple):
    """What is asked, and a function that writes the answers, one `Sampled` for each of `asks`, and returns figures."""

    asks: tuple[Ask, ...]
    keep: Callable[[Sequence[Sampled], Path], stage.Metrics]


def write_plain(sampled: Sequence[Sampled], out: Path, *, chat: Chat) -> stage.Metrics:
    """Write answers as the table ANSWER; return their tokens and how many of them were cut."""
    rows = [answer_row(answer, own, chat=chat) for own in sampled for answer in own.answers]
    shards.write_rows(out, rows, schema=ANSWER)
    return {"tokens": sum(row["tokens"] for row in rows), "cut": sum(row["finish"] == "length" for row in rows)}
