"""Stage `merge`: the base model and a chain of steps to one model's directory, in the format of `transformers`.

Every hash of the chain is checked first. Sums are in fp32. Tokenizer and chat template are the base's, byte for byte.
"""

import json
import shutil
from pathlib import Path
from typing import Literal

import torch

from burnish import stage
from burnish.files import atomic_directory, write_json
from burnish.params import Section
from burnish.train.chain import apply_chain, digest_weights, read_chain, read_weights, write_chain
from burnish.train.lora import save_tensors

COPIED = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)


class MergeParams(Section):
    """`params.yaml: merge`."""

    dtype: Literal["float32", "bfloat16", "float16"]


def run(params: MergeParams, *, base: Path, adapter: Path, out: Path) -> stage.Metrics:
    """Write the model that the step in `adapter` stands for."""
    chain = read_chain(adapter, base=base)
    weights = {name: tensor.float() for name, tensor in read_weights(base).items()}
    apply_chain(weights, [adapter.parent / link.name for link in chain.steps])
    with atomic_directory(out) as partial:
        save_tensors(partial / "model.safetensors", weights, dtype=getattr(torch, params.dtype))
        config = json.loads((base / "config.json").read_text())
        write_json(partial / "config.json", {**config, "dtype": params.dtype})
        for name in COPIED:
            if (base / name).is_file():
                shutil.copyfile(base / name, partial / name)
        write_chain(partial, chain)
    return {"steps": [link.name for link in chain.steps], "sha256": digest_weights(out)}


if __name__ == "__main__":
    stage.main(run)
