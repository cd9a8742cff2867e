"""Several processes train one step: the same weights as one process, through kills, and no process waits for a dead one."""

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from tests.train import test_dpo
from tests.train.joined import FSDP, learn_joined, prefer_joined, run_joined, train_joined, train_unlike_others
from tests.train.preference_tables import rows, write_preferences
from tests.train.test_sft import digests, start, train_here
from tests.train.whole_runs import train_step, write_inputs

from burnish import launching
from burnish.files import digest_of
from burnish.records import Record
from burnish.train.checkpoint import FILE

LAUNCH = Path(__file__).parents[2] / "launch"
CPU = {"config": str(LAUNCH / "cpu.yaml"), "timeout_seconds": 60.0}
FULL: dict[str, Any] = {"lora": None, "learning_rate": 1e-3}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def distance(one: Path, other: Path) -> float:
    """Return the largest difference of two steps' weights."""
    (found,), (wanted,) = (list((folder / "sft").glob("*.safetensors")) for folder in (one, other))
    trained, expected = load_file(found), load_file(wanted)
    assert set(trained) == set(expected)
    return max(float((trained[name] - expected[name]).abs().max()) for name in trained)


def ranks_in(folder: Path) -> dict[int, int]:
    """Return the processes of the launched stage that run in `folder`, by rank."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "cwd").readlink() == folder:
                variables = dict(part.partition("=")[::2] for part in (place / "environ").read_text().split("\0"))
                if "RANK" in variables:
                    found[int(variables["RANK"])] = int(place.name)
        except OSError:
            continue
    return found


def test_a_killed_process_ends_all_and_the_same_command_ends_with_the_bytes_of_one_process(
    base: Path, mix: Path, tmp_path: Path
) -> None:
    train_here(base, mix, tmp_path / "alone", epochs=4, threads=2)
    together = tmp_path / "together"
    process = start(base, mix, together, launch=CPU, epochs=4, checkpoint_steps=1)
    while not list(together.glob(f".resume/*/*/{FILE}")) and process.poll() is None:
        time.sleep(0.01)
    os.kill(ranks_in(together)[1], signal.SIGKILL)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "process 1: ended by SIGKILL" in errors and "Traceback" not in errors
    assert not ranks_in(together) and not (together / "sft").exists() and not (together / "sft.json").exists()
    again = start(base, mix, together, launch=CPU, epochs=4, checkpoint_steps=1)
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    notes = json.loads((together / "record.json").read_text())["notes"]
    assert notes["processes"] == 2 and notes["resumed_at_step"] >= 1
    assert digests(together) == digests(tmp_path / "alone")


@pytest.mark.parametrize(("environment", "changes", "most"), [
    ({}, {"dtype": "bfloat16"}, 0.0),
    (FSDP, {}, 1e-6),
    (FSDP, FULL, 1e-5),
], ids=["gradients added", "sharded adapters", "sharded weights"])  # fmt: skip
def test_two_processes_train_what_one_does(
    base: Path, mix: Path, tmp_path: Path, environment: dict[str, str], changes: dict[str, Any], most: float
) -> None:
    changes = {"epochs": 2, "checkpoint_steps": 2, **changes}
    alone = train_here(base, mix, tmp_path / "alone", **changes)
    port = free_port()
    statuses = run_joined(train_joined, 2, base, mix, tmp_path / "two", changes, port=port, environment=environment)
    assert statuses == [0, 0]
    assert distance(tmp_path / "two", tmp_path / "alone") <= most
    record = [json.loads((tmp_path / name / "record.json").read_text()) for name in ("alone", "two")]
    assert [entry["tokens"] for entry in record[0]] == [entry["tokens"] for entry in record[1]]
    assert len(record[0]) == alone["steps"]
    notes = json.loads((tmp_path / "two/notes.json").read_text())
    assert (notes["processes"], notes["sharded"]) == (2, bool(environment))


@pytest.mark.parametrize("variant", ["dpo", "kto"])
def test_two_processes_learn_the_same_preferences_and_note_the_same_rewards(
    base: Path, tmp_path: Path, variant: str
) -> None:
    pairs = write_preferences(tmp_path / "pairs", rows())
    test_dpo.train_here(base, pairs, tmp_path / "alone", variant, threads=2)
    arguments = (base, pairs, tmp_path / "two", variant)
    assert run_joined(prefer_joined, 2, *arguments, port=free_port(), environment={}) == [0, 0]
    for part in ("dpo", "history.csv"):
        assert digest_of(tmp_path / "two" / part) == digest_of(tmp_path / "alone" / part)


@pytest.mark.parametrize("name", ["cpt", "openings", "grpo"])
def test_two_processes_of_a_method_write_the_bytes_of_one_with_two_threads(tmp_path: Path, name: str) -> None:
    write_inputs(tmp_path, name)
    train_step(name, inputs=tmp_path, folder=tmp_path / "alone", threads=2)
    arguments = (name, tmp_path, tmp_path / "two")
    assert run_joined(learn_joined, 2, *arguments, port=free_port(), environment={}) == [0, 0]
    for part in ("step", "history.csv"):
        assert digest_of(tmp_path / "two" / part) == digest_of(tmp_path / "alone" / part)


def test_sharded_weights_go_on_from_a_checkpoint_of_one_process(base: Path, mix: Path, tmp_path: Path) -> None:
    """Checkpoints are whole: the number of processes may change between two of a run's lives."""
    changes = {**FULL, "epochs": 2, "checkpoint_steps": 2}
    alone = train_here(base, mix, tmp_path / "alone", **changes)
    stop_after(5, base, mix, tmp_path / "two", changes)
    statuses = run_joined(train_joined, 2, base, mix, tmp_path / "two", changes, port=free_port(), environment=FSDP)
    assert statuses == [0, 0]
    assert json.loads((tmp_path / "two/notes.json").read_text())["resumed_at_step"] == 4 < alone["steps"]
    assert distance(tmp_path / "two", tmp_path / "alone") <= 1e-5


def stop_after(steps: int, base: Path, mix: Path, folder: Path, changes: dict[str, Any]) -> None:
    """Train in this process until so many steps are done, then stop as Ctrl-C does."""
    with pytest.MonkeyPatch.context() as patch:
        original = Record.log

        def log(self: Record, step: int, **values: float) -> None:
            original(self, step, **values)
            if step == steps:
                raise KeyboardInterrupt

        patch.setattr(Record, "log", log)
        with pytest.raises(KeyboardInterrupt):
            train_here(base, mix, folder, **changes)


def test_more_processes_than_sequences_and_processes_that_differ_are_refused(
    base: Path, mix: Path, tmp_path: Path
) -> None:
    said = tmp_path / "said.json"
    environment = {launching.ERROR_FILE: str(said)}
    small = {"step_tokens": 60, "tokens": 60}
    found = run_joined(train_joined, 2, base, mix, tmp_path / "a", small, port=free_port(), environment=environment)
    assert found == [3, 3]
    assert "starts 2 processes, but no step has more than 1 sequences" in said.read_text()
    found = run_joined(train_unlike_others, 2, base, mix, tmp_path / "b", port=free_port(), environment=environment)
    assert found == [3, 3]
    assert "processes differ in steps to run and steps done" in said.read_text()
