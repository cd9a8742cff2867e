"""The larger task of `fs_css_layout`: a page shell on a grid, its parts placed by area or by line."""

from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.stylesheet_basics import sheet_check, values_of, write_rules

Cell = tuple[int, int, int, int]


def draw_shell(rng: Random) -> dict[str, Any]:
    """Draw which parts a page has and where they stand."""
    parts = {
        "head": pick(rng, "header|topbar|masthead|banner|toolbar|titlebar"),
        "side": pick(rng, "sidebar|menu|nav|filters|toc|drawer"),
        "main": pick(rng, "content|main|article|results|editor|feed"),
        "foot": pick(rng, "footer|status|legal|pager|bottom"),
    }
    left, tall, footer, high = (rng.random() < share for share in (0.5, 0.4, 0.6, 0.5))
    columns = (1, 2) if left else (2, 1)
    rows = 3 if footer else 2
    wide = (columns[1], columns[1] + 1) if tall else (1, 3)
    cells = {
        "head": (1, 2, *wide), "main": (2, 3, columns[1], columns[1] + 1),
        "side": (1 if tall else 2, rows + 1 if tall else 3, columns[0], columns[0] + 1),
    }  # fmt: skip
    if footer:
        cells["foot"] = (3, 4, *wide)
    width = rng.choice(
        ("12rem", "14rem", "15rem", "16rem", "18rem", "200px", "220px", "240px", "260px", "280px", "300px")
    )
    facts = {
        "page": pick(rng, "page|shell|app|layout|screen|frame|workspace|site"), **parts, "width": width, "left": left,
        "tall": tall, "footer": footer, "high": high, "cells": {name: list(cell) for name, cell in cells.items()},
        "side_word": "left" if left else "right", "gap": rng.choice(("", "", "8px", "12px", "1rem", "1.5rem", "24px")),
    }  # fmt: skip
    return facts | {"wishes": _describe(facts, rng), "children": _name_children(facts)}


def _name_children(facts: Facts) -> str:
    names = [f"`.{facts[name]}`" for name in facts["cells"]]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _describe(facts: Facts, rng: Random) -> str:
    over = f"above `.{facts['main']}`" if facts["tall"] else "across both columns"
    under = f"below `.{facts['main']}`" if facts["tall"] else "across both columns"
    side, word, width = facts["side"], facts["side_word"], facts["width"]
    tall = "from the first row to the last" if facts["tall"] else "in the second row only"
    rest = pick(rng, "takes the rest of the width|gets the remaining width|fills the other column (`1fr`)")
    lines = [
        f"`.{facts['head']}` stands in the first row, {over}.",
        f"`.{side}` is the {word} column, `{width}` wide, {tall}.",
        f"`.{facts['main']}` stands in the second row and {rest}.",
    ]
    if facts["footer"]:
        lines.append(f"`.{facts['foot']}` stands in the third row, {under}.")
    rng.shuffle(lines)
    if facts["high"]:
        lines.append(pick(rng, "The page is at least `100vh` high.|Give the page a `min-height` of `100vh`."))
    if facts["gap"]:
        lines.append(pick(rng, f"Leave a gap of `{facts['gap']}`.|All gaps are `{facts['gap']}`."))
    return " ".join(lines)


def page_rule(facts: Facts) -> dict[str, str]:
    """Return what the grid itself declares, but for the areas."""
    columns = [facts["width"], "1fr"] if facts["left"] else ["1fr", facts["width"]]
    extra = {"min-height": "100vh"} if facts["high"] else {}
    return {"display": "grid", "grid-template-columns": " ".join(columns)} | extra | (
        {"gap": facts["gap"]} if facts["gap"] else {}
    )  # fmt: skip


def write_areas(facts: Facts) -> str:
    """Write the shell with named areas."""
    rows = [["."] * 2 for _ in range(3 if facts["footer"] else 2)]
    for name, (top, bottom, start, end) in facts["cells"].items():
        for row in range(top, bottom):
            rows[row - 1][start - 1 : end - 1] = [facts[name]] * (end - start)
    areas = "".join(f'\n    "{" ".join(row)}"' for row in rows)
    children = [(f".{facts[name]}", {"grid-area": facts[name]}) for name in facts["cells"]]
    return write_rules([(f".{facts['page']}", page_rule(facts) | {"grid-template-areas": areas}), *children]).replace(
        "areas: \n", "areas:\n"
    )


def write_lines(facts: Facts) -> str:
    """Write the shell with a row and a column for every part."""
    children = [
        (f".{facts[name]}", {"grid-row": _line(top, bottom), "grid-column": _line(start, end)})
        for name, (top, bottom, start, end) in facts["cells"].items()
    ]
    return write_rules([(f".{facts['page']}", page_rule(facts)), *children])


def _line(start: int, end: int) -> str:
    return str(start) if end == start + 1 else f"{start} / {end}"


def write_corners(facts: Facts) -> str:
    """Write the shell with the four lines of every part in one declaration."""
    children = [
        (f".{facts[name]}", {"grid-area": " / ".join(map(str, (top, start, bottom, end)))})
        for name, (top, bottom, start, end) in facts["cells"].items()
    ]
    return write_rules([(f".{facts['page']}", page_rule(facts)), *children])


def check_shell(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect every part between its lines and the columns' widths."""
    inner = "".join(f'<div class="{facts[name]}">{name}</div>' for name in facts["cells"])
    page = f".{facts['page']}"
    rest = [f"{facts['width']} {{}}" if facts["left"] else f"{{}} {facts['width']}"][0]
    wanted: dict[str, Any] = {
        "display": "grid",
        "grid-template-columns": {"in": [rest.format(one) for one in ("1fr", "minmax(0, 1fr)", "auto")]},
    }
    if facts["high"]:
        wanted["min-height"] = {"in": ["100vh", "100dvh", "100svh"]}
    if facts["gap"]:
        wanted |= {"row-gap": facts["gap"], "column-gap": facts["gap"]}
    placed = [{"select": f".{facts[name]}", "cell": cell} for name, cell in facts["cells"].items()]
    return sheet_check(
        f'<div class="{facts["page"]}">{inner}</div>', *values_of(page, wanted), *placed, untouched="display"
    )


SHELL = Template(
    id="page_shell",
    ask=(
        "Write CSS that lays out `.«page»` as a grid. Its children are «children». «wishes» Place every child "
        "explicitly, by named area or by line.",
        "I need a page layout with CSS grid: `.«page»` contains «children», each of which gets an explicit place (area "
        "or lines). «wishes»",
        "«wishes» How do I get this with CSS grid on `.«page»`, whose children are «children»? No child may be left to "
        "auto-placement.",
        "Please style our app shell. «wishes» All of «children» are children of `.«page»`, which is the grid; give each "
        "its area or its row and column. CSS only.",
        "Two columns in `.«page»`, with CSS grid and every child placed by hand. «wishes»",
    ),
    draw=draw_shell,
    shapes=(
        Shape(name="areas", code=write_areas, mutants=(
            ("grid-area: «main»", "grid-area: «side»"), ("grid-template-areas", "grid-template-rows"),
            (".«side» {", "#«side» {"))),
        Shape(name="lines", code=write_lines, mutants=(
            ("  grid-row: 1", "  grid-row: 2"), ("grid-row: 2", "grid-row: 3"), ("grid-column", "column"))),
        Shape(name="corners", code=write_corners, mutants=(
            ("grid-area: 2 /", "grid-area: 3 /"), ("grid-area: 1 /", "grid-row: 1 /"),
            (".«head» {", ".«page» «head» {"))),
    ),
    mutants=(("display: grid", "display: flex"), ("1fr", "100%"), ("«width»", "25%"), ("min-height", "max-height"),
             (".«page» {", ".«page» > * {")),
    verifier=check_shell,
)  # fmt: skip
