"""Any OpenAI-compatible server as a sampling engine: vLLM, llama.cpp, SGLang and others, by `/completions`.

Prompts go as rendered text, so that every engine reads the same tokens. The server must already serve the model.
"""

import json
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from burnish.decoding import Completion, Request, Sampling
from burnish.errors import BurnishError

REQUEST_SECONDS = 600.0
# A server that starts, restarts or is full says so by these, or doesn't answer at all.
BUSY = (408, 409, 425, 429, 500, 502, 503, 504)
WAITS_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class OpenaiEngine:
    """The one model of a server."""

    def __init__(self, address: str, settings: Sampling) -> None:
        """Ask the server at `address` (which ends in `/v1`) for its model's name."""
        self._address, self._settings = address.rstrip("/"), settings
        models = self._ask("/models", None).get("data") or [{}]
        if "id" not in models[0]:
            raise BurnishError(f"{self._address}/models names no model; is this an OpenAI-compatible server?")
        self._model = str(models[0]["id"])

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield (number of the request, its completion) as they end."""
        waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        done: queue.SimpleQueue[tuple[int, Completion | BaseException]] = queue.SimpleQueue()
        stopped = threading.Event()
        for request in requests:
            waiting.put(request)
        # daemons: a Ctrl-C doesn't wait for a server
        for _ in range(min(self._settings.parallel, len(requests))):
            threading.Thread(target=self._work, args=(waiting, done, stopped), daemon=True).start()
        try:
            for _ in requests:
                number, outcome = done.get()
                if isinstance(outcome, BaseException):
                    raise outcome
                yield number, outcome
        finally:
            stopped.set()

    def _work(self, waiting: "queue.SimpleQueue[Request]", done: "queue.SimpleQueue[Any]",
              stopped: threading.Event) -> None:  # fmt: skip
        while not stopped.is_set():
            try:
                request = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((request.number, self._complete(request)))
            except BaseException as error:
                done.put((request.number, error))
                return

    def _complete(self, request: Request) -> Completion:
        settings = self._settings
        answer = self._ask("/completions", {
            "model": self._model, "prompt": request.text, "max_tokens": request.limit or settings.max_new_tokens,
            "temperature": settings.temperature, "top_p": settings.top_p, "seed": request.seed, "n": 1,
            "add_special_tokens": False,
        })  # fmt: skip
        try:
            choice, used = answer["choices"][0], int(answer["usage"]["completion_tokens"])
            stopped = choice["finish_reason"] == "stop"
            return Completion(str(choice["text"]), "stop" if stopped else "length", used - stopped)
        except (KeyError, IndexError, TypeError) as error:
            raise BurnishError(f"{self._address}/completions answered in another form: no {error}") from None

    def _ask(self, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        """Send JSON (or GET without a body) and return JSON; a busy server is asked again."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, data, {"Content-Type": "application/json"})
        problem = ""
        for wait in (*WAITS_SECONDS, None):
            try:
                with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as response:
                    return dict(json.load(response))
            except urllib.error.HTTPError as error:
                problem = f"{error.code}: {error.read().decode(errors='replace')[:300]}"
                if error.code not in BUSY:
                    break
            except (OSError, ValueError) as error:
                problem = str(error)
            if wait is not None:
                time.sleep(wait)
        raise BurnishError(
            f"{self._address}{path} doesn't answer ({problem}); start the server, or correct `engine` in params.yaml"
        )
