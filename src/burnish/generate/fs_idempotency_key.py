"""Category `fs_idempotency_key`: an action once for each key, keys and bodies that don't agree, keys in progress."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.idempotency_basics import ACTIONS, KEYS, ONCE, REPLAY
from burnish.generate.idempotency_ledgers import LEDGER
from burnish.generate.wording import CITIES, a, draw_noun


def draw_conflict(rng: Random) -> dict[str, Any]:
    """Draw the statuses, whose keys they are, and which responses aren't kept."""
    noun, scoped, picky = draw_noun(rng), rng.random() < 0.5, rng.random() < 0.5
    roles = {"user": "user_id|user|client_id|tenant"} if scoped else {}
    facts = draw_arguments(
        rng,
        store="store|saved|responses|seen|records",
        key=KEYS,
        body="body|payload|data",
        action=f"{ACTIONS}|create_{noun.one}",
        **roles,
    )
    mark, least = pick(rng, "error|detail|message"), rng.choice((400, 500))
    missing, reused = rng.choice((400, 400, 428)), rng.choice((409, 422, 422))
    absent, other = (
        pick(rng, "key required|missing key|no idempotency key"),
        pick(rng, "key reused|key used before|different body"),
    )
    user = facts.get("user", "")
    place = f"({facts['user']}, {facts['key']})" if scoped else facts["key"]
    slot = "place" if scoped else facts["key"]
    return {
        **facts, "name": pick(rng, "create_{0}_once|handle_{0}|post_{0}|idempotent_{0}|submit_{0}").format(noun.one),
        "many": noun.many,
        "a_one": a(noun.one), "scoped": scoped, "picky": picky, "least": least, "mark": mark, "missing": missing,
        "reused": reused,
        "absent": absent, "other": other, "refuse": f'{missing}, {{"{mark}": "{absent}"}}',
        "conflict": f'{reused}, {{"{mark}": "{other}"}}',
        "place": f"place = {place}\n    " if scoped else "", "slot": slot, "user_text": user,
        "whose_first": f"Idempotency keys are per `{user}`: the same key with another one is a different key. " if scoped else "",
        "test": f"if status < {least}:\n        " if picky else "",
        "deep_test": f"if response[0] < {least}:\n            " if picky else "",
        "slip": f"if status <= {least}:\n        " if picky else "",
        "deep_slip": f"if response[0] <= {least}:\n            " if picky else "",
        "kept": f" Responses with status {least} or above aren't stored." if picky else "",
        "whose": f" Keys belong to one `{facts['user']}`; the same key with another `{facts['user']}` is a different one." if scoped else "",
        "refuse_words": f'{missing} and `{{"{mark}": "{absent}"}}`', "conflict_words": f'{reused} and `{{"{mark}": "{other}"}}`',
    }  # fmt: skip


def check_conflict(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what a diary of the planned requests says: each is `new`, `again`, `other` or `none`."""
    mark, cases = facts["mark"], []
    plans = (
        "a1 a1 a2 b2", "-1 a1 -2", "a1 b1 a1 b2 b1", "!a1 a1 a1", "a2 a2 a1 a2", "a1 A1 A2 a1 A1", "!a1 !a2 a2 a1",
        "a3 a4 a3", "+a1 a1 a2",
    )  # fmt: skip
    for plan in plans:
        kept: dict[Any, Any] = {}
        answers, given, requests = [], [], []
        for number, step in enumerate(plan.split()):
            letter, sort = step[-2], step[-1]
            body = {"1": {"n": 1, "m": [2]}, "2": {"n": 1, "m": [3]}, "3": {}, "4": None}[sort]
            status = facts["least"] if step[0] == "!" else facts["least"] - 1 if step[0] == "+" else 201
            response = [status, {"id": number, "city": rng.choice(CITIES)}]
            key = {"-": None}.get(letter, letter.lower())
            user = "kim" if letter.islower() else "lou"
            known = kept.get((user, key) if facts["scoped"] else key)
            requests.append({"key": key, "user": user, "body": body, "gives": response})
            if key is None:
                answers.append([facts["missing"], {mark: facts["absent"]}])
            elif known is None:
                answers.append(response)
                given.append([body])
                if not facts["picky"] or status < facts["least"]:
                    kept[(user, key) if facts["scoped"] else key] = (body, response)
            else:
                answers.append(known[1] if known[0] == body else [facts["reused"], {mark: facts["other"]}])
        call = {"entry": facts["name"], "order": facts["order"], "stored": [], "requests": requests}
        cases.append((call, {"answers": answers, "given": given}))
    return python_check(facts["name"], cases, harness=REPLAY)


CONFLICT = Template(
    id="same_key_other_body",
    ask=(
        "Write a Python function `«name»(«args»)` that handles a POST with an idempotency key and returns (status, body). If "
        "`«key»` is None: «refuse_words». A new key: return what `«action»(«body»)` returns (such a pair), and remember it in the "
        "dict `«store»` together with `«body»`. A known key gives the stored response if `«body»` is equal to the first one, "
        "otherwise «conflict_words».«whose»«kept»",
        "«whose_first»Implement `«name»(«args»)` in Python to create «a_one» once. Without a key (None) it answers «refuse_words». The first "
        "request with a key runs `«action»(«body»)`, whose result, a pair of status and body, is the answer. When the key comes "
        "again, answer the same without running it; but with another `«body»` answer «conflict_words». `«store»` is a dict "
        "that lives between calls, at first empty.«kept»",
        "Our «many» endpoint takes idempotency keys. I need `«name»(«args»)` in Python; the result is a tuple of status and body. "
        "Use the dict `«store»` (yours to fill) to remember bodies and responses.«whose» Rules: `«key»` is None, «refuse_words»; key "
        "seen with a different body, «conflict_words»; key seen with the same body, the old response; else the result of "
        "`«action»(«body»)`.«kept»",
        "Two equal requests, one effect: `«name»(«args»)` in Python calls `«action»(«body»)`, which returns (status, body), the first time "
        "it sees a key, and repeats that response afterwards.«kept» Keep what you need in the dict `«store»`.«whose» If "
        "a key comes back with a body that isn't equal, the response is «conflict_words»; if `«key»` is None, it is «refuse_words».",
    ),
    draw=draw_conflict,
    shapes=(
        Shape(name="guards", code="""
            def «name»(«args»):
                if «key» is None:
                    return «refuse»
                «place»if «slot» in «store»:
                    old, response = «store»[«slot»]
                    return response if old == «body» else («conflict»)
                status, result = «action»(«body»)
                «test»«store»[«slot»] = («body», (status, result))
                return status, result
            """, mutants=(("old == «body»", "old != «body»"), ("«test»", "«slip»"),
                          ("    «test»«store»[«slot»] = («body», (status, result))\n", ""))),
        Shape(name="get", code="""
            def «name»(«args»):
                if «key» is None:
                    return «refuse»
                «place»known = «store».get(«slot»)
                if known is None:
                    response = «action»(«body»)
                    «deep_test»«store»[«slot»] = {"body": «body», "response": response}
                    return response
                if known["body"] != «body»:
                    return «conflict»
                return known["response"]
            """, mutants=((" != «body»", " == «body»"), ("«deep_test»", "«deep_slip»"),
                          ("    if known[\"body\"] != «body»:\n        return «conflict»\n", ""))),
        Shape(name="fingerprint", code="""
            import json

            def «name»(«args»):
                if «key» is None:
                    return «refuse»
                «place»mark = json.dumps(«body», sort_keys=True)
                if «slot» not in «store»:
                    response = «action»(«body»)
                    «deep_test»«store»[«slot»] = mark, response
                    return response
                first, response = «store»[«slot»]
                return response if first == mark else («conflict»)
            """, mutants=(("first == mark", "first"), ("«deep_test»", "«deep_slip»"),
                          ("json.dumps(«body», sort_keys=True)", "len(str(«body»))"))),
    ),
    mutants=(("«conflict»", "«refuse»"), ("return «refuse»", "return «action»(«body»)"),
             ("place = («user_text», «key»)", "place = «key»"),
             ("«test»", ""), ("«deep_test»", "")),
    verifier=check_conflict,
)  # fmt: skip

CATEGORY = Category(name="fs_idempotency_key", family="http_backend", templates=(ONCE, CONFLICT, LEDGER))
