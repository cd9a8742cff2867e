"""Tables of preferences to tokenised answers, grouped by their prompt; what can't teach a preference is refused by name.

Reads pairs that were executed (`pairs`, see `pair_tables.py`) or stated (`kept`, see `stated_pairs.py`), and single answers
with a label (`kto`). Doesn't choose and doesn't order: `preference_steps.py` does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from burnish import shards
from burnish.chat import Chat, Message
from burnish.errors import BurnishError
from burnish.masks import mask_answers
from burnish.train.packing import Document, fit_document

PAIR_TABLES = ("pairs", "kept")
UNPAIRED_TABLE = "kto"


class Question(NamedTuple):
    """A prompt with answers, each right or wrong, and whose they are under which licence.

    `split` and `family` are those of pairs, empty for single answers.
    """

    name: str
    split: str
    family: str
    prompt: Sequence[Message]
    answers: Sequence[tuple[str, bool]]
    source: str
    licence: str


class Answers(NamedTuple):
    """Chats by number, whether their answer is right, and which of them share a prompt: one group a question.

    `questions` are those of the groups; `dropped` counts questions with an answer that didn't fit.
    """

    documents: list[Document]
    right: list[bool]
    groups: list[tuple[int, ...]]
    questions: list[Question]
    dropped: int

    def by_group(self) -> list[list[Document]]:
        """Return the chats of each group."""
        return [[self.documents[number] for number in group] for group in self.groups]

    def names(self) -> list[str]:
        """Return of each chat the question it answers."""
        return [question.name for question, group in zip(self.questions, self.groups, strict=True) for _ in group]


def read_pairs(data: Path) -> list[Question]:
    """Read all pairs of `data`, of every split: the right answer of each question first."""
    table = next((data / name for name in PAIR_TABLES if (data / name).is_dir()), None)
    if table is None:
        raise BurnishError(f"{data} holds no table of pairs ({', '.join(PAIR_TABLES)}); name another folder in "
                           "params.yaml: train: data, or run the stage that makes it")  # fmt: skip
    questions = [_pair(row) for row in shards.read_rows(table)]
    _check(questions, table=table)
    return questions


def read_unpaired(data: Path) -> list[Question]:
    """Read the single answers of `data`; neighbours that answer one prompt are one question."""
    table = data / UNPAIRED_TABLE
    if not table.is_dir():
        raise BurnishError(f"{table} is missing: variant kto reads single answers with a label; use another variant")
    questions = [
        _unpaired(list(rows), number=number)
        for number, (_, rows) in enumerate(groupby(shards.read_rows(table), key=lambda row: row["prompt"]))
    ]
    _check(questions, table=table)
    if len({right for question in questions for _, right in question.answers}) == 1:
        raise BurnishError(f"{table} holds answers of one label only: nothing is preferred to them; use method sft")
    return questions


def _pair(row: Mapping[str, Any]) -> Question:
    executed = "template" in row
    family = f"{row['category']}/{row['template']}" if executed else row["family"]
    prompt = [{"role": "user", "content": row["prompt"]}] if executed else row["prompt"]
    chosen, rejected = (row[side] if executed else row[side][-1]["content"] for side in ("chosen", "rejected"))
    answers = [(chosen, True), (rejected, False)]
    return Question(row["id"], row["split"], family, prompt, answers, row["source"], row["licence"])


def _unpaired(rows: Sequence[Mapping[str, Any]], *, number: int) -> Question:
    first = rows[0]
    if missing := sorted({"source", "licence"} - set(first)):
        raise BurnishError(
            f"{UNPAIRED_TABLE}: a row without {missing[0]}; a release is judged by whose its answers are"
        )
    answers = [(row["completion"][-1]["content"], bool(row["label"])) for row in rows]
    return Question(f"question {number}", "train", "", first["prompt"], answers, first["source"], first["licence"])


def _check(questions: Iterable[Question], *, table: Path) -> None:
    for question in questions:
        for text, right in question.answers:
            if not text.strip():
                raise BurnishError(f"{table}: {question.name}: its {'right' if right else 'wrong'} answer is empty; "
                                   "leave the row out, or run the stage that writes it again")  # fmt: skip
        both = {text for text, right in question.answers if right} & {
            text for text, right in question.answers if not right
        }
        if both:
            raise BurnishError(f"{table}: {question.name}: {min(both)[:60]!r} is its right and its wrong answer: nothing to "
                               "learn; leave the row out, or run the stage that writes it again")  # fmt: skip


def tokenise(questions: Iterable[Question], *, chat: Chat, context: int) -> Answers:
    """Tokenise `questions`; one with an answer over `context` tokens is dropped whole, for no part of it may be cut."""
    found = Answers([], [], [], [], 0)
    dropped = 0
    for question in questions:
        documents = [_as_document(question.prompt, text, chat=chat) for text, _ in question.answers]
        if max(len(document.ids) for document in documents) > context:
            dropped += 1
            continue
        first = len(found.documents)
        found.documents.extend(documents)
        found.right.extend(right for _, right in question.answers)
        found.groups.append(tuple(range(first, len(found.documents))))
        found.questions.append(question)
    return found._replace(dropped=dropped)


def _as_document(prompt: Sequence[Message], answer: str, *, chat: Chat) -> Document:
    ids, supervised, _ = mask_answers([*prompt, {"role": "assistant", "content": answer}], chat=chat)
    whole = Document(np.array(ids, np.int32), np.array(supervised, np.bool_))
    last = Document(whole.ids, whole.supervised & (np.arange(len(ids)) >= _last_answer(whole.supervised)))
    document = fit_document(last, context=len(ids))
    assert document is not None
    return document


def _last_answer(supervised: np.ndarray[Any, Any]) -> int:
    """Return where the last answer begins: in a prompt of several turns, those before it aren't judged."""
    end = int(np.flatnonzero(supervised)[-1])
    return int(np.flatnonzero(~supervised[:end])[-1]) + 1


def answer_tokens(document: Document) -> int:
    """Return how many tokens the answer has, its end token included."""
    return int(document.supervised.sum())


def longer_wins(answers: Answers) -> float | None:
    """Return how often, of a right and a wrong answer to one prompt, the right one has more tokens; a tie counts half.

    None where no prompt has both.
    """
    leads = [answer_tokens(answers.documents[a]) - answer_tokens(answers.documents[b]) for a, b in _rivals(answers)]
    return sum(0.5 * (1 + (lead > 0) - (lead < 0)) for lead in leads) / len(leads) if leads else None


def _rivals(answers: Answers) -> Iterator[tuple[int, int]]:
    for group in answers.groups:
        yield from product([n for n in group if answers.right[n]], [n for n in group if not answers.right[n]])


def check_length_bias(answers: Answers, *, most: float | None, data: Path) -> float | None:
    """Return `longer_wins`; refuse pairs from which length alone could be learnt."""
    rate = longer_wins(answers)
    if most is not None and rate is not None and abs(rate - 0.5) > most:
        raise BurnishError(
            f"{data}: the longer answer is the right one in {rate:.2f} of {len(answers.groups)} questions, further from 0.5 "
            f"than params.yaml: train: max_length_bias = {most}: length would be learnt; balance the pairs or raise it"
        )
    return rate
