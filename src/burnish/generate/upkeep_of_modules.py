"""Maintainability pairs about modules: kinds that are added without an edit, imports that do no work."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, draw_noun

# Another module adds a kind to the table, and takes it away again for the next call.
EXTEND = """
def drive(ns, call):
    table, kind = ns[call["table"]], call.get("add")
    if kind:
        table[kind] = lambda value: f"<{value}>"
    try:
        return ns[call["entry"]](*call["args"])
    finally:
        if kind:
            table.pop(kind, None)
"""


def draw_extension(rng: Random) -> dict[str, Any]:
    """Draw three kinds with what is done with a text of each."""
    noun = draw_noun(rng)
    kinds = rng.sample(["plain", "loud", "quiet", "title", "short", "mail", "chat", "label", "code"], 3)
    ways = rng.sample(
        [
            ("upper()", "in capitals"),
            ("lower()", "in small letters"),
            ("strip()", "without spaces around it"),
            ("title()", "with a capital for each word"),
            ("swapcase()", "with large and small letters swapped"),
        ],
        3,
    )
    facts = (
        {f"k{number}": kind for number, kind in enumerate(kinds)}
        | {f"m{number}": way for number, (way, _) in enumerate(ways)}
        | {f"w{number}": words for number, (_, words) in enumerate(ways)}
    )
    return facts | {
        "name": pick(rng, f"format_{noun.one}|render_{noun.one}|show_{noun.one}|{noun.one}_text|write_{noun.one}"),
        "table": f"{noun.one.upper()}_{pick(rng, 'FORMATS|WRITERS|STYLES|KINDS')}", "one": noun.one,
        "kind": pick(rng, "kind|style|form"), "text": pick(rng, "text|value|title"),
    }  # fmt: skip


def check_extension(facts: Facts, rng: Random) -> dict[str, Any]:
    """Use the three kinds and an unknown one; then a kind that was added to the table."""
    name, value = facts["name"], f" {rng.choice(FIRST_NAMES)} van {rng.choice(FIRST_NAMES)} "
    call = {"entry": name, "table": facts["table"]}
    known: list[tuple[Any, Any]] = [
        (call | {"args": [facts[f"k{number}"], value]}, getattr(value, facts[f"m{number}"][:-2])()) for number in range(3)
    ]  # fmt: skip
    known.append((call | {"args": ["nothing", value]}, {"raises": "ValueError"}))
    added = [(call | {"args": [kind, value], "add": kind}, f"<{value}>") for kind in ("tag", "angle")]
    return {
        "works": python_check(name, known, harness=EXTEND),
        "new_kind_without_edit": python_check(name, added, harness=EXTEND),
    }


EXTENSION = Template(
    id="table_of_kinds",
    ask=(
        "Write a Python module: a dict `«table»` from kinds to functions of a text, and `«name»(«kind», «text»)`, which uses it. '«k0»' gives the text «w0», '«k1»' «w1», '«k2»' «w2»; an unknown kind raises ValueError. Plugins add kinds to the dict.",
        "How a «one» is shown depends on its kind: «k0» («w0»), «k1» («w1») or «k2» («w2»). Please write `«name»(«kind», «text»)` in Python with a dict `«table»` of functions, to which other modules add theirs. ValueError for a kind that isn't known.",
        "In Python, `«name»(«kind», «text»)` returns the text «w0» for '«k0»', «w1» for '«k1»', «w2» for '«k2»' and raises ValueError else. Other teams register more through the dict `«table»`, whose values are functions of one text.",
    ),
    draw=draw_extension,
    shapes=(
        Shape(name="methods", code="""
            «table» = {"«k0»": lambda «text»: «text».«m0», "«k1»": lambda «text»: «text».«m1», "«k2»": lambda «text»: «text».«m2»}


            def «name»(«kind», «text»):
                if «kind» not in «table»:
                    raise ValueError(f"unknown «kind» {«kind»!r}")
                return «table»[«kind»](«text»)
            """, mutants=(("if «kind» not in «table»:", 'if «kind» not in ("«k0»", "«k1»", "«k2»"):'),)),
        Shape(name="decorator", code="""
            «table» = {}


            def kind_of_«one»(name):
                def register(function):
                    «table»[name] = function
                    return function

                return register


            @kind_of_«one»("«k0»")
            def first(«text»):
                return «text».«m0»


            @kind_of_«one»("«k1»")
            def second(«text»):
                return «text».«m1»


            @kind_of_«one»("«k2»")
            def third(«text»):
                return «text».«m2»


            def «name»(«kind», «text»):
                try:
                    function = «table»[«kind»]
                except KeyError:
                    raise ValueError(f"no such «kind»: {«kind»}") from None
                return function(«text»)
            """, mutants=(("function = «table»[«kind»]", 'function = {"«k0»": first, "«k1»": second, "«k2»": third}[«kind»]'),)),
    ),
    wrong=("""
        «table» = {}


        def «name»(«kind», «text»):
            if «kind» == "«k0»":
                return «text».«m0»
            if «kind» == "«k1»":
                return «text».«m1»
            if «kind» == "«k2»":
                return «text».«m2»
            raise ValueError(f"unknown «kind» {«kind»!r}")
        """, """
        «table» = {
            "«k0»": lambda «text»: «text».«m0»,
            "«k1»": lambda «text»: «text».«m1»,
            "«k2»": lambda «text»: «text».«m2»,
        }


        def «name»(«kind», «text»):
            if «kind» == "«k0»":
                function = «table»["«k0»"]
            elif «kind» == "«k1»":
                function = «table»["«k1»"]
            elif «kind» == "«k2»":
                function = «table»["«k2»"]
            else:
                raise ValueError(f"unknown «kind» {«kind»!r}")
            result = function(«text»)
            return result
        """),
    verifier=check_extension,
)  # fmt: skip

# The program imports a module that counts what is opened; "opened" is looked at before anything is called.
GATEWAY = """
opened = []

class Connection:
    def __init__(self, address):
        opened.append(address)
    def get(self, key):
        return f"{key} of {opened[-1]}"
"""
IMPORTING = """
import gateway

AT_IMPORT = len(gateway.opened)

def drive(ns, call):
    return AT_IMPORT if call["look"] == "opened" else ns[call["entry"]](*call["args"])
"""


def draw_import(rng: Random) -> dict[str, Any]:
    """Draw an address and what is read from there."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"read_{noun.one}|get_{noun.one}|find_{noun.one}|load_{noun.one}|{noun.one}_by_key"),
        "one": noun.one, "many": noun.many, "address": f"{noun.many}-db:{rng.randrange(4000, 9999)}",
        "key": pick(rng, f"key|{noun.one}_id|code|number"), "open": pick(rng, "connect|connection|open_gateway|client"),
    }  # fmt: skip


def check_import(facts: Facts, rng: Random) -> dict[str, Any]:
    """Read two values; then look at what importing the module opened."""
    name, keys = facts["name"], rng.sample(FIRST_NAMES, 2)
    known = [({"entry": name, "args": [key], "look": "result"}, f"{key} of {facts['address']}") for key in keys]
    modules = {"gateway": GATEWAY}
    return {
        "works": python_check(name, known, harness=IMPORTING, modules=modules),
        "import_does_no_work": python_check(
            name, [({"entry": name, "args": [], "look": "opened"}, 0)], harness=IMPORTING, modules=modules
        ),
    }


IMPORT = Template(
    id="work_at_import",
    ask=(
        "Write a Python module with the function `«name»(«key»)`: it returns `get(«key»)` of a connection to '«address»'. The module `gateway` is there: `gateway.Connection(address)` connects. Tests import your module where no server runs.",
        "Our «many» are behind a gateway. Please write `«name»(«key»)` in Python, which returns what `.get(«key»)` of `gateway.Connection(\"«address»\")` gives. Many scripts import this module and never read a «one».",
        "I need a Python module that reads one «one»: `«name»(«key»)`. Use `gateway.Connection`, which connects when it is made (here to \"«address»\") and has a method `get(«key»)`. Importing the module has to work offline.",
    ),
    draw=draw_import,
    shapes=(
        Shape(name="cached", code="""
            from functools import cache

            import gateway


            @cache
            def «open»():
                return gateway.Connection("«address»")


            def «name»(«key»):
                return «open»().get(«key»)
            """, mutants=(("@cache\ndef «open»():\n    return gateway.Connection(\"«address»\")\n",
                           "«open» = cache(lambda: gateway.Connection(\"«address»\"))\n«open»()\n"),
                          ("    return «open»().get(«key»)",
                           "    return «open»().get(«key»)\n\n\n«open»()  # so that the first «one» comes fast"))),
        Shape(name="each_time", code="""
            import gateway

            ADDRESS = "«address»"


            def «name»(«key»):
                return gateway.Connection(ADDRESS).get(«key»)
            """, mutants=(('ADDRESS = "«address»"\n\n\ndef «name»(«key»):\n    return gateway.Connection(ADDRESS)', 'CONNECTION = gateway.Connection("«address»")\n\n\ndef «name»(«key»):\n    return CONNECTION'),)),
        Shape(name="argument", code="""
            from gateway import Connection


            def «name»(«key», connection=None):
                if connection is None:
                    connection = Connection("«address»")
                return connection.get(«key»)
            """, mutants=(("connection=None):\n    if connection is None:\n        connection = Connection(\"«address»\")\n", "connection=Connection(\"«address»\")):\n"),)),
    ),
    wrong=("""
        import gateway

        connection = gateway.Connection("«address»")


        def «name»(«key»):
            return connection.get(«key»)
        """, """
        import gateway


        class «open»_holder:
            address = "«address»"
            connection = gateway.Connection(address)

            @classmethod
            def get(cls, «key»):
                return cls.connection.get(«key»)


        def «name»(«key»):
            return «open»_holder.get(«key»)
        """),
    verifier=check_import,
)  # fmt: skip
