"""Sandboxed: texts to plain data, JSON and YAML 1.2. Knows no format that is written in them."""

import json
from typing import Any


class Invalid(Exception):
    """The document isn't valid in its format."""


def read_json(text: str) -> Any:
    """Parse JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise Invalid(f"not JSON: {error}") from None


def read_yaml_documents(text: str) -> list[Any]:
    """Parse YAML 1.2; `on` stays text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return [document for document in YAML(typ="safe", pure=True).load_all(text) if document is not None]
    except YAMLError as error:
        raise Invalid(f"not YAML: {' '.join(str(error).split())}") from None


def read_yaml(text: str) -> Any:
    """Parse one YAML document; JSON is YAML too."""
    documents = read_yaml_documents(text)
    if len(documents) != 1:
        raise Invalid(f"{len(documents)} documents, not one")
    return documents[0]


def plain(value: Any) -> Any:
    """Return `value` as JSON types; dates and other YAML scalars as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
