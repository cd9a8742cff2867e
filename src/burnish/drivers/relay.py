"""Sandboxed: starts a command or a server beside itself and carries what the tester says to it. Standard library only.

    first line in:  {"kind": "command" | "server", "seconds": most for one step}
    lines in:       {"fresh": true} | {"restart": true} | {"database": true}
                    | {"args": [...], "stdin": text} | {"method", "path", "headers", "body"}
    lines out:      {"value": ...} or {"failed": reason}, one for each line in

It knows no expected value, so a program that takes its place has gained nothing that an answer wouldn't give it. A program
is forked from here, where the modules that most of them import are loaded, and finds its port in PORT and the path of its
database in DATABASE. `fresh` begins anew without the database; `database` ends the server and gives the file.
"""

import base64
import contextlib
import html
import http.client
import http.server
import json
import os
import re
import runpy
import secrets
import signal
import socket
import sqlite3
import sys
import time
import urllib.parse
import wsgiref.simple_server
from pathlib import Path
from typing import Any

PORT = 8000
FOLDER = "app"
PROGRAM = "program.py"
DATABASE = "data.db"
POLL_SECONDS = 0.002
MOST_BYTES = 1_000_000
# Named here so that they count as used: they are imported for the programs.
AHEAD = (html, http.server, re, secrets, sqlite3, urllib.parse, wsgiref.simple_server)


def become_program(arguments: list[str], stdin: int, stdout: int) -> None:
    """Turn this forked process into the program; never returns."""
    status = 1
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor, target in enumerate((stdin, stdout, nowhere)):
            os.dup2(target, descriptor)
        os.closerange(3, 256)
        os.chdir(FOLDER)
        sys.argv = [PROGRAM, *arguments]
        sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
        runpy.run_path(PROGRAM, run_name="__main__")
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        os._exit(status)


class Relay:
    """One program, stopped or running."""

    def __init__(self, task: dict[str, Any]) -> None:
        """Know what to start."""
        self.task, self.server = task, 0

    def start(self) -> dict[str, Any]:
        """Start the server, if it is one, and wait until it takes a connection."""
        if self.task["kind"] == "command":
            return {"value": True}
        nowhere = os.open(os.devnull, os.O_RDWR)
        self.server = os.fork()
        if not self.server:
            become_program([], nowhere, nowhere)
        os.close(nowhere)
        until = time.monotonic() + self.task["seconds"]
        while time.monotonic() < until:
            if os.waitpid(self.server, os.WNOHANG)[0]:
                self.server = 0
                return {"failed": "the server ended before it took a connection"}
            try:
                socket.create_connection(("127.0.0.1", PORT), timeout=self.task["seconds"]).close()
                return {"value": True}
            except OSError:
                time.sleep(POLL_SECONDS)
        return {"failed": "timeout"}

    def stop(self) -> None:
        """End the server and what it started."""
        if self.server:
            for end in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError):
                    end(self.server, signal.SIGKILL)
            os.waitpid(self.server, 0)
            self.server = 0

    def begin(self) -> dict[str, Any]:
        """Start anew, with no database."""
        self.stop()
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(FOLDER, DATABASE + suffix).unlink(missing_ok=True)
        return self.start()

    def request(self, step: dict[str, Any]) -> dict[str, Any]:
        """Send one request and return what came back."""
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=self.task["seconds"])
        try:
            body = step["body"].encode() if step.get("body") is not None else None
            connection.request(step["method"], step["path"], body=body, headers=step.get("headers", {}))
            response = connection.getresponse()
            text = response.read(MOST_BYTES).decode(errors="replace")
            headers = {name.lower(): value for name, value in response.getheaders()}
            return {"value": {"status": response.status, "headers": headers, "text": text}}
        except TimeoutError:
            return {"failed": "timeout"}
        except (OSError, ValueError, http.client.HTTPException) as error:
            return {"failed": f"no HTTP response: {type(error).__name__}"}
        finally:
            connection.close()

    def run(self, step: dict[str, Any]) -> dict[str, Any]:
        """Run the command once; files take its input and output, so that nobody waits for a full pipe."""
        with Path("stdin").open("w+") as stdin, Path("stdout").open("wb+") as stdout:
            stdin.write(step.get("stdin", ""))
            stdin.seek(0)
            pid = os.fork()
            if not pid:
                become_program(step["args"], stdin.fileno(), stdout.fileno())
            until = time.monotonic() + self.task["seconds"]
            ended, status = os.waitpid(pid, os.WNOHANG)
            while not ended and time.monotonic() < until:
                time.sleep(POLL_SECONDS)
                ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return {"failed": "timeout"}
            stdout.seek(0)
            text = stdout.read(MOST_BYTES).decode(errors="replace")
        return {"value": {"status": os.waitstatus_to_exitcode(status), "text": text}}

    def read_database(self) -> dict[str, Any]:
        """End the program and return its database file."""
        self.stop()
        try:
            with Path(FOLDER, DATABASE).open("rb") as file:
                return {"value": base64.b64encode(file.read(MOST_BYTES)).decode()}
        except OSError:
            return {"failed": "there is no database file at DATABASE"}

    def take(self, step: dict[str, Any]) -> dict[str, Any]:
        """Do one step."""
        if step.get("fresh"):
            return self.begin()
        if step.get("restart"):
            self.stop()
            return self.start()
        if step.get("database"):
            return self.read_database()
        return self.run(step) if self.task["kind"] == "command" else self.request(step)


def main() -> None:
    """Answer lines until there are no more."""
    os.environ.update(PORT=str(PORT), DATABASE=DATABASE)
    relay = Relay(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        answer = relay.take(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    relay.stop()


if __name__ == "__main__":
    main()
