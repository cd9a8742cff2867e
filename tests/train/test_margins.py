"""Margins are the log-probabilities that `transformers` gives, whatever the number of threads."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.validate.tables import faults_in
from transformers import AutoModelForCausalLM

from burnish import shards
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.pair_tables import PAIR
from burnish.train.margins import MarginsParams, run, tokenise

PARAMS = MarginsParams(max_pairs=6, max_tokens=300, dtype="float32", threads=1)


def pair(number: int, *, split: str = "unseen", **changes: str) -> dict[str, Any]:
    row = {
        "id": f"k/t{number % 3}/{number}", "category": "k", "template": f"t{number % 3}", "split": split,
        "prompt": f"Count to {number}, please.", "chosen": " ".join(map(str, range(number + 1))), "rejected": "no " * 4,
        "check": "works", "reason": "r", "checks": "{}", "licence": "MIT", "source": "s",
    }  # fmt: skip
    return {**row, **changes}


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    rows = [pair(number) for number in range(8)] + [pair(20, split="train"), pair(9, chosen="long " * 80)]
    shards.write_rows(tmp_path / "pairs", rows, schema=PAIR)
    return tmp_path / "pairs"


def measure(pairs: Path, model: Path, out: Path, **changes: Any) -> dict[str, Any]:
    return dict(run(PARAMS.model_copy(update=changes), pairs=pairs, base=model, release=model, out=out, seed=1))


def by_transformers(model: Any, chat: Chat, row: dict[str, Any], answer: str) -> float:
    messages = [{"role": "user", "content": row["prompt"]}, {"role": "assistant", "content": answer}]
    ids, supervised = chat.tokens(messages)
    with torch.inference_mode():
        scores = model(torch.tensor([ids])).logits[0].float().log_softmax(-1)
    return float(sum(scores[at - 1, ids[at]] for at in range(len(ids)) if supervised[at]))


def test_sums_are_those_of_transformers(tmp_path: Path, base: Path, pairs: Path) -> None:
    metrics = measure(pairs, base, tmp_path / "out")
    assert (metrics["pairs"], metrics["families"], metrics["held_out"], metrics["longer_than_limit"]) == (6, 3, 9, 1)
    assert faults_in(tmp_path / "out/release", table="margin") == []
    model, chat = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval(), Chat.load(base)
    wanted = {row["id"]: row for row in shards.read_rows(pairs)}
    for row in shards.read_rows(tmp_path / "out/release"):
        source = wanted[row["id"]]
        for side in ("chosen", "rejected"):
            expected = by_transformers(model, chat, source, source[side])
            assert row[f"{side}_log_probability"] == pytest.approx(expected, rel=1e-5)
        assert row["chosen_tokens"] == int(tokenise(source, chat=chat).chosen.supervised.sum())


def test_threads_change_no_byte(tmp_path: Path, base: Path, pairs: Path) -> None:
    for threads in (1, 2):
        measure(pairs, base, tmp_path / str(threads), threads=threads)
    for model in ("base", "release"):
        one, two = (tmp_path / threads / model / "rows-00000.parquet" for threads in "12")
        assert one.read_bytes() == two.read_bytes()


def test_training_pairs_are_never_asked(tmp_path: Path, base: Path, pairs: Path) -> None:
    measure(pairs, base, tmp_path / "out", max_pairs=99)
    assert {row["split"] for row in shards.read_rows(tmp_path / "out/release")} == {"unseen"}


def test_no_pair_that_fits_is_an_error(tmp_path: Path, base: Path, pairs: Path) -> None:
    with pytest.raises(BurnishError, match=r"at most 3 tokens; raise margins\.max_tokens"):
        measure(pairs, base, tmp_path / "out", max_tokens=3)
