"""The filter is executed here by a small interpreter of classic BPF, so both machines are tested on either."""

import errno
import struct

import pytest

from burnish.errors import BurnishError
from burnish.seccomp import (
    ABSENT,
    ALLOW,
    CLONE,
    FAIL,
    FORBIDDEN,
    IOCTL,
    MACHINES,
    OF_OTHERS,
    SHARED,
    SOCKETS,
    assemble_filter,
)

DENIED, UNKNOWN = FAIL | errno.EPERM, FAIL | errno.ENOSYS
# read, write, openat, mmap, futex, execve, kill, setresuid, prctl
ORDINARY = {"x86_64": (0, 1, 257, 9, 202, 59, 62, 117, 157), "aarch64": (63, 64, 56, 222, 98, 221, 129, 147, 167)}
# what fork and a new thread ask clone for
FORK, THREAD = 0x01200011, 0x003D0F00
NEW_USER_NAMESPACE, NEW_NETWORK = 0x10000000, 0x40000000


def execute(program: bytes, *, audit: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """Return the verdict of a filter on one system call (struct seccomp_data of linux/seccomp.h)."""
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    data = struct.pack("=IIQ6Q", number, audit, 0, *padded)
    words = list(struct.iter_unpack("=HBBI", program))
    accumulator = place = 0
    while True:
        code, then, otherwise, value = words[place]
        place += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            accumulator = struct.unpack_from("=I", data, value)[0]
            continue
        if code == 0x54:
            accumulator &= value
            continue
        holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
        place += then if holds else otherwise


@pytest.fixture(params=list(MACHINES))
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def verdict(machine: str, number: int | None, *arguments: int, shares_machine: bool = False) -> int:
    assert number is not None
    program = assemble_filter(machine, shares_machine=shares_machine)
    return execute(program, audit=MACHINES[machine].audit, number=number, arguments=arguments)


def test_every_listed_call_is_denied(machine: str) -> None:
    column = MACHINES[machine].column
    for denied, expected in ((FORBIDDEN, DENIED), (ABSENT, UNKNOWN)):
        numbers = {name: pair[column] for name, pair in denied.items() if pair[column] is not None}
        assert {name: verdict(machine, number) for name, number in numbers.items()} == dict.fromkeys(numbers, expected)


def test_no_number_is_listed_twice(machine: str) -> None:
    column = MACHINES[machine].column
    pairs = [*FORBIDDEN.values(), *ABSENT.values(), *SHARED.values(), *OF_OTHERS, CLONE, IOCTL, *SOCKETS]
    numbers = [pair[column] for pair in pairs if pair[column] is not None]
    assert len(numbers) == len(set(numbers))


def test_ordinary_calls_pass(machine: str) -> None:
    assert {verdict(machine, number) for number in ORDINARY[machine]} == {ALLOW}


def test_clone_makes_processes_and_threads_but_no_namespaces(machine: str) -> None:
    clone = CLONE[MACHINES[machine].column]
    assert [verdict(machine, clone, flags) for flags in (FORK, THREAD)] == [ALLOW, ALLOW]
    assert [verdict(machine, clone, flags) for flags in (NEW_USER_NAMESPACE, FORK | NEW_NETWORK)] == [DENIED, DENIED]


def test_no_typing_into_terminals(machine: str) -> None:
    ioctl = IOCTL[MACHINES[machine].column]
    assert [verdict(machine, ioctl, 0, request) for request in (0x5412, 0x541C, 0x5413)] == [DENIED, DENIED, ALLOW]
    assert verdict(machine, ioctl, 0, 0x5412 | 1 << 40) == DENIED  # the kernel ignores the upper half


def test_only_local_and_internet_sockets(machine: str) -> None:
    socket = SOCKETS[0][MACHINES[machine].column]
    stream = 1
    allowed = [(1, stream, 0), (2, stream, 0), (2, stream, 6), (10, 2, 17), (16, 3, 0)]
    assert {verdict(machine, socket, *arguments) for arguments in allowed} == {ALLOW}
    vsock, algorithms, packets, netfilter, sctp = (40, stream, 0), (38, 5, 0), (17, 3, 0), (16, 3, 12), (2, stream, 132)
    refused = [verdict(machine, socket, *arguments) for arguments in (vsock, algorithms, packets, netfilter, sctp)]
    assert refused == [FAIL | code for code in [errno.EAFNOSUPPORT] * 3 + [errno.EPROTONOSUPPORT] * 2]


def test_without_namespaces_what_reaches_the_machine_is_denied(machine: str) -> None:
    column = MACHINES[machine].column
    numbers = {name: pair[column] for name, pair in SHARED.items() if pair[column] is not None}
    denied = {name: verdict(machine, number, shares_machine=True) for name, number in numbers.items()}
    assert denied == dict.fromkeys(numbers, DENIED)
    assert {verdict(machine, number) for number in numbers.values()} == {ALLOW}


def test_without_namespaces_limits_are_set_of_itself_only(machine: str) -> None:
    for numbers in OF_OTHERS:
        number = numbers[MACHINES[machine].column]
        verdicts = [verdict(machine, number, process, shares_machine=True) for process in (0, 4711)]
        assert verdicts == [ALLOW, DENIED]


def test_without_namespaces_only_pairs_of_streams_are_sockets(machine: str) -> None:
    create, create_pair = (numbers[MACHINES[machine].column] for numbers in SOCKETS)
    stream, datagram, close_on_exec = 1, 2, 0o2000000
    asked = [
        (create, 1, stream),
        (create, 2, stream),
        (create_pair, 1, datagram),
        (create_pair, 1, stream | close_on_exec),
    ]
    verdicts = [verdict(machine, *one, shares_machine=True) for one in asked]
    assert verdicts == [FAIL | errno.EAFNOSUPPORT] * 2 + [FAIL | errno.EPROTONOSUPPORT, ALLOW]


def test_other_architectures_have_no_calls(machine: str) -> None:
    program = assemble_filter(machine, shares_machine=False)
    i386 = 0x40000003
    assert execute(program, audit=i386, number=1) == UNKNOWN
    x32_ptrace = 0x40000000 | 521
    assert execute(program, audit=MACHINES[machine].audit, number=x32_ptrace) == UNKNOWN


def test_filter_fits_the_kernel(machine: str) -> None:
    assert len(assemble_filter(machine, shares_machine=False)) // 8 <= 4096  # BPF_MAXINSNS


def test_unknown_machine_is_named() -> None:
    with pytest.raises(BurnishError, match="riscv64; run on one of: x86_64, aarch64"):
        assemble_filter("riscv64", shares_machine=False)
