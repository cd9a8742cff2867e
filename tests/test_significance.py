"""The paired test finds what is there and, where nothing is, errs as rarely as it says."""

import itertools

import numpy as np
import pytest

from burnish.significance import MOST_EXACT, adjust, sign_flip_test


def test_a_few_clusters_are_flipped_in_every_way() -> None:
    changes = [1.0, 0.5, -0.25, 1.0]
    sums = [
        abs(sum(s * c for s, c in zip(signs, changes, strict=True))) for signs in itertools.product((1, -1), repeat=4)
    ]
    expected = np.mean([one >= abs(sum(changes)) - 1e-9 for one in sums])
    assert sign_flip_test(changes, list("abcd"), key="k") == pytest.approx(expected)


def test_items_of_one_family_count_as_one_observation() -> None:
    changes = [1.0] * 40
    assert sign_flip_test(changes, ["one"] * 40, key="k") == 1.0
    assert sign_flip_test(changes, [number // 10 for number in range(40)], key="k") == 0.125
    assert sign_flip_test(changes, range(40), key="k") < 0.001


def test_nothing_changed_is_no_evidence() -> None:
    assert sign_flip_test([0.0, 0.0], ["a", "b"], key="k") == 1.0
    assert sign_flip_test([1.0, -1.0], ["a", "a"], key="k") == 1.0


def test_draws_repeat_and_agree_with_all_flips() -> None:
    generator = np.random.default_rng(1)
    few = list(generator.normal(0.4, 1, MOST_EXACT))
    exact = sign_flip_test(few, range(MOST_EXACT), key="k")
    drawn = sign_flip_test([*few, 1e-12], range(MOST_EXACT + 1), key="k")
    assert drawn == pytest.approx(exact, abs=0.015)
    assert sign_flip_test([*few, 1e-12], range(MOST_EXACT + 1), key="k") == drawn


def test_where_nothing_is_five_in_a_hundred_are_called_something() -> None:
    generator = np.random.default_rng(2)
    found = 0
    for trial in range(400):
        shared = generator.normal(0, 1, 12).repeat(5)  # a family's items move together
        found += (
            sign_flip_test(list(shared + generator.normal(0, 0.1, 60)), list(np.arange(60) // 5), key=f"{trial}")
            <= 0.05
        )
    assert 0.02 <= found / 400 <= 0.08


def test_false_discovery_rates_are_those_of_benjamini_and_hochberg() -> None:
    assert adjust([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5])
    assert adjust([]) == []
