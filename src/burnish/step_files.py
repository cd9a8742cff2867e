"""A training step as the file that the bulk sampler reads: its chain merged, then an f16 GGUF, in a scratch folder."""

import tempfile
from pathlib import Path

from burnish.chain_weights import write_merged
from burnish.chains import read_chain
from burnish.gguf_files import write_gguf

FORMAT = "f16"


def write_step_gguf(folder: Path, *, step: Path, base: Path) -> Path:
    """Write the model that `step` stands for into `folder`, every hash of its chain checked, and return the GGUF.

    One that is there is taken: `folder` belongs to this step's bytes, as the resume folder of a stage does.
    """
    path = folder / f"{FORMAT}.gguf"
    if not path.is_file():
        with tempfile.TemporaryDirectory(dir=folder) as merged:
            write_merged(Path(merged), read_chain(step, base=base), base=base, parent=step.parent, dtype="float32")
            write_scratch_gguf(path, model=Path(merged))
    return path


def write_scratch_gguf(path: Path, *, model: Path) -> Path:
    """Write a GGUF that nobody but a sampler of this machine sees; a half-written one never has its name."""
    partial = path.with_name(f"{path.name}.partial")
    write_gguf(partial, model=model, format_name=FORMAT, title="scratch", licence="none")
    partial.replace(path)
    return path
