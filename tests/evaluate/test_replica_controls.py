"""The detector's controls, on a model of the twin's shape: silent for a clean training set, loud for a planted leak.

MBPP's families in HumanEval's format stand in for a public benchmark, since no replica is made from them. A tiny model
learns functions of the standard library, then trains on with the project's own loop, on other functions and on the stand-in
0, 4 or 16 times. It passes no item, so what is judged is the likelihood, by the stage that judges a release.
"""

import importlib
import inspect
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from tests.train.tiny import SETTINGS, write_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig

from burnish.adapters import save_tensors
from burnish.benchmarks.replica_items import write_canaries
from burnish.benchmarks.replicas import mbpp_families
from burnish.benchmarks.replicas.items import Replica, draw_replicas
from burnish.benchmarks.replicas.matching import match
from burnish.benchmarks.replicas.programs import as_humaneval
from burnish.benchmarks.replicas.registry import FAMILIES
from burnish.chat import Chat
from burnish.decoding import Sampling
from burnish.evaluate.pairs import Placed, pair_items
from burnish.evaluate.replica_passes import PassParams
from burnish.evaluate.replicas import ReplicasParams, judge_likelihoods
from burnish.records import Record
from burnish.seeds import rng
from burnish.train.loop import train
from burnish.train.model import load_decoder
from burnish.train.packing import Document, plan_steps
from burnish.train.sft import Chats, SftParams, answer_part

CONTEXT = 640
WORDS = 1_500
MARGIN = 0.1
SAMPLING = Sampling(engine="openvino", max_new_tokens=1, temperature=0.0, top_p=1.0, samples=1, parallel=1, dtype="f32")
PARAMS = ReplicasParams(
    public_items=60, replica_items=80, margin=MARGIN, context_tokens=CONTEXT, batch_tokens=8_192, threads=1, dtype="float32",
    passes=PassParams(items=0, margin=0.1, sampling=SAMPLING),
)  # fmt: skip
TRAINING: dict[str, Any] = {
    **SETTINGS, "lora": None, "learning_rate": 3e-3, "step_tokens": 2_560, "sequence_tokens": CONTEXT,
    "checkpoint_steps": 10_000,
}  # fmt: skip
CONFIG = {
    "vocab_size": WORDS, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 2048, "tie_word_embeddings": True,
    "initializer_range": 0.05,
}  # fmt: skip
BEFORE = ("statistics", "textwrap", "shutil", "inspect", "difflib", "fractions", "calendar")
AFTER = ("gettext", "shlex", "pprint", "mimetypes", "locale", "zipfile", "tempfile", "quopri", "base64", "timeit")


class Place(NamedTuple):
    """What all controls share: a base model, what it is trained on besides, public items and their replicas."""

    base: Path
    others: list[str]
    replicas: list[Placed]
    canaries: list[str]
    items: list[str]
    public: list[Replica]


def read_functions(modules: Sequence[str], *, most: int) -> list[str]:
    """Return the source of small functions of the standard library."""
    return [source for name in modules for source in _functions(name) if 100 < len(source) < 1_500][:most]


def _functions(name: str) -> Iterator[str]:
    module = importlib.import_module(name)
    for _, function in sorted(vars(module).items()):
        if inspect.isfunction(function) and function.__module__ == name:
            try:
                yield inspect.getsource(function)
            except OSError:  # made from text, as namedtuples are
                continue


def teach_words(model: Path, texts: Sequence[str]) -> None:
    """Replace the byte tokenizer by one that has learnt words of `texts`: what is learnt by heart is rarer with bytes."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = ["<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=WORDS, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(model / "tokenizer.json"))


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
    train(model, steps, loss=answer_part(model, Chats(documents, frozenset(), [], {}, [])), settings=settings, seed=1,
          record=Record("control", params={}), resume=resume)  # fmt: skip
    save_tensors(out / "model.safetensors", model.weights(), dtype=torch.float32)
    return out


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("control")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    stand_in = {name: as_humaneval(make) for name, make in mbpp_families.FAMILIES.items()}
    public = draw_replicas(stand_in, benchmark="humaneval", drafts=3, key="public")
    pool = draw_replicas(FAMILIES["humaneval"], benchmark="humaneval", drafts=20, key="replicas")
    matched = match(pool, public=[item.question for item in public], items=80, key="control")
    start = write_model(folder / "start", LlamaConfig(**CONFIG))
    before, others = read_functions(BEFORE, most=60), read_functions(AFTER, most=40)
    teach_words(start, [*before, *others])
    base = train_on(before, start=start, out=folder / "base", epochs=2)
    yield Place(base, others, [(replica.question, stratum) for replica, stratum in matched.chosen],
                write_canaries(key="control", count=63), [item.question.text for item in public], public)  # fmt: skip
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


def tune(place: Place, folder: Path, *, copies: int, also: Sequence[str] = ()) -> Any:
    """Train on with `copies` of the public items among other texts; return what the judge says."""
    texts = [*place.others, *also, *place.items * copies]
    tuned = train_on(texts, start=place.base, out=folder / "tuned", epochs=1)
    public = [item.question for item in place.public]
    pairs, _ = pair_items(place.replicas, public=public, most=PARAMS.public_items,
                          most_replicas=PARAMS.replica_items)  # fmt: skip
    return judge_likelihoods(PARAMS, pairs=pairs, canaries=place.canaries, base=place.base, release=tuned)


def test_a_clean_training_set_stays_silent(place: Place, tmp_path: Path) -> None:
    found = tune(place, tmp_path, copies=0)["benchmarks"]["humaneval"]
    assert found["replica"] > 0.02, "training on other programs lifts public items and replicas alike"
    assert found["verdict"] == "clean", found["says"]


@pytest.mark.parametrize("copies", [4, 16])
def test_a_planted_leak_is_found(place: Place, tmp_path: Path, copies: int) -> None:
    found = tune(place, tmp_path, copies=copies)["benchmarks"]["humaneval"]
    assert found["verdict"] == "leak", found["says"]
    assert found["says"].startswith("humaneval: public items gained") and "looks leaked" in found["says"]


def test_a_planted_canary_is_exposed_and_one_that_was_not_planted_is_not(place: Place, tmp_path: Path) -> None:
    found = tune(place, tmp_path, copies=0, also=[place.canaries[0]] * 1_500)["canary"]
    assert found["release"]["chance"] <= 0.05 < found["base"]["chance"]
