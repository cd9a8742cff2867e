"""Turns tokenised chats and an order into optimiser steps of packed sequences, without padding.

A sequence holds whole documents side by side; attention (see `attention.py`) never crosses their borders. Inside one
step the order of documents doesn't change the gradient, so they are sorted by length: neighbours of equal length share
one attention product.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Mask = NDArray[np.bool_]


class Document(NamedTuple):
    """One chat: token ids, and which of them are to be learnt."""

    ids: Ids
    supervised: Mask


class Step(NamedTuple):
    """The documents of one optimiser step, packed into sequences (numbers of documents)."""

    sequences: tuple[tuple[int, ...], ...]
    tokens: int
    supervised: int


class Packed(NamedTuple):
    """One packed sequence: `labels[i]` is the token that follows position `targets[i]`."""

    ids: Ids
    positions: Ids
    lengths: tuple[int, ...]
    targets: NDArray[np.int64]
    labels: NDArray[np.int64]


def fit_document(document: Document, *, context: int) -> Document | None:
    """Return `document` without what can't be learnt from and within `context` tokens; None where no whole answer fits.

    Tokens after the last answer go. A longer document loses tokens at its beginning, on the prompt's side; an answer
    that is cut there counts as prompt. The last answer is never cut: with at least one token before it, it fits or the
    document is dropped.
    """
    supervised = document.supervised.copy()
    supervised[:1] = False  # nothing comes before the first token that could predict it
    answer = np.flatnonzero(supervised)
    if not len(answer):
        return None
    end = int(answer[-1]) + 1
    start = max(0, end - context)
    first_of_last = int(np.flatnonzero(~supervised[:end])[-1]) + 1
    if start >= first_of_last:
        return None
    if start and supervised[start]:
        supervised[start : start + int(np.argmin(supervised[start:end]))] = False
    return Document(document.ids[start:end], supervised[start:end])


def plan_steps(lengths: Sequence[int], supervised: Sequence[int], *, order: Sequence[int], step_tokens: int,
               sequence_tokens: int, tokens: int | None) -> list[Step]:  # fmt: skip
    """Cut `order` (numbers of documents, may repeat) into steps of at most `step_tokens`, up to `tokens` in all."""
    steps: list[Step] = []
    members: list[int] = []
    size = total = 0
    for number in order:
        if tokens is not None and total + size + lengths[number] > tokens:
            break
        if members and size + lengths[number] > step_tokens:
            steps.append(_step(members, lengths, supervised, sequence_tokens=sequence_tokens))
            total += size
            members, size = [], 0
        members.append(number)
        size += lengths[number]
    if members:
        steps.append(_step(members, lengths, supervised, sequence_tokens=sequence_tokens))
    return steps


def _step(members: Sequence[int], lengths: Sequence[int], supervised: Sequence[int], *, sequence_tokens: int) -> Step:
    sequences: list[list[int]] = [[]]
    free = sequence_tokens
    for number in sorted(members, key=lambda number: (lengths[number], number)):
        if lengths[number] > free and sequences[-1]:
            sequences.append([])
            free = sequence_tokens
        sequences[-1].append(number)
        free -= lengths[number]
    return Step(tuple(map(tuple, sequences)), sum(lengths[n] for n in members), sum(supervised[n] for n in members))


def pack(documents: Sequence[Document]) -> Packed:
    """Lay `documents` side by side. The last token of each is only a label, so it isn't among the inputs."""
    lengths = tuple(len(document.ids) - 1 for document in documents)
    starts = np.cumsum([0, *lengths])
    targets = [
        start + np.flatnonzero(document.supervised[1:]) for start, document in zip(starts, documents, strict=False)
    ]
    labels = [document.ids[1:][document.supervised[1:]] for document in documents]
    return Packed(
        ids=np.concatenate([document.ids[:-1] for document in documents]),
        positions=np.concatenate([np.arange(length, dtype=np.int32) for length in lengths]),
        lengths=lengths,
        targets=np.concatenate(targets).astype(np.int64),
        labels=np.concatenate(labels).astype(np.int64),
    )
