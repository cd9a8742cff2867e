"""One program behind its walls, from start to end: its files and pipes, its time and memory, its result.

`sandbox` decides what runs; this module only sees to it that whatever runs is fed, heard, limited and gone afterwards.
"""

import contextlib
import functools
import itertools
import os
import select
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from burnish import bubblewrap
from burnish.bubblewrap import MEBIBYTE
from burnish.errors import BurnishError
from burnish.walls import Job, Walls, memory_file
from burnish.watching import Cause, Watched, watcher

CHUNK_BYTES = 65_536
# Python misses a Ctrl-C that arrives just before it waits, until it has waited.
LONGEST_WAIT_SECONDS = 0.5
# Output may be dropped as long as the program ends; beyond this much of it, nobody waits for the end.
FLOOD_BYTES = 64 * MEBIBYTE
CPU_LIMIT_STATUS = 128 + signal.SIGXCPU
KILLED_STATUS = 128 + signal.SIGKILL

Sink = Callable[[bytes], None]
Sinks = tuple[Sink | None, Sink | None]


class Result(NamedTuple):
    """How a program ended and what it wrote; `status` is 128 + n after signal n.

    `timed_out`: its wall clock or processor time ran out. `killed`: it took too much memory, flooded an output with
    64 MiB, or met another SIGKILL. `truncated`: it wrote more than `output_bytes`. `tier`: what contained it.
    """

    status: int
    stdout: bytes
    stderr: bytes
    timed_out: bool
    killed: bool
    truncated: bool
    tier: str


class Output:
    """Takes what arrives in one pipe: keeps it, or hands it on, up to a number of bytes; drops the rest.

    `opening` comes before the program's own; `opened` tells that it came.
    """

    def __init__(self, *, most: int, sink: Sink | None, opening: bytes = b"") -> None:
        """Start empty."""
        self.kept = bytearray()
        self.dropped_bytes = 0
        self.opened = not opening
        self._room, self._sink, self._opening = most, sink, opening

    @property
    def truncated(self) -> bool:
        """Whether anything was dropped."""
        return self.dropped_bytes > 0

    @property
    def flooded(self) -> bool:
        """Whether so much was dropped that it isn't worth waiting; output that is handed on may go on for ever."""
        return self._sink is None and self.dropped_bytes > FLOOD_BYTES

    def take(self, data: bytes) -> None:
        """Take the next bytes."""
        if not self.opened and data.startswith(self._opening):
            self.opened, data = True, data[len(self._opening) :]
        self.dropped_bytes += max(0, len(data) - self._room)
        data = data[: self._room]
        self._room -= len(data)
        if self._sink is None:
            self.kept += data
        elif data:
            self._sink(data)

    def pop_line(self) -> bytes:
        """Return the first line without its newline, and make room for as much; there must be one."""
        end = self.kept.index(b"\n")
        line = bytes(self.kept[:end])
        del self.kept[: end + 1]
        self._room += end + 1
        return line


class _Slots:
    """Numbers the running sandboxes of this process; a number comes back late, for processes may be dying under it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: set[int] = set()
        self._next = itertools.cycle(range(bubblewrap.SLOTS))

    @contextmanager
    def hold(self) -> Iterator[int]:
        with self._lock:
            slot = next(number for number in self._next if number not in self._taken)
            self._taken.add(slot)
        try:
            yield slot
        finally:
            with self._lock:
                self._taken.discard(slot)


_slots = _Slots()


class Contained:
    """A running program. Use as a context manager: at its end no process of it is left.

    Its life is tied to the thread that starts it, not only to this process: keep that thread.
    """

    def __init__(self, job: Job, *, walls: Walls, interactive: bool = False, sinks: Sinks = (None, None)) -> None:
        """Start it behind `walls`; `interactive` gives it a pipe for input, `sinks` take its two outputs."""
        self._job, self._walls, self._stack = job, walls, ExitStack()
        self._cause: Cause | None = None
        self._pending = memoryview(b"")
        self.exited = False
        self._reaping = threading.Lock()
        with ExitStack() as undo:
            undo.callback(self._stack.close)
            self._process = self._start(interactive)
            self._stack.callback(self._walls.end, self._process)
            self._exit = os.pidfd_open(self._process.pid)
            self._stack.callback(os.close, self._exit)
            self._stack.callback(self._end)
            most, (sink, error_sink) = job.limits.output_bytes, sinks
            self.stdout = Output(most=most, sink=sink)
            self.stderr = Output(most=most, sink=error_sink, opening=b"\n")
            self._selector = self._stack.enter_context(selectors.DefaultSelector())
            self._listen()
            self._let_go()
            undo.pop_all()

    def __enter__(self) -> "Contained":
        """Return itself, running."""
        return self

    def __exit__(self, *error: object) -> None:
        """Kill what still runs."""
        self._stack.close()

    def _start(self, interactive: bool) -> "subprocess.Popen[bytes]":
        job = self._job
        uid = bubblewrap.choose_uid(self._stack.enter_context(_slots.hold()))
        with ExitStack() as lent:
            stdin = self._open_pipe(lent) if interactive else lent.enter_context(memory_file(job.stdin))
            start = self._walls.prepare(job, uid=uid, stdin=stdin, lent=lent, kept=self._stack)
            self._exceeds = start.exceeds
            return subprocess.Popen(
                start.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, env={},
                cwd="/", process_group=0, pass_fds=start.descriptors,
            )  # fmt: skip

    def _open_pipe(self, lent: ExitStack) -> int:
        """Make the pipe of the program's input, lend its end and keep ours."""
        read_end, self._stdin = os.pipe()
        lent.callback(os.close, read_end)
        self._stack.callback(os.close, self._stdin)
        os.set_blocking(self._stdin, False)
        return read_end

    def _let_go(self) -> None:
        """Start the program as soon as its walls stand; without our answer it never starts."""
        self.pump(until=None, wanted=lambda: self.stderr.opened)
        gate = self._process.stdin
        assert gate is not None
        if not self.exited:
            with contextlib.suppress(BrokenPipeError):
                gate.write(b"\n")
        gate.close()

    def _listen(self) -> None:
        process, limits = self._process, self._job.limits
        self._selector.register(self._exit, selectors.EVENT_READ, self._note_exit)
        assert process.stdout and process.stderr
        self._outputs = ((process.stdout.fileno(), self.stdout), (process.stderr.fileno(), self.stderr))
        for pipe, output in self._outputs:
            os.set_blocking(pipe, False)
            self._selector.register(pipe, selectors.EVENT_READ, functools.partial(self._hear, pipe, output))
        watched = Watched(
            root=process.pid, memory_bytes=limits.memory_mb * MEBIBYTE, stop=self.stop,
            deadline=time.monotonic() + limits.wall_seconds, exceeds=self._exceeds,
        )  # fmt: skip
        watcher.add(watched)
        self._stack.callback(watcher.remove, watched)

    def _end(self) -> None:
        self._kill()
        self._reap()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def stop(self, cause: Cause) -> None:
        """Kill every process inside; the first cause counts."""
        self._cause = self._cause or cause
        self._kill()

    def _kill(self) -> None:
        with self._reaping:
            self._walls.end(self._process)

    def _reap(self) -> int:
        end = select.poll()
        end.register(self._exit, select.POLLIN)
        end.poll()
        with self._reaping:
            return self._process.wait()

    def send(self, data: bytes) -> None:
        """Give the program input, and hear it meanwhile; input after its end is lost."""
        self._pending = memoryview(data)
        self._selector.register(self._stdin, selectors.EVENT_WRITE, functools.partial(self._feed, self._stdin))
        self.pump(until=None, wanted=lambda: not self._pending)
        self._selector.unregister(self._stdin)

    def pump(self, *, until: float | None, wanted: Callable[[], bool]) -> None:
        """Move bytes until there is what is `wanted`, the time is `until`, or the program has ended and all is heard.

        The wall clock limit isn't minded here: the watcher kills the program, which ends it.
        """
        while not (wanted() or self.exited):
            left = LONGEST_WAIT_SECONDS if until is None else until - time.monotonic()
            if left <= 0:
                return
            for key, _ in self._selector.select(min(left, LONGEST_WAIT_SECONDS)):
                key.data()

    def _hear(self, pipe: int, output: Output) -> bool:
        """Take what lies in the pipe, at most a chunk; say whether there may be more."""
        try:
            data = os.read(pipe, CHUNK_BYTES)
        except BlockingIOError:
            return False
        output.take(data)
        if output.flooded:
            self.stop("order")
        if not data and pipe in self._selector.get_map():
            self._selector.unregister(pipe)
        return bool(data)

    def _note_exit(self) -> None:
        """Hear the rest; it lies in the pipes already, and what the program left behind is being killed."""
        self.exited = True
        for pipe, output in self._outputs:
            while not output.truncated and self._hear(pipe, output):
                pass

    def _feed(self, pipe: int) -> None:
        try:
            self._pending = self._pending[os.write(pipe, self._pending) :]
        except BrokenPipeError:
            self._pending = memoryview(b"")

    def finish(self) -> Result:
        """Wait for the program's end and return how it was.

        Raises:
            BurnishError: the sandbox could not be built.
        """
        self.pump(until=None, wanted=lambda: False)
        code = self._reap()
        if not self.stderr.opened and self._cause is None and code > 0:
            reason = bytes(self.stderr.kept).decode(errors="replace").strip()
            raise BurnishError(f"the sandbox didn't start: {reason}{self._walls.suggest_way_out(reason)}")
        status = code if code >= 0 else 128 - code
        timed_out = self._cause == "time" or status == CPU_LIMIT_STATUS
        return Result(
            status=status, stdout=bytes(self.stdout.kept), stderr=bytes(self.stderr.kept), timed_out=timed_out,
            killed=not timed_out and status == KILLED_STATUS,
            truncated=self.stdout.truncated or self.stderr.truncated, tier=self._walls.tier,
        )  # fmt: skip


def _start_afresh() -> None:
    # in a forked child the sandboxes are the parent's
    global _slots
    _slots = _Slots()


os.register_at_fork(after_in_child=_start_afresh)
