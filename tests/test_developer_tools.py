"""The tools of a project read what lies in it and nothing else, change nothing, and end in time."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from burnish.calls import Call
from burnish.developer_tools import open_toolbox
from burnish.errors import BurnishError
from burnish.toolbox import Outcome, Toolbox

TESTS = "import unittest\nfrom app.sums import add\n\n\nclass Sums(unittest.TestCase):\n"
PAST = "    def test_right(self):\n        print('noise')\n        self.assertEqual(add(1, 2), 3)\n"
WRONG = "    def test_wrong(self):\n        self.assertEqual(add(1, 2), 4)\n"


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(200):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                self.close_connection = True  # the client has gone, as it should
            return
        body = b"y" * 300_000 if self.path == "/big" else json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    root = tmp_path_factory.mktemp("project")
    folder = root / "p"
    (folder / "app").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "app/sums.py").write_text("def add(a, b):\n    return a + b\n")
    (folder / "tests/test_sums.py").write_text(f"{TESTS}{PAST}\n{WRONG}")
    (folder / "tests/test_loop.py").write_text("while True:\n    pass\n")
    (folder / ".hidden").write_text("token")
    (root / "outside.txt").write_text("secret")
    (folder / "link.txt").symlink_to(root / "outside.txt")
    os.mkfifo(folder / "pipe")
    (folder / "blob.bin").write_bytes(b"\0\1")
    connection = sqlite3.connect(root / "data.db")
    connection.execute("CREATE TABLE t (a INTEGER, b TEXT)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(n, f"row {n}") for n in range(80)])
    connection.commit()
    connection.close()
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield open_toolbox(folder=folder, database=root / "data.db", routes={8000: server.server_port})
        server.shutdown()
        thread.join()


def call(box: Toolbox, name: str, **arguments: Any) -> Outcome:
    return box.call(Call(name, arguments))


def test_files_are_listed_read_and_searched(box: Toolbox) -> None:
    assert call(box, "list_paths", pattern="*.py").text == "app/sums.py\ntests/test_loop.py\ntests/test_sums.py"
    assert call(box, "read_file", path="app/../app/sums.py").text.startswith("def add(a, b):")
    assert call(box, "search_files", text="a + b").text == "app/sums.py:2: return a + b"
    assert call(box, "search_files", text="nowhere to be seen").text == "nothing found"


@pytest.mark.parametrize(("path", "reason"), [
    ("../outside.txt", "lies outside"), ("/etc/passwd", "lies outside"), ("link.txt", "lies outside"),
    ("pipe", "not a file"), ("app", "not a file"), ("blob.bin", "not a text"), ("no.txt", "no such file"),
    ("a\0b", "NUL"), ("x" * 5000, "error: xxx"),
])  # fmt: skip
def test_what_is_no_text_file_of_the_project_is_not_read(box: Toolbox, path: str, reason: str) -> None:
    outcome = call(box, "read_file", path=path)
    assert outcome.status == "failed" and reason in outcome.text and "secret" not in outcome.text


def test_links_out_of_the_project_are_not_searched(box: Toolbox) -> None:
    assert call(box, "search_files", text="secret").text == "nothing found"


def test_a_query_gives_rows_and_says_when_there_are_more(box: Toolbox) -> None:
    assert call(box, "run_query", sql="SELECT count(*) AS n FROM t").text == '{"columns": ["n"], "rows": [[80]]}'
    assert json.loads(call(box, "run_query", sql="SELECT a FROM t").text)["more"] is True


@pytest.mark.parametrize(("sql", "reason"), [
    ("DELETE FROM t", "readonly"), ("ATTACH 'x.db' AS x", "too many attached"), ("SELECT 1; SELECT 2", "one statement"),
    ("SELEC 1", "syntax error"), ("SELECT zeroblob(1000000000)", "too big"),
    ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", "too long"),
])  # fmt: skip
def test_a_query_that_writes_or_does_not_end_is_refused(box: Toolbox, sql: str, reason: str) -> None:
    outcome = call(box, "run_query", sql=sql)
    assert outcome.status == "failed" and reason in outcome.text
    assert "[[80]]" in call(box, "run_query", sql="SELECT count(*) FROM t").text


def test_tests_run_in_the_sandbox_and_report_what_failed(box: Toolbox) -> None:
    report = json.loads(call(box, "run_tests", pattern="test_sums.py").text)
    assert report == {"ran": 2, "failed": [{"test": "test_wrong", "reason": "AssertionError: 3 != 4"}]}


def test_tests_that_do_not_end_are_stopped(box: Toolbox) -> None:
    outcome = call(box, "run_tests", pattern="test_loop.py")
    assert (outcome.status, outcome.text) == ("failed", "error: it took too long and was stopped")


def test_a_service_of_this_machine_is_asked_where_it_is(box: Toolbox) -> None:
    assert call(box, "http_get", url="http://127.0.0.1:8000/a?b=1").text == '200 application/json\n{"path": "/a?b=1"}'
    assert call(box, "http_get", url="http://localhost:8000/moved").text.startswith("302"), "no redirect is followed"
    big = call(box, "http_get", url="http://127.0.0.1:8000/big")
    assert big.cut and len(big.text) < 5000


@pytest.mark.parametrize("url", [
    "http://192.0.2.1/", "https://127.0.0.1:8000/", "file:///etc/passwd", "http://localhost.example.com/",
    "http://user@127.0.0.1:8000/", "http://127.0.0.1:8000/ /a", "http://127.0.0.1:99999/", "http://[::1", "8000/health",
    "http://127.0.0.1:8000/\r\nX: y",
])  # fmt: skip
def test_other_machines_and_schemes_are_not_asked(box: Toolbox, url: str) -> None:
    assert call(box, "http_get", url=url).status == "failed"


def test_a_service_that_drips_is_left(box: Toolbox) -> None:
    assert "longer than 5 s" in call(box, "http_get", url="http://127.0.0.1:8000/slow").text


def test_a_missing_folder_or_database_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"--folder .*none isn't a folder"):
        open_toolbox(folder=tmp_path / "none", database=None, routes={})
    with pytest.raises(BurnishError, match=r"--database .*none isn't a file"):
        open_toolbox(folder=tmp_path, database=tmp_path / "none", routes={})
