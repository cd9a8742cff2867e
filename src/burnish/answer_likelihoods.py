"""How likely a model finds given answers to given prompts, by the layers of `transformers`. Judges nothing.

A model that is too small to write a right answer may still find it likelier than another model does: this sees changes
that no pass rate of so few items can.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM

from burnish.progress import Meter


class Tokens(NamedTuple):
    """A prompt and the answer to it, as ids."""

    prompt: Sequence[int]
    answer: Sequence[int]


class AnswerScorer:
    """A model's layers, loaded once, that are given the weights of one model after another."""

    def __init__(self, directory: Path, *, dtype: str, threads: int) -> None:
        """Load the layers of the model in `directory`; `threads` answers are read at once, each on one core."""
        self._model = AutoModelForCausalLM.from_pretrained(directory, dtype=getattr(torch, dtype)).eval()
        self._threads = threads

    def score(self, weights: Mapping[str, Tensor], chats: Sequence[Tokens], *, label: str) -> list[float]:
        """Return the mean log-probability of each answer's tokens under `weights`, its end token included, in nats.

        Each chat is read alone by one thread, so neither company nor the number of threads changes a result.
        """
        unknown = self._model.load_state_dict(weights, strict=False).unexpected_keys
        assert not unknown, f"{unknown[0]} is no tensor of this model"
        with (
            Meter(label, total=len(chats)) as meter,
            ThreadPoolExecutor(self._threads, initializer=torch.set_num_threads, initargs=(1,)) as pool,
        ):
            scores = []
            for score in pool.map(self._score, chats):
                scores.append(score)
                meter.advance()
        return scores

    def _score(self, chat: Tokens) -> float:
        ids = torch.tensor([[*chat.prompt, *chat.answer]])
        with torch.inference_mode():
            states = self._model.base_model(ids[:, :-1], use_cache=False).last_hidden_state[0, len(chat.prompt) - 1 :]
            logits = self._model.get_output_embeddings()(states).float()
            return -float(torch.nn.functional.cross_entropy(logits, torch.tensor(chat.answer)))
