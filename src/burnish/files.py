"""Writing files so that a reader finds the old content or the new, never half of one.

Everything goes to a temporary name beside its target and is renamed when complete. A full disk leaves the target as it
was and removes the temporary name; what a killed process left goes when the same target is written again. A symbolic link
is replaced, not followed: it may be DVC's, into its cache.
"""

import contextlib
import errno
import glob
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from burnish.errors import BurnishError


def atomic_write(path: Path, content: str | bytes) -> None:
    """Replace `path` by `content` in one step; text is written as UTF-8.

    Raises:
        BurnishError: `path` names a folder, a device or nothing, or can't be written.
    """
    data = content.encode() if isinstance(content, str) else content
    with _named(path):
        if path.exists() and not path.is_file():
            raise BurnishError(f"{path} is there and isn't a file; give another name")
        partial = _make_partial(path)
        with _no_leftover(partial, target=path):
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replace `path` by canonical JSON: sorted keys, two spaces, one newline at the end."""
    atomic_write(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path, *, remedy: str = "run: dvc repro") -> dict[str, Any]:
    """Read a JSON mapping, such as metrics and records are; `remedy` says what to do about one that can't be read."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BurnishError(f"{path} isn't readable ({error}); {remedy}") from None
    if not isinstance(content, dict):
        raise BurnishError(f"{path} isn't readable (it holds no mapping); {remedy}")
    return content


@contextlib.contextmanager
def atomic_directory(path: Path) -> Iterator[Path]:
    """Yield an empty directory that becomes `path` when the block ends without an error.

    Raises:
        BurnishError: `path` names a file, a device or nothing, or can't be written.
    """
    with _named(path):
        if path.exists() and not path.is_dir():
            raise BurnishError(f"{path} is there and isn't a folder; give another name")
        partial = _make_partial(path)
        partial.mkdir()
    with _no_leftover(partial, target=path):
        yield partial
        with _named(path):
            _swap(partial, path)


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, or of a directory as its sorted relative names and file digests."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if not path.is_dir():
        raise BurnishError(f"{path} is missing; `dvc repro` makes it, `dvc checkout` restores it from the cache")
    lines = [f"{file.relative_to(path)} {digest_of(file)}\n" for file in sorted(path.rglob("*")) if file.is_file()]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _make_partial(path: Path) -> Path:
    """Return the temporary name of `path` in a folder that is there, without what killed processes left beside it."""
    if not path.name:
        raise BurnishError(f"{path} can't be written: it has no name of its own; give one")
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}.partial-"
    for left in path.parent.glob(f"{glob.escape(prefix)}*"):
        pid = left.name.removeprefix(prefix).partition(".")[0]
        if pid.isdigit() and (int(pid) == os.getpid() or not Path(f"/proc/{pid}").exists()):
            _remove(left)
    return path.with_name(f"{prefix}{os.getpid()}")


def _swap(partial: Path, path: Path) -> None:
    """Put `partial` at `path`; the old folder is moved away first, as removing it takes long enough to be killed in."""
    if path.is_symlink() or not path.exists():
        path.unlink(missing_ok=True)
        partial.replace(path)
        return
    old = path.with_name(f"{partial.name}.old")
    path.replace(old)
    partial.replace(path)
    _remove(old)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let an error of the system name the file that was asked for, not the temporary one."""
    try:
        yield
    except OSError as error:
        raise BurnishError(f"{path} can't be written: {(error.strerror or str(error)).lower()}") from None


@contextlib.contextmanager
def _no_leftover(partial: Path, *, target: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        _remove(partial)
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise BurnishError(f"{target}: the disk is full; free some space and run the same command again") from None
        raise


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
