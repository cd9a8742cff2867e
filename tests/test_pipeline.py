"""The hermetic twin: the real graph on a tiny model, from clean to GGUF, and what DVC runs again after each change."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from burnish.params import read_yaml
from tests.workspaces import copy_checkout, environment, git, ran, repro, run

STOP_SECONDS = 0.1  # after a stage has begun

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = copy_checkout(tmp_path_factory.mktemp("twin") / "w", profile="twin")
    repro(workspace)
    git(workspace, "add", "-A")
    git(workspace, "commit", "-qm", "run")
    return workspace


@pytest.fixture
def clean(twin: Path) -> Iterator[Path]:
    yield twin
    git(twin, "checkout", "-q", "--", ".")
    git(twin, "clean", "-fdq")
    run(["dvc", "checkout", "-q"], cwd=twin)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def lock(workspace: Path) -> dict[str, object]:
    return dict(YAML(typ="safe").load((workspace / "dvc.lock").read_text())["stages"])


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


def test_clean_run_ends_in_gguf_files_metrics_and_records(twin: Path) -> None:
    for name in ("f16", "Q8_0", "Q4_K_M"):
        assert (twin / f"models/gguf/release/{name}.gguf").read_bytes()[:4] == b"GGUF"
    summary = json.loads((twin / "metrics/summary.json").read_text())
    assert set(summary) >= {"base", "tuned", "gain", "quants", "equivalence", "verdicts"}
    assert len(list((twin / "records").rglob("*.json"))) == len(lock(twin)) - 1


def test_every_table_that_a_run_writes_is_validated(twin: Path) -> None:
    groups = [own for name, own in read_yaml(twin / "params.yaml").items() if name.startswith("validate_")]
    tables = [table for own in groups for table in own.get("tables", {}).values()]
    validated = {folder for table in tables for folder in (twin / "data").glob(table["data"])}
    written = {path.parent for path in (twin / "data").rglob("rows-*.parquet")}
    assert len(written) > len(tables) > 20
    assert not [folder for folder in sorted(written) if not validated & {folder, *folder.parents}]


def test_nothing_changed_runs_no_stage(twin: Path) -> None:
    assert repro(twin) == []


def test_comment_or_docstring_anywhere_runs_codehash_alone(clean: Path) -> None:
    for name in ("files.py", "train/loop.py", "generate/core.py", "evaluate/scores.py", "export/gguf.py"):
        append(clean / "src/burnish" / name, "\n# a remark\n")
    assert repro(clean) == ["codehash"]


def test_changed_line_of_one_family_runs_it_and_what_depends_on_it(clean: Path) -> None:
    append(clean / "src/burnish/generate/fs_role_permissions.py", "\nCHANGED = 1\n")
    repro(clean, "codehash")
    would = repro(clean, "--dry")
    assert would[0] == "cases@identity"
    assert not {"process", "base_model", "replay", "export_gguf@base", "cases@database"} & set(would)


def test_changed_report_runs_no_stage_but_codehash(clean: Path) -> None:
    append(clean / "src/burnish/track/report.py", "\nCHANGED = 1\n")
    assert repro(clean) == ["codehash"]


def test_changed_parameter_runs_only_its_stages(clean: Path) -> None:
    params = clean / "params.yaml"
    params.write_text(params.read_text().replace("learning_rate: 0.001", "learning_rate: 0.002"))
    would = repro(clean, "--dry")
    assert would[0] == "train@sft"
    assert not [name for name in would if name.startswith(("fetch", "cases", "process", "mix", "replay"))]


def test_clone_with_the_cache_runs_no_stage(twin: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    run(["git", "clone", "-q", str(twin), str(clone)], cwd=tmp_path)
    shutil.copytree(twin / ".dvc" / "cache", clone / ".dvc" / "cache")
    (clone / "node_modules").symlink_to(twin / "node_modules")
    assert ran(run(["dvc", "repro"], cwd=clone).stdout) == []
    assert (clone / "models/gguf/release/Q8_0.gguf").is_file()


def test_missing_cache_entry_is_named_with_the_way_out(twin: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    run(["git", "clone", "-q", str(twin), str(clone)], cwd=tmp_path)
    result = run(["dvc", "checkout"], cwd=clone, check=False)
    assert result.returncode != 0
    assert "models/gguf/release" in result.stderr + result.stdout
    assert "cache" in result.stderr


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


LONG_STAGES = ("fetch@python", "process", "cases@typescript", "replay", "train@sft", "attempts@sft", "train@grpo",
               "equivalence", "answers@release", "screen", "engines", "evaluate")  # fmt: skip


def stop(workspace: Path, stage: str) -> str:
    """Run `stage` alone and press Ctrl-C at the terminal once it hears; return what was said."""
    process = subprocess.Popen(["dvc", "repro", "--single-item", stage], cwd=workspace, env=environment(), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
    wait_until_a_stage_hears(process.pid)
    time.sleep(STOP_SECONDS)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode != 0, f"{stage} was not stopped:\n{said[-3000:]}"
    run(["bin/clear-dead-lock"], cwd=workspace)
    return said


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


def forget(workspace: Path, *, stages: tuple[str, ...]) -> None:
    """Drop `stages` from the lock, and what DVC remembers of their runs; their outputs stay until they begin again."""
    content = YAML(typ="safe").load((workspace / "dvc.lock").read_text())
    commands = {content["stages"].pop(name)["cmd"] for name in stages}
    with (workspace / "dvc.lock").open("w") as file:
        YAML(typ="safe").dump(content, file)
    for runs in (workspace / ".dvc" / "cache" / "runs").glob("*/*"):
        if YAML(typ="safe").load(next(runs.iterdir()).read_text())["cmd"] in commands:
            shutil.rmtree(runs)


def test_a_run_with_ctrl_c_in_every_long_stage_agrees_with_one_without_but_for_records(
    twin: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    run(["git", "clone", "-q", str(twin), str(again)], cwd=tmp_path)
    uninterrupted = without_records(lock(again))
    shutil.copytree(twin / ".dvc" / "cache", again / ".dvc" / "cache")
    (again / "node_modules").symlink_to(twin / "node_modules")
    (again / ".resume").mkdir()
    (again / ".resume" / "downloads").symlink_to((twin / ".resume" / "downloads").resolve())
    run(["dvc", "checkout", "-q"], cwd=again)
    forget(again, stages=LONG_STAGES)
    for stage in reversed(LONG_STAGES):  # a stopped one has lost its outputs, which those behind it read
        said = stop(again, stage)
        assert "burnish: stopped; the same command goes on from here" in said, f"{stage}:\n{said[-3000:]}"
        assert "Traceback" not in said, said[-3000:]
    assert set(LONG_STAGES) <= set(repro(again))
    assert without_records(lock(again)) == uninterrupted


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
