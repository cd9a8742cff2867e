"""Error handling pairs about several steps: what was begun is undone, what was taken is given back."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, draw_noun

# A store whose `put` fails once, at the call that "fault" counts; the outcome is what stands in it afterwards.
STORE = """
class Store:
    def __init__(self, fault):
        self.rows, self.puts, self.fault = {}, 0, fault
    def put(self, key, value):
        self.puts += 1
        if self.puts == self.fault:
            raise ConnectionError("put")
        self.rows[key] = value
    def delete(self, key):
        del self.rows[key]

def drive(ns, call):
    store = Store(call["fault"])
    raised = None
    try:
        ns[call["entry"]](store, call["rows"])
    except Exception as error:
        raised = type(error).__name__
    return {"raised": raised} if call["look"] == "raised" else store.rows
"""


def draw_partial(rng: Random) -> dict[str, Any]:
    """Draw what is stored together."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"save_{noun.many}|store_{noun.many}|import_{noun.many}|put_{noun.many}|add_{noun.many}"),
        "many": noun.many, "one": noun.one,
        "store": pick(rng, "store|storage|client|bucket|cache"),
        "rows": pick(rng, f"rows|entries|{noun.many}_by_id|values"), "done": pick(rng, "done|written|saved|stored"),
    }  # fmt: skip


def check_partial(facts: Facts, rng: Random) -> dict[str, Any]:
    """Store all; then fail at one of the rows and look at what stands in the store and at what is raised."""
    rows = {f"k{rng.randrange(100, 999)}{number}": name for number, name in enumerate(rng.sample(FIRST_NAMES, 4))}
    call = {"entry": facts["name"], "rows": rows, "fault": 0, "look": "rows"}
    faults = (2, 3, 4)
    return {
        "works": python_check(
            facts["name"],
            [(call, rows), (call | {"rows": {}}, {}), (call | {"look": "raised"}, {"raised": None})],
            harness=STORE,
        ),
        "partial_write": python_check(
            facts["name"], [(call | {"fault": fault}, {}) for fault in faults], harness=STORE
        ),
        "error_passed_on": python_check(
            facts["name"],
            [(call | {"fault": fault, "look": "raised"}, {"raised": "ConnectionError"}) for fault in faults],
            harness=STORE,
        ),
    }


PARTIAL = Template(
    id="partial_write",
    ask=(
        "Write a Python function `«name»(«store», «rows»)` that puts every item of the dict `«rows»` into a new «store» with `«store».put(key, value)`. All or nothing: when a put raises, none of the «many» may stay there (`«store».delete(key)`), and the caller gets the error.",
        "`«name»(«store», «rows»)` in Python should store the «many» of a dict one by one through `«store».put(key, value)`. If one fails, those already put have to go again by `«store».delete(key)` and the exception goes on to the caller. None of the keys existed before.",
        "Our «store» has no transactions, only `put(key, value)` and `delete(key)`. Please write `«name»(«store», «rows»)` in Python, which puts a whole dict of «many» or, if any put raises, leaves nothing of it behind and raises that error.",
    ),
    draw=draw_partial,
    shapes=(
        Shape(name="list", code="""
            def «name»(«store», «rows»):
                «done» = []
                try:
                    for key, value in «rows».items():
                        «store».put(key, value)
                        «done».append(key)
                except Exception:
                    for key in «done»:
                        «store».delete(key)
                    raise
            """, mutants=(("            «store».delete(key)\n        raise", "            «store».delete(key)"),
                          ("        for key in «done»:\n            «store».delete(key)\n        raise", "        raise"),
                          ("            «store».delete(key)\n        raise", "            «store».delete(key)\n        return False  # the caller sees that nothing was stored"))),
        Shape(name="exit_stack", code="""
            from contextlib import ExitStack


            def «name»(«store», «rows»):
                with ExitStack() as undo:
                    for key, value in «rows».items():
                        «store».put(key, value)
                        undo.callback(«store».delete, key)
                    undo.pop_all()
            """, mutants=(("            undo.callback(«store».delete, key)\n        undo.pop_all()",
                           "            undo.callback(«store».delete, key)\n            undo.pop_all()"),)),
    ),
    wrong=("""
        def «name»(«store», «rows»):
            for key, value in «rows».items():
                «store».put(key, value)
        """, """
        def «name»(«store», «rows»):
            «done» = []
            for key, value in «rows».items():
                try:
                    «store».put(key, value)
                except Exception as error:
                    # the «one» that failed isn't there, so there is nothing to undo for it
                    raise error
                «done».append(key)
            return None
        """),
    verifier=check_partial,
)  # fmt: skip

# A pool that counts connections which are out; the work on one fails where "fault" says so.
POOL = """
def drive(ns, call):
    out = []
    class Pool:
        def acquire(self):
            out.append(1)
            return {"number": len(out)}
        def release(self, taken):
            out.pop()
    def work(taken):
        if call["fault"]:
            raise getattr(__import__("builtins"), call["fault"])("work")
        return taken["number"] * 10
    try:
        result = ns[call["entry"]](Pool(), work)
    except Exception as error:
        result = type(error).__name__
    return len(out) if call["look"] == "out" else result
"""


def draw_release(rng: Random) -> dict[str, Any]:
    """Draw what is taken from a pool."""
    noun = draw_noun(rng)
    thing = pick(rng, "connection|session|worker|lease|browser|channel|slot|handle")
    return {
        "name": pick(rng,
                     f"with_{thing}|run_on_{thing}|use_{thing}|process_{noun.one}|work_on_{noun.one}|handle_{noun.one}"),
        "thing": thing, "one": noun.one,
        "pool": pick(rng, f"pool|{thing}s|supply|manager"), "work": pick(rng, "work|action|job|task|operation"),
    }  # fmt: skip


def check_release(facts: Facts, rng: Random) -> dict[str, Any]:
    """Run work that succeeds and work that fails."""
    call = {"entry": facts["name"], "fault": "", "look": "result"}
    faults = rng.sample(("ValueError", "KeyError", "TimeoutError", "OSError", "RuntimeError"), 3)
    return {
        "works": python_check(facts["name"], [(call, 10), (call | {"look": "out"}, 0)], harness=POOL),
        "released_after_fault": python_check(
            facts["name"], [(call | {"fault": fault, "look": "out"}, 0) for fault in faults], harness=POOL
        ),
        "error_passed_on": python_check(
            facts["name"], [(call | {"fault": fault}, fault) for fault in faults], harness=POOL
        ),
    }


RELEASE = Template(
    id="release_after_fault",
    ask=(
        "Write a Python function `«name»(«pool», «work»)`: it takes a «thing» by `«pool».acquire()`, calls `«work»` with it, gives it back by `«pool».release(«thing»)` and returns what `«work»` returned.",
        "For each «one» we need a «thing» from a pool. `«name»(«pool», «work»)` in Python should acquire it (`«pool».acquire()`), run `«work»(«thing»)`, release it (`«pool».release(«thing»)`) and return the result of the work.",
        "Please implement `«name»(«pool», «work»)` in Python. `«pool»` has `acquire()` and `release(«thing»)`; `«work»` is a function of one «thing» whose result is passed on. The pool is small, and «work» of a «one» is risky.",
    ),
    draw=draw_release,
    shapes=(
        Shape(name="finally", code="""
            def «name»(«pool», «work»):
                «thing» = «pool».acquire()
                try:
                    return «work»(«thing»)
                finally:
                    «pool».release(«thing»)
            """, mutants=(("    try:\n        return «work»(«thing»)\n    finally:\n        «pool».release(«thing»)",
                           "    result = «work»(«thing»)\n    «pool».release(«thing»)\n    return result"),
                          ("    finally:\n", "    except Exception:\n        return None\n    finally:\n"))),
        Shape(name="context", code="""
            from contextlib import contextmanager


            @contextmanager
            def borrowed(«pool»):
                «thing» = «pool».acquire()
                try:
                    yield «thing»
                finally:
                    «pool».release(«thing»)


            def «name»(«pool», «work»):
                with borrowed(«pool») as «thing»:
                    return «work»(«thing»)
            """, mutants=(("    try:\n        yield «thing»\n    finally:\n        «pool».release(«thing»)",
                           "    yield «thing»\n    «pool».release(«thing»)"),
                          ("    finally:\n", "    except Exception:\n        pass\n    finally:\n"))),
        Shape(name="both_ways", code="""
            def «name»(«pool», «work»):
                «thing» = «pool».acquire()
                try:
                    result = «work»(«thing»)
                except BaseException:
                    «pool».release(«thing»)
                    raise
                «pool».release(«thing»)
                return result
            """, mutants=(("        «pool».release(«thing»)\n        raise", "        raise"),
                          ("except BaseException:\n        «pool».release(«thing»)\n        raise",
                           "except Exception:\n        «pool».release(«thing»)\n        return None"))),
    ),
    verifier=check_release,
)  # fmt: skip
