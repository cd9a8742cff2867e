"""From DVC's records to MLflow runs, each once: `burnish track`.

One flat comparison run for each state of the pipeline that DVC knows, with the runs of its training, evaluation and
export stages below it, datasets by their DVC hash, every answer and verdict in tables, and GGUF files as registered
models. Called again it adds nothing; from an empty database it writes the same runs again. Stages themselves know
nothing of MLflow.
"""

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from burnish.errors import BurnishError
from burnish.progress import track as show_progress
from burnish.track.contents import HISTORY_PHASES, Content, Record, record_content, state_content
from burnish.track.samples import find_samples
from burnish.track.snapshots import Cache, Locked, Snapshot, read_history
from burnish.track.store import Store, linked_models, plain_failures

LOCK = Path(".dvc/tmp/burnish-track.lock")
SHOWN_MISSING = 6  # records that are named one by one


class State(NamedTuple):
    """One state, under all the names it is known by, and the records that the cache has of it."""

    snapshots: list[Snapshot]
    records: list[Record]
    missing: list[str]
    content: Content


class TrackResult(NamedTuple):
    """What one call did; `str()` of it is for people."""

    uri: str
    states: int
    new_states: int
    new_records: int
    new_models: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        """Say what is there, what is new, and what could not be had."""
        new = f"new: {self.new_states} runs, {self.new_records} histories, {self.new_models} model versions"
        return "\n".join([f"{self.states} runs in {self.uri} ({new})", *self.problems])


def track(uri: str, *, root: Path = Path()) -> TrackResult:
    """Import every state of the DVC repository at `root` into the MLflow store at `uri`.

    Raises:
        BurnishError: no DVC repository here, or a store that MLflow can't use.
    """
    if not (root / ".dvc").is_dir():
        raise BurnishError(
            f"{root.resolve()} isn't the root of a DVC repository; run this from the root of a Burnish checkout"
        )
    history = read_history(root)
    states = collect_states(history.snapshots, cache=history.cache)
    with _one_at_a_time(root / LOCK):
        store = Store(uri)
        with plain_failures(uri):
            importer = Importer(store, history.cache)
            for state in show_progress(states, "MLflow"):
                importer.add(state)
    unread = [f"not read: {text}" for text in history.unreadable]
    advice = [_advise(state, state.missing) for state in states if state.missing]
    problems = (*unread, *advice, *importer.problems)
    return TrackResult(uri, len(states), importer.new_states, importer.new_records, importer.new_models, problems)


def collect_states(snapshots: Sequence[Snapshot], *, cache: Cache) -> list[State]:
    """Put equal snapshots together, read their records, and order them by when they ended.

    The first state with a record is thus the one whose run wrote it.
    """
    same: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        same.setdefault(snapshot.key, []).append(snapshot)
    states = [_state(group, cache=cache) for group in same.values()]
    return sorted(states, key=lambda state: (state.content.ended, state.content.key))


class Importer:
    """Writes states into a store and counts what was new."""

    def __init__(self, store: Store, cache: Cache) -> None:
        """Start counting."""
        self.store, self.cache = store, cache
        self.new_states = self.new_records = self.new_models = 0
        self.problems: list[str] = []
        self._placed: dict[str, str] = {}

    def add(self, state: State) -> None:
        """Write one state, or complete what is there of it."""
        found = self.store.find(state.content.key)
        run_id = str(found.info.run_id) if found is not None else self.store.begin(state.content)
        links = self._add_records(state, run_id)
        self._add_samples(state, run_id, known=found.data.tags if found is not None else {})
        if found is None:
            self.store.set_tags(run_id, links, known={})
            self.store.finish(run_id, state.content)
            self.new_states += 1
        else:
            self.store.update(found, state.content._replace(tags={**state.content.tags, **links}))
        self._add_models(state, run_id, linked=linked_models(found))

    def _add_records(self, state: State, run_id: str) -> dict[str, str]:
        links = {}
        for record in state.records:
            if record.stage.phase not in HISTORY_PHASES:
                continue
            if record.digest not in self._placed:
                placed = self.store.place(record_content(record), parent=run_id)
                self.new_records += placed.new
                self._placed[record.digest] = placed.run_id
            links[f"history.{record.stage.name}".replace("@", "_")] = self._placed[record.digest]
        return links

    def _add_samples(self, state: State, run_id: str, *, known: Mapping[str, str]) -> None:
        name = state.content.name
        samples = find_samples(state.snapshots[0].stages.values(), cache=self.cache)
        self.store.attach(run_id, samples.tables, known=known)
        if samples.missing:
            self.problems.append(_advise(state, samples.missing, kind="tables"))
        self.problems += [
            f"{name}: {path} has {size:,} bytes, too many for a page of MLflow; `burnish show {path}` shows its rows"
            for path, size in samples.longer.items()
        ]

    def _add_models(self, state: State, run_id: str, *, linked: set[str]) -> None:
        for stage in state.snapshots[0].stages.values():
            for out in stage.outputs:
                if not out.path.startswith("models/"):
                    continue
                files = self.cache.files(out)
                if files is None and stage.phase == "export":
                    self.problems.append(
                        f"{out.path} isn't in the DVC cache, so its files aren't registered; `dvc fetch {out.path}`"
                    )
                for file in files or []:
                    if file.path.endswith(".gguf"):
                        self.new_models += self.store.register(file, run_id=run_id, linked=linked)


def _state(snapshots: list[Snapshot], *, cache: Cache) -> State:
    """Read the records of a state; equal results of two executions have two records for a stage."""
    records: dict[str, Record] = {}
    stages = [stage for snapshot in snapshots for stage in snapshot.stages.values()]
    for stage in stages:
        if stage.record and stage.record.md5 not in records and (record := _record(stage, cache=cache)):
            records[stage.record.md5] = record
    first = {record.stage.name: record for record in reversed(records.values())}
    missing = sorted({stage.record.path for stage in stages if stage.record and stage.name not in first})
    content = state_content(snapshots, records=[*first.values()], missing=missing)
    return State(snapshots, [*records.values()], missing, content)


def _record(stage: Locked, *, cache: Cache) -> Record | None:
    content = cache.read(stage.record.md5) if stage.record else None
    return Record(stage, json.loads(content)) if content is not None else None


def _advise(state: State, missing: Sequence[str], *, kind: str = "records") -> str:
    experiment = next((snapshot.experiment for snapshot in state.snapshots if snapshot.experiment), "")
    fetched = all(snapshot.experiment for snapshot in state.snapshots)
    return advise(state.content.name, missing, experiment=experiment if fetched else "", kind=kind)


def advise(name: str, missing: Sequence[str], *, experiment: str, kind: str = "records") -> str:
    """Return in words what a run is tracked without, and what brings it; `experiment` names one of a remote's."""
    few = len(missing) <= SHOWN_MISSING
    named = ", ".join(missing) if few else f"{len(missing)} {kind}, {missing[0]} first"
    fetch = " ".join(["dvc fetch", *(missing if few else ())])
    command = f"dvc exp pull origin {experiment}" if experiment else fetch
    return (
        f"{name}: tracked without {named}, which the DVC cache doesn't hold; "
        f"`{command}` gets it, then `burnish track` adds it"
    )


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Let one import run at a time: looking for a run and making it are two steps."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
