"""Stage `train@<step>`, method `sft`: a mixture of chats to an adapter (or whole weights) beside its chain.

The loss is taken on answers only, their end token included, as the mean over a step's answer tokens. Rows of the skills in
`distil_skills` teach the parent's whole distribution at each of those tokens instead of the token alone: what the parent
said there is one draw, and learning draws forgets more than it keeps. It doesn't choose rows: the mixer wrote them and
their order (`index.npy`). With `device: cuda` the same code runs with PyTorch's fused
attention; no machine on which this was written had such a device, so that is untried.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor

from burnish import shards, stage
from burnish.chains import read_chain
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.masks import Masked, mask_answers
from burnish.records import Record
from burnish.train import processes
from burnish.train.decoder import Decoder
from burnish.train.loop import Loss, TrainSettings, choose_device, count_shares, set_deterministic, train
from burnish.train.loss import answer_loss, distillation_loss
from burnish.train.model import load_decoder
from burnish.train.packing import Document, Step, fit_document, pack, plan_steps
from burnish.train.results import finish_step, summary

INDEX = "index.npy"


class SftParams(TrainSettings):
    """`params.yaml: train.<step>` of a step with `method: sft`.

    Attributes:
        distil_skills: skills whose rows are learnt by the parent's distribution; needs `lora`.
    """

    distil_skills: tuple[str, ...]

    @model_validator(mode="after")
    def _keeps_the_parent(self) -> Self:
        if self.distil_skills and self.lora is None:
            raise ValueError(
                "distil_skills needs lora: without adapters the parent's distribution is gone after the first step; "
                "set lora, or distil_skills: []"
            )
        return self


class Chats(NamedTuple):
    """The documents of a mixture, which of them are distilled, their order in training, and what was lost on the way."""

    documents: list[Document]
    distilled: frozenset[int]
    order: list[int]
    counts: dict[str, int]
    names: Sequence[str] = ()


def run(params: SftParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its weights, chain and history."""
    chats = read_chats(data, chat=Chat.load(base), settings=params)
    return learn(chats, answer_part, params=params, data=data, base=base, parent=parent, out=out, history=history,
                 seed=seed, record=record, resume=resume)  # fmt: skip


def learn(chats: Chats, make_loss: Callable[[Decoder, Chats], Loss], *, params: SftParams, data: Path, base: Path,
          parent: Path, out: Path, history: Path, seed: int, record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step on `chats` by the loss that `make_loss` makes, and write its weights, chain and history."""
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    if params.distil_skills:
        processes.refuse_sharded("distil_skills: its rows read the model twice, others once; a step with some")
    steps = plan_steps(chats.documents, order=chats.order * params.epochs, step_tokens=params.step_tokens,
                       sequence_tokens=params.sequence_tokens, tokens=params.tokens,
                       workers=count_shares(params))  # fmt: skip
    if not steps:
        raise BurnishError(f"{data} leaves nothing to train on: {explain_nothing(chats.counts, settings=params)}")
    chain = read_chain(parent, base=base)
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    entries = train(model, steps, loss=make_loss(model, chats), settings=params, seed=seed,
                    record=record, resume=resume, names=chats.names)  # fmt: skip
    digest = finish_step(out, model, chain=chain, entries=entries, settings=params, history=history, resume=resume)
    return {**chats.counts, **summary(entries, steps), "sha256": digest}


def read_chats(mix: Path, *, chat: Chat, settings: SftParams) -> Chats:
    """Tokenise the rows that the mixture's index names; rows that lose tokens, answers or everything are counted."""
    wanted = read_index(mix)
    documents: list[Document] = []
    names: list[str] = []
    numbers: dict[int, int] = {}
    distilled: set[int] = set()
    context = settings.sequence_tokens
    counts = {"rows": len(wanted), "rows_different": 0, "rows_truncated": 0, "rows_dropped": 0, "rows_unsupervised": 0,
              "answer_tokens_lost": 0}  # fmt: skip
    left_out, used = 0, set(wanted)
    for row, content in enumerate(shards.read_rows(mix / "rows")):
        if row not in used:
            continue
        masked = mask_answers(content["messages"], chat=chat)
        left_out += masked.left_out
        whole = as_document(masked)
        fitted = fit_document(whole, context=context)
        counts["rows_different"] += 1
        counts["answer_tokens_lost"] += int(whole.supervised.sum()) - (
            0 if fitted is None else int(fitted.supervised.sum())
        )
        if fitted is None:
            counts["rows_dropped"] += 1
            counts["rows_unsupervised"] += not whole.supervised[1:].any()
            continue
        counts["rows_truncated"] += len(whole.ids) > context
        numbers[row] = len(documents)
        if content["skill"] in settings.distil_skills:
            distilled.add(len(documents))
        documents.append(fitted)
        names.append(content["id"])
    if counts["rows_different"] < len(used):
        raise BurnishError(f"{mix / INDEX} names row {max(used)}, which {mix} doesn't hold; run the mix stage again")
    if left_out:  # by templates that rewrite earlier answers alone
        counts["answers_left_out"] = left_out
    return Chats(documents, frozenset(distilled), [numbers[row] for row in wanted if row in numbers], counts, names)


def explain_nothing(counts: Mapping[str, int], *, settings: TrainSettings) -> str:
    """Return why no row of a mixture can be learnt from, and what to change."""
    if not counts["rows"]:
        return "the mixture is empty; raise params.yaml: mix supervised_tokens"
    if counts["rows_unsupervised"] == counts["rows_different"]:
        return (
            f"none of its {counts['rows_different']} rows has a supervised token: there is no answer of the assistant "
            "in them; change its sources in params.yaml: mix"
        )
    if counts["rows_dropped"] == counts["rows_different"]:
        return (
            f"the answers of all its {counts['rows_different']} rows are longer than the context; raise "
            f"params.yaml: train sequence_tokens = {settings.sequence_tokens}"
        )
    return f"its first row has more tokens than params.yaml: train tokens = {settings.tokens}; raise it"


def read_index(mix: Path) -> list[int]:
    """Return the row numbers of a mixture in training order."""
    try:
        index = np.load(mix / INDEX, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BurnishError(f"{mix / INDEX} isn't readable ({error}); run the mix stage again") from None
    if index.ndim != 1 or index.dtype.kind != "i" or (len(index) and index.min() < 0):
        raise BurnishError(f"{mix / INDEX} must be a list of row numbers, not {index.dtype} of shape {index.shape}")
    return [int(row) for row in index]


def as_document(masked: Masked) -> Document:
    """Return a tokenised chat as arrays."""
    return Document(np.array(masked.ids, dtype=np.int32), np.array(masked.supervised, dtype=np.bool_))


def answer_part(model: Decoder, chats: Chats) -> Loss:
    """Return the function from a sequence to what it adds to the mean loss over all answer tokens of its step."""

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        packed = pack([chats.documents[number] for number in sequence])
        states = model.answer_states(packed)
        labels = torch.from_numpy(packed.labels).to(states.device)
        soft = [number for number in sequence if number in chats.distilled]
        if not soft:
            return answer_loss(states, head=model.head, labels=labels) / step.supervised
        sizes = [int(chats.documents[number].supervised.sum()) for number in sequence]
        distilled = torch.from_numpy(np.repeat([n in chats.distilled for n in sequence], sizes)).to(states.device)
        parent_states = model.parent_states(pack([chats.documents[number] for number in soft]))
        total = distillation_loss(states[distilled], parent_states=parent_states, head=model.head)
        if len(soft) < len(sequence):
            total = total + answer_loss(states[~distilled], head=model.head, labels=labels[~distilled])
        return total / step.supervised

    return loss


if __name__ == "__main__":
    stage.main(run, spreads=True)
