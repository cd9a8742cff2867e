"""Several workers add up to one gradient, the same bytes however the work falls."""

import random
import time
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from burnish.train.workers import Workers


def square(parameter: nn.Parameter, factor: float) -> Tensor:
    time.sleep(random.random() / 100)  # workers finish in any order
    return factor * (parameter**2).sum()


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_parts_of_a_step_add_up(count: int) -> None:
    used, unused = nn.Parameter(torch.arange(4.0)), nn.Parameter(torch.ones(2))
    with Workers([used, unused], count=count, threads=1) as workers:
        loss, (gradient, nothing) = workers.sum_gradients([partial(square, used, factor) for factor in (1, 2, 3, 4, 5)])
    assert gradient is not None
    assert (loss, gradient.tolist(), nothing) == (15 * 14, [0.0, 30.0, 60.0, 90.0], None)


def test_the_sum_does_not_depend_on_who_was_faster() -> None:
    torch.manual_seed(0)
    parameter = nn.Parameter(torch.randn(1000))
    parts = [partial(square, parameter, 1 / factor) for factor in range(1, 12)]
    with Workers([parameter], count=3, threads=1) as workers:
        gradients = [workers.sum_gradients(parts) for _ in range(5)]
    for other in gradients[1:]:
        assert other.loss == gradients[0].loss
        assert other.tensors[0] is not None and gradients[0].tensors[0] is not None
        assert torch.equal(other.tensors[0], gradients[0].tensors[0])


def test_gradients_of_bf16_weights_are_added_in_fp32() -> None:
    parameter = nn.Parameter(torch.ones(1, dtype=torch.bfloat16))
    with Workers([parameter], count=2, threads=1) as workers:
        (gradient,) = workers.sum_gradients([lambda: parameter.sum() * 256, lambda: parameter.sum()]).tensors
    assert gradient is not None and gradient.dtype == torch.float32 and gradient.item() == 257


def test_the_gradient_of_a_single_part_lies_in_memory_as_its_parameter_does() -> None:
    """AdamW's fused kernel goes by memory; the gradient of a block of a block-diagonal matrix is a view with gaps."""
    first, second = nn.Parameter(torch.randn(4, 2)), nn.Parameter(torch.randn(3, 2))
    inputs = torch.randn(4, 7)
    with Workers([first, second], count=2, threads=1) as workers:
        gradient = workers.sum_gradients([lambda: (inputs.T @ inputs @ torch.block_diag(first, second)).square().sum()])
    for tensor in gradient.tensors:
        assert tensor is not None and tensor.is_contiguous()


def test_what_a_worker_raises_is_raised() -> None:
    def refuse() -> Tensor:
        raise ValueError("no loss")

    with (
        Workers([nn.Parameter(torch.ones(1))], count=2, threads=1) as workers,
        pytest.raises(ValueError, match="no loss"),
    ):
        workers.sum_gradients([refuse, refuse])
