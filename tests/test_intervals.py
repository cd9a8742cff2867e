"""Intervals agree with published values, cover what they promise, and are the same on every call."""

import random

import pytest

from burnish.intervals import clustered, minimum_detectable, paired_difference, pass_rate, wilson


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


def draw(count: int, *, clusters: int, spread: float, seed: int) -> tuple[list[float], list[int]]:
    """Pass or fail in clusters whose rates differ by `spread` around one half."""
    source = random.Random(seed)
    rates = [0.5 + source.choice((-spread, spread)) for _ in range(clusters)]
    owners = [number % clusters for number in range(count)]
    return [float(source.random() < rates[owner]) for owner in owners], owners


def test_items_that_succeed_together_count_less() -> None:
    values, owners = draw(200, clusters=10, spread=0.45, seed=1)
    together = clustered(values, owners, key="x")
    apart = wilson(sum(values), len(values))
    assert together.mean == apart.mean
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_clusters_of_independent_items_give_about_the_plain_interval() -> None:
    values, owners = draw(400, clusters=40, spread=0.0, seed=2)
    together, apart = clustered(values, owners, key="x"), wilson(sum(values), len(values))
    assert together.high - together.low == pytest.approx(apart.high - apart.low, rel=0.25)


def test_the_clustered_interval_covers_the_truth_as_often_as_it_says() -> None:
    hits = 0
    for seed in range(100):
        estimate = clustered(*draw(160, clusters=40, spread=0.3, seed=seed), key=str(seed))
        hits += estimate.low <= 0.5 <= estimate.high
    assert 0.90 <= hits / 100 <= 0.99


def test_equal_data_give_equal_numbers_and_another_key_other_draws() -> None:
    values, owners = draw(60, clusters=12, spread=0.3, seed=3)
    assert clustered(values, owners, key="a") == clustered(values, owners, key="a")
    assert clustered(values, owners, key="a").error != clustered(values, owners, key="b").error


def test_certainty_is_not_claimed_where_nothing_differs() -> None:
    none = pass_rate([0.0] * 60, [number % 20 for number in range(60)], key="x")
    assert (none.mean, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(0.1611, abs=5e-5), "Wilson's limit for 0 of 20 clusters, not of 60 items"
    assert pass_rate([1.0] * 60, [number % 20 for number in range(60)], key="x").low == pytest.approx(1 - none.high)


def test_two_models_that_answer_alike_are_not_proved_equal() -> None:
    same = paired_difference([0.0] * 60, [number % 20 for number in range(60)], key="x")
    assert (same.mean, same.low) == (0.0, -same.high)
    assert same.high == pytest.approx(0.1611, abs=5e-5)
    some = paired_difference([1.0, *[0.0] * 59], [number % 20 for number in range(60)], key="x")
    assert some == clustered([1.0, *[0.0] * 59], [number % 20 for number in range(60)], key="x")


def test_single_items_get_wilsons_interval() -> None:
    values = [1.0] * 30 + [0.0] * 70
    assert pass_rate(values, list(range(100)), key="x") == wilson(30, 100)


def test_the_detectable_difference_is_that_of_the_textbook() -> None:
    # two groups of 164 at one half: 2.8016 standard errors of the difference
    error = (2 * 0.25 / 164) ** 0.5
    assert minimum_detectable(error) == pytest.approx(0.1547, abs=5e-5)
    assert minimum_detectable(0.0) is None


def test_values_without_clusters_are_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 1 clusters"):
        clustered([1.0, 0.0], ["a"], key="x")
