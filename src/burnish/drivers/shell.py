"""Sandboxed: runs commands and moves files for whoever holds its pipe, as long as it lives. Standard library only.

    lines in:   {"run": [...], "stdin": base64, "cwd": path, "env": {...}, "seconds": most or null, "most": bytes of an output}
                | {"write": path, "content": base64} | {"read": path, "most": bytes}
    lines out:  {"alive": true} every half second of a run, then {"status", "stdout", "stderr", "cut"} | {"content"} | {}
                | {"error": kind, "path": path}

Paths are relative to the folder it starts in. What a run leaves in the background lives on. It knows no secret: a command that
takes its place only lies to the model that asked for it.
"""

import base64
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

BEAT_SECONDS = 0.5
POLL_SECONDS = 0.01
CHUNK_BYTES = 65_536
NOT_FOUND = 127
HOME = Path.cwd()
SEARCHED = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def send(answer: dict[str, Any]) -> None:
    """Write one line."""
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[os.write(1, data) :]


class Running:
    """A command, and what it has written so far, up to a number of bytes of each output."""

    def __init__(self, task: dict[str, Any]) -> None:
        """Start it."""
        self._most, self.cut = int(task["most"]), False
        environment = {**os.environ, "PATH": SEARCHED, **task["env"]}
        program = subprocess.Popen(
            task["run"], cwd=HOME / task["cwd"], env=environment, start_new_session=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        assert program.stdin and program.stdout and program.stderr
        self.program, self._input = program, memoryview(base64.b64decode(task["stdin"]))
        self.kept: dict[int, bytearray] = {}
        self._selector = selectors.DefaultSelector()
        self._pipes: list[IO[bytes]] = [program.stdin, program.stdout, program.stderr]
        for pipe in self._pipes:
            os.set_blocking(pipe.fileno(), False)
        for output in self._pipes[1:]:
            self.kept[output.fileno()] = bytearray()
            self._selector.register(output, selectors.EVENT_READ)
        self._selector.register(program.stdin, selectors.EVENT_WRITE)

    def move(self, seconds: float) -> bool:
        """Move bytes for at most so long; say whether any moved."""
        if not self._selector.get_map():
            time.sleep(seconds)
            return False
        ready = self._selector.select(seconds)
        moved = [
            self._hear(key.fileobj, key.fd) if key.fd in self.kept else self._feed(key.fileobj) for key, _ in ready
        ]
        return any(moved)

    def _feed(self, pipe: Any) -> bool:
        with contextlib.suppress(BlockingIOError):
            try:
                self._input = (
                    self._input[os.write(pipe.fileno(), self._input[:CHUNK_BYTES]) :] if self._input else self._input
                )
            except BrokenPipeError:
                self._input = memoryview(b"")
        if not self._input:
            self._selector.unregister(pipe)
            pipe.close()
        return True

    def _hear(self, pipe: Any, descriptor: int) -> bool:
        try:
            data = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self._selector.unregister(pipe)
        room = self._most - len(self.kept[descriptor])
        self.kept[descriptor] += data[:room]
        self.cut = self.cut or len(data) > room
        return bool(data)

    def end(self) -> None:
        """Kill it and its process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()

    def close(self) -> list[bytes]:
        """Close its pipes and return its two outputs."""
        self._selector.close()
        for pipe in self._pipes:
            pipe.close()
        return [bytes(data) for data in self.kept.values()]


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Run one command to its end; what it left in its pipes then is heard, what others still write isn't."""
    try:
        running = Running(task)
    except FileNotFoundError as error:
        text = f"{error.filename or task['run'][0]}: not found\n"
        return {"status": NOT_FOUND, "stdout": "", "stderr": base64.b64encode(text.encode()).decode(), "cut": False}
    began = beat = time.monotonic()
    while running.program.poll() is None:
        running.move(POLL_SECONDS)
        now = time.monotonic()
        if task["seconds"] is not None and now - began > task["seconds"]:
            running.end()
            running.close()
            return {"error": "TimeoutError", "path": ""}
        if now - beat > BEAT_SECONDS:
            beat = now
            send({"alive": True})
    while running.move(0):
        pass
    stdout, stderr = (base64.b64encode(output).decode() for output in running.close())
    status = running.program.returncode
    return {"status": status if status >= 0 else 128 - status, "stdout": stdout, "stderr": stderr, "cut": running.cut}


def write(task: dict[str, Any]) -> dict[str, Any]:
    """Write one file; its folders are made."""
    path = HOME / task["write"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(task["content"]))
    return {}


def read(task: dict[str, Any]) -> dict[str, Any]:
    """Read one file."""
    with (HOME / task["read"]).open("rb") as file:
        content = file.read(task["most"] + 1)
    if len(content) > task["most"]:
        return {"error": "OutputLimit", "path": task["read"]}
    return {"content": base64.b64encode(content).decode()}


def take(task: dict[str, Any]) -> dict[str, Any]:
    """Do what one line says."""
    path = task.get("write") or task.get("read") or next(iter(task.get("run", [])), "")
    try:
        return (run if "run" in task else write if "write" in task else read)(task)
    except (OSError, ValueError) as error:
        kinds = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
        kind = next((one.__name__ for one in kinds if isinstance(error, one)), "OSError")
        return {"error": kind, "path": f"{path} ({getattr(error, 'strerror', None) or error})"}


if __name__ == "__main__":
    for line in sys.stdin.buffer:
        send(take(json.loads(line)))
