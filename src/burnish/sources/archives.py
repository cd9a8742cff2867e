"""Takes members out of wheels, source archives and npm tarballs by name. Runs nothing in them."""

import contextlib
import difflib
import lzma
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from burnish.errors import BurnishError

DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError)


def extract(archive: Path, *, members: Sequence[str], to: Path, place: str) -> list[str]:
    """Write the members that match `members` below `to`; return their names, sorted.

    A source archive's own top folder (`toolz-1.2.0/`, `package/`) isn't part of a member's name; a pattern with `!`
    takes names away again. Every other pattern must match something. A name that leads out of `to`, a damaged archive
    and a pattern without a match are errors.
    """
    with _damage_explained(place):
        zipped = _is_zip(archive)
        names = _names(archive, zipped=zipped)
    top = "" if zipped else _top_folder(names)
    for name in names:
        _check_inside(name, place=place)
    wanted = _select([name.removeprefix(top) for name in names], patterns=members, place=place)
    with _damage_explained(place):
        for name, content in _contents(archive, zipped=zipped, names={top + name for name in wanted}):
            target = to / name.removeprefix(top)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(content, file, 1 << 20)
    return wanted


def glob_pattern(glob: str) -> re.Pattern[str]:
    """Translate a glob: `*` and `?` stay inside one folder, `**/` is any number of folders."""
    parts = re.split(r"(\*\*/|\*|\?)", glob)
    meaning = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts) + r"\Z")


@contextlib.contextmanager
def _damage_explained(place: str) -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise
        reason = f"the archive is damaged ({error}) though its sha256 is as pinned"
        raise BurnishError(f"{place}: {reason}; pin another file") from None


def _is_zip(archive: Path) -> bool:
    if zipfile.is_zipfile(archive):
        return True
    if tarfile.is_tarfile(archive):
        return False
    raise zipfile.BadZipFile("it is neither zip nor tar, or is cut off")


def _names(archive: Path, *, zipped: bool) -> list[str]:
    if zipped:
        with zipfile.ZipFile(archive) as opened:
            return [info.filename for info in opened.infolist() if not info.is_dir()]
    with tarfile.open(archive) as tarred:
        return [info.name for info in tarred if info.isfile()]


def _contents(archive: Path, *, zipped: bool, names: set[str]) -> Iterator[tuple[str, IO[bytes]]]:
    if zipped:
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(names):
                with opened.open(name) as content:
                    yield name, content
        return
    with tarfile.open(archive) as tarred:
        for info in tarred:
            file = tarred.extractfile(info) if info.isfile() and info.name in names else None
            if file is not None:
                yield info.name, file


def _top_folder(names: Sequence[str]) -> str:
    tops = {name.partition("/")[0] for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""


def _check_inside(name: str, *, place: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or not parts or parts[0] == "/" or ":" in parts[0]:
        reason = f"member {name!r} leads out of its folder; nothing of this archive was written"
        raise BurnishError(f"{place}: {reason}; pin another file")


def _select(names: Sequence[str], *, patterns: Sequence[str], place: str) -> list[str]:
    chosen: set[str] = set()
    for pattern in patterns:
        found = set(filter(glob_pattern(pattern.removeprefix("!")).match, names))
        if pattern.startswith("!"):
            chosen -= found
            continue
        if not found:
            near = difflib.get_close_matches(pattern, names, n=3, cutoff=0.4) or sorted(names)[:3]
            raise BurnishError(f"{place}: no member {pattern!r} in the archive; near it are: {', '.join(near)}")
        chosen |= found
    return sorted(chosen)
