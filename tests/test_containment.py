"""What a program may use, one attack a test: time, memory, processes, output, life after its end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from burnish import sandbox
from tests.boxes import DAEMON, FORK_BOMB, LIMITS, SOURCE, find_processes, hold, limits, make_marker, none_left, python

NODE_OUT_OF_MEMORY = 134  # it aborts at twice the limit, which stands in its options


@pytest.fixture(autouse=True, scope="module", params=list(sandbox.TIERS))
def tier(request: pytest.FixtureRequest) -> Iterator[str]:
    with hold(request.param) as name:
        yield name


def test_loop_ends_at_its_processor_time() -> None:
    result = python("while True: pass", allowed=limits(cpu_seconds=1))
    assert result.timed_out and not result.killed


def test_sleep_ends_at_the_wall_clock() -> None:
    started = time.monotonic()
    result = python("import time; print('awake', flush=True); time.sleep(60)", allowed=limits(wall_seconds=0.7))
    assert result.timed_out and result.stdout == b"awake\n"
    assert 0.7 <= time.monotonic() - started < 5


def test_program_that_ignores_signals_ends_too() -> None:
    program = "import signal, time\nfor n in (15, 2, 24, 1): signal.signal(n, signal.SIG_IGN)\ntime.sleep(60)"
    assert python(program, allowed=limits(wall_seconds=0.7)).timed_out


def test_memory_of_one_process_is_limited() -> None:
    result = python("held = []\nwhile True: held.append(b'x' * 1_000_000)")
    assert result.killed and result.status == 137 and not result.timed_out


def test_memory_of_eight_children_counts_together() -> None:
    # each holds 40 MB, less than a third of the limit
    program = "import os, time\nfor _ in range(8):\n  if not os.fork(): break\nheld = b'x' * 40_000_000\ntime.sleep(9)"
    result = python(program)
    assert result.killed and not result.timed_out


def test_memory_shared_by_fork_counts_once() -> None:
    program = (
        "import os, time\nheld = b'x' * 60_000_000\nfor _ in range(8):\n  if not os.fork(): break\n"
        "time.sleep(0.3)\nwhile True:\n  try: os.wait()\n  except ChildProcessError: break\nprint('done')"
    )
    assert python(program).stdout == b"done\n" * 9


def test_files_have_an_end(tier: str) -> None:
    program = """
def fill(folder):
    count = 0
    try:
        while count < 60:
            open(f"{folder}/{count}", "wb").write(b"x" * 4_000_000)
            count += 1
    except OSError: pass
    return count
print([fill(folder) for folder in ("/tmp", ".", "/dev/shm", "/dev", "/", "/run", "/etc")])
"""
    result = python(program)
    if tier == "landlock":  # the folder is on disk, and watched
        assert result.killed
        return
    in_tmp, in_work, shared, *rest = json.loads(result.stdout)
    assert in_tmp + in_work <= 17 and 0 < shared <= 4 and rest == [0, 0, 0, 0]


def test_fork_bomb_is_stopped() -> None:
    count, reason = python(FORK_BOMB).stdout.split()
    assert 10 <= int(count) <= LIMITS.processes and int(reason) == 11  # EAGAIN


def test_fork_bomb_that_never_stops_is_contained() -> None:
    marker = make_marker("bomb")
    program = f"'{marker}'\nimport os\nwhile True:\n  try: os.fork()\n  except OSError: pass"
    assert python(program, allowed=limits(wall_seconds=0.7)).timed_out
    assert none_left(marker)


def test_fork_bomb_takes_nothing_from_its_neighbour() -> None:
    forks = "for _ in range(20):\n  if not os.fork(): os._exit(0)\n  os.wait(); time.sleep(0.01)\n"
    neighbour = f"import os, time\n{forks}print('fine')"
    with ThreadPoolExecutor(1) as pool:
        bomb = pool.submit(python, FORK_BOMB + "time.sleep(1)", allowed=limits(wall_seconds=1))
        assert python(neighbour).stdout == b"fine\n"
        bomb.result()


def test_stdin_is_what_was_given_and_then_ends() -> None:
    text = os.urandom(500_000).hex().encode()
    assert (
        python("import sys; print(len(sys.stdin.read()), sys.stdin.read() == '')", stdin=text).stdout
        == b"1000000 True\n"
    )
    assert python("input()").stderr.endswith(b"EOFError: EOF when reading a line\n")


def test_unread_stdin_blocks_nothing() -> None:
    assert python("print(1)", stdin=b"x" * 3_000_000).stdout == b"1\n"


def test_output_flood_is_cut_and_ends() -> None:
    program = "import sys\nwhile True: sys.stdout.write('x' * 65536); sys.stderr.write('y' * 4096)"
    result = python(program)
    assert result.truncated and result.killed and not result.timed_out
    assert result.stdout == b"x" * LIMITS.output_bytes
    assert result.stderr == b"y" * LIMITS.output_bytes


def test_program_that_writes_too_much_may_end_by_itself() -> None:
    result = python("print('x' * 3_000_000); raise SystemExit(6)")
    assert result.truncated and result.status == 6


def test_output_at_the_limit_is_whole() -> None:
    result = python(f"print('x' * {LIMITS.output_bytes - 1})")
    assert len(result.stdout) == LIMITS.output_bytes and not result.truncated


def test_nothing_survives_the_end_of_the_program() -> None:
    marker = make_marker("daemon")
    program = DAEMON.replace("MARKER", repr(marker)) + "os.wait(); time.sleep(0.2); print('parent ends')"
    assert python(program).stdout == b"parent ends\n"
    assert none_left(marker)


def test_nothing_survives_a_kill() -> None:
    marker = make_marker("killed")
    assert python(DAEMON.replace("MARKER", repr(marker)) + "time.sleep(60)", allowed=limits(wall_seconds=0.7)).timed_out
    assert none_left(marker)


CALLER = """
from burnish import sandbox
limits = sandbox.Limits(cpu_seconds=30, wall_seconds=30, memory_mb=100, output_bytes=1000, processes=8)
job = sandbox.Job([*sandbox.python_argv(), "-c", "import time; time.sleep(30)", sys.argv[1]], limits)
sandbox.require()
print("ready", flush=True)
sandbox.run_many([job] * 6, workers=2)
"""


def test_nothing_survives_a_kill_while_the_sandbox_is_built() -> None:
    marker = make_marker("early")
    for milliseconds in range(1, 21):
        python(f"import time; time.sleep(60); '{marker}'", allowed=limits(wall_seconds=milliseconds / 1000))
    assert none_left(marker)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_survives_the_end_of_the_caller(number: signal.Signals) -> None:
    marker = make_marker("caller")
    start = f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n"
    command = [str(Path(sys.executable).resolve()), "-S", "-P", "-c", start + CALLER, marker]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as caller:
        assert caller.stdout and caller.stdout.readline() == b"ready\n"
        while len(find_processes(marker)) < 2 + 1:  # the caller's own command line has the marker, too
            time.sleep(0.02)
        caller.send_signal(number)
        assert caller.wait(timeout=10) != 0
    assert none_left(marker)


def test_node_runs_and_its_memory_is_limited() -> None:
    node = limits(memory_mb=256)
    text = "process.stdout.write(require('fs').readFileSync(0))"
    assert sandbox.run([*sandbox.node_argv(), "-e", text], stdin=b"hello", limits=node).stdout == b"hello"
    bomb = "const held = []; for (;;) held.push(new Array(1e5).fill(1.5))"
    ended = sandbox.run([*sandbox.node_argv(), "-e", bomb], limits=node)
    assert ended.killed or ended.status == NODE_OUT_OF_MEMORY, "by the watcher; on a starved machine node's own limit"
