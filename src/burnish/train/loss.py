"""Cross-entropy of the supervised positions, against tokens or a parent's distribution, in chunks of positions.

The logits of a whole sequence never exist.

The gradient is taken in the forward pass, while a chunk's probabilities are at hand (as in Liger-Kernel's fused linear
cross-entropy), so nothing is computed twice and nothing wider than a chunk is kept.
"""

import math
from typing import Any

import torch
from torch import Tensor

CHUNK = 512


def answer_loss(states: Tensor, *, head: Tensor, labels: Tensor) -> Tensor:
    """Return the sum of the cross-entropies of `labels` [n] given `states` [n, hidden] and `head` [words, hidden]."""
    return _AnswerLoss.apply(states, head, labels)


def distillation_loss(states: Tensor, *, parent_states: Tensor, head: Tensor) -> Tensor:
    """Return the sum of the cross-entropies of the parent's next-token distributions (Hinton et al. 2015, temperature 1).

    `states` and `parent_states` are [n, hidden]; `head` [words, hidden] is frozen and both models'.
    """
    return _DistillationLoss.apply(states, parent_states, head)


class _AnswerLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, head: Tensor, labels: Tensor) -> Tensor:
        total = torch.zeros((), dtype=torch.float64)
        d_states = torch.empty_like(states)
        d_head = torch.zeros_like(head, dtype=torch.float32) if ctx.needs_input_grad[1] else None
        parts = chunks(len(labels))
        logits, probabilities = (states.new_empty(parts[0].stop, len(head)) for _ in range(2))
        for here in parts:
            size = here.stop - here.start
            torch.mm(states[here], head.T, out=logits[:size])
            total += _to_gradient(logits[:size], labels[here], out=probabilities[:size])
            torch.mm(probabilities[:size], head, out=d_states[here])
            if d_head is not None:
                d_head += probabilities[:size].T @ states[here]
        ctx.save_for_backward(d_states, d_head if d_head is None else d_head.to(head.dtype))
        return total.float()

    @staticmethod
    def backward(ctx: Any, d_loss: Tensor) -> tuple[Tensor, Tensor | None, None]:
        d_states, d_head = ctx.saved_tensors
        return d_states * d_loss, None if d_head is None else d_head * d_loss, None


class _DistillationLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, parent_states: Tensor, head: Tensor) -> Tensor:
        total = torch.zeros((), dtype=torch.float64)
        d_states = torch.empty_like(states)
        for here in chunks(len(states)):
            logits = (states[here] @ head.T).float()
            wanted = torch.softmax(parent_states[here] @ head.T, dim=-1, dtype=torch.float32)
            total -= (wanted * torch.log_softmax(logits, dim=-1)).sum(dtype=torch.float64).cpu()
            d_logits = torch.softmax(logits, dim=-1) - wanted
            torch.mm(d_logits.to(head.dtype), head, out=d_states[here])
        ctx.save_for_backward(d_states)
        return total.float()

    @staticmethod
    def backward(ctx: Any, d_loss: Tensor) -> tuple[Tensor, None, None]:
        (d_states,) = ctx.saved_tensors
        return d_states * d_loss, None, None


def chunks(positions: int) -> list[slice]:
    """Cut `positions` into runs of equal length, none over CHUNK; the first is a longest."""
    rows = math.ceil(positions / math.ceil(positions / CHUNK))
    return [slice(start, min(start + rows, positions)) for start in range(0, positions, rows)]


def _to_gradient(logits: Tensor, labels: Tensor, *, out: Tensor) -> Tensor:
    """Write the gradient of the summed loss with respect to `logits` to `out`; return the loss, in fp64 on the CPU.

    A probability is rounded to the type of the logits, whose own rounding weighs more; below 1e-38 it counts as that.
    """
    torch.softmax(logits, dim=-1, out=out)
    places = torch.arange(len(labels), device=labels.device)
    wanted = out[places, labels].float()
    out[places, labels] = (wanted - 1).to(out.dtype)
    return -wanted.clamp_min(torch.finfo(torch.float32).tiny).log().double().sum().cpu()
