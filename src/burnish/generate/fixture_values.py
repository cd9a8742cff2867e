"""The small task of `fs_test_fixture`: a fixture that gives every test a fresh value. Also what runs hidden tests on one."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, COLORS, FIRST_NAMES, NUMBER_FIELDS, STATUSES, TEXT_FIELDS, draw_noun

# Two tests use the fixture: what each was given, and whether both were given one object.
TWO_TESTS = """
import copy
import pytest

def drive(ns, call):
    seen, shown = [], []
    source = "def test_{0}({1}):\\n    note({1})\\n"
    def note(value):
        seen.append(value)
        shown.append(copy.deepcopy(value))
        value.clear()
    scope = {"note": note}
    for number in (1, 2):
        exec(source.format(number, call["name"]), scope)
    tests = {name: value for name, value in scope.items() if name.startswith("test_")}
    report = pytest.run_tests({**{k: v for k, v in ns.items() if not k.startswith("test")}, **tests})
    return [*shown, len(report["failed"]), len(seen) == 2 and seen[0] is seen[1]]
"""


def draw_value(rng: Random) -> dict[str, Any]:
    """Draw what a fixture returns: one record or a list of texts or numbers."""
    noun = draw_noun(rng)
    kind = rng.choice(("record", "record", "record", "numbers", "texts"))
    value: Any
    if kind == "record":
        fields = rng.sample([*NUMBER_FIELDS, *TEXT_FIELDS], rng.choice((2, 2, 3)))
        texts = rng.sample([*(name.lower() for name in FIRST_NAMES), *STATUSES, *COLORS], 3)
        value = {f: rng.randrange(1, 400) if f in NUMBER_FIELDS else texts.pop() for f in fields}
        name, words = noun.one, f"a dict with {describe_fields(value)}"
        changed = {**value, fields[0]: "other" if isinstance(value[fields[0]], str) else value[fields[0]] + 1}
    else:
        size = rng.randrange(2, 5)
        value = [rng.randrange(1, 200) for _ in range(size)] if kind == "numbers" else rng.sample(CITIES, size)
        name = f"{noun.one}_{pick(rng, 'sizes|prices|weights|ids' if kind == 'numbers' else 'cities|places')}"
        words, changed = f"the list `{quote(value)}`", value[1:]
    return {
        "name": name, "value": quote(value), "changed": quote(changed), "words": words, "hidden": value,
        "for": pick(rng, f"my tests of {noun.many}|the {noun.one} tests|the tests in `test_{noun.many}.py`|our API tests"),
        "reason": pick(rng, f"No test may see another test's changes.|Tests will change the {noun.one}, so never share it.|"
                            "Each test gets a new one.|It is made anew for each test."),
    }  # fmt: skip


def quote(value: Any) -> str:
    """Return a value as Python with double quotes."""
    return repr(value).replace("'", '"')


def describe_fields(value: dict[str, Any]) -> str:
    """Return the entries of a record in words."""
    parts = [f"`{key}` {quote(item)}" for key, item in value.items()]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def check_value(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the drawn value in each of two tests that empty what they are given."""
    del rng
    value = facts["hidden"]
    return python_check(
        facts["name"], [({"name": facts["name"]}, [value, value, 0, False])], harness=TWO_TESTS, lend=["pytest"]
    )


VALUE = Template(
    id="fresh_value",
    ask=(
        "Write a pytest fixture `«name»` for «for». It returns «words». «reason»",
        "In «for» I need a fixture called `«name»`: «words». «reason» Use pytest and show only the fixture with its import.",
        "«reason» Please define a pytest fixture, `«name»`, that gives «for» «words».",
        "How do I share test data in pytest? Show me the fixture `«name»` for «for»; its value is «words». «reason»",
        "Many of «for» start from the same data, «words». Put it in a pytest fixture named `«name»`. «reason»",
    ),
    draw=draw_value,
    shapes=(
        Shape(name="returns", code="""
            import pytest


            @pytest.fixture
            def «name»():
                return «value»
            """, mutants=(("@pytest.fixture\n", ""), ("return", "print"),
                          ("@pytest.fixture", '@pytest.fixture(scope="session")'))),
        Shape(name="yields", code="""
            import pytest


            @pytest.fixture()
            def «name»():
                yield «value»
            """, mutants=(("@pytest.fixture()\n", ""), ("yield", "assert"), ("fixture()", 'fixture(scope="module")'))),
        Shape(name="factory", code="""
            import pytest


            def make_«name»():
                return «value»


            @pytest.fixture
            def «name»():
                return make_«name»()
            """, mutants=(("@pytest.fixture\n", ""), ("return make_«name»()", "return make_«name»"),
                          ("return make_«name»()", "make_«name»()"))),
    ),
    mutants=(("«value»", "«changed»"), ("«value»", "None")),
    wrong=("import pytest\n\nVALUE = «value»\n\n\n@pytest.fixture\ndef «name»():\n    return VALUE",),
    verifier=check_value,
)  # fmt: skip
