"""The objective of a policy on answers drawn from an earlier state of itself: GRPO's, token by token.

The clipped ratio of probabilities now and then (Schulman et al. 2017, PPO) times the answer's advantage (Shao et al. 2024,
GRPO), with separate bounds (Yu et al. 2025, DAPO), and a penalty for leaving the parent (k3 of Schulman 2020). Both sides
of the ratio are this model's own forward passes; how far the sampler's are from them is measured elsewhere.
"""

from typing import NamedTuple

import torch
from pydantic import NonNegativeFloat
from torch import Tensor

from burnish.params import Section


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
    """What is known of each token [n] before the step: its log-probabilities when it was drawn and by the parent.

    `advantage` is that of its answer.
    """

    drawn: Tensor
    parent: Tensor
    advantage: Tensor


class Measured(NamedTuple):
    """Sums over tokens: how many, how many ratios were clipped, the estimated divergence from the parent."""

    tokens: int
    clipped: int
    parent_kl: float


def policy_loss(now: Tensor, *, targets: Targets, settings: PolicySettings) -> tuple[Tensor, Measured]:
    """Return the summed loss of tokens from their log-probabilities `now` [n], and what is to be logged of them."""
    ratio = torch.exp(now - targets.drawn)
    bounded = ratio.clamp(1 - settings.clip_low, 1 + settings.clip_high)
    objective = torch.minimum(ratio * targets.advantage, bounded * targets.advantage)
    behind = targets.parent - now
    divergence = torch.expm1(behind) - behind
    with torch.no_grad():
        clipped = bounded * targets.advantage < ratio * targets.advantage
        measured = Measured(len(now), int(clipped.sum()), float(divergence.sum(dtype=torch.float64)))
    return (settings.parent_kl * divergence - objective).sum(), measured
