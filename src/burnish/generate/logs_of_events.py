"""Logging pairs about what is written: no secrets, one line an event, no work for records that nobody reads."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, draw_noun

# A logger whose lines are kept; what a call looks at is in "look".
LINES = """
import logging

def drive(ns, call):
    lines = []
    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))
    log = logging.Logger("events", level=logging.DEBUG)
    log.addHandler(Keep())
    result = ns[call["entry"]](log, *call["args"])
    text = "\\n".join(lines)
    return {
        "result": result, "said": all(part in text for part in call["parts"]) and bool(lines),
        "hidden": not any(part in text for part in call["secrets"]), "lines": len(text.splitlines()),
    }[call["look"]]
"""


def draw_secret(rng: Random) -> dict[str, Any]:
    """Draw a request that carries a secret."""
    noun = draw_noun(rng)
    secret = pick(rng, "password|token|card_number|api_key|session|pin")
    return {
        "name": pick(rng, f"log_{noun.one}|note_{noun.one}|record_{noun.one}_request|{noun.one}_received|trace_{noun.one}"),
        "one": noun.one, "data": pick(rng, "data|payload|form|fields|request"),
        "secret": secret, "user": pick(rng, "user|email|account|customer|login"),
        "words": f"{noun.one} {pick(rng, 'received|requested|submitted|sent')}", "log": pick(rng, "log|logger"),
    }  # fmt: skip


def check_secret(facts: Facts, rng: Random) -> dict[str, Any]:
    """Log one request: who it was must be there, the secret must not, nor be lost in the caller's dict."""
    who, secret = f"{rng.choice(FIRST_NAMES)}{rng.randrange(100, 999)}", f"s3cret-{rng.randrange(10_000, 99_999)}"
    args = [{facts["user"]: who, facts["secret"]: secret, "amount": rng.randrange(1_000, 9_999)}]
    call = {"entry": facts["name"], "args": args, "parts": [who, facts["words"]], "secrets": [secret], "look": "said"}
    return {
        "works": python_check(facts["name"], [(call, True), (call | {"look": "result"}, None)], harness=LINES),
        "secret_in_log": python_check(facts["name"], [(call | {"look": "hidden"}, True)], harness=LINES),
    }


SECRET = Template(
    id="secret_in_log",
    ask=(
        "Write a Python function `«name»(«log», «data»)` that logs at info level that a «one» request came in: the text \"«words»\" and what the dict `«data»` holds, such as its `«user»`. The keys are «user», «secret» and amount.",
        "To follow up complaints we log every «one» request. In Python: `«name»(«log», «data»)`, where «log» is a `logging.Logger` and «data» a dict of «user», «secret», amount. The line begins with \"«words»\" and shows the data we need, at least «user».",
        "Please implement `«name»(«log», «data»)` with Python's logging, level INFO: \"«words»\" plus the useful fields of `«data»` (`«user»`, `«secret»`, `amount`) so that support can see what happened to a «one».",
    ),
    draw=draw_secret,
    shapes=(
        Shape(name="fields", code="""
            def «name»(«log», «data»):
                «log».info("«words»: «user»=%s amount=%s", «data»["«user»"], «data»["amount"])
            """, mutants=(('amount=%s", «data»["«user»"], «data»["amount"])', 'data=%s", «data»["«user»"], «data»)'),
                          ('amount=%s", «data»["«user»"], «data»["amount"])',
                           '«secret»=%s", «data»["«user»"], «data»["«secret»"])'))),
        Shape(name="masked", code="""
            HIDDEN = {"«secret»"}


            def «name»(«log», «data»):
                shown = {key: "***" if key in HIDDEN else value for key, value in «data».items()}
                «log».info("«words»: %s", shown)
            """, mutants=(('HIDDEN = {"«secret»"}', 'HIDDEN = {"other_«secret»"}'),
                          ('"***" if key in HIDDEN else value', "value"))),
    ),
    wrong=("""
        def «name»(«log», «data»):
            «log».info("«words»: %s", «data»)
        """, """
        def «name»(«log», «data»):
            shown = []
            for key, value in sorted(«data».items()):
                shown.append(f"{key}={value}")
            «log».info("«words»: %s", ", ".join(shown))
        """),
    verifier=check_secret,
)  # fmt: skip


def draw_injection(rng: Random) -> dict[str, Any]:
    """Draw an event with a text that a user entered."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"log_{noun.one}_search|note_{noun.one}|log_{noun.one}|{noun.one}_viewed|record_{noun.one}"),
        "one": noun.one, "text": pick(rng, "term|name|title|comment|query|label"),
        "words": f"{noun.one} {pick(rng, 'searched|viewed|renamed|tagged|found')}", "log": pick(rng, "log|logger"),
        "field": pick(rng, f"{noun.one}|value|given|entered"),
    }  # fmt: skip


def check_injection(facts: Facts, rng: Random) -> dict[str, Any]:
    """Log a plain text; then texts that hold line ends and what looks like another record."""
    plain = f"{rng.choice(FIRST_NAMES)}{rng.randrange(100, 999)}"
    call = {"entry": facts["name"], "args": [plain], "parts": [plain, facts["words"]], "secrets": [], "look": "said"}
    texts = [f"{plain}\nINFO payment accepted", f"a\r\nERROR {plain}", f"{plain}\r"]
    return {
        "works": python_check(facts["name"], [(call, True), (call | {"look": "lines"}, 1)], harness=LINES),
        "log_injection": python_check(
            facts["name"], [(call | {"args": [text + "x"], "look": "lines"}, 1) for text in texts], harness=LINES
        ),
    }


INJECTION = Template(
    id="log_injection",
    ask=(
        "Write a Python function `«name»(«log», «text»)` that logs one line at info level: \"«words»\" and the `«text»` that a visitor entered. `«log»` is a `logging.Logger`.",
        "Each time a «one» is looked up we want one line in the log, INFO, with the words \"«words»\" and the «text» as entered. In Python: `«name»(«log», «text»)`; a program reads the log line by line.",
        "With Python's logging: `«name»(«log», «text»)` writes a record of level info that says \"«words»\" and shows `«text»`, a string from a web form about a «one». One event, one line.",
    ),
    draw=draw_injection,
    shapes=(
        Shape(name="repr", code="""
            def «name»(«log», «text»):
                «log».info("«words»: %r", «text»)
            """, mutants=(("%r", "%s"), ('info("«words»: %r", «text»)', 'info("«words»: «field»=%s", str(«text»))'))),
        Shape(name="json", code="""
            import json


            def «name»(«log», «text»):
                shown = json.dumps({"«field»": «text»})
                «log».info("«words»: %s", shown)
            """, mutants=(('shown = json.dumps({"«field»": «text»})', 'shown = f"«field»={«text»}"'),
                          ('shown = json.dumps({"«field»": «text»})', 'shown = «text».strip()'))),
        Shape(name="one_line", code="""
            def «name»(«log», «text»):
                one_line = " ".join(«text».split())
                «log».info("«words»: %s", one_line)
            """, mutants=(('" ".join(«text».split())', '«text».replace("\\t", " ")'), ('" ".join(«text».split())', "«text»"))),
    ),
    wrong=("""
        def «name»(«log», «text»):
            message = "«words»: " + «text»
            if len(message) > 2000:
                message = message[:2000] + "..."
            «log».info("%s", message)
        """,),
    verifier=check_injection,
)  # fmt: skip

# A value that counts how often it is turned into text, and a logger of a given level.
COSTS = """
import logging

class Costly:
    shown = 0
    def __str__(self):
        Costly.shown += 1
        return "costly-text"
    __repr__ = __str__

def drive(ns, call):
    lines = []
    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())
    log = logging.Logger("events", level=call["level"])
    log.addHandler(Keep())
    Costly.shown = 0
    ns[call["entry"]](log, Costly())
    return Costly.shown if call["look"] == "shown" else [len(lines), all("costly-text" in one and call["words"] in one for one in lines)]
"""


def draw_cost(rng: Random) -> dict[str, Any]:
    """Draw an object that is logged for debugging."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"debug_{noun.one}|trace_{noun.one}|show_{noun.one}|log_{noun.one}_state|dump_{noun.one}"),
        "one": noun.one, "value": pick(rng, f"{noun.one}|value|state|snapshot"),
        "words": f"{noun.one} {pick(rng, 'is now|loaded as|changed to|state')}", "log": pick(rng, "log|logger"),
        "busy": pick(rng, "a thousand times a second|in every request|in the inner loop|all the time"),
    }  # fmt: skip


def check_cost(facts: Facts, rng: Random) -> dict[str, Any]:
    """Log at level DEBUG; then at INFO, where nothing may be formatted."""
    call = {"entry": facts["name"], "level": 10, "words": facts["words"], "look": "lines"}
    return {
        "works": python_check(facts["name"], [(call, [1, True]), (call | {"level": 20}, [0, True])], harness=COSTS),
        "cost_when_disabled": python_check(
            facts["name"], [(call | {"level": level, "look": "shown"}, 0) for level in (20, 30)], harness=COSTS
        ),
    }


COST = Template(
    id="cost_when_disabled",
    ask=(
        "Write a Python function `«name»(«log», «value»)` that logs at debug level: \"«words»\" and the text of `«value»`. It is called «busy», and turning a «one» into text takes long.",
        "For debugging, `«name»(«log», «value»)` in Python writes a DEBUG record: \"«words»\", then `«value»` as `str` gives it. Production runs at INFO, and the function is called «busy».",
        "Please write `«name»(«log», «value»)` with Python's logging. Level debug, message \"«words»\" plus the «one» itself, whose `__str__` is slow; the call happens «busy».",
    ),
    draw=draw_cost,
    shapes=(
        Shape(name="arguments", code="""
            def «name»(«log», «value»):
                «log».debug("«words» %s", «value»)
            """, mutants=(('"«words» %s", «value»)', '"«words» %s", str(«value»))'),
                          ('"«words» %s", «value»)', 'f"«words» {«value»}")'),
                          ('"«words» %s", «value»)', '"«words» {}".format(«value»))'))),
        Shape(name="enabled", code="""
            import logging


            def «name»(«log», «value»):
                if «log».isEnabledFor(logging.DEBUG):
                    «log».debug(f"«words» {«value»}")
            """, mutants=(("    if «log».isEnabledFor(logging.DEBUG):\n        «log».debug(f\"«words» {«value»}\")", "    message = f\"«words» {«value»}\"\n    if «log».isEnabledFor(logging.DEBUG):\n        «log».debug(message)"),)),
        Shape(name="log_level", code="""
            from logging import DEBUG


            def «name»(«log», «value»):
                «log».log(DEBUG, "«words» %s", «value»)
            """, mutants=(('"«words» %s", «value»)', '"«words» " + str(«value»))'),)),
    ),
    verifier=check_cost,
)  # fmt: skip
