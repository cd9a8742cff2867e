"""Charts put values where the axis says, draw intervals as whiskers, and are well-formed pictures."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.track.charts import (
    Bar,
    Estimate,
    ScoreRow,
    draw_bars,
    draw_estimates,
    draw_scores,
    draw_training,
    smoothed,
)
from burnish.track.drawing import Picture, Scale, round_steps, standalone

SVG = "{http://www.w3.org/2000/svg}"
ROW = ScoreRow("Seen", 40, Estimate(0.1, 0.05, 0.2), Estimate(0.6, 0.5, 0.7), Estimate(50, 40, 60), 9)


def elements(picture: Picture, tag: str, kind: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(standalone(picture))
    return [element.attrib for element in root.iter(f"{SVG}{tag}") if element.get("class") == kind]


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-3, 1e6), about=st.integers(2, 10))
@settings(deadline=None)
def test_steps_are_round_and_enclose_what_is_shown(low: float, span: float, about: int) -> None:
    steps = round_steps(low, low + span, about=about)
    width = steps[1] - steps[0]
    assert steps[0] <= low + 1e-6 * span and steps[-1] >= low + span - 1e-6 * max(span, abs(low))
    assert 2 <= len(steps) <= 2 * about + 2
    assert all(b - a == pytest.approx(width, rel=1e-3) for a, b in pairwise(steps))
    digits = float(f"{width:e}".partition("e")[0])
    assert min(abs(digits - one) for one in (1, 2, 5, 10)) < 1e-2


def test_equal_values_still_have_an_axis() -> None:
    assert round_steps(0, 0, about=5)[0] == 0 and len(round_steps(0, 0, about=5)) >= 2
    assert Scale(3, 3, 0, 10)(3) == 0


def test_scores_stand_at_their_place_on_the_axis() -> None:
    picture = draw_scores([ROW])
    scale = Scale(0, 1, 120, 500)
    base, _legend = sorted(elements(picture, "circle", "base-dot"), key=lambda dot: -float(dot["cy"]))
    assert float(base["cx"]) == pytest.approx(scale(0.1), abs=0.06)
    ends = sorted({float(line["x1"]) for line in elements(picture, "line", "base-line")})
    assert ends == pytest.approx([scale(0.05), scale(0.2)], abs=0.06)


def test_the_band_of_what_cannot_be_told_apart_is_around_zero() -> None:
    picture = draw_scores([ROW])
    (band,) = elements(picture, "rect", "band")
    (zero,) = elements(picture, "line", "zero")
    middle = float(band["x"]) + float(band["width"]) / 2
    assert middle == pytest.approx(float(zero["x1"]), abs=0.1)


def test_estimates_are_written_beside_their_whiskers() -> None:
    shown = standalone(draw_estimates([("f16", Estimate(0.5467, 0.466, 0.625))], title="files"))
    assert "54.7\u202f% (46.6\u202f% to 62.5\u202f%)" in shown


def test_the_loss_curve_goes_through_every_point() -> None:
    points = [{"tokens": 100.0 * step, "loss": 2.0 / step, "learning_rate": 1e-4} for step in range(1, 31)]
    picture = draw_training(points)
    (raw,) = elements(picture, "polyline", "raw")
    assert len(raw["points"].split()) == 30
    heights = [float(pair.split(",")[1]) for pair in raw["points"].split()]
    assert heights == sorted(heights), "a falling loss falls on the page"
    (rate,) = elements(picture, "polyline", "rate")
    assert len({pair.split(",")[1] for pair in rate["points"].split()}) == 1, "a constant rate is level"


def test_a_step_with_rewards_shows_them_and_not_its_loss() -> None:
    points = [{"tokens": 9.0 * n, "loss": -1e-3, "learning_rate": 1e-4, "reward": n / 10} for n in range(1, 6)]
    (raw,) = elements(draw_training(points), "polyline", "raw")
    heights = [float(pair.split(",")[1]) for pair in raw["points"].split()]
    assert heights == sorted(heights, reverse=True), "a rising reward rises on the page"


def test_one_point_is_a_curve_too() -> None:
    ElementTree.fromstring(standalone(draw_training([{"tokens": 10, "loss": 1.0, "learning_rate": 0.0}])))


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=80))
@settings(deadline=None)
def test_smoothing_stays_within_what_it_smooths(values: list[float]) -> None:
    smooth = smoothed(values)
    assert len(smooth) == len(values)
    assert min(values) - 1e-9 <= min(smooth) and max(smooth) <= max(values) + 1e-9


def test_smoothing_keeps_a_level_and_damps_a_spike() -> None:
    assert smoothed([3.0] * 50) == pytest.approx([3.0] * 50)
    assert max(smoothed([0.0] * 25 + [1.0] + [0.0] * 25)) < 0.25


def test_bars_are_as_long_as_their_parts_and_outlined_as_asked() -> None:
    picture = draw_bars(
        [Bar("code", (30, 10), "40", asked=50), Bar("tools", (20,), "20")], title="x", legend=("a", "b")
    )
    first, second = elements(picture, "rect", "bar")
    assert float(first["width"]) == pytest.approx(1.5 * float(second["width"]), abs=0.2)
    (part,) = elements(picture, "rect", "bar-2")
    assert float(part["x"]) == pytest.approx(float(first["x"]) + float(first["width"]), abs=0.2)
    (asked,) = elements(picture, "rect", "asked")
    assert float(asked["width"]) == pytest.approx(2.5 * float(second["width"]), abs=0.2)


def test_names_are_escaped() -> None:
    picture = draw_bars([Bar("<script>", (1,), "a & b")], title='say "hi"')
    assert "<script>" not in standalone(picture)
    ElementTree.fromstring(standalone(picture))


def test_a_picture_of_its_own_carries_its_colours() -> None:
    shown = standalone(draw_scores([ROW]))
    used = set(re.findall(r"var\((--[a-z-]+)\)", shown))
    assert used <= set(re.findall(r"(--[a-z-]+):", shown))
    assert "prefers-color-scheme: dark" in shown
