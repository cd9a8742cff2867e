"""Templates of FullstackEval: back end, a command and a server (levels 3 and 4)."""

import json
from random import Random
from typing import Any

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.frontend_functions import FIRST
from burnish.benchmarks.fullstack.servers import QUIET, REPLY, SERVE
from burnish.benchmarks.fullstack.steps import asks, runs
from burnish.benchmarks.fullstack.tasks import Check, Facts, Step, Template


def _draw_stock(rng: Random) -> dict[str, Any]:
    thing = rng.choice(["item", "part", "sort", "article", "model"])
    return {"thing": thing, "change": rng.choice(["change", "delta", "pieces"]), "left": rng.choice(["stock", "left", "held"]),
            "refused": rng.choice(["refused", "rejected", "skipped"])}  # fmt: skip


def _settle(facts: Facts, moves: list[dict[str, Any]], most: int) -> dict[str, Any]:
    held: dict[str, int] = {}
    refused = []
    for move in moves:
        thing, after = move[facts["thing"]], held.get(move[facts["thing"]], 0) + move[facts["change"]]
        if 0 <= after <= most:
            held[thing] = after
        else:
            refused.append(move["id"])
    return {facts["left"]: {name: count for name, count in held.items() if count}, facts["refused"]: refused}


def _test_stock(facts: Facts, rng: Random) -> list[Check]:
    def case(most: int, *changes: tuple[int, int]) -> Step:
        names, first = rng.sample(NAMES, 6), rng.randrange(100, 900)
        moves = [
            {"id": first + number, facts["thing"]: names[which], facts["change"]: change}
            for number, (which, change) in enumerate(changes)
        ]
        return runs(str(most), stdin=json.dumps(moves), output=_settle(facts, moves, most))

    some = [(rng.randrange(3), rng.choice([-9, -4, 3, 6, 8, 15])) for _ in range(24)]
    return [
        Check("only what fits", (case(50, (0, 5), (1, 7), (0, 3)), case(90, (2, 40), (2, -10)))),
        Check("below zero", (case(50, (0, 5), (0, -6), (0, -5), (1, 4)), case(50, (3, -1), (3, 2)))),
        Check("above the most", (case(10, (0, 6), (0, 5), (0, 4), (1, 11)), case(7, (1, 7), (1, 1)))),
        Check("nothing left isn't listed", (case(20, (0, 5), (1, 6), (0, -5)), case(20, (0, 3), (2, 1), (0, -3)))),
        Check("many", (case(21, *some), case(13, *some[::-1]))),
    ]


STOCK_COMMAND = Template(
    id="stock_command", kind="back end", level=3, surface="command", draw=_draw_stock,
    prompt="""
        Write a command-line program in Python, standard library only. Its one argument is a whole number, the most that may be
        held of one §thing. It reads from standard input a JSON array of movements, such as
        `{"id": 7, "§thing": "rope", "§change": -3}`, and applies them in order; everything begins at 0. A movement that would
        take a §thing below 0 or above the most is refused and changes nothing. It prints one JSON object with
        `"§left"`, the amount of every §thing that isn't 0, by its name, and `"§refused"`, the ids of the refused movements in
        order.
    """,
    reference="""
        import json
        import sys

        most = int(sys.argv[1])
        held = {}
        refused = []
        for move in json.load(sys.stdin):
            after = held.get(move["§thing"], 0) + move["§change"]
            if 0 <= after <= most:
                held[move["§thing"]] = after
            else:
                refused.append(move["id"])
        print(json.dumps({"§left": {name: count for name, count in held.items() if count}, "§refused": refused}))
    """,
    second="""
        import json, sys
        from collections import Counter

        def main(most, moves):
            held, no = Counter(), []
            for move in moves:
                held[move["§thing"]] += move["§change"]
                if not 0 <= held[move["§thing"]] <= most:
                    held[move["§thing"]] -= move["§change"]
                    no.append(move["id"])
            return {"§refused": no, "§left": dict(+held)}

        sys.stdout.write(json.dumps(main(int(sys.argv[1]), json.loads(sys.stdin.read()))))
    """,
    mutants=(
        ("0 <= after <= most", "0 <= after"), ("0 <= after <= most", "after <= most"), ("0 <= after", "0 < after"),
        ("<= most", "< most"), (" if count}", "}"), ('refused.append(move["id"])', 'refused.insert(0, move["id"])'),
        ('held.get(move["§thing"], 0) + move["§change"]', 'move["§change"]'),
    ),
    tests=_test_stock,
)  # fmt: skip


def _draw_seats(rng: Random) -> dict[str, Any]:
    path, what = rng.choice(
        [("seats", "seat"), ("lockers", "locker"), ("desks", "desk"), ("berths", "berth"), ("pitches", "pitch")]
    )
    return {"path": path, "what": what, "count": rng.randrange(4, 9), "who": rng.choice(["name", "guest", "holder"])}


def _test_seats(facts: Facts, rng: Random) -> list[Check]:
    path, who, count = facts["path"], facts["who"], facts["count"]
    ann, bob, cleo = rng.sample(FIRST, 3)
    one, two, three = rng.sample(range(1, count + 1), 3)

    def take(number: int, name: Any, status: int) -> Step:
        gives = {facts["what"]: number, who: name} if status == 201 else None
        look = "json" if status == 201 else "status"
        return asks(f"POST /{path}/{number}", status, json={who: name}, look=look, gives=gives)

    def free(*taken: int) -> Step:
        return asks(f"GET /{path}", 200, gives={"free": [n for n in range(1, count + 1) if n not in taken]})

    def leave(number: int, name: str, status: int) -> Step:
        return asks(f"DELETE /{path}/{number}", status, json={who: name}, look="status")

    return [
        Check("takes what is free", (take(one, ann, 201), free(one), take(two, bob, 201), free(one, two))),
        Check("refuses what is taken", (take(two, ann, 201), take(two, bob, 409), take(three, bob, 201), free(two, three))),
        Check("knows its numbers", (take(count, ann, 201), take(count + 1, bob, 404), take(0, bob, 404), free(count))),
        Check("wants a name", (take(one, "", 400), take(one, 5, 400), take(one, cleo, 201), free(one))),
        Check("gives back to its holder alone", (take(one, ann, 201), leave(one, bob, 403), free(one), leave(one, ann, 204),
                                                 free(),
                                                leave(one, ann, 404), take(one, bob, 201))),
        Check("one for each", (take(one, ann, 201), take(two, ann, 409), free(one), leave(one, ann, 204), take(two, ann, 201))),
    ]  # fmt: skip


SEAT_SERVER = Template(
    id="seat_server", kind="back end", level=4, surface="server", draw=_draw_seats,
    prompt="""
        Write an HTTP server in Python, standard library only, that listens on 127.0.0.1 on the port in the environment variable
        PORT. It hands out §path with the numbers 1 to §count and keeps everything in memory. Bodies are JSON.
        - `GET /§path`: 200 and `{"free": [...]}`, the numbers that nobody has, ascending.
        - `POST /§path/N` with `{"§who": "Ada"}`: 201 and `{"§what": N, "§who": "Ada"}`. 404 if there is no number N; 400 if `§who`
          isn't a text or is empty; 409 if the §what is taken or this §who has one already.
        - `DELETE /§path/N` with `{"§who": "Ada"}`: 204 and the §what is free again; 404 if nobody has it, 403 if another one has it.
    """,
    reference="""
        import json
        import os
        from http.server import BaseHTTPRequestHandler, HTTPServer

        taken = {}

        class Handler(BaseHTTPRequestHandler):
"""
        + REPLY
        + """

            def read(self):
                number = int(self.path.rsplit("/", 1)[1])
                length = int(self.headers.get("Content-Length", 0))
                return number, json.loads(self.rfile.read(length)).get("§who")

            def do_GET(self):
                self.reply(200, {"free": [n for n in range(1, §count + 1) if n not in taken]})

            def do_POST(self):
                number, who = self.read()
                if not 1 <= number <= §count:
                    self.reply(404)
                elif not isinstance(who, str) or not who:
                    self.reply(400)
                elif number in taken or who in taken.values():
                    self.reply(409)
                else:
                    taken[number] = who
                    self.reply(201, {"§what": number, "§who": who})

            def do_DELETE(self):
                number, who = self.read()
                if number not in taken:
                    self.reply(404)
                elif taken[number] != who:
                    self.reply(403)
                else:
                    del taken[number]
                    self.reply(204)

"""
        + SERVE,
    second="""
        import json, os
        from wsgiref.simple_server import WSGIRequestHandler, make_server

"""
        + QUIET
        + """

        holders = [None] * (§count + 1)

        def decide(method, path, body):
            if method == "GET":
                return "200 OK", {"free": [i for i, who in enumerate(holders) if i and who is None]}
            number, who = int(path.split("/")[-1]), json.loads(body).get("§who")
            inside = 0 < number < len(holders)
            if method == "POST":
                if not inside: return "404 Not Found", {}
                if type(who) is not str or who == "": return "400 Bad Request", {}
                if holders[number] is not None or who in holders: return "409 Conflict", {}
                holders[number] = who
                return "201 Created", {"§who": who, "§what": number}
            if not inside or holders[number] is None: return "404 Not Found", {}
            if holders[number] != who: return "403 Forbidden", {}
            holders[number] = None
            return "204 No Content", None

        def app(environ, start):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            status, value = decide(environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
            start(status, [("Content-Type", "application/json")])
            return [] if value is None else [json.dumps(value).encode()]

        make_server("127.0.0.1", int(os.environ["PORT"]), app, handler_class=Quiet).serve_forever()
    """,
    mutants=(
        ("1 <= number <= §count", "0 <= number <= §count"), ("1 <= number <= §count", "1 <= number <= §count + 1"),
        (" or who in taken.values()", ""), ("number in taken or ", ""), ("taken[number] != who", "False"),
        ("not isinstance(who, str) or not who", "not who"), ("            del taken[number]\n", ""), ("if n not in taken", ""),
    ),
    tests=_test_seats,
)  # fmt: skip

TEMPLATES = (STOCK_COMMAND, SEAT_SERVER)
