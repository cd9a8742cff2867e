"""Every form of a table to a talk, and every bad row to a reason that names row, column and what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from burnish.licensing import read_matrix
from burnish.sources.origins import Origin, Reject
from burnish.sources.table_maps import AnyMap
from burnish.sources.table_rows import Draft, Ground, ShapeParams, draft_rows
from burnish.table_files import Read

MATRIX = read_matrix(Path(__file__).parent.parent.parent / "licences" / "matrix.yaml")
SHAPE = ShapeParams(calls="text", max_row_bytes=2_000, families=10, withheld_share=0.0, seen_share=0.0)
CHAT = {"form": "messages", "messages": "messages"}
CALL = {"name": "add", "arguments": {"a": 1}}
SHOWN = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>'


def draft(value: dict[str, Any], *, table: dict[str, Any], **shape: Any) -> Draft | Reject:
    entry = TypeAdapter(AnyMap).validate_python(table)
    ground = Ground(Origin("toy", "MIT", "hf:datasets/team/toy@c"), entry, SHAPE.model_copy(update=shape), MATRIX, 7,
                    "tools", "a.jsonl")  # fmt: skip
    [found] = draft_rows([Read(3, value)], ground=ground)
    return found


def said(value: dict[str, Any], *, table: dict[str, Any], **shape: Any) -> list[tuple[str, str]]:
    found = draft(value, table=table, **shape)
    assert isinstance(found, Draft), found
    return [(message["role"], message["content"]) for message in found.row["messages"]]


def reason(value: dict[str, Any], *, table: dict[str, Any], **shape: Any) -> str:
    found = draft(value, table=table, **shape)
    assert isinstance(found, Reject), found
    assert (found.kind, found.source, found.path) == ("row", "toy", "a.jsonl row 3")
    return found.reason


def asks(*answers: Any, question: str = "Sum?") -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, *answers]}


ASSISTANT = {"role": "assistant", "content": "Two."}
FORMS: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = {
    "openai": (CHAT, asks(ASSISTANT), [("user", "Sum?"), ("assistant", "Two.")]),
    "parts": (CHAT, asks({"role": "assistant", "content": [{"type": "text", "text": "Two."}]}),
              [("user", "Sum?"), ("assistant", "Two.")]),
    "sharegpt with a system column": (
        {"form": "messages", "messages": "conversations", "system": "system"},
        {"system": "Be brief.", "conversations": [{"from": "human", "value": "Sum?"}, {"from": "gpt", "value": "Two."}]},
        [("system", "Be brief."), ("user", "Sum?"), ("assistant", "Two.")]),
    "messages as JSON text": (CHAT, {"messages": json.dumps(asks(ASSISTANT)["messages"])},
                              [("user", "Sum?"), ("assistant", "Two.")]),
    "instruction, input and output": (
        {"form": "instruction", "prompt": ["instruction", "input"], "answer": "output"},
        {"instruction": "Add.", "input": "1, 1", "output": "2"}, [("user", "Add.\n\n1, 1"), ("assistant", "2")]),
    "an empty input": ({"form": "instruction", "prompt": ["instruction", "input"], "answer": "output"},
                       {"instruction": "Add.", "input": None, "output": "2"}, [("user", "Add."), ("assistant", "2")]),
    "code with its language": (
        {"form": "instruction", "prompt": ["message", "old"], "answer": "new", "fence": "lang"},
        {"message": "Fix it.", "old": "x = 1\n", "new": "x = 2\n", "lang": "Python"},
        [("user", "Fix it.\n\n```python\nx = 1\n```"), ("assistant", "```python\nx = 2\n```")]),
    "a transcript": (
        {"form": "transcript", "text": ["system", "chat"], "call": "<functioncall>",
         "marks": {"SYSTEM:": "system", "USER:": "user", "ASSISTANT:": "assistant", "FUNCTION RESPONSE:": "tool",
                   "<end>": None}},
        {"system": "SYSTEM: Tools.", "chat": "USER: Sum?\n\nASSISTANT: <functioncall> "
         '{"name": "add", "arguments": \'{"a": 1}\'} <end>\nFUNCTION RESPONSE: 2\n\nASSISTANT: Two. <end>'},
        [("system", "Tools."), ("user", "Sum?"), ("assistant", SHOWN), ("user", "<tool_response>\n2\n</tool_response>"),
         ("assistant", "Two.")]),
    "calls of OpenAI, arguments as text": (
        CHAT, asks({"role": "assistant", "content": None, "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}]}),
        [("user", "Sum?"), ("assistant", SHOWN)]),
    "calls of ShareGPT": (
        CHAT, {"messages": [{"from": "human", "value": "Sum?"}, {"from": "function_call", "value": json.dumps(CALL)},
                            {"from": "observation", "value": "2"}, {"from": "gpt", "value": "Two."}]},
        [("user", "Sum?"), ("assistant", SHOWN), ("user", "<tool_response>\n2\n</tool_response>"), ("assistant", "Two.")]),
    "calls in the text": (CHAT, asks({"role": "assistant", "content": f"Let me.\n<tool_call>{json.dumps(CALL)}</tool_call>"}),
                          [("user", "Sum?"), ("assistant", f"Let me.\n{SHOWN}")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_becomes_a_talk(name: str) -> None:
    table, value, wanted = FORMS[name]
    assert said(value, table=table) == wanted


def test_calls_in_a_column_are_encoded_once_and_tools_stand_in_the_system_message() -> None:
    table = {"form": "calls", "prompt": "query", "calls": "answers", "tools": "tools", "id": "id"}
    value = {"id": 5, "query": "Sum?", "answers": json.dumps([CALL]), "tools": json.dumps([{"name": "add"}])}
    found = draft(value, table=table, calls="column")
    assert isinstance(found, Draft)
    system, _, answer = found.row["messages"]
    assert '<tools>\n{"name": "add"}\n</tools>' in system["content"]
    assert json.loads(answer["tool_calls"]) == [{"type": "function", "function": CALL}]
    assert (found.row["id"], found.row["source"]) == ("toy/5", "hf:datasets/team/toy@c#a.jsonl row 3")


PAIR = {"form": "pair", "prompt": "prompt", "chosen": "chosen", "rejected": "rejected"}
MARKS = {"\n\nHuman:": "user", "\n\nAssistant:": "assistant"}
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "texts": (PAIR, {"prompt": "Sum?", "chosen": "Two.", "rejected": "Three."}),
    "messages": ({"form": "pair", "chosen": "chosen", "rejected": "rejected"},
                 {"chosen": asks(ASSISTANT)["messages"],
                  "rejected": asks({"role": "assistant", "content": "Three."})["messages"]}),
    "transcripts": ({"form": "pair", "chosen": "chosen", "rejected": "rejected", "marks": MARKS},
                    {"chosen": "\n\nHuman: Sum?\n\nAssistant: Two.", "rejected": "\n\nHuman: Sum?\n\nAssistant: Three."}),
    "a choice": ({"form": "choice", "prompt": "prompt", "answers": ["a", "b"], "better": "better"},
                 {"prompt": "Sum?", "a": "Three.", "b": "Two.", "better": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_a_form_becomes_a_pair(name: str) -> None:
    table, value = PAIRS[name]
    found = draft(value, table=table)
    assert isinstance(found, Draft), found
    contents = {part: [message["content"] for message in found.row[part]] for part in ("prompt", "chosen", "rejected")}
    assert contents == {"prompt": ["Sum?"], "chosen": ["Two."], "rejected": ["Three."]}


def test_pairs_of_different_questions_or_equal_answers_are_dropped() -> None:
    chats = {"chosen": asks(ASSISTANT)["messages"], "rejected": asks(ASSISTANT, question="Difference?")["messages"]}
    found = draft(chats, table={"form": "pair", "chosen": "chosen", "rejected": "rejected"})
    assert isinstance(found, Reject) and found.reason == "rejected: answers another question than chosen"
    found = draft({"prompt": "Sum?", "chosen": "Two.", "rejected": "Two."}, table=PAIR)
    assert isinstance(found, Reject) and found.reason == "chosen: both answers are the same"


def calling(*calls: Any, results: int = 0) -> dict[str, Any]:
    messages: list[Any] = [{"role": "user", "content": "Sum?"}]
    for number, call in enumerate(calls):
        messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
        messages += [{"role": "tool", "content": "2"}] if number < results else []
    return {"messages": messages}


TWICE = {"name": "add", "arguments": json.dumps(json.dumps({"a": 1}))}
BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "encoded twice": (CHAT, calling(TWICE), "messages[1]: the arguments of add are encoded twice"),
    "encoded twice in the text": (CHAT, asks({"role": "assistant", "content": f"<tool_call>{json.dumps(TWICE)}</tool_call>"}),
                                  "messages[1]: the arguments of add are encoded twice"),
    "cyclic": (CHAT, calling(*[CALL] * 4, results=3), "messages: tool calls go in a circle"),
    "waiting for each other": (CHAT, {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "tool_calls": [
        {"id": "a", "name": "f", "arguments": {"x": "$b"}}, {"id": "b", "name": "f", "arguments": {"x": "$a"}}]}]},
        "messages: tool calls go in a circle"),
    "one id for two calls": (CHAT, calling({"id": "a", **CALL}, {"id": "a", "name": "f", "arguments": {}}, results=1),
                             "messages: two tool calls have the id a"),
    "NaN": (CHAT, calling({"name": "add", "arguments": {"a": float("nan")}}), "can't be written as JSON"),
    "NaN as JSON": (CHAT, calling({"name": "add", "arguments": '{"a": NaN}'}), "messages[1]: isn't JSON: it holds NaN"),
    "NaN for a text": ({"form": "instruction", "prompt": ["q"], "answer": "a"}, {"q": "?", "a": float("nan")},
                       "a: holds nan, not a text"),
    "a call without a name": (CHAT, calling({"arguments": {}}), "messages[1]: holds a tool call without the name"),
    "a huge row": (CHAT, asks({"role": "assistant", "content": "x" * 3_000}),
                   "messages: the row holds 3,017 bytes, more than max_row_bytes = 2,000"),
    "broken UTF-8": (CHAT, asks({"role": "assistant", "content": "\udcff"}), "messages: isn't valid UTF-8: '\\udcff'"),
    "NUL": (CHAT, asks({"role": "assistant", "content": "a\0b"}), "messages: holds a NUL character"),
    "a picture": (CHAT, asks({"role": "assistant", "content": [{"type": "image_url"}]}), "holds image_url; only text is taken"),
    "a secret": (CHAT, asks({"role": "assistant", "content": "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"}),
                 "messages: holds what looks like a secret: GitHub token"),
    "an unknown role": (CHAT, asks({"role": "narrator", "content": "x"}), "messages[1]: is by 'narrator'; known: system"),
    "no answer": (CHAT, {"messages": [{"role": "user", "content": "Sum?"}]}, "messages: doesn't end with an answer"),
    "no question": (CHAT, {"messages": [ASSISTANT]}, "messages: asks nothing"),
    "an empty message": (CHAT, asks({"role": "assistant", "content": " "}), "messages[1]: says nothing"),
    "a result without a call": (CHAT, asks({"role": "tool", "content": "2"}, ASSISTANT), "messages[1]: is a tool's result"),
    "no list": (CHAT, {"messages": 5}, "messages: holds int, not a list of messages"),
    "no id": ({**CHAT, "id": "id"}, {**asks(ASSISTANT), "id": None}, "id: holds nothing"),
    "another language": ({**CHAT, "keep": {"lang": ["en"]}}, {**asks(ASSISTANT), "lang": "fr"},
                         "lang: is 'fr', which the entry doesn't keep"),
    "1 isn't true": ({**CHAT, "keep": {"safe": [True]}}, {**asks(ASSISTANT), "safe": 1}, "safe: is '1'"),
    "a licence of its own": ({**CHAT, "licence": "license"}, {**asks(ASSISTANT), "license": "gpl-3.0"},
                             "license: states the licence 'gpl-3.0', which not every release may hold"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_dropped_with_its_column_and_reason(name: str) -> None:
    table, value, wanted = BAD[name]
    assert wanted in reason(value, table=table)


def test_a_row_of_50_mb_is_dropped_whatever_kind_of_file_gave_it() -> None:
    value = asks({"role": "assistant", "content": "x" * 50_000_000})
    assert reason(value, table=CHAT) == "messages: the row holds 50,000,017 bytes, more than max_row_bytes = 2,000"


def test_line_ends_become_one_kind_and_an_address_is_masked_alike_in_all_messages() -> None:
    value = asks(
        {"role": "assistant", "content": "Ask jane.roe@acmecorp.com.\rBye\r\n."},
        question="Is jane.roe@acmecorp.com\r\nyours?",
    )
    found = draft(value, table=CHAT)
    assert isinstance(found, Draft)
    assert [message["content"] for message in found.row["messages"]] == [
        "Is person1@example.com\nyours?", "Ask person1@example.com.\nBye\n."]  # fmt: skip
    assert found.changes == {"line ends": 3, "e-mail address": 1}


@pytest.mark.parametrize("calls", ["text", "column"])
def test_arguments_with_a_masked_address_stay_json(calls: str) -> None:
    call = {"name": "send", "arguments": {"text": "From:\njane.roe@acmecorp.com\r\n"}}
    found = draft(asks({"role": "assistant", "content": "", "tool_calls": [call]}), table=CHAT, calls=calls)
    assert isinstance(found, Draft)
    answer = found.row["messages"][-1]
    written = json.loads(answer["tool_calls"])[0]["function"] if calls == "column" else json.loads(
        answer["content"].removeprefix("<tool_call>").removesuffix("</tool_call>"))  # fmt: skip
    assert written["arguments"] == {"text": "From:\nperson1@example.com\r\n"}


def test_a_pair_of_a_call_and_a_text_is_dropped() -> None:
    table = {"form": "pair", "prompt": "prompt", "chosen": "chosen", "rejected": "rejected"}
    value = {"prompt": "Sum?", "chosen": [{"role": "assistant", "content": f"<tool_call>{json.dumps(CALL)}</tool_call>"}],
             "rejected": [ASSISTANT]}  # fmt: skip
    found = draft(value, table=table)
    assert isinstance(found, Reject) and found.reason == "chosen: is a tool call; pairs hold texts"


def test_a_rows_own_licence_is_kept_by_its_identifier() -> None:
    found = draft({**asks(ASSISTANT), "license": "apache-2.0"}, table={**CHAT, "licence": "license"})
    assert isinstance(found, Draft) and found.row["licence"] == "Apache-2.0"


def test_one_question_is_always_in_one_family_and_split() -> None:
    shares = {"withheld_share": 0.3, "seen_share": 0.3}
    drafts = [draft(asks({"role": "assistant", "content": answer}, question=f"Sum {number}?"), table=CHAT, **shares)
              for number in range(60) for answer in ("Two.", "Three.")]  # fmt: skip
    places = [(d.row["family"], d.row["split"]) for d in drafts if isinstance(d, Draft)]
    assert places[::2] == places[1::2]
    assert {split for _, split in places} == {"train", "seen", "unseen"}
    assert (
        len({family for family, split in places if split == "unseen"} & {f for f, split in places if split != "unseen"})
        == 0
    )
