"""A model's directory (safetensors, tokenizer, chat template) to a GGUF file of one format.

A file holds all that llama.cpp needs to say what the model says, and nothing of the time or machine it was made at: two
exports give the same bytes. Whether it says it is checked by `export/equivalence.py`.
"""

import contextlib
import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import gguf
import numpy as np

from burnish.gguf_layout import Source, Tensor, add_hyperparameters
from burnish.gguf_types import FORMATS, Choice, Type, choose_type, encode, encoded_bytes
from burnish.gguf_vocabulary import add_vocabulary
from burnish.progress import track


class Planned(NamedTuple):
    """A tensor and the type chosen for it."""

    tensor: Tensor
    choice: Choice


def write_gguf(path: Path, *, model: Path, format_name: str, title: str, licence: str,
               weights: Mapping[str, Any] | None = None) -> dict[str, Any]:  # fmt: skip
    """Write one file, tensor by tensor, and return what is in it; `weights` replace those of the directory `model`."""
    with Source(model, weights=weights) as source:
        plan = plan_types(source, format_name=format_name)
        values = sum(_size(planned) for planned in plan)
        writer = gguf.GGUFWriter(path, gguf.MODEL_ARCH_NAMES[source.architecture.number])
        writer.add_type(gguf.GGUFType.MODEL)
        writer.add_name(title)
        writer.add_license(licence)
        writer.add_size_label(gguf.size_label(values, values, 0, 0))
        writer.add_file_type(FORMATS[format_name].file_type)
        if any(gguf.GGML_QUANT_SIZES[planned.choice.type][0] > 1 for planned in plan):
            writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
        add_hyperparameters(writer, source.config)
        vocabulary = add_vocabulary(writer, model, size=source.config["vocab_size"])
        write_tensors(writer, plan, label=path.name)
    return {"pre_tokenizer": vocabulary.pre_tokenizer, **describe(path, plan)}


def plan_types(source: Source, *, format_name: str) -> list[Planned]:
    """Choose the type of every tensor."""
    layers, tensors = source.config["num_hidden_layers"], list(source.tensors())
    tied = all(tensor.name != "output.weight" for tensor in tensors)
    return [
        Planned(tensor, choose_type(tensor.name, shape=tensor.shape, format_name=format_name, layers=layers, tied=tied))
        for tensor in tensors
    ]


def write_tensors(writer: Any, plan: list[Planned], *, label: str) -> None:
    """Write header, metadata and tensors; only one tensor is in memory at a time."""
    for tensor, choice in plan:
        shape, kind, size = tensor.shape, choice.type, encoded_bytes(tensor.shape, kind=choice.type)
        if kind not in {Type.F32, Type.F16}:
            shape = gguf.quant_shape_to_byte_shape(tensor.shape, kind)
        writer.add_tensor_info(tensor.name, shape, encode_dtype(kind), size, raw_dtype=kind)
    with contextlib.closing(writer):
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for tensor, choice in track(plan, label):
            writer.write_tensor_data(encode(tensor.read(), kind=choice.type, name=tensor.name))


def encode_dtype(kind: Any) -> Any:
    """Return the numpy type in which a tensor's bytes are handed to the writer."""
    return {Type.F32: np.dtype(np.float32), Type.F16: np.dtype(np.float16)}.get(kind, np.dtype(np.uint8))


def describe(path: Path, plan: list[Planned]) -> dict[str, Any]:
    """Return size, hash, bits a weight, the share of the weights in each type, and how many tensors fell back."""
    counts: Counter[str] = Counter()
    bits = 0
    for planned in plan:
        counts[planned.choice.type.name] += _size(planned)
        bits += 8 * encoded_bytes(planned.tensor.shape, kind=planned.choice.type)
    total = counts.total()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "bytes": path.stat().st_size,
        "sha256": digest,
        "weights": total,
        "bits_per_weight": round(bits / total, 3),
        "type_shares": {name: round(count / total, 4) for name, count in sorted(counts.items())},
        "tensors": len(plan),
        "tensors_of_another_type_for_their_width": sum(planned.choice.fallback for planned in plan),
    }


def _size(planned: Planned) -> int:
    return math.prod(planned.tensor.shape)
