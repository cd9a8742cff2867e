"""The small tasks of `fs_rate_limit`: the clock of a window, the limit of a plan, counting one request."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.wording import FIRST_NAMES, draw_noun


def draw_clock(rng: Random) -> dict[str, Any]:
    """Draw the length of a window and what is asked about the one that a moment lies in: its start, end or rest."""
    window, noun = rng.choice((5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 900, 3600)), draw_noun(rng)
    kind, now = pick(rng, "start|end|left"), pick(rng, "now|timestamp|seconds|moment")
    code = {
        "start": (f"{now} - {now} % {window}", f"{now} // {window} * {window}", f"{now} - gone"),
        "end": (
            f"{now} - {now} % {window} + {window}",
            f"({now} // {window} + 1) * {window}",
            f"{now} - gone + {window}",
        ),
        "left": (f"{window} - {now} % {window}", f"({now} // {window} + 1) * {window} - {now}", f"{window} - gone"),
    }[kind]
    names = {
        "start": "window_start|start_of_window|{0}_window_start",
        "end": "window_end|next_window|{0}_window_end|reset_time",
        "left": "seconds_left|retry_after|{0}_retry_after|wait_seconds",
    }[kind]
    return {
        "name": pick(rng, names).format(noun.one), "now": now, "window": window, "kind": kind,
        "many": noun.many, "one": noun.one, "modulo": code[0], "floor": code[1], "gone": code[2],
        "slip": {"start": f"{now} % {window}", "end": f"{now} + {window}", "left": f"{now} % {window}"}[kind],
        "gives": {"start": f"the second at which the window containing `{now}` began",
                  "end": f"the second at which the window containing `{now}` ends",
                  "left": f"how many seconds are left until the window containing `{now}` ends"}[kind],
    }  # fmt: skip


def check_clock(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was known before the moment was put together: its window and how far into it."""
    window, cases = facts["window"], []
    drawn = (rng.randrange(20, 90), rng.randrange(1, window))
    for turn, gone in ((0, 0), (0, 1), (1, 0), (3, window - 1), (7, 2), (2, window // 2), drawn):
        start = sum([window] * turn)
        answer = {"start": start, "end": start + window, "left": len(range(gone, window))}[facts["kind"]]
        cases.append(([start + gone], answer))
    return python_check(facts["name"], cases)


CLOCK = Template(
    id="window_clock",
    ask=(
        "Our limiter for «many» works with windows of «window» seconds that begin at 0, «window» and so on. Write a "
        "Python function `«name»(«now»)` that returns «gives».",
        "Write `«name»(«now»)` in Python for the limit on «many». Time is cut into windows of «window» seconds, "
        "starting at the multiples of «window»; return «gives», as an integer.",
        "I need `«name»(«now»)` in Python for the «one» limiter. `«now»` is a whole number of seconds, and windows of "
        "«window» seconds begin at every multiple of «window». The result is «gives».",
    ),
    draw=draw_clock,
    shapes=(
        Shape(name="modulo", code="""
            def «name»(«now»):
                return «modulo»
            """, mutants=(("% «window»", "// «window»"), ("- «now» %", "+ «now» %"), ("«modulo»", "«slip»"))),
        Shape(name="floor", code="""
            def «name»(«now»):
                return «floor»
            """, mutants=(("«now» // «window»", "«now» / «window»"), ("«now» // «window»", "«now» % «window»"),
                          ("«floor»", "«slip»"))),
        Shape(name="two_steps", code="""
            def «name»(«now»):
                gone = «now» % «window»
                return «gone»
            """, mutants=(("- gone", "+ gone"), ("«now» % «window»", "«now» // «window»"), ("«gone»", "gone"))),
    ),
    mutants=(("% «window»", "% (2 * «window»)"),),
    verifier=check_clock,
)  # fmt: skip


def draw_plan(rng: Random) -> dict[str, Any]:
    """Draw two plans with their limits, and the limit of everybody else."""
    low, high = pick(rng, "free|basic|starter|trial|hobby"), pick(rng, "pro|team|business|enterprise|premium")
    default, small, big = sorted(rng.sample((5, 10, 20, 30, 50, 60, 100, 120, 200, 300, 500, 600, 1000), 3))
    unit, noun = pick(rng, "second|minute|hour|day"), draw_noun(rng)
    return {
        "name": pick(rng, "limit_for|plan_limit|{0}_limit|get_limit|requests_per_{1}|max_requests").format(noun.one, unit),
        "plan": pick(rng, "plan|plan_name|tier|level"), "low": low, "high": high, "default": default, "small": small,
        "big": big,
        "unit": unit, "many": noun.many, "one": noun.one,
    }  # fmt: skip


def check_plan(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the limit of each plan by name, the least one for other names."""
    others = rng.sample(("gold", "silver", "guest", "student", "partner"), 3)
    cases = [([facts["low"]], facts["small"]), ([facts["high"]], facts["big"])]
    cases += [([name], facts["default"]) for name in (*others, "", facts["low"] + "x")]
    return python_check(facts["name"], cases)


PLAN = Template(
    id="plan_limit",
    ask=(
        "Write a Python function `«name»(«plan»)` that returns how many requests a «unit» a client may send: «small» "
        "for the plan \"«low»\", «big» for \"«high»\", and «default» for any other.",
        "The limit of our «many» API depends on the customer's plan. Implement `«name»(«plan»)` in Python: \"«high»\" "
        "gets «big» requests per «unit», \"«low»\" gets «small», and every other string gets «default».",
        "I need `«name»(«plan»)` in Python. It turns the name of a plan into the number of «one» requests allowed per "
        "«unit». \"«low»\" → «small», \"«high»\" → «big», unknown names → «default».",
    ),
    draw=draw_plan,
    shapes=(
        Shape(name="dict_get", code="""
            def «name»(«plan»):
                return {"«low»": «small», "«high»": «big»}.get(«plan», «default»)
            """, mutants=((", «default»)", ")"), ('"«low»": «small»', '"«low»": «default»'), ('"«high»"',
                          '"«high»s"'))),
        Shape(name="ifs", code="""
            def «name»(«plan»):
                if «plan» == "«low»":
                    return «small»
                if «plan» == "«high»":
                    return «big»
                return «default»
            """, mutants=(("return «default»", "return None"), ('== "«high»"', '!= "«high»"'), ('== "«low»"',
                          '!= "«high»"'))),
        Shape(name="conditional", code="""
            def «name»(«plan»):
                return «small» if «plan» == "«low»" else «big» if «plan» == "«high»" else «default»
            """, mutants=(("else «default»", "else «small»"), ('== "«high»"', '!= "«high»"'), ("«small» if", "«big» if"))),
    ),
    verifier=check_plan,
)  # fmt: skip


HIT_HARNESS = """
def drive(ns, call):
    counts, results = dict(call["counts"]), []
    for client in call["clients"]:
        arguments = {"counts": counts, "client": client}
        results.append(ns[call["entry"]](*(arguments[role] for role in call["order"])))
    return {"results": results, "counts": counts}
"""


def draw_hit(rng: Random) -> dict[str, Any]:
    """Draw the limit and what is said about a number of requests: within it, below it, or over it."""
    noun, kind, most = draw_noun(rng), pick(rng, "at most|less than|more than"), rng.choice((3, 4, 5, 6, 8, 10, 12))
    facts = draw_arguments(rng, counts="counts|hits|used|requests", client="client|user|ip|key")
    sign, near, far = {"at most": ("<=", "<", ">"), "less than": ("<", "<=", ">"), "more than": (">", ">=", "<")}[kind]
    return facts | {
        "name": pick(rng, "count_request|add_request|record_hit|count_{0}_request|register_hit|track_{0}").format(noun.one),
        "many": noun.many, "one": noun.one, "kind": kind, "most": most, "sign": sign, "near": near, "far": far,
    }  # fmt: skip


def check_hit(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what a tally of one stroke a request says."""
    most, cases = facts["most"], []
    ann, bob, cy = rng.sample(FIRST_NAMES, 3)
    calls: tuple[tuple[dict[str, int], list[str]], ...] = (
        ({}, [ann]), ({}, [ann] * (most + 2)), ({bob: most - 1}, [bob, bob, ann]), ({cy: most + 3}, [ann, cy, ann]),
        ({ann: 1}, rng.choices((ann, bob), k=2 * most)),
    )  # fmt: skip
    for start, clients in calls:
        tally = {name: ["|"] * count for name, count in start.items()}
        results = []
        for client in clients:
            strokes = tally.setdefault(client, [])
            strokes.append("|")
            within, under = not strokes[most:], not strokes[most - 1 :]
            results.append({"at most": within, "less than": under, "more than": not within}[facts["kind"]])
        call = {"entry": facts["name"], "order": facts["order"], "counts": start, "clients": clients}
        cases.append((call, {"results": results, "counts": {name: len(strokes) for name, strokes in tally.items()}}))
    return python_check(facts["name"], cases, harness=HIT_HARNESS)


HIT = Template(
    id="count_request",
    ask=(
        "Write a Python function `«name»(«args»)` for our «many» API. It adds 1 to the number of `«client»` in the dict "
        "`«counts»`, from 0 if it isn't there, and returns whether the new number is «kind» «most».",
        "We count requests for «many» in a dict. Implement `«name»(«args»)` in Python: increase `«counts»[«client»]` by "
        "one (a missing key counts as 0) and tell, as a bool, if it is now «kind» «most».",
        "I need `«name»(«args»)` in Python for our «one» limiter. `«counts»` maps each `«client»` to a number of requests; "
        "add this one (new ones start at 0), then return True or False: is the number now «kind» «most»?",
    ),
    draw=draw_hit,
    shapes=(
        Shape(name="get", code="""
            def «name»(«args»):
                «counts»[«client»] = «counts».get(«client», 0) + 1
                return «counts»[«client»] «sign» «most»
            """, mutants=(("«client», 0)", "«client», 1)"), ("«sign» «most»", "«near» «most»"), ("«sign» «most»",
                          "«far» «most»"))),
        Shape(name="missing_key", code="""
            def «name»(«args»):
                if «client» not in «counts»:
                    «counts»[«client»] = 0
                «counts»[«client»] += 1
                return «counts»[«client»] «sign» «most»
            """, mutants=(("] = 0", "] = 1"), ("+= 1", "+= 2"), ("«sign» «most»", "«near» «most»"), ("not in", "in"))),
        Shape(name="variable", code="""
            def «name»(«args»):
                number = «counts».get(«client», 0) + 1
                «counts»[«client»] = number
                return number «sign» «most»
            """, mutants=(("    «counts»[«client»] = number\n", ""), (", 0) + 1", ", 0)"), ("number «sign»",
                          "number «near»"))),
    ),
    verifier=check_hit,
)  # fmt: skip
