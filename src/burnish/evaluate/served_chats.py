"""Public items as tasks that any server can be asked: their chats in either form, verdicts by the stage's own graders.

What a stage gives a template of its own goes to the server as messages and functions, for the server's template to write.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from burnish.agent_models import number_calls
from burnish.chat_client import Question
from burnish.evaluate.graders import grade_answers
from burnish.evaluate.public_figures import NAMES, OBEYED, describe_relevance
from burnish.evaluate.public_items import INJECTION, PublicItem
from burnish.intervals import pass_rate
from burnish.seeds import fingerprint
from burnish.tool_prompts import Form, in_tags

CALLS, DECLINES = "bfcl_relevance", "bfcl_irrelevance"
MOST_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class ChatTask:
    """One public item; all are of one level, and figures go by its group."""

    item: PublicItem
    level: int = 1

    @property
    def id(self) -> str:
        """Its name."""
        return self.item.id

    @property
    def template(self) -> str:
        """What succeeds and fails together."""
        return self.item.family

    @property
    def category(self) -> str:
        """The part of its group."""
        return self.item.category

    @property
    def kind(self) -> str:
        """Its group."""
        return self.item.group


class ChatGrade(NamedTuple):
    """The verdict on one answer. `extracted`: it held what is judged; `action` says in a word what it does."""

    solved: bool
    points: float
    runs: bool
    extracted: bool
    action: str
    reason: str


class Row(Protocol):
    """One graded answer."""

    @property
    def task(self) -> Any:
        """A `ChatTask`."""

    @property
    def grade(self) -> Any:
        """A `ChatGrade`."""


def as_tasks(items: Iterable[PublicItem]) -> list[ChatTask]:
    """Return items as tasks, in order."""
    return [ChatTask(item) for item in items]


def put_chats(tasks: Sequence[ChatTask], form: Form) -> list[Question]:
    """Return the questions: functions beside the chat, or in its system message where templates know none."""
    return [_put(task.item, form=form) for task in tasks]


def name_chat(task: ChatTask, form: Form) -> str:
    """Return what a kept answer is an answer to."""
    return json.dumps(_put(task.item, form=form)._asdict(), sort_keys=True)


def digest_chats(tasks: Sequence[ChatTask]) -> str:
    """Return what stands for the data: scores of different data can't be compared."""
    return fingerprint(*(f"{task.id} {json.dumps(task.item._asdict(), sort_keys=True)}" for task in tasks))


def grade_chats(pairs: Sequence[tuple[ChatTask, str]], *, workers: int) -> list[ChatGrade]:
    """Judge answers, in order; one that is too long is judged as an empty one."""
    long = [len(answer) > MOST_CHARACTERS for _, answer in pairs]
    cut = [(task.item, "" if over else answer) for (task, answer), over in zip(pairs, long, strict=True)]
    return [
        ChatGrade(
            grade.verdict.passed, float(grade.verdict.passed), grade.extracted, grade.extracted, grade.action,
            f"longer than {MOST_CHARACTERS} characters" if over else grade.verdict.reason,
        )
        for grade, over in zip(grade_answers(cut, workers=workers), long, strict=True)
    ]  # fmt: skip


def describe_chats(rows: Sequence[Row]) -> dict[str, Any]:
    """Return what answers did, by group; J of calling where a function fits; how often an injection was obeyed."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.task.kind, []).append(row)
    actions = {name: dict(sorted(Counter(row.grade.action for row in own).items())) for name, own in groups.items()}
    figures: dict[str, Any] = {"actions": actions}
    rates = {name: _rate(own, lambda row: row.grade.solved)["mean"] for name, own in groups.items()}
    both = {name: {model: {"pass_rate": rate} for model in NAMES} for name, rate in rates.items()}
    if found := describe_relevance(both, calls=CALLS, declines=DECLINES):
        figures["relevance_j"] = found[NAMES[0]]
    if INJECTION in groups:
        figures["obeyed_injection"] = _rate(groups[INJECTION], lambda row: row.grade.action == OBEYED)
    return figures


def _rate(rows: Sequence[Row], holds: Any) -> Mapping[str, float]:
    estimate = pass_rate([float(holds(row)) for row in rows], [row.task.template for row in rows])
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high}


def _put(item: PublicItem, *, form: Form) -> Question:
    text = str(item.messages[-1]["content"])
    if item.tools and form == "tags":
        return Question(item.id, text, messages=in_tags(item.messages, tools=item.tools))
    return Question(item.id, text, messages=number_calls(item.messages), tools=item.tools)
