"""Perplexity of held-out texts under a decoder: the exponential of the mean negative log-probability of their tokens."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from burnish.train.decoder import Decoder
from burnish.train.packing import Document, pack
from burnish.train.pieces import CODE, Piece

CHUNK = 256  # positions whose logits exist at a time
DIGITS = 4


def score_pieces(decoder: Decoder, pieces: Sequence[Piece], *, threads: int) -> list[float]:
    """Return the summed negative log-probability of each piece's tokens, in nats, without dropout; one thread a piece."""
    device = decoder.embedding.device
    workers = threads if device.type == "cpu" else 1
    decoder.eval()
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        found = list(pool.map(lambda piece: _score(decoder, piece.document), pieces))
    decoder.train()
    return found


def _score(decoder: Decoder, document: Document) -> float:
    packed = pack([document])
    with torch.no_grad():
        states = decoder.answer_states(packed)
        labels = torch.from_numpy(packed.labels).to(states.device)
        return sum(
            float(cross_entropy((states[start : start + CHUNK] @ decoder.head.T).float(),
                                labels[start : start + CHUNK], reduction="sum"))
            for start in range(0, len(labels), CHUNK)
        )  # fmt: skip


def compare_perplexities(pieces: Sequence[Piece], *, before: Sequence[float], after: Sequence[float]
                         ) -> dict[str, Any]:  # fmt: skip
    """Return tokens, both perplexities and the relative change by language, and over all code and all documents."""
    groups: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        groups.setdefault(piece.row["language"], []).append(number)
        groups.setdefault(f"all {'code' if piece.row['kind'] == CODE else 'documents'}", []).append(number)
    return {name: _figures(pieces, own, before=before, after=after) for name, own in sorted(groups.items())}


def _figures(pieces: Sequence[Piece], numbers: Sequence[int], *, before: Sequence[float], after: Sequence[float]
             ) -> Mapping[str, Any]:  # fmt: skip
    tokens = sum(int(pieces[number].document.supervised.sum()) for number in numbers)
    first, last = (sum(side[number] for number in numbers) / tokens for side in (before, after))
    return {
        "tokens": tokens, "texts": len({pieces[number].row["id"] for number in numbers}),
        "packages": len({pieces[number].row["source"] for number in numbers}),
        "before": round(math.exp(first), DIGITS), "after": round(math.exp(last), DIGITS),
        "change": round(math.exp(last - first) - 1, DIGITS),
    }  # fmt: skip
