"""Category `fs_data_table`: tables with a name and header cells, their totals, and a function that writes their rows."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.stylesheet_basics import list_clauses
from burnish.generate.table_rows import ROWS
from burnish.generate.wording import CITIES, FIRST_NAMES, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

VALID = {"valid": True}


def draw_head(rng: Random) -> dict[str, Any]:
    """Draw a table's name, its columns, the one that it is sorted by and the id of its body."""
    noun = draw_noun(rng)
    columns = [name.capitalize() for name in rng.sample((*TEXT_FIELDS, *NUMBER_FIELDS), rng.choice((2, 3, 3, 4)))]
    title = (
        f"{pick(rng, 'All|Open|New|Recent|Your|Latest')} {noun.many}{rng.choice(('', '', ' by month', ' this week'))}"
    )
    sorted_by, way = rng.choice((*columns, "")), rng.choice(("ascending", "descending"))
    wish = f' "{sorted_by}" has `aria-sort="{way}"`.' if sorted_by else ""
    return {
        "title": title, "columns": columns, "listed": list_clauses([f"\"{name}\"" for name in columns]), "sort": sorted_by,
        "way": way, "against": "descending" if way == "ascending" else "ascending", "wish": wish,
        "body": rng.choice((f"{noun.many}-body", f"{noun.one}-rows", noun.many, f"{noun.one}-list")), "first": columns[0],
        "last": columns[-1],
    }  # fmt: skip


def _write_head(facts: Facts, *, table: str, caption: str) -> str:
    sort = {facts["sort"]: f' aria-sort="{facts["way"]}"'}
    cells = [f'      <th scope="col"{sort.get(name, "")}>{name}</th>' for name in facts["columns"]]
    lines = [table, *([f"  {caption}"] if caption else []), "  <thead>", "    <tr>", *cells, "    </tr>", "  </thead>"]
    return "\n".join([*lines, f'  <tbody id="{facts["body"]}"></tbody>', "</table>"])


def write_caption(facts: Facts) -> str:
    """Write the name as a caption."""
    return _write_head(facts, table="<table>", caption=f"<caption>{facts['title']}</caption>")


def write_label(facts: Facts) -> str:
    """Write the name as an attribute."""
    return _write_head(facts, table=f'<table aria-label="{facts["title"]}">', caption="")


def write_heading(facts: Facts) -> str:
    """Write the name as a heading that the table refers to."""
    heading = f'<h2 id="{facts["body"]}-title">{facts["title"]}</h2>'
    return f"{heading}\n" + _write_head(facts, table=f'<table aria-labelledby="{facts["body"]}-title">', caption="")


def check_head(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the name, the header cells in order and the empty body."""
    most = 1 if facts["sort"] else 0
    text = {"text": facts["sort"], "attr": {"aria-sort": facts["way"]}} if most else {}
    return html_check(
        {"select": "table", "min": 1, "max": 1}, {"name_of": "table", "text": facts["title"]},
        {"texts": "thead > tr > th", "equal": facts["columns"]}, {"select": "th", "attr": {"scope": "col"}},
        {"select": "[aria-sort]", "min": most, "max": most, **text}, {"select": "td", "min": 0, "max": 0},
        {"select": "table > tbody", "min": 1, "max": 1, "attr": {"id": facts["body"]}, "text": ""}, VALID,
    )  # fmt: skip


HEAD = Template(
    id="table_head",
    ask=(
        "Write the HTML of a table with the accessible name \"«title»\" and the column headers «listed» (`scope=\"col\"`) in "
        "a `thead`. Its `tbody` has the id `«body»` and is empty.«wish»",
        "I fill a table by script and need its HTML. Header cells with `scope=\"col\"` in the `thead`: «listed».«wish» Then an "
        "empty `<tbody id=\"«body»\">`. The table is named \"«title»\".",
        "Give me an accessible HTML table without data. «listed» are its column headers (in `thead`, each with its `scope`)"
        ".«wish» The name of the table is \"«title»\", the id of the empty `tbody` is `«body»`.",
        "How do I mark up a table that screen readers announce as \"«title»\"? The columns are «listed».«wish» Use a `thead`, "
        "`th` with `scope=\"col\"`, and an empty `tbody` (id `«body»`).",
    ),
    draw=draw_head,
    shapes=(
        Shape(name="caption", code=write_caption, mutants=(("caption>", "p>"), ("  <thead>", "  <tbody>"))),
        Shape(name="label", code=write_label, mutants=(("aria-label", "data-label"), ("thead>", "tfoot>"))),
        Shape(name="heading", code=write_heading, mutants=((' id="«body»-title"', ""), (' scope="col"', ' scope="row"'))),
    ),
    mutants=((' scope="col"', ""), ("«title»", ""), ('id="«body»"', 'class="«body»"'), ('"«way»"', '"«against»"'),
             (">«last»</th>", "></th>"), ("<th ", "<td ")),
    verifier=check_head,
)  # fmt: skip


def draw_figures(rng: Random) -> dict[str, Any]:
    """Draw a table of figures: what its rows and columns are called, and whether it ends in sums."""
    noun = draw_noun(rng)
    corner, names = rng.choice((("City", CITIES), ("Name", FIRST_NAMES), ("Month", ("January", "March", "May", "June", "July")),
                                ("Day", ("Monday", "Tuesday", "Thursday", "Friday", "Sunday"))))  # fmt: skip
    rows, columns = rng.sample(list(names), rng.choice((2, 2, 3))), rng.choice((1, 2, 2))
    heads = [name.capitalize() for name in rng.sample(NUMBER_FIELDS, columns)]
    figures = [[rng.randrange(2, 60) for _ in heads] for _ in rows]
    total = pick(rng, "Total|Sum|All") if rng.random() < 0.6 else ""
    caption = f"{noun.many.capitalize()} {pick(rng, 'in numbers|at a glance|this year|overview|report')}"
    data = "; ".join(f"{row}: {', '.join(map(str, own))}" for row, own in zip(rows, figures, strict=True))
    sums = [sum(column) for column in zip(*figures, strict=True)]
    wish = pick(rng, f" A `tfoot` row with the row header \"{total}\" gives the sum of each column.| It ends in a `tfoot` "
                     f"whose row header is \"{total}\" and whose cells are the columns' sums.")  # fmt: skip
    return {
        "corner": corner, "rows": rows, "heads": heads, "figures": figures, "total": total, "caption": caption,
        "data": data, "sums": sums, "wish": wish if total else "",
        "listed": list_clauses([f"\"{name}\"" for name in (corner, *heads)]),
        "row": rows[0], "figure": figures[0][0], "wrong": figures[0][0] + 1, "sum": sums[0], "missum": sums[0] + 1,
    }  # fmt: skip


def _row(head: str, figures: list[int]) -> str:
    return f'<tr><th scope="row">{head}</th>{"".join(f"<td>{figure}</td>" for figure in figures)}</tr>'


def _figure_rows(facts: Facts) -> tuple[str, list[str], list[str]]:
    head = "".join(f'<th scope="col">{name}</th>' for name in (facts["corner"], *facts["heads"]))
    rows = [_row(name, own) for name, own in zip(facts["rows"], facts["figures"], strict=True)]
    return f"<tr>{head}</tr>", rows, [_row(facts["total"], facts["sums"])] if facts["total"] else []


def write_sections(facts: Facts) -> str:
    """Write head and body in sections."""
    head, rows, total = _figure_rows(facts)
    lines = ["<table>", f"  <caption>{facts['caption']}</caption>", f"  <thead>{head}</thead>", "  <tbody>"]
    lines += [*(f"    {row}" for row in rows), "  </tbody>", *(f"  <tfoot>{row}</tfoot>" for row in total)]
    return "\n".join([*lines, "</table>"])


def write_plain_rows(facts: Facts) -> str:
    """Write the rows directly into the table."""
    head, rows, total = _figure_rows(facts)
    lines = ["<table>", f"  <caption>{facts['caption']}</caption>", *(f"  {row}" for row in (head, *rows))]
    return "\n".join([*lines, *(f"  <tfoot>{row}</tfoot>" for row in total), "</table>"])


def check_figures(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect caption, header cells with their scope, figures in order, and sums added one by one."""
    sums = [0] * len(facts["heads"])
    for own in facts["figures"]:
        sums = [so_far + figure for so_far, figure in zip(sums, own, strict=True)]
    ends = [facts["total"]] if facts["total"] else []
    figures = [str(figure) for own in facts["figures"] for figure in own] + ([str(one) for one in sums] if ends else [])
    width = len(facts["heads"])
    return html_check(
        {"select": "table", "min": 1, "max": 1}, {"select": "table > caption", "min": 1, "max": 1, "text": facts["caption"]},
        {"texts": "tr:first-child > th[scope=col]", "equal": [facts["corner"], *facts["heads"]]},
        {"texts": "th:first-child[scope=row]", "equal": [*facts["rows"], *ends]},
        {"texts": "tr > td", "equal": figures}, {"texts": "th:first-child ~ td:last-child", "equal": figures[width - 1 :: width]},
        {"texts": "tfoot > tr > th", "equal": ends},
        {"select": "tr", "min": (count := len(facts["rows"]) + len(ends) + 1), "max": count},
        VALID,
    )  # fmt: skip


FIGURES = Template(
    id="figures_with_headers",
    ask=(
        "Write an accessible HTML table with the caption \"«caption»\", the column headers «listed», and these rows, whose "
        "first cell is the row header: «data».«wish» Give every `th` its `scope`.",
        "I need the HTML of a data table. Columns: «listed». Data: «data». The caption is \"«caption»\", and the header cells "
        "of columns and rows have a `scope`.«wish»",
        "«data» - show this as an HTML table with the column headers «listed».«wish» Use `caption` (\"«caption»\") and `th` with "
        "`scope` for all headers; the first column holds row headers.",
        "How do I mark up these figures so that screen readers can follow? «data». Headers of the columns: «listed»; each "
        "row begins with its own header. Set `scope` on each.«wish» HTML table, caption \"«caption»\".",
        "Table \"«caption»\" (that is its `caption`), HTML, please.«wish» «listed» head the columns. Row header and values: "
        "«data». All `th` need the right `scope`.",
    ),
    draw=draw_figures,
    shapes=(
        Shape(name="sections", code=write_sections, mutants=(("caption>", "p>"), ("</caption>", ""))),
        Shape(name="plain_rows", code=write_plain_rows,
              mutants=(('<th scope="row">«row»</th>', "<td>«row»</td>"), ("<caption>«caption»</caption>", ""))),
    ),
    mutants=((' scope="row"', ""), (' scope="col"', ""), ("<td>«figure»</td>", "<td>«wrong»</td>"),
             ("<td>«sum»</td>", "<td>«missum»</td>"),
             ("tfoot>", "tbody>"), ('scope="row"', 'scope="col"')),
    verifier=check_figures,
)  # fmt: skip

CATEGORY = Category(name="fs_data_table", family="components", templates=(HEAD, FIGURES, ROWS))
