"""The twin stopped and gone on with: kill -9, Ctrl-C in every long stage, and queued experiments in copies of their own."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.workspaces import clone_twin, environment, finished_twin, git, read_lock, repro, run

STOP_SECONDS = 0.1  # after a stage has begun

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone_twin(finished_twin(tmp_path_factory), tmp_path_factory.mktemp("stopped") / "w")


@pytest.fixture
def clean(twin: Path) -> Iterator[Path]:
    yield twin
    git(twin, "checkout", "-q", "--", ".")
    git(twin, "clean", "-fdq")
    run(["dvc", "checkout", "-q"], cwd=twin)


def train_again(workspace: Path, *, kill: str = "") -> str:
    """Train anew in `workspace`; with `kill`, end the trainer or DVC in the middle first. Return the adapter's digest."""
    (workspace / "params.yaml").write_text(
        (workspace / "params.yaml").read_text().replace("learning_rate: 0.001", "learning_rate: 0.003")
    )
    if kill:
        process = subprocess.Popen(
            ["dvc", "repro", "train@sft"],
            cwd=workspace,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        trainer = wait_for_checkpoint(workspace)
        os.kill(trainer if kill == "trainer" else process.pid, signal.SIGKILL)
        process.wait(60)
        deadline = time.monotonic() + 20
        while trainers(workspace) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert trainers(workspace) == [], "a trainer was left running"
        run(["bin/clear-dead-lock"], cwd=workspace)
    repro(workspace, "train@sft")
    return str(json.loads((workspace / "metrics/train/sft.json").read_text())["sha256"])


def trainers(workspace: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, place = (process / "cmdline").read_text(), (process / "cwd").readlink()
        except OSError:
            continue
        if "burnish.train.sft" in command and place == workspace and "python" in command.split("\0")[0]:
            found.append(int(process.name))
    return found


def wait_for_checkpoint(workspace: Path) -> int:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        running = trainers(workspace)
        if running and any((workspace / ".resume" / "train@sft").rglob("history.jsonl")):
            return running[-1]
        time.sleep(0.05)
    raise AssertionError("the trainer wrote no history")


def test_killed_training_goes_on_to_the_same_adapter(clean: Path) -> None:
    digests = {"": train_again(clean)}
    for kill in ("trainer", "dvc"):
        git(clean, "checkout", "-q", "--", ".")
        run(["dvc", "checkout", "-q"], cwd=clean)
        for entry in (clean / ".dvc" / "cache" / "runs").glob("*/*"):
            remembered = "".join(path.read_text() for path in entry.iterdir())
            if "burnish.train.sft" in remembered and "0.003" in remembered:
                shutil.rmtree(entry)
        digests[kill] = train_again(clean, kill=kill)
    assert digests == dict.fromkeys(digests, digests[""])


def without_records(stages: dict[str, object]) -> str:
    def strip(value: object) -> object:
        if isinstance(value, list):
            return [
                strip(item)
                for item in value
                if not (isinstance(item, dict) and str(item.get("path")).startswith("records/"))
            ]
        return {key: strip(item) for key, item in value.items()} if isinstance(value, dict) else value

    return json.dumps(strip(stages), sort_keys=True)


LONG_STAGES = ("fetch@python", "process", "cases@typescript", "replay", "train@sft", "attempts@sft", "train@grpo",
               "equivalence", "answers@release", "screen", "engines", "evaluate")  # fmt: skip


def stop(workspace: Path, command: list[str], **extra: str) -> None:
    """Run `command` and press Ctrl-C at the terminal once the stage that it runs hears."""
    process = subprocess.Popen(command, cwd=workspace, env={**environment(), **extra}, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
    wait_until_a_stage_hears(process.pid)
    time.sleep(STOP_SECONDS)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode != 0, f"{shlex.join(command)} was not stopped:\n{said[-3000:]}"
    assert "burnish: stopped; the same command goes on from here" in said, said[-3000:]
    assert "Traceback" not in said, said[-3000:]


def wait_until_a_stage_hears(group: int) -> None:
    """Wait for a stage in the process group: past the start of its interpreter it handles SIGTERM, and Ctrl-C."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command, status = (process / "cmdline").read_text(), (process / "status").read_text()
                inside = os.getpgid(int(process.name)) == group
            except OSError:
                continue
            caught = int(status.partition("SigCgt:")[2].split()[0], 16)
            if inside and "\0-m\0burnish." in command and caught >> (signal.SIGTERM - 1) & 1:
                return
        time.sleep(0.02)
    raise AssertionError("no stage began")


def forget(workspace: Path, *, stages: tuple[str, ...]) -> dict[str, str]:
    """Drop `stages` from the lock, and what DVC remembers of their runs; return their commands. The outputs stay."""
    content = YAML(typ="safe").load((workspace / "dvc.lock").read_text())
    commands = {name: content["stages"].pop(name)["cmd"] for name in stages}
    with (workspace / "dvc.lock").open("w") as file:
        YAML(typ="safe").dump(content, file)
    for runs in (workspace / ".dvc" / "cache" / "runs").glob("*/*"):
        if YAML(typ="safe").load(next(runs.iterdir()).read_text())["cmd"] in commands.values():
            shutil.rmtree(runs)
    return commands


def test_a_run_with_ctrl_c_in_every_long_stage_agrees_with_one_without_but_for_records(clean: Path) -> None:
    uninterrupted = without_records(read_lock(clean))
    for stage, command in forget(clean, stages=LONG_STAGES).items():
        stop(clean, shlex.split(command), DVC_STAGE=stage)  # as DVC starts it
    stop(clean, ["dvc", "repro", "--single-item", "train@sft"])
    run(["bin/clear-dead-lock"], cwd=clean)
    assert set(LONG_STAGES) <= set(repro(clean))
    assert without_records(read_lock(clean)) == uninterrupted


def test_queued_experiments_run_their_own_code_and_parameters(clean: Path) -> None:
    for rate in ("0.004", "0.005"):
        run(
            [
                "dvc",
                "exp",
                "run",
                "--queue",
                "-S",
                f"train.sft.learning_rate={rate}",
                "-n",
                f"rate-{rate[-1]}",
                "train@sft",
            ],
            cwd=clean,
        )
    run(["dvc", "queue", "start"], cwd=clean)
    deadline = time.monotonic() + 240
    while (
        "Success" not in (status := run(["dvc", "queue", "status"], cwd=clean).stdout)
        or "Running" in status
        or "Queued" in status
    ):
        assert time.monotonic() < deadline and "Failed" not in status, status
        time.sleep(2)
    digests = set()
    for name in ("rate-4", "rate-5"):
        metrics = json.loads(git(clean, "show", f"refs/exps/{exp_ref(clean, name)}:metrics/train/sft.json"))
        digests.add(metrics["sha256"])
    assert len(digests) == 2


def exp_ref(workspace: Path, name: str) -> str:
    refs = git(workspace, "for-each-ref", "--format=%(refname)", "refs/exps").split()
    return next(ref.removeprefix("refs/exps/") for ref in refs if ref.endswith(f"/{name}"))
