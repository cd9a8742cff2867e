"""How programs are run: results, many at a time, sessions, files of the command line. Programs are Python text."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from burnish import sandbox
from burnish.errors import BurnishError
from burnish.sandbox import Job, Result
from tests.boxes import LIMITS, hold, limits, python, run_outside


@pytest.fixture(autouse=True, scope="module", params=list(sandbox.TIERS))
def tier(request: pytest.FixtureRequest) -> Iterator[str]:
    with hold(request.param) as name:
        yield name


def test_result_is_the_programs(tier: str) -> None:
    result = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    assert result == Result(7, b"out\n", b"err\n", timed_out=False, killed=False, truncated=False, tier=tier)


def test_script_imports_nothing_by_accident() -> None:
    files = {"main.py": "import json; print(json.dumps(1))", "json.py": "raise SystemExit('shadowed')"}
    result = sandbox.run([*sandbox.python_argv(), "main.py"], files=files, limits=LIMITS)
    assert result.stdout == b"1\n"


def test_site_packages_only_when_asked() -> None:
    program = "import pytest; print(pytest.__name__)"
    assert b"ModuleNotFoundError" in python(program).stderr
    assert sandbox.run([*sandbox.python_argv(site=True), "-c", program], limits=LIMITS).stdout == b"pytest\n"


def test_many_keep_their_order() -> None:
    programs = [f"import time; time.sleep({0.1 * (number % 2)}); print({number})" for number in range(8)]
    jobs = [Job([*sandbox.python_argv(), "-c", program], LIMITS) for program in programs]
    assert [int(result.stdout) for result in sandbox.run_many(jobs, workers=4)] == list(range(8))


def test_one_that_cannot_start_ends_all() -> None:
    sleeper = Job([*sandbox.python_argv(), "-c", "import time; time.sleep(15)"], LIMITS)
    broken = Job(sleeper.argv, LIMITS, binds={"gone": Path("/nonexistent/folder")})
    started = time.monotonic()
    with pytest.raises(BurnishError, match=r"sandbox didn't start.*/nonexistent/folder"):
        sandbox.run_many([broken, sleeper, sleeper], workers=2)
    assert time.monotonic() - started < 10


def test_child_of_fork_has_sandboxes_of_its_own() -> None:
    program = """
import os
from burnish import sandbox
limits = sandbox.Limits(cpu_seconds=5, wall_seconds=0.5, memory_mb=100, output_bytes=1000, processes=8)
sleep = [*sandbox.python_argv(), "-c", "import time; time.sleep(30)"]
with sandbox.open_session(sleep, limits=limits):
    child = os.fork()
    if child == 0:
        os._exit(42 if sandbox.run(sleep, limits=limits).timed_out else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run_outside(program, PATH=os.environ["PATH"]).stdout == "42\n"


ECHO = "import sys\nfor line in sys.stdin: print(line.strip() * 2, flush=True)"


def test_session_answers_line_by_line() -> None:
    with sandbox.open_session([*sandbox.python_argv(), "-c", ECHO], limits=LIMITS) as session:
        for number in range(100):
            session.send(b"%d" % number)
            assert session.receive(timeout=10) == b"%d" % number * 2


def test_session_survives_long_lines_both_ways() -> None:
    program = "import sys\nsys.stderr.write('e' * 300_000)\n" + ECHO
    with sandbox.open_session([*sandbox.python_argv(), "-c", program], limits=limits(output_bytes=900_000)) as session:
        for _ in range(3):
            session.send(b"x" * 400_000)
            assert len(session.receive(timeout=10)) == 800_000


@pytest.mark.parametrize(
    ("program", "ending"),
    [
        ("import time; time.sleep(30)", {"timed_out": True, "status": 137}),
        ("print('no newline', end=''); raise SystemExit(5)", {"status": 5, "stdout": b"no newline"}),
        ("print('x' * 200_000); input()", {"truncated": True, "killed": True, "timed_out": False}),
        ("held = []\nwhile True: held.append(b'x' * 1_000_000)", {"killed": True}),
    ],
)
def test_session_ends_with_its_program(program: str, ending: dict[str, object]) -> None:
    with (
        sandbox.open_session([*sandbox.python_argv(), "-c", program], limits=LIMITS) as session,
        pytest.raises(sandbox.SessionEnded) as caught,
    ):
        session.receive(timeout=1 if ending.get("timed_out") else 10)
    assert {name: getattr(caught.value.result, name) for name in ending} == ending


def test_sending_to_an_ended_session_blocks_nothing() -> None:
    with sandbox.open_session([*sandbox.python_argv(), "-c", "raise SystemExit(3)"], limits=LIMITS) as session:
        for _ in range(3):
            session.send(b"x" * 1_000_000)
        with pytest.raises(sandbox.SessionEnded, match="status 3"):
            session.receive(timeout=10)


def test_last_line_of_a_session_is_received() -> None:
    with sandbox.open_session([*sandbox.python_argv(), "-c", "print('a'); print('b')"], limits=LIMITS) as session:
        time.sleep(0.3)
        assert [session.receive(timeout=10), session.receive(timeout=10)] == [b"a", b"b"]


@pytest.mark.parametrize(
    ("name", "text", "status", "output"),
    [
        ("good.py", "print('hello')", 0, b"hello\n"),
        ("bad.py", "raise SystemExit(3)", 3, b""),
        ("loop.py", "while True: pass", 124, b""),
        ("sleep.py", "import time; time.sleep(60)", 124, b""),
        ("hog.py", "held = []\nwhile True: held.append(b'x' * 1_000_000)", 137, b""),
        ("script", "#!/bin/sh\necho $0; exit 4", 4, b"./script\n"),
        ("much.py", "print('x' * 2**21)", 0, b"x" * 2**20),
        ("flood.py", "while True: print('x' * 2**20)", 124, b"x" * 2**20),
    ],
)
def test_run_file(
    name: str, text: str, status: int, output: bytes, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (path := tmp_path / name).write_text(text)
    path.chmod(0o755)
    assert sandbox.run_file(path, cpu_seconds=1, wall_seconds=2, memory_mb=100) == status
    assert capfdbinary.readouterr().out == output


def test_run_file_names_what_it_cannot_run(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="isn't a file"):
        sandbox.run_file(tmp_path / "none.py", cpu_seconds=1, wall_seconds=1, memory_mb=100)
    (plain := tmp_path / "plain.txt").write_text("hello")
    with pytest.raises(BurnishError, match="chmod"):
        sandbox.run_file(plain, cpu_seconds=1, wall_seconds=1, memory_mb=100)
