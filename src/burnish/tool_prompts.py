"""Chats with functions to the text that a model sees: by its own template, or in the stated form where it knows none.

The stated form, for templates that ignore `tools`: the system message lists the functions as JSON and asks for calls as
`calls.py` reads them; results come back as a user's message between `<tool_response>` tags.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from burnish.calls import CLOSE, OPEN, write_calls
from burnish.chat import Chat, Message

INTRODUCTION = "You can call the functions below, one JSON object each."
REQUEST = (
    "To call functions, answer only with a JSON list of calls between tags, in this form:\n"
    f'{OPEN}[{{"name": "function", "arguments": {{"argument": "value"}}}}]{CLOSE}\n'
    "If no function fits the question, or a value that it needs is missing, answer in words without a call."
)

Tool = Mapping[str, Any]
Form = Literal["template", "tags", "plain"]


def form_of(*, tools: Sequence[Tool], chat: Chat) -> Form:
    """Return how `tools` are shown: by the template, in the stated form, or not at all."""
    if not tools:
        return "plain"
    return "template" if re.search(r"\btools\b", chat.template) else "tags"


def render_with_tools(messages: Sequence[Message], *, tools: Sequence[Tool], chat: Chat) -> str:
    """Return the chat as text that ends where the answer begins. Calls in messages are lists of name and arguments."""
    form = form_of(tools=tools, chat=chat)
    if form == "tags":
        return chat.render(in_tags(messages, tools=tools), add_generation_prompt=True)
    shown = [{"type": "function", "function": tool} for tool in tools] if tools else None
    return chat.render([as_openai(message) for message in messages], tools=shown, add_generation_prompt=True)


def in_tags(messages: Sequence[Message], *, tools: Sequence[Tool]) -> list[Message]:
    """Return the chat in the stated form, as texts alone: what any template can render."""
    listed = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools)
    system = f"{INTRODUCTION}\n<tools>\n{listed}\n</tools>\n{REQUEST}"
    if messages[0]["role"] == "system":
        system, messages = f"{messages[0]['content'].strip()}\n\n{system}", messages[1:]
    return [{"role": "system", "content": system}, *map(_as_text, messages)]


def _as_text(message: Message) -> Message:
    if message["role"] == "tool":
        return {"role": "user", "content": f"<tool_response>\n{message['content']}\n</tool_response>"}
    if message.get("tool_calls"):
        return {"role": "assistant", "content": write_calls(list(message["tool_calls"]))}
    return message


def as_openai(message: Message) -> Message:
    """Return a message with its calls in OpenAI's form, their arguments an object."""
    if not message.get("tool_calls"):
        return message
    return {**message, "tool_calls": [{"type": "function", "function": call} for call in message["tool_calls"]]}
