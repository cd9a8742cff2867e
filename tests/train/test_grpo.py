"""The whole method on a tiny model with the real sampler and sandbox: exact through a kill, bounded, honest in its counts."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.export.tiny import make_model
from tests.train.rolling import SETTINGS, rate, write_attempts
from tests.train.tiny import ALONE

from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.records import Record
from burnish.train import grpo
from burnish.train.checkpoint import FILE, read_checkpoint
from burnish.train.faults import NotFiniteError
from burnish.train.grpo_groups import Round, Sample
from burnish.train.grpo_rollouts import check_drift, find_drift
from burnish.train.grpo_settings import GrpoParams, check_settings
from burnish.train.policy import policy_loss

ROOT = Path(__file__).parents[2]
PATIENCE = 600  # seconds; a busy machine is no failure


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("policy") / "base")


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_attempts(tmp_path_factory.mktemp("data") / "attempts", [rate(number) for number in range(6)])


def train_here(policy: Path, attempts: Path, folder: Path, **changes: Any) -> dict[str, Any]:
    """Run the stage's function in this process; return its metrics."""
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    record = Record("train@grpo", params={})
    params = GrpoParams.model_validate({**SETTINGS, **changes})
    metrics = grpo.run(params, data=attempts, base=policy, parent=policy, out=folder / "grpo", seed=3, record=record,
                       history=folder / "history.csv", resume=folder / "resume")  # fmt: skip
    return dict(metrics)


def start(policy: Path, attempts: Path, folder: Path) -> subprocess.Popen[str]:
    """Start the stage's command in its own process and workspace."""
    (folder / "requirements.lock").touch()
    with (folder / "params.yaml").open("w") as file:
        YAML().dump({"seed": 3, "train": {"grpo": SETTINGS}, "launch": ALONE}, file)
    command = [sys.executable, "-m", "burnish.train.grpo", "--stage", "train@grpo", "--data", str(attempts), "--base",
               str(policy), "--parent", str(policy), "--out", "grpo", "--history", "history.csv"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DVC_ROOT": str(ROOT)}
    environment.pop("DVC_STAGE", None)
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def uninterrupted(
    policy: Path, attempts: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """Return a folder with the result of one run, and its metrics."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    return folder, train_here(policy, attempts, folder)


def digests(folder: Path) -> list[str]:
    return [digest_of(folder / name) for name in ("grpo", "history.csv")]


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    policy: Path, attempts: Path, uninterrupted: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    process = start(policy, attempts, tmp_path)
    deadline = time.monotonic() + PATIENCE
    while not list(tmp_path.glob(f".resume/*/*/{FILE}")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL, errors
    (saved,) = tmp_path.glob(f".resume/*/*/{FILE}")
    assert (saved.parent / "round-00000.json").is_file()
    saved.parent.rename(tmp_path / "resume")
    assert train_here(policy, attempts, tmp_path) == uninterrupted[1]
    assert digests(tmp_path) == digests(uninterrupted[0])
    assert not list((tmp_path / "resume").glob("round-*"))


def test_history_shows_rewards_and_what_was_skipped(uninterrupted: tuple[Path, dict[str, Any]]) -> None:
    folder, metrics = uninterrupted
    with (folder / "history.csv").open() as file:
        lines = [{key: float(value) for key, value in line.items()} for line in csv.DictReader(file)]
    assert [line["step"] for line in lines] == list(range(1, metrics["steps"] + 1))
    assert 2 < metrics["steps"] <= 4, "both rounds teach something"
    assert {"reward", "passed", "fenced", "finished", "skipped", "hung", "clipped", "parent_kl", "drift"} <= set(
        lines[0]
    )
    assert lines[0]["clipped"] == 0.0, "the first step reads what drew the answers"
    assert lines[0]["parent_kl"] < 1e-9
    assert lines[-1]["parent_kl"] > 1e-6
    assert all(line["reward"] == pytest.approx(line["passed"] + 0.25 * line["fenced"]) for line in lines)
    assert metrics["groups"] == 8
    assert metrics["skipped"] == lines[0]["skipped"] + lines[-1]["skipped"]
    assert metrics["samples"] == 48 and metrics["hung"] == 0


def test_a_loss_that_is_no_number_names_the_cases_that_were_answered(
    policy: Path, attempts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = policy_loss

    def lose_the_way(*arguments: Any, **settings: Any) -> Any:
        total, measured = original(*arguments, **settings)
        return total * float("nan"), measured

    monkeypatch.setattr(grpo, "policy_loss", lose_the_way)
    with pytest.raises(NotFiniteError, match=r"the loss of step 1 is nan, in the rows case-\d"):
        train_here(policy, attempts, tmp_path)
    stored = read_checkpoint(tmp_path / "resume")
    assert stored is not None and len(stored.history) == 0


def test_verifiers_that_hang_fail_their_answers_and_the_run_goes_on(
    policy: Path, attempts: Path, tmp_path: Path
) -> None:
    metrics = train_here(policy, attempts, tmp_path, rounds=1, refresh_steps=1, verifier_seconds=1e-6)
    assert metrics["hung"] == metrics["samples"] == 12, "none came back in time"


def test_the_sampler_is_this_model(uninterrupted: tuple[Path, dict[str, Any]]) -> None:
    assert 0 < uninterrupted[1]["drift_mean"] < 0.02


def test_a_sampler_of_other_weights_ends_the_run() -> None:
    sample = Sample(0, [5, 6], [-1.0, -2.0], "x", "stop", passed=True, reason="", hung=False)
    stored = Round([sample], {0: [-1.1, -2.3]}, {0: [-1.0, -2.0]})
    assert find_drift(stored) == pytest.approx((0.2, 0.3))
    check_drift(stored, number=0, most=0.21)
    with pytest.raises(BurnishError, match=r"differ by 0\.2000 nats a token in round 1, .* max_drift is 0\.19"):
        check_drift(stored, number=0, most=0.19)


@pytest.mark.parametrize(("changes", "complaint"), [
    ({"lora": None}, "needs lora"),
    ({"sampling": {**SETTINGS["sampling"], "temperature": 0.7}}, "temperature 1"),
    ({"sampling": {**SETTINGS["sampling"], "samples": 1}}, "two samples"),
    ({"sampling": {**SETTINGS["sampling"], "engine": "http://127.0.0.1:9/v1"}}, "needs 'openvino'"),
    ({"sequence_tokens": 24}, "leaves no room for a prompt"),
])  # fmt: skip
def test_settings_that_make_the_ratio_wrong_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BurnishError, match=complaint):
        check_settings(GrpoParams.model_validate({**SETTINGS, **changes}))


def test_metrics_are_json(uninterrupted: tuple[Path, dict[str, Any]]) -> None:
    assert json.loads(json.dumps(uninterrupted[1], allow_nan=False)) == uninterrupted[1]
