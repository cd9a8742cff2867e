"""Category `fs_json_schema`: JSON Schemas of requests and events, judged by what they accept and refuse."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.json_schema_basics import CODE, MAPPING, RANGE
from burnish.generate.wording import FLAG_FIELDS, NUMBER_FIELDS, STATUSES, TEXT_FIELDS, a, draw_noun

NOT_OBJECTS: tuple[Any, ...] = ([], "text", 3, None)


def schema_check(good: Sequence[Any], bad: Sequence[Any]) -> dict[str, Any]:
    """Return the verifier of a schema for objects."""
    return spec_check("json_schema", accepts=good, rejects=[*bad, *NOT_OBJECTS])


def draw_required(rng: Random) -> dict[str, Any]:
    """Draw two fields of an object: a text and a number."""
    noun = draw_noun(rng)
    text, number = rng.choice(TEXT_FIELDS), rng.choice(NUMBER_FIELDS)
    return {"one": noun.one, "an_one": a(noun.one), "text": text, "number": number, "kind": rng.choice(("integer", "number")), "low": rng.choice((0, 1, 2, 3, 5, 10, 12, 18, 100)),
            "order": pick(rng, "a|b")}  # fmt: skip


def check_required(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give objects that were spoilt in one way each."""
    text, number, low = facts["text"], facts["number"], facts["low"]
    good = [{text: "Ada", number: low}, {text: "", number: low + 7, "more": True}]
    bad: list[Any] = [
        {},
        {text: "x"},
        {number: low},
        {text: 3, number: low},
        {text: "x", number: str(low)},
        {text: "x", number: low - 1},
        {text: None, number: low},
    ]
    (bad if facts["kind"] == "integer" else good).append({text: "x", number: low + 0.5})
    return schema_check(good, bad)


REQUIRED = Template(
    id="required_fields",
    ask=(
        "Write a JSON Schema for «an_one» object with two required properties: `«text»`, a string, and `«number»`, «a_kind» of at least «low». Other properties are allowed.",
        "We validate «one» data with JSON Schema. Please write one: type object, `«text»` (string) and `«number»` («kind», minimum «low») must both be there, anything else may be.",
        "I need a JSON Schema document for our «one» import. It accepts objects that have a string `«text»` and a `«number»` of type «kind» not below «low», with or without more; it refuses everything that lacks one of them.",
        "What must every «one» object carry? Its `«number»`, which is «a_kind», «low» or higher, and its `«text»`, a string. Put that into a JSON Schema of type object; other properties don't matter.",
    ),
    draw=lambda rng: {**(f := draw_required(rng)), "a_kind": "an integer" if f["kind"] == "integer" else "a number"},
    shapes=(
        Shape(name="plain", code="""
            {
              "type": "object",
              "properties": {
                "«text»": { "type": "string" },
                "«number»": { "type": "«kind»", "minimum": «low» }
              },
              "required": ["«text»", "«number»"]
            }
            """, mutants=((', "minimum": «low»', ""), (', "«number»"]', "]"), ('"type": "string"', '"type": "number"'), ('"type": "object",', ""),
                          ('"minimum"', '"exclusiveMinimum"'))),
        Shape(name="draft", code="""
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": "«one»",
              "type": "object",
              "required": ["«number»", "«text»"],
              "properties": {
                "«number»": { "type": "«kind»", "minimum": «low» },
                "«text»": { "type": "string" }
              }
            }
            """, mutants=(('"minimum"', '"maximum"'), ('["«number»", "«text»"]', '["«text»"]'), ('"type": "«kind»", ', ""), ('"type": "string"', '"minLength": 1'))),
    ),
    verifier=check_required,
)  # fmt: skip


def draw_enum(rng: Random) -> dict[str, Any]:
    """Draw a property with a few values and a default field."""
    noun = draw_noun(rng)
    values = rng.sample(STATUSES, rng.choice((2, 3, 4)))
    return {"one": noun.one, "an_one": a(noun.one), "field": pick(rng, "status|state|phase|stage|kind"), "values": values, "shown": ", ".join(values[:-1]) + " or " + values[-1],
            "list": json.dumps(values), "fewer": json.dumps(values[:-1]), "last": values[-1], "flag": pick(rng, "urgent|public|archived|paid|hidden"),
            "choices": ", ".join(f'{{ "const": "{value}" }}' for value in values)}  # fmt: skip


def check_enum(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give every value, and some that aren't on the list."""
    field, flag = facts["field"], facts["flag"]
    good = [{field: value} for value in facts["values"]] + [{field: facts["last"], flag: False}]
    return schema_check(
        good,
        [
            {},
            {flag: True},
            {field: "other"},
            {field: facts["last"].upper()},
            {field: None},
            {field: facts["last"], flag: "yes"},
            {field: facts["last"], flag: 1},
            {field: [facts["last"]]},
        ],
    )


ENUM = Template(
    id="one_of_values",
    ask=(
        "Write a JSON Schema for an object whose required property `«field»` is one of the strings «shown». An optional property `«flag»` is a boolean.",
        "For our «one» API I want a JSON Schema: an object with `«field»` (required; allowed values: «shown») and `«flag»` (optional, true or false).",
        "Please give me the JSON Schema of «an_one» update. It must be an object. `«field»` has to be present and be «shown»; `«flag»`, when present, has to be a boolean.",
    ),
    draw=draw_enum,
    shapes=(
        Shape(name="enum", code="""
            {
              "type": "object",
              "properties": {
                "«field»": { "enum": «list» },
                "«flag»": { "type": "boolean" }
              },
              "required": ["«field»"]
            }
            """, mutants=(('"required": ["«field»"]', '"required": []'), ("«list»", "«fewer»"), ('"boolean"', '"string"'), ('"enum": «list»', '"type": "string"'))),
        Shape(name="one_of", code="""
            {
              "type": "object",
              "required": ["«field»"],
              "properties": {
                "«field»": { "oneOf": [«choices»] },
                "«flag»": { "type": "boolean" }
              }
            }
            """, mutants=(('"required": ["«field»"]', '"required": ["«flag»"]'), ('"oneOf"', '"not"'), ('"oneOf"', '"allOf"'), ('"type": "boolean"', ""),
                          ('"type": "object",\n', ""))),
    ),
    verifier=check_enum,
)  # fmt: skip


# Values of the second property by its type: two that fit and two that don't.
SECONDS: dict[str, tuple[Any, Any, Any, Any]] = {
    "string": ("z", "", 3, True), "integer": (3, -2, 1.5, "3"), "number": (1.5, 4, "1.5", True), "boolean": (True, False, "true", 1),
}  # fmt: skip


def draw_closed(rng: Random) -> dict[str, Any]:
    """Draw an object without room for others."""
    noun = draw_noun(rng)
    first, text = rng.sample(TEXT_FIELDS, 2)
    kind, low = rng.choice(tuple(SECONDS)), rng.choice((1, 2, 3, 4, 5, 6, 8))
    second = {"string": text, "boolean": rng.choice(FLAG_FIELDS)}.get(kind) or rng.choice(NUMBER_FIELDS)
    return {"one": noun.one, "an_one": a(noun.one), "first": first, "second": second, "kind": kind, "low": low, "high": low + rng.choice((4, 7, 10, 12, 20, 30, 50))}  # fmt: skip


def check_closed(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give texts of written-out lengths and one property too many."""
    first, second, low, high = facts["first"], facts["second"], facts["low"], facts["high"]
    yes, fine, no, wrong = SECONDS[facts["kind"]]
    good: list[Any] = [{first: "x" * low}, {first: "y" * high, second: yes}, {first: "x" * low, second: fine}]
    bad: list[Any] = [
        {first: "x" * (low - 1)},
        {first: "x" * (high + 1)},
        {second: yes},
        {first: "x" * high, "more": 1},
        {first: "x" * high, second: no},
        {first: "x" * high, second: wrong},
        {first: 12345},
    ]
    return schema_check(good, bad)


CLOSED = Template(
    id="no_other_properties",
    ask=(
        "Write a JSON Schema for «an_one»: an object with a required string `«first»` of «low» to «high» characters and an optional «kind» `«second»`. No other properties are allowed.",
        "I need a strict JSON Schema for «an_one»: `«first»` (string, minimum length «low», maximum length «high», required), `«second»` («kind», optional), and additional properties forbidden. It describes an object.",
        "Please write the JSON Schema of an object that has `«first»`, a string between «low» and «high» characters long, maybe `«second»` of type «kind», and nothing else.",
        "Unknown keys in a «one» form are typing errors. JSON Schema, please: the top is an object. Its keys can only be `«second»`, whose type is «kind», and `«first»`, text that counts «low» characters or more but not above «high». The latter mustn't be missing.",
        "How would a JSON Schema look that lets through a «one» filter with `«first»` alone or with `«first»` and `«second»`, but no third key? The value is an object, `«second»` has type «kind», `«first»` is text, its length from «low» to «high».",
    ),
    draw=draw_closed,
    shapes=(
        Shape(name="plain", code="""
            {
              "type": "object",
              "properties": {
                "«first»": { "type": "string", "minLength": «low», "maxLength": «high» },
                "«second»": { "type": "«kind»" }
              },
              "required": ["«first»"],
              "additionalProperties": false
            }
            """, mutants=((',\n  "additionalProperties": false', ""), ('"minLength": «low», ', ""), (', "maxLength": «high»', ""), ('["«first»"]', '["«second»"]'),
                          ('"maxLength"', '"maximum"'))),
        Shape(name="pattern", code="""
            {
              "type": "object",
              "additionalProperties": false,
              "required": ["«first»"],
              "properties": {
                "«first»": { "type": "string", "pattern": "^.{«low»,«high»}$" },
                "«second»": { "type": "«kind»" }
              }
            }
            """, mutants=(("false", "true"), ("{«low»,«high»}", "{«low»,}"), ('["«first»"]', "[]"), ('"«second»": { "type": "«kind»" }', '"«second»": {}'))),
    ),
    verifier=check_closed,
)  # fmt: skip


# What the items of a list are: in words, the type, and a rule with the drawn limit.
ITEMS = (
    ("a string", "string", ""), ("a string of at least {} characters", "string", "minLength"), ("a string of at most {} characters", "string", "maxLength"),
    ("an integer", "integer", ""), ("an integer of at least {}", "integer", "minimum"), ("an integer of at most {}", "integer", "maximum"), ("a number", "number", ""),
    ("a number of at least {}", "number", "minimum"), ("a boolean", "boolean", ""),
)  # fmt: skip


def draw_list(rng: Random) -> dict[str, Any]:
    """Draw an object with a list: how long it is, what is in it, and whether items may come twice."""
    noun, (words, kind, rule) = draw_noun(rng), rng.choice(ITEMS)
    low, limit, unique = rng.choice((1, 1, 2, 3, 4)), rng.randrange(3, 10), kind != "boolean" and rng.random() < 0.5
    return {
        "one": noun.one, "an_one": a(noun.one), "kind": kind, "rule": rule, "limit": limit, "item": words.format(limit), "item_rule": f', "{rule}": {limit}' if rule else "",
        "low": low, "high": low + rng.choice((2, 3, 4, 5, 6, 8, 11, 16)),
        "field": pick(rng, f"{noun.many}|{noun.one}_list|{noun.one}_ids|{noun.one}_names|items|entries|values|rows"),
        "unique": unique, "unique_text": ", without repeats" if unique else "", "unique_line": ', "uniqueItems": true' if unique else "",
    }  # fmt: skip


def list_items(facts: Facts) -> tuple[list[Any], list[Any]]:
    """Return 30 items that fit, the one at the limit first, and items of which none fits."""
    limit, places = facts["limit"], range(30)
    match facts["kind"], facts["rule"]:
        case "string", "minLength":
            return [letter * limit for letter in "abcdefghijklmnopqrstuvwxyzABCD"], ["x" * (limit - 1), 5, None]
        case "string", "maxLength":
            return ["x" * limit, *(f"s{n}" for n in places)], ["x" * (limit + 1), 5, None]
        case "string", _:
            return [f"s{n}" for n in places], [5, None]
        case "boolean", _:
            return [True, False] * 15, ["true", 1, None]
        case kind, "maximum":
            return [limit - n for n in places], [limit + 1, f"{limit}", *([limit - 0.5] if kind == "integer" else [])]
        case kind, rule:
            start = limit if rule else 0
            wrong: list[Any] = [f"{start}", None, *([start - 1] if rule else [])]
            whole = [start + n for n in places]
            return (whole, [*wrong, start + 0.5]) if kind == "integer" else ([n + 0.5 * (n % 2) for n in whole], wrong)


def check_list(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give lists of written-out sizes, with repeats and with items that don't fit."""
    del rng
    low, high, field, (items, wrong) = facts["low"], facts["high"], facts["field"], list_items(facts)
    good: list[Any] = [{field: items[:low]}, {field: items[:high]}]
    bad: list[Any] = [{}, {field: items[: low - 1]}, {field: items[: high + 1]}, {field: "s1"}, {field: {}}]
    bad += [{field: [*items[:low], one]} for one in wrong]
    (bad if facts["unique"] else good).append({field: [items[0]] * max(low, 2)})
    return schema_check(good, bad)


LIST = Template(
    id="list_of_items",
    ask=(
        "Write a JSON Schema for «an_one» request: an object with the required property `«field»`, an array of «low» to «high» items, each of which is «item»«unique_text».",
        "Our endpoint takes `{ \"«field»\": [...] }`. Please write its JSON Schema: an object, `«field»` is required and is an array with at least «low» and at most «high» items«unique_text»; every item is «item».",
        "I need a JSON Schema about «an_one». The value is an object; its property `«field»` must exist and hold a list of «low» to «high» elements«unique_text». An element is «item».",
        "Validate a «one» search with JSON Schema. What may stand in `«field»`, an array that can't be missing from the top object? Only items of this kind: «item». How many? From «low» up to «high»«unique_text».",
        "In our «one» API `«field»` is an array. Each item has to be «item», and there are not fewer than «low» and not more than «high» of them«unique_text». Give me a JSON Schema for the object around it, where `«field»` is mandatory.",
    ),
    draw=draw_list,
    shapes=(
        Shape(name="plain", code="""
            {
              "type": "object",
              "properties": {
                "«field»": { "type": "array", "items": { "type": "«kind»"«item_rule» }, "minItems": «low», "maxItems": «high»«unique_line» }
              },
              "required": ["«field»"]
            }
            """, mutants=((', "minItems": «low»', ""), (', "maxItems": «high»', ""), ('"items": { "type": "«kind»"«item_rule» }', '"items": {}'), ("«item_rule»", ""),
                          ('"required": ["«field»"]', '"required": []'), ('"type": "array"', '"type": "object"'))),
        Shape(name="definition", code="""
            {
              "$defs": { "entry": { "type": "«kind»"«item_rule» } },
              "type": "object",
              "required": ["«field»"],
              "properties": {
                "«field»": {
                  "type": "array",
                  "items": { "$ref": "#/$defs/entry" },
                  "minItems": «low»,
                  "maxItems": «high»«unique_line»
                }
              }
            }
            """, mutants=(('"minItems": «low»', '"minItems": 0'), ('"maxItems": «high»', '"maxItems": 99'), ('{ "type": "«kind»"«item_rule» }', "{}"), ("«item_rule»", ""),
                          ('["«field»"]', '[]'))),
    ),
    verifier=check_list,
)  # fmt: skip


def draw_nested(rng: Random) -> dict[str, Any]:
    """Draw an object inside an object."""
    noun = draw_noun(rng)
    outer = pick(
        rng,
        "owner|address|contact|customer|author|shipping|billing|sender|receiver|manager|origin|target|vendor|guardian",
    )
    return {"one": noun.one, "an_one": a(noun.one), "outer": outer,
            "text": pick(rng, "name|street|city|email|phone|country|company|title|region|district|firstName|lastName|website|language"),
            "number": pick(rng, "zip|age|floor|number|level|rank|score|houseNumber|extension|birthYear|box|staff|rooms|points"),
            "nullable": pick(rng, "note|comment|nickname|remark|alias|memo|hint|caption|summary|reference|signature|greeting")}  # fmt: skip


def check_nested(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give objects whose inner object was spoilt."""
    outer, text, number, note = (facts[key] for key in ("outer", "text", "number", "nullable"))
    inside = {text: "x", number: 4}
    good: list[Any] = [{outer: inside}, {outer: {text: "y"}, note: None}, {outer: inside, note: "hello"}]
    bad: list[Any] = [
        {},
        {outer: {}},
        {outer: {number: 3}},
        {outer: {text: 1}},
        {outer: {text: "x", number: "4"}},
        {outer: "x"},
        {outer: inside, note: 3},
        {outer: {text: "x", number: 1.5}},
    ]
    return schema_check(good, bad)


NESTED = Template(
    id="object_in_object",
    ask=(
        "Write a JSON Schema for «an_one»: an object with a required property `«outer»`, itself an object with a required string `«text»` and an optional integer `«number»`. Next to `«outer»` there may be `«nullable»`, a string or null.",
        "I need the JSON Schema of «an_one» object. `«outer»` is required and is an object: `«text»` (string) must be in it, `«number»` (integer) may be. The outer object may also have `«nullable»`, whose value is a string or null.",
        "Please write a JSON Schema for «one» data like `{\"«outer»\": {\"«text»\": \"x\", \"«number»\": 1}, \"«nullable»\": null}`. Only `«outer»` and its `«text»` are required; `«text»` is a string, `«number»` an integer, `«nullable»` a string or null.",
        "«an_one» of ours carries a nested `«outer»`. Describe it as JSON Schema: the nested object must exist and must hold the text `«text»`; a whole number `«number»` is allowed beside it. On the top level only `«nullable»` may be text or null.",
        "Schema of «an_one» wanted (JSON Schema, JSON only). Top level, an object: `«outer»` mandatory, `«nullable»` optional and either a string or null. Within `«outer»`, an object too: `«text»` mandatory string, `«number»` optional integer.",
        "Our form sends «an_one» with `«outer»` inside. Validate that by a JSON Schema in which `«outer»` can't be left out, its `«text»` can't either (a string), its `«number»` is an integer if given, and `«nullable»` on the outside, if given, is null or a string.",
    ),
    draw=draw_nested,
    shapes=(
        Shape(name="inline", code="""
            {
              "type": "object",
              "properties": {
                "«outer»": {
                  "type": "object",
                  "properties": {
                    "«text»": { "type": "string" },
                    "«number»": { "type": "integer" }
                  },
                  "required": ["«text»"]
                },
                "«nullable»": { "type": ["string", "null"] }
              },
              "required": ["«outer»"]
            }
            """, mutants=(('"required": ["«text»"]', '"required": []'), ('"required": ["«outer»"]', '"required": []'), ('["string", "null"]', '"string"'),
                          ('"type": "integer"', '"type": "string"'), ('["string", "null"]', '["string", "null", "number"]'))),
        Shape(name="definition", code="""
            {
              "$defs": {
                "«outer»": {
                  "type": "object",
                  "required": ["«text»"],
                  "properties": { "«text»": { "type": "string" }, "«number»": { "type": "integer" } }
                }
              },
              "type": "object",
              "required": ["«outer»"],
              "properties": {
                "«outer»": { "$ref": "#/$defs/«outer»" },
                "«nullable»": { "anyOf": [{ "type": "string" }, { "type": "null" }] }
              }
            }
            """, mutants=(('"required": ["«text»"],', ""), ('"required": ["«outer»"],', ""), ('"anyOf"', '"allOf"'), ('"type": "integer"', '"type": "number"'),
                          ('{ "$ref": "#/$defs/«outer»" }', "{}"))),
    ),
    verifier=check_nested,
)  # fmt: skip

CATEGORY = Category(
    name="fs_json_schema",
    family="api_contracts",
    templates=(REQUIRED, ENUM, CLOSED, LIST, NESTED, RANGE, CODE, MAPPING),
)
