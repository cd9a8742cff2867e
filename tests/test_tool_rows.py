"""Rows with functions render to what evaluation shows a model, by both forms, and their calls read back."""

from typing import Any

import pytest

from burnish.calls import Call
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.tool_prompts import render_with_tools
from burnish.tool_rows import fold_tools, read_folded
from tests.train.tiny import TEMPLATE, byte_tokenizer

# The parts of Qwen's template that concern functions.
KNOWS = (
    "{%- if tools %}{{ '<|im_start|>system\\n' }}"
    "{%- if messages[0].role == 'system' %}{{ messages[0].content + '\\n\\n' }}{%- endif %}"
    "{{ '# Tools' }}{%- for tool in tools %}{{ '\\n' + (tool | tojson) }}{%- endfor %}{{ '<|im_end|>\\n' }}"
    "{%- elif messages[0].role == 'system' %}{{ '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}{%- endif %}"
    "{%- for message in messages %}"
    "{%- if message.role == 'user' %}{{ '<|im_start|>user\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- elif message.role == 'assistant' %}{{ '<|im_start|>assistant\\n' + message.content }}"
    "{%- for call in message.tool_calls or [] %}{{ '<tool_call>' + (call.function | tojson) + '</tool_call>' }}{%- endfor %}"
    "{{ '<|im_end|>\\n' }}"
    "{%- elif message.role == 'tool' %}"
    "{{ '<|im_start|>user\\n<tool_response>' + message.content + '</tool_response><|im_end|>\\n' }}"
    "{%- endif %}{%- endfor %}{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{%- endif %}"
)
ELSEWHERE = TEMPLATE + "{% for tool in tools or [] %}{{ tool | tojson }}{% endfor %}"
TOOL = {"name": "ls", "description": "List.", "parameters": {"type": "object", "properties": {}}}
CALLS = [{"name": "ls", "arguments": {"deep": {"a": "é"}}}, {"name": "ls", "arguments": {}}]
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Look."},
    {"role": "assistant", "content": "", "tool_calls": CALLS}, {"role": "tool", "content": "a.py"},
    {"role": "tool", "content": ""}, {"role": "assistant", "content": "One file."},
]  # fmt: skip


def chat(template: str) -> Chat:
    return Chat(template=template, tokenizer=byte_tokenizer(), special={"eos_token": "<|im_end|>"})


@pytest.mark.parametrize("template", [TEMPLATE, KNOWS], ids=["tags", "template"])
@pytest.mark.parametrize("first", [0, 1], ids=["system", "plain"])
def test_a_row_renders_to_what_evaluation_asks(template: str, first: int) -> None:
    one = chat(template)
    asked = MESSAGES[first:-1]
    row = fold_tools(asked, tools=[TOOL], chat=one)
    assert one.render(row, add_generation_prompt=True) == render_with_tools(asked, tools=[TOOL], chat=one)


@pytest.mark.parametrize("template", [TEMPLATE, KNOWS], ids=["tags", "template"])
def test_calls_are_encoded_once_read_back_and_learnt(template: str) -> None:
    one = chat(template)
    row = fold_tools(MESSAGES, tools=[TOOL], chat=one)
    said = [read_folded(message) for message in row if message["role"] == "assistant"]
    assert said == [(Call("ls", {"deep": {"a": "é"}}), Call("ls", {})), ()]
    ids, supervised = one.tokens(row)
    learnt = one.decode([token for token, answer in zip(ids, supervised, strict=True) if answer])
    assert '"deep": {"a": "é"}' in learnt and "\\" not in learnt and learnt.endswith("One file.<|im_end|>")
    assert "a.py" not in learnt, "a result isn't the model's to say"


def test_without_functions_a_row_is_the_chat() -> None:
    assert fold_tools(MESSAGES[:2], tools=[], chat=chat(TEMPLATE)) == [
        {**message, "tool_calls": None} for message in MESSAGES[:2]
    ]


def test_a_template_that_writes_functions_elsewhere_is_refused() -> None:
    with pytest.raises(BurnishError, match="elsewhere than in a system message"):
        fold_tools(MESSAGES, tools=[TOOL], chat=chat(ELSEWHERE))
