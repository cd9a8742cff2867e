"""A model's `config.json` to its sizes and the names and shapes of its tensors; what training can't compute is refused.

Reads the file itself, without `transformers` or torch: its classes would cost each training step five seconds of imports.
"""

import json
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from burnish.errors import BurnishError

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
ROPE_TYPES = ("default", "linear", "llama3")
Shape = tuple[int, ...]


class Sizes(NamedTuple):
    """A Llama-class decoder in numbers: `width` is that of one head, `biased` the layers with a bias."""

    hidden: int
    feed_forward: int
    layers: int
    heads: int
    key_value_heads: int
    width: int
    words: int
    tied: bool
    biased: frozenset[str]
    head_norms: bool

    @property
    def linear_layers(self) -> dict[str, Shape]:
        """The linear layers of one block, each as [outputs, inputs]."""
        query, key_value = self.heads * self.width, self.key_value_heads * self.width
        return {
            "self_attn.q_proj": (query, self.hidden),
            "self_attn.k_proj": (key_value, self.hidden),
            "self_attn.v_proj": (key_value, self.hidden),
            "self_attn.o_proj": (self.hidden, query),
            "mlp.gate_proj": (self.feed_forward, self.hidden),
            "mlp.up_proj": (self.feed_forward, self.hidden),
            "mlp.down_proj": (self.hidden, self.feed_forward),
        }

    @property
    def parameters(self) -> int:
        """How many numbers the model has; a tied head counts once."""
        return sum(prod(shape) for shape in list_tensors(self).values())


def read_config(directory: Path) -> dict[str, Any]:
    """Read a model's `config.json`."""
    try:
        content: dict[str, Any] = json.loads((directory / "config.json").read_text())
        content["model_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BurnishError(f"{directory} holds no readable config.json: {error!r}") from None
    return content


def read_sizes(config: Mapping[str, Any]) -> Sizes:
    """Read a configuration; names that it leaves out have the values that `transformers` gives them."""
    check_supported(config)
    heads = int(config["num_attention_heads"])
    return Sizes(
        hidden=int(config["hidden_size"]),
        feed_forward=int(config["intermediate_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=heads,
        key_value_heads=int(config.get("num_key_value_heads") or heads),
        width=int(config.get("head_dim") or config["hidden_size"] // heads),
        words=int(config["vocab_size"]),
        tied=bool(config.get("tie_word_embeddings")),
        biased=_biased(config),
        head_norms=config["model_type"] == "qwen3",
    )


def check_supported(config: Mapping[str, Any]) -> None:
    """Refuse a model that would be computed wrongly, and say what it has that isn't known."""
    kind = config["model_type"]
    if kind not in FAMILIES:
        raise BurnishError(f"models of type {kind!r} can't be trained yet; these can: {', '.join(FAMILIES)}")
    if config.get("hidden_act", "silu") != "silu":
        raise BurnishError(f"the base model's activation is {config['hidden_act']!r}; only silu can be trained")
    asked = config.get("use_sliding_window", kind == "mistral") and config.get("sliding_window")
    if asked or "sliding_attention" in (config.get("layer_types") or ()):
        raise BurnishError("the base model attends within a sliding window; choose one that sees its whole context")
    rope = read_rope(config)
    if rope["rope_type"] not in ROPE_TYPES or rope.get("partial_rotary_factor", 1.0) != 1.0:
        raise BurnishError(
            f"the base model's rotary positions are of type {rope['rope_type']!r}; "
            "default, linear and llama3 can be trained"
        )


def read_rope(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rotary settings, of the new form of `config.json` or of the old one."""
    rope = config.get("rope_parameters") or {
        "rope_theta": config.get("rope_theta", 10_000.0), **(config.get("rope_scaling") or {}),
    }  # fmt: skip
    return {**rope, "rope_type": rope.get("rope_type") or rope.get("type") or "default"}


def list_tensors(sizes: Sizes) -> dict[str, Shape]:
    """Return the shape of every tensor by the name that `transformers` gives it."""
    tensors: dict[str, Shape] = {"model.embed_tokens.weight": (sizes.words, sizes.hidden)}
    for number in range(sizes.layers):
        block = f"model.layers.{number}"
        tensors |= {
            f"{block}.{norm}.weight": (sizes.hidden,) for norm in ("input_layernorm", "post_attention_layernorm")
        }
        if sizes.head_norms:
            tensors |= {f"{block}.self_attn.{norm}.weight": (sizes.width,) for norm in ("q_norm", "k_norm")}
        for name, shape in sizes.linear_layers.items():
            tensors[f"{block}.{name}.weight"] = shape
            if name.rsplit(".", 1)[-1] in sizes.biased:
                tensors[f"{block}.{name}.bias"] = shape[:1]
    tensors["model.norm.weight"] = (sizes.hidden,)
    return tensors if sizes.tied else tensors | {"lm_head.weight": (sizes.words, sizes.hidden)}


def _biased(config: Mapping[str, Any]) -> frozenset[str]:
    if config["model_type"] == "qwen2":
        return frozenset({"q_proj", "k_proj", "v_proj"})
    attention = {"q_proj", "k_proj", "v_proj", "o_proj"} if config.get("attention_bias") else set()
    feed_forward = {"gate_proj", "up_proj", "down_proj"} if config.get("mlp_bias") else set()
    return frozenset(attention | feed_forward)
