"""Stage `train@<step>`, method `cpt`: continued pretraining on the code and documents of packages, before any chat.

    data/processed/text (licensed, without the files that answer held-out tasks) -> an adapter beside its chain

Loss on every token of packed texts, none of which sees another (see `attention.py`); fill-in-the-middle by setting.
Texts of held-out packages aren't trained on: their perplexity before and after, by language, is in the metrics.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor

from burnish import shards, stage
from burnish.chains import read_chain
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.intervals import DIGITS
from burnish.params import Section
from burnish.records import Record
from burnish.seeds import fingerprint
from burnish.train import processes
from burnish.train.decoder import Decoder
from burnish.train.held_out import Divided, divide_texts
from burnish.train.infilling import InfillingSettings, check_marks, find_marks
from burnish.train.loop import Loss, TrainSettings, choose_device, count_shares, set_deterministic, train
from burnish.train.loss import answer_loss
from burnish.train.model import load_decoder
from burnish.train.packing import Step, pack, plan_steps
from burnish.train.perplexity import compare_perplexities, score_pieces
from burnish.train.pieces import Cutter, Piece, take_turns
from burnish.train.results import finish_step, summary


class HeldOut(Section):
    """`held_out`: the share of packages that is never trained on, and how many of its tokens measure each language."""

    share: Annotated[float, Field(gt=0, lt=1)]
    tokens: PositiveInt


class CptParams(TrainSettings):
    """`params.yaml: train.<step>` of a step with `method: cpt`.

    Attributes:
        languages: which are trained on and measured, and their parts of the tokens.
        pieces_per_text: of one text, so that a long one doesn't fill a small budget; None: all.
        boundary: the token between texts.
    """

    languages: Annotated[dict[str, PositiveFloat], Field(min_length=1)]
    pieces_per_text: PositiveInt | None
    boundary: str
    infilling: InfillingSettings
    held_out: HeldOut


class Pieces(NamedTuple):
    """What is trained on, what measures, how languages were divided, and how many texts spell a special token."""

    train: list[Piece]
    held_out: list[Piece]
    divided: Mapping[str, Divided]
    left_out: int


def run(params: CptParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its weights, chain and history."""
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    chat = Chat.load(base)
    pieces = read_pieces(data, chat=chat, params=params, seed=seed)
    documents = [piece.document for piece in pieces.train]
    steps = plan_steps(documents, order=list(range(len(documents))) * params.epochs, step_tokens=params.step_tokens,
                       sequence_tokens=params.sequence_tokens, tokens=params.tokens,
                       workers=count_shares(params))  # fmt: skip
    if not steps:
        raise BurnishError(f"{data} leaves nothing to train on within params.yaml: train tokens = {params.tokens}")
    chain = read_chain(parent, base=base)
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    if params.infilling.share > 0 and params.lora is not None:
        check_marks(find_marks(params.infilling, chat=chat), embedding=model.embedding, chat=chat)
    before = score_pieces(model, pieces.held_out, threads=params.threads)
    entries = train(model, steps, loss=token_part(model, pieces.train), settings=params, seed=seed, record=record,
                    resume=resume, names=[name_piece(piece) for piece in pieces.train])  # fmt: skip
    threads = 1 if processes.are_sharded() else params.threads
    after = score_pieces(model, pieces.held_out, threads=threads)
    digest = finish_step(out, model, chain=chain, entries=entries, settings=params, history=history, resume=resume)
    return {**describe(pieces, steps), **summary(entries, steps), "sha256": digest,
            "held_out": compare_perplexities(pieces.held_out, before=before, after=after)}  # fmt: skip


def read_pieces(data: Path, *, chat: Chat, params: CptParams, seed: int) -> Pieces:
    """Cut as many texts as the settings ask for, languages in turn by their shares, in an order that `seed` gives."""
    plain = Cutter(chat=chat, boundary=params.boundary, context=params.sequence_tokens, infilling=None)
    cutter = Cutter(chat=chat, boundary=params.boundary, context=params.sequence_tokens, infilling=params.infilling)
    rows = list(shards.read_rows(data))
    texts = [row for row in rows if not plain.spells_a_token(row["text"])]
    divided = divide_texts(texts, held_out_share=params.held_out.share)
    if missing := sorted(name for name in params.languages if name not in divided or not all(divided[name][:2])):
        known = ", ".join(name for name, own in divided.items() if all(own[:2]))
        raise BurnishError(
            f"params.yaml: train languages: {data} holds too few texts of {missing[0]} to train on some and hold out "
            f"others; it has enough of: {known or 'none'}"
        )
    sources = {name: _pieces_of(divided[name], cutter=cutter, most=params.pieces_per_text, seed=seed)
               for name in params.languages}  # fmt: skip
    held_out = [piece for name in params.languages
                for piece in _measures(divided[name], cutter=plain, tokens=params.held_out.tokens)]  # fmt: skip
    chosen = _up_to(take_turns(sources, shares=params.languages), tokens=params.tokens)
    return Pieces(list(chosen), held_out, {name: divided[name] for name in params.languages}, len(rows) - len(texts))


def token_part(model: Decoder, pieces: Sequence[Piece]) -> Loss:
    """Return the function from a sequence to what it adds to the mean loss over all tokens of its step."""

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        packed = pack([pieces[number].document for number in sequence])
        states = model.answer_states(packed)
        labels = torch.from_numpy(packed.labels).to(states.device)
        return answer_loss(states, head=model.head, labels=labels) / step.supervised

    return loss


def name_piece(piece: Piece) -> str:
    """Return where a piece is from, for messages."""
    return f"{piece.row['source']}#{piece.row['path']}"


def describe(pieces: Pieces, steps: Sequence[Step]) -> stage.Metrics:
    """Return what was seen: texts, pieces and tokens by language, and what divided it from what measures."""
    seen = sorted({number for step in steps for sequence in step.sequences for number in sequence})
    chosen = [pieces.train[number] for number in seen]
    return {
        "texts": len({piece.row["id"] for piece in chosen}),
        "texts_that_spell_a_token": pieces.left_out,
        "pieces": len(chosen),
        "pieces_infilled": sum(piece.infilled for piece in chosen),
        "packages": len({piece.row["source"] for piece in chosen}),
        "origins": describe_origins(chosen),
        "languages": {
            name: {
                "tokens": sum(len(piece.document.ids) for piece in chosen if piece.row["language"] == name),
                "held_out_by": own.by,
                "held_out_texts": len(own.held_out),
            }
            for name, own in pieces.divided.items()
        },
    }


def describe_origins(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return what was taken from each source under each licence: what a release is judged by."""
    tokens = Counter[tuple[str, str]]()
    for piece in pieces:
        tokens[piece.row["source"], piece.row["licence"]] += len(piece.document.ids)
    return [{"origin": source, "licence": licence, "tokens": count, "share": round(count / tokens.total(), DIGITS)}
            for (source, licence), count in sorted(tokens.items())]  # fmt: skip


def _pieces_of(texts: Divided, *, cutter: Cutter, most: int | None, seed: int) -> Iterator[Piece]:
    for row in sorted(texts.train, key=lambda row: fingerprint(seed, "cpt", row["id"])):
        yield from cutter.cut(row, seed=seed, most=most)


def _measures(texts: Divided, *, cutter: Cutter, tokens: int) -> Iterator[Piece]:
    """Yield one piece of each held-out text, in an order that belongs to the texts, up to `tokens`."""
    rows = sorted(texts.held_out, key=lambda row: fingerprint("held out", row["id"]))
    return _up_to((piece for row in rows for piece in cutter.cut(row, seed=0, most=1)), tokens=tokens)


def _up_to(pieces: Iterator[Piece], *, tokens: int | None) -> Iterator[Piece]:
    """Yield pieces until they hold `tokens`; the one that reaches it included."""
    total = 0
    for piece in pieces:
        yield piece
        total += len(piece.document.ids)
        if tokens is not None and total >= tokens:
            return


if __name__ == "__main__":
    stage.main(run, spreads=True)
