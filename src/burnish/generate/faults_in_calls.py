"""Error handling pairs about one call that fails: no detail leaks, none is swallowed, none lasts for ever."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, NUMBER_FIELDS, draw_noun

# A loader that fails with a message that nobody outside may read.
HANDLER = """
import json

def drive(ns, call):
    def load(key):
        if call["fault"]:
            raise RuntimeError(call["secret"])
        return call["rows"][key]
    status, body = ns[call["entry"]](load, call["key"])
    if call["look"] == "status":
        return status
    return call["secret"] in json.dumps(body) if call["look"] == "secret" else [status, body]
"""


def draw_detail(rng: Random) -> dict[str, Any]:
    """Draw a handler and its texts."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"get_{noun.one}|show_{noun.one}|{noun.one}_response|answer_{noun.one}|serve_{noun.one}"),
        "one": noun.one, "key": pick(rng, f"{noun.one}_id|key|number"),
        "load": pick(rng, f"load|fetch|find|load_{noun.one}"),
        "missing": pick(rng, f"no such {noun.one}|{noun.one} not found|not found|unknown {noun.one}"),
        "internal": pick(rng, "internal error|something went wrong|server error|try again later"),
        "field": pick(rng, "error|detail|message"),
    }  # fmt: skip


def check_detail(facts: Facts, rng: Random) -> dict[str, Any]:
    """Answer for a known and an unknown key, then for a fault: its status, and whether its text is shown."""
    person, secret = (
        rng.choice(FIRST_NAMES),
        f"password={pick(rng, 'fox|owl|elk|yak')}{rng.randrange(100, 999)} at 10.0.0.{rng.randrange(2, 99)}",
    )
    call = {
        "entry": facts["name"],
        "rows": {"a1": {"name": person}},
        "key": "a1",
        "fault": False,
        "secret": secret,
        "look": "all",
    }
    return {
        "works": python_check(
            facts["name"],
            [(call, [200, {"name": person}]), (call | {"key": "zz"}, [404, {facts["field"]: facts["missing"]}])],
            harness=HANDLER,
        ),
        "fault_is_500": python_check(facts["name"], [(call | {"fault": True, "look": "status"}, 500)], harness=HANDLER),
        "leaked_detail": python_check(
            facts["name"], [(call | {"fault": True, "look": "secret"}, False)], harness=HANDLER
        ),
    }


DETAIL = Template(
    id="leaked_detail",
    ask=(
        "Write a Python function `«name»(«load», «key»)` that returns a status and a body: 200 and the dict from `«load»(«key»)`; 404 and {'«field»': '«missing»'} if it raises KeyError; 500 and {'«field»': ...} for any other exception.",
        "The handler of a public API in Python, please: `«name»(«load», «key»)` returns a tuple (status, body). `«load»(«key»)` gives a dict (status 200), or raises KeyError (404, `{\"«field»\": \"«missing»\"}`), or fails otherwise: 500 with an `«field»` for the client.",
        "I need `«name»(«load», «key»)` in Python for clients on the web. What `«load»(«key»)` returns goes out with 200. KeyError means 404 with '«missing»' under '«field»'. Every other error means 500, also with '«field»' in the body. Return the pair of status and dict.",
    ),
    draw=draw_detail,
    shapes=(
        Shape(name="two_excepts", code="""
            def «name»(«load», «key»):
                try:
                    return 200, «load»(«key»)
                except KeyError:
                    return 404, {"«field»": "«missing»"}
                except Exception:
                    return 500, {"«field»": "«internal»"}
            """, mutants=(('except Exception:\n        return 500, {"«field»": "«internal»"}',
                           'except Exception as error:\n        return 500, {"«field»": str(error)}'),
                          ('return 500, {"', 'return 200, {"'),
                          ('except Exception:\n        return 500, {"«field»": "«internal»"}', 'except Exception as error:\n        return 500, {"«field»": "«internal»", "cause": repr(error)}'))),
        Shape(name="logged", code="""
            import logging


            def «name»(«load», «key»):
                try:
                    body = «load»(«key»)
                except KeyError:
                    return (404, {"«field»": "«missing»"})
                except Exception:
                    logging.getLogger(__name__).exception("«one» can't be loaded")
                    return (500, {"«field»": "«internal»"})
                return (200, body)
            """, mutants=(('except Exception:\n        logging.getLogger(__name__).exception("«one» can\'t be loaded")\n        return (500, {"«field»": "«internal»"})', 'except Exception as error:\n        return (500, {"«field»": f"{error}"})'),
                          ("return (500,", "return (404,"))),
    ),
    verifier=check_detail,
)  # fmt: skip


def draw_silent(rng: Random) -> dict[str, Any]:
    """Draw what is parsed."""
    noun, field = draw_noun(rng), rng.choice(NUMBER_FIELDS)
    return {
        "name": pick(rng, f"read_{field}s|parse_{noun.many}|load_{noun.many}|convert_{field}s|{noun.one}_{field}s"),
        "lines": pick(rng, "lines|texts|rows|cells"), "many": noun.many, "field": field,
        "good": pick(rng, f"{field}s|numbers|values"), "bad": pick(rng, "problems|errors|failed|rejected"),
        "line": pick(rng, "line|text|cell"),
    }  # fmt: skip


def check_silent(facts: Facts, rng: Random) -> dict[str, Any]:
    """Read numbers only; then lines among which some are no numbers."""
    numbers = [rng.randrange(1, 500) for _ in range(5)]
    lines = [str(one) for one in numbers]
    places = sorted(rng.sample(range(5), 2))
    faulty = ["n/a" if place in places else text for place, text in enumerate(lines)]
    left = [number for place, number in enumerate(numbers) if place not in places]
    return {
        "works": python_check(facts["name"], [([lines], [numbers, []]), ([[]], [[], []])]),
        "errors_reported": python_check(facts["name"], [([faulty], [left, places]), ([["x"]], [[], [0]])]),
    }


SILENT = Template(
    id="swallowed_error",
    ask=(
        "Write a Python function `«name»(«lines»)` that converts texts to ints. It returns two lists: the «field»s that could be read, and the positions (from 0) in `«lines»` of those that aren't numbers.",
        "An upload of «many» has one «field» a line. In Python, `«name»(«lines»)` gives (`«good»`, `«bad»`): the ints in order, and the indexes, from 0, of lines that `int` refuses. One bad line doesn't stop the rest.",
        "Please write `«name»(«lines»)` in Python: for the «field» of many «many», given as strings, return the list of integers plus the list of places (counted from 0) where the text was no integer, so that users can mend them.",
    ),
    draw=draw_silent,
    shapes=(
        Shape(name="loop", code="""
            def «name»(«lines»):
                «good», «bad» = [], []
                for place, «line» in enumerate(«lines»):
                    try:
                        «good».append(int(«line»))
                    except ValueError:
                        «bad».append(place)
                return «good», «bad»
            """, mutants=(("«bad».append(place)", "pass"), ("«bad».append(place)", "continue"),
                          ("«bad».append(place)", "break"), ("«bad».append(place)", "«good».append(0)"),
                          ("«bad».append(place)", "# a text that isn't a number is left out\n            continue"))),
        Shape(name="helper", code="""
            def to_number(«line»):
                try:
                    return int(«line»)
                except ValueError:
                    return None


            def «name»(«lines»):
                found = [to_number(«line») for «line» in «lines»]
                «good» = [number for number in found if number is not None]
                «bad» = [place for place, number in enumerate(found) if number is None]
                return «good», «bad»
            """, mutants=(("        return None", "        return 0"),
                          ("«bad» = [place for place, number in enumerate(found) if number is None]", "«bad» = []"),
                          ("enumerate(found) if", "enumerate(«good») if"))),
    ),
    verifier=check_silent,
)  # fmt: skip

# A server that hangs: without a timeout the call would never end, which is noted and ended here.
SERVER = """
class Hung(BaseException):
    pass

def drive(ns, call):
    def fetch(url, timeout=None):
        if not call["hangs"]:
            return call["body"]
        if timeout is None or not 0 < timeout <= 60:
            raise Hung
        raise TimeoutError(url)
    try:
        return ns[call["entry"]](fetch, call["url"])
    except Hung:
        return "hangs for ever"
"""


def draw_timeout(rng: Random) -> dict[str, Any]:
    """Draw what is fetched."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"fetch_{noun.one}|read_{noun.one}|{noun.one}_from|download_{noun.one}|remote_{noun.one}"),
        "one": noun.one, "get": pick(rng, "fetch|get|request|download"),
        "url": pick(rng, "url|address|link"), "seconds": rng.choice((2, 3, 5, 8, 10, 15, 20)),
        "empty": pick(rng, "None|{}|''|[]"), "service": pick(rng, "partner|weather|billing|search|stock|mail"),
    }  # fmt: skip


def check_timeout(facts: Facts, rng: Random) -> dict[str, Any]:
    """Fetch from a server that answers, then from one that hangs."""
    name, body = facts["name"], {"name": rng.choice(FIRST_NAMES)}
    empty: Any = {"None": None, "{}": {}, "''": "", "[]": []}[facts["empty"]]
    call = {"entry": name, "url": f"https://{facts['service']}.example/{rng.randrange(99)}", "body": body}
    return {
        "works": python_check(name, [(call | {"hangs": False}, body)], harness=SERVER),
        "hanging_server": python_check(name, [(call | {"hangs": True}, empty)], harness=SERVER),
    }


TIMEOUT = Template(
    id="missing_timeout",
    ask=(
        "Write a Python function `«name»(«get», «url»)`. `«get»(url, timeout=None)` fetches a «one» from the «service» service and raises TimeoutError when that takes longer than `timeout` seconds. Return what it gives, or «empty» when there is no answer in reasonable time.",
        "The «service» service gives us a «one», sometimes very slowly. Please write `«name»(«get», «url»)` in Python: the result of `«get»`, whose signature is `(url, timeout=None)` and which raises TimeoutError; a server that doesn't answer gives «empty».",
        "In Python, `«name»(«get», «url»)` asks the «service» service for a «one» through `«get»(url, timeout=None)` (seconds; TimeoutError) and returns it. If the service hangs we go on with «empty».",
    ),
    draw=draw_timeout,
    shapes=(
        Shape(name="plain", code="""
            def «name»(«get», «url»):
                try:
                    return «get»(«url», timeout=«seconds»)
                except TimeoutError:
                    return «empty»
            """, mutants=((", timeout=«seconds»", ""), ("timeout=«seconds»", "timeout=None"), ("return «empty»", "raise"))),
        Shape(name="constant", code="""
            TIMEOUT_SECONDS = «seconds»


            def «name»(«get», «url»):
                try:
                    result = «get»(«url», timeout=TIMEOUT_SECONDS)
                except TimeoutError:
                    result = «empty»
                return result
            """, mutants=(("TIMEOUT_SECONDS = «seconds»", "TIMEOUT_SECONDS = None"),
                          ("TIMEOUT_SECONDS = «seconds»", "TIMEOUT_SECONDS = 60 * 60 * 24"))),
    ),
    wrong=("""
        def «name»(«get», «url»):
            return «get»(«url»)
        """, """
        def «name»(«get», «url»):
            # the «service» service is slow at times
            try:
                result = «get»(«url»)
            except TimeoutError:
                result = «empty»
            except ConnectionError:
                result = «empty»
            return result
        """),
    verifier=check_timeout,
)  # fmt: skip

READER = """
def drive(ns, call):
    def load(name):
        if call["fault"]:
            raise getattr(__import__("builtins"), call["fault"])(name)
        return call["value"]
    return ns[call["entry"]](load, call["default"])
"""


def draw_narrow(rng: Random) -> dict[str, Any]:
    """Draw a setting and the file that holds it."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"read_{noun.one}|{noun.one}_settings|load_{noun.one}|{noun.one}_config|stored_{noun.one}"),
        "one": noun.one, "file": f"{noun.many}.{pick(rng, 'json|toml|ini|yaml|txt')}",
        "load": pick(rng, "load|read|read_file|open_file"), "default": pick(rng, "default|fallback|otherwise|standard"),
    }  # fmt: skip


def check_narrow(facts: Facts, rng: Random) -> dict[str, Any]:
    """Read a file that is there, one that is missing, and one that fails otherwise."""
    name = facts["name"]
    call = {"entry": name, "value": rng.randrange(10, 99), "default": rng.randrange(10), "fault": ""}
    faults = ("PermissionError", "ValueError", "IsADirectoryError", "MemoryError")
    return {
        "works": python_check(
            name, [(call, call["value"]), (call | {"fault": "FileNotFoundError"}, call["default"])], harness=READER
        ),
        "other_errors": python_check(
            name, [(call | {"fault": fault}, {"raises": fault}) for fault in faults], harness=READER
        ),
    }


NARROW = Template(
    id="too_broad",
    ask=(
        "Write a Python function `«name»(«load», «default»)` that returns `«load»(\"«file»\")`, or `«default»` when that file doesn't exist.",
        "The file `«file»` is optional. In Python, please: `«name»(«load», «default»)` gives what `«load»(\"«file»\")` returns; if there is no such file, it gives `«default»`. `«load»` reads and parses, and raises what `open` and the parser raise.",
        "I keep the settings of a «one» in «file», if at all. `«name»(«load», «default»)` (Python) should call `«load»(\"«file»\")` and return the result, and fall back to `«default»` for a file that is missing.",
    ),
    draw=draw_narrow,
    shapes=(
        Shape(name="plain", code="""
            def «name»(«load», «default»):
                try:
                    return «load»("«file»")
                except FileNotFoundError:
                    return «default»
            """, mutants=(("except FileNotFoundError:", "except OSError:"),
                          ("except FileNotFoundError:", "except Exception:"), ("except FileNotFoundError:", "except:"),
                          ("except FileNotFoundError:", "except (OSError, ValueError, TypeError):"))),
        Shape(name="variable", code="""
            FILE = "«file»"


            def «name»(«load», «default»):
                result = «default»
                try:
                    result = «load»(FILE)
                except FileNotFoundError:
                    pass
                return result
            """, mutants=(("except FileNotFoundError:", "except Exception:"),
                          ("except FileNotFoundError:", "except (OSError, ValueError):"))),
        Shape(name="suppress", code="""
            from contextlib import suppress


            def «name»(«load», «default»):
                with suppress(FileNotFoundError):
                    return «load»("«file»")
                return «default»
            """, mutants=(("suppress(FileNotFoundError)", "suppress(Exception)"),
                          ("suppress(FileNotFoundError)", "suppress(OSError)"))),
    ),
    verifier=check_narrow,
)  # fmt: skip
