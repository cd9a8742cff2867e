"""How long LovableBench's references and controls take to judge: `bin/python bench/lovable.py [KINDS]`.

The bar is 6 minutes for the 48 references. References are judged twice, and the grades of both runs compared as bytes.
"""

import json
import os
import sys
import time

from burnish import chromium
from burnish.benchmarks.lovable.apps import make_apps
from burnish.benchmarks.lovable.controls import MOST_POINTS, write_controls
from burnish.benchmarks.lovable.judging import grade_apps
from burnish.benchmarks.lovable.kinds import KINDS

KEY, CONTROL_KEY = 42, 7
BAR_SECONDS = 360.0


def main() -> None:
    kinds = KINDS[: int(sys.argv[1]) if len(sys.argv) > 1 else len(KINDS)]
    apps, workers = make_apps(key=KEY, kinds=kinds), len(os.sched_getaffinity(0))
    chromium.require_chromium()
    written = []
    for number in (1, 2):
        before = time.perf_counter()
        grades = grade_apps([(app, app.reference) for app in apps], workers=workers)
        seconds = time.perf_counter() - before
        written.append("".join(json.dumps(grade._asdict(), sort_keys=True) + "\n" for grade in grades))
        whole = sum(grade.points == 1 for grade in grades)
        print(
            f"run {number}: {whole} of {len(apps)} references with every point in {seconds:.1f} s by {workers} workers"
        )
        for app, grade in zip(apps, grades, strict=True):
            if grade.points < 1:
                print(f"  {app.id}: {grade.points:g} {grade.reason} {grade.faults} {grade.outside}")
    print(f"equal bytes: {written[0] == written[1]}; bar: {BAR_SECONDS:.0f} s for 48; load {os.getloadavg()[0]:.1f}")
    tried = [(app, name, files) for app in apps for name, files in write_controls(app, key=CONTROL_KEY).items()]
    before = time.perf_counter()
    grades = grade_apps([(app, files) for app, _, files in tried], workers=workers)
    print(f"{len(tried)} controls in {time.perf_counter() - before:.1f} s; the most points, of 100:")
    for name, most in MOST_POINTS.items():
        own = [grade.points for (_, control, _), grade in zip(tried, grades, strict=True) if control == name]
        print(f"  {name:18} {100 * max(own):5.1f} (at most {100 * most:.0f})")


if __name__ == "__main__":
    main()
