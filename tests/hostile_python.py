"""Hostile Python programs for the sandbox, by name. Each prints LEAK and what, when it got what it wanted.

They run after `PRELUDE`, which reads what to attack from stdin: paths, ports, process numbers of the machine.
"""

PRELUDE = r"""
import ctypes, errno, glob, json, os, signal, socket, struct, sys, threading, time
asked = json.load(sys.stdin)
libc = ctypes.CDLL(None, use_errno=True)
def leak(what):
    print("LEAK", what, flush=True)
def attempt(what, action):
    try:
        result = action()
    except BaseException as error:
        return
    if result or result is None:
        leak(f"{what}: {result!r}")
def read(path):
    with open(path, "rb") as file:
        data = file.read(100_000)
    return data if asked["canary"].encode() in data else False
def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result < 0:
        raise OSError(ctypes.get_errno())
    return f"returned {result}"
def fork(action):
    pid = os.fork()
    if pid == 0:
        try:
            action()
        finally:
            os._exit(0)
    return pid
"""

# Programs that end by themselves.
ENDING = {
    # network
    "tcp to the machine": """
for address in ("127.0.0.1", "::1", "0.0.0.0", asked["address"]):
    attempt(address, lambda: socket.create_connection((address, asked["tcp"]), timeout=1))
""",
    "udp to the machine": """
def send(family, address):
    with socket.socket(family, socket.SOCK_DGRAM) as outside:
        outside.sendto(asked["canary"].encode(), (address, asked["udp"]))
    return False  # the listener tells whether it came
for family, address in ((2, "127.0.0.1"), (10, "::1"), (2, asked["address"])):
    attempt(address, lambda: send(family, address))
""",
    "name service": """
for name in ("example.com", "localhost.example.com", "xn--nxasmq6b"):
    attempt(name, lambda: socket.getaddrinfo(name, 80))
attempt("hosts", lambda: read("/etc/hosts") or read("/etc/resolv.conf"))
""",
    "name service by hand": """
query = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + b"\\7example\\3com\\0" + struct.pack(">2H", 1, 1)
def ask(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.settimeout(0.3)
        outside.sendto(query, (server, 53))
        return outside.recv(512)
for server in ("127.0.0.53", "127.0.0.11", "8.8.8.8", "1.1.1.1"):
    attempt(server, lambda: ask(server))
""",
    "metadata service of a cloud": """
for address in ("169.254.169.254", "fd00:ec2::254", "192.0.2.1"):
    attempt(address, lambda: socket.create_connection((address, 80), timeout=0.5))
""",
    "raw and packet sockets": """
for family, kind, protocol in ((2, 3, 1), (10, 3, 58), (17, 3, 768), (2, 2, 1), (2, 1, 132), (2, 1, 262)):
    attempt((family, kind, protocol), lambda: socket.socket(family, kind, protocol))
""",
    "sockets that know no namespace": """
for family in (40, 38, 29, 31, 16, 44, 21):  # vsock, alg, can, bluetooth, netlink, xdp, rds
    attempt(family, lambda: socket.socket(family, 3, 12) if family == 16 else socket.socket(family, 1, 0))
""",
    "interfaces of the machine": """
attempt("names", lambda: [name for _, name in socket.if_nameindex() if name != "lo"])
for path in ("/proc/net/route", "/proc/self/net/tcp", "/proc/self/net/unix", "/sys/class/net"):
    attempt(path, lambda: asked["interface"] in (open(path).read() if os.path.isfile(path) else os.listdir(path)))
""",
    "unix sockets of the machine": """
for address in (asked["socket"], "\\0" + asked["abstract"], "/run/dbus/system_bus_socket", "/var/run/docker.sock"):
    for kind in (1, 2, 5):
        attempt((address, kind), lambda: socket.socket(1, kind).connect(address))
""",
    "a pair of datagram sockets, turned around": """
def turn():
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(asked["canary"].encode(), asked["datagrams"])
    return False
attempt("sendto", turn)
attempt("connect", lambda: socket.socketpair(1, 2)[0].connect(asked["datagrams"]))
attempt("sendmsg", lambda: socket.socketpair(1, 2)[0].sendmsg([b"x"], [], 0, asked["datagrams"]))
""",
    # files
    "a secret file": """
for path in (asked["secret"], "/etc/shadow", "/etc/gshadow", os.path.dirname(asked["secret"])):
    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path).read() or "opened")
""",
    "a secret by way of /proc": """
numbers = [*range(1, 8), asked["victim"], os.getppid(), os.getpid()]
for place in [f"/proc/{n}/{way}" for n in numbers for way in ("root", "cwd", "task/1/root")] + ["/proc/self/root"]:
    attempt(place, lambda: read(place + asked["secret"]))
for path in glob.glob("/proc/*/fd/*"):
    if "self/" not in path and f"/{os.getpid()}/" not in path:
        attempt(path, lambda: read(path))
""",
    "symlinks": """
os.symlink(asked["secret"], "file")
os.symlink(os.path.dirname(asked["secret"]), "folder")
os.symlink("/", "root")
os.symlink("/proc/self/fd", "descriptors")
for path in ("file", "folder/" + os.path.basename(asked["secret"]), "root" + asked["secret"]):
    attempt(path, lambda: read(path))
    attempt(path, lambda: open(path, "a").write("x"))
""",
    "symlinks in a race": """
os.mkdir("real")
open("real/" + os.path.basename(asked["secret"]), "w").close()
os.symlink(os.path.dirname(asked["secret"]), "false")
os.symlink("real", "link")
until = time.monotonic() + 0.5
def swap():
    while time.monotonic() < until:
        for target in ("false", "real"):
            os.symlink(target, "next")
            os.rename("next", "link")
threading.Thread(target=swap, daemon=True).start()
while time.monotonic() < until:
    attempt("race", lambda: read("link/" + os.path.basename(asked["secret"])))
""",
    "hard links and moves": """
attempt("link", lambda: os.link(asked["secret"], "mine") or read("mine"))
attempt("rename away", lambda: os.rename(asked["secret"], "taken"))
attempt("rename over", lambda: (open("x", "w").close(), os.rename("x", asked["secret"])))
attempt("exchange", lambda: (open("y", "w").close(), call(316, -100, b"y", -100, asked["secret"].encode(), 2)))
""",
    "up and out": """
for depth in range(1, 12):
    path = "../" * depth + asked["secret"].lstrip("/")
    attempt(path, lambda: read(path))
    attempt("chdir", lambda: (os.chdir("../" * depth), read(asked["secret"].lstrip("/")))[1])
attempt("openat of the root", lambda: os.open(asked["secret"].lstrip("/"), os.O_RDONLY, dir_fd=os.open("/", os.O_PATH)))
""",
    "a changed root": """
os.mkdir("new")
attempt("chroot", lambda: os.chroot("new"))
attempt("pivot_root", lambda: call(155, b"new", b"new"))
attempt("handle", lambda: call(304, -100, b"x" * 64, 0))
""",
    "changing a file of the machine": """
path = asked["secret"]
for mode in ("a", "w", "r+"):
    attempt(mode, lambda: open(path, mode).write("changed"))
for name, action in {
    "truncate": lambda: os.truncate(path, 0), "remove": lambda: os.unlink(path), "chmod": lambda: os.chmod(path, 0o777),
    "chown": lambda: os.chown(path, os.getuid(), -1), "utime": lambda: os.utime(path, (1, 1)),
    "xattr": lambda: os.setxattr(path, "user.x", b"1"), "create": lambda: open(path + ".new", "w"),
    "mkdir": lambda: os.mkdir(path + ".d"), "symlink": lambda: os.symlink("x", path + ".l"),
}.items():
    attempt(name, action)
""",
    "a verdict of its own": """
verdict = json.dumps({"passed": True, "outcomes": [{"value": True}]}) + "\\n"
for number in range(3, 300):
    try:
        os.write(number, verdict.encode())
        leak(f"descriptor {number} takes it")
    except OSError:
        pass
for path in (asked["secret"], "/verdict.json", "/tmp/../verdict.json", "/dev/shm/../../verdict.json"):
    attempt(path, lambda: open(path, "w").write(verdict))
""",
    "the interpreter and its packages": """
import sysconfig
folders = [sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "scripts")] + ["/usr/bin", "/usr/lib", "/bin"]
for folder in folders:
    attempt(folder, lambda: open(folder + "/burnish_evil.pth", "w"))
attempt("python", lambda: open(sys.executable, "r+b"))
attempt("chmod", lambda: os.chmod(sys.executable, 0o777))
""",
    "the system's settings": """
for path in ("/etc/passwd", "/etc/ld.so.preload", "/etc/cron.d/evil", "/etc/hosts", "/proc/sys/kernel/core_pattern",
             "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches", "/sys/kernel/mm/ksm/run", "/sys/fs/cgroup/evil"):
    attempt(path, lambda: open(path, "w").write("1"))
attempt("hostname", lambda: socket.sethostname("evil"))
attempt("clock", lambda: time.clock_settime(time.CLOCK_REALTIME, 0))
""",
    "devices": """
import stat
for path in ("/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/loop0"):
    attempt(path, lambda: os.open(path, os.O_RDONLY))
for kind, number in ((stat.S_IFBLK, (8, 0)), (stat.S_IFBLK, (254, 0)), (stat.S_IFCHR, (1, 1))):
    attempt(number, lambda: os.mknod("device", kind | 0o666, os.makedev(*number)))
""",
    "watching a folder of the machine": """
folder = os.path.dirname(asked["secret"]).encode()
def watch():
    descriptor = libc.inotify_init()
    return libc.inotify_add_watch(descriptor, folder, 0xFFF) >= 0
attempt("inotify", watch)
attempt("fanotify", lambda: call(300, 0, 0))
""",
    # processes
    "the environment of others": """
for path in glob.glob("/proc/*/environ") + [f"/proc/{asked['victim']}/environ", f"/proc/{os.getppid()}/environ"]:
    attempt(path, lambda: read(path))
attempt("own", lambda: [name for name in os.environ if "BURNISH" in name or "SECRET" in name])
""",
    "the command lines of others": """
for path in glob.glob("/proc/[0-9]*/cmdline") + [f"/proc/{asked['victim']}/{name}" for name in ("cmdline", "maps", "status")]:
    attempt(path, lambda: read(path))
""",
    "inherited descriptors": """
for number in range(3, 1024):
    try:
        found = os.fstat(number)
    except OSError:
        continue
    if found.st_ino != os.fstat(0).st_ino:  # its own input, once more, is nothing new to it
        leak(f"descriptor {number} is open: {found}")
""",
    "what lies behind its own descriptors": """
for number in (0, 1, 2):
    attempt("reopen", lambda: os.readlink(f"/proc/self/fd/{number}").startswith(("/home", "/root", "/tmp/pytest")))
attempt("change the input", lambda: os.write(0, b"x"))
attempt("grow the input", lambda: os.ftruncate(0, 10_000))
""",
    "memory of others": """
numbers = [1, os.getppid(), asked["victim"], asked["caller"]]
for number in numbers:
    attempt(f"mem {number}", lambda: open(f"/proc/{number}/mem", "r+b"))
    attempt("ptrace", lambda: call(101, 16, number, 0, 0))
    attempt("seize", lambda: call(101, 0x4206, number, 0, 0))
    attempt("vm", lambda: call(310, number, b"x" * 16, 1, b"x" * 16, 1, 0))
    attempt("pidfd", lambda: call(438, os.pidfd_open(number), 1, 0))
attempt("traceme", lambda: call(101, 0, 0, 0, 0))
""",
    "signals to others": """
for number in (asked["victim"], asked["caller"], -asked["victim"]):
    for which in (0, signal.SIGUSR1, signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        attempt(f"{number} {which}", lambda: os.kill(number, which))
    attempt("pidfd", lambda: signal.pidfd_send_signal(os.pidfd_open(number), signal.SIGKILL))
    attempt("queue", lambda: call(129, number, 9, b"\\0" * 128))
""",
    "signals by owner of a descriptor": """
import fcntl
one, other = os.pipe()
def send():
    fcntl.fcntl(one, fcntl.F_SETOWN, asked["victim"])
    fcntl.fcntl(one, 10, signal.SIGKILL)  # F_SETSIG
    fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(other, b"x")
    time.sleep(0.1)
    return False  # the victim tells
attempt("owner", send)
""",
    "limits and ranks of others": """
import resource
victim = asked["victim"]
attempt("rlimit", lambda: resource.prlimit(victim, resource.RLIMIT_CPU, (0, 0)))
attempt("affinity", lambda: os.sched_setaffinity(victim, {0}))
attempt("nice", lambda: os.setpriority(os.PRIO_PROCESS, victim, 19))
attempt("idle", lambda: os.sched_setscheduler(victim, os.SCHED_IDLE, os.sched_param(0)))
attempt("higher", lambda: resource.setrlimit(resource.RLIMIT_NPROC, (10_000, 10_000)))
attempt("longer", lambda: resource.setrlimit(resource.RLIMIT_CPU, (10_000, 10_000)))
""",
    "shared memory and queues of the machine": """
attempt("segment", lambda: call(30, asked["segment"], 0, 0))
for key in range(0, 40):
    attempt(key, lambda: call(29, key, 4096, 0o1666))
attempt("queue", lambda: libc.mq_open(b"/burnish", 0o102, 0o666, None) >= 0 and asked["shares"])
attempt("semaphores", lambda: call(64, 7, 1, 0o1666))
attempt("messages", lambda: call(68, 7, 0o1666))
""",
    # privileges and the kernel
    "becoming root": """
for name, action in {
    "setuid": lambda: os.setuid(0), "setreuid": lambda: os.setreuid(0, 0), "setresuid": lambda: os.setresuid(0, 0, 0),
    "setgid": lambda: os.setgid(0), "setgroups": lambda: os.setgroups([0]), "setfsuid": lambda: libc.setfsuid(0) and False,
}.items():
    attempt(name, action)
if 0 in (os.getuid(), os.geteuid()):
    leak("is root")
""",
    "programs with a set-user-id bit": """
import subprocess
for command in (["su", "-c", "id -u"], ["sudo", "-n", "id", "-u"], ["mount", "-t", "tmpfs", "x", "new"],
                ["passwd", "-d", "root"]):
    attempt(command, lambda: subprocess.run(command, capture_output=True, timeout=5, stdin=subprocess.DEVNULL).returncode == 0)
open("own", "w").write("#!/bin/sh\\nid -u")
attempt("own bit", lambda: os.chmod("own", 0o6755) or subprocess.run(["./own"], capture_output=True).stdout == b"0\\n")
""",
    "capabilities": """
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
if int(status["CapEff"], 16) & ~4:  # all but passing closed folders
    leak(status["CapEff"])
data = ctypes.create_string_buffer(struct.pack("=6I", *[0xFFFFFFFF] * 6))
attempt("capset", lambda: call(126, ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0)), data))
attempt("ambient", lambda: libc.prctl(47, 2, 21, 0, 0) == 0)
attempt("no no_new_privs", lambda: libc.prctl(38, 0, 0, 0, 0) == 0)
attempt("no filter", lambda: libc.prctl(22, 0, 0, 0, 0) == 0)
""",
    "nested namespaces": """
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x4000000, 0x8000000, 0x2000000, 0x80):
    attempt(f"unshare {flag:x}", lambda: call(272, flag))
    attempt(f"clone {flag:x}", lambda: call(56, flag | signal.SIGCHLD, 0, 0, 0, 0) if flag != 0x80 else False)
    arguments = ctypes.create_string_buffer(struct.pack("=11Q", flag, 0, 0, 0, signal.SIGCHLD, *[0] * 6))
    attempt(f"clone3 {flag:x}", lambda: call(435, arguments, 88) if flag != 0x80 else False)
for kind in ("net", "mnt", "pid", "user"):
    attempt(kind, lambda: call(308, os.open(f"/proc/self/ns/{kind}", os.O_RDONLY), 0))
""",
    "mounts": """
os.mkdir("place")
attempt("mount", lambda: call(165, b"none", b"place", b"tmpfs", 0, 0))
attempt("bind", lambda: call(165, b"/", b"place", 0, 4096, 0))
attempt("remount", lambda: call(165, b"none", b"/usr", 0, 32, 0))
attempt("umount", lambda: call(166, b"/proc", 2))
for number in (428, 429, 430, 431, 432, 433, 442):
    attempt(number, lambda: call(number, -100, b"/", 0, 0, 0))
""",
    "doors into the kernel": """
for number in (321, 298, 323, 246, 320, 175, 313, 176, 103, 169, 167, 168, 163, 172, 173, 154, 135, 447, 425, 426, 427):
    attempt(number, lambda: call(number, 0, 0, 0, 0, 0, 0))
""",
    "keys": """
for number, arguments in ((248, (b"user", b"burnish", b"x", 1, -3)), (249, (b"user", b"burnish", 0, -3)), (250, (0, -3, 1)),
                          (250, (11, -4, 0, 0)), (250, (1, 0))):
    attempt(number, lambda: call(number, *arguments))
""",
    "a ring of requests": """
parameters = ctypes.create_string_buffer(120)
attempt("io_uring", lambda: call(425, 8, parameters))
attempt("userfaultfd", lambda: call(323, 1))
attempt("perf", lambda: call(298, ctypes.create_string_buffer(120), 0, -1, -1, 0))
""",
    "calls of another architecture": """
import mmap, platform
attempt("x32", lambda: call(0x40000000 + 39))
if platform.machine() == "x86_64":
    # int 0x80: getpid of i386, number 20; the kernel kills it or says that there is none
    code = mmap.mmap(-1, 4096, prot=7)
    code.write(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3")
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    os.waitpid(fork(lambda: attempt("i386", lambda: function() > 0)), 0)
""",
    "typing into a terminal": """
import fcntl
attempt("terminal", lambda: os.open("/dev/tty", os.O_RDWR))
for number in (0, 1, 2):
    for request in (0x5412, 0x541C, 0x5412 | 1 << 40):
        attempt(request, lambda: libc.ioctl(number, ctypes.c_ulong(request), b"x") == 0)
""",
    "a fork bomb": """
children = []
try:
    while len(children) < 300:
        children.append(fork(signal.pause))
except OSError:
    pass
if len(children) > asked["processes"]:
    leak(f"{len(children)} processes")
""",
    "a thread bomb": """
started = 0
try:
    while started < 300:
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
        started += 1
except RuntimeError:
    pass
if started > asked["processes"]:
    leak(f"{started} threads")
""",
    "a file without end": """
with open("huge", "wb") as file:
    attempt("sparse", lambda: os.posix_fallocate(file.fileno(), 0, 1 << 40))
    attempt("truncate", lambda: os.ftruncate(file.fileno(), 1 << 40))
""",
    "zombies": """
for _ in range(10):
    fork(lambda: None)
time.sleep(0.1)
""",
    "a daemon": """
def outlive():
    os.setsid()
    for number in range(1, 32):
        if number not in (9, 19):
            signal.signal(number, signal.SIG_IGN)
    fork(lambda: os.execv(sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(60)", asked["marker"]]))
os.waitpid(fork(outlive), 0)
time.sleep(0.2)
""",
    "a daemon in many generations": """
def go_on(depth):
    os.setsid()
    if depth:
        fork(lambda: go_on(depth - 1))
        os._exit(0)
    os.execv(sys.executable, [sys.executable, "-S", "-c", "import time; time.sleep(60)", asked["marker"]])
fork(lambda: go_on(6))
time.sleep(0.3)
""",
    "last words": """
import atexit
atexit.register(lambda: attempt("late", lambda: read(asked["secret"])))
attempt("dump", lambda: libc.prctl(4, 0, 0, 0, 0) and False)
""",
    "a dump of its memory": """
import resource
attempt("limit", lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30)))
pid = fork(os.abort)
if os.WCOREDUMP(os.waitpid(pid, 0)[1]):
    leak("a core file")
""",
}  # fmt: skip

# Programs that have to be ended, by what ends them.
ENDED = {
    "an endless loop": ("time", "while True: pass"),
    "sleep that ignores signals": (
        "time", "for n in range(1, 32):\n    if n not in (9, 19): signal.signal(n, signal.SIG_IGN)\ntime.sleep(60)",
    ),
    "stopping itself": ("time", "os.kill(os.getpid(), signal.SIGSTOP)"),
    "a fork bomb without end": (
        "time", "while True:\n    try: os.fork(); os.setsid()\n    except OSError: pass",
    ),
    "forks that end and fork again": (
        "any", "while True:\n    try:\n        if os.fork(): os._exit(0)\n        os.setsid()\n    except OSError: pass",
    ),
    "memory": ("kill", "held = []\nwhile True: held.append(b'x' * 4_000_000)"),
    "memory of eight together": (
        "kill", "for _ in range(8):\n    if not os.fork(): break\nheld = b'x' * 60_000_000\ntime.sleep(15)",
    ),
    "memory that is shared": (
        "kill", "import mmap\nheld = [mmap.mmap(-1, 32_000_000) for _ in range(20)]\n"
                "for one in held: one.write(b'x' * 32_000_000)\ntime.sleep(15)",
    ),
    "output without end": ("kill", "while True: os.write(1, b'x' * 65_536)"),
    "errors without end": ("kill", "while True: os.write(2, b'x' * 65_536)"),
    "a kill of all": ("kill", "os.kill(0, signal.SIGKILL)"),
}  # fmt: skip

# Programs that fill the disk: refused or ended, the observer sees that little was written.
FILLING = {
    "many files": """
try:
    for number in range(60): open(f"{number}", "wb").write(b"x" * 4_000_000)
except OSError: pass
time.sleep(0.5)
""",
    "deleted files": """
held = []
try:
    for number in range(60):
        held.append(open("one", "w+b")); os.unlink("one"); held[-1].write(b"x" * 4_000_000); held[-1].flush()
except OSError: pass
time.sleep(0.5)
""",
    "files behind a closed door": """
os.mkdir("dark", 0o300)
try:
    for number in range(60): open(f"dark/{number}", "wb").write(b"x" * 4_000_000)
except OSError: pass
time.sleep(0.5)
""",
    "names without end": """
try:
    for number in range(100_000): open(f"{number}", "w").close()
except OSError: pass
time.sleep(0.5)
""",
}
