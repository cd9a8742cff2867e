"""What a program may see and do, one attack a test: network, files, environment, namespaces, system calls."""

import json
import platform
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from burnish.seccomp import ABSENT, FORBIDDEN, MACHINES
from tests.boxes import SOURCE, make_marker, python


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_network_outside_is_unreachable(listener: socket.socket) -> None:
    program = f"""
import socket
for address in (("127.0.0.1", {listener.getsockname()[1]}), ("192.0.2.1", 80)):
    try: socket.create_connection(address, timeout=2); print("reached")
    except OSError as error: print(type(error).__name__)
"""
    assert python(program).stdout == b"ConnectionRefusedError\nOSError\n"


def test_abstract_sockets_outside_are_unreachable() -> None:
    name = make_marker("abstract")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + name)
        server.listen()
        result = python(f"import socket; socket.socket(socket.AF_UNIX).connect('\\0{name}')")
    assert b"ConnectionRefusedError" in result.stderr


def test_loopback_inside_works() -> None:
    program = (
        "import socket\nserver = socket.create_server(('localhost', 0))\n"
        "client = socket.create_connection(server.getsockname())\nserver.accept()[0].send(b'hi')\nprint(client.recv(2))"
    )
    assert python(program).stdout == b"b'hi'\n"


def test_environment_of_the_caller_is_invisible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURNISH_TEST_SECRET", "canary-4711")
    program = """
import glob, os
print(dict(os.environ))
for path in glob.glob("/proc/*/environ"):
    try: print(open(path).read())
    except OSError: pass
"""
    result = python(program)
    assert b"PATH" in result.stdout and b"canary" not in result.stdout and b"SECRET" not in result.stdout


def test_files_of_the_machine_are_invisible(tmp_path: Path) -> None:
    (secret := tmp_path / "secret.txt").write_text("x")
    hidden = [
        str(secret),
        "/etc/shadow",
        __file__,
        str(SOURCE / "burnish/sandbox.py"),
        f"/proc/1/root{secret}",
        "/var",
        "/work",
    ]
    assert python(f"import os; print([p for p in {hidden!r} if os.path.exists(p)])").stdout == b"[]\n"


def test_system_and_interpreter_are_read_only() -> None:
    folders = ["/usr", "/usr/lib", "/etc", "/", sys.base_prefix, "/proc/sys/kernel"]
    program = f"""
for folder in {folders!r}:
    try: open(folder + "/burnish-test", "w"); print("wrote", folder)
    except OSError: pass
"""
    assert python(program).stdout == b""


@pytest.mark.parametrize("name", ["/etc/hosts", "../outside", "a/../../b", ""])
def test_input_files_stay_in_the_working_directory(name: str) -> None:
    with pytest.raises(ValueError, match="relative path"):
        python("", files={name: "x"})


def test_files_appear_and_vanish() -> None:
    program = "import os; print(sorted(os.listdir()), open('a/b.txt').read()); open('new', 'w'); open('a/b.txt', 'w')"
    outputs = [python(program, files={"a/b.txt": "text", "c.bin": b"\0"}).stdout for _ in range(2)]
    assert outputs == [b"['a', 'c.bin'] text\n"] * 2


def test_binds_are_read_only(tmp_path: Path) -> None:
    (folder := tmp_path / "modules").mkdir()
    tmp_path.chmod(0o700)  # its parents are closed to the program, itself it is not
    (folder / "m.txt").write_text("bound")
    program = "print(open('modules/m.txt').read())\ntry: open('modules/x', 'w')\nexcept OSError: print('read-only')"
    assert python(program, binds={"modules": folder}).stdout == b"bound\nread-only\n"
    assert [path.name for path in folder.iterdir()] == ["m.txt"]


def test_namespaces_inside_are_refused() -> None:
    program = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000):
    print(libc.unshare(flag), ctypes.get_errno())
print(os.system("unshare --user true 2> /dev/null") != 0)
"""
    assert python(program).stdout == b"-1 1\n" * 4 + b"True\n"


def test_listed_system_calls_fail_inside() -> None:
    column = MACHINES[platform.machine()].column
    calls = {name: pair[column] for name, pair in {**FORBIDDEN, **ABSENT}.items() if pair[column] is not None}
    program = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
codes = {{}}
for name, number in {calls!r}.items():
    ctypes.set_errno(0)
    codes[name] = [libc.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno()]
import json; print(json.dumps(codes))
"""
    expected = {name: [-1, 1 if name in FORBIDDEN else 38] for name in calls}
    assert json.loads(python(program).stdout) == expected


def test_privileges_are_gone() -> None:
    program = """
import os
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
print([status[name].strip().strip("0") for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "Groups")][:5])
print(os.getuid() != 0, status["NoNewPrivs"].strip(), status["Seccomp"].strip())
"""
    assert python(program).stdout == b"['', '', '', '', '']\nTrue 1 2\n"


def test_hash_order_is_the_same_tomorrow() -> None:
    program = "print(list({'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'}))"
    assert len({python(program).stdout for _ in range(4)}) == 1
