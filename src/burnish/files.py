"""Writing files so that a reader finds the old content or the new, never half of one.

Everything goes to a temporary name beside its target and is renamed when complete. A full disk leaves the target as it
was and removes the temporary name.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from burnish.errors import BurnishError


def atomic_write(path: Path, content: str | bytes) -> None:
    """Replace `path` by `content` in one step; text is written as UTF-8."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial(path)
    with _no_leftover(partial, target=path):
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replace `path` by canonical JSON: sorted keys, two spaces, one newline at the end."""
    atomic_write(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


@contextlib.contextmanager
def atomic_directory(path: Path) -> Iterator[Path]:
    """Yield an empty directory that becomes `path` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial(path)
    _remove(partial)
    partial.mkdir()
    with _no_leftover(partial, target=path):
        yield partial
        _remove(path)
        partial.replace(path)


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, or of a directory as its sorted relative names and file digests."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if not path.is_dir():
        raise BurnishError(f"{path} is missing; `dvc repro` makes it, `dvc checkout` restores it from the cache")
    lines = [f"{file.relative_to(path)} {digest_of(file)}\n" for file in sorted(path.rglob("*")) if file.is_file()]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial-{os.getpid()}")


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
