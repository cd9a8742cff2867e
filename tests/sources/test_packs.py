"""Packed sources: equal bytes for equal files, and the same files in the same order as from the folder."""

import shutil
from pathlib import Path

import pytest

from burnish.errors import BurnishError
from burnish.sources.packs import find_source, pack, read_files, read_texts

FILES = {
    "a-b/z.py": b"1\r\n2\r3\n",
    "a/b.py": "\u00e9".encode(),
    "a/b.txt": b"text",
    "b.py": b"\xff",
    "LICENSE": b"MIT",
}


def write_source(folder: Path) -> Path:
    for name, content in reversed(FILES.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_pack_takes_the_place_of_its_folder_and_repeats_byte_for_byte(tmp_path: Path) -> None:
    first = pack(write_source(tmp_path / "first/toy-1.0"))
    (tmp_path / "second").mkdir()
    shutil.copytree(write_source(tmp_path / "other"), tmp_path / "second/toy-1.0", copy_function=shutil.copyfile)
    second = pack(tmp_path / "second/toy-1.0")
    assert first.name == "toy-1.0.zip"
    assert first.read_bytes() == second.read_bytes()
    assert not (tmp_path / "first/toy-1.0").exists()
    assert find_source(tmp_path / "first", "toy-1.0") == first


def test_both_ways_to_lie_read_alike(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "toy")
    assert find_source(tmp_path, "toy") == folder
    loose, texts = list(read_files(folder, suffixes={".py", ".txt"})), read_texts(folder, suffixes={".py"})
    packed = pack(folder)
    assert list(read_files(packed, suffixes={".py", ".txt"})) == loose
    assert [name for name, _ in loose] == ["a/b.py", "a/b.txt", "a-b/z.py", "b.py"]
    assert (
        read_texts(packed, suffixes={".py"}) == texts == {"a/b.py": "\u00e9", "a-b/z.py": "1\n2\n3\n", "b.py": "\ufffd"}
    )


@pytest.mark.parametrize("damage", [lambda data: data[:-30], lambda data: data.replace(b"text", b"tent", 1)])
def test_a_damaged_pack_is_one_line(tmp_path: Path, damage: object) -> None:
    packed = pack(write_source(tmp_path / "toy"))
    packed.write_bytes(damage(packed.read_bytes()))  # type: ignore[operator]
    with pytest.raises(BurnishError, match=r"toy.zip isn't readable \(.*\); `dvc repro fetch` makes it"):
        list(read_files(packed, suffixes={".txt"}))


def test_a_missing_source_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"toy isn't readable"):
        list(read_files(find_source(tmp_path, "toy"), suffixes={".py"}))
