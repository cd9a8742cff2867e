"""Every training method as one call that ends with an adapter, in this process or in one that is killed on the way."""

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.export.tiny import make_model
from tests.train.preference_tables import rows, settings, write_preferences
from tests.train.rolling import SETTINGS as GRPO
from tests.train.rolling import rate, write_attempts
from tests.train.test_cpt import CPT, text_row
from tests.train.test_openings import OPENING, OPENINGS
from tests.train.tiny import SETTINGS, counting_rows, write_mix, write_model

from burnish import shards
from burnish.files import digest_of
from burnish.params import Section
from burnish.records import Record
from burnish.train import cpt, dpo, grpo, openings, sft
from burnish.train.grpo_settings import GrpoParams

SEED = 3


class Method(NamedTuple):
    """A training method, its section, and the settings of a step of some seconds."""

    run: Callable[..., Mapping[str, Any]]
    section: type[Section]
    settings: Mapping[str, Any]


SAVES = {"checkpoint_steps": 2}
METHODS = {
    "sft": Method(sft.run, sft.SftParams, {**SETTINGS, **SAVES, "epochs": 2, "dtype": "bfloat16"}),
    "openings": Method(
        openings.run,
        openings.OpeningsParams,
        {**OPENINGS, **SAVES, "epochs": 2, "dtype": "bfloat16", "opening": {**OPENING, "rest": 0.1}},
    ),
    "cpt": Method(cpt.run, cpt.CptParams, {**CPT, **SAVES, "tokens": 2400, "dtype": "bfloat16"}),
    "dpo": Method(dpo.run, dpo.DpoParams, settings("rpo", **SAVES, dtype="bfloat16", threads=2)),
    "kto": Method(dpo.run, dpo.DpoParams, settings("kto", **SAVES, dtype="bfloat16")),
    "grpo": Method(grpo.run, GrpoParams, GRPO),
}


class Ending(NamedTuple):
    """What is compared of two runs: the hash of the step's folder, of its history, and its metrics."""

    weights: str
    history: str
    metrics: str


class DyingRecord(Record):
    """Ends the process as `kill -9` does when a step is computed, before it is written down; 0: never."""

    dies_in = 0

    def log(self, step: int, **values: float) -> None:
        if step == self.dies_in:
            os.kill(os.getpid(), signal.SIGKILL)
        super().log(step, **values)


def write_inputs(folder: Path, name: str) -> None:
    """Write a base model and what the method learns from."""
    base, data = folder / "base", folder / "data"
    if name == "grpo":
        make_model(base)
        write_attempts(data, [rate(number) for number in range(6)])
        return
    write_model(base)
    if name in ("sft", "openings"):
        write_mix(data, counting_rows(24))
    elif name == "cpt":
        texts = [text_row(number, language=language) for language in ("python", "markdown") for number in range(24)]
        shards.write_rows(data, texts, schema=shards.TEXT)
    else:
        write_preferences(data, rows())


def train_step(name: str, *, inputs: Path, folder: Path, seed: int = SEED, dies_in: int = 0, **changes: Any) -> Ending:
    """Train a step in `folder`, from its checkpoint where there is one, and return how it ended."""
    method, record = METHODS[name], DyingRecord("train@step", params={})
    record.dies_in = dies_in
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    metrics = method.run(
        method.section.model_validate({**method.settings, **changes}), data=inputs / "data", base=inputs / "base",
        parent=inputs / "base", out=folder / "step", history=folder / "history.csv", seed=seed, record=record,
        resume=folder / "resume",
    )  # fmt: skip
    return Ending(digest_of(folder / "step"), digest_of(folder / "history.csv"), json.dumps(metrics, sort_keys=True))


def train_elsewhere(name: str, *, inputs: Path, folder: Path, dies_in: int = 0) -> int:
    """Train in a new process; return its exit status. It is forked from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_write_ending, args=(name, inputs, folder, dies_in))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def read_ending(folder: Path) -> Ending:
    """Return how a run in another process ended."""
    return Ending(*json.loads((folder / "ending.json").read_text()))


def _write_ending(name: str, inputs: Path, folder: Path, dies_in: int) -> None:
    ending = train_step(name, inputs=inputs, folder=folder, dies_in=dies_in)
    (folder / "ending.json").write_text(json.dumps(ending))
