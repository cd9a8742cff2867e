"""Answers that are no apps: what a benchmark of apps must not be taken in by. Each is known by how little it may earn."""

import base64
from collections.abc import Mapping

from burnish.benchmarks.lovable.apps import App
from burnish.benchmarks.lovable.entries import draw_entries, shown_texts, summarise
from burnish.benchmarks.lovable.kinds import KINDS, SERVED_LEVEL, Kind
from burnish.benchmarks.lovable.references import write_page
from burnish.benchmarks.lovable.serving import PAGE, SERVER
from burnish.seeds import rng

MOST_POINTS: Mapping[str, float] = {
    "nothing": 0.0, "blank": 0.0, "prompt": 0.0, "picture": 0.0, "static mock": 0.24, "example data": 0.24,
    "answers by heart": 0.24, "reaches outside": 0.24,
}  # fmt: skip
BLANK = '<!DOCTYPE html><html lang="en"><title>App</title><body></body></html>'
# It shows entries that another run would have entered, whatever is entered.
BY_HEART = """
const shown = SHOWN, form = document.getElementById("form"), list = document.getElementById("list");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.innerHTML += shown[Math.min(list.children.length, shown.length - 1)];
  document.getElementById("summary").textContent = SUMMARY;
  form.querySelector("input").value = "";
});
"""
OUTSIDE = """
for (const place of ["https://cdn.example/app.js", "https://api.example/entries"]) fetch(place).catch(() => {});
new WebSocket("wss://live.example/entries");
"""
# A server that shows one page and remembers nothing.
SERVE = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(Path("index.html").read_bytes())

    def do_POST(self):
        self.send_response(201)
        self.end_headers()

    def log_message(self, *args):
        pass


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def write_controls(app: App, *, key: int) -> dict[str, dict[str, str]]:
    """Return the controls of one app by name, as files; `key` seeds example data, and isn't the app's."""
    kind = next(kind for kind in KINDS if kind.id == app.kind)
    pages = {"nothing": "", "blank": BLANK, "prompt": app.prompt, **_write_pages(kind, app.level, key)}
    return {name: _add_server(page, app.level) for name, page in pages.items()}


def _write_pages(kind: Kind, level: int, key: int) -> dict[str, str]:
    entries = draw_entries(kind, rng(key, "examples", kind.id), count=3)
    lines = [
        f"<li>{' '.join(shown_texts(kind, entry))} <button>Delete {entry['name']}</button></li>" for entry in entries
    ]
    status = summarise(kind, entries)
    filled = write_page(kind, level=level, entries="".join(lines)).replace(
        'role="status"></p>', f'role="status">{status}</p>'
    )
    script = BY_HEART.replace("SHOWN", repr(lines)).replace("SUMMARY", repr(status))
    return {
        "picture": _draw_picture(kind, lines=[status, *(entry["name"] for entry in entries)]),
        "static mock": write_page(kind, level=level), "example data": filled,
        "answers by heart": write_page(kind, level=level, script=script),
        "reaches outside": write_page(kind, level=level, script=OUTSIDE),
    }  # fmt: skip


def _draw_picture(kind: Kind, *, lines: list[str]) -> str:
    texts = "".join(f'<text x="20" y="{40 + 30 * number}">{line}</text>' for number, line in enumerate(lines))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="340" height="200">{texts}</svg>'
    data = base64.b64encode(drawing.encode()).decode()
    words = f"{kind.title}: {', '.join(lines)}"
    return (
        f'<!DOCTYPE html><html lang="en"><title>{kind.title}</title><h1>{kind.title}</h1>'
        f'<img alt="{words}" src="data:image/svg+xml;base64,{data}">'
    )


def _add_server(page: str, level: int) -> dict[str, str]:
    if not page:
        return {}
    return {PAGE: page, SERVER: SERVE} if level == SERVED_LEVEL else {PAGE: page}
