"""Log-probabilities of whole texts under a model's directory, by the layers of `transformers`. Judges nothing.

Texts are scored as they are, without a chat template: a benchmark leaks into training data as text. The first token has
nothing before it and isn't counted.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from burnish.errors import BurnishError
from burnish.progress import Meter

CHUNK = (
    128  # positions whose logits exist at a time: those of a whole batch would be most of the memory and of the time
)


class Likelihood(NamedTuple):
    """The natural logarithm of a text's probability, and of how many tokens."""

    nats: float
    tokens: int

    @property
    def per_token(self) -> float:
        """The mean over tokens."""
        return self.nats / self.tokens


class Scorer:
    """A model that says how likely texts are."""

    def __init__(self, directory: Path, *, threads: int, dtype: str) -> None:
        """Load model and tokenizer; that as its file says, not as `config.json` names a class."""
        if not (directory / "config.json").is_file():
            raise BurnishError(f"{directory} holds no config.json; `dvc repro` makes the model")
        self._threads = threads
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(directory)
        self._model = AutoModelForCausalLM.from_pretrained(directory, dtype=getattr(torch, dtype)).eval()

    def score(self, texts: Sequence[str], *, context: int, batch_tokens: int, label: str) -> list[Likelihood]:
        """Return the likelihood of each text, of its first `context` tokens; of equal texts once.

        `batch_tokens` bounds what one core computes at a time. It changes a result only by rounding, the number of threads
        not at all: each batch is computed by one.
        """
        unique = {text: self._tokenizer(text, add_special_tokens=False)["input_ids"][:context] for text in texts}
        if short := next((text for text, ids in unique.items() if len(ids) < 2), None):
            raise BurnishError(f"{short!r} is too short for a likelihood: it needs two tokens at least")
        order = sorted(unique, key=lambda text: (len(unique[text]), text))
        batches: list[list[str]] = []
        while order:
            count = max(1, batch_tokens // len(unique[order[-1]]))
            batches.append(order[-count:])
            order = order[:-count]
        found: dict[str, Likelihood] = {}
        with (
            Meter(label, total=len(unique)) as meter,
            ThreadPoolExecutor(self._threads, initializer=torch.set_num_threads, initargs=(1,)) as pool,
        ):
            scored = pool.map(lambda batch: self._score([unique[text] for text in batch]), batches)
            for batch, likelihoods in zip(batches, scored, strict=True):
                found |= zip(batch, likelihoods, strict=True)
                meter.advance(len(batch))
        return [found[text] for text in texts]

    def _score(self, batch: Sequence[Sequence[int]]) -> list[Likelihood]:
        """Score texts of about equal length, padded behind their end, where no earlier token looks."""
        longest = max(map(len, batch))
        ids = torch.tensor([[*own, *[0] * (longest - len(own))] for own in batch])
        with torch.inference_mode():
            states = self._model.base_model(ids, use_cache=False).last_hidden_state
            known = torch.cat([own[: len(text) - 1] for own, text in zip(states, batch, strict=True)])
            labels = torch.cat([own[1 : len(text)] for own, text in zip(ids, batch, strict=True)])
            scores = self._score_labels(known, labels=labels)
        counts = [len(text) - 1 for text in batch]
        sums = (float(own.sum()) for own in scores.split(counts))
        return [Likelihood(nats, count) for nats, count in zip(sums, counts, strict=True)]

    def _score_labels(self, states: Tensor, *, labels: Tensor) -> Tensor:
        """Return the log-probability [n], in fp64, of each of `labels` [n] given `states` [n, hidden]."""
        head = self._model.get_output_embeddings()
        scores = []
        for start in range(0, len(labels), CHUNK):
            logits = head(states[start : start + CHUNK]).float()
            chosen = logits.gather(1, labels[start : start + CHUNK, None])[:, 0]
            scores.append((chosen - logits.logsumexp(dim=1)).double())
        return torch.cat(scores)
