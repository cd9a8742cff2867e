"""Small projects to use tools on: files with tests, a database, two services; drawn by a key, written to a folder, served.

A world holds the facts that questions ask for, so that an answer is written from them and checked against what a tool said.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from burnish.developer_tools import open_toolbox
from burnish.toolbox import Toolbox

PROJECTS = ("acorn", "brook", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "juniper")
FUNCTIONS = (("slugify", 'text.strip().lower().replace(" ", "-")', '"Blue Moon"', "blue-moon"),
             ("initials", '"".join(word[0] for word in text.split())', '"Ada Lovelace"', "AL"),
             ("shout", 'text.upper() + "!"', '"hello"', "HELLO!"),
             ("first_word", "text.split()[0]", '"green tea"', "green"))  # fmt: skip
CUSTOMERS = ("Anker Ltd", "Bloom Inc", "Corvo", "Dune Labs", "Elm & Co", "Ferry AG", "Gale", "Hazel Ltd")
STATES = ("paid", "open", "shipped", "cancelled")
PORTS = (8000, 8010)


class Order(NamedTuple):
    """One row of the table of orders."""

    number: int
    customer: str
    state: str
    total: int


class World(NamedTuple):
    """What is true in one project."""

    project: str
    version: str
    released: str
    settings: Mapping[str, int]
    module: str
    function: tuple[str, str, str, str]
    limit: int
    broken: bool
    orders: tuple[Order, ...]
    pages: Mapping[int, Mapping[str, Any]]

    @property
    def files(self) -> dict[str, str]:
        """The texts of the project by path."""
        name, body, argument, result = self.function
        module = f"src/{self.module}.py"
        shown = f'"""Helpers for {self.project}."""\n\nLIMIT = {self.limit}\n\n\ndef {name}(text):\n    return {body}\n'
        wanted = f"{result}?" if self.broken else result
        test = (
            f"import unittest\n\nfrom src.{self.module} import LIMIT, {name}\n\n\nclass Tests(unittest.TestCase):\n"
            f"    def test_{name}(self):\n        self.assertEqual({name}({argument}), {json.dumps(wanted)})\n\n"
            f"    def test_limit(self):\n        self.assertGreater(LIMIT, 0)\n"
        )
        lines = "\n".join(f"{key} = {value}" for key, value in self.settings.items())
        return {
            "README.md": f"# {self.project}\n\nRun it with `python -m {self.project}`.\n",
            "VERSION": f"{self.version}\n",
            "CHANGELOG.md": f"# Changes\n\n## {self.released}\n\n- Faster start\n",
            "config/settings.toml": f"[server]\n{lines}\n",
            module: shown,
            f"test_{self.module}.py": test,
        }


def draw_world(*key: object) -> World:
    """Return the world of a key."""
    random = Random("/".join(map(str, key)))
    version = f"{random.randint(0, 4)}.{random.randint(0, 12)}.{random.randint(0, 9)}"
    older = f"{random.randint(0, 4)}.{random.randint(0, 12)}.{random.randint(0, 9)}"
    customers = random.sample(CUSTOMERS, 5)
    orders = tuple(Order(number, random.choice(customers), random.choice(STATES), random.randint(12, 480))
                   for number in sorted(random.sample(range(1001, 1200), 12)))  # fmt: skip
    pages = {port: {"/health": {"status": random.choice(("ok", "ok", "degraded")), "jobs": random.randint(0, 40)},
                    "/version": {"version": f"{random.randint(1, 5)}.{random.randint(0, 9)}"}} for port in PORTS}  # fmt: skip
    settings = {"port": random.choice((3000, 5050, 8088, 9001)), "timeout_seconds": random.randint(5, 90),
                "workers": random.randint(2, 16)}  # fmt: skip
    return World(random.choice(PROJECTS), version, random.choice((version, older)), settings,
                 random.choice(("names", "words", "labels", "titles")), random.choice(FUNCTIONS),
                 random.randint(10, 500), random.random() < 0.5, orders, pages)  # fmt: skip


def write_world(world: World, *, folder: Path) -> Path:
    """Write the files below `folder` and the database beside it; return the database."""
    for name, content in world.files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
    database = folder.with_suffix(".db")
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE orders (number INTEGER PRIMARY KEY, customer TEXT, state TEXT, total INTEGER)")
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", world.orders)
    connection.commit()
    connection.close()
    return database


@contextmanager
def opened_world(world: World, *, folder: Path) -> Iterator[Toolbox]:
    """Write a world, serve its pages, and lend the tools on it."""
    database = write_world(world, folder=folder)
    servers = {port: _server(pages) for port, pages in world.pages.items()}
    threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in servers.values()]
    try:
        for thread in threads:
            thread.start()
        routes = {port: server.server_port for port, server in servers.items()}
        yield open_toolbox(folder=folder, database=database, routes=routes)
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()


def _server(pages: Mapping[str, Any]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer from the pages of this service."""
            found = self.path in pages
            data = json.dumps(pages[self.path] if found else {"error": "not found"}).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
