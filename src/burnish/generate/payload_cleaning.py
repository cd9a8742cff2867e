"""One template of `fs_request_validation`: an untidy payload becomes a dict with known, clean fields."""

import json
from random import Random
from typing import Any, NamedTuple

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, COLORS, NUMBER_FIELDS, draw_noun


class Cleaning(NamedTuple):
    """How one field is cleaned: its words, the expression, a slip, and the key of the samples."""

    field: str
    words: str
    code: str
    slip: str
    kind: str


def draw_cleanings(rng: Random, data: str) -> list[Cleaning]:
    """Draw three cleanings of different kinds for the dict `data`."""
    strip, lower, upper = (
        pick(rng, "name|title|city|label"),
        pick(rng, "email|login|slug"),
        pick(rng, "code|country|sku|currency"),
    )
    number, many, flag = (
        rng.choice(NUMBER_FIELDS),
        pick(rng, "tags|roles|keywords|topics"),
        pick(rng, "public|active|newsletter|urgent"),
    )
    default, value = rng.choice(
        (
            ("status", '"draft"'),
            ("language", '"en"'),
            ("limit", "20"),
            ("page", "1"),
            ("order", '"asc"'),
            ("color", '"gray"'),
        )
    )
    yes = pick(rng, "yes|true|on|1")
    return rng.sample((
        Cleaning(strip, f"`{strip}` without spaces around it", f'{data}["{strip}"].strip()', f'{data}["{strip}"]',
                 "strip"),
        Cleaning(lower, f"`{lower}` without spaces around it and in lower case", f'{data}["{lower}"].strip().lower()',
                 f'{data}["{lower}"].lower()', "lower"),
        Cleaning(upper, f"`{upper}` in capitals", f'{data}["{upper}"].upper()', f'{data}["{upper}"].title()', "upper"),
        Cleaning(number, f"`{number}` as an int (it comes as text)", f'int({data}["{number}"])', f'{data}["{number}"]',
                 "int"),
        Cleaning(many, f"`{many}`, a text with commas, as a list of its parts without spaces around them",
                 f'[part.strip() for part in {data}["{many}"].split(",")]', f'{data}["{many}"].split(",")', "list"),
        Cleaning(flag, f"`{flag}` as a bool, true exactly for the text `{yes}`", f'{data}["{flag}"] == "{yes}"',
                 f'bool({data}["{flag}"])', f"flag:{yes}"),
        Cleaning(default, f"`{default}`, or {value} if it isn't there", f'{data}.get("{default}", {value})',
                 f'{data}.get("{default}")',
                 f"default:{value}"),
    ), 3)  # fmt: skip


def draw_clean(rng: Random) -> dict[str, Any]:
    """Draw the fields that a payload keeps."""
    noun, data = draw_noun(rng), pick(rng, "data|payload|body|raw|form")
    cleanings = draw_cleanings(rng, data)
    while len({one.field for one in cleanings}) < 3:
        cleanings = draw_cleanings(rng, data)
    words = [one.words for one in cleanings]
    return {
        "name": pick(rng, "clean_{0}|normalize_{0}|parse_{0}|prepare_{0}|read_{0}|{0}_from_request").format(noun.one),
        "one": noun.one,
        "data": data, "fields": [one.field for one in cleanings], "kinds": [one.kind for one in cleanings],
        "codes": [one.code for one in cleanings], "words": f"{words[0]}; {words[1]}; and {words[2]}",
        **{f"code_{i}": one.code for i, one in enumerate(cleanings)},
        **{f"slip_{i}": one.slip for i, one in enumerate(cleanings)},
        **{f"field_{i}": one.field for i, one in enumerate(cleanings)},
    }  # fmt: skip


def draw_sample(rng: Random, kind: str) -> tuple[Any, Any]:
    """Return what a client sends for a field, made dirty from what is kept of it; None for nothing sent."""
    name, _, detail = kind.partition(":")
    word, space = rng.choice(CITIES + COLORS), rng.choice(("", " ", "  "))
    if name == "int":
        number = rng.randrange(0, 900)
        return f"{number}", number
    if name == "list":
        words = [rng.choice(COLORS) for _ in range(rng.randrange(1, 4))]
        return ("," + space).join(words) + space, words
    if name == "flag":
        sent = rng.choice((detail, detail, "no", "0", detail + "!", "", "off"))
        return sent, sent == detail
    if name == "default":
        value = json.loads(detail)
        other = rng.choice(COLORS) + "ish" if isinstance(value, str) else value + 7
        return rng.choice(((None, value), (other, other), ("", "")))
    clean = {"strip": word, "lower": "".join(c.lower() for c in word), "upper": "".join(c.upper() for c in word)}[name]
    dirty = word if name != "lower" else rng.choice((word.upper(), word.title(), word))
    return (dirty if name == "upper" else f"{space}{dirty} "), clean


def check_clean(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the values from before they were made dirty."""
    cases = []
    for number in range(7):
        pairs = {field: draw_sample(rng, kind) for field, kind in zip(facts["fields"], facts["kinds"], strict=True)}
        sent = {field: dirty for field, (dirty, _) in pairs.items() if dirty is not None}
        extra = {"is_admin": True, "id": number} if number % 3 else {}
        cases.append(([sent | extra], {field: clean for field, (_, clean) in pairs.items()}))
    for flag in (True, False):
        forced = {field: force_slip(kind, flag) for field, kind in zip(facts["fields"], facts["kinds"], strict=True)}
        sent = {field: dirty for field, (dirty, _) in forced.items() if dirty is not None}
        cases.append(([sent], {field: clean for field, (_, clean) in forced.items()}))
    return python_check(facts["name"], cases)


def force_slip(kind: str, flag: bool) -> tuple[Any, Any]:
    """Return a pair like `draw_sample` that tells each cleaning from its slip."""
    name, _, detail = kind.partition(":")
    return {
        "strip": (" two words ", "two words"), "lower": (" Two@X.org", "two@x.org"), "upper": ("ab-1c", "AB-1C"),
        "int": ("07", 7),
        "list": ("a, b ,c", ["a", "b", "c"]), "flag": (detail if flag else "no", flag),
        "default": (None, json.loads(detail) if name == "default" else None),
    }[name]  # fmt: skip


def write_increments(facts: Facts) -> str:
    """Return the solution that fills a dict line by line."""
    lines = [f'    clean["{field}"] = {code}' for field, code in zip(facts["fields"], facts["codes"], strict=True)]
    return "\n".join([f"def {facts['name']}({facts['data']}):", "    clean = {}", *lines, "    return clean"])


CLEAN = Template(
    id="clean_payload",
    ask=(
        "Write a Python function `«name»(«data»)` that turns the dict of a request into a new dict with exactly these "
        "fields: «words». Anything else that the client sent is left out.",
        "Requests for a new «one» come in untidy. Implement `«name»(«data»)` in Python; it returns a dict with only "
        "the following keys and doesn't copy any other: «words».",
        "I need a function `«name»(«data»)` in Python to tidy up what a form sends before we store the «one». Keep, "
        "in a new dict: «words». Drop unknown fields.",
    ),
    draw=draw_clean,
    shapes=(
        Shape(name="literal", code="""
            def «name»(«data»):
                return {
                    "«field_0»": «code_0»,
                    "«field_1»": «code_1»,
                    "«field_2»": «code_2»,
                }
            """, mutants=(("return {", "return {**«data», "), ('"«field_1»": ', '"«field_0»": '))),
        Shape(name="increments", code=write_increments, mutants=(("clean = {}", "clean = dict(«data»)"),
                                                                 ("return clean", "return «data»"))),
        Shape(name="rules", code="""
            RULES = {
                "«field_0»": lambda «data»: «code_0»,
                "«field_1»": lambda «data»: «code_1»,
                "«field_2»": lambda «data»: «code_2»,
            }

            def «name»(«data»):
                return {field: rule(«data») for field, rule in RULES.items()}
            """, mutants=(("for field, rule in RULES.items()}",
                           "for field, rule in RULES.items() if field in list(«data»)[:2]}"),
                           ("{field: rule(«data»)", "{**«data», field: rule(«data»)"))),
    ),
    mutants=(("«code_0»", "«slip_0»"), ("«code_1»", "«slip_1»"), ("«code_2»", "«slip_2»")),
    verifier=check_clean,
)  # fmt: skip
