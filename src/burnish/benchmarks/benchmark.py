"""What `burnish eval` and `burnish grade` must know of a benchmark, and how most benchmarks do it. Asks and judges nothing."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from burnish.benchmarks.fullstack.scores import Figures, Graded
from burnish.chat_client import Question
from burnish.errors import BurnishError
from burnish.tool_prompts import Form


class Choose(Protocol):
    """Which tasks are asked."""

    def __call__(self, tasks: Sequence[Any], *, limit: int | None) -> Sequence[Any]:
        """Return at most `limit` tasks; None: all."""


def put_prompts(tasks: Sequence[Any], form: Form) -> list[Question]:
    """Return each task's prompt as a user's message."""
    return [Question(task.id, task.prompt) for task in tasks]


def name_prompt(task: Any, form: Form) -> str:
    """Return what a kept answer is an answer to: the prompt."""
    return str(task.prompt)


def say_no_more(rows: Sequence[Graded]) -> Figures:
    """Return no figures beside those that every benchmark has."""
    return {}


def name_template(task: Any) -> Hashable:
    """Return what succeeds and fails together."""
    return str(task.template)


def choose_tasks(
    tasks: Sequence[Any], *, limit: int | None, turns: Sequence[Callable[[Any], Hashable]] = (name_template,)
) -> Sequence[Any]:
    """Return the first `limit` tasks, templates in turn, so that few questions still cover many templates.

    `turns` says what takes turns, the smallest groups first: templates inside of categories, these inside of kinds.
    """
    if limit is None:
        return tasks
    if limit < 1:
        raise BurnishError(f"--limit {limit} asks nothing; give 1 or more")
    order = list(tasks)
    for name in turns:
        seen: Counter[Hashable] = Counter()
        rounds = []
        for place, task in enumerate(order):
            rounds.append((seen[name(task)], place))
            seen[name(task)] += 1
        order = [order[place] for _, place in sorted(rounds)]
    return order[:limit]


class Benchmark(NamedTuple):
    """One benchmark.

    Attributes:
        load: gives its tasks, from a folder, or as made or fetched.
        grade: judges pairs of task and answer.
        digest: stands for its data: scores of different data can't be compared.
        put: makes questions of tasks.
        stands: says what a kept answer is an answer to.
        choose: takes so many tasks as are to be asked.
        describe: gives figures that only this benchmark has.
        functions: whether its questions offer functions, which servers are shown in one of two forms.
        sought: in a word, what is looked for in an answer.
    """

    load: Callable[[Path | None], Sequence[Any]]
    grade: Callable[..., Sequence[Any]]
    digest: Callable[[Sequence[Any]], str]
    put: Callable[[Sequence[Any], Form], list[Question]] = put_prompts
    stands: Callable[[Any, Form], str] = name_prompt
    choose: Choose = choose_tasks
    describe: Callable[[Sequence[Graded]], Figures] = say_no_more
    functions: bool = False
    sought: str = "code"


def load_tasks(benchmark: Benchmark, *, name: str, folder: Path | None) -> Sequence[Any]:
    """Return a benchmark's tasks; none at all is an error."""
    tasks = benchmark.load(folder)
    if not tasks:
        place = "its default folder" if folder is None else folder
        raise BurnishError(f"{place} holds no task of {name}; name the folder that has them below it: --tasks")
    return tasks
