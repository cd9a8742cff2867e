"""Cases of every category drawn and proved: `bin/python bench/cases.py [CASES] [SAMPLE] [REPEATS] [CATEGORY ...]`.

CASES a category (300 is the full size, the bar is 67 x 300 in 6 minutes and 3 GiB), cheats and repeats on a SAMPLE of
them; categories side by side, a process for each processor, as the stages run them. The peer is the plain way: a fresh
sandbox for each reference and mutant, on PEER_CASES cases a category. Prints a line a category and one JSON line last.
Kept cases may be fewer than drawn: complaints are counted, not hidden.
"""

import json
import os
import platform
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from burnish.cases import render_answer, verify_many
from burnish.executor import ExecutorParams, spread
from burnish.generate.cases import Case, CasesParams, draw_cases, make_cases, processors
from burnish.generate.core import Category
from burnish.generate.registry import CATEGORIES
from burnish.watching import list_children

SEED, PEER_CASES, POLL_SECONDS = 42, 2, 0.5
DEFAULTS = (6, 1, 2)
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Peak(threading.Thread):
    """The largest memory of this process and all below it, in bytes; pages that are shared count for each."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.bytes = 0

    def run(self) -> None:
        """Look again and again."""
        while True:
            self.bytes = max(self.bytes, tree_bytes(os.getpid()))
            time.sleep(POLL_SECONDS)


def tree_bytes(root: int) -> int:
    try:
        own = int(Path(f"/proc/{root}/statm").read_text().split()[1]) * PAGE_BYTES
        return own + sum(tree_bytes(child) for child in list_children(root))
    except OSError:
        return 0


def params_of(category: Category, *, cases: int, sample: int, repeats: int) -> CasesParams:
    return CasesParams(
        per_template=-(-cases // len(category.templates)), seen_per_template=0, unseen_per_template=0,
        withheld_categories=[], withheld_share=0.0,
        trained_families=None, cheat_sample=sample, repeats=repeats, browser_sample=sample, min_kill_rate=0.8,
    )  # fmt: skip


class Made(NamedTuple):
    """What one category took, and what came of it."""

    seconds: float
    metrics: dict[str, Any]


def make(category: Category, *, cases: int, sample: int, repeats: int) -> Made:
    params = params_of(category, cases=cases, sample=sample, repeats=repeats)
    before = time.perf_counter()
    metrics = make_cases(category, params=params, seed=SEED, workers=1).metrics
    return Made(time.perf_counter() - before, metrics)


def time_alone(category: Category) -> float:
    """Return the seconds that a case takes in fresh sandboxes, as many at a time as there are processors."""
    cases: list[Case] = [case for one in category.templates[:PEER_CASES]
                         for case in draw_cases(category, one, quotas={"train": 1}, seed=SEED)]  # fmt: skip
    pairs = [(case.verifier, render_answer(code, verifier=case.verifier))
             for case in cases for code in (case.reference, *case.mutants)]  # fmt: skip
    before = time.perf_counter()
    verify_many(pairs, workers=processors(), batch=False)
    return (time.perf_counter() - before) / len(cases)


def main() -> None:
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    names = [word for word in sys.argv[1:] if not word.isdigit()]
    cases, sample, repeats = (*given, *DEFAULTS[len(given) :])
    peak = Peak()
    peak.start()
    chosen = [one for one in CATEGORIES if not names or one.name in names]
    work = partial(make, cases=cases, sample=sample, repeats=repeats)
    results, before = [], time.perf_counter()
    here = ExecutorParams(kind="local", address=None)
    with spread(work, chosen, executor=here, processes=processors()) as made:
        for category, one in zip(chosen, made, strict=True):
            results.append(one)
            print(describe(category, one), flush=True)
    seconds = time.perf_counter() - before
    asked = [one.metrics["asked"] for one in results]
    peer = sum(time_alone(category) * count for category, count in zip(chosen, asked, strict=True))
    print(json.dumps({
        "name": "cases", "ours": round(seconds, 1), "peer": round(peer, 1), "ratio": round(peer / seconds, 2),
        "unit": "seconds for the drawn cases; peer: a process for each reference and mutant, no cheats, no repeats",
        "sizes": {"categories": len(chosen), "drawn": sum(asked), "kept": sum(one.metrics["kept"] for one in results),
                  "sample": sample, "repeats": repeats,
                  "peak_gib": round(peak.bytes / 1024**3, 2), "load": round(os.getloadavg()[0], 1),
                  "processors": processors()},
        "versions": {"python": platform.python_version()},
    }))  # fmt: skip


def describe(category: Category, made: Made) -> str:
    metrics = made.metrics
    return (
        f"{category.name:26} {metrics['kept']:4} of {metrics['asked']:4} kept, {made.seconds:6.1f} s; "
        f"killed {metrics['kill_rate']:.1%}, "
        f"cheats accepted {metrics['false_accepts']}, near {metrics['near_duplicate_share']:.1%}"
    )


if __name__ == "__main__":
    main()
