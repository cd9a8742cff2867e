"""A tiny Llama with a byte tokenizer and a ChatML template, and a workspace that trains on it in a second."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ruamel.yaml import YAML
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from burnish import shards

TEMPLATE = (
    "{% for message in messages %}"
    "{% if loop.first and message['role'] != 'system' %}<|im_start|>system\nBe brief<|im_end|>\n{% endif %}"
    "<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
DROPPING = TEMPLATE.replace(
    "{{ message['content'] }}",
    "{% if loop.last and message['role'] == 'assistant' %}<think></think>{% endif %}{{ message['content'] }}",
)  # what the last answer begins with isn't in earlier ones
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
SETTINGS: dict[str, Any] = {
    "method": "sft", "parent": "base", "data": "mix/sft", "lora": {"r": 4, "alpha": 8, "dropout": 0.0, "targets": TARGETS},
    "learning_rate": 1e-2, "schedule": "cosine", "warmup_share": 0.2, "weight_decay": 0.0, "clip": 1.0, "epochs": 1,
    "tokens": None, "step_tokens": 400, "sequence_tokens": 256, "checkpoint_steps": 3, "dtype": "float32",
    "adapter_dtype": "float32", "interpolation": 1.0, "device": "cpu", "threads": 1, "distil_skills": [],
}  # fmt: skip
ALONE = {"config": None, "timeout_seconds": 60.0}


def byte_tokenizer() -> Tokenizer:
    """Return a tokenizer with one id a byte, and the special tokens of ChatML."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in ("<|im_start|>", "<|im_end|>")])
    return tokenizer


def write_model(folder: Path, config: Any = None, *, template: str = TEMPLATE) -> Path:
    """Write a random model of `config` (a Llama of two layers where None) with the byte tokenizer."""
    config = config or LlamaConfig(
        vocab_size=258, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, max_position_embeddings=1024, tie_word_embeddings=True,
        initializer_range=0.2,
    )  # fmt: skip
    torch.manual_seed(5)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokens = {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|im_end|>"}
    PreTrainedTokenizerFast(tokenizer_object=byte_tokenizer(), chat_template=template, **tokens).save_pretrained(folder)
    return folder


def row(number: int, *messages: tuple[str, str]) -> dict[str, Any]:
    """Return one row of a mixture."""
    return {
        "id": f"row-{number}",
        "messages": [{"role": role, "content": text, "tool_calls": None} for role, text in messages],
        "modalities": ["text"], "source": "test", "licence": "MIT", "skill": "counting", "family": "count",
        "split": "train", "tokens": 1, "supervised_tokens": 1,
    }  # fmt: skip


def write_mix(folder: Path, rows: list[dict[str, Any]], *, index: list[int] | None = None) -> Path:
    """Write rows and their order as the mixer does."""
    shards.write_rows(folder / "rows", rows, schema=shards.ROW)
    np.save(folder / "index.npy", np.array(range(len(rows)) if index is None else index, dtype=np.int32))
    return folder


def counting_rows(count: int) -> list[dict[str, Any]]:
    """Return small rows of different lengths."""
    answers = [" ".join(map(str, range(n, n + 3 + n % 4))) for n in range(count)]
    return [row(n, ("user", f"Count from {n}" + "!" * (n % 7)), ("assistant", text)) for n, text in enumerate(answers)]


def write_params(folder: Path, *, launch: Mapping[str, Any] = ALONE, **changes: Any) -> None:
    """Write `params.yaml` with the test settings and `changes` to `train.sft`."""
    train = {"sft": {**SETTINGS, **changes}, "tools": {**SETTINGS, "parent": "sft", **changes}}
    with (folder / "params.yaml").open("w") as file:
        YAML().dump(
            {"seed": 3, "train": train, "merge": {"dtype": "float32", "interpolation": 1.0}, "launch": dict(launch)},
            file,
        )
