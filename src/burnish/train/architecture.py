"""What a decoder must know of a model besides its weights, read from `config.json`; what it can't compute is refused."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from burnish.model_config import read_config, read_rope, read_sizes
from burnish.train.attention import Heads


class Architecture(NamedTuple):
    """A Llama-class decoder; `frequencies` [width / 2] turn positions into rotary angles."""

    layers: int
    heads: Heads
    epsilon: float
    frequencies: Tensor
    tied: bool


def read_architecture(directory: Path) -> Architecture:
    """Read a model's `config.json`."""
    return parse_architecture(read_config(directory))


def parse_architecture(config: Mapping[str, Any]) -> Architecture:
    """Read a configuration; names that it leaves out have the values that `transformers` gives them."""
    sizes = read_sizes(config)
    return Architecture(
        layers=sizes.layers,
        heads=Heads(sizes.heads, sizes.key_value_heads, sizes.width),
        epsilon=float(config.get("rms_norm_eps", 1e-6)),
        frequencies=_frequencies(read_rope(config), width=sizes.width),
        tied=sizes.tied,
    )


def _frequencies(rope: Mapping[str, Any], *, width: int) -> Tensor:
    """Return the rotary frequencies (Su et al. 2021), scaled as the model asks."""
    plain = 1.0 / rope["rope_theta"] ** (torch.arange(0, width, 2, dtype=torch.float32) / width)
    if rope["rope_type"] == "linear":
        return plain / rope["factor"]
    return _stretch(plain, rope) if rope["rope_type"] == "llama3" else plain


def _stretch(plain: Tensor, rope: Mapping[str, Any]) -> Tensor:
    """Slow the low frequencies down by `factor`, leave the high ones, blend between (Llama 3.1)."""
    turns = rope["original_max_position_embeddings"] * plain / (2 * math.pi)
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    blend = ((turns - low) / (high - low)).clamp(0, 1)
    return (1 - blend) * plain / rope["factor"] + blend * plain
