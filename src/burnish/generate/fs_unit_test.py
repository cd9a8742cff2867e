"""Category `fs_unit_test`: tests for a small function that is given. They must pass on it and fail on its broken copies."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from burnish.generate.checks import test_check
from burnish.generate.core import Category, Edit, Facts, Shape, Template, fill, fill_inline
from burnish.generate.drawing import pick
from burnish.generate.unit_test_basics import ERROR, LIMIT, RESULT
from burnish.generate.wording import FIRST_NAMES, draw_noun


def suite(program: str, breaks: Sequence[Edit]) -> Callable[[Facts, Random], dict[str, Any]]:
    """Return the verifier of tests for `program`, whose broken copies are made by `breaks`."""

    def verifier(facts: Facts, rng: Random) -> dict[str, Any]:
        good = fill(program, facts) + "\n"
        edits = [tuple(fill_inline(part, facts) for part in edit) for edit in breaks]
        return test_check(facts["module"], good, [good.replace(old, new) for old, new in edits])

    return verifier


ASKS = (
    "Write pytest tests for the function `«name»` below, which is in the module `«module»`. «rule» Cover «cover». Answer with the test code only.",
    "Here is `«name»` from `«module».py`. «rule» I need unit tests (plain functions `test_...` with assert) that would notice a mistake in any part of it: «cover».",
    "Please test this Python function with pytest. It lives in `«module»`. «rule» Make sure that «cover» are tested.",
)

CLAMP = """
def «name»(«x»):
    if «x» < «low»:
        return «low»
    if «x» > «high»:
        return «high»
    return «x»
"""


def draw_clamp(rng: Random) -> dict[str, Any]:
    """Draw a function that keeps a number inside limits."""
    low = rng.choice((0, 1, 5, 10, -10))
    high = low + rng.choice((10, 20, 50, 90))
    return {"name": pick(rng, "clamp|limit|keep_in_range|bound|cap") + rng.choice(("", "_volume", "_level", "_percent", "_page")), "module": pick(rng, "numbers_|limits|ranges|helpers|tools"), "x": pick(rng, "value|x|number|n"), "low": low, "high": high, "below": low - rng.randrange(2, 9), "above": high + rng.randrange(2, 9),
            "inside": low + rng.randrange(2, 8), "rule": "It limits a number.", "cover": f"numbers below {low}, inside, above {high}, and the limits themselves"}  # fmt: skip


CLAMPED = Template(
    id="limits",
    ask=ASKS,
    starter=CLAMP,
    draw=draw_clamp,
    shapes=(
        Shape(name="one_each", code="""
            from «module» import «name»


            def test_inside():
                assert «name»(«inside») == «inside»


            def test_below():
                assert «name»(«below») == «low»


            def test_above():
                assert «name»(«above») == «high»
            """, mutants=(("assert «name»(«above») == «high»", "assert «name»(«above»)"), ("== «inside»", "is not None"), ("«name»(«below») == «low»", "«name»(«below») == «below»"), ("== «high»", "!= «high»"))),
        Shape(name="parametrized", code="""
            import pytest

            from «module» import «name»


            @pytest.mark.parametrize("given, expected", [(«below», «low»), («low», «low»), («inside», «inside»), («above», «high»)])
            def test_«name»(given, expected):
                assert «name»(given) == expected
            """, mutants=((", («above», «high»)", ""), ("(«below», «low»), ", ""), ("== expected", "!= expected"), ("(«inside», «inside»)", "(«inside», «low»)"))),
        Shape(name="table", code="""
            from «module» import «name»


            def test_«name»():
                expected = {«below»: «low», «low»: «low», «inside»: «inside», «high»: «high», «above»: «high»}
                for given, result in expected.items():
                    assert «name»(given) == result
            """, mutants=((", «above»: «high»", ""), ("«below»: «low», ", ""), ("== result", "!= result"), ("«below»: «low»", "«below»: «high»"))),
    ),
    verifier=suite(CLAMP, (("return «low»\n", "return «x»\n"), ("return «high»\n", "return «x»\n"), ("    return «x»", "    return «low»"))),
)  # fmt: skip

TOTAL = """
def «name»(«items»):
    total = 0
    for item in «items»:
        if not item["«flag»"]:
            total += item["«price»"] * item["«count»"]
    return total
"""


def draw_total(rng: Random) -> dict[str, Any]:
    """Draw a sum over items of which some don't count."""
    noun = draw_noun(rng)
    price, count = rng.randrange(3, 30), rng.randrange(2, 6)
    return {"name": pick(rng, "total|sum_up|order_total|total_price|grand_total"), "module": pick(rng, "cart|orders|billing|invoice|basket"), "items": pick(rng, "items|lines|entries") if rng.random() < 0.5 else noun.many, "flag": pick(rng, "cancelled|free|returned|hidden"), "price": pick(rng, "price|cost|amount"), "count": pick(rng, "quantity|count|pieces"),
            "p": price, "c": count, "product": price * count, "sum": price * count + 7, "rule": "It adds up what isn't marked.", "cover": "an empty list, the multiplication, several items and a marked item"}  # fmt: skip


TOTALLED = Template(
    id="sum_of_items",
    ask=ASKS,
    starter=TOTAL,
    draw=draw_total,
    shapes=(
        Shape(name="one_each", code="""
            from «module» import «name»


            def item(price, count, marked=False):
                return {"«price»": price, "«count»": count, "«flag»": marked}


            def test_empty():
                assert «name»([]) == 0


            def test_several():
                assert «name»([item(«p», «c»), item(7, 1)]) == «sum»


            def test_marked_items_do_not_count():
                assert «name»([item(«p», «c»), item(9, 2, True)]) == «product»
            """, mutants=(("== «product»", "> 0"), ("item(9, 2, True)", "item(0, 2, True)"), ("== «sum»", "== «product»"), ("item(«p», «c»), item(7, 1)", "item(0, 0), item(«sum», 1)"))),
        Shape(name="single_test", code="""
            from «module» import «name»


            def test_«name»():
                lines = [
                    {"«price»": «p», "«count»": «c», "«flag»": False},
                    {"«price»": 7, "«count»": 1, "«flag»": False},
                    {"«price»": 100, "«count»": 3, "«flag»": True},
                ]
                assert «name»([]) == 0
                assert «name»(lines) == «sum»
                assert «name»(lines[:1]) == «product»
            """, mutants=(('"«price»": 100', '"«price»": 0'), ("== «sum»\n", ">= 0\n"), ("== «sum»", "== «product»"), ('"«count»": 3, "«flag»": True', '"«count»": 3, "«flag»": False'))),
    ),
    mutants=(("== 0", "== 1"),),
    verifier=suite(TOTAL, (("if not item", "if item"), (' * item["«count»"]', ""), ("        if not item[\"«flag»\"]:\n    ", "        if True:\n    "), ("total +=", "total ="))),
)  # fmt: skip

PARSE = """
def «name»(«text»):
    «left», «found», «right» = «text».partition("«mark»")
    if not «found»:
        raise ValueError("«complaint»" + «text»)
    return «left».strip(), «right».strip()
"""


def draw_parse(rng: Random) -> dict[str, Any]:
    """Draw a function that cuts a text in two."""
    first, second = rng.sample(FIRST_NAMES, 2)
    noun = draw_noun(rng)
    return {"name": pick(rng, f"parse_line|parse_{noun.one}|split_{noun.one}|cut_{noun.one}|read_{noun.one}_line|{noun.one}_pair"), "module": pick(rng, "parsing|settings|headers|lines|pairs"), "mark": rng.choice((":", "=", "->", "|", ";")), "text": pick(rng, "text|line|raw|entry|value"), "left": pick(rng, "left|key|head|before"), "right": pick(rng, "right|rest|tail|after"), "found": pick(rng, "separator|found|mark|_between"), "complaint": pick(rng, "not a pair: |can't read |bad line: |two parts wanted: |no separator in "), "a": first.lower(), "b": second.lower(),
            "rule": pick(rng, "It cuts a line in two.|It reads one line of our settings.|It takes a header apart.|Our importer calls it for every line.|It is the heart of a small parser.|A line has two parts."), "cover": "both parts, the spaces, a second mark in the text and the error"}  # fmt: skip


PARSED = Template(
    id="cut_in_two",
    ask=ASKS,
    starter=PARSE,
    draw=draw_parse,
    shapes=(
        Shape(name="raises", code="""
            import pytest

            from «module» import «name»


            def test_parts_without_spaces():
                assert «name»(" «a» «mark» «b» ") == ("«a»", "«b»")


            def test_only_the_first_mark_cuts():
                assert «name»("«a»«mark»«b»«mark»c") == ("«a»", "«b»«mark»c")


            def test_no_mark():
                with pytest.raises(ValueError):
                    «name»("«a»")
            """, mutants=(("pytest.raises(ValueError)", "pytest.raises(KeyError)"), ('" «a» «mark» «b» "', '"«a»«mark»«b»"'), ('"«a»«mark»«b»«mark»c") == ("«a»", "«b»«mark»c")', '"«a»«mark»c") == ("«a»", "c")'), ('«name»("«a»")', 'raise ValueError'))),
        Shape(name="try_except", code="""
            from «module» import «name»


            def test_«name»():
                left, right = «name»("  «a»  «mark»  «b»«mark»1  ")
                assert left == "«a»"
                assert right == "«b»«mark»1"


            def test_error():
                try:
                    «name»("«b»")
                except ValueError:
                    return
                assert False, "no error"
            """, mutants=(('assert right == "«b»«mark»1"', "assert right"), ('assert False, "no error"', "pass"), ("except ValueError", "except KeyError"), ('assert left == "«a»"', 'assert "«a»" in left'))),
    ),
    verifier=suite(PARSE, (("partition", "rpartition"), ("«left».strip()", "«left»"), ("«right».strip()", "«right»"), ('        raise ValueError("«complaint»" + «text»)', "        pass"))),
)  # fmt: skip

STACK = """
class «kind»:
    def __init__(self):
        self._«many» = []

    def «push»(self, «one»):
        self._«many».append(«one»)

    def «pop»(self):
        if not self._«many»:
            return None
        return self._«many».pop(«end»)

    def __len__(self):
        return len(self._«many»)
"""


def draw_stack(rng: Random) -> dict[str, Any]:
    """Draw a small store, first in first out or last in first out."""
    noun = draw_noun(rng)
    end = rng.choice(("0", "-1"))
    push, pop = rng.choice((("add", "take"), ("put", "get"), ("push", "pop"), ("insert", "remove")))
    return {"kind": f"{noun.kind}{'Queue' if end == '0' else 'Stack'}", "name": f"{noun.kind}{'Queue' if end == '0' else 'Stack'}", "module": pick(rng, "stores|queues|jobs|buffers"), "many": noun.many, "one": "item", "push": push, "pop": pop, "end": end, "other": "-1" if end == "0" else "0",
            "x": "a" if end == "0" else "b", "y": "b" if end == "0" else "a", "rule": f"`{push}` stores, `{pop}` takes the {'oldest' if end == '0' else 'newest'}.", "cover": "the order, the length and taking from an empty one"}  # fmt: skip


STACKED = Template(
    id="small_store",
    ask=(
        "Write pytest tests for the class `«kind»` below, which is in the module `«module»`. «rule» Cover «cover». Answer with the test code only.",
        "Here is `«kind»` from `«module».py`. «rule» I need unit tests (plain functions `test_...` with assert) that would notice a mistake in any part of it: «cover».",
        "Please test this Python class with pytest. It lives in `«module»`. «rule» Make sure that «cover» are tested.",
    ),
    starter=STACK,
    draw=draw_stack,
    shapes=(
        Shape(name="one_each", code="""
            from «module» import «kind»


            def test_order():
                store = «kind»()
                store.«push»("a")
                store.«push»("b")
                assert store.«pop»() == "«x»"
                assert store.«pop»() == "«y»"


            def test_empty():
                assert «kind»().«pop»() is None


            def test_length():
                store = «kind»()
                store.«push»("a")
                assert len(store) == 1
                store.«pop»()
                assert len(store) == 0
            """, mutants=(('assert store.«pop»() == "«y»"', "assert len(store) == 2"), ("is None", "is not None"), ("assert len(store) == 1", "assert len(store) == 2"), ('== "«y»"', '== "«x»"'))),
        Shape(name="one_story", code="""
            from «module» import «kind»


            def test_«push»_and_«pop»():
                store = «kind»()
                assert store.«pop»() is None
                for letter in "ab":
                    store.«push»(letter)
                assert len(store) == 2
                assert [store.«pop»(), store.«pop»()] == ["«x»", "«y»"]
                assert len(store) == 0
            """, mutants=(('== ["«x»", "«y»"]', '!= ["", ""]'), ("    assert store.«pop»() is None\n", ""), ('["«x»", "«y»"]', '["«y»", "«x»"]'), ("assert len(store) == 2", "assert len(store) == 3"))),
    ),
    verifier=suite(STACK, ((".pop(«end»)", ".pop(«other»)"), ("return None", "raise IndexError"), ("return len(self._«many»)", "return 0"), (".append(item)", ".append([item])"))),
)  # fmt: skip

GRADE = """
def «name»(score):
    if score >= «high»:
        return "«a»"
    if score >= «low»:
        return "«b»"
    return "«c»"
"""


def draw_grade(rng: Random) -> dict[str, Any]:
    """Draw a function that sorts numbers into three classes."""
    low = rng.choice((20, 30, 40, 50))
    a, b, c = rng.choice(
        (
            ("high", "medium", "low"),
            ("gold", "silver", "bronze"),
            ("good", "fair", "poor"),
            ("hot", "warm", "cold"),
            ("pass", "repeat", "fail"),
            ("large", "normal", "small"),
        )
    )
    return {"name": pick(rng, "grade|rate|classify|level_of|category|rank"), "module": pick(rng, "grading|ratings|levels|scores|classes"), "low": low, "high": low + rng.choice((20, 30, 40, 45)), "a": a, "b": b, "c": c, "rule": "It sorts scores into three classes.", "cover": "all three results and the two limits exactly"}  # fmt: skip


GRADED = Template(
    id="three_classes",
    ask=ASKS,
    starter=GRADE,
    draw=lambda rng: {**(f := draw_grade(rng)), "under_high": f["high"] - 1, "under_low": f["low"] - 1, "over": f["high"] + 5},
    shapes=(
        Shape(name="one_each", code="""
            from «module» import «name»


            def test_«a»():
                assert «name»(«high») == "«a»"
                assert «name»(«over») == "«a»"


            def test_«b»():
                assert «name»(«low») == "«b»"
                assert «name»(«under_high») == "«b»"


            def test_«c»():
                assert «name»(«under_low») == "«c»"
            """, mutants=(('assert «name»(«high») == "«a»"\n    ', ""), ('assert «name»(«low») == "«b»"\n    ', ""), ('«name»(«under_low») == "«c»"', "«name»(«under_low»)"), ('assert «name»(«under_high») == "«b»"', 'assert «name»(«under_high») == "«a»"'))),
        Shape(name="parametrized", code="""
            import pytest

            from «module» import «name»


            @pytest.mark.parametrize(
                ("score", "expected"),
                [(«high», "«a»"), («under_high», "«b»"), («low», "«b»"), («under_low», "«c»")],
            )
            def test_«name»(score, expected):
                assert «name»(score) == expected
            """, mutants=(('(«high», "«a»"), ', ""), ('(«low», "«b»"), ', ""), ("== expected", "in [expected, None, '«a»', '«b»', '«c»']"), ('(«low», "«b»")', '(«low», "«c»")'))),
        Shape(name="dictionary", code="""
            from «module» import «name»


            def test_limits():
                results = {«under_low»: "«c»", «low»: "«b»", «under_high»: "«b»", «high»: "«a»"}
                assert {score: «name»(score) for score in results} == results
            """, mutants=(('«low»: "«b»", ', ""), (', «high»: "«a»"', ""), ("== results", "!= {}"), ('«under_low»: "«c»"', '«under_low»: "«b»"'))),
    ),
    verifier=suite(GRADE, (("score >= «high»", "score > «high»"), ("score >= «low»", "score > «low»"), ('return "«c»"', 'return "«b»"'), ('return "«a»"', 'return "«c»"'))),
)  # fmt: skip

CATEGORY = Category(
    name="fs_unit_test", family="testing", templates=(CLAMPED, TOTALLED, PARSED, STACKED, GRADED, RESULT, LIMIT, ERROR)
)
