"""The type that `auto` stands for in params.yaml: bfloat16 where the processor has instructions for it, else float32.

Without them a product in bfloat16 takes five times as long as one in float32. What the processor has decides, not a
clock: two runs on one machine never choose differently.
"""

from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

AUTO = "auto"
PROCESSOR = Path("/proc/cpuinfo")
INSTRUCTIONS = frozenset({"amx_bf16", "avx512_bf16", "bf16"})  # of Intel, of AMD and Intel, of Arm


@cache
def has_bfloat16(processor: Path = PROCESSOR) -> bool:
    """Return whether the processor multiplies bfloat16 by instructions of its own; an unknown one doesn't."""
    try:
        lines = processor.read_text().splitlines()
    except OSError:
        return False
    named = (line.partition(":")[2].split() for line in lines if line.startswith(("flags", "Features")))
    return bool(INSTRUCTIONS.intersection(next(named, [])))


def choose(asked: Any, *, short: str, exact: str) -> Any:
    """Return `short` or `exact`, whichever suits the processor, for `auto`; anything else as it is."""
    if asked != AUTO:
        return asked
    return short if has_bfloat16() else exact


Precision = Annotated[
    Literal["float32", "bfloat16"], BeforeValidator(partial(choose, short="bfloat16", exact="float32"))
]
"""What a model on the processor computes in, under torch's names."""

SamplerPrecision = Annotated[Literal["bf16", "f32"], BeforeValidator(partial(choose, short="bf16", exact="f32"))]
"""The same under OpenVINO's names."""
