"""The loss of a policy on answers drawn from an earlier state of itself, in chunks of positions: GRPO's objective.

Token by token: the clipped ratio of probabilities now and then (Schulman et al. 2017, PPO) times the answer's advantage
(Shao et al. 2024, GRPO), with separate bounds (Yu et al. 2025, DAPO), and a penalty for leaving the parent (k3 of
Schulman 2020). Both sides of the ratio are this model's own forward passes; how far the sampler's are from them is measured
elsewhere. Gradients are taken in the forward pass, as in `loss.py`.
"""

from typing import Any, NamedTuple

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from burnish.params import Section
from burnish.train.loss import position_chunks


class PolicySettings(Section):
    """`objective` of a step with `method: grpo`.

    Attributes:
        clip_low: a ratio below one minus this no longer moves a bad answer down.
        clip_high: a ratio above one plus this no longer moves a good answer up.
        parent_kl: weight of the penalty for leaving the parent; 0 leaves it out.
    """

    clip_low: NonNegativeFloat
    clip_high: NonNegativeFloat
    parent_kl: NonNegativeFloat


class Targets(NamedTuple):
    """What is known of each token [n] before the step: itself, its log-probabilities when it was drawn and by the parent.

    `advantage` is that of its answer.
    """

    labels: Tensor
    drawn: Tensor
    parent: Tensor
    advantage: Tensor


class Measured(NamedTuple):
    """Sums over tokens: how many, how many ratios were clipped, the estimated divergence from the parent."""

    tokens: int
    clipped: int
    parent_kl: float


def score_tokens(states: Tensor, *, head: Tensor, labels: Tensor) -> Tensor:
    """Return the log-probability [n] of each label, in fp32."""
    with torch.no_grad():
        chunks = position_chunks(len(labels))
        return torch.cat([_score(_logits(states[here], head), labels[here]) for here in chunks])


def policy_loss(states: Tensor, *, head: Tensor, targets: Targets, settings: PolicySettings) -> tuple[Tensor, Measured]:
    """Return the summed loss of all tokens and what is to be logged of them."""
    sums = torch.zeros(2, dtype=torch.float64)
    loss: Tensor = _PolicyLoss.apply(states, head, targets, settings, sums)
    return loss, Measured(len(targets.labels), int(sums[0]), float(sums[1]))


def judge_tokens(now: Tensor, targets: Targets, settings: PolicySettings) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return for each token [n], from its log-probability now: loss, d loss / d now, whether clipped, divergence."""
    ratio = torch.exp(now - targets.drawn)
    bounded = ratio.clamp(1 - settings.clip_low, 1 + settings.clip_high)
    clipped = bounded * targets.advantage < ratio * targets.advantage
    behind = targets.parent - now
    divergence = torch.expm1(behind) - behind
    loss = -torch.where(clipped, bounded, ratio) * targets.advantage + settings.parent_kl * divergence
    slope = -torch.where(clipped, 0.0, ratio) * targets.advantage - settings.parent_kl * torch.expm1(behind)
    return loss, slope, clipped, divergence


class _PolicyLoss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, head: Tensor, targets: Targets, settings: PolicySettings, sums: Tensor
    ) -> Tensor:
        total = torch.zeros((), dtype=torch.float64)
        d_states = torch.empty_like(states)
        d_head = torch.zeros_like(head, dtype=torch.float32) if ctx.needs_input_grad[1] else None
        for here in position_chunks(len(targets.labels)):
            part = Targets(*(values[here] for values in targets))
            logits = _logits(states[here], head)
            loss, slope, clipped, divergence = judge_tokens(_score(logits, part.labels), part, settings)
            total += loss.sum(dtype=torch.float64).cpu()
            sums += torch.stack([clipped.sum(dtype=torch.float64), divergence.sum(dtype=torch.float64)]).cpu()
            d_logits = torch.softmax(logits, dim=-1).mul_(-slope[:, None])
            places = torch.arange(len(slope), device=slope.device)
            d_logits[places, part.labels] += slope
            d_logits = d_logits.to(head.dtype)
            torch.mm(d_logits, head, out=d_states[here])
            if d_head is not None:
                d_head += d_logits.T @ states[here]
        ctx.save_for_backward(d_states, d_head if d_head is None else d_head.to(head.dtype))
        return total.float()

    @staticmethod
    def backward(ctx: Any, d_loss: Tensor) -> tuple[Tensor, Tensor | None, None, None, None]:
        d_states, d_head = ctx.saved_tensors
        return d_states * d_loss, None if d_head is None else d_head * d_loss, None, None, None


def _logits(states: Tensor, head: Tensor) -> Tensor:
    return (states @ head.T).float()


def _score(logits: Tensor, labels: Tensor) -> Tensor:
    return logits.gather(1, labels[:, None])[:, 0] - logits.logsumexp(dim=1)
