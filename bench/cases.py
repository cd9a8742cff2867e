"""Cases of every category drawn and proved: `bin/python bench/cases.py [CASES] [SAMPLE] [REPEATS] [CATEGORY ...]`.

CASES a category (300 is the full size, the bar is 67 x 300 in 6 minutes and 3 GiB), cheats and repeats on a SAMPLE of
them. The peer is the plain way: a fresh sandbox for each reference and mutant, on PEER_CASES cases a category. Prints a
line a category and one JSON line last. Kept cases may be fewer than drawn: complaints are counted, not hidden.
"""

import json
import os
import platform
import sys
import threading
import time
from pathlib import Path

from burnish.cases import render_answer, verify_many
from burnish.generate.cases import Case, CasesParams, draw_cases, make_cases, processors
from burnish.generate.core import Category
from burnish.generate.registry import CATEGORIES
from burnish.watching import list_children

SEED, PEER_CASES, POLL_SECONDS = 42, 2, 0.1
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


def time_alone(cases: list[Case]) -> float:
    pairs = [(case.verifier, render_answer(code, verifier=case.verifier))
             for case in cases for code in (case.reference, *case.mutants)]  # fmt: skip
    before = time.perf_counter()
    verify_many(pairs, workers=processors(), batch=False)
    return time.perf_counter() - before


def main() -> None:
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    names = [word for word in sys.argv[1:] if not word.isdigit()]
    cases, sample, repeats = (*given, *DEFAULTS[len(given) :])
    peak = Peak()
    peak.start()
    drawn = kept = 0
    seconds, peer = 0.0, 0.0
    chosen = [one for one in CATEGORIES if not names or one.name in names]
    for category in chosen:
        before = time.perf_counter()
        metrics = make_cases(
            category, params=params_of(category, cases=cases, sample=sample, repeats=repeats), seed=SEED
        ).metrics
        own = time.perf_counter() - before
        few = [case for one in category.templates[:PEER_CASES]
               for case in draw_cases(category, one, quotas={"train": 1}, seed=SEED)]  # fmt: skip
        alone = time_alone(few) / len(few)
        seconds, peer = seconds + own, peer + alone * metrics["asked"]
        drawn, kept = drawn + metrics["asked"], kept + metrics["kept"]
        print(
            f"{category.name:26} {metrics['kept']:4} of {metrics['asked']:4} kept, {own:6.1f} s, a case "
            f"{1000 * own / metrics['asked']:5.0f} ms, alone {1000 * alone:5.0f} ms; killed {metrics['kill_rate']:.1%}, "
            f"cheats accepted {metrics['false_accepts']}, near {metrics['near_duplicate_share']:.1%}",
            flush=True,
        )
    print(json.dumps({
        "name": "cases", "ours": round(seconds, 1), "peer": round(peer, 1), "ratio": round(peer / seconds, 2),
        "unit": "seconds for the drawn cases; peer: a process for each reference and mutant, no cheats, no repeats",
        "sizes": {"categories": len(chosen), "drawn": drawn, "kept": kept, "sample": sample, "repeats": repeats,
                  "peak_gib": round(peak.bytes / 1024**3, 2), "load": round(os.getloadavg()[0], 1),
                  "processors": processors()},
        "versions": {"python": platform.python_version()},
    }))  # fmt: skip


if __name__ == "__main__":
    main()
