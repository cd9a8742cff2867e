"""Started beside a program: shuts it in by Landlock, a seccomp filter and rlimits, and leaves no process of it behind.

Standard library only, for it is run as a script, once a program, where no namespace can be made. It reads a description
(`Plan`) from a descriptor, keeps the program's descendants as their reaper, and ends with the program's exit status.
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import stat
import struct
import sys
from collections.abc import Iterable
from typing import NoReturn, TypedDict

# linux/prctl.h, linux/landlock.h, linux/seccomp.h; the three calls have one number on every machine.
SET_PARENT_DEATH_SIGNAL, SET_SECCOMP, SET_SUBREAPER, SET_NO_NEW_PRIVILEGES = 1, 22, 36, 38
FILTER_MODE = 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, IOCTL_DEVICE = (1 << bit for bit in (0, 1, 2, 3, 14, 15))
MAKE_CHARACTER_DEVICE, MAKE_BLOCK_DEVICE = 1 << 6, 1 << 11
EVERY_ACCESS = (1 << 16) - 1
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
EVERY_TCP_ACCESS = 3
SCOPE_ABSTRACT_SOCKETS, SCOPE_SIGNALS = 1, 2
# Unreaped, a process that has ended keeps its number; a round without any living one is the last.
ROUND_SECONDS = 0.001


class Plan(TypedDict):
    """What to run and behind which walls; numbers are of open descriptors, rlimits by the name's last part."""

    parent: int
    argv: list[str]
    environment: dict[str, str]
    folder: str
    stdin: int
    filter: int
    rlimits: dict[str, tuple[int, int]]
    rules: list[tuple[str, int]]


_libc = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: int | bytes | None) -> int:
    padded = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *padded))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _control(option: int, *arguments: int | ctypes.Array[ctypes.c_char]) -> None:
    padded = [ctypes.c_ulong(one) if isinstance(one, int) else one for one in arguments]
    if _libc.prctl(option, *padded, *[ctypes.c_ulong(0)] * (4 - len(padded))) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def find_version() -> int:
    """Return the version of Landlock's interface in this kernel, 0 when it has none or it is switched off."""
    try:
        return _call(CREATE_RULESET, None, 0, ASK_VERSION)
    except OSError:
        return 0


def restrict(*, files: int, tcp: int, scopes: int, rules: Iterable[tuple[str, int]]) -> None:
    """Give this process, and all that it starts, no other access than `rules` (path, access) grant."""
    attributes = struct.pack("=QQQ", files, tcp, scopes)
    ruleset = _call(CREATE_RULESET, attributes, len(attributes), 0)
    for path, access in rules:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        granted = access if stat.S_ISDIR(os.fstat(place).st_mode) else access & OF_FILES
        _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", granted, place), 0)
        os.close(place)
    _call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _load_filter(descriptor: int) -> None:
    program = os.pread(descriptor, 65_536, 0)
    instructions = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    _control(SET_SECCOMP, FILTER_MODE, ctypes.create_string_buffer(header))


def _become_program(plan: Plan) -> NoReturn:
    """Raise the walls, wait for the word, and turn into the program."""
    try:
        os.setsid()
        _control(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        for name, bounds in plan["rlimits"].items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), bounds)
        os.chdir(plan["folder"])
        restrict(
            files=EVERY_ACCESS, tcp=EVERY_TCP_ACCESS, scopes=SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS, rules=plan["rules"]
        )
        _load_filter(plan["filter"])
    except OSError as error:
        os.write(2, f"{error}\n".encode())
        os._exit(1)
    os.write(2, b"\n")
    if not os.read(0, 1):
        os._exit(1)
    os.dup2(plan["stdin"], 0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # Python ignores these two, and a program would inherit that.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execve(plan["argv"][0], plan["argv"], plan["environment"])
    except OSError as error:
        os.write(2, f"{plan['argv'][0]}: {error.strerror}\n".encode())
        os._exit(127)


def _await_end(program: int) -> int:
    """Reap what ends until the program does, or we are told to stop; return the exit status."""
    while True:
        if signal.sigwait({signal.SIGTERM, signal.SIGCHLD}) == signal.SIGTERM:
            return 128 + signal.SIGKILL
        for pid, status in _reap():
            if pid == program:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code


def _reap() -> list[tuple[int, int]]:
    ended = []
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended.append(found)
    return ended


def _kill_descendants() -> None:
    """Kill what the program has left behind: as their reaper we have every orphan among our children."""
    while living := _list_descendants():
        for pid in living:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        _reap()
        select.select([], [], [], ROUND_SECONDS)


def _list_descendants() -> list[int]:
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        tasks = f"/proc/{waiting.pop()}/task"
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in os.listdir(tasks):  # noqa: PTH208 - pathlib would double the start-up of every program
                with open(f"{tasks}/{task}/children", "rb") as file:  # noqa: PTH123
                    children = [int(word) for word in file.read().split()]
                found += children
                waiting += children
    return found


def main() -> NoReturn:
    """Keep one program."""
    signals = {signal.SIGTERM, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        plan: Plan = json.load(file)
    try:
        _control(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        _control(SET_SUBREAPER, 1)
        _control(SET_NO_NEW_PRIVILEGES, 1)
        # From here on we can signal nothing but what we start: a number that was used again is no danger.
        restrict(files=0, tcp=0, scopes=SCOPE_SIGNALS, rules=())
        if os.getppid() != plan["parent"]:
            os._exit(1)
    except OSError as error:
        os.write(2, f"{error}\n".encode())
        os._exit(1)
    program = os.fork()
    if program == 0:
        _become_program(plan)
    os.close(0)
    os.close(plan["stdin"])
    status = _await_end(program)
    _kill_descendants()
    os._exit(status)


if __name__ == "__main__":
    main()
