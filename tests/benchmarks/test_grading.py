"""`burnish grade`, run as a person runs it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from burnish.benchmarks.fullstack.folders import write_task
from burnish.fences import fence
from tests.benchmarks.tasks import FIRST
from tests.workspaces import ROOT, run

EASY, SQL = FIRST["size_class"], FIRST["stock_label"]
RIGHT = {task.id: {"id": task.id, "answer": fence(task.reference, language=task.language)} for task in (EASY, SQL)}


def grade(path: Path, *arguments: str) -> tuple[int, list[str], str]:
    command = [str(ROOT / "bin" / "python"), "-m", "burnish.cli", "grade", "fullstack-eval", "--answers", str(path)]
    result = run([*command, *arguments], cwd=ROOT, check=False, COLUMNS="200")
    assert "Traceback" not in result.stderr
    return result.returncode, result.stdout.splitlines(), result.stderr


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_last_line_holds_solved_and_total_and_each_answer_has_a_line(tmp_path: Path) -> None:
    wrong = {"id": EASY.id, "answer": "no idea", "tokens": 3}
    status, lines, _ = grade(write(tmp_path / "a.jsonl", RIGHT[EASY.id], wrong, RIGHT[SQL.id]), "--json")
    assert status == 0 and len(lines) == 4
    rows = [json.loads(line) for line in lines]
    assert [row["solved"] for row in rows[:3]] == [True, False, True] and rows[1]["extracted"] is False
    assert (rows[3]["solved"], rows[3]["total"], rows[3]["answered"], rows[3]["tasks"]) == (2, 3, 2, 120)
    assert rows[3]["solved_rate"]["mean"] == 0.75
    again = grade(tmp_path / "a.jsonl", "--json")
    assert again[1] == lines


def test_answers_are_graded_by_the_tasks_of_a_folder_and_compared(tmp_path: Path) -> None:
    for task in (EASY, SQL):
        write_task(task, folder=tmp_path / "tasks" / task.id)
    before = write(tmp_path / "before.jsonl", *({"id": name, "answer": "-"} for name in RIGHT))
    after = write(tmp_path / "after.jsonl", *RIGHT.values())
    status, lines, _ = grade(after, "--tasks", str(tmp_path / "tasks"), "--against", str(before))
    assert status == 0 and lines[2] == "2 of 2 answers solved; 2 of 2 tasks answered"
    assert lines[-1].startswith("difference on 2 tasks: 100.0 %")
    shutil.rmtree(tmp_path / "tasks" / SQL.id)
    (tmp_path / "tasks" / SQL.id).mkdir()
    status, _, said = grade(after, "--tasks", str(tmp_path / "tasks"))
    assert status == 1 and "manifest.json is missing" in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no answer"), (b"\n\n", "holds no answer"),
        (b"{]\n", "line 1 isn't JSON"), (b"\xff\xfe\n", "line 1 isn't JSON"),
        (b'{"id": "size_class/0"}\n', "line 1 must be an object with the texts id and answer"), (b"[1]\n", "line 1 must be"),
        (b'{"id": "size_class/0", "answer": 5}\n', "line 1 must be"),
        (b'{"id": "x", "answer": ""}\n', "no task 'x'; ids look like"),
        (b'{"id": "size_class/0", "answer": "", "tokens": "many"}\n', "line 1: tokens = 'many' isn't a number from 0"),
        (b"[" * 200_000, "line 1 isn't JSON"),
    ],
)  # fmt: skip
def test_bad_files_are_one_clear_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(content)
    status, lines, said = grade(path, "--json")
    assert (status, lines) == (1, []) and said.startswith("burnish: ") and message in said


def test_a_missing_file_and_an_unknown_benchmark_are_named(tmp_path: Path) -> None:
    assert "can't be read" in grade(tmp_path / "none.jsonl")[2]
    result = run(
        [str(ROOT / "bin" / "python"), "-m", "burnish.cli", "grade", "other", "--answers", "x"], cwd=ROOT, check=False
    )
    assert (
        result.returncode == 1
        and "no benchmark 'other' can be graded; there are: fullstack-eval, human-eval" in result.stderr
    )
