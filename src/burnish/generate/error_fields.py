"""The template of `fs_error_responses` that turns a validator's list of errors into the body of a response."""

import json
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import NUMBER_FIELDS, TEXT_FIELDS, draw_noun

MESSAGES = ("is required", "is too short", "must be positive", "isn't a number", "is unknown")


def draw_fields(rng: Random) -> dict[str, Any]:
    """Draw the names in the validator's errors and the form of the body."""
    noun, form, skips, status = (
        draw_noun(rng),
        pick(rng, "lists|first|flat"),
        rng.random() < 0.5,
        rng.choice((400, 422, 422)),
    )
    facts: dict[str, Any] = {
        "errors": pick(rng, "errors|problems|failures|found"), "path": pick(rng, "loc|path|location|where"),
        "message": pick(rng, "msg|message|text|reason"), "glue": pick(rng, ".|.|/|:"), "one": noun.one,
        "field": pick(rng, "field|name|key|param"), "words": pick(rng, "detail|error|title|description"), "form": form,
        "outer": pick(rng, "errors|fields|invalid|details"), "general": pick(rng, "_|form|general|*"), "skips": skips,
        "name": pick(rng, "error_body|field_errors|group_errors|validation_response|{0}_errors").format(noun.one),
    }  # fmt: skip
    upper, lower = rng.sample(TEXT_FIELDS + NUMBER_FIELDS, 2)
    joined, body = facts["glue"].join((upper, "0", lower)), rng.choice(MESSAGES)
    sample = {facts["path"]: ["body"] * skips + [upper, 0, lower], facts["message"]: body}
    shown = {
        "lists": {joined: [body]},
        "first": {joined: body},
        "flat": [{facts["field"]: joined, facts["words"]: body}],
    }[form]
    parts = f'error["{facts["path"]}"]'
    return {
        **facts, **write_fields(facts), "status": status, "sample": json.dumps(sample),
        "shown": json.dumps({facts["outer"]: shown}),
        "key": f'"{facts["glue"]}".join(map(str, {parts}{"[1:]" if skips else ""}))', "parts": parts,
        "slip_parts": parts if skips else f"{parts}[1:]", "good_parts": f"{parts}[1:]" if skips else parts,
        "start": "[]" if form == "flat" else "{}", "other": 200 if status == 400 else 400,
        "named": f"the parts of `{facts['path']}`{' without the leading `body`' if skips else ''}, joined by `{facts['glue']}`",
        "result": {"lists": "maps each name to the list of its messages, in the order given",
                   "first": "maps each name to the first of its messages",
                   "flat": f"is a list with one dict for each error, in order: the name as `{facts['field']}` and the "
                           f"message as `{facts['words']}`"}[form],
    }  # fmt: skip


def write_fields(facts: Facts) -> dict[str, str]:
    """Return the lines that depend on the form of the body."""
    errors, text = facts["errors"], f'error["{facts["message"]}"]'
    entry = f'{{"{facts["field"]}": name, "{facts["words"]}": {text}}}'
    inner = f"[{text} for error in {errors} if name_of(error) == name]"
    return {
        "lists": {
            "add": f"fields.setdefault(name, []).append({text})", "slip": f"fields[name] = [{text}]",
            "slow": f"fields[name] = fields.get(name, []) + [{text}]",
            "built": f"{{name: {inner} for name in map(name_of, {errors})}}",
        },
        "first": {
            "add": f"fields.setdefault(name, {text})", "slip": f"fields[name] = {text}",
            "slow": f"if name not in fields:\n            fields[name] = {text}",
            "built": f"{{name_of(error): {text} for error in {errors}[::-1]}}",
        },
        "flat": {
            "add": f"fields.append({entry})", "slip": f"fields = [{entry}]", "slow": f"fields += [{entry}]",
            "built": f"[{entry.replace(': name', ': name_of(error)')} for error in {errors}]",
        },
    }[facts["form"]]  # fmt: skip


def check_fields(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the names and messages that were planned before the list was written."""
    cases = []
    for number, count in enumerate((1, 3, 4, 2, 5, 3)):
        one, two, three = rng.sample(TEXT_FIELDS + NUMBER_FIELDS, 3)
        paths: tuple[list[Any], ...] = ([one], [two, rng.randrange(4), three], [one], [], [three, two])
        named = [(list(paths[(number + place) % 5]), rng.choice(MESSAGES)) for place in range(count)]
        named += [(named[0][0], "is too long")] if number % 2 else []
        lead = ["body"] * facts["skips"]
        errors = [{facts["path"]: lead + path, facts["message"]: text, "type": "v"} for path, text in named]
        flat = [
            (facts["glue"].join(f"{part}" for part in path) if path else facts["general"], text) for path, text in named
        ]
        names = list(dict.fromkeys(name for name, _ in flat))
        texts = {name: [text for other, text in flat if other == name] for name in names}
        body: Any = {"lists": texts, "first": {name: texts[name][0] for name in names},
                     "flat": [{facts["field"]: name, facts["words"]: text} for name, text in flat]}[facts["form"]]  # fmt: skip
        cases.append(([errors], [facts["status"], {facts["outer"]: body}]))
    return python_check(facts["name"], cases)


FIELDS = Template(
    id="errors_by_field",
    ask=(
        "Write a Python function `«name»(«errors»)` that makes a response of validation errors such as `«sample»`. It "
        "returns (status, body): «status» and a dict whose `«outer»` «result». A name is «named»; if nothing is left to "
        "join, it is `«general»`.",
        "Our validator reports dicts with `«path»` (a list) and `«message»`, for example `«sample»`. Implement "
        "`«name»(«errors»)` in Python: the pair of status «status» and a body, for this example `«shown»`. So `«outer»` "
        "«result». The name is «named», or `«general»` when there are no parts.",
        "For clients who post «one» data I want readable errors. `«name»(«errors»)` in Python turns the list of errors "
        "(each like `«sample»`) into a tuple of «status» and `{\"«outer»\": ...}`, which «result». Build names from "
        "«named»; use `«general»` where that gives an empty text.",
        "From `[«sample»]` to `«shown»`: that is the job of `«name»(«errors»)` in Python, which returns the status «status» "
        "together with such a body. `«outer»` «result». The name of a field is «named» (`«general»` if it would be empty).",
    ),
    draw=draw_fields,
    shapes=(
        Shape(name="append", code="""
            def «name»(«errors»):
                fields = «start»
                for error in «errors»:
                    name = «key» or "«general»"
                    «add»
                return «status», {"«outer»": fields}
            """, mutants=(("«add»", "«slip»"), (' or "«general»"', ""), ("return «status»", "return «other»"))),
        Shape(name="name_first", code="""
            def «name»(«errors»):
                def name_of(error):
                    return «key» or "«general»"

                return «status», {"«outer»": «built»}
            """, mutants=((' or "«general»"', ""), ("return «status»", "return «other»"), ('{"«outer»": «built»}', "«built»"))),
        Shape(name="branches", code="""
            def «name»(«errors»):
                fields = «start»
                for error in «errors»:
                    parts = [str(part) for part in «good_parts»]
                    name = "«glue»".join(parts) if parts else "«general»"
                    «slow»
                return «status», {"«outer»": fields}
            """, mutants=(("«slow»", "«slip»"), ("if parts else", "if len(parts) > 1 else"),
                          ("    return «status»", "        return «status»"))),
    ),
    mutants=(("«good_parts»", "«slip_parts»"), ('"«glue»".join', '" ".join'), ('"«general»"', '"x"')),
    verifier=check_fields,
)  # fmt: skip
