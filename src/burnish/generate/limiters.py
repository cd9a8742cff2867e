"""Two templates of `fs_rate_limit`: classes that count requests in windows, and a bucket that fills with time."""

from fractions import Fraction
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.timelines import CLOCK, TIMELINE, write_timeline
from burnish.generate.wording import FIRST_NAMES, draw_noun

START = 1000
WINDOW_WORDS = {
    True: "Windows begin at the multiples of `@` on the clock (0, @, 2 * @, ...)",
    False: "A client's window begins with its first request and is over once `@` seconds have passed; the next request "
    "begins a new one",
}


def draw_window(rng: Random) -> dict[str, Any]:
    """Draw a limiter with windows of fixed length: on the clock's multiples, or from a client's first request."""
    aligned = rng.random() < 0.5
    facts = draw_arguments(
        rng, limit="limit|most|max_requests|quota", window="window|seconds|period|length", clock="clock|now|time"
    )
    window, clock = f"self.{facts['window']}", f"self.{facts['clock']}()"
    old = {
        True: "number != self.numbers.get({0})",
        False: "{0} not in self.starts or now - self.starts[{0}] >= " + window,
    }[aligned]
    key = pick(rng, "key|client|user|caller|ident")
    return {
        **facts, "name": pick(rng, "RateLimiter|FixedWindow|WindowLimiter|Limiter|RequestCounter|Throttle"),
        "aligned": aligned, "key": key,
        "allow": pick(rng, "allow|hit|permit|accept|try_request|check"), "many": draw_noun(rng).many,
        "moment": f"int({clock} // {window})" if aligned else clock, "moment_name": "number" if aligned else "now",
        "last": "last" if aligned else "start", "over": "last != number" if aligned else f"now - start >= {window}",
        "slip_over": "last < number - 1" if aligned else f"now - start > {window}",
        "restart": "last, count = number, 0" if aligned else "start, count = now, 0", "old": old.format(key),
        "store": "numbers" if aligned else "starts",
        "wrong_old": (f"{key} not in self.numbers" if aligned else f"{key} not in self.starts"),
        "span": WINDOW_WORDS[aligned].replace("@", facts["window"]),
    }  # fmt: skip


def check_window(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what sorting the requests into windows, one list a window, gives."""
    cases = []
    for limit, window in ((1, 10), (2, 60), (3, rng.choice((7, 30, 45))), (rng.randrange(2, 5), 100)):
        first, second = rng.sample(FIRST_NAMES, 2)
        rest = window - START % window  # seconds until the clock's next multiple
        waits = [0, *[1] * limit, 0, window - limit - 2, 1, 1, *[0] * limit, rest, *[0] * (limit + 1), window - 1, 1, 0]
        names = [second if number in (2, 5) or number == len(waits) - 1 else first for number in range(len(waits))]
        steps = [[max(0, wait), facts["allow"], name] for wait, name in zip(waits, names, strict=True)]
        values = {"limit": limit, "window": window, "clock": CLOCK}
        call = write_timeline(facts, new=[values[role] for role in facts["order"]], steps=steps, shown=[facts["allow"]])
        cases.append((call, sort_into_windows(facts, steps, limit, window)))
    return python_check(facts["name"], cases, harness=TIMELINE)


def sort_into_windows(facts: Facts, steps: list[list[Any]], limit: int, window: int) -> list[bool]:
    """Return which requests are among the first `limit` of their window."""
    now, windows, answers = START, dict[str, list[list[int]]](), []
    for wait, _, name in steps:
        now += wait
        own = windows.setdefault(name, [])
        boundary = now - now % window if facts["aligned"] else now - window + 1
        if not own or own[-1][0] < boundary:
            own.append([])
        own[-1].append(now)
        answers.append(len(own[-1]) <= limit)
    return answers


def write_one_dict(facts: Facts) -> str:
    """Return the solution that keeps counts by window, or the times since a window began."""
    clock, window, key = f"self.{facts['clock']}()", f"self.{facts['window']}", facts["key"]
    names = ", ".join(f"self.{facts[role]}" for role in ("limit", "window", "clock"))
    head = [f"class {facts['name']}:", f"    def __init__(self, {facts['args']}):",
            f"        {names} = {names.replace('self.', '')}",
            "        self.counts = {}", "", f"    def {facts['allow']}(self, {key}):"]  # fmt: skip
    if facts["aligned"]:
        body = [f"slot = ({key}, {clock} // {window})", "self.counts[slot] = self.counts.get(slot, 0) + 1",
                f"return self.counts[slot] <= self.{facts['limit']}"]  # fmt: skip
    else:
        body = [f"now, times = {clock}, self.counts.setdefault({key}, [])", f"if times and now - times[0] >= {window}:",
                "    times.clear()", "times.append(now)", f"return len(times) <= self.{facts['limit']}"]  # fmt: skip
    return "\n".join([*head, *(f"        {line}" for line in body)])


WINDOW = Template(
    id="fixed_window",
    ask=(
        "Write a Python class `«name»(«args»)` with a method `«allow»(«key»)` that returns True for the first "
        "`«limit»` requests of a client in each window of `«window»` seconds and False for the others. «span». "
        "`«clock»()` returns the seconds as a float; every `«key»` is counted apart.",
        "We limit requests for «many» with fixed windows. Implement the class `«name»` in Python, created as "
        "`«name»(«args»)`, where `«clock»` is a callable that gives the time in seconds. `«allow»(«key»)` counts a "
        "request of that client and says whether it is within `«limit»` for the window, which lasts `«window»` "
        "seconds. «span».",
        "I'd like a simple limiter: in Python, a class `«name»` whose constructor takes `«args»`. Each call "
        "`«allow»(«key»)` is one request; it returns a bool, False as soon as that client (only its own requests "
        "matter) has used up `«limit»` requests in a window of `«window»` seconds. Get the time by `«clock»()`. "
        "«span».",
        "A client may send `«limit»` requests for «many» per window of `«window»` seconds, not one more. «span». Write "
        "`«name»(«args»)` in Python, a class whose method `«allow»(«key»)` is called for every request and answers True or "
        "False; `«key»` says which client it is, and clients don't affect each other. `«clock»()` gives the seconds.",
    ),
    draw=draw_window,
    shapes=(
        Shape(name="pair", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«limit», self.«window», self.«clock» = «limit», «window», «clock»
                    self.seen = {}

                def «allow»(self, «key»):
                    «moment_name» = «moment»
                    «last», count = self.seen.get(«key», («moment_name», 0))
                    if «over»:
                        «restart»
                    self.seen[«key»] = («last», count + 1)
                    return count < self.«limit»
            """, mutants=(("count < self.«limit»", "count <= self.«limit»"), ("if «over»", "if «slip_over»"),
                          ("self.seen[«key»] = (", "self.seen[None] = ("),
                          ("            «restart»", "            count = 0"))),
        Shape(name="two_dicts", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«limit», self.«window», self.«clock» = «limit», «window», «clock»
                    self.«store», self.counts = {}, {}

                def «allow»(self, «key»):
                    «moment_name» = «moment»
                    if «old»:
                        self.«store»[«key»] = «moment_name»
                        self.counts[«key»] = 0
                    self.counts[«key»] += 1
                    return self.counts[«key»] <= self.«limit»
            """, mutants=(("<= self.«limit»", "< self.«limit»"), ("if «old»", "if «wrong_old»"),
                          ("self.counts[«key»] = 0", "self.counts[«key»] = 1"),
                          ("            self.«store»[«key»] = «moment_name»\n",
                           "            self.«store»[«key»] = 0\n"))),
        Shape(name="one_dict", code=write_one_dict, mutants=(
            ("<= self.«limit»", "< self.«limit»"), ("<= self.«limit»", ">= self.«limit»"), ("self.counts", "{}"),
        )),
    ),
    mutants=(
        ("slot = («key», ", "slot = (1, "), ("// self.«window»)\n", "% self.«window»)\n"), ("times[0]", "times[-1]"),
        ("setdefault(«key», ", "setdefault(1, "),
    ),
    verifier=check_window,
)  # fmt: skip


def draw_bucket(rng: Random) -> dict[str, Any]:
    """Draw a bucket of tokens: what fills it, and whether requests have prices."""
    priced, minutes = rng.random() < 0.45, rng.random() < 0.3
    noun = draw_noun(rng)
    facts = draw_arguments(rng, capacity="capacity|size|burst|most|room",
                           rate="rate|refill|per_second|speed" if not minutes else "per_minute|rate|refill",
                           clock="clock|now|time")  # fmt: skip
    take, cost = (
        pick(rng, "take|allow|consume|spend|acquire|try_take|draw|claim|admit"),
        pick(rng, "cost|price|tokens|amount|weight"),
    )
    cost = cost if cost != facts["capacity"] else "cost"
    gain = f"self.{facts['rate']}" + (" / 60" if minutes else "")
    return {
        **facts, "take": take,
        "name": pick(rng, f"TokenBucket|Bucket|RateLimiter|BurstLimiter|Throttle|{noun.kind}Bucket|{noun.kind}Throttle"),
        "priced": priced,
        "minutes": minutes, "one": noun.one, "cost": cost, "given": f", {cost}" if priced else "",
        "call": f"{take}({cost})" if priced else f"{take}()",
        "need": cost if priced else "1", "gain": gain, "unit": "minute" if minutes else "second",
        "other_gain": f"self.{facts['rate']}" if minutes else f"self.{facts['rate']} / 60",
        "need_words": f"`{cost}` tokens" if priced else "a token",
        "takes": f"takes `{cost}` tokens out" if priced else "takes one token out",
    }  # fmt: skip


def check_bucket(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what a bucket gives that is filled drop by drop, in quarters of its unit of time and exact fractions."""
    cases = []
    for capacity, rate in ((1, 1), (3, 2), (5, 0.5), (rng.randrange(2, 8), 4)):
        level, drop, steps, answers = Fraction(capacity), Fraction(rate) / 4, [], []
        burst = [0] * (capacity + 1)
        waits = [*burst, int(4 / rate), *(rng.choice((0, 1, 2, 3, 4, 6, 8)) for _ in range(4)), 200, *burst]
        for number, quarters in enumerate(waits):
            cost = rng.choice((1, 1, 2, capacity)) if facts["priced"] and number > capacity + 1 else 1
            for _ in range(quarters):
                level = min(level + drop, Fraction(capacity))
            enough = cost <= level
            level -= cost if enough else 0
            steps.append(
                [quarters * (15 if facts["minutes"] else 0.25), facts["take"], *([cost] if facts["priced"] else [])]
            )
            answers.append(enough)
        values = {"capacity": capacity, "rate": rate, "clock": CLOCK}
        call = write_timeline(facts, new=[values[role] for role in facts["order"]], steps=steps, shown=[facts["take"]])
        cases.append((call, answers))
    return python_check(facts["name"], cases, harness=TIMELINE)


BUCKET = Template(
    id="token_bucket",
    ask=(
        "Write a token bucket for «one» requests in Python: the class `«name»(«args»)`. The bucket starts full with "
        "`«capacity»` tokens, gains `«rate»` tokens a «unit» (fractions count) and never holds more than `«capacity»`. "
        "`«call»` «takes» and returns True, or returns False and takes nothing if there aren't enough. `«clock»()` gives the "
        "time in seconds.",
        "Short bursts of «one» requests are fine, a steady flood isn't. Please implement `«name»` in Python with the "
        "constructor arguments `«args»`. There are `«capacity»` tokens at first; `«rate»` more flow in every «unit», "
        "continuously, up to `«capacity»`. The method `«call»` returns True and «takes» if the bucket holds "
        "«need_words», otherwise False without changing it. Call `«clock»()` for the seconds.",
        "I need `«name»(«args»)`, a rate limiter class in Python. It holds at most `«capacity»` tokens and is full "
        "when created. Between two calls it fills up by `«rate»` a «unit», in proportion to the time that has passed "
        "according to `«clock»()` (in seconds). `«call»` «takes» and returns True if there are enough; otherwise it "
        "returns False and leaves the bucket as it is.",
        "A token bucket limits «one» requests at once and in the long run. Make it a Python class, `«name»(«args»)`, with "
        "room for `«capacity»` tokens and full at the start. Time, in seconds by `«clock»()`, adds `«rate»` tokens a "
        "«unit», parts of a token too, until there's no more room. What `«call»` needs is «need_words»: with that in the "
        "bucket it «takes» and returns True, without it it returns False and the bucket stays the same.",
        "«one» requests spend tokens. Write the Python class `«name»(«args»)` that keeps them: never more than "
        "`«capacity»`, which is also what it has when it is made, and `«rate»` new ones each «unit», bit by bit as seconds "
        "go by on `«clock»()`. The one method is `«call»`: it «takes» and says True, but only if all are there; if not, "
        "it says False and nothing is taken.",
    ),
    draw=draw_bucket,
    shapes=(
        Shape(name="refill", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«capacity», self.«rate», self.«clock» = «capacity», «rate», «clock»
                    self.level, self.last = «capacity», «clock»()

                def «take»(self«given»):
                    now = self.«clock»()
                    self.level = min(self.«capacity», self.level + (now - self.last) * «gain»)
                    self.last = now
                    if self.level < «need»:
                        return False
                    self.level -= «need»
                    return True
            """, mutants=(("self.level < «need»", "self.level <= «need»"), ("min(self.«capacity», ", "max(0, "),
                          ("        self.last = now\n", ""),
                          ("        self.level -= «need»\n", ""))),
        Shape(name="lazy", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«capacity», self.«rate», self.«clock» = «capacity», «rate», «clock»
                    self.level, self.last = «capacity», «clock»()

                def «take»(self«given»):
                    now = self.«clock»()
                    level = self.level + (now - self.last) * «gain»
                    level = min(level, self.«capacity»)
                    enough = level >= «need»
                    if enough:
                        self.level, self.last = level - «need», now
                    return enough
            """, mutants=(("level >= «need»", "level > «need»"),
                          ("        level = min(level, self.«capacity»)\n", ""),
                          ("self.level, self.last = level - «need», now", "self.level = level - «need»"),
                          ("return enough", "return True"))),
        Shape(name="missing", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«capacity», self.«rate», self.«clock» = «capacity», «rate», «clock»
                    self.missing, self.last = 0, «clock»()

                def «take»(self«given»):
                    now = self.«clock»()
                    self.missing = max(0, self.missing - (now - self.last) * «gain»)
                    self.last = now
                    if self.missing + «need» > self.«capacity»:
                        return False
                    self.missing += «need»
                    return True
            """, mutants=((" > self.«capacity»", " >= self.«capacity»"), ("max(0, ", "("),
                          ("        self.last = now\n", ""),
                          ("self.missing, self.last = 0", "self.missing, self.last = «capacity»"))),
    ),
    mutants=(("«gain»", "«other_gain»"), ("return False", "return None")),
    verifier=check_bucket,
)  # fmt: skip
