"""Tools that read a folder: list its files, read one, search a text. Writes nothing and follows no link out of it.

Arguments are data here and never run; patterns are compared by `fnmatch`, texts as they are, so none can take long.
"""

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from burnish.toolbox import Tool, ToolError, parameters

MOST_FILES = 2_000  # that are looked at in one call
MOST_LISTED = 200
MOST_FOUND = 50
MOST_BYTES = 1_000_000
MOST_LINE_CHARS = 200
HIDDEN = (".", "__pycache__", "node_modules")


def file_tools(folder: Path) -> list[Tool]:
    """Return the tools on `folder`."""
    files = Files(folder)
    return [
        Tool("list_paths", "List the files of the project.",
             parameters("pattern", pattern=("string", "Only files whose path fits, such as *.py.")), files.list_paths),
        Tool("read_file", "Read a text file of the project.", parameters(path=("string", "Path of the file.")),
             files.read_file),
        Tool("search_files", "Find the lines of the project's files that hold a text.",
             parameters("pattern", text=("string", "Text to look for."),
                        pattern=("string", "Only files whose path fits, such as *.py.")), files.search_files),
    ]  # fmt: skip


class Files:
    """One folder, read only."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; where it really is decides what lies inside."""
        self._root = folder.resolve()

    def list_paths(self, *, pattern: str = "*") -> str:
        """Return the paths that fit `pattern`, one a line."""
        names = [name for name in self._names() if fnmatchcase(name, pattern)]
        more = [f"[{len(names) - MOST_LISTED} more]"] if len(names) > MOST_LISTED else []
        return "\n".join([*names[:MOST_LISTED], *more]) or "no files"

    def read_file(self, *, path: str) -> str:
        """Return the text of one file."""
        return self._read(path)

    def search_files(self, *, text: str, pattern: str = "*") -> str:
        """Return the lines that hold `text` as `path:number: line`."""
        if not text:
            raise ToolError("the text to look for is empty")
        found: list[str] = []
        for name in self._names():
            if not fnmatchcase(name, pattern):
                continue
            try:
                lines = self._read(name).splitlines()
            except ToolError:
                continue  # binary or too large: nothing to show of it
            found += [f"{name}:{number}: {line.strip()[:MOST_LINE_CHARS]}"
                      for number, line in enumerate(lines, start=1) if text in line]  # fmt: skip
            if len(found) > MOST_FOUND:
                return "\n".join([*found[:MOST_FOUND], "[more]"])
        return "\n".join(found) or "nothing found"

    def _names(self) -> list[str]:
        return sorted(self._walk())

    def _walk(self) -> Iterator[str]:
        seen = 0
        for place, folders, files in os.walk(self._root):
            folders[:] = sorted(name for name in folders if not name.startswith(HIDDEN))
            for name in sorted(files):
                seen += 1
                if seen > MOST_FILES:
                    return
                if not name.startswith("."):
                    yield str((Path(place) / name).relative_to(self._root))

    def _read(self, path: str) -> str:
        if "\0" in path:
            raise ToolError("a path holds no NUL character")
        try:
            place = (self._root / path).resolve()
        except (OSError, RuntimeError):  # a name that is too long, links that go round
            raise ToolError(f"{path[:MOST_LINE_CHARS]}: no such file") from None
        if not place.is_relative_to(self._root):
            raise ToolError(f"{path} lies outside the project")
        try:
            # Without blocking: a pipe in the folder would wait for a writer.
            descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise ToolError(f"{path}: {(error.strerror or 'no such file').lower()}") from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ToolError(f"{path}: not a file")
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(MOST_BYTES + 1)
        finally:
            os.close(descriptor)
        if len(data) > MOST_BYTES or b"\0" in data:
            raise ToolError(f"{path}: not a text of at most {MOST_BYTES} bytes")
        return data.decode(errors="replace")
