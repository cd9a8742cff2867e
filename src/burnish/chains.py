"""The chain of a training step: base model, then each step before it, named and hashed in `chain.json`.

A step's folder holds either a LoRA adapter or, after full finetuning, whole weights. Following the chain refuses a folder
whose bytes aren't those the step was trained on. Tensors are read by `chain_weights.py`.
"""

import json
from pathlib import Path
from typing import NamedTuple

from burnish.errors import BurnishError
from burnish.files import digest_of, write_json

CHAIN = "chain.json"


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


def write_chain(step: Path, chain: Chain, *, interpolation: float = 1.0) -> None:
    """Write the ancestors of `step` beside its weights; of a merged model also the share of their sum, if it isn't all."""
    share = {} if interpolation == 1 else {"interpolation": interpolation}
    write_json(step / CHAIN, {"base": chain.base, "steps": [link._asdict() for link in chain.steps], **share})


def digest_weights(directory: Path) -> str:
    """Return the sha256 of a folder's weights: of the file, or of the list of its files' hashes."""
    files = find_weights(directory)
    return digest_of(files[0]) if len(files) == 1 else digest_of(directory)


def find_weights(directory: Path) -> list[Path]:
    """Return the files with the weights of a model or a step, in order; none is an error."""
    files = sorted(directory.glob("*.safetensors"))
    if not files:
        raise BurnishError(
            f"{directory} holds no safetensors; `dvc repro` makes it, `dvc checkout` restores it from the cache"
        )
    return files
