"""Category `fs_state_reducer`: pure functions `(state, action) => state` of a front end's store, in JavaScript."""

from random import Random
from typing import Any

from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.reducer_folding import fold_check
from burnish.generate.reducers_of_lists import BASKET, HISTORY
from burnish.generate.state_reducer_basics import ADD, REMOVE, SET
from burnish.generate.wording import FLAG_FIELDS, draw_noun


def draw_counter(rng: Random) -> dict[str, Any]:
    """Draw a counter with limits."""
    up, down, reset = rng.choice(
        (
            ("increment", "decrement", "reset"),
            ("up", "down", "clear"),
            ("add", "remove", "restart"),
            ("plus", "minus", "zero"),
            ("raise", "lower", "restore"),
            ("more", "less", "default"),
            ("next", "previous", "home"),
        )
    )
    low, step = rng.choice((0, 1, 2, 5, 10, -5, -20)), rng.choice((1, 2, 3, 4, 5, 10))
    high = low + step * rng.randrange(3, 9) + rng.randrange(3)
    start, noun = rng.choice((low, low + 1, rng.randrange(low, high))), draw_noun(rng)
    return {"name": pick(rng, f"counterReducer|{noun.one}Reducer|quantityReducer|updateCount|{noun.one}Count|stepper|{noun.one}Stepper|count{noun.kind}s"),
            "up": up, "down": down, "reset": reset,
            "field": pick(rng,
                          f"count|quantity|value|level|page|volume|guests|seats|{noun.one}Count|{noun.many}|zoom|speed"),
            "step": step, "low": low, "high": high, "start": start}  # fmt: skip


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
            now = facts["start"] if kind == facts["reset"] else now
            actions.append({"type": kind})
            states.append({field: now, "label": "x"})
        runs.append(({field: start, "label": "x"}, actions, states))
    return fold_check(facts, runs)


COUNTER = Template(
    id="bounded_counter",
    ask=(
        "Write a JavaScript reducer `«name»(state, action)` for a state object with a number `«field»`. `action.type` \"«up»\" adds «step», \"«down»\" subtracts "
        "«step», never above «high» or below «low»; \"«reset»\" sets it to «start». Other actions return the state unchanged. Don't mutate the state; keep its other keys.",
        "I need a pure function `«name»(state, action)` in JavaScript. `state.«field»` goes up by «step» on `{type: \"«up»\"}`, down by «step» on `{type: \"«down»\"}`, "
        "and back to «start» on `{type: \"«reset»\"}`. Clamp it between «low» and «high». Unknown types: same state. Return a new object otherwise, with all other fields.",
        "Implement `«name»(state, action)` (JavaScript, no library). Actions: \"«up»\" and \"«down»\" change `«field»` by «step» within the limits «low» to «high», "
        "\"«reset»\" makes it «start», everything else leaves the state alone. Copy the state instead of changing it.",
        '`«name»(state, action)` is to be a JavaScript reducer for one number, `state.«field»`, which lies between «low» and «high» at all times. Steps of «step»: "«up»" goes up, "«down»" goes down, and both stop at the limit. "«reset»" gives «start». These are values of `action.type`; with any other the result is the state. Leave the given object untouched and carry its other keys over.',
        "Please write a stepper's reducer in JavaScript: `«name»(state, { type })`. It must not modify `state`, whose other keys stay. By type: «up» → `«field»` + «step» (at most «high»); «down» → `«field»` - «step» (at least «low»); «reset» → «start»; anything else → the same state.",
        'The buttons of our page send `{ type: "«down»" }`, `{ type: "«up»" }` and `{ type: "«reset»" }`. In JavaScript, `«name»(state, action)` returns the next state: a copy whose `«field»` is «step» lower, «step» higher, or «start», but never outside «low»..«high». An action of another type returns what came in.',
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
                  return { ...state, «field»: «start» };
                default:
                  return state;
              }
            }
            """, mutants=(("Math.min(state.«field» + «step», «high»)", "state.«field» + «step»"),
                          ("Math.max(state.«field» - «step», «low»)", "state.«field» - «step»"),
                          ("return state;", "return {};"), ("{ ...state, «field»: «start» }", "{ «field»: «start» }"),
                          ("- «step»", "- «step» - 1"))),
        Shape(name="table", code="""
            const changes = { "«up»": «step», "«down»": -«step» };

            const «name» = (state, action) => {
              if (action.type === "«reset»") return { ...state, «field»: «start» };
              const change = changes[action.type];
              if (!change) return state;
              const «field» = Math.min(«high», Math.max(«low», state.«field» + change));
              return { ...state, «field» };
            };
            """, mutants=(("Math.min(«high», Math.max(«low», state.«field» + change))", "state.«field» + change"),
                          ("-«step»", "«step»"), ("if (!change) return state;", ""),
                          ("return { ...state, «field» };", "return { «field» };"), ("«field»: «start» }", "«field»: «high» }"))),
        Shape(name="ifs", code="""
            function «name»(state, { type }) {
              let «field» = state.«field»;
              if (type === "«up»") «field» += «step»;
              else if (type === "«down»") «field» -= «step»;
              else if (type === "«reset»") «field» = «start»;
              else return state;
              if («field» > «high») «field» = «high»;
              if («field» < «low») «field» = «low»;
              return Object.assign({}, state, { «field» });
            }
            """, mutants=(("if («field» > «high») «field» = «high»;", ""),
                          ("Object.assign({}, state, ", "Object.assign(state, "), ("-= «step»", "-= 1 + «step»"),
                          ("if («field» < «low») «field» = «low»;", ""), ("+= «step»", "= «step»"))),
    ),
    verifier=check_counter,
)  # fmt: skip


def draw_toggle(rng: Random) -> dict[str, Any]:
    """Draw a list whose items have a switch."""
    noun = draw_noun(rng)
    return {"name": f"{pick(rng, 'toggle|flip|switch|reduce')}{noun.kind}{pick(rng, '|s')}", "one": noun.one,
            "many": noun.many, "flag": rng.choice(FLAG_FIELDS),
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
    first = {facts["many"]: [{"id": 10, flag: False}, {"id": 11, "name": "a", flag: True}], "filter": "all"}
    flipped = {facts["many"]: [{"id": 10, flag: False}, {"id": 11, "name": "a", flag: False}], "filter": "all"}
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
            """, mutants=(("!item.«flag»", "true"), ("item.id === action.id", "item.id !== action.id"),
                          ("{ ...item, «flag»: !item.«flag» }", "{ id: item.id, «flag»: !item.«flag» }"),
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
            """, mutants=(("!entry.«flag»", "false"), ("({ ...state, «many»", "({ «many»"),
                          ("entry.id === id", "entry.id == 10"),
                          ("default:\n      return state;", "default:\n      return null;"),
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
            """, mutants=(("state.«many».map((item) => ({ ...item }))", "state.«many»"), ("= !found.«flag»", "= true"),
                          ("return { ...state, «many» };", "return { «many» };"),
                          ("item.«flag» = false", "item.«flag» = !item.«flag»"),
                          ("item.id === action.id", "item.id !== action.id"))),
    ),
    verifier=check_toggle,
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
    return {"name": f"{noun.many.split('_')[0]}Reducer", "many": noun.many, "started": f"{prefix}/{started}",
            "loaded": f"{prefix}/{loaded}", "failed": f"{prefix}/{failed}",
            "busy": pick(rng, "loading|busy|pending|isLoading"), "data": pick(rng, "data|items|list|rows"),
            "error": pick(rng, "error|problem|message|failure")}  # fmt: skip


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
            """, mutants=(("«busy»: true, «error»: null", "«busy»: true"), ("«data»: action.payload", "«data»: []"),
                          ("{ ...state, «busy»: false, «error»: action.payload }",
                           "{ «busy»: false, «data»: [], «error»: action.payload }"),
                          ("«busy»: false, «data»", "«busy»: true, «data»"),
                          ("return state;", "return { ...state, «busy»: false };"))),
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
            """, mutants=(("{ ...state, ...update(action.payload) }", "update(action.payload)"),
                          ("«data»: payload, «error»: null", "«data»: payload"), ("«busy»: true", "«busy»: false"),
                          ("«error»: payload", "«error»: true"))),
        Shape(name="ifs", code="""
            const «name» = (state, { type, payload }) => {
              if (type === "«started»") return { ...state, «busy»: true, «error»: null };
              if (type === "«loaded»") return { ...state, «busy»: false, «data»: payload, «error»: null };
              if (type === "«failed»") return { ...state, «busy»: false, «error»: payload };
              return state;
            };
            """, mutants=(("«busy»: true, «error»: null", "«busy»: true"), ("«data»: payload", "«data»: state.«data»"),
                          ("«busy»: false, «error»: payload", "«error»: payload"), ("return state;", "return undefined;"))),
    ),
    verifier=check_request,
)  # fmt: skip


CATEGORY = Category(
    name="fs_state_reducer",
    family="components",
    templates=(COUNTER, TOGGLE, BASKET, REQUEST, HISTORY, SET, ADD, REMOVE),
)
