"""A slice of FullstackEval as a part of `answers`.

Which tasks are asked depends on the tasks and the seed alone, so every model is asked the same ones.
"""

from collections.abc import Sequence
from pathlib import Path

from burnish import stage
from burnish.chat import Chat
from burnish.evaluate.asked import Part, write_plain
from burnish.evaluate.fullstack_questions import choose_questions, read_questions, render
from burnish.params import Section
from burnish.sampling import Ask, Sampled, Sampling


class FullstackAnswersParams(Section):
    """`answers.fullstack`: how many tasks of each level are asked, and how answers are drawn."""

    max_tasks: dict[int, int]
    sampling: Sampling


def ask_fullstack(params: FullstackAnswersParams, *, chat: Chat, tasks: Path, seed: int) -> Part:
    """Return the questions."""
    questions = choose_questions(read_questions(tasks), most=params.max_tasks, seed=seed)

    def keep(sampled: Sequence[Sampled], out: Path) -> stage.Metrics:
        return {
            "tasks": {str(level): sum(one.level == level for one in questions) for level in sorted(params.max_tasks)},
            "templates": len({one.template for one in questions}), **write_plain(sampled, out, chat=chat),
        }  # fmt: skip

    return Part((Ask(render(questions, chat=chat), params.sampling),), keep)
