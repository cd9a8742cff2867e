"""Weights along the chain of a training step: read, brought to the state after each step, written as one model."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from burnish.adapters import WEIGHTS, add_adapter, read_scale, save_tensors
from burnish.chains import Chain, find_weights, write_chain
from burnish.errors import BurnishError
from burnish.files import write_json

FULL_WEIGHTS = "model.safetensors"
COPIED = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)


def apply_chain(weights: dict[str, Tensor], steps: Sequence[Path]) -> None:
    """Bring the base's `weights` to the state after `steps`: adapters are added, whole weights replace."""
    for step in steps:
        if (step / WEIGHTS).is_file():
            add_adapter(weights, _load(step / WEIGHTS), scale=read_scale(step))
        else:
            full = _load(step / FULL_WEIGHTS)
            if set(full) != set(weights):
                raise BurnishError(
                    f"{step / FULL_WEIGHTS} has other tensors than the base model; run its training stage again"
                )
            weights |= {name: tensor.to(weights[name].dtype) for name, tensor in full.items()}


def write_merged(out: Path, chain: Chain, *, base: Path, parent: Path, dtype: str, interpolation: float = 1.0) -> None:
    """Write `base` with all steps of `chain`, which lie in the folder `parent`, as a directory of `transformers`.

    Sums are in fp32. Of what the chain changed the share `interpolation` is kept (WiSE-FT, Wortsman et al. 2022);
    all of it is the plain sum. Tokenizer and chat template are the base's, byte for byte.
    """
    weights = {name: tensor.float() for name, tensor in read_weights(base).items()}
    apply_chain(weights, [parent / link.name for link in chain.steps])
    if interpolation < 1:
        for name, tensor in read_weights(base).items():
            weights[name] = torch.lerp(tensor.float(), weights[name], interpolation)
    save_tensors(out / FULL_WEIGHTS, weights, dtype=getattr(torch, dtype))
    config = json.loads((base / "config.json").read_text())
    write_json(out / "config.json", {**config, "dtype": dtype})
    for name in COPIED:
        if (base / name).is_file():
            shutil.copyfile(base / name, out / name)
    write_chain(out, chain, interpolation=interpolation)


def read_weights(directory: Path) -> dict[str, Tensor]:
    """Read all tensors of a model's directory."""
    tensors: dict[str, Tensor] = {}
    for file in find_weights(directory):
        tensors |= _load(file)
    return tensors


def _load(file: Path) -> dict[str, Tensor]:
    """Read the tensors of one file; a half-written one is an error that names it."""
    try:
        tensors: dict[str, Tensor] = load_file(file)
    except (SafetensorError, OSError) as error:
        raise BurnishError(
            f"{file} isn't readable ({error}): half written, perhaps; delete {file.parent} and run its stage again"
        ) from None
    return tensors
