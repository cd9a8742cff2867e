"""The small tasks of `fs_request_validation`: the length of a text, the form of a code, fields that nobody knows."""

from random import Random
from string import ascii_lowercase
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import CITIES, NUMBER_FIELDS, TEXT_FIELDS, a, draw_noun


def draw_length(rng: Random) -> dict[str, Any]:
    """Draw a text field, its least and greatest length, and whether spaces around it count."""
    field = pick(rng, "bio|city|comment|description|name|nickname|note|password|subject|title|username")
    least, trim = rng.randrange(1, 9), rng.random() < 0.5
    most = least + rng.choice((2, 4, 7, 11, 12, 16, 20, 24, 30, 40, 50, 60, 80))
    value = pick(rng, f"value|text|{field}")
    return {
        "name": pick(rng, "valid_{0}|is_valid_{0}|check_{0}|{0}_fits|accept_{0}|{0}_ok").format(field), "field": field,
        "value": value, "least": least, "most": most, "after": most + 1, "before": least - 1, "trim": trim,
        "text": f"{value}.strip()" if trim else value, "slip": value if trim else f"{value}.strip()",
        "spaces": "Spaces at the start and end don't count." if trim else "Spaces count like any other character.",
        "without": " once spaces around it are removed" if trim else ", spaces included",
    }  # fmt: skip


def check_length(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what a list of the good lengths says about texts built letter by letter."""
    least, most = facts["least"], facts["most"]
    good = list(range(least, most + 1))
    cases: list[tuple[Any, bool]] = [([""], False), (["  "], not facts["trim"] and 2 in good)]
    for length in (least - 1, least, least + 1, most - 1, most, most + 1, most + rng.randrange(5, 30)):
        for left, right in (("", ""), (" ", "  ")):
            word = "".join(rng.choice(ascii_lowercase) for _ in range(length))
            counted = length if facts["trim"] else length + len(left) + len(right)
            cases.append(([left + word + right], counted in good))
    return python_check(facts["name"], cases)


LENGTH = Template(
    id="text_length",
    ask=(
        "Write a Python function `«name»(«value»)` that returns True if the string `«value»` has at least «least» and at "
        "most «most» characters, otherwise False. «spaces»",
        "The `«field»` in our form may be «least» to «most» characters long«without». Implement `«name»(«value»)` in "
        "Python; it returns whether the string `«value»` is fine, as True or False.",
        "Before saving a «field» I want to check its length. In Python, `«name»(«value»)` should be False for a string "
        "shorter than «least» or longer than «most» characters and True for all others. «spaces»",
    ),
    draw=draw_length,
    shapes=(
        Shape(name="chained", code="""
            def «name»(«value»):
                return «least» <= len(«text») <= «most»
            """, mutants=(("«least» <=", "«least» <"), ("<= «most»", "< «most»"), ("len(«text»)", "len(«slip»)"))),
        Shape(name="variable", code="""
            def «name»(«value»):
                length = len(«text»)
                return length >= «least» and length <= «most»
            """, mutants=((">= «least»", "> «least»"), ("<= «most»", "<= «after»"), (" and ", " or "),
                          ("len(«text»)", "len(«slip»)"))),
        Shape(name="early_return", code="""
            def «name»(«value»):
                if len(«text») < «least»:
                    return False
                return len(«text») < «after»
            """, mutants=(("< «least»", "< «before»"), ("< «after»", "< «most»"), ("return False", "return True"),
                          ("«text»", "«slip»"))),
    ),
    verifier=check_length,
)  # fmt: skip


def draw_code(rng: Random) -> dict[str, Any]:
    """Draw a code of letters, a mark and digits, in either order."""
    letters, digits, mark = rng.choice((2, 3, 4)), rng.choice((2, 3, 4, 5, 6)), rng.choice("-_:#")
    upper, letters_first, noun = rng.random() < 0.7, rng.random() < 0.6, draw_noun(rng)
    narrow, kind = ("[A-Z]", "capital letters") if upper else ("[a-z]", "lower-case letters")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: letters + digits]
    word, number = alphabet[:letters] if upper else alphabet[:letters].lower(), "7305142"[:digits]
    parts = [
        (f"{narrow}{{{letters}}}", f"{letters} {kind}", word),
        (f"[0-9]{{{digits}}}", f"{digits} digits", number),
    ]
    (left, left_words, left_sample), (right, right_words, right_sample) = parts if letters_first else parts[::-1]
    field = pick(rng, "code|sku|number|reference|key|tag")
    return {
        "name": pick(rng, "valid_{0}_{1}|is_{0}_{1}|check_{0}_{1}|{0}_{1}_ok").format(noun.one, field),
        "value": pick(rng, f"value|text|{field}"), "one": noun.one, "a_one": a(noun.one), "field": field, "mark": mark,
        "left": left, "right": right, "left_words": left_words, "right_words": right_words,
        "sample": f"{left_sample}{mark}{right_sample}",
        "letters": letters, "digits": digits, "upper": upper, "letters_first": letters_first,
        "longer": left.replace("{", "{1,"), "wider": "[A-Za-z]", "narrow": narrow,
    }  # fmt: skip


def check_code(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect True for codes put together by the rule, False for those with one part changed."""
    alphabet, mark = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", facts["mark"]

    def join(letters: str, digits: str, middle: str = mark) -> str:
        return middle.join((letters, digits) if facts["letters_first"] else (digits, letters))

    cases: list[tuple[Any, bool]] = [([""], False), ([mark], False)]
    for _ in range(3):
        big = "".join(rng.choice(alphabet) for _ in range(facts["letters"] - 2)) + "AZ"
        word, other = (big, big.lower()) if facts["upper"] else (big.lower(), big)
        number = "".join(rng.choice("0123456789") for _ in range(facts["digits"] - 2)) + "09"
        wrong = (
            join(other, number), join(word[1:], number), join(word + word[0], number), join(word, number[1:]),
            join(word, number + "3"), join(word, number, ""), join(word, number, "+"), join(word, "x" + number[1:]),
            join("7" + word[1:], number), join(number, word), " " + join(word, number), join(word, number) + "x",
            "x" + join(word, number),
        )  # fmt: skip
        cases += [([join(word, number)], True), *(([text], False) for text in wrong)]
        cases.append(([join(word[::-1], number[::-1])], True))
    return python_check(facts["name"], cases)


CODE = Template(
    id="code_format",
    ask=(
        "Write a Python function `«name»(«value»)` that returns True if the whole string is «left_words», then "
        "`«mark»`, then «right_words», like `«sample»`, and False for anything else.",
        "Every «one» has a «field» such as `«sample»`: «left_words», the character `«mark»` and «right_words». Implement "
        "`«name»(«value»)` in Python, which says (True or False) whether a string has exactly this form.",
        "I need a format check for the «field» of «a_one» in Python. `«name»(«value»)` is True for text made of "
        "exactly «left_words», `«mark»` and «right_words» (for example `«sample»`), otherwise False.",
    ),
    draw=draw_code,
    shapes=(
        Shape(name="fullmatch", code="""
            import re

            def «name»(«value»):
                return re.fullmatch(r"«left»«mark»«right»", «value») is not None
            """, mutants=(("fullmatch", "match"), ("is not None", "is None"), ("«left»", "«longer»"), ("«mark»", "."),
                          ("«narrow»", "«wider»"))),
        Shape(name="anchors", code="""
            import re

            def «name»(«value»):
                return bool(re.match(r"^«left»«mark»«right»$", «value»))
            """, mutants=(('$"', '"'), ('re.match(r"^', 're.search(r"'), ("«mark»", "«mark»?"), ("[0-9]", "[0-9a-z]"))),
    ),
    verifier=check_code,
)  # fmt: skip


def draw_unknown(rng: Random) -> dict[str, Any]:
    """Draw the fields that a request may have."""
    noun = draw_noun(rng)
    fields = rng.sample([name for name in TEXT_FIELDS + NUMBER_FIELDS if name != noun.one], rng.choice((2, 3)))
    return {
        "name": pick(rng, "unknown_fields|extra_fields|unknown_{0}_fields|find_unknown|extra_keys").format(noun.one),
        "data": pick(rng, "data|body|payload|form"), "one": noun.one, "a_one": a(noun.one), "fields": fields,
        "words": in_words(fields),
        "names": ", ".join(f'"{field}"' for field in fields),
        "short": ", ".join(f'"{field}"' for field in fields[1:]) + ",",
    }  # fmt: skip


def check_unknown(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the keys that were put in besides, in the order of the alphabet."""
    spare = sorted({"admin", "debug", "id", "page", "role", "token", "xyz", f"{facts['fields'][0]}s", "extra"})
    cases = []
    for known, extra in ((2, 0), (2, 1), (0, 2), (1, 3), (0, 0), (3, 4), (3, 2)):
        strange = sorted(rng.sample(spare, extra))
        keys = facts["fields"][:known] + strange
        keys = rng.sample(keys, len(keys)) if extra < 3 else keys[:known] + strange[::-1]
        cases.append(([{key: rng.choice((*CITIES, None, 0)) for key in keys}], strange))
    return python_check(facts["name"], cases)


UNKNOWN = Template(
    id="unknown_fields",
    ask=(
        "Write a Python function `«name»(«data»)` that returns a sorted list of the keys of the dict `«data»` that "
        "aren't allowed. Only «words» are allowed.",
        "A request for «a_one» may contain nothing but «words». Implement `«name»(«data»)` in Python: it gets the "
        "request as a dict and returns all other keys as a list in alphabetical order.",
        "Clients sometimes send fields we don't know. I need `«name»(«data»)` in Python, which lists, sorted, every "
        "key of the «one» dict `«data»` except «words».",
    ),
    draw=draw_unknown,
    shapes=(
        Shape(name="difference", code="""
            def «name»(«data»):
                return sorted(set(«data») - {«names»})
            """, mutants=(("sorted(set(«data») - {«names»})", "sorted({«names»} - set(«data»))"),
                          (" - {", " & {"), ("sorted(", "len("))),
        Shape(name="comprehension", code="""
            ALLOWED = («names»)

            def «name»(«data»):
                return [key for key in sorted(«data») if key not in ALLOWED]
            """, mutants=(("not in", "in"), ("in sorted(«data»)", "in «data»"), ("[key for", "[«data»[key] for"))),
        Shape(name="loop", code="""
            def «name»(«data»):
                unknown = []
                for key in «data»:
                    if key not in [«names»]:
                        unknown.append(key)
                return sorted(unknown)
            """, mutants=(("key not in", "key in"), ("sorted(unknown)", "unknown"), ("sorted(unknown)",
                          "sorted(unknown)[:1]"))),
    ),
    mutants=(("«names»", "«short»"),),
    verifier=check_unknown,
)  # fmt: skip
