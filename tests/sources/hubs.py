"""A Hub on a free loopback port: repositories by commit, gates, rate limits, cuts; it speaks what `huggingface_hub` asks.

Tables are large files as the Hub keeps them (sha256 in the listing and as `X-Linked-Etag`, bytes behind a redirect to a
storage address), everything else is a small file of git, whose sha256 the Hub doesn't know.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from tests.sources.servers import sha256

LARGE = (".parquet", ".jsonl", ".gz")


@dataclass
class Repo:
    """One repository: files by commit, the head of its main branch, what its card states, whom it lets in."""

    commits: dict[str, dict[str, bytes]]
    head: str
    licence: str | None = "mit"
    tokens: dict[str, bool] | None = None  # None: open; else known tokens, and whether each has access


@dataclass
class Hub:
    """What is offered and what was asked. `busy` statuses are answered first, `cut_after` bytes the next `cuts` break off.

    With `signs_in` every answer is a proxy's page.
    """

    repos: dict[str, Repo] = field(default_factory=dict)
    busy: list[int] = field(default_factory=list)
    busy_data: list[int] = field(default_factory=list)
    cuts: int = 0
    cut_after: int = 0
    answers_for: str | None = None
    spoils: bool = False
    signs_in: bool = False
    asked: list[str] = field(default_factory=list)
    ranges: list[str | None] = field(default_factory=list)
    tokens_at_storage: list[str | None] = field(default_factory=list)
    url: str = ""
    storage: str = ""


def git_hash(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Handler(BaseHTTPRequestHandler):
    hub: Hub

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(f"{self.command} {path}")
        if self.hub.signs_in:
            return self._send(200, {"Content-Type": "text/html"}, b"<p>Sign in</p>")
        if path.startswith("/storage/"):
            self._send_data(path.removeprefix("/storage/"))
        elif self.hub.busy:
            self._send(self.hub.busy.pop(0), {"Retry-After": "0"})
        else:
            self._find(path)

    def _find(self, path: str) -> None:
        parts = path.strip("/").split("/")
        api = parts[0] == "api"
        name = "/".join(parts[2:4] if api else parts[1:3])
        rest = parts[4:] if api else parts[3:]
        repo = self.hub.repos.get(name)
        if repo is None:
            return self._send(404, {"X-Error-Code": "RepoNotFound"})
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if repo.tokens is not None and not api and not repo.tokens.get(token):
            return self._send(403 if token in repo.tokens else 401, {"X-Error-Code": "GatedRepo"})
        revision = rest[1] if len(rest) > 1 else "main"
        commit = repo.head if revision == "main" else revision
        if commit not in repo.commits:
            return self._send(404, {"X-Error-Code": "RevisionNotFound"})
        if not api:
            return self._resolve(repo, commit=commit, name="/".join(rest[2:]))
        listed = [self._entry(name, content) for name, content in repo.commits[commit].items()]
        card = {"license": repo.licence} if repo.licence else {}
        info = {"id": name, "sha": self.hub.answers_for or commit, "cardData": card, "siblings": [], "tags": []}
        return self._send(200, {"Content-Type": "application/json"},
                          json.dumps(listed if rest[:1] == ["tree"] else info).encode())  # fmt: skip

    def _entry(self, name: str, content: bytes) -> dict[str, object]:
        entry: dict[str, object] = {"type": "file", "path": name, "size": len(content), "oid": git_hash(content)}
        if name.endswith(LARGE):
            entry["lfs"] = {"oid": sha256(content), "size": len(content), "pointerSize": 130}
        return entry

    def _resolve(self, repo: Repo, *, commit: str, name: str) -> None:
        content = repo.commits[commit].get(name)
        if content is None:
            return self._send(404, {"X-Error-Code": "EntryNotFound"})
        commit = self.hub.answers_for or commit
        if not name.endswith(LARGE):
            return self._send(200, {"X-Repo-Commit": commit, "ETag": f'"{git_hash(content)}"'}, content)
        headers = {"X-Repo-Commit": commit, "X-Linked-Etag": f'"{sha256(content)}"',
                   "X-Linked-Size": str(len(content)), "Location": f"{self.hub.storage}/storage/{sha256(content)}"}  # fmt: skip
        return self._send(302, headers)

    def _send_data(self, digest: str) -> None:
        self.hub.ranges.append(self.headers.get("Range"))
        self.hub.tokens_at_storage.append(self.headers.get("Authorization"))
        if self.hub.busy_data:
            return self._send(self.hub.busy_data.pop(0), {"Retry-After": "0"})
        every = [c for repo in self.hub.repos.values() for files in repo.commits.values() for c in files.values()]
        content = next(content for content in every if sha256(content) == digest)
        if self.hub.spoils:
            content = content[:-1] + b"!"
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        whole = content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        if self.hub.cuts:
            self.hub.cuts -= 1
            self.close_connection = True
            whole = whole[: self.hub.cut_after]
        self.wfile.write(whole)

    def _send(self, status: int, headers: dict[str, str], content: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve_hub() -> Iterator[Hub]:
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    hub.storage = f"http://localhost:{server.server_address[1]}"  # another host, as the Hub's storage is
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
