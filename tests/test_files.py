import errno
import json
import os
import subprocess
from pathlib import Path

import pytest

from burnish import files
from burnish.errors import BurnishError


def test_failed_directory_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with files.atomic_directory(target) as partial:
        (partial / "a").write_text("old")
    with pytest.raises(RuntimeError), files.atomic_directory(target) as partial:
        (partial / "a").write_text("new")
        raise RuntimeError
    assert (target / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(BurnishError, match="the disk is full"), files.atomic_directory(target):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_full_disk_on_a_real_full_device_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "metrics.json"
    files.write_json(target, {"a": 1})
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    monkeypatch.setattr(files, "_make_partial", lambda path: full)
    with pytest.raises(BurnishError, match="the disk is full"):
        files.write_json(target, {"a": 2})
    assert json.loads(target.read_text()) == {"a": 1}


@pytest.mark.parametrize("name", ["pipe", "folder", "file/inside", "", "n" * 300])
def test_a_name_that_cannot_be_written_is_said(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BurnishError, match=r"give|can't be written"):
        files.atomic_write(Path(name), "new")
    if name != "folder":
        with pytest.raises(BurnishError, match=r"give|can't be written"), files.atomic_directory(Path(name)):
            pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "pipe"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_link_is_replaced_and_what_it_names_is_kept(tmp_path: Path) -> None:
    (tmp_path / "cached").write_text("old")
    (tmp_path / "cached_folder").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "cached")
    (tmp_path / "out_folder").symlink_to(tmp_path / "cached_folder")
    files.atomic_write(tmp_path / "out", "new")
    with files.atomic_directory(tmp_path / "out_folder") as partial:
        (partial / "a").write_text("new")
    assert (tmp_path / "cached").read_text() == "old"
    assert (tmp_path / "out").read_text() == "new"
    assert not list((tmp_path / "cached_folder").iterdir())
    assert [path.name for path in (tmp_path / "out_folder").iterdir()] == ["a"]


def test_what_a_killed_process_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as living:
        ended = subprocess.Popen(["true"])
        ended.wait()
        for name in (f".out.partial-{ended.pid}", f".out.partial-{ended.pid}.old", f".out.partial-{living.pid}"):
            (tmp_path / name).mkdir()
        (tmp_path / f".out.partial-{ended.pid}" / "rows-00000.parquet").write_text("half")
        (tmp_path / ".other.partial-1x").mkdir()
        with files.atomic_directory(tmp_path / "out"):
            pass
        living.kill()
    assert {path.name for path in tmp_path.iterdir()} == {".other.partial-1x", f".out.partial-{living.pid}", "out"}


def test_json_bytes_do_not_depend_on_order(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a", {"x": 1, "y": {"b": 2, "a": 1}})
    files.write_json(tmp_path / "b", {"y": {"a": 1, "b": 2}, "x": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_digest_of_a_directory_sees_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a").write_text("1")
    first = files.digest_of(tmp_path / "d")
    (tmp_path / "d" / "a").rename(tmp_path / "d" / "b")
    second = files.digest_of(tmp_path / "d")
    (tmp_path / "d" / "b").write_text("2")
    assert len({first, second, files.digest_of(tmp_path / "d")}) == 3


def test_missing_input_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="dvc checkout"):
        files.digest_of(tmp_path / "none")
