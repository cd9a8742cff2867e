import errno
import json
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


def test_full_disk_on_a_real_full_device_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "metrics.json"
    files.write_json(target, {"a": 1})
    partial = target.with_name(f".{target.name}.partial-{__import__('os').getpid()}")
    partial.symlink_to("/dev/full")
    with pytest.raises(BurnishError, match="the disk is full"):
        files.write_json(target, {"a": 2})
    assert json.loads(target.read_text()) == {"a": 1}


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
