"""How long FullstackEval's own solutions take to judge: `bin/python bench/fullstack.py [SEEDS]`. The bar is 60 s for 120.

It names the slowest templates, by the seconds of one reference alone. The last line is JSON; its peer is the bar.
"""

import os
import sys
import time

from common.line import print_line

from burnish import sandbox
from burnish.benchmarks.fullstack.judging import grade_programs
from burnish.benchmarks.fullstack.registry import make_tasks

KEY = 42
BAR_SECONDS, BAR_TASKS = 60.0, 120


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tasks = make_tasks(seeds=seeds, key=KEY)
    sandbox.require()
    workers = len(os.sched_getaffinity(0))
    before = time.perf_counter()
    grades = grade_programs([(task, task.reference) for task in tasks], workers=workers)
    seconds = time.perf_counter() - before
    solved = sum(grade.solved for grade in grades)
    print(
        f"{solved} of {len(tasks)} references solved in {seconds:.1f} s by {workers} workers (bar: {BAR_SECONDS:.0f} s for 120)"
    )
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; the slowest, one reference alone:")
    times = {}
    for task in [task for task in tasks if task.seed == 0]:
        started = time.perf_counter()
        grade_programs([(task, task.reference)], workers=1)
        times[task.template] = time.perf_counter() - started
    for name, own in sorted(times.items(), key=lambda item: -item[1])[:6]:
        print(f"  {name:18} {1000 * own:6.0f} ms")
    bar = BAR_SECONDS * len(tasks) / BAR_TASKS
    print_line(
        "fullstack", ours=round(seconds, 2), peer=bar, ratio=round(bar / seconds, 2),
        unit="seconds for the references",
        sizes={"references": len(tasks), "solved": solved, "workers": workers,
               "slowest_ms": round(1000 * max(times.values()))},
    )  # fmt: skip


if __name__ == "__main__":
    main()
