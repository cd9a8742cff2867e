"""Log-probabilities of the supervised positions, one a token and with gradients, in chunks of positions.

For losses in which an answer's weight depends on its own log-probability, so that it is known only afterwards. The logits
of a whole sequence never exist: the gradient of each log-probability is taken in the forward pass, and weighted later.
"""

from typing import Any

import torch
from torch import Tensor

from burnish.train.loss import chunks


def answer_log_probabilities(states: Tensor, *, head: Tensor, labels: Tensor) -> Tensor:
    """Return the log-probability [n], in fp32, of each of `labels` [n] given `states` [n, hidden], `head` [words, hidden]."""
    scores: Tensor = _LogProbabilities.apply(states, head, labels)
    return scores


class _LogProbabilities(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, head: Tensor, labels: Tensor) -> Tensor:
        scores = torch.empty(len(labels), dtype=torch.float32, device=states.device)
        d_states = torch.empty_like(states) if ctx.needs_input_grad[0] else None
        for here in chunks(len(labels)):
            logs = torch.log_softmax(states[here] @ head.T, dim=-1, dtype=torch.float32)
            scores[here] = logs.gather(1, labels[here, None])[:, 0]
            if d_states is not None:
                torch.mm(_to_gradient(logs, labels[here]).to(head.dtype), head, out=d_states[here])
        ctx.save_for_backward(states, head, labels, d_states)
        return scores

    @staticmethod
    def backward(ctx: Any, d_scores: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        states, head, labels, d_states = ctx.saved_tensors
        d_head = None
        if ctx.needs_input_grad[1]:
            d_head = torch.zeros_like(head, dtype=torch.float32)
            for here in chunks(len(labels)):
                logs = torch.log_softmax(states[here] @ head.T, dim=-1, dtype=torch.float32)
                weighted = _to_gradient(logs, labels[here]).mul_(d_scores[here, None])
                d_head += weighted.to(head.dtype).T @ states[here]
            d_head = d_head.to(head.dtype)
        weight = d_scores[:, None].to(states.dtype)
        return None if d_states is None else d_states * weight, d_head, None


def _to_gradient(logs: Tensor, labels: Tensor) -> Tensor:
    """Turn log-probabilities [n, words] into the gradients of those of `labels` with respect to the logits, in place."""
    gradient = logs.exp_().neg_()
    gradient[torch.arange(len(labels), device=labels.device), labels] += 1
    return gradient
