"""The report's picture of where rows went: a Sankey diagram, wide as the number of rows. Counts in, a picture out.

All flows of a picture stand on one scale, so that their widths can be compared; what was kept comes first, then reasons by
size, and the smallest reasons are one.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from burnish.track.drawing import Picture, box, percent, text

WIDTH, LEFT, RIGHT, BAR = 880.0, 110.0, 390.0, 12.0
TALLEST = 250.0  # pixels of the largest flow
SLOT, GAP, BETWEEN = 16.0, 3.0, 34.0  # least height of a label, space between two, between two flows
SHOWN = 9  # reasons by name
LETTERS = 58  # of a reason; all of it is in the hint


class Flow(NamedTuple):
    """Rows that were read, how many of them were kept, and how many were dropped for each reason."""

    name: str
    kept: int
    dropped: Mapping[str, int]

    @property
    def read(self) -> int:
        """All rows that came in."""
        return self.kept + sum(self.dropped.values())


def draw_flows(flows: Sequence[Flow], *, title: str) -> Picture:
    """Draw each flow from its source on the left to what became of its rows on the right."""
    scale = TALLEST / max([flow.read for flow in flows] + [1])
    parts, top = [], 8.0
    for flow in flows:
        drawn, height = _draw_flow(flow, top=top, scale=scale)
        parts += drawn
        top += height + BETWEEN
    return Picture(title, WIDTH, top - BETWEEN + 8, "".join(parts))


def _draw_flow(flow: Flow, *, top: float, scale: float) -> tuple[list[str], float]:
    ends = [("kept", flow.kept), *_largest(flow.dropped)]
    heights = [count * scale for _, count in ends]
    slots = [max(height, SLOT) for height in heights]
    whole = sum(slots) + GAP * (len(slots) - 1)
    start = top + (whole - flow.read * scale) / 2
    middle = start + flow.read * scale / 2
    parts = [
        box(LEFT, start, BAR, flow.read * scale, kind="source", hint=f"{flow.name}: {flow.read:,}"),
        text(LEFT - 10, middle - 2, flow.name, kind="strong", anchor="end"),
        text(LEFT - 10, middle + 13, f"{flow.read:,} read", kind="small", anchor="end"),
    ]
    at, end = start, top
    for (label, count), height, slot in zip(ends, heights, slots, strict=True):
        kind = "kept" if label == "kept" else "dropped"
        share = percent(count / max(flow.read, 1))
        target = end + (slot - height) / 2
        parts += [
            _ribbon(at, target, height, kind=kind, hint=f"{label}: {count:,} ({share})"),
            box(RIGHT, target, BAR / 2, max(height, 1), kind=f"end-{kind}"),
            text(
                RIGHT + 14,
                end + slot / 2 + 4,
                _shorten(label),
                kind="strong" if kind == "kept" else "label",
            ),
            text(WIDTH - 2, end + slot / 2 + 4, f"{count:,} · {share}", kind="value", anchor="end"),
        ]
        at, end = at + height, end + slot + GAP
    return parts, whole


def _largest(dropped: Mapping[str, int]) -> list[tuple[str, int]]:
    ordered = sorted(dropped.items(), key=lambda entry: (-entry[1], entry[0]))
    if len(ordered) <= SHOWN + 1:
        return ordered
    rest = ordered[SHOWN:]
    return [*ordered[:SHOWN], (f"{len(rest)} other reasons", sum(count for _, count in rest))]


def _shorten(label: str) -> str:
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}…"


def _ribbon(start: float, end: float, height: float, *, kind: str, hint: str) -> str:
    left, right = LEFT + BAR, RIGHT
    middle, below = (left + right) / 2, start + height
    shape = (
        f"M{left:.1f},{start:.1f}C{middle:.1f},{start:.1f} {middle:.1f},{end:.1f} {right:.1f},{end:.1f}"
        f"V{end + height:.1f}C{middle:.1f},{end + height:.1f} {middle:.1f},{below:.1f} {left:.1f},{below:.1f}Z"
    )
    return f'<path class="flow-{kind}" d="{shape}"><title>{escape(hint)}</title></path>'
