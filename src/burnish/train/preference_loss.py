"""The losses of preference learning on log-probabilities of whole answers: DPO, IPO, SimPO on pairs, KTO on single answers.

Pure functions of tensors with one entry an answer. They equal TRL's (a test compares): DPO with `label_smoothing` is Robust
DPO, IPO and SimPO take means over an answer's tokens.
"""

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, NonNegativeFloat, PositiveFloat, model_validator
from torch import Tensor
from torch.nn.functional import logsigmoid

from burnish.params import Section


class KtoWeights(Section):
    """What a right and a wrong answer count in KTO: where there are more of one kind, the other weighs more."""

    desirable: PositiveFloat
    undesirable: PositiveFloat


class Objective(Section):
    """`params.yaml: train.<step>.objective`.

    Attributes:
        variant: `dpo` (Rafailov et al. 2023), `ipo` (Azar et al. 2023), `kto` (Ethayarajh et al. 2024), `simpo` (Meng et al.
            2024; needs no reference).
        beta: how strongly rewards follow log-probabilities; for `ipo` the regularisation, tau.
        label_smoothing: of `dpo`: the share of pairs that are thought to be the wrong way round (Chowdhury et al. 2024).
        gamma: of `simpo`: the margin that is asked for, in rewards.
        kto_weights: of `kto`.
        sft_weight: of the cross-entropy of the right answers, a mean over the step's tokens, which is added (RPO, Liu et al.
            2024): without it the right answers lose probability too, only less than the wrong ones.
    """

    variant: Literal["dpo", "ipo", "kto", "simpo"]
    beta: PositiveFloat
    label_smoothing: Annotated[float, Field(ge=0, lt=0.5)]
    gamma: NonNegativeFloat | None
    kto_weights: KtoWeights | None
    sft_weight: NonNegativeFloat

    @model_validator(mode="after")
    def _belongs(self) -> Self:
        """Refuse a setting that would silently have no effect, and one that is missing."""
        for name, variant in (("gamma", "simpo"), ("kto_weights", "kto")):
            if (getattr(self, name) is not None) != (self.variant == variant):
                raise ValueError(f"{name} belongs to variant {variant}: a value there, null in others")
        if self.label_smoothing and self.variant != "dpo":
            raise ValueError(f"label_smoothing belongs to variant dpo; set it to 0 for {self.variant}")
        return self


class Scores(NamedTuple):
    """Of answers [n]: summed log-probabilities under the trained model and under the reference, and numbers of tokens."""

    policy: Tensor
    reference: Tensor
    tokens: Tensor

    @property
    def ratios(self) -> Tensor:
        """Return the logarithm of how much likelier the answers have become."""
        return self.policy - self.reference

    def at(self, chosen: Tensor) -> "Scores":
        """Return those of the answers for which the mask `chosen` is true."""
        return Scores(*(part[chosen] for part in self))


def rewards(scores: Scores, *, objective: Objective) -> Tensor:
    """Return the implicit rewards [n] of answers."""
    if objective.variant == "simpo":
        return objective.beta * scores.policy / scores.tokens
    return objective.beta * scores.ratios


def pair_losses(chosen: Scores, rejected: Scores, *, objective: Objective) -> Tensor:
    """Return the losses [n] of pairs."""
    margins = rewards(chosen, objective=objective) - rewards(rejected, objective=objective)
    if objective.variant == "ipo":
        gap = chosen.ratios / chosen.tokens - rejected.ratios / rejected.tokens
        return (gap - 1 / (2 * objective.beta)) ** 2
    if objective.variant == "simpo":
        assert objective.gamma is not None
        return -logsigmoid(margins - objective.gamma)
    flipped = objective.label_smoothing
    return (flipped * logsigmoid(-margins) - (1 - flipped) * logsigmoid(margins)) / (1 - 2 * flipped)


def answer_losses(scores: Scores, *, right: Tensor, kl: float, objective: Objective) -> Tensor:
    """Return KTO's losses [n] of answers; `right` says which are desirable.

    `kl` is the reference point, a divergence of model and reference in nats.
    """
    weights = objective.kto_weights
    assert weights is not None
    sign = right.to(scores.policy.dtype) * 2 - 1
    weight = right * weights.desirable + ~right * weights.undesirable
    return weight * (1 - (objective.beta * sign * (scores.ratios - kl)).sigmoid())
