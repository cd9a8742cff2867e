"""95 % intervals for pass rates and their differences. Draws are seeded, so equal data give equal numbers.

Items made from one template succeed and fail together, so intervals resample whole clusters. Single items of a public
benchmark are clusters of one: Wilson's interval for their rate.
"""

import math
from collections.abc import Hashable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from burnish.seeds import fingerprint

RESAMPLES = 10_000
CONFIDENCE = 0.95
POWER = 0.8
DIGITS = 6
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)

Floats = npt.NDArray[np.float64]


class Estimate(NamedTuple):
    """A mean with the ends of its interval and its standard error, as shares of one."""

    mean: float
    low: float
    high: float
    error: float


def wilson(passed: float, count: float) -> Estimate:
    """Return the rate `passed / count` of independent items with Wilson's score interval (Wilson 1927)."""
    if count <= 0:
        raise ValueError("a rate needs items")
    rate, square = passed / count, _Z * _Z
    centre = (rate + square / (2 * count)) / (1 + square / count)
    half = _Z / (1 + square / count) * math.sqrt(rate * (1 - rate) / count + square / (4 * count * count))
    error = math.sqrt(rate * (1 - rate) / count)
    return _rounded(rate, min(rate, centre - half), max(rate, centre + half), error)


def clustered(values: Sequence[float], clusters: Sequence[Hashable], *, key: str) -> Estimate:
    """Return the mean of `values` with a percentile interval from resampling whole clusters.

    The cluster bootstrap (Efron and Tibshirani 1993). `key` names the comparison and seeds the draws.
    """
    sums, sizes = _by_cluster(values, clusters)
    means = _resample(sums, sizes, key=key)
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    mean = float(sums.sum() / sizes.sum())
    return _rounded(mean, min(mean, float(low)), max(mean, float(high)), float(means.std()))


def pass_rate(values: Sequence[float], clusters: Sequence[Hashable], *, key: str) -> Estimate:
    """Return a pass rate with its interval: clustered, and Wilson's where clusters are single items.

    Where no item differs from another, resampling would claim certainty; Wilson's interval over clusters is given then.
    """
    count = len(set(clusters))
    rate = sum(values) / len(values)
    if count == len(values) or rate in (0.0, 1.0):
        return wilson(rate * count, count)
    return clustered(values, clusters, key=key)


def paired_difference(changes: Sequence[float], clusters: Sequence[Hashable], *, key: str) -> Estimate:
    """Return the mean of `changes` between two models on equal items, with its interval by clusters.

    Where no item changed, resampling would claim that none can: Wilson's limit for 0 of the clusters is given both ways.
    """
    if any(changes):
        return clustered(changes, clusters, key=key)
    bound = wilson(0, len(set(clusters))).high
    return Estimate(0.0, -bound, bound, 0.0)


def minimum_detectable(error: float) -> float | None:
    """Return the difference that a two-sided 5 % test finds with 80 % power, from its standard error.

    None without an error: where nothing differs, the data don't tell what could be seen.
    """
    return round((_Z + NormalDist().inv_cdf(POWER)) * error, DIGITS) if error else None


def _by_cluster(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[Floats, Floats]:
    if not values or len(values) != len(clusters):
        raise ValueError(f"{len(values)} values for {len(clusters)} clusters")
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    sums, sizes = np.zeros(len(numbers)), np.zeros(len(numbers))
    for value, cluster in zip(values, clusters, strict=True):
        sums[numbers[cluster]] += value
        sizes[numbers[cluster]] += 1
    return sums, sizes


def _resample(sums: Floats, sizes: Floats, *, key: str) -> Floats:
    generator = np.random.Generator(np.random.PCG64(int(fingerprint("bootstrap", key), 16)))
    count = len(sums)
    draws = generator.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(np.float64)
    means: Floats = (draws @ sums) / (draws @ sizes)
    return means


def _rounded(mean: float, low: float, high: float, error: float) -> Estimate:
    return Estimate(*(round(value, DIGITS) + 0.0 for value in (mean, low, high, error)))
