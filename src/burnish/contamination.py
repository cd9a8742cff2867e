"""Finds what overlaps an item of a benchmark: equal texts, runs of 13 words, near-duplicates, and programs of one form.

Runs of 13 words are those of the GPT-3 report (Brown et al. 2020, appendix C), over words without signs, so that layout
and quotes change nothing. Says which item and how; what becomes of the row is for the caller to say.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from burnish.benchmark_items import Item
from burnish.duplicates import MinHashParams
from burnish.minhash import Hashes, hash_bands, hash_runs, hash_words, sign
from burnish.params import Section
from burnish.shingles import Shingles, jaccard, shingle
from burnish.syntax_trees import read_forms

EQUAL, RUN, NEAR, FORM = WAYS = ("equal", "words in a row", "near-duplicate", "form of a function")
BATCH = 256
_WORD = re.compile(r"\w+")
Places = npt.NDArray[np.intp]


class ContaminationParams(Section):
    """What counts as an overlap.

    Texts of items with fewer words than `run_words` are looked for whole if they have `min_words`, and as a whole text
    if they have `min_equal_words`; functions of fewer than `min_nodes` syntax nodes are written by everybody.
    """

    run_words: int = Field(gt=1)
    min_words: int = Field(gt=1)
    min_equal_words: int = Field(gt=0)
    min_nodes: int = Field(gt=0)
    near: MinHashParams


class Match(NamedTuple):
    """The item that a text overlaps, and in which of `WAYS`."""

    item: str
    way: str


class Table(NamedTuple):
    """Sorted hashes, and for each the number of what it stands for."""

    hashes: Hashes
    owners: Places

    def find(self, hashes: Hashes) -> tuple[Places, Places]:
        """Return the places in `hashes` that the table has, and for each place its first owner."""
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        places = np.flatnonzero(self.hashes[at] == hashes) if len(self.hashes) else np.empty(0, np.intp)
        return places, self.owners[at[places]] if len(places) else np.empty(0, np.intp)


def _table(hashes: Sequence[Hashes], owners: Sequence[int]) -> Table:
    flat = np.concatenate([*hashes, np.empty(0, np.uint64)])
    numbers = np.repeat(np.array(owners, dtype=np.intp), [len(part) for part in hashes])
    order = np.argsort(flat, kind="stable")
    return Table(flat[order], numbers[order])


class Detector:
    """Knows the items of all benchmarks and finds them in texts; it can be sent to another process."""

    def __init__(self, items: Sequence[Item], *, params: ContaminationParams) -> None:
        """Take in the items."""
        self._params = params
        self._names = [item.name for item in items]
        texts = [(number, text) for number, item in enumerate(items) for text in dict.fromkeys(item.texts)]
        self._equal: dict[str, int] = {}
        runs: dict[int, tuple[list[Hashes], list[int]]] = {}
        for number, text in texts:
            words = _WORD.findall(text.lower())
            if len(words) >= params.min_equal_words:
                self._equal.setdefault(" ".join(words), number)
            size = min(len(words), params.run_words)
            if size >= params.min_words:
                hashes, owners = runs.setdefault(size, ([], []))
                hashes.append(hash_runs(hash_words([words]), size=size)[_says_something(words, size=size)])
                owners.append(number)
        self._runs = {size: _table(*found) for size, found in sorted(runs.items())}
        self._forms = _forms(items, least=params.min_nodes)
        self._learn_near([(number, text) for number, text in texts if len(_WORD.findall(text)) >= params.min_words])

    def _learn_near(self, texts: Sequence[tuple[int, str]]) -> None:
        near = self._params.near
        self._shingles = [(number, shingle(text)) for number, text in texts]
        self._longest = max((len(text) for _, text in texts), default=0) / near.min_resemblance
        signatures = sign((text for _, text in texts), permutations=near.permutations)
        numbers = [np.arange(len(texts))]
        self._bands = [Table(keys[order], numbers[0][order]) for keys in hash_bands(signatures, bands=near.bands)
                       for order in [np.argsort(keys, kind="stable")]]  # fmt: skip

    def known(self, items: Sequence[Item]) -> list[Item]:
        """Return the items that say enough to be looked for: "Who are you?" is anybody's question."""
        least = self._params.min_equal_words
        return [i for i in items if i.program or any(len(_WORD.findall(text)) >= least for text in i.texts)]

    def has_runs(self, text: str) -> bool:
        """Say whether `text` has enough words to be looked for inside other texts."""
        return len(_WORD.findall(text)) >= self._params.min_words

    def find(self, texts: Sequence[str]) -> list[Match | None]:
        """Return for each text the first overlap found, the surest way first, or None."""
        found: list[Match | None] = []
        waiting = iter(texts)
        while batch := list(islice(waiting, BATCH)):
            found += self._find_batch(batch)
        return found

    def _find_batch(self, texts: Sequence[str]) -> list[Match | None]:
        documents = [_WORD.findall(text.lower()) for text in texts]
        found = [self._find_equal(words) for words in documents]
        for place, item in self._find_runs(documents):
            found[place] = found[place] or Match(self._names[item], RUN)
        left = [place for place, match in enumerate(found) if match is None and len(texts[place]) <= self._longest]
        for place, item in self._find_near([texts[place] for place in left]):
            found[left[place]] = found[left[place]] or Match(self._names[item], NEAR)
        return [match or self._find_form(text) for match, text in zip(found, texts, strict=True)]

    def _find_equal(self, words: Sequence[str]) -> Match | None:
        item = self._equal.get(" ".join(words))
        return None if item is None else Match(self._names[item], EQUAL)

    def _find_runs(self, documents: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
        words = hash_words(documents)
        ends = np.cumsum([len(document) for document in documents])
        for size, table in self._runs.items():
            places, items = table.find(hash_runs(words, size=size))
            owners = np.searchsorted(ends, places, side="right")
            inside = places + size <= ends[owners]
            yield from zip(owners[inside].tolist(), items[inside].tolist(), strict=True)

    def _find_near(self, texts: Sequence[str]) -> Iterator[tuple[int, int]]:
        near = self._params.near
        signatures = sign(texts, permutations=near.permutations)
        pairs: set[tuple[int, int]] = set()
        for keys, table in zip(hash_bands(signatures, bands=near.bands), self._bands, strict=False):
            low, high = np.searchsorted(table.hashes, keys), np.searchsorted(table.hashes, keys, side="right")
            for place in np.flatnonzero(high > low).tolist():
                pairs |= {(place, item) for item in table.owners[low[place] : high[place]].tolist()}
        own: dict[int, Shingles] = {}
        for place, candidate in sorted(pairs):
            item, shingles = self._shingles[candidate]
            if jaccard(own.setdefault(place, shingle(texts[place])), shingles) >= near.min_resemblance:
                yield place, item

    def _find_form(self, text: str) -> Match | None:
        forms = (self._forms.get(form.digest) for form in read_forms(text))
        item = next((item for item in forms if item is not None), None)
        return None if item is None else Match(self._names[item], FORM)


def _says_something(words: Sequence[str], *, size: int) -> npt.NDArray[np.bool_]:
    """Say of each run whether most of its words aren't numbers: everybody counts to thirteen."""
    spoken = np.concatenate([[0], np.cumsum([not word.isdigit() for word in words])])
    return np.asarray((spoken[size:] - spoken[:-size]) * 2 > size)


def _forms(items: Sequence[Item], *, least: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, item in enumerate(items):
        for form in read_forms(item.program):
            if form.nodes >= least:
                found.setdefault(form.digest, number)
    return found
