"""Turns tokenised chats and an order into optimiser steps of packed sequences, without padding.

A sequence holds whole documents side by side; attention (see `attention.py`) never crosses their borders. Inside one
step the order of documents doesn't change the gradient, so they are sorted: by their beginning, since what all
documents of a sequence begin with (a system prompt) is computed once for all of them; and by length, since neighbours
of equal length share one attention product.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MIN_PREFIX = 12  # tokens; a shorter common beginning isn't worth its own bookkeeping
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
    """One packed sequence: `labels[i]` is the token that follows position `targets[i]`.

    The first `prefix` tokens begin every document; `lengths` are those of the documents' own tokens behind them.
    """

    ids: Ids
    positions: Ids
    prefix: int
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


def plan_steps(documents: Sequence[Document], *, order: Sequence[int], step_tokens: int, sequence_tokens: int,
               tokens: int | None) -> list[Step]:  # fmt: skip
    """Cut `order` (numbers of documents, may repeat) into steps of at most `step_tokens`, up to `tokens` in all."""
    steps: list[Step] = []
    members: list[int] = []
    size = total = 0
    for number in order:
        length = len(documents[number].ids)
        if tokens is not None and total + size + length > tokens:
            break
        if members and size + length > step_tokens:
            steps.append(_step(members, documents, sequence_tokens=sequence_tokens))
            total += size
            members, size = [], 0
        members.append(number)
        size += length
    if members:
        steps.append(_step(members, documents, sequence_tokens=sequence_tokens))
    return steps


def _step(members: Sequence[int], documents: Sequence[Document], *, sequence_tokens: int) -> Step:
    """Fill sequences, each from documents with one beginning where there are enough of them for half a sequence."""
    sizes: Counter[bytes] = Counter()
    for number in members:
        sizes[_beginning(documents[number])] += len(documents[number].ids)
    groups = {key: group for group, key in enumerate(sizes, start=1) if sizes[key] >= sequence_tokens // 2}
    places = [(groups.get(_beginning(documents[n]), 0), len(documents[n].ids), n) for n in members]
    sequences: list[list[int]] = []
    free, last = 0, -1
    for group, length, number in sorted(places):
        if length > free or group != last:
            sequences.append([])
            free, last = sequence_tokens, group
        sequences[-1].append(number)
        free -= length
    tokens, supervised = sum(sizes.values()), sum(int(documents[number].supervised.sum()) for number in members)
    return Step(tuple(map(tuple, sequences)), tokens, supervised)


def _beginning(document: Document) -> bytes:
    return document.ids[:MIN_PREFIX].tobytes()


def pack(documents: Sequence[Document]) -> Packed:
    """Lay `documents` side by side. The last token of each is only a label, so it isn't among the inputs."""
    prefix = common_prefix(documents)
    lengths = tuple(len(document.ids) - 1 - prefix for document in documents)
    starts = np.cumsum([prefix, *lengths[:-1]])
    answers = [np.flatnonzero(document.supervised) for document in documents]
    return Packed(
        ids=np.concatenate([documents[0].ids[:prefix], *(document.ids[prefix:-1] for document in documents)]),
        positions=np.concatenate([np.arange(prefix), *(np.arange(prefix, prefix + n) for n in lengths)]).astype(
            np.int32
        ),
        prefix=prefix,
        lengths=lengths,
        targets=np.concatenate([start - prefix + a - 1 for start, a in zip(starts, answers, strict=True)]).astype(
            np.int64
        ),
        labels=np.concatenate([d.ids[a] for d, a in zip(documents, answers, strict=True)]).astype(np.int64),
    )


def common_prefix(documents: Sequence[Document]) -> int:
    """Return how many tokens all `documents` begin with, none of them needed to predict an answer; 0 where too few.

    The token before an answer stays with its document: what it predicts differs.
    """
    if len(documents) < 2:
        return 0
    shortest = min(int(np.argmax(document.supervised)) - 1 for document in documents)
    first = documents[0].ids[:shortest]
    for document in documents[1:]:
        differs = np.flatnonzero(document.ids[: len(first)] != first)
        first = first[: int(differs[0])] if len(differs) else first
    return len(first) if len(first) >= MIN_PREFIX else 0
