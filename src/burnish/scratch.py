"""Keeps the folder on disk of a program that has no file system of its own: makes it, measures it, removes it."""

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from burnish.errors import BurnishError

# A file costs a disk more than its bytes.
ENTRY_BYTES = 4_096


@contextmanager
def make_folder(files: Mapping[str, str | bytes], *, binds: Mapping[str, Path], uid: int | None) -> Iterator[Path]:
    """Lend a folder that holds the program's files, and links to what is bound; it belongs to `uid`.

    Raises:
        BurnishError: something is bound that doesn't exist, or at an absolute path that isn't its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="burnish-sandbox-")).resolve()
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            path.chmod(0o700)
        for inside, source in binds.items():
            _link(folder, inside, source)
        if uid is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, uid, uid, follow_symlinks=False)
        yield folder
    finally:
        _remove(folder)


def _link(folder: Path, inside: str, source: Path) -> None:
    if not source.exists():
        raise BurnishError(f"the sandbox didn't start: {source} doesn't exist")
    if not Path(inside).is_absolute():
        path = folder / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(source.resolve())
    elif Path(inside) != source:
        raise BurnishError(
            f"without namespaces {source} can't appear at {inside}; bind it at a relative path, or get bubblewrap to work"
        )


def _remove(folder: Path) -> None:
    """Remove the folder; no process of the program is left, but it may have made folders that nobody may enter."""
    for path, names, _ in os.walk(folder):
        for name in names:
            inner = os.path.join(path, name)  # noqa: PTH118 - below, names may be any bytes
            if not os.path.islink(inner):  # noqa: PTH114
                os.chmod(inner, stat.S_IRWXU)  # noqa: PTH101
    shutil.rmtree(folder)


def measure(folder: Path, processes: Iterable[int], *, most: int) -> int:
    """Return the bytes that the folder and what the processes hold of deleted files take, or any number above `most`.

    A folder that can't be read counts as too much.
    """
    sizes: dict[tuple[int, int], int] = {}
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    with contextlib.suppress(FileNotFoundError):
                        _count(sizes, entry.stat(follow_symlinks=False))
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):
            continue  # deleted or replaced meanwhile: the next look is not far
        except OSError:
            return most + 1
        if sum(sizes.values()) > most:
            break
    for process in processes:
        _count_deleted(sizes, process)
    return sum(sizes.values())


def _count(sizes: dict[tuple[int, int], int], found: os.stat_result) -> None:
    sizes[found.st_dev, found.st_ino] = found.st_blocks * 512 + ENTRY_BYTES


def _count_deleted(sizes: dict[tuple[int, int], int], process: int) -> None:
    """Count deleted files that the process has open or mapped, which no folder shows."""
    with contextlib.suppress(OSError):
        for number in os.listdir(f"/proc/{process}/fd"):  # noqa: PTH208 - read hundreds of times a second
            found = os.stat(f"/proc/{process}/fd/{number}")  # noqa: PTH116
            if found.st_nlink == 0 and stat.S_ISREG(found.st_mode):
                _count(sizes, found)
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/maps").read_bytes().splitlines():
            if line.endswith(b"(deleted)"):
                bounds, _, _, device, inode, *_ = line.split()
                start, end = (int(bound, 16) for bound in bounds.split(b"-"))
                major, minor = (int(part, 16) for part in device.split(b":"))
                key = (os.makedev(major, minor), int(inode))
                sizes[key] = max(sizes.get(key, 0), end - start)
