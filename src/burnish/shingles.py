"""How alike two texts are: the share of their runs of three words and signs that both have (Broder 1997, resemblance)."""

import re
from collections.abc import Iterable

Shingles = frozenset[tuple[str, ...]]

NEAR = 0.8  # from here on two texts count as near-duplicates
_WORD = re.compile(r"\w+|[^\w\s]")


def shingle(text: str, *, size: int = 3) -> Shingles:
    """Return the runs of `size` words and signs of `text`, in small letters; a shorter text is one run."""
    words = _WORD.findall(text.lower())
    return frozenset(zip(*(words[start:] for start in range(size)), strict=False)) or frozenset([tuple(words)])


def jaccard(first: Shingles, second: Shingles) -> float:
    """Return |both| / |either|, between 0 and 1."""
    both = len(first & second)
    return both / (len(first) + len(second) - both)


def is_near(text: Shingles, others: Iterable[Shingles]) -> bool:
    """Say whether `text` is a near-duplicate of one of `others`."""
    size = len(text)
    return any(NEAR * size <= len(other) <= size / NEAR and jaccard(text, other) >= NEAR for other in others)


def near_share(texts: Iterable[str]) -> float:
    """Return the share of `texts` that have a near-duplicate among the others."""
    sets = [shingle(text) for text in texts]
    alike = {n for n, one in enumerate(sets) if is_near(one, (other for m, other in enumerate(sets) if m != n))}
    return len(alike) / len(sets) if sets else 0.0
