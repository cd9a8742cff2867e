"""What every training step leaves behind: weights, the history as a plot, and its figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from burnish.adapters import save_tensors
from burnish.chain_weights import FULL_WEIGHTS
from burnish.chains import Chain, digest_weights, write_chain
from burnish.files import atomic_directory, atomic_write
from burnish.train import processes
from burnish.train.checkpoint import remove_checkpoint
from burnish.train.decoder import Decoder
from burnish.train.loop import Entry, LoopSettings
from burnish.train.lora import save_adapter
from burnish.train.packing import Step
from burnish.train.sharding import whole

COLUMNS = ("step", "tokens", "loss", "learning_rate")


def finish_step(out: Path, model: Decoder, *, chain: Chain, entries: Sequence[Entry], settings: LoopSettings,
                history: Path, resume: Path) -> str:  # fmt: skip
    """Write weights, chain and history, drop the checkpoint, and return the digest of the weights.

    Of several processes only the first comes back from here: all others end.
    """
    with whole(model):
        processes.leave_rest_to_first()
        with atomic_directory(out) as partial:
            save_step(partial, model, settings=settings)
            write_chain(partial, chain)
    write_history(history, entries)
    remove_checkpoint(resume)
    return digest_weights(out)


def save_step(folder: Path, model: Decoder, *, settings: LoopSettings) -> None:
    """Write the adapter, or all weights where there is none."""
    dtype = getattr(torch, settings.adapter_dtype)
    if settings.lora is None:
        save_tensors(folder / FULL_WEIGHTS, model.weights(), dtype=dtype)
    else:
        save_adapter(folder, model.adapters(), settings=settings.lora, dtype=dtype)


def write_history(path: Path, entries: Sequence[Entry]) -> None:
    """Write the history as the table of a DVC plot."""
    columns = [*COLUMNS, *(entries[0].figures if entries else ())]
    lines = [",".join(columns)]
    lines += [",".join(f"{entry.line()[column]:.9g}" for column in columns) for entry in entries]
    atomic_write(path, "\n".join(lines) + "\n")


def summary(entries: Sequence[Entry], steps: Sequence[Step]) -> dict[str, Any]:
    """Return a step's metrics: sizes, and the mean loss of its first and last tenth, steps weighted by their answer tokens."""
    tenth = max(1, len(entries) // 10)
    return {
        "steps": len(entries),
        "tokens": sum(step.tokens for step in steps),
        "supervised_tokens": sum(step.supervised for step in steps),
        "sequences": sum(len(step.sequences) for step in steps),
        "loss_first": _mean_loss(entries[:tenth], steps[:tenth]),
        "loss_last": _mean_loss(entries[-tenth:], steps[-tenth:]),
    }


def _mean_loss(entries: Sequence[Entry], steps: Sequence[Step]) -> float:
    total = sum(entry.loss * step.supervised for entry, step in zip(entries, steps, strict=True))
    return round(total / sum(step.supervised for step in steps), 6)
