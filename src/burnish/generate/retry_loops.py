"""Two templates of `fs_retry_backoff`: calling again after an error, and a breaker that stops calling."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.timelines import CLOCK, TIMELINE, write_timeline
from burnish.generate.wording import COLORS, draw_noun

# The script says what each try does: the name of an exception, or a list that holds its result.
CALL_HARNESS = """
import asyncio, builtins, inspect

def drive(ns, call):
    script, naps, tries = list(call["script"]), [], []

    def attempt():
        tries.append(1)
        if len(tries) > len(script):
            raise RuntimeError("too many tries")
        if isinstance(script[len(tries) - 1], str):
            raise getattr(builtins, script[len(tries) - 1])("try %d" % len(tries))
        return script[len(tries) - 1][0]

    async def attempt_async():
        return attempt()

    async def nap_async(seconds):
        naps.append(seconds)

    given = {"action": attempt_async, "sleep": nap_async} if call["async"] else {"action": attempt,
                                                                                 "sleep": naps.append}
    given["tries"] = call["tries"]

    async def wait(value):
        return await value

    try:
        result = ns[call["entry"]](*[given[role] for role in call["order"]])
        if call["async"]:
            result = asyncio.run(wait(result))
    except Exception as error:
        result = [type(error).__name__, str(error)]
    return {"result": result, "tries": len(tries), "naps": naps}
"""


def draw_call(rng: Random) -> dict[str, Any]:
    """Draw a retry loop: the error, the pauses, and whether it awaits."""
    noun, awaits, growth = draw_noun(rng), rng.random() < 0.45, pick(rng, "same|linear|double")
    facts = draw_arguments(rng, action="action|func|call|send|operation|request|fetch",
                           tries="tries|attempts|limit|times|max_tries",
                           sleep="sleep|wait|pause|delay")  # fmt: skip
    base = rng.choice((1, 2, 3, 5, 0.5, 10))
    kinds = rng.choice((["ConnectionError"], ["TimeoutError"], ["OSError"], ["ConnectionError", "TimeoutError"]))
    by = {"same": f"{base}", "linear": f"{base} * {{0}}", "double": f"{base} * 2 ** ({{0}} - 1)"}[growth]
    wait = "await " if awaits else ""
    return {
        **facts,
        "name": pick(rng, "retry|call_with_retry|with_retries|try_repeatedly|run_with_retry|keep_trying|retry_call"),
        "many": noun.many, "awaits": awaits, "kinds": kinds, "base": base, "growth": growth,
        "define": "async def" if awaits else "def",
        "wait": wait, "caught": kinds[0] if len(kinds) == 1 else f"({', '.join(kinds)})",
        "caught_words": " or ".join(kinds),
        "run": f"{wait}{facts['action']}()", "by_attempt": by.format("attempt"), "by_failures": by.format("failures"),
        "by_number": {"same": f"{base}", "linear": f"{base} * (number + 1)", "double": f"{base} * 2 ** number"}[growth],
        "wrong": {"same": f"{base} + 1", "linear": f"{base}", "double": f"{base} * 2"}[growth],
        "pauses": f"{base} seconds " + {
            "same": "before each further try",
            "double": f"after the first failure, then twice as long each time ({2 * base}, {4 * base}, ...)",
            "linear": f"after the first failure, {2 * base} after the second, {3 * base} after the third and so on",
        }[growth],
        "kind_words": "async function" if awaits else "function",
        "awaited": f" Both `{facts['action']}` and `{facts['sleep']}` are coroutine functions to be awaited." * awaits,
    }  # fmt: skip


def check_call(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what the script says, read from its start to the first result, foreign error or last try."""
    caught, base = facts["kinds"], facts["base"]
    broken = caught[-1] if caught != ["OSError"] else "ConnectionError"
    foreign = "ValueError" if caught != ["ConnectionError"] else rng.choice(("ValueError", "TimeoutError"))
    scripts = [([["x"]], 1), ([caught[0]], 1), ([caught[0], broken, [rng.choice(COLORS)]], 3), ([broken] * 4, 4),
               ([foreign, [1]], 3),
               ([broken, foreign, [2]], 5), ([broken, broken, broken, broken, [None]], 6), ([caught[0], [0]], 2),
               ([broken, [False], [9]], 4),
               ([broken, broken, [3]], 2)]  # fmt: skip
    cases = []
    for script, tries in scripts:
        made: list[Any] = []
        naps: list[float] = []
        for step in script[:tries]:
            if made:
                naps.append(
                    {"same": base, "linear": base + (naps or [0])[-1], "double": 2 * (naps or [base / 2])[-1]}[
                        facts["growth"]
                    ]
                )
            made.append(step)
            if step not in (broken, *caught):
                break
        result = made[-1][0] if isinstance(made[-1], list) else [made[-1], f"try {len(made)}"]
        call = {
            "entry": facts["name"],
            "order": facts["order"],
            "script": script,
            "tries": tries,
            "async": facts["awaits"],
        }
        cases.append((call, {"result": result, "tries": len(made), "naps": naps}))
    return python_check(facts["name"], cases, harness=CALL_HARNESS)


CALL = Template(
    id="retry_call",
    ask=(
        "Write a Python «kind_words» `«name»(«args»)` that returns the result of `«action»()`. If it raises "
        "«caught_words», try again, up to `«tries»` calls in all; between them call `«sleep»(seconds)`: «pauses». "
        "When the last try fails too, let its exception through. Other exceptions aren't caught.«awaited»",
        "Calls to the «many» service fail now and then. I'd like a Python «kind_words» `«name»(«args»)` which calls "
        "`«action»()` at most `«tries»` times until it succeeds and returns what it gave. Only «caught_words» means "
        "another try; the last one is raised. Wait with `«sleep»`, «pauses», but not after the last try.«awaited»",
        "Please implement `«name»(«args»)`, a Python «kind_words». `«tries»` (at least 1) limits the number of calls "
        "of `«action»()`. On «caught_words» it waits by calling `«sleep»` with the seconds and tries again: «pauses». "
        "It doesn't wait once the tries are used up but re-raises the last error. Anything else that is raised passes "
        "straight through.«awaited»",
    ),
    draw=draw_call,
    shapes=(
        Shape(name="for", code="""
            «define» «name»(«args»):
                for attempt in range(1, «tries» + 1):
                    try:
                        return «run»
                    except «caught»:
                        if attempt == «tries»:
                            raise
                        «wait»«sleep»(«by_attempt»)
            """, mutants=(("range(1, «tries» + 1)", "range(1, «tries»)"),
                          ("if attempt == «tries»", "if attempt > «tries»"), ("(«by_attempt»)", "(«wrong»)"))),
        Shape(name="while", code="""
            «define» «name»(«args»):
                failures = 0
                while True:
                    try:
                        return «run»
                    except «caught»:
                        failures += 1
                        if failures >= «tries»:
                            raise
                        «wait»«sleep»(«by_failures»)
            """, mutants=((">= «tries»", "> «tries»"), ("failures = 0", "failures = 1"),
                          ("(«by_failures»)", "(«wrong»)"))),
        Shape(name="last_outside", code="""
            «define» «name»(«args»):
                for number in range(«tries» - 1):
                    try:
                        return «run»
                    except «caught»:
                        «wait»«sleep»(«by_number»)
                return «run»
            """, mutants=(("range(«tries» - 1)", "range(«tries»)"), ("(«by_number»)", "(«wrong»)"),
                          ("\n    return «run»", "\n    return None"))),
    ),
    mutants=(("except «caught»", "except Exception"), ("except «caught»", "except KeyError"),
             ("raise\n", "return None\n"),
             ("«wait»«sleep»(", "«wait»«sleep»(1 + ")),
    verifier=check_call,
)  # fmt: skip


def draw_breaker(rng: Random) -> dict[str, Any]:
    """Draw a breaker: the names of its methods and the end of its pause."""
    facts = draw_arguments(
        rng,
        limit="limit|threshold|max_failures|most",
        pause="pause|cooldown|reset_after|seconds",
        clock="clock|now|time",
    )
    ready, failed, fine = rng.choice((
        ("allow", "failed", "succeeded"), ("is_open", "fail", "succeed"),
        ("can_call", "record_failure", "record_success"),
        ("ready", "on_error", "on_success"), ("available", "failure", "success"), ("blocked", "add_failure", "reset"),
        ("may_call", "note_failure", "note_success"), ("usable", "broke", "worked"),
    ))  # fmt: skip
    negative, closed = ready in ("is_open", "blocked"), rng.random() < 0.5
    waited = ("<" if closed else "<=") if negative else (">=" if closed else ">")
    return {
        **facts, "name": pick(rng, "CircuitBreaker|Breaker|CallGuard|FailureGate|ServiceGuard|Fuse|OutageGuard|CallSwitch"),
        "ready": ready,
        "failed": failed,
        "fine": fine, "negative": negative, "closed": closed, "noun": draw_noun(rng).one,
        "times": ("enough and" if negative else "not enough or")
        + f" self.{facts['clock']}() - self.failures[-1] {waited} self.{facts['pause']}",
        "few": ">=" if negative else "<", "join": "and" if negative else "or",
        "waited": waited,
        "slip_waited": ("<=" if closed else "<") if negative else (">" if closed else ">="),
        "slip_few": ">" if negative else "<=", "swap": "or" if negative else "and",
        "meaning": "False normally and True while the circuit is open, that is while calls must be left out" if negative
        else "True normally and False while the circuit is open, that is while calls must be left out",
        "until": f"until `{facts['pause']}` seconds have passed since the latest failure" if closed
        else f"until more than `{facts['pause']}` seconds have passed since the latest failure",
    }  # fmt: skip


def check_breaker(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what looking back from each question finds: failures in a row, and the time since the last."""
    ready, failed, fine = facts["ready"], facts["failed"], facts["fine"]
    cases: list[tuple[Any, Any]] = []
    for limit, pause in ((1, 10), (2, 30), (3, rng.randrange(5, 60)), (3, 20), (rng.randrange(2, 5), 7)):
        steps: list[list[Any]] = [
            [0, ready],
            *([[1, failed], [0, ready]] * limit),
            [pause - 1, ready],
            [1, ready],
            [1, ready],
            [1, failed],
            [0, ready],
        ]
        if len(cases) % 2:
            steps += [
                [pause + 2, ready],
                [0, fine],
                *([[1, failed]] * (limit - 1)),
                [0, ready],
                [2, failed],
                [pause - 2, failed],
                [3, ready],
            ]
        else:
            steps += [
                [1, fine],
                [0, ready],
                *([[2, failed]] * (limit - 1)),
                [0, fine],
                [1, failed],
                [0, ready],
                [pause, ready],
            ]
        values = {"limit": limit, "pause": pause, "clock": CLOCK}
        call = write_timeline(facts, new=[values[role] for role in facts["order"]], steps=steps, shown=[ready])
        cases.append((call, look_back(facts, steps, limit, pause)))
    return python_check(facts["name"], cases, harness=TIMELINE)


def look_back(facts: Facts, steps: list[list[Any]], limit: int, pause: int) -> list[bool]:
    """Return the answer to each question of `steps`."""
    times = [sum(step[0] for step in steps[: number + 1]) for number in range(len(steps))]
    answers = []
    for number, step in enumerate(steps):
        if step[1] != facts["ready"]:
            continue
        before = [(times[i], steps[i][1]) for i in range(number)]
        last_fine = max((i for i, (_, name) in enumerate(before) if name == facts["fine"]), default=-1)
        failures = [when for when, name in before[last_fine + 1 :] if name == facts["failed"]]
        waited = times[number] - failures[-1] if failures else 0
        is_open = len(failures) >= limit and (waited < pause or (waited == pause and not facts["closed"]))
        answers.append(is_open == facts["negative"])
    return answers


BREAKER = Template(
    id="circuit_breaker",
    ask=(
        "Write a Python class `«name»(«args»)`, a circuit breaker for our «noun» service; `«clock»()` returns the "
        "time in seconds. `«failed»()` reports a failed call, `«fine»()` a good one. After `«limit»` failures in a "
        "row the circuit is open «until». A good call sets the count of failures back to 0, a failure after the pause "
        "opens the circuit again at once. `«ready»()` is «meaning».",
        "We want to stop calling the «noun» service while it is down. Implement the circuit breaker `«name»` in "
        "Python, constructed as `«name»(«args»)`, with methods `«failed»()`, `«fine»()` and `«ready»()`. `«fine»()` "
        "forgets all failures. Once `«limit»` or more failures have been reported since then, the circuit is open "
        "«until»; so each new failure starts the pause again. `«ready»()` is «meaning». Time comes from calling "
        "`«clock»`.",
        "Please write `«name»` in Python, with the constructor arguments `«args»`. It guards the calls of our «noun» "
        "API and counts calls of `«failed»()`; `«fine»()` resets the count to zero. While the count is at least "
        "`«limit»`, the circuit is open «until» (`«clock»()` gives seconds). `«ready»()` returns a bool: «meaning». "
        "Neither the pause nor `«ready»` changes the count.",
        "When the «noun» service fails we leave it alone for a while. In Python: a class `«name»`, built as "
        "`«name»(«args»)`. Each failed call is told by `«failed»()`, which adds one to a count, each good one by "
        "`«fine»()`, which sets the count to 0; waiting doesn't lower it. A count of `«limit»` or more means that the "
        "circuit is open «until». `«ready»()` is «meaning», and `«clock»()` returns seconds.",
        "`«name»(«args»)` in Python shall stop useless calls of a «noun» API. It knows how many failures there were since "
        "the last success, since both are reported, by `«failed»()` and `«fine»()`. From `«limit»` failures on, the circuit "
        "is open «until»; `«clock»()` tells the time in seconds. A success forgets the failures, the end of the pause "
        "doesn't. One asks by `«ready»()`: it is «meaning».",
    ),
    draw=draw_breaker,
    shapes=(
        Shape(name="count", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«limit», self.«pause», self.«clock» = «limit», «pause», «clock»
                    self.count, self.last = 0, 0

                def «failed»(self):
                    self.count += 1
                    self.last = self.«clock»()

                def «fine»(self):
                    self.count = 0

                def «ready»(self):
                    waited = self.«clock»() - self.last
                    return self.count «few» self.«limit» «join» waited «waited» self.«pause»
            """, mutants=(("self.count «few»", "self.count «slip_few»"), (" «join» waited", " «swap» waited"),
                          ("self.last = self.«clock»()", "self.last = self.last or self.«clock»()"),
                          ("self.count = 0\n", "self.count -= 1\n"))),
        Shape(name="times", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«limit», self.«pause», self.«clock» = «limit», «pause», «clock»
                    self.failures = []

                def «failed»(self):
                    self.failures.append(self.«clock»())

                def «fine»(self):
                    self.failures.clear()

                def «ready»(self):
                    enough = len(self.failures) >= self.«limit»
                    return «times»
            """, mutants=((">= self.«limit»", "> self.«limit»"), ("self.failures.clear()", "self.failures.pop()"),
                          ("self.failures[-1]", "self.failures[0]"))),
        Shape(name="until", code="""
            class «name»:
                def __init__(self, «args»):
                    self.«limit», self.«pause», self.«clock» = «limit», «pause», «clock»
                    self.«fine»()

                def «failed»(self):
                    self.count += 1
                    if self.count >= self.«limit»:
                        self.until = self.«clock»() + self.«pause»

                def «fine»(self):
                    self.count, self.until = 0, 0

                def «ready»(self):
                    return self.«clock»() «waited» self.until
            """, mutants=((">= self.«limit»", "== self.«limit»"), (">= self.«limit»", "> self.«limit»"),
                          ("self.count, self.until = 0, 0", "self.count = self.until = 1"))),
    ),
    mutants=(("«waited» self.", "«slip_waited» self."),),
    verifier=check_breaker,
)  # fmt: skip
