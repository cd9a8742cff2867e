"""The model's side of the equivalence check, and the distance of an engine's distributions from it.

Over the whole vocabulary, in double precision: KL(model || engine) in nats after normalising both (Kullback and
Leibler, 1951), and whether both put the same token first.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from burnish.llamacpp import Floats

SIGNIFICANT_DIGITS = 6


class Reference:
    """The model as `transformers` runs it, in fp32."""

    def __init__(self, directory: Path, *, threads: int) -> None:
        """Load model, tokenizer and chat template; the tokenizer as its file says, not as `config.json` names a class."""
        torch.set_num_threads(threads)
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(directory)
        self._model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()

    def render(self, messages: Sequence[dict[str, str]], *, add_generation_prompt: bool) -> str:
        """Return the chat as text."""
        settings = {"tokenize": False, "add_generation_prompt": add_generation_prompt}
        return str(self._tokenizer.apply_chat_template(list(messages), **settings))

    def tokenise(self, text: str) -> list[int]:
        """Return the ids of rendered text."""
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def special_ids(self) -> set[int]:
        """Return the ids of all special tokens."""
        return {number for number, token in self._tokenizer.added_tokens_decoder.items() if token.special}

    def distributions(self, ids: Sequence[int], *, skip: int) -> "Distributions":
        """Return what the model expects after each of `ids` but the first `skip`."""
        with torch.inference_mode():
            logits = self._model(torch.tensor([list(ids)])).logits[0, skip:].double()
            log_probabilities = torch.log_softmax(logits, dim=-1)
            probabilities = log_probabilities.exp()
            return Distributions(probabilities, (probabilities * log_probabilities).sum(-1), logits.argmax(-1))


class Distributions(NamedTuple):
    """Next-token probabilities (positions x vocabulary, float64), their negative entropy and their first token."""

    probabilities: torch.Tensor
    negative_entropy: torch.Tensor
    first: torch.Tensor


class Divergence:
    """Top-1 agreement and KL over all positions seen so far, and the largest margin that was turned over."""

    def __init__(self) -> None:
        """Start with none."""
        self._agreements: list[bool] = []
        self._kls: list[float] = []
        self._largest_margin = 0.0

    def add(self, wanted: Distributions, logits: Floats) -> None:
        """Add positions: the model's distributions, the engine's logits."""
        with torch.inference_mode():
            found = torch.from_numpy(np.ascontiguousarray(logits)).double()
            # sum p (log p - log q), where log q = logits - logsumexp(logits)
            cross = (wanted.probabilities * found).sum(-1) - torch.logsumexp(found, dim=-1)
            first = found.argmax(-1)
            self._agreements += (wanted.first == first).tolist()
            chances = [wanted.probabilities.gather(-1, tokens[:, None]) for tokens in (wanted.first, first)]
            self._largest_margin = max(self._largest_margin, float((chances[0] / chances[1]).log().max()))
            self._kls += (wanted.negative_entropy - cross).tolist()

    def figures(self) -> dict[str, Any]:
        """Return the figures; KL is null where a distribution isn't finite."""
        kls = np.array(self._kls)
        finite = bool(np.isfinite(kls).all())
        return {
            "positions": len(kls),
            "top_1_agreement": round(float(np.mean(self._agreements)), SIGNIFICANT_DIGITS),
            "largest_margin_turned": _rounded(self._largest_margin) if finite else None,
            "mean_kl": _rounded(kls.mean()) if finite else None,
            "max_kl": _rounded(kls.max()) if finite else None,
        }


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
