"""Calls against the JSON Schemas of functions: why a call can't be made, in words that a model can act on. Runs nothing."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match

from burnish.call_matching import check_arguments
from burnish.calls import Call
from burnish.comparing import show
from burnish.errors import BurnishError

NESTED = frozenset({"object", "array"})

Tool = Mapping[str, Any]


def find_fault(call: Call, *, tools: Sequence[Tool]) -> str | None:
    """Return why `call` fits none of `tools`, or None: unknown name, unknown, missing or wrong argument."""
    schemas = {tool["name"]: tool["parameters"] for tool in tools}
    if call.name not in schemas:
        return f"there is no function {show(call.name)}; there are: {', '.join(schemas)}"
    schema = schemas[call.name]
    if twice := find_encoded_twice(call, schema=schema):
        return twice
    if reason := check_arguments(call, parameters=schema):
        return reason
    error = best_match(_validator(json.dumps(schema)).iter_errors(call.arguments))
    if error is None:
        return None
    place = ".".join(map(str, error.absolute_path))
    return f"{call.name}: {place}: {error.message[:200]}" if place else f"{call.name}: {error.message[:200]}"


def find_encoded_twice(call: Call, *, schema: Mapping[str, Any]) -> str | None:
    """Return which argument is the JSON text of an object or a list where the schema wants that itself, or None."""
    for name, value in call.arguments.items():
        declared = schema["properties"].get(name, {}).get("type")
        if declared in NESTED and isinstance(value, str) and _is_nested_json(value):
            return f"{call.name}: {name} is encoded twice; give the {declared} itself, not its text"
    return None


def check_definitions(tools: Sequence[Tool]) -> None:
    """Raise unless each parameter schema is JSON Schema and names no required argument that it doesn't have."""
    for tool in tools:
        try:
            Draft202012Validator.check_schema(tool["parameters"])
        except SchemaError as error:
            raise BurnishError(f"the parameters of {tool['name']} aren't JSON Schema: {error.message}") from None
        if unknown := sorted(set(tool["parameters"].get("required", ())) - tool["parameters"]["properties"].keys()):
            raise BurnishError(f"{tool['name']} requires {unknown[0]!r}, which isn't among its properties")


@lru_cache(maxsize=512)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def _is_nested_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
