"""The task of `fs_data_table` that runs: a function that writes the rows of a table, with its texts escaped."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import NUMBER_FIELDS, TEXT_FIELDS, draw_noun

# White space between tags is free.
HARNESS = """(exports, call) => {
  const html = exports[call.name](call.rows);
  return typeof html === "string" ? html.replace(/>\\s+</g, "><").trim() : null;
}"""
CELLS = ("Ada & Bo", "a < b", "<b>bold</b>", "plain", "5 > 4", "x && y <= z", "&lt;", "R&D <new>", "two  words")


def draw_rows(rng: Random) -> dict[str, Any]:
    """Draw the fields of a row, what stands for nothing, and what the function gives for no rows."""
    noun = draw_noun(rng)
    head, text, number = *rng.sample(TEXT_FIELDS, 2), rng.choice(NUMBER_FIELDS)
    order = rng.sample((text, number), 2)
    blank, digits = rng.choice(("-", "n/a", "?", "none", "...")), rng.choice((None, 1, 2, 2, 3))
    empty, mark = rng.choice(("", f"No {noun.many}", "Nothing found")), rng.choice(("", "num", "right", "figure"))
    shown = f"`{number}`, a number,"
    clauses = [f"A `null` is shown as `{blank}`."]
    clauses += [f"{shown} has {digits} decimal{'s' if digits != 1 else ''}."] if digits else []
    clauses += [f'The cell of `{number}` has `class="{mark}"`.'] if mark else []
    if empty:
        clauses.append(f'For no rows return `<tr><td colspan="3">{empty}</td></tr>`.')
    else:
        clauses.append("For no rows return an empty string.")
    rng.shuffle(clauses)
    return {
        "name": f"{pick(rng, 'render|write|build|format|make')}{rng.choice(('', noun.kind))}{pick(rng, 'Rows|Body|Cells')}",
        "rows": rng.choice((noun.many, "rows", "items", "records")), "head": head, "number": number, "text": text,
        "first": order[0], "second": order[1], "blank": blank, "digits": digits, "empty": empty, "mark": mark,
        "wishes": " ".join(clauses),
    }  # fmt: skip


def check_rows(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect cells whose escaped text is assembled from a table of characters."""
    cases: list[tuple[Any, Any]] = []
    nothing = f'<tr><td colspan="3">{facts["empty"]}</td></tr>' if facts["empty"] else ""
    for size in (0, 1, 2, 3, 4):
        lines = ""
        rows: list[dict[str, Any]] = []
        for number in range(size):
            row = {
                facts["head"]: rng.choice(CELLS), facts["text"]: (rng.choice(CELLS), None, "", rng.choice(CELLS))[number],
                facts["number"]: (0, None, 12.5, 3)[number], "other": "x",
            }  # fmt: skip
            rows.append(row)
            lines += f'<tr><th scope="row">{_shown(facts, facts["head"], row)}</th>'
            for name in (facts["first"], facts["second"]):
                mark = f' class="{facts["mark"]}"' if facts["mark"] and name == facts["number"] else ""
                lines += f"<td{mark}>{_shown(facts, name, row)}</td>"
            lines += "</tr>"
        cases.append(({"name": facts["name"], "rows": rows}, lines if rows else nothing))
    return node_check(facts["name"], cases, harness=HARNESS)


def _shown(facts: Facts, name: str, row: dict[str, Any]) -> str:
    value = row[name]
    if value is None:
        return str(facts["blank"])
    if name == facts["number"]:
        return f"{value:.{facts['digits']}f}" if facts["digits"] else f"{value:g}"
    return "".join({"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(letter, letter) for letter in value)


def _parts(facts: Facts) -> dict[str, str]:
    number = facts["number"]
    fixed = f"row.{number} === null ? null : row.{number}.toFixed({facts['digits']})"
    mark = f' class="{facts["mark"]}"' if facts["mark"] else ""
    cells = [
        f"<td{mark if name == number else ''}>${{show({fixed if name == number and facts['digits'] else f'row.{name}'})}}</td>"
        for name in (facts["first"], facts["second"])
    ]
    nothing = f"'<tr><td colspan=\"3\">{facts['empty']}</td></tr>'" if facts["empty"] else '""'
    return {"cells": "".join(cells), "nothing": nothing}


def write_map(facts: Facts) -> str:
    """Write every row with `map`."""
    rows, parts = facts["rows"], _parts(facts)
    stop = f"\n  if ({rows}.length === 0) return {parts['nothing']};" if facts["empty"] else ""
    return f"""const show = (value) =>
  value === null ? "{facts["blank"]}" : String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function {facts["name"]}({rows}) {{{stop}
  return {rows}
    .map((row) => `<tr><th scope="row">${{show(row.{facts["head"]})}}</th>{parts["cells"]}</tr>`)
    .join("");
}}"""


def write_loop(facts: Facts) -> str:
    """Write the rows one after another, with the signs in a table."""
    rows, parts = facts["rows"], _parts(facts)
    end = f"html || {parts['nothing']}" if facts["empty"] else "html"
    return f"""const SIGNS = {{ "&": "&amp;", "<": "&lt;", ">": "&gt;" }};
const show = (value) => (value ?? "{facts["blank"]}").toString().replace(/[&<>]/g, (sign) => SIGNS[sign]);

function {facts["name"]}({rows}) {{
  let html = "";
  for (const row of {rows}) {{
    html += `<tr><th scope="row">${{show(row.{facts["head"]})}}</th>{parts["cells"]}</tr>`;
  }}
  return {end};
}}"""


ROWS = Template(
    id="render_rows",
    ask=(
        "Write a JavaScript function `«name»(«rows»)` that returns the HTML of table rows as a string: per object a `tr` "
        "with `«head»` in a `<th scope=\"row\">`, then `«first»` and `«second»` in `td`. Escape `&`, `<` and `>`. «wishes»",
        "`«name»(«rows»)` in JavaScript should build the inside of a `tbody` from objects with `«head»`, `«first»` and "
        "`«second»` (that order): `«head»` is the row's header cell (`<th scope=\"row\">`), the others are `<td>`. «wishes» "
        "Texts must be escaped (`&`, `<`, `>`).",
        "I render a table without a framework. Implement `«name»(«rows»)` (JavaScript, returns a string). «wishes» Each row "
        "is `<tr><th scope=\"row\">«head»</th><td>«first»</td><td>«second»</td></tr>` with the values of these fields, where "
        "`&`, `<` and `>` are escaped.",
        "«wishes» These are the rules of `«name»(«rows»)`, a JavaScript function that turns objects into `<tr>` rows without "
        "injection: replace `&`, `<` and `>` by entities. Cells: `«head»` as `th` with `scope=\"row\"`, then `td` for "
        "`«first»` and for `«second»`.",
    ),
    draw=draw_rows,
    shapes=(
        Shape(name="map", code=write_map, mutants=(
            ('.replace(/&/g, "&amp;").replace(/</g, "&lt;")', '.replace(/</g, "&lt;").replace(/&/g, "&amp;")'),
            ('.join("")', ".toString()"), ("value === null", "!value"))),
        Shape(name="loop", code=write_loop, mutants=(
            ("[&<>]/g", "[<>]/g"), ("html +=", "html ="), ("value ?? ", "value || "), ("/[&<>]/g", "/[&<>]/"))),
    ),
    mutants=((' scope="row"', ""), ("show(row.«head»)", "row.«head»"), ('"«blank»"', '""'), ('colspan="3"', 'colspan="2"')),
    verifier=check_rows,
)  # fmt: skip
