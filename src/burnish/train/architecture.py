"""What a decoder must know of a model besides its weights, read from `config.json`; what it can't compute is refused.

Reads the file itself: the classes of `transformers` would cost each training step five seconds of imports.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from burnish.errors import BurnishError
from burnish.train.attention import Heads

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")


class Architecture(NamedTuple):
    """A Llama-class decoder; `frequencies` [width / 2] turn positions into rotary angles."""

    layers: int
    heads: Heads
    epsilon: float
    frequencies: Tensor
    tied: bool


def read_architecture(directory: Path) -> Architecture:
    """Read a model's `config.json`."""
    try:
        return parse_architecture(json.loads((directory / "config.json").read_text()))
    except (OSError, ValueError, KeyError) as error:
        raise BurnishError(f"{directory} holds no readable config.json: {error!r}") from None


def parse_architecture(config: Mapping[str, Any]) -> Architecture:
    """Read a configuration; names that it leaves out have the values that `transformers` gives them."""
    _check_supported(config)
    heads = int(config["num_attention_heads"])
    width = int(config.get("head_dim") or config["hidden_size"] // heads)
    return Architecture(
        layers=int(config["num_hidden_layers"]),
        heads=Heads(heads, int(config.get("num_key_value_heads") or heads), width),
        epsilon=float(config.get("rms_norm_eps", 1e-6)),
        frequencies=_frequencies(config, width=width),
        tied=bool(config.get("tie_word_embeddings")),
    )


def _check_supported(config: Mapping[str, Any]) -> None:
    kind = config["model_type"]
    if kind not in FAMILIES:
        raise BurnishError(f"models of type {kind!r} can't be trained yet; these can: {', '.join(FAMILIES)}")
    if config.get("hidden_act", "silu") != "silu":
        raise BurnishError(f"the base model's activation is {config['hidden_act']!r}; only silu can be trained")
    asked = config.get("use_sliding_window", kind == "mistral") and config.get("sliding_window")
    if asked or "sliding_attention" in (config.get("layer_types") or ()):
        raise BurnishError("the base model attends within a sliding window; choose one that sees its whole context")


def _frequencies(config: Mapping[str, Any], *, width: int) -> Tensor:
    """Return the rotary frequencies (Su et al. 2021), scaled as the model asks."""
    rope = config.get("rope_parameters") or {
        "rope_theta": config.get("rope_theta", 10_000.0), **(config.get("rope_scaling") or {}),
    }  # fmt: skip
    kind = rope.get("rope_type") or rope.get("type") or "default"
    plain = 1.0 / rope["rope_theta"] ** (torch.arange(0, width, 2, dtype=torch.float32) / width)
    if rope.get("partial_rotary_factor", 1.0) == 1.0:
        if kind == "default":
            return plain
        if kind == "linear":
            return plain / rope["factor"]
        if kind == "llama3":
            return _stretch(plain, rope)
    raise BurnishError(
        f"the base model's rotary positions are of type {kind!r}; default, linear and llama3 can be trained"
    )


def _stretch(plain: Tensor, rope: Mapping[str, Any]) -> Tensor:
    """Slow the low frequencies down by `factor`, leave the high ones, blend between (Llama 3.1)."""
    turns = rope["original_max_position_embeddings"] * plain / (2 * math.pi)
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    blend = ((turns - low) / (high - low)).clamp(0, 1)
    return (1 - blend) * plain / rope["factor"] + blend * plain
