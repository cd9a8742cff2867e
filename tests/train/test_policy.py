"""The objective against the formula of the papers and of TRL, its gradient against what that means for each token."""

import pytest
import torch
from torch import Tensor

from burnish.train.policy import PolicySettings, Targets, policy_loss

SETTINGS = PolicySettings(clip_low=0.2, clip_high=0.3, parent_kl=0.1)
TOKENS = 200


def problem() -> tuple[Tensor, Targets]:
    """Return log-probabilities of which some have left the bounds on either side."""
    generator = torch.Generator().manual_seed(1)
    now = -torch.rand(TOKENS, generator=generator, dtype=torch.float64)
    drawn, parent = (now + 0.4 * torch.randn(TOKENS, generator=generator) for _ in range(2))
    advantage = torch.randn(TOKENS, generator=generator, dtype=torch.float64)
    return now.requires_grad_(), Targets(drawn, parent, advantage)


def test_gradients_are_those_of_the_formula_token_by_token() -> None:
    now, targets = problem()
    loss, measured = policy_loss(now, targets=targets, settings=SETTINGS)
    (found,) = torch.autograd.grad(loss, [now])
    ratio = (now - targets.drawn).exp().detach()
    stopped = ((ratio > 1.3) & (targets.advantage > 0)) | ((ratio < 0.8) & (targets.advantage < 0))
    pull = 0.1 * (1 - (targets.parent - now.detach()).exp())
    torch.testing.assert_close(found, pull - torch.where(stopped, 0.0, ratio * targets.advantage))
    assert measured.tokens == TOKENS
    assert 20 < measured.clipped == int(stopped.sum()) < 180


def test_the_loss_is_that_of_trl() -> None:
    """`GRPOTrainer._compute_loss`, loss type `dapo`, before it divides by the number of tokens."""
    now, targets = problem()
    loss, measured = policy_loss(now, targets=targets, settings=SETTINGS)
    coefficient = torch.exp(now - targets.drawn)
    first = coefficient * targets.advantage
    second = torch.clamp(coefficient, 1 - 0.2, 1 + 0.3) * targets.advantage
    divergence = torch.exp(targets.parent - now) - (targets.parent - now) - 1
    wanted = (-torch.min(first, second) + 0.1 * divergence).sum()
    assert loss.item() == pytest.approx(wanted.item(), rel=1e-9)
    assert measured.parent_kl == pytest.approx(divergence.sum().item(), rel=1e-9)


def test_on_the_weights_that_drew_the_answers_it_is_the_policy_gradient() -> None:
    now, targets = problem()
    drawn = now.detach()
    loss, measured = policy_loss(now, targets=Targets(drawn, drawn, targets.advantage), settings=SETTINGS)
    torch.testing.assert_close(torch.autograd.grad(loss, [now])[0], -targets.advantage)
    assert measured.clipped == 0
    assert measured.parent_kl == 0.0
