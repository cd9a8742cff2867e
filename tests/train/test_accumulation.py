"""One step is one gradient, however its documents are packed: 1 x 8, 8 x 1 and each alone give the same."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from tests.train.preference_tables import objective, rows, write_preferences
from tests.train.tiny import SETTINGS, row
from torch import Tensor

from burnish.chat import Chat
from burnish.masks import mask_answers
from burnish.train import sft
from burnish.train.decoder import Decoder
from burnish.train.loop import Loss, Optimiser
from burnish.train.lora import LoraSettings
from burnish.train.model import load_decoder
from burnish.train.packing import Step
from burnish.train.preference_data import read_pairs, tokenise
from burnish.train.preference_loss import Objective
from burnish.train.preference_part import PreferencePart, References
from burnish.train.workers import Workers

EXACT = 1e-5  # relative, in fp32
# Answers of very different lengths: a mean of means would not be their mean.
TEXTS = ["a", "b" * 90, "cc", "d" * 40, "eee", "f" * 7, "g" * 60, "h h"]
SETTING = sft.SftParams.model_validate(SETTINGS)


class Result(NamedTuple):
    """A step's loss, its gradient, and the weights after two updates."""

    loss: float
    gradient: Tensor
    weights: Tensor


def new_decoder(base: Path) -> Decoder:
    """Return the base with adapters that do something."""
    model = load_decoder(base, [], lora=LoraSettings(**SETTINGS["lora"]), seed=1, dtype=torch.float32)
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in (p for p in model.parameters() if p.requires_grad):
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=generator))
    return model


def run_step(model: Decoder, step: Step, *, loss: Loss, workers: int = 1) -> Result:
    optimiser = Optimiser(model.parameters(), settings=SETTING)
    with Workers(optimiser.parameters, count=workers, threads=1) as pool:
        parts = [partial(loss, step, sequence) for sequence in step.sequences]
        first = pool.sum_gradients(parts)
        joined = torch.cat([tensor.flatten() for tensor in first.tensors if tensor is not None])
        optimiser.update(first, learning_rate=1e-3)  # clips in place
        optimiser.update(pool.sum_gradients(parts), learning_rate=1e-3)
    return Result(first.loss, joined, torch.cat([master.detach().flatten() for master in optimiser.masters]))


def assert_same(found: Result, expected: Result) -> None:
    assert found.loss == pytest.approx(expected.loss, rel=EXACT)
    assert float((found.gradient - expected.gradient).norm() / expected.gradient.norm()) < EXACT
    assert float((found.weights - expected.weights).norm() / expected.weights.norm()) < EXACT


def regroup(step: Step, *sizes: int) -> Step:
    """Return the step with its documents in sequences of these sizes."""
    members = [number for sequence in step.sequences for number in sequence]
    parts = [members[sum(sizes[:n]) : sum(sizes[: n + 1])] for n in range(len(sizes))]
    return step._replace(sequences=tuple(map(tuple, parts)))


def test_one_sequence_of_eight_rows_is_eight_sequences_of_one(base: Path) -> None:
    chat = Chat.load(base)
    documents = [sft.as_document(mask_answers(row(n, ("user", f"Say {n}"), ("assistant", text))["messages"], chat=chat))
                 for n, text in enumerate(TEXTS)]  # fmt: skip
    whole = Step(
        (tuple(range(8)),), sum(len(d.ids) for d in documents), sum(int(d.supervised.sum()) for d in documents)
    )
    chats = sft.Chats(documents, frozenset(), list(range(8)), {})

    def run(step: Step, workers: int = 1) -> Result:
        model = new_decoder(base)
        return run_step(model, step, loss=sft.answer_part(model, chats), workers=workers)

    expected = run(whole)
    for sizes in ((1,) * 8, (3, 5), (4, 4)):
        assert_same(run(regroup(whole, *sizes)), expected)
    assert_same(run(regroup(whole, *(1,) * 8), workers=3), expected)


def test_the_loss_is_the_mean_over_all_answer_tokens_of_the_step(base: Path) -> None:
    chat, model = Chat.load(base), new_decoder(base)
    documents = [sft.as_document(mask_answers(row(n, ("user", f"Say {n}"), ("assistant", text))["messages"], chat=chat))
                 for n, text in enumerate(TEXTS)]  # fmt: skip
    loss = sft.answer_part(model, sft.Chats(documents, frozenset(), list(range(8)), {}))
    sizes = [int(document.supervised.sum()) for document in documents]
    alone = [loss(Step(((n,),), 1, size), (n,)).item() for n, size in enumerate(sizes)]
    packed = loss(Step((tuple(range(8)),), 1, sum(sizes)), tuple(range(8))).item()
    expected = sum(mean * size for mean, size in zip(alone, sizes, strict=True)) / sum(sizes)
    assert packed == pytest.approx(expected, rel=EXACT)
    assert abs(sum(alone) / 8 - expected) > 0.01 * expected, "the mean of means is another number"


def test_a_step_of_pairs_is_the_mean_of_its_pairs_each_alone(base: Path, tmp_path: Path) -> None:
    data = write_preferences(tmp_path / "preference", rows()[:8])
    answers = tokenise(read_pairs(data), chat=Chat.load(base), context=256)
    references = References({group: [-20.0 - n for n in range(len(group))] for group in answers.groups}, {})

    def run(groups: list[tuple[int, ...]]) -> Result:
        model = new_decoder(base)
        part = PreferencePart(model, answers, references, objective=Objective.model_validate(objective("dpo")))
        return run_step(model, Step(tuple(groups), 1, 1), loss=part)

    together, alone = run(answers.groups), [run([group]) for group in answers.groups]
    assert together.loss == pytest.approx(sum(one.loss for one in alone) / 8, rel=EXACT)
    mean = torch.stack([one.gradient for one in alone]).mean(0)
    assert float((together.gradient - mean).norm() / mean.norm()) < EXACT
