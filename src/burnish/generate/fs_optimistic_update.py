"""Category `fs_optimistic_update`: showing a change before the server has confirmed it, and taking it back."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, FIRST_NAMES, NUMBER_FIELDS, draw_noun

SAVES = "save|send|persist|submit|saveChange|request"
# "@save" becomes a function that notes its arguments and settles later. What the object is like is noted right after
# the call, while the promise is open, and after it has settled.
SET_HARNESS = """async (exports, { args, fails, quiet }) => {
  const thing = args.find((one) => typeof one === "object");
  const sent = [];
  let settle;
  const save = (...given) => {
    sent.push(JSON.parse(JSON.stringify(given)));
    return new Promise((resolve, reject) => {
      settle = fails ? () => reject(new Error(fails)) : () => resolve();
    });
  };
  const running = exports.NAME(...args.map((one) => (one === "@save" ? save : one)));
  const during = { ...thing };
  if (!settle) return { during, sent };
  queueMicrotask(() => queueMicrotask(() => queueMicrotask(settle)));
  const outcome = await running.then((value) => ({ value: quiet ? null : value ?? null }), (error) => ({ error: error.message }));
  return { during, sent, outcome, after: thing };
}"""
TEXT_CHANGES = {
    "title": "rename|retitle",
    "status": "advance|setStatusOf",
    "color": "paint|recolor",
    "note": "annotate|setNoteOf",
    "owner": "assign|handOver",
    "label": "tag|relabel",
    "city": "relocate|move",
}
FLAGS = "done|pinned|archived|muted|starred|read|hidden|locked|public|liked"


def draw_set(rng: Random) -> dict[str, Any]:
    """Draw what changes in an object (a text, a flag or a number), what is sent, and what a failure gives."""
    noun, kind, outcome = draw_noun(rng), rng.choice(("text", "flag", "number")), rng.choice(("throw", "flag", "text"))
    field, amount, extra = pick(rng, FLAGS), 0, {}
    new, verb, change = "!before", "toggle", f"flips the boolean `{field}`"
    if kind == "text":
        field = rng.choice(sorted(TEXT_CHANGES))
        new, verb, change, extra = (
            field,
            pick(rng, TEXT_CHANGES[field]),
            f"sets `{field}` to the argument `{field}`",
            {field: field},
        )
    elif kind == "number":
        field, amount = rng.choice(NUMBER_FIELDS), rng.choice((1, 1, 2, 5, 10, -1, -2))
        new = f"before {'+' if amount > 0 else '-'} {abs(amount)}"
        verb, change = (
            ("raise", f"adds {amount} to `{field}`") if amount > 0 else ("lower", f"subtracts {-amount} from `{field}`")
        )
    names = draw_arguments(rng, thing=f"{noun.one}|item|entry|record", save=SAVES, **extra)
    thing, whole = names["thing"], rng.random() < 0.5
    good, bad, throws = {
        "throw": ("", "throw error;", "throws the error again"), "flag": ("return true;", "return false;", "returns false; success returns true"),
        "text": ("return null;", "return error.message;", "returns the error's message; success returns null"),
    }[outcome]  # fmt: skip
    caught = "catch {" if outcome == "flag" else "catch (error) {"
    handler = f"({'' if outcome == 'flag' else 'error'}) => {{\n    {thing}.{field} = before;\n    {bad}\n  }}"
    return {
        **names, "name": f"{verb}{noun.kind}" + ("" if kind == "text" else field.title()), "one": noun.one, "field": field, "kind": kind,
        "amount": amount, "new": new, "assigned": field if new == field else f"{field}: {new}",
        "change": change, "whole": whole, "sent": thing if whole else f"{thing}.{field}",
        "told": f"the whole `{thing}`" if whole else f"the new `{field}`",
        "outcome": outcome, "good": f"\n    {good}" if good else "", "bad": bad, "throws": throws, "caught": caught,
        "settle": f".catch({handler})" if outcome == "throw" else f".then(() => {good[7:-1]}, {handler})",
    }  # fmt: skip


def check_set(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write out the object before and after, and let the promise settle both ways."""
    cases: list[tuple[Any, Any]] = []
    for number, fails in enumerate(("", "offline", "", "HTTP 500", "HTTP 409", "")):
        before, now = {
            "text": (rng.choice(CITIES) if number != 3 else "", rng.choice(FIRST_NAMES)), "flag": (number % 2 > 0, number % 2 == 0),
            "number": ((20 + number, 20 + number + facts["amount"]) if number != 3 else (0, facts["amount"])),
        }[facts["kind"]]  # fmt: skip
        old, new = {"id": number, facts["field"]: before, "x": "same"}, {"id": number, facts["field"]: now, "x": "same"}
        values: dict[str, Any] = {"thing": old, "save": "@save"} | (
            {facts["field"]: now} if facts["kind"] == "text" else {}
        )
        outcome: dict[str, Any] = {"value": {"throw": None, "flag": not fails, "text": fails or None}[facts["outcome"]]}
        if fails and facts["outcome"] == "throw":
            outcome = {"error": fails}
        shown = {
            "during": new,
            "sent": [[new if facts["whole"] else now]],
            "outcome": outcome,
            "after": old if fails else new,
        }
        cases.append(({"args": arrange(facts, **values), "fails": fails, "quiet": facts["outcome"] == "throw"}, shown))
    return node_check(facts["name"], cases, harness=SET_HARNESS.replace("NAME", facts["name"]))


SET = Template(
    id="set_and_roll_back",
    ask=(
        "Write an async JavaScript function `«name»(«args»)` that «change» in the object `«thing»` at once and then awaits `«save»` with «told». If that promise is rejected, it puts the old `«field»` back and «throws».",
        "Optimistic update in JavaScript: in the object `«thing»`, the async function `«name»(«args»)` «change» before the server has answered. The change goes to `«save»`, which gets «told» and returns a promise. On rejection the function restores `«field»` and «throws».",
        "The page should show a changed «one» immediately. Please implement `async «name»(«args»)` in JavaScript. Without waiting, it changes `«thing»` in place (it «change») and calls `«save»` with «told». A failed promise takes the change back: `«field»` has its old value again, and the function «throws».",
        "I need an async `«name»(«args»)` in JavaScript. It calls the asynchronous `«save»` with «told», but first it «change» in `«thing»`. When saving fails, undo this in `«thing»`; the function then «throws».",
    ),
    draw=draw_set,
    shapes=(
        Shape(name="try_catch", code="""
            async function «name»(«args») {
              const before = «thing».«field»;
              «thing».«field» = «new»;
              try {
                await «save»(«sent»);«good»
              } «caught»
                «thing».«field» = before;
                «bad»
              }
            }
            """, mutants=(("    «thing».«field» = before;\n", ""), ("    «bad»\n", ""), ("await «save»", "«save»"),
                          ("  «thing».«field» = «new»;\n  try {\n    await «save»(«sent»);",
                           "  try {\n    await «save»(«sent»);\n    «thing».«field» = «new»;"))),
        Shape(name="promise", code="""
            function «name»(«args») {
              const before = «thing».«field»;
              «thing».«field» = «new»;
              return «save»(«sent»)«settle»;
            }
            """, mutants=(("    «thing».«field» = before;\n", ""), ("return «save»", "«save»"), ("  «thing».«field» = «new»;\n", ""),
                          ("«settle»", ""))),
        Shape(name="arrow", code="""
            const «name» = async («args») => {
              const before = «thing».«field»;
              Object.assign(«thing», { «assigned» });
              try {
                await «save»(«sent»);«good»
              } «caught»
                Object.assign(«thing», { «field»: before });
                «bad»
              }
            };
            """, mutants=(("    Object.assign(«thing», { «field»: before });\n", ""), ("«field»: before", "«field»: null"),
                          ("  Object.assign(«thing», { «assigned» });\n", ""), ("    «bad»\n", ""))),
    ),
    mutants=(("return true", "return false"), ("throw error", "return error"), ("(«sent»)", "()"), ("before + ", "before - "), ("!before", "true")),
    verifier=check_set,
)  # fmt: skip

# The list is replaced by what the given functions return; it is frozen, and another thing joins it while the promise
# is open: an answer that writes back a list it read before loses that one.
ADD_HARNESS = """async (exports, { list, item, other, saved, args }) => {
  let now = list;
  const freeze = (rows) => Object.freeze(rows.map((row) => Object.freeze(row)));
  const update = (change) => { now = freeze(change(freeze(now))); };
  let settle;
  const create = (given) => new Promise((resolve, reject) => {
    settle = () => (saved ? resolve({ ...saved, sent: { ...given } }) : reject(new Error("offline")));
  });
  const given = { "@item": Object.freeze(item), "@set": update, "@create": create };
  const running = exports.NAME(...args.map((one) => given[one]));
  const during = now;
  if (!settle) return { during };
  now = [...now, other];
  queueMicrotask(() => queueMicrotask(() => queueMicrotask(settle)));
  await running;
  return { during, after: now };
}"""


def draw_add(rng: Random) -> dict[str, Any]:
    """Draw the end of the list, the mark of an unconfirmed thing, and what becomes of one that was refused."""
    noun, place, removes = draw_noun(rng), rng.choice(("end", "beginning")), rng.random() < 0.5
    names = draw_arguments(
        rng,
        item=f"{noun.one}|draft|item|entry",
        set=f"set{noun.many.title()}|update|setList|setItems",
        create="create|post|send|save|upload",
    )
    flag, failed = (
        pick(rng, "pending|saving|optimistic|unsaved|temporary|sending"),
        pick(rng, "failed|error|rejected|broken|lost"),
    )
    item = names["item"]
    shown = f"{{ ...{item}, {flag}: true }}"
    both = (f"[...list, {shown}]", f"[{shown}, ...list]")
    concats = (f"list.concat({shown})", f"[{shown}].concat(list)")
    undo = f"list.filter((one) => one.id !== {item}.id)"
    mark = f"list.map((one) => (one.id === {item}.id ? {{ ...{item}, {failed}: true }} : one))"
    return {
        **names, "name": f"{pick(rng, 'add|create|post|append|insert')}{noun.kind}", "one": noun.one, "many": noun.many, "place": place, "flag": flag,
        "failed": failed, "removes": removes,
        "list": both[place != "end"], "slip": both[place == "end"], "concat": concats[place != "end"], "undo": undo if removes else mark,
        "rows": "[]" if removes else f"[{{ ...{item}, {failed}: true }}]",
        "refused": "is taken off the list" if removes else f"is shown as `{{ ...{item}, {failed}: true }}`",
        "replaced": f"list.map((one) => (one.id === {item}.id ? saved : one))",
    }  # fmt: skip


def check_add(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write out the list on the way: the new thing marked, then the saved one or what a refusal leaves."""
    cases: list[tuple[Any, Any]] = []
    arguments = arrange(facts, item="@item", set="@set", create="@create")
    for size, works in ((0, True), (2, True), (3, False), (0, False), (1, True), (1, False)):
        rows = [{"id": number, "name": rng.choice(FIRST_NAMES)} for number in range(1, size + 1)]
        item = {"id": f"t{rng.randrange(100)}", "name": rng.choice(CITIES)}
        saved = {"id": 70 + size, "name": rng.choice(FIRST_NAMES)} if works else None
        other = {"id": 99, "name": "later"}
        mine = [{**saved, "sent": item}] if saved else [] if facts["removes"] else [{**item, facts["failed"]: True}]
        during, after = [{**item, facts["flag"]: True}, *rows], [*mine, *rows, other]
        if facts["place"] == "end":
            during, after = [*rows, {**item, facts["flag"]: True}], [*rows, *mine, other]
        call = {"list": rows, "item": item, "other": other, "saved": saved, "args": arguments}
        cases.append((call, {"during": during, "after": after}))
    return node_check(facts["name"], cases, harness=ADD_HARNESS.replace("NAME", facts["name"]))


ADD = Template(
    id="add_then_replace",
    ask=(
        "Write an async JavaScript function `«name»(«args»)` for an optimistic list. `«set»` takes a function from the old list to the new one, as a React setter does. At once `{ ...«item», «flag»: true }` joins the list at the «place». Then await `«create»(«item»)`: its result replaces the element with the `id` of `«item»`; if it rejects, that element «refused». Don't change arrays or objects in place, and don't throw.",
        "In JavaScript, implement `async «name»(«args»)`, which shows a new «one» before it is saved. `«set»(list => newList)` updates the state. First put a copy of `«item»` with `«flag»: true` at the «place» of the list. `«create»(«item»)` returns a promise of the stored «one», which takes the place of the copy (found by `«item».id`). After a rejection, the copy «refused» and the error is swallowed. No mutation.",
        "Please give me `async «name»(«args»)` in JavaScript. `«item»` has a temporary `id`. The «many» live in a state that only `«set»` changes: it is called with a function that gets the current list and returns a new one. Step 1: add `«item»` at the «place», marked `«flag»: true`. Step 2: wait for `«create»(«item»)`. Step 3: swap the marked element, by its `id`, for the resolved value. When step 2 fails, it «refused» instead and nothing is thrown. Other elements may arrive meanwhile and must stay.",
        "Our «many» should appear before the server has confirmed them. I need the async function `«name»(«args»)` (JavaScript, immutable updates through the functional setter `«set»`). Failure of the promise from `«create»(«item»)`: the element with the same `id` as `«item»` «refused», without an exception. Success: that element becomes the resolved object. Until then the list has `{ ...«item», «flag»: true }` at its «place».",
        "JavaScript, async: `«name»(«args»)` adds to a list of «many» before the server has answered. `«set»` gets functions from list to list. The first of them puts `{ ...«item», «flag»: true }` at the «place»; the second, after `«create»(«item»)`, exchanges the element with that `id` for the answer. Should `«create»` fail, that element «refused», and no error leaves the function. Every list and object is left as it was; new ones are made.",
    ),
    draw=draw_add,
    shapes=(
        Shape(name="try_catch", code="""
            async function «name»(«args») {
              «set»((list) => «list»);
              try {
                const saved = await «create»(«item»);
                «set»((list) => «replaced»);
              } catch {
                «set»((list) => «undo»);
              }
            }
            """, mutants=(("«list»", "«slip»"), ("«undo»", "list"), ("    «set»((list) => «replaced»);\n", ""), ("await «create»", "«create»"),
                          ("«replaced»", "[...list, saved]"))),
        Shape(name="then", code="""
            const «name» = («args») => {
              «set»((list) => «concat»);
              return «create»(«item»).then(
                (saved) => «set»((list) => «replaced»),
                () => «set»((list) => «undo»)
              );
            };
            """, mutants=(("return «create»", "«create»"), ("«undo»", "[]"), ("  «set»((list) => «concat»);\n", ""),
                          ("? saved : one", "? one : saved"))),
        Shape(name="helper", code="""
            async function «name»(«args») {
              const swap = (rows) => «set»((list) => list.flatMap((one) => (one.id === «item».id ? rows : [one])));
              «set»((list) => «list»);
              try {
                swap([await «create»(«item»)]);
              } catch {
                swap(«rows»);
              }
            }
            """, mutants=(("«list»", "«slip»"), ("swap(«rows»)", "swap([«item»])"), ("? rows : [one]", "? rows : []"), ("swap([await", "([await"))),
    ),
    mutants=(("«flag»: true", "«flag»: false"), ("one.id !== «item».id", "one.id === «item».id"), ("one.id === «item».id", "one.id !== «item».id"),
             ("«failed»: true", "«failed»: false")),
    verifier=check_add,
)  # fmt: skip

OVERLAY_HARNESS = """(exports, [rows, pending]) => {
  const before = JSON.stringify([rows, pending]);
  const view = exports.NAME(rows, pending);
  return { view, same: JSON.stringify([rows, pending]) === before };
}"""


def draw_overlay(rng: Random) -> dict[str, Any]:
    """Draw the names of waiting changes and what a deletion that waits looks like."""
    noun, removes, place = draw_noun(rng), rng.random() < 0.5, rng.choice(("end", "beginning"))
    flag, gone = pick(rng, "pending|unsaved|syncing|local|dirty"), pick(rng, "deleted|removed|gone|leaving|struck")
    data, kind = pick(rng, "data|values|changes|fields|patch"), pick(rng, "type|kind|op|action")
    made = f"{{ id, ...{data}, {flag}: true }}"
    return {
        "name": f"{pick(rng, 'show|view|preview|merge|overlay|apply')}{pick(rng, 'Pending|Queued|Waiting')}{noun.many.title()}", "many": noun.many,
        "one": noun.one, "kind": kind, "data": data, "flag": flag,
        "add": pick(rng, "add|create|insert|new"), "edit": pick(rng, "edit|update|change|modify"), "drop": pick(rng, "delete|remove|drop|destroy"),
        "gone": gone,
        "removes": removes, "place": place, "made": made, "method": "push" if place == "end" else "unshift",
        "wrong_method": "unshift" if place == "end" else "push",
        "grown": f"[...view, {made}]" if place == "end" else f"[{made}, ...view]",
        "wrong": f"[{made}, ...view]" if place == "end" else f"[...view, {made}]",
        "left": "view.filter((row) => row.id !== id)" if removes else f"view.map((row) => (row.id === id ? {{ ...row, {gone}: true }} : row))",
        "cut": "view.splice(index, 1)" if removes else f"view[index] = {{ ...view[index], {gone}: true }}",
        "deleted": f"leaves out the {noun.one} with that `id`" if removes else f"shows the {noun.one} with that `id` with `{gone}: true`",
    }  # fmt: skip


def check_overlay(facts: Facts, rng: Random) -> dict[str, Any]:
    """Apply the changes to plain dicts one by one; ids that nobody has are among them."""
    kind, data, flag, cases = facts["kind"], facts["data"], facts["flag"], []
    for size, plan in (
        (0, ""),
        (3, ""),
        (2, "a"),
        (3, "e2"),
        (3, "d2"),
        (2, "aea"),
        (3, "d1 e1"),
        (2, "a e9 d9"),
        (3, "e1 e1 d3"),
        (1, "a e50 d1"),
        (2, "a d50 a"),
    ):
        rows: list[dict[str, Any]] = [
            {"id": number, "name": rng.choice(FIRST_NAMES), "size": rng.randrange(9)} for number in range(1, size + 1)
        ]
        view, pending, fresh = [dict(row) for row in rows], [], 50
        for step in plan.replace("aea", "a e50 a").split():
            values = {"name": rng.choice(CITIES)} if step[0] != "d" else {}
            identity = int(step[1:] or fresh)
            word = facts[{"a": "add", "e": "edit", "d": "drop"}[step[0]]]
            pending.append({kind: word, "id": identity, **({data: values} if values else {})})
            found = [row for row in view if row["id"] == identity]
            if step == "a":
                fresh += 1
                view.insert(len(view) if facts["place"] == "end" else 0, {"id": identity, **values, flag: True})
            elif found and step[0] == "e":
                found[0].update(values, **{flag: True})
            elif found and facts["removes"]:
                view.remove(found[0])
            elif found:
                found[0][facts["gone"]] = True
        cases.append(([rows, pending], {"view": view, "same": True}))
    return node_check(facts["name"], cases, harness=OVERLAY_HARNESS.replace("NAME", facts["name"]))


OVERLAY = Template(
    id="pending_overlay",
    ask=(
        "Write a JavaScript function `«name»(rows, pending)` that returns the «many» as they will be. `rows` are saved objects with an `id`; `pending` are changes `{ «kind», id, «data» }`, applied in order. \"«add»\" puts `{ id, ...«data» }` at the «place», \"«edit»\" merges `«data»` into the «one» with that `id` (both also set `«flag»: true`), and \"«drop»\", without `«data»`, «deleted». Unknown ids change nothing; the arguments stay as they are.",
        "In JavaScript, implement `«name»(rows, pending)`: the list of «many» to show while changes wait for the server. Each change has `«kind»`, `id` and `«data»`. For `«kind»` \"«add»\" there is a new «one» at the «place» with that `id` and the fields of `«data»`; for \"«edit»\" the fields of `«data»` overwrite those of the «one»; either way it gets `«flag»: true`. For \"«drop»\" the result «deleted». Go through them in order, ignore ids that aren't there, mutate nothing.",
        "While we are offline, edits of «many» queue up. Please write `«name»(rows, pending)` (JavaScript, no mutation), which lays the queue over the saved `rows`. An entry of the queue is one of `{ «kind»: \"«add»\", id, «data» }`, `{ «kind»: \"«edit»\", id, «data» }` and `{ «kind»: \"«drop»\", id }`. Added ones go to the «place»: `id`, the fields of `«data»`, `«flag»: true`. An edit merges the same into the row with its `id`, if there is one. A \"«drop»\" «deleted».",
        "I want to see pending changes of «many» before they are saved: `«name»(rows, pending)` in JavaScript returns a new array and leaves its arguments alone. An entry with \"«drop»\" «deleted». One whose `«kind»` is \"«edit»\" overwrites fields of the row with its `id` by its `«data»`, and sets `«flag»` to true. \"«add»\" makes a row out of `id`, the fields of `«data»` and `«flag»: true`, at the «place». Later entries see what earlier ones did; a missing row is skipped.",
    ),
    draw=draw_overlay,
    shapes=(
        Shape(name="loop", code="""
            function «name»(rows, pending) {
              let view = rows;
              for (const { «kind», id, «data» } of pending) {
                if («kind» === "«add»") view = «grown»;
                else if («kind» === "«edit»") {
                  view = view.map((row) => (row.id === id ? { ...row, ...«data», «flag»: true } : row));
                } else view = «left»;
              }
              return view;
            }
            """, mutants=(("«grown»", "«wrong»"), ("...row, ...«data»", "...«data»"), ("view = «left»", "view = []"),
                          ("...row, ...«data»", "...«data», ...row"))),
        Shape(name="reduce", code="""
            const «name» = (rows, pending) =>
              pending.reduce((view, { «kind», id, «data» }) => {
                switch («kind») {
                  case "«add»":
                    return «grown»;
                  case "«edit»":
                    return view.map((row) => (row.id === id ? { ...row, ...«data», «flag»: true } : row));
                  default:
                    return «left»;
                }
              }, rows);
            """, mutants=((", rows)", ", [])"), ("«left»", "view"), ("row.id === id ? { ...row, ...", "row.id !== id ? { ...row, ..."),
                          ("pending.reduce", "pending.slice(1).reduce"))),
        Shape(name="copy", code="""
            function «name»(rows, pending) {
              const view = [...rows];
              for (const { «kind», id, «data» } of pending) {
                const index = view.findIndex((row) => row.id === id);
                if («kind» === "«add»") {
                  view.«method»(«made»);
                } else if (index >= 0) {
                  if («kind» === "«edit»") view[index] = { ...view[index], ...«data», «flag»: true };
                  else «cut»;
                }
              }
              return view;
            }
            """, mutants=(("[...rows]", "rows"), ("view.«method»", "view.«wrong_method»"), ("index >= 0", "index > 0"),
                          ("{ ...view[index], ...«data»", "{ ...«data»"))),
    ),
    mutants=(("«flag»: true }", "«flag»: false }"), ("«kind» === \"«add»\"", "«kind» === \"«drop»\""), ("row.id !== id", "row.id === id"),
             ("«gone»: true", "«gone»: false")),
    verifier=check_overlay,
)  # fmt: skip

CATEGORY = Category(name="fs_optimistic_update", family="frontend_data", templates=(SET, ADD, OVERLAY))
