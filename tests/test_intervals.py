"""Intervals agree with published values, cover what they promise, and are the same on every call."""

import math
import random
from collections.abc import Callable

import numpy as np
import pytest

from burnish.errors import BurnishError
from burnish.intervals import Estimate, clustered, minimum_detectable, paired_difference, pass_rate, wilson


@pytest.mark.parametrize(
    ("passed", "count", "low", "high"),
    # Newcombe 1998, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_limits(passed: int, count: int, low: float, high: float) -> None:
    estimate = wilson(passed, count)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_an_interval_holds_its_mean_and_stays_within_its_bounds() -> None:
    for passed in range(11):
        estimate = wilson(passed, 10)
        assert 0 <= estimate.low <= estimate.mean <= estimate.high <= 1


# Lost and won of so many: Newcombe 1998b, table II, first the score interval of Tango's comment on it, else by its roots.
@pytest.mark.parametrize(
    ("won", "lost", "count", "low", "high"),
    [
        (12, 2, 50, 0.0611, 0.3447),
        (0, 0, 110, -0.0337, 0.0337),
        (110, 0, 110, 0.9325, 1.0),
        (4, 5, 164, -0.0486, 0.0350),
    ],
)
def test_single_items_that_change_get_tangos_limits(won: int, lost: int, count: int, low: float, high: float) -> None:
    changes = [1.0] * won + [-1.0] * lost + [0.0] * (count - won - lost)
    estimate = paired_difference(changes, range(count))
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)
    other = paired_difference([-change for change in changes], range(count))
    assert (other.low, other.high) == pytest.approx((-high, -low), abs=5e-5)


def test_tangos_limits_are_where_the_score_test_just_holds() -> None:
    """The test by hand: the likeliest rate of losses at a difference maximises the likelihood of the three counts."""
    won, lost, count = 7, 3, 40
    low = paired_difference([1.0] * won + [-1.0] * lost + [0.0] * 30, range(count)).low
    rates = np.linspace(1e-6, 1 - 1e-6, 400_001)
    gains = rates + low
    inside = (gains > 0) & (1 - gains - rates > 0)
    rates, gains = rates[inside], gains[inside]
    likely = rates[np.argmax(won * np.log(gains) + lost * np.log(rates) + 30 * np.log(1 - gains - rates))]
    variance = (2 * likely + low - low * low) / count
    assert ((won - lost) / count - low) / math.sqrt(variance) == pytest.approx(1.96, abs=1e-3)


def draw(count: int, *, clusters: int, spread: float, seed: int) -> tuple[list[float], list[int]]:
    """Pass or fail in clusters whose rates differ by `spread` around one half."""
    source = random.Random(seed)
    rates = [0.5 + source.choice((-spread, spread)) for _ in range(clusters)]
    owners = [number % clusters for number in range(count)]
    return [float(source.random() < rates[owner]) for owner in owners], owners


def test_items_that_succeed_together_count_less() -> None:
    values, owners = draw(200, clusters=10, spread=0.45, seed=1)
    apart = wilson(sum(values), len(values))
    for together in (clustered(values, owners), pass_rate(values, owners)):
        assert together.mean == apart.mean
        assert together.high - together.low > 2 * (apart.high - apart.low)


def test_clusters_of_independent_items_give_about_the_plain_interval() -> None:
    values, owners = draw(400, clusters=40, spread=0.0, seed=2)
    apart = wilson(sum(values), len(values))
    for together in (clustered(values, owners), pass_rate(values, owners)):
        assert together.high - together.low == pytest.approx(apart.high - apart.low, rel=0.25)


def misses(draw_items: Callable[[random.Random], tuple[list[float], list[int]]], *, truth: float,
           interval: Callable[[list[float], list[int]], Estimate], draws: int = 4000) -> tuple[float, float]:  # fmt: skip
    """Return how often the truth lies below and above the interval."""
    source, below, above = random.Random(5), 0, 0
    for _ in range(draws):
        found = interval(*draw_items(source))
        below += truth < found.low
        above += truth > found.high
    return below / draws, above / draws


@pytest.mark.parametrize(
    ("clusters", "size", "rate", "resemblance"),
    [(12, 6, 0.09, 0.1), (12, 6, 0.5, 0.2), (16, 8, 0.48, 0.3), (40, 4, 0.5, 0.3), (110, 1, 0.1, 0.0)],
)
def test_pass_rates_cover_the_truth_as_often_as_they_say(
    clusters: int, size: int, rate: float, resemblance: float
) -> None:
    """Also where families are few; items of one resemble each other (beta-binomial)."""

    def draw_items(source: random.Random) -> tuple[list[float], list[int]]:
        owners = [number for number in range(clusters) for _ in range(size)]
        spread = 1 / resemblance - 1 if resemblance else 0.0
        own = [source.betavariate(rate * spread, (1 - rate) * spread) if spread else rate for _ in range(clusters)]
        return [float(source.random() < own[owner]) for owner in owners], owners

    assert 0.03 <= sum(misses(draw_items, truth=rate, interval=pass_rate)) <= 0.07


@pytest.mark.parametrize(
    ("clusters", "size", "lose", "win", "resemblance"),
    [
        (164, 1, 0.055, 0.005, 0.0),
        (164, 1, 0.04, 0.03, 0.0),
        (16, 8, 0.05, 0.2, 0.2),
        (24, 6, 0.1, 0.1, 0.2),
        (40, 4, 0.1, 0.3, 0.3),
        (16, 8, 0.02, 0.5, 0.2),
    ],
)
def test_differences_cover_the_truth_as_often_as_they_say(
    clusters: int, size: int, lose: float, win: float, resemblance: float
) -> None:
    """Items of one family resemble each other in what they lose and in what they win."""
    spread = 1 / resemblance - 1 if resemblance else 0.0

    def draw_rates(source: random.Random) -> tuple[float, float]:
        """Return a family's rates of losses and of gains among what isn't lost."""
        gain = win / (1 - lose)
        if not spread:
            return lose, gain
        return source.betavariate(lose * spread, (1 - lose) * spread), source.betavariate(
            gain * spread, (1 - gain) * spread
        )

    def draw_items(source: random.Random) -> tuple[list[float], list[int]]:
        return draw_changes(source, clusters=clusters, size=size, draw_rates=draw_rates)

    assert 0.03 <= sum(misses(draw_items, truth=win - lose, interval=paired_difference)) <= 0.07


@pytest.mark.parametrize(
    ("clusters", "size", "lose", "win", "fewest"), [(108, 9, 0.005, 0.02, 0.03), (16, 8, 0.02, 0.5, 0.02)]
)
def test_losses_that_few_families_have_are_seldom_denied(
    clusters: int, size: int, lose: float, win: float, fewest: float
) -> None:
    """The lower end, by which "not worse" is judged; where gains come one by one, few families are covered 97.3 %."""

    def draw_rates(source: random.Random) -> tuple[float, float]:
        losing = source.betavariate(lose * 4, (1 - lose) * 4)
        return losing, min(1.0, win / (1 - losing)) if losing < 1 else 0.0

    def draw_items(source: random.Random) -> tuple[list[float], list[int]]:
        return draw_changes(source, clusters=clusters, size=size, draw_rates=draw_rates)

    below, above = misses(draw_items, truth=win - lose, interval=paired_difference)
    assert fewest <= below + above <= 0.07 and below <= 0.045


def draw_changes(source: random.Random, *, clusters: int, size: int,
                 draw_rates: Callable[[random.Random], tuple[float, float]]) -> tuple[list[float], list[int]]:  # fmt: skip
    """Return what items gained, family by family: lost at its first rate, won at its second among what isn't lost."""
    changes, owners = [], []
    for cluster in range(clusters):
        losing, gaining = draw_rates(source)
        for _ in range(size):
            point = source.random()
            changes.append(-1.0 if point < losing else 1.0 if point > 1 - (1 - losing) * gaining else 0.0)
            owners.append(cluster)
    return changes, owners


def test_certainty_is_not_claimed_where_nothing_differs() -> None:
    owners = [number % 20 for number in range(60)]
    none = pass_rate([0.0] * 60, owners)
    assert (none.mean, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(0.1611, abs=5e-5), "Wilson's limit for 0 of 20 clusters, not of 60 items"
    assert pass_rate([1.0] * 60, owners).low == pytest.approx(1 - none.high)
    same, better = paired_difference([0.0] * 60, owners), paired_difference([1.0] * 60, owners)
    assert (same.mean, same.low) == (0.0, -same.high)
    assert same.high == pytest.approx(0.1611, abs=5e-5)
    assert better.high == 1.0 and better.low == pytest.approx(1 - 2 * 0.1611, abs=1e-4)


def test_one_changed_item_tells_hardly_more_than_none() -> None:
    none = paired_difference([0.0] * 110, range(110))
    one = paired_difference([1.0, *[0.0] * 109], range(110))
    assert none.low < one.low < none.low + 1.1 / 110


def test_one_family_is_no_proof() -> None:
    together = ["a"] * 6
    assert pass_rate([1, 0, 1, 1, 1, 0], together).low < 0.1 and pass_rate([1, 0, 1, 1, 1, 0], together).high > 0.9
    assert paired_difference([1, 0, 0, -1, 1, 1], together).low < -0.5
    assert pass_rate([1, 0, 1, 0], list("aabb")).high - pass_rate([1, 0, 1, 0], list("aabb")).low > 0.9
    with pytest.raises(BurnishError, match="6 items of one family give no interval"):
        clustered([-1.5, -1.2, -1.0, -1.1, -1.4, -1.3], together)


def test_single_items_get_wilsons_interval() -> None:
    values = [1.0] * 30 + [0.0] * 70
    assert pass_rate(values, list(range(100))) == wilson(30, 100)


def test_the_detectable_difference_is_that_of_the_textbook() -> None:
    # two groups of 164 at one half: 2.8016 standard errors of the difference
    error = (2 * 0.25 / 164) ** 0.5
    assert minimum_detectable(error) == pytest.approx(0.1547, abs=5e-5)
    assert minimum_detectable(0.0) is None


def test_values_without_clusters_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 1 clusters"):
        clustered([1.0, 0.0], ["a"])
