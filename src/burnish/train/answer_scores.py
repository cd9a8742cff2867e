"""What a model says of whole answers: summed log-probabilities, with gradients for training or kept once for a reference.

The answers to one prompt are computed together, the prompt once (`packing.py`). Nothing here depends on what other groups
are computed beside them, so a reference equals what the untouched model scores in training bit by bit.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor

from burnish.files import atomic_write
from burnish.seeds import fingerprint
from burnish.train import processes
from burnish.train.decoder import Decoder
from burnish.train.log_probabilities import answer_log_probabilities
from burnish.train.packing import Document, pack
from burnish.train.preference_data import answer_tokens

Groups = Sequence[Sequence[Document]]


def score_answers(model: Decoder, documents: Sequence[Document]) -> Tensor:
    """Return the log-probability [documents] of each answer to one prompt, its end token included."""
    packed = pack(documents)
    states = model.answer_states(packed)
    labels = torch.from_numpy(packed.labels).to(states.device)
    scores = answer_log_probabilities(states, head=model.head, labels=labels)
    return torch.stack([part.sum() for part in scores.split([answer_tokens(document) for document in documents])])


def score_groups(model: Decoder, groups: Groups, *, workers: int, threads: int) -> list[list[float]]:
    """Return the scores of each group as the model is now, without dropout; `workers` groups at once on `threads` each."""

    def score(group: Sequence[Document]) -> list[float]:
        with torch.no_grad():
            return [float(value) for value in score_answers(model, group)]

    model.eval()
    with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(threads,)) as pool:
        found = list(pool.map(score, groups))
    model.train()
    return found


class KeptScores:
    """Scores that are computed once: `file` keeps each list under a hash of the model's weights and of all tokens."""

    def __init__(self, file: Path, *, weights: str, score: Callable[[Groups], list[list[float]]]) -> None:
        """Take the digest of the `weights` that `score` scores by."""
        self.file, self.weights, self.score = file, weights, score

    def __call__(self, groups: Groups) -> list[list[float]]:
        """Return the scores of `groups`."""
        key = fingerprint(self.weights, *(document.ids.tobytes().hex() for group in groups for document in group))
        kept = self._read()
        if key not in kept:
            kept[key] = self.score(groups)
            if processes.is_first():
                atomic_write(self.file, json.dumps(kept))
        return kept[key]

    def _read(self) -> dict[str, list[list[float]]]:
        try:
            kept = json.loads(self.file.read_text())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
