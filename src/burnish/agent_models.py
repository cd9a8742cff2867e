"""A served model as what `agent.py` asks: chats with functions to an answer, by an OpenAI-compatible address.

Where the server's template knows functions it is given them and its own reading of calls is taken, arguments decoded
once; else the functions go into the system message in the stated form, as evaluation and training have them. llama.cpp's
server shows its template; one that shows none is taken to know functions.
"""

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from burnish.agent import Ask, Reply
from burnish.calls import Call, Reading, read_calls
from burnish.chat import Message
from burnish.errors import BurnishError
from burnish.tool_prompts import in_tags

MOST_BYTES = 4 * 1024 * 1024
SHOWN_CHARACTERS = 200
PROPERTIES_SECONDS = 10.0


def ask_address(address: str, *, model: str, answer_tokens: int) -> Ask:
    """Return the function that asks the server at `address` (it ends in /v1), in the form that its template takes."""
    knows = knows_tools(address)

    def ask(messages: Sequence[Message], definitions: Sequence[dict[str, Any]], seconds: float) -> Reply:
        body: dict[str, Any] = {"model": model, "max_tokens": answer_tokens, "temperature": 0}
        if knows:
            body["tools"] = [{"type": "function", "function": definition} for definition in definitions]
            body["messages"] = number_calls(messages)
        else:
            body["messages"] = in_tags(messages, tools=definitions)
        data = _fetch("POST", f"{address}/chat/completions", body=body, seconds=seconds)
        try:
            return read_reply(json.loads(data)["choices"][0]["message"])
        except (ValueError, RecursionError, KeyError, IndexError, TypeError, AttributeError):
            shown = data[:SHOWN_CHARACTERS].decode(errors="replace")
            raise BurnishError(
                f"{address}: its response has no choices[0].message with a text: {shown!r}; correct --url"
            ) from None

    return ask


def knows_tools(address: str) -> bool:
    """Say whether the chat template of a server writes functions by itself."""
    try:
        told = json.loads(_fetch("GET", f"{address.removesuffix('/v1')}/props", body=None, seconds=PROPERTIES_SECONDS))
        template = told["chat_template"]
    except (BurnishError, ValueError, KeyError, TypeError):
        return True
    return bool(re.search(r"\btools\b", str(template)))


def number_calls(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return a chat as OpenAI's servers take it: each call with an id and its arguments as text, each result with that id."""
    told: list[dict[str, Any]] = []
    waiting: list[str] = []
    for place, message in enumerate(messages):
        if message["role"] == "tool":
            told.append({**message, "tool_call_id": waiting.pop(0)})
            continue
        calls = message.get("tool_calls") or ()
        waiting = [f"call-{place}-{number}" for number in range(len(calls))]
        shown = [{"id": name, "type": "function",
                  "function": {"name": call["name"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)}}
                 for name, call in zip(waiting, calls, strict=True)]  # fmt: skip
        told.append({**message, "tool_calls": shown} if shown else dict(message))
    return told


def read_reply(message: Mapping[str, Any]) -> Reply:
    """Return a server's message with its calls: those that the server read, or else those in the text."""
    text, made = message.get("content") or "", message.get("tool_calls")
    if not isinstance(text, str):
        raise TypeError(f"content is {type(text).__name__}")
    if not made:
        return Reply(text, read_calls(text))
    calls = [_read_call(call) for call in made]
    if None in calls:
        return Reply(text or json.dumps(made, ensure_ascii=False), Reading("unreadable", ()))
    return Reply(text, Reading("calls", tuple(call for call in calls if call)))


def _read_call(call: Mapping[str, Any]) -> Call | None:
    """Return a call with its arguments decoded once; what is still a text then was encoded twice and is none."""
    function = call.get("function") or {}
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except (ValueError, TypeError, RecursionError):
        return None
    name = function.get("name")
    return Call(name, arguments) if isinstance(name, str) and isinstance(arguments, dict) else None


def _fetch(method: str, place: str, *, body: Mapping[str, Any] | None, seconds: float) -> bytes:
    """Return the body of a response, at most MOST_BYTES and within `seconds`."""
    until = time.monotonic() + seconds
    data = bytearray()
    try:
        with httpx2.Client(timeout=seconds) as client, client.stream(method, place, json=body) as response:
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > MOST_BYTES:
                    raise BurnishError(f"{place}: its response is endless; it was left after {len(data)} bytes")
                if time.monotonic() > until:
                    raise BurnishError(f"{place} gave no whole answer within {seconds:.3g} s; raise --seconds")
    except httpx2.InvalidURL as error:
        raise BurnishError(f"{place} isn't an address ({error}); correct --url") from None
    except httpx2.TimeoutException:
        raise BurnishError(f"{place} gave no whole answer within {seconds:.3g} s; raise --seconds") from None
    except httpx2.HTTPError as error:
        raise BurnishError(f"{place}: the connection failed ({type(error).__name__}: {error})") from None
    if not response.is_success:
        said = " ".join(data[:SHOWN_CHARACTERS].decode(errors="replace").split())
        raise BurnishError(f"{place} answered {response.status_code}: {said}")
    return bytes(data)
