"""How long LovableBench's references and controls take to judge: `bin/python bench/lovable.py [--kinds N] [--whole]`.

The bar is 6 minutes for the 48 references. An app of each kind, each of another level than the one before, is judged again,
and the grades compared as bytes; its controls, which no benchmark may be taken in by, are judged too. With `--whole` so is
every app. The last line is JSON; its peer is the bar.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence

from common.line import print_line

from burnish import chromium
from burnish.benchmarks.lovable.apps import App, make_apps
from burnish.benchmarks.lovable.controls import MOST_POINTS, write_controls
from burnish.benchmarks.lovable.judging import Grade, grade_apps
from burnish.benchmarks.lovable.kinds import KINDS

KEY, CONTROL_KEY = 42, 7
BAR_SECONDS, BAR_APPS = 360.0, 48
LEVELS = 4


def judge(apps: Sequence[App], *, workers: int) -> tuple[list[Grade], float]:
    """Judge the references; return their grades and the seconds."""
    before = time.perf_counter()
    grades = list(grade_apps([(app, app.reference) for app in apps], workers=workers))
    return grades, time.perf_counter() - before


def judge_controls(apps: Sequence[App], *, workers: int) -> dict[str, float]:
    """Judge the controls; return the most points of each."""
    tried = [(app, name, files) for app in apps for name, files in write_controls(app, key=CONTROL_KEY).items()]
    grades = grade_apps([(app, files) for app, _, files in tried], workers=workers)
    most = dict.fromkeys(MOST_POINTS, 0.0)
    for (_, name, _), grade in zip(tried, grades, strict=True):
        most[name] = max(most[name], grade.points)
    return most


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinds", type=int, default=len(KINDS))
    parser.add_argument("--whole", action="store_true", help="every app twice, and every control of it")
    options = parser.parse_args()
    apps, workers = make_apps(key=KEY, kinds=KINDS[: options.kinds]), len(os.sched_getaffinity(0))
    chromium.require_chromium()
    grades, seconds = judge(apps, workers=workers)
    whole = sum(grade.points == 1 for grade in grades)
    print(f"{whole} of {len(apps)} references with every point in {seconds:.1f} s", flush=True)
    for app, grade in zip(apps, grades, strict=True):
        if grade.points < 1:
            print(f"  {app.id}: {grade.points:g} {grade.reason} {grade.faults} {grade.outside}", flush=True)
    chosen = [number for number in range(len(apps)) if options.whole or number % LEVELS == number // LEVELS % LEVELS]
    again, _ = judge([apps[number] for number in chosen], workers=workers)
    equal = json.dumps([grades[number]._asdict() for number in chosen]) == json.dumps([one._asdict() for one in again])
    print(f"{len(chosen)} judged again, equal bytes: {equal}; controls, the most points of 100:", flush=True)
    most = judge_controls([apps[number] for number in chosen], workers=workers)
    for name, points in most.items():
        print(f"  {name:18} {100 * points:5.1f} (at most {100 * MOST_POINTS[name]:.0f})")
    bar = BAR_SECONDS * len(apps) / BAR_APPS
    print_line(
        "lovable", ours=round(seconds, 1), peer=bar, ratio=round(bar / seconds, 2),
        unit="seconds for the references",
        sizes={"references": len(apps), "with_every_point": whole, "judged_again": len(chosen), "equal_bytes": equal,
               "controls": {name: round(points, 3) for name, points in most.items()}, "workers": workers},
    )  # fmt: skip
    if whole < len(apps) or not equal or any(points > MOST_POINTS[name] for name, points in most.items()):
        sys.exit("bench/lovable.py: a reference lost points, a verdict changed, or a control earned too much")


if __name__ == "__main__":
    main()
