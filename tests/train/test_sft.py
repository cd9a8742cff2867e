"""The stage as `dvc repro` runs it: same bytes every time, through kills and stops; bad input is refused."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file
from tests.train.tiny import DROPPING, SETTINGS, counting_rows, row, write_mix, write_model, write_params

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.masks import mask_answers
from burnish.records import Record
from burnish.train import sft
from burnish.train.checkpoint import FILE, read_checkpoint
from burnish.train.loop import HISTORY
from burnish.train.packing import Step

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds; a busy machine is no failure


def train_here(base: Path, mix: Path, folder: Path, *, parent: Path | None = None, **changes: Any) -> dict[str, Any]:
    """Run the stage's function in this process; return its metrics."""
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    params = sft.SftParams.model_validate({**SETTINGS, **changes})
    record = Record("train@sft", params={})
    metrics = sft.run(params, data=mix, base=base, parent=parent or base, out=folder / "sft", seed=3, record=record,
                      history=folder / "history.csv", resume=folder / "resume")  # fmt: skip
    (folder / "record.json").write_text(json.dumps(record.history))
    (folder / "notes.json").write_text(json.dumps(record.notes))
    return dict(metrics)


def start(base: Path, mix: Path, folder: Path, **changes: Any) -> subprocess.Popen[str]:
    """Start the stage's command in its own process and workspace."""
    folder.mkdir(exist_ok=True)
    (folder / "requirements.lock").touch()
    write_params(folder, **changes)
    command = [sys.executable, "-m", "burnish.train.sft", "--stage", "train@sft", "--data", str(mix), "--base",
               str(base), "--parent", str(base), "--out", "sft", "--history", "history.csv", "--metrics", "sft.json",
               "--record", "record.json"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DVC_ROOT": str(ROOT)}
    environment.pop("DVC_STAGE", None)
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    return errors


def digests(folder: Path) -> list[str]:
    return [digest_of(folder / name) for name in ("sft", "history.csv")]


@pytest.fixture(scope="module")
def uninterrupted(base: Path, mix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the result of one run in its own process."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    finish(start(base, mix, folder, epochs=8))
    return folder


def test_two_processes_write_the_same_bytes(base: Path, mix: Path, uninterrupted: Path, tmp_path: Path) -> None:
    train_here(base, mix, tmp_path, epochs=8)
    assert digests(tmp_path) == digests(uninterrupted)


def stop_when_first_saved(process: subprocess.Popen[str], folder: Path, *, sent: signal.Signals) -> int:
    """Send `sent` once there is a checkpoint; return how many steps were done."""
    while not list(folder.glob(f".resume/*/*/{FILE}")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(sent)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == (-9 if sent == signal.SIGKILL else 130)
    assert not (folder / "sft").exists() and not (folder / "sft.json").exists()
    (log,) = folder.glob(f".resume/*/*/{HISTORY}")
    return len(log.read_text().splitlines())


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    base: Path, mix: Path, uninterrupted: Path, tmp_path: Path
) -> None:
    changes = {"epochs": 8, "checkpoint_steps": 1}
    process = start(base, mix, tmp_path, **changes)
    done = stop_when_first_saved(process, tmp_path, sent=signal.SIGKILL)
    assert 1 <= done < len(history(uninterrupted))
    finish(start(base, mix, tmp_path, **changes))
    assert json.loads((tmp_path / "record.json").read_text())["notes"]["resumed_at_step"] in (done - 1, done)
    assert digests(tmp_path) == digests(uninterrupted)
    assert (tmp_path / "sft.json").read_bytes() == (uninterrupted / "sft.json").read_bytes()
    assert not list(tmp_path.glob(f".resume/*/*/{FILE}"))


def test_ctrl_c_leaves_a_checkpoint_from_which_another_process_goes_on(
    base: Path, mix: Path, uninterrupted: Path, tmp_path: Path
) -> None:
    process = start(base, mix, tmp_path, epochs=8, checkpoint_steps=1)
    done = stop_when_first_saved(process, tmp_path, sent=signal.SIGINT)
    (saved,) = tmp_path.glob(f".resume/*/*/{FILE}")
    saved.parent.rename(tmp_path / "resume")
    train_here(base, mix, tmp_path, epochs=8, checkpoint_steps=1)
    assert json.loads((tmp_path / "record.json").read_text())[0]["step"] == 1
    assert 1 <= done < len(history(uninterrupted))
    assert digests(tmp_path) == digests(uninterrupted)


@pytest.mark.parametrize("changes", [
    {}, {"lora": {**SETTINGS["lora"], "dropout": 0.3}}, {"dtype": "bfloat16"},
    {"lora": None, "dtype": "bfloat16", "learning_rate": 1e-3}, {"threads": 2},
    {"distil_skills": ["counting"], "dtype": "bfloat16"},
], ids=["lora", "dropout", "bf16", "full", "two workers", "distilled"])  # fmt: skip
def test_three_steps_and_three_more_are_six(base: Path, mix: Path, tmp_path: Path, changes: dict[str, Any],
                                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    whole = train_here(base, mix, tmp_path / "whole", epochs=2, **changes)
    original = sft.answer_part

    def stops_in_the_fifth(*arguments: Any) -> Any:
        loss, begun = original(*arguments), list[int]()

        def stopping(step: Step, sequence: tuple[int, ...]) -> torch.Tensor:
            if id(step) not in begun:
                begun.append(id(step))
            return loss(step, sequence) if len(begun) < 5 else stop()

        return stopping

    monkeypatch.setattr(sft, "answer_part", stops_in_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        train_here(base, mix, tmp_path / "parts", epochs=2, **changes)
    monkeypatch.undo()
    checkpoint = read_checkpoint(tmp_path / "parts/resume")
    assert checkpoint is not None and len(checkpoint.history) == 3
    assert len((tmp_path / "parts/resume" / HISTORY).read_text().splitlines()) == 4
    assert train_here(base, mix, tmp_path / "parts", epochs=2, **changes) == whole
    assert digests(tmp_path / "parts") == digests(tmp_path / "whole")
    assert [entry["step"] for entry in json.loads((tmp_path / "parts/record.json").read_text())] == list(
        range(1, whole["steps"] + 1)
    )


def stop() -> NoReturn:
    raise KeyboardInterrupt


def test_a_broken_checkpoint_or_one_of_another_plan_starts_over(base: Path, mix: Path, tmp_path: Path) -> None:
    metrics = train_here(base, mix, tmp_path / "fresh")
    (tmp_path / "cut/resume").mkdir(parents=True)
    (tmp_path / "cut/resume" / FILE).write_bytes(b"PK\x03\x04 cut short")
    assert train_here(base, mix, tmp_path / "cut") == metrics


def history(folder: Path) -> list[dict[str, float]]:
    with (folder / "history.csv").open() as file:
        return [{key: float(value) for key, value in line.items()} for line in csv.DictReader(file)]


def test_training_learns_and_its_history_says_so(base: Path, mix: Path, tmp_path: Path) -> None:
    metrics = train_here(base, mix, tmp_path, epochs=12)
    lines = history(tmp_path)
    assert [line["step"] for line in lines] == list(range(1, metrics["steps"] + 1))
    assert lines[-1]["tokens"] == metrics["tokens"]
    assert lines[0]["learning_rate"] < max(line["learning_rate"] for line in lines) == SETTINGS["learning_rate"]
    assert lines[-1]["learning_rate"] < 0.05 * SETTINGS["learning_rate"]
    assert metrics["loss_last"] < 0.6 * metrics["loss_first"]


def test_an_interpolated_step_keeps_that_share_of_its_update(base: Path, mix: Path, tmp_path: Path) -> None:
    train_here(base, mix, tmp_path / "whole", epochs=2)
    train_here(base, mix, tmp_path / "part", epochs=2, interpolation=0.25)
    whole, part = (load_file(tmp_path / name / "sft/adapter_model.safetensors") for name in ("whole", "part"))
    assert any(tensor.any() for name, tensor in whole.items() if "lora_B" in name)
    for name, tensor in whole.items():
        assert torch.equal(part[name], tensor * (0.25 if "lora_B" in name else 1))
    assert (tmp_path / "whole/history.csv").read_bytes() == (tmp_path / "part/history.csv").read_bytes()
    with pytest.raises(ValidationError, match=r"interpolation 0.25 needs an adapter; with lora null it is 1.0"):
        train_here(base, mix, tmp_path / "full", lora=None, interpolation=0.25)


def test_metrics_count_what_the_mixture_lost(base: Path, tmp_path: Path) -> None:
    rows = [
        row(0, ("user", "hi"), ("assistant", "hello")),
        row(1, ("user", "x" * 300), ("assistant", "short")),
        row(2, ("user", "hi"), ("assistant", "y" * 300)),
        row(3, ("user", "never chosen"), ("assistant", "no")),
    ]
    metrics = train_here(base, write_mix(tmp_path / "mix", rows, index=[2, 1, 0, 1]), tmp_path)
    assert {key: value for key, value in metrics.items() if key.startswith("rows")} == {
        "rows": 4, "rows_different": 3, "rows_truncated": 1, "rows_dropped": 1, "rows_unsupervised": 0,
    }  # fmt: skip
    assert metrics["answer_tokens_lost"] == 301
    assert metrics["supervised_tokens"] == len("hello") + 2 * len("short") + 3
    assert "answers_left_out" not in metrics


def test_answers_that_the_template_rewrites_later_are_counted_and_not_learnt(tmp_path: Path) -> None:
    base = write_model(tmp_path / "base", template=DROPPING)
    rows = [
        row(0, ("user", "hi"), ("assistant", "lost"), ("user", "so?"), ("assistant", "lost too"), ("user", "?"),
            ("assistant", "kept")),
        row(1, ("user", "hi"), ("assistant", "alone")),
    ]  # fmt: skip
    metrics = train_here(base, write_mix(tmp_path / "mix", rows), tmp_path)
    assert metrics["answers_left_out"] == 2 and metrics["answer_tokens_lost"] == 0
    assert metrics["supervised_tokens"] == len("kept") + len("alone") + 2 * (len("<think></think>") + 1)


def test_full_finetuning_writes_whole_weights_and_leaves_the_base_alone(base: Path, mix: Path, tmp_path: Path) -> None:
    before = digest_of(base)
    train_here(base, mix, tmp_path, lora=None, learning_rate=1e-3)
    assert digest_of(base) == before
    trained, started = load_file(tmp_path / "sft/model.safetensors"), load_file(base / "model.safetensors")
    assert set(trained) == set(started)
    assert all(not torch.equal(trained[name], started[name]) for name in started)


def test_only_answers_with_their_end_token_are_in_the_loss(base: Path) -> None:
    chat = Chat.load(base)
    talk = row(0, ("system", "s"), ("user", "u"), ("assistant", "first"), ("user", "v"), ("assistant", "second"))
    document = sft.as_document(mask_answers(talk["messages"], chat=chat))
    assert chat.decode(document.ids[document.supervised].tolist()) == "first<|im_end|>second<|im_end|>"


@pytest.mark.parametrize(("index", "complaint"), [
    (np.array([0, 99], dtype=np.int32), "names row 99"),
    (np.array([0.5]), "must be a list of row numbers"),
    (np.array([], dtype=np.int32), "nothing to train on"),
    (None, "isn't readable"),
])  # fmt: skip
def test_a_wrong_index_is_refused(base: Path, tmp_path: Path, index: Any, complaint: str) -> None:
    mix = write_mix(tmp_path / "mix", counting_rows(3))
    (mix / "index.npy").unlink() if index is None else np.save(mix / "index.npy", index)
    with pytest.raises(BurnishError, match=complaint):
        train_here(base, mix, tmp_path)
