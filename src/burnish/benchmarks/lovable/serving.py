"""What answers the requests of an app's page: the answer's own files, or its server in a sandbox. Nothing else does.

The browser's requests are held and handed to the tester, who carries them: a page and its server have no other way to
meet, and neither reaches the other's processes.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from burnish import sandbox
from burnish.drivers import relay
from burnish.sandbox import Limits, Session, SessionEnded

PAGE, SERVER = "index.html", "server.py"
# Processor seconds of an app's whole judgement: a reference needs a tenth.
LIMITS = Limits(cpu_seconds=20, wall_seconds=600, memory_mb=512, output_bytes=4_000_000, processes=64)
STEP_SECONDS = 8.0
REPLY_SECONDS = 30.0
TOO_LONG = "the server took too long"
# What the relay says of a server that takes no connection.
TIMEOUT = "timeout"
# Set by the tester for the whole body.
DROPPED_HEADERS = frozenset({"content-length", "transfer-encoding", "connection", "content-encoding"})


class Reply(NamedTuple):
    """A response to a request of the page."""

    status: int
    headers: Mapping[str, str]
    text: str


class Host(Protocol):
    """Where an app lives during one journey."""

    def begin(self) -> str:
        """Start with no data; return why it doesn't, or an empty text."""

    def restart(self) -> str:
        """Start again with the data that there are; return why it doesn't, or an empty text."""

    def answer(self, method: str, *, path: str, headers: Mapping[str, str], body: str | None) -> Reply:
        """Answer one request."""


class PageHost:
    """An app that is one page."""

    def __init__(self, page: str) -> None:
        """Hold the page."""
        self._page = page

    def begin(self) -> str:
        """See `Host`."""
        return ""

    def restart(self) -> str:
        """See `Host`."""
        return ""

    def answer(self, method: str, *, path: str, headers: Mapping[str, str], body: str | None) -> Reply:
        """See `Host`."""
        if method == "GET" and path.partition("?")[0] in ("/", f"/{PAGE}"):
            return Reply(200, {"Content-Type": "text/html; charset=utf-8"}, self._page)
        return Reply(404, {"Content-Type": "text/plain"}, "not found")


class ServerHost:
    """An app that has a server, kept in one sandbox for all its journeys."""

    def __init__(self, session: Session) -> None:
        """Speak to the relay in `session`."""
        self._session, self._ended = session, ""
        session.send(json.dumps({"kind": "server", "seconds": STEP_SECONDS}).encode())

    def begin(self) -> str:
        """See `Host`."""
        return str(self._ask({"fresh": True}).get("failed", ""))

    def restart(self) -> str:
        """See `Host`."""
        return str(self._ask({"restart": True}).get("failed", ""))

    def answer(self, method: str, *, path: str, headers: Mapping[str, str], body: str | None) -> Reply:
        """See `Host`."""
        said = self._ask({"method": method, "path": path, "headers": dict(headers), "body": body}).get("value")
        if not isinstance(said, dict) or not isinstance(said.get("text"), str):
            return Reply(502, {"Content-Type": "text/plain"}, "the server didn't answer")
        status, sent = said.get("status"), said.get("headers")
        sent = {str(name): str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}
        kept = {name: value for name, value in sent.items() if name.lower() not in DROPPED_HEADERS}
        return Reply(status if isinstance(status, int) and 100 <= status <= 599 else 502, kept, said["text"])

    def _ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if self._ended:
            return {"failed": self._ended}
        try:
            self._session.send(json.dumps(message).encode())
            value = json.loads(self._session.receive(timeout=REPLY_SECONDS))
        except SessionEnded as ended:
            self._ended = TOO_LONG if ended.result.timed_out else "the server ended its sandbox"
            return {"failed": self._ended}
        except (ValueError, RecursionError):
            value = None
        well_formed = isinstance(value, dict) and ("value" in value or isinstance(value.get("failed"), str))
        return value if well_formed else {"failed": "the server's report has the wrong form"}


@contextmanager
def host_app(files: Mapping[str, str]) -> Iterator[Host]:
    """Lend what serves an answer's files; leave the block in the thread that entered it."""
    if SERVER not in files:
        yield PageHost(files.get(PAGE, ""))
        return
    inside: dict[str, str | bytes] = {"relay.py": Path(relay.__file__).read_text()}
    inside |= {f"{relay.FOLDER}/{relay.PROGRAM if name == SERVER else name}": text for name, text in files.items()}
    with sandbox.open_session([*sandbox.python_argv(), "relay.py"], files=inside, limits=LIMITS) as session:
        yield ServerHost(session)
