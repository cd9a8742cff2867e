"""A row of an open set, in one of the forms of `table_maps.py`, to the talk that it holds: a question and its answers.

Takes texts as they are; `table_rows.py` cleans them and makes rows.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from burnish.fences import fence
from burnish.sources.conversations import (
    Turn,
    check_talk,
    cut_transcript,
    read_content,
    read_text,
    read_turns,
    with_system,
)
from burnish.sources.table_files import Fault
from burnish.sources.table_maps import (
    AnyMap,
    CallsMap,
    ChoiceMap,
    InstructionMap,
    MessagesMap,
    PairMap,
    TranscriptMap,
)
from burnish.sources.tool_calls import introduce, read_calls


class Talk(NamedTuple):
    """What a row holds: a question as turns, and one answer to it, or two of which the first is the better one."""

    question: list[Turn]
    answers: tuple[Turn, ...]


def read_talk(value: Mapping[str, Any], *, table: AnyMap) -> Talk:
    """Return the question and the answers of a row in the form that `table` says."""
    if isinstance(table, PairMap | ChoiceMap):
        return _read_pair(value, table=table)
    column = table.columns()[0]
    match table:
        case MessagesMap():
            texts = [introduce(value[table.tools], column=table.tools)] if table.tools else []
            texts += [read_content(value[table.system], column=table.system)] if table.system else []
            turns = with_system(read_turns(value[table.messages], column=table.messages), texts=texts)
        case InstructionMap():
            turns = _read_instruction(value, table=table)
        case CallsMap():
            calls = tuple(read_calls(value[table.calls], column=table.calls))
            asked = Turn("user", read_text(value[table.prompt], column=table.prompt))
            turns = with_system([asked, Turn("assistant", "", calls)],
                                texts=[introduce(value[table.tools], column=table.tools)])  # fmt: skip
        case TranscriptMap():
            text = "\n".join(read_content(value[name], column=name) for name in table.text)
            turns = cut_transcript(text, marks=table.marks, call=table.call, column=column)
    check_talk(turns, column=column)
    return Talk(turns[:-1], (turns[-1],))


def _read_instruction(value: Mapping[str, Any], *, table: InstructionMap) -> list[Turn]:
    parts = [read_content(value[name], column=name) for name in table.prompt]
    answer = read_text(value[table.answer], column=table.answer)
    if table.fence:
        language = read_text(value[table.fence], column=table.fence).lower()
        parts = [part if number == 0 or not part.strip() else fence(part, language=language)
                 for number, part in enumerate(parts)]  # fmt: skip
        answer = fence(answer, language=language) if answer.strip() else ""
    system = read_content(value[table.system], column=table.system) if table.system else ""
    asked = "\n\n".join(part for part in parts if part.strip())
    return with_system([Turn("user", asked), Turn("assistant", answer)], texts=[system])


def _read_pair(value: Mapping[str, Any], *, table: PairMap | ChoiceMap) -> Talk:
    if isinstance(table, ChoiceMap):
        better = value[table.better]
        if isinstance(better, bool) or better not in (0, 1):
            raise Fault(table.better, f"is {better!r}, not 0 or 1")
        first, second = (table.answers[place] for place in (better, 1 - better))
        chats = [[Turn("user", read_text(value[table.prompt], column=table.prompt)),
                  Turn("assistant", read_text(value[name], column=name))] for name in (first, second)]  # fmt: skip
        columns = [first, second]
    else:
        columns = [table.chosen, table.rejected]
        chats = [_read_side(value, column=column, table=table) for column in columns]
    for chat, column in zip(chats, columns, strict=True):
        check_talk(chat, column=column)
        if chat[-1].calls:
            raise Fault(column, "is a tool call; pairs hold texts")
    if chats[0][:-1] != chats[1][:-1]:
        raise Fault(columns[1], f"answers another question than {columns[0]}")
    return Talk(chats[0][:-1], (chats[0][-1], chats[1][-1]))


def _read_side(value: Mapping[str, Any], *, column: str, table: PairMap) -> list[Turn]:
    found = value[column]
    if table.marks is not None:
        return cut_transcript(read_text(found, column=column), marks=table.marks, call=None, column=column)
    if table.prompt is None or isinstance(found, list):
        turns = read_turns(found, column=column)
        if len(turns) > 1 or table.prompt is None:
            return turns
        found = turns[0].content
    asked = value[table.prompt]
    question = read_turns(asked, column=table.prompt) if isinstance(asked, list) else [
        Turn("user", read_text(asked, column=table.prompt))]  # fmt: skip
    return [*question, Turn("assistant", read_text(found, column=column))]
