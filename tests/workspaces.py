"""Workspaces for tests: copies of this checkout in which the real pipeline runs on the tiny profile."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent


def copy_checkout(target: Path, *, profile: str) -> Path:
    """Copy what git would see of this checkout, without its lock file, and lay `profile` over its parameters."""
    listed = run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT).stdout.split("\n")
    for name in filter(None, listed):
        source, copy = ROOT / name, target / name
        if name not in ("dvc.lock", "code.lock.json") and not name.startswith("metrics/") and source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    downloads = ROOT / ".resume" / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    (target / ".resume").mkdir(exist_ok=True)
    (target / ".resume" / "downloads").symlink_to(downloads)
    run(["bin/python", "-m", "burnish.cli", "profile", profile], cwd=target)
    git(target, "init", "-q")
    git(target, "add", "-A")
    git(target, "commit", "-qm", "start")
    return target


def finished_twin(factory: pytest.TempPathFactory) -> Path:
    """Return the one twin of this test run after its first `dvc repro`, committed; whoever asks first makes it.

    It is shared by workers: read it, and change a `clone_twin` of it.
    """
    shared = factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else factory.getbasetemp()
    workspace, finished = shared / "twin" / "w", shared / "twin" / "finished"
    with FileLock(shared / "twin.lock"):
        assert finished.exists() or not workspace.exists(), f"the twin in {workspace} failed in another test"
        if not finished.exists():
            repro(copy_checkout(workspace, profile="twin"))
            git(workspace, "add", "-A")
            git(workspace, "commit", "-qm", "run")
            finished.touch()
    return workspace


def clone_twin(twin: Path, target: Path) -> Path:
    """Clone a finished twin with its cache and its downloads, and check its outputs out."""
    run(["git", "clone", "-q", str(twin), str(target)], cwd=twin)
    shutil.copytree(twin / ".dvc" / "cache", target / ".dvc" / "cache")
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    (target / ".resume").mkdir()
    (target / ".resume" / "downloads").symlink_to(ROOT / ".resume" / "downloads")
    run(["dvc", "checkout", "-q"], cwd=target)
    return target


def environment() -> dict[str, str]:
    """Return the environment of a command in a workspace: this interpreter, no colours, an author for commits."""
    bin_directory = Path(sys.executable).parent
    author = {f"GIT_{who}_{what}": "test@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dropped = {key: value for key, value in os.environ.items() if not key.startswith(("DVC_", "PYTEST_", "COV_"))}
    return {**dropped, **author, "BURNISH_PYTHON": sys.executable, "NO_COLOR": "1", "DVC_NO_ANALYTICS": "1",
            "PATH": f"{bin_directory}{os.pathsep}{os.environ['PATH']}"}  # fmt: skip


def run(command: list[str], *, cwd: Path, check: bool = True, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a workspace; a failure shows what it printed."""
    result = subprocess.run(
        command, cwd=cwd, env={**environment(), **extra}, capture_output=True, text=True, check=False
    )
    if check and result.returncode:
        raise AssertionError(
            f"{' '.join(command)} ended with {result.returncode}:\n{result.stdout[-3000:]}\n{result.stderr[-5000:]}"
        )
    return result


def git(workspace: Path, *arguments: str) -> str:
    """Run git in a workspace."""
    return run(["git", *arguments], cwd=workspace).stdout


def repro(workspace: Path, *arguments: str, check: bool = True) -> list[str]:
    """Run `dvc repro`; return the stages that ran, or would run with `--dry`."""
    return ran(run(["dvc", "repro", *arguments], cwd=workspace, check=check).stdout)


def read_lock(workspace: Path) -> dict[str, object]:
    """Return what the workspace's `dvc.lock` knows of each stage."""
    return dict(YAML(typ="safe").load((workspace / "dvc.lock").read_text())["stages"])


def ran(output: str) -> list[str]:
    """Return the names of the stages that DVC says it ran."""
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage '")]
