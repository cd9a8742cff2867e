"""Slices of the project's own benchmarks, FullstackEval and LovableBench, as parts of `answers`.

Which tasks are asked depends on the tasks and the seed alone, so every model is asked the same ones.
"""

from collections.abc import Sequence
from pathlib import Path

from burnish import stage
from burnish.chat import Chat
from burnish.evaluate.asked import Part, write_plain
from burnish.evaluate.own_questions import Layout, choose_questions, read_questions, render
from burnish.params import Section
from burnish.sampling import Ask, Sampled, Sampling


class OwnAnswersParams(Section):
    """`answers.fullstack` and `answers.lovable`: how many tasks of each level are asked, and how answers are drawn."""

    max_tasks: dict[int, int]
    sampling: Sampling


def ask_own(params: OwnAnswersParams, *, layout: Layout, chat: Chat, tasks: Path, seed: int) -> Part:
    """Return the questions to the benchmark whose folders are laid out so."""
    known = read_questions(tasks, layout=layout)
    questions = choose_questions(known, most=params.max_tasks, layout=layout, seed=seed)

    def keep(sampled: Sequence[Sampled], out: Path) -> stage.Metrics:
        return {
            "tasks": {str(level): sum(one.level == level for one in questions) for level in sorted(params.max_tasks)},
            "templates": len({one.template for one in questions}), **write_plain(sampled, out, chat=chat),
        }  # fmt: skip

    return Part((Ask(render(questions, chat=chat), params.sampling),), keep)
