"""A Hugging Face `tokenizer.json` (byte-level BPE) as the vocabulary of a GGUF.

llama.cpp cuts text into words by code of its own, chosen by a name; `pre_tokenizer_name` finds the name whose code does
what the file says. A tokenizer without such a name is refused: its ids would differ silently.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import gguf

from burnish.chat import Chat
from burnish.errors import BurnishError

_TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_HEAD = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"
# (regular expression or None for GPT-2's own, digits one by one) -> name in llama.cpp
PRE_TOKENIZERS: dict[tuple[str | None, bool], str] = {
    (None, False): "gpt-2",
    (None, True): "smollm",
    (_HEAD + r"|\p{N}{1,3}" + _TAIL, False): "llama-bpe",
    (_HEAD + r"|\p{N}" + _TAIL, False): "qwen2",
}


class Vocabulary(NamedTuple):
    """What a GGUF holds of a tokenizer."""

    pre_tokenizer: str
    tokens: list[str]
    types: list[int]
    merges: list[str]


def read_vocabulary(directory: Path, *, size: int) -> Vocabulary:
    """Read `tokenizer.json`; ids without a token, up to `size`, become unused places."""
    content = json.loads((directory / "tokenizer.json").read_text())
    model = content["model"]
    if model["type"] != "BPE" or model.get("byte_fallback"):
        raise BurnishError(f"{directory}/tokenizer.json is {model['type']}; only byte-level BPE can be exported")
    texts = {number: text for text, number in model["vocab"].items()}
    types = dict.fromkeys(texts, gguf.TokenType.NORMAL)
    for token in content["added_tokens"]:
        texts[token["id"]] = token["content"]
        types[token["id"]] = gguf.TokenType.CONTROL if token["special"] else gguf.TokenType.USER_DEFINED
    if max(texts) >= size:
        raise BurnishError(f"{directory}: tokenizer.json has id {max(texts)}, but config.json has vocab_size {size}")
    return Vocabulary(
        pre_tokenizer_name(content, directory=directory),
        [texts.get(number, f"[PAD{number}]") for number in range(size)],
        [int(types.get(number, gguf.TokenType.UNUSED)) for number in range(size)],
        [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]],
    )


def pre_tokenizer_name(tokenizer: Mapping[str, Any], *, directory: Path) -> str:
    """Return llama.cpp's name of the way this tokenizer cuts text into words."""
    outer = tokenizer["pre_tokenizer"] or {}
    steps = outer.get("pretokenizers", [outer])
    pattern: str | None = None
    digits = known = False
    for step in steps:
        if step.get("type") == "Digits" and step["individual_digits"]:
            digits = True
        elif step.get("type") == "Split" and step["behavior"] == "Isolated" and not step["invert"]:
            pattern = step["pattern"].get("Regex")
        elif step.get("type") == "ByteLevel" and not step["add_prefix_space"]:
            known = step["use_regex"] == (pattern is None)
        else:
            known = False
            break
    name = PRE_TOKENIZERS.get((pattern, digits)) if known else None
    if name is None:
        problem = f"llama.cpp has no code for the pre-tokenizer {json.dumps(outer)}"
        raise BurnishError(f"{directory}/tokenizer.json: {problem}; known: {', '.join(PRE_TOKENIZERS.values())}")
    return name


def add_vocabulary(writer: Any, directory: Path, *, size: int) -> Vocabulary:
    """Write tokens, merges, chat template and stop tokens: those that training used (`burnish.chat`)."""
    vocabulary, chat = read_vocabulary(directory, size=size), Chat.load(directory)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary.pre_tokenizer)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.types)
    writer.add_token_merges(vocabulary.merges)
    for name, add in (("bos_token", writer.add_bos_token_id), ("unk_token", writer.add_unk_token_id),
                      ("pad_token", writer.add_pad_token_id)):  # fmt: skip
        if name in chat.special:
            add(chat.tokenizer.token_to_id(chat.special[name]))
    # Without an end of turn of its own, llama.cpp takes the first token that looks like one, such as <|endoftext|>.
    writer.add_eos_token_id(chat.end_id)
    writer.add_eot_token_id(chat.end_id)
    # Chats are rendered with their own beginning; a second one would shift every position.
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(chat.template)
    return vocabulary
