"""The files of one source, in a folder or in one archive: forty archives travel and are checked faster than thousands of files.

Equal files give equal bytes: names in order, one date, nothing compressed.
"""

import shutil
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from burnish.errors import BurnishError

SUFFIX = ".zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX, READABLE = 3, 0o100644 << 16


def pack(folder: Path) -> Path:
    """Put an archive with the files of `folder` in its place; return it."""
    archive = folder.with_name(f"{folder.name}{SUFFIX}")
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            info.create_system, info.external_attr = UNIX, READABLE
            packed.writestr(info, path.read_bytes())
    shutil.rmtree(folder)
    return archive


def find_source(group: Path, name: str) -> Path:
    """Return where the source `name` of a fetched group lies: its archive, or else its folder."""
    archive = group / f"{name}{SUFFIX}"
    return archive if archive.is_file() else group / name


def read_files(source: Path, *, suffixes: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files with one of `suffixes`, in the order of their paths."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path.relative_to(source).as_posix(), path.read_bytes()
        return
    try:
        with zipfile.ZipFile(source) as packed:
            for name in map(str, sorted(map(PurePosixPath, packed.namelist()))):
                if PurePosixPath(name).suffix in suffixes:
                    yield name, packed.read(name)
    except (OSError, zipfile.BadZipFile) as error:
        reason = f"{source} isn't readable ({error}); `dvc repro fetch` makes it, `dvc checkout` restores it"
        raise BurnishError(reason) from None


def read_texts(source: Path, *, suffixes: Collection[str]) -> dict[str, str]:
    """Return the same files as texts with plain line ends; what isn't UTF-8 in them is replaced."""
    return {name: _plain(content.decode(errors="replace")) for name, content in read_files(source, suffixes=suffixes)}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
