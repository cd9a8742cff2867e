"""The chain of a training step: base model, then each step before it, named and hashed in `chain.json`.

A step's folder holds either a LoRA adapter or, after full finetuning, whole weights. Loading follows the chain and
refuses a folder whose bytes aren't those the step was trained on.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from burnish.adapters import WEIGHTS, add_adapter, read_scale, save_tensors
from burnish.errors import BurnishError
from burnish.files import digest_of, write_json

CHAIN = "chain.json"
FULL_WEIGHTS = "model.safetensors"
COPIED = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)


class Link(NamedTuple):
    """One step of a chain: its folder's name and the sha256 of its weights."""

    name: str
    sha256: str


class Chain(NamedTuple):
    """What a step starts from: the base model's hash and the steps to apply to it, oldest first."""

    base: str
    steps: tuple[Link, ...]


def read_chain(step: Path, *, base: Path) -> Chain:
    """Return the chain that ends with `step` (which may be `base` itself), each hash checked.

    Ancestors lie beside `step`, under the names in its `chain.json`.
    """
    base_hash = digest_weights(base)
    if step.resolve() == base.resolve():
        return Chain(base_hash, ())
    try:
        stored = json.loads((step / CHAIN).read_text())
        recorded = Chain(stored["base"], tuple(Link(link["name"], link["sha256"]) for link in stored["steps"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BurnishError(f"{step} holds no readable {CHAIN} ({error!r}); run its training stage again") from None
    if recorded.base != base_hash:
        raise BurnishError(f"{step} was trained on another base model: {recorded.base[:12]}, not {base_hash[:12]}; "
                           "run its training stage again")  # fmt: skip
    for link in recorded.steps:
        found = digest_weights(step.parent / link.name)
        if found != link.sha256:
            raise BurnishError(f"{step} was trained on {link.name} {link.sha256[:12]}, but that is now "
                f"{found[:12]}; run its training stage again")  # fmt: skip
    return Chain(base_hash, (*recorded.steps, Link(step.name, digest_weights(step))))


def write_chain(step: Path, chain: Chain) -> None:
    """Write the ancestors of `step` beside its weights."""
    write_json(step / CHAIN, {"base": chain.base, "steps": [link._asdict() for link in chain.steps]})


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


def write_merged(out: Path, chain: Chain, *, base: Path, parent: Path, dtype: str) -> None:
    """Write `base` with all steps of `chain`, which lie in the folder `parent`, as a directory of `transformers`.

    Sums are in fp32. Tokenizer and chat template are the base's, byte for byte.
    """
    weights = {name: tensor.float() for name, tensor in read_weights(base).items()}
    apply_chain(weights, [parent / link.name for link in chain.steps])
    save_tensors(out / FULL_WEIGHTS, weights, dtype=getattr(torch, dtype))
    config = json.loads((base / "config.json").read_text())
    write_json(out / "config.json", {**config, "dtype": dtype})
    for name in COPIED:
        if (base / name).is_file():
            shutil.copyfile(base / name, out / name)
    write_chain(out, chain)


def read_weights(directory: Path) -> dict[str, Tensor]:
    """Read all tensors of a model's directory."""
    tensors: dict[str, Tensor] = {}
    for file in _weight_files(directory):
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


def digest_weights(directory: Path) -> str:
    """Return the sha256 of a folder's weights: of the file, or of the list of its files' hashes."""
    files = _weight_files(directory)
    return digest_of(files[0]) if len(files) == 1 else digest_of(directory)


def _weight_files(directory: Path) -> list[Path]:
    files = sorted(directory.glob("*.safetensors"))
    if not files:
        raise BurnishError(
            f"{directory} holds no safetensors; `dvc repro` makes it, `dvc checkout` restores it from the cache"
        )
    return files
