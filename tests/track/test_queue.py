"""`dvc exp run --queue` with four settings and two jobs: `dvc exp show` and MLflow have each with its own numbers."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.track.toy import Pipeline

from burnish.track.mlflow_import import track
from burnish.track.store import Store

RATES = {"rate-2": 0.002, "rate-3": 0.003, "rate-4": 0.004, "rate-5": 0.005}
PATIENCE = 600  # seconds; a busy machine is no failure

pytestmark = pytest.mark.filterwarnings("ignore:.*noload.*:DeprecationWarning")


def find_revisions(shown: Any) -> Iterator[dict[str, Any]]:
    """Yield everything in `dvc exp show --json` that has a name and data."""
    if isinstance(shown, list):
        for item in shown:
            yield from find_revisions(item)
    elif isinstance(shown, dict):
        if isinstance(shown.get("data"), dict) and shown.get("name"):
            yield shown
        yield from find_revisions([shown.get("experiments"), shown.get("revs")])


def experiments(pipeline: Pipeline) -> set[str]:
    references = pipeline.call("git", "for-each-ref", "--format=%(refname:lstrip=4)", "refs/exps").split()
    return {name.rpartition("/")[2] for name in references}


def loss_at(rate: float, pipeline: Pipeline) -> float:
    """Return what the small stage's last loss is at a learning rate."""
    return 2 - rate * 4 * len((pipeline.root / "data/cases/crud").read_text())


def test_four_queued_settings_on_two_jobs_have_their_own_numbers(
    pipeline: Pipeline, new_store: Callable[[], str]
) -> None:
    for name, rate in RATES.items():
        pipeline.call("dvc", "exp", "run", "--queue", "-n", name, "-S", f"train.sft.learning_rate={rate}")
    pipeline.call("dvc", "queue", "start", "-j", "2")
    deadline = time.monotonic() + PATIENCE
    while not set(RATES) <= experiments(pipeline):
        assert time.monotonic() < deadline, pipeline.call("dvc", "queue", "status")
        time.sleep(1)
    shown = {
        one["name"]: one["data"] for one in find_revisions(json.loads(pipeline.call("dvc", "exp", "show", "--json")))
    }
    for name, rate in RATES.items():
        assert shown[name]["params"]["params.yaml"]["data"]["train"]["sft"]["learning_rate"] == rate
        loss = shown[name]["metrics"]["metrics/train/sft.json"]["data"]["loss"]["last"]
        assert loss == pytest.approx(loss_at(rate, pipeline))
    uri = new_store()
    track(uri, root=pipeline.root)
    store = Store(uri)
    runs = {run.data.tags.get("dvc.exp"): run.data for run in store.client.search_runs([store.experiment])
            if "mlflow.parentRunId" not in run.data.tags}  # fmt: skip
    assert set(RATES) <= set(runs)
    for name, rate in RATES.items():
        assert float(runs[name].params["train.sft.learning_rate"]) == rate
        assert runs[name].metrics["train/sft/loss.last"] == pytest.approx(loss_at(rate, pipeline))
