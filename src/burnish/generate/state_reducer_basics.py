"""The small tasks of `fs_state_reducer`: one action that sets a field, adds to a list, or takes something off it."""

from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.reducer_folding import fold_check
from burnish.generate.wording import CITIES, COLORS, FIRST_NAMES, a, draw_noun

FIELDS = """
city color language theme title filter country query sort status layout page email tab
zoom currency view unit region note mode range
""".split()


def draw_set(rng: Random) -> dict[str, Any]:
    """Draw the field that an action sets, and where the action has its new value."""
    noun, (field, other), clears = draw_noun(rng), rng.sample(FIELDS, 2), rng.random() < 0.5
    return {
        "name": f"{pick(rng, 'reducer|settings|update|reduce|form|state|change')}{noun.kind}", "field": field,
        "page": f"{a(noun.one)} page".replace("_", " "),
        "type": pick(rng, "set_{0}|{0}_changed|change_{0}|update_{0}|{1}/set_{0}").format(field, noun.one),
        "payload": rng.choice((field, "value", "payload", "payload")),
        "other": other, "clears": clears, "more": f", {other}: null" if clears else "",
        "also": pick(rng, f"It also sets `{other}` to null.|With it, `{other}` becomes null.") if clears else
        pick(rng, "No other key changes.|All other keys stay."),
    }  # fmt: skip


def check_set(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the last value that was set beside the other keys of the state."""
    field, other, words = facts["field"], facts["other"], [*CITIES, *COLORS]
    runs: list[Any] = []
    for known in (True, True, False):
        rest = {other: rng.choice(words), "open": True}
        shown = [rng.choice(words)] if known else []
        start = {field: shown[0], **rest} if known else rest
        actions, states = [], []
        for kind in ("unknown", facts["type"], "reset", facts["type"], f"{facts['type']}x", facts["type"]):
            value = rng.choice(words)
            shown += [value] if kind == facts["type"] else []
            rest = {**rest, other: None} if kind == facts["type"] and facts["clears"] else rest
            actions.append({"type": kind, facts["payload"]: value})
            states.append({**rest, field: shown[-1]} if shown else rest)
        runs.append((start, actions, states))
    return fold_check(facts, runs)


SET = Template(
    id="set_field",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)`. If `action.type` is \"«type»\", it returns a copy of the "
        "state with `«field»` set to `action.«payload»`. «also» Otherwise it returns the state.",
        "I need a pure reducer `«name»(state, action)` in JavaScript for the state of «page». \"«type»\" "
        "changes `«field»` to `action.«payload»` in a copy of the state. «also» Other types change nothing.",
        "Implement `«name»(state, action)` in JavaScript without mutating the state. An action "
        "`{ type: \"«type»\", «payload» }` replaces the `«field»` of the state object. «also» Any other action gives the same "
        "state back.",
        'On «page» a control sends `{ type: "«type»", «payload»: ... }`. The reducer `«name»(state, action)`, '
        "in JavaScript, should answer with a new state object where `«field»` has that value. «also» For "
        "any other type it answers with the state it got.",
        '`{ type: "«type»" }` with the new «field» as `«payload»`: handle this action in a JavaScript reducer '
        "called `«name»(state, action)`. It copies the state and changes `«field»`. «also» Actions of other "
        "types get the state itself, and nothing is ever mutated.",
    ),
    draw=draw_set,
    shapes=(
        Shape(name="if", code="""
            function «name»(state, action) {
              if (action.type === "«type»") {
                return { ...state, «field»: action.«payload»«more» };
              }
              return state;
            }
            """, mutants=(("...state, ", ""), ("action.«payload»", "action.type"), ("return state;", "return {};"),
                          ("===", "!=="))),
        Shape(name="switch", code="""
            function «name»(state, action) {
              switch (action.type) {
                case "«type»":
                  return { ...state, «field»: action.«payload»«more» };
                default:
                  return state;
              }
            }
            """, mutants=(("    default:\n      return state;\n", ""), ('"«type»"', '"«type»x"'),
                          ("{ ...state, «field»: action.«payload»«more» }", "{ ...state, «other»: action.«payload»«more» }"))),
        Shape(name="ternary", code="""
            const «name» = (state, action) =>
              action.type === "«type»" ? { ...state, «field»: action.«payload»«more» } : state;
            """, mutants=(('action.type === "«type»" ?', "action.type ?"), (": state", ": action"),
                          ("{ ...state, «field»: action.«payload»«more» }",
                           "Object.assign(state, { «field»: action.«payload»«more» })"))),
    ),
    verifier=check_set,
)  # fmt: skip


def draw_add(rng: Random) -> dict[str, Any]:
    """Draw the end of a list that new things are put at."""
    noun, place = draw_noun(rng), rng.choice(("end", "beginning"))
    payload = rng.choice((noun.one, "item", "payload", "value"))
    both = ("...state", f"action.{payload}")
    here, there = (both, both[::-1]) if place == "end" else (both[::-1], both)
    calls = (f"state.concat([action.{payload}])", f"[action.{payload}].concat(state)")
    return {
        "name": pick(rng, "{0}Reducer|{0}List|add{1}|reduce{2}|list{1}").format(noun.many.split("_")[0], noun.kind,
        noun.kind + "s"), "many": noun.many.replace("_", " "), "one": noun.one.replace("_", " "), "place": place,
        "type": pick(rng, "add_{0}|{0}_added|new_{0}|{0}/add|insert_{0}").format(noun.one), "payload": payload,
        "list": f"[{', '.join(here)}]", "slip": f"[{', '.join(there)}]", "method": "push" if place == "end" else "unshift",
        "call": calls[place != "end"], "wrong_call": calls[place == "end"],
    }  # fmt: skip


def check_add(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a list that grows at one end."""
    runs: list[Any] = []
    for size in (0, 1, 3):
        now: list[Any] = [{"id": number, "name": rng.choice(FIRST_NAMES)} for number in range(size)]
        start, actions, states = list(now), [], []
        for number, kind in enumerate(("unknown", facts["type"], facts["type"], "clear", facts["type"])):
            item = {"id": 10 + number, "name": rng.choice(FIRST_NAMES)}
            if kind == facts["type"]:
                now.insert(len(now) if facts["place"] == "end" else 0, item)
            actions.append({"type": kind, facts["payload"]: item})
            states.append(list(now))
        runs.append((start, actions, states))
    return fold_check(facts, runs)


ADD = Template(
    id="add_to_list",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)` whose state is an array of «many». On the type \"«type»\" "
        "return a new array with `action.«payload»` added at the «place»; on any other type return the state.",
        "In JavaScript, implement `«name»(state, action)` for a list of «many». The action "
        "`{ type: \"«type»\", «payload» }` puts its «payload» at the «place» of a new array. All other actions leave "
        "the array as it is, and nothing is mutated.",
        "I keep «many» in an array and need the reducer `«name»(state, action)` in JavaScript: \"«type»\" adds one, "
        "`action.«payload»`, at the «place». Other types return the array that was given, which must never be changed.",
    ),
    draw=draw_add,
    shapes=(
        Shape(name="spread", code="""
            function «name»(state, action) {
              if (action.type === "«type»") {
                return «list»;
              }
              return state;
            }
            """, mutants=(("return «list»", "return «slip»"), ("return state", "return []"), ("===", "!=="),
                          ("return «list»", "return [action.«payload»]"))),
        Shape(name="concat", code="""
            const «name» = (state, action) =>
              action.type === "«type»" ? «call» : state;
            """, mutants=(("? «call»", "? «wrong_call»"), (": state", ": []"), ("? «call»", "? [state, action.«payload»]"))),
        Shape(name="switch", code="""
            function «name»(state, action) {
              switch (action.type) {
                case "«type»":
                  return «list»;
                default:
                  return state;
              }
            }
            """, mutants=(("return «list»", "state.«method»(action.«payload»); return state"), ("default:", "case null:"),
                          ("return «list»", "return «slip»"))),
    ),
    verifier=check_add,
)  # fmt: skip


def draw_remove(rng: Random) -> dict[str, Any]:
    """Draw the key by which things leave a list."""
    noun, key = draw_noun(rng), pick(rng, "id|code|slug|name|number|sku|key")
    return {
        "name": pick(rng, "{0}Reducer|remove{1}|{0}Store|delete{1}|drop{1}").format(noun.many.split("_")[0], noun.kind),
        "many": noun.many.replace("_", " "), "one": noun.one.replace("_", " "), "key": key,
        "type": pick(rng, "remove_{0}|{0}_removed|delete_{0}|{0}/remove|{0}_deleted").format(noun.one),
        "payload": rng.choice((key, key, "payload", "value")), "item": pick(rng, "item|entry|one"),
    }  # fmt: skip


def check_remove(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the keys that are left when those told are struck off."""
    runs: list[Any] = []
    for size, order in ((4, (2, 0, 9, 3, 1)), (3, (0, 2, 2)), (1, (5, 0)), (0, (1,))):
        keys, states, gone = [f"k{number}" for number in range(size)], [], set()
        people = rng.sample(FIRST_NAMES, max(size, 1))
        start = [{facts["key"]: key, "owner": owner} for key, owner in zip(keys, people, strict=False)]
        actions: list[dict[str, Any]] = []
        for number in order:
            for kind in ("refresh", facts["type"]):
                gone |= {f"k{number}"} if kind == facts["type"] else set()
                actions.append({"type": kind, facts["payload"]: f"k{number}"})
                states.append([one for one in start if one[facts["key"]] not in gone])
        runs.append((start, actions, states))
    return fold_check(facts, runs)


REMOVE = Template(
    id="remove_from_list",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)` for an array of «many». The type \"«type»\" removes "
        "the one whose `«key»` equals `action.«payload»`; other types return the state. Don't mutate it.",
        "Our store has an array of «many». I need `«name»(state, action)` in JavaScript: for \"«type»\" return the "
        "array without the «one» whose `«key»` is `action.«payload»`, and for anything else the same array.",
        "Implement a pure function `«name»(state, action)` in JavaScript that deletes from a list of «many». When "
        "`action.type` is \"«type»\", keep only those whose `«key»` differs from `action.«payload»`. Otherwise keep "
        "all.",
    ),
    draw=draw_remove,
    shapes=(
        Shape(name="filter", code="""
            function «name»(state, action) {
              if (action.type === "«type»") {
                return state.filter((«item») => «item».«key» !== action.«payload»);
              }
              return state;
            }
            """, mutants=(("!==", "==="), ("return state;", "return [];"), ("action.type ===", "action.type !=="),
                          ("«item».«key» !==", "«item» !=="))),
        Shape(name="ternary", code="""
            const «name» = (state, action) =>
              action.type === "«type»" ? state.filter((«item») => «item».«key» !== action.«payload») : state;
            """, mutants=((".filter(", ".find("), ('action.type === "«type»"', "action.«payload»"), (": state;", ": null;"))),
        Shape(name="guard", code="""
            function «name»(state, action) {
              if (action.type !== "«type»") return state;
              return state.filter((«item») => «item».«key» !== action.«payload»);
            }
            """, mutants=((".filter(", ".map("), ('"«type»"', '"«key»"'), ("!== action.«payload»", "!== action"),
                          ("return state;", "return [];"))),
    ),
    verifier=check_remove,
)  # fmt: skip
