"""What `table` of an entry of `sources.yaml` says: in which form a table holds chats or pairs, and in which columns.

Reads no table. `table_rows.py` turns rows by it.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from burnish.params import Section

Role = Literal["system", "user", "assistant", "tool"]
Marks = dict[str, Role | None]
Column = Annotated[str, Field(min_length=1)]


class TableMap(Section):
    """What every form may name: the owner's id, the family and the licence of a row, and which values a row must have."""

    id: Column | None = None
    family: Column | None = None
    licence: Column | None = None
    keep: dict[str, tuple[str | bool | int | None, ...]] = Field(default={})

    def columns(self) -> list[str]:
        """Return the columns that rows must have, each once."""
        return list(dict.fromkeys([*self._own(), *filter(None, (self.id, self.family, self.licence)), *self.keep]))

    def _own(self) -> Iterator[str]:
        raise NotImplementedError


class MessagesMap(TableMap):
    """Chats as lists of messages: role and content (OpenAI), or from and value (ShareGPT); JSON text is read too."""

    form: Literal["messages"]
    messages: Column
    system: Column | None = None
    tools: Column | None = None

    def _own(self) -> Iterator[str]:
        yield from filter(None, (self.messages, self.system, self.tools))


class InstructionMap(TableMap):
    """A question in one or more columns, joined by an empty line, and its answer.

    `fence` is the column that names the language of code: it fences the answer and all of the question but its first part.
    """

    form: Literal["instruction"]
    prompt: tuple[Column, ...] = Field(min_length=1)
    answer: Column
    system: Column | None = None
    fence: Column | None = None

    def _own(self) -> Iterator[str]:
        yield from filter(None, (*self.prompt, self.answer, self.system, self.fence))


class CallsMap(TableMap):
    """A question, the calls that answer it and the tools that there are, both as JSON."""

    form: Literal["calls"]
    prompt: Column
    calls: Column
    tools: Column

    def _own(self) -> Iterator[str]:
        yield from (self.prompt, self.calls, self.tools)


class TranscriptMap(TableMap):
    """A whole talk as text, in columns one after the other. `marks` say who speaks behind them; null: nobody.

    `call` is the mark in an answer behind which a call follows.
    """

    form: Literal["transcript"]
    text: tuple[Column, ...] = Field(min_length=1)
    marks: Marks = Field(min_length=1)
    call: str | None = None

    def _own(self) -> Iterator[str]:
        yield from self.text


class PairMap(TableMap):
    """A better and a worse answer: each a text beside `prompt`, or a whole chat of messages or of text with `marks`."""

    form: Literal["pair"]
    chosen: Column
    rejected: Column
    prompt: Column | None = None
    marks: Marks | None = None

    def _own(self) -> Iterator[str]:
        yield from filter(None, (self.chosen, self.rejected, self.prompt))


class ChoiceMap(TableMap):
    """Two answers to `prompt`, and in `better` the number of the better one, 0 or 1."""

    form: Literal["choice"]
    prompt: Column
    answers: tuple[Column, Column]
    better: Column

    def _own(self) -> Iterator[str]:
        yield from (self.prompt, *self.answers, self.better)


AnyMap = Annotated[
    MessagesMap | InstructionMap | CallsMap | TranscriptMap | PairMap | ChoiceMap, Field(discriminator="form")
]
PAIRS = (PairMap, ChoiceMap)
