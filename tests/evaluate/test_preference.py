"""Preference accuracies are what counting gives, and following length earns nothing over its own baseline."""

from pathlib import Path
from typing import Any

import pytest

from burnish import shards
from burnish.errors import BurnishError
from burnish.evaluate.preference import PreferenceParams, run, won
from burnish.frontier_tables import MARGIN

PARAMS = PreferenceParams(bin_edges=[-5, 6])


def rows(*margins: float, per_token: float = -1.0) -> list[dict[str, Any]]:
    """Return pairs of lengths 20 against 10, 10 against 10, 10 against 20, again and again; the wrong answer gets -50."""
    lengths = [(20, 10), (10, 10), (10, 20)]
    return [
        {
            "id": f"p{number}", "model": "0" * 64, "category": f"c{number % 2}", "template": "t", "split": "unseen",
            "chosen_tokens": lengths[number % 3][0], "rejected_tokens": lengths[number % 3][1],
            "chosen_log_probability": -50.0 + margin, "rejected_log_probability": -50.0,
        }
        for number, margin in enumerate(margins)
    ]  # fmt: skip


def score(tmp_path: Path, *, base: list[dict[str, Any]], release: list[dict[str, Any]]) -> dict[str, Any]:
    for name, own in (("base", base), ("release", release)):
        shards.write_rows(tmp_path / name, own, schema=MARGIN)
    return dict(run(PARAMS, base=tmp_path / "base", release=tmp_path / "release"))


def test_accuracies_and_bins_are_what_counting_gives(tmp_path: Path) -> None:
    figures = score(tmp_path, base=rows(1, -1, 1, -1, 1, -1), release=rows(2, -2, 0.5, 1, 1, 0))
    points = figures["points"]
    assert points["base"]["sum"]["accuracy"]["mean"] == 0.5
    assert points["release"]["sum"]["accuracy"]["mean"] == pytest.approx(4.5 / 6)
    assert points["release"]["reward"]["accuracy"]["mean"] == pytest.approx(3.5 / 6), "+1, -1, -0.5, +2, 0, +1"
    assert figures["longer_wins"]["mean"] == 0.5
    assert [(one["from"], one["below"], one["pairs"], one["longer_wins"]) for one in figures["bins"]] == [
        (None, -5, 2, 0.0), (-5, 6, 2, 0.5), (6, None, 2, 1.0),
    ]  # fmt: skip
    assert figures["bins"][2]["accuracy"]["release_sum"] == 1.0
    assert figures["difference"]["sum"]["mean"] == pytest.approx(0.25)


def test_a_model_that_follows_length_has_nothing_over_the_baseline(tmp_path: Path) -> None:
    by_length = rows(1, 0, -1, 1, 0, -1)
    point = score(tmp_path, base=by_length, release=by_length)["points"]["release"]["sum"]
    assert point["over_longer"]["mean"] == 0.0 and point["over_longer"]["low"] < 0 < point["over_longer"]["high"]


def test_a_mean_of_a_token_does_not_follow_length(tmp_path: Path) -> None:
    point = score(tmp_path, base=rows(-10, 1, 10), release=rows(-10, 1, 10))["points"]["base"]
    assert point["sum"]["accuracy"]["mean"] == pytest.approx(2 / 3)
    assert point["per_token"]["accuracy"]["mean"] == pytest.approx(2 / 3), (
        "-3 against -5, -4.9 against -5, -4 against -2.5"
    )


def test_a_tie_decides_nothing() -> None:
    assert [won(margin) for margin in (3.0, 0.0, -0.0, -2.0)] == [1.0, 0.5, 0.5, 0.0]


def test_tables_that_do_not_match_are_errors(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="weren't asked the same pairs"):
        score(tmp_path, base=rows(1, 1), release=rows(1))
    with pytest.raises(BurnishError, match="isn't finite"):
        score(tmp_path, base=rows(float("nan")), release=rows(1))
    with pytest.raises(BurnishError, match="holds no pairs"):
        score(tmp_path, base=[], release=[])
    with pytest.raises(BurnishError, match="must rise"):
        run(PreferenceParams(bin_edges=[3, 3]), base=tmp_path, release=tmp_path)
