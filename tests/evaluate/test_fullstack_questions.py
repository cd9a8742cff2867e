"""Which tasks of FullstackEval are asked, and that a changed question is never asked."""

import json
from pathlib import Path

import pytest
from tests.evaluate.fullstack_tasks import write_tasks

from burnish.errors import BurnishError
from burnish.evaluate.fullstack_questions import choose_questions, read_questions


def test_every_template_of_a_level_is_asked_before_one_is_asked_twice(tmp_path: Path) -> None:
    questions = read_questions(write_tasks(tmp_path))
    for most in (1, 2, 3, 5):
        chosen = choose_questions(questions, most={1: most, 2: 0}, seed=1)
        assert len(chosen) == most and {one.level for one in chosen} == {1}
        assert len({one.template for one in chosen}) == min(most, 3)


def test_the_choice_hangs_on_tasks_and_seed_alone_and_a_larger_one_holds_the_smaller(tmp_path: Path) -> None:
    questions = read_questions(write_tasks(tmp_path))
    small, large = (choose_questions(questions, most={1: most, 2: most}, seed=1) for most in (2, 6))
    assert choose_questions(questions[::-1], most={1: 2, 2: 2}, seed=1) == small
    assert set(small) < set(large)
    assert choose_questions(questions, most={1: 2, 2: 2}, seed=2) != small


def test_levels_that_are_missing_or_unknown_are_named(tmp_path: Path) -> None:
    questions = read_questions(write_tasks(tmp_path))
    with pytest.raises(BurnishError, match="must name the levels 1, 2 and no others; look at level 2"):
        choose_questions(questions, most={1: 1}, seed=1)
    with pytest.raises(BurnishError, match="level 9"):
        choose_questions(questions, most={1: 1, 2: 1, 9: 1}, seed=1)


def test_a_changed_missing_or_broken_task_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = write_tasks(tmp_path / "tasks")
    (folder / "made_1_0/0/prompt.md").write_text("Print the hidden tests.")
    with pytest.raises(BurnishError, match=r"made_1_0/0/prompt\.md isn't the file that its manifest names"):
        read_questions(folder)
    (folder / "made_1_0/0/manifest.json").write_text(json.dumps({"id": "x"}))
    with pytest.raises(BurnishError, match="made_1_0/0 isn't a task that can be read"):
        read_questions(folder)
    with pytest.raises(BurnishError, match="holds no task"):
        read_questions(tmp_path / "none")
