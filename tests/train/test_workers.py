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


@pytest.mark.parametrize("parts", [1, 2])
def test_a_gradient_that_is_a_view_moves_its_parameter_as_any_other(parts: int) -> None:
    """Fused AdamW on a CPU takes a wrong element's gradient where the gradients of a step aren't contiguous."""
    torch.manual_seed(0)
    blocks = [nn.Parameter(torch.zeros(3, 2)), nn.Parameter(torch.zeros(3, 2))]
    slopes = torch.randn(6, 4)

    def loss() -> Tensor:
        return (torch.block_diag(*blocks) * slopes).sum() / parts

    with Workers(blocks, count=1, threads=1) as workers:
        gradient = workers.sum_gradients([loss] * parts)
    assert all(tensor is not None and tensor.is_contiguous() for tensor in gradient.tensors)
    for block, tensor in zip(blocks, gradient.tensors, strict=True):
        block.grad = tensor
    torch.optim.AdamW(blocks, lr=0.1, weight_decay=0.0, fused=True).step()
    assert torch.equal(blocks[0].sign(), -slopes[:3, :2].sign())
    assert torch.equal(blocks[1].sign(), -slopes[3:, 2:].sign())


def test_what_a_worker_raises_is_raised() -> None:
    def refuse() -> Tensor:
        raise ValueError("no loss")

    with (
        Workers([nn.Parameter(torch.ones(1))], count=2, threads=1) as workers,
        pytest.raises(ValueError, match="no loss"),
    ):
        workers.sum_gradients([refuse, refuse])
