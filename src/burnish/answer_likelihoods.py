"""How likely a model's directory finds given answers to given prompts, by `transformers`. Judges nothing.

A model that is too small to write a right answer may still find it likelier than another model does: this sees changes
that no pass rate of so few items can.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import AutoModelForCausalLM

from burnish.progress import Meter


class Tokens(NamedTuple):
    """A prompt and the answer to it, as ids."""

    prompt: Sequence[int]
    answer: Sequence[int]


def score_answers(directory: Path, chats: Sequence[Tokens], *, dtype: str, threads: int, label: str) -> list[float]:
    """Return the mean log-probability of each answer's tokens, its end token included, in nats; one chat at a time."""
    torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=getattr(torch, dtype)).eval()
    with Meter(label, total=len(chats)) as meter, torch.inference_mode():
        scores = []
        for chat in chats:
            scores.append(_score(model, chat))
            meter.advance()
    return scores


def _score(model: Any, chat: Tokens) -> float:
    ids = torch.tensor([[*chat.prompt, *chat.answer]])
    states = model.model(ids[:, :-1], use_cache=False).last_hidden_state[0, len(chat.prompt) - 1 :]
    logits = model.lm_head(states).float()
    return -float(torch.nn.functional.cross_entropy(logits, torch.tensor(chat.answer)))
