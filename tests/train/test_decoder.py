"""The decoder computes what `transformers` computes, packed or not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.train.tiny import TARGETS
from transformers import AutoModelForCausalLM, GemmaConfig, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

from burnish.errors import BurnishError
from burnish.train import attention
from burnish.train.architecture import parse_architecture
from burnish.train.decoder import Decoder
from burnish.train.lora import LoraSettings
from burnish.train.loss import answer_loss
from burnish.train.packing import Document, pack

SIZES = {
    "vocab_size": 97, "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 256,
}  # fmt: skip
CONFIGS = {
    "llama": LlamaConfig(**SIZES, tie_word_embeddings=True),
    "llama_untied": LlamaConfig(**SIZES, tie_word_embeddings=False),
    "mistral": MistralConfig(**SIZES, sliding_window=None, tie_word_embeddings=False),
    "qwen2": Qwen2Config(**SIZES, tie_word_embeddings=True),
    "qwen3": Qwen3Config(**SIZES, tie_word_embeddings=True),
    "llama3": LlamaConfig(
        **SIZES,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 1000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 64,
        },
    ),
    "linear": LlamaConfig(**SIZES, rope_parameters={"rope_type": "linear", "rope_theta": 1000.0, "factor": 4.0}),
}


def draw(config: Any) -> Any:
    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    for parameter in model.parameters():  # biases and norms start at 0 and 1: wrong use of them would not show
        parameter.data.add_(0.05 * torch.randn_like(parameter))
    return model


def decoder_of(model: Any, *, lora: LoraSettings | None = None, dtype: torch.dtype = torch.float32) -> Decoder:
    """Return the decoder with the weights of a model of `transformers`."""
    return Decoder(model.state_dict(), parse_architecture(model.config.to_dict()), lora=lora, seed=0, dtype=dtype)


def draw_documents(*lengths: int, shared: int = 0) -> list[Document]:
    """Draw documents whose last two thirds are answers; the first `shared` tokens are the same in all."""
    rng = np.random.default_rng(2)
    documents = [Document(rng.integers(0, 97, n).astype(np.int32), np.arange(n) >= n // 3) for n in lengths]
    for document in documents:
        document.ids[:shared] = documents[0].ids[:shared]
    return documents


def loss_by_transformers(model: Any, document: Document) -> torch.Tensor:
    ids = torch.from_numpy(document.ids.astype(np.int64))
    labels = torch.where(torch.from_numpy(document.supervised), ids, -100)
    logits = model(ids[None]).logits[0].float()
    return torch.nn.functional.cross_entropy(logits[:-1], labels[1:], ignore_index=-100, reduction="sum")


def loss_by_decoder(decoder: Decoder, documents: list[Document]) -> torch.Tensor:
    packed = pack(documents)
    return answer_loss(decoder.answer_states(packed), head=decoder.head, labels=torch.from_numpy(packed.labels))


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize(("shared", "lengths"), [
    (0, (9, 10, 11, 30, 31, 5)),
    (14, (60, 62, 64, 90, 45)), (14, (60, 62, 64, 90, 45, 30, 40)),
], ids=["apart", "prefix", "prefix and others"])  # fmt: skip
def test_packed_documents_have_the_loss_and_gradients_that_transformers_gives_each_alone(
    name: str, shared: int, lengths: tuple[int, ...]
) -> None:
    model = draw(CONFIGS[name])
    documents = draw_documents(*lengths, shared=shared)
    documents[5:] = [Document(document.ids[::-1].copy(), document.supervised) for document in documents[5:]]
    assert pack(documents).prefix == shared
    decoder = decoder_of(model)
    loss = loss_by_decoder(decoder, documents)
    loss.backward()
    expected = torch.stack([loss_by_transformers(model, document) for document in documents]).sum()
    expected.backward()
    assert abs(loss.item() - expected.item()) < 1e-5 * expected.item()
    theirs = {name: parameter.grad for name, parameter in model.named_parameters()}
    ours = gradients_by_name(decoder)
    assert set(ours) == set(theirs)
    for key, gradient in ours.items():
        torch.testing.assert_close(
            gradient, theirs[key], rtol=2e-3, atol=2e-4, msg=lambda text, key=key: f"{key}: {text}"
        )


def gradients_by_name(decoder: Decoder) -> dict[str, torch.Tensor]:
    """Return the gradients under the names of `transformers`, by way of the export of weights."""
    for parameter in decoder.parameters():
        assert parameter.grad is not None
        parameter.data = parameter.grad
    return decoder.weights()


def test_a_document_does_not_feel_its_neighbours() -> None:
    decoder = decoder_of(draw(CONFIGS["llama"]))
    first, second, other = draw_documents(12, 20, 20)
    states = decoder.answer_states(pack([first, second]))
    changed = decoder.answer_states(pack([first, Document(other.ids[::-1].copy(), other.supervised)]))
    kept = int(first.supervised[1:].sum())
    assert torch.equal(states[:kept], changed[:kept])
    assert not torch.equal(states[kept:], changed[kept:])


@pytest.mark.parametrize("prefix", [0, 5])
def test_the_fused_kernels_of_other_devices_give_the_same_attention_and_gradient(prefix: int) -> None:
    heads = attention.Heads(4, 2, 8)
    lengths = (6, 6, 20, 31)
    total = prefix + sum(lengths)
    torch.manual_seed(0)
    qkv = torch.randn(total, 64, requires_grad=True)
    angles = torch.randn(total, 4)
    stacks = attention.stack_documents(lengths, prefix=prefix, sharing=3 if prefix else 0, heads=heads, like=qkv)
    assert [stack.documents for stack in stacks] == [1, 2, 1, 1][prefix == 0 :]
    assert [stack.prefix for stack in stacks[-2:]] == [prefix, 0]
    layout = attention.Layout(stacks, angles.cos(), angles.sin())
    weight = torch.randn(total, 32)
    results = []
    for function in (attention.attend, attention.attend_by_kernel):
        out = function(qkv, layout=layout, heads=heads)
        results.append((out, *torch.autograd.grad((out * weight).sum(), qkv)))
    torch.testing.assert_close(results[0], results[1], rtol=1e-4, atol=1e-5)


def test_documents_of_nearly_equal_length_share_a_padded_stack() -> None:
    heads = attention.Heads(2, 1, 4)
    (stack,) = attention.stack_documents((18, 19, 20), prefix=0, sharing=0, heads=heads, like=torch.zeros(1))
    assert (stack.documents, stack.length) == (3, 20)
    assert stack.rows is not None and stack.rows.tolist() == [*range(18), *range(20, 39), *range(40, 60)]


def test_bf16_stays_near_fp32() -> None:
    model = draw(CONFIGS["llama"])
    documents = draw_documents(40, 41, 60)
    exact, short = (loss_by_decoder(decoder_of(model, dtype=dtype), documents).item()
                    for dtype in (torch.float32, torch.bfloat16))  # fmt: skip
    assert abs(exact - short) < 0.01 * exact


def test_the_loss_is_the_same_in_any_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = decoder_of(draw(CONFIGS["llama"]))
    documents = draw_documents(40, 41)
    whole = loss_by_decoder(decoder, documents).item()
    monkeypatch.setattr("burnish.train.loss.CHUNK", 7)
    assert abs(loss_by_decoder(decoder, documents).item() - whole) < 1e-5 * whole


@pytest.mark.parametrize(("config", "complaint"), [
    (GemmaConfig(**SIZES), "'gemma' can't be trained"),
    (LlamaConfig(**SIZES, hidden_act="gelu"), "'gelu'; only silu"),
    (MistralConfig(**SIZES, sliding_window=64), "sliding window"),
    (Qwen2Config(**SIZES, use_sliding_window=True, sliding_window=64, max_window_layers=1), "sliding window"),
    (LlamaConfig(**SIZES, rope_parameters={"rope_type": "dynamic", "rope_theta": 1e4, "factor": 2.0}), "'dynamic'"),
])  # fmt: skip
def test_models_that_would_be_computed_wrongly_are_refused(config: Any, complaint: str) -> None:
    with pytest.raises(BurnishError, match=complaint):
        parse_architecture(config.to_dict())


def test_an_unknown_lora_target_is_named() -> None:
    lora = LoraSettings(r=2, alpha=4, dropout=0.0, targets=(*TARGETS, "c_attn"))
    with pytest.raises(BurnishError, match=r"c_attn is no layer .* q_proj"):
        decoder_of(draw(CONFIGS["llama"]), lora=lora)


def test_base_fixture_is_a_model_that_transformers_loads(base: Path) -> None:
    assert AutoModelForCausalLM.from_pretrained(base).config.num_hidden_layers == 2
