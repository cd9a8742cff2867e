"""Templates of FullstackEval: repair, a query and a server with several faults (levels 3 and 4)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.frontend_functions import FIRST
from burnish.benchmarks.fullstack.servers import QUIET, REPLY, SERVE
from burnish.benchmarks.fullstack.steps import asks, selects
from burnish.benchmarks.fullstack.tasks import Check, Facts, Step, Template


def _draw_dues(rng: Random) -> dict[str, Any]:
    who, pay, what = rng.choice([
        ("member", "payment", "paid"), ("driver", "fine", "owed"), ("shop", "sale", "sold"), ("donor", "gift", "given"),
        ("farm", "harvest", "brought"),
    ])  # fmt: skip
    return {"who": who, "pay": pay, "what": what, "year": rng.randrange(2015, 2030)}


def _test_dues(facts: Facts, rng: Random) -> list[Check]:
    who, pay, year = facts["who"], facts["pay"], facts["year"]

    def database(amounts: list[list[tuple[int, int]]]) -> tuple[str, list[list[Any]]]:
        names = rng.sample(FIRST, len(amounts))
        ids = rng.sample(range(1, 50), len(amounts))
        people = ", ".join(f"({one}, '{name}')" for one, name in zip(ids, names, strict=True))
        rows = [f"({one}, {when}, {much})" for one, own in zip(ids, amounts, strict=True) for when, much in own]
        setup = f"CREATE TABLE {who} (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO {who} VALUES {people};"
        setup += f"CREATE TABLE {pay} ({who}_id INTEGER, year INTEGER, amount INTEGER);"
        setup += f"INSERT INTO {pay} VALUES {', '.join(rows)};" if rows else ""
        sums = [[name, sum(m for w, m in own if w == year), sum(w == year for w, _ in own)]
                for name, own in zip(names, amounts, strict=True)]  # fmt: skip
        return setup, sorted(sums, key=lambda row: (-int(row[1]), str(row[0])))

    one, two, three = (rng.randrange(10, 90) for _ in range(3))
    return [
        Check("this year alone", selects(database([[(year, one), (year - 1, two)], [(year, two), (year, three)], [(year, 5)]]),
                                        database([[(year, two)], [(year + 2, 8)]]))),
        Check("nothing this year", selects(database([[(year - 1, one)], [(year, two)], [(year + 1, three), (year + 1, 9)]]),
                                         database([[(year - 1, three)], [(year, one)]]))),
        Check("nothing ever", selects(database([[], [(year, one)], []]), database([[], []]))),
        Check("equal sums go by name", selects(database([[(year, one)], [(year, one)], [(year, one)], [(year, one)], []]),
                                              database([[(year, two), (year, 1)], [(year, 1), (year, two)], []]))),
    ]  # fmt: skip


COUNT_REPAIR = Template(
    id="count_repair", kind="repair", level=3, surface="sql", draw=_draw_dues,
    prompt="""
        This SQLite query should list every §who with what was §what in §year: the name, the sum of the amounts (0 if there are
        none) and how many there were, the highest sum first, equal sums by name. It leaves out everyone without a §pay in §year, and its
        order is wrong. Correct it and give the whole query. The tables are `§who (id, name)` and `§pay (§{who}_id, year, amount)`.
    """,
    starter="""
        SELECT §who.name, SUM(§pay.amount), COUNT(*)
        FROM §who LEFT JOIN §pay ON §pay.§{who}_id = §who.id
        WHERE §pay.year = §year
        GROUP BY §who.id
        ORDER BY §who.name;
    """,
    reference="""
        SELECT §who.name, COALESCE(SUM(§pay.amount), 0) AS total, COUNT(§pay.year)
        FROM §who LEFT JOIN §pay ON §pay.§{who}_id = §who.id AND §pay.year = §year
        GROUP BY §who.id
        ORDER BY total DESC, §who.name;
    """,
    second="""
        WITH own AS (SELECT * FROM §pay WHERE year = §year)
        SELECT name,
               (SELECT TOTAL(amount) + 0 FROM own WHERE §{who}_id = §who.id) AS total,
               (SELECT COUNT(*) FROM own WHERE §{who}_id = §who.id)
        FROM §who
        ORDER BY 2 DESC, 1 ASC;
    """,
    mutants=(
        ("COUNT(§pay.year)", "COUNT(*)"), ("COALESCE(SUM(§pay.amount), 0)", "SUM(§pay.amount)"),
        (" AND §pay.year", "\nWHERE §pay.year"),
        ("total DESC, ", ""), ("total DESC, §who.name", "total DESC, §who.name DESC"), ("= §year", ">= §year"),
        ("LEFT JOIN", "JOIN"),
    ),
    tests=_test_dues,
)  # fmt: skip

_SERVER = (
    """
        import json
        import os
        from http.server import BaseHTTPRequestHandler, HTTPServer

        §many = {}
        §{extra}

        class Handler(BaseHTTPRequestHandler):
"""
    + REPLY
    + """

            def body(self):
                return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self):
                self.reply(200, list(§many.values()))

            def do_POST(self):
        §{post}

            def do_PATCH(self):
        §{patch}

            def do_DELETE(self):
        §{delete}

"""
    + SERVE
)
_WRONG = {
    "extra": "        # §many by id",
    "post": """
                §one = {"id": len(§many) + 1, "done": False, **self.body()}
                §many[§one["id"]] = §one
                self.reply(201, §one)
    """,
    "patch": """
                §one = §many[int(self.path.split("/")[-1])]
                §one = self.body()
                self.reply(200, §one)
    """,
    "delete": """
                §many.pop(int(self.path.split("/")[-1]), None)
                self.reply(204)
    """,
}
_RIGHT = {
    "extra": "        last = 0\n",
    "post": """
                global last
                last += 1
                §many[last] = {"done": False, **self.body(), "id": last}
                self.reply(201, §many[last])
    """,
    "patch": """
                number = int(self.path.split("/")[-1])
                if number not in §many:
                    return self.reply(404)
                §many[number].update(self.body())
                §many[number]["id"] = number
                self.reply(200, §many[number])
    """,
    "delete": """
                number = int(self.path.split("/")[-1])
                if number not in §many:
                    return self.reply(404)
                del §many[number]
                self.reply(204)
    """,
}


def _build(parts: dict[str, str]) -> str:
    """Return the server with its methods put in; a part's lines are indented as in the whole."""
    text = _SERVER
    for name, part in parts.items():
        text = text.replace(f"        §{{{name}}}\n", part.strip("\n").rstrip() + "\n")
    return text


def _draw_server(rng: Random) -> dict[str, Any]:
    one, many = rng.choice(
        [("chore", "chores"), ("story", "stories"), ("ride", "rides"), ("lesson", "lessons"), ("repair", "repairs")]
    )
    return {"one": one, "many": many, "text": rng.choice(["title", "label", "summary"])}


def _test_server(facts: Facts, rng: Random) -> list[Check]:
    many, text = facts["many"], facts["text"]
    one, two, three = rng.sample(NAMES, 3)

    def item(number: int, words: str, done: bool = False) -> dict[str, Any]:
        return {"id": number, text: words, "done": done}

    def add(number: int, words: str) -> Step:
        return asks(f"POST /{many}", 201, json={text: words}, gives=item(number, words))

    def shows(*items: dict[str, Any]) -> Step:
        return asks(f"GET /{many}", 200, gives=list(items))

    def change(number: int, gives: dict[str, Any], **body: Any) -> Step:
        return asks(f"PATCH /{many}/{number}", 200, json=body, gives=gives)

    def drop(number: int, status: int) -> Step:
        return asks(f"DELETE /{many}/{number}", status, look="status")

    done = item(1, one, True)
    return [
        Check("keeps what isn't changed", (add(1, one), add(2, two), change(1, done, done=True), shows(done, item(2, two)))),
        Check("stores the change", (add(1, one), change(1, item(1, three), **{text: three}), shows(item(1, three)))),
        Check("ids aren't used again",
              (add(1, one), add(2, two), drop(1, 204), add(3, three), shows(item(2, two), item(3, three)))),
        Check("not even the last one", (add(1, one), drop(1, 204), add(2, two), drop(2, 204), add(3, three))),
        Check("404 for what isn't there", (add(1, one), drop(2, 404),
                                           asks(f"PATCH /{many}/7", 404, json={text: two}, look="status"),
                                          drop(1, 204), drop(1, 404))),
        Check("the id is the server's", (add(1, one), asks(f"POST /{many}", 201, json={"id": 9, text: two}, gives=item(2, two)),
                                        change(1, item(1, one), id=5), shows(item(1, one), item(2, two)))),
    ]  # fmt: skip


SERVER_REPAIR = Template(
    id="server_repair", kind="repair", level=4, surface="server", draw=_draw_server,
    prompt="""
        This Python server keeps §many in memory, each with a `§text`; it listens on the port in the environment variable PORT. It has these faults:
        - an id is used again after a §one was deleted; ids must count up from 1 and never come back;
        - `PATCH /§many/N` should change the given fields of the §one, keep its others, and answer 200 with the whole §one;
        - `PATCH` and `DELETE` of a §one that isn't there should answer 404;
        - a client can choose the `id` in `POST` and change it in `PATCH`; an `id` in the body should be ignored.
        Correct it and give the whole program.
    """,
    starter=_build(_WRONG), reference=_build(_RIGHT),
    second="""
        import itertools, json, os, re
        from wsgiref.simple_server import WSGIRequestHandler, make_server

"""
        + QUIET
        + """

        counter = itertools.count(1)
        §many = []

        def decide(method, path, fields):
            if method == "GET":
                return "200 OK", §many
            fields.pop("id", None)
            if method == "POST":
                §many.append({"id": next(counter), "done": False} | fields)
                return "201 Created", §many[-1]
            number = int(re.search(r"[0-9]+", path)[0])
            found = [one for one in §many if one["id"] == number]
            if not found:
                return "404 Not Found", None
            if method == "DELETE":
                §many.remove(found[0])
                return "204 No Content", None
            found[0].update(fields)
            return "200 OK", found[0]

        def app(environ, start):
            size = int(environ.get("CONTENT_LENGTH") or 0)
            fields = json.loads(environ["wsgi.input"].read(size)) if size else {}
            status, value = decide(environ["REQUEST_METHOD"], environ["PATH_INFO"], fields)
            start(status, [("Content-Type", "application/json")])
            return [] if value is None else [json.dumps(value).encode()]

        make_server("127.0.0.1", int(os.environ["PORT"]), app, handler_class=Quiet).serve_forever()
    """,
    mutants=(
        ('**self.body(), "id": last}', '"id": last, **self.body()}'), (".update(self.body())", " = self.body()"),
        ('        §many[number]["id"] = number\n', ""), ("        del §many[number]\n", ""),
        ("last += 1", "last = len(§many) + 1"),
        ("self.reply(404)\n        §many", "self.reply(400)\n        §many"), ('{"done": False, **', "{**"),
        ("return self.reply(404)\n        del", "return self.reply(204)\n        del"),
    ),
    tests=_test_server,
)  # fmt: skip

TEMPLATES = (COUNT_REPAIR, SERVER_REPAIR)
