"""Hostile programs against each tier: whatever they try, an observer outside finds that nothing came of it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from burnish import sandbox
from burnish.sandbox import Limits, Result
from tests import hostile_node, hostile_python
from tests.boxes import hold, make_marker, none_left

PYTHON = Limits(cpu_seconds=5, wall_seconds=10, memory_mb=128, output_bytes=100_000, processes=24)
NODE = Limits(cpu_seconds=5, wall_seconds=10, memory_mb=256, output_bytes=100_000, processes=32)
# Node may end itself before the watcher does it.
NODE_OUT_OF_MEMORY = 134
ENDED = {**hostile_python.ENDED, **hostile_node.ENDED}


class World:
    """What the programs attack, and how it is after them."""

    def __init__(self, folder: Path, *, shares: bool) -> None:
        self.canary, self.marker = make_marker("canary"), make_marker("hostile")
        self.secret = folder / "secret.txt"
        self.secret.write_text(self.canary)
        self.secret.chmod(0o644)
        os.utime(self.secret, (1_000_000_000, 1_000_000_000))
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp, self.stream, self.datagrams, self.abstract = (
            socket.socket(family, kind)
            for family, kind in ((socket.AF_INET, 2), (socket.AF_UNIX, 1), (socket.AF_UNIX, 2), (socket.AF_UNIX, 1))
        )
        self.udp.bind(("", 0))
        self.stream.bind(str(folder / "stream"))
        self.datagrams.bind(str(folder / "datagrams"))
        self.abstract.bind("\0" + self.canary)
        self.listeners = (self.tcp, self.stream, self.abstract)
        for listener in self.listeners:
            listener.listen()
        for name in ("stream", "datagrams"):
            (folder / name).chmod(0o777)
        self.victim = subprocess.Popen(
            [sys.executable, "-S", "-c", "import time; time.sleep(600)", self.canary], env={"SECRET": self.canary}
        )
        self.folder, self.before, self.scratch = folder, sorted(folder.iterdir()), Path(tempfile.gettempdir())
        self.asked: dict[str, Any] = {
            "canary": self.canary, "marker": self.marker, "secret": str(self.secret), "abstract": self.canary,
            "tcp": self.tcp.getsockname()[1], "udp": self.udp.getsockname()[1], "socket": str(folder / "stream"),
            "datagrams": str(folder / "datagrams"), "victim": self.victim.pid, "caller": os.getpid(), "segment": 0,
            "address": _own_address(), "processes": PYTHON.processes, "shares": shares,
            "interface": next((name for _, name in socket.if_nameindex() if name != "lo"), "no interface"),
        }  # fmt: skip

    def changes(self) -> list[str]:
        """Return what is no more as it was."""
        found = self.secret.stat()
        seen = {
            "the secret's text": self.secret.read_text() == self.canary,
            "its mode, owner or time": (found.st_mode & 0o7777, found.st_uid, found.st_mtime)
            == (0o644, os.getuid(), 1e9),
            "the folder": sorted(self.folder.iterdir()) == self.before,
            "the victim": self.victim.poll() is None and _state(self.victim.pid) == "S",
            "its rank": os.getpriority(os.PRIO_PROCESS, self.victim.pid) == os.getpriority(os.PRIO_PROCESS, 0),
            "a connection": not any(_arrived(one) for one in self.listeners),
            "a datagram": not any(_arrived(one) for one in (self.udp, self.datagrams)),
            "a process that stays": none_left(self.marker),
            "a folder that stays": not list(self.scratch.iterdir()),
        }
        return [name for name, same in seen.items() if not same]

    def close(self) -> None:
        """End it."""
        self.victim.kill()
        self.victim.wait()
        for one in (*self.listeners, self.udp, self.datagrams):
            one.close()


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.2"
        return str(probe.getsockname()[0])


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _arrived(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        one.accept() if one.type == socket.SOCK_STREAM else one.recv(10)
    except BlockingIOError:
        return False
    return True


@pytest.fixture(scope="module", params=list(sandbox.TIERS))
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with hold(request.param), tempfile.TemporaryDirectory(prefix="world-") as name:
        # a short path: a socket's address has 108 bytes; and one that every user may pass
        folder, scratch = Path(name) / "machine", Path(name) / "scratch"
        for one in (folder, scratch):
            one.mkdir()
        Path(name).chmod(0o755)
        before, tempfile.tempdir = tempfile.tempdir, str(scratch)
        try:
            world = World(folder, shares=request.param == "landlock")
            yield world
            world.close()
        finally:
            tempfile.tempdir = before


def run(world: World, program: str, *, is_node: bool = False, wall_seconds: float = 10) -> Result:
    allowed = NODE if is_node else PYTHON
    limits = Limits(allowed.cpu_seconds, wall_seconds, allowed.memory_mb, allowed.output_bytes, allowed.processes)
    start = [*sandbox.node_argv(), "-e"] if is_node else [*sandbox.python_argv(), "-c"]
    prelude = hostile_node.PRELUDE if is_node else hostile_python.PRELUDE
    stdin = json.dumps(world.asked).encode()
    result = sandbox.run([*start, prelude + program, world.marker], stdin=stdin, limits=limits)
    said = result.stdout + result.stderr
    assert b"LEAK" not in said and world.canary.encode() not in said, said[-2000:]
    assert world.changes() == []
    return result


@pytest.mark.parametrize("name", hostile_python.ENDING)
def test_python_gets_nothing_and_comes_to_its_end(name: str, world: World) -> None:
    result = run(world, hostile_python.ENDING[name] + "\nprint('tried')")
    assert result.stdout == b"tried\n", result.stderr[-2000:]


@pytest.mark.parametrize("name", hostile_node.ENDING)
def test_node_gets_nothing_and_comes_to_its_end(name: str, world: World) -> None:
    program = 'process.on("exit", () => fs.writeSync(1, "tried\\n"));' + hostile_node.ENDING[name]
    result = run(world, program, is_node=True)
    assert result.stdout == b"tried\n", result.stderr[-2000:]


@pytest.mark.parametrize("name", ENDED)
def test_what_does_not_end_is_ended(name: str, world: World) -> None:
    ending, program = ENDED[name]
    is_node = name in hostile_node.ENDED
    result = run(world, program, is_node=is_node, wall_seconds=2 if ending == "time" else 10)
    if ending == "time":
        assert result.timed_out
    elif ending == "kill":
        assert result.killed or (is_node and result.status == NODE_OUT_OF_MEMORY), result.status


@pytest.mark.parametrize("name", hostile_python.FILLING)
def test_the_disk_is_not_filled(name: str, world: World) -> None:
    result = run(world, hostile_python.FILLING[name] + "\nprint('tried')")
    assert result.killed or result.stdout == b"tried\n", result.stderr[-2000:]
    assert result.killed or not world.asked["shares"], "a folder of the machine is watched"


def test_the_battery_is_as_large_as_promised() -> None:
    count = len(hostile_python.ENDING) + len(hostile_node.ENDING) + len(ENDED) + len(hostile_python.FILLING)
    assert count >= 60
