"""Category `fs_generic_function`: small generic helpers of TypeScript, judged by their types and by their results."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick, pick_some
from burnish.generate.generic_function_basics import COUNT, END, WRAP
from burnish.generate.generic_function_results import RESULT
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
            """, mutants=(("K extends keyof T", "K extends string"), ("T[K][]", "any[]"), ("item[«prop»]", "item"), (".map(", ".filter("),
                          ("«items».map", "«items».slice(1).map"))),
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
            """, mutants=(("push", "unshift"), ("«prop»: K)", "«prop»: string)"), ("): T[K][]", "): any[]"),
                          ("    result.push(item[«prop»]);", "    if (item[«prop»]) result.push(item[«prop»]);"))),
    ),
    verifier=check_pluck,
)  # fmt: skip


def draw_group(rng: Random) -> dict[str, Any]:
    """Draw a grouping, perhaps with items that belong to no group."""
    skips = rng.random() < 0.5
    rule = rng.choice(
        ("Items whose key is `null` are in no group.", "An item is left out if its key is `null`.")
        if skips
        else ("An empty array gives `{}`.", "The empty string is a key like any other.")
    )
    return {
        **draw_list(rng, "groupBy|group|groupItems|partitionBy|bucketBy|indexLists"), "rule": rule, "returns": "a string or `null`" if skips else "a string",
        "returned": "string | null" if skips else "string", "skip": "\n    if (name === null) continue;" if skips else "",
        "guard": "if (name !== null) " if skips else "",
    }  # fmt: skip


def check_group(facts: Facts, rng: Random) -> dict[str, Any]:
    """Deal objects to groups beforehand; one group appears again later, one text is empty."""
    fn, text, kind = facts["fn"], facts["text"], facts["Kind"]
    usage = (
        f"{declare(facts)}const groups: Record<string, {kind}[]> = {fn}(data, (one) => one.{text});\n"
        f"const words: Record<string, string[]> = {fn}(['a'], (word) => {'word || null' if facts['skip'] else 'word'});\n"
        f"// @ts-expect-error\nconst wrong: Record<string, string[]> = {fn}(data, (one) => one.{text});\n"
        f"// @ts-expect-error\n{fn}(data, (one) => one.missing);\n"
    )
    names = [*rng.sample(FIRST_NAMES, 2), ""]
    groups: dict[str, list[Any]] = {name: [] for name in names}
    objects = []
    absent = [None, names[0], None] if facts["skip"] else []
    for number, name in enumerate([names[0], names[1], names[0], names[2], *absent, names[1], names[0]]):
        one = {"id": number, text: name}
        if name is not None:
            groups[name].append(one)
        objects.append(one)
    cases = [([objects], groups), ([[]], {}), ([objects[:1]], {names[0]: objects[:1]})]
    return typescript_check(
        fn, cases, usage=usage, harness=f'(exports, call) => exports.{fn}(call[0], (one) => one["{text}"])'
    )


GROUP = Template(
    id="group_by",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «key»)`. `«key»` is a function from an item to «returns»; the result is an object of type `Record<string, T[]>` that maps each key to the items that have it, in their original order: `«fn»(«many», («first») => «first».«text»)` groups «many» by «text». «rule»",
        "I have an array of «many» and want them by «text»: `«fn»(«many», («first») => «first».«text»)`. Please write `«fn»(«items», «key»)` in TypeScript for any item type `T`; `«key»` returns «returns», the return type is `Record<string, T[]>`, and each list keeps the order of the input. «rule»",
        "Please implement `«fn»` in TypeScript: given an array `«items»` of `T` and a callback `«key»` that computes «returns» for an item, collect the items with equal strings in one list and return a `Record<string, T[]>`. Keep the order inside the lists. «rule» I'll use it to list «many» by their «text» first, but it should work for any type.",
        "Groups of «many»: that is what `«fn»(«items», «key»)` should make, in TypeScript, and of anything else too. Every distinct result of `«key»(item)`, which is «returns», becomes a property of the returned `Record<string, T[]>` holding its items, oldest first. «rule» Example: `«fn»(«many», («first») => «first».«text»)`.",
        "Write TypeScript for `«fn»<T>`, called as `«fn»(«many», («first») => «first».«text»)`. The first parameter, `«items»`, is an array; the second, `«key»`, gives «returns» for each item. «rule» Return a `Record<string, T[]>` with the items of each key in the order of the array.",
    ),
    draw=draw_group,
    shapes=(
        Shape(name="loop", code="""
            function «fn»<T>(«items»: T[], «key»: (item: T) => «returned»): Record<string, T[]> {
              const groups: Record<string, T[]> = {};
              for (const item of «items») {
                const name = «key»(item);«skip»
                if (!groups[name]) groups[name] = [];
                groups[name].push(item);
              }
              return groups;
            }
            """, mutants=(("if (!groups[name]) ", ""), ("push", "unshift"), ("(item: T)", "(item: unknown)"), ("): Record<string, T[]>", "): Record<string, any[]>"),
                          ("const name = «key»(item);", "const name = String(item);"))),
        Shape(name="reduce", code="""
            const «fn» = <T>(«items»: readonly T[], «key»: (item: T) => «returned»): Record<string, T[]> =>
              «items».reduce<Record<string, T[]>>((groups, item) => {
                const name = «key»(item);
                «guard»(groups[name] ??= []).push(item);
                return groups;
              }, {});
            """, mutants=(("??= []", "= []"), (": Record<string, T[]> =>", ": Record<string, T> =>"), ("push", "unshift"), ("return groups", "return {}"),
                          ("(groups[name] ??= []).push(item)", "groups[name] = [item]"))),
        Shape(name="map", code="""
            function «fn»<T>(«items»: T[], «key»: (item: T) => «returned»): Record<string, T[]> {
              const groups = new Map<string, T[]>();
              for (const item of «items») {
                const name = «key»(item);«skip»
                groups.set(name, [...(groups.get(name) ?? []), item]);
              }
              return Object.fromEntries(groups);
            }
            """, mutants=(("[...(groups.get(name) ?? []), item]", "[item]"), ("[...(groups.get(name) ?? []), item]", "[item, ...(groups.get(name) ?? [])]"),
                          ("): Record<string, T[]>", "): any"), ("Object.fromEntries(groups)", "groups"), ("groups.get(name) ?? []", "groups.get(\"\") ?? []"))),
    ),
    verifier=check_group,
)  # fmt: skip


def draw_unique(rng: Random) -> dict[str, Any]:
    """Draw which of several equal items stays."""
    keep = rng.choice(("first", "last"))
    facts = draw_list(
        rng, "uniqueBy|uniqBy|distinctBy|dedupeBy|withoutRepeats|oneOfEach|dropRepeats|onePerKey|singleOut|unrepeated"
    )
    return facts | {
        "keep": keep, "source": facts["items"] if keep == "first" else f"[...{facts['items']}].reverse()", "back": "" if keep == "first" else ".reverse()",
        "others": "slice(0, index)" if keep == "first" else "slice(index + 1)", "slip": "slice(index + 1)" if keep == "first" else "slice(0, index)",
    }  # fmt: skip


def check_unique(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give repeats that are marked as such beforehand; 1 and "1" are different keys."""
    fn, field, kind = facts["fn"], facts["text"], facts["Kind"]
    usage = (
        f"{declare(facts)}const byText: {kind}[] = {fn}(data, (one) => one.{field});\nconst byId: {kind}[] = {fn}(data, (one) => one.id);\n"
        f"// @ts-expect-error\nconst wrong: string[] = {fn}(data, (one) => one.{field});\n// @ts-expect-error\n{fn}(data, (one) => one.missing);\n"
    )
    names = rng.sample(FIRST_NAMES, 3)
    marked = [(names[0], True), (names[1], True), (names[0], False), (names[2], True), (names[2], False), (names[1], False)]  # fmt: skip
    lasts = (False, False, True, False, True, True)
    objects = [{"id": number, field: name} for number, (name, _) in enumerate(marked)]
    kept = [
        one
        for one, is_kept in zip(objects, [new for _, new in marked] if facts["keep"] == "first" else lasts, strict=True)
        if is_kept
    ]
    mixed: list[Any] = [{"id": 1, field: 1}, {"id": 2, field: "1"}, {"id": 3, field: 0}, {"id": 4, field: ""}]
    cases = [([objects], kept), ([[]], []), ([objects[3:5]], objects[3:4] if facts["keep"] == "first" else objects[4:5]), ([mixed], mixed),
             ([objects[:2]], objects[:2])]  # fmt: skip
    return typescript_check(
        fn, cases, usage=usage, harness=f'(exports, call) => exports.{fn}(call[0], (one) => one["{field}"])'
    )


UNIQUE = Template(
    id="unique_by",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «key»)` that removes duplicates: of all items for which the callback `«key»` returns the same value (compared by `===`), only the «keep» stays. The order of those that stay doesn't change. The key may be of any type; the result is an array of the item type. I'd use it for «many» with `(«first») => «first».«text»`.",
        "My list of «many» has repeats. I'd like to call `«fn»(«many», («first») => «first».«text»)` and get the «many» back with only the «keep» one of each `«text»`, in the order they have in the list. Write `«fn»(«items», «key»)` in TypeScript, generic over the item and the key type; it returns `T[]`, and keys are equal when `===` says so.",
        "Please write a TypeScript helper named `«fn»`. It takes `«items»` (an array of `T`) and `«key»` (a function from `T` to a key of any type) and returns a `T[]` with one item for each key. The «keep» item with a key wins, the order of the winners is kept, and the key 1 isn't the key \"1\". The first use is a list of «many», by `«text»`.",
        "Two «many» with the same «text» are one too many. `«fn»(«many», («first») => «first».«text»)` should return a new list in which each `«text»` occurs once: its «keep» bearer stays, at its place among the others that stay. Write the TypeScript function `«fn»(«items», «key»)` for arrays of any `T` and keys of any type, compared with `===`.",
        "TypeScript: `«fn»<T, K>(«items»: T[], «key»: (item: T) => K): T[]`. It drops repeats. Items are repeats of each other if `«key»` gives the same (`===`) for them, and the «keep» of them is kept; what is left has its old order. We call it with «many» and their «text».",
        "Of each `«text»` I only want the «keep» one in my array of «many». TypeScript, please, but for arrays of every type: `«fn»(«items», «key»)`, where `«key»(item)` says by what items are compared (`===`, and its result may have any type). What stays keeps its relative order.",
        "`«fn»` in TypeScript takes an array and a callback, `«items»` and `«key»`, and gives a shorter array of the same type: from items with an identical key (`===`), all but the «keep» are gone, and nothing changes places. For instance `«fn»(«many», («first») => «first».«number»)` with «many» that have a number `«number»`.",
        "An import gave us some «many» twice or more. Clean up by `«fn»(«many», («first») => «first».«text»)`, to be written in TypeScript for any array `«items»` and any function `«key»` on its items. When `«key»` gives identical values (in the sense of `===`), the «keep» item is right and the others go; survivors stay in sequence.",
    ),
    draw=draw_unique,
    shapes=(
        Shape(name="filter", code="""
            function «fn»<T, K>(«items»: T[], «key»: (item: T) => K): T[] {
              const seen = new Set<K>();
              return «source».filter((item) => {
                const value = «key»(item);
                if (seen.has(value)) return false;
                seen.add(value);
                return true;
              })«back»;
            }
            """, mutants=(("return false", "return true"), ("seen.add(value)", "seen.clear()"), ("seen.has(value)", "!seen.has(value)"), ("): T[]", "): any[]"),
                          ("(item: T)", "(item: any)"))),
        Shape(name="loop", code="""
            export function «fn»<T, K>(«items»: readonly T[], «key»: (item: T) => K): T[] {
              const kept = new Map<K, T>();
              for (const item of «source») {
                const value = «key»(item);
                if (!kept.has(value)) kept.set(value, item);
              }
              return [...kept.values()]«back»;
            }
            """, mutants=(("if (!kept.has(value)) ", ""), ("!kept.has", "kept.has"), ("kept.values()", "kept.keys()"), ("): T[]", "): any[]"),
                          ("return [...kept.values()]", "return [...kept.values()].reverse()"))),
        Shape(name="some", code="""
            const «fn» = <T, K>(«items»: T[], «key»: (item: T) => K): T[] =>
              «items».filter(
                (item, index) => !«items».«others».some((other) => «key»(other) === «key»(item)),
              );
            """, mutants=(("!«items»", "«items»"), ("«others»", "«slip»"), ("«key»(other) === «key»(item)", "other === item"),
                          ("«key»(other) === «key»(item)", "«key»(other) == «key»(item)"), ("T[] =>", "K[] =>"))),
    ),
    verifier=check_unique,
)  # fmt: skip


COUNT_WORDS = (
    "`{}` returns the number of handlers it called.", "The result of `{}` is how many handlers it called.", "`{}` returns how many handlers ran, 0 if none did.",
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
    counts, emit = rng.random() < 0.5, pick(rng, "emit|publish|fire|dispatch|trigger|send|notify")
    first, second = pick_some(
        rng, "Created|Closed|Opened|Changed|Deleted|Sent|Failed|Saved|Moved|Renamed|Loaded|Selected", 2
    )
    return {"Bus": pick(rng, "EventBus|Emitter|Hub|Dispatcher|Channel|Signals|Bus|Notifier|Switchboard"),
            "on": pick(rng, "on|subscribe|listen|addListener|onEvent|watch"), "emit": emit, "one": noun.one, "first": f"{noun.one}{first}",
            "second": f"{noun.one}{second}", "why": rng.choice(BUS_USES),
            "counts": counts, "also": " " + rng.choice(COUNT_WORDS).format(emit) if counts else "", "made": "number" if counts else "void",
            "length": "\n    return found.length;" if counts else "", "size": "\n    return found.size;" if counts else ""}  # fmt: skip


BUS_HARNESS = """(exports, call) => {
  const bus = new exports.BUS(), offs = {}, log = [];
  for (const [what, name, value] of call) {
    if (what === "on") offs[value] = bus.ON(name, (payload) => { log.push([value, payload]); });
    else if (what === "off") offs[name]();
    else {
      const made = bus.EMIT(name, value);
      if (COUNTS) log.push(made);
    }
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
    harness = (
        BUS_HARNESS.replace("BUS", bus)
        .replace("EMIT", emit)
        .replace("ON(", f"{on}(")
        .replace("COUNTS", "true" if facts["counts"] else "false")
    )
    number, text = rng.randrange(2, 90), rng.choice(FIRST_NAMES)
    start = [["on", first, "a"], ["on", first, "b"], ["on", second, "c"]]
    fire = [["emit", first, number], ["emit", second, text]]

    def heard(*handlers: str) -> list[Any]:
        found = [[[one, number if place % 2 == 0 else text] for one in names] for place, names in enumerate(handlers)]
        return [entry for group in found for entry in ([*group, len(group)] if facts["counts"] else group)]

    cases = [
        ([*start, *fire], heard("ab", "c")), ([*fire], heard("", "")), ([*start, ["off", "a"], *fire], heard("b", "c")),
        ([*start, *fire, ["off", "b"], *fire], heard("ab", "c", "a", "c")), ([*start, ["off", "c"], *fire], heard("ab", "")),
    ]  # fmt: skip
    return typescript_check(bus, cases, usage=usage, harness=harness)


BUS = Template(
    id="typed_events",
    ask=(
        "Write a generic TypeScript class `«Bus»<Events>`, where `Events` maps event names to payload types, such as `{ «first»: { id: number }; «second»: string }`. `«on»(name, handler)` adds a handler and returns a function that removes it; `«emit»(name, payload)` calls the event's handlers in the order they were added.«also» Wrong names and payloads must be type errors. «why»",
        "For our «one» code I need typed events in TypeScript: `new «Bus»<{ «first»: { id: number }; «second»: string }>()`. The class has `«on»(name, handler)`, which returns an unsubscribe function, and `«emit»(name, payload)`, which runs the handlers of that event in order of subscription.«also» Names and payloads must be checked against the type parameter. «why»",
        "Please write a TypeScript class `«Bus»` with one type parameter: a map from event name to payload type. Method `«on»` takes a name and a handler of that event's payload and gives back a function that takes the handler off again. Method `«emit»` takes a name and a payload of its type, e.g. `«emit»(\"«second»\", \"x\")`, and calls that event's handlers, oldest first.«also» «why»",
        "«why» Could you build it in TypeScript? `class «Bus»<Events>`: `Events` says what each event carries (say `«first»` a `{ id: number }`, `«second»` a string). `«on»(name, handler)` registers and returns the function that undoes that; `«emit»(name, payload)` calls what is registered for the name, first come, first called.«also» A misspelt event or a payload of another type mustn't compile.",
        '`«emit»("«second»", 3)` must be a type error when the payload of `«second»` is a string. Write such a TypeScript class, `«Bus»<Events>`, with `Events` a map of names and payload types. Besides `«emit»(name, payload)`, which calls all handlers of that name, earliest first, it has `«on»(name, handler)`; calling what that returns takes the handler away.«also»',
        "TypeScript class wanted: `«Bus»<Events>`. Example of `Events`: `{ «second»: string; «first»: { id: number } }`. Handlers come in through `«on»(name, handler)` and go out through the function it returns. `«emit»(name, payload)` hands the payload to those of that name in the order they came.«also» The compiler checks both names and payloads. «why»",
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

              «emit»<K extends keyof Events>(name: K, payload: Events[K]): «made» {
                const found = this.handlers[name] ?? [];
                found.forEach((handler) => handler(payload));«length»
              }
            }
            """, mutants=(("one !== handler", "one === handler"), ("[...(this.handlers[name] ?? []), handler]", "[handler]"),
                          ("payload: Events[K]): «made» {", "payload: any): «made» {"),
                          ("[...(this.handlers[name] ?? []), handler]", "[handler, ...(this.handlers[name] ?? [])]"), ("handler(payload));", "handler);"))),
        Shape(name="map_of_sets", code="""
            export class «Bus»<Events> {
              private handlers = new Map<keyof Events, Set<(payload: any) => void>>();

              «on»<K extends keyof Events>(name: K, handler: (payload: Events[K]) => void): () => void {
                const known = this.handlers.get(name) ?? new Set();
                this.handlers.set(name, known.add(handler));
                return () => known.delete(handler);
              }

              «emit»<K extends keyof Events>(name: K, payload: Events[K]): «made» {
                const found = this.handlers.get(name) ?? new Set();
                for (const handler of found) handler(payload);«size»
              }
            }
            """, mutants=(("known.delete(handler)", "this.handlers.delete(name)"), ("handler: (payload: Events[K]) => void)", "handler: (payload: any) => void)"),
                          ("known = this.handlers.get(name) ?? new Set()", "known = new Set<(payload: any) => void>()"),
                          ("return () => known.delete(handler)", "return () => {}"), ("handler(payload);", "handler(undefined);"))),
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
                const found = this.entries.filter((entry) => entry.name === name);
                for (const entry of found) entry.handler(payload);«length»
              }
            }
            """, mutants=((".filter((entry) => entry.name === name)", ""), ("push", "unshift"), ("one !== entry", "one.name !== name"),
                          ("payload: Events[K]) {", "payload: unknown) {"), ("name: K, payload", "name: any, payload"))),
    ),
    verifier=check_bus,
)  # fmt: skip

CATEGORY = Category(
    name="fs_generic_function", family="typescript", templates=(PLUCK, GROUP, UNIQUE, RESULT, BUS, END, WRAP, COUNT)
)
