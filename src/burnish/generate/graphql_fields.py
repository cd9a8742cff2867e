"""What the tasks of `fs_graphql_schema` share: fields with a type, in words and in the schema language."""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from burnish.generate.wording import FLAG_FIELDS, NUMBER_FIELDS, TEXT_FIELDS


class Field(NamedTuple):
    """A field: its name, its named type, whether it is a list, whether it may be null, its default as text or ""."""

    name: str
    kind: str
    listed: bool
    required: bool
    default: str = ""

    @property
    def type(self) -> str:
        """Return the type as the schema language writes it; the items of a list are never null."""
        return (f"[{self.kind}!]" if self.listed else self.kind) + ("!" if self.required else "")

    @property
    def text(self) -> str:
        """Return the whole line."""
        return f"{self.name}: {self.type}" + (f" = {self.default}" if self.default else "")

    @property
    def loose(self) -> str:
        """Return the line with the opposite nullability."""
        return self._replace(required=not self.required).text

    def say(self, style: int) -> str:
        """Return the field in words, in one of three styles."""
        need = "required" if self.required else "optional"
        kind = f"list of non-null {self.kind} values" if self.listed else self.kind
        end = f", default {self.default}" if self.default else ""
        article = "an" if need == "optional" else "a"
        return (
            f"`{self.name}` ({need} {kind}{end})",
            f"{article} {need} {kind} `{self.name}`" + (f" with the default {self.default}" if self.default else ""),
            f"`{self.name}`: {kind}, {'non-null' if self.required else 'nullable'}{end}",
        )[style]


def camel(name: str) -> str:
    """Return `name` as GraphQL writes it: `createdAt`."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def draw_fields(rng: Random, count: int, *, defaults: bool = False) -> list[Field]:
    """Draw different fields; at least one is required and, without `defaults`, one is optional."""
    numbers, texts, flags = rng.sample(NUMBER_FIELDS, 2), rng.sample(TEXT_FIELDS, 2), rng.sample(FLAG_FIELDS, 1)
    pool = [
        Field(numbers[0], rng.choice(("Int", "Float")), False, True), Field(numbers[1], "Int", False, rng.random() < 0.5),
        Field(texts[0], "String", False, rng.random() < 0.5), Field(texts[1], "String", False, True),
        Field(flags[0], "Boolean", False, rng.random() < 0.7),
        Field(rng.choice(("tags", "keywords", "labels", "notes", "aliases", "links")), "String", True, True),
        Field(rng.choice(("ids", "parentIds", "relatedIds", "memberIds")), "ID", True, rng.random() < 0.5),
    ]  # fmt: skip
    fields = [one._replace(name=camel(one.name)) for one in rng.sample(pool, count)]
    if defaults:
        number = rng.randrange(count)
        fields[number] = give_default(rng, fields[number])
    elif all(one.required for one in fields):
        fields[-1] = fields[-1]._replace(required=False)
    if not any(one.required for one in fields):
        fields[0] = fields[0]._replace(required=True, default="")
    return fields


def give_default(rng: Random, field: Field) -> Field:
    """Return the field, optional and with a default; a list stays as it is."""
    if field.listed:
        return field
    default = {
        "Int": str(rng.randrange(1, 60)), "Float": f"{rng.randrange(1, 20)}.5", "Boolean": rng.choice(("true", "false")),
        "String": f'"{rng.choice(("none", "new", "unknown", "default", "en"))}"',
    }[field.kind]  # fmt: skip
    return field._replace(required=False, default=default)


def expect_fields(fields: Sequence[Field]) -> dict[str, Any]:
    """Return the fields as `burnish.drivers.spec_documents` describes them."""
    return {one.name: {"type": one.text.split(": ", 1)[1], "args": {}} for one in fields}


def list_fields(fields: Sequence[Field], *, style: int) -> str:
    """Return fields in words, as one enumeration."""
    said = [one.say(style) for one in fields]
    separator = "; " if style == 2 else ", "
    return separator.join(said[:-1]) + f"{';' if style == 2 else ''} and {said[-1]}"


def write_lines(fields: Sequence[Field], *, described: bool = False) -> str:
    """Return fields as the body of a type, perhaps each with a description."""
    lines = []
    for one in fields:
        lines += [f'  "The {one.name} of it."'] if described else []
        lines.append(f"  {one.text}")
    return "\n".join(lines)
