"""Templates of FullstackEval: security, a search and a server that must work and hold (levels 3 and 4)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.frontend_functions import FIRST
from burnish.benchmarks.fullstack.servers import QUIET, REPLY, SERVE
from burnish.benchmarks.fullstack.stack_functions import HARNESS
from burnish.benchmarks.fullstack.steps import asks
from burnish.benchmarks.fullstack.tasks import Check, Facts, Step, Template


def _draw_search(rng: Random) -> dict[str, Any]:
    table, number, secret = rng.choice([
        ("staff", "room", "salary"), ("patients", "bed", "diagnosis"), ("pupils", "grade", "address"),
        ("agents", "desk", "password"),
    ])  # fmt: skip
    entry = f"{rng.choice(['search', 'find'])}_{table}"
    return {"entry": entry, "table": table, "number": number, "secret": secret}


def _test_search(facts: Facts, rng: Random) -> list[Check]:
    names = rng.sample(FIRST, 6)
    people = [
        (f"{name} {rng.choice(NAMES)}", number)
        for name, number in zip(names, rng.sample(range(100, 999), 6), strict=True)
    ]
    people += [("Al_one", 7), ("Al-one", 8), ("50% Off", 9), ("5000 Off", 10), ("O'Neil", 11)]
    values = ", ".join("('{}', {}, 's{}')".format(name.replace("'", "''"), number, number) for name, number in people)
    setup = f"CREATE TABLE {facts['table']} (name TEXT, {facts['number']} INTEGER, {facts['secret']} TEXT);"
    setup += f"INSERT INTO {facts['table']} VALUES {values};"

    def find(text: str, sort: str, *, none: bool = False) -> Step:
        rows = [[name, number] for name, number in people if text.lower() in name.lower() and not none]
        which = 1 if sort == facts["number"] else 0
        do = {"entry": facts["entry"], "setup": setup, "arguments": [text, sort]}
        return Step(do, sorted(rows, key=lambda row: row[which]))

    part = names[0][:2]
    secret = facts["secret"]
    return [
        Check("finds by name", (find(names[0], "name"), find(part, "name"), find(names[1].upper(), "name"), find("", "name"))),
        Check("sorts by number", (find("", facts["number"]), find("a", facts["number"]), find("off", facts["number"]))),
        Check("finds nothing", (find("zzz", "name"), find(names[2], facts["number"]))),
        Check("quotes",
              (find("o'n", "name"), find("' OR 1=1 --", "name"),
               find(f"' UNION SELECT {secret}, 1 FROM {facts['table']} --", "name")),
             exploit=True),
        Check("wildcards are letters", (find("l_o", "name"), find("50%", "name"), find("%", facts["number"])), exploit=True),
        Check("only known columns", (find("", secret),
                                     find("a", f"CASE WHEN {secret} < 's2' THEN name ELSE {facts['number']} END"),
                                    find("e", f"{facts['number']} DESC"), find("", "name; DROP TABLE x")), exploit=True),
    ]  # fmt: skip


SAFE_SEARCH = Template(
    id="safe_search", kind="security", level=3, surface="python", entry="§entry", draw=_draw_search,
    prompt="""
        Write a Python function `§entry(db, text, sort)`. `db` is an open `sqlite3` connection to a database with the table
        `§table (name TEXT, §number INTEGER, §secret TEXT)`; `text` and `sort` come from the address of a page and can't be trusted.
        It returns a list of `[name, §number]` for every row whose name contains `text`, whatever the case of the letters, sorted by
        `sort` if that is "name" or "§number" and otherwise by name. The signs %, _ and ' in `text` stand for themselves, and nobody
        may learn anything of §secret, not by the order either.
    """,
    reference="""
        def §entry(db, text, sort):
            column = sort if sort in ("name", "§number") else "name"
            query = f"SELECT name, §number FROM §table WHERE instr(lower(name), lower(?)) > 0 ORDER BY {column}"
            return [list(row) for row in db.execute(query, (text,))]
    """,
    second="""
        def §entry(db, text, sort):
            rows = [[name, number] for name, number in db.execute("SELECT name, §number FROM §table")]
            found = [row for row in rows if text.casefold() in row[0].casefold()]
            return sorted(found, key=lambda row: row[1] if sort == "§number" else row[0])
    """,
    mutants=(
        ('if sort in ("name", "§number") else "name"', ""), ("instr(lower(name), lower(?)) > 0", "name LIKE '%' || ? || '%'"),
        ("lower(name), lower(?)", "name, ?"), ("ORDER BY {column}", "ORDER BY name"),
        ('("name", "§number")', '("name", "§number", "§secret")'),
        ("> 0", "= 1"), ("lower(?)) > 0 ORDER BY {column}\"\n    return [list(row) for row in db.execute(query, (text,))]",
         "lower('{text}')) > 0 ORDER BY {column}\"\n    return [list(row) for row in db.execute(query)]"),
    ),
    tests=_test_search, harness=HARNESS,
)  # fmt: skip


def _draw_notes(rng: Random) -> dict[str, Any]:
    return {"many": rng.choice(["letters", "drafts", "sketches", "files", "recipes"]),
            "text": rng.choice(["text", "content", "body"]),
            "owner": rng.choice(["owner", "author", "creator"])}  # fmt: skip


def _test_notes(facts: Facts, rng: Random) -> list[Check]:
    many, text, owner = facts["many"], facts["text"], facts["owner"]
    ann, bob = rng.sample(FIRST, 2)
    one, two, three = rng.sample(NAMES, 3)

    def join(name: str, as_: str) -> Step:
        return asks("POST /users", 201, json={"name": name}, gives={"name": name}, keep={as_: "token"})

    def auth(token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def note(number: int, name: str, words: str) -> dict[str, Any]:
        return {"id": number, owner: name, text: words}

    def add(token: str, gives: dict[str, Any], **more: Any) -> Step:
        return asks(f"POST /{many}", 201, json={text: gives[text], **more}, headers=auth(token), gives=gives)

    def get(token: str, gives: dict[str, Any]) -> Step:
        return asks(f"GET /{many}/{gives['id']}", 200, headers=auth(token), gives=gives)

    def change(token: str, gives: dict[str, Any], **body: Any) -> Step:
        return asks(f"PATCH /{many}/{gives['id']}", 200, json=body, headers=auth(token), gives=gives)

    def refused(request: str, status: int, headers: dict[str, str], **more: Any) -> Step:
        return asks(request, status, headers=headers, look="status", **more)

    first = note(1, ann, one)
    begin = (join(ann, "ann"), join(bob, "bob"), add("{ann}", first))
    guesses = [auth(guess) for guess in (ann, bob, "1", "", "null", "0", "true")]
    return [
        Check("writes and reads",
              (*begin, get("{ann}", first), add("{bob}", note(2, bob, two)), get("{bob}", note(2, bob, two)))),
        Check("changes", (*begin, change("{ann}", note(1, ann, three), **{text: three}), get("{ann}", note(1, ann, three)))),
        Check("nothing there", (*begin, refused(f"GET /{many}/9", 404, auth("{ann}")), get("{ann}", first))),
        Check("not without a token", (*begin, refused(f"GET /{many}/1", 401, {}),
                                      refused(f"POST /{many}", 401, {}, json={text: one}),
                                     refused(f"PATCH /{many}/1", 401, {}, json={text: two}), get("{ann}", first)), exploit=True),
        Check("tokens can't be guessed", (*begin, *(refused(f"GET /{many}/1", 401, guess) for guess in guesses)), exploit=True),
        Check("others see and change nothing", (*begin, refused(f"GET /{many}/1", 404, auth("{bob}")),
                                               refused(f"PATCH /{many}/1", 404, auth("{bob}"), json={text: two}),
                                               get("{ann}", first)),
             exploit=True),
        Check("nobody else's name", (join(ann, "ann"), join(bob, "bob"), add("{bob}", note(1, bob, one), **{owner: ann}),
                                    change("{bob}", note(1, bob, two), **{owner: ann, text: two}),
                                    get("{bob}", note(1, bob, two))),
             exploit=True),
        Check("a name is taken once", (*begin, refused("POST /users", 409, {}, json={"name": ann}), get("{ann}", first)),
              exploit=True),
    ]  # fmt: skip


OWNED_SERVER = Template(
    id="owned_server", kind="security", level=4, surface="server", draw=_draw_notes,
    prompt="""
        Write an HTTP server in Python, standard library only, that listens on 127.0.0.1 on the port in the environment variable PORT
        and keeps everything in memory. Bodies are JSON.
        - `POST /users` with `{"name": "Ada"}` answers 201 with `{"name": "Ada", "token": "..."}`, a secret that nobody can guess; 409 if
          the name is taken.
        All other requests need the header `Authorization: Bearer TOKEN`; without a valid token the answer is 401.
        - `POST /§many` with `{"§text": "x"}` answers 201 with `{"id": 1, "§owner": "Ada", "§text": "x"}`; ids count up from 1.
        - `GET /§many/N` answers 200 with such an object.
        - `PATCH /§many/N` with `{"§text": "y"}` changes the §text and answers 200 with the object.
        For whoever isn't its §owner, one of the §many isn't there: 404. Nobody can set the §owner or the id by what they send.
    """,
    reference="""
        import json
        import os
        import secrets
        from http.server import BaseHTTPRequestHandler, HTTPServer

        names = {}
        §many = {}

        class Handler(BaseHTTPRequestHandler):
"""
        + REPLY
        + """

            def body(self):
                return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")

            def user(self):
                return names.get(self.headers.get("Authorization", "").removeprefix("Bearer "))

            def own(self, user):
                found = §many.get(int(self.path.rsplit("/", 1)[1]))
                return found if found and found["§owner"] == user else None

            def do_GET(self):
                user = self.user()
                if not user:
                    return self.reply(401)
                found = self.own(user)
                self.reply(200, found) if found else self.reply(404)

            def do_POST(self):
                body = self.body()
                if self.path == "/users":
                    if body["name"] in names.values():
                        return self.reply(409)
                    token = secrets.token_urlsafe()
                    names[token] = body["name"]
                    return self.reply(201, {"name": body["name"], "token": token})
                user = self.user()
                if not user:
                    return self.reply(401)
                number = len(§many) + 1
                §many[number] = {"id": number, "§owner": user, "§text": body["§text"]}
                self.reply(201, §many[number])

            def do_PATCH(self):
                user, body = self.user(), self.body()
                if not user:
                    return self.reply(401)
                found = self.own(user)
                if not found:
                    return self.reply(404)
                found["§text"] = body["§text"]
                self.reply(200, found)

"""
        + SERVE,
    second="""
        import json, os, re, uuid
        from wsgiref.simple_server import WSGIRequestHandler, make_server

"""
        + QUIET
        + """

        class Refused(Exception): pass

        users, everything = [], []

        def decide(method, path, header, body):
            if path == "/users":
                if any(user["name"] == body["name"] for user in users):
                    raise Refused("409 Conflict")
                users.append({"name": body["name"], "token": uuid.uuid4().hex})
                return "201 Created", users[-1]
            who = next((user["name"] for user in users if header == "Bearer " + user["token"]), None)
            if who is None:
                raise Refused("401 Unauthorized")
            if method == "POST":
                everything.append({"id": len(everything) + 1, "§owner": who, "§text": body["§text"]})
                return "201 Created", everything[-1]
            number = int(re.fullmatch(r"/§many/([0-9]+)", path)[1])
            mine = [one for one in everything if one["id"] == number and one["§owner"] == who]
            if not mine:
                raise Refused("404 Not Found")
            if method == "PATCH":
                mine[0].update({"§text": body["§text"]})
            return "200 OK", mine[0]

        def app(environ, start):
            size = int(environ.get("CONTENT_LENGTH") or 0)
            body = json.loads(environ["wsgi.input"].read(size)) if size else {}
            try:
                status, value = decide(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_AUTHORIZATION"), body)
            except Refused as refused:
                status, value = str(refused), {}
            start(status, [("Content-Type", "application/json")])
            return [json.dumps(value).encode()]

        make_server("127.0.0.1", int(os.environ["PORT"]), app, handler_class=Quiet).serve_forever()
    """,
    mutants=(
        ("secrets.token_urlsafe()", 'body["name"]'), ("secrets.token_urlsafe()", "str(len(names) + 1)"),
        ('found and found["§owner"] == user', "found"), ('found["§text"] = body["§text"]', "found.update(body)"),
        ('{"id": number, "§owner": user, "§text": body["§text"]}', '{"id": number, "§owner": user, **body}'),
        ('if body["name"] in names.values():', "if False:"),
        ('self.headers.get("Authorization", "").removeprefix("Bearer ")', "list(names)[0]"),
        ("len(§many) + 1", "1"),
    ),
    tests=_test_notes,
)  # fmt: skip

TEMPLATES = (SAFE_SEARCH, OWNED_SERVER)
