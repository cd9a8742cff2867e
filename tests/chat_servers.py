"""A real server on a free port that answers chats as a test wants: rightly, wrongly, or not at all."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


class Exchange:
    """One request, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: Body, stopped: threading.Event) -> None:
        self.handler, self.body, self._stopped = handler, body, stopped

    @property
    def question(self) -> str:
        return str(self.body["messages"][0]["content"])

    def send(self, data: bytes, *, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.handler.send_response(status)
        for name, value in {"Content-Length": str(len(data) if length is None else length), **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(data)

    def say(self, content: Any, *, finish: str = "stop", tokens: int | None = 3) -> None:
        message = {"role": "assistant", "content": content}
        usage = {} if tokens is None else {"usage": {"completion_tokens": tokens}}
        self.send(json.dumps({"choices": [{"message": message, "finish_reason": finish}], **usage}).encode())

    def stall(self) -> None:
        """Send a beginning and nothing more, until the test ends."""
        self.handler.send_response(200)
        self.handler.send_header("Content-Length", "1000")
        self.handler.end_headers()
        self.handler.wfile.write(b'{"choices": [')
        self.handler.wfile.flush()
        self._stopped.wait(60)

    def repeat_for_ever(self) -> None:
        """Send the same words as long as anybody takes them."""
        self.handler.send_response(200)
        self.handler.end_headers()
        self.handler.wfile.write(b'{"choices": [{"message": {"content": "')
        while not self._stopped.is_set():
            self.handler.wfile.write(b"and so on " * 10_000)


@contextmanager
def chatting(respond: Callable[[Exchange], None], *, template: str = "") -> Iterator[tuple[str, list[str]]]:
    """Serve `respond` and give the address and the questions that came, in order; `template` is shown as llama.cpp does."""
    stopped = threading.Event()
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            exchange = Exchange(self, body, stopped)
            asked.append(exchange.question)
            try:
                respond(exchange)
            except OSError:
                self.close_connection = True  # the client has gone, which is what some tests want

        def do_GET(self) -> None:
            body = json.dumps({"chat_template": template}).encode() if template and self.path == "/props" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", asked
        finally:
            stopped.set()
            server.shutdown()
            thread.join()
