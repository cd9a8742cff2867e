"""A sandbox that lives as long as one sample: commands in it, files into it and out of it. Knows no harness.

The sandbox is Burnish's own (`sandbox.py`), with `drivers/shell.py` in it. A program that brings it down gets a fresh one,
empty, and its status says so.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from burnish import sandbox
from burnish.drivers import shell
from burnish.sandbox import Limits, Session, SessionEnded

T = TypeVar("T")
MEBIBYTE = 1024 * 1024
# The longest line carries the largest file that fits into the sandbox's memory, as base64.
LIMITS = Limits(cpu_seconds=600, wall_seconds=86_400, memory_mb=1_024, output_bytes=96 * MEBIBYTE, processes=128)
MOST_FILE_BYTES = 64 * MEBIBYTE
# Of the shell inside, which says twice a second that it lives.
SILENCE_SECONDS = 60.0
KILLED = 137
ERRORS: Mapping[str, type[OSError]] = {
    error.__name__: error
    for error in (TimeoutError, FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
}


class Ran(NamedTuple):
    """How a command ended; `cut`: it wrote more than was asked for."""

    status: int
    stdout: bytes
    stderr: bytes
    cut: bool


class TooLargeError(Exception):
    """A file is larger than may be read."""


class Box:
    """One sandbox, from any thread; its own thread holds it, since its life is tied to the thread that starts it."""

    def __init__(self, *, limits: Limits = LIMITS) -> None:
        """Start it.

        Raises:
            BurnishError: there is no sandbox on this machine.
        """
        self._limits, self._thread = limits, ThreadPoolExecutor(1, thread_name_prefix="box")
        self._stack = ExitStack()
        self._session: Session | None = None
        self._unwanted = threading.Event()
        try:
            self._call(self._open)
        except BaseException:
            self._thread.shutdown()
            raise

    def run(self, command: Sequence[str], *, stdin: bytes, cwd: str, env: Mapping[str, str], seconds: float | None,
            most_bytes: int) -> Ran:  # fmt: skip
        """Run one command.

        Raises:
            TimeoutError: it took longer than `seconds`, and was killed.
            PermissionError: it may not be run.
        """
        asked = {
            "run": list(command), "stdin": base64.b64encode(stdin).decode(), "cwd": cwd, "env": dict(env),
            "seconds": seconds, "most": most_bytes,
        }  # fmt: skip
        try:
            said = self._call(lambda: self._ask(asked))
        except SessionEnded as ended:
            why = "took too much memory" if ended.result.killed else "ended its sandbox"
            told = f"the command {why}; the next one finds a fresh sandbox without files\n"
            return Ran(KILLED, b"", told.encode(), cut=False)
        return Ran(said["status"], base64.b64decode(said["stdout"]), base64.b64decode(said["stderr"]), cut=said["cut"])

    def write(self, path: str, content: bytes) -> None:
        """Write a file; its folders are made. The errors are those of a file of one's own."""
        asked = {"write": path, "content": base64.b64encode(content).decode()}
        self._call(lambda: self._ask(asked))

    def read(self, path: str, *, most_bytes: int) -> bytes:
        """Return a file. The errors are those of a file of one's own, and `TooLargeError`."""
        asked = {"read": path, "most": min(most_bytes, MOST_FILE_BYTES)}
        return base64.b64decode(self._call(lambda: self._ask(asked))["content"])

    def abandon(self) -> None:
        """End the sandbox at once, with what runs in it; call `close` after it."""
        self._unwanted.set()

    def close(self) -> None:
        """End the sandbox and all in it."""
        self.abandon()
        self._thread.submit(self._shut).result()
        self._thread.shutdown()

    def _call(self, work: Callable[[], T]) -> T:
        return self._thread.submit(work).result()

    def _open(self) -> Session:
        if self._session is None:
            files = {"shell.py": Path(shell.__file__).read_text()}
            started = sandbox.open_session([*sandbox.python_argv(), "shell.py"], files=files, limits=self._limits)
            self._session = self._stack.enter_context(started)
        return self._session

    def _shut(self) -> None:
        self._session = None
        self._stack.close()

    def _ask(self, task: Mapping[str, Any]) -> dict[str, Any]:
        session = self._open()
        try:
            session.send(json.dumps(task).encode())
            said = self._receive(session)
            while "alive" in said:
                said = self._receive(session)
        except SessionEnded:
            self._shut()
            raise
        if (kind := said.get("error")) is None:
            return said
        if kind == "OutputLimit":
            raise TooLargeError(str(said.get("path")))
        raise ERRORS.get(str(kind), OSError)(str(said.get("path")))

    def _receive(self, session: Session) -> dict[str, Any]:
        if self._unwanted.is_set():
            self._shut()
            raise InterruptedError("the sandbox was given up")
        try:
            value = json.loads(session.receive(timeout=SILENCE_SECONDS))
        except (ValueError, RecursionError):
            value = None
        return (
            value if isinstance(value, dict) else {"error": "OSError", "path": "the sandbox answered in no known form"}
        )
