"""Ten million rows planned: `bin/python bench/mix.py [ROWS]`. Prints seconds, memory and asked against achieved.

Sizes are drawn in numpy: log-normal lengths, 200,000 families of uneven size, each of one of eleven skills, in three sources
and under five licences. The first plan asks for shares of sources alone; the second for sources along a curriculum,
skills and licences, by temperature. A process each, so that each has its own peak of memory. The last line is JSON; its
peer is the bar of a minute.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections import Counter
from multiprocessing.queues import Queue
from typing import Any

import numpy as np
from common.line import print_line

from burnish.mix.asked import MixParams
from burnish.mix.candidates import Sizes
from burnish.mix.outcome import describe
from burnish.mix.plan import plan_mixture

BAR_SECONDS, BAR_ROWS = 60.0, 10_000_000
SOURCES = ["cases", "tasks", "replay"]
NEUTRAL: dict[str, Any] = {"skills": None, "modalities": None, "licences": None, "family_shares": None,
                           "family_temperature": None, "source_temperature": None, "curriculum": None}  # fmt: skip


def draw_sizes(count: int) -> Sizes:
    random = np.random.default_rng(7)

    def draw(values: int) -> np.ndarray[Any, np.dtype[np.int32]]:
        return (values * random.random(count, dtype=np.float32) ** 2).astype(np.int32)

    source, family = np.sort(draw(3)), draw(200_000)
    lengths = np.clip(random.lognormal(4.5, 0.8, count), 4, 1000).astype(np.int32)
    names = {"source": SOURCES, "skill": [f"skill {n}" for n in range(11)], "modality": ["text"],
             "licence": [f"licence {n}" for n in range(5)], "family": [f"family {n}" for n in range(200_000)],
             "origin": [f"origin {n}" for n in range(50)]}  # fmt: skip
    codes = {"source": source, "skill": family % 11, "modality": np.zeros(count, np.int32), "licence": draw(5),
             "family": family, "origin": family % 50}  # fmt: skip
    return Sizes(codes, names, lengths * 2, lengths)


def asked_of(kind: str, *, sizes: Sizes) -> MixParams:
    total = int(sizes.supervised_tokens.sum())
    skills = {name: 0.7 * held / total + 0.3 / 11 for name, held in sizes.held("skill").items()}
    licences = {name: 0.8 * held / total + 0.2 / 5 for name, held in sizes.held("licence").items()}
    knots = [{"progress": at, "weights": dict(zip(SOURCES, shares, strict=True))}
             for at, shares in ((0, (0.7, 0.1, 0.2)), (1, (0.3, 0.4, 0.3)))]  # fmt: skip
    weights = [None] * 3 if kind == "everything" else [0.5, 0.25, 0.25]
    sources = {name: {"weight": weight, "max_repeats": 3} for name, weight in zip(SOURCES, weights, strict=True)}
    more: dict[str, Any] = {}
    if kind == "everything":
        more = {"skills": skills, "licences": licences, "curriculum": knots, "family_temperature": 2.0}
    return MixParams.model_validate(
        {"supervised_tokens": total, "context_tokens": 1024, "sources": sources, **NEUTRAL, **more}
    )


def measure(kind: str, count: int, *, results: "Queue[dict[str, Any]]") -> None:
    sizes = draw_sizes(count)
    params = asked_of(kind, sizes=sizes)
    before, cpu = time.perf_counter(), time.process_time()
    plan = plan_mixture(sizes, params=params, seed=1, place="mix.bench")
    seconds, cpu = time.perf_counter() - before, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    metrics = describe(plan, sizes=sizes, too_long=0)
    times = Counter(np.bincount(plan.order, minlength=count).tolist())
    results.put({"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "peak_gib": round(peak, 2),
                 "taken": len(plan.order), "largest_miss": metrics["largest_relative_miss"]})  # fmt: skip
    print(
        f"{kind:11} {count:,} rows, {len(plan.order):,} taken: {seconds:.1f} s ({cpu:.1f} s CPU), peak {peak:.2f} GiB, "
        f"largest miss of an asked share {metrics['largest_relative_miss']:.5%}, most repeats {max(times)} of 3; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else BAR_ROWS
    context, found = multiprocessing.get_context("spawn"), dict[str, dict[str, Any]]()
    for kind in ("sources", "everything"):
        results: Queue[dict[str, Any]] = context.Queue()
        process = context.Process(target=measure, args=(kind, count), kwargs={"results": results})
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(process.exitcode)
        found[kind] = results.get()
    slower, bar = max(own["seconds"] for own in found.values()), BAR_SECONDS * count / BAR_ROWS
    print_line("mix", ours=slower, peer=bar, ratio=round(bar / slower, 2), unit="seconds for a plan",
               sizes={"rows": count, **found}, packages=("numpy",))  # fmt: skip


if __name__ == "__main__":
    main()
