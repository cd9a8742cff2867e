"""How many pairs each preference category gives at the size of the bar, how they lean, and what that costs.

    bin/python bench/preferences.py CASES OUT

CASES is the folder of the generated cases, OUT a new folder for the tables. Asked for are at least 200 pairs for each
category and 45 to 55 % for the guess that the longer answer is the better one.
"""

import json
import resource
import sys
import time
from pathlib import Path

from burnish import params
from burnish.generate.preferences import PreferencesParams, run

SIZE = {
    "per_template": 50, "seen_per_template": 5, "unseen_per_template": 20, "pairs_per_question": 2, "alone_sample": 20,
    "cases_per_split": {"train": 400, "seen": 60, "unseen": 200},
}  # fmt: skip


def main(cases: Path, *, out: Path) -> None:
    settings = params.load(PreferencesParams, "preferences").model_copy(update=SIZE)
    started = time.perf_counter()
    metrics = run(settings, seed=42, cases=cases, out=out)
    shown = (
        "questions",
        "pairs",
        "families",
        "splits",
        "checks",
        "longer_wins",
        "longer_wins_train",
        "sampled",
        "slips",
        "complaints",
    )
    for name, values in metrics.items():
        print(name, json.dumps({key: values[key] for key in shown}))
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        f"{time.perf_counter() - started:.0f} s, {used[0].ru_utime + used[0].ru_stime:.0f} s CPU here,",
        f"{used[1].ru_utime + used[1].ru_stime:.0f} s in children, {max(one.ru_maxrss for one in used) // 1024} MiB",
    )
    assert all(values["pairs"] >= 200 and 0.45 <= values["longer_wins"] <= 0.55 for values in metrics.values())


if __name__ == "__main__":
    main(Path(sys.argv[1]), out=Path(sys.argv[2]))
