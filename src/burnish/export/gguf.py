"""Stage `export_gguf`: a model's directory to GGUF files, one for each format, with the size and make of each.

The files are written by `gguf_files.py`. Whether they say what the model says is checked by `equivalence.py`.
"""

from pathlib import Path
from typing import Literal

from burnish import stage
from burnish.files import atomic_directory
from burnish.gguf_files import write_gguf
from burnish.llamacpp import engine_version
from burnish.params import Section
from burnish.records import Record


class ExportParams(Section):
    """`export_gguf.<key>`: the model's directory, the formats, and what the files say about themselves."""

    model: str
    formats: list[Literal["f16", "Q8_0", "Q4_K_M"]]
    name: str
    licence: str


def run(params: ExportParams, *, model: Path, out: Path, record: Record) -> stage.Metrics:
    """Write `<format>.gguf` for each format; returns sizes, hashes and the share of each number type."""
    formats = {}
    with atomic_directory(out) as partial:
        for name in params.formats:
            path = partial / f"{name}.gguf"
            formats[name] = write_gguf(path, model=model, format_name=name, title=params.name, licence=params.licence)
    record.note("engine", engine_version())
    return {"formats": formats}


if __name__ == "__main__":
    stage.main(run)
