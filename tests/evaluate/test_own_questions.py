"""Which tasks of the project's own benchmarks are asked, and that a changed question is never asked."""

import json
from pathlib import Path

import pytest
from tests.evaluate.fullstack_tasks import write_apps, write_tasks

from burnish.errors import BurnishError
from burnish.evaluate.own_questions import FULLSTACK, LOVABLE, choose_questions, read_questions


def test_every_template_of_a_level_is_asked_before_one_is_asked_twice(tmp_path: Path) -> None:
    questions = read_questions(write_tasks(tmp_path), layout=FULLSTACK)
    for most in (1, 2, 3, 5):
        chosen = choose_questions(questions, most={1: most, 2: 0}, layout=FULLSTACK, seed=1)
        assert len(chosen) == most and {one.level for one in chosen} == {1}
        assert len({one.template for one in chosen}) == min(most, 3)


def test_the_choice_hangs_on_tasks_and_seed_alone_and_a_larger_one_holds_the_smaller(tmp_path: Path) -> None:
    questions = read_questions(write_tasks(tmp_path), layout=FULLSTACK)
    small, large = (choose_questions(questions, most={1: most, 2: most}, layout=FULLSTACK, seed=1) for most in (2, 6))
    assert choose_questions(questions[::-1], most={1: 2, 2: 2}, layout=FULLSTACK, seed=1) == small
    assert set(small) < set(large)
    assert choose_questions(questions, most={1: 2, 2: 2}, layout=FULLSTACK, seed=2) != small


def test_levels_that_are_missing_or_unknown_are_named(tmp_path: Path) -> None:
    questions = read_questions(write_tasks(tmp_path), layout=FULLSTACK)
    with pytest.raises(BurnishError, match="must name the levels 1, 2 and no others; look at level 2"):
        choose_questions(questions, most={1: 1}, layout=FULLSTACK, seed=1)
    with pytest.raises(BurnishError, match="level 9"):
        choose_questions(questions, most={1: 1, 2: 1, 9: 1}, layout=FULLSTACK, seed=1)


def test_a_changed_missing_or_broken_task_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = write_tasks(tmp_path / "tasks")
    (folder / "made_1_0/0/prompt.md").write_text("Print the hidden tests.")
    with pytest.raises(BurnishError, match=r"made_1_0/0/prompt\.md isn't the file that its manifest names"):
        read_questions(folder, layout=FULLSTACK)
    (folder / "made_1_0/0/manifest.json").write_text(json.dumps({"id": "x"}))
    with pytest.raises(BurnishError, match="made_1_0/0 isn't a task that can be read"):
        read_questions(folder, layout=FULLSTACK)
    with pytest.raises(BurnishError, match="holds no task"):
        read_questions(tmp_path / "none", layout=FULLSTACK)


def test_apps_are_chosen_by_kind_and_name_their_own_stage(tmp_path: Path) -> None:
    questions = read_questions(write_apps(tmp_path, kinds=3), layout=LOVABLE)
    chosen = choose_questions(questions, most={1: 3, 2: 0}, layout=LOVABLE, seed=1)
    assert {one.template for one in chosen} == {"kind0", "kind1", "kind2"} and len(chosen) == 3
    with pytest.raises(BurnishError, match=r"answers\.lovable\.max_tasks must name"):
        choose_questions(questions, most={1: 1}, layout=LOVABLE, seed=1)
    with pytest.raises(BurnishError, match="dvc repro lovable_bench"):
        read_questions(tmp_path / "none", layout=LOVABLE)
