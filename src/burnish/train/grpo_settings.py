"""What a step with `method: grpo` is told in `params.yaml`, and which of it can't go together."""

from pydantic import PositiveFloat, PositiveInt

from burnish.decoding import Sampling
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.sampling import OPENVINO
from burnish.train.grpo_groups import RewardSettings
from burnish.train.loop import LoopSettings
from burnish.train.policy import PolicySettings


class PassRates(Section):
    """`pass_rates`: prompts are those whose pass rate lies above one number and below another."""

    above: float
    below: float


class GrpoParams(LoopSettings):
    """`params.yaml: train.<step>` of a step with `method: grpo`. `sampling.samples` is the size of a group.

    Attributes:
        rounds: how often answers are drawn.
        refresh_steps: optimiser steps on the answers of one round.
        prompts_per_step: prompts asked for each of these.
        divide_by_deviation: whether advantages are divided by their group's standard deviation.
        max_drift: the largest mean difference a token between the sampler's log-probabilities and an own forward pass.
        measure_again: whether the first round's prompts are asked again after the last step.
        verifier_seconds: the longest wait for verdicts on a few answers; one that needs longer has failed.
        sampler_seconds: the longest wait for the next answer.
    """

    rounds: PositiveInt
    refresh_steps: PositiveInt
    prompts_per_step: PositiveInt
    pass_rates: PassRates
    divide_by_deviation: bool
    objective: PolicySettings
    rewards: RewardSettings
    max_drift: PositiveFloat
    measure_again: bool
    verifier_seconds: PositiveFloat
    sampler_seconds: PositiveFloat
    sampling: Sampling


def check_settings(params: GrpoParams) -> None:
    """Raise on settings under which the ratio of probabilities would be wrong."""
    sampling = params.sampling
    if params.lora is None or params.lora.dropout > 0:
        raise BurnishError(
            "params.yaml: train: method grpo needs lora, with dropout 0: the parent is read without adapters"
        )
    if sampling.engine != OPENVINO:
        raise BurnishError(f"params.yaml: train: sampling.engine = {sampling.engine!r}; method grpo needs {OPENVINO!r}: "
                           "token ids, and weights that change during the run")  # fmt: skip
    if sampling.temperature != 1 or sampling.top_p != 1 or sampling.samples < 2:
        raise BurnishError(
            "params.yaml: train: method grpo needs sampling with temperature 1, top_p 1 and two samples or more: answers "
            "are compared within their group, and drawn from the distribution that is trained"
        )
    if sampling.max_new_tokens >= params.sequence_tokens:
        raise BurnishError(
            f"params.yaml: train: sequence_tokens = {params.sequence_tokens} leaves no room for a prompt beside answers "
            f"of {sampling.max_new_tokens} tokens; raise it, or lower sampling.max_new_tokens"
        )
