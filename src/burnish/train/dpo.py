"""Stage `train@<step>`, method `dpo`: pairs of a right and a wrong answer to an adapter that prefers the right ones.

One method by four losses (`objective.variant`): DPO, IPO, SimPO on pairs, KTO on single answers with a label. Log-probabilities
under the parent, the reference, are computed once before training. Metrics hold the accuracy on held-out pairs before and
after. It makes no pairs: `preferences` does, each proved by execution.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from pydantic import Field, NonNegativeInt

from burnish import stage
from burnish.chains import digest_weights, read_chain
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.records import Record
from burnish.train import processes
from burnish.train.answer_scores import KeptScores, score_groups
from burnish.train.held_out_pairs import choose_held_out, describe_held_out
from burnish.train.loop import TrainSettings, choose_device, count_workers, set_deterministic, train
from burnish.train.model import load_decoder
from burnish.train.packing import Step
from burnish.train.preference_data import Answers, answer_tokens, check_length_bias, read_pairs, read_unpaired, tokenise
from burnish.train.preference_loss import Objective
from burnish.train.preference_part import PreferencePart, score_references
from burnish.train.preference_steps import order_groups, plan_steps
from burnish.train.results import finish_step, summary

REFERENCE = "reference.json"
TRAINED = "train"


class DpoParams(TrainSettings):
    """`params.yaml: train.<step>` of a step with `method: dpo`.

    Attributes:
        max_length_bias: how far from 0.5 "the longer answer is right" may be true of the pairs; null: as far as it likes.
        held_out_pairs: how many pairs of each held-out split are scored before and after.
    """

    objective: Objective
    max_length_bias: Annotated[float, Field(ge=0, le=0.5)] | None
    held_out_pairs: NonNegativeInt


class Plan(NamedTuple):
    """What is trained on, in steps, what is scored before and after, and whether the longer answer tends to be right."""

    answers: Answers
    steps: list[Step]
    held_out: Answers
    longer_wins: float | None

    def counts(self) -> dict[str, Any]:
        """Return the numbers of questions and answers, and what was lost on the way."""
        groups = [group for step in self.steps for group in step.sequences]
        return {"questions": len(groups), "questions_different": len(set(groups)), "answers": sum(map(len, groups)),
                "questions_dropped": self.answers.dropped, "held_out_dropped": self.held_out.dropped,
                "longer_wins": self.longer_wins and round(self.longer_wins, 6), "origins": self.origins()}  # fmt: skip

    def origins(self) -> list[dict[str, Any]]:
        """Return what was taken from each source under each licence: what a release is judged by."""
        tokens = Counter[tuple[str, str]]()
        questions = dict(zip(self.answers.groups, self.answers.questions, strict=True))
        for group in (group for step in self.steps for group in step.sequences):
            question = questions[tuple(group)]
            tokens[question.source, question.licence] += sum(
                answer_tokens(self.answers.documents[number]) for number in group
            )
        return [
            {"origin": source, "licence": licence, "supervised_tokens": count, "share": count / tokens.total()}
            for (source, licence), count in sorted(tokens.items())
        ]


def run(params: DpoParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its weights, chain and history."""
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    processes.refuse_sharded("method dpo: a step with it")
    plan = read_plan(data, chat=Chat.load(base), settings=params, seed=seed)
    chain = read_chain(parent, base=base)
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    workers = count_workers(params)
    score = partial(score_groups, model, workers=workers, threads=params.threads // workers)
    kept = KeptScores(resume / REFERENCE, weights=digest_weights(parent), score=score)
    references = score_references(plan.answers, plan.steps, objective=params.objective, score=kept)
    before = kept(plan.held_out.by_group())
    part = PreferencePart(model, plan.answers, references, objective=params.objective)
    entries = train(model, plan.steps, loss=part, settings=params, seed=seed, record=record, resume=resume,
                    names=plan.answers.names(), figures=part.figures)  # fmt: skip
    after = score(plan.held_out.by_group())
    digest = finish_step(out, model, chain=chain, entries=entries, settings=params, history=history, resume=resume)
    return {
        **plan.counts(), **summary(entries, plan.steps), "sha256": digest,
        "rewards_last": {name: round(value, 6) for name, value in entries[-1].figures.items()},
        "held_out": describe_held_out(plan.held_out, before=before, after=after, objective=params.objective),
    }  # fmt: skip


def read_plan(data: Path, *, chat: Chat, settings: DpoParams, seed: int) -> Plan:
    """Read the tables, choose what is held out, and cut the rest into steps."""
    kto, context = settings.objective.variant == "kto", settings.sequence_tokens
    pairs = read_pairs(data) if settings.held_out_pairs or not kto else []
    trained = read_unpaired(data) if kto else [pair for pair in pairs if pair.split == TRAINED]
    answers = tokenise(trained, chat=chat, context=context)
    longer_wins = check_length_bias(answers, most=settings.max_length_bias, data=data)
    order = order_groups(answers, epochs=settings.epochs, seed=seed)
    steps = plan_steps(answers, order=order, step_tokens=settings.step_tokens, tokens=settings.tokens)
    if not steps:
        raise BurnishError(
            f"{data} leaves nothing to train on: {len(trained)} questions, {answers.dropped} of them over params.yaml: "
            f"train.sequence_tokens = {context}, within train.tokens = {settings.tokens}; raise one of them"
        )
    held_out = choose_held_out(pairs, most=settings.held_out_pairs, seed=seed)
    return Plan(answers, steps, tokenise(held_out, chat=chat, context=context), longer_wins)


if __name__ == "__main__":
    stage.main(run, spreads=True)
