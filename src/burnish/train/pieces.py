"""Texts to documents of at most a context's length, every token but the first to be learnt.

A text stands between two boundary tokens. A long one is cut into pieces, each of which repeats the last token of the one
before, so that every token is predicted once. Texts that spell a special token are left out: encoded, they would become it.
"""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

import numpy as np

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.seeds import rng
from burnish.train.infilling import InfillingSettings, find_marks, rearrange
from burnish.train.packing import Document

CODE = "code"
ROOM = 8  # tokens: three marks, a boundary, and what words cut in two may need more


class Piece(NamedTuple):
    """A document, the row it is of, and whether it was rearranged for infilling."""

    document: Document
    row: Mapping[str, Any]
    infilled: bool


class Cutter:
    """Cuts texts for one model and one length."""

    def __init__(self, *, chat: Chat, boundary: str, context: int, infilling: InfillingSettings | None) -> None:
        """Take what a piece depends on; without `infilling` no text is rearranged."""
        self.chat, self.context = chat, context
        self.infilling = infilling if infilling and infilling.share > 0 else None
        self.marks = find_marks(self.infilling, chat=chat) if self.infilling else None
        found = chat.tokenizer.token_to_id(boundary)
        if found is None:
            raise BurnishError(f"params.yaml: train boundary = {boundary!r} is no token of the base model")
        self.boundary = int(found)
        self.names = tuple(token.content for token in chat.tokenizer.get_added_tokens_decoder().values())

    def spells_a_token(self, text: str) -> bool:
        """Say whether `text` holds the name of a special token."""
        return any(name in text for name in self.names)

    def cut(self, row: Mapping[str, Any], *, seed: int, most: int | None) -> list[Piece]:
        """Return the pieces of a text in order; of more than `most`, neighbours from a random place on."""
        encoding = self.chat.tokenizer.encode(row["text"], add_special_tokens=False)
        ids, ends = [self.boundary, *encoding.ids, self.boundary], [0, *(end for _, end in encoding.offsets)]
        length = max(2, self.context - ROOM) if self._may_infill(row) else self.context
        starts = list(range(0, len(ids) - 1, length - 1))
        random = rng(seed, "piece", row["id"])
        if most is not None and len(starts) > most:
            first = random.randrange(len(starts) - most + 1)
            starts = starts[first : first + most]
        pieces = []
        for start in starts:
            stop = min(start + length, len(ids))
            chosen = self._infill(row, first=ends[start], last=ends[min(stop, len(ends)) - 1], random=random)
            pieces.append(Piece(as_learnt(chosen or ids[start:stop]), row, chosen is not None))
        return pieces

    def _may_infill(self, row: Mapping[str, Any]) -> bool:
        return self.infilling is not None and row["kind"] == CODE

    def _infill(self, row: Mapping[str, Any], *, first: int, last: int, random: Random) -> list[int] | None:
        """Return the characters [first:last) rearranged, if this piece is to be and still fits."""
        if self.infilling is None or self.marks is None or not self._may_infill(row):
            return None
        if random.random() >= self.infilling.share:
            return None
        text = row["text"][first:last]
        ids = rearrange(text, settings=self.infilling, marks=self.marks, chat=self.chat, random=random)
        return [*ids, self.boundary] if text and len(ids) < self.context else None


def as_learnt(ids: list[int]) -> Document:
    """Return a document of which every token but the first is supervised."""
    supervised = np.ones(len(ids), dtype=np.bool_)
    supervised[0] = False
    return Document(np.array(ids, dtype=np.int32), supervised)


def take_turns(sources: Mapping[str, Iterator[Piece]], *, shares: Mapping[str, float]) -> Iterator[Piece]:
    """Yield pieces so that the tokens of each source stay near its share; a source that ends leaves the rest to the others."""
    taken = dict.fromkeys(sources, 0)
    open_sources = dict(sources)
    while open_sources:
        name = min(open_sources, key=lambda name: (taken[name] / shares[name], name))
        piece = next(open_sources[name], None)
        if piece is None:
            del open_sources[name]
            continue
        taken[name] += len(piece.document.ids)
        yield piece
