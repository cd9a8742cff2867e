"""Turns texts into MinHash signatures and finds the texts that may be alike: those with a band of equal values.

Signatures are rows of a numpy array (4 bytes a permutation and text), bands are sorted one at a time, so a million texts
take half a gigabyte, wherever the texts lie. Judges nothing: a candidate is alike only once `shingles.jaccard` says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from burnish.shingles import split_words

Signatures = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.intp]

RUN_WORDS = 3  # as `shingle`
BATCH = 512
SEED = 1  # which hash functions: any number, but always the same
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def sign(texts: Iterable[str], *, permutations: int) -> Signatures:
    """Return one signature a text (Broder 1997): two agree in about the share of values that `jaccard` gives."""
    waiting = iter(texts)
    parts = []
    while batch := list(islice(waiting, BATCH)):
        parts.append(_sign_batch(batch, permutations=permutations))
    return join(parts, permutations=permutations)


def join(parts: Iterable[Signatures], *, permutations: int) -> Signatures:
    """Return signatures made in parts as one array."""
    return np.concatenate([np.empty((0, permutations), dtype=np.uint32), *parts])


def _sign_batch(texts: Sequence[str], *, permutations: int) -> Signatures:
    documents = [_fill(split_words(text)) for text in texts]
    hashes = hash_words(documents)
    ends = np.cumsum([len(words) for words in documents])
    runs = hash_runs(hashes, size=RUN_WORDS)
    inside = np.ones(len(hashes), dtype=bool)  # a run may not begin where it would reach into the next text
    for before in range(1, RUN_WORDS):
        inside[ends - before] = False
    offsets = np.concatenate([[0], ends - (RUN_WORDS - 1) * np.arange(1, len(ends) + 1)]).astype(np.uint64)
    flat = runs[inside[: len(runs)]]
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(flat, offsets, permutations, SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32)


def _fill(words: list[str]) -> list[str]:
    return words + [""] * (RUN_WORDS - len(words))


def hash_words(documents: Sequence[Sequence[str]]) -> Hashes:
    """Return the hashes of all words of `documents`, one after the other."""
    hashes: list[int] = RMinHash.hash_token_sets([list(chain.from_iterable(documents))])[0]
    return np.array(hashes, dtype=np.uint64)


def hash_runs(words: Hashes, *, size: int) -> Hashes:
    """Return a hash of each run of `size` words: `len(words) - size + 1` of them."""
    count = max(len(words) - size + 1, 0)
    runs = np.zeros(count, dtype=np.uint64)
    for place in range(size):  # arithmetic is modulo 2 ** 64
        runs = runs * _FACTORS[0] + words[place : place + count]
        runs ^= runs >> np.uint64(32)
    mixed: Hashes = runs * _FACTORS[1]
    return mixed


def find_buckets(signatures: Signatures, *, bands: int) -> Iterator[Rows]:
    """Yield, band after band, the rows (at least two, in order) that have all values of the band in common."""
    for keys in hash_bands(signatures, bands=bands):
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.concatenate([[True], keys[order][1:] != keys[order][:-1]]))
        sizes = np.diff(np.append(starts, len(order)))
        for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
            yield order[start : start + size]


def hash_bands(signatures: Signatures, *, bands: int) -> Iterator[Hashes]:
    """Yield one hash a row for each of `bands` equal parts of the signatures; values left over aren't used."""
    width = signatures.shape[1] // bands
    for band in range(bands if len(signatures) else 0):
        keys = np.full(len(signatures), band, dtype=np.uint64)
        for column in range(band * width, (band + 1) * width):
            keys = (keys ^ signatures[:, column]) * _FACTORS[2]
            keys ^= keys >> np.uint64(29)
        yield keys
