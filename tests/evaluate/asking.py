"""One part of `answers` asked by itself, as the stage asks it among others."""

from pathlib import Path
from typing import Any

from burnish.evaluate.asked import Part
from burnish.sampling import sample_all


def ask_alone(part: Part, *, gguf: Path, out: Path, resume: Path | None = None) -> dict[str, Any]:
    """Write the answers of a part to `out`; return its figures."""
    return dict(part.keep(sample_all(gguf / "f16.gguf", part.asks, seed=1, resume=resume), out))
