"""The tiers of the sandbox behind one interface: how each starts a program shut in, watches it, and ends it.

`bubblewrap` gives a program namespaces of its own. `landlock` forbids it what it must not touch of the machine's. What
either yields is a process to start; `containment` feeds it, hears it and measures its time.
"""

import contextlib
import fcntl
import functools
import os
import platform
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from burnish import bubblewrap, landlock, scratch, seccomp
from burnish.bubblewrap import WORK, Limits
from burnish.watching import list_children


@dataclass(frozen=True, slots=True)
class Job:
    """A program and what it gets.

    `argv` holds paths inside; `files` appear in its private working directory (relative names, folders are made);
    `binds` are host paths by their path inside (relative: to the working directory), read-only.
    """

    argv: Sequence[str]
    limits: Limits
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    stdin: bytes = b""
    binds: Mapping[str, Path] = field(default_factory=dict)


class Start(NamedTuple):
    """A command line, the descriptors that it reads, and a check (given its number) whether it has taken too much.

    When all is ready a newline comes out of its stderr; the program starts when a line is written to its stdin.
    """

    command: list[str]
    descriptors: tuple[int, ...]
    exceeds: Callable[[int], bool] | None


class Walls(Protocol):
    """One tier: its name, whether names of the machine's files can be seen inside, capabilities that a program keeps."""

    tier: str
    hides_names: bool
    capabilities: int

    def require(self) -> None:
        """Raise a `BurnishError` when this machine can't build them, with what is missing."""

    def prepare(self, job: Job, *, uid: int, stdin: int, lent: ExitStack, kept: ExitStack) -> Start:
        """Say how to start the job: `lent` is closed once it has started, `kept` when nothing of it is left."""

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill the program and all that it has started; the process itself may take a moment to end."""

    def suggest_way_out(self, reason: str) -> str:
        """Return what to do when a start failed for `reason`, or nothing."""


class Bubblewrap:
    """The first tier: namespaces."""

    tier = "bubblewrap"
    hides_names = True
    capabilities = 0

    def require(self) -> None:
        """See `Walls`."""
        bubblewrap.find_tools()

    def prepare(self, job: Job, *, uid: int, stdin: int, lent: ExitStack, kept: ExitStack) -> Start:
        """See `Walls`."""
        contents = {**_system_files(uid), **{f"{WORK}/{_check(name)}": text for name, text in job.files.items()}}
        files = {path: lent.enter_context(memory_file(content)) for path, content in contents.items()}
        filter_file = lent.enter_context(memory_file(_filter(shares_machine=False)))
        command = bubblewrap.build_command(
            job.argv, limits=job.limits, uid=uid, binds={**bubblewrap.find_prefixes(job.argv[0]), **job.binds},
            files=files, seccomp=filter_file, stdin=stdin,
        )  # fmt: skip
        return Start(command, (*files.values(), filter_file, stdin), None)

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill bubblewrap and process 1, whose end takes the others with it.

        Early in its life process 1 isn't tied to bubblewrap yet, so it is killed by itself. bubblewrap is stopped
        first: it then makes no more children, and reaps none, so that their numbers stay theirs.
        """
        process.send_signal(signal.SIGSTOP)
        if process.returncode is None:
            for child in list_children(process.pid):
                os.kill(child, signal.SIGKILL)
            process.kill()

    def suggest_way_out(self, reason: str) -> str:
        """See `Walls`."""
        return bubblewrap.suggest_way_out(reason)


class Landlock:
    """The second tier: rules of the kernel about the machine's own files, sockets and processes."""

    tier = "landlock"
    hides_names = False
    capabilities = landlock.KEPT_CAPABILITIES if bubblewrap.drops_root() else 0

    def require(self) -> None:
        """See `Walls`."""
        landlock.require_kernel()

    def prepare(self, job: Job, *, uid: int, stdin: int, lent: ExitStack, kept: ExitStack) -> Start:
        """See `Walls`."""
        own_uid = uid if bubblewrap.drops_root() else None
        files = {_check(name): content for name, content in job.files.items()}
        binds = {**bubblewrap.find_prefixes(job.argv[0]), **job.binds}
        folder = kept.enter_context(scratch.make_folder(files, binds=binds, uid=own_uid))
        filter_file = lent.enter_context(memory_file(_filter(shares_machine=True)))
        plan = landlock.write_plan(
            job.argv, limits=job.limits, uid=own_uid, folder=folder, binds=binds, filter=filter_file, stdin=stdin
        )
        plan_file = lent.enter_context(memory_file(plan))
        exceeds = landlock.watch_excess(folder, limits=job.limits)
        return Start(landlock.build_command(plan_file), (plan_file, filter_file, stdin), exceeds)

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Tell the keeper, which kills what it keeps; killed itself it would leave that alive."""
        with contextlib.suppress(ProcessLookupError):
            process.terminate()

    def suggest_way_out(self, reason: str) -> str:
        """See `Walls`: whatever fails here has its reason in the message."""
        return ""


TIERS: Mapping[str, Walls] = {walls.tier: walls for walls in (Bubblewrap(), Landlock())}


def _check(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path == PurePosixPath():
        raise ValueError(f"{name!r} is no file name for the sandbox; use a relative path without ..")
    return str(path)


def _system_files(uid: int) -> dict[str, str | bytes]:
    return {"/etc/hosts": bubblewrap.HOST_NAMES, "/etc/passwd": f"user:x:{uid}:{uid}::{WORK}:/bin/sh\n"}


@contextmanager
def memory_file(content: str | bytes) -> Iterator[int]:
    """Lend a descriptor from which the content can be read, and nothing else be done with it."""
    descriptor = os.memfd_create("burnish", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content.encode() if isinstance(content, str) else content)
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


@functools.cache
def _filter(*, shares_machine: bool) -> bytes:
    return seccomp.assemble_filter(platform.machine(), shares_machine=shares_machine)
