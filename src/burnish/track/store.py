"""MLflow as a place that holds each run once: what is there already is found by its key and left as it is.

A run is closed last. One that is still open was cut short: it is deleted and written again.
"""

import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when MLflow is imported

import httpx2
import mlflow
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelOutput, Metric, Param, Run
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from mlflow.utils.mlflow_tags import (
    MLFLOW_DATASET_CONTEXT,
    MLFLOW_LOGGED_ARTIFACTS,
    MLFLOW_PARENT_RUN_ID,
    MLFLOW_RUN_NAME,
)
from sqlalchemy.exc import SQLAlchemyError

from burnish.errors import BurnishError
from burnish.track.contents import MISSING, TAG_LENGTH, Content, Point
from burnish.track.samples import as_table
from burnish.track.snapshots import Output

EXPERIMENT = "burnish"
METRICS_A_CALL, PARAMS_A_CALL = 1000, 100
SQLITE = "sqlite:///"
FIRST_ANSWER_SECONDS = 20.0


class Placed(NamedTuple):
    """A run in the store, and whether it was written just now."""

    run_id: str
    new: bool


class Store:
    """One experiment of an MLflow tracking server or database."""

    def __init__(self, uri: str) -> None:
        """Open `uri` and make the experiment when it isn't there."""
        _quieten()
        if uri.startswith(("http://", "https://")):
            _check_server(uri)
        try:
            mlflow.set_tracking_uri(uri)
            self.client = MlflowClient(uri, registry_uri=uri)
            self.experiment = _experiment(self.client, uri)
        except MlflowException as error:
            raise BurnishError(f"{uri}: MLflow can't use it: {error.message}") from None
        except SQLAlchemyError as error:
            raise BurnishError(f"{uri}: MLflow can't use it: {str(error).splitlines()[0]}") from None

    def find(self, key: tuple[str, str]) -> Run | None:
        """Return the finished run with this key; open ones with it are deleted."""
        found = None
        for run in self.client.search_runs([self.experiment], f"tags.{key[0]} = '{key[1]}'"):
            if run.info.status == "RUNNING":
                self.client.delete_run(run.info.run_id)
            else:
                found = run
        return found

    def find_dataset(self, run_id: str, *, path: str) -> str | None:
        """Return the DVC hash that a run names for the data at `path`; None where it names none.

        Raises:
            BurnishError: there is no such run.
        """
        try:
            inputs = self.client.get_run(run_id).inputs
        except MlflowException as error:
            raise BurnishError(
                f"run {run_id}: {error.message}; `burnish track` writes the runs that DVC knows"
            ) from None
        found = [one.dataset.digest for one in (inputs.dataset_inputs if inputs else []) if one.dataset.name == path]
        return str(found[0]) if found else None

    def read_params(self, run_id: str) -> dict[str, str]:
        """Return the parameters of a run that is there."""
        return dict(self.client.get_run(run_id).data.params)

    def begin(self, content: Content) -> str:
        """Write a run but leave it open; return its id."""
        name, value = content.key
        tags = {**content.tags, name: value}
        run = self.client.create_run(self.experiment, start_time=content.started, tags=tags, run_name=content.name)
        run_id = str(run.info.run_id)
        filling = content.fill()
        self._log_points(run_id, filling.points)
        params = [Param(key, text) for key, text in filling.params.items()]
        for at in range(0, len(params), PARAMS_A_CALL):
            self.client.log_batch(run_id, params=params[at : at + PARAMS_A_CALL])
        if filling.inputs:
            self.client.log_inputs(run_id, [_dataset(item, context) for item, context in filling.inputs])
        return run_id

    def finish(self, run_id: str, content: Content) -> None:
        """Close a run, which says that it is whole."""
        self.client.set_terminated(run_id, "FINISHED", end_time=content.ended)

    def place(self, content: Content, *, parent: str) -> Placed:
        """Write a child run unless it is there; make sure that it hangs below `parent`."""
        run = self.find(content.key)
        if run is not None:
            self.set_tags(run.info.run_id, {MLFLOW_PARENT_RUN_ID: parent}, known=run.data.tags)
            return Placed(str(run.info.run_id), new=False)
        run_id = self.begin(content._replace(tags={**content.tags, MLFLOW_PARENT_RUN_ID: parent}))
        self.finish(run_id, content)
        return Placed(run_id, new=True)

    def set_tags(self, run_id: str, tags: dict[str, str], *, known: dict[str, str]) -> None:
        """Set the tags that differ from the `known` ones."""
        for name, value in tags.items():
            if known.get(name) != value:
                self.client.set_tag(run_id, name, value)

    def update(self, run: Run, content: Content) -> None:
        """Bring name and origin of a finished run up to date, and add what was missing when it was written."""
        run_id, known = run.info.run_id, run.data.tags
        tags = {name: value for name, value in content.tags.items() if name != MISSING}
        self.set_tags(run_id, tags, known=known)
        if known.get(MLFLOW_RUN_NAME) != content.name:
            self.client.update_run(run_id, name=content.name)
        missed, missing = (set(text.split()) for text in (known.get(MISSING, ""), content.tags.get(MISSING, "")))
        if missed - missing:
            self._log_points(run_id, [point for point in content.fill().points if point.name not in run.data.metrics])
            self.finish(run_id, content)
            self.client.delete_tag(run_id, MISSING)
            left = sorted(missed & missing)
            self.set_tags(run_id, {MISSING: " ".join(left)} if left else {}, known={})

    def attach(self, run_id: str, tables: Mapping[str, Path], *, known: Mapping[str, str]) -> None:
        """Add tables to a run as artifacts that MLflow shows; `known` are its tags, which name those that are there."""
        there = [shown["path"] for shown in json.loads(known.get(MLFLOW_LOGGED_ARTIFACTS, "[]"))]
        new = [name for name in tables if name not in there]
        for name in new:
            self.client.log_text(run_id, as_table(tables[name]), name)
        shown = [{"path": name, "type": "table"} for name in (*there, *new)]
        while len(json.dumps(shown)) > TAG_LENGTH:  # MLflow would cut it; what isn't named is written again each time
            shown.pop()
        if new:
            self.client.set_tag(run_id, MLFLOW_LOGGED_ARTIFACTS, json.dumps(shown))

    def register(self, gguf: Output, *, run_id: str, linked: set[str]) -> bool:
        """Register a GGUF as a version of its model, without its bytes, unless it is there; say whether it is new.

        `linked` are the models that the run names as its outputs already; this one is added to them.
        """
        name = model_name(gguf.path)
        tags = {"md5": gguf.md5, "path": gguf.path}
        if gguf.md5 not in self._models:
            made = mlflow.create_external_model(
                name=name, source_run_id=run_id, tags=tags, model_type="gguf", experiment_id=self.experiment
            )
            self._models[gguf.md5] = str(made.model_id)
        model_id = self._models[gguf.md5]
        if model_id not in linked:
            self.client.log_outputs(run_id, [LoggedModelOutput(model_id, 0)])
            linked.add(model_id)
        if (name, gguf.md5) in self._versions:
            return False
        if not self.client.search_registered_models(f"name = '{name}'"):
            self.client.create_registered_model(name)
        self.client.create_model_version(name, f"models:/{model_id}", run_id, tags=tags, model_id=model_id)
        self._versions.add((name, gguf.md5))
        return True

    @cached_property
    def _models(self) -> dict[str, str]:
        """The ids of the models that are there, by the hash of their file."""
        found = _pages(lambda page: self.client.search_logged_models([self.experiment], page_token=page))
        return {model.tags["md5"]: str(model.model_id) for model in found if "md5" in model.tags}

    @cached_property
    def _versions(self) -> set[tuple[str, str]]:
        """Name and hash of each registered version."""
        found = _pages(lambda page: self.client.search_model_versions(page_token=page))
        return {(version.name, version.tags["md5"]) for version in found if "md5" in version.tags}

    def _log_points(self, run_id: str, points: Sequence[Point]) -> None:
        metrics = [Metric(point.name, point.value, point.milliseconds, point.step) for point in points]
        for at in range(0, len(metrics), METRICS_A_CALL):
            self.client.log_batch(run_id, metrics=metrics[at : at + METRICS_A_CALL])


def linked_models(run: Run | None) -> set[str]:
    """Return the models that a run names as its outputs."""
    outputs = run.outputs if run is not None else None
    return {output.model_id for output in outputs.model_outputs} if outputs else set()


def model_name(path: str) -> str:
    """Return `burnish-release-Q8_0` for models/gguf/release/Q8_0.gguf."""
    place = Path(path)
    return f"{EXPERIMENT}-{place.parent.name}-{place.stem}".replace(":", "-")


@contextlib.contextmanager
def plain_failures(uri: str) -> Iterator[None]:
    """Turn what MLflow raises while writing into a message that says how to go on."""
    try:
        yield
    except MlflowException as error:
        raise BurnishError(f"{uri}: {error.message}; the same command goes on from here") from None


def _check_server(uri: str) -> None:
    """Raise where nothing answers; MLflow would ask again for minutes without a word."""
    try:
        httpx2.get(uri, timeout=FIRST_ANSWER_SECONDS, follow_redirects=True)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise BurnishError(f"{uri}: no MLflow server answers there ({error}); start it or correct --uri") from None


def _experiment(client: MlflowClient, uri: str) -> str:
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is None:
        beside = Path(uri.removeprefix(SQLITE)).resolve().parent / "mlruns" if uri.startswith(SQLITE) else None
        return str(client.create_experiment(EXPERIMENT, artifact_location=beside.as_uri() if beside else None))
    if found.lifecycle_stage == "deleted":
        raise BurnishError(
            f"{uri}: the experiment {EXPERIMENT!r} was deleted in MLflow; bring it back by "
            f"`MLFLOW_TRACKING_URI={uri} mlflow experiments restore -x {found.experiment_id}`"
        )
    return str(found.experiment_id)


def _pages(search: Callable[[str | None], Any]) -> Iterator[Any]:
    """Yield the results of a search that comes in pages."""
    page = search(None)
    yield from page
    while page.token:
        page = search(page.token)
        yield from page


def _dataset(item: Output, context: str) -> DatasetInput:
    source = json.dumps({"path": item.path, "md5": item.md5})
    profile = json.dumps({"bytes": item.size}) if item.size is not None else None
    dataset = Dataset(item.path, item.md5, source_type="dvc", source=source, profile=profile)
    return DatasetInput(dataset, [InputTag(MLFLOW_DATASET_CONTEXT, context)])


def _quieten() -> None:
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
