"""Small SVG: elements as text, round axis steps, and the look that all pictures share.

Colours come from classes, so one picture follows the light or dark page around it; alone, it carries its own style.
"""

import math
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from typing import NamedTuple

LETTER_WIDTH = 0.56  # of the font size, for the sans-serif faces of the style


class Picture(NamedTuple):
    """An SVG without its outer element: what it shows in words, its size and its elements."""

    title: str
    width: float
    height: float
    body: str


class Scale(NamedTuple):
    """Maps values from `low` to `high` onto pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value; what lies outside is drawn at the edge."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / ((self.high - self.low) or 1) * (self.end - self.start)


def round_steps(low: float, high: float, *, about: int) -> list[float]:
    """Return round values (1, 2 or 5 times a power of ten) that enclose `low` to `high` in about that many steps."""
    span = (high - low) or abs(high) or 1.0
    rough = span / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, max(last, first + 1) + 1)]


def percent(share: float, *, digits: int = 1) -> str:
    """Return a share as `12.3 %`."""
    return f"{share * 100:.{digits}f}\u202f%"


def signed(value: float, *, digits: int = 1) -> str:
    """Return a difference with its sign, a true minus if it is below zero, none if it is rounded to zero."""
    shown = f"{value:+.{digits}f}"
    return shown.replace("-", "\u2212") if float(shown) else shown[1:]


def text(x: float, y: float, content: str, *, kind: str = "label", anchor: str = "start") -> str:
    """Return a line of text with its base at (x, y)."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str = "grid") -> str:
    """Return a straight line."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def box(x: float, y: float, width: float, height: float, *, kind: str, radius: float = 0, hint: str = "") -> str:
    """Return a rectangle; `hint` is shown when the pointer rests on it."""
    inside = f"<title>{escape(hint)}</title>" if hint else ""
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'rx="{radius:g}">{inside}</rect>'
    )


def dot(x: float, y: float, *, kind: str, radius: float = 4.5, hint: str = "") -> str:
    """Return a circle."""
    inside = f"<title>{escape(hint)}</title>" if hint else ""
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}">{inside}</circle>'


def curve(points: Iterable[tuple[float, float]], *, kind: str) -> str:
    """Return straight pieces through `points`."""
    return f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def whisker(low: float, high: float, y: float, *, kind: str) -> str:
    """Return an interval as a line with short ends."""
    return (
        line(low, y, high, y, kind=kind)
        + line(low, y - 4, low, y + 4, kind=kind)
        + line(high, y - 4, high, y + 4, kind=kind)
    )


def inline(picture: Picture) -> str:
    """Return the picture as an element of a page that has the style."""
    return _element(picture, style="", margin=0)


def standalone(picture: Picture) -> str:
    """Return the picture as a file of its own, on its own ground."""
    style = f"<style>{read_style('picture.css', 'colours.css')}</style>"
    return _element(picture, style=style, margin=20)


def read_style(*names: str) -> str:
    """Return style sheets of the package, joined."""
    return "".join((files("burnish.track") / "templates" / name).read_text() for name in names)


def _element(picture: Picture, *, style: str, margin: float) -> str:
    width, height = picture.width + 2 * margin, picture.height + 2 * margin
    ground = box(-margin, -margin, width, height, kind="ground", radius=8) if margin else ""
    view = f'viewBox="{-margin:g} {-margin:g} {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    name = f'role="img" aria-label="{escape(picture.title)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {view} {name}>{style}{ground}{picture.body}</svg>\n'
