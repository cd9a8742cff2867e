"""Chats with functions to chats of texts that render the same: rows that training reads like any other.

The functions stand in the system message and each call in its answer, as the model's own template or the stated form of
`tool_prompts` would write them. So a table of rows needs no column for functions, and evaluation and training speak one
form. A template that can't be written so is an error, found by comparing the two texts.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from burnish.calls import Call, read_calls, write_calls
from burnish.chat import Chat, Message
from burnish.errors import BurnishError
from burnish.tool_prompts import Tool, as_openai, form_of, in_tags

MARK = "burnish-system-message"


def fold_tools(messages: Sequence[Message], *, tools: Sequence[Tool], chat: Chat) -> list[dict[str, Any]]:
    """Return `messages` with `tools` written into the system message; their calls are lists of name and arguments.

    Raises:
        BurnishError: the template knows functions but writes them elsewhere.
    """
    form = form_of(tools=tools, chat=chat)
    if form == "plain":
        return [_as_stored(message) for message in messages]
    if form == "tags":
        return [_as_stored(message) for message in in_tags(messages, tools=tools)]
    own = [as_openai(message) for message in messages]
    told = [message for message in own if message["role"] != "system"]
    shown = [{"type": "function", "function": tool} for tool in tools]
    before, _, after = chat.render([{"role": "system", "content": MARK}, *told]).partition(MARK)
    whole = chat.render(own, tools=shown)
    folded = [{"role": "system", "content": whole[len(before) : len(whole) - len(after)]}, *told]
    if chat.render(folded) != whole:
        raise BurnishError(
            "the chat template writes functions elsewhere than in a system message, so rows can't hold them; "
            "leave out the sources of tool use, or take a base model with another template"
        )
    return [_as_stored(message) for message in folded]


def _as_stored(message: Message) -> dict[str, Any]:
    """Return a message as ROW stores it: calls as JSON text, encoded once."""
    calls = message.get("tool_calls")
    stored = json.dumps(calls, ensure_ascii=False) if calls else None
    return {"role": message["role"], "content": message.get("content") or "", "tool_calls": stored}


def read_folded(message: Message) -> tuple[Call, ...]:
    """Return the calls of a folded answer, wherever its form has them."""
    if not message.get("tool_calls"):
        return read_calls(message["content"]).calls
    functions = [call["function"] for call in json.loads(message["tool_calls"])]
    return read_calls(write_calls([_only_call(function) for function in functions])).calls


def _only_call(function: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": function["name"], "arguments": function["arguments"]}
