"""The small tasks of `fs_retry_backoff`: the list of waits, errors worth another try, the time that is left."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.wording import draw_noun


def draw_waits(rng: Random) -> dict[str, Any]:
    """Draw a series of waits: its start, how it grows, its unit."""
    times, unit = rng.random() < 0.6, pick(rng, "seconds|milliseconds|minutes")
    start = rng.randrange(1, 12) * (50 if unit == "milliseconds" else 1)
    step = rng.choice((2, 3, 4, 5)) if times else rng.randrange(2, 10) * (50 if unit == "milliseconds" else 1)
    formula, grow = (f"{start} * {step} ** i", "*=") if times else (f"{start} + {step} * i", "+=")
    return {
        "name": pick(rng, "retry_delays|wait_times|backoff_delays|list_delays|retry_waits|pauses|waits_of"),
        "count": pick(rng, "retries|count|tries|n|max_retries"), "unit": unit, "start": start, "step": step,
        "times": times, "formula": formula.removeprefix("1 * "), "grow": grow, "sign": grow[0],
        "late": f"{start} * {step} ** (i + 1)" if times else f"{start} + {step} * (i + 1)",
        "flat": f"{start} * {step} * (i + 1)" if times else f"{start} + {step}", "noun": draw_noun(rng).one,
        "growth": f"{'twice' if step == 2 else f'{step} times'} as long as the one before" if times
                  else f"{step} {unit} longer than the one before",
    }  # fmt: skip


def check_waits(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a series in which each wait was made from the last by adding."""
    cases = []
    for count in (1, 2, 3, 5, rng.choice((6, 7, 8))):
        waits = [facts["start"]]
        while len(waits) < count:
            waits.append(sum([waits[-1]] * facts["step"]) if facts["times"] else waits[-1] + facts["step"])
        cases.append(([count], waits))
    return python_check(facts["name"], cases)


WAITS = Template(
    id="list_of_waits",
    ask=(
        "Write a Python function `«name»(«count»)` that returns the list of the waits, in «unit», before each of "
        "`«count»` retries. The first wait is «start» and each next one is «growth».",
        "Requests to our «noun» service are retried. I'd like `«name»(«count»)` in Python, which gives a list with "
        "`«count»` delays: «start» «unit» at first, then always «growth».",
        "We plan all pauses before the first retry. Implement `«name»(«count»)` in Python so that it returns `«count»` "
        "numbers (in «unit») in a list; it starts with «start», and every further pause is «growth».",
        "How long does a client of the «noun» service pause before each new try? Let `«name»(«count»)` in Python list it: "
        "one number for each of `«count»` tries, counted in «unit», «start» for the first, and the others each «growth».",
    ),
    draw=draw_waits,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«count»):
                return [«formula» for i in range(«count»)]
            """, mutants=(("range(«count»)", "range(«count» + 1)"), ("«formula»", "«late»"), ("«formula»", "«flat»"))),
        Shape(name="loop", code="""
            def «name»(«count»):
                delays = []
                delay = «start»
                for _ in range(«count»):
                    delays.append(delay)
                    delay «grow» «step»
                return delays
            """, mutants=(("append(delay)\n        delay «grow» «step»", "append(delay)"),
                          ("        delays.append(delay)\n        delay «grow» «step»",
                           "        delay «grow» «step»\n        delays.append(delay)"),
                          ("range(«count»)", "range(1, «count»)"), ("return delays", "return delay"))),
        Shape(name="last_one", code="""
            def «name»(«count»):
                delays = [«start»]
                while len(delays) < «count»:
                    delays.append(delays[-1] «sign» «step»)
                return delays
            """, mutants=(("< «count»", "<= «count»"), ("delays[-1]", "delays[0]"),
                          ("delays = [«start»]", "delays = [0]"))),
    ),
    verifier=check_waits,
)  # fmt: skip

# None of them is a kind of another.
PASSING = """
TimeoutError ConnectionResetError ConnectionRefusedError ConnectionAbortedError BrokenPipeError InterruptedError
BlockingIOError EOFError
""".split()
LASTING = "ValueError KeyError PermissionError FileNotFoundError TypeError ZeroDivisionError".split()

ERROR_HARNESS = """
import builtins

def drive(ns, call):
    return ns[call["entry"]](getattr(builtins, call["error"])("no"))
"""


def draw_errors(rng: Random) -> dict[str, Any]:
    """Draw which exceptions are worth another try, and which way round the answer is."""
    kinds, negative = rng.sample(PASSING, rng.choice((2, 2, 3))), rng.random() < 0.35
    error = pick(rng, "error|exc|exception|err|problem")
    fatal = "is_fatal|should_give_up|is_permanent|must_fail|is_final"
    return {
        "name": pick(rng, fatal if negative else "is_temporary|is_retryable|should_retry|can_retry|is_transient"),
        "error": error, "kinds": kinds, "negative": negative, "noun": draw_noun(rng).one,
        "shown": in_words(kinds, last="or"), "tuple": f"({', '.join(kinds)})", "head": f"({', '.join(kinds[:-1])},)",
        "tail": f"({', '.join(kinds[1:])},)", "inside": str(not negative), "outside": str(negative),
        "not": "not " if negative else "", "also": "and" if negative else "or", "slip": "or" if negative else "and",
        "checks": (" and " if negative else " or ").join(
            f"{'not ' if negative else ''}isinstance({error}, {kind})" for kind in kinds),
        "short_checks": (" and " if negative else " or ").join(
            f"{'not ' if negative else ''}isinstance({error}, {kind})" for kind in kinds[1:]),
    }  # fmt: skip


def check_errors(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the drawn names, and no others, to be worth it."""
    others = [name for name in (*PASSING, *LASTING) if name not in facts["kinds"]]
    names = [*facts["kinds"], *rng.sample(others, 4), "ValueError", "PermissionError"]
    rng.shuffle(names)
    return python_check(facts["name"], [
        ({"entry": facts["name"], "error": name}, (name in facts["kinds"]) != facts["negative"]) for name in names
    ], harness=ERROR_HARNESS)  # fmt: skip


ERRORS = Template(
    id="kind_of_error",
    ask=(
        "Write a Python function `«name»(«error»)` for an exception of the «noun» client: return «inside» if it is a "
        "«shown», and «outside» for any other exception.",
        "After a failed call to the «noun» service we look at the exception. I need `«name»(«error»)` in Python: "
        "«shown» gives «inside», everything else «outside».",
        "Please implement `«name»(«error»)` in Python. The argument is an exception that was caught; the result is the "
        "bool «inside» when it is an instance of «shown», otherwise «outside».",
        "Should a failed «noun» job run again? In Python, `«name»(«error»)` gets the exception object and looks at its "
        "type. For a «shown» the answer is «inside», for every other exception it is «outside».",
        "Our «noun» calls raise many exceptions, of which some pass by themselves: those that are a «shown». "
        "`«name»(«error»)` in Python returns «inside» for an instance of one of these, and for the others «outside».",
    ),
    draw=draw_errors,
    shapes=(
        Shape(name="tuple", code="""
            def «name»(«error»):
                return «not»isinstance(«error», «tuple»)
            """, mutants=(("«tuple»", "«head»"), ("«tuple»", "«tail»"), ("«tuple»", "Exception"),
                          ("return «not»", "return not «not»"))),
        Shape(name="checks", code="""
            def «name»(«error»):
                return «checks»
            """, mutants=(("«checks»", "«short_checks»"), (" «also» ", " «slip» "), ("return ", "return not "))),
        Shape(name="early_return", code="""
            def «name»(«error»):
                if isinstance(«error», «tuple»):
                    return «inside»
                return «outside»
            """, mutants=(("«tuple»", "«tail»"), ("«tuple»", "OSError"), ("return «outside»", "return None"),
                          ("if isinstance", "if not isinstance"))),
    ),
    verifier=check_errors,
)  # fmt: skip


def draw_budget(rng: Random) -> dict[str, Any]:
    """Draw a limit of time, whether it is included, and which way round the answer is."""
    facts = draw_arguments(rng, elapsed="elapsed|waited|spent|passed", delay="delay|pause|wait|next_delay")
    closed, negative = rng.random() < 0.5, rng.random() < 0.4
    unit = pick(rng, "seconds|milliseconds")
    limit = rng.randrange(10, 130, 5) * (100 if unit == "milliseconds" else 1)
    inside, outside = ("<=", ">") if closed else ("<", ">=")
    sign = outside if negative else inside
    return {
        **facts, "limit": limit, "unit": unit, "closed": closed, "negative": negative, "sign": sign,
        "name": pick(rng, "out_of_time|should_give_up|is_too_late|must_stop" if negative
                     else "can_wait|has_time|may_retry|in_time"),
        "slip": {"<=": "<", "<": "<=", ">": ">=", ">=": ">"}[sign], "back": {"<": ">", ">": "<"}[sign[0]],
        "words": {"<=": "at most", "<": "less than", ">": "more than", ">=": "at least"}[sign],
        "edge": f"exactly {limit} is {'still in time' if closed else 'too late'}", "noun": draw_noun(rng).one,
        "whether": "whether it is too late" if negative else "whether there is time",
    }  # fmt: skip


def check_budget(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the times that a written-out range holds."""
    limit = facts["limit"]
    good = range(limit + 1) if facts["closed"] else range(limit)
    cases = []
    for end in (limit, limit - 1, limit + 1, limit // 2, 2 * limit, limit):
        delay = rng.randrange(1, limit // 2)
        cases.append((arrange(facts, elapsed=end - delay, delay=delay), (end in good) != facts["negative"]))
    return python_check(facts["name"], cases)


BUDGET = Template(
    id="time_for_another_try",
    ask=(
        "Write a Python function `«name»(«args»)` that returns True if `«elapsed»` plus `«delay»`, both in «unit», is "
        "«words» «limit», and False otherwise.",
        "The time limit for calls of the «noun» API is «limit» «unit» («edge»). Write `«name»(«args»)` in Python, which "
        "returns «whether» for another try after `«delay»` «unit» more, when `«elapsed»` have gone by.",
        "I need the Python function `«name»(«args»)` for our retries. It tells with True or False «whether» for another "
        "try: True means that `«elapsed»` and `«delay»` together are «words» «limit» «unit».",
        "A «noun» call has a budget of «limit» «unit»; «edge». Of these `«elapsed»` are used up, and a pause of `«delay»` "
        "would come before the next try. In Python, let `«name»(«args»)` return «whether» for it, as a bool.",
    ),
    draw=draw_budget,
    shapes=(
        Shape(name="comparison", code="""
            def «name»(«args»):
                return «elapsed» + «delay» «sign» «limit»
            """, mutants=((" «sign» ", " «slip» "), (" «sign» ", " «back» "), (" + «delay»", ""), (" + ", " - "))),
        Shape(name="rest", code="""
            def «name»(«args»):
                left = «limit» - «elapsed»
                return «delay» «sign» left
            """, mutants=((" «sign» ", " «slip» "), (" «sign» ", " «back» "), (" - «elapsed»", ""))),
        Shape(name="branch", code="""
            def «name»(«args»):
                if «elapsed» + «delay» «sign» «limit»:
                    return True
                return False
            """, mutants=((" «sign» ", " «slip» "), ("return True", "return «delay»"), ("«elapsed» + ", ""))),
    ),
    verifier=check_budget,
)  # fmt: skip
