"""Category `fs_state_reducer`: pure functions `(state, action) => state` of a front end's store, in JavaScript."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FLAG_FIELDS, draw_noun

# A call is (state, actions): the reducer is applied to each action, and every state on the way is the result, together
# with whether the state that was passed in was left as it was.
FOLD = """(exports, [entry, start, actions]) => {
  const before = JSON.stringify(start);
  const states = [];
  let state = start;
  for (const action of actions) {
    const frozen = JSON.stringify(state);
    const next = exports[entry](state, action);
    if (JSON.stringify(state) !== frozen) throw new Error("the state was changed in place");
    states.push(next);
    state = next;
  }
  return { states, same: JSON.stringify(start) === before };
}"""


def fold_check(facts: Facts, runs: list[tuple[Any, list[dict[str, Any]], list[Any]]]) -> dict[str, Any]:
    """Return the verifier of runs (start, actions, every state after)."""
    cases = [([facts["name"], start, actions], {"states": states, "same": True}) for start, actions, states in runs]
    return node_check(facts["name"], cases, harness=FOLD)


def draw_counter(rng: Random) -> dict[str, Any]:
    """Draw a counter with limits."""
    up, down, reset = rng.choice(
        (
            ("increment", "decrement", "reset"),
            ("up", "down", "clear"),
            ("add", "remove", "restart"),
            ("plus", "minus", "zero"),
        )
    )
    low = rng.choice((0, 1))
    return {"name": pick(rng, "counterReducer|reducer|quantityReducer|updateCount|cartCount|stepper"), "up": up, "down": down, "reset": reset,
            "field": pick(rng, "count|quantity|value|level|page|volume|guests|seats"), "step": rng.choice((1, 2, 5)), "low": low,
            "high": low + rng.choice((10, 12, 20, 30))}  # fmt: skip


def check_counter(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect positions on a written-out ladder of values that ends at the limits."""
    field, low, high = facts["field"], facts["low"], facts["high"]
    runs: list[Any] = []
    for start in (low, high, low + 1, high - 1, rng.randrange(low, high)):
        actions, states, now = [], [], start
        for kind in [
            facts["up" if start > low + 1 else "down"],
            *rng.choices((facts["up"], facts["down"]), k=5),
            "unknown",
            facts["reset"],
            facts["up"],
            facts["down"],
        ]:
            for _ in range(facts["step"]):
                now += {facts["up"]: now < high, facts["down"]: -(now > low)}.get(kind, 0)
            now = low if kind == facts["reset"] else now
            actions.append({"type": kind})
            states.append({field: now, "label": "x"})
        runs.append(({field: start, "label": "x"}, actions, states))
    return fold_check(facts, runs)


COUNTER = Template(
    id="bounded_counter",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)` for a state object with a number `«field»`. `action.type` \"«up»\" adds «step», \"«down»\" subtracts "
        "«step», never above «high» or below «low»; \"«reset»\" sets it to «low». Other actions return the state unchanged. Don't mutate the state; keep its other keys.",
        "I need a pure function `«name»(state, action)` in JavaScript. `state.«field»` goes up by «step» on `{type: \"«up»\"}`, down by «step» on `{type: \"«down»\"}`, "
        "and back to «low» on `{type: \"«reset»\"}`. Clamp it between «low» and «high». Unknown types: same state. Return a new object otherwise, with all other fields.",
        "Implement `«name»(state, action)` (JavaScript, no library). Actions: \"«up»\" and \"«down»\" change `«field»` by «step» within the limits «low» to «high», "
        "\"«reset»\" makes it «low», everything else leaves the state alone. Copy the state instead of changing it.",
    ),
    draw=draw_counter,
    shapes=(
        Shape(name="switch", code="""
            function «name»(state, action) {
              switch (action.type) {
                case "«up»":
                  return { ...state, «field»: Math.min(state.«field» + «step», «high») };
                case "«down»":
                  return { ...state, «field»: Math.max(state.«field» - «step», «low») };
                case "«reset»":
                  return { ...state, «field»: «low» };
                default:
                  return state;
              }
            }
            """, mutants=(("Math.min(state.«field» + «step», «high»)", "state.«field» + «step»"), ("Math.max(state.«field» - «step», «low»)", "state.«field» - «step»"),
                          ("return state;", "return {};"), ("{ ...state, «field»: «low» }", "{ «field»: «low» }"), ("- «step»", "- «step» - 1"))),
        Shape(name="table", code="""
            const changes = { "«up»": «step», "«down»": -«step» };

            const «name» = (state, action) => {
              if (action.type === "«reset»") return { ...state, «field»: «low» };
              const change = changes[action.type];
              if (!change) return state;
              const «field» = Math.min(«high», Math.max(«low», state.«field» + change));
              return { ...state, «field» };
            };
            """, mutants=(("Math.min(«high», Math.max(«low», state.«field» + change))", "state.«field» + change"), ("-«step»", "«step»"), ("if (!change) return state;", ""),
                          ("return { ...state, «field» };", "return { «field» };"), ("«field»: «low» }", "«field»: «high» }"))),
        Shape(name="ifs", code="""
            function «name»(state, { type }) {
              let «field» = state.«field»;
              if (type === "«up»") «field» += «step»;
              else if (type === "«down»") «field» -= «step»;
              else if (type === "«reset»") «field» = «low»;
              else return state;
              if («field» > «high») «field» = «high»;
              if («field» < «low») «field» = «low»;
              return Object.assign({}, state, { «field» });
            }
            """, mutants=(("if («field» > «high») «field» = «high»;", ""), ("Object.assign({}, state, ", "Object.assign(state, "), ("-= «step»", "-= 1 + «step»"),
                          ("if («field» < «low») «field» = «low»;", ""), ("+= «step»", "= «step»"))),
    ),
    verifier=check_counter,
)  # fmt: skip


def draw_toggle(rng: Random) -> dict[str, Any]:
    """Draw a list whose items have a switch."""
    noun = draw_noun(rng)
    return {"name": f"{pick(rng, 'toggle|flip|switch|reduce')}{noun.kind}{pick(rng, '|s')}", "one": noun.one, "many": noun.many, "flag": rng.choice(FLAG_FIELDS),
            "type": f"{pick(rng, 'toggle|flip|switch')}/{noun.one}", "all": pick(rng, "all|every|clear_all|reset_all")}  # fmt: skip


def check_toggle(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the one item of that id replaced, found by its place."""
    flag = facts["flag"]
    runs: list[Any] = []
    for size in (0, 1, 3, 4):
        state = {
            facts["many"]: [
                {"id": 10 + place, "name": rng.choice("abc"), flag: rng.random() < 0.5} for place in range(size)
            ],
            "filter": "all",
        }
        actions, states, now = [], [], state
        for _ in range(4):
            place = rng.randrange(-1, size)
            kind = rng.choice((facts["type"], facts["type"], facts["all"], "nothing"))
            items = [dict(item) for item in now[facts["many"]]]
            if kind == facts["type"] and place >= 0:
                items[place][flag] = not items[place][flag]
            if kind == facts["all"]:
                items = [{**item, flag: False} for item in items]
            now = {facts["many"]: items, "filter": "all"}
            actions.append({"type": kind, "id": 10 + place if place >= 0 else 99})
            states.append(now)
        runs.append((state, actions, states))
    first = {facts["many"]: [{"id": 10, flag: False}, {"id": 11, flag: True}], "filter": "all"}
    flipped = {facts["many"]: [{"id": 10, flag: False}, {"id": 11, flag: False}], "filter": "all"}
    runs.append(
        (
            first,
            [{"type": facts["type"], "id": 11}, {"type": facts["type"], "id": 11}, {"type": facts["all"]}],
            [flipped, first, flipped],
        )
    )
    return fold_check(facts, runs)


TOGGLE = Template(
    id="toggle_item",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)`. `state.«many»` is an array of objects with `id` and a boolean `«flag»`. On type \"«type»\" flip `«flag»` of the "
        "«one» whose id is `action.id`; on type \"«all»\" set `«flag»` to false for all; otherwise return the state as it is. Never mutate; keep the other keys of the state.",
        "Please implement `«name»(state, action)` in JavaScript for a store that holds `«many»`. `{type: \"«type»\", id}` inverts `«flag»` on the matching «one» (an unknown id changes "
        "nothing) and `{type: \"«all»\"}` turns `«flag»` off everywhere. Other actions don't matter. The old state and its array must stay untouched.",
        "We keep «many» in `state.«many»`. I want a pure reducer `«name»(state, action)`, JavaScript: \"«type»\" toggles `«flag»` of the entry with `id === action.id`, \"«all»\" makes "
        "every `«flag»` false, anything else gives back the state. Order, other fields and other state keys stay the same.",
    ),
    draw=draw_toggle,
    shapes=(
        Shape(name="map", code="""
            function «name»(state, action) {
              if (action.type === "«type»") {
                const «many» = state.«many».map((item) =>
                  item.id === action.id ? { ...item, «flag»: !item.«flag» } : item
                );
                return { ...state, «many» };
              }
              if (action.type === "«all»") {
                return { ...state, «many»: state.«many».map((item) => ({ ...item, «flag»: false })) };
              }
              return state;
            }
            """, mutants=(("!item.«flag»", "true"), ("item.id === action.id", "item.id !== action.id"), ("{ ...item, «flag»: !item.«flag» }", "{ id: item.id, «flag»: !item.«flag» }"),
                          ("«flag»: false", "«flag»: true"), ("return state;", "return { ...state, «many»: [] };"))),
        Shape(name="switch", code="""
            const «name» = (state, { type, id }) => {
              const change = (edit) => ({ ...state, «many»: state.«many».map(edit) });
              switch (type) {
                case "«type»":
                  return change((entry) => (entry.id === id ? { ...entry, «flag»: !entry.«flag» } : entry));
                case "«all»":
                  return change((entry) => ({ ...entry, «flag»: false }));
                default:
                  return state;
              }
            };
            """, mutants=(("!entry.«flag»", "false"), ("({ ...state, «many»", "({ «many»"), ("entry.id === id", "entry.id == 10"), ("default:\n      return state;", "default:\n      return null;"),
                          ("({ ...entry, «flag»: false })", "entry"))),
        Shape(name="index", code="""
            function «name»(state, action) {
              const «many» = state.«many».map((item) => ({ ...item }));
              if (action.type === "«all»") {
                for (const item of «many») item.«flag» = false;
              } else if (action.type === "«type»") {
                const found = «many».find((item) => item.id === action.id);
                if (found) found.«flag» = !found.«flag»;
              }
              return { ...state, «many» };
            }
            """, mutants=(("state.«many».map((item) => ({ ...item }))", "state.«many»"), ("= !found.«flag»", "= true"), ("return { ...state, «many» };", "return { «many» };"),
                          ("item.«flag» = false", "item.«flag» = !item.«flag»"), ("item.id === action.id", "item.id !== action.id"))),
    ),
    verifier=check_toggle,
)  # fmt: skip


def draw_basket(rng: Random) -> dict[str, Any]:
    """Draw a basket: lines with a key and a quantity."""
    noun = draw_noun(rng)
    return {"name": pick(rng, "cartReducer|basketReducer|updateCart|reduceBasket|orderLines|cart"), "many": noun.many, "one": noun.one, "key": pick(rng, "sku|id|code|slug"),
            "quantity": pick(rng, "quantity|count|amount|pieces|qty"), "add": pick(rng, "add|put|cart/add|insert"), "remove": pick(rng, "remove|take|cart/remove|delete")}  # fmt: skip


def check_basket(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect lines kept as an ordered list of pairs, worked out without copying objects."""
    runs: list[Any] = []
    for _ in range(4):
        lines: list[list[Any]] = [[key, rng.randrange(1, 3)] for key in rng.sample("abcd", rng.randrange(0, 3))]
        start = [{facts["key"]: key, facts["quantity"]: count} for key, count in lines]
        actions, states = [], []
        for key in "abbabbdc":
            kind = rng.choice((facts["add"], facts["add"], facts["remove"], "other"))
            keys = [line[0] for line in lines]
            if kind == facts["add"] and key in keys:
                lines[keys.index(key)][1] += 1
            elif kind == facts["add"]:
                lines.append([key, 1])
            elif kind == facts["remove"] and key in keys:
                lines[keys.index(key)][1] -= 1
                lines = [line for line in lines if line[1]]
            actions.append({"type": kind, facts["key"]: key})
            states.append([{facts["key"]: name, facts["quantity"]: count} for name, count in lines])
        runs.append((start, actions, states))
    return fold_check(facts, runs)


BASKET = Template(
    id="basket_lines",
    ask=(
        "Write a JavaScript reducer `«name»(lines, action)`. `lines` is an array of `{«key», «quantity»}`. Type \"«add»\" raises `«quantity»` of the line with `action.«key»` by 1, or appends "
        "`{«key»: action.«key», «quantity»: 1}` when there is none. Type \"«remove»\" lowers it by 1 and drops the line at 0; without such a line nothing changes. Other types: unchanged. No mutation.",
        "For the shopping basket of our «many» I need `«name»(lines, action)` in JavaScript, pure. Lines look like `{«key»: \"a\", «quantity»: 2}`. \"«add»\" means one more of `action.«key»` (a new line at "
        "the end, quantity 1, if it isn't there yet), \"«remove»\" one less (a line that reaches 0 disappears, a missing one is ignored). Anything else returns `lines`.",
        "Implement the pure function `«name»(lines, action)` in JavaScript. The state is a list of lines with `«key»` and `«quantity»`; `action.«key»` tells which line. `\"«add»\"` adds 1 or creates the line "
        "at the end with 1; `\"«remove»\"` subtracts 1, deleting the line when nothing is left. Ignore other actions and never change the given array or its objects.",
    ),
    draw=draw_basket,
    shapes=(
        Shape(name="find_then_map", code="""
            function «name»(lines, action) {
              const step = { "«add»": 1, "«remove»": -1 }[action.type];
              if (!step) return lines;
              const known = lines.some((line) => line.«key» === action.«key»);
              if (!known) return step > 0 ? [...lines, { «key»: action.«key», «quantity»: 1 }] : lines;
              return lines
                .map((line) => (line.«key» === action.«key» ? { ...line, «quantity»: line.«quantity» + step } : line))
                .filter((line) => line.«quantity» > 0);
            }
            """, mutants=(("line.«quantity» + step", "line.«quantity» + 1"), (".filter((line) => line.«quantity» > 0)", ""), ("line.«quantity» > 0", "line.«quantity» > 1"),
                          ("[...lines, { «key»: action.«key», «quantity»: 1 }]", "[{ «key»: action.«key», «quantity»: 1 }, ...lines]"), ("step > 0 ?", "step < 0 ?"))),
        Shape(name="switch", code="""
            function «name»(lines, action) {
              const rest = lines.map((line) => ({ ...line }));
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
                  return lines;
              }
            }
            """, mutants=(("+= 1", "+= 2"), ("-= 1", "= 0"), ("lines.map((line) => ({ ...line }))", "lines"), ("rest.push(", "rest.unshift("), ("rest.filter((line) => line.«quantity» > 0)", "rest"))),
    ),
    verifier=check_basket,
)  # fmt: skip


def draw_request(rng: Random) -> dict[str, Any]:
    """Draw the states of loading something."""
    noun = draw_noun(rng)
    prefix = noun.many
    started, loaded, failed = rng.choice(
        (
            ("request", "success", "failure"),
            ("pending", "fulfilled", "rejected"),
            ("start", "done", "error"),
            ("fetch", "loaded", "failed"),
        )
    )
    return {"name": f"{noun.many.split('_')[0]}Reducer", "many": noun.many, "started": f"{prefix}/{started}", "loaded": f"{prefix}/{loaded}", "failed": f"{prefix}/{failed}",
            "busy": pick(rng, "loading|busy|pending|isLoading"), "data": pick(rng, "data|items|list|rows"), "error": pick(rng, "error|problem|message|failure")}  # fmt: skip


def check_request(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the three fields followed one by one."""
    runs: list[Any] = []
    for _ in range(4):
        now: dict[str, Any] = {facts["busy"]: False, facts["data"]: [], facts["error"]: None}
        start, actions, states = dict(now), [], []
        for kind in [facts[k] for k in ("started", "failed", "loaded", "failed", "started")] + [
            "x",
            *rng.choices((facts["started"], facts["loaded"], "x"), k=3),
        ]:
            rows, text = (
                [rng.randrange(9) for _ in range(rng.randrange(1, 4))],
                rng.choice(("no network", "404", "denied")),
            )
            payload = rows if kind == facts["loaded"] else text
            if kind == facts["started"]:
                now[facts["busy"]], now[facts["error"]] = True, None
            elif kind == facts["loaded"]:
                now[facts["busy"]], now[facts["data"]], now[facts["error"]] = False, rows, None
            elif kind == facts["failed"]:
                now[facts["busy"]], now[facts["error"]] = False, text
            actions.append({"type": kind, "payload": payload})
            states.append(dict(now))
        runs.append((start, actions, states))
    return fold_check(facts, runs)


REQUEST = Template(
    id="request_status",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)` for loading «many». The state has `«busy»`, `«data»` and `«error»`. \"«started»\": `«busy»` true, `«error»` null. \"«loaded»\": `«busy»` false, "
        "`«data»` is `action.payload`, `«error»` null. \"«failed»\": `«busy»` false, `«error»` is `action.payload`, `«data»` stays. Others: same state. No mutation.",
        "I need `«name»(state, action)` in JavaScript, pure. It follows a request: on `«started»` set `«busy»` to true and `«error»` to null; on `«loaded»` set `«busy»` to false, store `action.payload` in `«data»` and "
        "clear `«error»` (null); on `«failed»` set `«busy»` to false and put `action.payload` into `«error»`, keeping the old `«data»`. Ignore other types.",
        "Our page fetches «many». Implement the reducer `«name»(state, action)` (JavaScript). State: `{«busy», «data», «error»}`. Action types: \"«started»\" (busy, no error), \"«loaded»\" (not busy, payload becomes "
        "`«data»`, error null), \"«failed»\" (not busy, payload becomes `«error»`, data kept). `«busy»` is a boolean. Return the state itself for unknown types and never modify it.",
    ),
    draw=draw_request,
    shapes=(
        Shape(name="switch", code="""
            function «name»(state, action) {
              switch (action.type) {
                case "«started»":
                  return { ...state, «busy»: true, «error»: null };
                case "«loaded»":
                  return { «busy»: false, «data»: action.payload, «error»: null };
                case "«failed»":
                  return { ...state, «busy»: false, «error»: action.payload };
                default:
                  return state;
              }
            }
            """, mutants=(("«busy»: true, «error»: null", "«busy»: true"), ("«data»: action.payload", "«data»: []"), ("{ ...state, «busy»: false, «error»: action.payload }", "{ «busy»: false, «data»: [], «error»: action.payload }"),
                          ("«busy»: false, «data»", "«busy»: true, «data»"), ("return state;", "return { ...state, «busy»: false };"))),
        Shape(name="table", code="""
            const updates = {
              "«started»": () => ({ «busy»: true, «error»: null }),
              "«loaded»": (payload) => ({ «busy»: false, «data»: payload, «error»: null }),
              "«failed»": (payload) => ({ «busy»: false, «error»: payload }),
            };

            function «name»(state, action) {
              const update = updates[action.type];
              return update ? { ...state, ...update(action.payload) } : state;
            }
            """, mutants=(("{ ...state, ...update(action.payload) }", "update(action.payload)"), ("«data»: payload, «error»: null", "«data»: payload"), ("«busy»: true", "«busy»: false"), ("«error»: payload", "«error»: true"))),
        Shape(name="ifs", code="""
            const «name» = (state, { type, payload }) => {
              if (type === "«started»") return { ...state, «busy»: true, «error»: null };
              if (type === "«loaded»") return { ...state, «busy»: false, «data»: payload, «error»: null };
              if (type === "«failed»") return { ...state, «busy»: false, «error»: payload };
              return state;
            };
            """, mutants=(("«busy»: true, «error»: null", "«busy»: true"), ("«data»: payload", "«data»: state.«data»"), ("«busy»: false, «error»: payload", "«error»: payload"), ("return state;", "return undefined;"))),
    ),
    verifier=check_request,
)  # fmt: skip


def draw_history(rng: Random) -> dict[str, Any]:
    """Draw a value with undo."""
    return {"name": pick(rng, "historyReducer|withUndo|undoReducer|editHistory|undoable"), "set": pick(rng, "set|write|change|update"), "undo": pick(rng, "undo|back|revert"),
            "redo": pick(rng, "redo|forward|again"), "now": pick(rng, "present|current|value|text"), "past": pick(rng, "past|before|undoStack"), "future": pick(rng, "future|after|redoStack")}  # fmt: skip


def check_history(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a list of all values with a position in it."""
    runs: list[Any] = []
    for _ in range(4):
        values: list[str] = ["start"]
        place, actions, states = 0, [], []
        for kind in [
            *(facts[k] for k in "undo redo set set set undo undo redo set undo undo redo redo".split()),
            *rng.choices((facts["set"], facts["undo"], facts["undo"], facts["redo"], "x"), k=6),
        ]:
            word = rng.choice(("red", "blue", "pink", "gold"))
            if kind == facts["set"]:
                values, place = [*values[: place + 1], word], place + 1
            place = max(place - 1, 0) if kind == facts["undo"] else place
            place = min(place + 1, len(values) - 1) if kind == facts["redo"] else place
            actions.append({"type": kind, "value": word})
            states.append(
                {facts["past"]: values[:place], facts["now"]: values[place], facts["future"]: values[place + 1 :]}
            )
        runs.append(({facts["past"]: [], facts["now"]: "start", facts["future"]: []}, actions, states))
    return fold_check(facts, runs)


HISTORY = Template(
    id="undo_history",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)` with undo. State: `{«past»: [], «now»: any, «future»: []}`; `«past»` ends with the most recent old value, `«future»` starts with the next one. \"«set»\": `action.value` "
        "becomes `«now»`, the old one goes to the end of `«past»`, `«future»` is emptied. \"«undo»\" and \"«redo»\" step back and forward; with nothing there, or another type, the state is unchanged. Don't mutate.",
        "Implement `«name»(state, action)` in JavaScript, a pure undo history over `«past»` (array), `«now»` and `«future»` (array). `«set»` pushes `«now»` onto `«past»`, takes `action.value` as `«now»` and clears `«future»`. `«undo»` moves `«now»` to "
        "the front of `«future»` and takes the last of `«past»`; `«redo»` moves `«now»` to the end of `«past»` and takes the first of `«future»`. Return the state itself if that isn't possible or for other types.",
        "I'd like an undoable value as a reducer in JavaScript: `«name»(state, action)`, state `{«past», «now», «future»}`. On \"«set»\" append the current `«now»` to `«past»`, set `«now»` to `action.value`, make `«future»` empty. On \"«undo»\" go to the last entry of "
        "`«past»` (the current one becomes the first of `«future»`), on \"«redo»\" to the first of `«future»` (the current one becomes the last of `«past»`). If there is nothing to go to, or for any other type, give back the state. No mutation.",
    ),
    draw=draw_history,
    shapes=(
        Shape(name="switch", code="""
            function «name»(state, action) {
              const { «past», «now», «future» } = state;
              switch (action.type) {
                case "«set»":
                  return { «past»: [...«past», «now»], «now»: action.value, «future»: [] };
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
            """, mutants=(("«now»: action.value, «future»: []", "«now»: action.value, «future»"), ("[«now», ...«future»]", "[...«future», «now»]"), ("if (!«past».length) return state;\n", ""), ("«past».slice(0, -1)", "«past».slice(1)"),
                          ("«future»: «future».slice(1)", "«future»: []"))),
        Shape(name="ifs", code="""
            const «name» = (state, action) => {
              const past = [...state.«past»];
              const future = [...state.«future»];
              if (action.type === "«set»") {
                return { «past»: [...past, state.«now»], «now»: action.value, «future»: [] };
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
            """, mutants=(("past.pop()", "past.shift()"), (" && past.length > 0", ""), ("action.value, «future»: []", "action.value, «future»: future"), ("future.shift()", "future[0]"), ("[state.«now», ...future]", "future"))),
    ),
    verifier=check_history,
)  # fmt: skip

CATEGORY = Category(name="fs_state_reducer", family="components", templates=(COUNTER, TOGGLE, BASKET, REQUEST, HISTORY))
