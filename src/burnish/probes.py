"""The self-test of the sandbox: programs that try to get out in every way that is guarded, and how to read them."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from burnish.bubblewrap import ENVIRONMENT, WORK, find_home

MANY = 2**64 - 1
# The process numbers of a fresh process table that may be taken when the probe runs.
MOST_INSIDE = 3

# Run inside by Python without site packages. Tells what it could do; true is always bad news.
ESCAPES = r"""
import json, os, signal, socket, sys

asked = json.load(sys.stdin)

def can(action):
    try:
        action()
    except OSError:
        return False
    return True

def connect():
    socket.create_connection(("127.0.0.1", asked["port"]), timeout=1).close()

def route():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.connect(("192.0.2.1", 53))

def succeeds(*command):
    try:
        process = os.posix_spawn(command[0], command, {})
    except OSError:
        return False
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0

def read_environment_of_1():
    try:
        return open("/proc/1/environ").read()
    except OSError:
        return ""

def sees(path):
    if asked["hides_names"]:
        return os.path.lexists(path)
    return can(lambda: os.listdir(path) if os.path.isdir(path) else open(path))

def count_processes():
    try:
        return sum(name.isdigit() for name in os.listdir("/proc"))
    except OSError:
        return 0

def fork_until_refused(most):
    children = []
    try:
        while len(children) < most:
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)

status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
forked = fork_until_refused(asked["forks"])
capabilities = int(status["CapEff"], 16) | int(status["CapPrm"], 16) | int(status["CapAmb"], 16)
if status["NoNewPrivs"] != "1":  # a user can't empty the bounding set, from which nothing comes then
    capabilities |= int(status["CapBnd"], 16)
print(json.dumps({
    "reached": can(connect) or can(route),
    "seen": [path for path in asked["hidden"] if sees(path)],
    "written": [folder for folder in asked["read_only"] if can(lambda: open(folder + "/burnish-probe", "w"))],
    "forked": forked,
    "nested": any(succeeds("/usr/bin/unshare", kind, "/bin/true") for kind in ("--user", "--mount", "--pid")),
    "environment": sorted(os.environ),
    "environment_of_1": read_environment_of_1(),
    "processes": count_processes(),
    "signalled": [pid for pid in asked["outsiders"] if can(lambda: os.kill(pid, 0))],
    "capabilities": capabilities,
    "filtered": status["Seccomp"] == "2" and status["NoNewPrivs"] == "1",
}))
"""

# Run inside: eight processes, each within any limit of its own, that together are beyond all bounds.
HOARD = r"""
import os, time

for _ in range(8):
    if os.fork() == 0:
        break
held = []
while len(held) < 64:
    held.append(b"x" * 4_000_000)
time.sleep(30)
"""


def list_hidden_paths(visible: Iterable[Path]) -> list[str]:
    """Return paths of this machine that no program inside may see: secrets, home, project; but for what is bound."""
    module = Path(__file__).resolve()
    found = [Path("/etc/shadow"), Path("/etc/ssh"), module]
    for folder in {find_home(), Path.cwd(), module.parents[2]} - {Path("/")}:
        if os.access(folder, os.R_OK | os.X_OK):
            found += sorted(folder.iterdir())[:50]
    bound = [Path("/usr"), Path("/proc"), Path("/dev"), Path(WORK), *(path.resolve() for path in visible)]
    return [str(path) for path in found if path.exists() and not any(_touch(path, other) for other in bound)]


def _touch(path: Path, other: Path) -> bool:
    return path.is_relative_to(other) or other.is_relative_to(path)


def read_findings(output: bytes, *, most_processes: int, capabilities: int) -> dict[str, bool]:
    """Turn the output of `ESCAPES` into what held, by the name of each guard. No output: nothing held.

    `capabilities` may be left to the program, no others.
    """
    try:
        found: dict[str, Any] = json.loads(output)
    except ValueError:
        found = {}
    allowed = {*ENVIRONMENT, "NODE_OPTIONS", "PWD", "TMPDIR", "OPENSSL_CONF"}
    return {
        "network": found.get("reached") is False,
        "host files": found.get("seen") == [],
        "read-only system": found.get("written") == [],
        "fork bomb": 2 <= found.get("forked", 0) <= most_processes,
        "nested namespaces": found.get("nested") is False,
        "environment": set(found.get("environment", ["?"])) <= allowed and found.get("environment_of_1") == "",
        "processes": found.get("processes", MANY) <= 3,
        "signals": found.get("signalled") == [],
        "capabilities": found.get("capabilities", MANY) & ~capabilities == 0,
        "system calls": found.get("filtered") is True,
    }


def probe_input(*, port: int, visible: Iterable[Path], forks: int, hides_names: bool) -> bytes:
    """Return what `ESCAPES` reads: an open port of this machine, paths to look for, how often to fork.

    `hides_names`: not even the names of files may be seen.
    """
    # a number so small could be one inside, too
    outsiders = [pid for pid in (os.getpid(), os.getppid()) if pid > MOST_INSIDE]
    asked = {
        "port": port, "forks": forks, "hidden": list_hidden_paths(visible), "hides_names": hides_names,
        "read_only": ["/usr", "/etc", sys.base_prefix], "outsiders": outsiders,
    }  # fmt: skip
    return json.dumps(asked).encode()
