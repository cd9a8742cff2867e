"""Stage `margins`: the log-probabilities that base and release give the right and the wrong answer of held-out pairs.

One forward pass for each pair by `decoder.py`: what both answers share, the question, is computed once. Pairs that are
longer than the limit are counted and left out. Trains nothing and judges nothing: `preference` does.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from burnish import shards, stage
from burnish.chain_weights import read_weights
from burnish.chains import digest_weights
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.frontier_tables import MARGIN
from burnish.params import Section
from burnish.precision import Precision
from burnish.seeds import fingerprint
from burnish.train.architecture import read_architecture
from burnish.train.decoder import Decoder
from burnish.train.packing import Document, pack

HELD_OUT = ("seen", "unseen")
CHUNK = 256  # positions whose logits exist at a time


class MarginsParams(Section):
    """`margins`: how many pairs, their most tokens (question and both answers), and the computation."""

    max_pairs: int
    max_tokens: int
    dtype: Precision
    threads: int


class Tokens(NamedTuple):
    """A pair as two chats of the same question."""

    row: Mapping[str, Any]
    chosen: Document
    rejected: Document

    @property
    def size(self) -> int:
        """How many tokens the forward pass reads at most."""
        return len(self.chosen.ids) + int(self.rejected.supervised.sum())


def run(params: MarginsParams, *, pairs: Path, base: Path, release: Path, out: Path, seed: int) -> stage.Metrics:
    """Write one row for each chosen pair, in a folder for each model."""
    chat = Chat.load(base)
    held_out = [row for row in shards.read_rows(pairs) if row["split"] in HELD_OUT]
    tokens = [tokenise(row, chat=chat) for row in held_out]
    fitting = [pair for pair in tokens if pair.size <= params.max_tokens]
    chosen = choose_pairs(fitting, most=params.max_pairs, seed=seed)
    if not chosen:
        raise BurnishError(
            f"{pairs} holds no held-out pair of at most {params.max_tokens} tokens; raise margins.max_tokens"
        )
    digests: dict[str, str] = {}
    with atomic_directory(out) as unfinished:
        for name, model in (("base", base), ("release", release)):
            sums = score_pairs(read_decoder(model, dtype=params.dtype), chosen, threads=params.threads)
            digests[name] = digest_weights(model)
            rows = (margin_row(pair, sums=own, model=digests[name]) for pair, own in zip(chosen, sums, strict=True))
            shards.write_rows(unfinished / name, rows, schema=MARGIN)
    return {
        "pairs": len(chosen), "families": len({_family(pair) for pair in chosen}), "held_out": len(held_out),
        "longer_than_limit": len(tokens) - len(fitting), "tokens": sum(pair.size for pair in chosen), "models": digests,
    }  # fmt: skip


def read_decoder(model: Path, *, dtype: str) -> Decoder:
    """Return a model that isn't trained."""
    own = Decoder(read_weights(model), read_architecture(model), lora=None, seed=0, dtype=getattr(torch, dtype))
    own.requires_grad_(False)
    return own


def tokenise(row: Mapping[str, Any], *, chat: Chat) -> Tokens:
    """Return both answers as chats."""
    documents = []
    for answer in (row["chosen"], row["rejected"]):
        messages = [{"role": "user", "content": row["prompt"]}, {"role": "assistant", "content": answer}]
        ids, supervised = chat.tokens(messages)
        documents.append(Document(np.array(ids, np.int32), np.array(supervised, np.bool_)))
    return Tokens(row, *documents)


def choose_pairs(pairs: Iterable[Tokens], *, most: int, seed: int) -> list[Tokens]:
    """Return at most `most` pairs: families take turns, the order inside goes by hash."""
    families: dict[str, list[Tokens]] = {}
    for pair in sorted(pairs, key=lambda pair: fingerprint(seed, "margins", pair.row["id"])):
        families.setdefault(_family(pair), []).append(pair)
    rounds = max(map(len, families.values()), default=0)
    turns = [own[turn] for turn in range(rounds) for _, own in sorted(families.items()) if turn < len(own)]
    return turns[:most]


def score_pairs(decoder: Decoder, pairs: Sequence[Tokens], *, threads: int) -> list[tuple[float, float]]:
    """Return for each pair the summed log-probabilities of the chosen and of the rejected answer, end tokens included.

    Whole pairs are spread over `threads` cores, one thread each, so the result doesn't depend on their number.
    """
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        return list(pool.map(lambda pair: score_pair(decoder, pair), pairs))


def score_pair(decoder: Decoder, pair: Tokens) -> tuple[float, float]:
    """Return the summed log-probabilities of the two answers of one pair."""
    packed = pack([pair.chosen, pair.rejected])
    labels = torch.from_numpy(packed.labels)
    with torch.inference_mode():
        states = decoder.answer_states(packed)
        scores = torch.cat([
            log_probabilities(states[start : start + CHUNK], head=decoder.head, labels=labels[start : start + CHUNK])
            for start in range(0, len(labels), CHUNK)
        ])  # fmt: skip
    border = int(pair.chosen.supervised.sum())
    return float(scores[:border].sum()), float(scores[border:].sum())


def log_probabilities(states: Tensor, *, head: Tensor, labels: Tensor) -> Tensor:
    """Return the log-probability [n] of each of `labels`, given `states` [n, hidden], in fp64."""
    logits = (states @ head.T).float()
    return (logits.gather(1, labels[:, None])[:, 0] - logits.logsumexp(dim=1)).double()


def margin_row(pair: Tokens, *, sums: tuple[float, float], model: str) -> dict[str, Any]:
    """Return a row of the table MARGIN."""
    row = pair.row
    return {
        "id": row["id"], "model": model, "category": row["category"], "template": row["template"], "split": row["split"],
        "chosen_tokens": int(pair.chosen.supervised.sum()), "rejected_tokens": int(pair.rejected.supervised.sum()),
        "chosen_log_probability": min(0.0, sums[0]), "rejected_log_probability": min(0.0, sums[1]),
    }  # fmt: skip


def _family(pair: Tokens) -> str:
    return f"{pair.row['category']}/{pair.row['template']}"


if __name__ == "__main__":
    stage.main(run)
