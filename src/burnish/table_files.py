"""Reads tables of the Hub's kinds row by row in bounded memory: Parquet, JSON lines, JSON lists, CSV and TSV.

A row that can't be read is given as a `Fault`, so that one doesn't stop a million; a file that can't be read, or lacks a
column, is an error. Judges no value.
"""

import codecs
import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import pyarrow as pa
import pyarrow.parquet as pq

from burnish.errors import BurnishError

PIECE_BYTES = 1 << 20
BATCH_BYTES = 1 << 24  # of a row group, decoded at once
BATCH_ROWS = 1_000
SUFFIXES = (".parquet", ".jsonl", ".jsonl.gz", ".json", ".json.gz", ".csv", ".tsv")
_DECODER = json.JSONDecoder()  # takes NaN, as others write it: a fault only where a row needs that value
_GAP = re.compile(r"[\s,]*")


class Fault(Exception):
    """Why a row can't be taken, and in which column; an empty column means the row as a whole."""

    def __init__(self, column: str, reason: str) -> None:
        """Take the two."""
        super().__init__(column, reason)

    def __str__(self) -> str:
        column, reason = self.args
        return f"{column}: {reason}" if column else str(reason)


class Read(NamedTuple):
    """One row as it was read, or why it couldn't be."""

    number: int
    value: Mapping[str, Any] | Fault


def find_tables(folder: Path) -> list[Path]:
    """Return the tables below a fetched source's folder, in order; a folder without any is an error."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith(SUFFIXES))
    if not found:
        raise BurnishError(f"{folder} holds no table ({', '.join(SUFFIXES)}); correct members of the entry")
    return found


def read_table(path: Path, *, columns: Sequence[str], max_row_bytes: int, place: str) -> Iterator[Read]:
    """Yield the rows of one table; `columns` must be there, `place` is the entry that asks for them."""
    try:
        if path.suffix == ".parquet":
            yield from _read_parquet(path, columns=columns, place=place)
        elif path.suffix in (".csv", ".tsv"):
            yield from _read_separated(path, columns=columns, place=place)
        else:
            yield from _read_json(path, columns=columns, max_row_bytes=max_row_bytes, place=place)
    except (OSError, EOFError, pa.ArrowInvalid, csv.Error) as error:
        said = " ".join(str(error).split())[:200]
        raise BurnishError(
            f"{place}: {path} isn't readable ({said}); fetch it again or leave it out of members"
        ) from None


def check_has(found: Sequence[str], *, columns: Sequence[str], path: Path, place: str) -> None:
    """Raise if a table hasn't all `columns`."""
    if missing := [column for column in columns if column not in found]:
        raise BurnishError(f"{place}.table names the column {', '.join(missing)}, which {path} hasn't; it has: "
                           f"{', '.join(found)}; correct table of the entry")  # fmt: skip


def _read_parquet(path: Path, *, columns: Sequence[str], place: str) -> Iterator[Read]:
    file = pq.ParquetFile(path, pre_buffer=False)
    check_has(file.schema_arrow.names, columns=columns, path=path, place=place)
    number = 0
    for group in range(file.num_row_groups):
        about = file.metadata.row_group(group)
        size = max(1, min(BATCH_ROWS, BATCH_BYTES * about.num_rows // max(1, about.total_byte_size)))
        for batch in file.iter_batches(
            batch_size=size, row_groups=[group], columns=list(columns) or None, use_threads=False
        ):
            for value in _listed(batch):
                yield Read(number, value)
                number += 1


def _listed(batch: pa.RecordBatch) -> Iterator[Mapping[str, Any] | Fault]:
    """Yield the rows of a batch; where one has broken UTF-8, it alone is a fault."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        if len(batch) > 1:
            half = len(batch) // 2
            yield from _listed(batch.slice(0, half))
            yield from _listed(batch.slice(half))
        else:
            yield Fault(
                next(filter(lambda name: _is_broken(batch.column(name)), batch.schema.names)), "isn't valid UTF-8"
            )


def _is_broken(column: pa.Array) -> bool:
    try:
        column.to_pylist()
    except UnicodeDecodeError:
        return True
    return False


def _read_separated(path: Path, *, columns: Sequence[str], place: str) -> Iterator[Read]:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        reader = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        check_has(reader.fieldnames or [], columns=columns, path=path, place=place)
        for number, row in enumerate(reader):
            there = {
                name: value for name, value in row.items() if value is not None
            }  # a short line lacks the last ones
            yield Read(number, _as_row(there, columns=columns))


def _read_json(path: Path, *, columns: Sequence[str], max_row_bytes: int, place: str) -> Iterator[Read]:
    with _open(path) as file:
        first = file.read(1)
        while first in (b" ", b"\n", b"\r", b"\t"):
            first = file.read(1)
        file.seek(0)
        values = _read_list(file, most=max_row_bytes, path=path, place=place) if first == b"[" else _read_lines(
            file, most=max_row_bytes)  # fmt: skip
        known = False
        for number, value in values:
            if isinstance(value, dict) and not known:
                check_has(list(value), columns=columns, path=path, place=place)
                known = True
            yield Read(number, _as_row(value, columns=columns))


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb"))


def _as_row(value: Any, *, columns: Sequence[str]) -> Mapping[str, Any] | Fault:
    if isinstance(value, Fault):
        return value
    if not isinstance(value, dict):
        return Fault("", f"is {type(value).__name__}, not an object of columns")
    missing = next((column for column in columns if column not in value), None)
    if missing is not None:
        return Fault(missing, "is missing")
    return {column: value[column] for column in columns} if columns else value


def _read_lines(file: IO[bytes], *, most: int) -> Iterator[tuple[int, Any]]:
    """Yield the values of JSON lines; a line longer than `most` is skipped without being held."""
    number = 0
    while line := file.readline(most + 1):
        if len(line) > most and not line.endswith(b"\n"):
            while (rest := file.readline(PIECE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield number, Fault("", f"is longer than max_row_bytes = {most:,}")
        elif line.strip():
            yield number, _parse(line)
        else:
            continue
        number += 1


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError as error:
        return Fault("", f"isn't valid UTF-8 at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return Fault("", f"isn't JSON: {error}")


def _read_list(file: IO[bytes], *, most: int, path: Path, place: str) -> Iterator[tuple[int, Any]]:
    """Yield the values of one JSON list, holding one of them and the piece of the file that it ends in."""
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    held, number = text.decode(file.read(PIECE_BYTES)), 0
    at = held.index("[") + 1
    while True:
        at = _end_of_gap(held, at)
        if held[at : at + 1] == "]":
            return
        try:
            value, end = _DECODER.raw_decode(held, at)
        except RecursionError:
            raise BurnishError(f"{place}: {path} row {number} is nested too deeply to be read; correct the file, or leave it "
                               "out of members") from None  # fmt: skip
        except ValueError as error:
            waiting = len(held) - at
            piece = text.decode(file.read(max(PIECE_BYTES, waiting)))
            if not piece or waiting > most:
                problem = (
                    f"isn't whole JSON ({error.args[0]})" if not piece else f"is longer than max_row_bytes = {most:,}"
                )
                raise BurnishError(f"{place}: {path} row {number} {problem}, and what follows it can't be told from it in a "
                                   "JSON list; correct the file, or leave it out of members") from None  # fmt: skip
            held, at = held[at:] + piece, 0
            continue
        yield number, value
        number, at = number + 1, end


def _end_of_gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    assert found is not None
    return found.end()
