"""What `table` of an entry of `sources.yaml` says: in which form a table holds chats or pairs, and in which columns.

Reads no table. `table_rows.py` turns rows by it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from burnish.params import Section

Role = Literal["system", "user", "assistant", "tool"]
Marks = dict[str, Role | None]
Column = Annotated[str, Field(min_length=1)]
Keep = dict[str, tuple[str | bool | int | None, ...]]


class TableMap(Section):
    """What every form may name: the owner's id, the family and the licence of a row, and which values a row must have."""

    id: Column | None = None
    family: Column | None = None
    licence: Column | None = None
    keep: Keep = Field(default={})

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


class TreeMap(TableMap):
    """A tree of messages: `root` holds the first, its field `replies` a list of those that follow it, and so on.

    One talk is taken of a tree (`table_trees.py`): the lowest number in a message's field `rank` goes first, and
    `keep_messages` says which values the fields of a message must have, or it and all that follows is passed over.
    """

    form: Literal["tree"]
    root: Column
    replies: Column
    rank: Column
    keep_messages: Keep

    def _own(self) -> Iterator[str]:
        yield self.root


class ScoredMap(TableMap):
    """An answer with its score in each row; rows of one `prompt`, next to each other, become a pair (`table_scores.py`).

    The best is better than the worst by `margin` at least. What other columns hold is taken from the best one's row.
    `marks` say who speaks behind them in the prompt; what stands before the first is the user's.
    """

    form: Literal["scored"]
    prompt: Column
    answer: Column
    score: Column
    margin: float = Field(gt=0)
    marks: Marks | None = None

    def _own(self) -> Iterator[str]:
        yield from (self.prompt, self.answer, self.score)


AnyMap = Annotated[
    MessagesMap | InstructionMap | CallsMap | TranscriptMap | PairMap | ChoiceMap | TreeMap | ScoredMap,
    Field(discriminator="form"),
]
PAIRS = (PairMap, ChoiceMap, ScoredMap)


def find_unkept(value: Mapping[str, Any], *, keep: Keep) -> str | None:
    """Return the first column of `keep` whose value isn't one of the wanted, if there is one; 1 isn't true."""
    for column, wanted in keep.items():
        found = value.get(column)
        if not any(found == each and isinstance(found, bool) == isinstance(each, bool) for each in wanted):
            return column
    return None
