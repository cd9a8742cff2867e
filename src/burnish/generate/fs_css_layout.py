"""Category `fs_css_layout`: rows, card grids and page shells in flexbox and grid, judged by the cascade."""

from random import Random
from typing import Any

from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.page_shell_basics import SHELL
from burnish.generate.stylesheet_basics import draw_class, list_clauses, sheet_check, values_of, write_rule, write_rules

GAPS = "4px|6px|8px|10px|12px|16px|20px|24px|32px|0.25rem|0.5rem|0.75rem|1rem|1.25rem|1.5rem|2rem|3rem|1em"
FLOWS = {
    "column": ("a column of items", "its items below one another", "`flex-direction: column`"),
    "row-reverse": ("a reversed row", "its items in a row from right to left", "the direction `row-reverse`"),
    "column-reverse": ("a reversed column", "its items from bottom to top", "the direction `column-reverse`"),
    "wrap": ("items that wrap", "line breaks allowed (`wrap`)", "wrapping turned on"),
    "column wrap": ("a wrapping column of items", "the direction `column` and wrapping"),
}
JUSTIFY = ("center", "space-between", "flex-end", "space-around", "space-evenly")
ALIGN = ("center", "flex-start", "baseline", "flex-end", "stretch")


def draw_flex(rng: Random) -> dict[str, Any]:
    """Draw how a container lays out its items."""
    flow, gap = rng.choice(tuple(FLOWS)), pick(rng, GAPS)
    options = {"justify-content": rng.choice(JUSTIFY), "align-items": rng.choice(ALIGN)}
    kept = rng.choice((["justify-content"], ["align-items"], ["justify-content", "align-items"]))
    chosen = {name: options[name] for name in kept}
    ways = {"justify-content": "items justified with", "align-items": "cross-axis alignment of"}
    clauses = [
        pick(rng, f"a gap of `{gap}`|`{gap}` between items|`gap: {gap}`"), rng.choice(FLOWS[flow]),
        *(rng.choice((f"`{name}: {value}`", f"{ways[name]} `{value}`", f"`{name}` set to `{value}`"))
          for name, value in chosen.items()),
    ]  # fmt: skip
    rng.shuffle(clauses)
    return {"class": draw_class(rng), "flow": flow, "gap": gap, "chosen": chosen, "wishes": list_clauses(clauses)}


def flow_of(facts: Facts) -> dict[str, str]:
    """Return the flow in longhands."""
    return {"flex-wrap" if word == "wrap" else "flex-direction": word for word in facts["flow"].split()}


def write_longhands(facts: Facts) -> str:
    """Write each wish as its own property."""
    declared = {"display": "flex", **flow_of(facts), **facts["chosen"], "gap": facts["gap"]}
    return write_rule(f".{facts['class']}", declared)


def write_flow(facts: Facts) -> str:
    """Write direction and wrapping in the shorthand."""
    declared = {"display": "flex", "flex-flow": facts["flow"], "gap": facts["gap"], **facts["chosen"]}
    return write_rule(f".{facts['class']}", declared)


def check_flex(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the values in longhand."""
    gaps = {"row-gap": facts["gap"], "column-gap": facts["gap"]}
    wanted = {"display": "flex", **flow_of(facts), **facts["chosen"], **gaps}
    html = f'<div class="{facts["class"]}"><p>a</p><p>b</p></div>'
    return sheet_check(html, *values_of(f".{facts['class']}", wanted), untouched="display")


FLEX = Template(
    id="flex_container",
    ask=(
        "Write CSS that makes `.«class»` a flex container with «wishes».",
        "I need a flexbox rule for `.«class»`: «wishes».",
        "How do I style `.«class»` as a flex container? It should have «wishes».",
        "With «wishes»: that is how the flex container `.«class»` should look. Give me its CSS.",
        "Please give me one CSS rule. Selector `.«class»`, `display: flex`, «wishes».",
    ),
    draw=draw_flex,
    shapes=(
        Shape(name="longhands", code=write_longhands, mutants=((";\n}", ";\n  display: block;\n}"),)),
        Shape(name="flow", code=write_flow, mutants=(("flex-flow", "flow"),)),
    ),
    mutants=(("display: flex", "display: grid"), ("gap: «gap»", "margin: «gap»"), (".«class»", "#«class»"),
             ("justify-content", "justify-items"), ("align-items", "align-content"), ("flex-direction", "direction")),
    verifier=check_flex,
)  # fmt: skip


def draw_cards(rng: Random) -> dict[str, Any]:
    """Draw the columns of a grid, its gaps and what is particular to some of its items."""
    count, first = rng.choice((3, 4, 5, 6)), rng.choice((None, None, "160px", "10rem", "180px", "12rem", "200px"))
    row, column = rng.sample(GAPS.split("|"), 2)
    span, width, inset = rng.randrange(2, count), rng.choice((640, 720, 800, 960, 1080, 1200)), pick(rng, GAPS)
    name = draw_class(rng, ("grid", "cards", "tiles", "gallery", "board", "items"))
    item = pick(rng, "featured|wide|hero|pinned|promo|large")
    extras = {
        "span": f"`.{item}` spans {span} columns",
        "title": "`.title` spans all columns",
        "center": f"the grid has a `max-width` of `{width}px` and is centred with automatic side margins",
        "align": "items are aligned at the top (`align-items: start`)",
        "inset": f"the grid has a padding of `{inset}`",
        "first": "`.urgent` comes before all other items (`order: -1`)",
    }
    kept = rng.sample(tuple(extras), rng.choice((2, 3)))
    tracks = (
        f"{count} columns, the first `{first}` wide and the others sharing the rest equally" if first
        else pick(rng, f"{count} equal columns|{count} columns of the same width")
    )  # fmt: skip
    gaps = [f"`{row}` between rows", f"`{column}` between columns"]
    return {
        "class": name, "count": count, "first": first, "row": row, "column": column, "span": span, "width": width,
        "inset": inset, "item": item, "kept": kept, "tracks": tracks, "gaps": " and ".join(rng.sample(gaps, 2)),
        "wishes": "; ".join(extras[one] for one in kept),
    }  # fmt: skip


def write_cards(facts: Facts, *, columns: str, gaps: dict[str, str], margin: dict[str, str], end: bool) -> str:
    """Write the grid and the rules of its particular items."""
    kept = facts["kept"]
    grid = {"display": "grid", "grid-template-columns": columns, **gaps}
    grid |= {"align-items": "start"} if "align" in kept else {}
    grid |= {"padding": facts["inset"]} if "inset" in kept else {}
    grid |= {"max-width": f"{facts['width']}px", **margin} if "center" in kept else {}
    span = {"grid-column-end" if end else "grid-column": f"span {facts['span']}"} if "span" in kept else {}
    title = {"grid-column": f"span {facts['count']}" if end else "1 / -1"} if "title" in kept else {}
    first = {"order": "-1"} if "first" in kept else {}
    return write_rules(
        [(f".{facts['class']}", grid), (f".{facts['item']}", span), (".title", title), (".urgent", first)]
    )


def write_short(facts: Facts) -> str:
    """Write the grid with `repeat` and shorthands."""
    shares = facts["count"] - bool(facts["first"])
    columns = f"{facts['first']} " * bool(facts["first"]) + f"repeat({shares}, 1fr)"
    gaps = {"gap": f"{facts['row']} {facts['column']}"}
    return write_cards(facts, columns=columns, gaps=gaps, margin={"margin": "0 auto"}, end=False)


def write_long(facts: Facts) -> str:
    """Write the grid with every track and longhands."""
    tracks = [facts["first"] or "1fr", *["1fr"] * (facts["count"] - 1)]
    gaps = {"row-gap": facts["row"], "column-gap": facts["column"]}
    margin = {"margin-left": "auto", "margin-right": "auto"}
    return write_cards(facts, columns=" ".join(tracks), gaps=gaps, margin=margin, end=False)


def write_minmax(facts: Facts) -> str:
    """Write the grid with tracks that may shrink, and logical properties."""
    shares = facts["count"] - bool(facts["first"])
    columns = f"{facts['first']} " * bool(facts["first"]) + f"repeat({shares}, minmax(0, 1fr))"
    gaps = {"column-gap": facts["column"], "row-gap": facts["row"]}
    return write_cards(facts, columns=columns, gaps=gaps, margin={"margin-inline": "auto"}, end=True)


def check_cards(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the tracks in full, and what the chosen wishes say."""
    shares = facts["count"] - bool(facts["first"])
    first = [facts["first"]] if facts["first"] else []
    tracks = [" ".join([*first, *[one] * shares]) for one in ("1fr", "minmax(0, 1fr)")]
    grid: dict[str, Any] = {
        "display": "grid", "grid-template-columns": {"in": tracks}, "row-gap": facts["row"],
        "column-gap": facts["column"],
    }  # fmt: skip
    by_wish = {
        "align": {"align-items": {"in": ["start", "flex-start"]}},
        "inset": {f"padding-{side}": facts["inset"] for side in ("top", "right", "bottom", "left")},
        "center": {"max-width": f"{facts['width']}px", "margin-left": "auto", "margin-right": "auto"},
    }
    grid |= {name: value for one in facts["kept"] for name, value in by_wish.get(one, {}).items()}
    placed: dict[str, dict[str, Any]] = {
        "span": {"select": f".{facts['item']}", "span": {"column": facts["span"]}},
        "title": {"select": ".title", "span": {"column": facts["count"]}},
        "first": {"select": ".urgent", "property": "order", "value": "-1"},
    }
    html = f'<div class="{facts["class"]}"><h2 class="title">t</h2><p class="card">a</p><p class="{facts["item"]}">b</p><p class="urgent">c</p></div>'
    plain: list[dict[str, Any]] = [
        {"select": ".card", "span": {"column": 1}},
        {"select": ".card", "property": "order", "value": None},
    ]
    extra = [placed[one] for one in facts["kept"] if one in placed]
    return sheet_check(html, *values_of(f".{facts['class']}", grid), *extra, *plain, untouched="display")


CARDS = Template(
    id="card_grid",
    ask=(
        "Write CSS for the grid `.«class»`: «tracks», with «gaps». Also: «wishes».",
        "I need a CSS grid. `.«class»` has «tracks». Leave «gaps». Further rules: «wishes».",
        "Please lay out `.«class»` with CSS grid so that: «wishes». It has «tracks», and the gaps are «gaps».",
        "How would you write this grid in CSS? The container is `.«class»`; «wishes». There are «gaps», and it has "
        "«tracks».",
        "CSS grid for `.«class»`, please: «gaps»; «tracks»; «wishes».",
    ),
    draw=draw_cards,
    shapes=(
        Shape(name="short", code=write_short, mutants=(("gap: «row» «column»", "gap: «column» «row»"), ("repeat(", "repeat(1"))),
        Shape(name="long", code=write_long, mutants=(("row-gap: «row»", "row-gap: «column»"), (" 1fr;", ";"))),
        Shape(name="minmax", code=write_minmax,
              mutants=(("column-gap: «column»", "column-gap: «row»"), ("minmax(0, 1fr)", "minmax(0, 2fr)"))),
    ),
    mutants=(("display: grid", "display: flex"), ("span «span»", "span 1"), ("1 / -1", "1"), ("order: -1", "order: 1"),
             ("max-width", "min-width"), ("padding", "margin-top"), (".«class»", "#«class»"), ("align-items", "align-content")),
    verifier=check_cards,
)  # fmt: skip

CATEGORY = Category(name="fs_css_layout", family="style", templates=(FLEX, CARDS, SHELL))
