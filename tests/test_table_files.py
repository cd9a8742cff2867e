"""Tables of every kind row by row: bad rows are told one by one, bad files stop, memory stays bounded."""

import gzip
import json
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from burnish.errors import BurnishError
from burnish.table_files import Fault, find_tables, read_table

ROWS: list[dict[str, Any]] = [{"q": f"é {number}", "a": str(number)} for number in range(2_500)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def read(path: Path, *, columns: Sequence[str] = ("q", "a"), most: int = 10_000) -> list[Any]:
    found = list(read_table(path, columns=columns, max_row_bytes=most, place="sources.yaml: chat.toy"))
    assert [each.number for each in found] == list(range(len(found)))
    return [str(each.value) if isinstance(each.value, Fault) else each.value for each in found]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize(
    "name", ["t.jsonl", "t.jsonl.gz", "t.json", "t.json.gz", "lines.json", "t.parquet", "t.csv", "t.tsv"]
)
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=700)
    elif name.endswith(("csv", "tsv")):
        sign = "," if name.endswith("csv") else "\t"
        path.write_text("".join(sign.join(row) + "\n" for row in (["q", "a"], *(row.values() for row in ROWS))))
    else:
        write(path, json.dumps(ROWS, indent=1).encode() if name.startswith("t.json") and "jsonl" not in name else LINES)
    assert find_tables(tmp_path) == [path]
    assert read(path) == ROWS


def test_a_bad_line_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    lines = [b'{"q": "1", "a": "1"}\r', b"not JSON", b'{"q": "\xff", "a": ""}', b"[1]", b'{"q": "1"}',
             b'{"q": "' + b"x" * 30_000 + b'", "a": ""}', b"", b'{"q": "2", "a": "2"}']  # fmt: skip
    found = read(write(tmp_path / "t.jsonl", b"\n".join(lines)))
    assert found[0] == {"q": "1", "a": "1"} and found[-1] == {"q": "2", "a": "2"}
    for row, reason in enumerate(
        ["isn't JSON: Expecting value", "isn't valid UTF-8 at byte 7", "is list, not an object",
         "a: is missing", "is longer than max_row_bytes = 10,000"], start=1):  # fmt: skip
        assert reason in found[row]
    assert len(found) == 7


def test_invalid_text_in_parquet_is_one_row_and_its_column(tmp_path: Path) -> None:
    values = [b"good"] * 9
    values[4] = b"\xff\xfe"
    broken = pa.array(values, pa.binary()).view(pa.string())
    pq.write_table(pa.table({"q": pa.array(["?"] * 9), "a": broken}), tmp_path / "t.parquet")
    found = read(tmp_path / "t.parquet")
    assert found.count({"q": "?", "a": "good"}) == 8 and found[4] == "a: isn't valid UTF-8"


@pytest.mark.parametrize(("name", "content", "message"), [
    ("t.parquet", b"PAR1 no", r"sources.yaml: chat.toy: \S+ isn't readable \(.*fetch it again or leave it out of members"),
    ("t.jsonl.gz", b"\x1f\x8b no", r"isn't readable \(.*fetch it again"),
    ("t.jsonl", b'{"q": "", "b": 1}\n', r"chat.toy.table names the column a, which \S+ hasn't; it has: q, b; correct table"),
    ("t.csv", b"q,b\n1,2\n", "names the column a, which .* it has: q, b"),
    ("t.json", b'[{"q": "", "a": ""}, {"q"', r"t.json row 1 isn't whole JSON .* can't be told from it in a JSON list"),
    ("t.json", b'[{"q": "", "a": ""}', r"t.json row 1 isn't whole JSON"),
    ("t.json", b'[{"q": "", "a": ' + b"[" * 200_000, r"t.json row 0 is nested too deeply to be read; correct the file"),
    ("t.json", b'[{"q": "", "a": ""}, {"q": "' + b"x" * 3_000_000 + b'"}]', r"row 1 is longer than max_row_bytes = 10,000"),
])  # fmt: skip
def test_a_bad_file_stops_with_its_place_and_the_way_out(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BurnishError, match=message):
        read(tmp_path / name)


def test_a_folder_without_tables_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "README.md", b"# No table\n")
    with pytest.raises(BurnishError, match=r"holds no table \(.parquet, .*correct members"):
        find_tables(tmp_path)


@pytest.mark.parametrize("name", ["t.jsonl", "t.json", "t.parquet"])
def test_memory_stays_bounded_while_a_large_table_is_read(tmp_path: Path, name: str) -> None:
    rows = [{"q": "x" * 2_000, "a": str(number)} for number in range(30_000)]
    if name == "t.parquet":
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / name, row_group_size=30_000, use_dictionary=False)
    else:
        text = json.dumps(rows) if name == "t.json" else "\n".join(map(json.dumps, rows))
        (tmp_path / name).write_text(text)
    del rows
    tracemalloc.start()
    count = sum(1 for _ in read_table(tmp_path / name, columns=["q", "a"], max_row_bytes=10_000, place=""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 30_000 and peak < 25e6, "60 MB of text"


def test_a_row_of_50_mb_is_told_without_being_held(tmp_path: Path) -> None:
    huge = b'{"q": "' + b"x" * 50_000_000 + b'", "a": ""}\n'
    path = write(tmp_path / "t.jsonl", b'{"q": "1", "a": "1"}\n' + huge + b'{"q": "2", "a": "2"}\n')
    del huge
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [{"q": "1", "a": "1"}, "is longer than max_row_bytes = 10,000", {"q": "2", "a": "2"}]
    assert peak < 10e6


def test_a_row_of_50_mb_stops_a_table_where_no_next_row_can_be_told(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", b'[{"q": "' + b"x" * 50_000_000 + b'", "a": ""}, {"q": "2", "a": "2"}]')
    with pytest.raises(
        BurnishError, match=r"t.json row 0 is longer than max_row_bytes = 10,000, and what follows it can't"
    ):
        read(path)
    path = write(tmp_path / "t.csv", b"q,a\n" + b"x" * 50_000_000 + b",1\n")
    with pytest.raises(
        BurnishError, match=r"t.csv isn't readable \(field larger than field limit .*leave it out of members"
    ):
        read(path)
