"""Templates of FullstackEval: full stack, functions between a database and a page (levels 1 and 2)."""

from random import Random
from typing import Any
from urllib.parse import urlencode

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.tasks import Check, Facts, Step, Template

# A call names the function, the statements that make its database, its further arguments, and the tester's own query on
# what the function leaves there.
HARNESS = """
import sqlite3

def drive(ns, call):
    connection = sqlite3.connect(":memory:")
    connection.executescript(call["setup"])
    given = ns[call["entry"]](connection, *call.get("arguments", []))
    if "query" not in call:
        return given
    connection.rollback()
    return [given, [list(row) for row in connection.execute(call["query"])]]
"""


def _draw_list(rng: Random) -> dict[str, Any]:
    table, column, number = rng.choice([
        ("book", "title", "pages"), ("film", "title", "minutes"), ("song", "name", "seconds"), ("tool", "name", "price"),
        ("city", "name", "people"), ("plant", "name", "height"), ("train", "name", "coaches"),
    ])  # fmt: skip
    tag, item = rng.choice([("ul", "li"), ("ol", "li"), ("div", "p"), ("nav", "span")])
    return {"entry": f"{table}_list", "table": table, "column": column, "number": number, "tag": tag, "item": item}


def _test_list(facts: Facts, rng: Random) -> list[Check]:
    def case(count: int) -> Step:
        names = rng.sample(NAMES, count)
        numbers = rng.sample(range(1, 400), count)
        rows = ", ".join(f"('{name}', {number})" for name, number in zip(names, numbers, strict=True))
        setup = f"CREATE TABLE {facts['table']} ({facts['column']} TEXT, {facts['number']} INTEGER);"
        setup += f" INSERT INTO {facts['table']} VALUES {rows};" if rows else ""
        tag, item = facts["tag"], facts["item"]
        items = "".join(f"<{item}>{name}</{item}>" for name in sorted(names))
        return Step({"entry": facts["entry"], "setup": setup}, f"<{tag}>{items}</{tag}>")

    return [
        Check("some rows", (case(3), case(4), case(5))),
        Check("none and one", (case(0), case(1), case(1))),
        Check("many rows", (case(20), case(30))),
    ]


LIST_FROM_TABLE = Template(
    id="list_from_table", kind="full stack", level=1, surface="python", entry="§entry", draw=_draw_list,
    prompt="""
        Write a Python function `§entry(db)`. `db` is an open `sqlite3` connection to a database with the table
        `§table (§column TEXT, §number INTEGER)`. It returns HTML text: one `<§tag>` that holds a `<§item>` with the §column of
        every §table, sorted by §column, with no spaces or line ends between the tags. With two rows, "b" and "a", it
        returns `<§tag><§item>a</§item><§item>b</§item></§tag>`.
    """,
    reference="""
        def §entry(db):
            rows = db.execute("SELECT §column FROM §table ORDER BY §column")
            return "<§tag>" + "".join(f"<§item>{row[0]}</§item>" for row in rows) + "</§tag>"
    """,
    second="""
        def §entry(db):
            html = "<§tag>"
            for (name, _) in sorted(db.execute("SELECT * FROM §table").fetchall()):
                html += "<§item>%s</§item>" % name
            return html + "</§tag>"
    """,
    mutants=(
        ("ORDER BY §column", "ORDER BY §number"), (' + "</§tag>"', ""), ("ORDER BY §column", "ORDER BY §column DESC"),
        ("SELECT §column FROM", "SELECT §number FROM"), ('"".join', '" ".join'), ("{row[0]}", "{row}"),
    ),
    tests=_test_list, harness=HARNESS,
)  # fmt: skip


def _draw_form(rng: Random) -> dict[str, Any]:
    table, text, number = rng.choice([
        ("booking", "guest", "nights"), ("order_line", "article", "amount"), ("pledge", "donor", "euros"),
        ("meal", "dish", "portions"), ("shift", "worker", "hours"),
    ])  # fmt: skip
    return {"entry": rng.choice(["save_form", "store_form", "take_form"]), "table": table, "text": text, "number": number,
            "most": rng.randrange(12, 60), "home": rng.choice(["/", "/thanks", f"/{table}s"])}  # fmt: skip


def _test_form(facts: Facts, rng: Random) -> list[Check]:
    text, number, table, most = facts["text"], facts["number"], facts["table"], facts["most"]
    setup = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {text} TEXT, {number} INTEGER);"
    query = f"SELECT {text}, {number} FROM {table} ORDER BY id"

    def case(body: str, status: int, rows: list[list[Any]]) -> Step:
        do = {"entry": facts["entry"], "setup": setup, "arguments": [body], "query": query}
        given = [303, facts["home"]] if status == 303 else [status, ""]
        return Step(do, [given, rows])

    def good(name: str, amount: int) -> Step:
        return case(urlencode({text: name, number: amount}), 303, [[name.strip(), amount]])

    name, other = rng.sample(NAMES, 2)
    return [
        Check("stores and leads on", (good(name, rng.randrange(2, most)), good(f"{other} {name}", rng.randrange(2, most)))),
        Check("odd letters", (good(f"{name} & {other}=1", 3), good("Zoë Müller", 5), good(f"it's {other}", 7))),
        Check("the limits", (good(name, 1), good(other, most), case(urlencode({text: name, number: most + 1}), 400, []))),
        Check("refuses what is missing", (case(urlencode({number: 4}), 400, []), case(f"{text}=&{number}=4", 400, []),
                                         case(urlencode({text: name}), 400, []), good(name, 4))),
        Check("refuses what is no number", (case(f"{text}={name}&{number}=four", 400, []), good(other, 2),
                                           case(f"{text}={name}&{number}=0", 400, []), case("", 400, []))),
    ]  # fmt: skip


STORE_FORM = Template(
    id="store_form", kind="full stack", level=2, surface="python", entry="§entry", draw=_draw_form,
    prompt="""
        Write a Python function `§entry(db, body)`. `db` is an open `sqlite3` connection to a database with the table
        `§table (id INTEGER PRIMARY KEY, §text TEXT, §number INTEGER)`. `body` is the text that a browser sends for an HTML form
        with the fields `§text` and `§number`, URL-encoded, such as `§text=Ann+Lee&§number=2`. If `§text` isn't empty and
        `§number` is a whole number from 1 to §most, the function stores them as a row, commits, and returns the list
        `[303, "§home"]`. Otherwise it stores nothing and returns `[400, ""]`.
    """,
    reference="""
        from urllib.parse import parse_qs

        def §entry(db, body):
            fields = parse_qs(body)
            text = fields.get("§text", [""])[0]
            number = fields.get("§number", [""])[0]
            if not text or not number.isdigit() or not 1 <= int(number) <= §most:
                return [400, ""]
            db.execute("INSERT INTO §table (§text, §number) VALUES (?, ?)", (text, int(number)))
            db.commit()
            return [303, "§home"]
    """,
    second="""
        from urllib.parse import unquote_plus

        def §entry(db, body):
            fields = {}
            for part in body.split("&"):
                name, _, value = part.partition("=")
                fields[unquote_plus(name)] = unquote_plus(value)
            try:
                number = int(fields["§number"])
                text = fields["§text"]
            except (KeyError, ValueError):
                return [400, ""]
            if text == "" or number < 1 or number > §most:
                return [400, ""]
            with db:
                db.execute("INSERT INTO §table VALUES (NULL, ?, ?)", [text, number])
            return [303, "§home"]
    """,
    mutants=(
        ("db.commit()", "pass"), ("1 <= int", "0 <= int"), ("<= §most", "< §most"), ("not text or ", ""),
        ("not number.isdigit() or ", ""), ("parse_qs(body)", "{p.split('=')[0]: p.split('=')[1:] for p in body.split('&')}"),
        ('return [303, "§home"]', 'return [200, "§home"]'),
    ),
    tests=_test_form, harness=HARNESS,
)  # fmt: skip

TEMPLATES = (LIST_FROM_TABLE, STORE_FORM)
