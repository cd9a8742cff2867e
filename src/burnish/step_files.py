"""A training step as the file that the bulk sampler reads: its chain merged, then an f16 GGUF, in a scratch folder."""

from pathlib import Path

from burnish.chains import read_chain, write_merged
from burnish.gguf_files import write_gguf

FORMAT = "f16"


def write_step_gguf(folder: Path, *, step: Path, base: Path) -> Path:
    """Write the model that `step` stands for into `folder` (every hash of its chain is checked); return the GGUF."""
    merged = folder / "merged"
    merged.mkdir(parents=True, exist_ok=True)
    write_merged(merged, read_chain(step, base=base), base=base, parent=step.parent, dtype="float32")
    return write_scratch_gguf(folder / f"{FORMAT}.gguf", model=merged)


def write_scratch_gguf(path: Path, *, model: Path) -> Path:
    """Write a GGUF that nobody but a sampler of this machine sees; a half-written one never has its name."""
    partial = path.with_name(f"{path.name}.partial")
    write_gguf(partial, model=model, format_name=FORMAT, title="scratch", licence="none")
    partial.replace(path)
    return path
