"""Category `fs_local_storage`: what a page keeps in the browser's storage, driven with a stand-in for it."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick, pick_some
from burnish.generate.wording import CITIES, FIRST_NAMES, NOUNS, a, draw_noun

STORES = "storage|store|localStore|cache|keeper"
# A call is (what is stored at first, steps); a step is [function, arguments] or ["@get", key]. The argument "@storage"
# becomes a stand-in that keeps strings only, as `localStorage` does.
HARNESS = """(exports, [start, steps]) => {
  const kept = new Map(Object.entries(start));
  const storage = {
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => { kept.set(key, String(value)); },
    removeItem: (key) => { kept.delete(key); },
  };
  return steps.map(([name, ...args]) => name === "@get" ? storage.getItem(args[0])
    : name === "@json" ? JSON.parse(storage.getItem(args[0]))
    : exports[name](...args.map((one) => (one === "@storage" ? storage : one))));
}"""

CHOICES = {
    "theme": "light|dark|system|sepia|contrast", "density": "compact|normal|roomy|cosy", "language": "en|de|fr|es|pt",
    "view": "list|grid|table|board|map", "sort": "name|date|price|rating|size", "units": "metric|imperial|nautical",
    "tab": "all|open|done|mine|late", "sidebar": "left|right|hidden|float", "currency": "EUR|USD|GBP|JPY|CHF",
    "fontSize": "small|medium|large|huge", "startPage": "home|inbox|calendar|reports", "rows": "ten|twenty|fifty|all",
    "period": "day|week|month|quarter|year", "volume": "mute|low|half|full", "mapLayer": "roads|terrain|satellite",
}  # fmt: skip


def draw_choice(rng: Random) -> dict[str, Any]:
    """Draw a setting of a few allowed values, its key and its default."""
    setting, noun = rng.choice(sorted(CHOICES)), draw_noun(rng)
    options = pick_some(rng, CHOICES[setting], rng.choice((2, 3, 3)))
    default, storage = rng.choice(options), pick(rng, STORES)
    return {
        "name": f"{pick(rng, 'load|read|get|restore|saved|stored')}{setting[0].upper()}{setting[1:]}", "storage": storage,
        "setting": setting, "app": noun.many,
        "key": pick(rng, "{0}.{1}|{1}:{0}|{0}-{1}|app/{0}/{1}|my_{0}_{1}|{0}_{1}|{1}").format(noun.one, setting),
        "default": default,
        "options": options, "listed": ", ".join(f'"{one}"' for one in options),
        "other": next(one for one in options if one != default),
        "shown": ", ".join(f'"{one}"' for one in options[:-1]) + f' or "{options[-1]}"',
        "tests": " || ".join(f'value === "{one}"' for one in options),
    }  # fmt: skip


def check_choice(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a stored choice that is allowed, the default for every other text."""
    name, key, options, default = (facts[one] for one in ("name", "key", "options", "default"))
    other = rng.choice([one for one in ("blink", "none", "purple", "zz") if one not in options])
    given = [({key: one}, one) for one in options]
    given += [({}, default), ({key: ""}, default), ({key: other}, default), ({key: options[0].upper() + "!"}, default)]
    given += [({f"{key}x": one}, default) for one in options] + [
        ({key: f"{options[-1]} "}, default),
        ({key: "length"}, default),
    ]
    return node_check(name, [([start, [[name, "@storage"]]], [shown]) for start, shown in given], harness=HARNESS)


CHOICE = Template(
    id="allowed_choice",
    ask=(
        "Write a JavaScript function `«name»(«storage»)` that returns the text kept under the key \"«key»\" in `«storage»` (an object like `localStorage`) if it is «shown», and \"«default»\" otherwise.",
        "Our page of «app» remembers the `«setting»` of its user in \"«key»\". In JavaScript, implement `«name»(«storage»)`: read it with `«storage».getItem`. Allowed are «shown»; for anything else, or nothing, the result is \"«default»\".",
        "The only good values of «setting» are «shown», but a browser may have kept an old one. I need `«name»(«storage»)` in JavaScript. `«storage»` stands for `localStorage` and the item is called \"«key»\". Give back its value when it's a good one, else \"«default»\".",
        "Please write `«name»` in JavaScript. Argument: `«storage»`, with the methods of `localStorage`. Result: the item \"«key»\", or \"«default»\" if there is no such item or if it isn't one of «listed».",
    ),
    draw=draw_choice,
    shapes=(
        Shape(name="includes", code="""
            function «name»(«storage») {
              const value = «storage».getItem("«key»");
              return [«listed»].includes(value) ? value : "«default»";
            }
            """, mutants=(("[«listed»].includes(value)", "value"), ("? value : \"«default»\"", "? \"«default»\" : value"),
                          (".includes(value)", ".includes(\"«default»\")"))),
        Shape(name="comparisons", code="""
            const «name» = («storage») => {
              const value = «storage».getItem("«key»");
              return «tests» ? value : "«default»";
            };
            """, mutants=(("«tests»", "value !== null"), ('"«other»"', '"none"'), ("? value", "? true"))),
        Shape(name="set", code="""
            const allowed = new Set([«listed»]);

            function «name»(«storage») {
              const value = «storage».getItem("«key»");
              if (allowed.has(value)) {
                return value;
              }
              return "«default»";
            }
            """, mutants=(("allowed.has(value)", "!allowed.has(value)"), ("allowed.has(value)", "value"),
                          ('"«other»"', '"none"'), ("return value", "return allowed"))),
        Shape(name="find", code="""
            function «name»(«storage») {
              const saved = «storage».getItem("«key»");
              return [«listed»].find((option) => option === saved) ?? "«default»";
            }
            """, mutants=(("option === saved", "option !== saved"), (' ?? "«default»"', ""),
                          ("«storage».getItem(\"«key»\")", "«storage»[\"«key»\"]"))),
    ),
    mutants=(('getItem("«key»")', 'getItem("«setting»_")'), ('"«default»"', "null")),
    verifier=check_choice,
)  # fmt: skip


def draw_recent(rng: Random) -> dict[str, Any]:
    """Draw a list of the latest things: how long, which end is newest, whether letter case counts."""
    noun = draw_noun(rng)
    loose, reads = rng.random() < 0.5, rng.random() < 0.5
    storage, what = pick(rng, STORES), pick(rng, "search|city|term|filter|route|tag|name|query|place|word")
    key = pick(rng, "recent.{0}.{1}|{1}-history|last_{0}_{1}|{0}:{1}|history/{0}").format(noun.many, what)
    kept = "one.toLowerCase() !== {0}.toLowerCase()" if loose else "one !== {0}"
    newest = rng.choice(("first", "last"))
    least, most = ("slice(0, {0})", "slice(-{0})")[newest == "last"], rng.randrange(3, 9)
    return {
        "name": f"{pick(rng, 'remember|add|push|keep|note|record')}{what.title()}", "storage": storage, "what": what,
        "many": noun.many, "key": key, "most": most, "newest": newest, "loose": loose,
        "differs": kept.format(what), "cut": least.format(most), "more": least.format(most + 1),
        "list": f"[{what}, ...others]" if newest == "first" else f"[...others, {what}]",
        "slip": f"[...others, {what}]" if newest == "first" else f"[{what}, ...others]",
        "add": "unshift" if newest == "first" else "push", "drop": "pop" if newest == "first" else "shift",
        "wrong_drop": "shift" if newest == "first" else "pop",
        "broken": reads, "read": f'readList({storage})' if reads else f'JSON.parse({storage}.getItem("{key}") ?? "[]")',
        "helper": READ_LIST.replace("KEY", key) if reads else "",
        "corrupt": " Text there that isn't valid JSON counts as an empty list." if reads else "",
        "same": " Texts that differ only in upper and lower case are the same; the new spelling stays." if loose else "",
    }  # fmt: skip


READ_LIST = """function readList(storage) {
  try {
    return JSON.parse(storage.getItem("KEY")) ?? [];
  } catch {
    return [];
  }
}

"""


def check_recent(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect lists that are kept by moving one text at a time between plain lists."""
    name, key, most, cases = facts["name"], facts["key"], facts["most"], []
    words = rng.sample([*FIRST_NAMES, *CITIES], most + 4)
    for start, added in (
        (None, words[:2]), ([], [words[0], words[0], words[1]]), (words[:3], [words[1]]),
        (words[:most], [words[-1], words[0], words[-2]]),
        (words[: most - 1], [words[-1]]), (words[:2], [words[1].upper(), words[0].lower()]),
        ("broken" if facts["broken"] else None, [words[3], words[2]]),
    ):  # fmt: skip
        rows = list(start) if isinstance(start, list) else []
        rows = rows[::-1] if facts["newest"] == "last" else rows
        steps, shown = [], []
        for word in added:
            for old in list(rows):
                if old == word or (facts["loose"] and old.lower() == word.lower()):
                    rows.remove(old)
            rows.insert(0, word)
            while len(rows) > most:
                rows.pop()
            steps += [[name, "@storage", word], ["@json", key]]
            shown += [rows[::-1] if facts["newest"] == "last" else list(rows)] * 2
        text = '["' if start == "broken" else "[" + ",".join(f'"{one}"' for one in start or []) + "]"
        cases.append(([{} if start is None else {key: text}, steps], shown))
    return node_check(name, cases, harness=HARNESS)


RECENT = Template(
    id="recent_list",
    ask=(
        "Write a JavaScript function `«name»(«storage», «what»)` for the latest entries of our «many» page. The item \"«key»\" of `«storage»` (like `localStorage`) holds a JSON list of texts, missing at first. Put `«what»` «newest»; an equal text that was there before is taken out, and at most the «most» newest are kept. Store the list and return it.«same»«corrupt»",
        "In JavaScript, implement `«name»(«storage», «what»)`: a history of at most «most» texts without repeats, the newest «newest», saved as JSON under \"«key»\" in `«storage»`, which has `getItem` and `setItem` as `localStorage` does. The function adds `«what»`, or moves it if it is known, saves and returns the list.«corrupt»«same»",
        "We show the «most» latest entries for «many». Please write `«name»(«storage», «what»)` in JavaScript.«same» Steps: read the array from the item \"«key»\" (JSON; no item means an empty one), remove `«what»` from it if present, insert it as the «newest» element, drop the oldest beyond «most», write it back to `«storage»`, return it.«corrupt»",
        "`«storage»` behaves like `localStorage`; its entry \"«key»\" is a JSON array, or absent. I need the JavaScript function `«name»(«storage», «what»)` to keep the «most» most recent values there: each value once, the most recent one «newest». It returns the new array after saving it.«corrupt»«same»",
    ),
    draw=draw_recent,
    shapes=(
        Shape(name="spread", code="""
            «helper»function «name»(«storage», «what») {
              const others = «read».filter((one) => «differs»);
              const list = «list».«cut»;
              «storage».setItem("«key»", JSON.stringify(list));
              return list;
            }
            """, mutants=(("«list»", "«slip»"), (".«cut»", ".«more»"), (".«cut»", ""), ("JSON.stringify(list)", "list"))),
        Shape(name="in_place", code="""
            «helper»const «name» = («storage», «what») => {
              const list = «read».filter((one) => «differs»);
              list.«add»(«what»);
              if (list.length > «most») list.«drop»();
              «storage».setItem("«key»", JSON.stringify(list));
              return list;
            };
            """, mutants=(("list.«drop»()", "list.«wrong_drop»()"), ("list.length > «most»", "list.length >= «most»"),
                          ("JSON.stringify(list)", "JSON.stringify(«what»)"))),
        Shape(name="loop", code="""
            «helper»function «name»(«storage», «what») {
              const others = [];
              for (const one of «read») {
                if («differs») others.push(one);
              }
              const recent = «list».«cut»;
              «storage».setItem("«key»", JSON.stringify(recent));
              return recent;
            }
            """, mutants=(("if («differs») ", ""), ("«list»", "«slip»"), ("return recent", "return others"),
                          ("JSON.stringify(recent)", "JSON.stringify(others)"))),
    ),
    mutants=((".filter((one) => «differs»)", ""), ('?? "[]"', '?? "{}"'), (" ?? []", ""),
             ('setItem("«key»"', 'setItem("list"'), (".toLowerCase() !== «what».toLowerCase()", " !== «what»")),
    verifier=check_recent,
)  # fmt: skip

UNITS = {"seconds": 1000, "minutes": 60_000, "hours": 3_600_000, "days": 86_400_000}
FACTORS = {"seconds": "1000", "minutes": "60 * 1000", "hours": "60 * 60 * 1000", "days": "24 * 60 * 60 * 1000"}


def draw_expiry(rng: Random) -> dict[str, Any]:
    """Draw a pair of functions that save a value and forget it after a while."""
    noun, unit = rng.choice([one for one in NOUNS if len(one.one) < 9]), rng.choice(tuple(UNITS))
    save, load = rng.choice(
        (("save", "load"), ("write", "read"), ("put", "get"), ("store", "restore"), ("keep", "recall"))
    )
    removes, count = rng.random() < 0.6, rng.choice((2, 3, 5, 10, 12, 15, 20, 30, 45))
    storage, key = (
        pick(rng, STORES),
        pick(rng, "{0}Draft|draft.{0}|{1}:draft|cached-{1}|form/{0}|{0}_copy|temp.{0}").format(noun.one, noun.many),
    )
    return {
        "save": f"{save}{noun.kind}", "load": f"{load}{noun.kind}", "storage": storage, "one": a(noun.one), "key": key,
        "count": count, "unit": unit,
        "factor": FACTORS[unit], "at": pick(rng, "at|savedAt|time|since|stamp"),
        "value": pick(rng, f"data|{noun.one}|draft|content|body"), "removes": removes,
        "old": f'{{\n    {storage}.removeItem("{key}");\n    return null;\n  }}' if removes else "return null;",
        "forget": " and removes the item" if removes else "", "forget_code": f"{storage}.removeItem(KEY);\n  " if removes else "",
    }  # fmt: skip


def check_expiry(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was saved while its age is within the limit, which the hidden calls come near from both sides."""
    save, load, key = facts["save"], facts["load"], facts["key"]
    limit, start = facts["count"] * UNITS[facts["unit"]], rng.randrange(10**9, 10**10)
    cases: list[tuple[Any, Any]] = [([{}, [[load, "@storage", start]]], [None])]
    for age in (0, 1, limit - 1, limit, limit + 1, 3 * limit):
        value = rng.choice(({"title": rng.choice(FIRST_NAMES)}, [1, {"a": 2}], rng.choice(CITIES), 0, False))
        fresh = age in range(limit + 1)
        kept = {facts["at"]: start, facts["value"]: value}
        steps = [[save, "@storage", value, start], ["@json", key], [load, "@storage", start + age]]
        shown: list[Any] = [None, kept, value if fresh else None]
        steps.append([load, "@storage", start])
        shown.append(value if fresh or not facts["removes"] else None)
        cases.append(([{}, steps], shown))
    return node_check(load, cases, harness=HARNESS)


EXPIRY = Template(
    id="expiring_item",
    ask=(
        "Write two JavaScript functions that keep «one» for «count» «unit». `«save»(«storage», value, now)` stores the JSON `{ «at», «value» }` under \"«key»\" in `«storage»`, which is like `localStorage`; `«at»` is `now`, in milliseconds, and `«value»` is `value`. `«load»(«storage», now)` returns what was stored, or null if there is nothing. If it is more than «count» «unit» old, `«load»` returns null«forget».",
        "In JavaScript, implement `«save»(«storage», value, now)` and `«load»(«storage», now)` on a `localStorage`-like object; `now` is a time in milliseconds. The first writes an object with `«at»`, the time, and `«value»`, the value, as JSON to the item \"«key»\" and returns nothing. The second gives the value back. When more than «count» «unit» have passed, it gives null«forget»; a missing item is null too.",
        "The text of «one» should survive a reload, but not longer than «count» «unit». I need `«load»(«storage», now)` and `«save»(«storage», value, now)` (JavaScript, times in milliseconds, `«storage»` works like `localStorage`). Saving puts a JSON object with `«at»` (the time) and `«value»` (the value) into \"«key»\". Loading returns the value; it returns null without an item, and for one whose age is above the limit it returns null«forget».",
        "Please write the JavaScript functions `«save»` and `«load»`. Both take `«storage»`, with the methods of `localStorage`, first and the time `now` in milliseconds last; `«save»` has `value` between. The item is called \"«key»\": JSON with the keys `«at»` (`now`) and `«value»` (`value`). It is good for «count» «unit», the end included; after that `«load»` returns null«forget». No item: null.",
    ),
    draw=draw_expiry,
    shapes=(
        Shape(name="parse", code="""
            function «save»(«storage», value, now) {
              «storage».setItem("«key»", JSON.stringify({ «at»: now, «value»: value }));
            }

            function «load»(«storage», now) {
              const item = JSON.parse(«storage».getItem("«key»"));
              if (!item) return null;
              if (now - item.«at» > «count» * «factor») «old»
              return item.«value»;
            }
            """, mutants=((" > «count»", " >= «count»"), ("now - item.«at»", "item.«at» - now"),
                          ("  if (!item) return null;\n", ""), ("return item.«value»", "return item"))),
        Shape(name="constant", code="""
            const MAX_AGE = «count» * «factor»;

            const «save» = («storage», value, now) => {
              const item = { «at»: now, «value»: value };
              «storage».setItem("«key»", JSON.stringify(item));
            };

            const «load» = («storage», now) => {
              const text = «storage».getItem("«key»");
              if (text === null) return null;
              const item = JSON.parse(text);
              if (now > item.«at» + MAX_AGE) «old»
              return item.«value»;
            };
            """, mutants=(("now > item", "now >= item"), ("now > item", "now < item"), ("«count» * «factor»", "«count»"),
                          ("JSON.parse(text)", "text"))),
        Shape(name="fresh_first", code="""
            const KEY = "«key»";

            function «save»(«storage», value, now) {
              «storage».setItem(KEY, JSON.stringify({ «at»: now, «value»: value }));
            }

            function «load»(«storage», now) {
              const item = JSON.parse(«storage».getItem(KEY) ?? "null");
              if (item && now - item.«at» <= «count» * «factor») {
                return item.«value»;
              }
              «forget_code»return null;
            }
            """, mutants=(("<= «count»", "< «count»"), ("item && ", ""), ("<= «count»", "> «count»"),
                          ("JSON.stringify({ «at»: now, «value»: value })", "JSON.stringify(value)"))),
    ),
    mutants=(("«at»: now", "«at»: 0"), ('    «storage».removeItem("«key»");\n', ""), ("«factor»", "«factor» * 2"),
             ("  «storage».removeItem(KEY);\n", "")),
    verifier=check_expiry,
)  # fmt: skip

CATEGORY = Category(name="fs_local_storage", family="frontend_data", templates=(CHOICE, RECENT, EXPIRY))
