"""Stage `train@<step>`, method `grpo`: a model's own answers, rewarded by their cases' verifiers, to one more adapter.

Round by round: a GGUF of the current weights, groups of answers to prompts that the parent sometimes solves, verdicts from
the sandbox, then a few optimiser steps on the groups whose rewards differ. So the sampler's weights are refreshed every
`refresh_steps` steps. Sampler and verifiers run in processes of their own, and every wait for them has an end. A round is
kept in the resume folder as soon as it is judged, so a killed run goes on with the same answers. Where no group's rewards
differ nothing is learnt; that is counted, and no error.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor

from burnish import stage
from burnish.chains import read_chain
from burnish.chat import Chat
from burnish.intervals import paired_difference
from burnish.records import Record
from burnish.seeds import fingerprint
from burnish.train import processes
from burnish.train.grpo_groups import Sample, read_tasks
from burnish.train.grpo_rollouts import (
    PARENT,
    Drawn,
    Setup,
    clear,
    draw_round,
    draw_samples,
    find_drift,
    pack_samples,
    write_parent,
)
from burnish.train.grpo_settings import GrpoParams, check_settings
from burnish.train.log_probabilities import answer_log_probabilities
from burnish.train.loop import Entry, Plan, choose_device, follow, set_deterministic
from burnish.train.model import load_decoder
from burnish.train.packing import Step
from burnish.train.policy import Measured, Targets, policy_loss
from burnish.train.results import finish_step


def run(params: GrpoParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its adapter, chain and history."""
    check_settings(params)
    processes.refuse_sharded("method grpo: a step with it")
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    room = params.sequence_tokens - params.sampling.max_new_tokens
    tasks = read_tasks(data, chat=Chat.load(base), above=params.pass_rates.above, below=params.pass_rates.below,
                       tokens=room, seed=seed)  # fmt: skip
    chain = read_chain(parent, base=base)
    processes.once(lambda: write_parent(resume / PARENT, chain=chain, base=base, parent=parent))
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    course = Course(Setup(params, tasks, model, resume, seed))
    plan = Plan(
        fingerprint(*(task.id for task in tasks)), params.rounds * params.refresh_steps, None, course.steps_after
    )
    entries = follow(model, plan, loss=course.loss, settings=params, seed=seed, record=record, resume=resume,
                     names=course.names, figures=course.figures)  # fmt: skip
    measured = params.measure_again and processes.is_first()
    again = draw_samples(course.setup, course.rounds[0].tasks, number=0, name="again") if measured else []
    digest = finish_step(out, model, chain=chain, entries=entries, settings=params, history=history, resume=resume)
    clear(resume)
    return {**course.summary(entries), "again": compare(course.rounds[0], again), "sha256": digest}


class Course:
    """The rounds of a run, drawn when their turn comes: with the weights that the steps before have left."""

    def __init__(self, setup: Setup) -> None:
        """Start before the first round."""
        self.setup = setup
        self.rounds: list[Drawn] = []
        self.names: list[str] = []  # of the current round's answers: the cases they answer
        self._measured: dict[tuple[int, ...], Measured] = {}

    def steps_after(self, done: int) -> Iterator[Step]:
        """Yield the steps behind the first `done`; the rounds of those are read from the resume folder."""
        taken = 0
        for number in range(self.setup.params.rounds):
            self.rounds.append(draw_round(self.setup, number, must_be_kept=taken < done))
            self.names[:] = [self.rounds[-1].tasks[one.task].id for one in self.rounds[-1].stored.samples]
            for step in self.rounds[-1].planned.steps:
                taken += 1
                if taken > done:
                    self._measured.clear()
                    yield step

    def loss(self, step: Step, sequence: tuple[int, ...]) -> Tensor:
        """Return what a sequence of the current round adds to the mean loss over all answer tokens of its step."""
        drawn, model = self.rounds[-1], self.setup.model
        packed = pack_samples(sequence, drawn)
        states = model.answer_states(packed)
        labels = torch.from_numpy(packed.labels).to(states.device)
        now = answer_log_probabilities(states, head=model.head, labels=labels)
        targets = find_targets(sequence, drawn, device=states.device)
        total, self._measured[sequence] = policy_loss(now, targets=targets, settings=self.setup.params.objective)
        return total / step.supervised

    def figures(self, step: Step) -> dict[str, float]:
        """Return what is logged of a step: its round's answers, and what was clipped and how far the parent is."""
        measured = processes.collect(self._measured)
        parts = [measured[sequence] for sequence in step.sequences]
        tokens = sum(part.tokens for part in parts)
        clipped, parent_kl = sum(part.clipped for part in parts), sum(part.parent_kl for part in parts)
        return {
            **measure_round(self.setup, self.rounds[-1]),
            "clipped": clipped / tokens,
            "parent_kl": parent_kl / tokens,
        }

    def summary(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return a step's metrics."""
        rounds = self.rounds
        measured = [measure_round(self.setup, one) for one in rounds]
        steps = [step for one in rounds for step in one.planned.steps]
        samples = [sample for one in rounds for sample in one.stored.samples]
        drifts = [find_drift(one.stored) for one in rounds]
        ends = {"first": measured[0], "last": measured[-1]}
        return {
            "steps": len(steps), "tokens": sum(step.tokens for step in steps),
            "supervised_tokens": sum(step.supervised for step in steps),
            "sequences": sum(len(step.sequences) for step in steps), "rounds": len(rounds),
            "refresh_steps": self.setup.params.refresh_steps, "prompts": len(self.setup.tasks),
            "groups": sum(len(one.tasks) for one in rounds), "skipped": sum(one.planned.skipped for one in rounds),
            "samples": len(samples), "hung": sum(sample.hung for sample in samples),
            "drift_mean": round(max(drift.mean for drift in drifts), 6),
            "drift_most": round(max(drift.most for drift in drifts), 6),
            **{f"{name}_{end}": round(one[name], 6) for end, one in ends.items() for name in ("reward", "passed")},
            "loss_first": round(entries[0].loss, 6) if entries else 0.0,
            "loss_last": round(entries[-1].loss, 6) if entries else 0.0,
        }  # fmt: skip


def find_targets(sequence: Sequence[int], drawn: Drawn, *, device: torch.device) -> Targets:
    """Return what the loss needs to know of the tokens of a sequence."""
    stored, advantages = drawn.stored, drawn.planned.advantages
    drawn_then, parents = ([v for number in sequence for v in own[number]] for own in (stored.drawn, stored.parent))
    worth = [advantages[number] for number in sequence for _ in stored.samples[number].ids]
    columns = (torch.tensor(values, dtype=torch.float32, device=device) for values in (drawn_then, parents, worth))
    return Targets(*columns)


def measure_round(setup: Setup, drawn: Drawn) -> dict[str, float]:
    """Return what a round's answers came to: mean reward, the share that earned each part of it, and what was unusable."""
    samples = drawn.stored.samples
    done = [sample.did() for sample in samples]
    return {
        "reward": fmean(sample.reward(setup.params.rewards) for sample in samples),
        **{name: fmean(one[name] for one in done) for name in done[0]},
        "answer_tokens": fmean(len(sample.ids) for sample in samples),
        "groups": float(len(drawn.tasks)), "skipped": float(drawn.planned.skipped),
        "hung": float(sum(sample.hung for sample in samples)), "drift": find_drift(drawn.stored).mean,
    }  # fmt: skip


def compare(first: Drawn, again: Sequence[Sample]) -> dict[str, float] | None:
    """Return the paired change of the pass rate on the first round's prompts, with its interval over families."""
    if not again:
        return None
    pairs = list(zip(first.stored.samples, again, strict=True))
    changes = [float(after.passed) - float(before.passed) for before, after in pairs]
    families = [first.tasks[before.task].family for before, _ in pairs]
    estimate = paired_difference(changes, families)
    return {
        "before": round(fmean(before.passed for before, _ in pairs), 6),
        "after": round(fmean(after.passed for _, after in pairs), 6), "difference": estimate.mean,
        "low": estimate.low, "high": estimate.high,
    }  # fmt: skip


if __name__ == "__main__":
    stage.main(run, spreads=True)
