"""The two pointwise parts of a decoder layer, gradients written out: fewer passes over memory than autograd's."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import silu


def scaled_rms(inputs: Tensor, weight: Tensor, *, epsilon: float) -> Tensor:
    """Return `inputs / rms(inputs) * weight` over the last dimension (Zhang and Sennrich 2019)."""
    return _ScaledRms.apply(inputs, weight, epsilon)


def gated_silu(gate_up: Tensor) -> Tensor:
    """Return `silu(gate) * up` of [tokens, gate then up] (Shazeer 2020, SwiGLU)."""
    return _GatedSilu.apply(gate_up)


class _ScaledRms(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        norm = torch.linalg.vector_norm(inputs, dim=-1, keepdim=True)
        scale = norm.square_().div_(inputs.shape[-1]).add_(epsilon).rsqrt_()
        ctx.save_for_backward(inputs, weight, scale)
        return (inputs * scale).mul_(weight)

    @staticmethod
    def backward(ctx: Any, d_out: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        inputs, weight, scale = ctx.saved_tensors
        d_weight = (d_out * inputs).mul_(scale).flatten(0, -2).sum(0) if ctx.needs_input_grad[1] else None
        if not ctx.needs_input_grad[0]:
            return None, d_weight, None
        d_inputs = d_out * weight
        along = (d_inputs * inputs).sum(-1, keepdim=True).mul_(scale**3).div_(inputs.shape[-1])
        return d_inputs.mul_(scale).addcmul_(inputs, along, value=-1), d_weight, None


class _GatedSilu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, gate_up: Tensor) -> Tensor:
        ctx.save_for_backward(gate_up)
        gate, up = gate_up.chunk(2, dim=-1)
        return silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, d_out: Tensor) -> Tensor:
        (gate_up,) = ctx.saved_tensors
        gate, up = gate_up.chunk(2, dim=-1)
        d_gate_up = torch.empty_like(gate_up)
        d_gate, d_up = d_gate_up.chunk(2, dim=-1)
        torch.mul(silu(gate), d_out, out=d_up)
        d_gate.copy_(torch.ops.aten.silu_backward(d_out * up, gate))
        return d_gate_up
