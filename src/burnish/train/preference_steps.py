"""Orders groups of answers and cuts them into optimiser steps: a group, all answers to one prompt, is one sequence.

So the prompt is computed once for its answers, and what an answer scores doesn't depend on what else is in its step. Also
names KTO's mismatched answers. Loads nothing and computes no score.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from burnish.seeds import fingerprint
from burnish.train.packing import Document, Step
from burnish.train.preference_data import Answers, answer_tokens


def order_groups(answers: Answers, *, epochs: int, seed: int) -> list[int]:
    """Return the numbers of groups as they are trained on: each epoch in an order of its own."""
    names = [question.name for question in answers.questions]
    return [
        number
        for epoch in range(epochs)
        for number in sorted(range(len(names)), key=lambda n: fingerprint(seed, "preference", epoch, names[n]))
    ]


def plan_steps(answers: Answers, *, order: Sequence[int], step_tokens: int, tokens: int | None) -> list[Step]:
    """Cut `order` (numbers of groups) into steps of at most `step_tokens` and one group, up to `tokens` in all.

    A prompt counts once for each of its answers. Inside a step long groups come first: workers take turns, and finish
    nearly together.
    """
    steps: list[Step] = []
    members: list[int] = []
    sizes = [sum(len(answers.documents[n].ids) for n in group) for group in answers.groups]
    total = 0
    for number in order:
        if tokens is not None and total + sizes[number] > tokens:
            break
        if members and sum(sizes[n] for n in members) + sizes[number] > step_tokens:
            steps.append(_step(members, answers, sizes=sizes))
            members = []
        members.append(number)
        total += sizes[number]
    return [*steps, _step(members, answers, sizes=sizes)] if members else steps


def _step(members: Sequence[int], answers: Answers, *, sizes: Sequence[int]) -> Step:
    ordered = sorted(members, key=lambda number: -sizes[number])
    sequences = tuple(answers.groups[number] for number in ordered)
    supervised = sum(answer_tokens(answers.documents[n]) for group in sequences for n in group)
    return Step(sequences, sum(sizes[number] for number in members), supervised)


def mismatched(step: Step, *, documents: Sequence[Document]) -> list[list[Document]]:
    """Return, by group, its prompt with answers to other prompts: KTO's estimate of a divergence needs such.

    Each answer of the step gives way to the one before it in the step that answers another prompt (the last is before the
    first). A step of one prompt has none.
    """
    places = [(number, group) for group, numbers in enumerate(step.sequences) for number in numbers]
    found: list[list[Document]] = [[] for _ in step.sequences]
    for at, (number, group) in enumerate(places):
        other = next((n for n, its in _backwards(places, at) if its != group), None)
        if other is not None:
            found[group].append(_join(documents[number], documents[other]))
    return [group for group in found if group]


def _backwards(places: Sequence[tuple[int, int]], at: int) -> Iterator[tuple[int, int]]:
    yield from (places[at - back] for back in range(1, len(places)))


def _join(prompt_of: Document, answer_of: Document) -> Document:
    """Return the prompt of one document with the answer of another."""
    begin, other = int(np.argmax(prompt_of.supervised)), int(np.argmax(answer_of.supervised))
    ids = np.concatenate([prompt_of.ids[:begin], answer_of.ids[other:]])
    return Document(ids, np.arange(len(ids)) >= begin)
