"""A file of stored answers to rows: JSON lines with `id` and `answer`, several a task allowed. Judges nothing."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from burnish.errors import BurnishError

COSTS = ("tokens", "seconds", "memory_mb")


class Answer(NamedTuple):
    """One answer and what it cost, as far as its line says: `tokens`, `seconds`, `memory_mb`."""

    id: str
    text: str
    costs: dict[str, float]


def read_answers(path: Path, *, known: Collection[str]) -> list[Answer]:
    """Return the answers in the order of the file.

    Raises:
        BurnishError: the file or one of its lines isn't as it must be, or names a task that isn't among `known`.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise BurnishError(f"{path} can't be read ({error.strerror}); give a file of JSON lines") from None
    rows = [
        _read_line(line, place=f"{path}, line {number}") for number, line in enumerate(lines, start=1) if line.strip()
    ]
    if not rows:
        raise BurnishError(f"{path} holds no answer; each line is JSON with id and answer")
    for row in rows:
        if row.id not in known:
            raise BurnishError(f"{path}: no task {row.id!r}; ids look like {min(known)!r}")
    return rows


def _read_line(line: bytes, *, place: str) -> Answer:
    try:
        value = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise BurnishError(f"{place} isn't JSON ({error}); each line is JSON with id and answer") from None
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in ("id", "answer")):
        raise BurnishError(f"{place} must be an object with the texts id and answer, and may name {', '.join(COSTS)}")
    return Answer(
        value["id"],
        value["answer"],
        {name: _read_cost(value[name], f"{place}: {name}") for name in COSTS if name in value},
    )


def _read_cost(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise BurnishError(f"{place} = {value!r} isn't a number from 0; leave it out where it isn't known")
    return float(value)
