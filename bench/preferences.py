"""How many pairs each preference category gives by the sizes of profile `full`, how they lean, and what that costs.

    bin/python bench/preferences.py [CASES]

CASES is the folder of the generated cases, data/cases without a name (`dvc repro cases` makes it). Asked for are at least 200
pairs for each category and 45 to 55 % for the guess that the longer answer is the better one. `preferences` is read as
profiles/full.yaml lays it over params.yaml; two of the categories are made from CASES, and the main job's cases are too few
for them, so the bar counts where CASES is named: those of profile `full`. The last line is JSON.
"""

import json
import resource
import shutil
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from common.line import print_line

from burnish import params
from burnish.generate.preferences import PreferencesParams, run
from burnish.profiles import apply_profile

BENCHMARKS = Path("data/raw/benchmarks")
BAR_PAIRS, BAR_LEAN = 200, (0.45, 0.55)
PROFILE = "full"


def read_sizes(folder: Path) -> PreferencesParams:
    """Return `preferences` under the profile, laid over a copy of params.yaml in `folder`."""
    path = Path(shutil.copy(params.PARAMS, folder))
    apply_profile(PROFILE, params=path)
    return params.load(PreferencesParams, "preferences", path=path)


def main(cases: Path, *, strict: bool) -> None:
    with TemporaryDirectory() as place:
        settings = read_sizes(Path(place))
        started = time.perf_counter()
        metrics = run(settings, seed=42, cases=cases, benchmarks=BENCHMARKS, out=Path(place) / "out")
        seconds = time.perf_counter() - started
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
        f"{seconds:.0f} s, {used[0].ru_utime + used[0].ru_stime:.0f} s CPU here,",
        f"{used[1].ru_utime + used[1].ru_stime:.0f} s in children, {max(one.ru_maxrss for one in used) // 1024} MiB",
    )
    pairs = [values["pairs"] for values in metrics.values()]
    leans = [values["longer_wins"] for values in metrics.values()]
    print_line(
        "preferences", ours=round(sum(pairs) / seconds, 1), peer=None, ratio=None, unit="pairs/s",
        sizes={"categories": len(pairs), "fewest_pairs": min(pairs), "bar_pairs": BAR_PAIRS,
               "longer_wins": [round(min(leans), 3), round(max(leans), 3)], "seconds": round(seconds, 1)},
    )  # fmt: skip
    if strict and (min(pairs) < BAR_PAIRS or min(leans) < BAR_LEAN[0] or max(leans) > BAR_LEAN[1]):
        sys.exit(
            "bench/preferences.py: a category has too few pairs, or its longer answers win too often or too seldom"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data/cases"), strict=len(sys.argv) > 1)
