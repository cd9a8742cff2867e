"""Category `fs_unit_test`: tests for a small function that is given. They must pass on it and fail on its broken copies."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from burnish.generate.checks import test_check
from burnish.generate.core import Category, Edit, Facts, Shape, Template, fill, fill_inline
from burnish.generate.drawing import pick
from burnish.generate.unit_test_basics import ERROR, LIMIT, RESULT, check_suite
from burnish.generate.unit_test_classes import ASKS, GRADED, break_each
from burnish.generate.wording import FIRST_NAMES, draw_noun


def suite(program: str, breaks: Sequence[Edit]) -> Callable[[Facts, Random], dict[str, Any]]:
    """Return the verifier of tests for `program`, whose broken copies are made by `breaks`."""

    def verifier(facts: Facts, rng: Random) -> dict[str, Any]:
        good = fill(program, facts) + "\n"
        edits = [tuple(fill_inline(part, facts) for part in edit) for edit in breaks]
        return test_check(facts["module"], good, [good.replace(old, new) for old, new in edits])

    return verifier


def draw_clamp(rng: Random) -> dict[str, Any]:
    """Draw a function that keeps a number inside limits, with two ifs or with min and max."""
    noun, low = draw_noun(rng), rng.choice((0, 1, 5, 10, -10, -5, 2, 100))
    high, x = (
        low + rng.choice((10, 12, 20, 25, 50, 60, 90)),
        pick(rng, f"value|x|number|n|wanted|{noun.one}_{rng.choice(('level', 'size'))}"),
    )
    name = pick(rng, "clamp|limit|keep_in_range|bound|cap|restrict") + rng.choice(
        ("", "_volume", "_level", "_percent", "_page", f"_{noun.one}", f"_{noun.one}_count")
    )
    head = f"def {name}({x}):\n    "
    program, broken = (
        f"{head}return max({low}, min({high}, {x}))",
        [
            f"{head}return max({low}, {x})",
            f"{head}return min({high}, {x})",
            f"{head}return {low} if {x} < {high} else {high}",
        ],
    )
    if rng.random() < 0.5:
        program = (
            f"{head}if {x} < {low}:\n        return {low}\n    if {x} > {high}:\n        return {high}\n    return {x}"
        )
        broken = break_each(
            program,
            (f"return {low}\n", f"return {x}\n"),
            (f"return {high}\n", f"return {x}\n"),
            (f"    return {x}", f"    return {low}"),
        )
    return {"name": name, "module": pick(rng, f"numbers_|limits|ranges|helpers|tools|{noun.many}|{noun.one}_rules"),
            "low": low, "high": high, "below": low - rng.randrange(2, 9), "above": high + rng.randrange(2, 9),
            "program": program, "broken": broken,
            "inside": low + rng.randrange(2, 8), "rule": "It limits a number.",
            "cover": f"numbers below {low}, inside, above {high}, and the limits themselves"}  # fmt: skip


CLAMPED = Template(
    id="limits",
    ask=ASKS,
    starter="«program»",
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
            """, mutants=(("assert «name»(«above») == «high»", "assert «name»(«above»)"), ("== «inside»", "is not None"),
                          ("«name»(«below») == «low»", "«name»(«below») == «below»"), ("== «high»", "!= «high»"))),
        Shape(name="parametrized", code="""
            import pytest

            from «module» import «name»


            @pytest.mark.parametrize("given, expected", [(«below», «low»), («low», «low»), («inside», «inside»), («above», «high»)])
            def test_«name»(given, expected):
                assert «name»(given) == expected
            """, mutants=((", («above», «high»)", ""), ("(«below», «low»), ", ""), ("== expected", "!= expected"),
                          ("(«inside», «inside»)", "(«inside», «low»)"))),
        Shape(name="table", code="""
            from «module» import «name»


            def test_«name»():
                expected = {«below»: «low», «low»: «low», «inside»: «inside», «high»: «high», «above»: «high»}
                for given, result in expected.items():
                    assert «name»(given) == result
            """, mutants=((", «above»: «high»", ""), ("«below»: «low», ", ""), ("== result", "!= result"),
                          ("«below»: «low»", "«below»: «high»"))),
    ),
    verifier=check_suite,
)  # fmt: skip


def draw_total(rng: Random) -> dict[str, Any]:
    """Draw a sum over items of which some don't count: those that are marked, or those that aren't."""
    noun, counts_marked = draw_noun(rng), rng.random() < 0.5
    p, c, verb = rng.randrange(3, 30), rng.randrange(2, 6), "is" if counts_marked else "isn't"
    flag = pick(
        rng, "paid|active|billable|selected|confirmed" if counts_marked else "cancelled|free|returned|hidden|refunded"
    )
    name = pick(
        rng, f"total|sum_up|order_total|total_price|grand_total|{noun.one}_total|sum_of_{noun.many}|{noun.one}_sum"
    )
    items, price, count = (
        pick(rng, f"items|lines|entries|{noun.many}"),
        pick(rng, "price|cost|amount|rate|fee"),
        pick(rng, "quantity|count|pieces|number|copies"),
    )
    test, turned = (
        (f'item["{flag}"]', f'not item["{flag}"]') if counts_marked else (f'not item["{flag}"]', f'item["{flag}"]')
    )
    product, head = f'item["{price}"] * item["{count}"]', f"def {name}({items}):\n    "
    program = f"{head}return sum({product} for item in {items} if {test})"
    edits = [
        (f" if {test}", f" if {turned}"),
        (f' * item["{count}"]', ""),
        (f" if {test}", ""),
        (f"{product} for item in {items} if {test}", f"[{product} for item in {items} if {test}][-1:]"),
    ]
    if rng.random() < 0.5:
        program = f"{head}total = 0\n    for item in {items}:\n        if {test}:\n            total += {product}\n    return total"
        edits = [
            (f"if {test}", f"if {turned}"),
            (f' * item["{count}"]', ""),
            (f"if {test}", "if True"),
            ("total +=", "total ="),
        ]
    return {"name": name, "module": pick(rng, f"cart|orders|billing|invoice|basket|{noun.one}_costs|{noun.many}_math"),
            "flag": flag, "price": price, "count": count, "program": program, "broken": break_each(program, *edits),
            "on": str(counts_marked), "off": str(not counts_marked),
            "p": p, "c": c, "product": p * c, "sum": p * c + 7, "rule": f"It adds up what {verb} marked `{flag}`.",
            "cover": "an empty list, the multiplication, several items and an item that doesn't count"}  # fmt: skip


TOTALLED = Template(
    id="sum_of_items",
    ask=ASKS,
    starter="«program»",
    draw=draw_total,
    shapes=(
        Shape(name="one_each", code="""
            from «module» import «name»


            def item(price, count, «flag»=«on»):
                return {"«price»": price, "«count»": count, "«flag»": «flag»}


            def test_empty():
                assert «name»([]) == 0


            def test_several():
                assert «name»([item(«p», «c»), item(7, 1)]) == «sum»


            def test_some_items_do_not_count():
                assert «name»([item(«p», «c»), item(9, 2, «off»)]) == «product»
            """, mutants=(("== «product»", "> 0"), ("item(9, 2, «off»)", "item(0, 2, «off»)"), ("== «sum»", "== «product»"),
                          ("item(«p», «c»), item(7, 1)", "item(0, 0), item(«sum», 1)"))),
        Shape(name="single_test", code="""
            from «module» import «name»


            def test_«name»():
                lines = [
                    {"«price»": «p», "«count»": «c», "«flag»": «on»},
                    {"«price»": 7, "«count»": 1, "«flag»": «on»},
                    {"«price»": 100, "«count»": 3, "«flag»": «off»},
                ]
                assert «name»([]) == 0
                assert «name»(lines) == «sum»
                assert «name»(lines[:1]) == «product»
            """, mutants=(('"«price»": 100', '"«price»": 0'), ("== «sum»\n", ">= 0\n"), ("== «sum»", "== «product»"),
                          ('"«count»": 3, "«flag»": «off»', '"«count»": 3, "«flag»": «on»'))),
    ),
    mutants=(("== 0", "== 1"),),
    verifier=check_suite,
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
    return {"name": pick(rng, f"parse_line|parse_{noun.one}|split_{noun.one}|cut_{noun.one}|read_{noun.one}_line|{noun.one}_pair"),
            "module": pick(rng, "parsing|settings|headers|lines|pairs"), "mark": rng.choice((":", "=", "->", "|", ";")),
            "text": pick(rng, "text|line|raw|entry|value"), "left": pick(rng, "left|key|head|before"),
            "right": pick(rng, "right|rest|tail|after"), "found": pick(rng, "separator|found|mark|_between"),
            "complaint": pick(rng, "not a pair: |can't read |bad line: |two parts wanted: |no separator in "),
            "a": first.lower(), "b": second.lower(),
            "rule": pick(rng, "It cuts a line in two.|It reads one line of our settings.|It takes a header apart.|Our importer calls it for every line.|It is the heart of a small parser.|A line has two parts."),
            "cover": "both parts, the spaces, a second mark in the text and the error"}  # fmt: skip


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
            """, mutants=(("pytest.raises(ValueError)", "pytest.raises(KeyError)"),
                          ('" «a» «mark» «b» "', '"«a»«mark»«b»"'),
                          ('"«a»«mark»«b»«mark»c") == ("«a»", "«b»«mark»c")', '"«a»«mark»c") == ("«a»", "c")'),
                          ('«name»("«a»")', 'raise ValueError'))),
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
            """, mutants=(('assert right == "«b»«mark»1"', "assert right"), ('assert False, "no error"', "pass"),
                          ("except ValueError", "except KeyError"), ('assert left == "«a»"', 'assert "«a»" in left'))),
    ),
    verifier=suite(PARSE,
                   (("partition", "rpartition"), ("«left».strip()", "«left»"), ("«right».strip()", "«right»"),
                    ('        raise ValueError("«complaint»" + «text»)', "        pass"))),
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
    return {"kind": f"{noun.kind}{'Queue' if end == '0' else 'Stack'}",
            "name": f"{noun.kind}{'Queue' if end == '0' else 'Stack'}", "module": pick(rng, "stores|queues|jobs|buffers"),
            "many": noun.many, "one": "item", "push": push, "pop": pop, "end": end, "other": "-1" if end == "0" else "0",
            "x": "a" if end == "0" else "b", "y": "b" if end == "0" else "a",
            "rule": f"`{push}` stores, `{pop}` takes the {'oldest' if end == '0' else 'newest'}.",
            "cover": "the order, the length and taking from an empty one"}  # fmt: skip


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
            """, mutants=(('assert store.«pop»() == "«y»"', "assert len(store) == 2"), ("is None", "is not None"),
                          ("assert len(store) == 1", "assert len(store) == 2"), ('== "«y»"', '== "«x»"'))),
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
            """, mutants=(('== ["«x»", "«y»"]', '!= ["", ""]'), ("    assert store.«pop»() is None\n", ""),
                          ('["«x»", "«y»"]', '["«y»", "«x»"]'), ("assert len(store) == 2", "assert len(store) == 3"))),
    ),
    verifier=suite(STACK,
                   ((".pop(«end»)", ".pop(«other»)"), ("return None", "raise IndexError"),
                    ("return len(self._«many»)", "return 0"), (".append(item)", ".append([item])"))),
)  # fmt: skip

CATEGORY = Category(
    name="fs_unit_test", family="testing", templates=(CLAMPED, TOTALLED, PARSED, STACKED, GRADED, RESULT, LIMIT, ERROR)
)
