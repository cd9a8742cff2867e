"""Maintainability pairs about state: calls that don't know of each other, arguments left alone, objects of their own."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, NUMBER_FIELDS, TEXT_FIELDS, draw_noun, draw_nouns

# Several calls of one function; the last argument of a call may be left out.
CALLS = """
def drive(ns, call):
    results = []
    for args in call["calls"]:
        results.append(list(ns[call["entry"]](*args)))
    return results
"""


def draw_default(rng: Random) -> dict[str, Any]:
    """Draw what is collected."""
    noun, other = draw_nouns(rng, 2)
    return {
        "name": pick(rng, f"add_{noun.one}|with_{noun.one}|collect_{noun.one}|append_{noun.one}|remember_{noun.one}"),
        "one": noun.one, "many": noun.many, "other": other.one,
        "into": pick(rng, f"{noun.many}|into|known|earlier|so_far"),
    }  # fmt: skip


def check_default(facts: Facts, rng: Random) -> dict[str, Any]:
    """Add to given lists and once to none; then several times to none."""
    a, b, c = rng.sample(FIRST_NAMES, 3)
    name = facts["name"]
    # one call without a list, the first: all calls of a check meet the same loaded program
    known: list[tuple[list[Any], list[Any]]] = [([[a]], [[a]]), ([[b, [a]]], [[a, b]]), ([[c, []]], [[c]])]
    again: list[tuple[list[Any], list[Any]]] = [([[a], [b]], [[a], [b]]), ([[a], [b, [c]], [c]], [[a], [c, b], [c]])]

    def check(cases: list[tuple[list[Any], list[Any]]]) -> dict[str, Any]:
        return python_check(name, [({"entry": name, "calls": calls}, wanted) for calls, wanted in cases], harness=CALLS)

    return {"works": check(known), "calls_independent": check(again)}


DEFAULT = Template(
    id="shared_default",
    ask=(
        "Write a Python function `«name»(«one», «into»)` that returns a list: the items of the list `«into»` and then `«one»`. Without `«into»` the list holds only `«one»`.",
        "For each «other» we gather its «many». In Python: `«name»(«one», «into»)` gives the list `«into»` with `«one»` at its end. The second argument is optional; when left out, the result is a list of that one «one».",
        "Please write `«name»(«one»)` in Python with an optional second parameter `«into»`, a list. Result: a list with everything in «into», if given, followed by «one».",
    ),
    draw=draw_default,
    shapes=(
        Shape(name="none", code="""
            def «name»(«one», «into»=None):
                result = list(«into») if «into» is not None else []
                result.append(«one»)
                return result
            """, mutants=(("«into»=None):\n    result = list(«into») if «into» is not None else []\n    result.append(«one»)\n    return result", "«into»=[]):\n    «into».append(«one»)\n    return «into»"),)),
        Shape(name="tuple", code="""
            def «name»(«one», «into»=()):
                return [*«into», «one»]
            """, mutants=(("«into»=()):\n    return [*«into», «one»]",
                           "«into»=[]):\n    «into» += [«one»]\n    return «into»"),)),
        Shape(name="star", code="""
            def «name»(«one», «into»=None):
                if «into» is None:
                    return [«one»]
                result = «into».copy()
                result.append(«one»)
                return result
            """),
    ),
    wrong=("""
        collected = []


        def «name»(«one», «into»=None):
            if «into» is None:
                collected.append(«one»)
                return collected
            result = list(«into»)
            result.append(«one»)
            return result
        """, """
        def «name»(«one», «into»=[]):
            «into».append(«one»)
            return «into»
        """),
    verifier=check_default,
)  # fmt: skip

# What the function returns, or what its argument is afterwards.
ARGUMENTS = """
import copy

def drive(ns, call):
    given = copy.deepcopy(call["rows"])
    result = ns[call["entry"]](given)
    return given if call["look"] == "given" else result
"""


def draw_argument(rng: Random) -> dict[str, Any]:
    """Draw rows, the number they are sorted by and the text that is made lower case."""
    noun = draw_noun(rng)
    number, text = rng.choice(NUMBER_FIELDS), rng.choice([name for name in TEXT_FIELDS if name != noun.one])
    return {
        "name": pick(rng, f"sorted_{noun.many}|tidy_{noun.many}|normalise_{noun.many}|{noun.many}_by_{number}|ranked_{noun.many}|clean_{noun.many}"),
        "one": noun.one, "many": noun.many,
        "number": number, "text": text, "method": pick(rng, "lower|upper|title|strip"), "row": pick(rng, "row|item|entry"),
    }  # fmt: skip


def check_argument(facts: Facts, rng: Random) -> dict[str, Any]:
    """Compare the result; then look at the argument."""
    name, number, text = facts["name"], facts["number"], facts["text"]
    given: list[dict[str, Any]] = [
        {number: value, text: f" {rng.choice(FIRST_NAMES)} x"} for value in rng.sample(range(1, 90), 4)
    ]
    given = sorted(given, key=lambda row: row[number], reverse=True)
    wanted = sorted(
        ({number: row[number], text: getattr(row[text], facts["method"])()} for row in given),
        key=lambda row: row[number],
    )
    call = {"entry": name, "rows": given, "look": "result"}
    return {
        "works": python_check(name, [(call, wanted), (call | {"rows": []}, [])], harness=ARGUMENTS),
        "argument_unchanged": python_check(name, [(call | {"look": "given"}, given)], harness=ARGUMENTS),
    }


ARGUMENT = Template(
    id="argument_unchanged",
    ask=(
        "Write a Python function `«name»(«many»)`: from a list of dicts with `«number»` and `«text»` it returns a list sorted by `«number»`, smallest first, in which `str.«method»` was applied to each `«text»`.",
        "`«name»(«many»)` in Python should give the «many» (dicts of `«number»` and `«text»`) ordered by ascending `«number»`, every `«text»` passed through `.«method»()`. Several pages show the original list as well.",
        "Please implement `«name»(«many»)` in Python. Each «one» is a dict with the keys `«number»` and `«text»`. Result: the dicts by rising `«number»`, with `«text»` changed by `.«method»()`.",
    ),
    draw=draw_argument,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«many»):
                changed = [{**«row», "«text»": «row»["«text»"].«method»()} for «row» in «many»]
                return sorted(changed, key=lambda «row»: «row»["«number»"])
            """, mutants=(("    changed = [{**«row», \"«text»\": «row»[\"«text»\"].«method»()} for «row» in «many»]\n    return sorted(changed,", "    for «row» in «many»:\n        «row»[\"«text»\"] = «row»[\"«text»\"].«method»()\n    return sorted(«many»,"),)),
        Shape(name="copies", code="""
            def «name»(«many»):
                result = []
                for «row» in sorted(«many», key=lambda one: one["«number»"]):
                    «row» = dict(«row»)
                    «row»["«text»"] = «row»["«text»"].«method»()
                    result.append(«row»)
                return result
            """, mutants=(("        «row» = dict(«row»)\n", ""),
                          ("    for «row» in sorted(«many», key=lambda one: one[\"«number»\"]):",
                           "    «many».sort(key=lambda one: one[\"«number»\"])\n    for «row» in «many»:"))),
        Shape(name="deepcopy", code="""
            from copy import deepcopy
            from operator import itemgetter


            def «name»(«many»):
                result = deepcopy(«many»)
                result.sort(key=itemgetter("«number»"))
                for «row» in result:
                    «row»["«text»"] = «row»["«text»"].«method»()
                return result
            """, mutants=(("result = deepcopy(«many»)", "result = list(«many»)"),
                          ("result = deepcopy(«many»)", "result = «many».copy()"),
                          ("result = deepcopy(«many»)", "result = «many»"))),
    ),
    verifier=check_argument,
)  # fmt: skip

# Two objects of one class, told things in turn; the outcome is what each then holds.
OBJECTS = """
def drive(ns, call):
    made = [ns[call["entry"]]() for _ in range(call["objects"])]
    for place, value in call["steps"]:
        getattr(made[place], call["method"])(value)
    return [list(getattr(one, call["list"])()) for one in made]
"""


def draw_instance(rng: Random) -> dict[str, Any]:
    """Draw a class that keeps things."""
    noun, other = draw_nouns(rng, 2)
    return {
        "kind": f"{other.kind}{pick(rng, 'List|Box|Log|Book|Register|Board')}", "one": noun.one, "many": noun.many,
        "owner": other.one, "owners": other.many, "method": pick(rng, f"add|put|record|add_{noun.one}|insert"),
        "list": pick(rng, f"all|{noun.many}|items_in_order|contents|listed"),
        "field": pick(rng, f"_{noun.many}|_items|_kept|_stored"),
    }  # fmt: skip


def check_instance(facts: Facts, rng: Random) -> dict[str, Any]:
    """Fill one object; then two in turn."""
    names = rng.sample(FIRST_NAMES, 4)
    kind = {"entry": facts["kind"], "method": facts["method"], "list": facts["list"]}
    one = kind | {"objects": 1, "steps": [[0, name] for name in names]}
    two = kind | {"objects": 2, "steps": [[number % 2, name] for number, name in enumerate(names)]}
    return {
        "works": python_check(facts["kind"], [(one, [names])], harness=OBJECTS),
        "instances_independent": python_check(
            facts["kind"],
            [(two, [names[::2], names[1::2]]), (two | {"objects": 3}, [names[::2], names[1::2], []])],
            harness=OBJECTS,
        ),
    }


INSTANCE = Template(
    id="shared_attribute",
    ask=(
        "Write a Python class `«kind»` for the «many» of one «owner»: `«method»(«one»)` keeps a «one», `«list»()` returns a list of all of them in the order in which they came.",
        "Each of our «owners» gets an object of the class `«kind»`, made without arguments. Please write it in Python: method `«method»(«one»)` stores, method `«list»()` gives the stored «many», oldest first, as a list.",
        "In Python I need `«kind»()`. It has two methods, `«method»(«one»)`, which remembers what it is given, and `«list»()`, which lists the «many» remembered by this «owner» so far.",
    ),
    draw=draw_instance,
    shapes=(
        Shape(name="init", code="""
            class «kind»:
                def __init__(self):
                    self.«field» = []

                def «method»(self, «one»):
                    self.«field».append(«one»)

                def «list»(self):
                    return list(self.«field»)
            """, mutants=(("    def __init__(self):\n        self.«field» = []\n", "    «field» = []\n"),
                          ("        self.«field» = []\n", "        self.«field» = «kind»._shared\n\n    _shared = []\n"))),
        Shape(name="dataclass", code="""
            from dataclasses import dataclass, field


            @dataclass
            class «kind»:
                «field»: list = field(default_factory=list)

                def «method»(self, «one»):
                    self.«field».append(«one»)

                def «list»(self):
                    return [*self.«field»]
            """, mutants=(("«field»: list = field(default_factory=list)", "«field» = []"),
                          ("field(default_factory=list)", "field(default_factory=lambda kept=[]: kept)"))),
    ),
    wrong=("""
        class «kind»:
            def __init__(self, «many»=[]):
                self.«field» = «many»

            def «method»(self, «one»):
                self.«field».append(«one»)

            def «list»(self):
                return list(self.«field»)
        """,),
    verifier=check_instance,
)  # fmt: skip
