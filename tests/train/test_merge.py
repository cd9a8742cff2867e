"""Chains: each step starts from its ancestors, merging applies them all, and a changed ancestor is noticed."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from tests.train.test_decoder import loss_by_decoder, loss_by_transformers
from tests.train.test_sft import train_here
from tests.train.tiny import counting_rows
from transformers import AutoModelForCausalLM, AutoTokenizer

from burnish.chains import read_chain
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.masks import mask_answers
from burnish.train import merge
from burnish.train.model import load_decoder
from burnish.train.sft import as_document

FP32 = merge.MergeParams(dtype="float32", interpolation=1.0)


@pytest.fixture(scope="module")
def steps(base: Path, mix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two trained steps, `sft` and then `tools`."""
    folder = tmp_path_factory.mktemp("steps")
    torch.set_num_threads(1)
    train_here(base, mix, folder)
    train_here(base, mix, folder / "second", parent=folder / "sft", learning_rate=5e-3)
    (folder / "second/sft").rename(folder / "tools")
    return folder


def test_the_merged_model_computes_what_base_and_adapters_compute(base: Path, steps: Path, tmp_path: Path) -> None:
    metrics = merge.run(FP32, base=base, adapter=steps / "tools", out=tmp_path / "merged")
    assert metrics["steps"] == ["sft", "tools"]
    merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")
    stacked = load_decoder(base, [steps / "sft", steps / "tools"], lora=None, seed=0, dtype=torch.float32)
    plain = AutoModelForCausalLM.from_pretrained(base)
    for row in counting_rows(3):
        document = as_document(mask_answers(row["messages"], chat=Chat.load(base)))
        ours, theirs = loss_by_decoder(stacked, [document]).item(), loss_by_transformers(merged, document).item()
        assert abs(ours - theirs) < 1e-4 * theirs
        assert abs(theirs - loss_by_transformers(plain, document).item()) > 0.05 * theirs


def test_the_merged_folder_is_complete_and_the_same_bytes_each_time(base: Path, steps: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        merge.run(FP32, base=base, adapter=steps / "sft", out=tmp_path / name)
    assert digest_of(tmp_path / "one") == digest_of(tmp_path / "two")
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json"):
        assert (tmp_path / "one" / name).read_bytes() == (base / name).read_bytes()
    messages = counting_rows(1)[0]["messages"]
    assert AutoTokenizer.from_pretrained(tmp_path / "one").apply_chat_template(messages, tokenize=False) == Chat.load(
        base
    ).render(messages)


def test_bf16_is_stored_as_asked(base: Path, steps: Path, tmp_path: Path) -> None:
    merge.run(
        merge.MergeParams(dtype="bfloat16", interpolation=1.0),
        base=base,
        adapter=steps / "sft",
        out=tmp_path / "merged",
    )
    assert {tensor.dtype for tensor in load_file(tmp_path / "merged/model.safetensors").values()} == {torch.bfloat16}
    assert json.loads((tmp_path / "merged/config.json").read_text())["dtype"] == "bfloat16"


def test_merging_the_base_alone_changes_no_weight(base: Path, tmp_path: Path) -> None:
    assert merge.run(FP32, base=base, adapter=base, out=tmp_path / "merged")["steps"] == []
    merged, plain = load_file(tmp_path / "merged/model.safetensors"), load_file(base / "model.safetensors")
    assert all(torch.equal(merged[name], plain[name]) for name in plain)


def test_full_weights_in_a_chain_replace_what_was_there(base: Path, mix: Path, tmp_path: Path) -> None:
    train_here(base, mix, tmp_path, lora=None, learning_rate=1e-3)
    merge.run(FP32, base=base, adapter=tmp_path / "sft", out=tmp_path / "merged")
    merged, trained = load_file(tmp_path / "merged/model.safetensors"), load_file(tmp_path / "sft/model.safetensors")
    assert all(torch.equal(merged[name], trained[name]) for name in trained)


@pytest.mark.parametrize("share", [0.75, 1.0])
def test_a_share_of_the_chain_lies_that_far_from_the_base_to_its_end(
    base: Path, steps: Path, tmp_path: Path, share: float
) -> None:
    params = merge.MergeParams(dtype="float32", interpolation=share)
    for name, own in {"whole": FP32, "part": params}.items():
        metrics = merge.run(own, base=base, adapter=steps / "tools", out=tmp_path / name)
    assert metrics["steps"] == ["sft", "tools"] and metrics["interpolation"] == share
    whole, part = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "part"))
    plain, moved = load_file(base / "model.safetensors"), 0
    for name, tensor in plain.items():
        torch.testing.assert_close(part[name] - tensor, share * (whole[name] - tensor), rtol=1e-4, atol=1e-6)
        moved += int(not torch.equal(part[name], tensor))
    assert moved >= 7, "every adapted layer"
    assert json.loads((tmp_path / "part/chain.json").read_text()).get("interpolation", 1.0) == share
    assert (digest_of(tmp_path / "part") == digest_of(tmp_path / "whole")) == (share == 1)


@pytest.mark.parametrize("share", [0.0, 1.1, float("nan")])
def test_a_share_of_nothing_or_more_than_all_is_refused(share: float) -> None:
    with pytest.raises(ValidationError, match="interpolation"):
        merge.MergeParams(dtype="float32", interpolation=share)


@pytest.mark.parametrize("changed", ["base", "sft"])
def test_a_changed_ancestor_is_refused(base: Path, steps: Path, tmp_path: Path, changed: str) -> None:
    for name in ("sft", "tools"):
        shutil.copytree(steps / name, tmp_path / name)
    shutil.copytree(base, tmp_path / "base")
    assert len(read_chain(tmp_path / "tools", base=tmp_path / "base").steps) == 2
    (file,) = (tmp_path / changed).glob("*.safetensors")
    tensors = load_file(file)
    next(iter(tensors.values())).view(-1)[0] += 1
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(
        BurnishError, match="another base model" if changed == "base" else r"was trained on sft \w{12}, but"
    ):
        merge.run(FP32, base=tmp_path / "base", adapter=tmp_path / "tools", out=tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_a_missing_or_broken_chain_is_refused(base: Path, steps: Path, tmp_path: Path) -> None:
    shutil.copytree(steps / "sft", tmp_path / "sft")
    (tmp_path / "sft/chain.json").write_text('{"base": ')
    with pytest.raises(BurnishError, match=r"no readable chain\.json"):
        merge.run(FP32, base=base, adapter=tmp_path / "sft", out=tmp_path / "merged")
