"""Category `fs_responsive_rule`: what changes with the width of the page and the user's settings, by media queries."""

from random import Random
from typing import Any

from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.responsive_bands import BANDS, SETTINGS
from burnish.generate.stylesheet_basics import draw_class, sheet_check, write_block, write_rule

# A property with its value on narrow and on wide pages.
CHANGES = (
    ("display", "none", "block"), ("display", "block", "none"), ("display", "none", "flex"), ("display", "flex", "none"),
    ("flex-direction", "column", "row"), ("font-size", "1rem", "1.25rem"), ("font-size", "0.875rem", "1rem"),
    ("padding", "1rem", "2rem"), ("padding", "8px", "24px"), ("text-align", "center", "left"), ("gap", "8px", "16px"),
    ("position", "static", "sticky"), ("width", "100%", "50%"), ("width", "auto", "320px"), ("order", "2", "0"),
    ("margin-top", "1rem", "3rem"), ("font-weight", "700", "400"), ("flex-wrap", "wrap", "nowrap"),
    ("overflow-x", "auto", "visible"), ("height", "auto", "100vh"), ("line-height", "1.6", "1.4"),
)  # fmt: skip
WIDTHS = (360, 400, 480, 520, 576, 600, 640, 700, 720, 768, 800, 820, 900, 960, 992, 1024, 1100, 1200, 1280, 1440)
# Where a condition holds: on the narrow or the wide side, whether the named width belongs to it, and how to say it.
SIDES = (
    ("narrow", False, ("below {}px", "on viewports narrower than {}px", "under {}px")),
    ("narrow", True, ("up to {}px (inclusive)", "at {}px or less", "when the viewport is at most {}px wide")),
    ("wide", True, ("from {}px up", "at {}px or more", "when the viewport is at least {}px wide")),
    ("wide", False, ("above {}px", "on viewports wider than {}px", "over {}px")),
)


def draw_breakpoint(rng: Random) -> dict[str, Any]:
    """Draw one width and what changes there."""
    (side, inclusive, words), width, (name, narrow, wide) = rng.choice(SIDES), rng.choice(WIDTHS), rng.choice(CHANGES)
    greatest = width if (side == "narrow") is inclusive else width - 1  # of the narrow side
    sign = {"narrow": "<", "wide": ">"}[side] + "=" * inclusive
    edge, off = (greatest, greatest + 1) if side == "narrow" else (greatest + 1, greatest)
    return {
        "class": draw_class(rng), "when": rng.choice(words).format(width), "width": width, "greatest": greatest,
        "name": name, "usual": wide if side == "narrow" else narrow, "changed": narrow if side == "narrow" else wide,
        "narrow": narrow, "wide": wide, "sign": sign, "limit": "max" if side == "narrow" else "min", "edge": edge,
        "off": off, "other": "min" if side == "narrow" else "max", "rest": off,
    }  # fmt: skip


def write_limit(facts: Facts) -> str:
    """Write the usual value, then the change in a query of least or greatest width."""
    query = f"@media ({facts['limit']}-width: {facts['edge']}px)"
    usual, changed = ({facts["name"]: facts[key]} for key in ("usual", "changed"))
    return f"{write_rule('.' + facts['class'], usual)}\n\n{write_block(query, [('.' + facts['class'], changed)])}"


def write_range(facts: Facts) -> str:
    """Write the change by a comparison."""
    usual, changed = ({facts["name"]: facts[key]} for key in ("usual", "changed"))
    block = write_block(f"@media (width {facts['sign']} {facts['width']}px)", [("." + facts["class"], changed)])
    return f"{write_rule('.' + facts['class'], usual)}\n\n{block}"


def write_inverse(facts: Facts) -> str:
    """Write the changed value first and take it back on the other side."""
    query = f"@media ({facts['other']}-width: {facts['rest']}px)"
    usual, changed = ({facts["name"]: facts[key]} for key in ("usual", "changed"))
    return f"{write_rule('.' + facts['class'], changed)}\n\n{write_block(query, [('.' + facts['class'], usual)])}"


def check_breakpoint(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the narrow value up to its greatest width and the wide one from the next pixel."""
    name: str = {"padding": "padding-left", "gap": "column-gap"}.get(facts["name"]) or facts["name"]
    widths = [320, facts["greatest"] - 40, facts["greatest"], facts["greatest"] + 1, facts["greatest"] + 40, 1700]
    checks = [
        {"select": f".{facts['class']}", "property": name, "width": width,
         "value": facts["narrow"] if width <= facts["greatest"] else facts["wide"]}
        for width in widths
    ]  # fmt: skip
    return sheet_check(f'<div class="{facts["class"]}">x</div>', *checks, untouched=name)


BREAKPOINT = Template(
    id="one_breakpoint",
    ask=(
        "Write CSS: `.«class»` has `«name»: «usual»`, but `«name»: «changed»` «when».",
        "I need a media query. `«name»` of `.«class»` is `«usual»`; «when» it is `«changed»`.",
        "«when», `.«class»` should get `«name»: «changed»`. Everywhere else it has `«name»: «usual»`. Write the CSS.",
        "How do I change the `«name»` of `.«class»` from `«usual»` to `«changed»` «when» with CSS?",
        "Please give me responsive CSS for `.«class»`. By default it has `«name»: «usual»`, and «when» it has `«changed»`.",
    ),
    draw=draw_breakpoint,
    shapes=(
        Shape(name="limit", code=write_limit,
              mutants=(("-width: «edge»px", "-width: «off»px"), ("«limit»-width", "«other»-width"))),
        Shape(name="range", code=write_range, mutants=(("width «sign» ", "width = "), ("@media", "@container"))),
        Shape(name="inverse", code=write_inverse,
              mutants=(("-width: «rest»px", "-width: «edge»px"), ("«other»-width", "«limit»-width"))),
    ),
    mutants=(("width <= ", "width < "), ("width < ", "width <= "), ("width >= ", "width > "), ("width > ", "width >= "),
             ("«changed»;", "«usual»;"), (".«class»", "#«class»")),
    verifier=check_breakpoint,
)  # fmt: skip

CATEGORY = Category(name="fs_responsive_rule", family="style", templates=(BREAKPOINT, BANDS, SETTINGS))
