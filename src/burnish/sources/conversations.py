"""Chats as open sets write them, read into turns: lists of messages of OpenAI's or ShareGPT's form, or text with marks.

A talk that no model could learn from is a fault: unknown roles, an order that no template renders, no answer at its end.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from burnish.sources.table_maps import Marks, Role
from burnish.sources.tool_calls import (
    Call,
    CallsAs,
    check_calls,
    read_calls,
    read_json,
    read_quoted,
    take_blocks,
    write_column,
    write_text,
)
from burnish.table_files import Fault

ROLES = {
    "system": "system", "developer": "system", "user": "user", "human": "user", "prompter": "user",
    "assistant": "assistant", "gpt": "assistant", "bot": "assistant", "model": "assistant", "function_call": "assistant",
    "tool": "tool", "function": "tool", "observation": "tool", "ipython": "tool",
}  # fmt: skip
CALLING = "function_call"
RESULT = "<tool_response>"


class Turn(NamedTuple):
    """One message."""

    role: str
    content: str
    calls: tuple[Call, ...] = ()


Message = dict[str, str | None]


def read_turns(value: Any, *, column: str) -> list[Turn]:
    """Return the turns of a list of messages, or of the JSON text of one."""
    found = read_json(value, column=column) if isinstance(value, str) else value
    if not isinstance(found, list) or not found:
        raise Fault(column, f"holds {'an empty list' if found == [] else type(found).__name__}, not a list of messages")
    return [read_turn(message, column=f"{column}[{number}]") for number, message in enumerate(found)]


def read_turn(message: Any, *, column: str) -> Turn:
    """Return one message of OpenAI's, ShareGPT's or OpenAssistant's form."""
    if not isinstance(message, Mapping):
        raise Fault(column, f"is {type(message).__name__}, not a message")
    said = message.get("role", message.get("from"))
    role = ROLES.get(str(said).lower())
    if role is None:
        raise Fault(column, f"is by {said!r}; known: {', '.join(ROLES)}")
    content = next((message[name] for name in ("content", "value", "text") if name in message), None)
    if said == CALLING:
        return Turn(role, "", tuple(read_calls(content, column=column)))
    text = read_content(content, column=column)
    calls = read_calls(message["tool_calls"], column=column) if message.get("tool_calls") else []
    if role == "assistant" and not calls:
        text, calls = take_blocks(text, column=column)
    return Turn(role, text, tuple(calls))


def read_content(value: Any, *, column: str) -> str:
    """Return a message's text: text itself, nothing, or OpenAI's list of parts if all of these are text."""
    if isinstance(value, list):
        for part in value:
            if not isinstance(part, Mapping) or part.get("type") != "text":
                kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
                raise Fault(column, f"holds {kind}; only text is taken")
        return "\n".join(read_text(part.get("text"), column=column) for part in value)
    return "" if value is None else read_text(value, column=column)


def read_text(value: Any, *, column: str) -> str:
    """Return `value` if it is a text."""
    if not isinstance(value, str):
        raise Fault(column, f"holds {value if isinstance(value, float) else type(value).__name__}, not a text")
    return value


def cut_transcript(text: str, *, marks: Marks, call: str | None, column: str, first: Role | None = None) -> list[Turn]:
    """Return the turns of a talk in one text: each mark says who speaks behind it, up to the next one.

    Before the first mark `first` speaks; nobody may if it is None.
    """
    either = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    pieces = re.split(f"({either})", text)
    before_all = pieces[0].strip()
    if before_all and first is None:
        raise Fault(column, f"begins with none of its marks: {before_all[:40]!r}")
    turns = [Turn(first, before_all)] if before_all and first else []
    for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        role, content = marks[mark], piece.strip()
        if role is None and content:
            raise Fault(column, f"has text behind the mark {mark!r}, where nobody speaks: {content[:40]!r}")
        if role is not None:
            before, _, called = content.partition(call) if call else (content, "", "")
            calls = (read_quoted(called, column=column),) if called.strip() else ()
            turns.append(Turn(role, before.strip(), calls))
    return turns


def with_system(turns: Sequence[Turn], *, texts: Sequence[str]) -> list[Turn]:
    """Return a talk whose system message holds `texts` before its own; nothing is added for empty texts."""
    own = [turns[0].content] if turns and turns[0].role == "system" else []
    said = "\n\n".join(filter(None, [*texts, *own]))
    rest = list(turns[1:] if own else turns)
    return [Turn("system", said), *rest] if said else rest


def check_talk(turns: Sequence[Turn], *, column: str) -> None:
    """Raise unless a model can learn from the talk: the rules of the table `row` on messages."""
    for number, turn in enumerate(turns):
        place = f"{column}[{number}]"
        if turn.role == "system" and number:
            raise Fault(place, "is a system message behind others")
        if turn.role == "tool" and not (number and (turns[number - 1].calls or turns[number - 1].role == "tool")):
            raise Fault(place, "is a tool's result without a call before it")
        if not (turn.content.strip() or turn.calls or turn.role == "tool"):
            raise Fault(place, "says nothing")
        if turn.calls and turn.role != "assistant":
            raise Fault(place, f"is a tool call by {turn.role}")
    if not turns or turns[-1].role != "assistant":
        raise Fault(column, "doesn't end with an answer")
    if all(turn.role in ("system", "assistant") for turn in turns):
        raise Fault(column, "asks nothing")
    calls = [call for turn in turns for call in turn.calls]
    if calls:
        check_calls(calls, results=[turn.content for turn in turns if turn.role == "tool"], column=column)


def to_messages(turns: Sequence[Turn], *, calls_as: CallsAs, column: str) -> list[Message]:
    """Return the turns as messages of ROW. As text, calls and results are what Hermes' template makes of them."""
    if calls_as == "column":
        return [{"role": turn.role, "content": turn.content,
                 "tool_calls": write_column(turn.calls, column=column) if turn.calls else None} for turn in turns]  # fmt: skip
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        content = write_text(turn.content, turn.calls, column=column) if turn.calls else turn.content
        if turn.role != "tool":
            messages.append({"role": turn.role, "content": content, "tool_calls": None})
            continue
        result = content if RESULT in content else f"{RESULT}\n{content}\n</tool_response>"
        if number and turns[number - 1].role == "tool":
            messages[-1]["content"] = f"{messages[-1]['content']}\n{result}"
        else:
            messages.append({"role": "user", "content": result, "tool_calls": None})
    return messages
