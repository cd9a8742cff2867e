"""Stage `train@<step>`, method `sft`: a mixture of chats to an adapter (or whole weights) beside its chain.

The loss is taken on answers only, their end token included, as the mean over a step's answer tokens. It doesn't choose
rows: the mixer wrote them and their order (`index.npy`). With `device: cuda` the same code runs with PyTorch's fused
attention; no machine on which this was written had such a device, so that is untried.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from burnish import shards, stage
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.records import Record
from burnish.train.chain import digest_weights, read_chain, write_chain
from burnish.train.checkpoint import remove_checkpoint
from burnish.train.decoder import Decoder
from burnish.train.loop import Loss, TrainSettings, choose_device, count_workers, set_deterministic, train
from burnish.train.loss import answer_loss
from burnish.train.model import load_decoder
from burnish.train.packing import Document, Step, fit_document, pack, plan_steps
from burnish.train.results import save_step, summary, write_history

INDEX = "index.npy"


class SftParams(TrainSettings):
    """`params.yaml: train.<step>` of a step with `method: sft`: nothing beyond what every step says."""


class Chats(NamedTuple):
    """The documents of a mixture, their order in training, and what was lost on the way."""

    documents: list[Document]
    order: list[int]
    counts: dict[str, int]


def run(params: SftParams, *, mix: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its weights, chain and history."""
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    chats = read_chats(mix, chat=Chat.load(base), context=params.sequence_tokens)
    steps = plan_steps(chats.documents, order=chats.order * params.epochs, step_tokens=params.step_tokens,
                       sequence_tokens=params.sequence_tokens, tokens=params.tokens,
                       workers=count_workers(params))  # fmt: skip
    if not steps:
        raise BurnishError(f"{mix} leaves nothing to train on within params.yaml: train.tokens = {params.tokens}")
    chain = read_chain(parent, base=base)
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    entries = train(model, steps, loss=answer_part(model, chats.documents), settings=params, seed=seed,
                    record=record, resume=resume)  # fmt: skip
    with atomic_directory(out) as partial:
        save_step(partial, model, settings=params)
        write_chain(partial, chain)
    write_history(history, entries)
    remove_checkpoint(resume)
    return {**chats.counts, **summary(entries, steps), "sha256": digest_weights(out)}


def read_chats(mix: Path, *, chat: Chat, context: int) -> Chats:
    """Tokenise the rows that the mixture's index names; rows that lose tokens or everything are counted."""
    wanted = read_index(mix)
    documents: list[Document] = []
    numbers: dict[int, int] = {}
    counts = {"rows": len(wanted), "rows_different": 0, "rows_truncated": 0, "rows_dropped": 0, "answer_tokens_lost": 0}
    used = set(wanted)
    for row, content in enumerate(shards.read_rows(mix / "rows")):
        if row not in used:
            continue
        whole = as_document(content, chat=chat)
        fitted = fit_document(whole, context=context)
        counts["rows_different"] += 1
        counts["answer_tokens_lost"] += int(whole.supervised.sum()) - (
            0 if fitted is None else int(fitted.supervised.sum())
        )
        if fitted is None:
            counts["rows_dropped"] += 1
            continue
        counts["rows_truncated"] += len(whole.ids) > context
        numbers[row] = len(documents)
        documents.append(fitted)
    if counts["rows_different"] < len(used):
        raise BurnishError(f"{mix / INDEX} names row {max(used)}, which {mix} doesn't hold; run the mix stage again")
    return Chats(documents, [numbers[row] for row in wanted if row in numbers], counts)


def read_index(mix: Path) -> list[int]:
    """Return the row numbers of a mixture in training order."""
    try:
        index = np.load(mix / INDEX, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BurnishError(f"{mix / INDEX} isn't readable ({error}); run the mix stage again") from None
    if index.ndim != 1 or index.dtype.kind != "i" or (len(index) and index.min() < 0):
        raise BurnishError(f"{mix / INDEX} must be a list of row numbers, not {index.dtype} of shape {index.shape}")
    return [int(row) for row in index]


def as_document(row: dict[str, Any], *, chat: Chat) -> Document:
    """Tokenise one row."""
    ids, supervised = chat.tokens(row["messages"])
    return Document(np.array(ids, dtype=np.int32), np.array(supervised, dtype=np.bool_))


def answer_part(model: Decoder, documents: list[Document]) -> Loss:
    """Return the function from a sequence to what it adds to the mean loss over all answer tokens of its step."""

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        packed = pack([documents[number] for number in sequence])
        labels = torch.from_numpy(packed.labels).to(model.embedding.device)
        return answer_loss(model.answer_states(packed), head=model.head, labels=labels) / step.supervised

    return loss


if __name__ == "__main__":
    stage.main(run)
