"""A model that may call tools until it answers: turns of asking, calling and telling, bounded in steps, calls and time.

The model is any function from a chat and definitions to an answer; `agent_models` makes one of a server. What went on
is returned as a transcript, whatever ended it.
"""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from burnish.calls import Call, Reading
from burnish.chat import Message
from burnish.errors import BurnishError
from burnish.table_checks import is_cyclic
from burnish.toolbox import Outcome, Toolbox

UNREADABLE = (
    "error: that call can't be read; write the name and the arguments as one JSON object each, "
    "the arguments as an object and not as a text"
)
TOO_MANY = "error: at most {most} calls in one answer; this one wasn't made"
MOST_UNREADABLE = 2

End = Literal["answered", "steps", "seconds", "cycle", "unreadable", "empty", "failed"]
Ask = Callable[[Sequence[Message], Sequence[dict[str, Any]], float], "Reply"]


class Reply(NamedTuple):
    """What a model said: its text, and its calls as they were read."""

    text: str
    reading: Reading


class Bounds(NamedTuple):
    """Most answers of the model, most calls in one answer, most seconds of everything."""

    steps: int
    calls_per_step: int
    seconds: float


class Turn(NamedTuple):
    """One call, what came of it, and how long it took."""

    call: Call
    outcome: Outcome
    seconds: float


class Transcript(NamedTuple):
    """Everything that was said and done; `end` says why it ended, `error` why the model couldn't be asked."""

    messages: list[dict[str, Any]]
    turns: list[Turn]
    end: End
    error: str = ""

    @property
    def answer(self) -> str:
        """The last words of the model, if it had any."""
        return str(self.messages[-1]["content"]) if self.end == "answered" else ""

    def as_json(self) -> str:
        """Return it as JSON text."""
        turns = [{"name": turn.call.name, "arguments": turn.call.arguments, "status": turn.outcome.status,
                  "result": turn.outcome.text, "cut": turn.outcome.cut, "seconds": round(turn.seconds, 3)}
                 for turn in self.turns]  # fmt: skip
        told = {"end": self.end, "error": self.error, "answer": self.answer, "messages": self.messages, "turns": turns}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def run_agent(ask: Ask, *, toolbox: Toolbox, messages: Sequence[Message], bounds: Bounds) -> Transcript:
    """Let a model answer `messages`, with calls in between."""
    until = time.monotonic() + bounds.seconds
    said: list[dict[str, Any]] = [dict(message) for message in messages]
    turns: list[Turn] = []
    unreadable = 0
    for _ in range(bounds.steps):
        left = until - time.monotonic()
        if left <= 0:
            return Transcript(said, turns, "seconds")
        try:
            reply = ask(said, toolbox.definitions, left)
        except BurnishError as error:
            return Transcript(said, turns, "failed", str(error))
        outcome = reply.reading.outcome
        if outcome in ("none", "empty"):
            said.append({"role": "assistant", "content": reply.text})
            return Transcript(said, turns, "answered" if outcome == "none" else "empty")
        if outcome == "unreadable":
            unreadable += 1
            said.append({"role": "assistant", "content": reply.text})
            if unreadable == MOST_UNREADABLE:
                return Transcript(said, turns, "unreadable")
            said.append({"role": "user", "content": UNREADABLE})
            continue
        calls = list(reply.reading.calls)
        said.append({"role": "assistant", "content": "", "tool_calls": [call._asdict() for call in calls]})
        for number, call in enumerate(calls):
            turn = _make(call, toolbox=toolbox, allowed=number < bounds.calls_per_step, bounds=bounds, until=until)
            turns.append(turn)
            said.append({"role": "tool", "content": turn.outcome.text})
            if time.monotonic() > until:
                return Transcript(said, turns, "seconds")
        if is_cyclic([turn.call._asdict() for turn in turns], results=[turn.outcome.text for turn in turns]):
            return Transcript(said, turns, "cycle")
    return Transcript(said, turns, "steps")


def _make(call: Call, *, toolbox: Toolbox, allowed: bool, bounds: Bounds, until: float) -> Turn:
    started = time.monotonic()
    refused = Outcome("refused", TOO_MANY.format(most=bounds.calls_per_step), cut=False)
    outcome = toolbox.call(call, most_seconds=max(0.0, until - started)) if allowed else refused
    return Turn(call, outcome, time.monotonic() - started)
