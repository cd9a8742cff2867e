"""One talk with functions, before it becomes a row: definitions, messages, and where its results come from."""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from burnish.calls import Call

LEADS = ("Good morning.", "Quick one before lunch.", "I'm back from the meeting.", "Sorry for asking again.",
         "One more thing for today.", "Thanks, that helped.", "Hi!", "We are nearly done with this.")  # fmt: skip
ROLES = ("You help the developers of a small company.", "You are the assistant of a web shop's team.",
         "Be brief.", "You work inside a terminal.")  # fmt: skip
LEAD_SHARE, ROLE_SHARE = 0.25, 0.1


class Talk(NamedTuple):
    """`kind` is the shape of the talk; `executed`: its results are what the tools really gave."""

    family: str
    kind: str
    tools: Sequence[dict[str, Any]]
    messages: Sequence[dict[str, Any]]
    executed: bool


def ask(question: str, *, random: Random) -> list[dict[str, Any]]:
    """Return the beginning of a talk: now and then a role or a sentence in front that asks for nothing."""
    led = f"{random.choice(LEADS)} {question}" if random.random() < LEAD_SHARE else question
    asked = [{"role": "user", "content": led}]
    return [{"role": "system", "content": random.choice(ROLES)}, *asked] if random.random() < ROLE_SHARE else asked


def say(content: str) -> dict[str, Any]:
    """Return an answer in words."""
    return {"role": "assistant", "content": content}


def make(calls: Sequence[Call]) -> dict[str, Any]:
    """Return an answer that makes calls."""
    made = [{"name": call.name, "arguments": call.arguments} for call in calls]
    return {"role": "assistant", "content": "", "tool_calls": made}


def shuffled(items: Sequence[Any], *, random: Random) -> list[Any]:
    """Return `items` in a drawn order."""
    return random.sample(list(items), len(items))
