"""The report's charts: scores with intervals, a loss curve, shares, counts and times. Figures in, a picture out.

Every axis starts where it says; intervals are drawn as whiskers; what the eye compares stands on one scale.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from burnish.track.drawing import (
    LETTER_WIDTH,
    Picture,
    Scale,
    box,
    curve,
    dot,
    line,
    percent,
    round_steps,
    signed,
    text,
    whisker,
)

WIDTH = 880.0
ROW = 46.0
LEAST_RANGE = 5.0  # points on both sides of zero that the axis of differences shows at least
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
SMOOTHING = 0.1  # share of the points that a smoothed point averages over


class Estimate(NamedTuple):
    """A value and its interval, as shares or points."""

    value: float
    low: float
    high: float


def show_rate(rate: Estimate) -> str:
    """Return a share and its interval in words."""
    return f"{percent(rate.value)} ({percent(rate.low)} to {percent(rate.high)})"


def show_change(change: Estimate) -> str:
    """Return a difference in points and its interval in words."""
    return f"{signed(change.value)} ({signed(change.low)} to {signed(change.high)})"


class ScoreRow(NamedTuple):
    """One group of items: both models' pass rates, their paired difference in points, and the least one that would show."""

    label: str
    items: int
    base: Estimate
    tuned: Estimate
    difference: Estimate
    detectable: float | None


class Bar(NamedTuple):
    """A labelled amount in parts, with what is written at its end."""

    label: str
    parts: tuple[float, ...]
    note: str
    asked: float | None = None


def draw_scores(rows: Sequence[ScoreRow]) -> Picture:
    """Draw pass rates left and differences right, a row a group; shaded is what the items can't tell from zero."""
    left, top = 120.0, 44.0
    bottom = top + ROW * len(rows)
    bands = [LEAST_RANGE, *(row.detectable or 0 for row in rows)]
    ends = [*bands, *(-band for band in bands), *(end for row in rows for end in row.difference)]
    steps = round_steps(min([0, *ends]), max([0, *ends]), about=5)
    rate, change = Scale(0, 1, left, 500), Scale(steps[0], steps[-1], 560, WIDTH - 14)
    parts = [text(left, 14, "pass rate", kind="soft"), text(560, 14, "tuned − base, percentage points", kind="soft")]
    parts += _legend([("base-dot", "base"), ("tuned-dot", "tuned")], x=rate.end - 118, y=10)
    parts += _axis(rate, {share: percent(share, digits=0) for share in QUARTERS}, top=top - 8, bottom=bottom)
    labels = {step: signed(step, digits=0) for step in steps}
    parts += _axis(change, labels, top=top - 8, bottom=bottom)
    for number, row in enumerate(rows):
        parts += _score_row(row, y=top + ROW * (number + 0.5), rate=rate, change=change)
    parts.append(line(change(0), top - 8, change(0), bottom, kind="zero"))
    title = "Pass rates of base and tuned model by group, with 95\u202f% intervals"
    return Picture(title, WIDTH, bottom + 26, "".join(parts))


def _score_row(row: ScoreRow, *, y: float, rate: Scale, change: Scale) -> list[str]:
    band = []
    if row.detectable is not None:
        low, high = change(-row.detectable), change(row.detectable)
        least = f"minimum detectable effect: {row.detectable:.1f} points"
        band = [box(low, y - 15, high - low, 30, kind="band", hint=least)]
    return [
        text(0, y - 1, row.label, kind="strong"),
        text(0, y + 14, f"{row.items:,} items", kind="small"),
        *_estimate(row.base, y=y - 7, scale=rate, kind="base", hint=f"base: {show_rate(row.base)}"),
        *_estimate(row.tuned, y=y + 7, scale=rate, kind="tuned", hint=f"tuned: {show_rate(row.tuned)}"),
        *band,
        *_estimate(row.difference, y=y, scale=change, kind="tuned", hint=f"{show_change(row.difference)} points"),
    ]


def _estimate(estimate: Estimate, *, y: float, scale: Scale, kind: str, hint: str) -> list[str]:
    return [
        whisker(scale(estimate.low), scale(estimate.high), y, kind=f"{kind}-line"),
        dot(scale(estimate.value), y, kind=f"{kind}-dot", hint=hint),
    ]


def _axis(scale: Scale, labels: Mapping[float, str], *, top: float, bottom: float) -> list[str]:
    """Return a line across the chart at each value, with its label below."""
    parts = []
    for value, label in labels.items():
        parts += [line(scale(value), top, scale(value), bottom),
                  text(scale(value), bottom + 18, label, kind="tick", anchor="middle")]  # fmt: skip
    return parts


def draw_estimates(rows: Sequence[tuple[str, Estimate]], *, title: str) -> Picture:
    """Draw one estimate a row on a scale from 0 to 100 %."""
    left, top, height = 120.0, 10.0, 30.0
    scale, bottom = Scale(0, 1, left, 620), top + height * len(rows)
    parts = _axis(scale, {share: percent(share, digits=0) for share in QUARTERS}, top=top - 4, bottom=bottom)
    for number, (label, estimate) in enumerate(rows):
        y, words = top + height * (number + 0.5), show_rate(estimate)
        parts += [text(0, y + 4, label, kind="strong"), text(640, y + 4, words, kind="value"),
                  *_estimate(estimate, y=y, scale=scale, kind="tuned", hint=words)]  # fmt: skip
    return Picture(title, WIDTH, bottom + 26, "".join(parts))


def draw_training(points: Sequence[Mapping[str, float]]) -> Picture:
    """Draw loss over tokens, or reward where there is one, each step and smoothed, and below it the learning rate."""
    left, right, top, bottom = 56.0, WIDTH - 70, 14.0, 250.0
    drawn = "reward" if "reward" in points[0] else "loss"
    tokens, values = [point["tokens"] for point in points], [point[drawn] for point in points]
    x_steps, y_steps = round_steps(0, max(tokens), about=6), round_steps(0, max(0.0, *values), about=5)
    x, y = Scale(0, max(tokens), left, right), Scale(0, y_steps[-1], bottom, top)
    parts = [text(0, 10, drawn, kind="soft")]
    for step in y_steps:
        parts += [
            line(left, y(step), right, y(step)),
            text(left - 8, y(step) + 4, f"{step:g}", kind="tick", anchor="end"),
        ]
    smooth = smoothed(values)
    parts += [curve([(x(at), y(value)) for at, value in zip(tokens, values, strict=True)], kind="raw"),
              curve([(x(at), y(value)) for at, value in zip(tokens, smooth, strict=True)], kind="smooth"),
              text(right + 8, y(smooth[-1]) + 4, f"{smooth[-1]:.3f}", kind="value")]  # fmt: skip
    parts += _rate_panel(points, x=x, top=bottom + 34, bottom=bottom + 84)
    for step in x_steps:
        if step <= max(tokens):
            parts.append(text(x(step), bottom + 104, f"{step:,.0f}", kind="tick", anchor="middle"))
    parts.append(text(right, bottom + 122, "tokens", kind="soft", anchor="end"))
    return Picture(f"Training {drawn} over tokens, with the learning rate", WIDTH, bottom + 128, "".join(parts))


def _rate_panel(points: Sequence[Mapping[str, float]], *, x: Scale, top: float, bottom: float) -> list[str]:
    peak = max(point["learning_rate"] for point in points)
    y = Scale(0, peak, bottom, top)
    path = [(x(point["tokens"]), y(point["learning_rate"])) for point in points]
    return [
        text(0, top - 10, "learning rate", kind="soft"),
        line(x.start, bottom, x.end, bottom, kind="axis"), line(x.start, top, x.end, top),
        text(x.start - 8, top + 4, f"{peak:.3g}", kind="tick", anchor="end"),
        text(x.start - 8, bottom + 4, "0", kind="tick", anchor="end"),
        curve(path, kind="rate"),
    ]  # fmt: skip


def smoothed(values: Sequence[float]) -> list[float]:
    """Return the mean of each value and its neighbours on both sides, a tenth of all values together."""
    reach = max(1, round(len(values) * SMOOTHING / 2))
    windows = [values[max(0, at - reach) : at + reach + 1] for at in range(len(values))]
    return [sum(window) / len(window) for window in windows]


def draw_bars(
    bars: Sequence[Bar], *, title: str, legend: Sequence[str] = (), unit: str = "", shares: bool = False
) -> Picture:
    """Draw a horizontal bar a row, in coloured parts; an outline shows what was asked."""
    left = 20 + max((len(bar.label) for bar in bars), default=0) * 12 * LETTER_WIDTH
    right, top, height = WIDTH - 170, 30.0 if legend else 12.0, 24.0
    highest = max([sum(bar.parts) for bar in bars] + [bar.asked or 0 for bar in bars], default=1) or 1
    steps = round_steps(0, highest, about=5)
    scale, bottom = Scale(0, steps[-1], left, right), top + height * len(bars)
    kinds = ("bar", "bar-2", "bar-3")
    parts = _legend(list(zip(kinds, legend, strict=False)), x=left, y=8)
    labels = {step: percent(step, digits=0) if shares else f"{step:,g}" for step in steps}
    parts += _axis(scale, labels, top=top - 4, bottom=bottom)
    parts.append(text(right + 14, bottom + 18, unit, kind="soft"))
    for number, bar in enumerate(bars):
        y, at = top + height * number + 4, 0.0
        parts.append(text(left - 10, y + 12, bar.label, anchor="end"))
        for kind, part in zip(kinds, bar.parts, strict=False):
            parts.append(
                box(scale(at), y, scale(at + part) - scale(at), height - 8, kind=kind, hint=f"{bar.label}: {part:g}")
            )
            at += part
        if bar.asked is not None:
            parts.append(
                box(
                    scale(0), y - 2, scale(bar.asked) - scale(0), height - 4, kind="asked", hint=f"asked: {bar.asked:g}"
                )
            )
        parts.append(text(max(scale(at), scale(bar.asked or 0)) + 8, y + 12, bar.note, kind="value"))
    return Picture(title, WIDTH, bottom + 26, "".join(parts))


def _legend(entries: Sequence[tuple[str, str]], *, x: float, y: float) -> list[str]:
    parts = []
    for kind, name in entries:
        parts += [dot(x + 5, y, kind=kind), text(x + 14, y + 4, name, kind="soft")]
        x += 14 + len(name) * 12 * LETTER_WIDTH + 20
    return parts
