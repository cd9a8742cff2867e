"""The form of `fs_react_hook`: values by field, how they are changed and taken back, and what is derived from them."""

import json
from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick, pick_some
from burnish.generate.react_rendering import hook_check
from burnish.generate.wording import CITIES, FIRST_NAMES, TEXT_FIELDS, draw_noun

# What is derived: its names, a sentence, and its expression of the values {1} and the first values {2}.
DERIVED = {
    "dirty": ("dirty|changed|isDirty|touched", "`{0}` is true when any value differs from its first one.",
              "Object.keys({1}).some((key) => {1}[key] !== {2}[key])"),
    "missing": ("missing|empty|open|blank", "`{0}` lists the names of the fields whose value is an empty string.",
                'Object.keys({1}).filter((key) => {1}[key] === "")'),
    "valid": ("valid|complete|canSave|ready", "`{0}` is true when no value is an empty string.",
              'Object.values({1}).every((value) => value !== "")'),
    "edited": ("edited|changes|modified|differing", "`{0}` lists the names of the fields that differ from the first values.",
               "Object.keys({1}).filter((key) => {1}[key] !== {2}[key])"),
    "filled": ("filled|done|progress|answered", "`{0}` is the number of fields that aren't an empty string.",
               'Object.values({1}).filter((value) => value !== "").length'),
}  # fmt: skip
# How a value is stored: a sentence, and an expression of it.
STORED = (
    ("", "value"), ("", "value"), (" It trims the value.", "value.trim()"),
    (" The value is stored in lower case.", "value.toLowerCase()"),
    (" Only its first {0} characters are kept.", "value.slice(0, {0})"),
)  # fmt: skip
# What the other function does: names, a sentence, and the new values of the current {1} and the first {2}.
BACK = {
    "reset": ("reset|restore|startOver|undoAll", "`{0}()` brings the first values back.", "", "{2}"),
    "undo": ("undo|resetField|restore|revert", "`{0}(name)` gives one field its first value again.", "name",
             "{{ ...{1}, [name]: {2}[name] }}"),
    "fill": ("fill|load|merge|changeMany", "`{0}(others)` copies the fields of an object over the values.", "others",
             "{{ ...{1}, ...others }}"),
}  # fmt: skip


def draw_form(rng: Random) -> dict[str, Any]:
    """Draw a form's fields, how a value is stored, its second function and one or two derived values."""
    noun, given, most = draw_noun(rng), rng.random() < 0.5, rng.choice((4, 5, 6, 8))
    fields = rng.sample(TEXT_FIELDS, 2)
    first = {fields[0]: "", fields[1]: rng.choice((rng.choice(CITIES), "none"))}
    values, change = pick_some(rng, "values|fields|form|data", 1)[0], pick(rng, "change|setField|update|setValue|edit")
    kinds = sorted(rng.sample(list(DERIVED), rng.choice((1, 2))))
    names = [pick(rng, DERIVED[kind][0]) for kind in kinds]
    said_stored, stored = rng.choice(STORED)
    back = rng.choice(list(BACK))
    second, said_back, argument, after = BACK[back]
    second = pick(rng, second)
    start = pick(rng, "initial|first|defaults") if given else "START"
    literal = json.dumps(first).replace('{"', "{ ").replace('": "', ': "').replace('", "', '", ').replace('"}', '" }')
    setter = f"set{values.capitalize()}"
    return {
        "name": f"use{noun.kind}{pick(rng, 'Form|Fields|Draft|Editor|Values')}", "one": noun.one.replace("_", " "),
        "arg": start if given else "", "start": start, "first": first,
        "values": values, "change": change, "second": second, "kinds": kinds, "names": names, "back": back,
        "setter": setter, "stored": stored.format(most), "most": most,
        "constant": "" if given else f"const START = {literal};\n\n", "argument": argument,
        "after": after.format("", values, start),
        "later": start if back == "reset" else f"({after.format('', 'now', start)})",
        "derived": ", ".join(f"{name}: {DERIVED[kind][2].format('', values, start)}" for kind,
                             name in zip(kinds, names, strict=True)),
        "lines": "\n".join(f"  const {name} = {DERIVED[kind][2].format('', values, start)};" for kind,
                           name in zip(kinds, names, strict=True)),
        "members": ", ".join([values, change, second, *names]), "kept": ", ".join(names),
        "said_change": f"`{change}(name, value)` sets one field.{said_stored.format(most)}",
        "said_back": said_back.format(second),
        "said_derived": " ".join(DERIVED[kind][1].format(name) for kind, name in zip(kinds, names, strict=True)),
        "said_start": f"The argument `{start}` is an object with the first values, all texts." if given else f"The first values are `{literal}`.",
    }  # fmt: skip


def check_form(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write each field down after every change."""
    runs = []
    given = (
        ({"a": "", "b": "x", "c": "Oslo"}, {"name": "", "note": ""}, {"id": "7"})
        if facts["arg"]
        else (facts["first"],) * 2
    )
    for first in given:
        keys, now = list(first), dict(first)
        shown, turns = [show_form(facts, now, first)], []
        for turn in range(9):
            key, text = (
                keys[turn % len(keys)],
                rng.choice((f" {rng.choice(FIRST_NAMES)} Lee-Longname", "Kit", "", first[keys[0]])),
            )
            text = {0: " A Longer Text ", 1: "x", 2: "", 6: "Other words"}.get(turn, text)
            if turn in (4, 8):
                argument: list[Any] = {"reset": [], "undo": [keys[0]], "fill": [{keys[-1]: "Filled"}]}[facts["back"]]
                now = (
                    dict(first)
                    if facts["back"] == "reset"
                    else {**now, **({keys[0]: first[keys[0]]} if facts["back"] == "undo" else argument[0])}
                )
                turns.append([[facts["second"], *argument]])
            else:
                now[key] = store(facts["stored"], text, most=facts["most"])
                turns.append([[facts["change"], key, text]])
            shown.append(show_form(facts, now, first))
        runs.append(([first] if facts["arg"] else [], turns, shown))
    return hook_check(facts["name"], runs)


def store(stored: str, text: str, *, most: int) -> str:
    """Return how a text is kept."""
    kept = {"value": text, "value.trim()": " ".join(text.split()), "value.toLowerCase()": text.casefold()}
    return kept.get(stored, "".join(letter for place, letter in enumerate(text) if place < most))


def show_form(facts: Facts, now: dict[str, str], first: dict[str, str]) -> dict[str, Any]:
    """Return what the hook gives for these values."""
    empty, edited = [key for key in now if not now[key]], [key for key, text in now.items() if text != first[key]]
    values = {
        "dirty": edited != [],
        "missing": empty,
        "valid": empty == [],
        "edited": edited,
        "filled": len(now) - len(empty),
    }
    return {facts["values"]: dict(now)} | {
        name: values[kind] for kind, name in zip(facts["kinds"], facts["names"], strict=True)
    }


FORM = Template(
    id="form_values",
    ask=(
        "Write a React hook `«name»(«arg»)` in JavaScript that keeps the values of a form in state and returns `{ «members» }`. «said_start» "
        "«said_change» «said_back» «said_derived»",
        "For editing «one» data I want this in React: `const { «members» } = «name»(«arg»);`. «said_derived» `«values»` is the object of the "
        "current values. «said_start» «said_back» «said_change»",
        "Please write a custom hook for a React form, `«name»(«arg»)`. «said_change» «said_derived» The current values are in `«values»`. "
        "«said_back» «said_start» It all comes back as one object: `{ «members» }`.",
        "«said_start» With them begins my React hook `«name»(«arg»)`, whose object `«values»` has a value for each field of the «one». "
        "«said_back» «said_derived» «said_change» Return `{ «members» }`.",
    ),
    draw=draw_form,
    shapes=(
        Shape(name="state", code="""
            import { useState } from "react";

            «constant»export function «name»(«arg») {
              const [«values», «setter»] = useState(«start»);
              const «change» = (name, value) => «setter»({ ...«values», [name]: «stored» });
              const «second» = («argument») => «setter»(«after»);
            «lines»
              return { «members» };
            }
            """, mutants=(("{ ...«values», [name]: «stored» }", "{ [name]: «stored» }"),
                          ("[name]: «stored»", "name: «stored»"), ("«setter»(«after»)", "«setter»({})"),
                          ("return { «members» }", "return { «values», «change», «second» }"),
                          ("useState(«start»)", "useState({})"))),
        Shape(name="updater", code="""
            import { useCallback, useState } from "react";

            «constant»export default function «name»(«arg») {
              const [«values», «setter»] = useState(«start»);
              const «change» = useCallback((name, value) => {
                «setter»((now) => ({ ...now, [name]: «stored» }));
              }, []);
              const «second» = («argument») => «setter»((now) => «later»);
              return { «values», «change», «second», «derived» };
            }
            """, mutants=(("...now, [name]: «stored»", "[name]: «stored»"), ("(now) => «later»", "(now) => now"),
                          ("useState(«start»)", "useState()"),
                          ("«values», «change», «second»", "values: {}, «change», «second»"),
                          ("[name]: «stored» }", "[name]: value + now[name] }"))),
        Shape(name="reducer", code="""
            import { useReducer } from "react";

            «constant»export function «name»(«arg») {
              const [«values», put] = useReducer((now, next) => ({ ...now, ...next }), «start»);
              const «change» = (name, value) => put({ [name]: «stored» });
              const «second» = («argument») => put(«after»);
            «lines»
              return { «members» };
            }
            """, mutants=(("...now, ...next", "...next, ...now"), ("put(«after»)", "put({})"),
                          ("...now, ...next", "...next"), ("[name]: «stored»", "[value]: name"),
                          (", «start»);", ", {});"))),
    ),
    mutants=((".some(", ".every("), (".every(", ".some("), ("!== «start»[key]", '!== ""'),
             ("!== «start»[key]", "=== «start»[key]"), ('=== ""', '!== ""'), ("«stored» }", "value || name }"),
             (".trim()", ""), (".toLowerCase()", ".toUpperCase()"), ("slice(0, «most»)", "slice(0, «most» - 1)"),
             ("slice(0, «most»)", "slice(0, «most» + 1)")),
    verifier=check_form,
)  # fmt: skip
