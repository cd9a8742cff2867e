"""What the tasks of `fs_openapi_fragment` share: the head of a document, schemas as YAML, and checks of their places."""

from typing import Any

HEAD = {"openapi": "3.1.0", "info": {"title": "API", "version": "1.0.0"}}


def indent(line: str, depth: int) -> str:
    """Return keywords of one line as a block at a depth."""
    parts = (
        line.split(", ")
        if "[" not in line
        else [*line.split(", enum: ")[0].split(", "), "enum: " + line.split(", enum: ")[1]]
    )
    return "\n".join(" " * depth + part for part in parts)


def schema_at(at: list[Any], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the checks of a schema's keywords; a description or an example may stand beside them."""
    keywords = ("type", "minimum", "maximum", "maxLength", "enum", "format", "items")
    return [{"at": [*at, key], **({"equals": wanted[key]} if key in wanted else {"absent": True})} for key in keywords]


def response_of(at: list[Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the check of a JSON answer's schema."""
    return {"at": [*at, "content", "application/json", "schema"], "covers": schema}


def parameter(place: str, name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """Return the check of one parameter among several."""
    must = {"at": ["required"], "equals": True}
    need = (
        must
        if required
        else {"at": [], "any": [{"at": ["required"], "absent": True}, {"at": ["required"], "equals": False}]}
    )
    return {
        "at": ["*"],
        "all": [{"at": [], "covers": {"name": name, "in": place}}, need, *schema_at(["schema"], schema)],
    }
