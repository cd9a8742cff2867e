"""Pass rates for the verdict on leaks: replicas in HumanEval's format are asked as its own items were, and judged alike.

The public items' answers are those that `answers.py` sampled. Other formats have no grader here yet.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from burnish import shards
from burnish.benchmark_items import read_json_rows
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.evaluate.items import HUMANEVAL, QUESTION, Item, render
from burnish.humaneval import grade_many
from burnish.params import Section
from burnish.questions import Question
from burnish.sampling import Sampling, sample

Problem = Mapping[str, Any]
Passed = Mapping[str, float]


class PassParams(Section):
    """`replicas.passes`.

    Attributes:
        items: replicas asked, and public items whose answers are judged; 0 asks nothing.
        margin: share of one by which public items may gain more than replicas.
        sampling: must be that of `answers.held_out`.
    """

    items: int
    margin: float
    sampling: Sampling


class Model(NamedTuple):
    """One of the two models: its directory, its exported file, and its answers to public items."""

    directory: Path
    gguf: Path
    answers: Path


def read_problems(replicas: Path, *, public: Path) -> dict[str, Problem]:
    """Return all problems in HumanEval's format by id, replicas and public ones."""
    own = {row["id"]: json.loads(row["check"]) for row in shards.read_rows(replicas) if row["benchmark"] == HUMANEVAL}
    theirs = [row for path in sorted(public.rglob("HumanEval.jsonl.gz")) for row in read_json_rows(path)]
    return own | {row["task_id"]: row for row in theirs}


def grade_model(model: Model, *, public: Sequence[Question], replicas: Sequence[Question], problems: Mapping[str, Problem],
                settings: Sampling, seed: int, resume: Path) -> Passed:  # fmt: skip
    """Ask the replicas, read the public answers, and return 1.0 for each item that passed."""
    items = [_as_item(question, problems[question.id]) for question in replicas]
    prompts = render(items, chat=Chat.load(model.directory))
    sampled = sample(model.gguf, prompts, settings=settings, seed=seed, resume=resume, label="answers to replicas")
    texts = {answer.id: answer.text for answer in sampled.answers}
    stored = {row["id"]: row for row in shards.read_rows(model.answers)}
    for question in public:
        row = stored.get(question.id)
        if row is None:
            continue
        if row["settings"] != sampled.settings:
            place = "params.yaml: replicas.passes.sampling must be answers.held_out.sampling"
            raise BurnishError(f"{place}: replicas are drawn by {sampled.settings}, public items by {row['settings']}")
        texts[question.id] = row["text"]
    pairs = [(problems[name], text) for name, text in texts.items()]
    verdicts = grade_many(pairs, workers=len(os.sched_getaffinity(0)))
    return {name: float(verdict.passed) for name, verdict in zip(texts, verdicts, strict=True)}


def _as_item(question: Question, problem: Problem) -> Item:
    asked = QUESTION.format(prompt=question.prompt.strip("\n"))
    return Item(question.id, HUMANEVAL, HUMANEVAL, question.family, asked, problem)
