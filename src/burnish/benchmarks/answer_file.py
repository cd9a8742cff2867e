"""Answers of one model on disk: a file of JSON lines that is whole or absent, and a journal beside it while they arrive.

A line holds id, answer, finish, tokens and seconds, so that `burnish grade` reads it, and the key of what was asked: other
answers under the same name are refused, not mixed. A question without an answer has `failure` and is asked again.
"""

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from burnish.chat_client import Reply
from burnish.errors import BurnishError
from burnish.files import atomic_write

Line = dict[str, Any]
JOURNAL = ".partial-answers"
FORM: Mapping[str, type] = {"id": str, "answer": str, "finish": str, "key": str}


class AnswerFile(contextlib.AbstractContextManager["AnswerFile"]):
    """The answers in `path`. Use as a context manager; `add` is safe against a kill, `finish` writes the whole file."""

    def __init__(self, path: Path, *, keys: Mapping[str, str]) -> None:
        """Read what is there; `keys` holds the key of each question by its id."""
        self.path, self._keys = path, keys
        self._journal = path.with_name(f".{path.name}{JOURNAL}")
        self.lines: dict[str, Line] = {}
        self._file: TextIO | None = None

    def __enter__(self) -> "AnswerFile":
        """Take the journal, which one process has at a time."""
        if self.path.is_dir():
            raise BurnishError(f"--out {self.path} is a folder; name a file in it")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._journal.open("a", encoding="utf-8")
        except OSError as error:
            raise BurnishError(f"--out {self.path} can't be written ({error.strerror}); give another file") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise BurnishError(f"{self.path} is being written by another process; wait for it, or give --out") from None
        with self._closed_on_error():
            for place in (self.path, self._journal):
                self.lines |= {line["id"]: line for line in _read_lines(place)}
            _cut_tail(self._journal)
            self._check_keys()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the journal go; after `finish` it is gone."""
        self._close()

    @property
    def missing(self) -> list[str]:
        """The questions that have no answer yet."""
        return [name for name in self._keys if name not in self.lines or "failure" in self.lines[name]]

    def add(self, name: str, reply: Reply) -> None:
        """Keep one reply."""
        assert self._file is not None
        line: Line = {"id": name, "answer": reply.text, "finish": reply.finish, "seconds": reply.seconds}
        line |= {} if reply.tokens is None else {"tokens": reply.tokens}
        line |= {"failure": reply.failure} if reply.failure else {}
        self.lines[name] = {**line, "key": self._keys[name]}
        self._file.write(_dump(self.lines[name]))
        self._file.flush()

    def finish(self) -> list[Line]:
        """Write the file, in the order of the questions, and return their lines; answers to others stay behind them."""
        order = [*self._keys, *(name for name in self.lines if name not in self._keys)]
        atomic_write(self.path, "".join(_dump(self.lines[name]) for name in order))
        self._journal.unlink(missing_ok=True)
        return [self.lines[name] for name in self._keys]

    def _check_keys(self) -> None:
        for name, key in self._keys.items():
            if name in self.lines and self.lines[name]["key"] != key:
                raise BurnishError(
                    f"{self.path}: the answer to {name!r} is another model's, or to another question, or was asked for with "
                    "another --max-tokens; give another --out, or delete the file"
                )

    @contextlib.contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._close()
            raise

    def _close(self) -> None:
        if self._file is not None:
            if self._journal.is_file() and not self._journal.stat().st_size:
                self._journal.unlink()
            self._file.close()


def _dump(line: Line) -> str:
    return json.dumps(line, sort_keys=True) + "\n"


def _cut_tail(journal: Path) -> None:
    """Cut off what a kill left half written at the end of a journal."""
    with journal.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)


def _read_lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file, if it is there; only a journal may end in half a line. Changes nothing."""
    if not path.is_file():
        return
    whole, _, half = path.read_bytes().rpartition(b"\n")
    lines = whole.splitlines() if path.name.endswith(JOURNAL) else [*whole.splitlines(), *half.splitlines()]
    for number, text in enumerate(lines, start=1):
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            line = None
        if not isinstance(line, dict) or not all(isinstance(line.get(name), kind) for name, kind in FORM.items()):
            raise BurnishError(f"{path}, line {number} isn't an answer that `burnish eval` wrote; give another --out")
        yield line
