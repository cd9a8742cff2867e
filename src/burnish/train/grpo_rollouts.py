"""Draws a round of GRPO: a file of the current weights, the sampler's answers to it, verdicts, and an own reading of them.

A round is kept in the resume folder as soon as it is complete, so that a run which was killed goes on with the same one.
"""

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from torch import Tensor

from burnish.adapters import add_adapter, save_tensors
from burnish.chain_weights import FULL_WEIGHTS, read_weights, write_merged
from burnish.chains import Chain
from burnish.decoding import Request
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.judges import judge_apart
from burnish.rollouts import Asked, roll
from burnish.sampling import SEEDS
from burnish.seeds import fingerprint
from burnish.step_files import write_scratch_gguf
from burnish.train import processes
from burnish.train.decoder import Decoder
from burnish.train.grpo_groups import (
    Planned,
    Round,
    Sample,
    Task,
    as_document,
    plan_round,
    read_round,
    tasks_of_round,
    write_round,
)
from burnish.train.grpo_settings import GrpoParams
from burnish.train.log_probabilities import answer_log_probabilities
from burnish.train.loop import count_workers
from burnish.train.packing import Packed, pack

PARENT, CURRENT = "parent", "current"


class Setup(NamedTuple):
    """What all rounds of a run share; `tasks` are all prompts that may be asked."""

    params: GrpoParams
    tasks: list[Task]
    model: Decoder
    resume: Path
    seed: int


class Drawn(NamedTuple):
    """One round ready to be trained on."""

    tasks: list[Task]
    stored: Round
    planned: Planned


def draw_round(setup: Setup, number: int, *, must_be_kept: bool) -> Drawn:
    """Return round `number`: from the resume folder where it is there, else drawn, judged, read and kept.

    `must_be_kept`: some of its steps are done already, so the weights that drew it are gone. Of several processes the first
    draws; the others wait, and read what it kept.
    """
    drawn = processes.once(partial(_draw_round, setup, number, must_be_kept=must_be_kept))
    return drawn or _draw_round(setup, number, must_be_kept=True)


def _draw_round(setup: Setup, number: int, *, must_be_kept: bool) -> Drawn:
    params, path = setup.params, setup.resume / f"round-{number:05}.json"
    tasks = tasks_of_round(setup.tasks, number=number, size=params.refresh_steps * params.prompts_per_step)
    kept = path.is_file()
    if not kept and must_be_kept:
        raise BurnishError(f"{path} is missing, but its checkpoint isn't; delete {setup.resume} to start over")
    stored = read_round(path) if kept else Round(draw_samples(setup, tasks, number=number, name=str(number)), {}, {})
    planned = plan_round(
        stored.samples, tasks=tasks, rewards=params.rewards, with_deviation=params.divide_by_deviation,
        steps=params.refresh_steps, sequence_tokens=params.sequence_tokens,
    )  # fmt: skip
    drawn = Drawn(tasks, stored, planned)
    if not kept:
        drawn = drawn._replace(stored=read_samples(setup, drawn))
        write_round(path, drawn.stored)
    check_drift(drawn.stored, number=number, most=params.max_drift)
    return drawn


def draw_samples(setup: Setup, tasks: Sequence[Task], *, number: int, name: str) -> list[Sample]:
    """Ask the current weights every task `sampling.samples` times and judge the answers; seeds are those of a round."""
    params, size = setup.params, setup.params.sampling.samples
    gguf = write_current(setup.resume, model=setup.model)
    requests = [
        Request(place * size + turn, task.text, seed_of(setup.seed, number, task.id, turn))
        for place, task in enumerate(tasks)
        for turn in range(size)
    ]
    drawn = roll(Asked(gguf, params.sampling, requests), kept=setup.resume / f"answers-{name}.jsonl",
                 seconds=params.sampler_seconds, label=f"rollouts {name}")  # fmt: skip
    pairs = [(tasks[place // size].verifier, one.completion.text) for place, one in enumerate(drawn)]
    judgements = judge_apart(pairs, seconds=params.verifier_seconds, label="rewards")
    return [
        Sample(place // size, one.ids, one.log_probabilities, one.completion.text, one.completion.finish,
               judgement.verdict.passed, judgement.verdict.reason, judgement.hung)
        for place, (one, judgement) in enumerate(zip(drawn, judgements, strict=True))
    ]  # fmt: skip


def seed_of(seed: int, *key: object) -> int:
    """Return the sampler's seed for one answer."""
    return 1 + int(fingerprint("rollout", seed, *key), 16) % (SEEDS - 1)


def read_samples(setup: Setup, drawn: Drawn) -> Round:
    """Return the round with the log-probabilities of what is to be trained on: as it will be packed, now and by the parent."""
    model, params = setup.model, setup.params

    def read(sequence: Sequence[int]) -> list[list[list[float]]]:
        packed = pack_samples(sequence, drawn)
        sizes = [len(drawn.stored.samples[number].ids) for number in sequence]
        with torch.no_grad():
            states = (model.answer_states(packed), model.parent_states(packed))
            labels = torch.from_numpy(packed.labels).to(states[0].device)
            scores = [answer_log_probabilities(one, head=model.head, labels=labels) for one in states]
        return [[values.tolist() for values in one.cpu().split(sizes)] for one in scores]

    now: dict[int, list[float]] = {}
    before: dict[int, list[float]] = {}
    sequences = [sequence for step in drawn.planned.steps for sequence in step.sequences]
    count = count_workers(params)
    with ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(params.threads // count,)) as pool:
        for sequence, (own, parents) in zip(sequences, pool.map(read, sequences), strict=True):
            now.update(zip(sequence, own, strict=True))
            before.update(zip(sequence, parents, strict=True))
    return Round(drawn.stored.samples, now, before)


def pack_samples(sequence: Sequence[int], drawn: Drawn) -> Packed:
    """Lay answers to one prompt side by side: it is computed once for them."""
    samples = [drawn.stored.samples[number] for number in sequence]
    return pack([as_document(sample, task=drawn.tasks[sample.task]) for sample in samples])


class Drift(NamedTuple):
    """How far the sampler's log-probabilities are from an own forward pass: mean and largest difference of a token."""

    mean: float
    most: float


def find_drift(stored: Round) -> Drift:
    """Compare all tokens of a round that were read; without any there is none."""
    apart = [
        abs(own - sampled)
        for number, values in stored.drawn.items()
        for own, sampled in zip(values, stored.samples[number].sampled, strict=True)
    ]
    return Drift(fmean(apart), max(apart)) if apart else Drift(0.0, 0.0)


def check_drift(stored: Round, *, number: int, most: float) -> None:
    """Raise where the sampler's answers aren't this model's."""
    drift = find_drift(stored)
    if drift.mean > most:
        raise BurnishError(
            f"sampler and trainer differ by {drift.mean:.4f} nats a token in round {number + 1}, at most {drift.most:.2f}; "
            f"params.yaml: train max_drift is {most:g}: the answers aren't this model's"
        )


def write_parent(folder: Path, *, chain: Chain, base: Path, parent: Path) -> None:
    """Write the merged parent once; every refresh of the sampler's weights starts from it."""
    if not folder.is_dir():
        with atomic_directory(folder) as partial:
            write_merged(partial, chain, base=base, parent=parent.parent, dtype="float32")


def write_current(resume: Path, *, model: Decoder) -> Path:
    """Write the parent with the current adapters as the sampler's file."""
    adapters = {name: tensor.cpu() for name, tensor in model.adapters().items()}
    changed = any(bool(tensor.any()) for name, tensor in adapters.items() if name.endswith("lora_B.weight"))
    if changed:
        _write_merged_adapters(resume, adapters, scale=next(model.projections()).scale)
    return write_scratch_gguf(resume / "current.gguf", model=resume / (CURRENT if changed else PARENT))


def _write_merged_adapters(resume: Path, adapters: Mapping[str, Tensor], *, scale: float) -> None:
    weights = read_weights(resume / PARENT)
    add_adapter(weights, adapters, scale=scale)
    with atomic_directory(resume / CURRENT) as partial:
        save_tensors(partial / FULL_WEIGHTS, weights, dtype=torch.float32)
        for file in (resume / PARENT).iterdir():
            if file.name != FULL_WEIGHTS:
                shutil.copyfile(file, partial / file.name)


def clear(resume: Path) -> None:
    """Delete what only an unfinished run needs."""
    for folder in (PARENT, CURRENT):
        shutil.rmtree(resume / folder, ignore_errors=True)
    for pattern in ("round-*.json", "answers-*.jsonl", "current.gguf"):
        for file in resume.glob(pattern):
            file.unlink()
