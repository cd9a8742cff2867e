"""95 % intervals for pass rates and their differences, from score tests, so that they hold where few answers differ.

Items made from one template succeed and fail together. The variance of a mean therefore comes from whole clusters (Liang
and Zeger 1986) with the correction for few of them, G / (G - 1), and counts by Student's t. A rate has Wilson's interval
and a paired difference Tango's, both for as many independent items as would have that variance.
"""

import math
from collections.abc import Callable, Hashable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from burnish.errors import BurnishError

CONFIDENCE = 0.95
POWER = 0.8
DIGITS = 6
FEWEST_CHANGED = 5  # clusters: fewer don't tell how much their items change together
HALVINGS = 60
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


class Estimate(NamedTuple):
    """A mean with the ends of its interval and its standard error, as shares of one."""

    mean: float
    low: float
    high: float
    error: float


class _Spread(NamedTuple):
    """A mean over items, its variance as clusters show it, and how many clusters there are."""

    mean: float
    variance: float
    clusters: int


def wilson(passed: float, count: float) -> Estimate:
    """Return the rate `passed / count` of independent items with Wilson's score interval (Wilson 1927)."""
    if count <= 0:
        raise ValueError("a rate needs items")
    rate = passed / count
    return _score(rate, count, quantile=_Z, error=math.sqrt(rate * (1 - rate) / count))


def clustered(values: Sequence[float], clusters: Sequence[Hashable]) -> Estimate:
    """Return the mean of unbounded `values` with a t interval over clusters.

    Raises:
        BurnishError: there is one cluster, so nothing tells how far its mean could lie off.
    """
    spread = _spread(values, clusters)
    if spread.clusters < 2:
        raise BurnishError(f"{len(values)} items of one family give no interval; ask items of at least two families")
    error = math.sqrt(spread.variance)
    half = _quantile(spread.clusters) * error
    return _rounded(spread.mean, spread.mean - half, spread.mean + half, error)


def pass_rate(values: Sequence[float], clusters: Sequence[Hashable]) -> Estimate:
    """Return the mean of `values` from 0 to 1 with Wilson's interval for the design effect (Franco et al. 2019).

    Where all values are 0, or all 1, or there is one cluster, clusters show no variance, and each counts as one item.
    """
    rate, variance, count = _spread(values, clusters)
    if count in (1, len(values)) or not 0 < rate < 1:
        return wilson(rate * count, count)
    alone = rate * (1 - rate)
    independent = min(len(values), alone / variance) if variance else len(values)
    return _score(rate, independent, quantile=_quantile(count), error=math.sqrt(alone / independent))


def paired_difference(changes: Sequence[float], clusters: Sequence[Hashable]) -> Estimate:
    """Return the mean of `changes`, from -1 to 1, between two models on equal items with Tango's interval.

    The score interval for paired rates (Tango 1998), as wide as the design effect makes it. Where fewer clusters changed
    than tell about that, each counts as one item: two models that answer alike aren't proved equal.
    """
    mean, variance, count = _spread(changes, clusters)
    gained, lost = sum(max(change, 0.0) for change in changes), sum(max(-change, 0.0) for change in changes)
    items = len(changes)
    if count == items:
        independent, quantile = float(items), _Z
    elif variance and len({own for change, own in zip(changes, clusters, strict=True) if change}) >= FEWEST_CHANGED:
        apart = (gained + lost - items * mean**2) / items**2
        independent, quantile = min(items, items * apart / variance), _quantile(count)
    else:
        independent, quantile = float(count), _Z
    scale = independent / items
    low, high = _tango(scale * gained, scale * lost, independent, quantile=quantile)
    return _rounded(mean, min(mean, low), max(mean, high), math.sqrt(variance))


def minimum_detectable(error: float) -> float | None:
    """Return the difference that a two-sided 5 % test finds with 80 % power, from its standard error.

    None without an error: where nothing differs, the data don't tell what could be seen.
    """
    return round((_Z + NormalDist().inv_cdf(POWER)) * error, DIGITS) if error else None


def _score(rate: float, count: float, *, quantile: float, error: float) -> Estimate:
    square = quantile * quantile
    centre = (rate + square / (2 * count)) / (1 + square / count)
    half = quantile / (1 + square / count) * math.sqrt(rate * (1 - rate) / count + square / (4 * count * count))
    return _rounded(rate, min(rate, centre - half), max(rate, centre + half), error)


def _tango(gained: float, lost: float, count: float, *, quantile: float) -> tuple[float, float]:
    """Return the differences at which the score test of `gained` against `lost` of `count` items just holds."""

    def test(difference: float) -> float:
        """Return the score statistic; the rate of losses is the likeliest one at that difference."""
        middle = (2 * count - gained + lost) * difference - gained - lost
        root = math.sqrt(max(0.0, middle**2 + 8 * count * lost * difference * (1 - difference)))
        variance = count * ((root - middle) / (2 * count) + difference * (1 - difference))
        beyond = gained - lost - count * difference
        return beyond / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, beyond) if beyond else 0.0

    mean = (gained - lost) / count
    return _halve(test, -1.0, mean, target=quantile), _halve(test, mean, 1.0, target=-quantile)


def _halve(falling: Callable[[float], float], low: float, high: float, *, target: float) -> float:
    """Return where a falling function passes `target` between `low` and `high`."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > target else (low, middle)
    return (low + high) / 2


def _spread(values: Sequence[float], clusters: Sequence[Hashable]) -> _Spread:
    if not values or len(values) != len(clusters):
        raise ValueError(f"{len(values)} values for {len(clusters)} clusters")
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    owners, count = [numbers[cluster] for cluster in clusters], len(numbers)
    sums, sizes = np.bincount(owners, weights=values), np.bincount(owners)
    mean = float(sums.sum() / sizes.sum())
    residuals = (sums - mean * sizes) / sizes.sum()
    variance = count / (count - 1) * float(residuals @ residuals) if count > 1 else 0.0
    return _Spread(mean, variance if variance > 1e-18 else 0.0, count)


def _quantile(clusters: int) -> float:
    return float(stdtrit(clusters - 1, (1 + CONFIDENCE) / 2)) if clusters > 1 else _Z


def _rounded(mean: float, low: float, high: float, error: float) -> Estimate:
    return Estimate(*(round(value, DIGITS) + 0.0 for value in (mean, low, high, error)))
