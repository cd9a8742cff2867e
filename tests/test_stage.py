"""The entry of a stage, run as DVC runs it: a process of its own in a workspace of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src"

STAGE = '''
"""A small stage."""
import sys, time
from pathlib import Path
from burnish import stage
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.records import Record

class Small(Section):
    number: int
    wait: float

def run(params: Small, *, out: Path, record: Record, seed: int, key: str, resume: Path) -> stage.Metrics:
    record.log(1, loss=2.0)
    (resume / "touched").touch()
    if params.wait:
        print("waiting", flush=True)
        time.sleep(params.wait)
    if params.number < 0:
        raise BurnishError("params.yaml: small.number is negative; use 0 or more")
    out.write_text(str(params.number + seed))
    return {"number": params.number, "key": key}

if __name__ == "__main__":
    stage.main(run)
'''


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    subprocess.run(["cp", "-r", str(SOURCE / "burnish"), str(tmp_path / "src" / "burnish")], check=True)
    (tmp_path / "src" / "burnish" / "small.py").write_text(STAGE)
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "params.yaml").write_text("seed: 40\nsmall: {a: {number: 2, wait: 0}}\n")
    return tmp_path


def command(workspace: Path, *, root: Path | None = None) -> tuple[list[str], dict[str, str]]:
    arguments = [sys.executable, "-m", "burnish.small", "--out", "o", "--metrics", "m.json", "--record", "r.json"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(workspace / "src"),
        "DVC_STAGE": "small@a",
        "DVC_ROOT": str(root or workspace),
    }
    return arguments, environment


def call(workspace: Path, *, root: Path | None = None) -> subprocess.CompletedProcess[str]:
    arguments, environment = command(workspace, root=root)
    return subprocess.run(arguments, env=environment, cwd=workspace, capture_output=True, text=True, check=False)


def test_stage_gets_its_section_seed_and_key_and_leaves_metrics_and_record(workspace: Path) -> None:
    result = call(workspace)
    assert result.returncode == 0, result.stderr
    assert (workspace / "o").read_text() == "42"
    assert json.loads((workspace / "m.json").read_text()) == {"key": "a", "number": 2}
    record = json.loads((workspace / "r.json").read_text())
    assert record["history"][0]["loss"] == 2.0
    assert record["params"] == {"number": 2, "wait": 0}
    assert record["seconds"] > 0 and record["peak_memory_mb"] > 1


def test_metrics_hold_no_time_and_no_host(workspace: Path) -> None:
    call(workspace)
    first = (workspace / "m.json").read_bytes()
    call(workspace)
    assert (workspace / "m.json").read_bytes() == first


def test_leftover_output_does_not_make_a_run_start_over(workspace: Path) -> None:
    call(workspace)
    call(workspace)
    assert (workspace / "o").exists()
    assert len(list((workspace / ".resume" / "small@a").iterdir())) == 1


def test_users_error_is_one_message_without_traceback(workspace: Path) -> None:
    (workspace / "params.yaml").write_text("seed: 40\nsmall: {a: {number: -2, wait: 0}}\n")
    result = call(workspace)
    assert result.returncode == 1
    assert result.stderr == "burnish: params.yaml: small.number is negative; use 0 or more\n"
    assert not (workspace / "m.json").exists() and not (workspace / "o").exists()


def test_misspelt_parameter_stops_the_stage(workspace: Path) -> None:
    (workspace / "params.yaml").write_text("seed: 40\nsmall: {a: {nummer: 2, number: 2, wait: 0}}\n")
    result = call(workspace)
    assert result.returncode == 1
    assert "small.a.nummer = 2" in result.stderr and "known: number, wait" in result.stderr


def test_another_checkouts_code_is_refused(workspace: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    result = call(workspace, root=other)
    assert result.returncode == 1
    assert "isn't inside this workspace" in result.stderr


def waiting(workspace: Path, *, through: list[str]) -> tuple[subprocess.Popen[bytes], int]:
    (workspace / "params.yaml").write_text("seed: 40\nsmall: {a: {number: 2, wait: 60}}\n")
    arguments, environment = command(workspace)
    process = subprocess.Popen(
        [*through, *arguments], env=environment, cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _runs_in(path, workspace)]
    return process, max(found)


def _runs_in(process: Path, workspace: Path) -> bool:
    try:
        return "burnish.small" in (process / "cmdline").read_text() and (process / "cwd").readlink() == workspace
    except OSError:
        return False


def close(process: subprocess.Popen[bytes]) -> None:
    process.wait(10)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def test_ctrl_c_ends_with_130_and_a_message(workspace: Path) -> None:
    process, _ = waiting(workspace, through=[])
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert errors.decode() == "burnish: stopped; the same command goes on from here\n"


def test_ctrl_c_while_a_stage_imports_gives_the_same_message() -> None:
    code = "import burnish; raise KeyboardInterrupt"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "DVC_STAGE": "small"}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert result.returncode in (130, -signal.SIGINT)
    assert result.stderr == "burnish: stopped; the same command goes on from here\n"


def test_second_run_of_the_same_work_is_refused_while_the_first_lasts(workspace: Path) -> None:
    process, _ = waiting(workspace, through=[])
    second = call(workspace)
    process.kill()
    close(process)
    assert second.returncode == 1
    assert "is in use: this stage runs already" in second.stderr


def test_stage_ends_when_the_process_that_started_it_is_killed(workspace: Path) -> None:
    starter = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    process, stage = waiting(workspace, through=[sys.executable, "-c", starter])
    process.kill()
    close(process)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{stage}").exists() and _alive(stage):
        time.sleep(0.1)
    assert not _alive(stage)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
