"""A process of our own that works for this one: requests go over, replies come back, and every wait has an end.

What hangs or crashes over there takes only that process with it, and it ends with this one. It runs a fixed module of this
package, never a program from elsewhere.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from burnish.errors import BurnishError

SOURCE = Path(__file__).resolve().parents[1]
START = "import sys; from burnish.child import serve; serve(int(sys.argv[1]), sys.argv[2])"
PARENT_POLL_SECONDS = 0.5
END = "end"


class SilentError(Exception):
    """The process gave no reply in time, or ended. It is gone now."""


class Child(contextlib.AbstractContextManager["Child"]):
    """A process whose module has `answer(request)`, which yields replies."""

    def __init__(self, module: str) -> None:
        """Start it; its module is imported while this process goes on."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-c", START, str(theirs.fileno()), module]
            paths = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": paths},
            )
        self._line = Connection(ours.detach())

    def ask(self, request: Any, *, seconds: float) -> Iterator[Any]:
        """Yield the replies to `request`; each may take `seconds`.

        Raises:
            SilentError: one took longer, or the process ended.
            BurnishError: it was raised over there.
        """
        try:
            self._line.send(request)
            while True:
                if not self._line.poll(seconds):
                    raise SilentError(f"gave no reply for {seconds:g} s")
                kind, value = self._line.recv()
                if kind == END:
                    return
                if kind == BurnishError.__name__:
                    raise BurnishError(value)
                yield value
        except (EOFError, OSError):
            raise SilentError(f"ended with status {self._process.wait()}") from None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._line.close()
        self._process.kill()
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()


def serve(descriptor: int, module: str) -> None:
    """Be the child: answer requests until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    line = Connection(descriptor)
    answer: Callable[[Any], Iterator[Any]] = import_module(module).answer
    try:
        while True:
            request = line.recv()
            try:
                for reply in answer(request):
                    line.send(("reply", reply))
            except BurnishError as error:
                line.send((BurnishError.__name__, str(error)))
            else:
                line.send((END, None))
    except (EOFError, OSError):
        os._exit(0)


def _end_with(parent: int) -> None:
    """Wait for the parent's end: a child that hangs wouldn't see that its line is closed."""
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_SECONDS)
    os._exit(143)
