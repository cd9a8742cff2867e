"""Adapters: PEFT reads the files and computes the same; gradients are those of the plain formula."""

from pathlib import Path

import pytest
import torch
from peft import PeftModel
from tests.train.test_decoder import draw_documents, loss_by_decoder, loss_by_transformers
from tests.train.tiny import TARGETS
from torch import nn
from torch.nn.functional import linear
from transformers import AutoModelForCausalLM

from burnish.adapters import add_adapter, read_scale
from burnish.chain_weights import read_weights
from burnish.errors import BurnishError
from burnish.train.decoder import Decoder
from burnish.train.lora import LoraSettings, Projection, save_adapter
from burnish.train.model import load_decoder

LORA = LoraSettings(r=4, alpha=8, dropout=0.0, targets=tuple(TARGETS))


def decoder_with_noise(base: Path, lora: LoraSettings = LORA) -> Decoder:
    """Return a decoder whose adapters do something: `up` starts at zero."""
    torch.manual_seed(9)
    decoder = load_decoder(base, [], lora=lora, seed=1, dtype=torch.float32)
    for part in decoder.projections():
        for up in part.up:
            nn.init.normal_(up, std=0.1)
    return decoder


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_peft_loads_the_file_and_computes_the_same_loss(base: Path, tmp_path: Path) -> None:
    decoder = decoder_with_noise(base)
    save_adapter(tmp_path, decoder.adapters(), settings=LORA, dtype=torch.float32)
    documents = draw_documents(20, 21, 40)
    ours = loss_by_decoder(decoder, documents).item()
    plain = AutoModelForCausalLM.from_pretrained(base)
    before = sum(loss_by_transformers(plain, document).item() for document in documents)
    peft = PeftModel.from_pretrained(plain, tmp_path).eval()
    theirs = sum(loss_by_transformers(peft, document).item() for document in documents)
    assert abs(ours - theirs) < 1e-4 * theirs
    assert abs(ours - before) > 1e-2 * before


def test_a_merged_adapter_computes_what_the_adapter_computes(base: Path, tmp_path: Path) -> None:
    decoder = decoder_with_noise(base)
    save_adapter(tmp_path, decoder.adapters(), settings=LORA, dtype=torch.float32)
    weights = read_weights(base)
    add_adapter(weights, decoder.adapters(), scale=read_scale(tmp_path))
    merged = AutoModelForCausalLM.from_pretrained(base)
    merged.load_state_dict(weights, strict=False)
    for document in draw_documents(20, 33):
        assert (
            abs(loss_by_transformers(merged, document).item() / loss_by_decoder(decoder, [document]).item() - 1) < 1e-4
        )


def weights_of(layers: dict[str, nn.Linear]) -> dict[str, torch.Tensor]:
    return {name: layer.weight.detach() for name, layer in layers.items()}


def test_layers_of_which_only_some_have_a_bias_are_refused() -> None:
    weights = {"a.q_proj": torch.zeros(4, 4), "a.k_proj": torch.zeros(4, 4)}
    with pytest.raises(BurnishError, match=r"only a\.q_proj have a bias"):
        Projection(weights, {"a.q_proj": torch.zeros(4)}, lora=None, seed=1, dtype=torch.float32)


def test_gradients_are_those_of_the_plain_formula() -> None:
    torch.manual_seed(0)
    layers = {"a.q_proj": nn.Linear(12, 8), "a.k_proj": nn.Linear(12, 6), "a.v_proj": nn.Linear(12, 6)}
    biases = {name: layer.bias.detach() for name, layer in layers.items()}
    lora = LoraSettings(r=2, alpha=6, dropout=0.0, targets=("q_proj", "v_proj"))
    part = Projection(weights_of(layers), biases, lora=lora, seed=1, dtype=torch.float32)
    for up in part.up:
        nn.init.normal_(up)
    inputs = torch.randn(7, 12, requires_grad=True)
    weight = torch.randn(7, 20)
    assert part.down is not None
    ours = torch.autograd.grad((part(inputs, adapted=True) * weight).sum(), [inputs, part.down, *part.up])
    downs = part.down.split(2)
    updates = [part.up[0] @ downs[0], torch.zeros(6, 12), part.up[1] @ downs[1]]
    outputs = [
        linear(inputs, layer.weight + 3 * update, layer.bias)
        for layer, update in zip(layers.values(), updates, strict=True)
    ]
    theirs = torch.autograd.grad((torch.cat(outputs, 1) * weight).sum(), [inputs, part.down, *part.up])
    torch.testing.assert_close(ours, theirs)
    assert part.weight.requires_grad is False


def test_bf16_keeps_updates_far_smaller_than_its_own_steps() -> None:
    """Rounded before the sum, these updates (a thousandth of the outputs) would nearly all be lost."""
    torch.manual_seed(0)
    lora = LoraSettings(r=4, alpha=4, dropout=0.0, targets=("q_proj",))
    part = Projection({"q_proj": torch.randn(512, 64)}, {}, lora=lora, seed=1, dtype=torch.bfloat16)
    inputs = torch.randn(256, 64).bfloat16()
    before = part(inputs, adapted=True).float()
    nn.init.normal_(part.up[0], std=0.002)
    assert part.down is not None
    update = inputs.float() @ part.down.T @ part.up[0].T
    assert update.std() < 1e-3 * before.std()
    kept = ((part(inputs, adapted=True).float() - before) * update).sum() / update.square().sum()
    lost = (((before + update).bfloat16().float() - before) * update).sum() / update.square().sum()
    assert 0.9 < kept < 1.1 and lost < 0.5


def test_dropout_changes_training_only() -> None:
    lora = LoraSettings(r=2, alpha=2, dropout=0.5, targets=("q_proj",))
    part = Projection({"q_proj": torch.randn(8, 12)}, {}, lora=lora, seed=1, dtype=torch.float32)
    nn.init.normal_(part.up[0])
    inputs = torch.randn(7, 12)
    torch.manual_seed(0)
    first = part(inputs, adapted=True)
    torch.manual_seed(0)
    assert torch.equal(first, part(inputs, adapted=True))
    assert not torch.equal(first, part(inputs, adapted=True))
    part.eval()
    assert torch.equal(part(inputs, adapted=True), part(inputs, adapted=True))


def test_a_layer_starts_alike_whatever_else_is_adapted() -> None:
    layers = {"x.q_proj": torch.randn(8, 12), "x.v_proj": torch.randn(8, 12)}
    both, one = (
        Projection(
            layers, {}, lora=LoraSettings(r=2, alpha=2, dropout=0.0, targets=targets), seed=4, dtype=torch.float32
        )
        for targets in (("q_proj", "v_proj"), ("v_proj",))
    )
    assert torch.equal(
        both.adapters()["base_model.model.x.v_proj.lora_A.weight"],
        one.adapters()["base_model.model.x.v_proj.lora_A.weight"],
    )


def test_an_adapter_of_another_model_is_refused() -> None:
    adapter = {
        "base_model.model.h.0.q_proj.lora_A.weight": torch.zeros(2, 4),
        "base_model.model.h.0.q_proj.lora_B.weight": torch.zeros(4, 2),
    }
    with pytest.raises(BurnishError, match=r"h\.0\.q_proj\.weight, which the base model doesn't have"):
        add_adapter({"model.q_proj.weight": torch.zeros(4, 4)}, adapter, scale=1.0)
