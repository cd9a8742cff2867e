"""The loss against a teacher's likeliest tokens is the divergence of lumped distributions, with its own gradient."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from burnish.train import loss
from burnish.train.soft_loss import Soft, divergences, soft_loss

WORDS, HIDDEN, POSITIONS = 61, 16, 20


def drawn(count: int, *, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor, Soft]:
    """Return states, head, labels, the teacher's probabilities, and its `count` likeliest tokens."""
    torch.manual_seed(seed)
    states, head = torch.randn(POSITIONS, HIDDEN), torch.randn(WORDS, HIDDEN)
    wanted = (2 * torch.randn(POSITIONS, WORDS)).log_softmax(-1)
    logs, ids = wanted.topk(count, dim=-1)
    return states, head, torch.randint(WORDS, (POSITIONS,)), wanted.exp(), Soft(ids, logs)


def lump(probabilities: Tensor, ids: Tensor) -> Tensor:
    """Return the probabilities of `ids`, and of all others together."""
    listed = probabilities.gather(1, ids)
    return torch.cat([listed, (1 - listed.sum(-1, keepdim=True)).clamp_min(1e-30)], dim=-1)


@pytest.mark.parametrize(("count", "answer_weight"), [(5, 0.0), (5, 0.3), (1, 0.5), (WORDS, 0.0), (WORDS, 0.9)])
@pytest.mark.parametrize("chunk", [512, 7])
def test_value_and_gradients_are_those_of_autograd_on_lumped_distributions(
    count: int, answer_weight: float, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loss, "CHUNK", chunk)
    states, head, labels, wanted, soft = drawn(count)
    ours = [tensor.clone().requires_grad_() for tensor in (states, head)]
    theirs = [tensor.clone().double().requires_grad_() for tensor in (states, head)]
    value = soft_loss(ours[0], head=ours[1], labels=labels, soft=soft, answer_weight=answer_weight)
    logits = theirs[0] @ theirs[1].T
    target, student = lump(wanted.double(), soft.ids), lump(logits.softmax(-1), soft.ids)
    kept = slice(None) if count < WORDS else slice(0, -1)
    divergence = (target * (target.log() - student.log()))[:, kept].sum()
    hard = torch.nn.functional.cross_entropy(logits, labels, reduction="sum")
    expected = (1 - answer_weight) * divergence + answer_weight * hard
    (3 * value).backward()
    (3 * expected).backward()
    torch.testing.assert_close(value.double(), expected, rtol=1e-5, atol=1e-5)
    for own, other in zip(ours, theirs, strict=True):
        assert own.grad is not None and other.grad is not None
        torch.testing.assert_close(own.grad.double(), other.grad, rtol=1e-4, atol=1e-4)


def test_a_student_equal_to_its_teacher_has_nothing_to_learn() -> None:
    states, head, labels, _, _ = drawn(5)
    logs, ids = (states @ head.T).log_softmax(-1).topk(5, dim=-1)
    own = states.clone().requires_grad_()
    value = soft_loss(own, head=head, labels=labels, soft=Soft(ids, logs), answer_weight=0.0)
    value.backward()
    assert own.grad is not None
    assert abs(value.item()) < 1e-4 and own.grad.abs().max().item() < 1e-4


def test_the_lumped_divergence_is_never_above_the_whole_one_and_grows_with_what_is_kept() -> None:
    states, head, _, wanted, whole = drawn(WORDS)
    logits = states @ head.T
    known = [divergences(logits, soft=Soft(whole.ids[:, :count], whole.logs[:, :count])) for count in (1, 4, 20, WORDS)]
    for less, more in pairwise(known):
        assert (less <= more + 1e-4).all()
    exact = (wanted * (wanted.log() - logits.log_softmax(-1))).sum(-1)
    torch.testing.assert_close(known[-1], exact, rtol=1e-4, atol=1e-4)
