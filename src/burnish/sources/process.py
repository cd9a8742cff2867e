"""Turns fetched packages into verifiable tasks and texts, and writes down each row that was dropped with its reason.

    data/raw/{python,npm} -> data/processed/{tasks,text,rejects,changes}

What nearly repeats another row or overlaps an item of data/raw/benchmarks is dropped as well. Code of packages is read as
text; what runs, runs in the sandbox.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from burnish import stage
from burnish.benchmark_items import read_benchmarks
from burnish.contamination import ContaminationParams, Detector
from burnish.duplicates import NearParams
from burnish.executor import ExecutorParams, spread
from burnish.files import atomic_directory
from burnish.minhash import join, sign
from burnish.params import Section
from burnish.progress import Meter, track
from burnish.shards import CASE, TEXT, write_rows
from burnish.sources import cleaning
from burnish.sources.credentials import find_secret
from burnish.sources.drafts import Draft, TaskParams
from burnish.sources.licences import PERMISSIVE
from burnish.sources.origins import Change, Origin, Reject, read_origins
from burnish.sources.personal import mask_personal
from burnish.sources.script_tasks import read_scripts
from burnish.sources.tasks import read_package
from burnish.sources.texts import TextParams, Texts
from burnish.sources.trials import keep_verified
from burnish.stage import Metrics

CHANGE = pa.schema(
    [*(pa.field(name, pa.string()) for name in Change._fields if name != "number"), pa.field("number", pa.int32())]
)
REJECT = pa.schema([pa.field(name, pa.string()) for name in Reject._fields])
_NAMED = re.compile(r"^(needs|uses|repeats|nearly repeats|overlaps) (?!too )(?:[^\s:]|:(?=\S))+")
CHUNKS_WORTH_A_PROCESS = 4  # comparing so many costs as much as starting a process
Located = tuple[Path, Origin]
Found = tuple[list[Draft], list[Reject]]
Work = tuple[Callable[..., Found], Path, Origin]


class ProcessParams(Section):
    """The two kinds of rows, what counts as a repeat or an overlap, and how many processes share the work."""

    workers: int
    tasks: TaskParams
    texts: TextParams
    duplicates: NearParams
    contamination: ContaminationParams


def run(params: ProcessParams, *, seed: int, executor: ExecutorParams, python: Path, npm: Path, benchmarks: Path,
        out: Path) -> Metrics:  # fmt: skip
    """Make the four tables."""
    detector = Detector(read_benchmarks(benchmarks), params=params.contamination)
    packages, scripts = (list(read_origins(group, known=PERMISSIVE)) for group in (python, npm))
    drafts, rejects = read_packages(packages, scripts, params=params, executor=executor)
    kept = keep_verified(drafts, params=params.tasks, seed=seed, workers=params.workers)
    dropped = [*rejects, *kept.rejects]
    distinct = drop_repeated(kept.cases, rejects=dropped)
    clean = partial(drop_rows, detector=detector, params=params, executor=executor, rejects=dropped)
    cases = clean(drop_unsafe(distinct, rejects=dropped), kind=cleaning.TASK)
    texts = Texts(params.texts)
    read = list(read_texts(texts, [*packages, *scripts], cases=cases))
    dropped += texts.rejects
    rows = clean(read, kind=cleaning.TEXT)
    kept_ids = {row["id"] for row in rows}
    changes = [change for change in texts.changes if change.text_id in kept_ids]
    with atomic_directory(out) as partial_out:
        write_rows(partial_out / "tasks", cases, schema=CASE)
        write_rows(partial_out / "text", rows, schema=TEXT)
        write_rows(partial_out / "changes", (change._asdict() for change in changes), schema=CHANGE)
        write_rows(partial_out / "rejects", (reject._asdict() for reject in dropped), schema=REJECT)
    return {
        "tasks": len(cases),
        "tasks_by_category": dict(Counter(case["category"] for case in cases)),
        "tasks_by_split": dict(Counter(case["split"] for case in cases)),
        "template_families": len({(case["category"], case["template"]) for case in cases}),
        "mutants": kept.mutants,
        "mutants_killed": kept.killed,
        "texts": len(rows),
        "masked": count_masked(changes),
        "rejects": count_reasons(dropped),
    }


def read_packages(
    packages: Sequence[Located], scripts: Sequence[Located], *, params: ProcessParams, executor: ExecutorParams
) -> Found:
    """Read the functions of all Python and JavaScript packages, in parallel, in the registry's order."""
    drafts: list[Draft] = []
    rejects: list[Reject] = []
    work = [*((read_package, *located) for located in packages), *((read_scripts, *located) for located in scripts)]
    read = partial(_read, params=params.tasks)
    with (
        spread(read, work, executor=executor, processes=params.workers) as found,
        Meter("read packages", total=len(work)) as meter,
    ):
        for own, dropped in found:
            drafts += own
            rejects += dropped
            meter.advance()
    return drafts, rejects


def _read(work: Work, *, params: TaskParams) -> Found:
    reader, place, origin = work
    return reader(place, origin=origin, params=params)


def drop_repeated(cases: Sequence[Mapping[str, Any]], *, rejects: list[Reject]) -> list[dict[str, Any]]:
    """Keep the first of cases with one reference: packages copy from each other, and a copy would cross the splits."""
    seen: dict[str, str] = {}
    kept = []
    for case in map(dict, cases):
        first = seen.setdefault(" ".join(case["reference"].split()), case["id"])
        if first == case["id"]:
            kept.append(case)
        else:
            url, _, path = case["source"].partition("#")
            rejects.append(Reject("task", url, path, case["id"], f"repeats {first}"))
    return kept


def drop_unsafe(cases: Sequence[dict[str, Any]], *, rejects: list[Reject]) -> list[dict[str, Any]]:
    """Drop the cases with secrets or personal data: masked, they would ask for something else than they check."""
    kept = []
    for case in cases:
        text = "\n".join((case["prompt"], case["starter"], case["reference"]))
        secret, personal = find_secret(text), next(iter(mask_personal(text).counts), None)
        if secret or personal:
            reason = f"holds what looks like a secret: {secret}" if secret else f"holds personal data: {personal}"
            rejects.append(Reject("task", *cleaning.TASK.address(case), reason))
        else:
            kept.append(case)
    return kept


def drop_rows(rows: list[dict[str, Any]], *, kind: cleaning.Kind, detector: Detector, params: ProcessParams,
              executor: ExecutorParams, rejects: list[Reject]) -> list[dict[str, Any]]:  # fmt: skip
    """Drop near-duplicates, then what overlaps a benchmark."""
    sign_texts = partial(sign, permutations=params.duplicates.permutations)
    with spread(sign_texts, cleaning.cut([kind.text(row) for row in rows]), executor=executor, processes=1) as parts:
        signatures = join(parts, permutations=params.duplicates.permutations)
    distinct = cleaning.drop_near(rows, kind=kind, signatures=signatures, params=params.duplicates, rejects=rejects)
    find, chunks = (
        partial(cleaning.find_overlaps, detector=detector),
        cleaning.cut([kind.parts(row) for row in distinct]),
    )
    processes = params.workers if len(chunks) > CHUNKS_WORTH_A_PROCESS * params.workers else 1
    with spread(find, chunks, executor=executor, processes=processes) as found:
        return cleaning.drop_overlaps(distinct, kind=kind, found=found, rejects=rejects)


def read_texts(
    texts: Texts, sources: Sequence[Located], *, cases: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the texts of all sources, without the files that answer held-out tasks and without withheld packages."""
    held: dict[str, set[str]] = {}
    for case in cases:
        url, _, path = case["source"].partition("#")
        if case["split"] != "train":
            held.setdefault(url, set()).add("*" if case["split"] == "unseen" else path)
    for place, origin in track(sources, "read texts"):
        yield from texts.read(place, origin=origin, withheld=frozenset(held.get(origin.url, ())))


def count_masked(changes: Sequence[Change]) -> dict[str, int]:
    """Count the texts in which something of a kind was masked."""
    return dict(sorted(Counter(change.what for change in changes).items()))


def count_reasons(rejects: Sequence[Reject]) -> dict[str, dict[str, int]]:
    """Count rejects by kind and reason, whatever name stands in the reason."""
    counts: dict[str, Counter[str]] = {}
    for reject in rejects:
        reason = re.sub(
            r"^(needs|uses|repeats|nearly repeats|overlaps) (?!too )[^\s:]+\S*?(?=:? |$)", r"\1 another", reject.reason
        )
        counts.setdefault(reject.kind, Counter())[reason] += 1
    return {kind: dict(counter) for kind, counter in counts.items()}


if __name__ == "__main__":
    stage.main(run)
