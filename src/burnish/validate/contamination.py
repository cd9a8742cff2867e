"""Finds the training rows that overlap a benchmark, and proves on planted copies what the detector would find.

    data/{cases,processed/tasks,replay,chats/tools/tools} x data/raw/benchmarks -> data/contamination, figures
    these and data/{chats/guard,preference/pairs,processed/text} x the project's own benchmarks -> the same

Held-out rows aren't trained on, so they aren't looked at. A row is named once, with the first item found, a public one
before one of ours. Takes nothing out itself: the mixer does; pairs and texts are named alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from burnish import shards, stage
from burnish.benchmark_items import Item
from burnish.contamination import RUN, ContaminationParams, Detector, Match
from burnish.executor import ExecutorParams, spread
from burnish.fences import fence
from burnish.kept_out import read_kept_out
from burnish.minhash import Hashes, hash_runs, hash_words
from burnish.own_items import read_own_items
from burnish.params import Section
from burnish.seeds import rng
from burnish.validate.planting import KINDS

CHUNK = 512
_WORD = re.compile(r"\w+")
FLAGGED = pa.schema([pa.field(name, pa.string()) for name in ("id", "item", "way")])


class LedgerParams(Section):
    """What counts as an overlap, and how many items of each benchmark are planted in each way."""

    detector: ContaminationParams
    planted_items: int


class Checked(NamedTuple):
    """A training row's id and the texts that a model would learn from it."""

    id: str
    parts: list[str]


class Overlaps(NamedTuple):
    """The rows of FLAGGED, and the figures: rows and overlaps by source, planted copies, precision."""

    flagged: list[dict[str, str]]
    figures: dict[str, Any]


def run(params: LedgerParams, *, benchmarks: Path, cases: Path, tasks: Path, replay: Path, tools: Path, guard: Path,
        preferences: Path, text: Path, fullstack_tasks: Path, apps: Path, pages: Path, replicas: Path, safety_items: Path,
        out: Path, seed: int, executor: ExecutorParams) -> stage.Metrics:  # fmt: skip
    """Check the training rows, write those that overlap, and measure the detector on planted copies."""
    folders = {"cases": cases, "tasks": tasks, "replay": replay, "tools": tools}
    rows = {name: list(read_training(folder)) for name, folder in folders.items()}
    carriers = [row for own in rows.values() for row in own]
    look = partial(find_overlaps, carriers=carriers, params=params, seed=seed, executor=executor)
    public = look(read_kept_out(benchmarks), rows=rows)
    made_clean = {"guard": guard, "preferences": preferences, "text": text}  # of public items, where they are made
    more = {name: list(read_training(folder)) for name, folder in made_clean.items()}
    items = read_own_items(fullstack_tasks=fullstack_tasks, apps=apps, pages=pages, replicas=replicas,
                           safety_items=safety_items)  # fmt: skip
    own = look(items, rows={**rows, **more})
    nearest = name_nearest(own.flagged, rows=chain(*rows.values(), *more.values()), items=items,
                           size=params.detector.min_words)  # fmt: skip
    named = {entry["id"]: entry for entry in (*nearest, *public.flagged)}
    shards.write_rows(out, named.values(), schema=FLAGGED)
    return {**public.figures, "own": {**own.figures, "benchmarks": dict(Counter(map(benchmark_of, items)))}}


def find_overlaps(items: Sequence[Item], *, rows: Mapping[str, Sequence[Checked]], carriers: Sequence[Checked],
                  params: LedgerParams, seed: int, executor: ExecutorParams) -> Overlaps:  # fmt: skip
    """Compare the rows of every source with `items`, and plant some of these into `carriers`."""
    detector = Detector(items, params=params.detector)
    flagged, counts = [], {}
    for name, own in rows.items():
        chunks = [own[start : start + CHUNK] for start in range(0, len(own), CHUNK)]
        with spread(partial(match_rows, detector=detector), chunks, executor=executor, processes=1) as parts:
            matches = [match for part in parts for match in part]
        found = {row.id: match for row, match in zip(own, matches, strict=True) if match}
        flagged += [{"id": name, "item": match.item, "way": match.way} for name, match in found.items()]
        counts[name] = {"rows": len(own), "overlaps": len(found), **Counter(match.way for match in found.values())}
    known = detector.known(items)
    chosen = choose_items(known, count=params.planted_items, seed=seed)
    planted = measure(chosen, carriers=carriers, detector=detector, seed=seed)
    return Overlaps(flagged, {
        "items": len(items), "items_too_short": len(items) - len(known), "rows": counts, "planted": planted,
        "precision": precision(planted, natural=len(flagged)),
    })  # fmt: skip


def name_nearest(flagged: Iterable[dict[str, str]], *, rows: Iterable[Checked], items: Sequence[Item],
                 size: int) -> Iterator[dict[str, str]]:  # fmt: skip
    """Yield the entries; found by words in a row, the item that shares most runs of `size` words is named.

    The first that shares some needn't be what was copied: templates of one kind open alike.
    """
    texts = {row.id: row.parts for row in rows}
    runs = {item.name: hash_texts(item.texts, size=size) for item in items}
    for entry in flagged:
        if entry["way"] == RUN:
            own = hash_texts(texts[entry["id"]], size=size)
            shared = {name: len(np.intersect1d(own, hashes)) for name, hashes in runs.items()}
            entry = {**entry, "item": max(shared, key=lambda name: (shared[name], name == entry["item"]))}
        yield entry


def hash_texts(texts: Iterable[str], *, size: int) -> Hashes:
    """Return the hashes of all runs of `size` words in `texts`."""
    return np.concatenate([hash_runs(hash_words([_WORD.findall(text.lower())]), size=size) for text in texts])


def read_training(folder: Path) -> Iterator[Checked]:
    """Yield the training rows of a table of cases, chats, pairs or texts; what a system prompt says isn't learnt.

    A table of texts holds nothing else.
    """
    for row in shards.read_rows(*shards.tables_below(folder)):
        if "text" in row:
            yield Checked(row["id"], [row["text"]])
        elif row["split"] != "train":
            continue
        elif "messages" in row:
            yield Checked(row["id"], [m["content"] for m in row["messages"] if m["role"] != "system" and m["content"]])
        elif "rejected" in row:
            yield Checked(row["id"], [row["prompt"], row["chosen"], row["rejected"]])
        else:
            yield Checked(row["id"], [row["prompt"], row["reference"]])


def match_rows(rows: Sequence[Checked], *, detector: Detector) -> list[Match | None]:
    """Return the first overlap of each row."""
    matches = iter(detector.find([part for row in rows for part in row.parts]))
    return [next(filter(None, [next(matches) for _ in row.parts]), None) for row in rows]


def benchmark_of(item: Item) -> str:
    """Return the name of the benchmark that an item is from."""
    return item.name.partition("/")[0]


def choose_items(items: Iterable[Item], *, count: int, seed: int) -> list[Item]:
    """Return `count` items of each benchmark, or all it has."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(benchmark_of(item), []).append(item)
    return [
        item for name, own in groups.items() for item in rng(seed, "planted", name).sample(own, min(count, len(own)))
    ]


def measure(items: Sequence[Item], *, carriers: Sequence[Checked], detector: Detector, seed: int) -> dict[str, Any]:
    """Plant each item in each way into a training row of ours; return planted, found and recall by kind.

    Found means that the row is left out, whichever item is named. A text too short to be looked for inside another
    stands as a message of its own.
    """
    counts: dict[str, Any] = {}
    for kind, plant in KINDS.items():
        rows = []
        for item in items:
            random = rng(seed, "planted", kind, item.name)
            copy = plant(item, random=random)
            if copy is not None:
                carrier = random.choice(carriers).parts[0] if carriers else ""
                rows.append(Checked(item.name, plant_copy(copy, item=item, carrier=carrier, detector=detector)))
        ways = Counter(match.way for match in match_rows(rows, detector=detector) if match)
        found = ways.total()
        recall = round(found / len(rows), 4) if rows else None
        counts[kind] = {"planted": len(rows), "found": found, "recall": recall, "ways": dict(sorted(ways.items()))}
    return counts


def plant_copy(copy: str, *, item: Item, carrier: str, detector: Detector) -> list[str]:
    """Return the texts of a row that holds `copy`: a program as the answer, a text within the question."""
    if item.program and copy.lstrip().startswith(("def ", "from ", "import ")):
        return [carrier, fence(copy, language="python")]
    return [f"{carrier}\n\n{copy}"] if detector.has_runs(copy) else [copy, carrier]


def precision(planted: dict[str, Any], *, natural: int) -> float | None:
    """Return the share of planted rows among all that were found; `natural` are rows of ours that nobody planted."""
    found = sum(int(entry["found"]) for entry in planted.values())
    return round(found / (found + natural), 4) if found + natural else None


if __name__ == "__main__":
    stage.main(run)
