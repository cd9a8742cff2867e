"""Turns tokenised chats and an order into optimiser steps of packed sequences, without padding.

A sequence holds whole documents side by side; attention (see `attention.py`) never crosses their borders. Inside one
step the order of documents doesn't change the gradient, so they are spread over sequences of equal size, as many as
there are workers, and sorted: by their beginning, since what several documents of a sequence begin with (a system
prompt) is computed once for them; and by length, since neighbours of equal length share one attention product.
"""

import math
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

    The first `prefix` tokens begin the first `sharing` documents; `lengths` are those of all documents' own tokens
    behind them.
    """

    ids: Ids
    positions: Ids
    prefix: int
    sharing: int
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
               tokens: int | None, workers: int) -> list[Step]:  # fmt: skip
    """Cut `order` (numbers of documents, may repeat) into steps of at most `step_tokens`, up to `tokens` in all."""
    steps: list[Step] = []
    members: list[int] = []
    size = total = 0

    def close() -> None:
        steps.append(_step(members, documents, sequence_tokens=sequence_tokens, workers=workers))

    for number in order:
        length = len(documents[number].ids)
        if tokens is not None and total + size + length > tokens:
            break
        if members and size + length > step_tokens:
            close()
            total += size
            members, size = [], 0
        members.append(number)
        size += length
    if members:
        close()
    return steps


def _step(members: Sequence[int], documents: Sequence[Document], *, sequence_tokens: int, workers: int) -> Step:
    """Put the longest documents first, each into the emptiest sequence: all end up nearly equally full."""
    tokens = sum(len(documents[number].ids) for number in members)
    sequences: list[list[int]] = [[] for _ in range(workers * math.ceil(tokens / (workers * sequence_tokens)))]
    sizes = [0] * len(sequences)
    for number in sorted(members, key=lambda number: (-len(documents[number].ids), number)):
        length, emptiest = len(documents[number].ids), int(np.argmin(sizes))
        if sizes[emptiest] + length > sequence_tokens:
            emptiest = len(sequences)
            sequences.append([])
            sizes.append(0)
        sequences[emptiest].append(number)
        sizes[emptiest] += length
    ordered = tuple(_sort(sequence, documents) for sequence in sequences if sequence)
    return Step(ordered, tokens, sum(int(documents[number].supervised.sum()) for number in members))


def _sort(sequence: Sequence[int], documents: Sequence[Document]) -> tuple[int, ...]:
    """Put the documents of the most common beginning first, short ones before long ones."""
    counts = Counter(_beginning(documents[number]) for number in sequence)
    places = [(-counts[key := _beginning(documents[n])], key, len(documents[n].ids), n) for n in sequence]
    return tuple(number for *_, number in sorted(places))


def _beginning(document: Document) -> bytes:
    return document.ids[:MIN_PREFIX].tobytes()


def pack(documents: Sequence[Document]) -> Packed:
    """Lay `documents` side by side. The last token of each is only a label, so it isn't among the inputs."""
    first = _beginning(documents[0])
    sharing = next((n for n, document in enumerate(documents) if _beginning(document) != first), len(documents))
    prefix = common_prefix(documents[:sharing])
    shared = [prefix if number < sharing else 0 for number in range(len(documents))]
    lengths = tuple(len(document.ids) - 1 - skipped for document, skipped in zip(documents, shared, strict=True))
    starts = np.cumsum([prefix, *lengths[:-1]]) - shared
    answers = [np.flatnonzero(document.supervised) for document in documents]
    own = [document.ids[skipped:-1] for document, skipped in zip(documents, shared, strict=True)]
    places = [np.arange(skipped, skipped + len(ids)) for ids, skipped in zip(own, shared, strict=True)]
    return Packed(
        ids=np.concatenate([documents[0].ids[:prefix], *own]),
        positions=np.concatenate([np.arange(prefix), *places]).astype(np.int32),
        prefix=prefix,
        sharing=sharing if prefix else 0,
        lengths=lengths,
        targets=np.concatenate([start + a - 1 for start, a in zip(starts, answers, strict=True)]).astype(np.int64),
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
