"""Category `fs_react_hook`: custom hooks of React, driven through several renderings: a switch, a selection, a form."""

from random import Random
from typing import Any

from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.react_hook_forms import FORM
from burnish.generate.react_hook_selections import SELECTION
from burnish.generate.react_rendering import hook_check
from burnish.generate.wording import FLAG_FIELDS, NUMBER_FIELDS, draw_noun

FLIPS = "toggle|flip|change|switchIt|invert"
PAIRS = (("show", "hide"), ("open", "close"), ("turnOn", "turnOff"), ("activate", "deactivate"), ("enable", "disable"))
STEPS = (("more", "less"), ("increase", "decrease"), ("up", "down"), ("add", "subtract"), ("next", "previous"))


def draw_switch(rng: Random) -> dict[str, Any]:
    """Draw a hook of one value: whether it is flipped, set both ways or stepped, where it starts, what is returned."""
    noun, kind, is_array = draw_noun(rng), rng.choice(("flip", "pair", "step", "steps")), rng.random() < 0.5
    step, given = rng.choice((1, 1, 2, 5, 10)), rng.random() < 0.5
    is_number = kind in ("step", "steps")
    value = rng.choice(NUMBER_FIELDS if is_number else [*FLAG_FIELDS, "visible", "expanded", "enabled", "checked"])
    first, second = rng.choice(STEPS if is_number else PAIRS)
    functions = {"flip": [pick(rng, FLIPS)], "pair": [first, second], "step": [first], "steps": [first, second]}[kind]
    start = (
        pick(rng, "initial|first|start")
        if given
        else str(rng.randrange(0, 21))
        if is_number
        else pick(rng, "true|false")
    )
    setter = f"set{value[0].upper()}{value[1:]}"
    nexts = {
        "flip": ["!{0}"],
        "pair": ["true", "false"],
        "step": [f"{{0}} + {step}"],
        "steps": [f"{{0}} + {step}", f"{{0}} - {step}"],
    }[kind]
    said = {
        "flip": "`{0}` turns it into its opposite", "pair": "`{0}` makes it true and `{1}` makes it false",
        "step": "`{0}` adds {2} to it", "steps": "`{0}` adds {2} to it and `{1}` subtracts {2}",
    }[kind]  # fmt: skip
    members = ", ".join([value, *functions])
    result = f"[{members}]" if is_array else f"{{ {members} }}"
    return {
        "name": f"use{noun.kind}{pick(rng, '{0}|State|{0}State|Switch|Setting').format(value.title().replace('_', ''))}",
        "one": noun.one.replace("_", " "), "value": value,
        "kind": kind, "step": step, "functions": functions, "is_array": is_array, "start": start,
        "arg": start if given else "", "setter": setter,
        "result": result,
        "slip": f"[{', '.join([*functions, value])}]" if is_array else f"{{ current: {value}, {', '.join(functions)} }}",
        "said": said.format(*functions, *([""] if len(functions) == 1 else []), step),
        "what": "number" if is_number else "boolean",
        "said_start": f"It starts with the argument `{start}`." if given else f"It starts at {start}." if is_number else f"It is {start} at first.",
        "form": pick(rng, "the array|an array,") if is_array else pick(rng, "the object|an object,"),
        "direct": "\n".join(f"  const {fn} = () => {setter}({text.format(value)});" for fn,
                            text in zip(functions, nexts, strict=True)),
        "stable": "\n".join(f"  const {fn} = useCallback(() => {setter}((current) => {text.format('current')}), []);" for fn,
                            text in zip(functions, nexts, strict=True)),
        "nexts": nexts,
    }  # fmt: skip


def check_switch(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write the values down turn by turn."""
    runs = []
    starts: list[Any] = [40, 0, 7] if facts["what"] == "number" else [True, False]
    for start in (
        starts if facts["arg"] else [int(facts["start"]) if facts["what"] == "number" else facts["start"] == "true"]
    ):
        value, values, turns = start, [start], []
        for place in (0, 0, -1, None, 0, -1, -1):
            turns.append([] if place is None else [[find_member(facts, facts["functions"][place])]])
            if place is not None:
                forward = place == 0 or len(facts["functions"]) == 1
                value = advance(facts, value, forward=forward)
            values.append(value)
        shown = [
            [one, *[None] * len(facts["functions"])] if facts["is_array"] else {facts["value"]: one} for one in values
        ]
        runs.append(([start] if facts["arg"] else [], turns, shown))
    return hook_check(facts["name"], runs)


def advance(facts: Facts, value: Any, *, forward: bool) -> Any:
    """Return the value after one call of the first function (`forward`) or the second."""
    if facts["what"] == "number":
        return sum([value, facts["step"] if forward else -facts["step"]])
    return forward if facts["kind"] == "pair" else {True: False, False: True}[value]


def find_member(facts: Facts, function: str) -> Any:
    """Return where a function stands in what the hook returns."""
    return 1 + facts["functions"].index(function) if facts["is_array"] else function


def write_reducer(facts: Facts) -> str:
    """Return the solution by `useReducer`."""
    value, functions, start = facts["value"], facts["functions"], facts["start"]
    if len(functions) == 1:
        body = f"  const [{value}, {functions[0]}] = useReducer((current) => {facts['nexts'][0].format('current')}, {start});"
    elif facts["kind"] == "pair":
        body = f"  const [{value}, set] = useReducer((current, next) => next, {start});\n" + "\n".join(
            f"  const {fn} = () => set({text});" for fn, text in zip(functions, facts["nexts"], strict=True)
        )
    else:
        body = f"  const [{value}, change] = useReducer((current, by) => current + by, {start});\n" + "\n".join(
            f"  const {fn} = () => change({sign}{facts['step']});"
            for fn, sign in zip(functions, ("", "-"), strict=True)
        )
    return f'import {{ useReducer }} from "react";\n\nexport function {facts["name"]}({facts["arg"]}) {{\n{body}\n  return {facts["result"]};\n}}'


SWITCH = Template(
    id="switch_or_step",
    ask=(
        "Write a React hook `«name»(«arg»)` in JavaScript that keeps a «what» in state and returns «form» `«result»`. «said_start» «said».",
        "I need a custom React hook for each «one». `«name»` holds one «what», `«value»`. «said». «said_start» The hook, which is called as "
        "`«name»(«arg»)`, returns `«result»`.",
        "`const «result» = «name»(«arg»);` is how I want to use my React hook. `«value»` is a «what»; calling «said». «said_start» Please write it.",
        "In React, how would you write `«name»(«arg»)`? «said_start» It returns `«result»`, where `«value»` is the current «what» and «said».",
    ),
    draw=draw_switch,
    shapes=(
        Shape(name="state", code="""
            import { useState } from "react";

            export function «name»(«arg») {
              const [«value», «setter»] = useState(«start»);
            «direct»
              return «result»;
            }
            """, mutants=(("return «result»", "return «slip»"), ("useState(«start»)", "useState(null)"),
                          ("= () => «setter»(", "= () => («value», "),
                          ("const [«value», «setter»] = useState(«start»)",
                           "let «value» = «start», «setter» = (next) => { «value» = next; }"))),
        Shape(name="callback", code="""
            import { useCallback, useState } from "react";

            export default function «name»(«arg») {
              const [«value», «setter»] = useState(«start»);
            «stable»
              return «result»;
            }
            """, mutants=(("return «result»", "return «slip»"), ("(current) =>", "(«value») =>  «value» ??"),
                          ("useState(«start»)", "useState()"), ("return «result»;", ""))),
        Shape(name="reducer", code=write_reducer,
              mutants=(("return «result»", "return «slip»"), (", «start»);", ");"), ("useReducer }", "useState }"),
                       ("const [«value», ", "const [, "))),
    ),
    mutants=((" + «step»", " + «step» + 1"), (" - «step»", " + «step»"), ("=> !", "=> "), ("(true)", "(false)"),
             ("(false)", "(true)")),
    verifier=check_switch,
)  # fmt: skip

CATEGORY = Category(name="fs_react_hook", family="components", templates=(SWITCH, SELECTION, FORM))
