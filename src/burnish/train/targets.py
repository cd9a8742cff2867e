"""What a teacher says of every row, read once before training and kept: its likeliest tokens at each supervised position.

Kept in files of some rows each, as they are read, so that a killed run goes on from the last. A position takes 8 bytes for
each of its tokens; the whole distribution would take 4 for each of the vocabulary.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from burnish.files import atomic_write
from burnish.progress import Meter
from burnish.seeds import share
from burnish.train.decoder import Decoder
from burnish.train.loss import chunks
from burnish.train.packing import Document, pack
from burnish.train.soft_loss import Soft, divergences
from burnish.train.teachers import Reader

ROWS = 16  # of a file
DIGITS = 6
Targets = Mapping[int, Soft]  # by number of the document


class Measured(NamedTuple):
    """A student beside its teacher on some positions: mean divergence in nats, and the share of equal first tokens."""

    divergence: float
    top_1_agreement: float


def read_targets(documents: Mapping[int, Document], *, open_readers: Callable[[], AbstractContextManager[list[Reader]]],
                 likeliest: int, folder: Path) -> Targets:  # fmt: skip
    """Return the teacher's `likeliest` tokens for each of `documents`; those in `folder` aren't read again."""
    numbers = sorted(documents)
    parts = [numbers[start : start + ROWS] for start in range(0, len(numbers), ROWS)]
    files = [folder / f"targets-{place:05}.npz" for place in range(len(parts))]
    found = {place: kept for place, file in enumerate(files) if (kept := _read_file(file, parts[place])) is not None}
    missing = [place for place in range(len(parts)) if place not in found]
    if missing:
        with Meter("teacher rows", total=len(numbers)) as meter, open_readers() as readers:
            meter.advance(sum(map(len, found.values())))
            with ThreadPoolExecutor(len(readers), initializer=torch.set_num_threads, initargs=(1,)) as pool:
                for place in missing:
                    jobs = [(readers[n % len(readers)], documents[own]) for n, own in enumerate(parts[place])]
                    softs = list(pool.map(lambda job: take_likeliest(*job, count=likeliest), jobs))
                    found[place] = dict(zip(parts[place], softs, strict=True))
                    _write_file(files[place], found[place])
                    meter.advance(len(softs))
    return {number: soft for place in range(len(parts)) for number, soft in found[place].items()}


def take_likeliest(reader: Reader, document: Document, *, count: int) -> Soft:
    """Return the `count` likeliest tokens at each supervised position, the first one first; all where there are fewer."""
    logs, ids = (all_logs := reader(document)).topk(min(count, all_logs.shape[1]), dim=-1)
    return Soft(ids.cpu(), logs.cpu())


def join_targets(targets: Targets, sequence: Sequence[int], *, device: torch.device) -> Soft:
    """Return the targets of a packed sequence, in the order of its labels."""
    softs = [targets[number] for number in sequence]
    return Soft(torch.cat([soft.ids for soft in softs]).to(device), torch.cat([soft.logs for soft in softs]).to(device))


def known_mass(targets: Targets) -> float:
    """Return the mean probability of the tokens that are kept."""
    masses = torch.cat([soft.logs.double().exp().sum(dim=-1) for soft in targets.values()])
    return round(float(masses.mean()), DIGITS)


def hold_out(names: Sequence[str], *, part: float, most: int) -> list[int]:
    """Return the numbers of the rows that only measure: a part of all by hash of their names, at most so many."""
    places = sorted((share("held-out row", name), number) for number, name in enumerate(names))
    return sorted(number for place, number in places[:most] if place < part)


def compare(decoder: Decoder, documents: Mapping[int, Document], *, targets: Targets, threads: int) -> Measured:
    """Return how near `decoder` is to its teacher over all supervised positions of `documents`, without dropout.

    One thread a document.
    """
    workers = threads if decoder.embedding.device.type == "cpu" else 1

    def measure(number: int) -> tuple[float, int, int]:
        with torch.no_grad():
            states = decoder.answer_states(pack([documents[number]]))
            soft, total, same = join_targets(targets, [number], device=states.device), 0.0, 0
            for here in chunks(len(states)):
                logits = (states[here] @ decoder.head.T).float()
                total += float(divergences(logits, soft=soft.at(here)).sum(dtype=torch.float64))
                same += int((logits.argmax(dim=-1) == soft.ids[here, 0]).sum())
        return total, same, len(states)

    decoder.eval()
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        totals, sames, sizes = zip(*pool.map(measure, sorted(documents)), strict=True)
    decoder.train()
    return Measured(round(sum(totals) / sum(sizes), DIGITS), round(sum(sames) / sum(sizes), DIGITS))


def describe(documents: Mapping[int, Document], *, before: Measured, after: Measured) -> dict[str, Any]:
    """Return the figures of held-out rows before and after training."""
    return {
        "rows": len(documents), "tokens": sum(int(document.supervised.sum()) for document in documents.values()),
        "kl_before": before.divergence, "kl_after": after.divergence,
        "top_1_agreement_before": before.top_1_agreement, "top_1_agreement_after": after.top_1_agreement,
    }  # fmt: skip


def _write_file(file: Path, softs: Targets) -> None:
    buffer = io.BytesIO()
    arrays = {f"ids_{number}": soft.ids.numpy().astype(np.int32) for number, soft in softs.items()}
    arrays |= {f"logs_{number}": soft.logs.numpy() for number, soft in softs.items()}
    np.savez(buffer, **arrays)
    atomic_write(file, buffer.getvalue())


def _read_file(file: Path, numbers: Sequence[int]) -> dict[int, Soft] | None:
    """Return what `file` holds; None where it is missing, broken, or of other rows."""
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
            return {number: Soft(torch.from_numpy(arrays[f"ids_{number}"].astype(np.int64)),
                                 torch.from_numpy(arrays[f"logs_{number}"])) for number in numbers}  # fmt: skip
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
