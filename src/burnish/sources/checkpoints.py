"""A folder of safetensors of a Llama or Qwen class model to the same in another type.

Nothing else changes, but what llama.cpp would read otherwise in its tokenizer (`engine_words`). File by file, so that
memory holds one file of the checkpoint. What doesn't fit to its `config.json` is refused here, before anything is trained:
`transformers` draws missing tensors at random and only warns.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from burnish.adapters import save_tensors
from burnish.chain_weights import COPIED
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import write_json
from burnish.model_config import Sizes, list_tensors, read_config, read_sizes
from burnish.sources.engine_words import follow_engine

INDEX = "model.safetensors.index.json"
SHOWN = 3


def copy_checkpoint(source: Path, *, out: Path, dtype: str) -> dict[str, Any]:
    """Write the model of `source` to the folder `out` and return what it is."""
    config = read_config(source)
    try:
        sizes = read_sizes(config)
    except BurnishError as error:
        raise BurnishError(f"{source}/config.json: {error}") from None
    words = count_words(source)
    if words > sizes.words:
        raise BurnishError(f"{source}: the tokenizer has {words} tokens, config.json says vocab_size {sizes.words}")
    places = find_tensors(source, sizes=sizes)
    for file in sorted(set(places.values())):
        names = [name for name, place in places.items() if place == file]
        save_tensors(out / file, read_tensors(source / file, names), dtype=getattr(torch, dtype))
    if len(set(places.values())) > 1:
        write_json(out / INDEX, {"metadata": {}, "weight_map": places})
    write_json(out / "config.json", {**{key: config[key] for key in config if key != "torch_dtype"}, "dtype": dtype})
    for name in COPIED:
        if (source / name).is_file():
            shutil.copyfile(source / name, out / name)
    tokenizer = Chat.load(out).tokenizer
    if follow_engine(tokenizer):
        tokenizer.save(str(out / "tokenizer.json"))
    return {
        "parameters": sizes.parameters, "words": words, "layers": sizes.layers, "hidden_size": sizes.hidden,
        "context": config["max_position_embeddings"],
    }  # fmt: skip


def count_words(source: Path) -> int:
    """Return how many tokens the tokenizer of a folder knows, after reading it and its template as training will."""
    try:
        return int(Chat.load(source).tokenizer.get_vocab_size())
    except BurnishError:
        raise
    except Exception as error:  # the reader of tokenizer.json raises nothing narrower
        raise BurnishError(f"{source} holds no readable tokenizer.json: {error}") from None


def find_tensors(source: Path, *, sizes: Sizes) -> dict[str, str]:
    """Return the file of each tensor that a model of `sizes` has; tensors too few, too many or misshapen are refused."""
    files = sorted(source.glob("*.safetensors"))
    if not files:
        raise BurnishError(f"{source} holds no *.safetensors; convert the checkpoint to safetensors first")
    shapes: dict[str, tuple[int, ...]] = {}
    places: dict[str, str] = {}
    for file in files:
        try:
            with safe_open(file, framework="pt") as opened:
                found = {name: tuple(opened.get_slice(name).get_shape()) for name in opened.keys()}  # noqa: SIM118
        except Exception as error:  # a damaged file makes the reader raise anything
            raise BurnishError(f"{file} can't be read as a model: {error}; is it whole?") from None
        shapes |= found
        places |= dict.fromkeys(found, file.name)
    _compare(shapes, list_tensors(sizes), source=source, tied=sizes.tied)
    return {name: places[name] for name in sorted(list_tensors(sizes))}


def read_tensors(file: Path, names: list[str]) -> dict[str, Tensor]:
    """Read the tensors `names` of a file."""
    with safe_open(file, framework="pt") as opened:
        return {name: opened.get_tensor(name) for name in names}


def _compare(
    found: Mapping[str, tuple[int, ...]], wanted: Mapping[str, tuple[int, ...]], *, source: Path, tied: bool
) -> None:
    redundant = {name for name in found if name.endswith(".rotary_emb.inv_freq") or (tied and name == "lm_head.weight")}
    for problem, names in (
        ("lacks", sorted(set(wanted) - set(found))),
        ("holds what a model of its config.json doesn't have:", sorted(set(found) - set(wanted) - redundant)),
    ):
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            raise BurnishError(f"{source} {problem} {', '.join(names[:SHOWN])}{more}; is it the whole checkpoint?")
    for name, shape in wanted.items():
        if found[name] != shape:
            raise BurnishError(f"{source}: {name} is {list(found[name])}, by config.json it must be {list(shape)}")
