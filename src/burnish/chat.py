"""Turns chat messages into text, token ids and a mask of the answers, by the model's own chat template and tokenizer.

Needs only `jinja2` and `tokenizers`, so that a data stage can count tokens without loading a model library. Answers are
encoded apart from the prompt before them, as at inference: the prompt's ids never depend on what is answered.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tokenizers import Tokenizer

from burnish.errors import BurnishError

Message = Mapping[str, Any]
TEMPLATE_DATE = datetime(2026, 1, 1)  # for templates that print today's date: the same row gives the same ids every day
TOKEN_NAMES = ("bos_token", "eos_token", "pad_token", "unk_token")


class ChatTokens(NamedTuple):
    """A chat as ids; `supervised` is true on the tokens of answers, their end token included."""

    ids: list[int]
    supervised: list[bool]


class Chat:
    """The chat format of one model: template, tokenizer and stop token."""

    def __init__(self, *, template: str, tokenizer: Tokenizer, special: Mapping[str, str]) -> None:
        """Take a template (Jinja), a tokenizer, and the texts of `eos_token` and the other special tokens."""
        self.template, self.tokenizer, self.special = template, tokenizer, dict(special)

    @classmethod
    def load(cls, directory: Path) -> "Chat":
        """Read `tokenizer.json`, `tokenizer_config.json` and the template of a model's directory."""
        try:
            config = json.loads((directory / "tokenizer_config.json").read_text())
            tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        except (OSError, ValueError) as error:
            raise BurnishError(
                f"{directory} holds no readable tokenizer ({error}); `dvc repro base_model` makes it"
            ) from None
        file = directory / "chat_template.jinja"
        template = file.read_text() if file.is_file() else config.get("chat_template")
        if not isinstance(template, str):
            raise BurnishError(f"{directory} has no chat template; add chat_template.jinja to it")
        special = {name: _token_text(config[name]) for name in TOKEN_NAMES if config.get(name)}
        return cls(template=template, tokenizer=tokenizer, special=special)

    @property
    def end_id(self) -> int:
        """The id of the token that ends an answer."""
        found: int | None = self.tokenizer.token_to_id(self.special["eos_token"])
        if found is None:
            raise BurnishError(f"the tokenizer doesn't know its own end token {self.special['eos_token']!r}")
        return found

    def render(self, messages: Sequence[Message], *, tools: Sequence[Mapping[str, Any]] | None = None,
               add_generation_prompt: bool = False) -> str:  # fmt: skip
        """Return the chat as text; `add_generation_prompt` ends it where the next answer begins."""
        try:
            return self._compiled.render(messages=[_as_template_message(m) for m in messages], tools=tools,
                                         add_generation_prompt=add_generation_prompt, **self.special)  # fmt: skip
        except (TemplateError, TypeError) as error:
            raise BurnishError(f"the chat template can't render these messages: {error}") from None

    def encode(self, text: str) -> list[int]:
        """Return the ids of `text`; names of special tokens in it become those tokens."""
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of `ids`, special tokens included."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=False))

    def prompt_ids(self, messages: Sequence[Message], *, tools: Sequence[Mapping[str, Any]] | None = None) -> list[int]:
        """Return the ids a model sees before it answers `messages`."""
        return self.encode(self.render(messages, tools=tools, add_generation_prompt=True))

    def tokens(self, messages: Sequence[Message], *, tools: Sequence[Mapping[str, Any]] | None = None) -> ChatTokens:
        """Return ids and mask of a whole chat."""
        ids: list[int] = []
        supervised: list[bool] = []
        for text, is_answer in self._segments(messages, tools=tools):
            new = self.encode(text)
            ids += new
            supervised += [is_answer] * len(new)
        return ChatTokens(ids, supervised)

    def _segments(
        self, messages: Sequence[Message], *, tools: Sequence[Mapping[str, Any]] | None
    ) -> Iterator[tuple[str, bool]]:
        """Cut the rendered chat into prompts and answers, in order."""
        whole = self.render(messages, tools=tools)
        done = 0
        for number, message in enumerate(messages):
            if message["role"] != "assistant":
                continue
            prompt = self.render(messages[:number], tools=tools, add_generation_prompt=True)
            turn = self.render(messages[: number + 1], tools=tools)
            if not (turn.startswith(prompt) and whole.startswith(turn)):
                raise BurnishError("the chat template changes earlier turns when later ones come, so answers can't be "
                                   "told from prompts; train on one answer a row, or use another template")  # fmt: skip
            found = turn.rfind(self.special["eos_token"], len(prompt))
            if found < 0:
                raise BurnishError(f"the chat template doesn't end an answer by {self.special['eos_token']!r}")
            end = found + len(self.special["eos_token"])
            yield whole[done : len(prompt)], False
            yield whole[len(prompt) : end], True
            done = end
        if done < len(whole):
            yield whole[done:], False

    @cached_property
    def _compiled(self) -> Template:
        # Settings and helpers of transformers' `apply_chat_template`, so that both render the same text.
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.filters["tojson"] = _to_json
        environment.globals.update(raise_exception=_raise, strftime_now=TEMPLATE_DATE.strftime)
        try:
            return environment.from_string(self.template)
        except TemplateError as error:
            raise BurnishError(f"the chat template isn't valid Jinja: {error}") from None


def _as_template_message(message: Message) -> dict[str, Any]:
    """Return what the template sees: no empty fields, and tool calls, stored as JSON text, as objects: encoded once."""
    shown = {key: value for key, value in message.items() if value is not None}
    if isinstance(shown.get("tool_calls"), str):
        shown["tool_calls"] = json.loads(shown["tool_calls"])
    return {"content": "", **shown}


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None,
             separators: tuple[str, str] | None = None, sort_keys: bool = False) -> str:  # fmt: skip
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)


def _token_text(token: str | Mapping[str, Any]) -> str:
    return token if isinstance(token, str) else str(token["content"])
