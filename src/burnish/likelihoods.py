"""Log-probabilities of whole texts under a model's directory, by `transformers`. Judges nothing.

Texts are scored as they are, without a chat template: a benchmark leaks into training data as text. The first token has
nothing before it and isn't counted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from burnish.errors import BurnishError
from burnish.progress import Meter


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
        """Load model and tokenizer."""
        if not (directory / "config.json").is_file():
            raise BurnishError(f"{directory} holds no config.json; `dvc repro` makes the model")
        torch.set_num_threads(threads)
        self._tokenizer = AutoTokenizer.from_pretrained(directory)
        self._model = AutoModelForCausalLM.from_pretrained(directory, dtype=getattr(torch, dtype)).eval()

    def score(self, texts: Sequence[str], *, context: int, batch_tokens: int, label: str) -> list[Likelihood]:
        """Return the likelihood of each text, of its first `context` tokens; of equal texts once.

        `batch_tokens` bounds what is computed at a time. It changes a result only by rounding.
        """
        unique = {text: self._tokenizer(text, add_special_tokens=False)["input_ids"][:context] for text in texts}
        if short := next((text for text, ids in unique.items() if len(ids) < 2), None):
            raise BurnishError(f"{short!r} is too short for a likelihood: it needs two tokens at least")
        order = sorted(unique, key=lambda text: (len(unique[text]), text))
        found: dict[str, Likelihood] = {}
        with Meter(label, total=len(order)) as meter:
            while order:
                count = max(1, batch_tokens // len(unique[order[-1]]))
                batch, order = order[-count:], order[:-count]
                found |= zip(batch, self._score([unique[text] for text in batch]), strict=True)
                meter.advance(len(batch))
        return [found[text] for text in texts]

    def _score(self, batch: Sequence[Sequence[int]]) -> list[Likelihood]:
        """Score texts of about equal length, padded behind their end, where no earlier token looks."""
        longest = max(map(len, batch))
        ids = torch.tensor([[*own, *[0] * (longest - len(own))] for own in batch])
        with torch.inference_mode():
            states: Any = self._model(ids, use_cache=False).logits[:, :-1]
            logs = [torch.log_softmax(row.float(), dim=-1) for row in states]
            chosen = [log.gather(-1, own[1:, None])[:, 0].double().numpy() for log, own in zip(logs, ids, strict=True)]
        return [
            Likelihood(float(np.sum(values[: len(own) - 1])), len(own) - 1)
            for values, own in zip(chosen, batch, strict=True)
        ]
