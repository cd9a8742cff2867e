"""The larger tasks of `fs_responsive_rule`: what changes at two widths, and what changes with a user's settings."""

from collections.abc import Mapping
from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.stylesheet_basics import (
    Declarations,
    draw_class,
    sheet_check,
    values_of,
    write_block,
    write_rules,
)

Style = Mapping[str, Declarations]
PAIRS = (
    (480, 768),
    (480, 900),
    (600, 900),
    (600, 960),
    (640, 1024),
    (640, 1100),
    (700, 1000),
    (720, 1200),
    (768, 1200),
)
SIZES = ("0.5rem", "0.75rem", "1rem", "1.25rem", "1.5rem", "2rem", "8px", "12px", "16px", "20px", "24px", "32px")


def draw_bands(rng: Random) -> dict[str, Any]:
    """Draw the columns of a grid in three bands of width, and what else changes between them."""
    low, high = rng.choice(PAIRS)
    middle = rng.choice((2, 2, 3))
    wide = middle + rng.choice((1, 1, 2))
    grid = f".{draw_class(rng, ('grid', 'cards', 'tiles', 'gallery', 'shelf', 'results'))}"
    small, large, tight, loose = (*rng.sample(SIZES, 2), *rng.sample(SIZES, 2))
    note = pick(rng, ".hint|.extra|.meta|.aside|.teaser")
    changes = {
        "gap": (high, grid, "gap", small, large, f"the gap changes from `{small}` to `{large}` at {high}px"),
        "padding": (low, grid, "padding", tight, loose, f"the padding is `{tight}`, and `{loose}` from {low}px"),
        "note": (low, note, "display", "none", "block", f"`{note}` is hidden below {low}px and a block from there"),
        "last": (high, ".filter", "order", "1", "-1", f"`.filter` has `order: 1`, but `order: -1` from {high}px"),
    }
    kept = rng.sample(tuple(changes), rng.choice((1, 2)))
    return {
        "grid": grid, "low": low, "high": high, "middle": middle, "wide": wide, "under": low - 1, "below": high - 1,
        "changes": [list(changes[name][:5]) for name in kept], "wishes": "; ".join(changes[name][5] for name in kept),
    }  # fmt: skip


def style_at(facts: Facts, width: int) -> dict[str, dict[str, str]]:
    """Return what must hold at a width, by selector."""
    columns = 1 if width < facts["low"] else facts["middle"] if width < facts["high"] else facts["wide"]
    tracks = "1fr" if columns == 1 else f"repeat({columns}, 1fr)"
    style = {facts["grid"]: {"display": "grid", "grid-template-columns": tracks}}
    for limit, selector, name, before, after in facts["changes"]:
        style.setdefault(selector, {})[name] = after if width >= limit else before
    return style


def _difference(style: Style, other: Style) -> list[tuple[str, dict[str, str]]]:
    return [
        (selector, {name: value for name, value in own.items() if other[selector][name] != value})
        for selector, own in style.items()
    ]


def _three_bands(facts: Facts) -> tuple[Style, Style, Style]:
    return style_at(facts, 0), style_at(facts, facts["low"]), style_at(facts, facts["high"])


def write_mobile_first(facts: Facts) -> str:
    """Write the narrow page first; wider ones add to it."""
    narrow, medium, wide = _three_bands(facts)
    return "\n\n".join([
        write_rules(narrow.items()),
        write_block(f"@media (min-width: {facts['low']}px)", _difference(medium, narrow)),
        write_block(f"@media (min-width: {facts['high']}px)", _difference(wide, medium)),
    ])  # fmt: skip


def write_desktop_first(facts: Facts) -> str:
    """Write the wide page first; narrower ones change it."""
    narrow, medium, wide = _three_bands(facts)
    return "\n\n".join([
        write_rules(wide.items()),
        write_block(f"@media (max-width: {facts['below']}px)", _difference(medium, wide)),
        write_block(f"@media (max-width: {facts['under']}px)", _difference(narrow, medium)),
    ])  # fmt: skip


def write_ranges(facts: Facts) -> str:
    """Write the wide page as a difference by comparisons of the width."""
    narrow, medium, wide = _three_bands(facts)
    return "\n\n".join([
        write_rules(narrow.items()),
        write_block(f"@media ({facts['low']}px <= width < {facts['high']}px)", _difference(medium, narrow)),
        write_block(f"@media (width >= {facts['high']}px)", _difference(wide, narrow)),
    ])  # fmt: skip


def check_bands(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the columns and the changed values on both sides of each width."""
    counts = {320: 1, facts["low"] - 1: 1, facts["low"]: facts["middle"], facts["high"] - 1: facts["middle"],
              facts["high"]: facts["wide"], 1600: facts["wide"]}  # fmt: skip
    checks: list[dict[str, Any]] = []
    for width, count in counts.items():
        tracks: list[str | None] = [" ".join([one] * count) for one in ("1fr", "minmax(0, 1fr)")]
        tracks += [None, "none", "auto", "100%"] if count == 1 else []
        wanted = {"display": "grid", "grid-template-columns": {"in": tracks}}
        checks += [
            {"select": facts["grid"], "property": name, "value": value, "width": width}
            for name, value in wanted.items()
        ]
        for limit, selector, name, before, after in facts["changes"]:
            value = after if width >= limit else before
            longhand = {"gap": "column-gap", "padding": "padding-left"}.get(name, name)
            checks.append({"select": selector, "property": longhand, "value": value, "width": width})
    others = {change[1] for change in facts["changes"]} - {facts["grid"]}
    inner = "".join(f'<p class="{one[1:]}">x</p>' for one in sorted(others))
    return sheet_check(f'<div class="{facts["grid"][1:]}">{inner}</div>', *checks, untouched="display")


BANDS = Template(
    id="columns_by_width",
    ask=(
        "Write responsive CSS for the grid `«grid»`: one column, «middle» equal columns from «low»px, «wide» from "
        "«high»px. Also: «wishes».",
        "`«grid»` should be a CSS grid with 1 column on phones. At a viewport width of «low»px it changes to «middle» "
        "equal columns, at «high»px to «wide». Besides, «wishes». Write the style sheet.",
        "I need CSS with media queries. «wishes». The grid `«grid»` has a single column below «low»px, «middle» equal "
        "columns from «low»px to just under «high»px, and «wide» equal ones from there on.",
        "Give me the CSS of `«grid»` (`display: grid`). From «high»px: «wide» equal columns. From «low»px: «middle». "
        "Otherwise one. What else changes: «wishes».",
        "How do I make `«grid»` responsive with CSS grid? «wishes». Number of equal columns: 1, then «middle» at "
        "«low»px and up, then «wide» at «high»px and up.",
    ),
    draw=draw_bands,
    shapes=(
        Shape(name="mobile_first", code=write_mobile_first, mutants=(
            ("min-width: «low»px", "min-width: «under»px"), ("min-width: «high»px", "min-width: «below»px"),
            ("min-width", "max-width"))),
        Shape(name="desktop_first", code=write_desktop_first, mutants=(
            ("max-width: «below»px", "max-width: «high»px"), ("max-width: «under»px", "max-width: «low»px"),
            ("max-width", "min-width"))),
        Shape(name="ranges", code=write_ranges, mutants=(
            ("«low»px <= width", "«low»px < width"), ("width < «high»px", "width <= «under»px"),
            ("width >= «high»px", "width > «high»px"))),
    ),
    mutants=(("repeat(«wide», 1fr)", "repeat(«middle», 1fr)"), ("display: grid", "display: flex"),
             ("@media ", "@supports ")),
    verifier=check_bands,
)  # fmt: skip


MOVES = ("opacity 0.2s", "opacity 0.3s", "transform 0.2s", "transform 0.25s", "transform 150ms", "color 0.4s")


def _settings(rng: Random) -> dict[str, dict[str, Any]]:
    """Draw what a page does by default and under each setting, with the words for it."""
    part = {name: f".{draw_class(rng, words.split())}" for name, words in {
        "motion": "card panel drawer tile", "print": "nav menu toolbar filters", "pointer": "button link tab item",
        "contrast": "box field badge frame", "hover": "hint tip caption note",
    }.items()}  # fmt: skip
    move, small, large = rng.choice(MOVES), rng.choice(("28px", "32px", "36px")), rng.choice(("44px", "48px", "52px"))
    faint, strong = rng.choice(("#ccc", "#ddd", "#bbb", "#aaa")), rng.choice(("#000", "#111", "#222"))
    shown = rng.choice(("block", "inline", "flex"))
    return {
        "motion": {"query": "(prefers-reduced-motion: reduce)", "select": part["motion"], "name": "transition",
                   "before": move, "after": "none",
                   "words": f"`{part['motion']}` has the transition `{move}`, and none for users who prefer reduced motion"},
        "print": {"query": "print", "select": part["print"], "name": "display", "before": shown, "after": "none",
                  "words": f"`{part['print']}` has `display: {shown}` and isn't printed (`display: none`)"},
        "pointer": {"query": "(pointer: coarse)", "select": part["pointer"], "name": "min-height", "before": small,
                    "after": large,
                    "words": f"the `min-height` of `{part['pointer']}` is `{small}`, with a coarse pointer `{large}`"},
        "contrast": {"query": "(prefers-contrast: more)", "select": part["contrast"], "name": "border-color",
                     "before": faint, "after": strong,
                     "words": f"`{part['contrast']}` has the border colour `{faint}`, but `{strong}` when more contrast "
                              "is preferred"},
        "hover": {"query": "(hover: none)", "select": part["hover"], "name": "display", "before": "none",
                  "after": shown,
                  "words": f"`{part['hover']}` is hidden, but has `display: {shown}` on devices that can't hover"},
    }  # fmt: skip


def draw_settings(rng: Random) -> dict[str, Any]:
    """Draw two or three settings that a page respects."""
    every = _settings(rng)
    kept = [every[name] for name in rng.sample(tuple(every), rng.choice((2, 2, 3)))]
    wishes = "; ".join(one["words"] for one in kept)
    return {"rules": [{name: one[name] for name in one if name != "words"} for one in kept], "wishes": wishes}


def write_blocks(facts: Facts) -> str:
    """Write the defaults, then a block for each setting."""
    rules = facts["rules"]
    defaults = write_rules((one["select"], {one["name"]: one["before"]}) for one in rules)
    blocks = [write_block(f"@media {one['query']}", [(one["select"], {one["name"]: one["after"]})]) for one in rules]
    return "\n\n".join([defaults, *blocks])


def write_nested(facts: Facts) -> str:
    """Write the setting inside the rule that it changes."""
    texts = [
        f"{one['select']} {{\n  {one['name']}: {one['before']};\n\n"
        f"  @media {one['query']} {{\n    {one['name']}: {one['after']};\n  }}\n}}"
        for one in facts["rules"]
    ]
    return "\n\n".join(texts)


USUAL = {"reduced-motion": "no-preference", "contrast": "no-preference", "pointer": "fine", "hover": "hover"}
CHANGED = {
    "(prefers-reduced-motion: reduce)": {"reduced-motion": "reduce"}, "print": {"medium": "print"},
    "(pointer: coarse)": {"pointer": "coarse"}, "(prefers-contrast: more)": {"contrast": "more"},
    "(hover: none)": {"hover": "none"},
}  # fmt: skip


def check_settings(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the default without a setting and the change under that setting alone."""
    checks: list[dict[str, Any]] = []
    for one in facts["rules"]:
        name = "border-top-color" if one["name"] == "border-color" else one["name"]
        for setting in ({}, *(CHANGED[other["query"]] for other in facts["rules"])):
            changed = setting == CHANGED[one["query"]]
            wanted: Any = one["after"] if changed else one["before"]
            wanted = {"in": [None, "none"]} if name == "transition" and changed else wanted
            wanted = {"in": [wanted, "none 0s"]} if name == "transition" and not changed else wanted
            checks += values_of(one["select"], {name: wanted}, prefers=USUAL | setting)
    elements = "".join(f'<div class="{one["select"][1:]}">x</div>' for one in facts["rules"])
    return sheet_check(elements, *checks, untouched=facts["rules"][0]["name"])


SETTINGS = Template(
    id="user_settings",
    ask=(
        "Write CSS that respects the user's device and settings: «wishes».",
        "I need media queries in CSS. «wishes».",
        "«wishes». How do I write this in CSS with media queries?",
        "Please write a style sheet in which each of these holds: «wishes». Nothing else may change.",
        "Our page should adapt with media features rather than scripts. In CSS: «wishes».",
    ),
    draw=draw_settings,
    shapes=(
        Shape(name="blocks", code=write_blocks),
        Shape(name="nested", code=write_nested),
    ),
    mutants=(
        ("@media ", "@container "), ("reduce)", "no-preference)"), ("coarse", "fine"), (": more", ": less"),
        ("(hover: none)", "(hover: hover)"), ("@media print", "@media screen"), ("reduced-motion", "reduced-data"),
        ("transition: none", "transition: all"), ("@media (", "@media print and ("), ("@media ", "@media not "),
    ),
    verifier=check_settings,
)  # fmt: skip
