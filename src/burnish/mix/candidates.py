"""The rows that sources offer: read a shard at a time, cases turned into chats, their sizes kept as columns of numbers.

Rows pass through and aren't kept; ten million rows' sizes are eight columns of four bytes.
"""

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from burnish import shards
from burnish.cases import render_answer
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.mix.asked import MixParams
from burnish.seeds import share

COLUMNS = ("source", "skill", "modality", "licence", "family", "origin")
Codes = npt.NDArray[np.int32]


class Sizes(NamedTuple):
    """What a plan needs to know of each candidate row; `codes[column]` are places in `names[column]`."""

    codes: dict[str, Codes]
    names: dict[str, list[str]]
    tokens: Codes
    supervised_tokens: Codes

    def held(self, column: str) -> dict[str, int]:
        """Return the supervised tokens of each value of a column."""
        names = self.names[column]
        sums = np.bincount(self.codes[column], weights=self.supervised_tokens, minlength=len(names))
        return {name: int(tokens) for name, tokens in zip(names, sums, strict=True)}


class SizeColumns:
    """Collects `Sizes` row by row; the codes of sources follow the order of `sources`."""

    def __init__(self, *, sources: Sequence[str]) -> None:
        """Start with no rows."""
        self._codes = {column: array("i") for column in COLUMNS}
        self._numbers: dict[str, dict[str, int]] = {column: {} for column in COLUMNS}
        self._numbers["source"] = {name: number for number, name in enumerate(sources)}
        self._tokens, self._supervised = array("i"), array("i")
        self.too_long = 0

    def add(self, row: Mapping[str, Any], *, source: str) -> None:
        """Append one row; several modalities are one value, as in `image+text`; its origin is its source without the path."""
        values = {**row, "source": source, "origin": row["source"].partition("#")[0],
                  "modality": "+".join(sorted(row["modalities"]))}  # fmt: skip
        for column, codes in self._codes.items():
            numbers = self._numbers[column]
            codes.append(numbers.setdefault(values[column], len(numbers)))
        self._tokens.append(row["tokens"])
        self._supervised.append(row["supervised_tokens"])

    def sizes(self) -> Sizes:
        """Return what was collected."""
        codes = {column: np.asarray(found, dtype=np.int32) for column, found in self._codes.items()}
        names = {column: list(numbers) for column, numbers in self._numbers.items()}
        return Sizes(codes, names, np.asarray(self._tokens, dtype=np.int32), np.asarray(self._supervised, np.int32))


def read_left_out(contamination: Path) -> frozenset[str]:
    """Return the ids of the rows that overlap a benchmark."""
    return frozenset(row["id"] for row in shards.read_rows(contamination))


def read_candidates(directories: Mapping[str, Path], *, chat: Chat, params: MixParams, columns: SizeColumns,
                    left_out: frozenset[str]) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield the training rows of each source in turn and note their sizes; rows longer than the context are only counted.

    Rows whose ids are in `left_out` and families beyond a source's `family_shares` don't exist here.
    """
    context = params.context_tokens
    for name, directory in directories.items():
        empty = True
        part = params.family_share(name)
        for found in shards.read_rows(*shards.tables_below(directory)):
            if found["split"] != "train" or found["id"] in left_out:
                continue
            row = found if "messages" in found else case_row(found, chat=chat)
            if share("family", row["family"]) >= part:
                continue
            if row["tokens"] > context:
                columns.too_long += 1
                continue
            empty = False
            columns.add(row, source=name)
            yield row
        if empty:
            few = f" and are of the {part:g} of its families in family_shares" if part < 1 else ""
            raise BurnishError(
                f"params.yaml: mix source {name!r} has no rows in {directory} that are for training and fit into "
                f"context_tokens = {context}{few}; give it weight 0 or a source with rows"
            )


def case_row(case: Mapping[str, Any], *, chat: Chat) -> dict[str, Any]:
    """Return a case as a chat: its prompt, and its reference as a fenced block."""
    answer = render_answer(case["reference"], verifier=json.loads(case["verifier"]))
    messages = [
        {"role": "user", "content": case["prompt"], "tool_calls": None},
        {"role": "assistant", "content": answer, "tool_calls": None},
    ]
    tokens = chat.tokens(messages)
    return {
        "id": case["id"], "messages": messages, "modalities": ["text"], "source": case["source"],
        "licence": case["licence"], "skill": case["family"], "family": f"{case['category']}/{case['template']}",
        "split": case["split"], "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised),
    }  # fmt: skip
