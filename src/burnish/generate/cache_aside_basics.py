"""The small tasks of `fs_cache_aside`: the key of an entry, the share of hits, the entries that come first."""

from fractions import Fraction
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, COLORS, draw_noun

# What else a key may depend on, and a value of it.
PARTS = {
    "locale": "de", "language": "fr", "currency": "eur", "role": "admin", "theme": "dark", "format": "pdf",
    "view": "list", "timezone": "utc", "mode": "full", "unit": "kg",
}  # fmt: skip


def draw_id_key(rng: Random) -> dict[str, Any]:
    """Draw a key of a fixed word, an id and one more text."""
    noun, mark = draw_noun(rng), pick(rng, ":|-|/|.")
    facts = draw_arguments(rng, ident=f"{noun.one}_id|ident|number", part="|".join(PARTS))
    ident, part = facts["ident"], facts["part"]
    word = rng.choice((noun.one, noun.many, f"v{rng.randrange(2, 6)}{mark}{noun.one}"))
    first, second = rng.sample((f"<{ident}>", f"<{part}>"), 2)
    form = mark.join((word, first, second))
    code = {f"<{ident}>": f"str({ident})", f"<{part}>": part}
    return {
        **facts, "many": noun.many, "mark": mark, "word": word, "form": form,
        "name": pick(rng, f"{noun.one}_key|key_for_{noun.one}|{noun.one}_cache_key|make_{noun.one}_key|cache_key"),
        "example": form.replace(f"<{ident}>", "7").replace(f"<{part}>", PARTS[part]),
        "text": form.translate({ord("<"): "{", ord(">"): "}"}), "first": code[first], "second": code[second],
        "swapped": f"{word}{mark}{{{second[1:-1]}}}{mark}{{{first[1:-1]}}}", "half": f"{word}{mark}{{{ident}}}",
        "glued": f"{word}{mark}{{{first[1:-1]}}}{{{second[1:-1]}}}",
    }  # fmt: skip


def check_id_key(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the form that the question shows, with values put in."""
    cases = []
    for _ in range(5):
        ident, part = rng.randrange(1, 10_000), rng.choice(COLORS)
        key = facts["form"].replace(f"<{facts['ident']}>", str(ident)).replace(f"<{facts['part']}>", part)
        cases.append((arrange(facts, ident=ident, part=part), key))
    return python_check(facts["name"], cases)


ID_KEY = Template(
    id="id_key",
    ask=(
        "Write a Python function `«name»(«args»)` that returns the cache key `«form»`, for example `«example»`; "
        "`«ident»` is an int.",
        "Cached «many» have keys like `«example»`. Write `«name»(«args»)` in Python, which makes such a key from an "
        "integer `«ident»` and a string `«part»`: `«form»`.",
        "I need the Python helper `«name»(«args»)` for our cache of «many». Given an int `«ident»` and a text "
        "`«part»`, it returns the string `«form»`.",
    ),
    draw=draw_id_key,
    shapes=(
        Shape(name="f_string", code="""
            def «name»(«args»):
                return f"«text»"
            """, mutants=(("«text»", "«swapped»"), ("«text»", "«half»"), ("«text»", "«glued»"), ("return ", ""))),
        Shape(name="plus", code="""
            def «name»(«args»):
                return "«word»«mark»" + «first» + "«mark»" + «second»
            """, mutants=(("str(«ident»)", "«ident»"), ('"«word»«mark»" + ', ""), ('"«mark»" + ', ""))),
        Shape(name="join", code="""
            def «name»(«args»):
                return "«mark»".join(["«word»", «first», «second»])
            """, mutants=(('"«mark»".join', '"".join'), ("«first», «second»", "«second», «first»"),
                          ('"«word»", ', ""))),
    ),
    verifier=check_id_key,
)  # fmt: skip


def draw_hit_rate(rng: Random) -> dict[str, Any]:
    """Draw which share of the lookups is wanted, of which two counts, and what no lookups give."""
    wanted, other = rng.sample(("hits", "misses"), 2)
    pair = rng.choice((("hits", "misses"), (wanted, "total"), (other, "total")))
    words = {"hits": "hits|found|hit_count|cached_reads", "misses": "misses|missed|miss_count|uncached_reads",
             "total": "total|lookups|reads|requests"}  # fmt: skip
    meanings = {"hits": "the hits", "misses": "the misses", "total": "all lookups"}
    facts = draw_arguments(rng, **{role: words[role] for role in pair})
    counts = {role: facts[role] for role in pair}
    whole = counts.get("total", f"{counts.get('hits')} + {counts.get('misses')}")
    divisor = whole if "total" in pair else f"({whole})"
    parts = {role: counts.get(role, "") for role in (wanted, other)}
    for role, rest in ((wanted, other), (other, wanted)):
        parts[role] = parts[role] or f"({whole} - {parts[rest]})"
    percent, empty = rng.random() < 0.6, rng.choice((0, 0, None))
    times = "100 * " if percent else ""
    one = {"hits": "hit", "misses": "miss"}[wanted]
    (first, second), many = facts["order"], draw_noun(rng).many
    return {
        **facts, "wanted": wanted, "one": one, "many": many, "percent": percent, "empty": empty, "whole": whole,
        "name": pick(rng, f"{one}_rate|{one}_ratio|cache_{one}_rate|{one}_share|share_of_{wanted}|{many}_{one}_rate"),
        "rate": f"{times}{parts[wanted]} / {divisor}", "other_rate": f"{times}{parts[other]} / {divisor}",
        "unscaled": f"{'' if percent else '100 * '}{parts[wanted]} / {divisor}",
        "counted": f"`{counts[first]}` counts {meanings[first]} and `{counts[second]}` {meanings[second]}",
        "scale": "as a percentage" if percent else "as a fraction from 0 to 1",
    }  # fmt: skip


def check_hit_rate(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the mean over a written-out list of lookups."""
    cases = []
    for hits, misses in ((0, 0), (4, 4), (3, 1), (1, 4), (rng.randrange(5, 40), rng.randrange(41, 90)), (6, 0), (0, 5)):
        lookups = ["hits"] * hits + ["misses"] * misses
        share = Fraction(sum(one == facts["wanted"] for one in lookups), len(lookups)) if lookups else None
        scaled = facts["empty"] if share is None else float(share * (100 if facts["percent"] else 1))
        counts = {"hits": hits, "misses": misses, "total": len(lookups)}
        cases.append((arrange(facts, **counts), scaled))
    return python_check(facts["name"], cases)


HIT_RATE = Template(
    id="hit_rate",
    ask=(
        "Write a Python function `«name»(«args»)` that returns the «one» rate of a cache of «many» «scale». «counted». "
        "Return «empty!r» if there were no lookups.",
        "For the statistics of our «many» cache I want `«name»(«args»)` in Python: which share of lookups were «wanted», "
        "«scale»? «counted»; no lookups give «empty!r».",
        "Please implement `«name»(«args»)` in Python, where «counted». The result is the share of «wanted» among all "
        "lookups «scale», or «empty!r» if nothing was looked up.",
        "How good is our cache of «many»? In Python, `«name»(«args»)` shall tell the part that «wanted» have among the "
        "lookups, «scale». «counted». Without any lookups the result is «empty!r».",
    ),
    draw=draw_hit_rate,
    shapes=(
        Shape(name="guard", code="""
            def «name»(«args»):
                if «whole» == 0:
                    return «empty!r»
                return «rate»
            """, mutants=(("    if «whole» == 0:\n        return «empty!r»\n", ""), ("return «empty!r»", "return 1"))),
        Shape(name="conditional", code="""
            def «name»(«args»):
                return «rate» if «whole» else «empty!r»
            """, mutants=((" if «whole» else «empty!r»", ""), ("else «empty!r»", "else -1"))),
        Shape(name="try", code="""
            def «name»(«args»):
                try:
                    return «rate»
                except ZeroDivisionError:
                    return «empty!r»
            """, mutants=(("ZeroDivisionError", "ValueError"), ("return «empty!r»", "raise"))),
    ),
    mutants=(("«rate»", "«other_rate»"), ("«rate»", "«unscaled»")),
    verifier=check_hit_rate,
)  # fmt: skip

# What a dict says of its keys, which keys are wanted, how they are ordered, whether large values come first, and names.
RANKS = (
    ("the time of their last use", "used least recently", "oldest first", False, "stale_{0}|{0}_to_evict|lru_{0}"),
    ("the number of their reads", "read least often", "rarest first", False, "cold_{0}|rare_{0}|least_read_{0}"),
    ("the number of their reads", "read most often", "most popular first", True, "hot_{0}|top_{0}|most_read_{0}"),
    ("their size in bytes", "taking the most memory", "largest first", True, "biggest_{0}|large_{0}|heavy_{0}"),
    ("the time when they expire", "expiring next", "soonest first", False, "expiring_{0}|next_{0}_to_expire|due_{0}"),
    ("the time they were stored", "stored last", "newest first", True, "newest_{0}|latest_{0}|fresh_{0}"),
)
RANKED = {
    "the time of their last use": "used_at|last_used|last_access", "their size in bytes": "sizes|bytes_used|weights",
    "the number of their reads": "reads|hits|counts", "the time when they expire": "expires_at|deadlines|expiry",
    "the time they were stored": "stored_at|saved_at|added_at",
}  # fmt: skip


def draw_ranked(rng: Random) -> dict[str, Any]:
    """Draw by what keys are ordered and how many are wanted."""
    meaning, which, order, falls, names = rng.choice(RANKS)
    one, many = draw_noun(rng)
    return {
        "name": pick(rng, names).format(rng.choice(("keys", many, f"{one}_keys"))), "one": one,
        "values": pick(rng, RANKED[meaning]),
        "meaning": meaning, "which": which,
        "order": order, "count": rng.randrange(2, 21), "falls": falls, "many": many,
        "reverse": ", reverse=True" if falls else "", "toggled": "" if falls else ", reverse=True",
        "pick": "nlargest" if falls else "nsmallest", "other_pick": "nsmallest" if falls else "nlargest",
    }  # fmt: skip


def check_ranked(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the first of keys that got their values in order."""
    cases = []
    for more in (0, 1, 2, 5):
        keys = rng.sample([f"{city.lower()}:{color}" for city in CITIES for color in COLORS], facts["count"] + more)
        values = sorted(rng.sample(range(1, 5000), len(keys)))
        if facts["falls"]:
            values.reverse()
        pairs = list(zip(keys, values, strict=True))
        rng.shuffle(pairs)
        cases.append(([dict(pairs)], keys[: facts["count"]]))
    return python_check(facts["name"], cases)


RANKED_KEYS = Template(
    id="ranked_keys",
    ask=(
        "Write a Python function `«name»(«values»)`. The dict `«values»` maps the cache keys of «many» to «meaning»; "
        "return a list of the «count» keys «which», «order».",
        "The dict `«values»` of our cache maps keys of «many» to «meaning». I need `«name»(«values»)` in Python, "
        "returning the «count» keys «which» as a list, «order».",
        "Which «count» cache keys are «which»? Implement `«name»(«values»)` in Python: from a dict that maps keys "
        "of «many» to «meaning» it returns the list of these keys, «order».",
        "A report on our «one» cache lists «count» keys, those «which». `«values»`, a dict, has «meaning» as its values. "
        "Write `«name»(«values»)` in Python; the list it returns is sorted, «order».",
        "`«name»(«values»)`, in Python: keys come from the dict `«values»`, where each «one» has a key, and its values are "
        "«meaning». Give back a list, «order», and stop after «count». We're after the ones «which».",
    ),
    draw=draw_ranked,
    shapes=(
        Shape(name="sorted", code="""
            def «name»(«values»):
                return sorted(«values», key=«values».get«reverse»)[:«count»]
            """, mutants=((", key=«values».get", ""), ("[:«count»]", ""), ("[:«count»]", "[1:«count»]"),
                          (".get«reverse»)", ".get«toggled»)"))),
        Shape(name="heapq", code="""
            import heapq


            def «name»(«values»):
                return heapq.«pick»(«count», «values», key=«values».get)
            """, mutants=(("«pick»", "«other_pick»"), ("(«count»,", "(«count» - 1,"), (", key=«values».get", ""))),
        Shape(name="items", code="""
            def «name»(«values»):
                pairs = sorted(«values».items(), key=lambda pair: pair[1]«reverse»)
                return [key for key, _ in pairs[:«count»]]
            """, mutants=(("pair[1]", "pair[0]"), ("pair[1]«reverse»", "pair[1]«toggled»"),
                          ("pairs[:«count»]", "pairs"),
                          ("key for key, _", "_ for key, _"))),
    ),
    verifier=check_ranked,
)  # fmt: skip
