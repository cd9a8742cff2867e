"""Which number format each tensor gets in f16, Q8_0 and Q4_K_M, and its bytes.

The choice mirrors `llama_tensor_get_type_impl` and `tensor_type_fallback` of llama.cpp (`src/llama-quant.cpp`) for
dense Llama and Qwen models; the encoding is llama.cpp's own code. (The wheel leaves `llama_model_quantize` itself out.)
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import gguf
import numpy as np
import numpy.typing as npt

from burnish.errors import BurnishError
from burnish.llamacpp import Floats, quantise_rows

Type = gguf.GGMLQuantizationType
LARGEST_F16 = 65_504.0
FALLBACKS = {Type.Q4_K: Type.Q5_0, Type.Q5_K: Type.Q5_1, Type.Q6_K: Type.Q8_0}
ROWS_PER_TASK = 1024


class Format(NamedTuple):
    """A format of GGUF files: its number in llama.cpp, the type of plain matrices, and who gets more bits."""

    file_type: Any
    matrix: Any
    refine: Callable[[str, int, bool], Any] | None


def _k_medium(name: str, layers: int, tied: bool) -> Any:
    """Q4_K_M: more bits for the output, and for the values and down projections of half the blocks."""
    if name == "output.weight" or (name == "token_embd.weight" and tied):
        return Type.Q6_K
    if not name.endswith(("attn_v.weight", "ffn_down.weight")):
        return Type.Q4_K
    block, eighth = int(name.split(".")[1]), layers // 8
    more = block < eighth or block >= 7 * layers // 8 or (block - eighth) % 3 == 2
    return Type.Q6_K if more else Type.Q4_K


FORMATS = {
    "f16": Format(gguf.LlamaFileType.MOSTLY_F16, Type.F16, None),
    "Q8_0": Format(gguf.LlamaFileType.MOSTLY_Q8_0, Type.Q8_0, None),
    "Q4_K_M": Format(gguf.LlamaFileType.MOSTLY_Q4_K_M, Type.Q4_K, _k_medium),
}


class Choice(NamedTuple):
    """The type of a tensor, and whether its width forced it (K types come in blocks of 256 values)."""

    type: Any
    fallback: bool


def choose_type(name: str, *, shape: tuple[int, ...], format_name: str, layers: int, tied: bool) -> Choice:
    """Return the type of one tensor in a format."""
    if len(shape) < 2 or not name.endswith(".weight") or "_norm" in name:
        return Choice(Type.F32, False)
    wanted = FORMATS[format_name]
    kind = wanted.refine(name, layers, tied) if wanted.refine else wanted.matrix
    width, fallback = shape[-1], False
    while width % gguf.GGML_QUANT_SIZES[kind][0]:
        kind, fallback = FALLBACKS.get(kind, Type.F16), True
    # The output of an odd width takes 8 bits there, as FALLBACKS says for Q6_K, and f16 where not even 32 divides it.
    return Choice(kind, fallback)


def encode(values: Floats, *, kind: Any, name: str) -> npt.NDArray[Any]:
    """Return `values` in `kind`: fp32 and f16 as such, other types as rows of bytes."""
    if kind == Type.F32:
        return values.astype(np.float32, copy=False)
    if kind == Type.F16:
        largest = float(np.abs(values).max())
        if largest > LARGEST_F16:
            problem = f"{name} holds {largest:g}, more than f16 can ({LARGEST_F16:g}): training diverged"
            raise BurnishError(f"{problem}; lower its learning rate")
        return values.astype(np.float16)
    parts = [values[start : start + ROWS_PER_TASK] for start in range(0, len(values), ROWS_PER_TASK)]
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(lambda part: quantise_rows(part, type_number=int(kind)), parts)))


def encoded_bytes(shape: tuple[int, ...], *, kind: Any) -> int:
    """Return how many bytes a tensor takes in `kind`."""
    values, size = gguf.GGML_QUANT_SIZES[kind]
    return math.prod(shape) // int(values) * int(size)
