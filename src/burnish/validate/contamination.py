"""Finds the training rows that overlap a benchmark, and proves on planted copies what the detector would find.

    data/{cases,processed/tasks,replay,chats/tools/tools} x data/raw/benchmarks -> data/contamination, figures

Held-out rows aren't trained on, so they aren't looked at. Takes nothing out itself: the mixer does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from burnish import shards, stage
from burnish.benchmark_items import Item
from burnish.contamination import ContaminationParams, Detector, Match
from burnish.executor import ExecutorParams, spread
from burnish.fences import fence
from burnish.kept_out import read_kept_out
from burnish.params import Section
from burnish.seeds import rng
from burnish.validate.planting import KINDS

CHUNK = 512
FLAGGED = pa.schema([pa.field(name, pa.string()) for name in ("id", "item", "way")])


class LedgerParams(Section):
    """What counts as an overlap, and how many items of each benchmark are planted in each way."""

    detector: ContaminationParams
    planted_items: int


class Checked(NamedTuple):
    """A training row's id and the texts that a model would learn from it."""

    id: str
    parts: list[str]


def run(params: LedgerParams, *, benchmarks: Path, cases: Path, tasks: Path, replay: Path, tools: Path, out: Path, seed: int,
        executor: ExecutorParams) -> stage.Metrics:  # fmt: skip
    """Check the training rows, write those that overlap, and measure the detector on planted copies."""
    items = read_kept_out(benchmarks)
    detector = Detector(items, params=params.detector)
    metrics: dict[str, Any] = {"items": len(items), "items_too_short": len(items) - len(detector.known(items))}
    flagged, clean, counts = [], list[Checked](), {}
    for name, folder in (("cases", cases), ("tasks", tasks), ("replay", replay), ("tools", tools)):
        rows = list(read_training(folder))
        chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
        with spread(partial(match_rows, detector=detector), chunks, executor=executor, processes=1) as parts:
            matches = [match for part in parts for match in part]
        found = {row.id: match for row, match in zip(rows, matches, strict=True) if match}
        flagged += [{"id": name, "item": match.item, "way": match.way} for name, match in found.items()]
        counts[name] = {"rows": len(rows), "overlaps": len(found), **Counter(match.way for match in found.values())}
        clean += rows
    shards.write_rows(out, flagged, schema=FLAGGED)
    chosen = choose_items(detector.known(items), count=params.planted_items, seed=seed)
    planted = measure(chosen, carriers=clean, detector=detector, seed=seed)
    return {**metrics, "rows": counts, "planted": planted, "precision": precision(planted, natural=len(flagged))}


def read_training(folder: Path) -> Iterator[Checked]:
    """Yield the training rows of a table of cases or of chats; what a system prompt says isn't learnt."""
    for row in shards.read_rows(*shards.tables_below(folder)):
        if row["split"] != "train":
            continue
        if "messages" in row:
            yield Checked(row["id"], [m["content"] for m in row["messages"] if m["role"] != "system" and m["content"]])
        else:
            yield Checked(row["id"], [row["prompt"], row["reference"]])


def match_rows(rows: Sequence[Checked], *, detector: Detector) -> list[Match | None]:
    """Return the first overlap of each row."""
    matches = iter(detector.find([part for row in rows for part in row.parts]))
    return [next(filter(None, [next(matches) for _ in row.parts]), None) for row in rows]


def choose_items(items: Iterable[Item], *, count: int, seed: int) -> list[Item]:
    """Return `count` items of each benchmark, or all it has."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.name.partition("/")[0], []).append(item)
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
