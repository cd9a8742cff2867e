"""What the templates of `fs_idempotency_key` share, and the small one: run an action once for each key."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.wording import CITIES, a, draw_noun

# A call is {"entry", "order", "stored", "requests"}; a request gives the values of the arguments, and what the action
# returns. The result lists the answers, how often the action ran, and what it was given each time.
REPLAY = """
def drive(ns, call):
    store, answers, given = {key: value for key, value in call["stored"]}, [], []
    for number, request in enumerate(call["requests"]):
        def action(*args):
            given.append(list(args))
            return request["gives"]

        if number % 2 and isinstance(request.get("body"), dict):  # an equal body, its keys in another order
            request["body"] = dict(reversed(request["body"].items()))
        values = {**request, "store": store, "action": action}
        answers.append(ns[call["entry"]](*(values[role] for role in call["order"])))
    return {"answers": answers, "given": given}
"""
KEYS = "key|idempotency_key|request_key|token"
ACTIONS = "action|handler|operation|run|create|perform"


def draw_once(rng: Random) -> dict[str, Any]:
    """Draw the names, whether a request may come without a key, and what tells a replay."""
    noun, free, tells = draw_noun(rng), rng.random() < 0.5, rng.random() < 0.5
    facts = draw_arguments(
        rng,
        store="store|responses|seen|saved|cache|done",
        key=KEYS,
        action=f"{ACTIONS}|create_{noun.one}|make_{noun.one}",
    )
    store, key, action, fresh_first = facts["store"], facts["key"], facts["action"], rng.random() < 0.5
    fresh, again = ("True", "False") if fresh_first else ("False", "True")
    word = "is new" if fresh_first else "was repeated"
    return {
        **facts, "name": pick(rng, "once|run_once|replay|idempotent|{0}_once|once_per_key|first_response").format(noun.one),
        "a_one": a(noun.one), "many": noun.many, "free": free, "tells": tells, "fresh_first": fresh_first,
        "free_lines": f"if {key} is None:\n        return {action}(){f', {fresh}' * tells}\n    " if free else "",
        "fresh": f", {fresh}" * tells, "again": f", {again}" * tells, "known": f", {'not ' * fresh_first}known" * tells,
        "none_words": f" `{key}` may be None: then always call, and store nothing." if free else "",
        "told": f" Return a pair: the response, and a bool that says whether it {word}." if tells else " Return the response.",
        "also": f" with a second value, a bool that is True if the response {word}" if tells else "",
        "get": f"{store}.get({key})",
    }  # fmt: skip


def check_once(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the first thing that was returned for each key, and a run for every first time."""
    cases = []
    for plan in ("aab", "abab", "aaaa", "a", "xax", "xxaxa", "-a-", "--aa-", "bcabc"):
        kept: dict[str, Any] = {"x": "from before"}
        answers, runs, requests = [], 0, []
        for number, letter in enumerate(plan if facts["free"] else plan.replace("-", "a")):
            gives = rng.choice((None, 0, "", [number], {"id": number}, f"{rng.choice(CITIES)} {number}", False))
            requests.append({"key": None if letter == "-" else letter, "gives": gives})
            fresh = letter == "-" or letter not in kept
            runs += fresh
            response = gives if letter == "-" else kept.setdefault(letter, gives)
            answers.append([response, fresh == facts["fresh_first"]] if facts["tells"] else response)
        call = {"entry": facts["name"], "order": facts["order"], "stored": [["x", "from before"]], "requests": requests}
        cases.append((call, {"answers": answers, "given": [[]] * runs}))
    return python_check(facts["name"], cases, harness=REPLAY)


ONCE = Template(
    id="once_per_key",
    ask=(
        "Write a Python function `«name»(«args»)` for our «many» that calls `«action»()` only once for each key: the "
        "response is kept in the dict `«store»` under `«key»`, and later calls with that key give the stored "
        "response. Every response counts, None and empty ones too.«none_words»«told»",
        "A client that sends the same request twice must not make two «many». Implement `«name»(«args»)` in Python. If "
        "`«store»` (a dict) has `«key»`, what it has there is the response, even if that is None; otherwise call "
        "`«action»()` and remember what it returns.«told»«none_words»",
        "I need `«name»(«args»)` in Python for idempotent requests: `«action»()` makes «a_one», but not if the dict "
        "`«store»` holds a response for `«key»` already. What it returned the first time is stored, be it None, and comes "
        "back each time«also».«none_words»",
        "Retries of «many» should be harmless. `«name»(«args»)` in Python returns the response for `«key»`«also»: "
        "from the dict `«store»` when the key is known (a stored None is a response as well), else from "
        "`«action»()`, saved for the next time.«none_words»",
    ),
    draw=draw_once,
    shapes=(
        Shape(name="guard", code="""
            def «name»(«args»):
                «free_lines»if «key» in «store»:
                    return «store»[«key»]«again»
                «store»[«key»] = «action»()
                return «store»[«key»]«fresh»
            """, mutants=(("if «key» in «store»", "if «get»"),
                          ("«store»[«key»] = «action»()\n    return «store»[«key»]", "return «action»()"),
                          ("«key» in «store»", "«key» not in «store»"))),
        Shape(name="try_except", code="""
            def «name»(«args»):
                «free_lines»try:
                    return «store»[«key»]«again»
                except KeyError:
                    response = «store»[«key»] = «action»()
                    return response«fresh»
            """, mutants=(("except KeyError", "except IndexError"),
                          ("response = «store»[«key»] = «action»()", "response = «action»()"),
                          ("= «store»[«key»] = «action»()", "= «store»[«key»] = «action»() or {}"))),
        Shape(name="flag", code="""
            def «name»(«args»):
                «free_lines»known = «key» in «store»
                if not known:
                    «store»[«key»] = «action»()
                return «store»[«key»]«known»
            """, mutants=(("if not known", "if known"), ("    if not known:\n        «store»", "    «store»"),
                          ("«key» in «store»", "«get»"))),
    ),
    mutants=(("«free_lines»", ""), ("return «store»[«key»]", "return «action»()"), ("«store»[«key»]", "«store»[0]")),
    verifier=check_once,
)  # fmt: skip
