"""Category `fs_request_validation`: required fields, numbers, clean payloads, lists of items, a whole request."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.payload_cleaning import CLEAN
from burnish.generate.request_bodies import HANDLER, ITEMS
from burnish.generate.request_validation_basics import CODE, LENGTH, UNKNOWN
from burnish.generate.wording import CITIES, NUMBER_FIELDS, TEXT_FIELDS, a, draw_noun


def draw_required(rng: Random) -> dict[str, Any]:
    """Draw required fields, what counts as missing, and the form of the answer."""
    noun, kind, form = draw_noun(rng), pick(rng, "absent|none|blank"), pick(rng, "names|messages|dict")
    fields = rng.sample(TEXT_FIELDS + NUMBER_FIELDS, rng.choice((3, 4)))
    data = pick(rng, "data|body|payload|fields|form|document")
    message = pick(rng, "is required|is missing|required|must be given|can't be empty|missing")
    test = {"absent": "field not in {0}", "none": "{0}.get(field) is None",
            "blank": "{0}.get(field) is None or not str({0}[field]).strip()"}[kind].format(data)  # fmt: skip
    entry = {"names": "field", "messages": f'f"{{field}} {message}"', "dict": f'field: "{message}"'}[form]
    given = {"absent": "{0}", "none": "field for field, value in {0}.items() if value is not None",
             "blank": "field for field, value in {0}.items() if value is not None and str(value).strip()"}[kind].format(data)  # fmt: skip
    left, right = "{}" if form == "dict" else "[]"
    return {
        "name": pick(rng,
                     "missing_fields|check_required|find_missing|require_fields|validate_{0}|check_{0}|{0}_errors").format(noun.one),
        "data": data, "fields": fields, "kind": kind, "form": form, "message": message, "test": test, "entry": entry,
        "one": a(noun.one),
        "names": ", ".join(f'"{field}"' for field in fields), "words": in_words(fields),
        "given": given if kind == "absent" else f"{{{given}}}",
        "left": left, "right": right,
        "add": f'errors[field] = "{message}"' if form == "dict" else f"errors.append({entry})",
        "truthy": f"not {data}.get(field)", "short": ", ".join(f'"{field}"' for field in fields[:-1]),
        "missing_words": {"absent": "isn't a key of the dict", "none": "is absent or None",
                          "blank": "is absent, None, or a text of spaces only (or empty)"}[kind],
        "present_words": {"absent": "None and empty values count as given",
                          "none": "0, False and the empty text count as given",
                          "blank": "0 and False count as given"}[kind],
        "result": {"names": "a list of the names of the missing ones, in this order",
                   "messages": f"a list with the text `<field> {message}` for each missing one, in this order",
                   "dict": f'a dict that maps each missing one to the text "{message}"'}[form],
        "none_words": "an empty dict" if form == "dict" else "an empty list",
    }  # fmt: skip


def check_required(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the fields that were spoilt."""
    fields, message = facts["fields"], facts["message"]
    bad = {"absent": ("gone",), "none": ("gone", None), "blank": ("gone", None, "", "  ", "\t")}[facts["kind"]]
    fine: tuple[Any, ...] = {
        "absent": (0, False, None, "", "x"),
        "none": (0, False, "", " ", "x"),
        "blank": (0, False, 7, " x "),
    }[facts["kind"]]
    cases = []
    for number in range(9):
        spoilt = (
            [fields, [], fields[:1], fields[-1:], fields[1:]][number]
            if number < 5
            else rng.sample(fields, rng.randrange(len(fields)))
        )
        values = {
            field: rng.choice((rng.choice(CITIES), rng.randrange(1, 90), fine[(number + i) % len(fine)]))
            for i, field in enumerate(fields)
        }
        if number == 1:
            values = {field: fine[i % len(fine)] for i, field in enumerate(fields)}
        values |= {field: bad[(number + i) % len(bad)] for i, field in enumerate(spoilt)}
        data = {"other": 1, **{field: value for field, value in values.items() if value != "gone"}}
        named = [field for field in fields if field in spoilt]
        result: Any = {
            "names": named,
            "messages": [f"{field} {message}" for field in named],
            "dict": dict.fromkeys(named, message),
        }[facts["form"]]
        cases.append(([data], result))
    return python_check(facts["name"], cases)


REQUIRED = Template(
    id="required_fields",
    ask=(
        "Write a Python function `«name»(«data»)` for «one» that a client sends as a dict. The required fields are "
        "«words». A field is missing if it «missing_words»; «present_words». Return «result»; «none_words» if nothing "
        "is missing.",
        "Before saving «one» we check that «words» are all there. Implement `«name»(«data»)` in Python. It returns "
        "«result» («none_words» when all are given). Missing means that the field «missing_words». Note that "
        "«present_words».",
        "I need `«name»(«data»)` in Python, which looks for the fields «words» in the dict `«data»` and gives back "
        "«result». A field that «missing_words» is missing; «present_words». If the request is complete, that is "
        "«none_words».",
    ),
    draw=draw_required,
    shapes=(
        Shape(name="comprehension", code="""
            REQUIRED = («names»)

            def «name»(«data»):
                return «left»«entry» for field in REQUIRED if «test»«right»
            """, mutants=(("if «test»", "if not («test»)"), ("if «test»", "if «truthy»"),
                          ("in REQUIRED if", "in «data» if"))),
        Shape(name="loop", code="""
            def «name»(«data»):
                errors = «left»«right»
                for field in [«names»]:
                    if «test»:
                        «add»
                return errors
            """, mutants=(("if «test»", "if not («test»)"), ("if «test»", "if «truthy»"),
                          ("    return errors", "        return errors"),
                          ("return errors", "return errors or None"))),
        Shape(name="given_first", code="""
            def «name»(«data»):
                given = «given»
                return «left»«entry» for field in («names») if field not in given«right»
            """, mutants=(("field not in given", "field in given"),
                          ("given = «given»", "given = {field for field in «data» if «data»[field]}"))),
    ),
    mutants=(("«names»", "«short»"), ("«message»", "is wrong"), ("«entry» for", "len(field) for"),
             ("[«entry» for", "[field.upper() for")),
    verifier=check_required,
)  # fmt: skip


def draw_number(rng: Random) -> dict[str, Any]:
    """Draw the limits of a whole number and the words of its errors."""
    field, noun, least = rng.choice(NUMBER_FIELDS), draw_noun(rng), rng.choice((0, 1, 1, 2, 5, 10, 18, 100))
    value, optional, step = pick(rng, f"value|{field}|number|given"), rng.random() < 0.4, rng.choice((0, 0, 2, 5, 10))
    most = least + (rng.choice((50, 98, 99, 200, 1000)) if step else rng.choice((4, 9, 10, 50, 98, 99, 200, 1000)))
    kind = pick(
        rng, "{0} must be a whole number|{0} must be an integer|{0} isn't a number|not a whole number|invalid {0}"
    ).format(field)
    span = pick(
        rng, "{0} must be between {1} and {2}|{0} must be from {1} to {2}|{0} out of range|choose {1} to {2}"
    ).format(field, least, most)
    multiple = f"{field} must be a multiple of {step}"
    step_lines = f'if {value} % {step}:\n        return "{multiple}"\n    ' if step else ""
    return {
        "name": pick(rng, "check_{0}|validate_{0}|{0}_error|verify_{0}|reject_{0}").format(field), "value": value,
        "field": field, "least": least,
        "most": most, "optional": optional, "step": step, "kind": kind, "span": span, "multiple": multiple,
        "one": a(noun.one),
        "after": most + 1, "before": least - 1, "next": least + 1,
        "guard": f"if {value} is None:\n        return None\n    " if optional else "",
        "step_lines": step_lines,
        "deep_step": f'if {value} % {step}:\n            return "{multiple}"\n        ' if step else "",
        "step_words": f', "{multiple}" if it is in that range but can\'t be divided by {step}' if step else "",
        "optional_words": " The field is optional, so None is fine as well." if optional else " None isn't a whole number either.",
    }  # fmt: skip


def check_number(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what a list of all good numbers says."""
    least, most, step = facts["least"], facts["most"], facts["step"]
    allowed = list(range(least, most + 1))
    tried: list[Any] = [
        least,
        least - 1,
        most,
        most + 1,
        rng.choice(allowed),
        rng.choice(allowed),
        most + rng.randrange(2, 500),
        -most - 1,
        least + 1,
    ]
    tried += [number for number in (step * -(-least // step), step * -(-least // step) + 1)] if step else []
    tried += [True, False, str(least), "many", 2.5, float(least), None, [least]]
    cases = []
    for value in tried:
        if value is None and facts["optional"]:
            result = None
        elif isinstance(value, bool) or not isinstance(value, int):
            result = facts["kind"]
        elif value not in allowed:
            result = facts["span"]
        else:
            result = facts["multiple"] if step and value not in range(0, most + 1, step) else None
        cases.append(([value], result))
    return python_check(facts["name"], cases)


NUMBER = Template(
    id="number_range",
    ask=(
        "Write a Python function `«name»(«value»)` that checks the `«field»` of «one» in a JSON request and returns "
        "an error text or None. Return \"«kind»\" if it isn't a whole number (bool, float and text aren't), "
        "\"«span»\" if it is below «least» or above «most»«step_words», and None if it is all right.«optional_words»",
        "Implement `«name»(«value»)` in Python for our API. The `«field»` of «one» has to be an int from «least» to "
        "«most», both included; True and False don't count as integers. The result is None for a good value, "
        "\"«kind»\" for anything that isn't an int, \"«span»\" for one that is too small or too "
        "large«step_words».«optional_words»",
        "I'd like `«name»(«value»)` in Python: it returns None when `«value»` is an acceptable «field» and otherwise "
        "the message to show. Not an int, or a bool: \"«kind»\". Less than «least» or more than «most»: "
        "\"«span»\"«step_words».«optional_words»",
    ),
    draw=draw_number,
    shapes=(
        Shape(name="guards", code="""
            def «name»(«value»):
                «guard»if not isinstance(«value», int) or isinstance(«value», bool):
                    return "«kind»"
                if «value» < «least» or «value» > «most»:
                    return "«span»"
                «step_lines»return None
            """, mutants=(("< «least»", "<= «least»"), ("> «most»", ">= «most»"),
                          (" or isinstance(«value», bool)", ""), ("«value» < «least» or ", ""))),
        Shape(name="range", code="""
            def «name»(«value»):
                «guard»if type(«value») is not int:
                    return "«kind»"
                if «value» not in range(«least», «after»):
                    return "«span»"
                «step_lines»return None
            """, mutants=(("range(«least», «after»)", "range(«least», «most»)"), ("range(«least», ", "range(«next», "),
                          ("type(«value») is not int", "not isinstance(«value», int)"),
                          ("not in range", "in range"))),
        Shape(name="nested", code="""
            def «name»(«value»):
                «guard»if type(«value») is int:
                    if not «least» <= «value» <= «most»:
                        return "«span»"
                    «deep_step»return None
                return "«kind»"
            """, mutants=(("<= «most»", "< «most»"), ("«least» <= «value»", "«least» < «value»"),
                          ("if not «least»", "if «least»"), ("type(«value») is int", "«value»"))),
    ),
    mutants=(('return "«kind»"', 'return "«span»"'), ("«guard»", ""), ("«step_lines»", ""), ("«deep_step»", "")),
    verifier=check_number,
)  # fmt: skip

CATEGORY = Category(
    name="fs_request_validation",
    family="http_backend",
    templates=(REQUIRED, NUMBER, CLEAN, ITEMS, HANDLER, CODE, LENGTH, UNKNOWN),
)
