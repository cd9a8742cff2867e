"""The small tasks of `fs_json_schema`: the schema of one number, of one code, and of a mapping with any keys."""

from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import NUMBER_FIELDS, a, draw_noun


def draw_range(rng: Random) -> dict[str, Any]:
    """Draw what a number is about, and its ends."""
    noun, low = draw_noun(rng), rng.choice((0, 1, 2, 3, 5, 10, 18))
    high = rng.choice([one for one in (5, 9, 10, 12, 20, 50, 60, 99, 100, 120, 200, 500, 1000) if one > low + 2])
    return {
        "one": noun.one, "an_one": a(noun.one), "field": rng.choice([one for one in NUMBER_FIELDS if one != noun.one]),
        "low": low, "high": high, "below": low - 1, "above": high + 1,
    }  # fmt: skip


def check_range(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give both ends and what lies between and around them, as numbers and as other things."""
    low, high = facts["low"], facts["high"]
    bad = [low - 1, high + 1, low + 0.5, high - 0.25, -high, 10 * high, str(low), None, True, [low], {}]
    return spec_check("json_schema", accepts=[low, low + 1, high - 1, high, rng.randrange(low, high)], rejects=bad)


RANGE = Template(
    id="number_in_range",
    ask=(
        "Write a JSON Schema for a single integer, the `«field»` of «an_one»: at least «low» and at most «high».",
        "The `«field»` of «an_one» is an integer from «low» to «high», both included. Give me the JSON Schema of that "
        "value; it isn't inside an object.",
        "I need a JSON Schema document that accepts only integers not below «low» and not above «high». We use it to "
        "validate one value, the «field» of «an_one».",
    ),
    draw=draw_range,
    shapes=(
        Shape(name="plain", code="""
            {
              "type": "integer",
              "minimum": «low»,
              "maximum": «high»
            }
            """, mutants=(('"integer"', '"number"'), ('"minimum": «low»,', ""), (',\n  "maximum": «high»', ""),
                          ('"minimum"', '"exclusiveMinimum"'), ('"maximum"', '"maxLength"'),
                          ('"maximum"', '"exclusiveMaximum"'))),
        Shape(name="exclusive", code="""
            {
              "title": "«field»",
              "type": "integer",
              "exclusiveMinimum": «below»,
              "exclusiveMaximum": «above»
            }
            """, mutants=(("«below»", "«low»"), ("«above»", "«high»"), ('  "type": "integer",\n', ""),
                          ('"exclusiveMinimum"', '"minimum"'))),
        Shape(name="all_of", code="""
            {
              "type": "integer",
              "allOf": [{ "minimum": «low» }, { "maximum": «high» }]
            }
            """, mutants=(('"allOf"', '"anyOf"'), ('"integer"', '"string"'), ('{ "minimum": «low» }, ', ""),
                          ('"allOf"', '"oneOf"'))),
    ),
    verifier=check_range,
)  # fmt: skip


def draw_code(rng: Random) -> dict[str, Any]:
    """Draw the form of a code: letters that are fixed, a sign between, and how many digits."""
    noun, digits = draw_noun(rng), rng.choice((3, 4, 5, 6, 8))
    prefix = f"{noun.one.replace('_', '')[: rng.choice((2, 3, 4))].upper()}{pick(rng, '-|_|-|:')}"
    example = prefix + "".join(str(rng.randrange(10)) for _ in range(digits))
    return {
        "one": noun.one, "an_one": a(noun.one), "what": pick(rng, "code|number|key|reference"), "prefix": prefix,
        "digits": digits, "example": example, "length": len(example), "fewer": digits - 1,
    }  # fmt: skip


def check_code(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give codes that were put together, and codes with one sign more, less or changed."""
    prefix, count = facts["prefix"], facts["digits"]
    good = [prefix + "".join(rng.choice("0123456789") for _ in range(count)) for _ in range(3)] + [prefix + "0" * count]
    some = good[0]
    bad: list[Any] = [
        f"{some}7", some[:-1], prefix, "", some[len(prefix) :], some.lower(), f"x{some}", f" {some}", f"{some} ",
        f"{some}-1", f"{some[:-1]}A", f"{prefix[:-1]}{'5' * count}", f"{prefix[0]}{'5' * count}", 1234, None, [some],
        {"code": some},
    ]  # fmt: skip
    return spec_check("json_schema", accepts=good, rejects=bad)


CODE = Template(
    id="text_of_a_pattern",
    ask=(
        "Write a JSON Schema for a single string, the «what» of «an_one»: `«prefix»` followed by exactly «digits» "
        "digits, such as `«example»`.",
        "Our «one» «what» looks like `«example»`: it starts with `«prefix»`, then come «digits» digits and nothing "
        "else. Please write the JSON Schema of such a string.",
        "I need a JSON Schema that accepts a string only if it is `«prefix»` plus «digits» digits. It validates one "
        "value, the «what» of «an_one» (example: `«example»`).",
    ),
    draw=draw_code,
    shapes=(
        Shape(name="digit_class", code="""
            {
              "type": "string",
              "pattern": "^«prefix»[0-9]{«digits»}$"
            }
            """, mutants=(('"^«prefix»', '"«prefix»'), ('}$"', '}"'), ("{«digits»}", "{«fewer»}"), ("{«digits»}", "+"),
                          ('  "type": "string",\n', ""))),
        Shape(name="escape", code="""
            {
              "type": "string",
              "pattern": "^«prefix»\\\\d{«digits»}$"
            }
            """, mutants=(("\\\\d", "\\\\w"), ("{«digits»}", "{«digits»,}"), ('"^«prefix»', '"'),
                          ('"pattern"', '"format"'))),
        Shape(name="lengths", code="""
            {
              "type": "string",
              "minLength": «length»,
              "maxLength": «length»,
              "pattern": "^«prefix»[0-9]+$"
            }
            """, mutants=(('  "minLength": «length»,\n', ""), ('  "maxLength": «length»,\n', ""), ("[0-9]+", ".+"),
                          ('"string"', '["string", "null"]'))),
    ),
    verifier=check_code,
)  # fmt: skip

# What the values of a mapping are: in words, the type, its keyword and another keyword; `{}` is the drawn number.
VALUES = (
    ("an integer of at least {}", "integer", "minimum", "maximum"),
    ("an integer of at most {}", "integer", "maximum", "minimum"),
    ("a number of at least {}", "number", "minimum", "maximum"),
    ("a string of at least {} characters", "string", "minLength", "maxLength"),
    ("a string of at most {} characters", "string", "maxLength", "minLength"),
)  # fmt: skip


def draw_mapping(rng: Random) -> dict[str, Any]:
    """Draw what a mapping is about and what its values are."""
    noun, (words, kind, keyword, wrong) = draw_noun(rng), rng.choice(VALUES)
    limit = rng.choice((2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 30, 40))
    text, least = kind == "string", keyword in ("minimum", "minLength")
    return {
        "one": noun.one, "an_one": a(noun.one),
        "kind": kind, "keyword": keyword, "wrong": wrong, "limit": limit, "least": least,
        "value": words.format(limit), "other": "number" if text else "string", "slip": limit - 1 if least else limit + 1,
        "field": pick(rng, "label|description|title|slogan|caption" if text else "price|score|weight|amount|size|cost"),
    }  # fmt: skip


def check_mapping(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give mappings of fitting values, and some with one value that doesn't fit among them."""
    limit, least = facts["limit"], facts["least"]
    inside, outside = (limit + 3, limit - 1) if least else (limit - 1, limit + 1)

    def make(size: int) -> Any:
        return "x" * size if facts["kind"] == "string" else size

    good: list[Any] = [
        {"a": make(limit)},
        {"b": make(limit), "some key": make(inside)},
        {"x1": make(inside), "": make(limit)},
    ]
    bad: list[Any] = [
        {"a": make(outside)}, {"a": make(limit), "b": make(outside)}, {"": make(outside)}, {"k": None}, {"k": [make(limit)]},
        {"k": limit if facts["kind"] == "string" else str(limit)}, {"k": {}}, {"a": make(limit), "b": True},
    ]  # fmt: skip
    (good if facts["kind"] == "number" else bad).append({"k": limit + (0.5 if least else -0.5)})
    return spec_check("json_schema", accepts=[*good, {}], rejects=[*bad, [], [make(limit)], make(limit), "a", 7, None])


MAPPING = Template(
    id="mapping_of_values",
    ask=(
        "Write a JSON Schema for an object that holds the «field» of every «one» by name. Any property name is allowed, "
        "and each value is «value».",
        "Our JSON file maps the name of each «one» to its «field». Names are free; every value has to be «value». "
        "Please write the JSON Schema of this object.",
        "I need the JSON Schema of a dictionary from «one» names to «field» values. It is an object, any key may "
        "occur, and each value must be «value».",
        "A settings file stores one «field» for each «one», keyed by whatever name users chose. Each such «field» is "
        "«value». How do I say this in JSON Schema, for the object as a whole?",
        "In an object with keys that nobody can know in advance, each value is the «field» of «an_one» and has to be "
        "«value». Please give me its JSON Schema.",
    ),
    draw=draw_mapping,
    shapes=(
        Shape(name="additional", code="""
            {
              "type": "object",
              "additionalProperties": { "type": "«kind»", "«keyword»": «limit» }
            }
            """, mutants=(('"type": "object",', ""), ('{ "type": "«kind»", "«keyword»": «limit» }', "false"),
                          ('"additionalProperties"', '"properties"'))),
        Shape(name="pattern", code="""
            {
              "type": "object",
              "patternProperties": {
                ".*": { "type": "«kind»", "«keyword»": «limit» }
              }
            }
            """, mutants=(('".*"', '"^[a-z]$"'), ('"type": "object"', '"type": "array"'),
                          ('"patternProperties"', '"properties"'))),
        Shape(name="unevaluated", code="""
            {
              "type": "object",
              "unevaluatedProperties": {
                "type": "«kind»",
                "«keyword»": «limit»
              }
            }
            """, mutants=(('"unevaluatedProperties"', '"properties"'), ('"type": "object",', ""),
                          ('"unevaluatedProperties"', '"items"'))),
    ),
    mutants=(
        ('"«keyword»": «limit»', '"«wrong»": «limit»'), ('"type": "«kind»"', '"type": "«other»"'),
        ('"«keyword»": «limit»', '"«keyword»": «slip»'),
    ),
    verifier=check_mapping,
)  # fmt: skip
