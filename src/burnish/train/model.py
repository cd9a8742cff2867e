"""Loads what a training step starts from: the base model with its chain merged in, in fp32."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM
from transformers.utils.logging import disable_progress_bar

from burnish.train.chain import apply_chain, read_weights


def load_model(base: Path, steps: Sequence[Path]) -> Any:
    """Return the base model after `steps` (folders of adapters or of whole weights, oldest first)."""
    disable_progress_bar()
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, local_files_only=True)
    if steps:
        weights = read_weights(base)
        apply_chain(weights, steps)
        model.load_state_dict(weights, strict=False)
    return model.eval()
