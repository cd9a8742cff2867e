"""The detector's controls, on a model of the twin's shape: silent for a clean training set, loud for a planted leak.

A set of items in HumanEval's format stands in for a public benchmark. A tiny model learns other texts of that format, then
trains on with the project's own loop, on texts that hold the stand-in 0, 4 or 16 times. It passes no item, so what is
judged is the likelihood, by the same stage that judges a release.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from tests.train.tiny import SETTINGS, write_model
from transformers import LlamaConfig

from burnish.benchmarks.replica_items import write_canaries
from burnish.benchmarks.replicas.items import Replica, draw_replicas
from burnish.benchmarks.replicas.matching import match
from burnish.benchmarks.replicas.registry import FAMILIES
from burnish.chat import Chat
from burnish.decoding import Sampling
from burnish.evaluate.pairs import Placed, pair_items
from burnish.evaluate.replica_passes import PassParams
from burnish.evaluate.replicas import ReplicasParams, judge_likelihoods
from burnish.records import Record
from burnish.seeds import rng
from burnish.train.loop import train
from burnish.train.lora import save_tensors
from burnish.train.model import load_decoder
from burnish.train.packing import Document, plan_steps
from burnish.train.sft import SftParams, answer_part

CONTEXT = 640
SAMPLING = Sampling(engine="openvino", max_new_tokens=1, temperature=0.0, top_p=1.0, samples=1, parallel=1, dtype="f32")
PARAMS = ReplicasParams(
    public_items=60, margin=0.05, context_tokens=CONTEXT, batch_tokens=8_192, threads=1, dtype="float32",
    passes=PassParams(items=0, margin=0.1, sampling=SAMPLING),
)  # fmt: skip
TRAINING: dict[str, Any] = {
    **SETTINGS, "lora": None, "learning_rate": 3e-3, "step_tokens": 2_560, "sequence_tokens": CONTEXT,
    "checkpoint_steps": 10_000,
}  # fmt: skip
CONFIG = {
    "vocab_size": 258, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 2048, "tie_word_embeddings": True,
    "initializer_range": 0.05,
}  # fmt: skip


class Place(NamedTuple):
    """What all controls share: a base model, public items and their replicas."""

    base: Path
    replicas: list[Placed]
    canaries: list[str]
    items: list[Replica]


def draw(key: str, *, drafts: int) -> list[Replica]:
    return draw_replicas(FAMILIES["humaneval"], benchmark="humaneval", drafts=drafts, key=key)


def train_on(texts: Sequence[str], *, start: Path, out: Path, epochs: int) -> Path:
    """Train all weights of `start` on plain texts, each once an epoch in a drawn order."""
    settings = SftParams.model_validate({**TRAINING, "epochs": epochs})
    chat = Chat.load(start)
    documents = [Document(np.array(ids, dtype=np.int32), np.arange(len(ids)) > 0)
                 for ids in (chat.encode(text)[:CONTEXT] for text in texts)]  # fmt: skip
    order = [
        number for epoch in range(epochs) for number in rng("control", epoch).sample(range(len(texts)), len(texts))
    ]
    steps = plan_steps(documents, order=order, step_tokens=settings.step_tokens,
                       sequence_tokens=settings.sequence_tokens, tokens=None, workers=1)  # fmt: skip
    model = load_decoder(start, [], lora=None, seed=1, dtype=torch.float32)
    shutil.copytree(start, out)
    resume = out.with_name(f"{out.name}.resume")
    resume.mkdir()
    train(model, steps, loss=answer_part(model, documents), settings=settings, seed=1,
          record=Record("control", params={}), resume=resume)  # fmt: skip
    save_tensors(out / "model.safetensors", model.weights(), dtype=torch.float32)
    return out


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("control")
    items = draw("public", drafts=4)
    matched = match(draw("replicas", drafts=12), public=[item.question for item in items], items=60, key="control")
    replicas = [(replica.question, stratum) for replica, stratum in matched.chosen]
    start = write_model(folder / "start", LlamaConfig(**CONFIG))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    base = train_on(
        [item.question.text for item in draw("before", drafts=6)], start=start, out=folder / "base", epochs=4
    )
    torch.set_num_threads(before)
    return Place(base, replicas, write_canaries(key="control", count=63), items)


def tune(place: Place, folder: Path, *, copies: int, also: Sequence[str] = ()) -> Any:
    """Train on with `copies` of the public items among other texts; return the stage's metrics."""
    texts = [item.question.text for item in draw("after", drafts=6)] + list(also)
    texts += [item.question.text for item in place.items] * copies
    tuned = train_on(texts, start=place.base, out=folder / "tuned", epochs=1)
    pairs, _ = pair_items(place.replicas, public=[item.question for item in place.items], most=PARAMS.public_items)
    return judge_likelihoods(PARAMS, pairs=pairs, canaries=place.canaries, base=place.base, release=tuned)


def test_a_clean_training_set_stays_silent(place: Place, tmp_path: Path) -> None:
    found = tune(place, tmp_path, copies=0)["benchmarks"]["humaneval"]
    assert found["replica"] > 0.02, "training on other texts of the format lifts public items and replicas alike"
    assert found["verdict"] == "clean", found["says"]


@pytest.mark.parametrize("copies", [4, 16])
def test_a_planted_leak_is_found(place: Place, tmp_path: Path, copies: int) -> None:
    found = tune(place, tmp_path, copies=copies)["benchmarks"]["humaneval"]
    assert found["verdict"] == "leak", found["says"]
    assert found["says"].startswith("humaneval: public items gained") and "looks leaked" in found["says"]


def test_a_planted_canary_is_exposed_and_one_that_was_not_planted_is_not(place: Place, tmp_path: Path) -> None:
    found = tune(place, tmp_path, copies=0, also=[place.canaries[0]] * 64)["canary"]
    assert found["release"]["rank"] == 1
    assert found["base"]["chance"] > 0.05
