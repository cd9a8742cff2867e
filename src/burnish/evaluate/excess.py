"""Differences of differences: what a model gained on public items beyond what it gained on replicas of them.

Both sides are means over items that come in clusters (a replica's template family; most public items are their own), so
each has a cluster-robust variance (Liang and Zeger 1986) with the correction for few clusters, G / (G - 1), and their
difference a t interval with Welch's degrees of freedom (Satterthwaite 1946). A percentile bootstrap over a dozen families
is too narrow.
"""

import math
from collections.abc import Hashable, Sequence
from statistics import NormalDist
from typing import Final, Literal, NamedTuple

import numpy as np
from scipy.special import stdtrit

from burnish.errors import BurnishError
from burnish.intervals import CONFIDENCE, DIGITS, wilson

LEAK: Final = "leak"
CLEAN: Final = "clean"
UNDECIDED: Final = "undecided"
MOST_FREEDOM = 1e6
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
Verdict = Literal["leak", "clean", "undecided"]


class Side(NamedTuple):
    """Items of one kind: what each gained, its cluster, and its weight."""

    gains: Sequence[float]
    clusters: Sequence[Hashable]
    weights: Sequence[float]


class Excess(NamedTuple):
    """The weighted mean gains of both sides, their difference with the ends of its interval, and its standard error."""

    public: float
    replica: float
    mean: float
    low: float
    high: float
    error: float
    freedom: float


class _Mean(NamedTuple):
    mean: float
    variance: float
    clusters: int


def compare_sides(public: Side, replica: Side, *, shares: bool) -> Excess:
    """Return the difference of the two mean gains.

    With `shares`, gains are of items passed: where no item of a side changed, nothing shows that none can, and Wilson's
    limit for 0 of its clusters stands for its error.

    Raises:
        BurnishError: a side has fewer than two clusters, so nothing tells how far its mean could lie off.
    """
    one, two = (
        _mean(side, name=name, shares=shares) for side, name in ((public, "public items"), (replica, "replicas"))
    )
    variance = one.variance + two.variance
    parts = [side.variance**2 / (side.clusters - 1) for side in (one, two)]
    freedom = variance**2 / sum(parts) if variance else MOST_FREEDOM
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * math.sqrt(variance)
    mean = one.mean - two.mean
    found = (one.mean, two.mean, mean, mean - half, mean + half, math.sqrt(variance), freedom)
    return Excess(*(round(value, DIGITS) + 0.0 for value in found))


def weigh_strata(strata: Sequence[str], *, shares: Sequence[str]) -> list[float]:
    """Return a weight for each item so that its stratum weighs as much as it does among `shares`."""
    own, theirs = ({cell: side.count(cell) for cell in set(side)} for side in (list(strata), list(shares)))
    return [theirs.get(cell, 0) / own[cell] for cell in strata]


def judge(excess: Excess, *, margin: float) -> Verdict:
    """Return `leak` where the whole interval lies above `margin`, `clean` where all of it lies below."""
    if excess.low > margin:
        return LEAK
    return CLEAN if excess.high < margin else UNDECIDED


def _mean(side: Side, *, name: str, shares: bool) -> _Mean:
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(side.clusters))}
    count = len(numbers)
    if count < 2:
        raise BurnishError(f"{count} families of {name} give no interval; raise params.yaml: replica_items.items")
    owners = [numbers[cluster] for cluster in side.clusters]
    weights = np.asarray(side.weights, dtype=np.float64)
    gains = np.asarray(side.gains, dtype=np.float64)
    sizes = np.bincount(owners, weights=weights, minlength=count)
    sums = np.bincount(owners, weights=weights * gains, minlength=count)
    mean = float(sums.sum() / sizes.sum())
    residuals = (sums - mean * sizes) / sizes.sum()
    variance = float(count / (count - 1) * np.sum(residuals**2))
    if shares and not gains.any():
        variance = (wilson(0, count).high / _Z) ** 2
    return _Mean(mean, variance, count)
