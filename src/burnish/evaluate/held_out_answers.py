"""Held-out items as a part of `answers`. Which are asked depends on items and seed alone, so every model is asked the same."""

from collections.abc import Sequence
from pathlib import Path

from burnish import stage
from burnish.chat import Chat
from burnish.evaluate.asked import Part, write_plain
from burnish.evaluate.items import GROUPS, choose_items, read_items, render
from burnish.params import Section
from burnish.sampling import Ask, Sampled, Sampling


class HeldOutParams(Section):
    """`answers.held_out`: how many items of each group are asked, and how answers are drawn."""

    max_items: dict[str, int]
    sampling: Sampling


def ask_held_out(params: HeldOutParams, *, chat: Chat, cases: Path, tasks: Path, humaneval: Path, seed: int) -> Part:
    """Return the questions."""
    items = choose_items(read_items(cases=cases, tasks=tasks, humaneval=humaneval), most=params.max_items, seed=seed)

    def keep(sampled: Sequence[Sampled], out: Path) -> stage.Metrics:
        return {
            "items": {group: sum(item.group == group for item in items) for group in GROUPS},
            "families": {group: len({item.family for item in items if item.group == group}) for group in GROUPS},
            **write_plain(sampled, out, chat=chat),
        }

    return Part((Ask(render(items, chat=chat), params.sampling),), keep)
