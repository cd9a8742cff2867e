"""Tools that a model may call: their definitions for prompts, and calls to texts, bounded in time and length.

A call that can't be made, fails, hangs or floods gives a text that says so; nothing that a model writes raises here.
`developer_tools` has some.
"""

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from burnish.calls import Call
from burnish.errors import BurnishError
from burnish.tool_schemas import check_definitions, find_fault

CALL_SECONDS = 30.0  # longer than any bound of a tool of ours: this one is for tools of others
MOST_CHARS = 4_000


class ToolError(Exception):
    """A tool can't do what a call asks; the message is for the model."""


class Tool(NamedTuple):
    """One function: what a model is told, and what is done. `act` returns a text or raises `ToolError`."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    act: Callable[..., str]

    @property
    def definition(self) -> dict[str, Any]:
        """What a prompt says of it."""
        return {"name": self.name, "description": self.description, "parameters": dict(self.parameters)}


class Outcome(NamedTuple):
    """What came of a call: `done`, `refused` before it ran, `failed`, or `timeout`; `cut` where the text was too long."""

    status: str
    text: str
    cut: bool


class Toolbox:
    """Some tools, and the bounds of each call."""

    def __init__(self, tools: Sequence[Tool], *, seconds: float = CALL_SECONDS, most_chars: int = MOST_CHARS) -> None:
        """Take tools whose definitions are sound and whose names differ."""
        self.definitions = [tool.definition for tool in tools]
        check_definitions(self.definitions)
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) < len(tools):
            raise BurnishError("two tools have one name; give each its own")
        self._seconds, self._most_chars = seconds, most_chars

    def call(self, call: Call, *, most_seconds: float = CALL_SECONDS) -> Outcome:
        """Make one call and return what came of it, after `most_seconds` at the latest."""
        if fault := find_fault(call, tools=self.definitions):
            return Outcome("refused", f"error: {fault}", cut=False)
        seconds = min(self._seconds, most_seconds)
        answers: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        # A thread that hangs can't be ended; it is left behind and ends with the process.
        threading.Thread(target=lambda: answers.put(self._act(call)), daemon=True, name=f"tool {call.name}").start()
        try:
            return answers.get(timeout=seconds)
        except queue.Empty:
            return Outcome("timeout", f"error: {call.name} gave no answer within {seconds:.3g} s", cut=False)

    def _act(self, call: Call) -> Outcome:
        try:
            text, status = self._tools[call.name].act(**call.arguments), "done"
        except ToolError as error:
            text, status = f"error: {error}", "failed"
        except BurnishError as error:
            text, status = f"error: {call.name} can't run here: {error}", "failed"
        except Exception as error:  # one broken tool must not end the talk
            text, status = f"error: {call.name} failed ({type(error).__name__})", "failed"
        return Outcome(status, cut_text(text, most=self._most_chars), cut=len(text) > self._most_chars)


def cut_text(text: str, *, most: int) -> str:
    """Return `text`, or its beginning and how much is missing."""
    return text if len(text) <= most else f"{text[:most]}\n[{len(text) - most} more characters were left out]"


def parameters(*optional: str, **told: tuple[str, str]) -> dict[str, Any]:
    """Return the JSON Schema of arguments given as (type, description); those in `optional` may be left out."""
    properties = {name: {"type": kind, "description": text} for name, (kind, text) in told.items()}
    return {"type": "object", "properties": properties, "required": [name for name in told if name not in optional]}
