"""One round of GRPO: groups of answers to a choice of prompts, their rewards, and what the optimiser needs of them.

Decides which prompts are asked, what an answer is worth, and which groups teach anything. Draws no answer, judges none and
trains nothing; all of it is a function of what was drawn, so a stored round gives the same steps again.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any, NamedTuple

import numpy as np

from burnish.attempt_tables import RATES
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.fences import find_blocks
from burnish.files import write_json
from burnish.params import Section
from burnish.seeds import fingerprint
from burnish.shards import read_rows
from burnish.train.packing import Document, Step


class RewardSettings(Section):
    """`rewards` of a step with `method: grpo`: what each thing is worth that an answer did.

    Attributes:
        passed: its case's verifier accepted it.
        fenced: it holds one fenced block.
        finished: it ended by itself.
    """

    passed: float
    fenced: float
    finished: float


class Task(NamedTuple):
    """A training case as a question to the model."""

    id: str
    family: str
    text: str
    ids: tuple[int, ...]
    verifier: Mapping[str, Any]


class Sample(NamedTuple):
    """One answer to a task (a number in the round), and its verdict; `ids` end with the end token.

    `sampled` are the sampler's log-probabilities of them.
    """

    task: int
    ids: Sequence[int]
    sampled: Sequence[float]
    text: str
    finish: str
    passed: bool
    reason: str
    hung: bool

    def did(self) -> dict[str, bool]:
        """Return what rewards are given for."""
        return {
            "passed": self.passed, "fenced": len(find_blocks(self.text)) == 1, "finished": self.finish == "stop",
        }  # fmt: skip

    def reward(self, rewards: RewardSettings) -> float:
        """Return what the answer is worth."""
        return math.fsum(getattr(rewards, name) for name, done in self.did().items() if done)


class Round(NamedTuple):
    """All samples of a round, task by task; of those that are trained on, log-probabilities by number.

    `drawn` are those of an own forward pass at the weights that drew the sample, `parent` those of the parent.
    """

    samples: list[Sample]
    drawn: dict[int, list[float]]
    parent: dict[int, list[float]]


class Planned(NamedTuple):
    """What a round teaches: the steps, every sample's advantage, and how many groups taught nothing."""

    steps: list[Step]
    advantages: list[float]
    skipped: int


def read_tasks(data: Path, *, chat: Chat, above: float, below: float, tokens: int, seed: int) -> list[Task]:
    """Return the cases of which some answers passed and some didn't, families in turn, in an order by hash.

    Args:
        data: folder that `attempts` wrote.
        chat: how the model is asked.
        above: only cases with a higher pass rate than this,
        below: and a lower one than this.
        tokens: longer prompts are left out.
        seed: of the order.
    """
    families: dict[str, list[Task]] = {}
    rows = list(read_rows(data / RATES))
    if held_out := [row["id"] for row in rows if row["split"] != "train"]:
        raise BurnishError(f"{data / RATES} names {held_out[0]}, which is held out; run: dvc repro attempts")
    for row in sorted(rows, key=lambda row: fingerprint(seed, "grpo", row["id"])):
        if not above < row["pass_rate"] < below:
            continue
        text = chat.render([{"role": "user", "content": row["prompt"]}], add_generation_prompt=True)
        family, ids = f"{row['category']}/{row['template']}", tuple(chat.encode(text))
        if len(ids) <= tokens:
            families.setdefault(family, []).append(Task(row["id"], family, text, ids, json.loads(row["verifier"])))
    rounds = max(map(len, families.values()), default=0)
    tasks = [own[turn] for turn in range(rounds) for _, own in sorted(families.items()) if turn < len(own)]
    if not tasks:
        raise BurnishError(
            f"{data / RATES}: none of {len(rows)} cases has a pass rate between {above:g} and {below:g} and a prompt of at "
            f"most {tokens} tokens; raise attempts.cases or attempts.sampling.samples, or widen train pass_rates"
        )
    return tasks


def tasks_of_round(tasks: Sequence[Task], *, number: int, size: int) -> list[Task]:
    """Return the `size` tasks that round `number` (from 0) asks, none twice; after the last comes the first again."""
    size = min(size, len(tasks))
    return [tasks[(number * size + place) % len(tasks)] for place in range(size)]


def find_advantages(rewards: Sequence[float], *, with_deviation: bool) -> list[float]:
    """Return each answer's advantage over its group; all are 0 where the rewards are equal.

    `with_deviation` divides by the group's standard deviation (GRPO); without it, groups that are nearly always right or
    wrong don't weigh more than others (Liu et al. 2025, Dr. GRPO).
    """
    if max(rewards) == min(rewards):
        return [0.0] * len(rewards)
    mean, scale = fmean(rewards), pstdev(rewards) if with_deviation else 1.0
    return [(reward - mean) / scale for reward in rewards]


def as_document(sample: Sample, *, task: Task) -> Document:
    """Return a sample as a chat of which the answer is to be learnt."""
    ids = np.array([*task.ids, *sample.ids], dtype=np.int32)
    return Document(ids, np.arange(len(ids)) >= len(task.ids))


def plan_round(samples: Sequence[Sample], *, tasks: Sequence[Task], rewards: RewardSettings, with_deviation: bool,
               steps: int, sequence_tokens: int) -> Planned:  # fmt: skip
    """Spread the groups that teach something over `steps` steps, or fewer; a sequence holds answers to one prompt."""
    groups: list[list[int]] = [[] for _ in tasks]
    for number, sample in enumerate(samples):
        groups[sample.task].append(number)
    advantages = [0.0] * len(samples)
    teaching = []
    for group in groups:
        own = find_advantages([samples[n].reward(rewards) for n in group], with_deviation=with_deviation)
        for number, advantage in zip(group, own, strict=True):
            advantages[number] = advantage
        if any(own):
            teaching.append(group)
    shares = [teaching[start::steps] for start in range(min(steps, len(teaching)))]
    planned = [_step(share, samples, tasks=tasks, sequence_tokens=sequence_tokens) for share in shares]
    return Planned(planned, advantages, len(groups) - len(teaching))


def _step(
    groups: Iterable[Sequence[int]], samples: Sequence[Sample], *, tasks: Sequence[Task], sequence_tokens: int
) -> Step:
    sequences: list[tuple[int, ...]] = []
    tokens = answers = 0
    for group in groups:
        prompt = len(tasks[samples[group[0]].task].ids)
        members: list[int] = []
        size = prompt
        for number in group:
            length = len(samples[number].ids)
            if members and size + length > sequence_tokens:
                sequences.append(tuple(members))
                tokens, members, size = tokens + size, [], prompt
            members.append(number)
            size, answers = size + length, answers + length
        sequences.append(tuple(members))
        tokens += size
    return Step(tuple(sequences), tokens, answers)


def write_round(path: Path, stored: Round) -> None:
    """Write a round whole."""
    write_json(path, {
        "samples": [sample._asdict() for sample in stored.samples],
        "drawn": {str(number): values for number, values in stored.drawn.items()},
        "parent": {str(number): values for number, values in stored.parent.items()},
    })  # fmt: skip


def read_round(path: Path) -> Round:
    """Read a round; its numbers are exactly those that were written."""
    content = json.loads(path.read_text())
    samples = [Sample(**sample) for sample in content["samples"]]
    drawn, parent = ({int(n): values for n, values in content[name].items()} for name in ("drawn", "parent"))
    return Round(samples, drawn, parent)
