"""Two templates of `fs_request_validation`: errors in a list of items, and the answer to a whole request."""

import json
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.wording import CITIES, COLORS, FIRST_NAMES, NUMBER_FIELDS, TEXT_FIELDS, a, draw_noun


def draw_items(rng: Random) -> dict[str, Any]:
    """Draw the rules for the entries of a list and how places in it are named."""
    noun, items = draw_noun(rng), pick(rng, "items|lines|rows|entries|records")
    text, number, least = rng.choice(TEXT_FIELDS), rng.choice(NUMBER_FIELDS), rng.choice((1, 1, 2, 5, 10))
    place, base, form = (
        pick(rng, "{0}[#].@|{0}.#.@|/{0}/#/@|{1} #: @|{0}[#]/@"),
        rng.choice((0, 1)),
        pick(rng, "dict|texts|places"),
    )
    place = place.format(items, noun.one)
    empty, small = (
        pick(rng, "is required|is empty|is missing"),
        pick(rng, f"must be at least {least}|is below {least}|is too small"),
    )
    general = place.replace("#", "{i}").replace("@", "{field}")
    text_place, number_place = general.replace("{field}", text), general.replace("{field}", number)
    example = place.replace("#", str(base)).replace("@", text)
    adds = {"dict": 'errors[f"{0}"] = "{1}"', "texts": 'errors.append(f"{0} {1}")', "places": 'errors.append(f"{0}")'}[
        form
    ]
    yields = {"dict": 'yield f"{0}", "{1}"', "texts": 'yield f"{0} {1}"', "places": 'yield f"{0}"'}[form]
    return {
        "name": pick(rng, "check_{0}|validate_{0}|{0}_errors|find_errors|errors_in_{0}").format(items), "items": items,
        "a_one": a(noun.one), "one": noun.one, "text": text,
        "number": number, "least": least, "form": form, "base": base, "place": place, "empty": empty, "small": small,
        "walk": f"enumerate({items}, 1)" if base else f"enumerate({items})",
        "wrong_walk": f"enumerate({items})" if base else f"enumerate({items}, 1)",
        "errors": "{}" if form == "dict" else "[]", "gather": "dict" if form == "dict" else "list",
        "add_text": adds.format(text_place, empty), "add_number": adds.format(number_place, small),
        "yield_text": yields.format(text_place, empty), "yield_number": yields.format(number_place, small),
        "open": "{" if form == "dict" else "[", "close": "}" if form == "dict" else "]",
        "entry": {"dict": f'f"{general}": message', "texts": f'f"{general} {{message}}"',
                  "places": f'f"{general}"'}[form],
        "result": {
            "dict": f'a dict from place to message, for example `{{"{example}": "{empty}"}}`',
            "texts": f"a list of texts like `{example} {empty}`",
            "places": f"a list of the wrong places, written like `{example}`",
        }[form],
        "messages": {"dict": f'; the messages are "{empty}" and "{small}"',
                     "texts": f'; the messages are "{empty}" and "{small}"', "places": ""}[form],
        "order": "" if form == "dict" else f", item by item and `{text}` before `{number}`",
    }  # fmt: skip


def check_items(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the faults that were put in."""
    text, number, least = facts["text"], facts["number"], facts["least"]
    cases = []
    for faults in ([], [""], ["t"], ["n"], ["", "tn", ""], ["n", "t"], ["", "", "t", "n"], ["tn", "", "n"]):
        items, errors = [], []
        for index, fault in enumerate(faults):
            item: dict[str, Any] = {
                text: rng.choice(FIRST_NAMES),
                number: least + rng.choice((0, 0, 1, 40)),
                "note": rng.choice(COLORS),
            }
            if "t" in fault:
                item |= {text: ""} if (index + len(faults)) % 2 else {}
                item = item if (index + len(faults)) % 2 else {key: value for key, value in item.items() if key != text}
                errors.append((index, text, facts["empty"]))
            if "n" in fault:
                item[number] = least - 1 if len(faults) == 1 else rng.choice((least - 1, 0, -least))
                errors.append((index, number, facts["small"]))
            items.append(item)
        places = [
            (facts["place"].replace("#", str(index + facts["base"])).replace("@", field), message)
            for index, field, message in errors
        ]
        result: Any = {
            "dict": dict(places),
            "texts": [f"{place} {message}" for place, message in places],
            "places": [p for p, _ in places],
        }[facts["form"]]
        cases.append(([items], result))
    return python_check(facts["name"], cases)


ITEMS = Template(
    id="item_errors",
    ask=(
        "Write `«name»(«items»)` in Python, which checks the list of dicts in the request for «a_one». In every dict "
        "`«text»` must be there and not be empty, and `«number»`, always an int, must be at least «least». Return "
        "«result»«messages». Positions count from «base»«order». No errors give `«errors»`.",
        "A client posts a list of «items» for one «one». Implement the Python function `«name»(«items»)` that reports "
        "every mistake: a missing or empty `«text»`, and a `«number»` (an int, never absent) under «least». The "
        "result is «result»«messages»; the first entry has number «base»«order». For a list without mistakes it is "
        "`«errors»`.",
        "I'd like field errors with their place in a list. `«name»(«items»)` in Python gets dicts with `«text»` and "
        "`«number»` and returns «result»«messages»; count from «base»«order». `«text»` is wrong when it's absent or "
        "empty, `«number»` (an int in each dict) when it is less than «least». Return `«errors»` if all is well.",
    ),
    draw=draw_items,
    shapes=(
        Shape(name="loop", code="""
            def «name»(«items»):
                errors = «errors»
                for i, item in «walk»:
                    if not item.get("«text»"):
                        «add_text»
                    if item["«number»"] < «least»:
                        «add_number»
                return errors
            """, mutants=(("    if item[\"«number»\"]", "    elif item[\"«number»\"]"), ("«add_number»", "break"))),
        Shape(name="generator", code="""
            def «name»(«items»):
                def find():
                    for i, item in «walk»:
                        if item.get("«text»", "") == "":
                            «yield_text»
                        if item["«number»"] < «least»:
                            «yield_number»

                return «gather»(find())
            """, mutants=(('item.get("«text»", "") == ""', '"«text»" not in item'),
                          ('item.get("«text»", "")', 'item["«text»"]'))),
        Shape(name="table", code="""
            RULES = (
                ("«text»", "«empty»", lambda item: not item.get("«text»")),
                ("«number»", "«small»", lambda item: item["«number»"] < «least»),
            )

            def «name»(«items»):
                found = ((i, rule) for i, item in «walk» for rule in RULES if rule[2](item))
                return «open»«entry» for i, (field, message, _) in found«close»
            """, mutants=(("if rule[2](item))", "if not rule[2](item))"),
                          ("for rule in RULES if", "for rule in RULES[:1] if"))),
    ),
    mutants=(("«walk»", "«wrong_walk»"), ("< «least»", "<= «least»"),
             ('not item.get("«text»")', '"«text»" not in item'), ("< «least»", "< 0")),
    verifier=check_items,
)  # fmt: skip


def draw_handler(rng: Random) -> dict[str, Any]:
    """Draw a handler: its statuses, its fields and the words of its errors."""
    noun, numbered = draw_noun(rng), rng.random() < 0.5
    fields = sorted(rng.sample(TEXT_FIELDS + NUMBER_FIELDS, rng.choice((2, 3))))
    facts = draw_arguments(
        rng, body="body|raw|text|request_body", **({"ident": "new_id|ident|next_id"} if numbered else {})
    )
    bad, invalid, made = rng.choice((400, 400, 415, 422)), rng.choice((422, 400, 409)), rng.choice((200, 201, 201, 202))
    error, missing = pick(rng, "error|detail|message|problem"), pick(rng, "missing|fields|required|invalid")
    message = pick(rng, "invalid JSON|bad JSON|malformed body|not a JSON object|can't read body")
    ident, chosen = f'"id": {facts["ident"]}, ' if numbered else "", "{field: data[field] for field in FIELDS}"
    return {
        **facts, "name": pick(rng, "create_{0}|post_{0}|add_{0}|handle_{0}|{0}_handler").format(noun.one),
        "one": noun.one, "numbered": numbered,
        "fields": fields, "names": ", ".join(f'"{field}"' for field in fields), "words": in_words(fields), "bad": bad,
        "invalid": invalid, "made": made,
        "error": error, "missing": missing, "message": message, "id_entry": ident, "other": 500 if made == 200 else 200,
        "result": f"{{{ident}**{chosen}}}" if numbered else chosen,
        "result_words": "the dict of "
        + (f'these fields together with `"id": {facts["ident"]}`' if numbered else "just these fields"),
        "whole": f"{{{ident}**data}}" if numbered else "dict(data)",
        "merged": f"{{{ident}**data}}" if numbered else "data",
        "a_one": a(noun.one),
    }  # fmt: skip


def check_handler(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what became of a body that was written, then spoilt or robbed of fields."""
    fields, bad = facts["fields"], [facts["bad"], {facts["error"]: facts["message"]}]
    cases = []
    robberies: tuple[list[str], ...] = ([], fields[:1], fields, fields[-1:], [])
    for robbed in robberies:
        values = {field: rng.choice((rng.choice(CITIES), rng.randrange(90), None, 0, "")) for field in fields}
        data = {"extra": rng.choice(COLORS), **{field: values[field] for field in fields if field not in robbed}}
        ident = rng.randrange(1, 500)
        good = [facts["made"], {**({"id": ident} if facts["numbered"] else {}), **values}]
        result = [facts["invalid"], {facts["missing"]: robbed}] if robbed else good
        cases.append((arrange(facts, body=json.dumps(data), ident=ident), result))
    whole = json.dumps(dict.fromkeys(fields, 1))
    spoilt = ("", whole[:-1], "[]", "null", "7", f"[{whole}]", '"text"')
    cases += [(arrange(facts, body=text, ident=1), bad) for text in spoilt]
    cases.append((arrange(facts, body="{}", ident=2), [facts["invalid"], {facts["missing"]: fields}]))
    return python_check(facts["name"], cases)


HANDLER = Template(
    id="json_handler",
    ask=(
        "Write a Python function `«name»(«args»)` that handles a POST request and returns a pair (status, dict). "
        "`«body»` is the text of the request. If it isn't valid JSON, or the JSON isn't an object, return «bad» with "
        "`{\"«error»\": \"«message»\"}`. If any of «words» is absent (null counts as there), return «invalid» with "
        "`{\"«missing»\": [names of the absent ones, in alphabetical order]}`. Otherwise return «made» with "
        "«result_words».",
        "Implement the endpoint that creates «a_one» as a plain Python function `«name»(«args»)`; it returns "
        "`(status, payload)`. Status «bad» and `{\"«error»\": \"«message»\"}` if the text `«body»` can't be parsed as "
        "JSON or isn't a JSON object. Status «invalid» and `{\"«missing»\": [...]}` with the sorted names of the "
        "absent fields when one of «words» isn't there (null is a value). Else status «made» and «result_words».",
        "Please write `«name»(«args»)` in Python without a framework. Parse `«body»` as JSON; on a syntax error or "
        "anything but an object answer «bad», `{\"«error»\": \"«message»\"}`. The keys «words» are required: answer "
        "«invalid» and `{\"«missing»\": [...]}`, alphabetically, if some aren't there (null is allowed). If all is "
        "well answer «made» and «result_words». An answer is a tuple of the status and a dict.",
    ),
    draw=draw_handler,
    shapes=(
        Shape(name="data_none", code="""
            import json

            FIELDS = («names»)

            def «name»(«args»):
                try:
                    data = json.loads(«body»)
                except ValueError:
                    data = None
                if not isinstance(data, dict):
                    return «bad», {"«error»": "«message»"}
                missing = [field for field in FIELDS if field not in data]
                if missing:
                    return «invalid», {"«missing»": missing}
                return «made», «result»
            """, mutants=(("    if not isinstance(data, dict):", "    if data is None:"),
                          ("except ValueError", "except KeyError"),
                          ("if field not in data]", "if not data.get(field)]"))),
        Shape(name="early_return", code="""
            import json

            FIELDS = {«names»}

            def «name»(«args»):
                failure = «bad», {"«error»": "«message»"}
                try:
                    data = json.loads(«body»)
                except json.JSONDecodeError:
                    return failure
                if type(data) is not dict:
                    return failure
                if missing := sorted(FIELDS - data.keys()):
                    return «invalid», {"«missing»": missing}
                return «made», «result»
            """, mutants=(("    if type(data) is not dict:\n        return failure\n", ""),
                          ("sorted(FIELDS - data.keys())", "sorted(data.keys() - FIELDS)"),
                          ("sorted(FIELDS - data.keys())", "sorted(FIELDS - data.keys())[:1]"))),
        Shape(name="filter_first", code="""
            import json

            FIELDS = («names»)

            def «name»(«args»):
                try:
                    pairs = json.loads(«body»).items()
                except (ValueError, AttributeError):
                    return «bad», {"«error»": "«message»"}
                data = {key: value for key, value in pairs if key in FIELDS}
                if len(data) < len(FIELDS):
                    return «invalid», {"«missing»": [field for field in FIELDS if field not in data]}
                return «made», «merged»
            """, mutants=(("(ValueError, AttributeError)", "ValueError"),
                          ("if field not in data]", "if field in data]"), (" if key in FIELDS}", "}"),
                          ("(ValueError, AttributeError)", "AttributeError"))),
    ),
    mutants=(("return «made», ", "return «other», "), ("«result»", "«whole»"), ("return «invalid», ", "return 404, "),
             ('{"«missing»": missing}', '{"«error»": missing}'), ("«missing»\": [", "«error»\": [")),
    verifier=check_handler,
)  # fmt: skip
