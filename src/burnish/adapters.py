"""Files of low-rank adapters under PEFT's names, and the sum of an adapter and the weights it belongs to.

It trains nothing: `train/lora.py` does.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

from burnish.errors import BurnishError
from burnish.files import atomic_write

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
PREFIX = "base_model.model."


def save_tensors(path: Path, tensors: Mapping[str, Tensor], *, dtype: torch.dtype) -> None:
    """Write safetensors; equal tensors give equal bytes."""
    stored = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in sorted(tensors.items())}
    atomic_write(path, save(stored, metadata={"format": "pt"}))


def add_adapter(weights: dict[str, Tensor], adapter: Mapping[str, Tensor], *, scale: float) -> None:
    """Add an adapter's update to the weights it belongs to, in fp32; a name without a weight is an error."""
    for name in sorted(name for name in adapter if name.endswith(".lora_A.weight")):
        target = name.removeprefix(PREFIX).replace(".lora_A.weight", ".weight")
        if target not in weights:
            raise BurnishError(
                f"the adapter changes {target}, which the base model doesn't have; it belongs to another model"
            )
        up, down = adapter[name.replace("lora_A", "lora_B")].float(), adapter[name].float()
        weights[target] = (weights[target].float() + scale * (up @ down)).to(weights[target].dtype)


def read_scale(directory: Path) -> float:
    """Return `alpha / r` of a stored adapter."""
    config = json.loads((directory / CONFIG).read_text())
    return float(config["lora_alpha"]) / int(config["r"])
