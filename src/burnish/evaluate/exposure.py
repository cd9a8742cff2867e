"""Exposure of a canary (Carlini et al. 2019): how far up its log-probability ranks among texts that nobody has seen."""

import math
from collections.abc import Sequence
from typing import NamedTuple

DIGITS = 4


class Exposure(NamedTuple):
    """`rank` from 1 among `among` texts, the canary included; `bits` is log2(among) - log2(rank).

    `chance` is how often a canary that was never seen ranks as high: its p-value.
    """

    rank: int
    among: int
    bits: float
    most_bits: float
    chance: float


def expose(canary: float, others: Sequence[float]) -> Exposure:
    """Rank a canary's log-probability among those of `others`; equal ones rank before it."""
    rank, among = 1 + sum(other >= canary for other in others), len(others) + 1
    bits = math.log2(among) - math.log2(rank)
    return Exposure(rank, among, round(bits, DIGITS), round(math.log2(among), DIGITS), round(rank / among, DIGITS))
