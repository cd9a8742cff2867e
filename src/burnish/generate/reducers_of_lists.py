"""Reducers whose state is a list that grows and shrinks: the lines of a basket, the past and future of a value."""

from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.reducer_folding import fold_check
from burnish.generate.wording import draw_noun


def draw_basket(rng: Random) -> dict[str, Any]:
    """Draw a basket: lines with a key and a quantity."""
    noun = draw_noun(rng)
    return {"name": pick(rng, f"cartReducer|basketReducer|updateCart|reduceBasket|orderLines|cart|{noun.one}Basket|{noun.one}Lines|reduce{noun.kind}s|nextLines|{noun.many}InCart"),
            "state": pick(rng, "lines|basket|cart|rows|items|state|list|entries"), "many": noun.many, "one": noun.one,
            "key": pick(rng, f"sku|id|code|slug|{noun.one}Id|{noun.one}Code|articleNumber|productKey|ref|ean|{noun.one}"),
            "quantity": pick(rng, "quantity|count|amount|pieces|qty|number|units|times|copies"),
            "add": pick(rng, f"add|put|cart/add|insert|ADD_LINE|increase|{noun.one}Added|plus"),
            "remove": pick(rng, f"remove|take|cart/remove|delete|REMOVE_LINE|decrease|{noun.one}Removed|minus")}  # fmt: skip


def check_basket(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect lines kept as an ordered list of pairs, worked out without copying objects."""
    runs: list[Any] = []
    add, remove = facts["add"], facts["remove"]
    # the first run meets every rule: a line lowered, one emptied, one appended behind the others, one raised
    told = [(remove, "a"), (remove, "b"), (add, "c"), (add, "c"), (remove, "d"), ("other", "a")]
    for number in range(4):
        lines: list[list[Any]] = [[key, rng.randrange(1, 3)] for key in rng.sample("abcd", rng.randrange(0, 3))]
        if number == 0:
            lines = [["a", 2], ["b", 1]]
        start = [{facts["key"]: key, facts["quantity"]: count} for key, count in lines]
        actions, states = [], []
        drawn = [(rng.choice((add, add, remove, "other")), key) for key in "abbabbdc"]
        for kind, key in told if number == 0 else drawn:
            keys = [line[0] for line in lines]
            if kind == add and key in keys:
                lines[keys.index(key)][1] += 1
            elif kind == add:
                lines.append([key, 1])
            elif kind == remove and key in keys:
                lines[keys.index(key)][1] -= 1
                lines = [line for line in lines if line[1]]
            actions.append({"type": kind, facts["key"]: key})
            states.append([{facts["key"]: name, facts["quantity"]: count} for name, count in lines])
        runs.append((start, actions, states))
    return fold_check(facts, runs)


BASKET = Template(
    id="basket_lines",
    ask=(
        "Write a JavaScript reducer `«name»(«state», action)`. `«state»` is an array of `{«key», «quantity»}`. Type \"«add»\" raises `«quantity»` of the line with `action.«key»` by 1, or appends "
        "`{«key»: action.«key», «quantity»: 1}` when there is none. Type \"«remove»\" lowers it by 1 and drops the line at 0; without such a line nothing changes. Other types: unchanged. No mutation.",
        "For the shopping basket of our «many» I need `«name»(«state», action)` in JavaScript, pure. Lines look like `{«key»: \"a\", «quantity»: 2}`. \"«add»\" means one more of `action.«key»` (a new line at "
        "the end, quantity 1, if it isn't there yet), \"«remove»\" one less (a line that reaches 0 disappears, a missing one is ignored). Anything else returns `«state»`.",
        "Implement the pure function `«name»(«state», action)` in JavaScript. The state is a list of lines with `«key»` and `«quantity»`; `action.«key»` tells which line. `\"«add»\"` adds 1 or creates the line "
        "at the end with 1; `\"«remove»\"` subtracts 1, deleting the line when nothing is left. Ignore other actions and never change the given array or its objects.",
        'Our shop for «many» keeps its basket as a list of objects, each with `«key»` and `«quantity»`. Please write `«name»(«state», action)` in JavaScript without changing its arguments: on "«add»" one more of the line that `action.«key»` names, or a new last line with 1; on "«remove»" one fewer, and no line stays with 0. Every other action, and removing what isn\'t there, gives the lines as they are.',
        'JavaScript, please: a pure `«name»(«state», action)`. Two action types matter. "«remove»": find the line whose `«key»` equals `action.«key»`, take 1 off `«quantity»`, leave the line out once it is 0. "«add»": find it and put 1 on, else append one with `«quantity»` 1. Nothing else has an effect.',
        "How would `«name»(«state», action)` look as a reducer in JavaScript? State: `[{«key», «quantity»}, ...]`. `«add»` counts the line of `action.«key»` up by one and creates it at the end if need be, `«remove»` counts it down and deletes it at zero, unknown lines and types are ignored, and old objects stay untouched.",
    ),
    draw=draw_basket,
    shapes=(
        Shape(name="find_then_map", code="""
            function «name»(«state», action) {
              const step = { "«add»": 1, "«remove»": -1 }[action.type];
              if (!step) return «state»;
              const known = «state».some((line) => line.«key» === action.«key»);
              if (!known) return step > 0 ? [...«state», { «key»: action.«key», «quantity»: 1 }] : «state»;
              return «state»
                .map((line) => (line.«key» === action.«key» ? { ...line, «quantity»: line.«quantity» + step } : line))
                .filter((line) => line.«quantity» > 0);
            }
            """, mutants=(("line.«quantity» + step", "line.«quantity» + 1"), (".filter((line) => line.«quantity» > 0)", ""),
                          ("line.«quantity» > 0", "line.«quantity» > 1"),
                          ("[...«state», { «key»: action.«key», «quantity»: 1 }]",
                           "[{ «key»: action.«key», «quantity»: 1 }, ...«state»]"),
                          ("step > 0 ?", "step < 0 ?"))),
        Shape(name="switch", code="""
            function «name»(«state», action) {
              const rest = «state».map((line) => ({ ...line }));
              const found = rest.find((line) => line.«key» === action.«key»);
              switch (action.type) {
                case "«add»":
                  if (found) found.«quantity» += 1;
                  else rest.push({ «key»: action.«key», «quantity»: 1 });
                  return rest;
                case "«remove»":
                  if (found) found.«quantity» -= 1;
                  return rest.filter((line) => line.«quantity» > 0);
                default:
                  return «state»;
              }
            }
            """, mutants=(("+= 1", "+= 2"), ("-= 1", "= 0"), ("«state».map((line) => ({ ...line }))", "«state»"),
                          ("rest.push(", "rest.unshift("), ("rest.filter((line) => line.«quantity» > 0)", "rest"))),
    ),
    verifier=check_basket,
)  # fmt: skip


def draw_history(rng: Random) -> dict[str, Any]:
    """Draw a value with undo."""
    noun, limit = draw_noun(rng), rng.choice((0, 2, 3, 4, 5))
    past, future = (
        pick(rng, "past|before|undoStack|older|done|earlier|previous"),
        pick(rng, "future|after|redoStack|newer|undone|later|upcoming"),
    )
    rule = pick(
        rng,
        "`{0}` has at most {1} entries: the oldest goes.|Keep only the last {1} entries of `{0}`.|No more than {1} old values are kept; the oldest is dropped first.",
    )
    free = pick(
        rng, "`{0}` may grow without limit.|Old values are never dropped.|There is no limit on the number of steps."
    )
    return {"rule": (rule if limit else free).format(past, limit), "limit": limit,
            "cap": f".slice(-{limit})" if limit else "", "thing": noun.one.replace("_", " "),
            "payload": pick(rng, f"value|payload|next|content|{noun.one}|to"),
            "name": pick(rng, f"historyReducer|withUndo|undoReducer|editHistory|undoable|{noun.one}History|{noun.one}Undo|undo{noun.kind}|{noun.one}Editor"),
            "set": pick(rng, f"set|write|change|update|edit|{noun.one}/set|save"),
            "undo": pick(rng, f"undo|back|revert|{noun.one}/undo|step_back"),
            "redo": pick(rng, f"redo|forward|again|{noun.one}/redo|step_on"),
            "now": pick(rng, f"present|current|shown|now|{noun.one}"), "past": past, "future": future}  # fmt: skip


def check_history(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a list of all values with a position in it."""
    runs: list[Any] = []
    for _ in range(4):
        values: list[str] = ["start"]
        place, actions, states = 0, [], []
        for kind in [
            *(
                facts[k]
                for k in "undo redo set set set undo undo redo set undo undo redo redo set set set set undo".split()
            ),
            *rng.choices((facts["set"], facts["undo"], facts["undo"], facts["redo"], "x"), k=6),
        ]:
            word = rng.choice(("red", "blue", "pink", "gold"))
            if kind == facts["set"]:
                values, place = [*values[: place + 1], word], place + 1
                if facts["limit"] and place > facts["limit"]:
                    values, place = values[place - facts["limit"] :], facts["limit"]
            place = max(place - 1, 0) if kind == facts["undo"] else place
            place = min(place + 1, len(values) - 1) if kind == facts["redo"] else place
            actions.append({"type": kind, facts["payload"]: word})
            states.append(
                {facts["past"]: values[:place], facts["now"]: values[place], facts["future"]: values[place + 1 :]}
            )
        runs.append(({facts["past"]: [], facts["now"]: "start", facts["future"]: []}, actions, states))
    return fold_check(facts, runs)


HISTORY = Template(
    id="undo_history",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)` with undo. State: `{«past»: [], «now»: any, «future»: []}`; `«past»` ends with the most recent old value, `«future»` starts with the next one. \"«set»\": `action.«payload»` "
        "becomes `«now»`, the old one goes to the end of `«past»`, `«future»` is emptied. \"«undo»\" and \"«redo»\" step back and forward; with nothing there, or another type, the state is unchanged. «rule» Don't mutate.",
        "Implement `«name»(state, action)` in JavaScript, a pure undo history over `«past»` (array), `«now»` and `«future»` (array). `«set»` pushes `«now»` onto `«past»`, takes `action.«payload»` as `«now»` and clears `«future»`. `«undo»` moves `«now»` to "
        "the front of `«future»` and takes the last of `«past»`; `«redo»` moves `«now»` to the end of `«past»` and takes the first of `«future»`. Return the state itself if that isn't possible or for other types. «rule»",
        "I'd like an undoable «thing» as a reducer in JavaScript: `«name»(state, action)`, state `{«past», «now», «future»}`. On \"«set»\" append the current `«now»` to `«past»`, set `«now»` to `action.«payload»`, make `«future»` empty. On \"«undo»\" go to the last entry of "
        "`«past»` (the current one becomes the first of `«future»`), on \"«redo»\" to the first of `«future»` (the current one becomes the last of `«past»`). If there is nothing to go to, or for any other type, give back the state. «rule» No mutation.",
        "A «thing» is edited in our app and people want to go back. Write the reducer `«name»(state, action)` "
        "in JavaScript; the state has `«now»`, an array `«past»` (newest value last) and an array `«future»` "
        '(next value first). `{ type: "«set»", «payload» }`: what was shown moves to the end of `«past»`, '
        '`«payload»` is shown, nothing is left in `«future»`. `{ type: "«undo»" }` and `{ type: "«redo»" }` '
        "move one step along these lists. «rule» With no step to make, or for unknown types, return the "
        "state; never change it in place.",
        "JavaScript, pure function: `«name»(state, action)` for `{«past», «now», «future»}` of a «thing». "
        '"«undo»" takes the last of `«past»` as `«now»` and puts the value it replaces in front of '
        '`«future»`. "«redo»" does the reverse: first of `«future»` to `«now»`, the replaced one to the end '
        'of `«past»`. "«set»" does what typing does: `«now»` goes to the end of `«past»`, `action.«payload»` '
        "becomes `«now»`, `«future»` becomes `[]`. «rule» Whatever can't be done, or isn't one of these "
        "types, returns `state`.",
    ),
    draw=draw_history,
    shapes=(
        Shape(name="switch", code="""
            function «name»(state, action) {
              const { «past», «now», «future» } = state;
              switch (action.type) {
                case "«set»":
                  return { «past»: [...«past», «now»]«cap», «now»: action.«payload», «future»: [] };
                case "«undo»":
                  if (!«past».length) return state;
                  return { «past»: «past».slice(0, -1), «now»: «past»[«past».length - 1], «future»: [«now», ...«future»] };
                case "«redo»":
                  if (!«future».length) return state;
                  return { «past»: [...«past», «now»], «now»: «future»[0], «future»: «future».slice(1) };
                default:
                  return state;
              }
            }
            """, mutants=(("«now»: action.«payload», «future»: []", "«now»: action.«payload», «future»"),
                          ("[«now», ...«future»]", "[...«future», «now»]"), ("if (!«past».length) return state;\n", ""),
                          ("«past».slice(0, -1)", "«past».slice(1)"),
                          ("«future»: «future».slice(1)", "«future»: []"), ("«cap», «now»: action", ", «now»: action"))),
        Shape(name="ifs", code="""
            const «name» = (state, action) => {
              const past = [...state.«past»];
              const future = [...state.«future»];
              if (action.type === "«set»") {
                return { «past»: [...past, state.«now»]«cap», «now»: action.«payload», «future»: [] };
              }
              if (action.type === "«undo»" && past.length > 0) {
                const now = past.pop();
                return { «past»: past, «now»: now, «future»: [state.«now», ...future] };
              }
              if (action.type === "«redo»" && future.length > 0) {
                const now = future.shift();
                return { «past»: [...past, state.«now»], «now»: now, «future»: future };
              }
              return state;
            };
            """, mutants=(("past.pop()", "past.shift()"), (" && past.length > 0", ""),
                          ("action.«payload», «future»: []", "action.«payload», «future»: future"),
                          ("future.shift()", "future[0]"), ("«cap», «now»: action", ", «now»: action"),
                          ("[state.«now», ...future]", "future"))),
    ),
    verifier=check_history,
)  # fmt: skip
