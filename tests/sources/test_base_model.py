"""A fetched model becomes the same model as safetensors: weights, token ids, template."""

import shutil
from pathlib import Path
from typing import Any, Literal

import gguf
import pytest
import torch
from safetensors.torch import load_file
from tests.sources.test_checkpoints import write_checkpoint
from tests.train.tiny import write_model
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import Qwen2Config

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.gguf_files import write_gguf
from burnish.model_config import read_config
from burnish.sources.base_model import WORD_CUTTERS, BaseModelParams, Shape, run

SHAPE = Shape(hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1,
              head_dim=8, max_position_embeddings=64, initializer_range=0.2)  # fmt: skip
DIGITS = "In 2026, 12 of 3456 passed"


@pytest.fixture(scope="module", params=["gpt-2", "smollm", "qwen2"])
def raw(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a model and the same as GGUF; its tokenizer knows `12`, which `smollm` never lets it use."""
    folder = write_model(tmp_path_factory.mktemp("model") / "model")
    cutter = {"gpt-2": None, "qwen2": WORD_CUTTERS["qwen2"]}
    digits = pre_tokenizers.Digits(individual_digits=True)
    cutter["smollm"] = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    teach_twelve(folder, cutter=cutter[request.param])
    raw = tmp_path_factory.mktemp("raw")
    write_gguf(raw / "model.gguf", model=folder, format_name="f16", title="tiny", licence="apache-2.0")
    shutil.copytree(folder, raw / "original")
    return raw


def teach_twelve(folder: Path, *, cutter: Any = None) -> None:
    """Have the tokenizer of a model know `12`, and cut words by `cutter`."""
    path = folder / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    letters = {text: number for text, number in tokenizer.get_vocab().items() if number < 255}
    tokenizer.model = models.BPE(vocab={**letters, "12": 255}, merges=[("1", "2")])
    if cutter:
        tokenizer.pre_tokenizer = cutter
    tokenizer.save(str(path))


def params(
    file: str | None = "model.gguf", shape: Shape | None = None, *, tied: Literal[True] | None = None
) -> BaseModelParams:
    return BaseModelParams(folder="raw", file=file, dtype="float32", shape=shape, tie_word_embeddings=tied)


def test_a_gguf_gives_back_weights_token_ids_and_template(raw: Path, tmp_path: Path) -> None:
    metrics = run(params(), raw=raw, out=tmp_path / "base", seed=1)
    assert (metrics["layers"], metrics["hidden_size"]) == (2, 32)
    before, after = (load_file(folder / "model.safetensors") for folder in (raw / "original", tmp_path / "base"))
    assert set(before) == set(after)
    for name, tensor in before.items():
        torch.testing.assert_close(after[name], tensor, rtol=2e-3, atol=1e-4)
    original, base = Chat.load(raw / "original"), Chat.load(tmp_path / "base")
    assert base.encode(DIGITS) == original.encode(DIGITS)
    assert base.template == original.template
    assert base.end_id == original.end_id


def test_a_folder_of_safetensors_is_taken_as_it_is(raw: Path, tmp_path: Path) -> None:
    run(params(file=None), raw=raw / "original", out=tmp_path / "base", seed=1)
    before, after = (load_file(folder / "model.safetensors") for folder in (raw / "original", tmp_path / "base"))
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_shape_gives_a_random_model_of_the_seed_with_the_same_tokenizer(raw: Path, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        assert run(params(shape=SHAPE), raw=raw, out=tmp_path / name, seed=seed)["layers"] == 1
    assert digest_of(tmp_path / "one") == digest_of(tmp_path / "again")
    assert digest_of(tmp_path / "one/model.safetensors") != digest_of(tmp_path / "two/model.safetensors")
    assert Chat.load(tmp_path / "one").encode(DIGITS) == Chat.load(raw / "original").encode(DIGITS)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a GGUF whose head is its embedding, rounded to fewer bits, and one whose head is another."""
    folder = tmp_path_factory.mktemp("twice")
    config = Qwen2Config(vocab_size=258, hidden_size=32, intermediate_size=48, num_hidden_layers=1, num_attention_heads=4,
                         num_key_value_heads=2, max_position_embeddings=64, tie_word_embeddings=False)  # fmt: skip
    model = write_checkpoint(folder / "other", config, most="1GB")
    teach_twelve(model)
    write_gguf(folder / "other.gguf", model=model, format_name="f16", title="t", licence="apache-2.0")
    tensors = load_file(model / "model.safetensors")
    rounded = tensors["lm_head.weight"].mul(128).round().div(128)
    write_gguf(folder / "same.gguf", model=model, format_name="f16", title="t", licence="apache-2.0",
               weights={**tensors, "model.embed_tokens.weight": rounded})  # fmt: skip
    return folder


def test_one_matrix_in_two_roundings_becomes_one_again(twice: Path, tmp_path: Path) -> None:
    two = run(params("same.gguf"), raw=twice, out=tmp_path / "two", seed=1)
    one = run(params("same.gguf", tied=True), raw=twice, out=tmp_path / "one", seed=1)
    assert two["parameters"] - one["parameters"] == 258 * 32
    assert read_config(tmp_path / "one")["tie_word_embeddings"] is True
    before, after = (load_file(tmp_path / name / "model.safetensors") for name in ("two", "one"))
    assert "lm_head.weight" not in after
    assert torch.equal(after["model.embed_tokens.weight"], before["lm_head.weight"])
    assert not torch.equal(before["model.embed_tokens.weight"], before["lm_head.weight"])


@pytest.mark.parametrize(
    ("file", "complaint"), [("other.gguf", "are two matrices, not one; write null"), ("other", "is for a GGUF")]
)
def test_what_is_not_one_matrix_is_not_made_one(twice: Path, tmp_path: Path, file: str, complaint: str) -> None:
    with pytest.raises(BurnishError, match=rf"base_model.tie_word_embeddings = true.*{complaint}"):
        run(params(file, tied=True), raw=twice, out=tmp_path / "base", seed=1)
    assert not (tmp_path / "base").exists()


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        ("missing", r"model\.gguf is missing; in .*: original"),
        ("cut", "can't be read as a model"),
        ("no template", "no chat template"),
        ("cutter", r"cut into words the way of '\?"),
    ],
)
def test_what_can_not_be_read_right_is_refused(raw: Path, tmp_path: Path, harm: str, complaint: str) -> None:
    folder = tmp_path / "raw"
    shutil.copytree(raw, folder)
    file = folder / "model.gguf"
    if harm == "missing":
        file.unlink()
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:3000])
    if harm == "no template":
        folder = folder / "original"
        (folder / "chat_template.jinja").unlink()
    if harm == "cutter":
        old = bytes(gguf.GGUFReader(file).get_field("tokenizer.ggml.pre").parts[-1])
        content = file.read_bytes()
        place = content.index(old, content.index(b"tokenizer.ggml.pre"))
        file.write_bytes(content[:place] + b"?" + content[place + 1 :])
    with pytest.raises(BurnishError, match=complaint):
        run(params(file=None if harm == "no template" else "model.gguf"), raw=folder, out=tmp_path / "base", seed=1)
    assert not (tmp_path / "base").exists()
