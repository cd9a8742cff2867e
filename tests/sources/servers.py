"""A package index (PEP 691), an npm registry and a file server in one, on a free loopback port; can cut connections."""

import base64
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_tar(members: Mapping[str, bytes], *, top: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(top + name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def make_zip(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


class Registry:
    """What the server offers and what it was asked. `cut_after` bytes the next `cuts` answers break off."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.ranges: list[str | None] = []
        self.authorised: list[tuple[str, str | None]] = []
        self.cuts, self.cut_after = 0, 0
        self.honours_ranges = True
        self.redirect_to = ""
        self.url = ""

    def add(self, name: str, content: bytes) -> bytes:
        self.files[name] = content
        return content

    def simple(self, package: str) -> dict[str, Any]:
        own = [name for name in self.files if name.replace("_", "-").startswith(package)]
        files = [{"filename": n, "url": f"/files/{n}", "hashes": {"sha256": sha256(self.files[n])}} for n in own]
        return {"meta": {"api-version": "1.0"}, "name": package, "files": files}

    def packument(self, package: str) -> dict[str, Any]:
        versions = {}
        for name, content in self.files.items():
            if name.startswith(f"{package}-") and name.endswith(".tgz"):
                version = name.removeprefix(f"{package}-").removesuffix(".tgz")
                integrity = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
                dist = {"tarball": f"{self.url}/files/{name}", "integrity": integrity}
                versions[version] = {"name": package, "version": version, "dist": dist}
        return {"name": package, "versions": versions, "dist-tags": {"latest": next(iter(versions), "")}}


def _handler(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = self.path.strip("/").split("/")
            registry.authorised.append((self.path, self.headers.get("Authorization")))
            if parts[0] == "simple":
                page = registry.simple(parts[1])
                self._send(json.dumps(page).encode() if page["files"] else None, "application/vnd.pypi.simple.v1+json")
            elif parts[0] == "files":
                self._send_file(registry.files.get(parts[1]))
            elif parts[0] == "moved":
                self.send_response(302)
                self.send_header("Location", registry.redirect_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                page = registry.packument(parts[0])
                self._send(json.dumps(page).encode() if page["versions"] else None, "application/json")

        def _send(self, content: bytes | None, kind: str) -> None:
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def _send_file(self, content: bytes | None) -> None:
            asked = self.headers.get("Range")
            registry.ranges.append(asked)
            if content is None:
                return self._send(None, "text/plain")
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and registry.honours_ranges else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            if registry.cuts:
                registry.cuts -= 1
                self.wfile.write(content[start : start + registry.cut_after])
                self.close_connection = True
                return None
            self.wfile.write(content[start:])
            return None

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def serve() -> Iterator[Registry]:
    registry = Registry()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(registry))
    server.daemon_threads = True
    registry.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_yaml(path: Path, group: str, entries: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write a `sources.yaml`; JSON is YAML too."""
    path.write_text(json.dumps({group: entries}))
    return path
