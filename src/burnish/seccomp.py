"""Assembles the system call filter of the sandbox: classic BPF for seccomp(2), on x86_64 and aarch64.

Namespaces, a dropped uid and rlimits contain a program; the filter takes away the parts of the kernel that it has no
use for and where containment has failed before. It denies by list, since interpreters need most of the rest. Calls that
libraries probe for fail with ENOSYS, so that they fall back; the others with EPERM.
"""

import errno
import struct
from collections.abc import Iterable
from typing import NamedTuple

from burnish.errors import BurnishError

# Instructions: linux/bpf_common.h. Results and the layout of struct seccomp_data: linux/seccomp.h.
LOAD_WORD, AND = 0x20, 0x54
JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT = 0x15, 0x35, 0x45
RETURN = 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
NUMBER_OFFSET, ARCHITECTURE_OFFSET, ARGUMENTS_OFFSET = 0, 4, 16
X32_BIT = 0x40000000

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
NAMESPACE_FLAGS = 0x7E020000
# Both put characters into the queue of a terminal, as if they had been typed there.
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
# FS_IOC_SETFLAGS and FS_IOC_FSSETXATTR: the owner of a file may, without opening it for writing.
SET_FLAGS, SET_ATTRIBUTES = 0x40086602, 0x401C5820
UNIX, INET, INET6, NETLINK = 1, 2, 10, 16
STREAM, KIND_OF_SOCKET = 1, 0xF
ROUTE_PROTOCOL = 0
DEFAULT_PROTOCOL, TCP, UDP = 0, 6, 17


class Machine(NamedTuple):
    """A processor architecture: its AUDIT_ARCH number and its place in the pairs below."""

    audit: int
    column: int


MACHINES = {"x86_64": Machine(0xC000003E, 0), "aarch64": Machine(0xC00000B7, 1)}

Numbers = tuple[int | None, int | None]

FORBIDDEN: dict[str, Numbers] = {
    # other processes' memory and files
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "move_pages": (279, 239), "migrate_pages": (256, 238),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "sethostname": (170, 161), "setdomainname": (171, 162),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "create_module": (174, None),
    "query_module": (178, None), "get_kernel_syms": (177, None), "syslog": (103, 116), "reboot": (169, 142),
    "acct": (163, 89), "swapon": (167, 224), "swapoff": (168, 225), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "fanotify_init": (300, 262), "lookup_dcookie": (212, 18), "nfsservctl": (180, 42), "vhangup": (153, 58),
    "_sysctl": (156, None), "sysfs": (139, None), "uselib": (134, None), "ustat": (136, None),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "personality": (135, 92),
    # keys and clocks have no namespace
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
}  # fmt: skip

ABSENT: dict[str, Numbers] = {
    # its flags lie behind a pointer, where a filter can't read them; the C library falls back to clone
    "clone3": (435, 435),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    # memory that no process maps, which the watcher would not see
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "semget": (64, 190),
    "msgget": (68, 186),
}  # fmt: skip

# Forbidden besides where a program shares the machine's process table, files and sockets with its user.
SHARED: dict[str, Numbers] = {
    # Landlock guards what files hold, not whose they are and when they were touched
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "setxattrat": (463, 463), "removexattrat": (466, 466), "file_setattr": (469, 469),
    "inotify_add_watch": (254, 27),
    # sockets with an address, and descriptors on the way from one to another, which nobody could count
    "connect": (42, 203), "bind": (49, 200), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    # what reaches other processes of the user
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
    "shmat": (30, 196), "shmctl": (31, 195), "semctl": (66, 191), "semop": (65, 193), "semtimedop": (220, 192),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180), "mq_unlink": (241, 181),
}  # fmt: skip
# Calls whose first argument is a process; 0 is the caller.
OF_OTHERS: tuple[Numbers, ...] = ((302, 261), (203, 122))  # prlimit64, sched_setaffinity

CLONE: Numbers = (56, 220)
IOCTL: Numbers = (16, 29)
SOCKETS: tuple[Numbers, ...] = ((41, 198), (53, 199))


def assemble_filter(machine: str, *, shares_machine: bool) -> bytes:
    """Return the filter for `machine` (as `platform.machine()` names it) as an array of struct sock_filter.

    `shares_machine`: the program has no namespaces, so that a file's owner, a socket's address and a process's number
    mean the machine's own.

    Raises:
        BurnishError: the machine is neither x86_64 nor aarch64.
    """
    if machine not in MACHINES:
        known = ", ".join(MACHINES)
        raise BurnishError(f"the sandbox has no system call filter for {machine}; run on one of: {known}")
    audit, column = MACHINES[machine]
    program = [
        _load(ARCHITECTURE_OFFSET), *_unless(JUMP_EQUAL, audit, [_fail(errno.ENOSYS)]), _load(NUMBER_OFFSET),
        *_when(JUMP_AT_LEAST, X32_BIT, [_fail(errno.ENOSYS)]),
    ]  # fmt: skip
    for denied, code in (
        (FORBIDDEN, errno.EPERM),
        (ABSENT, errno.ENOSYS),
        (SHARED if shares_machine else {}, errno.EPERM),
    ):
        for numbers in denied.values():
            program += _on_call(numbers[column], [_fail(code)])
    program += _on_call(CLONE[column], [_load_argument(0), *_refuse(JUMP_ANY_BIT, NAMESPACE_FLAGS), _allow()])
    requests = (TIOCSTI, TIOCLINUX, *((SET_FLAGS, SET_ATTRIBUTES) if shares_machine else ()))
    refused = [word for request in requests for word in _refuse(JUMP_EQUAL, request)]
    program += _on_call(IOCTL[column], [_load_argument(1), *refused, _allow()])
    if shares_machine:
        for numbers in OF_OTHERS:
            program += _on_call(numbers[column], [_load_argument(0), *_permit((0,)), _fail(errno.EPERM)])
    create, create_pair = (numbers[column] for numbers in SOCKETS)
    program += _on_call(create, [_fail(errno.EAFNOSUPPORT)] if shares_machine else _socket_rules())
    program += _on_call(create_pair, _pair_rules() if shares_machine else _socket_rules())
    return b"".join([*program, _allow()])


def _pair_rules() -> list[bytes]:
    """Allow pairs of streams, which can't be turned to another address."""
    kind = [_load_argument(1), _instruction(AND, KIND_OF_SOCKET), *_permit((STREAM,)), _fail(errno.EPROTONOSUPPORT)]
    return [_load_argument(0), *_when(JUMP_EQUAL, UNIX, kind), _fail(errno.EAFNOSUPPORT)]


def _socket_rules() -> list[bytes]:
    """Allow local sockets, TCP, UDP and route queries: VSOCK and others know no network namespace."""
    internet = [_load_argument(2), *_permit((DEFAULT_PROTOCOL, TCP, UDP)), _fail(errno.EPROTONOSUPPORT)]
    netlink = [_load_argument(2), *_permit((ROUTE_PROTOCOL,)), _fail(errno.EPROTONOSUPPORT)]
    return [
        _load_argument(0), *_permit((UNIX,)), *_when(JUMP_EQUAL, INET, internet), *_when(JUMP_EQUAL, INET6, internet),
        *_when(JUMP_EQUAL, NETLINK, netlink), _fail(errno.EAFNOSUPPORT),
    ]  # fmt: skip


def _on_call(number: int | None, block: list[bytes]) -> list[bytes]:
    return [] if number is None else _when(JUMP_EQUAL, number, block)


def _permit(values: Iterable[int]) -> list[bytes]:
    return [word for value in values for word in _when(JUMP_EQUAL, value, [_allow()])]


def _refuse(test: int, value: int) -> list[bytes]:
    return _when(test, value, [_fail(errno.EPERM)])


def _when(test: int, value: int, block: list[bytes]) -> list[bytes]:
    """Run the block, which must end in a return, when the test holds, and pass it over otherwise."""
    return [_instruction(test, value, otherwise=len(block)), *block]


def _unless(test: int, value: int, block: list[bytes]) -> list[bytes]:
    return [_instruction(test, value, then=len(block)), *block]


def _load(offset: int) -> bytes:
    return _instruction(LOAD_WORD, offset)


def _load_argument(index: int) -> bytes:
    # the low half of 64 bits: what is tested are ints, both machines are little-endian
    return _instruction(LOAD_WORD, ARGUMENTS_OFFSET + 8 * index)


def _allow() -> bytes:
    return _instruction(RETURN, ALLOW)


def _fail(code: int) -> bytes:
    return _instruction(RETURN, FAIL | code)


def _instruction(code: int, value: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
