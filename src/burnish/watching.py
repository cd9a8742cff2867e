"""Watches the processes of running sandboxes and stops those that outlive their time or outgrow their memory.

rlimits count one process at a time, so eight children could fill the memory eight times over; here a tree of processes
counts as one. One thread serves all sandboxes of this process and ends when the last of them has.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

POLL_SECONDS = 0.015
# A child of vfork shares its parent's memory for a moment and would count twice: look again before a kill.
SECOND_LOOK_SECONDS = 0.003
MEBIBYTE = 1024 * 1024
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

Cause = Literal["time", "memory", "order"]


class Watched:
    """A tree of processes, named by its root, with what it may use and how to stop it."""

    def __init__(
        self, *, root: int, memory_bytes: int, deadline: float, stop: Callable[[Cause], None],
        exceeds: Callable[[int], bool] | None,
    ) -> None:  # fmt: skip
        """Hold the limits; `deadline` is of `time.monotonic`, `exceeds` looks at what else the walls leave to us."""
        self.root, self.memory_bytes, self.deadline, self.stop = root, memory_bytes, deadline, stop
        self.exceeds, self.strikes = exceeds, 0

    def check(self) -> None:
        """Stop the tree when it is over a limit, over memory only when it is so twice in a row."""
        if time.monotonic() >= self.deadline:
            self.stop("time")
            return
        self.strikes = self.strikes + 1 if tree_exceeds(self.root, self.memory_bytes) else 0
        if self.strikes == 2 or (self.exceeds is not None and self.exceeds(self.root)):
            self.stop("memory")


class Watcher:
    """The thread that checks all watched trees every 15 ms, and its list."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: set[Watched] = set()
        self._running = False

    def add(self, watched: Watched) -> None:
        """Check the tree from now on."""
        with self._lock:
            self._watched.add(watched)
            if not self._running:
                self._running = True
                threading.Thread(target=self._poll, name="sandbox watcher", daemon=True).start()

    def remove(self, watched: Watched) -> None:
        """Check the tree no longer."""
        with self._lock:
            self._watched.discard(watched)

    def _poll(self) -> None:
        while True:
            with self._lock:
                current = tuple(self._watched)
                if not current:
                    self._running = False
                    return
            for watched in current:
                try:
                    watched.check()
                except OSError:
                    # no open file left, say: what can't be watched doesn't run
                    watched.stop("order")
            time.sleep(SECOND_LOOK_SECONDS if any(one.strikes for one in current) else POLL_SECONDS)


def tree_exceeds(root: int, memory_bytes: int) -> bool:
    """Say whether the processes below `root` hold more than `memory_bytes` of memory of their own.

    The resident set, cheap to read, bounds it from above; only beyond the limit are pages shared by fork told apart.
    """
    processes = list(list_descendants(root))
    if sum(_resident_bytes(process) for process in processes) <= memory_bytes:
        return False
    return sum(_own_bytes(process) for process in processes) > memory_bytes


def list_descendants(root: int) -> Iterator[int]:
    """Yield the processes below `root`, as far as they are its children's children."""
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        children = list_children(parent)
        yield from children
        waiting += children


def list_children(process: int) -> list[int]:
    """Return the processes that any thread of `process` has started and that nobody has waited for."""
    children: list[int] = []
    try:
        for task in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 - read hundreds of times a second
            children += map(int, _read(f"/proc/{process}/task/{task}/children").split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return children


def _resident_bytes(process: int) -> int:
    fields = _read(f"/proc/{process}/statm").split()
    return int(fields[1]) * PAGE_BYTES if fields else 0


def _own_bytes(process: int) -> int:
    """Return the proportional share of anonymous and shared memory, without mapped files (program and libraries)."""
    rollup = _read(f"/proc/{process}/smaps_rollup")
    lines = (line.split() for line in rollup.splitlines())
    shares = [int(fields[1]) for fields in lines if fields[0] in (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:")]
    return sum(shares) * 1024 if shares else _resident_bytes(process)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""


watcher = Watcher()


def _start_afresh() -> None:
    # a forked child has neither the thread nor the sandboxes of its parent, and perhaps a lock that nobody opens
    watcher.__init__()  # type: ignore[misc]


os.register_at_fork(after_in_child=_start_afresh)
