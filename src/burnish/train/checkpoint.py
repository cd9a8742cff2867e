"""A checkpoint on disk: one file, replaced in one step, so that a kill leaves the old one or the new one."""

import io
import pickle
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch

from burnish.files import atomic_write

FILE = "checkpoint.pt"


class Checkpoint(NamedTuple):
    """The state after `len(history)` steps of `plan`. Randomness is drawn by step number, so none is stored."""

    plan: str
    history: Sequence[Sequence[Any]]
    state: dict[str, Any]


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint in `folder`."""
    buffer = io.BytesIO()
    torch.save(checkpoint._asdict(), buffer)
    atomic_write(folder / FILE, buffer.getvalue())


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """Return the checkpoint in `folder`, or None where there is none that can be read."""
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        return Checkpoint(**torch.load(file, map_location="cpu", weights_only=True))
    except (RuntimeError, TypeError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile):
        return None


def remove_checkpoint(folder: Path) -> None:
    """Delete the checkpoint in `folder`: its run is complete."""
    (folder / FILE).unlink(missing_ok=True)
