"""Category `fs_error_responses`: a status for an exception, problem details around a handler, errors by field."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.error_fields import FIELDS
from burnish.generate.error_problems import PROBLEM
from burnish.generate.wording import draw_noun

# The argument is an exception, made of the name of its class; `Odd<ValueError` is a new class below ValueError.
RAISED = """
import builtins

def drive(ns, call):
    name, _, parent = call["error"].partition("<")
    kind = type(name, (getattr(builtins, parent),), {}) if parent else getattr(builtins, name)
    return ns[call["entry"]](kind("secret"))
"""
# What an exception means to a client: statuses, codes, and classes below it that Python has.
MEANINGS = {
    "ValueError": ((400, 422), "invalid|bad_value|validation_failed", ("UnicodeError",)),
    "LookupError": ((404,), "not_found|unknown|missing", ("KeyError", "IndexError")),
    "PermissionError": ((403,), "forbidden|denied|not_allowed", ()),
    "FileNotFoundError": ((404, 410), "no_file|file_gone|not_stored", ()),
    "FileExistsError": ((409,), "exists|duplicate|conflict", ()),
    "TimeoutError": ((504, 408), "timeout|too_slow", ()),
    "NotImplementedError": ((501,), "not_implemented|unsupported", ()),
    "ConnectionError": ((502, 503), "upstream|unavailable|bad_gateway", ("ConnectionResetError", "BrokenPipeError")),
    "ArithmeticError": ((422, 400), "bad_number|arithmetic", ("ZeroDivisionError", "OverflowError")),
    "AssertionError": ((409, 412), "precondition|bad_state", ()),
    "BlockingIOError": ((423, 429), "locked|busy", ()),
}  # fmt: skip
OTHERS = ("RuntimeError", "OSError", "Exception", "Odd<Exception", "StopIteration", "AttributeError")


def draw_status(rng: Random) -> dict[str, Any]:
    """Draw which exceptions have a status of their own, and whether a code comes with it."""
    noun, coded, kinds = draw_noun(rng), rng.random() < 0.4, rng.sample(sorted(MEANINGS), rng.choice((2, 3, 3)))
    error, rest, rest_code = (
        pick(rng, "error|exc|exception|err|failure"),
        rng.choice((500, 500, 500, 503)),
        pick(rng, "internal|server_error|unexpected"),
    )
    rules = [(kind, rng.choice(MEANINGS[kind][0]), pick(rng, MEANINGS[kind][1])) for kind in kinds]
    results = {kind: f'({status}, "{code}")' if coded else str(status) for kind, status, code in rules}
    default = f'({rest}, "{rest_code}")' if coded else str(rest)
    bare = {kind: text.strip("()") for kind, text in results.items()}
    verbs = "status_of|status_for|error_status|http_status|to_status|{0}_error_status|response_code"
    return {
        "name": pick(rng, verbs).format(noun.one), "error": error, "coded": coded, "many": noun.many, "results": results,
        "default": default, "rules": [list(rule) for rule in rules], "rest": [rest, rest_code],
        "ifs": "\n    ".join(f"if isinstance({error}, {kind}):\n        return {text}" for kind, text in bare.items()),
        "cases": "\n        ".join(f"case {kind}():\n            return {text}" for kind, text in bare.items()),
        "table": ", ".join(f"{kind}: {text}" for kind, text in results.items()), "bare_default": default.strip("()"),
        "first": kinds[0], "first_result": results[kinds[0]].strip("()"), "last_result": results[kinds[-1]].strip("()"),
        "words": ", ".join(f"`{text}` for {kind}" for kind, text in results.items()),
        "pairs": "; ".join(f"{kind} gives `{text}`" for kind, text in results.items()),
        "kind_of": "the pair of HTTP status and error code" if coded else "the HTTP status",
    }  # fmt: skip


def check_status(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what a table of classes and their descendants says."""
    coded, cases = facts["coded"], []
    for kind, status, code in facts["rules"]:
        below = [name for name in MEANINGS[kind][2]]
        cases += [(name, [status, code]) for name in (kind, *below, f"Odd<{kind}")]
    cases += [(name, facts["rest"]) for name in OTHERS]
    rng.shuffle(cases)
    calls = [({"entry": facts["name"], "error": name}, result if coded else result[0]) for name, result in cases]
    return python_check(facts["name"], calls, harness=RAISED)


STATUS = Template(
    id="status_of_exception",
    ask=(
        "Write a Python function `«name»(«error»)` that returns «kind_of» for an exception: «words», and `«default»` for "
        "anything else. Subclasses count as their base class.",
        "Exceptions from our «many» API become responses. Implement `«name»(«error»)` in Python, which maps an exception to "
        "«kind_of». «pairs»; all others give `«default»`. An instance of a subclass is treated like one of its base class.",
        "I need `«name»(«error»)` in Python for the error handler of the «many» service: given an exception, return "
        "`«default»` unless it is one of these or derived from one: «pairs». Each value is «kind_of».",
        "What does a client see when a «many» handler raises? `«name»(«error»)` in Python should say it: «words»; "
        "inheritance matters, so a subclass is treated like its parent. For unexpected exceptions return `«default»`.",
    ),
    draw=draw_status,
    shapes=(
        Shape(name="isinstance", code="""
            def «name»(«error»):
                «ifs»
                return «bare_default»
            """, mutants=(("isinstance(«error», «first»)", "type(«error») is «first»"),
                          ("return «bare_default»", "return None"))),
        Shape(name="table", code="""
            STATUSES = {«table»}

            def «name»(«error»):
                for kind, status in STATUSES.items():
                    if isinstance(«error», kind):
                        return status
                return «bare_default»
            """, mutants=(("return status", "return kind"), ("if isinstance(«error», kind)", "if type(«error») is kind"),
                          ("    return «bare_default»", "        return «bare_default»"))),
        Shape(name="match", code="""
            def «name»(«error»):
                match «error»:
                    «cases»
                    case _:
                        return «bare_default»
            """, mutants=(("case «first»():", "case Exception():"), ("return «bare_default»", "raise «error»"))),
    ),
    mutants=(("«first_result»", "«last_result»"), ("«first»", "Exception"), ("return «bare_default»", "return «first_result»"),
             ("«first»", "RuntimeError")),
    verifier=check_status,
)  # fmt: skip

CATEGORY = Category(name="fs_error_responses", family="http_backend", templates=(STATUS, PROBLEM, FIELDS))
