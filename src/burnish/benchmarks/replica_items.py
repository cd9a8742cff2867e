"""Stage `replica_items`: template families to replicas of public benchmarks, matched in difficulty and proved.

    data/raw/benchmarks -> data/replicas/rows-*.parquet, data/replicas/canaries.json

Asks no model. The canaries are one text that stands in the data and many like it that stand nowhere.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from burnish import shards, stage
from burnish.benchmark_items import Item
from burnish.benchmarks.replicas.items import REPLICA, Replica
from burnish.benchmarks.replicas.matching import match
from burnish.benchmarks.replicas.proofs import prove
from burnish.benchmarks.replicas.registry import draw_pools
from burnish.contamination import ContaminationParams, Detector
from burnish.files import write_json
from burnish.params import Section
from burnish.questions import Question, read_public
from burnish.seeds import fingerprint, rng

CANARY = "The number of this collection of replicas is {number}."
CANARIES = "canaries.json"
PROGRAMS = ("humaneval",)


class ReplicaItemsParams(Section):
    """`replica_items`.

    Attributes:
        key: seeds all draws; it is the replicas' own, and another one gives other items.
        drafts: of each template family, from which matching chooses.
        items: replicas of each benchmark.
        canaries: random texts that a canary's log-probability is ranked among.
        detector: what counts as an overlap with a public item; such drafts are left out.
    """

    key: str
    drafts: int
    items: int
    canaries: int
    detector: ContaminationParams


def run(params: ReplicaItemsParams, *, public: Path, out: Path) -> stage.Metrics:
    """Draw, match and prove the replicas of every benchmark; write them and return the figures."""
    questions = read_public(public)
    workers = len(os.sched_getaffinity(0))
    detector = Detector([as_item(question) for question in questions], params=params.detector)
    rows, figures = [], {}
    for benchmark, pool in draw_pools(drafts=params.drafts, key=params.key).items():
        own = [question for question in questions if question.benchmark == benchmark]
        fresh = drop_overlaps(pool, detector=detector)
        matched = match(fresh, public=own, items=params.items, key=params.key)
        route = prove([replica for replica, _ in matched.chosen], benchmark=benchmark, workers=workers)
        rows += [replica.row(stratum=stratum) for replica, stratum in matched.chosen]
        figures[benchmark] = {**matched.figures, "overlaps": len(pool) - len(fresh), "proved": route}
    shards.write_rows(out, rows, schema=REPLICA)
    canaries = write_canaries(key=params.key, count=params.canaries)
    write_json(out / CANARIES, {"canary": canaries[0], "others": canaries[1:]})
    return {"data": fingerprint(*(row["prompt"] + row["reference"] for row in rows)), "benchmarks": figures}


def drop_overlaps(pool: Sequence[Replica], *, detector: Detector) -> list[Replica]:
    """Return the drafts that overlap no public item: a replica of a known item says nothing."""
    found = detector.find([replica.question.text for replica in pool])
    return [replica for replica, match_ in zip(pool, found, strict=True) if match_ is None]


def as_item(question: Question) -> Item:
    """Return a public question as the contamination detector takes it."""
    program = f"{question.prompt}{question.reference}" if question.benchmark in PROGRAMS else ""
    return Item(question.id, (question.prompt, question.reference), program)


def write_canaries(*, key: str, count: int) -> list[str]:
    """Return the canary and `count` others that differ from it in random digits alone (Carlini et al. 2019)."""
    numbers = rng("replica", key, "canary").sample(range(10**8, 10**9), count + 1)
    return [CANARY.format(number=number) for number in numbers]


if __name__ == "__main__":
    stage.main(run)
