"""Names, shapes and hyperparameters: a Hugging Face `config.json` and its tensors as llama.cpp's architectures.

Covers Llama, Qwen2 and Qwen3 classes, dense and causal. What llama.cpp would compute otherwise (an unknown rope
scaling, experts) is refused, not guessed.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import gguf
import numpy as np
from safetensors import safe_open

from burnish.errors import BurnishError
from burnish.llamacpp import Floats


class Architecture(NamedTuple):
    """llama.cpp's number of a model class, and whether its rope pairs neighbours (Hugging Face pairs halves)."""

    number: Any
    interleaved_rope: bool


ARCHITECTURES = {
    "LlamaForCausalLM": Architecture(gguf.MODEL_ARCH.LLAMA, True),
    "Qwen2ForCausalLM": Architecture(gguf.MODEL_ARCH.QWEN2, False),
    "Qwen3ForCausalLM": Architecture(gguf.MODEL_ARCH.QWEN3, False),
}
ROPE_FREQUENCIES = "rope_freqs.weight"


class Tensor(NamedTuple):
    """A tensor of the GGUF: its name there, its shape (rows first) and how to read it as fp32."""

    name: str
    shape: tuple[int, ...]
    read: Callable[[], Floats]


class _Weight(NamedTuple):
    """A tensor of `transformers`: its shape and how to read it."""

    shape: tuple[int, ...]
    read: Callable[[], Any]


class Source:
    """The weights of a model's directory, or others of its shape, under their GGUF names, read one at a time."""

    def __init__(self, directory: Path, *, weights: Mapping[str, Any] | None = None) -> None:
        """Read the configuration in `directory`; use as a context manager.

        `weights`, torch's tensors by their names in `transformers`, take the place of those that lie there.
        """
        self.directory, self.config = directory, read_config(directory)
        self.architecture = ARCHITECTURES[self.config["architectures"][0]]
        self._held, self._stack = weights, ExitStack()

    def __enter__(self) -> "Source":
        """Map the files into memory."""
        if self._held is None:
            self._weights = self._open_files()
        else:
            self._weights = {name: _Weight(tuple(own.shape), partial(_itself, own)) for name, own in self._held.items()}
        return self

    def _open_files(self) -> dict[str, "_Weight"]:
        paths = sorted(self.directory.glob("*.safetensors"))
        if not paths:
            raise BurnishError(
                f"{self.directory} holds no *.safetensors; `dvc repro` makes them, `dvc checkout` brings them"
            )
        try:
            files = [self._stack.enter_context(safe_open(path, framework="pt")) for path in paths]
        except Exception as error:
            problem = f"a safetensors file isn't readable ({error})"
            raise BurnishError(f"{self.directory}: {problem}; run `dvc checkout`") from None
        return {
            name: _Weight(tuple(file.get_slice(name).get_shape()), partial(file.get_tensor, name))
            for file in files for name in file.keys()  # noqa: SIM118
        }  # fmt: skip

    def __exit__(self, *_: object) -> None:
        """Close the files."""
        self._stack.close()

    def tensors(self) -> Iterator[Tensor]:
        """Yield every tensor in a fixed order: by block, then by name; tied outputs once."""
        layers = self.config["num_hidden_layers"]
        class_name = self.architecture.number.name
        names = gguf.get_tensor_name_map(self.architecture.number, layers)
        found = []
        for name, weight in self._weights.items():
            if name == "lm_head.weight" and self.config.get("tie_word_embeddings"):
                continue
            target = names.get_name(name, try_suffixes=(".weight", ".bias"))
            if target is None:
                raise BurnishError(f"{self.directory}: llama.cpp has no place for {name} in {class_name}")
            found.append(Tensor(target, weight.shape, partial(self._read, name)))
        if factors := rope_factors(self.config):
            values = np.array(factors, dtype=np.float32)
            found.append(Tensor(ROPE_FREQUENCIES, values.shape, lambda: values))
        yield from sorted(found, key=lambda tensor: _order(tensor.name))

    def _read(self, name: str) -> Floats:
        values: Floats = self._weights[name].read().float().numpy()
        if not np.isfinite(values).all():
            problem = f"{name} holds values that aren't finite: training diverged"
            raise BurnishError(f"{self.directory}: {problem}; lower its learning rate")
        if self.architecture.interleaved_rope and ".self_attn.q_proj." in name:
            return interleave(values, heads=self.config["num_attention_heads"])
        if self.architecture.interleaved_rope and ".self_attn.k_proj." in name:
            return interleave(values, heads=self.config["num_key_value_heads"])
        return values


def read_config(directory: Path) -> dict[str, Any]:
    """Read `config.json`; a class that isn't known here is an error that names the known ones."""
    try:
        config: dict[str, Any] = json.loads((directory / "config.json").read_text())
    except (OSError, ValueError) as error:
        raise BurnishError(f"{directory}/config.json isn't readable ({error}); is this a model's directory?") from None
    known = ", ".join(ARCHITECTURES)
    if (config.get("architectures") or [None])[0] not in ARCHITECTURES:
        raise BurnishError(f"{directory}: can't export {config.get('architectures')}; known classes: {known}")
    config.setdefault("num_key_value_heads", config["num_attention_heads"])
    return config


def interleave(values: Floats, *, heads: int) -> Floats:
    """Reorder the rows of each head from halves (x0 x1 .. | y0 y1 ..) to pairs (x0 y0 x1 y1 ..)."""
    rows = values.shape[0]
    split = values.reshape(heads, 2, rows // heads // 2, *values.shape[1:])
    return np.ascontiguousarray(split.swapaxes(1, 2).reshape(values.shape))


def head_width(config: Mapping[str, Any]) -> int:
    """Return the width of one attention head."""
    return int(config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"])


def rope(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rope settings, of the new form of `config.json` or of the old one."""
    settings = dict(config.get("rope_parameters") or config.get("rope_scaling") or {})
    settings.setdefault("rope_theta", config.get("rope_theta", 10_000.0))
    settings["rope_type"] = settings.get("rope_type") or settings.get("type") or "default"
    return settings


def rope_factors(config: Mapping[str, Any]) -> list[float]:
    """Return the divisor of each rope frequency for Llama 3's scaling ("The Llama 3 Herd of Models"), else nothing."""
    settings = rope(config)
    if settings["rope_type"] != "llama3":
        return []
    width, original = head_width(config), settings["original_max_position_embeddings"]
    low, high, factor = settings["low_freq_factor"], settings["high_freq_factor"], settings["factor"]
    factors = []
    for i in range(0, width, 2):
        wavelength = 2 * math.pi * settings["rope_theta"] ** (i / width)
        smooth = (original / wavelength - low) / (high - low)
        factors.append(1 / ((1 - smooth) / factor + smooth) if 0 <= smooth <= 1 else 1.0 if smooth > 1 else factor)
    return factors


def add_hyperparameters(writer: Any, config: Mapping[str, Any]) -> None:
    """Write what llama.cpp must know to build the model's graph."""
    settings, width = rope(config), head_width(config)
    if settings["rope_type"] not in {"default", "linear", "llama3"}:
        raise BurnishError(f"can't export rope scaling {settings['rope_type']!r}; known: default, linear, llama3")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_rope_dimension_count(width)
    writer.add_rope_freq_base(settings["rope_theta"])
    if settings["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(settings["factor"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])


def _order(name: str) -> tuple[int, str]:
    parts = name.split(".")
    return (int(parts[1]) if parts[0] == "blk" else -1, name)


def _itself(weight: Any) -> Any:
    return weight
