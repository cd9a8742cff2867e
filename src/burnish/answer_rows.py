"""Answers as rows of their tables: what was said, how it was asked, and by which code it was read."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import burnish
from burnish.answer_tables import ASKED
from burnish.chat import Chat
from burnish.codehash import digest_module
from burnish.openvino_sampler import END_TOKENS
from burnish.sampling import Answer, Sampled
from burnish.seeds import fingerprint


def answer_row(answer: Answer, sampled: Sampled, *, chat: Chat) -> dict[str, Any]:
    """Return an answer as a row of the table ANSWER."""
    row = answer._asdict()
    return {
        "index": row.pop("turn"), **row, "model": sampled.model, "settings": sampled.settings, **describe_asking(chat)
    }  # fmt: skip


def describe_asking(chat: Chat) -> dict[str, Any]:
    """Return the columns ASKED of every answer that is asked by `chat`."""
    ends = {chat.special["eos_token"], *(name for name in END_TOKENS if chat.tokenizer.token_to_id(name) is not None)}
    return {"chat_template": fingerprint(chat.template), "stop": sorted(ends)}


def describe_reading(row: Mapping[str, Any], *, reader: str) -> dict[str, Any]:
    """Return the columns READ of the verdict on the answer `row`, which the module `reader` of the package reads."""
    return {**{name: row[name] for name in ASKED}, "extractor": digest_reader(reader)}


@cache
def digest_reader(name: str) -> str:
    """Return the digest of a module of the package, with its imports."""
    return digest_module(f"burnish.{name}", root=Path(burnish.__file__).parent.parent)
