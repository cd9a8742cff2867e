"""What an exported file holds, and that two exports are the same bytes."""

import json
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.export.tiny import PLACES, TEMPLATE, export, make_model

from burnish.errors import BurnishError
from burnish.export.gguf import ExportParams, run
from burnish.gguf_layout import rope_factors
from burnish.gguf_types import FORMATS, Type, choose_type
from burnish.gguf_vocabulary import PRE_TOKENIZERS, pre_tokenizer_name
from burnish.records import Record


def read(path: Path) -> gguf.GGUFReader:
    return gguf.GGUFReader(path)


def tensors(path: Path) -> dict[str, gguf.ReaderTensor]:
    return {tensor.name: tensor for tensor in read(path).tensors}


def weights(model: Path) -> dict[str, torch.Tensor]:
    loaded: dict[str, torch.Tensor] = load_file(model / "model.safetensors")
    return loaded


def test_two_exports_are_the_same_bytes(tiny: Path, tiny_gguf: Path, tmp_path: Path) -> None:
    params = ExportParams(model="m", formats=["f16", "Q8_0", "Q4_K_M"], name="Tiny", licence="apache-2.0")
    metrics = run(params, model=tiny, out=tmp_path / "out", record=Record("export_gguf@x", params={}))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["Q4_K_M.gguf", "Q8_0.gguf", "f16.gguf"]
    for name, figures in metrics["formats"].items():
        written = (tmp_path / "out" / f"{name}.gguf").read_bytes()
        assert written == (tiny_gguf / f"{name}.gguf").read_bytes()
        assert figures["bytes"] == len(written)
        assert sum(figures["type_shares"].values()) == pytest.approx(1, abs=1e-3)


def test_f16_holds_each_weight_once_rounded_only(tiny: Path, tiny_gguf: Path) -> None:
    found, wanted = tensors(tiny_gguf / "f16.gguf"), weights(tiny)
    assert "output.weight" not in found
    assert len(found) == len([name for name in wanted if name != "lm_head.weight"])
    down = wanted["model.layers.1.mlp.down_proj.weight"].numpy()
    assert np.array_equal(found["blk.1.ffn_down.weight"].data, down.astype(np.float16))
    norm = wanted["model.layers.0.input_layernorm.weight"].numpy()
    assert found["blk.0.attn_norm.weight"].tensor_type == Type.F32
    assert np.array_equal(found["blk.0.attn_norm.weight"].data, norm)


def test_query_rows_are_paired_for_rope(tiny: Path, tiny_gguf: Path) -> None:
    found = tensors(tiny_gguf / "f16.gguf")["blk.0.attn_q.weight"].data
    wanted = weights(tiny)["model.layers.0.self_attn.q_proj.weight"].numpy().astype(np.float16)
    assert np.array_equal(found[0], wanted[0])
    assert np.array_equal(found[1], wanted[8]), "a head of 16 rows: row 8 is the partner of row 0"
    assert np.array_equal(found[16], wanted[16]), "heads keep their order"


def test_q8_0_is_what_the_gguf_package_computes(tiny: Path, tiny_gguf: Path) -> None:
    found, wanted = tensors(tiny_gguf / "Q8_0.gguf"), weights(tiny)
    for ours, theirs in (("token_embd", "model.embed_tokens"), ("blk.1.ffn_up", "model.layers.1.mlp.up_proj")):
        packed = gguf.quants.quantize(wanted[f"{theirs}.weight"].numpy(), Type.Q8_0)
        assert np.array_equal(found[f"{ours}.weight"].data, packed)


def test_k_quants_are_near_the_weights(tiny: Path, tiny_gguf: Path) -> None:
    found, wanted = tensors(tiny_gguf / "Q4_K_M.gguf"), weights(tiny)
    for block, kind, error in ((0, Type.Q4_K, 0.08), (1, Type.Q6_K, 0.02)):
        tensor = found[f"blk.{block}.ffn_down.weight"]
        original = wanted[f"model.layers.{block}.mlp.down_proj.weight"].numpy()
        distance = np.abs(gguf.quants.dequantize(tensor.data, tensor.tensor_type) - original)
        assert tensor.tensor_type == kind
        assert distance.mean() / np.abs(original).mean() < error


@pytest.mark.parametrize(
    ("name", "shape", "wanted"),
    [
        ("blk.3.attn_q.weight", (256, 256), (Type.Q4_K, False)),
        ("blk.3.attn_q.weight", (576, 576), (Type.Q5_0, True)),
        ("blk.0.attn_v.weight", (192, 576), (Type.Q8_0, True)),
        ("blk.4.attn_v.weight", (192, 512), (Type.Q4_K, False)),
        ("blk.5.ffn_down.weight", (576, 1536), (Type.Q6_K, False)),
        ("token_embd.weight", (49152, 576), (Type.Q8_0, True)),
        ("blk.0.attn_q.weight", (48, 48), (Type.F16, True)),
        ("blk.0.attn_norm.weight", (576,), (Type.F32, False)),
        ("blk.0.attn_q_norm.weight", (64,), (Type.F32, False)),
        ("blk.0.attn_q.bias", (576,), (Type.F32, False)),
    ],
)
def test_q4_k_m_chooses_types_as_llama_cpp_does(name: str, shape: tuple[int, ...], wanted: tuple[object, bool]) -> None:
    assert choose_type(name, shape=shape, format_name="Q4_K_M", layers=30, tied=True) == wanted


def test_an_embedding_that_is_not_the_output_takes_the_plain_type() -> None:
    def choose(name: str) -> object:
        return choose_type(name, shape=(512, 256), format_name="Q4_K_M", layers=2, tied=False).type

    assert choose("token_embd.weight") == Type.Q4_K
    assert choose("output.weight") == Type.Q6_K


def test_metadata_says_what_it_is_and_where_answers_stop(tiny_gguf: Path) -> None:
    for name, wanted in FORMATS.items():
        fields = {key: field.contents() for key, field in read(tiny_gguf / f"{name}.gguf").fields.items()}
        assert fields["general.name"] == "Tiny"
        assert fields["general.license"] == "apache-2.0"
        assert fields["general.file_type"] == wanted.file_type
        assert fields["tokenizer.ggml.pre"] == "smollm"
        assert fields["tokenizer.ggml.eos_token_id"] == fields["tokenizer.ggml.eot_token_id"] == 2
        assert fields["tokenizer.chat_template"] == TEMPLATE
        assert len(fields["tokenizer.ggml.tokens"]) == PLACES
        kinds = fields["tokenizer.ggml.token_type"]
        assert kinds[:4] == [int(gguf.TokenType.CONTROL)] * 4
        assert kinds[-1] == int(gguf.TokenType.UNUSED)


def test_untied_outputs_are_exported(tmp_path: Path) -> None:
    model = make_model(tmp_path / "model", tie_word_embeddings=False)
    assert "output.weight" in tensors(export(model, tmp_path, "f16") / "f16.gguf")


def test_llama_3_scaling_leaves_short_waves_and_stretches_long_ones() -> None:
    scaling = {"rope_type": "llama3", "rope_theta": 500_000.0, "factor": 8.0, "low_freq_factor": 1.0,
               "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}  # fmt: skip
    factors = rope_factors({"rope_parameters": scaling, "head_dim": 128})
    assert len(factors) == 64
    assert factors[0] == 1
    assert factors[-1] == 8
    assert sorted(factors) == factors
    assert rope_factors({"head_dim": 64}) == []


def change(model: Path, name: str, value: float) -> None:
    found = weights(model)
    found[name][0, 0] = value
    save_file(found, model / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(("value", "said"), [(float("nan"), "aren't finite"), (1e6, "more than f16 can")])
def test_diverged_weights_are_refused_by_name(tmp_path: Path, value: float, said: str) -> None:
    model = make_model(tmp_path / "model")
    change(model, "model.layers.1.mlp.up_proj.weight", value)
    with pytest.raises(BurnishError, match=said):
        export(model, tmp_path / "out", "f16")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"architectures": ["GPT2LMHeadModel"]}, "known classes: LlamaForCausalLM"),
        ({"vocab_size": 100}, "config.json has vocab_size 100"),
        ({"rope_parameters": {"rope_type": "yarn", "rope_theta": 1e4}}, "rope scaling 'yarn'"),
    ],
)
def test_a_model_llama_cpp_would_misread_is_refused(
    tiny: Path, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    for file in tiny.iterdir():
        (tmp_path / file.name).symlink_to(file)
    config = json.loads((tiny / "config.json").read_text())
    (tmp_path / "config.json").unlink()
    (tmp_path / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(BurnishError, match=said):
        export(tmp_path, tmp_path / "out", "f16")


def test_a_truncated_safetensors_file_is_named(tmp_path: Path) -> None:
    model = make_model(tmp_path / "model")
    whole = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BurnishError, match=r"model: a safetensors file isn't readable"):
        export(model, tmp_path / "out", "f16")


def test_pre_tokenizers_are_found_by_what_they_do() -> None:
    plain = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
    digits = {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, plain]}
    pattern = next(pattern for (pattern, _), name in PRE_TOKENIZERS.items() if name == "qwen2")
    split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    qwen = {"type": "Sequence", "pretokenizers": [split, plain | {"use_regex": False}]}
    for wanted, found in (("gpt-2", plain), ("smollm", digits), ("qwen2", qwen)):
        assert pre_tokenizer_name({"pre_tokenizer": found}, directory=Path("m")) == wanted


@pytest.mark.parametrize(
    "outer",
    [None, {"type": "Whitespace"}, {"type": "ByteLevel", "add_prefix_space": True, "use_regex": True}],
)
def test_an_unknown_pre_tokenizer_is_refused(outer: dict[str, object] | None) -> None:
    with pytest.raises(BurnishError, match=r"m/tokenizer.json: llama.cpp has no code for the pre-tokenizer"):
        pre_tokenizer_name({"pre_tokenizer": outer}, directory=Path("m"))
