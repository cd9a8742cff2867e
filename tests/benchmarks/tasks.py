"""Tasks that the tests of FullstackEval share."""

from dataclasses import replace

from burnish.benchmarks.fullstack.registry import TEMPLATES, make_tasks
from burnish.benchmarks.fullstack.tasks import Task

KEY = 42
TASKS = make_tasks(seeds=5, key=KEY)
FIRST = {task.template: task for task in TASKS if task.seed == 0}


def with_tests(task: Task, *names: str) -> Task:
    """Return the task with these hidden tests only."""
    return replace(task, hidden=tuple(test for test in task.hidden if test.name in names))


assert len(FIRST) == len(TEMPLATES)
