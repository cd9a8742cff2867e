"""The objective and its gradient, against the formula written plainly and differentiated by autograd."""

import pytest
import torch
from torch import Tensor

from burnish.train import loss as chunked
from burnish.train.policy import PolicySettings, Targets, policy_loss, score_tokens

SETTINGS = PolicySettings(clip_low=0.2, clip_high=0.3, parent_kl=0.1)
WORDS, HIDDEN, TOKENS = 50, 16, 40


def problem() -> tuple[Tensor, Tensor, Targets]:
    """Return states, head and targets of which some ratios leave the bounds on either side."""
    generator = torch.Generator().manual_seed(1)
    states = torch.randn(TOKENS, HIDDEN, generator=generator)
    head = torch.randn(WORDS, HIDDEN, generator=generator)
    labels = torch.randint(WORDS, (TOKENS,), generator=generator)
    now = score_tokens(states, head=head, labels=labels)
    drawn, parent = (now + 0.4 * torch.randn(TOKENS, generator=generator) for _ in range(2))
    advantage = torch.randn(TOKENS, generator=generator)
    return states.requires_grad_(), head.requires_grad_(), Targets(labels, drawn, parent, advantage)


def plain(states: Tensor, head: Tensor, targets: Targets) -> Tensor:
    """Return the loss as the papers write it."""
    now = (states @ head.T).log_softmax(dim=-1).gather(1, targets.labels[:, None])[:, 0]
    ratio = (now - targets.drawn).exp()
    objective = torch.minimum(ratio * targets.advantage, ratio.clamp(0.8, 1.3) * targets.advantage)
    divergence = (targets.parent - now).exp() - (targets.parent - now) - 1
    return (-objective + 0.1 * divergence).sum()


def test_loss_and_gradients_are_those_of_the_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunked, "CHUNK", 16)
    states, head, targets = problem()
    wanted = plain(states, head, targets)
    found, measured = policy_loss(states, head=head, targets=targets, settings=SETTINGS)
    assert found.item() == pytest.approx(wanted.item(), rel=1e-5)
    for ours, theirs in zip(torch.autograd.grad(found, [states, head]),
                            torch.autograd.grad(wanted, [states, head]), strict=True):  # fmt: skip
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    ratio = (score_tokens(states, head=head, labels=targets.labels) - targets.drawn).exp()
    outside = ((ratio > 1.3) & (targets.advantage > 0)) | ((ratio < 0.8) & (targets.advantage < 0))
    assert measured.tokens == TOKENS
    assert measured.clipped == int(outside.sum()) > 0


def test_on_the_weights_that_drew_the_answers_the_gradient_is_the_policy_gradient() -> None:
    states, head, targets = problem()
    now = score_tokens(states, head=head, labels=targets.labels)
    fresh = targets._replace(drawn=now, parent=now)
    found, measured = policy_loss(states, head=head, targets=fresh, settings=SETTINGS)
    logits = (states @ head.T).log_softmax(dim=-1).gather(1, targets.labels[:, None])[:, 0]
    (wanted,) = torch.autograd.grad(-(logits * targets.advantage).sum(), [states])
    torch.testing.assert_close(torch.autograd.grad(found, [states])[0], wanted, rtol=1e-4, atol=1e-5)
    assert measured.clipped == 0
    assert measured.parent_kl == 0.0
    assert found.item() == pytest.approx(-targets.advantage.sum().item(), rel=1e-5)
