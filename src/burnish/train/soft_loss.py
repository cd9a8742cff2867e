"""The loss of a student against a teacher's distributions of which the likeliest tokens are known, in chunks of positions.

Forward Kullback-Leibler divergence (Hinton et al. 2015, temperature 1), mixed with the cross-entropy of the row's own
tokens where that is asked. All tokens that aren't among a position's likeliest count as one: their mass must agree, not its
spread. So the divergence is at most the whole one (data-processing inequality), and equal to it when nothing is left over.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from burnish.train.loss import chunks

LEAST = -80.0  # log-probability below which the rest counts as this: e^-80 is nothing, and its logarithm is finite


class Soft(NamedTuple):
    """The teacher at n positions: ids [n, k] of its likeliest tokens, and their log-probabilities [n, k]."""

    ids: Tensor
    logs: Tensor

    def rest(self) -> Tensor:
        """Return the log-probability [n] of all other tokens together."""
        return torch.log1p(-self.logs.double().exp().sum(dim=-1).clamp(max=1.0)).clamp_min(LEAST).float()

    def at(self, here: slice) -> "Soft":
        """Return some of the positions."""
        return Soft(self.ids[here], self.logs[here])


def soft_loss(states: Tensor, *, head: Tensor, labels: Tensor, soft: Soft, answer_weight: float) -> Tensor:
    """Return the summed loss of positions: (1 - answer_weight) * divergence + answer_weight * cross-entropy of `labels`.

    `states` is [n, hidden], `head` [words, hidden], `labels` [n].
    """
    total: Tensor = _SoftLoss.apply(states, head, labels, soft.ids, soft.logs, answer_weight)
    return total


def divergences(logits: Tensor, *, soft: Soft) -> Tensor:
    """Return the divergence [n], in nats, of the student's `logits` [n, words] from the teacher's distributions."""
    logs = torch.log_softmax(logits.float(), dim=-1)
    return _divergences(logs, _rest(logs, soft.ids), soft=soft)


class _SoftLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, head: Tensor, labels: Tensor, ids: Tensor, known: Tensor,
                answer_weight: float) -> Tensor:  # fmt: skip
        total = torch.zeros((), dtype=torch.float64)
        d_states = torch.empty_like(states)
        d_head = torch.zeros_like(head, dtype=torch.float32) if ctx.needs_input_grad[1] else None
        for here in chunks(len(labels)):
            soft = Soft(ids, known).at(here)
            logs = torch.log_softmax((states[here] @ head.T).float(), dim=-1)
            rest = _rest(logs, soft.ids)
            given = logs.gather(1, labels[here, None])[:, 0]
            mixed = (1 - answer_weight) * _divergences(logs, rest, soft=soft) - answer_weight * given
            total += mixed.sum(dtype=torch.float64).cpu()
            d_logits = _gradient(logs, rest, soft=soft, labels=labels[here], answer_weight=answer_weight).to(head.dtype)
            torch.mm(d_logits, head, out=d_states[here])
            if d_head is not None:
                d_head += d_logits.T @ states[here]
        ctx.save_for_backward(d_states, d_head if d_head is None else d_head.to(head.dtype))
        return total.float()

    @staticmethod
    def backward(ctx: Any, d_loss: Tensor) -> tuple[Tensor | None, ...]:
        d_states, d_head = ctx.saved_tensors
        return d_states * d_loss, None if d_head is None else d_head * d_loss, None, None, None, None


def _rest(logs: Tensor, ids: Tensor) -> Tensor:
    """Return the student's log-probability [n] of all tokens but `ids`."""
    others = logs.scatter(1, ids, -torch.inf)
    return others.logsumexp(dim=-1).clamp_min(LEAST)


def _divergences(logs: Tensor, rest: Tensor, *, soft: Soft) -> Tensor:
    wanted_rest = soft.rest()
    listed = (soft.logs.exp() * (soft.logs - logs.gather(1, soft.ids))).sum(dim=-1)
    return listed + wanted_rest.exp() * (wanted_rest - rest)


def _gradient(logs: Tensor, rest: Tensor, *, soft: Soft, labels: Tensor, answer_weight: float) -> Tensor:
    """Return the gradient with respect to the logits: the student's probabilities minus those it should have.

    What the teacher leaves to the rest is asked of its tokens in the proportions that the student gives them.
    """
    gradient = logs.exp()
    asked = (logs + (soft.rest() - rest)[:, None]).exp().scatter(1, soft.ids, soft.logs.exp())
    gradient -= (1 - answer_weight) * asked
    places = torch.arange(len(labels), device=labels.device)
    gradient[places, labels] -= answer_weight
    return gradient
