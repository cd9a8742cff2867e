"""The stage as `dvc repro` runs it: it learns preferences, writes the same bytes through kills, refuses bad pairs."""

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
from tests.train.preference_tables import objective, pair, rows, settings, write_preferences
from tests.train.tiny import ALONE
from torch import Tensor

from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.records import Record
from burnish.train import dpo
from burnish.train.checkpoint import FILE
from burnish.train.packing import Step
from burnish.train.preference_part import PreferencePart

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds; a busy machine is no failure


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_preferences(tmp_path_factory.mktemp("data") / "preference", rows())


def train_here(base: Path, data: Path, folder: Path, name: str = "dpo", **changes: Any) -> dict[str, Any]:
    """Run the stage's function in this process; return its metrics."""
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    params = dpo.DpoParams.model_validate(settings(name, **changes))
    record = Record("train@dpo", params={})
    metrics = dpo.run(params, data=data, base=base, parent=base, out=folder / "dpo", seed=3, record=record,
                      history=folder / "history.csv", resume=folder / "resume")  # fmt: skip
    (folder / "record.json").write_text(json.dumps(record.history))
    return dict(metrics)


def history(folder: Path) -> list[dict[str, float]]:
    with (folder / "history.csv").open() as file:
        return [{key: float(value) for key, value in line.items()} for line in csv.DictReader(file)]


@pytest.mark.parametrize("name", ["dpo", "ipo", "simpo", "kto"])
def test_every_variant_learns_the_preference_and_says_so_on_held_out_pairs(
    base: Path, data: Path, tmp_path: Path, name: str
) -> None:
    metrics = train_here(base, data, tmp_path, name, epochs=4)
    lines = history(tmp_path)
    assert lines[-1]["reward_margin"] > lines[0]["reward_margin"] + 0.01
    assert lines[-1]["loss"] < lines[0]["loss"]
    assert lines[-1]["reward_accuracy"] == 1.0
    for split in ("seen", "unseen"):
        found = metrics["held_out"][split]
        assert (found["pairs"], found["families"]) == (3, 3)
        assert found["after"]["reward"]["mean"] == 1.0
        assert found["gain_right"] > found["gain_wrong"]
    assert metrics["longer_wins"] == 0.5
    assert [(one["licence"], one["share"]) for one in metrics["origins"]] == [("MIT", 1.0)]
    assert (metrics["questions"], metrics["questions_different"], metrics["answers"]) == (40, 10, 80)


def test_before_the_first_update_all_rewards_are_nought_in_bf16_too(base: Path, data: Path, tmp_path: Path) -> None:
    train_here(base, data, tmp_path, dtype="bfloat16")
    assert history(tmp_path)[0]["chosen_reward"] == history(tmp_path)[0]["rejected_reward"] == 0.0


def test_the_sft_term_keeps_right_answers_likelier(base: Path, data: Path, tmp_path: Path) -> None:
    gains = [
        train_here(base, data, tmp_path / str(weight), epochs=4, objective={**objective("dpo"), "sft_weight": weight})
        ["held_out"]["unseen"]["gain_right"] for weight in (0.0, 3.0)
    ]  # fmt: skip
    assert gains[1] > gains[0] + 0.5


def test_the_number_of_workers_changes_the_loss_by_rounding_only(base: Path, data: Path, tmp_path: Path) -> None:
    for threads in (1, 2):
        train_here(base, data, tmp_path / str(threads), "kto", threads=threads)
    one, two = (history(tmp_path / threads) for threads in "12")
    assert [line["loss"] for line in one] == pytest.approx([line["loss"] for line in two], rel=1e-4)


class StopsInTheFifth(PreferencePart):
    """Is interrupted when four steps are done and the fifth is computed."""

    def figures(self, step: Step) -> dict[str, float]:
        self.calls = getattr(self, "calls", 0) + 1
        if self.calls == 5:
            raise KeyboardInterrupt
        return super().figures(step)


class IsNoNumber(PreferencePart):
    """Loses its way at one question."""

    def __call__(self, step: Step, sequence: tuple[int, ...]) -> Tensor:
        return super().__call__(step, sequence) * (float("nan") if 6 in sequence else 1.0)


def test_a_loss_that_is_no_number_names_its_question(
    base: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dpo, "PreferencePart", IsNoNumber)
    with pytest.raises(
        BurnishError, match=r"the loss of step \d is nan, in the rows k/t0/3 \(its other sequences are fine"
    ):
        train_here(base, data, tmp_path)


@pytest.mark.parametrize("name", ["rpo", "kto"])
def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(
    base: Path, data: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train_here(base, data, tmp_path / "whole", name, epochs=2, dtype="bfloat16")
    monkeypatch.setattr(dpo, "PreferencePart", StopsInTheFifth)
    with pytest.raises(KeyboardInterrupt):
        train_here(base, data, tmp_path / "parts", name, epochs=2, dtype="bfloat16")
    monkeypatch.undo()
    reference = tmp_path / "parts/resume" / dpo.REFERENCE
    computed = reference.stat().st_mtime_ns
    assert train_here(base, data, tmp_path / "parts", name, epochs=2, dtype="bfloat16") == whole
    assert reference.stat().st_mtime_ns == computed
    for part in ("dpo", "history.csv"):
        assert digest_of(tmp_path / "parts" / part) == digest_of(tmp_path / "whole" / part)


def start(base: Path, data: Path, folder: Path, name: str, **changes: Any) -> subprocess.Popen[str]:
    """Start the stage's command in its own process and workspace."""
    folder.mkdir(exist_ok=True)
    (folder / "requirements.lock").touch()
    with (folder / "params.yaml").open("w") as file:
        YAML().dump({"seed": 3, "train": {"dpo": settings(name, **changes)}, "launch": ALONE}, file)
    command = [sys.executable, "-m", "burnish.train.dpo", "--stage", "train@dpo", "--data", str(data), "--base",
               str(base), "--parent", str(base), "--out", "dpo", "--history", "history.csv", "--metrics", "dpo.json",
               "--record", "record.json"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DVC_ROOT": str(ROOT)}
    environment.pop("DVC_STAGE", None)
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(base: Path, data: Path, tmp_path: Path) -> None:
    changes = {"epochs": 8, "checkpoint_steps": 1, "dtype": "bfloat16"}
    whole = train_here(base, data, tmp_path / "whole", "kto", **changes)
    killed = tmp_path / "killed"
    process = start(base, data, killed, "kto", **changes)
    while not list(killed.glob(f".resume/*/*/{FILE}")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -9 and not (killed / "dpo").exists()
    (reference,) = killed.glob(f".resume/*/*/{dpo.REFERENCE}")
    computed = reference.stat().st_mtime_ns
    process = start(base, data, killed, "kto", **changes)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert reference.stat().st_mtime_ns == computed
    assert json.loads((killed / "record.json").read_text())["notes"]["resumed_at_step"] >= 1
    assert json.loads((killed / "dpo.json").read_text()) == json.loads(json.dumps(whole))
    for name in ("dpo", "history.csv"):
        assert digest_of(killed / name) == digest_of(tmp_path / "whole" / name)


@pytest.mark.parametrize(("name", "row", "complaint"), [
    ("dpo", {"rejected": " \n"}, r"k/t1/1: its wrong answer is empty"),
    ("kto", {"chosen": ""}, r"question 1: its right answer is empty"),
    ("dpo", {"rejected": "yes, 1"}, r"k/t1/1: 'yes, 1' is its right and its wrong answer"),
    ("kto", {"rejected": "yes, 1"}, r"question 1: 'yes, 1' is its right and its wrong answer"),
])  # fmt: skip
def test_an_answer_that_teaches_no_preference_is_named(
    base: Path, tmp_path: Path, name: str, row: dict[str, str], complaint: str
) -> None:
    data = write_preferences(tmp_path / "data", [pair(0), pair(1, **row)])
    with pytest.raises(BurnishError, match=complaint):
        train_here(base, data, tmp_path, name, held_out_pairs=0)


@pytest.mark.parametrize("name", ["dpo", "kto"])
def test_pairs_from_which_length_could_be_learnt_are_refused(base: Path, tmp_path: Path, name: str) -> None:
    data = write_preferences(tmp_path / "data", [pair(number, chosen="right " * 9) for number in range(4)])
    with pytest.raises(
        BurnishError, match=r"the longer answer is the right one in 1\.00 of 4 questions.*max_length_bias"
    ):
        train_here(base, data, tmp_path, name, max_length_bias=0.1)


def test_a_pair_with_an_answer_over_the_context_is_dropped_whole(base: Path, tmp_path: Path) -> None:
    kept = [pair(number) for number in range(3)]
    data = write_preferences(tmp_path / "data", [*kept, pair(3, rejected="long " * 80)])
    metrics = train_here(base, data, tmp_path)
    assert (metrics["questions_different"], metrics["questions_dropped"], metrics["answers"]) == (3, 1, 6)
    with pytest.raises(BurnishError, match=r"nothing to train on: 4 questions, 4 of them over .* = 20"):
        train_here(base, data, tmp_path, sequence_tokens=20)


def test_missing_tables_and_answers_of_one_kind_are_named(base: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"holds no table of pairs \(pairs, kept\)"):
        train_here(base, tmp_path / "none", tmp_path)
    with pytest.raises(BurnishError, match=r"kto is missing: variant kto reads single answers"):
        train_here(base, tmp_path / "none", tmp_path, "kto", held_out_pairs=0)


@pytest.mark.parametrize(("changes", "complaint"), [
    ({"gamma": 0.5}, "gamma belongs to variant simpo"), ({"variant": "simpo"}, "gamma belongs to variant simpo"),
    ({"variant": "kto"}, "kto_weights belongs to variant kto"),
    ({"variant": "ipo", "label_smoothing": 0.1}, "label_smoothing belongs to variant dpo"),
    ({"beta": 0}, "greater than 0"),
])  # fmt: skip
def test_a_setting_without_effect_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        dpo.DpoParams.model_validate(settings("dpo", objective={**objective("dpo"), **changes}))
