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
from burnish.sources.table_maps import (
    AnyMap,
    CallsMap,
    ChoiceMap,
    InstructionMap,
    MessagesMap,
    PairMap,
    ScoredMap,
    TranscriptMap,
    TreeMap,
)
from burnish.sources.table_trees import follow_best
from burnish.sources.tool_calls import introduce, read_calls
from burnish.table_files import Fault


class Talk(NamedTuple):
    """What a row holds: a question as turns, and one answer to it, or two of which the first is the better one."""

    question: list[Turn]
    answers: tuple[Turn, ...]


def read_talk(value: Mapping[str, Any], *, table: AnyMap) -> Talk:
    """Return the question and the answers of a row in the form that `table` says."""
    if isinstance(table, PairMap | ChoiceMap | ScoredMap):
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
        case TreeMap():
            turns = follow_best(value[table.root], table=table)
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


def _read_pair(value: Mapping[str, Any], *, table: PairMap | ChoiceMap | ScoredMap) -> Talk:
    match table:
        case PairMap():
            columns = [table.chosen, table.rejected]
            chats = [_read_side(value, column=column, table=table) for column in columns]
        case ChoiceMap():
            columns = _order_answers(value, table=table)
            asked = Turn("user", read_text(value[table.prompt], column=table.prompt))
            chats = [[asked, Turn("assistant", read_text(value[name], column=name))] for name in columns]
        case ScoredMap():
            columns = [table.answer, table.answer]
            question = read_text(value[table.prompt], column=table.prompt)
            turns = [Turn("user", question)] if table.marks is None else cut_transcript(
                question, marks=table.marks, call=None, column=table.prompt, first="user")  # fmt: skip
            chats = [[*turns, Turn("assistant", read_text(said, column=table.answer))] for said in value[table.answer]]
    for chat, column in zip(chats, columns, strict=True):
        check_talk(chat, column=column)
        if chat[-1].calls:
            raise Fault(column, "is a tool call; pairs hold texts")
    if chats[0][:-1] != chats[1][:-1]:
        raise Fault(columns[1], f"answers another question than {columns[0]}")
    return Talk(chats[0][:-1], (chats[0][-1], chats[1][-1]))


def _order_answers(value: Mapping[str, Any], *, table: ChoiceMap) -> list[str]:
    """Return the columns of the better and of the worse answer."""
    better = value[table.better]
    if isinstance(better, bool) or better not in (0, 1):
        raise Fault(table.better, f"is {better!r}, not 0 or 1")
    return [table.answers[int(better)], table.answers[1 - int(better)]]


def _read_side(value: Mapping[str, Any], *, column: str, table: PairMap) -> list[Turn]:
    found = value[column]
    if table.marks is not None:
        return cut_transcript(read_text(found, column=column), marks=table.marks, call=None, column=column)
    if table.prompt is None or isinstance(found, list):
        answer = read_turns(found, column=column)
        if len(answer) > 1 or table.prompt is None:
            return answer
    else:
        answer = [Turn("assistant", read_text(found, column=column))]
    asked = value[table.prompt]
    question = read_turns(asked, column=table.prompt) if isinstance(asked, list) else [
        Turn("user", read_text(asked, column=table.prompt))]  # fmt: skip
    return [*question, *answer]
