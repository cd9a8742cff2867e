"""Runs programs that nobody trusts and returns what they wrote and how they ended. The only way to run such programs.

`walls` are built by `bubblewrap` or, where that can't be, by `landlock`; `seccomp` narrows the kernel, `containment`
starts and ends one program, `watching` keeps its time and memory. `probes` attacks all of it once a process, before the
first program runs, and the first tier that holds is taken; without one nothing runs. Gives no verdicts.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from burnish import bubblewrap, probes
from burnish.bubblewrap import Limits
from burnish.containment import KILLED_STATUS, LONGEST_WAIT_SECONDS, Contained, Result
from burnish.errors import BurnishError
from burnish.walls import TIERS, Job, Walls

__all__ = [
    "TIERS", "Job", "Limits", "Result", "SelfTest", "Session", "SessionEnded", "attack", "held_to", "node_argv",
    "open_session", "python_argv", "require", "run", "run_file", "run_many", "self_test",
]  # fmt: skip

TIMED_OUT_STATUS = 124
CLOSED_PIPE_STATUS = 128 + signal.SIGPIPE
# What `burnish sandbox run` lets through of each output, and how many processes and threads it allows.
FILE_OUTPUT_BYTES = 1024 * 1024
FILE_PROCESSES = 64
PROBE_LIMITS = Limits(cpu_seconds=10, wall_seconds=20, memory_mb=96, output_bytes=65_536, processes=12)


class SelfTest(NamedTuple):
    """The tier that was tried and, by the name of each guard, whether it held."""

    tier: str
    probes: dict[str, bool]

    @property
    def leaks(self) -> list[str]:
        """The guards that didn't hold."""
        return [name for name, held in self.probes.items() if not held]

    @property
    def holds(self) -> bool:
        """Whether all of them did."""
        return not self.leaks


class SessionEnded(Exception):
    """A session's program ended, or was ended because it didn't answer in time."""

    def __init__(self, result: Result) -> None:
        """Hold how it ended; its stdout is what came after the last line received."""
        last_words = result.stderr[-500:].decode(errors="replace").strip()
        super().__init__(f"the sandboxed program ended with status {result.status}: {last_words}")
        self.result = result


class Session:
    """A running program that answers lines with lines."""

    def __init__(self, contained: Contained) -> None:
        """Talk to `contained`; made by `open_session`."""
        self._contained = contained

    def send(self, line: bytes) -> None:
        """Send a line; the newline is added."""
        self._contained.send(line + b"\n")

    def receive(self, *, timeout: float) -> bytes:
        """Return the next line, without its newline.

        Raises:
            SessionEnded: none came within `timeout` seconds (the program is killed then) or before the program's end,
                or it is longer than `output_bytes`.
        """
        output = self._contained.stdout
        until = time.monotonic() + timeout
        self._contained.pump(until=until, wanted=lambda: b"\n" in output.kept or output.truncated)
        if b"\n" in output.kept:
            return output.pop_line()
        if not self._contained.exited:
            self._contained.stop("order" if output.truncated else "time")
        raise SessionEnded(self._contained.finish())


def python_argv(*, site: bool = False) -> list[str]:
    """Return the command line of this Python inside, which imports nothing from the folders of the script and the user.

    That is `-I`, except that the fixed hash seed counts. `site` adds the packages of this environment.
    """
    isolated = ["-P", "-s", "-B"]
    return [sys.executable, *isolated] if site else [str(Path(sys.executable).resolve()), *isolated, "-S"]


def node_argv() -> list[str]:
    """Return the command line of Node.js inside.

    Raises:
        BurnishError: there is none on this machine.
    """
    return [*bubblewrap.find_node()]


def run(
    argv: Sequence[str],
    *,
    files: Mapping[str, str | bytes] | None = None,
    stdin: bytes = b"",
    limits: Limits,
    binds: Mapping[str, Path] | None = None,
) -> Result:
    """Run one program in a sandbox of its own; see `Job` for the arguments.

    Raises:
        BurnishError: no sandbox holds on this machine, with the way to get one.
    """
    job = Job(argv=argv, limits=limits, files=files or {}, stdin=stdin, binds=binds or {})
    return _run(job, walls=_stand())


def _run(job: Job, *, walls: Walls) -> Result:
    with Contained(job, walls=walls) as contained:
        return contained.finish()


def run_many(jobs: Sequence[Job], *, workers: int) -> list[Result]:
    """Run each job in a sandbox of its own, `workers` at a time, and return the results in the order of the jobs.

    An error or an interrupt ends all that run.
    """
    gang = _Gang(_stand())
    with ThreadPoolExecutor(workers, thread_name_prefix="sandbox") as pool:
        try:
            return _await_all([pool.submit(gang.run, job) for job in jobs])
        except BaseException:
            gang.disband()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _await_all(futures: Sequence[Future[Result]]) -> list[Result]:
    while True:
        done, running = wait(futures, timeout=LONGEST_WAIT_SECONDS, return_when=FIRST_EXCEPTION)
        failed = next((future for future in done if future.exception()), None)
        if failed or not running:
            return [future.result() for future in ([failed] if failed else futures)]


class _Gang:
    """Sandboxes that end together."""

    def __init__(self, walls: Walls) -> None:
        self._walls, self._lock = walls, threading.Lock()
        self._running: set[Contained] = set()
        self._disbanded = False

    def run(self, job: Job) -> Result:
        with Contained(job, walls=self._walls) as contained:
            with self._lock:
                self._running.add(contained)
                if self._disbanded:
                    contained.stop("order")
            try:
                return contained.finish()
            finally:
                with self._lock:
                    self._running.discard(contained)

    def disband(self) -> None:
        with self._lock:
            self._disbanded = True
            for contained in self._running:
                contained.stop("order")


@contextmanager
def open_session(
    argv: Sequence[str],
    *,
    files: Mapping[str, str | bytes] | None = None,
    limits: Limits,
    binds: Mapping[str, Path] | None = None,
) -> Iterator[Session]:
    """Keep one sandboxed program running for many questions; the limits are of its whole life.

    Leave the block in the thread that entered it: the program dies with that thread.
    """
    job = Job(argv=argv, limits=limits, files=files or {}, binds=binds or {})
    with Contained(job, walls=_stand(), interactive=True) as contained:
        yield Session(contained)


def run_file(path: Path, *, cpu_seconds: float, wall_seconds: float, memory_mb: int) -> int:
    """Run a file for the command line: `.py` by Python with its packages, `.js` and `.mjs` by node, others themselves.

    What it writes goes to our stdout and stderr as it comes, up to 1 MiB each; it reads an empty stdin.

    Returns:
        The program's exit status, 124 when its time ran out, 137 when it was killed.

    Raises:
        BurnishError: there is no such file, or nothing that could run it, or no sandbox.
    """
    if not path.is_file():
        raise BurnishError(f"{path} isn't a file; name the program to run")
    limits = Limits(
        cpu_seconds=cpu_seconds, wall_seconds=wall_seconds, memory_mb=memory_mb, output_bytes=FILE_OUTPUT_BYTES,
        processes=FILE_PROCESSES,
    )  # fmt: skip
    job = Job(argv=_choose_argv(path), limits=limits, files={path.name: path.read_bytes()})
    walls = _stand()
    try:
        with Contained(job, walls=walls, sinks=(_passing(sys.stdout.buffer), _passing(sys.stderr.buffer))) as contained:
            result = contained.finish()
    except BrokenPipeError:
        # nobody reads on, as after `| head`; what Python flushes at its own end goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE_STATUS
    return _report_end(result, limits)


def _choose_argv(path: Path) -> list[str]:
    if path.suffix == ".py":
        return [*python_argv(site=True), path.name]
    if path.suffix in (".js", ".mjs"):
        return [*node_argv(), path.name]
    if not os.access(path, os.X_OK):
        raise BurnishError(f"{path} isn't .py, .js or .mjs and isn't executable; make it so with: chmod +x {path}")
    return [f"./{path.name}"]


def _passing(stream: BinaryIO) -> Callable[[bytes], None]:
    def write(data: bytes) -> None:
        stream.write(data)
        stream.flush()

    return write


def _report_end(result: Result, limits: Limits) -> int:
    if result.truncated:
        print(f"burnish: output beyond {limits.output_bytes} bytes was dropped", file=sys.stderr)
    if result.timed_out:
        print(
            f"burnish: stopped at its limit of {limits.wall_seconds:g} s or {limits.cpu_seconds:g} s of processor time",
            file=sys.stderr,
        )
        return TIMED_OUT_STATUS
    if result.killed:
        print(f"burnish: killed; its limit was {limits.memory_mb} MiB of memory", file=sys.stderr)
        return KILLED_STATUS
    return result.status


def attack(tier: str) -> SelfTest:
    """Try to get out of one tier in every way that is guarded; takes about half a second.

    Raises:
        BurnishError: it can't be built here, with what is missing or forbidden.
    """
    walls, python = TIERS[tier], python_argv()
    walls.require()
    visible = bubblewrap.find_prefixes(python[0]).values()
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            asked = probes.probe_input(
                port=port, visible=visible, forks=4 * PROBE_LIMITS.processes, hides_names=walls.hides_names
            )
            escape = _run(Job(argv=[*python, "-c", probes.ESCAPES], stdin=asked, limits=PROBE_LIMITS), walls=walls)
        hoard = _run(Job(argv=[*python, "-c", probes.HOARD], limits=PROBE_LIMITS), walls=walls)
    except OSError as error:
        raise BurnishError(f"{bubblewrap.NO_SANDBOX}: the kernel refused to build one ({error})") from error
    found = probes.read_findings(escape.stdout, most_processes=PROBE_LIMITS.processes, capabilities=walls.capabilities)
    return SelfTest(tier, {**found, "memory of all processes": hoard.killed})


def self_test() -> SelfTest:
    """Attack the tiers in their order, and return the first that holds.

    Raises:
        BurnishError: none does; it names the reason of each.
    """
    reasons = []
    for tier in _allowed:
        try:
            result = attack(tier)
        except BurnishError as error:
            reasons.append(f"{tier}: {error}")
            continue
        if result.holds:
            return result
        reasons.append(
            f"{tier}: it doesn't hold on this machine: {', '.join(result.leaks)}; update bubblewrap and the kernel"
        )
    raise BurnishError(f"untrusted programs aren't run. {'. '.join(reasons)}")


_require_lock = threading.Lock()
_allowed: tuple[str, ...] = tuple(TIERS)
_held: SelfTest | None = None


def require() -> SelfTest:
    """Return the self-test of this process, run at the first call.

    Raises:
        BurnishError: there is no sandbox that holds; untrusted programs aren't run then.
    """
    global _held
    with _require_lock:
        if _held is None:
            _held = self_test()
        return _held


def _stand() -> Walls:
    return TIERS[require().tier]


@contextmanager
def held_to(tier: str) -> Iterator[None]:
    """Take no other tier than this within the block, in all threads.

    Raises:
        BurnishError: there is no such tier.
    """
    global _allowed, _held
    if tier not in TIERS:
        raise BurnishError(f"{tier!r} is no tier of the sandbox; there are: {', '.join(TIERS)}")
    with _require_lock:
        before, _allowed, _held = (_allowed, _held), (tier,), None
    try:
        yield
    finally:
        with _require_lock:
            _allowed, _held = before
