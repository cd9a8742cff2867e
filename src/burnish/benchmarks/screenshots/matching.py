"""Two layouts to how near one comes to the other: coverage, text, position and colour of matched blocks.

After Design2Code (Si et al. 2024), on blocks of the document and without CLIP, whose share a blank page earns too. Everything
is weighed by coverage: a few right words are no page.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from burnish.benchmarks.screenshots.blocks import FIELD, PICTURE, Block, Layout

MIN_SIMILARITY = 0.5
# Of two equal texts the nearer one is taken; never a less similar text because it is nearer.
NEARNESS = 1e-3
WHITE = (0.95047, 1.0, 1.08883)  # D65
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
MOST_DIFFERENCE = 100.0  # black to white


class Match(NamedTuple):
    """Shares of one: `coverage` the area that matched blocks have in common among all of both pages, the others of them."""

    coverage: float
    text: float
    position: float
    colour: float

    @property
    def score(self) -> float:
        """1 for the same page, 0 where nothing matches."""
        return round(self.coverage * (1 + self.text + self.position + self.colour) / 4, 6)


NOTHING = Match(0.0, 0.0, 0.0, 0.0)


def match_layouts(shown: Layout, *, wanted: Layout) -> Match:
    """Return how near the layout that is shown comes to the wanted one."""
    if not shown.blocks or not wanted.blocks:
        return NOTHING
    pairs = _pair(shown, wanted)
    if not pairs:
        return NOTHING
    matched = sum(2 * min(one.area, other.area) for one, other, _ in pairs)
    every = sum(one.area for one in (*shown.blocks, *wanted.blocks))
    parts = (
        matched / every,
        _mean([similarity for *_, similarity in pairs]),
        _mean([1 - min(1.0, _distance(one, other, wanted)) for one, other, _ in pairs]),
        _mean([_likeness(one, other) for one, other, _ in pairs]),
    )
    return Match(*(round(part, 6) for part in parts))


def difference(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how far two sRGB colours lie apart in CIELAB (delta E 1976); black and white are 100 apart."""
    return float(np.linalg.norm(_lab(one) - _lab(other)))


def _pair(shown: Layout, wanted: Layout) -> list[tuple[Block, Block, float]]:
    alike = np.array([[_similarity(one.text, other.text) for other in wanted.blocks] for one in shown.blocks])
    near = np.array([[1 - min(1.0, _distance(one, other, wanted)) for other in wanted.blocks] for one in shown.blocks])
    rows, columns = linear_sum_assignment(alike + NEARNESS * near, maximize=True)
    return [
        (shown.blocks[row], wanted.blocks[column], float(alike[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if alike[row, column] >= MIN_SIMILARITY
    ]


def _similarity(one: str, other: str) -> float:
    if one != other and {one, other} & {FIELD, PICTURE}:
        return 0.0
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def _distance(one: Block, other: Block, wanted: Layout) -> float:
    """Return the larger of the shares of the page's width and height by which two centres lie apart."""
    (left, top), (right, bottom) = one.centre, other.centre
    return max(abs(left - right) / wanted.width, abs(top - bottom) / wanted.height)


def _likeness(one: Block, other: Block) -> float:
    apart = [difference(one.colour, other.colour), difference(one.back, other.back)]
    return 1 - min(1.0, sum(apart) / (len(apart) * MOST_DIFFERENCE))


def _lab(colour: Sequence[float]) -> npt.NDArray[np.float64]:
    share = np.array(colour[:3], dtype=np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    ratios = TO_XYZ @ linear / np.array(WHITE)
    x, y, z = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
