"""Stored answers to FullstackEval become figures of both models, judged by the graders of `burnish grade`."""

import json
from pathlib import Path

import pytest

from burnish import shards
from burnish.answer_rows import digest_reader
from burnish.benchmarks import fullstack_scores
from burnish.benchmarks.fullstack.folders import write_task
from burnish.benchmarks.fullstack.tasks import Task
from burnish.errors import BurnishError
from burnish.fences import fence
from tests.benchmarks.tasks import FIRST
from tests.evaluate.held_out import write_answers
from tests.validate.tables import faults_in

EASY = [task for task in FIRST.values() if task.level == 1 and task.language == "python"][:2]
LATER = [task for task in FIRST.values() if task.level == 3 and task.language == "python"][:1]
TASKS = [*EASY, *LATER]
WRONG = "I would rather not say."


def right(task: Task) -> str:
    return fence(task.reference, language=task.language)


@pytest.fixture
def where(tmp_path: Path) -> dict[str, Path]:
    for task in TASKS:
        write_task(task, folder=tmp_path / "tasks" / task.id)
    base = write_answers(tmp_path / "base", {task.id: WRONG for task in TASKS})
    release = write_answers(tmp_path / "release", {task.id: WRONG if task in LATER else right(task) for task in TASKS})
    return {"base": base, "release": release, "tasks": tmp_path / "tasks", "out": tmp_path / "out"}


def test_references_count_as_solved_and_words_as_no_code(where: dict[str, Path]) -> None:
    figures = dict(fullstack_scores.run(**where))
    assert (figures["base"]["solved"], figures["release"]["solved"], figures["release"]["total"]) == (0, 2, 3)
    assert figures["base"]["extraction"] == 0.0 and figures["base"]["points"]["mean"] == 0.0
    assert figures["release"]["levels"]["1"]["solved_rate"]["mean"] == 1.0
    assert {level: own["mean"] for level, own in figures["difference"].items()} == {
        "1": 1.0, "3": 0.0, "all": pytest.approx(2 / 3, abs=1e-6)}  # fmt: skip
    assert figures["release"]["costs"] == {"tokens": 7.0}
    rows = list(shards.read_rows(where["out"]))
    assert len(rows) == 6 and {row["tier"] for row in rows} == {figures["tier"]}
    assert {row["id"] for row in rows if row["solved"]} == {task.id for task in EASY}
    assert faults_in(where["out"], table="fullstack_result") == []
    assert {(row["chat_template"], row["extractor"]) for row in rows} == {("c", digest_reader("fences"))}


def test_two_runs_write_the_same_bytes(where: dict[str, Path]) -> None:
    first = json.dumps(fullstack_scores.run(**where), sort_keys=True)
    kept = [path.read_bytes() for path in sorted(where["out"].iterdir())]
    assert json.dumps(fullstack_scores.run(**where), sort_keys=True) == first
    assert [path.read_bytes() for path in sorted(where["out"].iterdir())] == kept


def test_models_that_were_asked_differently_are_refused(where: dict[str, Path]) -> None:
    write_answers(where["release"], {task.id: WRONG for task in TASKS}, prompt_hash="other")
    with pytest.raises(BurnishError, match="only one of the two models was asked this in this way"):
        fullstack_scores.run(**where)
    write_answers(where["release"], {task.id: WRONG for task in EASY})
    with pytest.raises(BurnishError, match="only one of the two models was asked"):
        fullstack_scores.run(**where)
    for name in ("base", "release"):
        write_answers(where[name], {})
    with pytest.raises(BurnishError, match="FullstackEval has no answers; raise max_tasks"):
        fullstack_scores.run(**where)


def test_answers_to_tasks_that_are_gone_are_refused(where: dict[str, Path]) -> None:
    for name in ("base", "release"):
        write_answers(where[name], {"gone/0": WRONG})
    with pytest.raises(BurnishError, match="no task 'gone/0'"):
        fullstack_scores.run(**where)
