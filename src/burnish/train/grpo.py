"""Stage `train@<step>`, method `grpo`: a model's own answers, rewarded by their cases' verifiers, to one more adapter.

Round by round: a GGUF of the current weights, groups of answers to prompts that the parent sometimes solves, verdicts from
the sandbox, then a few optimiser steps on the groups whose rewards differ. So the sampler's weights are refreshed every
`refresh_steps` steps. Sampler and verifiers run in processes of their own, and every wait for them has an end. A round is
kept in the resume folder as soon as it is judged, so a killed run goes on with the same answers.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch import Tensor

from burnish import stage
from burnish.chains import digest_weights, read_chain, write_chain
from burnish.chat import Chat
from burnish.files import atomic_directory
from burnish.intervals import paired_difference
from burnish.records import Record
from burnish.seeds import fingerprint
from burnish.train.checkpoint import remove_checkpoint
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
from burnish.train.loop import Loop, choose_device, set_deterministic
from burnish.train.model import load_decoder
from burnish.train.packing import Step
from burnish.train.policy import Measured, Targets, policy_loss
from burnish.train.results import save_step, write_history


def run(params: GrpoParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its adapter, chain and history."""
    check_settings(params)
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    room = params.sequence_tokens - params.sampling.max_new_tokens
    tasks = read_tasks(data, chat=Chat.load(base), above=params.pass_rates.above, below=params.pass_rates.below,
                       tokens=room, seed=seed)  # fmt: skip
    chain = read_chain(parent, base=base)
    write_parent(resume / PARENT, chain=chain, base=base, parent=parent)
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    setup = Setup(params, tasks, model, resume, seed)
    plan, steps = fingerprint(*(task.id for task in tasks)), params.rounds * params.refresh_steps
    rounds = []
    with Loop(model, plan=plan, steps=steps, settings=params, seed=seed, record=record, resume=resume) as loop:
        for number in range(params.rounds):
            rounds.append(draw_round(setup, number, loop=loop))
            teach(setup, rounds[-1], loop=loop, end=(number + 1) * params.refresh_steps)
        again = draw_samples(setup, rounds[0].tasks, number=0, name="again") if params.measure_again else []
    with atomic_directory(out) as partial:
        save_step(partial, model, settings=params)
        write_chain(partial, chain)
    write_history(history, loop.history)
    remove_checkpoint(resume)
    clear(resume)
    return {**summary(setup, rounds, loop=loop), "again": compare(rounds[0], again), "sha256": digest_weights(out)}


def teach(setup: Setup, drawn: Drawn, *, loop: Loop, end: int) -> None:
    """Take the steps of a round that aren't done yet; its last is step `end`."""
    fixed, steps = measure_round(setup, drawn), drawn.planned.steps
    for step in steps[max(0, len(loop.history) - (end - len(steps))) :]:
        take_step(setup, drawn, step, loop=loop, fixed=fixed)


def take_step(setup: Setup, drawn: Drawn, step: Step, *, loop: Loop, fixed: Mapping[str, float]) -> None:
    """Take one step, and log `fixed` with what is only known after it."""
    seen: dict[tuple[int, ...], Measured] = {}

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        states = setup.model.answer_states(pack_samples(sequence, drawn))
        targets = find_targets(sequence, drawn, device=states.device)
        total, seen[sequence] = policy_loss(
            states, head=setup.model.head, targets=targets, settings=setup.params.objective
        )
        return total / step.supervised

    def measure() -> Mapping[str, float]:
        parts = [seen[sequence] for sequence in step.sequences]
        tokens = max(1, sum(part.tokens for part in parts))
        clipped, parent_kl = sum(part.clipped for part in parts), sum(part.parent_kl for part in parts)
        return {**fixed, "clipped": clipped / tokens, "parent_kl": parent_kl / tokens}

    loop.take(step, loss=loss, measure=measure)


def find_targets(sequence: Sequence[int], drawn: Drawn, *, device: torch.device) -> Targets:
    """Return what the loss needs to know of the tokens of a sequence."""
    stored, advantages = drawn.stored, drawn.planned.advantages
    ids = [token for number in sequence for token in stored.samples[number].ids]
    now, before = ([v for number in sequence for v in values[number]] for values in (stored.drawn, stored.parent))
    worth = [advantages[number] for number in sequence for _ in stored.samples[number].ids]
    numbers = [torch.tensor(values, dtype=torch.float32, device=device) for values in (now, before, worth)]
    return Targets(torch.tensor(ids, device=device), *numbers)


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


def summary(setup: Setup, rounds: Sequence[Drawn], *, loop: Loop) -> dict[str, Any]:
    """Return a step's metrics."""
    measured = [measure_round(setup, one) for one in rounds]
    steps = [step for one in rounds for step in one.planned.steps]
    samples = [sample for one in rounds for sample in one.stored.samples]
    drifts = [find_drift(one.stored) for one in rounds]
    ends = {"first": measured[0], "last": measured[-1]}
    return {
        "steps": len(steps), "tokens": loop.tokens, "supervised_tokens": sum(step.supervised for step in steps),
        "sequences": sum(len(step.sequences) for step in steps), "rounds": len(rounds),
        "refresh_steps": setup.params.refresh_steps, "prompts": len(setup.tasks),
        "groups": sum(len(one.tasks) for one in rounds), "skipped": sum(one.planned.skipped for one in rounds),
        "samples": len(samples), "hung": sum(sample.hung for sample in samples),
        "drift_mean": round(max(drift.mean for drift in drifts), 6),
        "drift_most": round(max(drift.most for drift in drifts), 6),
        **{f"{name}_{end}": round(one[name], 6) for end, one in ends.items() for name in ("reward", "passed")},
        "loss_first": round(loop.history[0].loss, 6), "loss_last": round(loop.history[-1].loss, 6),
    }  # fmt: skip


def compare(first: Drawn, again: Sequence[Sample]) -> dict[str, float] | None:
    """Return the paired change of the pass rate on the first round's prompts, with its interval over families."""
    if not again:
        return None
    pairs = list(zip(first.stored.samples, again, strict=True))
    changes = [float(after.passed) - float(before.passed) for before, after in pairs]
    families = [first.tasks[before.task].family for before, _ in pairs]
    estimate = paired_difference(changes, families, key="grpo")
    return {
        "before": round(fmean(before.passed for before, _ in pairs), 6),
        "after": round(fmean(after.passed for _, after in pairs), 6), "difference": estimate.mean,
        "low": estimate.low, "high": estimate.high,
    }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
