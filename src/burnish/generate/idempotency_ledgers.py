"""The template of `fs_idempotency_key` with a class: keys that are new, in progress or done, and forgotten in time."""

from random import Random
from typing import Any

from burnish.generate.checks import STEPS, python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, draw_noun

SPANS = (30, 60, 90, 120, 300, 600, 900, 1_800, 3_600, 7_200, 43_200, 86_400)


def draw_ledger(rng: Random) -> dict[str, Any]:
    """Draw the names of the methods and states, how long a key is kept, from when, and whether it can be given up."""
    noun, span, renews, closed, fails = (
        draw_noun(rng),
        rng.choice(SPANS),
        rng.random() < 0.5,
        rng.random() < 0.5,
        rng.random() < 0.5,
    )
    start, finish = pick(rng, "start|begin|claim|acquire"), pick(rng, "finish|complete|save|resolve")
    fail, response = pick(rng, "fail|release|abort|forget"), pick(rng, "response|result|answer|reply")
    new, busy, done = (
        pick(rng, "new|go|fresh"),
        pick(rng, "busy|pending|running|locked"),
        pick(rng, "done|replay|stored"),
    )
    lines = "\n\n    def {0}(self, key):\n        {1}"
    drop = lines.format(fail, "self.entries.pop(key, None)") if fails else ""
    return {
        "name": pick(rng, "IdempotencyKeys|KeyLedger|RequestKeys|{0}Keys|KeyStore|Idempotency").format(noun.kind),
        "many": noun.many, "span": span, "renews": renews, "closed": closed, "fails": fails, "start": start, "finish": finish,
        "fail": fail,
        "response": response, "new": new, "busy": busy, "done": done, "over": ">=" if closed else ">",
        "slip": ">" if closed else ">=",
        "within": "<" if closed else "<=", "drop": drop, "drop_times": drop.replace("entries", "times"),
        "since": "self.clock()" if renews else "self.entries[key][0]",
        "other_since": "self.entries[key][0]" if renews else "self.clock()",
        "renew_dict": "entry[\"since\"] = self.clock()\n        " if renews else "",
        "renew_times": "self.times[key] = self.clock()\n        " if renews else "",
        "age_words": f"`{start}` or `{finish}` (whichever came last)" if renews else f"`{start}`",
        "limit_words": f"{span} seconds or more" if closed else f"more than {span} seconds",
        "fail_words": f" `{fail}(key)` gives up a key in progress, so that it is new again." if fails else "",
        "fail_part": f", and `{fail}(key)`, which makes a key new again" if fails else "",
        "methods": f", `{finish}(key, {response})` and `{fail}(key)`" if fails
        else f" and `{finish}(key, {response})`",
    }  # fmt: skip


def check_ledger(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect stories whose ends are known: a key is used, waited for up to the limit and past it."""
    span, start, finish, first, second = (
        facts["span"],
        facts["start"],
        facts["finish"],
        rng.choice(CITIES),
        {"id": rng.randrange(99)},
    )
    new, busy, done = ([facts[state], None] for state in ("new", "busy", "done"))
    ready, again = [done[0], first], [done[0], second]
    begin, wait = [start, "a"], "@advance"
    end, redo = [finish, "a", first], [finish, "a", second]
    late = new if facts["closed"] else ready
    stories: list[list[tuple[list[Any], Any]]] = [
        [(begin, new), (begin, busy), ([start, "b"], new), (end, None), (begin, ready), (begin, ready), ([start, "b"], busy)],
        [(begin, new), ([wait, 5], 0), (end, None), ([wait, span - 5], 0), (begin, ready if facts["renews"] else late)],
        [(begin, new), ([wait, 5], 0), (end, None), ([wait, span - 4], 0), (begin, ready if facts["renews"] else new)],
        [(begin, new), (end, None), ([wait, span - 1], 0), (begin, ready), ([wait, 1], 0), (begin, late)],
        [(begin, new), (end, None), ([wait, span + 1], 0), (begin, new), (begin, busy), (redo, None), (begin, again)],
        [(begin, new), ([wait, span - 1], 0), (begin, busy), ([wait, 2], 0), (begin, new), (begin, busy)],
        [(begin, new), ([finish, "a", None], None), (begin, done), ([wait, span - 1], 0), ([start, "b"], new), (begin, done)],
    ]  # fmt: skip
    if facts["fails"]:
        fail = [facts["fail"], "a"]
        both = [(begin, new), ([start, "b"], new), (fail, None), (begin, new), (begin, busy)]
        stories.append([*both, (end, None), (begin, ready), ([start, "b"], busy)])
    cases = []
    for story in stories:
        call = {"class": facts["name"], "clock": True, "steps": [step for step, _ in story]}
        cases.append((call, [outcome for step, outcome in story if step[0] != wait]))
    return python_check(facts["name"], cases, harness=STEPS)


LEDGER = Template(
    id="keys_in_progress",
    ask=(
        "Write a Python class `«name»(clock)` for requests that make «many»; `clock()` gives the time in seconds. "
        "`«start»(key)` returns a pair: `(\"«new»\", None)` for an unknown key, which is in progress from now on, "
        "`(\"«busy»\", None)` while it is in progress, and `(\"«done»\", «response»)` once `«finish»(key, "
        "«response»)` was called.«fail_words» When «limit_words» have passed since its «age_words» a key is unknown "
        "again. Only `«start»` returns something.",
        "Two workers may get the same request of our «many», so track idempotency keys: a class `«name»` in Python with "
        "`«start»(key)`«methods»; all but the first return None. `«start»` answers `(state, «response»)`: "
        "\"«new»\" the first time, \"«busy»\" until the key is finished, then \"«done»\"; the «response» is None except for "
        "\"«done»\".«fail_words» If «limit_words» have passed since its «age_words» the key counts as new. The constructor "
        "gets `clock`, a function that returns seconds.",
        "For the «many» API I need `«name»` in Python, made with `«name»(clock)` (`clock()` is the time in seconds), "
        "to keep idempotency keys in memory. Methods: `«start»(key)`, `«finish»(key, «response»)`, which stores the "
        "«response»«fail_part». `«start»` gives the tuple `(\"«new»\", None)` and marks the key, or `(\"«busy»\", "
        "None)` if it is marked, or `(\"«done»\", «response»)` if there is one, be it None. A key is forgotten if "
        "«limit_words» have passed since its «age_words» when `«start»` is called. The other methods return nothing.",
    ),
    draw=draw_ledger,
    shapes=(
        Shape(name="tuples", code="""
            class «name»:
                def __init__(self, clock):
                    self.clock, self.entries = clock, {}

                def «start»(self, key):
                    entry = self.entries.get(key)
                    if entry is None or self.clock() - entry[0] «over» «span»:
                        self.entries[key] = (self.clock(), "«busy»", None)
                        return "«new»", None
                    return entry[1:]

                def «finish»(self, key, «response»):
                    self.entries[key] = («since», "«done»", «response»)«drop»
            """, mutants=(("«over» «span»", "«slip» «span»"), (" or self.clock() - entry[0] «over» «span»", ""),
                          ("(«since», ", "(«other_since», "), ("entry is None or", "entry is None and"))),
        Shape(name="dicts", code="""
            class «name»:
                def __init__(self, clock):
                    self.clock = clock
                    self.entries = {}

                def «start»(self, key):
                    entry = self.entries.get(key)
                    if entry and self.clock() - entry["since"] «within» «span»:
                        return entry["state"], entry["«response»"]
                    self.entries[key] = {"since": self.clock(), "state": "«busy»", "«response»": None}
                    return "«new»", None

                def «finish»(self, key, «response»):
                    entry = self.entries[key]
                    «renew_dict»entry.update({"state": "«done»", "«response»": «response»})«drop»
            """, mutants=(('"state": "«done»", ', ""), (' and self.clock() - entry["since"] «within» «span»', ""),
                          ("«within» «span»", "«over» «span»"))),
        Shape(name="two_tables", code="""
            class «name»:
                def __init__(self, clock):
                    self.clock, self.times, self.stored = clock, {}, {}

                def «start»(self, key):
                    if key in self.times and self.clock() - self.times[key] «within» «span»:
                        if key in self.stored:
                            return "«done»", self.stored[key]
                        return "«busy»", None
                    self.times[key] = self.clock()
                    self.stored.pop(key, None)
                    return "«new»", None

                def «finish»(self, key, «response»):
                    «renew_times»self.stored[key] = «response»«drop_times»
            """, mutants=(("        self.stored.pop(key, None)\n", ""), ("if key in self.stored:", "if self.stored.get(key):"),
                          (" «within» «span»", " «over» «span»"))),
    ),
    mutants=(("«renew_dict»", ""), ("«renew_times»", ""), ('return "«new»", None', 'return "«busy»", None')),
    verifier=check_ledger,
)  # fmt: skip
