"""How alike two texts are: the share of their runs of three words and signs that both have (Broder 1997, resemblance)."""

import re
from collections.abc import Iterable, Sequence

Shingles = frozenset[tuple[str, ...]]

NEAR = 0.8  # from here on two texts count as near-duplicates
_WORD = re.compile(r"\w+|[^\w\s]")


def split_words(text: str) -> list[str]:
    """Return the words and signs of `text` in order, in small letters."""
    return _WORD.findall(text.lower())


def shingle(text: str, *, size: int = 3) -> Shingles:
    """Return the runs of `size` words and signs of `text`, in small letters; a shorter text is one run."""
    words = split_words(text)
    return frozenset(zip(*(words[start:] for start in range(size)), strict=False)) or frozenset([tuple(words)])


def jaccard(first: Shingles, second: Shingles) -> float:
    """Return |both| / |either|, between 0 and 1."""
    both = len(first & second)
    return both / (len(first) + len(second) - both)


def is_near(text: Shingles, others: Iterable[Shingles]) -> bool:
    """Say whether `text` is a near-duplicate of one of `others`."""
    size = len(text)
    return any(NEAR * size <= len(other) <= size / NEAR and jaccard(text, other) >= NEAR for other in others)


def count_near(texts: Sequence[Shingles]) -> int:
    """Return how many of `texts` have a near-duplicate among the others."""
    alike: set[int] = set()
    for number, text in enumerate(texts):
        for other in range(number):
            if (number not in alike or other not in alike) and is_near(text, (texts[other],)):
                alike |= {number, other}
    return len(alike)
