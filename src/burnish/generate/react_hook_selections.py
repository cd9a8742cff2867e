"""The selection of `fs_react_hook`: ids that are toggled, up to a limit, with something derived from them."""

from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.react_rendering import hook_check
from burnish.generate.wording import draw_noun

# What the second function does: its names, a sentence, its argument, and the new ids.
EXTRAS = {
    "clear": ("clear|clearAll|selectNone|unselectAll", "`{0}()` empties it.", "", "[]"),
    "replace": ("selectAll|replace|select|setAll", "`{0}(ids)` selects exactly these ids.", "ids", "ids"),
    "drop": ("selectLast|dropFirst|shift|forgetFirst", "`{0}()` takes the first id out of it.", "", "{1}.slice(1)"),
}
# What is derived: its names, a sentence, and its expression.
DERIVED = {
    "count": ("count|size|total|chosen", "`{0}` is how many are selected.", "{1}.length"),
    "empty": ("empty|isEmpty|none", "`{0}` is true while none is selected.", "{1}.length === 0"),
    "last": ("last|latest|end", "`{0}` is the last id in it, or null.", "{1}.at(-1) ?? null"),
    "several": ("several|many|isMultiple", "`{0}` says whether it has more than one id.", "{1}.length > 1"),
    "lowest": ("lowest|smallest|least", "`{0}` is its smallest id, or null when it is empty.",
               "{1}.length ? Math.min(...{1}) : null"),
}  # fmt: skip

# Ids that are toggled, turn by turn: all of a turn where calls may be made at once, else its first. An empty turn calls
# the second function; a negative number is an id by its place.
ORDERS: tuple[tuple[list[int], ...], ...] = (
    ([3], [5, 9], [5], [3], [8, 4], [6], [2], [7], [9], [], [8], [], [6, 2], [], [1], [9, 9], [7], [7], [1], [0, 1]),
    ([31], [32], [33, 34], [-1], [35], [-1], [36], [37], [], [38], [39], [-1], [36]),
)


def draw_selection(rng: Random) -> dict[str, Any]:
    """Draw a selection: where it starts, its limit and order, a second function and what is derived."""
    noun, most, is_first, given = draw_noun(rng), rng.choice((0, 0, 2, 3, 4)), rng.random() < 0.4, rng.random() < 0.5
    extra, derived, at_once = rng.choice(list(EXTRAS)), rng.choice(list(DERIVED)), rng.random() < 0.5
    ids, toggle = pick(rng, "selected|picked|marked|chosenIds|ids"), pick(rng, "toggle|flip|switchOne|pick")
    second, value = pick(rng, EXTRAS[extra][0]), pick(rng, DERIVED[derived][0])
    start = pick(rng, "initial|start|first") if given else "[]"
    new = "[id, ...now]" if is_first else "[...now, id]"
    added = f"now.length < {most} ? {new} : now" if most else new
    place = "beginning" if is_first else "end"
    limit = (
        rng.choice((f", unless {most} are selected already", f"; with {most} selected already, it isn't added"))
        if most
        else ""
    )
    member = value if derived != "count" or value != "chosen" else "count"
    argument = EXTRAS[extra][2]
    return {
        "name": f"use{pick(rng, 'Selected{1}|{0}Selection|Marked{1}|{0}Picker|Picked{1}').format(noun.kind, noun.many.title().replace('_', ''))}",
        "many": noun.many.replace("_", " "), "arg": start if given else "", "start": start, "ids": ids, "toggle": toggle,
        "second": second, "value": member,
        "Setter": f"set{ids[0].upper()}{ids[1:]}", "most": most, "is_first": is_first, "extra": extra, "derived": derived,
        "at_once": at_once,
        "added": added, "wrong": "[...now, id]" if is_first else "[id, ...now]", "new": new, "argument": argument,
        "after": {"drop": "(now) => now.slice(1)"}.get(extra, EXTRAS[extra][3]),
        "later": EXTRAS[extra][3].format("", "now").replace("ids", "action.ids"),
        "passed": f", {argument}" if argument else "", "expression": DERIVED[derived][2].format("", ids),
        "said_toggle": f"`{toggle}(id)` takes an id out if it is in, and otherwise adds it at the {place}{limit}.",
        "said_second": EXTRAS[extra][1].format(second), "said_value": DERIVED[derived][1].format(member),
        "said_start": f"At first it is the argument `{start}`." if given else pick(
            rng, "It starts empty.|Nothing is selected at first."),
        "said_once": pick(rng,
                          " Several calls in one event all count.| Two calls before the next render must both take effect.") if at_once else "",
    }  # fmt: skip


def check_selection(facts: Facts, rng: Random) -> dict[str, Any]:
    """Follow a list of ids by hand."""
    runs: list[tuple[list[Any], list[Any], list[Any]]] = []
    for start in ([], [5, 3], [8]) if facts["arg"] else ([], []):
        now = list(start)
        turns: list[list[list[Any]]] = []
        shown = [show_selection(facts, now)]
        for wanted in ORDERS[len(runs) % 2]:
            ids = [now[one] if one < 0 else one for one in wanted]
            calls: list[list[Any]] = [["toggle", one] for one in (ids if facts["at_once"] else ids[:1])]
            if not wanted:
                others = [rng.randrange(2, 6), 1][: facts["most"] or 2]
                calls = [["second", others] if facts["extra"] == "replace" else ["second"]]
            for what, *values in calls:
                now = toggle_id(facts, now, values[0]) if what == "toggle" else change_all(facts, now, values)
            turns.append([[facts[what], *values] for what, *values in calls])
            shown.append(show_selection(facts, now))
        runs.append(([start] if facts["arg"] else [], turns, shown))
    return hook_check(facts["name"], runs)


def toggle_id(facts: Facts, now: list[int], one: int) -> list[int]:
    """Return the ids after `one` was toggled."""
    after = [*now]
    if one in after:
        after.remove(one)
    elif not facts["most"] or len(after) + 1 <= facts["most"]:
        after.insert(0 if facts["is_first"] else len(after), one)
    return after


def change_all(facts: Facts, now: list[int], values: list[Any]) -> list[int]:
    """Return the ids after the second function was called."""
    if facts["extra"] == "replace":
        return list(values[0])
    return now[1:] if facts["extra"] == "drop" else []


def show_selection(facts: Facts, now: list[int]) -> dict[str, Any]:
    """Return what the hook gives for these ids."""
    values = {
        "count": len(now),
        "empty": not now,
        "last": now[-1] if now else None,
        "several": bool(now[1:]),
        "lowest": min(now) if now else None,
    }
    return {facts["ids"]: now, facts["value"]: values[facts["derived"]]}  # fmt: skip


SELECTION = Template(
    id="selected_ids",
    ask=(
        "Write a React hook `«name»(«arg»)` in JavaScript for selecting «many». It returns an object with `«ids»` (an array of ids), "
        "`«toggle»`, `«second»` and `«value»`. «said_start» «said_toggle» «said_second» «said_value»«said_once»",
        "I have a page of «many» that can be selected, and need the hook for it in React: `const { «ids», «toggle», «second», «value» } = "
        "«name»(«arg»)`. `«ids»` is an array in state. «said_toggle»«said_once» «said_start» «said_value» «said_second»",
        "Please write `«name»(«arg»)`, a custom React hook around an array `«ids»` of ids of «many». «said_start» «said_value» «said_second» "
        "«said_toggle»«said_once» Return `{ «ids», «value», «toggle», «second» }`.",
        "Which «many» are selected is state that I'd like in a React hook, `«name»(«arg»)`. The array of ids is called `«ids»`. «said_second» "
        "«said_toggle» «said_start»«said_once» Besides, «said_value» The hook returns all four in one object.",
    ),
    draw=draw_selection,
    shapes=(
        Shape(name="state", code="""
            import { useState } from "react";

            export function «name»(«arg») {
              const [«ids», «Setter»] = useState(«start»);
              const «toggle» = (id) =>
                «Setter»((now) => {
                  if (now.includes(id)) return now.filter((one) => one !== id);
                  return «added»;
                });
              const «second» = («argument») => «Setter»(«after»);
              return { «ids», «toggle», «second», «value»: «expression» };
            }
            """, mutants=(("one !== id", "one === id"), ("return «added»", "return «wrong»"),
                          ("useState(«start»)", "useState([1])"), ("«Setter»(«after»)", "«Setter»(«ids»)"),
                          ("if (now.includes(id)) return now.filter((one) => one !== id);", ""),
                          ("now.includes(id)", "now.length"))),
        Shape(name="reducer", code="""
            import { useReducer } from "react";

            function change(now, action) {
              if (action.type === "«second»") return «later»;
              const { id } = action;
              if (now.includes(id)) return now.filter((one) => one !== id);
              return «added»;
            }

            export function «name»(«arg») {
              const [«ids», dispatch] = useReducer(change, «start»);
              const «toggle» = (id) => dispatch({ type: "«toggle»", id });
              const «second» = («argument») => dispatch({ type: "«second»"«passed» });
              return { «ids», «toggle», «second», «value»: «expression» };
            }
            """, mutants=(("!== id", "=== id"), ('return «later»;', "return now;"), ("return «added»", "return «wrong»"),
                          ("(change, «start»)", "(change, [2])"), ("!== id)", "!== now[0])"))),
        Shape(name="helper", code="""
            import { useState } from "react";

            const toggleId = (now, id) => {
              if (now.includes(id)) return now.filter((one) => one !== id);
              return «added»;
            };

            export default function «name»(«arg») {
              const [«ids», «Setter»] = useState(«start»);
              return {
                «ids»,
                «value»: «expression»,
                «toggle»: (id) => «Setter»((now) => toggleId(now, id)),
                «second»: («argument») => «Setter»(«after»),
              };
            }
            """, mutants=(("!== id", "=== id"), ("toggleId(now, id))", "toggleId(«start», id))"),
                          ("«Setter»(«after»)", "«Setter»(«ids»)"), ("return «added»", "return «wrong»"),
                          ("useState(«start»)", "useState(null)"))),
    ),
    mutants=(("now.length < «most» ? «new» : now", "«new»"), ("now.length < «most»", "now.length <= «most»"),
             ("now.length < «most»", "now.length < «most» - 1"), ("length === 0", "length > 0"),
             ("length > 1", "length > 0"), ("at(-1)", "at(0)"), ("Math.min", "Math.max")),
    verifier=check_selection,
)  # fmt: skip
