"""Reads the items of every fetched benchmark as texts and programs, for keeping them out of what is trained on.

    data/raw/benchmarks -> [Item]

A benchmark without a reader of its own gives every text that its rows hold. Scores nothing.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from burnish.errors import BurnishError

ROWS = frozenset([".jsonl", ".json", ".gz"])


class Item(NamedTuple):
    """One item: its name with the benchmark's, the texts a copy of it would hold, and its program, or nothing."""

    name: str
    texts: tuple[str, ...]
    program: str


def read_benchmarks(group: Path) -> list[Item]:
    """Return the items of all benchmarks in the fetched group, in its order; one that gives none is an error."""
    listed = group / "LICENSES.json"
    try:
        names = [row["name"] for row in json.loads(listed.read_text())]
    except (FileNotFoundError, ValueError, KeyError):
        raise BurnishError(f"{listed} is missing or broken; `dvc repro fetch@benchmarks` makes it") from None
    items = []
    for name in names:
        own = list(READERS.get(name, _read_any)(group / name))
        if not own:
            problem = f"{group / name} holds no item that can be read, so nothing could be kept out of training"
            raise BurnishError(
                f"{problem}; add a reader for {name!r} to burnish/benchmark_items.py, or turn the source off"
            )
        items += [item._replace(name=f"{name}/{item.name}") for item in own]
    return items


def _read_humaneval(folder: Path) -> Iterator[Item]:
    for path in sorted(folder.rglob("HumanEval.jsonl.gz")):
        for row in read_json_rows(path):
            solution = row["prompt"] + row["canonical_solution"]
            yield Item(row["task_id"], (row["prompt"], row["canonical_solution"], row["test"]), solution)


def _read_bfcl(folder: Path) -> Iterator[Item]:
    """Read the prompts; functions are shared between items and describe real interfaces, so they are no evidence."""
    for path in sorted(folder.rglob("BFCL_*.json")):
        if path.parent.name != "possible_answer":
            for row in read_json_rows(path):
                texts = tuple(turn["content"] for turns in row["question"] for turn in turns if turn["role"] == "user")
                yield Item(row["id"], texts, "")


def _read_any(folder: Path) -> Iterator[Item]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in ROWS and path.name != "LICENSES.json":
            for number, row in enumerate(read_json_rows(path)):
                yield Item(f"{path.stem}/{number}", tuple(_texts(row)), "")


READERS: Mapping[str, Callable[[Path], Iterator[Item]]] = {"humaneval": _read_humaneval, "bfcl-v4": _read_bfcl}


def read_json_rows(path: Path) -> list[Any]:
    """Return the values of a file of JSON lines or of one JSON list, compressed or not."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
        if text.lstrip().startswith("["):
            return list(json.loads(text))
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        problem = f"{path} isn't readable as JSON ({error})"
        raise BurnishError(f"{problem}; delete it and run `dvc checkout` or `dvc repro fetch@benchmarks`") from None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _texts(part))
