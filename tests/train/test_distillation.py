"""Rows that teach the parent's distribution: the loss is the textbook's, and the parent is what training started from."""

from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from tests.train.test_decoder import CONFIGS, decoder_of, draw, draw_documents
from tests.train.test_sft import train_here
from tests.train.tiny import TARGETS

from burnish.train import loss
from burnish.train.lora import LoraSettings
from burnish.train.loss import distillation_loss
from burnish.train.packing import Document, Step, pack
from burnish.train.sft import Chats, answer_part

LORA = LoraSettings(r=4, alpha=8, dropout=0.0, targets=tuple(TARGETS))


@pytest.mark.parametrize("chunk", [512, 7, 1])
def test_the_loss_and_gradient_are_those_of_soft_labels(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss, "CHUNK", chunk)
    torch.manual_seed(0)
    states, parent_states, head = (torch.randn(rows, 16) for rows in (20, 20, 97))
    ours, theirs = states.clone().requires_grad_(), states.clone().requires_grad_()
    value = distillation_loss(ours, parent_states=parent_states, head=head)
    wanted = (parent_states @ head.T).softmax(-1)
    expected = torch.nn.functional.cross_entropy(theirs @ head.T, wanted, reduction="sum")
    (3 * value).backward()
    (3 * expected).backward()
    torch.testing.assert_close(value, expected, rtol=1e-5, atol=0)
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["llama", "qwen2", "qwen3"])
def test_the_parent_stays_what_training_started_from(name: str) -> None:
    decoder = decoder_of(draw(CONFIGS[name]), lora=LORA)
    packed = pack(draw_documents(9, 30, 31))
    before = decoder.answer_states(packed)
    with torch.no_grad():
        for projection in decoder.projections():
            for up in projection.up:
                up.add_(0.1)
    torch.testing.assert_close(decoder.parent_states(packed), before, rtol=1e-5, atol=1e-5)
    assert not decoder.parent_states(packed).requires_grad
    assert not torch.allclose(decoder.answer_states(packed), before, atol=1e-2)


def test_a_sequence_adds_up_the_losses_of_its_rows_each_by_its_kind() -> None:
    decoder = decoder_of(draw(CONFIGS["llama"]), lora=LORA)
    with torch.no_grad():
        for projection in decoder.projections():
            for up in projection.up:
                up.add_(0.05)
    documents = draw_documents(60, 62, 64, 45, 30, shared=14)
    documents[4] = Document(documents[4].ids[::-1].copy(), documents[4].supervised)
    one = Step((), tokens=0, supervised=1)

    def loss_of(*sequence: int, distilled: set[int]) -> float:
        return float(answer_part(decoder, Chats(documents, frozenset(distilled), [], {}, []))(one, sequence).item())

    alone = [loss_of(number, distilled={1, 3, 4}) for number in range(5)]
    together = loss_of(0, 1, 2, 3, 4, distilled={1, 3, 4})
    np.testing.assert_allclose(together, sum(alone), rtol=1e-5)
    assert abs(alone[1] - loss_of(1, distilled=set())) > 0.1


def test_before_the_first_update_the_parent_asks_for_no_change() -> None:
    decoder = decoder_of(draw(CONFIGS["llama"]), lora=LORA)
    documents = draw_documents(40, 50)
    part = answer_part(decoder, Chats(documents, frozenset({0, 1}), [], {}, []))
    part(Step((), tokens=0, supervised=1), (0, 1)).backward()
    gradients = [p.grad.abs().max().item() for p in decoder.parameters() if p.grad is not None]
    assert gradients and max(gradients) < 1e-4


def test_a_distilled_mixture_is_counted_like_any_other_and_drifts_less(base: Path, mix: Path, tmp_path: Path) -> None:
    hard = train_here(base, mix, tmp_path / "hard", epochs=4)
    soft = train_here(base, mix, tmp_path / "soft", epochs=4, distil_skills=["counting"])
    same = ("rows", "rows_different", "supervised_tokens", "tokens", "steps")
    assert [soft[key] for key in same] == [hard[key] for key in same]
    assert soft["loss_last"] > hard["loss_last"] + 0.5  # a random parent is nearly uniform: ln 258 a token


def test_without_adapters_there_is_no_parent_to_learn_from(base: Path, mix: Path, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="distil_skills needs lora"):
        train_here(base, mix, tmp_path, lora=None, distil_skills=["counting"])
