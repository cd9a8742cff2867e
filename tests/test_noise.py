"""`burnish noise`: a step trained and screened again with another seed, beside the pipeline's outputs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from burnish import shards
from burnish.errors import BurnishError
from burnish.files import digest_of, write_json
from burnish.noise import describe_noise, measure_noise, numbers, spread_of
from burnish.records import Record
from burnish.train import sft
from tests.evaluate.held_out import case, write_humaneval
from tests.evaluate.test_screen import PARAMS
from tests.export.tiny import tiny
from tests.train.tiny import ALONE, SETTINGS, counting_rows, write_mix
from tests.workspaces import ROOT

__all__ = ["tiny"]


@pytest.fixture
def workspace(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, the current one, in which the step `sft` of a tiny base has run."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(tiny, "models/base")
    write_mix(Path("data/mix/sft"), counting_rows(24))
    cases = [case(number, category="fs_b", template=f"t{number}", split="unseen") for number in range(10, 14)]
    shards.write_rows(Path("data/cases/one"), cases, schema=shards.CASE)
    shards.write_rows(Path("data/processed/tasks"), [], schema=shards.CASE)
    write_humaneval(Path("data/raw/benchmarks/humaneval"))
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    with Path("params.yaml").open("w") as file:
        YAML().dump(
            {"seed": 3, "launch": ALONE, "train": {"sft": SETTINGS}, "screen": PARAMS.model_dump(mode="json")}, file
        )
    Path("resume").mkdir()
    metrics: Any = sft.run(sft.SftParams.model_validate(SETTINGS), data=Path("data/mix/sft"), base=Path("models/base"),
                           parent=Path("models/base"), out=Path("models/sft"), history=Path("history.csv"), seed=3,
                           record=Record("train@sft", params={}), resume=Path("resume"))  # fmt: skip
    write_json(Path("metrics/train/sft.json"), metrics)
    return tmp_path


def test_the_noise_of_a_step_is_the_spread_over_seeds_and_the_pipeline_keeps_its_outputs(workspace: Path) -> None:
    before = [digest_of(workspace / name) for name in ("models", "data", "metrics/train", "params.yaml")]
    path = measure_noise("sft", seeds=1)
    found = json.loads(path.read_text())
    assert path == Path("metrics/noise/sft.json")
    assert found["step"] == "sft" and found["parent"] == "base" and found["seeds"][0] == 3 and len(found["seeds"]) == 2
    for name in ("train.loss_last", "screen.references"):
        first, second = found["metrics"][name]["values"]
        assert first != second
        assert found["metrics"][name]["spread"] == pytest.approx(abs(first - second), abs=1e-5)
    assert found["metrics"]["train.tokens"]["spread"] == 0
    assert [digest_of(workspace / name) for name in ("models", "data", "metrics/train", "params.yaml")] == before
    (record,) = workspace.glob(".resume/noise/sft/*/record.json")
    written = record.stat().st_mtime_ns
    measure_noise("sft", seeds=1)
    assert record.stat().st_mtime_ns == written, "a finished run isn't repeated"
    assert any("unseen: +0.0000, spread 0.0000: no change" in line for line in describe_noise(path))


@pytest.mark.parametrize(("step", "seeds", "complaint"), [("tools", 1, "no step 'tools'"), ("sft", 0, "--seeds 0")])
def test_a_step_that_is_none_and_no_seeds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, seeds: int, complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with Path("params.yaml").open("w") as file:
        YAML().dump({"seed": 3, "launch": ALONE, "train": {"sft": SETTINGS}}, file)
    with pytest.raises(BurnishError, match=complaint):
        measure_noise(step, seeds=seeds)


def test_the_spread_is_the_largest_value_minus_the_least() -> None:
    runs = [numbers({"a": {"b": value}, "name": "x", "fine": True}) for value in (1, 4, 2)]
    assert spread_of(runs) == {"a.b": {"values": [1.0, 4.0, 2.0], "sd": pytest.approx(1.527525), "spread": 3.0}}
