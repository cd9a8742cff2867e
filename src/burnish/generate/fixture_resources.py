"""The task of `fs_test_fixture` with an end: a fixture that prepares an object, lends it to a test and closes it again."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template, fill
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import CITIES, FIRST_NAMES, draw_noun

# Two tests use the fixture, and the first one fails: what each is given, and the state of both objects afterwards.
LIFE = """
import pytest

def drive(ns, call):
    given, seen, between = [], [], []
    opened, many, argument = call["opened"], call["many"], call["argument"]
    def note(value):
        between.extend([getattr(one, opened), list(getattr(one, many))] for one in given)
        given.append(value)
        state = [type(value).__name__, list(getattr(value, many)), getattr(value, opened)]
        seen.append(state + [getattr(value, argument) if argument else None])
        assert len(given) > 1
    scope = {"note": note}
    for number in (1, 2):
        exec(f"def test_{number}({call['name']}):\\n    note({call['name']})\\n", scope)
    tests = {name: value for name, value in scope.items() if name.startswith("test_")}
    report = pytest.run_tests({**{k: v for k, v in ns.items() if not k.startswith("test")}, **tests})
    ends = [[getattr(one, opened), list(getattr(one, many))] for one in given]
    return {"seen": seen, "between": between, "ends": ends, "failed": len(report["failed"]),
            "objects": len({id(one) for one in given})}
"""
CLASS = """
class «kind»:
    def __init__(self«parameter»):«keep»
        self.«many» = []
        self.«opened» = «at_first»«start_method»

    def «add»(self, «one»):
        if not self.«opened»:
            raise RuntimeError("not «opened»")
        self.«many».append(«one»)«clear_method»

    def «stop»(self):
        self.«opened» = False
"""

# What the class is, the flag that says that it can be used, the method that prepares it and the one that ends it.
KINDS = (
    ("Store", "open", "open_up", "close"), ("Server", "running", "start", "stop"),
    ("Queue", "connected", "connect", "disconnect"), ("Session", "active", "begin", "end"),
    ("Index", "loaded", "load", "unload"), ("Cache", "ready", "warm_up", "shut_down"),
    ("Channel", "attached", "attach", "detach"), ("Log", "recording", "record", "finish"),
)  # fmt: skip
ARGUMENTS = (
    ("name", "test"), ("path", "demo.db"), ("region", "eu"), ("mode", "fast"), ("owner", "ann"), ("topic", "news"),
)  # fmt: skip


def draw_resource(rng: Random) -> dict[str, Any]:
    """Draw a class that must be closed, how it is prepared and what is done at the end."""
    noun = draw_noun(rng)
    suffix, opened, start, stop = rng.choice(KINDS)
    starts, clears, has_argument = rng.random() < 0.5, rng.random() < 0.4, rng.random() < 0.5
    argument, value = rng.choice(ARGUMENTS)
    add, clear = pick(rng, "add|put|insert|append|save|push"), pick(rng, "clear|empty|purge|reset|drop_all")
    rows = rng.sample([*FIRST_NAMES, *CITIES], rng.randrange(1, 4))
    name = pick(rng, f"{noun.one}_{suffix.lower()}|{suffix.lower()}|filled_{suffix.lower()}|{noun.one}_data")
    steps = [f"starts it with `{start}()`"] * starts + [f"adds {in_words([repr(row) for row in rows])} with `{add}`"]
    ends = [f"`{clear}()`"] * clears + [f"`{stop}()`"]
    given, kind = f'"{value}"' if has_argument else "", f"{noun.kind}{suffix}"
    return {
        "kind": kind, "given": given, "made": f"`{kind}({given})`", "value": value if has_argument else None,
        "module": pick(rng, f"{noun.many}|{noun.one}_{suffix.lower()}s|storage|services|backend"),
        "many": noun.many, "one": noun.one, "opened": opened, "start": start, "stop": stop, "add": add, "clear": clear,
        "name": name, "rows": rows, "row": repr(rows[-1]).replace("'", '"'),
        "argument": argument if has_argument else "", "starts": starts, "clears": clears, "at_first": str(not starts),
        "parameter": f", {argument}" if has_argument else "",
        "keep": f"\n        self.{argument} = {argument}" if has_argument else "",
        "start_method": f"\n\n    def {start}(self):\n        self.{opened} = True" if starts else "",
        "clear_method": f"\n\n    def {clear}(self):\n        if not self.{opened}:\n"
                        f'            raise RuntimeError("not {opened}")\n'
                        f"        self.{noun.many}.clear()" if clears else "",
        "steps": " and ".join(steps).replace("'", '"'), "ends": " and then ".join(ends),
        "var": suffix.lower() if suffix.lower() != name else "made",
    }  # fmt: skip


def check_resource(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect both tests to get an object of their own, and each object to be closed when its test is over."""
    del rng
    rows = facts["rows"]
    seen = [facts["kind"], rows, True, facts["value"]]
    end = [False, [] if facts["clears"] else rows]
    call = {key: facts[key] for key in ("name", "opened", "many", "argument")}
    expected = {"seen": [seen, seen], "between": [end], "ends": [end, end], "failed": 1, "objects": 2}
    modules = {facts["module"]: fill(CLASS, facts) + "\n"}
    return python_check(facts["name"], [(call, expected)], harness=LIFE, modules=modules, lend=["pytest"])


def write_steps(facts: Facts) -> list[str]:
    """Return the lines that prepare the object."""
    var, rows = facts["var"], [repr(row).replace("'", '"') for row in facts["rows"]]
    start = [f"{var}.{facts['start']}()"] if facts["starts"] else []
    return [f"{var} = {facts['kind']}({facts['given']})", *start, *(f"{var}.{facts['add']}({row})" for row in rows)]


def write_ends(facts: Facts) -> list[str]:
    """Return the lines that end it."""
    clear = [f"{facts['var']}.{facts['clear']}()"] if facts["clears"] else []
    return [*clear, f"{facts['var']}.{facts['stop']}()"]


def write_fixture(facts: Facts, lines: list[str], *, arguments: str = "") -> str:
    """Return the fixture with these lines."""
    head = f"import pytest\n\nfrom {facts['module']} import {facts['kind']}\n\n\n@pytest.fixture\n"
    return "\n    ".join((f"{head}def {facts['name']}({arguments}):", *lines))


def write_yield(facts: Facts) -> str:
    """Return the fixture that yields."""
    return write_fixture(facts, [*write_steps(facts), f"yield {facts['var']}", *write_ends(facts)])


def write_finally(facts: Facts) -> str:
    """Return the fixture that yields inside `try`."""
    ends = [f"    {line}" for line in write_ends(facts)]
    return write_fixture(facts, [*write_steps(facts), "try:", f"    yield {facts['var']}", "finally:", *ends])


def write_finalizer(facts: Facts) -> str:
    """Return the fixture that asks for its end beforehand."""
    ends = [f"request.addfinalizer({line.removesuffix('()')})" for line in reversed(write_ends(facts))]
    return write_fixture(facts, [*write_steps(facts), *ends, f"return {facts['var']}"], arguments="request")


RESOURCE = Template(
    id="open_and_close",
    ask=(
        "Write a pytest fixture `«name»` for the class `«kind»` below (module `«module»`). It makes «made», «steps», and "
        "gives it to the test. After the test it calls «ends».",
        "Our tests need a `«kind»` from `«module».py` that is closed again even when a test fails. Write the pytest fixture "
        "`«name»`, which makes «made» and then «steps». At the end of each test comes «ends».",
        "After every test, «ends» must be called on the `«kind»` that the test used. Please write the fixture `«name»` for "
        "pytest, one new object for each test: it makes «made» and «steps». The class is in `«module»`.",
        "Please show a fixture with set-up and teardown in pytest. Name: `«name»`. Set-up: it makes «made», then «steps». "
        "Teardown: «ends». `«kind»` is imported from `«module»`.",
    ),
    starter=CLASS,
    draw=draw_resource,
    shapes=(
        Shape(name="yield", code=write_yield, mutants=(("    yield", "    return"), ("    «var».«stop»()", "    pass"),
                                                       ("@pytest.fixture\n", ""))),
        Shape(name="finally", code=write_finally, mutants=(("yield", "return"), ("        «var».«stop»()", "        pass"),
                                                           ("finally:", "except ValueError:"))),
        Shape(name="finalizer", code=write_finalizer, mutants=(("request.addfinalizer(«var».«stop»)", "«var».«stop»()"),
                                                               ("    request.addfinalizer(«var».«stop»)\n", ""),
                                                               ("return «var»", "return «kind»"))),
    ),
    mutants=(("    «var».«add»(«row»)\n", ""), ("@pytest.fixture", '@pytest.fixture(scope="session")'),
             ("    «var».«clear»()\n", ""), ("    request.addfinalizer(«var».«clear»)\n", ""), ("    «var».«start»()\n", "")),
    verifier=check_resource,
)  # fmt: skip
