"""Descriptions of functions, as benchmarks publish them, to JSON Schema. Judges nothing."""

from collections.abc import Mapping
from typing import Any

JSON_TYPES: Mapping[str, str] = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}


def as_json_schema(value: Any) -> Any:
    """Return a function's description with JSON Schema's names of types."""
    if isinstance(value, Mapping):
        return {key: _type(own) if key == "type" else as_json_schema(own) for key, own in value.items()}
    return [as_json_schema(item) for item in value] if isinstance(value, list) else value


def _type(value: Any) -> Any:
    return JSON_TYPES.get(value, value) if isinstance(value, str) else as_json_schema(value)
