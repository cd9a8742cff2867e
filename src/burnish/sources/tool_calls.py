"""Tool calls as open sets write them, read into one form: a name and an object of arguments, encoded once.

OpenAI's form has the arguments as JSON text, others as an object; glaive's sets quote that text as Python does. What was
encoded once more than its form says is a fault: nobody can tell how often it was meant to be.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, NoReturn

from burnish.table_checks import is_cyclic
from burnish.table_files import Fault

CallsAs = Literal["text", "column"]
OPEN, CLOSE = "<tool_call>", "</tool_call>"
_BLOCK = re.compile(rf"{OPEN}(.*?){CLOSE}", re.DOTALL)
_QUOTED = re.compile(r"""\{\s*"name":\s*("[^"]*"),\s*"arguments":\s*'(.*)'\s*\}""", re.DOTALL)
# As the chat templates of Hermes and Qwen tell a model of its tools.
INTRODUCTION = """# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""


class Call(NamedTuple):
    """One call; the id is empty where its form has none."""

    name: str
    arguments: dict[str, Any]
    id: str


def read_calls(value: Any, *, column: str) -> list[Call]:
    """Return the calls in a list, in one object, or in the JSON text of either."""
    found = read_json(value, column=column) if isinstance(value, str) else value
    return [read_call(call, column=column) for call in (found if isinstance(found, list) else [found])]


def read_call(value: Any, *, column: str) -> Call:
    """Return one call in OpenAI's form or the short one."""
    function = value.get("function") or value if isinstance(value, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str) or not function["name"]:
        raise Fault(column, "holds a tool call without the name of a function")
    name, arguments = function["name"], function.get("arguments")
    if isinstance(arguments, str):
        arguments = read_json(arguments or "{}", column=column)
        if isinstance(arguments, str):
            raise Fault(column, f"the arguments of {name} are encoded twice")
    if not isinstance(arguments, Mapping | None):
        raise Fault(column, f"the arguments of {name} are {type(arguments).__name__}, not an object")
    return Call(name, dict(arguments or {}), str(value.get("id") or ""))


def read_quoted(text: str, *, column: str) -> Call:
    """Return the one call in `text`: JSON, or JSON whose arguments are JSON text between single quotes."""
    quoted = _QUOTED.fullmatch(text.strip())
    if quoted is None:
        return read_call(read_json(text, column=column), column=column)
    arguments = read_json(quoted[2].replace("\\'", "'"), column=column)
    return read_call({"name": json.loads(quoted[1]), "arguments": arguments}, column=column)


def take_blocks(text: str, *, column: str) -> tuple[str, list[Call]]:
    """Return an answer without its `<tool_call>` blocks, and their calls."""
    calls = [call for block in _BLOCK.findall(text) for call in read_calls(block, column=column)]
    return (_BLOCK.sub("", text).strip(), calls) if calls else (text, calls)


def read_json(text: str, *, column: str) -> Any:
    """Return the value of JSON `text`; anything else, NaN included, is a fault."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Fault(column, f"isn't JSON: {error}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}")


def check_calls(calls: Sequence[Call], *, results: Sequence[str], column: str) -> None:
    """Raise if a call's id stands twice or calls go in a circle."""
    ids = [call.id for call in calls if call.id]
    if repeated := [name for name in ids if ids.count(name) > 1]:
        raise Fault(column, f"two tool calls have the id {repeated[0]}")
    if is_cyclic([as_openai(call) for call in calls], results=results):
        raise Fault(column, "tool calls go in a circle")


def as_openai(call: Call) -> dict[str, Any]:
    """Return a call in OpenAI's form with its arguments as an object, as ROW stores it."""
    function = {"name": call.name, "arguments": call.arguments}
    return {"type": "function", **({"id": call.id} if call.id else {}), "function": function}


def write_column(calls: Sequence[Call], *, column: str) -> str:
    """Return calls as the JSON text of ROW's `tool_calls`."""
    return write_json([as_openai(call) for call in calls], column=column)


def write_text(content: str, calls: Sequence[Call], *, column: str) -> str:
    """Return an answer with its calls as `<tool_call>` blocks behind it."""
    said = [write_json({"name": call.name, "arguments": call.arguments}, column=column) for call in calls]
    return "\n".join([*filter(None, [content]), *(f"{OPEN}\n{call}\n{CLOSE}" for call in said)])


def introduce(tools: Any, *, column: str) -> str:
    """Return what a system message says of `tools`, a list of definitions or the JSON text of one; nothing for none."""
    found = read_json(tools or "[]", column=column) if isinstance(tools, str) else tools or []
    if not isinstance(found, list):
        raise Fault(column, f"holds {type(found).__name__}, not a list of tools")
    lines = "\n".join(write_json(tool, column=column) for tool in found)
    return INTRODUCTION.format(tools=lines) if lines else ""


def write_json(value: Any, *, column: str) -> str:
    """Return `value` as JSON text; what JSON can't hold is a fault."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault(column, f"can't be written as JSON: {error}") from None
