"""Stage `base_model`: the base model, fetched or in a folder, to `models/base`: safetensors, tokenizer and chat template.

A GGUF is dequantised by `transformers`, which forgets how the tokenizer cuts text into words; that is put back. A
folder that is already in its format is taken as it is (`checkpoints.py`). With `shape` the weights are drawn at random for
that configuration and only the tokenizer is the base's: the hermetic twin's model.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import gguf
import torch
from tokenizers import Regex, pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM
from transformers.utils.logging import disable_progress_bar

from burnish import stage
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.gguf_vocabulary import PRE_TOKENIZERS
from burnish.model_config import check_supported
from burnish.params import Section
from burnish.sources.checkpoints import copy_checkpoint
from burnish.sources.engine_words import follow_engine

_BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False)
# Two roundings of one matrix to four bits and more are nearer to each other than this part of its norm.
SAME_MATRIX = 0.2
_QWEN_WORDS = next(pattern for (pattern, _), name in PRE_TOKENIZERS.items() if pattern and name == "qwen2")
# How text is cut into words, by llama.cpp's name for it (`tokenizer.ggml.pre`).
WORD_CUTTERS = {
    "gpt-2": _BYTES,
    "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), _BYTES]),
    "qwen2": pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN_WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    ),
}


class Shape(Section):
    """A Llama's configuration, small enough for a test."""

    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    max_position_embeddings: int
    initializer_range: float


class BaseModelParams(Section):
    """`params.yaml: base_model`.

    Attributes:
        folder: where the model lies; `dvc.yaml` hands it over as `raw`.
        file: the GGUF in it, or a folder of safetensors in it; null: the folder itself is the model.
        tie_word_embeddings: true: the head's weights are those of the embedding too, as in models of which a GGUF holds the
            one matrix twice, in two types; null: as the file has them.
    """

    folder: str
    file: str | None
    dtype: Literal["float32", "bfloat16", "float16"]
    shape: Shape | None
    tie_word_embeddings: Literal[True] | None


def run(params: BaseModelParams, *, raw: Path, out: Path, seed: int) -> stage.Metrics:
    """Write the model and say what it is."""
    disable_progress_bar()
    source = raw / params.file if params.file else raw
    if not source.exists():
        found = ", ".join(sorted(path.name for path in raw.iterdir())) if raw.is_dir() else "no folder"
        raise BurnishError(f"params.yaml: base_model.file: {source} is missing; in {raw}: {found or 'no files'}")
    if params.tie_word_embeddings and (source.is_dir() or params.shape):
        raise BurnishError("params.yaml: base_model.tie_word_embeddings = true is for a GGUF; write null")
    if source.is_dir() and params.shape is None:
        with atomic_directory(out) as partial:
            return copy_checkpoint(source, out=partial, dtype=params.dtype)
    folder, file = (source, None) if source.is_dir() else (raw, params.file)
    with reading_once():
        tokenizer = load_tokenizer(folder, file=file)
        if params.shape:
            model = draw_model(params.shape, tokenizer=tokenizer, seed=seed)
        else:
            model = _load(AutoModelForCausalLM.from_pretrained, folder, file=file, dtype=torch.float32)
            _forget_quantisation(model)
            if params.tie_word_embeddings:
                _tie(model, place=source)
            check_supported(model.config.to_dict())
    with atomic_directory(out) as partial:
        model.to(getattr(torch, params.dtype)).save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        for path in partial.rglob("*"):
            path.chmod(0o644)
    return {
        "parameters": model.num_parameters(), "words": len(tokenizer), "layers": model.config.num_hidden_layers,
        "hidden_size": model.config.hidden_size, "context": model.config.max_position_embeddings,
    }  # fmt: skip


@contextmanager
def reading_once() -> Iterator[None]:
    """Have a GGUF read once and its tensors' names listed once for the length of a block.

    `transformers` reads the file for the tokenizer, the configuration and the weights, and lists the names for every
    module of the model: half of the stage's time.
    """
    read, list_names = gguf.GGUFReader, gguf.get_tensor_name_map
    vars(gguf).update(GGUFReader=functools.cache(read), get_tensor_name_map=functools.cache(list_names))
    try:
        yield
    finally:
        vars(gguf).update(GGUFReader=read, get_tensor_name_map=list_names)


def load_tokenizer(raw: Path, *, file: str | None) -> Any:
    """Return the tokenizer of a folder, or of the GGUF `file` in it."""
    tokenizer = _load(AutoTokenizer.from_pretrained, raw, file=file)
    if not tokenizer.chat_template:
        raise BurnishError(f"{raw} has no chat template; choose an instruct model, or add chat_template.jinja to it")
    if file:
        name = _word_cutter(raw / file)
        if name not in WORD_CUTTERS:
            raise BurnishError(
                f"{raw / file}: text is cut into words the way of {name!r}, not one of "
                f"{', '.join(WORD_CUTTERS)}, which are known; use the model's safetensors as the source"
            )
        tokenizer.backend_tokenizer.pre_tokenizer = WORD_CUTTERS[name]
    follow_engine(tokenizer.backend_tokenizer)
    return tokenizer


def _word_cutter(file: Path) -> str:
    field = gguf.GGUFReader(str(file)).get_field("tokenizer.ggml.pre")
    return str(field.contents()) if field else "gpt-2"


def draw_model(shape: Shape, *, tokenizer: Any, seed: int) -> Any:
    """Return a Llama of `shape` with random weights that depend on `seed` alone."""
    config = LlamaConfig(**shape.model_dump(), vocab_size=len(tokenizer), tie_word_embeddings=True,
                         bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
                         pad_token_id=tokenizer.pad_token_id)  # fmt: skip
    torch.manual_seed(seed)
    return LlamaForCausalLM(config)


def _load(loader: Any, raw: Path, *, file: str | None, **options: Any) -> Any:
    if file:
        options["gguf_file"] = file
    try:
        return loader(raw, local_files_only=True, **options)
    except Exception as error:  # a damaged file makes the readers raise anything
        raise BurnishError(f"{raw} can't be read as a model: {' '.join(str(error).split())[:300]}") from None


def _tie(model: Any, *, place: Path) -> None:
    """Make the head's weights those of the embedding too, if that is what they are but for their rounding."""
    embedding, head = model.get_input_embeddings().weight.detach(), model.get_output_embeddings().weight.detach()
    if float((embedding - head).norm() / head.norm()) > SAME_MATRIX:
        problem = f"embedding and head of {place} are two matrices, not one"
        raise BurnishError(f"params.yaml: base_model.tie_word_embeddings = true, but {problem}; write null")
    model.set_input_embeddings(torch.nn.Embedding.from_pretrained(head, freeze=False))
    model.config.tie_word_embeddings = True
    model.tie_weights()


def _forget_quantisation(model: Any) -> None:
    """Make a model that was loaded from a GGUF savable as what it now is: plain weights."""
    model.hf_quantizer, model.is_quantized = None, False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config


if __name__ == "__main__":
    stage.main(run)
