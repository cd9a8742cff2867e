"""What the processes of one training step say to each other: gradients to add up, figures to collect, who writes.

One process alone needs none of it, and nothing here does anything then. Who starts them is `launching.py`. All processes
compute from the same files, so weights and plans are never sent; that they agree is checked before the first step.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from burnish.errors import BurnishError

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
BUCKET = 1 << 24  # numbers that are sent at once: 64 MB


class Gradient(NamedTuple):
    """The sum of some parts: their `loss`, and a tensor in fp32 for each parameter (None: it wasn't used)."""

    loss: float
    tensors: list[Tensor | None]


def count() -> int:
    """Return how many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return the number of this process, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def is_first() -> bool:
    """Return whether this process writes what all have made."""
    return rank() == 0


def are_sharded() -> bool:
    """Return whether each process is to hold a part of the weights only, as FSDP's configurations ask."""
    return count() > 1 and os.environ.get("ACCELERATE_USE_FSDP") == "true"


def leave_rest_to_first() -> None:
    """End this process unless it is the first, which goes on alone: what follows is done once."""
    if dist.is_initialized():
        first = is_first()
        dist.destroy_process_group()
        if not first:
            sys.exit(0)


def refuse_sharded(what: str) -> None:
    """Raise where weights are sharded: `what` reads the model in another order in each process."""
    if are_sharded():
        raise BurnishError(
            f"params.yaml: launch.config: {what} can't be trained with sharded weights; use launch/ddp.yaml"
        )


def add_up(gradient: Gradient, *, like: Sequence[Tensor]) -> Gradient:
    """Return the sum of the gradients of all processes; `like` are the parameters.

    A parameter that no process used has none. Two processes give the bits that one with two workers gives: a sum of two
    numbers doesn't depend on their order.
    """
    if count() == 1:
        return gradient
    marks = torch.tensor([gradient.loss, *(tensor is not None for tensor in gradient.tensors)], dtype=torch.float64)
    loss, *used = _sum(marks.to(like[0].device)).tolist()
    tensors = list(gradient.tensors)
    for bucket in _buckets([number for number, mark in enumerate(used) if mark], like=like):
        own = [_or_zeros(tensors[number], like=like[number]) for number in bucket]
        flat = _sum(torch.cat([tensor.flatten() for tensor in own]))
        parts = flat.split([tensor.numel() for tensor in own])
        for number, part in zip(bucket, parts, strict=True):
            tensors[number] = part.view(like[number].shape).clone()
    return Gradient(loss, tensors)


def add_numbers(*numbers: float) -> list[float]:
    """Return the sums over all processes."""
    return _sum(torch.tensor(numbers, dtype=torch.float64)).tolist() if count() > 1 else list(numbers)


def collect(own: Mapping[K, V]) -> dict[K, V]:
    """Return the entries of all processes' mappings."""
    return {key: value for mapping in _gather(dict(own)) for key, value in mapping.items()}


def check_agreement(value: object, *, what: str) -> None:
    """Raise unless `value` is equal in all processes."""
    found = _gather(value)
    if any(other != found[0] for other in found):
        raise BurnishError(
            f"processes differ in {what}: {', '.join(map(str, dict.fromkeys(map(str, found))))}; give every machine the "
            "same checkout and the same data, on a shared folder or in one image"
        )


def check_shares(sequences: int) -> None:
    """Raise where the fullest step of a run has fewer sequences than there are processes: some would never work."""
    if 0 < sequences < count():
        raise BurnishError(
            f"params.yaml: launch.config starts {count()} processes, but no step has more than {sequences} sequences; raise "
            "step_tokens of this step of the recipe, or start fewer"
        )


def once(make: Callable[[], T]) -> T | None:
    """Let the first process `make` something while the others wait; they get None."""
    made = make() if is_first() else None
    if count() > 1:
        _with_others(dist.barrier)
    return made


def _gather(value: T) -> list[T]:
    if count() == 1:
        return [value]
    found: list[Any] = [None] * count()
    _with_others(lambda: dist.all_gather_object(found, value))
    return found


def _sum(tensor: Tensor) -> Tensor:
    _with_others(lambda: dist.all_reduce(tensor))
    return tensor


def _with_others(act: Callable[[], Any]) -> None:
    try:
        act()
    except RuntimeError as error:
        said = next(iter(str(error).strip().splitlines()), "no reason given")
        raise BurnishError(
            f"process {rank()} of {count()} lost the others ({said}): one ended or was silent for longer than params.yaml: "
            "launch.timeout_seconds; the same command goes on from the last checkpoint"
        ) from None


def _buckets(numbers: Sequence[int], *, like: Sequence[Tensor]) -> Iterator[list[int]]:
    bucket: list[int] = []
    size = 0
    for number in numbers:
        if bucket and size + like[number].numel() > BUCKET:
            yield bucket
            bucket, size = [], 0
        bucket.append(number)
        size += like[number].numel()
    if bucket:
        yield bucket


def _or_zeros(tensor: Tensor | None, *, like: Tensor) -> Tensor:
    return torch.zeros_like(like, dtype=torch.float32) if tensor is None else tensor
