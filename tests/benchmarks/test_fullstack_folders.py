"""Task folders: written, read back, refused when they aren't whole."""

import json
from pathlib import Path

import pytest

from burnish.benchmarks.fullstack.folders import digest_tasks, read_tasks, write_task
from burnish.errors import BurnishError
from tests.benchmarks.tasks import FIRST, TASKS

SOME = sorted(
    (FIRST[name] for name in ("initials", "seat_server", "top_rows", "stock_label")), key=lambda task: task.id
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for task in SOME:
        write_task(task, folder=tmp_path / task.id)
    return tmp_path


def test_reading_gives_what_was_written(folder: Path) -> None:
    assert read_tasks(folder) == SOME
    assert digest_tasks(read_tasks(folder)) == digest_tasks(SOME) != digest_tasks(TASKS)


def test_a_folder_has_every_part_and_says_its_licence(folder: Path) -> None:
    names = {path.name for path in (folder / "top_rows" / "0").iterdir()}
    assert names == {"manifest.json", "prompt.md", "starter.js", "public.json", "hidden.json", "reference.js", "second.js",
                     "mutants.json", "harness.txt", "CANARY", "LICENCE"}  # fmt: skip
    manifest = json.loads((folder / "top_rows" / "0" / "manifest.json").read_text())
    assert manifest["licence"] == "Apache-2.0" and set(manifest["sha256"]) == names - {"manifest.json"}


@pytest.mark.parametrize("name", ["hidden.json", "CANARY", "reference.js", "manifest.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / "initials" / "0" / name).unlink()
    with pytest.raises(BurnishError, match=rf"(?s)initials/0.*{name}.*dvc repro fullstack_eval"):
        read_tasks(folder)


def test_a_changed_file_is_refused(folder: Path) -> None:
    path = folder / "initials" / "0" / "hidden.json"
    path.write_text(path.read_text().replace("A", "B"))
    with pytest.raises(BurnishError, match=r"hidden\.json isn't the file that its manifest names"):
        read_tasks(folder)


def test_no_task_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="holds no task; `dvc repro fullstack_eval` makes it"):
        read_tasks(tmp_path)
