"""What a training step computes in: the type that `auto` stands for on a device, and what its products cost there."""

import time
from collections.abc import Mapping
from typing import Any

import torch

from burnish.precision import AUTO, has_bfloat16

ROWS, INNER, OUTER = 256, 576, 1536
TIMED_SECONDS = 0.1


def choose_dtype(asked: Any, *, device: torch.device) -> Any:
    """Return the name of the type that `auto` stands for on `device`; anything else as it is.

    A GPU that isn't here is taken for one of today's.
    """
    if asked != AUTO:
        return asked
    short = _gpu_has_bfloat16() if device.type == "cuda" else has_bfloat16()
    return "bfloat16" if short else "float32"


def _gpu_has_bfloat16() -> bool:
    return not torch.cuda.is_available() or torch.cuda.is_bf16_supported()


def time_products(device: torch.device) -> dict[str, float]:
    """Return the billions of operations a second that products of the size of a small model reach, by type."""
    return {name: _time(getattr(torch, name), device=device) for name in ("float32", "bfloat16")}


def describe_rates(rates: Mapping[str, float]) -> str:
    """Return figures of `time_products` in words."""
    return ", ".join(f"{name} {rate:g}" for name, rate in rates.items())


def _time(dtype: torch.dtype, *, device: torch.device) -> float:
    rows, weights = (torch.ones(size, INNER, dtype=dtype, device=device) for size in (ROWS, OUTER))
    torch.nn.functional.linear(rows, weights)
    done, began = 0, time.monotonic()
    while (taken := time.monotonic() - began) < TIMED_SECONDS or not done:
        torch.nn.functional.linear(rows, weights)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        done += 1
    return round(2e-9 * ROWS * INNER * OUTER * done / taken, 1)
