"""Logging pairs about failures: with their traceback, at a level that wakes someone, with the request they belong to."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, draw_noun, draw_nouns

# A logger whose records are kept; a fault is put into what the function calls.
RECORDS = """
import builtins, logging

def drive(ns, call):
    kept = []
    class Keep(logging.Handler):
        def emit(self, record):
            kept.append(record)
    log = logging.Logger("work", level=logging.DEBUG)
    log.addHandler(Keep())
    def work(value):
        if call["fault"]:
            raise getattr(builtins, call["fault"])("put in")
        return value
    result = ns[call["entry"]](log, work, *call["args"])
    text = logging.Formatter("%(levelname)s %(message)s")
    errors = [one for one in kept if one.levelno >= logging.WARNING]
    return {
        "result": result, "problems": len(errors), "said": any(call["words"] in text.format(one) for one in kept),
        "trace": any("Traceback" in text.format(one) and call["fault"] in text.format(one) for one in kept),
        "every": bool(kept) and all(str(call["mark"]) in one.getMessage() for one in kept), "records": len(kept),
    }[call["look"]]
"""


def draw_trace(rng: Random) -> dict[str, Any]:
    """Draw work that may fail."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"try_{noun.one}|process_{noun.one}|send_{noun.one}|handle_{noun.one}|run_{noun.one}"),
        "one": noun.one, "many": noun.many, "work": pick(rng, "work|send|action|task|step"),
        "words": f"{noun.one} {pick(rng, 'failed|lost|not sent|rejected')}", "log": pick(rng, "log|logger"),
        "other": pick(rng, "False|None|-1|''"), "error": pick(rng, "error|problem|failure|exc"),
    }  # fmt: skip


def check_trace(facts: Facts, rng: Random) -> dict[str, Any]:
    """Run work that succeeds and work that fails: the result, the message, the traceback."""
    value, other = rng.choice(FIRST_NAMES), {"False": False, "None": None, "-1": -1, "''": ""}[facts["other"]]
    fault = pick(rng, "ValueError|OSError|KeyError|RuntimeError")
    call = {"entry": facts["name"], "args": [value], "fault": "", "words": facts["words"], "mark": "", "look": "result"}
    failed = call | {"fault": fault}
    return {
        "works": python_check(
            facts["name"],
            [(call, value), (call | {"look": "records"}, 0), (failed, other), (failed | {"look": "said"}, True)],
            harness=RECORDS,
        ),
        "traceback": python_check(facts["name"], [(failed | {"look": "trace"}, True)], harness=RECORDS),
    }


TRACE = Template(
    id="traceback",
    ask=(
        "Write a Python function `«name»(«log», «work», «one»)` that returns `«work»(«one»)`. If that raises, log \"«words»\" as an error on `«log»`, so that a developer can find the cause, and return «other».",
        "Some «many» make `«work»` fail, and from the log we want to see where. In Python: `«name»(«log», «work», «one»)` gives what `«work»(«one»)` returns; an exception is logged as \"«words»\" at error level and the result is «other».",
        "Please implement `«name»(«log», «work», «one»)` in Python: call `«work»` with the «one» and return its result. When an exception comes, write \"«words»\" (level ERROR, with everything one needs to debug it) and return «other».",
    ),
    draw=draw_trace,
    shapes=(
        Shape(name="exception", code="""
            def «name»(«log», «work», «one»):
                try:
                    return «work»(«one»)
                except Exception:
                    «log».exception("«words»")
                    return «other»
            """, mutants=(("«log».exception(", "«log».error("),
                          ("except Exception:\n        «log».exception(\"«words»\")",
                           "except Exception as «error»:\n        «log».error(f\"«words»: {«error»}\")"),
                          ("except Exception:\n        «log».exception(\"«words»\")", "except Exception as «error»:\n        «log».error(\"«words»: %s (%s)\", «error», type(«error»).__name__)"))),
        Shape(name="exc_info", code="""
            def «name»(«log», «work», «one»):
                result = «other»
                try:
                    result = «work»(«one»)
                except Exception as «error»:
                    «log».error("«words»: %s", «error», exc_info=True)
                return result
            """, mutants=((", exc_info=True", ""), ("exc_info=True", "exc_info=False"),
                          (", exc_info=True", ', extra={"cause": str(«error»)}'))),
    ),
    verifier=check_trace,
)  # fmt: skip


def draw_level(rng: Random) -> dict[str, Any]:
    """Draw a step that falls back when it fails."""
    noun, other = draw_nouns(rng, 2)
    return {
        "name": pick(rng, f"{noun.one}_or_default|read_{noun.one}|current_{noun.one}|{noun.one}_for_{other.one}|find_{noun.one}"),
        "one": noun.one, "other": other.one, "work": pick(rng, "load|fetch|lookup|read"),
        "log": pick(rng, "log|logger"), "words": f"{noun.one} {pick(rng, 'missing|unavailable|not loaded|replaced')}",
        "default": pick(rng, "default|fallback|standard|spare"),
        "fine": f"{noun.one} {pick(rng, 'loaded|found|there|read')}",
    }  # fmt: skip


def check_level(facts: Facts, rng: Random) -> dict[str, Any]:
    """Load something and fail to: the results and texts, then which of both would raise an alarm."""
    key, default = rng.sample(FIRST_NAMES, 2)
    call = {
        "entry": facts["name"],
        "args": [key, default],
        "fault": "",
        "words": facts["fine"],
        "mark": "",
        "look": "result",
    }
    failed = call | {"fault": pick(rng, "OSError|TimeoutError|ConnectionError"), "words": facts["words"]}
    return {
        "works": python_check(
            facts["name"],
            [(call, key), (call | {"look": "said"}, True), (failed, default), (failed | {"look": "said"}, True)],
            harness=RECORDS,
        ),
        "alarm_for_failure_only": python_check(
            facts["name"], [(failed | {"look": "problems"}, 1), (call | {"look": "problems"}, 0)], harness=RECORDS
        ),
    }


LEVEL = Template(
    id="level_of_failure",
    ask=(
        "Write a Python function `«name»(«log», «work», «other», «default»)`: it returns `«work»(«other»)` and logs \"«fine»\", or, when that raises OSError, logs \"«words»\" and returns `«default»`. Choose the levels: our alarms count records from WARNING on.",
        "Which log levels fit here? In Python, `«name»(«log», «work», «other», «default»)` calls `«work»(«other»)`. Success: \"«fine»\", return the result. OSError: \"«words»\", return `«default»`. Whoever is on call is told of each failure, by records of WARNING or above, and of nothing else.",
        "The «one» of each «other» is loaded by `«work»`. Please write `«name»(«log», «work», «other», «default»)` in Python; it returns `«work»(«other»)` after logging \"«fine»\"; on an OSError it logs \"«words»\" once and returns `«default»`. Failures must stand out in the log by their level.",
    ),
    draw=draw_level,
    shapes=(
        Shape(name="warning", code="""
            def «name»(«log», «work», «other», «default»):
                try:
                    result = «work»(«other»)
                except OSError:
                    «log».warning("«words»", exc_info=True)
                    return «default»
                «log».info("«fine»")
                return result
            """, mutants=(('«log».warning("«words»", exc_info=True)', '«log».info("«words»", exc_info=True)'),
                          ('«log».warning("«words»", exc_info=True)',
                           '«log».debug("«words» for %s, the default is used", «other»)'),
                          ('«log».info("«fine»")', '«log».warning("«fine»")'))),
        Shape(name="else", code="""
            def «name»(«log», «work», «other», «default»):
                try:
                    found = «work»(«other»)
                except OSError as error:
                    «log».error("«words»: %s", error)
                    found = «default»
                else:
                    «log».debug("«fine» for %s", «other»)
                return found
            """, mutants=(('«log».error("«words»: %s", error)', '«log».info("«words»: %s", error)'),
                          ('«log».debug("«fine» for', '«log».error("«fine» for'),
                          ('«log».error("«words»: %s", error)',
                           '«log».info("«words» for %s because of %s", «other», error)'))),
    ),
    verifier=check_level,
)  # fmt: skip


def draw_request(rng: Random) -> dict[str, Any]:
    """Draw work in two steps that belongs to a request."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"serve_{noun.one}|answer_{noun.one}|handle_{noun.one}|process_{noun.one}|do_{noun.one}"),
        "one": noun.one, "work": pick(rng, "work|step|action|compute"),
        "log": pick(rng, "log|logger"), "mark": pick(rng, "request_id|trace_id|job_id|correlation_id|call_id"),
        "start": f"{noun.one} {pick(rng, 'started|begins|accepted')}",
        "end": f"{noun.one} {pick(rng, 'done|finished|served')}",
    }  # fmt: skip


def check_request(facts: Facts, rng: Random) -> dict[str, Any]:
    """Serve one request: its result and two records; then the id in each of them."""
    value, mark = rng.choice(FIRST_NAMES), f"r{rng.randrange(10_000, 99_999)}"
    call = {
        "entry": facts["name"],
        "args": [value, mark],
        "fault": "",
        "words": facts["start"],
        "mark": mark,
        "look": "result",
    }
    return {
        "works": python_check(
            facts["name"],
            [
                (call, value),
                (call | {"look": "records"}, 2),
                (call | {"look": "said"}, True),
                (call | {"look": "said", "words": facts["end"]}, True),
            ],
            harness=RECORDS,
        ),
        "request_id_in_every_line": python_check(facts["name"], [(call | {"look": "every"}, True)], harness=RECORDS),
    }


REQUEST = Template(
    id="request_id",
    ask=(
        "Write a Python function `«name»(«log», «work», «one», «mark»)`: it logs \"«start»\", calls `«work»(«one»)`, logs \"«end»\" (both at info level, two lines in all) and returns the result. Lines of many requests mix in the log; `«mark»` tells them apart in the message.",
        "Many threads share our log. In Python, `«name»(«log», «work», «one», «mark»)` should return `«work»(«one»)`, with an info line \"«start»\" before it and one \"«end»\" after it, so that one can grep all lines of a request by its «mark».",
        "Please write `«name»(«log», «work», «one», «mark»)` with Python's logging. Order: info \"«start»\", `«work»(«one»)`, info \"«end»\"; return what the call gave. Searching the messages for a `«mark»` must show the whole life of that «one».",
    ),
    draw=draw_request,
    shapes=(
        Shape(name="arguments", code="""
            def «name»(«log», «work», «one», «mark»):
                «log».info("«start» [%s]", «mark»)
                result = «work»(«one»)
                «log».info("«end» [%s]", «mark»)
                return result
            """, mutants=(('"«end» [%s]", «mark»)', '"«end»")'), ('"«start» [%s]", «mark»)', '"«start»")'),
                          ('"«end» [%s]", «mark»)', '"«end» with the result %r", result)'))),
        Shape(name="adapter", code="""
            import logging


            class Tagged(logging.LoggerAdapter):
                def process(self, msg, kwargs):
                    return f"{self.extra['«mark»']} {msg}", kwargs


            def «name»(«log», «work», «one», «mark»):
                tagged = Tagged(«log», {"«mark»": «mark»})
                tagged.info("«start»")
                result = «work»(«one»)
                tagged.info("«end»")
                return result
            """, mutants=(('tagged.info("«end»")', '«log».info("«end»")'),
                          ('tagged = Tagged(«log», {"«mark»": «mark»})',
                           'tagged = logging.LoggerAdapter(«log», {"«mark»": «mark»})'))),
        Shape(name="helper", code="""
            def «name»(«log», «work», «one», «mark»):
                def say(text):
                    «log».info("%s: %s", «mark», text)

                say("«start»")
                result = «work»(«one»)
                say("«end»")
                return result
            """, mutants=(('say("«end»")', '«log».info("«end»")'),
                          ('«log».info("%s: %s", «mark», text)', '«log».info("%s: %s", «one», text)'))),
    ),
    verifier=check_request,
)  # fmt: skip
