"""Cross-entropy of the supervised positions, in chunks: the logits of a whole sequence never exist.

The gradient is taken in the forward pass, while a chunk's probabilities are at hand (as in Liger-Kernel's fused linear
cross-entropy), so nothing is computed twice and nothing wider than a chunk is kept.
"""

import math
from typing import Any

import torch
from torch import Tensor

CHUNK = 512


def answer_loss(states: Tensor, head: Tensor, labels: Tensor) -> Tensor:
    """Return the sum of the cross-entropies of `labels` [n] given `states` [n, hidden] and `head` [words, hidden]."""
    return _AnswerLoss.apply(states, head, labels)


class _AnswerLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, head: Tensor, labels: Tensor) -> Tensor:
        total = torch.zeros((), dtype=torch.float64)
        d_states = torch.empty_like(states)
        d_head = torch.zeros_like(head, dtype=torch.float32) if ctx.needs_input_grad[1] else None
        chunks = math.ceil(len(labels) / CHUNK)
        edges = [number * len(labels) // chunks for number in range(chunks + 1)]
        for rows in map(slice, edges, edges[1:]):
            loss, d_logits = _chunk_loss(states[rows] @ head.T, labels[rows])
            total += loss
            torch.mm(d_logits, head, out=d_states[rows])
            if d_head is not None:
                d_head += d_logits.T @ states[rows]
        ctx.save_for_backward(d_states, d_head if d_head is None else d_head.to(head.dtype))
        return total.float()

    @staticmethod
    def backward(ctx: Any, d_loss: Tensor) -> tuple[Tensor, Tensor | None, None]:
        d_states, d_head = ctx.saved_tensors
        return d_states * d_loss, None if d_head is None else d_head * d_loss, None


def _chunk_loss(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return the summed loss in fp64 on the CPU, and its gradient with respect to `logits`, in their type."""
    places = torch.arange(len(labels), device=labels.device)
    probabilities = torch.softmax(logits, dim=-1, dtype=torch.float32)
    wanted = probabilities[places, labels].clamp_min(torch.finfo(torch.float32).tiny)
    probabilities[places, labels] -= 1
    return -wanted.log().double().sum().cpu(), probabilities.to(logits.dtype)
