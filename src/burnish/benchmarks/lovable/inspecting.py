"""A page as it stands to how well it is made: accessibility, widths, layout, hygiene. Each is a share of one.

Accessibility is axe-core's rules of WCAG 2 A and AA; the layout is measured on the boxes of the document, without a picture.
All scripts run in the tester's world, so that the page can't change what they find.
"""

import functools
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from burnish.benchmarks.lovable.pages import WIDTHS, Page, Unable
from burnish.chromium import Refused
from burnish.npm_packages import find_package

AXE = """(async () => {
  const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    resultTypes: ["violations"] });
  return found.violations.map((one) => one.id).sort();
})()"""
# A rule that is broken costs this much.
COST_OF_RULE = 0.25
MEASURE = """(() => {
  const root = document.documentElement;
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(node).visibility !== "hidden";
  };
  const all = (selector) => Array.from(document.querySelectorAll(selector)).filter(shown);
  const controls = all("button, input, select, textarea, a[href]");
  const boxes = controls.map((node) => node.getBoundingClientRect());
  const covers = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  let overlaps = 0;
  for (let i = 0; i < Math.min(boxes.length, 60); i++) {
    for (let j = i + 1; j < Math.min(boxes.length, 60); j++) {
      if (covers(boxes[i], boxes[j]) && !controls[i].contains(controls[j]) && !controls[j].contains(controls[i])) overlaps++;
    }
  }
  const aimed = all("button, select, textarea, input:not([type=checkbox]):not([type=radio])");
  const heading = all("h1")[0];
  const first = controls[0];
  const after = Node.DOCUMENT_POSITION_FOLLOWING;
  const before = heading && (!first || heading.compareDocumentPosition(first) & after)
    && (!first || heading.getBoundingClientRect().top <= first.getBoundingClientRect().top);
  const clipped = all("h1, h2, p, li, label, button").filter((node) => node.scrollWidth > node.clientWidth + 1
    && getComputedStyle(node).overflowX !== "visible" && getComputedStyle(node).display !== "inline");
  const small = aimed.filter((node) => { const box = node.getBoundingClientRect(); return box.width < 24 || box.height < 24; });
  return {
    controls: controls.length, overflow: root.scrollWidth > root.clientWidth + 1,
    out: boxes.filter((box) => box.left < -1 || box.right > root.clientWidth + 1).length,
    overlaps, small: small.length, heading: Boolean(before), clipped: clipped.length,
  };
})()"""
HYGIENE = """(() => ({
  doctype: document.compatMode === "CSS1Compat", language: Boolean(document.documentElement.lang),
  title: Boolean(document.title.trim()), viewport: Boolean(document.querySelector("meta[name=viewport][content]")),
}))()"""
MAKE = ("accessibility", "widths", "layout", "hygiene", "offline")


class Look(NamedTuple):
    """What was found on a page: its shares by name of `MAKE`, and what is wrong, in words."""

    shares: Mapping[str, float]
    faults: tuple[str, ...]


@functools.cache
def _axe_source() -> str:
    return (find_package("axe-core") / "axe.min.js").read_text()


def require_axe() -> None:
    """Raise a `BurnishError` unless axe-core is installed, with the way to get it."""
    _axe_source()


def inspect(page: Page) -> Look:
    """Look at a page in its present state; what can't be examined earns nothing."""
    try:
        return _inspect(page)
    except (Unable, Refused):
        return Look(dict.fromkeys(MAKE, 0.0), ("the page can't be examined",))


def _inspect(page: Page) -> Look:
    broken = page.run(f"{_axe_source()};\n{AXE}")
    if not isinstance(broken, list):
        raise Unable("axe-core gave no list")
    measures = {}
    for width in WIDTHS:
        page.set_width(width)
        measures[width] = page.run(MEASURE)
    page.set_width(WIDTHS[-1])
    tidy = {**page.run(HYGIENE), "no errors": not page.errors}
    fitting = [not one["overflow"] and not one["out"] for one in measures.values()]
    layout = {name: all(_LAYOUT[name](one) for one in measures.values()) for name in _LAYOUT}
    shares = {
        "accessibility": max(0.0, 1 - COST_OF_RULE * len(broken)), "widths": sum(fitting) / len(fitting),
        "layout": sum(layout.values()) / len(layout), "hygiene": sum(map(bool, tidy.values())) / len(tidy),
        "offline": float(not page.outside),
    }  # fmt: skip
    faults = [f"accessibility: {json.dumps(rule)[1:-1]}" for rule in broken]
    faults += [
        f"{width} px wide: something lies outside" for width, fits in zip(WIDTHS, fitting, strict=True) if not fits
    ]
    faults += [f"layout: {name}" for name, good in layout.items() if not good]
    faults += [
        f"hygiene: no {name.removeprefix('no ')}" for name, good in tidy.items() if not good and name != "no errors"
    ]
    faults += ["hygiene: errors"] if page.errors else []
    return Look({name: round(share, 6) for name, share in shares.items()}, tuple(faults))


_LAYOUT: Mapping[str, Any] = {
    "controls lie apart": lambda one: one["overlaps"] == 0, "controls can be hit": lambda one: one["small"] == 0,
    "a heading comes first": lambda one: one["heading"], "no text is cut off": lambda one: one["clipped"] == 0,
}  # fmt: skip
