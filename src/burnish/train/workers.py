"""The gradient of one step from its sequences, several at once, each on a core of its own.

The products of a small model are too short for two cores to share: threads wait for each other after each of ten
thousand of them. Whole sequences aren't. Who computes what, and the order in which parts are added, follow from the plan
alone, so the result doesn't depend on which worker was faster.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from types import TracebackType
from typing import Self

import torch
from torch import Tensor, nn

from burnish.train import processes
from burnish.train.processes import Gradient

Part = Callable[[], Tensor]


class Workers:
    """A pool for the parts of a step. Parts that draw random numbers need a pool of one."""

    def __init__(self, parameters: Sequence[nn.Parameter], *, count: int, threads: int) -> None:
        """Let `count` workers compute, with `threads` threads each, gradients of `parameters`."""
        self.parameters, self.count = list(parameters), count
        self.pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(threads,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pool.shutdown(cancel_futures=True)

    def sum_gradients(self, parts: Sequence[Part]) -> Gradient:
        """Return the gradient of the sum of `parts`, functions that return a loss; worker n of all processes takes every n-th.

        Where there are several processes, each calls this with the same parts and gets the same sum.
        """
        everywhere, first = processes.count() * self.count, processes.rank() * self.count
        own = range(first, min(first + self.count, len(parts)))
        shares = [self.pool.submit(self._sum, parts[n::everywhere]) for n in own]
        found = [share.result() for share in shares] or [Gradient(0.0, [None] * len(self.parameters))]
        return processes.add_up(reduce(_add, found), like=self.parameters)

    def _sum(self, parts: Sequence[Part]) -> Gradient:
        return reduce(_add, (self._differentiate(part()) for part in parts))

    def _differentiate(self, loss: Tensor) -> Gradient:
        tensors = torch.autograd.grad(loss, self.parameters, allow_unused=True)
        return Gradient(loss.item(), [None if tensor is None else _own(tensor) for tensor in tensors])


def _own(tensor: Tensor) -> Tensor:
    # A gradient may be a view into a larger one (block_diag). Fused AdamW on a CPU reads it as if its numbers stood side by
    # side, and `to` copies nothing where the type is right already, whatever memory format it is asked for.
    return tensor.to(torch.float32).contiguous()


def _add(first: Gradient, second: Gradient) -> Gradient:
    pairs = zip(first.tensors, second.tensors, strict=True)
    tensors = [a if b is None else b if a is None else a + b for a, b in pairs]
    return Gradient(first.loss + second.loss, tensors)
