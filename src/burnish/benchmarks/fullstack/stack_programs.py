"""Templates of FullstackEval: full stack, servers with a database that outlives them (levels 3 and 4)."""

from random import Random
from typing import Any
from urllib.parse import urlencode

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.frontend_functions import FIRST
from burnish.benchmarks.fullstack.servers import QUIET, REPLY, SERVE
from burnish.benchmarks.fullstack.steps import asks, reads, restarts
from burnish.benchmarks.fullstack.tasks import Check, Facts, Step, Template


def _draw_readings(rng: Random) -> dict[str, Any]:
    table, place, value = rng.choice([
        ("readings", "sensor", "degrees"), ("scores", "player", "points"), ("trips", "car", "km"), ("sales", "shop", "euros"),
        ("weights", "animal", "grams"),
    ])  # fmt: skip
    return {"table": table, "place": place, "value": value}


def _test_readings(facts: Facts, rng: Random) -> list[Check]:
    table, place, value = facts["table"], facts["place"], facts["value"]
    one, two = rng.sample(NAMES, 2)
    first, second, third = rng.sample(range(-40, 900), 3)

    def add(number: int, where: str, amount: int) -> Step:
        return asks(
            f"POST /{table}", 201, json={place: where, value: amount}, gives={"id": number, place: where, value: amount}
        )

    def shows(where: str, *amounts: int) -> Step:
        return asks(f"GET /{table}?{urlencode({place: where})}", 200, gives=list(amounts))

    def refuses(body: Any) -> Step:
        return asks(f"POST /{table}", 400, json=body, look="status")

    rows = f"SELECT id, {place}, {value} FROM {table} ORDER BY id"
    odd = f"{one}'s & {two}?"
    return [
        Check("stores rows", (add(1, one, first), add(2, two, second), reads((rows, [[1, one, first], [2, two, second]])))),
        Check("lists by place", (add(1, one, first), add(2, two, second), add(3, one, third), shows(one, first, third),
                                shows(two, second))),
        Check("unknown places and odd names", (add(1, odd, first), shows(two), shows(odd, first), add(2, one, 0), shows(one, 0))),
        Check("refuses what is wrong", (refuses({place: one}), refuses({place: 5, value: 5}), refuses({place: one, value: "5"}),
                                       refuses([1]), add(1, one, second), reads((rows, [[1, one, second]])))),
        Check("outlives the server", (add(1, one, third), restarts(), shows(one, third), add(2, one, first), restarts(),
                                     shows(one, third, first), reads((rows, [[1, one, third], [2, one, first]])))),
    ]  # fmt: skip


READINGS_SERVER = Template(
    id="readings_server", kind="full stack", level=3, surface="server", draw=_draw_readings,
    prompt="""
        Write an HTTP server in Python, standard library only. It listens on 127.0.0.1 on the port in the environment variable PORT
        and keeps its data in the SQLite file whose path is in the environment variable DATABASE, in the table
        `§table (id INTEGER PRIMARY KEY, §place TEXT, §value INTEGER)`, which it makes where it is missing.
        - `POST /§table` with JSON such as `{"§place": "x", "§value": 7}` stores a row and answers 201 with the JSON
          `{"id": 1, "§place": "x", "§value": 7}`. If the body isn't an object with a text `§place` and a whole number `§value`, it
          answers 400 and stores nothing.
        - `GET /§table?§place=x` answers 200 with a JSON array of every §value with that §place, oldest first.
        The server may be stopped at any time after an answer; what it has stored must be there when it starts again.
    """,
    reference="""
        import json
        import os
        import sqlite3
        from http.server import BaseHTTPRequestHandler, HTTPServer
        from urllib.parse import parse_qs, urlsplit

        db = sqlite3.connect(os.environ["DATABASE"])
        db.execute("CREATE TABLE IF NOT EXISTS §table (id INTEGER PRIMARY KEY, §place TEXT, §value INTEGER)")

        class Handler(BaseHTTPRequestHandler):
"""
        + REPLY
        + """

            def do_GET(self):
                place = parse_qs(urlsplit(self.path).query).get("§place", [""])[0]
                rows = db.execute("SELECT §value FROM §table WHERE §place = ? ORDER BY id", (place,))
                self.reply(200, [row[0] for row in rows])

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not isinstance(body, dict):
                    return self.reply(400, {})
                place, value = body.get("§place"), body.get("§value")
                if not isinstance(place, str) or not isinstance(value, int):
                    return self.reply(400, {})
                cursor = db.execute("INSERT INTO §table (§place, §value) VALUES (?, ?)", (place, value))
                db.commit()
                self.reply(201, {"id": cursor.lastrowid, "§place": place, "§value": value})

"""
        + SERVE,
    second="""
        import json, os, sqlite3
        from urllib.parse import parse_qsl
        from wsgiref.simple_server import WSGIRequestHandler, make_server

"""
        + QUIET
        + """

        def connect():
            db = sqlite3.connect(os.environ["DATABASE"], isolation_level=None)
            db.execute("CREATE TABLE IF NOT EXISTS §table (id INTEGER PRIMARY KEY, §place TEXT, §value INTEGER)")
            return db

        def store(body):
            match body:
                case {"§place": str(place), "§value": int(value)}:
                    with connect() as db:
                        row = db.execute("INSERT INTO §table VALUES (NULL, ?, ?) RETURNING *", (place, value)).fetchone()
                    return "201 Created", dict(zip(("id", "§place", "§value"), row))
            return "400 Bad Request", {"error": "wrong body"}

        def app(environ, start):
            if environ["REQUEST_METHOD"] == "POST":
                status, value = store(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
            else:
                asked = dict(parse_qsl(environ["QUERY_STRING"])).get("§place")
                rows = connect().execute("SELECT §place, §value FROM §table ORDER BY id").fetchall()
                status, value = "200 OK", [amount for name, amount in rows if name == asked]
            start(status, [("Content-Type", "application/json")])
            return [json.dumps(value).encode()]

        make_server("127.0.0.1", int(os.environ["PORT"]), app, handler_class=Quiet).serve_forever()
    """,
    mutants=(
        ("        db.commit()\n", ""), ("WHERE §place = ? ORDER", "WHERE §place >= ? ORDER"), ("ORDER BY id", "ORDER BY id DESC"),
        ('os.environ["DATABASE"])\ndb', '":memory:")\ndb'), ("not isinstance(place, str) or ", ""),
        (" or not isinstance(value, int)", ""),
        ("        if not isinstance(body, dict):\n            return self.reply(400, {})\n", ""),
        ("self.reply(201", "self.reply(200"),
    ),
    tests=_test_readings,
)  # fmt: skip


def _draw_book(rng: Random) -> dict[str, Any]:
    page, path = rng.choice(
        [("Guest book", "sign"), ("Wishes", "wish"), ("Lost and found", "report"), ("Ideas", "propose")]
    )
    return {"page": page, "path": path, "table": rng.choice(["entries", "notes", "posts"]),
            "name": rng.choice(["name", "author"]),
            "text": rng.choice(["text", "message"]), "empty": rng.choice(["Nothing yet", "Be the first"])}  # fmt: skip


def _test_book(facts: Facts, rng: Random) -> list[Check]:
    ann, bob = rng.sample(FIRST, 2)
    one, two, three = rng.sample(NAMES, 3)

    def post(name: str, text: str, status: int = 303) -> Step:
        form = urlencode({facts["name"]: name, facts["text"]: text})
        if status == 303:
            return asks(f"POST /{facts['path']}", 303, form=form, look="location", gives="/")
        return asks(f"POST /{facts['path']}", status, form=form, look="status")

    def shows(*pairs: tuple[str, str], path: str = "/") -> Step:
        return asks(f"GET {path}", 200, look="ul > li", gives=[f"{name}: {text}" for name, text in pairs])

    query = f"SELECT {facts['name']}, {facts['text']} FROM {facts['table']} ORDER BY id"
    by = f"/?{urlencode({facts['name']: ann})}"
    markup = f"<b>{one}</b> & <i>{two}</i>"
    fields = asks("GET /", 200, look=f"form[method=post i][action='/{facts['path']}'] button", gives=["Send"])
    return [
        Check("newest first", (post(ann, one), post(bob, two), shows((bob, two), (ann, one)),
                              asks("GET /", 200, look="p", gives=[]))),
        Check("a page with a form", (asks("GET /", 200, look="h1", gives=[facts["page"]]), fields,
                                    asks("GET /", 200, look="p", gives=[facts["empty"]]), shows())),
        Check("stores rows",
              (post(ann, f"{one} {two}"), post(bob, three), reads((query, [[ann, f"{one} {two}"], [bob, three]])))),
        Check("shows markup as text", (post(ann, markup), shows((ann, markup)), post(f"<script>{bob}", two),
                                      shows((f"<script>{bob}", two), (ann, markup)),
                                      asks("GET /", 200, look="li b, li i", gives=[]))),
        Check("refuses blanks", (post(ann, "  ", 400), post("", one, 400), post(bob, one), shows((bob, one)))),
        Check("one writer", (post(ann, one), post(bob, two), post(ann, three), shows((ann, three), (ann, one), path=by))),
        Check("outlives the server", (post(ann, one), restarts(), shows((ann, one)), post(bob, two), restarts(),
                                     shows((bob, two), (ann, one)))),
    ]  # fmt: skip


BOOK_SITE = Template(
    id="book_site", kind="full stack", level=4, surface="server", draw=_draw_book,
    prompt="""
        Write a small web site in Python, standard library only. It listens on 127.0.0.1 on the port in the environment variable PORT
        and keeps its data in the SQLite file whose path is in the environment variable DATABASE, in the table
        `§table (id INTEGER PRIMARY KEY, §name TEXT, §text TEXT)`, which it makes where it is missing.
        - `GET /` answers 200 with an HTML page: `<h1>§page</h1>`; a form with `method="post"` and `action="/§path"` that has the
          fields `§name` and `§text` and a button "Send"; and one `<ul>` with an `<li>` for every row, newest first, whose text is the
          §name, a colon, a space and the §text. Without rows there is no `<li>` and a `<p>` says "§empty"; with rows there is no `<p>`.
        - `GET /?§name=Ann` shows the rows of that §name only.
        - `POST /§path` with the form's fields, URL-encoded, stores a row and answers 303 with `Location: /`. If one of them is
          missing or blank it answers 400 and stores nothing.
        What people wrote is shown as they wrote it: markup in it must appear as text. The server may be stopped at any time after
        an answer; what it has stored must be there when it starts again.
    """,
    reference="""
        import os
        import sqlite3
        from html import escape
        from http.server import BaseHTTPRequestHandler, HTTPServer
        from urllib.parse import parse_qs, urlsplit

        db = sqlite3.connect(os.environ["DATABASE"])
        db.execute("CREATE TABLE IF NOT EXISTS §table (id INTEGER PRIMARY KEY, §name TEXT, §text TEXT)")
        FORM = (
            '<form method="post" action="/§path"><label>§name <input name="§name"></label>'
            '<label>§text <input name="§text"></label><button>Send</button></form>'
        )

        class Handler(BaseHTTPRequestHandler):
            def reply(self, status, html, location=None):
                data = html.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                asked = parse_qs(urlsplit(self.path).query).get("§name")
                rows = db.execute("SELECT §name, §text FROM §table ORDER BY id DESC").fetchall()
                if asked:
                    rows = [row for row in rows if row[0] == asked[0]]
                items = "".join(f"<li>{escape(name)}: {escape(text)}</li>" for name, text in rows)
                empty = "" if rows else "<p>§empty</p>"
                self.reply(200, f"<!DOCTYPE html><title>§page</title><h1>§page</h1>{FORM}<ul>{items}</ul>{empty}")

            def do_POST(self):
                fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                name = fields.get("§name", [""])[0].strip()
                text = fields.get("§text", [""])[0].strip()
                if not name or not text:
                    return self.reply(400, "missing")
                db.execute("INSERT INTO §table (§name, §text) VALUES (?, ?)", (name, text))
                db.commit()
                self.reply(303, "", location="/")

"""
        + SERVE,
    second="""
        import html, os, sqlite3
        from urllib.parse import parse_qsl
        from wsgiref.simple_server import WSGIRequestHandler, make_server

"""
        + QUIET
        + """

        db = sqlite3.connect(os.environ["DATABASE"], isolation_level=None)
        db.executescript("CREATE TABLE IF NOT EXISTS §table (id INTEGER PRIMARY KEY, §name TEXT, §text TEXT)")
        PAGE = '''<!DOCTYPE html><html><head><title>§page</title></head><body><h1>§page</h1>
        <ul>%s</ul>%s
        <form action="/§path" method="POST"><input name="§name" aria-label="§name"><textarea name="§text" aria-label="§text"></textarea>
        <button type="submit">Send</button></form></body></html>'''

        def app(environ, start):
            if environ["REQUEST_METHOD"] == "POST":
                size = int(environ.get("CONTENT_LENGTH") or 0)
                got = dict(parse_qsl(environ["wsgi.input"].read(size).decode()))
                if not all(got.get(key, "").strip() for key in ("§name", "§text")):
                    start("400 Bad Request", [])
                    return []
                db.execute("INSERT INTO §table VALUES (NULL, :§name, :§text)", got)
                start("303 See Other", [("Location", "/")])
                return []
            asked = dict(parse_qsl(environ["QUERY_STRING"]))
            query, values = "SELECT * FROM §table", ()
            if "§name" in asked:
                query, values = query + " WHERE §name = ?", (asked["§name"],)
            rows = db.execute(query + " ORDER BY -id", values).fetchall()
            items = ["<li>" + html.escape(f"{name}: {text}") + "</li>" for _, name, text in rows]
            start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [(PAGE % ("".join(items), "" if items else "<p>§empty</p>")).encode()]

        make_server("127.0.0.1", int(os.environ["PORT"]), app, handler_class=Quiet).serve_forever()
    """,
    mutants=(
        ("        db.commit()\n", ""), ("escape(name)", "name"), ("escape(text)", "text"), ("ORDER BY id DESC", "ORDER BY id"),
        ("if not name or not text", "if not name"), ('.get("§text", [""])[0].strip()', '.get("§text", [""])[0]'),
        ("if row[0] == asked[0]", ""), ("self.reply(303", "self.reply(302"), ('"" if rows else ', ""),
    ),
    tests=_test_book,
)  # fmt: skip

TEMPLATES = (READINGS_SERVER, BOOK_SITE)
