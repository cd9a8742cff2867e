"""What a GGUF says of its own text: tokens, merges, the way it cuts words, its chat template and special tokens.

Reads the head of the file alone, whoever wrote it. A file that is missing or cut is an error that names it.
"""

from pathlib import Path
from typing import Any, NamedTuple

import gguf
from tokenizers import Tokenizer, models

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.llamacpp import check_file

TOKENS, MERGES, PRE, TEMPLATE = (
    "tokenizer.ggml.tokens", "tokenizer.ggml.merges", "tokenizer.ggml.pre", "tokenizer.chat_template",
)  # fmt: skip
ENDS = {"bos_token": "tokenizer.ggml.bos_token_id", "eos_token": "tokenizer.ggml.eos_token_id"}


class Head(NamedTuple):
    """The vocabulary of a GGUF; `merges` and `pre_tokenizer` are empty where its tokenizer has none."""

    tokens: list[str]
    merges: list[str]
    pre_tokenizer: str
    template: str
    special: dict[str, str]


def read_head(path: Path) -> Head:
    """Read what `path` says of tokens and chats."""
    check_file(path)
    reader = gguf.GGUFReader(path)

    def value(key: str, otherwise: Any) -> Any:
        field = reader.get_field(key)
        return otherwise if field is None else field.contents()

    tokens = [str(token) for token in value(TOKENS, [])]
    if not tokens:
        raise BurnishError(f"{path} holds no tokens, so it isn't a language model's file; name another one")
    numbers = {name: value(key, None) for name, key in ENDS.items()}
    special = {name: tokens[number] for name, number in numbers.items() if number is not None}
    merges = [str(merge) for merge in value(MERGES, [])]
    return Head(tokens, merges, str(value(PRE, "")), str(value(TEMPLATE, "")), special)


def read_chat_format(path: Path) -> Chat:
    """Return the chat format that `path` was made for. It renders; its tokenizer stays in the file."""
    head = read_head(path)
    if not head.template:
        raise BurnishError(
            f"{path} holds no chat template, so it can't be asked; name an instruction-tuned model's file"
        )
    return Chat(template=head.template, tokenizer=Tokenizer(models.BPE()), special=head.special)
