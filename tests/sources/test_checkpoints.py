"""A checkpoint of a Llama or Qwen class in a folder: it becomes the base as it is, trains a step, merges and exports."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.export.tiny import export, make_model
from tests.train.tiny import SETTINGS, write_mix, write_model
from tests.train.tiny import counting_rows as rows
from tokenizers import normalizers
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config, Qwen3Config

from burnish.chain_weights import write_merged
from burnish.chains import read_chain
from burnish.chat import Chat
from burnish.engine import opened
from burnish.errors import BurnishError
from burnish.gguf_files import write_gguf
from burnish.model_config import list_tensors, read_config, read_sizes
from burnish.records import Record
from burnish.sources.base_model import BaseModelParams, run
from burnish.sources.engine_words import END_NAMES
from burnish.train import sft
from burnish.train.model import load_decoder
from burnish.train.packing import pack

SIZES: dict[str, Any] = {
    "vocab_size": 300, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 1024, "initializer_range": 0.2,
}  # fmt: skip
CONFIGS = {
    "llama": LlamaConfig(**SIZES, tie_word_embeddings=True),
    "llama_biased": LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True, tie_word_embeddings=False),
    "qwen2": Qwen2Config(**SIZES, tie_word_embeddings=True),
    "qwen2_untied": Qwen2Config(**SIZES, tie_word_embeddings=False),
    "qwen3": Qwen3Config(**SIZES, tie_word_embeddings=True),
    "qwen3_untied": Qwen3Config(**SIZES, tie_word_embeddings=False),
}


def write_checkpoint(folder: Path, config: Any, *, dtype: torch.dtype = torch.bfloat16, most: str = "20KB") -> Path:
    """Write a random model with biases and norms that show, in files of at most `most`."""
    write_model(folder)
    (folder / "model.safetensors").unlink()
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    for parameter in model.parameters():
        parameter.data.add_(0.05 * torch.randn_like(parameter))
    model.to(dtype).save_pretrained(folder, max_shard_size=most)
    return folder


def make_base(raw: Path, *, out: Path, file: str | None = None, dtype: Any = "float32") -> dict[str, Any]:
    return dict(
        run(
            BaseModelParams(folder="x", file=file, dtype=dtype, shape=None, tie_word_embeddings=None),
            raw=raw,
            out=out,
            seed=1,
        )
    )


@pytest.fixture(scope="module", params=CONFIGS)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("checkpoint") / request.param, CONFIGS[request.param])


def test_the_base_is_the_checkpoint_and_trains_a_step_that_merges_and_exports(checkpoint: Path, tmp_path: Path) -> None:
    assert len(list(checkpoint.glob("*.safetensors"))) > 1
    base, step, merged = (tmp_path / name for name in ("base", "sft", "merged"))
    metrics = make_base(checkpoint.parent, file=checkpoint.name, out=base)
    theirs, ours = (AutoModelForCausalLM.from_pretrained(path, dtype=torch.float32) for path in (checkpoint, base))
    assert all(torch.equal(tensor, ours.state_dict()[name]) for name, tensor in theirs.state_dict().items())
    assert metrics["parameters"] == theirs.num_parameters() and metrics["context"] == 1024
    settings = sft.SftParams.model_validate({**SETTINGS, "epochs": 4})
    (tmp_path / "resume").mkdir()
    mix = write_mix(tmp_path / "mix", rows(24))
    trained = sft.run(settings, data=mix, base=base, parent=base, out=step, history=tmp_path / "h.csv", seed=3,
                      record=Record("train@sft", params={}), resume=tmp_path / "resume")  # fmt: skip
    assert trained["loss_last"] < trained["loss_first"]
    write_merged(merged, base=base, parent=tmp_path, chain=read_chain(step, base=base), dtype="float32")
    assert losses_agree(merged, base=base, steps=[step], mix=mix, settings=settings)
    if checkpoint.name != "llama_biased":  # llama.cpp's Llama has places for biases of attention alone
        written = write_gguf(tmp_path / "f16.gguf", model=merged, format_name="f16", title="t", licence="apache-2.0")
        assert written["weights"] == metrics["parameters"]


# Beside one of these llama.cpp takes `<|end|>` or `</s>` for ordinary again.
OTHER_NAMES = {"<|return|>", "<|call|>", "<|calls|>", "<|flush|>", "<|tool_response>"}


@pytest.mark.parametrize("names", [set(END_NAMES) - OTHER_NAMES, OTHER_NAMES], ids=["common", "others"])
def test_the_tokenizer_follows_what_llama_cpp_makes_of_it(tmp_path: Path, names: set[str]) -> None:
    raw = make_model(tmp_path / "raw", kind="qwen2")
    tokenizer = Chat.load(raw).tokenizer
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.add_tokens(sorted(names - set(tokenizer.get_vocab())))
    tokenizer.save(str(raw / "tokenizer.json"))
    config = read_config(raw)
    make_base(raw, out=tmp_path / "base")
    assert config == {**read_config(tmp_path / "base")} | {"dtype": config["dtype"]}
    chat = Chat.load(tmp_path / "base")
    assert chat.decode(chat.encode("e\u0301")) == "e\u0301"
    files = export(tmp_path / "base", tmp_path / "files", "f16")
    with opened(files / "f16.gguf", context_tokens=64, slots=1, threads=1) as engine:
        for text in ("a <s>b</s> c", "e\u0301 \u00e9", "</s", "<|im_end|>\n", *(f"a {name} b" for name in END_NAMES)):
            assert engine.tokenise(text) == chat.encode(text), text
        ends = {chat.tokenizer.token_to_id(name) for name in END_NAMES} - {None}
        assert set(engine.stop_tokens()["all"]) == ends


def losses_agree(merged: Path, *, base: Path, steps: list[Path], mix: Path, settings: sft.SftParams) -> bool:
    """Say whether `transformers` gives the merged model the log-probabilities that the decoder gives the chain (1e-4)."""
    document = sft.read_chats(mix, chat=Chat.load(base), settings=settings).documents[3]
    decoder = load_decoder(base, steps, lora=None, seed=0, dtype=torch.float32)
    packed = pack([document])
    own = (decoder.answer_states(packed) @ decoder.head.T).log_softmax(-1)
    model = AutoModelForCausalLM.from_pretrained(merged, dtype=torch.float32)
    with torch.no_grad():
        expected = model(torch.from_numpy(packed.ids[None]).long()).logits[0].log_softmax(-1)[packed.targets]
    return bool(torch.allclose(own, expected, rtol=0, atol=1e-4))


@pytest.mark.parametrize("name", CONFIGS)
def test_names_shapes_and_counts_are_those_of_transformers(name: str) -> None:
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(CONFIGS[name])
    sizes = read_sizes(CONFIGS[name].to_dict())
    theirs = {key: tuple(parameter.shape) for key, parameter in model.named_parameters()}
    assert list_tensors(sizes) == theirs
    assert sizes.parameters == model.num_parameters()


def test_a_checkpoint_keeps_its_type_and_its_bytes_if_asked(tmp_path: Path) -> None:
    raw = write_checkpoint(tmp_path / "raw", CONFIGS["qwen2"], most="1GB")
    make_base(raw, out=tmp_path / "base", dtype="bfloat16")
    assert read_config(tmp_path / "base")["dtype"] == "bfloat16"
    before, after = (load_file(folder / "model.safetensors") for folder in (raw, tmp_path / "base"))
    assert set(before) == set(after)
    assert all(
        torch.equal(after[name], tensor) and after[name].dtype == tensor.dtype for name, tensor in before.items()
    )
    for name in ("tokenizer.json", "chat_template.jinja"):
        assert (tmp_path / "base" / name).read_bytes() == (raw / name).read_bytes()


def set_config(folder: Path, **changes: Any) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


def drop_tensor(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda f: set_config(f, model_type="gemma"), r"raw/config.json: models of type 'gemma' can't be trained yet"),
        (lambda f: set_config(f, rope_parameters={"rope_type": "yarn", "rope_theta": 1e6}), "rotary .* 'yarn'"),
        (lambda f: set_config(f, num_hidden_layers=3), "lacks model.layers.2.*and .* more"),
        (lambda f: set_config(f, num_hidden_layers=1), "doesn't have: model.layers.1"),
        (lambda f: set_config(f, intermediate_size=40), r"gate_proj.weight is \[48, 32\], .* must be \[40, 32\]"),
        (lambda f: set_config(f, vocab_size=200), "the tokenizer has 258 tokens, config.json says vocab_size 200"),
        (drop_tensor, "lacks model.layers.1.mlp.up_proj.weight; is it the whole checkpoint"),
        (lambda f: (f / "config.json").write_text("{"), "no readable config.json"),
        (lambda f: (f / "model.safetensors").write_bytes(b"x" * 90), "can't be read as a model"),
        (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), r"no \*.safetensors; convert"),
        (lambda f: (f / "tokenizer.json").unlink(), "no readable tokenizer.json"),
    ],
)
def test_a_checkpoint_that_would_be_trained_wrongly_is_refused(harm: Any, complaint: str, tmp_path: Path) -> None:
    raw = write_checkpoint(tmp_path / "raw", CONFIGS["qwen3"], most="1GB")
    harm(raw)
    with pytest.raises(BurnishError, match=complaint):
        make_base(raw, out=tmp_path / "base")
    assert not (tmp_path / "base").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"base_model.file: .*qwen is missing; in .*: no folder"):
        make_base(tmp_path / "none", file="qwen", out=tmp_path / "base")
    shutil.copytree(write_checkpoint(tmp_path / "raw", CONFIGS["qwen3"]), tmp_path / "models/other")
    with pytest.raises(BurnishError, match=r"qwen is missing; in .*: other"):
        make_base(tmp_path / "models", file="qwen", out=tmp_path / "base")
