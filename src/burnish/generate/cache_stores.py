"""Two templates of `fs_cache_aside`: loading at once what a cache lacks, and a store whose entries expire."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.timelines import CLOCK, TIMELINE, write_timeline
from burnish.generate.wording import CITIES, COLORS, draw_noun

BATCH_HARNESS = """
def drive(ns, call):
    cache, asked = dict(call["cache"]), []

    def load(keys):
        keys = list(keys)
        asked.append(keys)
        return {key: call["source"][key] for key in keys if key in call["source"]}

    given = {"idents": call["idents"], "cache": cache, "load": load}
    result = ns[call["entry"]](*[given[role] for role in call["order"]])
    return {"result": result, "cache": cache, "asked": asked}
"""


def draw_missing(rng: Random) -> dict[str, Any]:
    """Draw a read of many entries at once."""
    noun, listed = draw_noun(rng), rng.random() < 0.5
    form = pick(rng, "{one}:{0}|{one}-{0}|{many}/{0}|v2:{one}:{0}|{0}:{one}|{one}.{0}|cache:{many}:{0}")
    idents = pick(rng, f"ids|keys|{noun.one}_ids|wanted|slugs")
    facts = draw_arguments(
        rng, idents=idents, cache="cache|store|redis|memo", load="load_many|fetch_many|query|load|read_all"
    )
    cache, text = facts["cache"], form.format("{one}", one=noun.one, many=noun.many)
    key = f'f"{text}"'
    return {
        **facts,
        "name": pick(rng, "get_{1}|load_{1}|read_many_{1}|get_many|fetch_{1}|{1}_by_ids|cached_{1}").replace("{1}",
                                                                                                             noun.many),
        "one": noun.one, "many": noun.many, "form": form, "listed": listed, "key": key,
        "example": form.format("a1", one=noun.one, many=noun.many), "get": f"{cache}.get({key})",
        "result": f"[{cache}.get({key}) for one in {facts['idents']}]" if listed
        else f"{{one: {cache}[{key}] for one in {facts['idents']} if {key} in {cache}}}",
        "pick": f"[found.get(one) for one in {facts['idents']}]" if listed else "found",
        "words": "a dict from id to value, without the ids that nobody knows" if not listed
        else f"a list with the value of each id, in the order of `{facts['idents']}`, None for an unknown one",
    }  # fmt: skip


def check_missing(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect ids that were dealt beforehand: cached, loadable or unknown."""
    cases = []
    for kinds in ("", "c", "cc", "l", "clulc", "ulu", "lcl", "u"):
        idents = [f"{rng.choice(COLORS)}{number}" for number in range(len(kinds))]
        values = {one: rng.choice((rng.choice(CITIES), rng.randrange(90), 0, "")) for one in idents}
        if kinds == "cc":
            values = dict(zip(idents, (0, ""), strict=True))
        names = {one: facts["form"].format(one, one=facts["one"], many=facts["many"]) for one in idents}
        cached = [one for one, kind in zip(idents, kinds, strict=True) if kind == "c"]
        loadable = [one for one, kind in zip(idents, kinds, strict=True) if kind == "l"]
        asked = [one for one in idents if one not in cached]
        cache = {"other": 1, **{names[one]: values[one] for one in cached}}
        source = {"extra": 5, **{one: values[one] for one in loadable}}
        known = {one: values[one] for one in idents if one in cached + loadable}
        call = {"entry": facts["name"], "order": facts["order"], "idents": idents, "cache": cache, "source": source}
        cases.append((call, {
            "result": [known.get(one) for one in idents] if facts["listed"] else known,
            "asked": [asked] if asked else [],
            "cache": cache | {names[one]: values[one] for one in loadable},
        }))  # fmt: skip
    return python_check(facts["name"], cases, harness=BATCH_HARNESS)


MISSING = Template(
    id="load_missing",
    ask=(
        "Write a Python function `«name»(«args»)`. `«idents»` is a list of distinct strings. Take what is in the dict "
        "`«cache»` (key `«example»` for the id `a1`), and load everything else with a single call `«load»(missing)`, "
        "where missing is the list of the other ids in their order; it returns a dict from id to value, without "
        "unknown ids. Store what was loaded in `«cache»`. Don't call it if nothing is missing. Return «words».",
        "To avoid one query for each «one» I'd like `«name»(«args»)` in Python. It reads the ids in `«idents»` "
        "(distinct strings) from the dict `«cache»`, where the id a1 has the key `«example»`. Those that aren't "
        "cached go, as a list in the same order, into one call of `«load»`, which gives a dict of the ids it knows; "
        "put these into `«cache»`. No call when all are cached. The result is «words».",
        "Please implement `«name»(«args»)` in Python: «many» by id, cache first. Cached values lie in the dict "
        "`«cache»` under keys like `«example»` (id `a1`). Collect the ids of `«idents»` that aren't there, in order, "
        "and if there are any pass that list once to `«load»`, which returns a dict from id to value (unknown ids are "
        "absent). Cache those values. Return «words».",
        "Looking up every «one» by itself is slow. In Python, `«name»(«args»)` first reads `«cache»`, a dict with keys such "
        "as `«example»` for the id `a1`. The ids of `«idents»` (strings, no repeats) that it lacks are loaded together and "
        "in order: one `«load»(ids)`, or none if the list is empty. It returns a dict of those it knows, which go into "
        "`«cache»` as well. Return «words».",
    ),
    draw=draw_missing,
    shapes=(
        Shape(name="fill_then_read", code="""
            def «name»(«args»):
                missing = [one for one in «idents» if «key» not in «cache»]
                if missing:
                    for one, value in «load»(missing).items():
                        «cache»[«key»] = value
                return «result»
            """, mutants=(("    if missing:\n        for one, value in «load»(missing).items():\n            «cache»",
                           "    for one, value in «load»(missing).items():\n        «cache»"),
                          ("«load»(missing)", "«load»(«idents»)"), ("«key» not in «cache»]", "not «get»]"))),
        Shape(name="collect", code="""
            def «name»(«args»):
                found, missing = {}, []
                for one in «idents»:
                    if «key» in «cache»:
                        found[one] = «cache»[«key»]
                    else:
                        missing.append(one)
                loaded = «load»(missing) if missing else {}
                found.update(loaded)
                «cache».update({«key»: value for one, value in loaded.items()})
                return «pick»
            """, mutants=((" if missing else {}", ""), ("    found.update(loaded)\n", ""),
                          ("if «key» in «cache»:", "if «get»:"))),
        Shape(name="merge", code="""
            def «name»(«args»):
                found = {one: «cache»[«key»] for one in «idents» if «key» in «cache»}
                missing = [one for one in «idents» if one not in found]
                if missing:
                    loaded = «load»(missing)
                    found |= loaded
                    for one in loaded:
                        «cache»[«key»] = loaded[one]
                return «pick»
            """, mutants=(("        found |= loaded\n", ""), ("if one not in found]", "if one in found]"),
                          ("    if missing:", "    if not found:"))),
    ),
    mutants=(("return «pick»", "return list(found.values())"),
             ("return «result»", "return [«get» for one in missing]"), ("«load»(missing)", "«load»(missing[:1])")),
    verifier=check_missing,
)  # fmt: skip


def draw_store(rng: Random) -> dict[str, Any]:
    """Draw a store: names, where the lifetime is given, when it is over, whether a read renews it, what a miss does."""
    put, get = rng.choice(
        (
            ("set", "get"),
            ("put", "get"),
            ("store", "fetch"),
            ("write", "read"),
            ("add", "find"),
            ("save", "load"),
            ("keep", "look_up"),
            ("remember", "recall"),
        )
    )
    noun, ttl, closed = draw_noun(rng), pick(rng, "ttl|lifetime|seconds|max_age|keep_for"), rng.random() < 0.5
    each, raises = rng.random() < 0.35, rng.random() < 0.4
    renews = not each and rng.random() < 0.4
    missing = "raises KeyError" if raises else "returns None"
    return {
        "name": pick(rng, f"TtlCache|ExpiringCache|MemoryCache|Cache|TimedStore|TtlStore|{noun.kind}Cache|{noun.kind}Store"),
        "put": put, "get": get, "many": noun.many,
        "ttl": ttl, "each": each, "raises": raises, "renews": renews, "closed": closed, "missing": missing,
        "clock": pick(rng, "clock|now|time"),
        "new": f"{ttl}, " if not each else "", "own": f"self.{ttl} = {ttl}\n        " if not each else "",
        "more": f", {ttl}" if each else "", "age": ttl if each else f"self.{ttl}", "dead": ">=" if closed else ">",
        "alive": "<" if closed else "<=",
        "slip_dead": ">" if closed else ">=", "slip_alive": "<=" if closed else "<",
        "absent": "raise KeyError(key)" if raises else "return None",
        "renew": f"self.{put}(key, value)\n        " if renews else "",
        "renew_deep": f"self.{put}(key, self.values[key])\n            " if renews else "",
        "given": f"`{put}(key, value{f', {ttl}' if each else ''})` keeps a value for `{ttl}` seconds",
        "until": f"it is gone as soon as `{ttl}` seconds have passed" if closed
        else f"it is gone once more than `{ttl}` seconds have passed (exactly `{ttl}` is still fine)",
        "renew_words": f" Each successful `{get}` starts its lifetime again." if renews else "",
    }  # fmt: skip


def check_store(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what looking back through the history says at each read."""
    put, get, clock = facts["put"], facts["get"], CLOCK
    cases: list[tuple[Any, Any]] = []
    for life in (10, 30, rng.randrange(61, 99), 5):
        own = [life] if facts["each"] else []
        one, two = rng.choice(COLORS), rng.choice(CITIES)
        scenes: list[list[list[Any]]] = [
            [[0, get, "a"], [0, put, "a", one, *own], [0, put, "b", 0, *own], [life - 1, get, "a"], [0, get, "zz"],
             [1, get, "a"], [1, get, "b"]],
            [[0, put, "a", one, *own], [2, put, "a", two, *own], [life - 1, get, "a"], [1, get, "a"], [1, get, "a"],
             [0, put, "a", 7, *own], [1, get, "a"]],
            [[0, put, "x", 0, *own], [life - 2, get, "x"], [life - 2, get, "x"], [life - 1, get, "x"], [1, get, "x"],
             [life + 1, get, "x"]],
            [[3, put, "y", [one], *own], [life, get, "y"], [0, put, "y", two, *[2 * n for n in own]],
             [life + 1, get, "y"], [0, get, "x"]],
        ]  # fmt: skip
        new = [clock] if facts["each"] else [life, clock]
        steps = scenes[len(cases)]
        cases.append((write_timeline(facts, new=new, steps=steps, shown=[get]), replay(facts, steps, life)))
    return python_check(facts["name"], cases, harness=TIMELINE)


def replay(facts: Facts, steps: list[list[Any]], life: int) -> list[Any]:
    """Return what every read finds."""
    now, history, outcomes = 0, list[tuple[int, str, list[Any]]](), list[Any]()
    for seconds, name, *args in steps:
        now += seconds
        history.append((now, name, args))
        if name == facts["get"]:
            outcomes.append(read_back(facts, history, life))
    return outcomes


def read_back(facts: Facts, history: list[tuple[int, str, list[Any]]], life: int) -> Any:
    """Return what the last read of `history` finds."""
    touched, value, lasts = None, None, life
    for when, name, args in history:
        if args[0] != history[-1][2][0]:
            continue
        if name == facts["put"]:
            touched, value, lasts = when, args[1], args[2] if facts["each"] else life
        elif touched is not None and (when - touched > lasts or (facts["closed"] and when - touched == lasts)):
            touched = None
        elif touched is not None and facts["renews"]:
            touched = when
    if touched is None:
        return {"raises": "KeyError"} if facts["raises"] else None
    return value


TTL = Template(
    id="ttl_store",
    ask=(
        "Write a Python class `«name»(«new»«clock»)` that keeps «many» for a while. `«clock»` is a function without "
        "arguments that returns the time in seconds. «given»: «until». `«get»(key)` returns the value, or «missing» "
        "when the key was never set or its time is over.«renew_words»",
        "I need a small in-memory cache for «many» in Python: the class `«name»` with `__init__(self, «new»«clock»)`, "
        "where calling `«clock»()` gives the current seconds. «given»; after that `«get»(key)` «missing», as for a "
        "key it never had. More exactly, «until».«renew_words» Setting a key again replaces value and time.",
        "Please implement `«name»` in Python, a cache in front of our «many» table, with two methods. «given», and "
        "«until». `«get»(key)` gives the value while it lives; otherwise it «missing». Take the time only from "
        "`«clock»()`, a callable passed to the constructor `«name»(«new»«clock»)`.«renew_words»",
        "`«name»(«new»«clock»)` shall be a Python class for «many» that don't stay fresh. «given»: «until». `«get»(key)` "
        "finds the value as long as it lives; if there's none, never set or too old, it «missing».«renew_words» The present "
        "time, in seconds, is what `«clock»()` returns.",
        "How long may a value in a cache of «many» be used? In Python, the class `«name»(«new»«clock»)` sees to it. «given»; "
        "«until». A key without a living value, unknown ones included, makes `«get»(key)` do this: it «missing». Otherwise "
        "it gives the value.«renew_words» The seconds come from calling `«clock»`, never from the machine.",
    ),
    draw=draw_store,
    shapes=(
        Shape(name="deadline", code="""
            class «name»:
                def __init__(self, «new»«clock»):
                    «own»self.«clock» = «clock»
                    self.entries = {}

                def «put»(self, key, value«more»):
                    self.entries[key] = (value, self.«clock»() + «age»)

                def «get»(self, key):
                    value, deadline = self.entries.get(key, (None, 0))
                    if self.«clock»() «dead» deadline:
                        «absent»
                    «renew»return value
            """, mutants=(("«dead» deadline", "«alive» deadline"), ("+ «age»)", "+ 60)"),
                          ("«absent»", "return value"))),
        Shape(name="two_dicts", code="""
            class «name»:
                def __init__(self, «new»«clock»):
                    «own»self.«clock» = «clock»
                    self.values, self.deadlines = {}, {}

                def «put»(self, key, value«more»):
                    self.values[key] = value
                    self.deadlines[key] = self.«clock»() + «age»

                def «get»(self, key):
                    if key in self.values and self.«clock»() «alive» self.deadlines[key]:
                        «renew_deep»return self.values[key]
                    «absent»
            """, mutants=(("self.values[key] = value", "self.values.setdefault(key, value)"),
                          (" and self.«clock»() «alive» self.deadlines[key]", ""), ("«alive» self", "«dead» self"))),
        Shape(name="purge", code="""
            class «name»:
                def __init__(self, «new»«clock»):
                    «own»self.«clock» = «clock»
                    self.entries = {}

                def «put»(self, key, value«more»):
                    self.entries[key] = [value, self.«clock»() + «age»]

                def «get»(self, key):
                    now = self.«clock»()
                    self.entries = {k: e for k, e in self.entries.items() if now «alive» e[1]}
                    if key not in self.entries:
                        «absent»
                    value = self.entries[key][0]
                    «renew»return value
            """, mutants=(("if now «alive» e[1]}", "if now «dead» e[1]}"),
                          ("if key not in self.entries:", "if key in self.entries:"),
                          (" if now «alive» e[1]}", "}"))),
    ),
    mutants=(("«dead»", "«slip_dead»"), ("«alive»", "«slip_alive»"), ("«absent»", "return False"),
             ("        «renew»return", "        return"),
             ("            «renew_deep»return", "            return")),
    verifier=check_store,
)  # fmt: skip
