"""`burnish compare`: the same table for two states of the pipeline, each a git revision, an experiment or an MLflow run.

Scores come from DVC's cache by hash, without a checkout. Scores of different data, or of answers that were drawn by other
settings, are refused, since a difference between them is none of the models.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from burnish import params
from burnish.errors import BurnishError
from burnish.outcome_tables import tabulate
from burnish.outcomes import Outcome, digest_items, read_outcomes
from burnish.track.contents import params_text
from burnish.track.sampling_settings import check_same_sampling, read_dtypes
from burnish.track.snapshots import Cache, Output, open_cache, read_revision

TABLE = "data/eval/comprehensive"
RATE = "comprehensive.false_discovery_rate"
RUN_ID = re.compile(r"[0-9a-f]{32}")


class Side(NamedTuple):
    """One of the two states: how it was named, one model's scores in it, and its parameters, each as text."""

    name: str
    outcomes: list[Outcome]
    params: Mapping[str, str]


class Found(NamedTuple):
    """Where the scores of a state are, and the parameters that its stages used."""

    table: Output
    cache: Cache
    params: Mapping[str, str]


def compare_revisions(
    names: tuple[str, str], *, model: str, benchmarks: Sequence[str], root: Path, uri: str
) -> dict[str, Any]:
    """Return the table of `model` in two states, the second held against the first.

    Args:
        names: git revisions, experiments, `workspace`, or ids of MLflow runs.
        model: its name in the table of each state.
        benchmarks: which alone are compared; none: all.
        root: of the DVC repository.
        uri: of the MLflow store; opened only for ids of runs.

    Raises:
        BurnishError: a state or its scores can't be had, or the two were scored on different data or answers of other
            settings.
    """
    if names[0] == names[1]:
        raise BurnishError(f"{names[0]!r} is given twice; name two states, such as HEAD and workspace")
    sides = [_read_side(name, model=model, benchmarks=benchmarks, root=root, uri=uri) for name in names]
    check_same_data(sides)
    shared = {one.benchmark for one in sides[0].outcomes} & {one.benchmark for one in sides[1].outcomes}
    check_same_sampling(names, params=(sides[0].params, sides[1].params), model=model, benchmarks=sorted(shared))
    rate = float(params.lookup(params.read_yaml(root / params.PARAMS), RATE))
    outcomes = [one._replace(model=side.name) for side in sides for one in side.outcomes]
    return tabulate(outcomes, against={names[0]: None, names[1]: names[0]}, false_discovery_rate=rate)


def check_same_data(sides: Sequence[Side]) -> None:
    """Raise where a benchmark that both have asked other items, and unless there is one in common."""
    first, second = ({name: digest_items(own) for name, own in _by_benchmark(side)} for side in sides)
    shared = [name for name in first if name in second]
    if not shared:
        raise BurnishError(f"{sides[0].name} and {sides[1].name} have no benchmark in common")
    if other := [name for name in shared if first[name] != second[name]]:
        same = [name for name in shared if name not in other]
        says = "; ".join(f"{name} {first[name]} and {second[name]}" for name in other)
        way = (
            f"compare what is equal: {' '.join(f'--benchmark {name}' for name in same)}"
            if same
            else "evaluate both again"
        )
        raise BurnishError(f"scores of different data can't be compared: {says}; {way}")


def _by_benchmark(side: Side) -> Iterator[tuple[str, list[Outcome]]]:
    for name in sorted({one.benchmark for one in side.outcomes}):
        yield name, [one for one in side.outcomes if one.benchmark == name]


def _read_side(name: str, *, model: str, benchmarks: Sequence[str], root: Path, uri: str) -> Side:
    found = _find_table(name, root=root, uri=uri)
    outcomes = _read_table(found.table, name=name, cache=found.cache)
    if not any(one.model == model for one in outcomes):
        known = ", ".join(sorted({one.model for one in outcomes}))
        raise BurnishError(f"{name} has no scores of {model!r}; it has: {known}; give --model")
    own = [one for one in outcomes if one.model == model]
    known_benchmarks = {one.benchmark for one in own}
    if unknown := [one for one in benchmarks if one not in known_benchmarks]:
        raise BurnishError(
            f"{name}: {model} has no benchmark {unknown[0]!r}; it has: {', '.join(sorted(known_benchmarks))}"
        )
    return Side(name, [one for one in own if not benchmarks or one.benchmark in benchmarks], found.params)


def _find_table(name: str, *, root: Path, uri: str) -> Found:
    if RUN_ID.fullmatch(name):
        from burnish.track.store import Store

        store = Store(uri)
        md5 = store.find_dataset(name, path=TABLE)
        if md5 is None:
            raise BurnishError(
                f"{uri}: run {name} names no {TABLE}; give the run of a whole state, which has no parent, or track it again"
            )
        return Found(Output(TABLE, md5, None), open_cache(root), store.read_params(name))
    snapshot, cache = read_revision(name, root=root)
    for stage in snapshot.stages.values():
        for out in stage.outputs:
            if out.path == TABLE:
                used = params_text(snapshot.all_params())
                return Found(out, cache, read_dtypes(dict(snapshot.metrics()), params=used))
    raise BurnishError(f"{name}: dvc.lock knows no {TABLE}; run `dvc repro comprehensive` there and commit dvc.lock")


def _read_table(table: Output, *, name: str, cache: Cache) -> list[Outcome]:
    files = cache.files(table)
    paths = [cache.find(file.md5) for file in sorted(files or [])]
    if not paths or None in paths:
        raise BurnishError(
            f"{name}: DVC's cache lacks {TABLE} ({table.md5}); `dvc fetch --all-commits {TABLE}` gets it"
        )
    return [outcome for path in paths if path for outcome in read_outcomes(path)]
