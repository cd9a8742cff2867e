"""Stage `train@<step>`, method `openings`: how answers begin, and for some skills little or nothing behind it.

Whether a model refuses, helps or calls a function is said by the first tokens of its answer; the rest mostly follows from them.
The loss over whole answers is mostly about wording, so a short step learns wording first. Here the answers of the skills in
`opening.skills` weigh fully up to `opening.tokens` tokens and `opening.rest` behind them; all other rows are learnt as `sft`
learns them. With `rest: 0` a row ends behind its last beginning. A model that never sees how answers go on soon begins each
of their sentences like an answer, so a little of the rest holds it.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field, PositiveInt, model_validator
from torch import Tensor

from burnish import shards, stage
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.records import Record
from burnish.train.decoder import Decoder
from burnish.train.loop import Loss
from burnish.train.loss import answer_loss, distillation_loss
from burnish.train.packing import Document, Step, pack
from burnish.train.sft import Chats, SftParams, answer_part, learn, read_chats

Weights = NDArray[np.float32]


class Opening(Section):
    """Of which skills' answers the beginning is what counts.

    Attributes:
        tokens: how long it is.
        rest: what each token behind it weighs, the end token too, where those in it weigh 1; with 0 nothing behind it is read.
    """

    skills: tuple[str, ...]
    tokens: PositiveInt
    rest: float = Field(ge=0, lt=1)


class OpeningsParams(SftParams):
    """`params.yaml: train.<step>` of a step with `method: openings`."""

    opening: Opening

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.opening.rest and (both := set(self.distil_skills) & set(self.opening.skills)):
            raise ValueError(
                f"opening.rest weighs tokens, distil_skills learns distributions; name {sorted(both)} in one of them"
            )
        return self


def run(params: OpeningsParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its weights, chain and history.

    Raises:
        BurnishError: the mixture holds no row of the skills, or nothing to train on.
    """
    whole = read_chats(data, chat=Chat.load(base), settings=params)
    chats, weights, shortened = weigh(whole, data=data, opening=params.opening)
    make_loss = partial(weighted_part, weights=weights) if params.opening.rest else answer_part
    metrics = learn(chats, make_loss, params=params, data=data, base=base, parent=parent, out=out, history=history,
                    seed=seed, record=record, resume=resume)  # fmt: skip
    return {**metrics, "rows_shortened": shortened}


def weigh(chats: Chats, *, data: Path, opening: Opening) -> tuple[Chats, list[Weights], int]:
    """Return `chats`, the weight of each of their answer tokens, and of how many rows something weighs less than 1 or is cut.

    Raises:
        BurnishError: the mixture holds no row of the opening's skills.
    """
    skills = {row["id"]: row["skill"] for row in shards.read_rows(data / "rows")}
    numbers = [number for number, name in enumerate(chats.names) if skills[name] in opening.skills]
    if not numbers:
        known = sorted({skills[name] for name in chats.names})
        raise BurnishError(
            f"params.yaml: train opening.skills = {list(opening.skills)}, but {data} holds no such rows; "
            f"its skills: {', '.join(known) or 'none'}"
        )
    documents = list(chats.documents)
    weights = [np.ones(int(document.supervised.sum()), dtype=np.float32) for document in documents]
    shortened = 0
    for number in numbers:
        opens = find_openings(documents[number], tokens=opening.tokens)
        shortened += bool(opens.sum() < len(weights[number]))
        if opening.rest:
            weights[number] = np.where(opens[documents[number].supervised], 1.0, opening.rest).astype(np.float32)
        else:
            documents[number] = _cut(documents[number], opens)
            weights[number] = weights[number][: opens.sum()]
    return chats._replace(documents=documents), weights, shortened


def find_openings(document: Document, *, tokens: int) -> NDArray[np.bool_]:
    """Return which tokens are among the first `tokens` of an answer."""
    supervised = document.supervised
    places = np.arange(len(supervised))
    begins = supervised & ~np.append(False, supervised[:-1])
    since = places - np.maximum.accumulate(np.where(begins, places, 0))
    return supervised & (since < tokens)


def _cut(document: Document, kept: NDArray[np.bool_]) -> Document:
    """Supervise the kept tokens alone, and end behind the last of them."""
    end = int(np.flatnonzero(kept)[-1]) + 1
    return Document(document.ids[:end], kept[:end])


def weighted_part(model: Decoder, chats: Chats, *, weights: Sequence[Weights]) -> Loss:
    """Return what `sft.answer_part` returns, for answer tokens of different weights: the mean is over these."""

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        packed = pack([chats.documents[number] for number in sequence])
        states = model.answer_states(packed)
        labels = torch.from_numpy(packed.labels).to(states.device)
        weight = np.concatenate([weights[number] for number in sequence])
        soft = np.repeat([number in chats.distilled for number in sequence], [len(weights[n]) for n in sequence])
        total = states.new_zeros(())
        for value in np.unique(weight[~soft]):
            here = torch.from_numpy(~soft & (weight == value)).to(states.device)
            total = total + float(value) * answer_loss(states[here], head=model.head, labels=labels[here])
        if soft.any():
            parents = model.parent_states(pack([chats.documents[n] for n in sequence if n in chats.distilled]))
            here = torch.from_numpy(soft).to(states.device)
            total = total + distillation_loss(states[here], parent_states=parents, head=model.head)
        return total / sum(float(weights[number].sum()) for members in step.sequences for number in members)

    return loss


if __name__ == "__main__":
    stage.main(run, spreads=True)
