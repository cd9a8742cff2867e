"""Category `fs_generic_function`: small generic helpers of TypeScript, judged by their types and by their results."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick, pick_some
from burnish.generate.generic_function_basics import COUNT, END, WRAP
from burnish.generate.wording import FIRST_NAMES, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

LISTS = "items|list|rows|values|elements|records|entries|data|source|input|objects|things"
SELECTORS = "keyOf|getKey|selector|toKey|by|keyFn|pickKey|keyFor|choose|readKey|mapKey|criterion"


def draw_list(rng: Random, names: str) -> dict[str, Any]:
    """Draw a function on a list of things that have a text and a number."""
    noun = draw_noun(rng)
    return {
        "fn": pick(rng, names), "items": pick(rng, LISTS), "key": pick(rng, SELECTORS), "one": noun.one, "many": noun.many, "Kind": noun.kind,
        "first": pick(rng, f"{noun.one}|{noun.one[0]}|it|x|one|each"), "text": rng.choice(TEXT_FIELDS), "number": rng.choice(NUMBER_FIELDS),
    }  # fmt: skip


def declare(facts: Facts) -> str:
    """Return the type that the usage file works on, and a list of it."""
    return (
        f"interface {facts['Kind']} {{ id: number; {facts['text']}: string; {facts['number']}: number }}\n"
        f"declare const data: {facts['Kind']}[];\n"
    )


def check_pluck(facts: Facts, rng: Random) -> dict[str, Any]:
    """Build the objects from the values that must come back."""
    fn, text, number = facts["fn"], facts["text"], facts["number"]
    usage = (
        f'{declare(facts)}const numbers: number[] = {fn}(data, "{number}");\nconst texts: string[] = {fn}(data, "{text}");\n'
        f'// @ts-expect-error\n{fn}(data, "missing");\n// @ts-expect-error\nconst wrong: string[] = {fn}(data, "{number}");\n'
    )
    names, numbers = rng.sample(FIRST_NAMES, 4), [rng.randrange(1, 90) for _ in range(3)] + [0]
    objects = [{"id": n, text: name, number: value} for n, (name, value) in enumerate(zip(names, numbers, strict=True))]
    cases = [([objects, text], names), ([objects, number], numbers), ([objects, "id"], [0, 1, 2, 3]), ([[], text], []), ([objects[3:], number], [0])]  # fmt: skip
    return typescript_check(fn, cases, usage=usage)


PLUCK = Template(
    id="pluck",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «prop»)` that returns the value of property `«prop»` of every object in the array `«items»`, in order. `«prop»` may only be a key of the objects, and the result's type follows from it: `«fn»(«many», \"«number»\")` is a `number[]` when `«number»` is a number.",
        "In TypeScript I keep writing `«many».map((«first») => «first».«text»)`. Please give me a type-safe helper `«fn»(«items», «prop»)`: it takes an array of any object type and the name of one of its properties and returns an array of that property's values, typed as such. An unknown property name must be a type error.",
        "I want `«fn»(«many», \"«text»\")` to return the list of all `«text»` values with the right type (`string[]` here). Write the generic function in TypeScript with the parameters `«items»` and `«prop»`; keys that the items don't have must not compile.",
    ),
    draw=lambda rng: {**draw_list(rng, "pluck|pluckAll|valuesOf|fieldOf|column|collect|pickAll"), "prop": pick(rng, "key|field|prop|name|property")},
    shapes=(
        Shape(name="map", code="""
            function «fn»<T, K extends keyof T>(«items»: T[], «prop»: K): T[K][] {
              return «items».map((item) => item[«prop»]);
            }
            """, mutants=(("K extends keyof T", "K extends string"), ("T[K][]", "any[]"), ("item[«prop»]", "item"), (".map(", ".filter("), ("«items».map", "«items».slice(1).map"))),
        Shape(name="arrow", code="""
            export const «fn» = <T, K extends keyof T>(«items»: readonly T[], «prop»: K): Array<T[K]> =>
              «items».map((entry) => entry[«prop»]);
            """, mutants=(("Array<T[K]>", "Array<T>"), ("Array<T[K]>", "Array<any>"), ("K extends keyof T", "K"), ("entry[«prop»])", "entry[«prop»]).reverse()"))),
        Shape(name="loop", code="""
            function «fn»<T, K extends keyof T>(«items»: T[], «prop»: K): T[K][] {
              const result: T[K][] = [];
              for (const item of «items») {
                result.push(item[«prop»]);
              }
              return result;
            }
            """, mutants=(("push", "unshift"), ("«prop»: K)", "«prop»: string)"), ("): T[K][]", "): any[]"), ("    result.push(item[«prop»]);", "    if (item[«prop»]) result.push(item[«prop»]);"))),
    ),
    verifier=check_pluck,
)  # fmt: skip


def check_group(facts: Facts, rng: Random) -> dict[str, Any]:
    """Deal objects to groups beforehand; one group appears again later, one text is empty."""
    fn, text, kind = facts["fn"], facts["text"], facts["Kind"]
    usage = (
        f"{declare(facts)}const groups: Record<string, {kind}[]> = {fn}(data, (one) => one.{text});\n"
        f"const words: Record<string, string[]> = {fn}(['a'], (word) => word);\n"
        f"// @ts-expect-error\nconst wrong: Record<string, string[]> = {fn}(data, (one) => one.{text});\n"
        f"// @ts-expect-error\n{fn}(data, (one) => one.missing);\n"
    )
    names = [*rng.sample(FIRST_NAMES, 2), ""]
    groups: dict[str, list[Any]] = {name: [] for name in names}
    objects = []
    for number, name in enumerate([names[0], names[1], names[0], names[2], names[1], names[0]]):
        one = {"id": number, text: name}
        groups[name].append(one)
        objects.append(one)
    cases = [([objects], groups), ([[]], {}), ([objects[:1]], {names[0]: objects[:1]})]
    return typescript_check(
        fn, cases, usage=usage, harness=f'(exports, call) => exports.{fn}(call[0], (one) => one["{text}"])'
    )


GROUP = Template(
    id="group_by",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «key»)`. `«key»` is a function from an item to a string; the result is an object of type `Record<string, T[]>` that maps each key to the items that have it, in their original order: `«fn»(«many», («first») => «first».«text»)` groups «many» by «text». An empty array gives `{}`.",
        "I have an array of «many» and want them by «text»: `«fn»(«many», («first») => «first».«text»)`. Please write `«fn»(«items», «key»)` in TypeScript for any item type `T`; `«key»` returns a string, the return type is `Record<string, T[]>`, and each list keeps the order of the input.",
        "Please implement `«fn»` in TypeScript: given an array `«items»` of `T` and a callback `«key»` that computes a string for an item, collect the items with equal strings in one list and return a `Record<string, T[]>`. Keep the order inside the lists. I'll use it to list «many» by their «text» first, but it should work for any type.",
    ),
    draw=lambda rng: draw_list(rng, "groupBy|group|groupItems|partitionBy|bucketBy|indexLists"),
    shapes=(
        Shape(name="loop", code="""
            function «fn»<T>(«items»: T[], «key»: (item: T) => string): Record<string, T[]> {
              const groups: Record<string, T[]> = {};
              for (const item of «items») {
                const name = «key»(item);
                if (!groups[name]) groups[name] = [];
                groups[name].push(item);
              }
              return groups;
            }
            """, mutants=(("if (!groups[name]) ", ""), ("push", "unshift"), ("(item: T)", "(item: unknown)"), ("): Record<string, T[]>", "): Record<string, any[]>"), ("const name = «key»(item);", "const name = String(item);"))),
        Shape(name="reduce", code="""
            const «fn» = <T>(«items»: readonly T[], «key»: (item: T) => string): Record<string, T[]> =>
              «items».reduce<Record<string, T[]>>((groups, item) => {
                (groups[«key»(item)] ??= []).push(item);
                return groups;
              }, {});
            """, mutants=(("??= []", "= []"), (": Record<string, T[]> =>", ": Record<string, T> =>"), ("push", "unshift"), ("return groups", "return {}"), ("(groups[«key»(item)] ??= []).push(item)", "groups[«key»(item)] = [item]"))),
        Shape(name="map", code="""
            function «fn»<T>(«items»: T[], «key»: (item: T) => string): Record<string, T[]> {
              const groups = new Map<string, T[]>();
              for (const item of «items») {
                const name = «key»(item);
                groups.set(name, [...(groups.get(name) ?? []), item]);
              }
              return Object.fromEntries(groups);
            }
            """, mutants=(("[...(groups.get(name) ?? []), item]", "[item]"), ("[...(groups.get(name) ?? []), item]", "[item, ...(groups.get(name) ?? [])]"), ("): Record<string, T[]>", "): any"), ("Object.fromEntries(groups)", "groups"), ("groups.get(name) ?? []", "groups.get(\"\") ?? []"))),
    ),
    verifier=check_group,
)  # fmt: skip


def check_unique(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give repeats that are marked as such beforehand; 1 and "1" are different keys."""
    fn, field, kind = facts["fn"], facts["text"], facts["Kind"]
    usage = (
        f"{declare(facts)}const byText: {kind}[] = {fn}(data, (one) => one.{field});\nconst byId: {kind}[] = {fn}(data, (one) => one.id);\n"
        f"// @ts-expect-error\nconst wrong: string[] = {fn}(data, (one) => one.{field});\n// @ts-expect-error\n{fn}(data, (one) => one.missing);\n"
    )
    names = rng.sample(FIRST_NAMES, 3)
    marked = [(names[0], True), (names[1], True), (names[0], False), (names[2], True), (names[2], False), (names[1], False)]  # fmt: skip
    objects = [{"id": number, field: name} for number, (name, _) in enumerate(marked)]
    kept = [one for one, (_, is_new) in zip(objects, marked, strict=True) if is_new]
    mixed: list[Any] = [{"id": 1, field: 1}, {"id": 2, field: "1"}, {"id": 3, field: 0}, {"id": 4, field: ""}]
    cases = [([objects], kept), ([[]], []), ([objects[3:5]], objects[3:4]), ([mixed], mixed), ([objects[:2]], objects[:2])]  # fmt: skip
    return typescript_check(
        fn, cases, usage=usage, harness=f'(exports, call) => exports.{fn}(call[0], (one) => one["{field}"])'
    )


UNIQUE = Template(
    id="unique_by",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «key»)` that removes duplicates: of all items for which the callback `«key»` returns the same value (compared by `===`), only the first stays. The order doesn't change. The key may be of any type; the result is an array of the item type. I'd use it for «many» with `(«first») => «first».«text»`.",
        "My list of «many» has repeats. I'd like to call `«fn»(«many», («first») => «first».«text»)` and get the «many» back with only the first one of each `«text»`, in the same order. Write `«fn»(«items», «key»)` in TypeScript, generic over the item and the key type; it returns `T[]`, and keys are equal when `===` says so.",
        "Please write a TypeScript helper named `«fn»`. It takes `«items»` (an array of `T`) and `«key»` (a function from `T` to a key of any type) and returns a `T[]` without the items whose key has been seen before. The first item with a key wins, the order is kept, and the key 1 isn't the key \"1\". The first use is a list of «many», by `«text»`.",
    ),
    draw=lambda rng: draw_list(rng, "uniqueBy|uniqBy|distinctBy|dedupeBy|withoutRepeats|firstOfEach"),
    shapes=(
        Shape(name="filter", code="""
            function «fn»<T, K>(«items»: T[], «key»: (item: T) => K): T[] {
              const seen = new Set<K>();
              return «items».filter((item) => {
                const value = «key»(item);
                if (seen.has(value)) return false;
                seen.add(value);
                return true;
              });
            }
            """, mutants=(("return false", "return true"), ("seen.add(value)", "seen.clear()"), ("seen.has(value)", "!seen.has(value)"), ("): T[]", "): any[]"), ("(item: T)", "(item: any)"))),
        Shape(name="loop", code="""
            export function «fn»<T, K>(«items»: readonly T[], «key»: (item: T) => K): T[] {
              const kept = new Map<K, T>();
              for (const item of «items») {
                const value = «key»(item);
                if (!kept.has(value)) kept.set(value, item);
              }
              return [...kept.values()];
            }
            """, mutants=(("if (!kept.has(value)) ", ""), ("!kept.has", "kept.has"), ("kept.values()", "kept.keys()"), ("): T[]", "): any[]"), ("[...kept.values()]", "[...kept.values()].reverse()"))),
        Shape(name="find_index", code="""
            const «fn» = <T, K>(«items»: T[], «key»: (item: T) => K): T[] =>
              «items».filter(
                (item, index) => «items».findIndex((other) => «key»(other) === «key»(item)) === index,
              );
            """, mutants=((") === index", ") !== index"), ("findIndex", "findLastIndex"), ("«key»(other) === «key»(item)", "other === item"), ("«key»(other) === «key»(item)", "«key»(other) == «key»(item)"), ("T[] =>", "K[] =>"))),
    ),
    verifier=check_unique,
)  # fmt: skip


def draw_result(rng: Random) -> dict[str, Any]:
    """Draw the type of a result, the names of its parts and the function on it."""
    kind = pick(rng, "Result|Outcome|Attempt|Either|Reply|Fetched|Parsed")
    return {"Type": kind, "ok": pick(rng, "ok|success|done"), "value": pick(rng, "value|data|result|payload"), "error": pick(rng, "error|reason|problem|failure"), "fn": f"{pick(rng, 'map|convert|transform|change')}{kind}", "arg": pick(rng, "result|input|current|given"), "change": pick(rng, "fn|change|transform|mapper")}  # fmt: skip


def check_result(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give results whose value, or error, is written out; count the calls of the callback."""
    kind, fn, ok, value, error = (facts[name] for name in ("Type", "fn", "ok", "value", "error"))
    usage = (
        f"declare const given: {kind}<number, string>;\nif (given.{ok}) {{ const n: number = given.{value}; }} else {{ const s: string = given.{error}; }}\n"
        f"const mapped: {kind}<boolean, string> = {fn}(given, (n) => n.toFixed() === '1');\n"
        f"// @ts-expect-error\nconst wrong: {kind}<number, string> = {fn}(given, (n) => n.toFixed());\n"
        f"// @ts-expect-error\nconst mixed: {kind}<number, string> = {{ {ok}: true, {error}: 'x' }};\n"
        f"// @ts-expect-error\nconst other: {kind}<number, string> = {{ {ok}: false, {error}: 4 }};\n"
    )
    harness = f"(exports, call) => {{ let calls = 0; const made = exports.{fn}(call[0], (n) => {{ calls += 1; return n + 1000; }}); return [made, calls]; }}"
    number, text = rng.randrange(2, 90), rng.choice(FIRST_NAMES)
    cases: list[tuple[Any, Any]] = [
        ([{ok: True, value: given}], [{ok: True, value: given + 1000}, 1]) for given in (number, 0)
    ]
    cases += [([{ok: False, error: given}], [{ok: False, error: given}, 0]) for given in (text, "", 7)]
    return typescript_check(fn, cases, usage=usage, harness=harness)


RESULT = Template(
    id="map_result",
    ask=(
        "In TypeScript, define the generic union type `«Type»<T, E>`: either `{ «ok»: true; «value»: T }` or `{ «ok»: false; «error»: E }`. Then write `«fn»(«arg», «change»)`, which applies the function `«change»` to the `«value»` of a success and returns the new success; a failure is returned as it is, without calling `«change»`.",
        "I don't like exceptions. Give me a TypeScript type `«Type»<T, E>` (success: `«ok»` is true and there's a `«value»` of type `T`; failure: `«ok»` is false and there's an `«error»` of type `E`), and a function `«fn»(«arg», «change»)` that turns a `«Type»<T, E>` into a `«Type»<U, E>` by calling `«change»` on the `«value»`. Failures pass through untouched.",
        "Please write two things in TypeScript: a discriminated union `«Type»<T, E>` with the flag `«ok»` (true: has `«value»: T`; false: has `«error»: E`), and a generic function `«fn»(«arg», «change»)`. On success it returns a success with `«change»(«value»)`; otherwise it returns the same failure and never runs `«change»`.",
    ),
    draw=draw_result,
    shapes=(
        Shape(name="ternary", code="""
            type «Type»<T, E> = { «ok»: true; «value»: T } | { «ok»: false; «error»: E };

            function «fn»<T, U, E>(«arg»: «Type»<T, E>, «change»: («value»: T) => U): «Type»<U, E> {
              return «arg».«ok» ? { «ok»: true, «value»: «change»(«arg».«value») } : «arg»;
            }
            """, mutants=(("| { «ok»: false; «error»: E }", ""), ("«value»: «change»(«arg».«value»)", "«value»: «arg».«value»"), ("{ «ok»: true; «value»: T }", "{ «ok»: true; «value»: any }"), ("E };", "any };"), ("U): «Type»<U, E>", "U): any"))),
        Shape(name="interfaces", code="""
            interface Success<T> {
              «ok»: true;
              «value»: T;
            }
            interface Failed<E> {
              «ok»: false;
              «error»: E;
            }
            type «Type»<T, E> = Success<T> | Failed<E>;

            function «fn»<T, U, E>(«arg»: «Type»<T, E>, «change»: (item: T) => U): «Type»<U, E> {
              if (!«arg».«ok») return «arg»;
              return { «ok»: true, «value»: «change»(«arg».«value») };
            }
            """, mutants=(("«ok»: false;", "«ok»: boolean;"), ("  if (!«arg».«ok») return «arg»;\n", ""), ("return «arg»;", "return { «ok»: false, «error»: \"\" as E };"), (" | Failed<E>", ""), ("«value»: T;", "«value»?: T;"))),
        Shape(name="early_return", code="""
            export type «Type»<T, E> =
              | { «ok»: true; «value»: T }
              | { «ok»: false; «error»: E };

            export const «fn» = <T, U, E>(«arg»: «Type»<T, E>, «change»: (item: T) => U): «Type»<U, E> => {
              if («arg».«ok») {
                return { «ok»: true, «value»: «change»(«arg».«value») };
              }
              return { «ok»: false, «error»: «arg».«error» };
            };
            """, mutants=(("if («arg».«ok»)", "if (!«arg».«ok»)"), ("«ok»: false, «error»: «arg».«error»", "«ok»: false"), ("«Type»<U, E> =>", "«Type»<T, E> =>"), ("«ok»: false; «error»: E", "«ok»: false; «error»: unknown"), ("return { «ok»: true, «value»: «change»(«arg».«value») }", "return { ...«arg» }"))),
    ),
    verifier=check_result,
)  # fmt: skip


BUS_USES = (
    "The cart and the header talk through it.", "It replaces an untyped emitter in our front end.", "Plug-ins will listen on it.",
    "A worker reports its progress with it.", "Our tests listen to what the store does through it.", "It sits between the socket and the views.",
    "The undo history hooks into it.", "Analytics subscribes to everything it sends.", "Two teams share it, so the types matter.",
    "The map view and the list stay in step by it.",
)  # fmt: skip


def draw_bus(rng: Random) -> dict[str, Any]:
    """Draw a class of typed events, its methods and an example of two events."""
    noun = draw_noun(rng)
    first, second = pick_some(rng, "Created|Closed|Opened|Changed|Deleted|Sent|Failed|Saved", 2)
    return {"Bus": pick(rng, "EventBus|Emitter|Hub|Dispatcher|Channel|Signals"), "on": pick(rng, "on|subscribe|listen|addListener"), "emit": pick(rng, "emit|publish|fire|dispatch|trigger"), "one": noun.one, "first": f"{noun.one}{first}", "second": f"{noun.one}{second}", "why": rng.choice(BUS_USES)}  # fmt: skip


BUS_HARNESS = """(exports, call) => {
  const bus = new exports.BUS(), offs = {}, log = [];
  for (const [what, name, value] of call) {
    if (what === "on") offs[value] = bus.ON(name, (payload) => { log.push([value, payload]); });
    else if (what === "off") offs[name]();
    else bus.EMIT(name, value);
  }
  return log;
}"""


def check_bus(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write out which handler hears which payload; one handler leaves, one event has no handler."""
    bus, on, emit, first, second = (facts[name] for name in ("Bus", "on", "emit", "first", "second"))
    usage = (
        f"type Known = {{ {first}: {{ id: number }}; {second}: string }};\nconst bus = new {bus}<Known>();\n"
        f'const off: () => void = bus.{on}("{first}", (given) => {{ const id: number = given.id; }});\nbus.{emit}("{second}", "x");\n'
        f'// @ts-expect-error\nbus.{emit}("{second}", 3);\n// @ts-expect-error\nbus.{emit}("missing", "x");\n'
        f'// @ts-expect-error\nbus.{on}("{first}", (given: string) => {{}});\n// @ts-expect-error\nbus.{on}("missing", () => {{}});\n'
    )
    harness = BUS_HARNESS.replace("BUS", bus).replace("EMIT", emit).replace("ON", on)
    number, text = rng.randrange(2, 90), rng.choice(FIRST_NAMES)
    start = [["on", first, "a"], ["on", first, "b"], ["on", second, "c"]]
    fire = [["emit", first, number], ["emit", second, text]]
    cases = [
        ([*start, *fire], [["a", number], ["b", number], ["c", text]]), ([*fire], []), ([*start, ["off", "a"], *fire], [["b", number], ["c", text]]),
        ([*start, *fire, ["off", "b"], *fire], [["a", number], ["b", number], ["c", text], ["a", number], ["c", text]]),
        ([*start, ["off", "c"], *fire], [["a", number], ["b", number]]),
    ]  # fmt: skip
    return typescript_check(bus, cases, usage=usage, harness=harness)


BUS = Template(
    id="typed_events",
    ask=(
        "Write a generic TypeScript class `«Bus»<Events>`, where `Events` maps event names to payload types, such as `{ «first»: { id: number }; «second»: string }`. `«on»(name, handler)` adds a handler and returns a function that removes it; `«emit»(name, payload)` calls the event's handlers in the order they were added. Wrong names and payloads must be type errors. «why»",
        "For our «one» code I need typed events in TypeScript: `new «Bus»<{ «first»: { id: number }; «second»: string }>()`. The class has `«on»(name, handler)`, which returns an unsubscribe function, and `«emit»(name, payload)`, which runs the handlers of that event in order of subscription. Names and payloads must be checked against the type parameter. «why»",
        "Please write a TypeScript class `«Bus»` with one type parameter: a map from event name to payload type. Method `«on»` takes a name and a handler of that event's payload and gives back a function that takes the handler off again. Method `«emit»` takes a name and a payload of its type, e.g. `«emit»(\"«second»\", \"x\")`, and calls that event's handlers, oldest first. «why»",
        "«why» Could you build it in TypeScript? `class «Bus»<Events>`: `Events` says what each event carries (say `«first»` a `{ id: number }`, `«second»` a string). `«on»(name, handler)` registers and returns the function that undoes that; `«emit»(name, payload)` calls what is registered for the name, first come, first called. A misspelt event or a payload of another type mustn't compile.",
    ),
    draw=draw_bus,
    shapes=(
        Shape(name="mapped_type", code="""
            class «Bus»<Events> {
              private handlers: { [K in keyof Events]?: Array<(payload: Events[K]) => void> } = {};

              «on»<K extends keyof Events>(name: K, handler: (payload: Events[K]) => void): () => void {
                this.handlers[name] = [...(this.handlers[name] ?? []), handler];
                return () => {
                  this.handlers[name] = this.handlers[name]?.filter((one) => one !== handler);
                };
              }

              «emit»<K extends keyof Events>(name: K, payload: Events[K]): void {
                this.handlers[name]?.forEach((handler) => handler(payload));
              }
            }
            """, mutants=(("one !== handler", "one === handler"), ("[...(this.handlers[name] ?? []), handler]", "[handler]"), ("payload: Events[K]): void {", "payload: any): void {"), ("[...(this.handlers[name] ?? []), handler]", "[handler, ...(this.handlers[name] ?? [])]"), ("handler(payload));", "handler);"))),
        Shape(name="map_of_sets", code="""
            export class «Bus»<Events> {
              private handlers = new Map<keyof Events, Set<(payload: any) => void>>();

              «on»<K extends keyof Events>(name: K, handler: (payload: Events[K]) => void): () => void {
                const known = this.handlers.get(name) ?? new Set();
                this.handlers.set(name, known.add(handler));
                return () => known.delete(handler);
              }

              «emit»<K extends keyof Events>(name: K, payload: Events[K]): void {
                for (const handler of this.handlers.get(name) ?? []) handler(payload);
              }
            }
            """, mutants=(("known.delete(handler)", "this.handlers.delete(name)"), ("handler: (payload: Events[K]) => void)", "handler: (payload: any) => void)"), ("this.handlers.get(name) ?? new Set()", "new Set<(payload: any) => void>()"), ("return () => known.delete(handler)", "return () => {}"), (" ?? []", "!"))),
        Shape(name="pairs", code="""
            class «Bus»<Events> {
              private entries: { name: keyof Events; handler: (payload: any) => void }[] = [];

              «on»<K extends keyof Events>(name: K, handler: (payload: Events[K]) => void) {
                const entry = { name, handler };
                this.entries.push(entry);
                return () => {
                  this.entries = this.entries.filter((one) => one !== entry);
                };
              }

              «emit»<K extends keyof Events>(name: K, payload: Events[K]) {
                for (const entry of this.entries) {
                  if (entry.name === name) entry.handler(payload);
                }
              }
            }
            """, mutants=(("if (entry.name === name) ", ""), ("push", "unshift"), ("one !== entry", "one.name !== name"), ("payload: Events[K]) {", "payload: unknown) {"), ("name: K, payload", "name: any, payload"))),
    ),
    verifier=check_bus,
)  # fmt: skip

CATEGORY = Category(
    name="fs_generic_function", family="typescript", templates=(PLUCK, GROUP, UNIQUE, RESULT, BUS, END, WRAP, COUNT)
)
