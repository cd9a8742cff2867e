"""What an MLflow run shall hold, as plain values: from a record of a stage, or from a whole state of the pipeline.

Knows MLflow's limits on names and lengths, but doesn't import it. All times come from the records.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from burnish.track.snapshots import Locked, Output, Snapshot, flatten

NAME_LENGTH, PARAM_LENGTH, TAG_LENGTH = 250, 6000, 8000
HISTORY_PHASES = ("train", "evaluate", "export")
RECORD_KEY, STATE_KEY, MISSING = "record_sha256", "state_sha256", "records_missing"


class Point(NamedTuple):
    """One value of a metric; `milliseconds` since 1970."""

    name: str
    value: float
    milliseconds: int
    step: int


class Filling(NamedTuple):
    """What is written into a run once: parameters, metric points, datasets with what they are for."""

    params: dict[str, str]
    points: list[Point]
    inputs: list[tuple[Output, str]]


class Content(NamedTuple):
    """A run: `key` is the tag and value that it is known by; times in milliseconds since 1970.

    A run that is there needs no filling, so that is only gathered when it is called for.
    """

    key: tuple[str, str]
    name: str
    started: int
    ended: int
    tags: dict[str, str]
    fill: Callable[[], Filling]


class Record(NamedTuple):
    """A record out of DVC's cache and the stage that wrote it."""

    stage: Locked
    content: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The sha256 of the content, whatever its layout in the file."""
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()

    @property
    def started(self) -> int:
        """Start in milliseconds since 1970."""
        start = datetime.fromisoformat(str(self.content["start"]))
        return round(start.timestamp() * 1000)

    @property
    def ended(self) -> int:
        """End in milliseconds since 1970."""
        return self.started + round(float(self.content["seconds"]) * 1000)


def record_content(record: Record) -> Content:
    """Return the run of one stage: its parameters, metric history, results, times and machine."""
    content = record.content
    about = {"host": content["host"], "version": content["versions"], "note": texts(flatten(content["notes"]))}
    return Content(
        key=(RECORD_KEY, record.digest),
        name=record.stage.name,
        started=record.started,
        ended=record.ended,
        tags=tags_text({"stage": record.stage.name, "phase": record.stage.phase, **flatten(about)}),
        fill=lambda: _record_filling(record),
    )


def _record_filling(record: Record) -> Filling:
    content = record.content
    last = max((int(row["step"]) for row in content["history"]), default=0)
    spent = {key: content[key] for key in ("seconds", "cpu_seconds", "peak_memory_mb")}
    about_run = {f"run/{key}": value for key, value in {**spent, **flatten(content["notes"])}.items()}
    final = numbers({**flatten(content["metrics"]), **about_run})
    return Filling(
        params=params_text(flatten(content["params"])),
        points=[*_history(record), *(Point(name, value, record.ended, last) for name, value in final.items())],
        inputs=[(item, "input") for item in record.stage.inputs if item.path.startswith("data/")],
    )


def state_content(states: Sequence[Snapshot], *, records: Sequence[Record], missing: Sequence[str]) -> Content:
    """Return the flat comparison run of one state, which may be known under several names (HEAD and an experiment).

    Its end is that of its last stage, its duration what all its stages took, whenever they ran.
    """
    state = states[0]
    ended = max((record.ended for record in records), default=round(state.commit_seconds * 1000))
    took = sum(record.ended - record.started for record in records)
    return Content(
        key=(STATE_KEY, state.key),
        name=_title(states),
        started=ended - took,
        ended=ended,
        tags=tags_text({**_origin(states), MISSING: " ".join(missing)}),
        fill=lambda: _state_filling(state, records, ended=ended),
    )


def _state_filling(state: Snapshot, records: Sequence[Record], *, ended: int) -> Filling:
    found = {
        metric_name(path, name): value
        for path, content in _metrics(state, records)
        for name, value in numbers(flatten(content)).items()
    }
    points = [Point(name, value, ended, 0) for name, value in found.items()]
    return Filling(params_text(state.all_params()), points, list(_datasets(state)))


COLUMNS = "columns"  # a data card's figures, hundreds a table


def numbers(flat: Mapping[str, Any]) -> dict[str, float]:
    """Keep what can be compared: numbers, and truth values as 1 and 0; lists by position, but not a table's columns."""
    found: dict[str, float] = {}
    for name, value in flat.items():
        if name.rpartition(".")[2] == COLUMNS:
            continue
        if isinstance(value, list):
            for at, part in enumerate(value):
                found |= numbers(flatten(part, prefix=f"{name}.{at}"))
        elif isinstance(value, bool | int | float):
            found[safe_name(name)] = float(value)
    return found


def texts(flat: Mapping[str, Any]) -> dict[str, str]:
    """Keep the values that are text."""
    return {name: value for name, value in flat.items() if isinstance(value, str)}


def params_text(flat: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters as MLflow takes them: text as it is, everything else as JSON."""
    return {safe_name(name): _text(value)[:PARAM_LENGTH] for name, value in flat.items()}


def tags_text(flat: Mapping[str, Any]) -> dict[str, str]:
    """Return tags as MLflow takes them; empty ones are left out."""
    return {safe_name(name): _text(value)[:TAG_LENGTH] for name, value in flat.items() if value not in ("", None)}


def safe_name(name: str) -> str:
    """Return `name` with what MLflow refuses replaced: other characters, empty path parts, more than 250 characters."""
    parts = [part if part.strip(".") else "_" for part in re.sub(r"[^\w.\- :/]", "_", name).split("/")]
    joined = "/".join(parts)
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return joined if len(joined) <= NAME_LENGTH else f"{joined[: NAME_LENGTH - 9]}-{digest}"


def metric_name(path: str, name: str) -> str:
    """Return `train/sft/loss.last` for `loss.last` of metrics/train/sft.json: MLflow groups charts by the folders."""
    return safe_name(f"{path.removeprefix('metrics/').removesuffix('.json')}/{name}")


def _history(record: Record) -> Iterator[Point]:
    for row in record.content["history"]:
        at = record.started + round(row["seconds"] * 1000)
        measured = {name: value for name, value in row.items() if name not in ("step", "seconds")}
        for name, value in numbers(measured).items():
            yield Point(name, value, at, int(row["step"]))


def _metrics(state: Snapshot, records: Iterable[Record]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the metrics files of a state; a file that git doesn't have is taken from the stage's record."""
    seen = set()
    for path, content in state.metrics():
        seen.add(path)
        yield path, content
    for record in records:
        path = record.stage.record.path.replace("records/", "metrics/", 1) if record.stage.record else ""
        if path not in seen and any(out.path == path for out in record.stage.outputs):
            yield path, record.content["metrics"]


def _datasets(state: Snapshot) -> Iterator[tuple[Output, str]]:
    contexts = {"mix": "training", "eval": "evaluation"}
    for stage in state.stages.values():
        for out in stage.outputs:
            if out.path.startswith("data/"):
                yield out, contexts.get(out.path.split("/")[1], stage.phase or "data")


def _title(states: Sequence[Snapshot]) -> str:
    named = sorted({state.experiment for state in states if state.experiment})
    if named:
        return ", ".join(named)
    commit = states[0].commit[:7] or "workspace"
    return commit if any(not state.dirty for state in states) else f"{commit} with changes"


def _origin(states: Sequence[Snapshot]) -> dict[str, str]:
    """Return where a state was found: in a commit rather than an experiment rather than the workspace."""

    def rank(state: Snapshot) -> tuple[bool, bool]:
        return state.dirty, bool(state.experiment)

    state = min(states, key=rank)
    lock = state.read("dvc.lock") or b""
    return {
        "git.rev": state.commit,
        "git.dirty": str(state.dirty).lower(),
        "dvc.exp": ", ".join(sorted({state.experiment for state in states if state.experiment})),
        "dvc.baseline": next((state.baseline for state in states if state.baseline), ""),
        "dvc.lock.sha256": hashlib.sha256(lock).hexdigest(),
        "stages": f"{len(state.stages)} of {state.declared}",
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
