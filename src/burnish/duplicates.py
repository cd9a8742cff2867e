"""Finds the clusters of near-duplicates among texts: candidates by MinHash, judged by their exact resemblance.

Texts are asked for by number, so they may lie on disk. Which row of a cluster is kept is for the caller to say.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from pydantic import Field, model_validator

from burnish.minhash import Rows, Signatures, find_buckets, sign
from burnish.params import Section
from burnish.shingles import Shingles, jaccard, shingle

CACHED_TEXTS = 2_048


class MinHashParams(Section):
    """From which resemblance on texts are alike, and how hard candidates are looked for.

    With b bands of r values, a pair of resemblance s is a candidate with probability 1 - (1 - s ** r) ** b.
    """

    permutations: int = Field(gt=0)
    bands: int = Field(gt=0)
    min_resemblance: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _bands_fit(self) -> "MinHashParams":
        if self.permutations % self.bands:
            raise ValueError(f"permutations = {self.permutations} isn't a multiple of bands = {self.bands}")
        return self


class NearParams(MinHashParams):
    """For clusters. A text is compared with at most `max_compared` texts of a bucket: boilerplate takes no longer."""

    max_compared: int = Field(gt=0)


class Clusters:
    """Rows joined by likeness: a union-find forest whose roots are each cluster's first row."""

    def __init__(self, count: int, *, shingles_of: Callable[[int], Shingles], params: NearParams) -> None:
        """Start with every row alone."""
        self._parent = np.arange(count)
        self._shingles = lru_cache(CACHED_TEXTS)(shingles_of)
        self._unlike: set[tuple[int, int]] = set()
        self._params = params

    def root(self, row: int) -> int:
        """Return the first row of the cluster that `row` is in."""
        while (parent := int(self._parent[row])) != row:
            self._parent[row] = self._parent[parent]
            row = int(self._parent[row])
        return row

    def join(self, bucket: Rows) -> None:
        """Join the rows of one bucket that are alike."""
        rows = bucket.tolist()
        for place, row in enumerate(rows):
            for other in rows[max(0, place - self._params.max_compared) : place]:
                first, second = sorted((self.root(other), self.root(row)))
                if first != second and self._alike(other, row):
                    self._parent[second] = first

    def _alike(self, first: int, second: int) -> bool:
        pair = (first, second)
        if pair in self._unlike:
            return False
        one, other, least = self._shingles(first), self._shingles(second), self._params.min_resemblance
        near = min(len(one), len(other)) >= least * max(len(one), len(other)) and jaccard(one, other) >= least
        if not near:
            self._unlike.add(pair)
        return near

    def groups(self) -> list[list[int]]:
        """Return the clusters of two and more rows, each in order, by their first rows."""
        found: dict[int, list[int]] = {}
        for row in range(len(self._parent)):
            found.setdefault(self.root(row), []).append(row)
        return [rows for rows in found.values() if len(rows) > 1]


def cluster(signatures: Signatures, *, text_of: Callable[[int], str], params: NearParams) -> list[list[int]]:
    """Return the clusters of near-duplicates among the texts that `signatures` were made of."""
    clusters = Clusters(len(signatures), shingles_of=lambda row: shingle(text_of(row)), params=params)
    for bucket in find_buckets(signatures, bands=params.bands):
        clusters.join(bucket)
    return clusters.groups()


def find_near(texts: Sequence[str], *, params: NearParams) -> list[list[int]]:
    """Return the clusters of near-duplicates among `texts`, as lists of places."""
    return cluster(sign(texts, permutations=params.permutations), text_of=texts.__getitem__, params=params)
