"""Likelihoods are the model's own, whatever else is in a batch, and a text too short for one is named."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from burnish.errors import BurnishError
from burnish.likelihoods import Scorer
from tests.export.tiny import tiny

__all__ = ["tiny"]
TEXTS = ["def f(x):\n    return x", "Short.", "A longer text that ends after some more words, and one more.", "Short."]


def test_a_likelihood_is_the_sum_of_the_models_log_probabilities(tiny: Path) -> None:
    found = Scorer(tiny, threads=1, dtype="float32").score(TEXTS, context=64, batch_tokens=512, label="test")
    tokenizer = AutoTokenizer.from_pretrained(tiny)
    model = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32).eval()
    for text, likelihood in zip(TEXTS, found, strict=True):
        ids = torch.tensor([tokenizer(text, add_special_tokens=False)["input_ids"]])
        with torch.inference_mode():
            loss = model(ids, labels=ids).loss.item()
        assert likelihood.tokens == ids.shape[1] - 1
        assert likelihood.per_token == pytest.approx(-loss, abs=1e-4)


def test_batches_change_a_result_by_rounding_only(tiny: Path) -> None:
    scorer = Scorer(tiny, threads=1, dtype="float32")
    whole, single = (scorer.score(TEXTS, context=64, batch_tokens=size, label="test") for size in (4_096, 1))
    assert [one.nats for one in whole] == pytest.approx([one.nats for one in single], abs=1e-3)
    assert [one.tokens for one in whole] == [one.tokens for one in single]


def test_threads_change_no_bit(tiny: Path) -> None:
    one, two = (
        Scorer(tiny, threads=threads, dtype="bfloat16").score(TEXTS, context=64, batch_tokens=16, label="test")
        for threads in (1, 2)
    )
    assert one == two


def test_only_the_beginning_of_a_long_text_counts(tiny: Path) -> None:
    scorer = Scorer(tiny, threads=1, dtype="float32")
    cut, other = scorer.score([TEXTS[2], TEXTS[2] + " And so on."], context=6, batch_tokens=64, label="test")
    assert cut == pytest.approx(other) and cut.tokens == 5


def test_a_text_without_a_second_token_and_a_folder_without_a_model_are_named(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="'x' is too short"):
        Scorer(tiny, threads=1, dtype="float32").score(["x"], context=8, batch_tokens=8, label="test")
    with pytest.raises(BurnishError, match=r"holds no config\.json"):
        Scorer(tmp_path, threads=1, dtype="float32")
