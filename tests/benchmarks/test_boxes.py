"""A sample's sandbox: commands and files in it as in any container, nothing out of it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from burnish.benchmarks.harnesses.boxes import KILLED, LIMITS, Box, Ran, TooLargeError
from tests.boxes import find_processes, make_marker, none_left


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = Box()
    yield made
    made.close()


def run(box: Box, *command: str, **changes: Any) -> Ran:
    return box.run(command, **{"stdin": b"", "cwd": "", "env": {}, "seconds": 20.0, "most_bytes": 100_000, **changes})


def test_commands_have_input_outputs_folder_environment_and_status(box: Box) -> None:
    ran = run(box, "sh", "-c", "cat; echo $NAME >&2; pwd; exit 7", stdin=b"in\n", env={"NAME": "given"}, cwd="/usr")
    assert ran == Ran(7, b"in\n/usr\n", b"given\n", cut=False)
    assert run(box, "python3", "-c", "print(6 * 7)").stdout == b"42\n"
    assert run(box, "sh", "-c", "kill -9 $$").status == KILLED
    assert run(box, "no-such-program").status == 127


def test_files_live_as_long_as_the_sample(box: Box) -> None:
    box.write("deep/er/file.bin", b"\x00\xff")
    assert run(box, "ls", "deep/er").stdout == b"file.bin\n"
    assert run(box, "sh", "-c", "cat er/file.bin > copy", cwd="deep").status == 0
    assert box.read("deep/copy", most_bytes=2) == b"\x00\xff"


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("nothing.txt", FileNotFoundError),
        ("/etc", IsADirectoryError),
        ("locked", PermissionError),
        ("full", TooLargeError),
    ],
)
def test_files_that_can_not_be_read_are_the_usual_errors(box: Box, path: str, error: type[Exception]) -> None:
    box.write("locked", b"x")
    box.write("full", b"x" * 101)
    run(box, "chmod", "0", "locked")
    with pytest.raises(error, match=path):
        box.read(path, most_bytes=100)
    run(box, "chmod", "600", "locked")


def test_time_and_output_are_limited(box: Box) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        run(box, "sleep", "30", seconds=0.3)
    assert time.monotonic() - began < 15
    ran = run(box, "sh", "-c", "yes | head -c 300000; echo end >&2")
    assert (len(ran.stdout), ran.stderr, ran.cut) == (100_000, b"end\n", True)
    assert run(box, "cat", stdin=b"y" * 90_000).stdout == b"y" * 90_000


def test_what_runs_in_the_background_lives_on_and_ends_with_the_sample() -> None:
    marker = make_marker("box")
    own = Box()
    try:
        run(own, "sh", "-c", f"(sleep 600; echo {marker}) & echo started > state")
        assert find_processes(marker) and own.read("state", most_bytes=10) == b"started\n"
    finally:
        own.close()
    assert none_left(marker)


def test_there_is_no_network_and_no_file_of_the_machine(box: Box, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    with pytest.raises(FileNotFoundError):
        box.read(str(tmp_path / "secret"), most_bytes=10)
    assert run(box, "sh", "-c", "cat /proc/net/route").stdout.count(b"\n") <= 1


def test_a_command_that_takes_too_much_memory_says_so_and_the_next_has_a_fresh_sandbox() -> None:
    own = Box(
        limits=LIMITS.__class__(cpu_seconds=20, wall_seconds=60, memory_mb=96, output_bytes=1_000_000, processes=32)
    )
    try:
        own.write("kept", b"x")
        ran = run(own, "python3", "-c", "x = b'x' * 400_000_000; print(len(x))")
        assert (ran.status, ran.stdout) == (KILLED, b"") and b"fresh sandbox" in ran.stderr
        assert run(own, "echo", "again").stdout == b"again\n"
        with pytest.raises(FileNotFoundError):
            own.read("kept", most_bytes=10)
    finally:
        own.close()


def test_a_sample_that_is_given_up_ends_at_once() -> None:
    own = Box()
    began = time.monotonic()
    threading.Timer(0.5, own.abandon).start()
    with pytest.raises(InterruptedError):
        run(own, "sleep", "60", seconds=None)
    own.close()
    assert time.monotonic() - began < 30
