"""What is said of a step whose loss or gradient isn't a number: which rows gave it, and the way out. Mends nothing."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from burnish.errors import BurnishError

SHOWN = 12
Sequences = Sequence[tuple[int, ...]]


class NotFiniteError(BurnishError):
    """A loss or a gradient isn't a number."""


def find_broken(sequences: Sequences, *, loss: Callable[[tuple[int, ...]], Tensor]) -> list[tuple[int, ...]]:
    """Return the sequences (numbers of documents) whose own loss isn't finite."""
    with torch.no_grad():
        return [sequence for sequence in sequences if not math.isfinite(loss(sequence).item())]


def describe_fault(found: str, sequences: Sequences, *, names: Sequence[str], remark: str) -> str:
    """Return the message: what was `found`, in which rows, a `remark`, where training stands, what to change."""
    numbers = sorted({number for sequence in sequences for number in sequence})
    shown = list(dict.fromkeys(names[number] if names else f"document {number}" for number in numbers))
    listed = ", ".join(shown[:SHOWN]) + (f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else "")
    return (
        f"{found}, in the rows {listed} ({remark}); the step before it is kept as checkpoint. Lower learning_rate or clip "
        "of this step in params.yaml: train, or take these rows out of its data"
    )
