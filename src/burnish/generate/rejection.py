"""Stage `attempts`: several answers of a training step to each training case; the right ones become rows to learn from.

Rejection sampling (Yuan et al. 2023, RFT): the case's verifier decides in the sandbox. Of each case at most a few answers
stay, none that was cut, no two with the same code, and families with few right answers give theirs first. The pass rate of
every case is stored beside the rows, for GRPO to choose its prompts by. Held-out families are never asked, and neither is a
case that overlaps a benchmark.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import PositiveFloat, PositiveInt

from burnish import shards, stage
from burnish.attempt_tables import RATE, RATES
from burnish.cases import language_of, render_answer
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.fences import extract_code
from burnish.files import atomic_directory
from burnish.judges import Judgement, judge_apart
from burnish.normal_code import normalise_code
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Answer, Prompt, Sampling, sample
from burnish.seeds import fingerprint
from burnish.step_files import write_step_gguf

Row = dict[str, Any]
UNCLEAN = frozenset("\0\r")  # no table of rows may hold the one, or mix the other with LF


class AttemptsParams(Section):
    """`attempts.<step>`: to how many cases the step answers, how many of the right ones stay, and how they are drawn.

    Attributes:
        cases: how many are asked; families take turns.
        rows_per_case: at most so many right answers of a case stay.
        max_rows: at most so many in all.
        references: whether a case without an answer to learn from gives its reference, so that hard cases don't vanish.
        verifier_seconds: the longest wait for verdicts on a few answers; one that needs longer has failed.
    """

    cases: PositiveInt
    rows_per_case: PositiveInt
    max_rows: PositiveInt
    references: bool
    verifier_seconds: PositiveFloat
    sampling: Sampling


class Attempt(NamedTuple):
    """One answer to a case, its verdict, and a right one's code in the form in which answers are told apart."""

    case: Mapping[str, Any]
    answer: Answer
    judgement: Judgement
    code: str

    @property
    def passed(self) -> bool:
        """Whether the verifier accepted it."""
        return self.judgement.verdict.passed

    @property
    def learnable(self) -> bool:
        """Whether it passed and ended by itself: who learns from a cut answer learns to stop anywhere."""
        return self.passed and self.answer.finish != "length"

    @property
    def family(self) -> str:
        """The template family of its case."""
        return family_of(self.case)


def run(params: AttemptsParams, *, cases: Path, contamination: Path, base: Path, model: Path, out: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Write rows, their order and the pass rates."""
    left_out = frozenset(row["id"] for row in shards.read_rows(contamination))
    chosen = choose_cases(read_training_cases(cases, left_out=left_out), most=params.cases, seed=seed)
    if not chosen:
        raise BurnishError(f"{cases} holds no training case that may be asked; see params.yaml: cases.trained_families")
    chat = Chat.load(base)
    prompts = [Prompt(case["id"], chat.render(question(case), add_generation_prompt=True)) for case in chosen]
    gguf = write_step_gguf(resume, step=model, base=base)
    sampled = sample(gguf, prompts, settings=params.sampling, seed=seed, resume=resume, label="attempts")
    record.note("new_tokens", sampled.new_tokens)
    record.note("sampling_seconds", sampled.seconds)
    attempts = judge(chosen, sampled.answers, seconds=params.verifier_seconds)
    kept = choose_rows(attempts, per_case=params.rows_per_case, most=params.max_rows)
    rows = [to_row(one.case, one.answer.text.strip(), name=f"attempt-{one.answer.turn}", chat=chat) for one in kept]
    if params.references:
        rows += [reference_row(case, chat=chat) for case in find_unsolved(chosen, attempts)]
    rates = [rate_row(own, model=sampled.model) for own in _by_case(attempts).values()]
    with atomic_directory(out) as partial:
        shards.write_rows(partial / "rows", rows, schema=shards.ROW)
        order = sorted(range(len(rows)), key=lambda number: fingerprint(seed, "attempts", rows[number]["id"]))
        np.save(partial / "index.npy", np.array(order, dtype=np.int32))
        shards.write_rows(partial / RATES, rates, schema=RATE)
    gguf.unlink()
    return describe(attempts, kept=kept, rows=rows, rates=rates)


def read_training_cases(cases: Path, *, left_out: frozenset[str]) -> Iterator[Row]:
    """Yield the cases of the training split below `cases`, without those in `left_out`."""
    for row in shards.read_rows(*shards.tables_below(cases)):
        if row["split"] == "train" and row["id"] not in left_out:
            yield row


def choose_cases(cases: Iterable[Row], *, most: int, seed: int) -> list[Row]:
    """Return at most `most` cases: families take turns, the order inside goes by hash."""
    families: dict[str, list[Row]] = {}
    for case in sorted(cases, key=lambda case: fingerprint(seed, "attempts", case["id"])):
        families.setdefault(family_of(case), []).append(case)
    return list(_in_turn([own for _, own in sorted(families.items())]))[:most]


def question(case: Mapping[str, Any]) -> list[Row]:
    """Return what the user says: the case's prompt, which holds its starter code."""
    return [{"role": "user", "content": case["prompt"]}]


def judge(cases: Sequence[Row], answers: Sequence[Answer], *, seconds: float) -> list[Attempt]:
    """Verify every answer."""
    by_id = {case["id"]: (case, json.loads(case["verifier"])) for case in cases}
    pairs = [(by_id[answer.id][1], answer.text) for answer in answers]
    verdicts = judge_apart(pairs, seconds=seconds, label="verdicts")
    attempts = []
    for answer, (verifier, text), judgement in zip(answers, pairs, verdicts, strict=True):
        language, code = language_of(verifier), ""
        if judgement.verdict.passed:
            code = normalise_code(extract_code(text, language=language), language=language)
        attempts.append(Attempt(by_id[answer.id][0], answer, judgement, code))
    return attempts


def choose_rows(attempts: Sequence[Attempt], *, per_case: int, most: int) -> list[Attempt]:
    """Return the right answers to learn: different code within a family, `per_case` of a case at most, `most` in all.

    Families take turns and those with the fewest go first, so a rare family loses nothing to a common one. Within a
    family, every case gives its first before any gives a second.
    """
    families: dict[str, dict[str, list[Attempt]]] = {}
    seen: set[tuple[str, str]] = set()
    for attempt in attempts:
        own = families.setdefault(attempt.family, {}).setdefault(attempt.case["id"], [])
        fits = len(own) < per_case and not UNCLEAN & set(attempt.answer.text)
        if attempt.learnable and fits and (attempt.family, attempt.code) not in seen:
            seen.add((attempt.family, attempt.code))
            own.append(attempt)
    queues = {family: list(_in_turn(list(own.values()))) for family, own in families.items()}
    rare_first = sorted(queues, key=lambda family: (len(queues[family]), family))
    return list(_in_turn([queues[family] for family in rare_first]))[:most]


def find_unsolved(cases: Sequence[Row], attempts: Sequence[Attempt]) -> list[Row]:
    """Return the cases to which no answer can be learnt from."""
    solved = {attempt.case["id"] for attempt in attempts if attempt.learnable}
    return [case for case in cases if case["id"] not in solved]


def reference_row(case: Mapping[str, Any], *, chat: Chat) -> Row:
    """Return a case's reference as a row of the table ROW."""
    text = render_answer(case["reference"], verifier=json.loads(case["verifier"]))
    return to_row(case, text, name="reference", chat=chat)


def to_row(case: Mapping[str, Any], text: str, *, name: str, chat: Chat) -> Row:
    """Return a right answer as a row of the table ROW."""
    spoken = [*question(case), {"role": "assistant", "content": text}]
    messages = [{**message, "tool_calls": None} for message in spoken]
    tokens = chat.tokens(messages)
    return {
        "id": f"{case['id']}/{name}", "messages": messages, "modalities": ["text"], "source": case["source"],
        "licence": case["licence"], "skill": case["family"], "family": family_of(case), "split": "train",
        "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised),
    }  # fmt: skip


def rate_row(attempts: Sequence[Attempt], *, model: str) -> Row:
    """Return what came of one case as a row of the table RATE."""
    case, right = attempts[0].case, [attempt for attempt in attempts if attempt.passed]
    copied = {name: case[name] for name in ("id", "family", "category", "template", "split", "prompt", "verifier")}
    return {
        **copied, "model": model, "samples": len(attempts), "passed": len(right),
        "different": len({attempt.code for attempt in right}),
        "cut": sum(attempt.answer.finish == "length" for attempt in attempts),
        "hung": sum(attempt.judgement.hung for attempt in attempts), "pass_rate": len(right) / len(attempts),
    }  # fmt: skip


def describe(
    attempts: Sequence[Attempt], *, kept: Sequence[Attempt], rows: Sequence[Row], rates: Sequence[Row]
) -> stage.Metrics:
    """Return the stage's metrics."""
    right = [attempt for attempt in attempts if attempt.passed]
    return {
        "cases": len(rates), "families": len({attempt.family for attempt in attempts}), "samples": len(attempts),
        "tokens": sum(attempt.answer.tokens for attempt in attempts), "right": len(right),
        "pass_rate": round(len(right) / len(attempts), 6),
        "different": len({(attempt.family, attempt.code) for attempt in right}), "rows": len(rows),
        "supervised_tokens": sum(row["supervised_tokens"] for row in rows),
        "never_right": sum(rate["passed"] == 0 for rate in rates),
        "always_right": sum(rate["passed"] == rate["samples"] for rate in rates),
        "hung": sum(rate["hung"] for rate in rates), "cut": sum(rate["cut"] for rate in rates),
        "rows_by_family": dict(sorted(Counter(attempt.family for attempt in kept).items())),
    }  # fmt: skip


def family_of(case: Mapping[str, Any]) -> str:
    """Return the name of a case's template family."""
    return f"{case['category']}/{case['template']}"


def _by_case(attempts: Iterable[Attempt]) -> dict[str, list[Attempt]]:
    grouped: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        grouped.setdefault(attempt.case["id"], []).append(attempt)
    return grouped


def _in_turn(queues: Sequence[Sequence[Any]]) -> Iterator[Any]:
    """Yield the first of each queue, then the second of each, and so on."""
    for turn in range(max(map(len, queues), default=0)):
        yield from (own[turn] for own in queues if turn < len(own))


if __name__ == "__main__":
    stage.main(run)
