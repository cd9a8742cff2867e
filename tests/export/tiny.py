"""A language model of 200,000 weights with a byte-level tokenizer of its own, made from a configuration in a second."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForCausalLM

from burnish.export.chats import draw_chats
from burnish.gguf_files import write_gguf

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<file_sep>"]
TEMPLATE = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\nYou are a tiny assistant<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
PLACES = 640  # more than the tokenizer has tokens, so some are unused
SHAPE = {
    "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4, "head_dim": 16,
    "num_key_value_heads": 2, "max_position_embeddings": 2048, "vocab_size": PLACES, "initializer_range": 0.3,
    "rms_norm_eps": 1e-5, "tie_word_embeddings": True, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2,
}  # fmt: skip


def make_tokenizer(directory: Path) -> None:
    """Train a tokenizer on the check's own chats, cutting words as SmolLM does."""
    tokenizer = Tokenizer(models.BPE())
    bytes_step = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), bytes_step])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    texts = [message["content"] for case in draw_chats(0, count=40) for message in case.messages]
    tokenizer.train_from_iterator([text for text in texts if "<|" not in text], trainer)
    tokenizer.save(str(directory / "tokenizer.json"))
    special = {"bos_token": SPECIAL[1], "eos_token": SPECIAL[2], "pad_token": SPECIAL[2], "unk_token": SPECIAL[0]}
    config = {**special, "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    (directory / "tokenizer_config.json").write_text(json.dumps(config))
    (directory / "chat_template.jinja").write_text(TEMPLATE)


def make_model(directory: Path, *, kind: str = "llama", seed: int = 0, **changes: Any) -> Path:
    """Write a model with random weights, the same for the same seed."""
    directory.mkdir(parents=True)
    torch.manual_seed(seed)
    config = AutoConfig.for_model(kind, **{**SHAPE, **changes})
    AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(directory)
    make_tokenizer(directory)
    return directory


def export(model: Path, out: Path, *formats: str) -> Path:
    """Write files of `model` into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for name in formats:
        write_gguf(out / f"{name}.gguf", model=model, format_name=name, title="Tiny", licence="apache-2.0")
    return out


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama."""
    return make_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture(scope="session")
def tiny_gguf(tiny: Path) -> Path:
    """Its files in all formats."""
    return export(tiny, tiny.parent / "gguf", "f16", "Q8_0", "Q4_K_M")
