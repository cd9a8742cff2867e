"""Held-out items and stored answers to results: one row for each answer, with its verdict. Summarises nothing."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from burnish import sandbox
from burnish.answer_rows import describe_reading
from burnish.answer_tables import READ
from burnish.cases import KINDS, Executed, verify_many
from burnish.errors import BurnishError
from burnish.evaluate.items import HUMANEVAL, Item
from burnish.fences import find_blocks
from burnish.humaneval import grade_many
from burnish.verdicts import Verdict

Answer = Mapping[str, Any]
READER = "fences"  # cases and HumanEval alike are judged by an answer's code

RESULT = pa.schema([
    ("id", pa.string()), ("model", pa.string()), ("index", pa.int32()), ("group", pa.string()),
    ("category", pa.string()), ("family", pa.string()), ("passed", pa.bool_()), ("reason", pa.string()),
    ("finish", pa.string()), ("tokens", pa.int32()), ("no_code", pa.bool_()),
    ("tier", pa.string()), *READ.items(),
])  # fmt: skip


class Result(NamedTuple):
    """The verdict on one answer.

    `model` is the label of its table; `no_code`: it holds no fenced block; `tier`: how the sandbox kept programs in, empty
    where none ran.
    """

    item: Item
    model: str
    turn: int
    verdict: Verdict
    finish: str
    tokens: int
    no_code: bool
    tier: str

    @property
    def key(self) -> tuple[str, int]:
        """What two models' results are paired by."""
        return self.item.id, self.turn

    def row(self) -> dict[str, Any]:
        """Return it as a row of RESULT, without how its answer was asked and read."""
        item, verdict = self.item, self.verdict
        return {
            "id": item.id, "model": self.model, "index": self.turn, "group": item.group, "category": item.category,
            "family": item.family, "passed": verdict.passed, "reason": verdict.reason, "finish": self.finish,
            "tokens": self.tokens, "no_code": self.no_code, "tier": self.tier,
        }  # fmt: skip


def judge_tables(tables: Mapping[str, Iterable[Answer]], *, items: Iterable[Item]) -> dict[str, list[Result]]:
    """Judge the answers of every table; what two models both said to an item is judged once."""
    known = {item.id: item for item in items}
    answers = {name: list(rows) for name, rows in tables.items()}
    pairs = sorted({(row["id"], row["text"]) for rows in answers.values() for row in rows})
    if missing := sorted({identity for identity, _ in pairs} - known.keys()):
        raise BurnishError(f"no held-out item {missing[0]!r}: the answers are of other cases; run: dvc repro answers")
    verdicts = dict(zip(pairs, _judge([(known[identity], text) for identity, text in pairs]), strict=True))
    return {
        name: [_result(row, name=name, item=known[row["id"]], verdict=verdicts[row["id"], row["text"]]) for row in rows]
        for name, rows in answers.items()
    }


def result_rows(
    tables: Mapping[str, Sequence[Answer]], *, results: Mapping[str, Sequence[Result]]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of RESULT: the verdicts on the answers of every table."""
    for name, own in results.items():
        for row, result in zip(tables[name], own, strict=True):
            yield {**result.row(), **describe_reading(row, reader=READER)}


def _judge(pairs: Sequence[tuple[Item, str]]) -> list[Verdict]:
    problems = [(item.check, text) for item, text in pairs if item.group == HUMANEVAL]
    others = [(item.check, text) for item, text in pairs if item.group != HUMANEVAL]
    workers = len(os.sched_getaffinity(0))
    verdicts = iter(verify_many(others, workers=workers, batch=False))
    grades = iter(grade_many(problems, workers=workers))
    return [next(grades if item.group == HUMANEVAL else verdicts) for item, _ in pairs]


def _result(row: Mapping[str, Any], *, name: str, item: Item, verdict: Verdict) -> Result:
    no_code = not find_blocks(row["text"])
    tier = sandbox.require().tier if _runs_programs(item) else ""
    return Result(item, name, row["index"], verdict, row["finish"], row["tokens"], no_code, tier)


def _runs_programs(item: Item) -> bool:
    return item.group == HUMANEVAL or isinstance(KINDS[item.check["kind"]], Executed)
