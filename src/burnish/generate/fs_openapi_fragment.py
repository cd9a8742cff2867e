"""Category `fs_openapi_fragment`: schemas and operations of OpenAPI 3.1, validated inside a whole document."""

from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.openapi_pieces import HEAD, indent, parameter, response_of, schema_at
from burnish.generate.wording import (
    DATE_FIELDS,
    FLAG_FIELDS,
    NUMBER_FIELDS,
    STATUSES,
    TEXT_FIELDS,
    draw_noun,
    draw_nouns,
)

# A property or parameter: in words, its keywords as YAML of one line, the line spoilt, and the schema it is.
Piece = tuple[str, str, str, dict[str, Any]]


def draw_pieces(rng: Random, count: int) -> list[tuple[str, Piece]]:
    """Draw named schemas of different kinds, among them numbers with a limit and values of a list."""
    low, high = rng.randrange(0, 3), rng.choice((10, 50, 64, 100, 200, 255))
    values = rng.sample(STATUSES, rng.choice((2, 3)))
    listed = ", ".join(values)
    number = rng.choice(("integer", "number"))
    pool: list[tuple[str, Piece]] = [
        (rng.choice(NUMBER_FIELDS),
         (f"{'an' if number == 'integer' else 'a'} {number} of at least {low}", f"type: {number}, minimum: {low}", f"type: {number}, maximum: {low}", {"type": number, "minimum": low})),
        (rng.choice(("page", "limit", "position", "year", "quota")),
         (f"an integer from {low} to {high}", f"type: integer, minimum: {low}, maximum: {high}", f"type: integer, minimum: {low}", {"type": "integer", "minimum": low, "maximum": high})),
        (rng.choice([name for name in TEXT_FIELDS if name != "status"]),
         (f"a string of at most {high} characters", f"type: string, maxLength: {high}", f"type: string, maximum: {high}", {"type": "string", "maxLength": high})),
        (rng.choice(("status", "state", "phase")),
         (f"one of the strings {in_words(values, last='or')}", f"type: string, enum: [{listed}]", f"type: string, enum: [{', '.join(values[1:])}]", {"type": "string", "enum": values})),
        (rng.choice(FLAG_FIELDS), ("a boolean", "type: boolean", "type: string", {"type": "boolean"})),
        (rng.choice(DATE_FIELDS), ("a string in the format `date-time`", "type: string, format: date-time", "type: string, format: date", {"type": "string", "format": "date-time"})),
        (rng.choice(("tags", "aliases", "keywords")),
         ("an array of strings", "type: array, items: { type: string }", "type: array, items: { type: integer }", {"type": "array", "items": {"type": "string"}})),
        (rng.choice(("contact", "reply_to", "recipient")), ("a string in the format `email`", "type: string, format: email", "type: string, pattern: email", {"type": "string", "format": "email"})),
    ]  # fmt: skip
    return rng.sample(pool, count)


def draw_schema(rng: Random) -> dict[str, Any]:
    """Draw the name of a schema, its properties, and which are required."""
    noun, pieces = draw_noun(rng), draw_pieces(rng, rng.choice((2, 2, 3)))
    name = noun.kind + pick(rng, "||Summary|Input|Update|Event")
    needed = [key for key, _ in rng.sample(pieces, rng.randrange(1, len(pieces)))]
    style = rng.randrange(2)
    shown = [f"`{key}` ({piece[0]})" if style else f"`{key}`, {piece[0]}" for key, piece in pieces]
    separator = ", " if style else "; "
    return {
        "name": name, "shown": f"{separator.join(shown[:-1])}{'' if style else ';'} and {shown[-1]}", "needed": needed, "needed_shown": in_words(needed), "needed_flow": ", ".join(needed),
        "is_are": "is" if len(needed) == 1 else "are",
        "needed_lines": "\n".join(f"        - {key}" for key in needed), "properties": {key: piece[3] for key, piece in pieces},
        "flow": "\n".join(f"        {key}: {{ {piece[1]} }}" for key, piece in pieces),
        "blocks": "\n".join(f"        {key}:\n{indent(piece[1], 10)}" for key, piece in pieces), "all": ", ".join(key for key, _ in pieces), "line": pieces[0][1][1], "slip": pieces[0][1][2],
        "first": pieces[0][0],
        "first_block": indent(pieces[0][1][1], 10), "slip_block": indent(pieces[0][1][2], 10),
    }  # fmt: skip


def check_schema(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for each property's keywords and for exactly the required names."""
    at = ["components", "schemas", facts["name"]]
    properties = [
        check for key, wanted in facts["properties"].items() for check in schema_at([*at, "properties", key], wanted)
    ]
    return spec_check(
        "openapi", {"at": ["components", "schemas"], "length": 1}, {"at": [*at, "type"], "equals": "object"}, {"at": [*at, "properties"], "length": len(facts["properties"])}, *properties,
        {"at": [*at, "required"], "length": len(facts["needed"])}, *({"at": [*at, "required"], "contains": key} for key in facts["needed"]), skeleton={**HEAD, "paths": {}},
    )  # fmt: skip


SCHEMA = Template(
    id="component_schema",
    ask=(
        "Write the `components` section of an OpenAPI 3.1 document in YAML. It holds one schema, `«name»`: an object with the properties «shown». Required: «needed_shown».",
        "Our API returns `«name»` objects. Describe them in OpenAPI 3.1 YAML, starting with `components:`. The properties are «shown», of which only «needed_shown» «is_are» required.",
        "OpenAPI YAML for `components.schemas.«name»`, please, beginning at the key `components`. Type object; properties: «shown». No property but «needed_shown» must be present.",
        "Only «needed_shown» «is_are» required in the object schema `«name»`, which has «shown». Write it as the `components` part (with that key) of an OpenAPI 3.1 YAML file.",
    ),
    draw=draw_schema,
    shapes=(
        Shape(name="flow", code="""
            components:
              schemas:
                «name»:
                  type: object
                  required: [«needed_flow»]
                  properties:
            «flow»
            """, mutants=(("required: [«needed_flow»]", "required: [«all»]"), ("      type: object\n", ""), ("«line»", "«slip»"), ("schemas:", "responses:"))),
        Shape(name="block", code="""
            components:
              schemas:
                «name»:
                  type: object
                  properties:
            «blocks»
                  required:
            «needed_lines»
            """, mutants=(("\n      required:\n«needed_lines»", ""), ("type: object", "type: array"), ("«first_block»", "«slip_block»"), ("        «first»:", "        other:"))),
        Shape(name="described", code="""
            components:
              schemas:
                «name»:
                  description: What the API says of one of them.
                  type: object
                  properties:
            «flow»
                  required: [«needed_flow»]
            """, mutants=(("    «name»:\n", "    Other:\n"), ("      properties:\n", "      fields:\n"), ("«line»", "«slip»"), ("required: [«needed_flow»]", "required: true"))),
    ),
    verifier=check_schema,
)  # fmt: skip


def draw_list(rng: Random) -> dict[str, Any]:
    """Draw a path that lists things, its query parameters and an error."""
    noun = draw_noun(rng)
    pieces = [one for one in draw_pieces(rng, 5) if one[1][3]["type"] != "array"][:2]
    needed = rng.choice((True, False))
    error, reason = rng.choice(
        (
            (400, "a bad parameter"),
            (401, "a missing login"),
            (403, "a forbidden list"),
            (422, "a value out of range"),
            (429, "too many requests"),
            (503, "an outage"),
        )
    )
    shown = [
        f"`{key}` ({piece[0]}, {'required' if needed and not number else 'optional'})"
        for number, (key, piece) in enumerate(pieces)
    ]
    lines = [
        f"        - name: {key}\n          in: query\n"
        + ("          required: true\n" if needed and not number else "")
        + f"          schema: {{ {piece[1]} }}"
        for number, (key, piece) in enumerate(pieces)
    ]
    short = [
        f"        - {{ name: {key}, in: query, {'required: true, ' if needed and not number else ''}schema: {{ {piece[1]} }} }}"
        for number, (key, piece) in enumerate(pieces)
    ]
    long = [
        f"        - in: query\n          name: {key}\n          required: {'true' if needed and not number else 'false'}\n          schema:\n{indent(piece[1], 12)}"
        for number, (key, piece) in enumerate(pieces)
    ]
    return {
        "path": f"{pick(rng, '|/v1|/api|/admin')}/{noun.many}", "kind": noun.kind, "many": noun.many,
        "operation": pick(rng, f"list{noun.many.title()}|find{noun.many.title()}|search{noun.many.title()}"), "error": error, "reason": reason,
        "shown": " and ".join(shown), "lines": "\n".join(lines), "short": "\n".join(short), "long": "\n".join(long),
        "parameters": [[key, piece[3], needed and not number] for number, (key, piece) in enumerate(pieces)], "first": pieces[0][0], "last": pieces[1][0],
        "line": pieces[1][1][1], "slip": pieces[1][1][2], "block": indent(pieces[1][1][1], 12), "slip_block": indent(pieces[1][1][2], 12), "last_line": lines[1], "last_long": long[1],
    }  # fmt: skip


def check_list(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the operation, each parameter and both responses."""
    at = ["paths", facts["path"], "get"]
    reference = {"$ref": f"#/components/schemas/{facts['kind']}"}
    parameters = [
        {"at": [*at, "parameters"], "all": [parameter("query", name, schema, needed)]}
        for name, schema, needed in facts["parameters"]
    ]
    skeleton = {**HEAD, "components": {"schemas": {facts["kind"]: {"type": "object"}}}}
    return spec_check(
        "openapi", {"at": ["paths"], "length": 1}, {"at": [*at, "operationId"], "equals": facts["operation"]}, {"at": [*at, "parameters"], "length": len(parameters)}, *parameters,
        {"at": [*at, "responses"], "length": 2}, response_of([*at, "responses", "200"], {"type": "array", "items": reference}), {"at": [*at, "responses", str(facts["error"])], "present": True},
        skeleton=skeleton,
    )  # fmt: skip


LIST = Template(
    id="list_operation",
    ask=(
        "Write the `paths` section (OpenAPI 3.1, YAML) for `GET «path»` with the operationId `«operation»`. Query parameters: «shown». Response 200 is a JSON array of `«kind»`, a schema that `components` already has; response «error» stands for «reason» and has no body.",
        "`GET «path»` returns our «many» as a JSON array. Please document it in OpenAPI 3.1 YAML from the key `paths:` on. The operation is called `«operation»` and can be filtered with the query parameters «shown». Besides 200, whose items refer to `#/components/schemas/«kind»`, it may answer «error» (just a description).",
        "In OpenAPI YAML, starting at `paths`: one operation, `«operation»`, GET on `«path»`. It takes «shown» from the query string and answers 200 (application/json, an array of the existing component schema `«kind»`) or «error» («reason», description only).",
    ),
    draw=draw_list,
    shapes=(
        Shape(name="block", code="""
            paths:
              «path»:
                get:
                  operationId: «operation»
                  parameters:
            «lines»
                  responses:
                    "200":
                      description: The «many»
                      content:
                        application/json:
                          schema:
                            type: array
                            items:
                              $ref: "#/components/schemas/«kind»"
                    "«error»":
                      description: «reason»
            """, mutants=(("in: query", "in: header"), ("«line»", "«slip»"), ("                type: array\n                items:\n                  $ref", "                $ref"),
                          ("\n«last_line»", ""))),
        Shape(name="flow", code="""
            paths:
              «path»:
                get:
                  operationId: «operation»
                  parameters:
            «short»
                  responses:
                    200:
                      description: OK
                      content:
                        application/json:
                          schema: { type: array, items: { $ref: "#/components/schemas/«kind»" } }
                    «error»: { description: «reason» }
            """, mutants=(("schemas/«kind»", "schemas/«kind»List"), ("{ description: «reason» }", "{}"), ("    get:", "    post:"), ("          content:\n", "          body:\n"))),
        Shape(name="long_parameters", code="""
            paths:
              «path»:
                get:
                  operationId: «operation»
                  responses:
                    "«error»":
                      description: «reason»
                    "200":
                      description: The «many»
                      content:
                        application/json:
                          schema:
                            type: array
                            items: { $ref: "#/components/schemas/«kind»" }
                  parameters:
            «long»
            """, mutants=(("\n«last_long»", ""), ("«block»", "«slip_block»"), ("        \"«error»\":\n          description: «reason»\n", ""), ("type: array", "type: object"))),
    ),
    mutants=(("operationId: «operation»", "operationId: get"), ("name: «first»", "name: other")),
    verifier=check_list,
)  # fmt: skip

# What an operation may have besides: in words, the line, the line spoilt, the key and its value.
EXTRAS: tuple[tuple[str, str, str, str, Any], ...] = (
    ("carry the tag `{}`", "tags: [{}]", "tag: {}", "tags", ["{}"]), ("be marked as deprecated", "deprecated: true", "deprecated: false", "deprecated", True),
    ("need the security scheme `{}Auth` (already in `components`)", "security: [{ {}Auth: [] }]", "security: []", "security", [{"{}Auth": []}]),
    ("need no login (an empty `security` list)", "security: []", "security: [{ apiAuth: [] }]", "security", []),
    ("have the summary `Add to {}`", "summary: Add to {}", "description: Add to {}", "summary", "Add to {}"),
)  # fmt: skip
# The schema of the path parameter: in words, as YAML of one line, spoilt, and as it is.
KEYS = (
    ("an integer", "type: integer", "type: string", {"type": "integer"}), ("a string", "type: string", "type: integer", {"type": "string"}),
    ("a string in the format `uuid`", "type: string, format: uuid", "type: integer", {"type": "string", "format": "uuid"}),
    ("an integer of at least 1", "type: integer, minimum: 1", "type: integer, minimum: 0", {"type": "integer", "minimum": 1}),
)  # fmt: skip


def draw_create(rng: Random) -> dict[str, Any]:
    """Draw what is created below what, the answers, and a property of the operation."""
    outer, inner = draw_nouns(rng, 2)
    (words, line, slip, name, value), (key_words, key_line, key_slip, key_schema) = rng.choice(EXTRAS), rng.choice(KEYS)
    fill = (
        pick(rng, f"{inner.many}|{outer.many}|public")
        if name in ("tags", "summary")
        else pick(rng, "bearer|api|session|token")
    )
    verb, status = rng.choice((("post", 201), ("put", 200), ("post", 200), ("post", 202), ("put", 201)))
    error = rng.choice((400, 401, 403, 404, 409, 413, 422, 429))
    value = (
        [{f"{fill}Auth": []}]
        if value == [{"{}Auth": []}]
        else [fill]
        if value == ["{}"]
        else value.replace("{}", fill)
        if isinstance(value, str)
        else value
    )
    return {
        "path": f"/{outer.many}/{{{outer.one}_id}}/{pick(rng, f'{inner.many}|{inner.one}')}", "key": f"{outer.one}_id", "key_words": key_words, "key_line": key_line, "key_slip": key_slip,
        "key_schema": key_schema,
        "body": f"{pick(rng, 'New|Create|Draft')}{inner.kind}", "kind": inner.kind, "verb": verb, "method": verb.upper(), "status": status, "error": error, "extra": words.replace("{}", fill),
        "line": line.replace("{}", fill),
        "slip": slip.replace("{}", fill), "name": name, "value": value, "auth": f"{fill}Auth" if name == "security" and value else "apiAuth", "other_verb": "patch",
    }  # fmt: skip


def check_create(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the path parameter, at either level, for the body and for the responses."""
    path = ["paths", facts["path"]]
    at = [*path, facts["verb"]]
    key = parameter("path", facts["key"], facts["key_schema"], True)
    body = [*at, "requestBody"]
    named = {name: {"type": "object"} for name in (facts["body"], facts["kind"])}
    skeleton = {
        **HEAD,
        "components": {"schemas": named, "securitySchemes": {facts["auth"]: {"type": "http", "scheme": "bearer"}}},
    }
    return spec_check(
        "openapi", {"at": ["paths"], "length": 1}, {"at": [], "any": [{"at": [*place, "parameters"], "all": [key]} for place in (path, at)]},
        {"at": [*body, "required"], "equals": True}, response_of(body, {"$ref": f"#/components/schemas/{facts['body']}"}), {"at": [*at, "responses"], "length": 2},
        response_of([*at, "responses", str(facts["status"])], {"$ref": f"#/components/schemas/{facts['kind']}"}), {"at": [*at, "responses", str(facts["error"])], "present": True},
        {"at": [*at, facts["name"]], "equals": facts["value"]}, skeleton=skeleton,
    )  # fmt: skip


CREATE = Template(
    id="create_below",
    ask=(
        "Write the `paths` section (OpenAPI 3.1, YAML) for `«method» «path»`. `«key»` is «key_words». The JSON body is required and refers to the existing schema `«body»`. Responses: «status» with the schema `«kind»` as JSON, and «error» with a description only. The operation should «extra».",
        "Clients send `«body»` as JSON to `«path»` («method») and get `«kind»` back, with the status «status»; «error» is possible, too (no body). Both schemas are in `components` already. Document the operation in OpenAPI 3.1 YAML, starting at `paths:`. The body is mandatory, `«key»` is «key_words», and the operation must «extra».",
        "OpenAPI YAML from `paths:` on, please: «method» on `«path»`, where `«key»` (in the path) is «key_words». It should «extra». Its required application/json body is `#/components/schemas/«body»`; it answers «status» (`#/components/schemas/«kind»`, JSON) or «error» (description only).",
    ),
    draw=draw_create,
    shapes=(
        Shape(name="in_operation", code="""
            paths:
              «path»:
                «verb»:
                  «line»
                  parameters:
                    - name: «key»
                      in: path
                      required: true
                      schema: { «key_line» }
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema:
                          $ref: "#/components/schemas/«body»"
                  responses:
                    "«status»":
                      description: Done
                      content:
                        application/json:
                          schema:
                            $ref: "#/components/schemas/«kind»"
                    "«error»":
                      description: Refused
            """, mutants=(("in: path", "in: query"), ("      requestBody:\n        required: true\n", "      requestBody:\n"),
                          ("          in: path\n          required: true\n", "          in: path\n"), ("requestBody:", "body:"))),
        Shape(name="in_path", code="""
            paths:
              «path»:
                parameters:
                  - { name: «key», in: path, required: true, schema: { «key_line» } }
                «verb»:
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema: { $ref: "#/components/schemas/«body»" }
                  responses:
                    «status»:
                      description: Done
                      content:
                        application/json:
                          schema: { $ref: "#/components/schemas/«kind»" }
                    «error»:
                      description: Refused
                  «line»
            """, mutants=(("    parameters:\n      - { name: «key», in: path, required: true, schema: { «key_line» } }\n", ""), ("        «error»:\n          description: Refused\n", ""),
                          ("        required: true\n        content:", "        required: false\n        content:"), ("name: «key»", "name: id"))),
        Shape(name="described", code="""
            paths:
              «path»:
                «verb»:
                  responses:
                    "«error»": { description: Refused }
                    "«status»":
                      description: What was made
                      content:
                        application/json:
                          schema: { $ref: "#/components/schemas/«kind»" }
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema: { $ref: "#/components/schemas/«body»" }
                  «line»
                  parameters:
                    - in: path
                      name: «key»
                      required: true
                      schema: { «key_line» }
            """, mutants=(("schemas/«kind»", "schemas/«body»"), ("    «verb»:", "    «other_verb»:"), ("{ description: Refused }", "{ summary: Refused }"), ("application/json", "text/plain"))),
    ),
    mutants=(("«line»", "«slip»"), ("{ «key_line» }", "{ «key_slip» }"), ("schemas/«body»", "schemas/«kind»")),
    verifier=check_create,
)  # fmt: skip

CATEGORY = Category(name="fs_openapi_fragment", family="api_contracts", templates=(SCHEMA, LIST, CREATE))
