"""Stage `train@<step>`, method `openings`: how answers begin, and for some skills nothing behind it.

Whether a model refuses, helps or calls a function is said by the first tokens of its answer; the rest mostly follows from them.
The loss over whole answers is mostly about wording, so a short step learns wording first. Here rows of the skills in
`opening.skills` are learnt up to `opening.tokens` tokens of each answer, without the end token where it goes on; all other
rows as `sft` learns them.
"""

from pathlib import Path
from typing import Self

import numpy as np
import torch
from pydantic import PositiveInt, model_validator

from burnish import shards, stage
from burnish.chains import read_chain
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.records import Record
from burnish.train import processes
from burnish.train.loop import choose_device, count_shares, set_deterministic, train
from burnish.train.model import load_decoder
from burnish.train.packing import Document, plan_steps
from burnish.train.results import finish_step, summary
from burnish.train.sft import Chats, SftParams, answer_part, explain_nothing, read_chats


class Opening(Section):
    """Of which skills' answers only the beginning is learnt, and how many tokens that is."""

    skills: tuple[str, ...]
    tokens: PositiveInt


class OpeningsParams(SftParams):
    """`params.yaml: train.<step>` of a step with `method: openings`."""

    opening: Opening

    @model_validator(mode="after")
    def _keeps_its_parent(self) -> Self:
        if self.distil_skills and self.lora is None:
            raise ValueError(
                "distil_skills needs lora: the parent's distribution is gone after a step without adapters"
            )
        return self


def run(params: OpeningsParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its weights, chain and history.

    Raises:
        BurnishError: the mixture holds no row of the skills, or nothing to train on.
    """
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    if params.distil_skills:
        processes.refuse_sharded("distil_skills: its rows read the model twice, others once; a step with some")
    whole = read_chats(data, chat=Chat.load(base), settings=params)
    chats, shortened = shorten(whole, data=data, opening=params.opening)
    steps = plan_steps(chats.documents, order=chats.order * params.epochs, step_tokens=params.step_tokens,
                       sequence_tokens=params.sequence_tokens, tokens=params.tokens,
                       workers=count_shares(params))  # fmt: skip
    if not steps:
        raise BurnishError(f"{data} leaves nothing to train on: {explain_nothing(chats.counts, settings=params)}")
    chain = read_chain(parent, base=base)
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    entries = train(model, steps, loss=answer_part(model, chats), settings=params, seed=seed,
                    record=record, resume=resume, names=chats.names)  # fmt: skip
    digest = finish_step(out, model, chain=chain, entries=entries, settings=params, history=history, resume=resume)
    return {**chats.counts, "rows_shortened": shortened, **summary(entries, steps), "sha256": digest}


def shorten(chats: Chats, *, data: Path, opening: Opening) -> tuple[Chats, int]:
    """Return `chats` with the rows of the opening's skills cut, and how many of them lost something.

    Raises:
        BurnishError: the mixture holds none of them.
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
    for number in numbers:
        documents[number] = keep_openings(documents[number], tokens=opening.tokens)
    shortened = sum(cut.supervised.sum() < chats.documents[n].supervised.sum() for n, cut in enumerate(documents))
    return chats._replace(documents=documents), int(shortened)


def keep_openings(document: Document, *, tokens: int) -> Document:
    """Supervise the first `tokens` tokens of each answer, and end behind the last of these."""
    supervised = document.supervised
    places = np.arange(len(supervised))
    begins = supervised & ~np.append(False, supervised[:-1])
    since = places - np.maximum.accumulate(np.where(begins, places, 0))
    kept = supervised & (since < tokens)
    end = int(np.flatnonzero(kept)[-1]) + 1
    return Document(document.ids[:end], kept[:end])


if __name__ == "__main__":
    stage.main(run, spreads=True)
