"""Loads what a training step starts from: the base model with its chain merged in, in fp32."""

from collections.abc import Sequence
from pathlib import Path

import torch

from burnish.chain_weights import apply_chain, read_weights
from burnish.train.architecture import read_architecture
from burnish.train.decoder import Decoder
from burnish.train.lora import LoraSettings


def load_decoder(
    base: Path, steps: Sequence[Path], *, lora: LoraSettings | None, seed: int, dtype: torch.dtype
) -> Decoder:
    """Return the base model after `steps` (folders of adapters or of whole weights, oldest first), ready to train."""
    weights = {name: tensor.float() for name, tensor in read_weights(base).items()}
    apply_chain(weights, steps)
    return Decoder(weights, read_architecture(base), lora=lora, seed=seed, dtype=dtype)
