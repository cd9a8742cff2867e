"""Chats to text and ids: as `transformers` and the serving engine do it, answers marked exactly."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from burnish.chat import Chat
from burnish.errors import BurnishError
from tests.train.tiny import TEMPLATE, byte_tokenizer, write_model

CHATS: list[list[dict[str, Any]]] = [
    [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
    [{"role": "system", "content": "Be terse"}, {"role": "user", "content": "naïve 日本 🙂\n\n"},
     {"role": "assistant", "content": "```py\nx\n```"}, {"role": "user", "content": " again "},
     {"role": "assistant", "content": "\n ok"}],
    [{"role": "user", "content": ""}],
]  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("chat") / "model")


@pytest.mark.parametrize("messages", CHATS, ids=["short", "long", "prompt"])
@pytest.mark.parametrize("prompt", [True, False], ids=["prompt", "whole"])
def test_text_and_ids_are_those_of_transformers(model: Path, messages: list[dict[str, Any]], prompt: bool) -> None:
    chat, theirs = Chat.load(model), AutoTokenizer.from_pretrained(model)
    text = chat.render(messages, add_generation_prompt=prompt)
    assert text == theirs.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt)
    assert chat.encode(text) == theirs(text, add_special_tokens=False)["input_ids"]
    assert chat.decode(chat.encode(text)) == text


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_exactly_the_answers_and_their_end_tokens_are_supervised(texts: list[str]) -> None:
    chat = Chat(template=TEMPLATE, tokenizer=byte_tokenizer(), special={"eos_token": "<|im_end|>"})
    messages = [{"role": role, "content": text} for text in texts for role in ("user", "assistant")]
    ids, supervised = chat.tokens(messages)
    assert chat.decode([i for i, answer in zip(ids, supervised, strict=True) if answer]) == "".join(
        f"{text}<|im_end|>" for text in texts
    )
    assert chat.decode(ids) == chat.render(messages)
    prompt = chat.prompt_ids(messages[:1])
    assert ids[: len(prompt)] == prompt and supervised[: len(prompt) + 1] == [False] * len(prompt) + [True]


def test_tool_calls_reach_the_template_as_objects_encoded_once() -> None:
    calls = "{% for c in m.tool_calls or [] %}{{ c | tojson }}{% endfor %}"
    template = "{% for m in messages %}{{ m.content }}" + calls + "{% endfor %}"
    chat = Chat(template=template, tokenizer=byte_tokenizer(), special={})
    call = '[{"name": "add", "arguments": {"a": 1, "b": "é"}}]'
    text = chat.render(
        [
            {"role": "assistant", "content": None, "tool_calls": call},
            {"role": "user", "content": "x", "tool_calls": None},
        ]
    )
    assert text == '{"name": "add", "arguments": {"a": 1, "b": "é"}}x'


@pytest.mark.parametrize(("template", "complaint"), [
    ("{{ raise_exception('only text, please') }}", "only text, please"),
    ("{% for %}", "isn't valid Jinja"),
    ("{{ messages.__class__.__mro__ }}", "unsafe"),
    ("{{ messages | length }}{% if add_generation_prompt %}!{% endif %}", "changes earlier turns"),
    ("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}", "doesn't end an answer"),
])  # fmt: skip
def test_a_template_that_can_not_be_trained_on_is_refused(template: str, complaint: str) -> None:
    chat = Chat(template=template, tokenizer=byte_tokenizer(), special={"eos_token": "<|im_end|>"})
    with pytest.raises(BurnishError, match=complaint):
        chat.tokens(CHATS[0])


def test_a_folder_without_a_tokenizer_or_template_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="no readable tokenizer"):
        Chat.load(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((model / name).read_bytes())
    with pytest.raises(BurnishError, match="no chat template"):
        Chat.load(tmp_path)


def test_a_template_with_a_date_gives_the_same_text_every_day(model: Path) -> None:
    chat = Chat(template="{{ strftime_now('%Y-%m-%d') }}", tokenizer=byte_tokenizer(), special={})
    assert chat.render([]) == "2026-01-01"
