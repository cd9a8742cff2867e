"""Category `fs_cache_aside`: keys, loading on a miss, loading what is missing at once, invalidation, lifetimes."""

from random import Random
from typing import Any

from burnish.generate.cache_aside_basics import HIT_RATE, ID_KEY, RANKED_KEYS
from burnish.generate.cache_stores import MISSING, TTL
from burnish.generate.cache_writes import INVALIDATE
from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.wording import CITIES, COLORS, TEXT_FIELDS, draw_noun

# JSON objects may be stored with sorted keys, so that a call lists the pairs of a dict in the order they are put in.
PAIRS_HARNESS = """
def drive(ns, call):
    arguments = [dict(map(tuple, value)) if isinstance(value, list) else value for value in call["arguments"]]
    return ns[call["entry"]](*arguments)
"""


def draw_key(rng: Random) -> dict[str, Any]:
    """Draw how a cache key is put together from parameters."""
    noun, given, query = draw_noun(rng), rng.random() < 0.5, rng.random() < 0.5
    roles = {"params": "params|filters|query|options|arguments"} | (
        {"prefix": "prefix|namespace|kind|scope"} if given else {}
    )
    facts = draw_arguments(rng, **roles)
    params, skip = facts["params"], pick(rng, "none|none|empty|nothing")
    prefix = facts["prefix"] if given else f'"{noun.many}"'
    mark, equals = pick(rng, ":|;|,|/") if not query else pick(rng, "&|;|,"), pick(rng, "=|=|~|-")
    head = pick(rng, "?|:|/|#") if query else mark
    condition = {"none": "is not None", "empty": 'not in (None, "")', "nothing": ""}[skip]
    drop = {"none": "is None", "empty": 'in (None, "")', "nothing": ""}[skip]
    example = f"{noun.many if not given else 'x'}{head}a{equals}1{mark}b{equals}2"
    joined = f'"{mark}".join([{prefix}, *pairs])'
    return {
        **facts,
        "name": pick(rng,
                     "cache_key|make_key|build_key|key_for|make_cache_key|" + f"{noun.one}_key|{noun.many}_cache_key"),
        "many": noun.many, "given": given, "skip": skip, "mark": mark, "equals": equals, "head": head,
        "example": example,
        "start": f"the value of `{prefix}`" if given else f"`{noun.many}`", "prefix_code": prefix,
        "test": f" if {params}[name] {condition}" if condition else "",
        "slip_test": f" if {params}[name]" if condition else "",
        "pair_test": f" if value {condition}" if condition else "", "slip_pair_test": " if value" if condition else "",
        "guard": f"if value {drop}:\n            continue\n        " if drop else "",
        "slip_guard": "if not value:\n            continue\n        " if drop else "",
        "join": f"if not pairs:\n        return {prefix}\n    return {prefix} + \"{head}\" + \"{mark}\".join(pairs)" if query else f"return {joined}",
        "between": f'"{mark}".join(pairs)' if query else joined,
        "first_mark": f'mark = "{head}"\n    ' if query else "", "mark_code": "{mark}" if query else mark,
        "next_mark": f'\n        mark = "{mark}"' if query else "",
        "whole": f'f"{{{prefix}}}{head}{{tail}}" if tail else {prefix}' if given else f'f"{noun.many}{head}{{tail}}" if tail else {prefix}',
        "skip_words": {"none": "Leave out parameters whose value is None (but not 0 or an empty text). ",
                       "empty": "Leave out parameters whose value is None or the empty text (but not 0). ",
                       "nothing": ""}[skip],
    }  # fmt: skip


def check_key(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect pairs that were dealt in order before they were shuffled."""
    dropped = {"none": (None,), "empty": (None, ""), "nothing": ()}[facts["skip"]]
    cases = []
    for size in (0, 1, 2, 3, 4, 4, 5):
        names = ["author", "sku"] if size == 2 else sorted(rng.sample(TEXT_FIELDS, size))
        values: list[Any] = [rng.choice((rng.randrange(1, 90), rng.choice(COLORS), rng.choice(CITIES))) for _ in names]
        values[:2] = [0, ""][: len(names)] if size == 4 else values[:2]
        if size > 2 and facts["skip"] != "nothing":
            values[-1] = None
        shown = [f"{n}{facts['equals']}{v}" for n, v in zip(names, values, strict=True) if v not in dropped]
        pairs = list(zip(names, values, strict=True))
        rng.shuffle(pairs)
        prefix = rng.choice(CITIES).lower() if facts["given"] else facts["many"]
        text = prefix + (facts["head"] + facts["mark"].join(shown) if shown else "")
        call = {"entry": facts["name"], "arguments": [pairs if role == "params" else prefix for role in facts["order"]]}
        cases.append((call, text))
    return python_check(facts["name"], cases, harness=PAIRS_HARNESS)


KEY = Template(
    id="cache_key",
    ask=(
        "Write a Python function `«name»(«args»)` that builds a cache key from the dict `«params»`. It begins with "
        "«start»; then, for each parameter in alphabetical order of its name, come `name«equals»value` pairs "
        "separated by `«mark»`, with `«head»` before the first. «skip_words»Without any pairs the key is just the "
        "beginning. Example of the form: `«example»`.",
        "Equal filters must give the same cache key whatever their order. Implement `«name»(«args»)` in Python: "
        "«start», followed by `«head»` and the entries of `«params»` as `name«equals»value`, sorted by name and "
        "joined with `«mark»` (like `«example»`). «skip_words»If no entry remains, return only the first part, "
        "without `«head»`.",
        "I need stable cache keys. In Python, `«name»(«args»)` should return text such as `«example»`: «start», then "
        "`«head»`, then every parameter of the dict `«params»` as `name«equals»value`, ordered by name, with `«mark»` "
        "between them. «skip_words»An empty list of pairs leaves only the part before `«head»`.",
        "The parameters of a query, the dict `«params»`, become part of a cache key. `«name»(«args»)` in Python returns "
        "«start», `«head»` and the pairs `name«equals»value`, in the alphabetical order of names and with `«mark»` in "
        "between: `«example»`. «skip_words»Where there's no pair, `«head»` isn't there either.",
    ),
    draw=draw_key,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«args»):
                pairs = [f"{name}«equals»{«params»[name]}" for name in sorted(«params»)«test»]
                «join»
            """, mutants=(("in sorted(«params»)", "in «params»"), ("{name}«equals»", "{name}_"),
                          ("for name in sorted(«params»)", "for name in sorted(«params», key=len)"))),
        Shape(name="loop", code="""
            def «name»(«args»):
                key = «prefix_code»
                «first_mark»for name, value in sorted(«params».items()):
                    «guard»key += f"«mark_code»{name}«equals»{value}"«next_mark»
                return key
            """, mutants=(("sorted(«params».items())", "«params».items()"),
                          ("sorted(«params».items())", "sorted(«params».items(), reverse=True)"),
                          ("{name}«equals»{value}", "{value}«equals»{name}"))),
        Shape(name="filtered_dict", code="""
            def «name»(«args»):
                kept = {name: str(value) for name, value in «params».items()«pair_test»}
                tail = "«mark»".join(name + "«equals»" + kept[name] for name in sorted(kept))
                return «whole»
            """, mutants=(("in sorted(kept)", "in kept"), ("if tail else", "if kept is None else"),
                          ('"«mark»".join', '"".join'))),
    ),
    mutants=(("«test»]", "«slip_test»]"), ("«guard»key", "«slip_guard»key"), ("«pair_test»}", "«slip_pair_test»}"),
             ("«test»]", "]"), ("«guard»key", "key"), ("«pair_test»}", "}"), ("[«prefix_code», *pairs]", "pairs"),
             ("    mark = \"«mark»\"", "    mark = \"«head»\" + mark")),
    verifier=check_key,
)  # fmt: skip


LOAD_HARNESS = """
def drive(ns, call):
    cache, asked = dict(call["cache"]), []

    def load(key):
        asked.append(key)
        return call["source"].get(str(key))

    values = []
    for key in call["keys"]:
        given = {"key": key, "cache": cache, "load": load}
        values.append(ns[call["entry"]](*[given[role] for role in call["order"]]))
    return {"values": values, "cache": cache, "asked": asked}
"""


def draw_load(rng: Random) -> dict[str, Any]:
    """Draw a read through a cache, and whether a None is kept."""
    noun, keeps = draw_noun(rng), rng.random() < 0.4
    form = pick(rng, "{one}:{0}|{one}-{0}|v1:{one}:{0}|{many}/{0}|{many}:{0}|cache:{one}:{0}|{0}:{one}|{one}_{0}")
    key, cache = pick(rng, f"{noun.one}_id|key|ident|slug"), "cache|store|redis|memo"
    facts = draw_arguments(rng, key=key, cache=cache, load="load|fetch|read|query|find|load_from_db")
    cache, load, ident = facts["cache"], facts["load"], facts["key"]
    local = "cache_key" if ident == "key" else "key"
    value, put = f"{load}({ident})", f"{cache}[{local}]"
    return {
        **facts, "name": pick(rng, "get_{0}|read_{0}|cached_{0}|{0}_by_id|lookup_{0}|load_{0}").format(noun.one),
        "keeps": keeps,
        "one": noun.one, "local": local, "text": form.format("{" + ident + "}", one=noun.one, many=noun.many),
        "form": form, "many": noun.many, "example": form.format("7", one=noun.one, many=noun.many),
        "store": f"{put} = value" if keeps else f"if value is not None:\n        {put} = value",
        "fill": f"{put} = {value}" if keeps else f"value = {value}\n        if value is None:\n            return None\n        {put} = value",
        "other_store": f"if value is not None:\n        {put} = value" if keeps else f"{put} = value",
        "truthy_store": f"if value:\n        {put} = value", "call": value, "put": put,
        "none_words": f"Whatever `{load}` returns is stored, None included" if keeps else f"If `{load}` returns None, return None and store nothing",
        "hit_words": "even if it is 0, an empty list or None" if keeps else "even if it is 0 or an empty list",
    }  # fmt: skip


def check_load(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each load to be noted when, and only when, nothing was known before."""
    cases = []
    for numbers in (True, False, True, False):
        keys: list[Any] = [rng.randrange(1, 500) * 10 + i if numbers else f"{rng.choice(COLORS)}{i}" for i in range(5)]
        fresh, known, falsy, absent, zero = keys
        names = {key: facts["form"].format(key, one=facts["one"], many=facts["many"]) for key in keys}
        source: dict[str, Any] = {
            str(fresh): {"name": rng.choice(CITIES)},
            str(zero): rng.choice((0, "", [])),
            str(known): "old",
            str(falsy): 9,
        }
        cache: dict[str, Any] = {
            names[known]: {"name": rng.choice(COLORS)},
            names[falsy]: rng.choice((0, "", [], False)),
        }
        if facts["keeps"] and numbers:
            cache[names[falsy]] = None
        order = rng.sample([fresh, known, falsy, absent, zero], 5)
        values, after, asked = [], dict(cache), []
        for key in [*order, fresh, absent, zero]:
            if names[key] in after:
                values.append(after[names[key]])
                continue
            asked.append(key)
            values.append(source.get(str(key)))
            after |= {names[key]: values[-1]} if facts["keeps"] or str(key) in source else {}
        call = {
            "entry": facts["name"],
            "order": facts["order"],
            "keys": [*order, fresh, absent, zero],
            "cache": cache,
            "source": source,
        }
        cases.append((call, {"values": values, "cache": after, "asked": asked}))
    return python_check(facts["name"], cases, harness=LOAD_HARNESS)


LOAD = Template(
    id="get_or_load",
    ask=(
        "Write `«name»(«args»)` in Python, a cache-aside read. The key in the dict `«cache»` looks like `«example»` "
        "when `«key»` is 7. If the key is there, return its value, «hit_words», and don't call `«load»`. Otherwise "
        "call `«load»(«key»)`, store the result under the key and return it. «none_words».",
        "Reading «many» from the database is slow. I'd like the Python function `«name»(«args»)`: look in the dict "
        "`«cache»` first, under the key `«text»`; what is found is returned, «hit_words». Only on a miss call "
        "`«load»` with `«key»`, remember what it gives under that key, and return it. «none_words».",
        "Please implement `«name»(«args»)` in Python. `«cache»` is a dict, and one «one» is kept there as `«text»`. "
        "On a hit give back the cached value, «hit_words», without loading; on a miss return `«load»(«key»)` and put "
        "it into `«cache»`. «none_words».",
    ),
    draw=draw_load,
    shapes=(
        Shape(name="if_in", code="""
            def «name»(«args»):
                «local» = f"«text»"
                if «local» in «cache»:
                    return «put»
                value = «call»
                «store»
                return value
            """, mutants=(("if «local» in «cache»", "if «cache».get(«local»)"), ("«store»", "«other_store»"),
                          ("    «store»\n", ""))),
        Shape(name="try", code="""
            def «name»(«args»):
                «local» = f"«text»"
                try:
                    return «put»
                except KeyError:
                    value = «call»
                «store»
                return value
            """, mutants=(("return «put»", "return «put» or «call»"), ("«store»", "«other_store»"),
                          ("    «store»\n", ""))),
        Shape(name="fill_first", code="""
            def «name»(«args»):
                «local» = f"«text»"
                if «local» not in «cache»:
                    «fill»
                return «put»
            """, mutants=(("if «local» not in «cache»", "if not «cache».get(«local»)"),
                          ("        «fill»", "        return «call»"),
                          ("return «put»", "return «call»"))),
    ),
    mutants=(("«call»", "«load»(«local»)"), ('f"«text»"', "«key»"), ("return value", "return None")),
    verifier=check_load,
)  # fmt: skip

CATEGORY = Category(
    name="fs_cache_aside",
    family="caching_async",
    templates=(KEY, LOAD, INVALIDATE, MISSING, TTL, ID_KEY, HIT_RATE, RANKED_KEYS),
)
