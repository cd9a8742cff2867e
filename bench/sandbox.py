"""What the sandbox adds to the start of a program: `bin/python bench/sandbox.py [ROUNDS]`.

Bare and sandboxed starts take turns, so that other work on the machine hits both alike. On a busy machine
`chrt -f 20 bin/python bench/sandbox.py` (as root) shows what a quiet one would.
The last line is JSON.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from common.line import print_line

from burnish import sandbox

LIMITS = sandbox.Limits(cpu_seconds=5, wall_seconds=10, memory_mb=256, output_bytes=65_536, processes=32)


def time_in_turns(programs: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """Return milliseconds by name."""
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, start in programs.items():
            before = time.perf_counter()
            start()
            times[name].append(1000 * (time.perf_counter() - before))
    return times


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    python = [*sandbox.python_argv(), "-c", "pass"]
    isolated = [python[0], "-I", "-S", "-c", "pass"]
    before = time.perf_counter()
    sandbox.require()
    print(f"self-test            {1000 * (time.perf_counter() - before):6.0f} ms")
    times = time_in_turns(
        {
            "bare python -I -S": lambda: subprocess.run(isolated, capture_output=True, check=True),
            "sandboxed python": lambda: sandbox.run(python, limits=LIMITS),
            "sandboxed /bin/true": lambda: sandbox.run(["/bin/true"], limits=LIMITS),
        },
        rounds=rounds,
    )
    for name, values in times.items():
        quartile, median, _ = statistics.quantiles(values, n=4)
        print(f"{name:20} {median:6.1f} ms median, {quartile:.1f} first quartile, {min(values):.1f} least")
    bare, boxed = (statistics.median(times[name]) for name in ("bare python -I -S", "sandboxed python"))
    print(
        f"added                {boxed - bare:6.1f} ms median; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    jobs = [sandbox.Job(python, LIMITS)] * (4 * rounds)
    before = time.perf_counter()
    sandbox.run_many(jobs, workers=os.cpu_count() or 1)
    rate = len(jobs) / (time.perf_counter() - before)
    print(f"in parallel          {rate:6.0f} programs a second")
    print_line(
        "sandbox", ours=round(boxed, 2), peer=round(bare, 2), ratio=round(bare / boxed, 2),
        unit="ms from start to end of an empty program; peer: python -I -S without a sandbox",
        sizes={"rounds": rounds, "added_ms": round(boxed - bare, 2), "programs_a_second": round(rate, 1)},
    )  # fmt: skip


if __name__ == "__main__":
    main()
