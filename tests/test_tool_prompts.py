"""Functions reach a model by its own template where it knows them, and in the stated form where it doesn't."""

import json
from typing import Any

import pytest
from tokenizers import Tokenizer, models

from burnish.calls import Call, read_calls
from burnish.chat import Chat
from burnish.function_schemas import as_json_schema
from burnish.tool_prompts import INTRODUCTION, form_of, render_with_tools

PLAIN = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}"
KNOWS = "{% for tool in tools or [] %}T:{{ tool | tojson }}\n{% endfor %}" + PLAIN
TOOL = {"name": "ls", "description": "List.", "parameters": {"type": "object", "properties": {}}}
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Look."},
    {"role": "assistant", "tool_calls": [{"name": "ls", "arguments": {}}]}, {"role": "tool", "content": "a.py"},
]  # fmt: skip


def chat(template: str) -> Chat:
    return Chat(template=template, tokenizer=Tokenizer(models.BPE()), special={"eos_token": "<end>"})


def test_a_template_without_functions_gets_the_stated_form() -> None:
    text = render_with_tools(MESSAGES, tools=[TOOL], chat=chat(PLAIN))
    assert text.startswith(f"<system>Be brief.\n\n{INTRODUCTION}\n<tools>\n{json.dumps(TOOL)}\n</tools>")
    assert "<user><tool_response>\na.py\n</tool_response>" in text
    said = text.partition("<assistant>")[2].partition("\n")[0]
    assert read_calls(said).calls == (Call("ls", {}),), "the calls shown are calls that would be read"


def test_a_template_with_functions_gets_them_itself() -> None:
    text = render_with_tools(MESSAGES, tools=[TOOL], chat=chat(KNOWS))
    assert text.startswith('T:{"type": "function", "function": {"name": "ls"')
    assert "<tool>a.py" in text
    assert "<tools>" not in text


@pytest.mark.parametrize(("tools", "template", "form"), [([], KNOWS, "plain"), ([TOOL], KNOWS, "template"),
                                                         ([TOOL], PLAIN, "tags")])  # fmt: skip
def test_the_form_is_named(tools: list[Any], template: str, form: str) -> None:
    assert form_of(tools=tools, chat=chat(template)) == form


def test_without_functions_a_chat_is_rendered_as_it_is() -> None:
    own = [{"role": "user", "content": "Hi"}]
    assert render_with_tools(own, tools=[], chat=chat(PLAIN)) == "<user>Hi\n"


def test_types_become_those_of_json_schema_also_below_an_argument_called_type() -> None:
    published = {
        "type": "dict",
        "properties": {"type": {"type": "float"}, "x": {"type": "tuple", "items": {"type": "any"}}},
    }
    assert as_json_schema(published) == {
        "type": "object",
        "properties": {"type": {"type": "number"}, "x": {"type": "array", "items": {"type": "string"}}},
    }
