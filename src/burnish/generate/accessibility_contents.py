"""Accessibility pairs about contents: texts of pictures, header cells, dialogs with a name, colours that can be read."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, FIRST_NAMES, draw_noun

MIN_CONTRAST = 4.5  # of text in normal size: WCAG 2.2, success criterion 1.4.3 at level AA


def draw_picture(rng: Random) -> dict[str, Any]:
    """Draw a picture that says something and one that is an ornament."""
    noun, person, city = draw_noun(rng), rng.choice(FIRST_NAMES), rng.choice(CITIES)
    return {
        "src": f"/img/{noun.many}/{rng.randrange(10, 99)}.jpg",
        "alt": f"{person} {pick(rng, 'opens|shows|holds|checks|paints')} the {noun.one} in {city}", "noun": noun.one,
        "line": f"/img/{pick(rng, 'wave|line|dots|stars|leaf|ribbon')}.svg",
        "caption": f"{noun.one.title()} {pick(rng, 'of the week|of the month|in 2025|at a glance|in short')}",
    }  # fmt: skip


def check_picture(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for both pictures and the caption; then for their texts, which an ornament must have empty."""
    return {
        "works": html_check(
            {"select": f'figure img[src="{facts["src"]}"]', "max": 1},
            {"select": "figcaption", "text": facts["caption"]},
            {"select": f'img[src="{facts["line"]}"]', "max": 1},
            {"valid": True},
        ),
        "image_alt": html_check({"select": f'img[src="{facts["src"]}"]', "attr": {"alt": facts["alt"]}}),
        "ornament_alt": html_check({"select": f'img[src="{facts["line"]}"]', "attr": {"alt": ""}}),
    }


PICTURE = Template(
    id="picture_text",
    ask=(
        "Write an HTML figure with the picture `«src»` (it shows: «alt») and the caption \"«caption»\". Below the figure stands the ornament `«line»`, a second picture that means nothing.",
        "HTML, please: `«src»` in a figure, captioned \"«caption»\"; on the photo: «alt». After it comes `«line»`, an image that is pure decoration.",
        "For the page of a «noun»: a figure with an img of `«src»`, where one sees: «alt». Its caption is \"«caption»\". Then `«line»` as an img that only decorates. Plain HTML.",
    ),
    draw=draw_picture,
    shapes=(
        Shape(name="plain", code="""
            <figure>
              <img src="«src»" alt="«alt»">
              <figcaption>«caption»</figcaption>
            </figure>
            <img src="«line»" alt="">
            """, mutants=((' alt="«alt»"', ""), ('src="«line»" alt=""', 'src="«line»"'),
                          ('src="«line»" alt=""', 'src="«line»" alt="Decorative ornament"'),
                          (' alt="«alt»"', ' title="«alt»"'), (' alt="«alt»"', ' class="photo photo-wide" title="«alt»"'))),
        Shape(name="attributes", code="""
            <figure class="«noun»">
              <img src="«src»" alt="«alt»" loading="lazy">
              <figcaption>«caption»</figcaption>
            </figure>
            <img src="«line»" alt="" role="presentation">
            """, mutants=((' alt="«alt»"', ""), (' alt="«alt»"', ' alt="Picture"'), ('alt="" role', 'role'),
                          ('alt="" role="presentation"', 'alt="«line»"'), (' alt="«alt»"', ' alt="«caption»"'))),
    ),
    verifier=check_picture,
)  # fmt: skip


def draw_table(rng: Random) -> dict[str, Any]:
    """Draw a small table with a heading for each column and row."""
    noun = draw_noun(rng)
    cities, numbers = rng.sample(CITIES, 2), [rng.randrange(10, 90) for _ in range(4)]
    return {
        "noun": noun.one, "caption": f"{noun.many.title()} {pick(rng, 'by city|per office|in two cities|by place')}",
        "a": cities[0], "b": cities[1], "one": pick(rng, "Open|New|Free|Sold"), "two": pick(rng, "Closed|Late|Lost|Total"),
        "w": numbers[0], "x": numbers[1], "y": numbers[2], "z": numbers[3],
    }  # fmt: skip


def check_table(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the cells' contents; then for cells that are headers, and for the table's name."""
    texts = [str(facts[key]) for key in "wxyz"]
    columns, rows = [facts["one"], facts["two"]], [facts["a"], facts["b"]]
    return {
        "works": html_check({"select": "table", "max": 1, "contains": facts["caption"]}, {"select": "tr", "min": 3},
                            {"texts": "td:not(:empty):not(.head)", "equal": texts},
                            {"select": "table", "contains": facts["b"]}, {"valid": True}),
        "header_cells": html_check({"texts": "th[scope=col]", "equal": columns}, {"texts": "th[scope=row]", "equal": rows}),
        "table_name": html_check({"name_of": "table", "text": facts["caption"]}),
    }  # fmt: skip


TABLE = Template(
    id="table_headers",
    ask=(
        "Write an HTML table titled \"«caption»\" with the columns «one» and «two» and a row for each of two cities: «a» has «w» and «x», «b» has «y» and «z». The corner cell is empty.",
        "Two cities, two numbers each, as an HTML table: «a» («one» «w», «two» «x») and «b» («one» «y», «two» «z»). Above it stands \"«caption»\". Cities go down, «one» and «two» across, an empty td in the corner.",
        "HTML table \"«caption»\" for a «noun» report, please. Column titles «one», «two»; row titles «a», «b»; numbers «w», «x» in the first row and «y», «z» in the second. Leave the corner as an empty `<td>`.",
    ),
    draw=draw_table,
    shapes=(
        Shape(name="compact", code="""
            <table>
              <caption>«caption»</caption>
              <tr><td></td><th scope="col">«one»</th><th scope="col">«two»</th></tr>
              <tr><th scope="row">«a»</th><td>«w»</td><td>«x»</td></tr>
              <tr><th scope="row">«b»</th><td>«y»</td><td>«z»</td></tr>
            </table>
            """, mutants=((' scope="col"', ""), (' scope="row"', ""),
                          ('<th scope="row">«b»</th>', '<td class="head">«b»</td>'),
                          ("<caption>«caption»</caption>",
                           '<tr class="table-caption"><td class="head" colspan="3">«caption»</td></tr>'))),
        Shape(name="sections", code="""
            <table>
              <caption>«caption»</caption>
              <thead>
                <tr><td></td><th scope="col">«one»</th><th scope="col">«two»</th></tr>
              </thead>
              <tbody>
                <tr><th scope="row">«a»</th><td>«w»</td><td>«x»</td></tr>
                <tr><th scope="row">«b»</th><td>«y»</td><td>«z»</td></tr>
              </tbody>
            </table>
            """, mutants=((' scope="col"', ' class="head"'), ('<th scope="row">«a»</th>', '<td class="head">«a»</td>'),
                          ("<caption>«caption»</caption>",
                           '<thead><tr><td class="head table-caption" colspan="3">«caption»</td></tr></thead>'),
                          (' scope="row"', ' scope="rowgroup"'), ('<th scope="row">', '<th class="head">'))),
    ),
    verifier=check_table,
)  # fmt: skip


def draw_dialog(rng: Random) -> dict[str, Any]:
    """Draw the question of a dialog and its buttons."""
    noun = draw_noun(rng)
    verb = pick(rng, "Delete|Archive|Close|Cancel|Reset|Send|Merge|Restore")
    return {
        "id": f"{verb.lower()}-{noun.one}", "title": f"{verb} this {noun.one}?",
        "text": pick(rng, f"This can't be undone.|The {noun.one} leaves your list.|Others see it at once.|You can change it later.|Its history stays."),
        "yes": verb, "no": pick(rng, "Keep it|Not now|Back|No"), "head": f"{verb.lower()}-{noun.one}-title",
        "noun": noun.one, "css": pick(rng, "modal|overlay|popup|panel"),
    }  # fmt: skip


def check_dialog(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the contents; then for role, name by its heading, and that it is modal."""
    node = f"#{facts['id']}"
    return {
        "works": html_check({"select": node, "max": 1, "contains": facts["text"],
                             "attr": {"class": {"words": [facts["css"]]}}},
                            {"select": "h2", "inside": node, "max": 1, "text": facts["title"]},
                            {"texts": f"{node} button", "equal": [facts["yes"], facts["no"]]}, {"valid": True}),
        "dialog_role": html_check({"select": f"{node}[role=dialog], {node}[role=alertdialog]", "max": 1}),
        "dialog_name": html_check({"ref": node, "attr": "aria-labelledby", "to": "h2"}),
        "dialog_modal": html_check({"select": node, "attr": {"aria-modal": "true"}}),
    }  # fmt: skip


DIALOG = Template(
    id="dialog_role",
    ask=(
        "Write the HTML of a modal dialog built from a `<div>` with the id `«id»` and the class `«css»`: the h2 \"«title»\", the text \"«text»\" and the buttons \"«yes»\" and \"«no»\", in this order. The heading is its name.",
        "Before we go on we ask: \"«title»\" (an h2), explained by \"«text»\", answered by the buttons \"«yes»\", then \"«no»\". Please write this modal dialog as HTML, a div `«id»` of class `«css»`, named by its heading.",
        "HTML for a modal about a «noun»: `<div>` with id «id», class «css»; inside an h2 (\"«title»\"), which names the dialog, one sentence (\"«text»\") and two buttons (\"«yes»\", \"«no»\").",
    ),
    draw=draw_dialog,
    shapes=(
        Shape(name="plain", code="""
            <div id="«id»" class="«css»" role="dialog" aria-modal="true" aria-labelledby="«head»">
              <h2 id="«head»">«title»</h2>
              <p>«text»</p>
              <button>«yes»</button>
              <button>«no»</button>
            </div>
            """, mutants=((' role="dialog"', ""), (' role="dialog"', ' role="group"'), (' aria-modal="true"', ""),
                          (' aria-labelledby="«head»"', ""), ('<h2 id="«head»">', "<h2>"),
                          (' role="dialog"', ' role="presentation" data-kind="dialog"'))),
        Shape(name="described", code="""
            <div class="«css»" id="«id»" role="alertdialog" aria-modal="true"
                 aria-labelledby="«head»" aria-describedby="«id»-text">
              <h2 id="«head»">«title»</h2>
              <p id="«id»-text">«text»</p>
              <div class="buttons">
                <button type="button">«yes»</button>
                <button type="button">«no»</button>
              </div>
            </div>
            """, mutants=((' role="alertdialog"', ""), (' role="alertdialog"', ' role="document"'),
                          ('aria-modal="true"', 'aria-modal="false"'), ('aria-labelledby="«head»" ', ""),
                          ('<h2 id="«head»">', '<h2 class="«head»">'))),
    ),
    verifier=check_dialog,
)  # fmt: skip


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours `#rrggbb`, from 1 to 21, by the formula of WCAG 2.2."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def draw_contrast(rng: Random) -> dict[str, Any]:
    """Draw a background and four text colours: two that can be read on it, two that can't, in any order."""
    ground = f"#{rng.randrange(225, 256):02x}{rng.randrange(225, 256):02x}{rng.randrange(225, 256):02x}"
    hue = [rng.random() for _ in range(3)]
    shades = [
        "#" + "".join(f"{int(255 * (level + (1 - level) * 0.25 * part)):02x}" for part in hue)
        for level in (0.08, 0.25, 0.62, 0.75)
    ]
    good = [one for one in shades if contrast(one, ground) >= MIN_CONTRAST + 0.3]
    bad = [one for one in shades if contrast(one, ground) <= MIN_CONTRAST - 0.3]
    if len(good) < 2 or len(bad) < 2:
        return draw_contrast(rng)
    noun, listed = draw_noun(rng), rng.sample(shades, 4)
    return {
        "ground": ground, "good": good, "a": good[0], "b": good[1], "x": bad[0], "y": bad[1],
        "listed": ", ".join(f"`{one}`" for one in listed),
        "text": f"{pick(rng, 'New|Your|Last|Next|Open|Lost')} {noun.many}: {rng.randrange(3, 99)}",
        "css": pick(rng, f"note|badge|hint|status|{noun.one}"), "tag": pick(rng, "p|span|strong|div"),
    }  # fmt: skip


def check_contrast(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the element with one of the offered colours on the background; then for a colour that can be read."""
    node, ground = f"{facts['tag']}.{facts['css']}", facts["ground"]

    def styles(colours: list[str]) -> dict[str, Any]:
        forms = [f"color: {one}; background: {ground}" for one in colours] + [
            f"color: {one}; background-color: {ground}" for one in colours
        ]
        return {"style": {"in": [*forms, *(f"{form};" for form in forms)]}}

    return {
        "works": html_check(
            {"select": node, "max": 1, "text": facts["text"], "attr": styles([facts[key] for key in "abxy"])},
            {"valid": True},
        ),
        "color_contrast": html_check({"select": node, "attr": styles(facts["good"])}),
    }


CONTRAST = Template(
    id="readable_colour",
    ask=(
        "Write a `<«tag»>` of class `«css»` that says \"«text»\" on the background «ground». Choose its text colour among «listed», and put both into a style attribute: first the color, then the background.",
        "Which of «listed» suits as text colour on «ground»? Answer with the HTML: a `<«tag» class=\"«css»\">` with the text \"«text»\" and an inline style of the form `color: ...; background: ...`.",
        "HTML please: \"«text»\" in a `<«tag»>` (class «css»), inline style `color: ...; background: «ground»`. Our palette for texts is «listed»; take one that fits.",
    ),
    draw=draw_contrast,
    shapes=(
        Shape(name="darkest", code='<«tag» class="«css»" style="color: «a»; background: «ground»">«text»</«tag»>',
              mutants=(("color: «a»", "color: «x»"), ("color: «a»", "color: «y»"))),
        Shape(name="dark", code="""
            <«tag» class="«css»" style="color: «b»; background-color: «ground»;">
              «text»
            </«tag»>
            """, mutants=(("color: «b»", "color: «x»"), ("color: «b»", "color: «y»"))),
        Shape(name="one_line", code='<«tag» class="«css»" style="color: «b»; background-color: «ground»">«text»</«tag»>',
              mutants=(("color: «b»", "color: «x»"), ("color: «b»", "color: «y»"))),
    ),
    verifier=check_contrast,
)  # fmt: skip
