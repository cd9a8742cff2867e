"""Two templates of `fs_role_permissions`: grants with a wildcard, and a decorator that guards a function."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick, pick_some
from burnish.generate.wording import draw_nouns

ACTIONS = "read|create|update|delete|export|share|approve|publish|archive|refund"


def draw_grants(rng: Random) -> dict[str, Any]:
    """Draw how permissions are written and which wildcard they know."""
    noun, action, mark = draw_nouns(rng, 1)[0].many, pick(rng, ACTIONS), pick(rng, ":|.|/|#")
    wild, every, thing_first = pick(rng, "*|*|any|all"), pick(rng, "||*|root|superuser"), rng.random() < 0.6
    every = "everything" if every == wild else every
    facts = draw_arguments(
        rng, grants="grants|granted|permissions|scopes|allowed", needed="needed|required|wanted|permission|asked"
    )
    grants, needed = facts["grants"], facts["needed"]
    thing, verb = ("thing", "action") if rng.random() < 0.5 else ("resource", "verb")
    example = f"{noun}{mark}{action}" if thing_first else f"{action}{mark}{noun}"
    pattern = f"{noun}{mark}{wild}" if thing_first else f"{action}{mark}{wild}"
    return {
        **facts, "name": pick(rng, "is_allowed|is_granted|has_permission|covers|may|check_scope|permits"),
        "mark": mark, "wild": wild,
        "every": every, "noun": noun, "action": action, "example": example, "pattern": pattern,
        "first": thing if thing_first else verb,
        "form": f"{thing}{mark}{verb}" if thing_first else f"{verb}{mark}{thing}",
        "also": f', "{every}"' if every else "",
        "first_words": f"every {verb} on {noun}" if thing_first else f"the {verb} `{action}` on every {thing}",
        "every_test": f' or grant == "{every}"' if every else "",
        "every_words": f" The grant `{every}` alone allows everything." if every else "",
        "every_short": f", and `{every}` allows everything" if every else "", "thing_first": thing_first,
        "signature": f"{grants} and {needed}",
    }  # fmt: skip


def check_grants(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was planted among grants that don't count."""
    mark, wild = facts["mark"], facts["wild"]
    heads, tails = [noun.many for noun in draw_nouns(rng, 4)], pick_some(rng, ACTIONS, 4)
    if not facts["thing_first"]:
        heads, tails = tails, heads
    head, tail = heads[0], tails[0]
    needed = head + mark + tail
    decoys = [head + mark + tails[1], heads[1] + mark + tail, heads[2] + mark + wild, head[:-1] + mark + wild,
              heads[3] + mark + tails[2],
              head, needed + "s", "x" + needed]  # fmt: skip
    planted = [
        ([], False),
        ([needed], True),
        ([head + mark + wild], True),
        ([wild + mark + tail], False),
        ([head + wild], False),
    ]
    planted += [([head + mark + wild, needed], True), ([head + mark + tail[:-1]], False)]
    if facts["every"]:
        planted += [([facts["every"]], True), ([facts["every"][:-1] + "?"], False)]
    cases = []
    for own, expected in planted:
        grants = [*rng.sample(decoys, rng.randrange(2, 5)), *own]
        rng.shuffle(grants)
        cases.append((arrange(facts, grants=grants, needed=needed), expected))
    cases += [(arrange(facts, grants=[], needed=needed), False), (arrange(facts, grants=decoys, needed=needed), False)]
    return python_check(facts["name"], cases)


WILDCARD = Template(
    id="wildcard_grant",
    ask=(
        "Write a Python function `«name»(«args»)`. Permissions are text of the form `«form»`, for example "
        "`«example»`. `«grants»` is a list of them; an entry such as `«pattern»` stands for "
        "«first_words».«every_words» Return whether the permission `«needed»` is granted. No other pattern counts.",
        "Our tokens carry a list of grants like `«example»` (`«form»`). I'd like `«name»(«args»)` in Python: True if "
        "`«grants»` contains `«needed»` itself, or its «first» followed by `«mark»«wild»` (so `«pattern»` covers "
        "«first_words»)«every_short». Otherwise False, also for an empty list.",
        "Implement `«name»(«args»)` in Python. It is True when the list `«grants»` holds exactly `«needed»`, or "
        "`«wild»` in place of what follows the `«mark»`: `«pattern»` allows «first_words», `«example»` "
        "included.«every_words» In all other cases it is False. A permission has the form `«form»`.",
    ),
    draw=draw_grants,
    shapes=(
        Shape(name="disjoint", code="""
            def «name»(«args»):
                «first» = «needed».split("«mark»")[0]
                enough = {«needed», f"{«first»}«mark»«wild»"«also»}
                return not enough.isdisjoint(«grants»)
            """, mutants=(("return not enough", "return enough"), ("{«needed», f", "{f"),
                          ("{«first»}«mark»«wild»", "«wild»«mark»{«first»}"))),
        Shape(name="any", code="""
            def «name»(«args»):
                «first», _, _ = «needed».partition("«mark»")
                accepted = («needed», «first» + "«mark»«wild»"«also»)
                return any(grant in accepted for grant in «grants»)
            """, mutants=(("any(", "all("), ('«first» + "«mark»«wild»"', '«first» + "«wild»"'), ("(«needed», ", "("))),
        Shape(name="loop", code="""
            def «name»(«args»):
                parts = «needed».split("«mark»")
                for grant in «grants»:
                    if grant == «needed»«every_test»:
                        return True
                    if grant == parts[0] + "«mark»«wild»":
                        return True
                return False
            """, mutants=(("parts[0]", "parts[1]"), ("return False", "return True"),
                          ("if grant == «needed»«every_test»", "if grant in «needed»«every_test»"),
                          ("grant == parts[0] +", "grant != parts[0] +"))),
    ),
    mutants=(("«also»}", "}"), ("«also»)", ")"), ("«every_test»", ""), ("«mark»«wild»", "«mark»"),
             ('split("«mark»")[0]', 'split("«mark»")[-1]')),
    verifier=check_grants,
)  # fmt: skip


DECORATOR_HARNESS = """
def drive(ns, call):
    ran = []

    def view(user, *args, **kwargs):
        ran.append(user["name"])
        return [list(args), kwargs]

    view.__name__ = call["view"]
    guarded = ns[call["entry"]](*call["needs"])(view)
    try:
        result = guarded(call["user"], *call["args"], **call["kwargs"])
    except Exception as error:
        result = "refused" if type(error).__name__ == call["error"] else "failed"
    return {"result": result, "ran": ran, "name": guarded.__name__}
"""


def draw_decorator(rng: Random) -> dict[str, Any]:
    """Draw a decorator: its name, and whether one, any or all of its permissions are needed."""
    mode, key = pick(rng, "one|any|all"), pick(rng, "permissions|scopes|grants|rights|abilities|allowed|privileges")
    user, noun = pick(rng, "user|account|actor|caller|member|person|client|session"), draw_nouns(rng, 1)[0]
    param = (
        pick(rng, "permission|permission|needed|wanted|right")
        if mode == "one"
        else pick(rng, "permissions|needed|names|wanted")
    )
    held = f'{user}["{key}"]'
    tests = {
        "one": ("{0} not in {1}", "{0} in {1}"), "any": ("not any(name in {1} for name in {0})",
                                                         "any(name in {1} for name in {0})"),
        "all": ("not all(name in {1} for name in {0})", "all(name in {1} for name in {0})"),
    }[mode]  # fmt: skip
    sets = {"one": tests[0], "any": "set({0}).isdisjoint({1})", "all": "not set({0}) <= set({1})"}[mode]
    example = [f"{noun.many}:{action}" for action in pick_some(rng, ACTIONS, 2)]
    return {
        "name": pick(rng, "requires|require|needs|must_have|permission_required|only_with|protect|guard|restrict_to"),
        "mode": mode, "key": key, "user": user, "error": pick(rng, "PermissionError|PermissionError|RuntimeError|LookupError"),
        "one": noun.one, "param": param if mode == "one" else f"*{param}", "store": param,
        "denied": tests[0].format(param, held),
        "granted": tests[1].format(param, held), "denied_self": sets.format(f"self.{param}", held),
        "example": ", ".join(f'"{name}"' for name in (example[:1] if mode == "one" else example)),
        "call": pick(rng, "view|function|handler|func|action"),
        "verb": pick(rng, "delete|update|export|close|archive|publish|rename|merge|copy"),
        "unless": {
            "one": f"the permission is in the list `{user}[\"{key}\"]`",
            "any": f"at least one of the given permissions is in the list `{user}[\"{key}\"]`",
            "all": f"all given permissions are in the list `{user}[\"{key}\"]`",
        }[mode],
    }  # fmt: skip


def check_decorator(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect calls to go through or to be refused, by how many of the needed permissions were dealt to the user."""
    cases = []
    for number in range(6):
        names = [
            f"{noun.many}:{action}" for noun, action in zip(draw_nouns(rng, 5), pick_some(rng, ACTIONS, 5), strict=True)
        ]
        needs = names[:1] if facts["mode"] == "one" else names[: rng.choice((2, 3))]
        dealt = {0: [], 1: needs, 2: needs[:1], 3: needs[1:], 4: [], 5: needs}[number]
        held = [*dealt, *names[3 : 3 + (number in (1, 3)) + 2 * (number == 2)]]
        rng.shuffle(held)
        least = len(needs) if facts["mode"] == "all" else 1
        passed = len(dealt) >= least
        user = {"name": f"u{number}", facts["key"]: held}
        args, kwargs = [rng.randrange(99) for _ in range(number % 3)], {"note": "x"} if number % 2 else {}
        call = {
            "entry": facts["name"],
            "needs": needs,
            "user": user,
            "args": args,
            "kwargs": kwargs,
            "view": f"view_{number}",
            "error": facts["error"],
        }
        result = {
            "result": [args, kwargs] if passed else "refused",
            "ran": [user["name"]] if passed else [],
            "name": f"view_{number}",
        }
        cases.append((call, result))
    return python_check(facts["name"], cases, harness=DECORATOR_HARNESS)


DECORATOR = Template(
    id="require_decorator",
    ask=(
        "Write a Python decorator `«name»(«param»)`, used like `@«name»(«example»)`, for functions such as "
        "`«verb»_«one»` whose first argument is a dict `«user»`. Calling the decorated function raises "
        "«error» unless «unless»; otherwise it runs with all its arguments and its result is returned. Keep the "
        "function's `__name__`.",
        "I want to write `@«name»(«example»)` above `def «verb»_«one»(«user», ...)`. Implement `«name»(«param»)` in "
        "Python: the wrapped function runs, with every positional and keyword argument and its return value passed "
        "on, only if «unless». If not, raise «error» without running it. The wrapper keeps the name of the "
        "function.",
        "We guard our «one» handlers with a decorator. `«name»(«param»)` must check, each time the handler is called, "
        "that «unless», where `«user»` (a dict) is the handler's first argument, and raise «error» when that "
        "doesn't hold. Arguments and result pass through unchanged, and `__name__` stays that of the handler. In "
        "Python, please.",
        "Calls of `«verb»_«one»(«user», ...)` need protection in Python. The decorator `«name»(«param»)`, written as "
        "`@«name»(«example»)`, lets a call through with all its arguments and gives back its result, provided that "
        "«unless»; `«user»`, a dict, comes first. Any other call ends in «error» before the function starts. "
        "The name of the function (`__name__`) is preserved.",
        "Checks shouldn't be repeated in each «one» function. Move them into a Python decorator: `«name»(«param»)`, "
        "applied as `@«name»(«example»)`. The dict `«user»` is what a function gets first. Unless «unless», nothing runs "
        "and «error» is raised; else everything the caller passed reaches the function, its return value comes "
        "back. `__name__` mustn't change.",
    ),
    draw=draw_decorator,
    shapes=(
        Shape(name="wraps", code="""
            from functools import wraps

            def «name»(«param»):
                def decorate(«call»):
                    @wraps(«call»)
                    def guarded(«user», *args, **kwargs):
                        if «denied»:
                            raise «error»("missing permission")
                        return «call»(«user», *args, **kwargs)
                    return guarded
                return decorate
            """, mutants=(("        @wraps(«call»)\n", ""), ("if «denied»", "if «granted»"),
                          ("return «call»(«user», *args, **kwargs)", "«call»(«user», *args, **kwargs)"))),
        Shape(name="class", code="""
            from functools import update_wrapper

            class «name»:
                def __init__(self, «param»):
                    self.«store» = «store»

                def __call__(self, «call»):
                    def guarded(«user», *args, **kwargs):
                        if «denied_self»:
                            raise «error»(self.«store»)
                        return «call»(«user», *args, **kwargs)
                    return update_wrapper(guarded, «call»)
            """, mutants=(("return update_wrapper(guarded, «call»)", "return guarded"),
                          ("raise «error»(self.«store»)", "return None"),
                          ("raise «error»", "raise KeyError"))),
        Shape(name="positive", code="""
            def «name»(«param»):
                def decorate(«call»):
                    def guarded(«user», *args, **kwargs):
                        if «granted»:
                            return «call»(«user», *args, **kwargs)
                        raise «error»("not allowed")
                    guarded.__name__ = «call».__name__
                    return guarded
                return decorate
            """, mutants=(("        guarded.__name__ = «call».__name__\n", ""), ("if «granted»", "if «denied»"),
                          ("if «granted»:", "if «user»:"))),
    ),
    mutants=(
        ("«call»(«user», *args, **kwargs)", "«call»(«user», *args)"),
        ("«call»(«user», *args, **kwargs)", "«call»(*args, **kwargs)"),
        ("raise «error»", "raise TypeError"), ("any(", "all("), ("not all(", "not any("),
        ("return guarded", "return «call»"),
    ),
    verifier=check_decorator,
)  # fmt: skip
