"""All randomness and all splits, keyed by meaning: `rng(seed, "fs_pagination", 7)`, never `seed + 7`.

Neighbouring integer seeds share most of their draws, so a key is text. Text keys give the same numbers on every machine
and every version of Python since 3.2.
"""

import hashlib
from random import Random


def rng(*key: object) -> Random:
    """Return the random numbers that belong to `key`."""
    return Random("/".join(map(str, key)))


def fingerprint(*parts: object) -> str:
    """Return 16 hexadecimal digits that stand for `parts`."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def share(*parts: object) -> float:
    """Return a number in [0, 1) that depends on `parts` alone: a split by content instead of by row number."""
    return int(fingerprint(*parts)[:13], 16) / 16**13
