"""Builds the second tier of the sandbox, for machines that forbid namespaces: Landlock, a wider filter, rlimits.

The program shares the machine's process table, loopback and file names, so the walls are rules of the kernel about what
it may open, connect and signal. It has no sockets at all, and can't chmod or chown; it may learn that a path exists,
not what is in it. Its files lie in a folder of their own on disk, whose size is watched. Starts nothing.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from burnish import bubblewrap, landlock_keeper
from burnish.bubblewrap import MEBIBYTE, SCRATCH_BYTES, Limits
from burnish.errors import BurnishError
from burnish.landlock_keeper import EVERY_ACCESS, EXECUTE, READ_DIR, READ_FILE, WRITE_FILE, Plan
from burnish.scratch import measure
from burnish.watching import list_descendants

# Signals and abstract sockets have been inside its walls since version 6 (Linux 6.12).
OLDEST = 6
# One file; all of them together are watched.
FILE_BYTES = 16 * MEBIBYTE
READABLE = READ_FILE | READ_DIR | EXECUTE
# No devices may be made in the program's folder.
OWN = EVERY_ACCESS & ~(landlock_keeper.MAKE_CHARACTER_DEVICE | landlock_keeper.MAKE_BLOCK_DEVICE)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache", "/etc/alternatives",
          # it can be seen, and Python takes one that it may not read for an error
          "/etc/mime.types")  # fmt: skip
# Not all of /proc/self: it tells of the machine's network and mounts.
OF_ITSELF = ("status", "stat", "statm", "maps", "fd")
# A root that has become a uid of its own may still pass closed folders: an interpreter may lie below /root.
KEPT_CAPABILITY = "dac_read_search"
KEPT_CAPABILITIES = 1 << 2


def require_kernel() -> None:
    """See that this kernel can do it.

    Raises:
        BurnishError: it can't, with what it lacks.
    """
    version = landlock_keeper.find_version()
    if version < OLDEST:
        raise BurnishError(
            f"Landlock has version {version} here, {OLDEST} is needed (Linux 6.12 or later, with landlock among the "
            "modules of the kernel's lsm= option)"
        )


def write_plan(
    argv: Sequence[str],
    *,
    limits: Limits,
    uid: int | None,
    folder: Path,
    binds: Mapping[str, Path],
    filter: int,
    stdin: int,
) -> bytes:
    """Return the description from which `landlock_keeper` starts `argv` in `folder`, as `uid` where root gives way."""
    visible = [*SYSTEM, *(str(source.resolve()) for source in binds.values())]
    rules = [(path, READABLE) for path in visible]
    rules += [(path, READ_FILE | WRITE_FILE) for path in DEVICES]
    rules += [(str(folder), OWN)]
    rules += [(f"/proc/self/{name}", READ_FILE | READ_DIR) for name in OF_ITSELF]
    start = [] if uid is None else bubblewrap.drop_root(uid, keep=KEPT_CAPABILITY)
    # the kernel counts all that shares a uid
    others = 0 if uid is not None else _count_tasks(os.getuid())
    plan: Plan = {
        "parent": os.getpid(), "argv": [*start, *argv], "folder": str(folder), "stdin": stdin, "filter": filter,
        "environment": _environment(limits, folder), "rules": rules,
        "rlimits": _rlimits(limits, program=argv[0], others=others),
    }  # fmt: skip
    return json.dumps(plan).encode()


def _environment(limits: Limits, folder: Path) -> dict[str, str]:
    # what lies there can't be read, and node takes that for an error
    own = {"HOME": str(folder), "TMPDIR": str(folder), "OPENSSL_CONF": "/dev/null"}
    return {**bubblewrap.list_variables(limits), **own}


def _rlimits(limits: Limits, *, program: str, others: int) -> dict[str, tuple[int, int]]:
    cpu = bubblewrap.count_seconds(limits)
    most = limits.processes + others
    found = {
        "CORE": (0, 0), "NOFILE": (bubblewrap.OPEN_FILES,) * 2, "FSIZE": (FILE_BYTES,) * 2, "CPU": (cpu, cpu + 1),
        "NPROC": (most, most),
    }  # fmt: skip
    if bubblewrap.limits_address_space(program):
        found["AS"] = (limits.memory_mb * MEBIBYTE + bubblewrap.ADDRESS_SPACE_SLACK,) * 2
    return found


def _count_tasks(uid: int) -> int:
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == uid:
                count += sum(1 for _ in (process / "task").iterdir())
        except OSError:
            continue
    return count


def build_command(plan: int) -> list[str]:
    """Return the command line that starts the program described in the descriptor `plan`."""
    python = str(Path(sys.executable).resolve())
    return [python, "-I", "-S", "-B", landlock_keeper.__file__, str(plan)]


def watch_excess(folder: Path, *, limits: Limits) -> Callable[[int], bool]:
    """Return a check, given the keeper's number, whether its program has too many processes or fills the disk."""

    def exceeds(root: int) -> bool:
        processes = list(list_descendants(root))
        # the rlimit refuses exactly where the uid is its own; elsewhere it counts what the user starts besides
        if sum(_count_threads(process) for process in processes) > 2 * limits.processes:
            return True
        return measure(folder, processes, most=SCRATCH_BYTES) > SCRATCH_BYTES

    return exceeds


def _count_threads(process: int) -> int:
    try:
        return len(os.listdir(f"/proc/{process}/task"))  # noqa: PTH208 - read hundreds of times a second
    except OSError:
        return 0
