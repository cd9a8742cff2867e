"""The tasks of FullstackEval as data."""

import json
from collections import Counter

import pytest

from burnish.benchmarks.fullstack.registry import TEMPLATES, make_tasks
from burnish.benchmarks.fullstack.tasks import KINDS, Task
from burnish.seeds import fingerprint
from tests.benchmarks.tasks import KEY, TASKS


def test_there_are_120_tasks_of_24_templates_in_six_kinds_and_half_are_easy() -> None:
    assert len(TASKS) == len({task.id for task in TASKS}) == 120
    assert Counter(template.kind for template in TEMPLATES) == dict.fromkeys(KINDS, 4)
    easy = sum(task.level <= 2 for task in TASKS) / len(TASKS)
    assert easy >= 0.4
    assert all({t.level for t in TEMPLATES if t.kind == kind} == {1, 2, 3, 4} for kind in KINDS)


def test_seeds_of_one_template_ask_different_things() -> None:
    assert len({task.prompt for task in TASKS}) == 120
    assert len({str(task.hidden) for task in TASKS}) == 120


def test_making_them_again_gives_the_same_and_another_key_gives_others() -> None:
    assert make_tasks(seeds=5, key=KEY) == TASKS
    assert make_tasks(seeds=2, key=KEY) == [task for task in TASKS if task.seed < 2]
    others = make_tasks(seeds=5, key=KEY + 1)
    assert sum(one.prompt == other.prompt for one, other in zip(TASKS, others, strict=True)) < 12
    assert not {task.canary for task in TASKS} & {task.canary for task in others}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_task_is_complete_and_its_examples_are_no_hidden_test(task: Task) -> None:
    assert len(task.hidden) >= 3 and len({test.name for test in task.hidden}) == len(task.hidden)
    assert len(task.mutants) >= 5 and task.second != task.reference not in task.mutants
    assert all(len(test.steps) > 1 or len(test.steps[0].do) > 1 for test in task.hidden), "one guess would be a point"
    assert task.public and not set(map(_text, task.public)) & set(map(_text, task.hidden))
    assert task.kind != "security" or {test.exploit for test in task.hidden} == {True, False}
    assert task.kind != "repair" or task.starter in task.prompt
    assert "§" not in task.prompt + task.reference + task.second + "".join(task.mutants)
    assert task.reference not in task.prompt


def test_canaries_are_in_no_prompt_and_name_one_task_each() -> None:
    assert len({task.canary for task in TASKS}) == 120
    assert not any(task.canary in task.prompt for task in TASKS)
    assert all(fingerprint(task.canary) for task in TASKS)


def _text(test: object) -> str:
    return json.dumps(test)
