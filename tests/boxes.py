"""What the tests of the sandbox share: running programs inside and outside, and finding what is left of them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import burnish
from burnish import sandbox
from burnish.errors import BurnishError
from burnish.sandbox import Limits, Result

LIMITS = Limits(cpu_seconds=10, wall_seconds=20, memory_mb=128, output_bytes=100_000, processes=24)


SOURCE = Path(burnish.__file__).parents[1]


@contextmanager
def hold(tier: str) -> Iterator[str]:
    """Take no other tier; skip the tests where the machine lacks what it needs. One that leaks is no reason to skip."""
    try:
        sandbox.TIERS[tier].require()
    except BurnishError as error:
        pytest.skip(str(error))
    with sandbox.held_to(tier):
        yield tier


def limits(**changes: float) -> Limits:
    values: dict[str, Any] = {name: getattr(LIMITS, name) for name in Limits.__slots__}
    return Limits(**{**values, **changes})


def python(program: str, *, allowed: Limits = LIMITS, **more: Any) -> Result:
    return sandbox.run([*sandbox.python_argv(), "-c", program], limits=allowed, **more)


def run_outside(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python outside the sandbox, without site packages: only the standard library and this project."""
    start = f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n"
    command = [str(Path(sys.executable).resolve()), "-S", "-P", "-c", start + program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


def find_processes(marker: str) -> list[int]:
    """Return the processes of this machine that have `marker` on their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def none_left(marker: str) -> bool:
    deadline = time.monotonic() + 5
    while find_processes(marker):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def make_marker(name: str) -> str:
    return f"burnish-{name}-{os.getpid()}-{time.monotonic_ns()}"


FORK_BOMB = """
import os
count = 0
try:
    while count < 400:
        if os.fork() == 0:
            import time; time.sleep(20)
        count += 1
except OSError as error:
    print(count, error.errno, flush=True)
"""


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(60)", MARKER])
    os._exit(0)
"""
