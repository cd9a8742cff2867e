"""The memory of one side of a bench, whose sides share a process while they are timed."""

import subprocess
import sys
from pathlib import Path


def measure_memory(side: str) -> float:
    """Return the GiB that a process of its own needs for `side`: this program, told `--alone SIDE`, says `read_peak()` last."""
    ran = subprocess.run([sys.executable, *sys.argv, "--alone", side], capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(f"{sys.argv[0]}: {side} alone failed: {ran.stderr[-2000:]}")
    return round(float(ran.stdout.splitlines()[-1]), 2)


def read_peak() -> float:
    """Return the most GiB that this program had so far; `getrusage` would count what started it too."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 2**20
