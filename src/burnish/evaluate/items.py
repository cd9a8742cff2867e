"""Held-out items: which cases, real tasks and HumanEval problems a model is asked, and how a question is put."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from burnish import shards
from burnish.chat import Chat
from burnish.decoding import Prompt
from burnish.errors import BurnishError
from burnish.seeds import fingerprint

GROUPS = ("seen", "unseen", "real", "humaneval")
BASE, RELEASE = "base", "release"
HUMANEVAL = "humaneval"
REAL = "real"
QUESTION = "Complete this Python function. Reply with the whole function in one code block.\n\n```python\n{prompt}\n```"


class Item(NamedTuple):
    """One held-out task.

    `group` is what its result counts towards, `family` what an interval is clustered by. `check` is a verifier of `cases`, or
    a HumanEval problem as published.
    """

    id: str
    group: str
    category: str
    family: str
    question: str
    check: Mapping[str, Any]


def read_items(*, cases: Path, tasks: Path, humaneval: Path) -> list[Item]:
    """Return every held-out item there is, sorted by id."""
    tables = shards.tables_below(cases, tasks)
    if not tables:
        raise BurnishError(f"{cases} and {tasks} hold no rows-*.parquet; `dvc repro` makes them")
    held_out = (_case_item(row) for row in shards.read_rows(*tables) if row["split"] != "train")
    return sorted([*held_out, *_problems(humaneval)], key=lambda item: item.id)


def choose_items(items: Iterable[Item], *, most: Mapping[str, int], seed: int) -> list[Item]:
    """Return at most `most[group]` items of each group: families take turns, the order inside goes by hash."""
    if unknown := sorted(set(most) ^ set(GROUPS)):
        raise BurnishError(f"params.yaml: max_items must name {', '.join(GROUPS)} and nothing else, not {unknown[0]}")
    by_group: dict[str, dict[str, list[Item]]] = {group: {} for group in GROUPS}
    for item in sorted(items, key=lambda item: fingerprint(seed, "evaluation", item.id)):
        by_group[item.group].setdefault(item.family, []).append(item)
    return [item for group, families in by_group.items() for item in _in_turn(families, most=most[group])]


def render(items: Iterable[Item], *, chat: Chat) -> list[Prompt]:
    """Put each item as a chat of one question."""
    return [
        Prompt(item.id, chat.render([{"role": "user", "content": item.question}], add_generation_prompt=True))
        for item in items
    ]


def question_of(case: Mapping[str, Any]) -> str:
    """Return what the user says: the case's prompt, which holds its starter code."""
    return str(case["prompt"])


def _in_turn(families: Mapping[str, list[Item]], *, most: int) -> list[Item]:
    rounds = max(map(len, families.values()), default=0)
    turns = [own[turn] for turn in range(rounds) for own in families.values() if turn < len(own)]
    return turns[:most]


def _case_item(row: Mapping[str, Any]) -> Item:
    group = REAL if row["family"] == REAL else row["split"]
    family = f"{row['category']}/{row['template']}"
    return Item(row["id"], group, row["category"], family, question_of(row), json.loads(row["verifier"]))


def _problems(folder: Path) -> Iterator[Item]:
    """Read HumanEval (Chen et al. 2021) from the archive's member or anywhere below `folder`."""
    files = sorted(folder.rglob("HumanEval.jsonl.gz"))
    if not files:
        raise BurnishError(f"{folder} holds no HumanEval.jsonl.gz; `dvc repro fetch@benchmarks` gets it")
    try:
        lines = gzip.decompress(files[0].read_bytes()).decode().splitlines()
        problems = [json.loads(line) for line in lines if line.strip()]
    except (OSError, EOFError, ValueError) as error:
        problem = f"{files[0]} isn't readable ({error})"
        raise BurnishError(f"{problem}; delete it and run `dvc checkout` or `dvc repro`") from None
    for problem in problems:
        question = QUESTION.format(prompt=problem["prompt"].strip("\n"))
        yield Item(problem["task_id"], HUMANEVAL, HUMANEVAL, problem["task_id"], question, problem)
