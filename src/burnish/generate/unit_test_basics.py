"""The small tasks of `fs_unit_test`: a short test of a result, of a limit and of an error, for a function of one line."""

from random import Random
from typing import Any

from burnish.generate.checks import test_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun


def check_suite(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the tests to pass on the program and to fail on its broken copies."""
    del rng
    return test_check(facts["module"], facts["program"] + "\n", [text + "\n" for text in facts["broken"]])


# A function of one number or of two, and modules where it may be.
PRICES = (
    ("shipping_cost", "weight", "shipping|delivery|parcels"), ("taxi_fare", "km", "fares|taxi|trips"),
    ("print_cost", "pages", "printing|costs|jobs"), ("rental_price", "days", "rentals|prices|cars"),
    ("call_cost", "minutes", "calls|billing|phone"), ("parking_fee", "hours", "parking|fees|garage"),
    ("bonus_points", "purchases", "points|loyalty|rewards"), ("storage_fee", "gigabytes", "storage|billing|plans"),
    ("order_total", "price, quantity", "orders|cart|checkout"), ("room_price", "rate, nights", "hotel|rooms|bookings"),
    ("weekly_pay", "hours, wage", "payroll|salaries|pay"), ("ticket_total", "price, people", "tickets|events|cinema"),
    ("travel_cost", "distance, rate", "travel|routes|costs"), ("invoice_sum", "amount, price", "invoices|billing|sums"),
)  # fmt: skip


def draw_result(rng: Random) -> dict[str, Any]:
    """Draw a calculation of one line and an example of it."""
    name, args, modules = rng.choice(PRICES)
    x, y = rng.randrange(3, 13), rng.randrange(3, 10)
    fixed, factor = rng.randrange(2, 20), rng.randrange(2, 10)
    first, _, second = args.partition(", ")
    times, scale = (second, y) if second else (str(factor), factor)
    minus = rng.random() < 0.35 and x * scale > fixed
    result = sum([x] * scale, -fixed if minus else fixed)
    head, sign = f"def {name}({args}):\n    return ", "-" if minus else "+"
    call = f"{name}({x}, {y})" if second else f"{name}({x})"
    return {
        "name": name, "module": pick(rng, modules), "program": f"{head}{first} * {times} {sign} {fixed}",
        "broken": [f"{head}{first} * {times} {'+' if minus else '-'} {fixed}", f"{head}{first} * {times} {sign} {fixed + 1}",
                   f"{head}{first} * ({times} + 1) {sign} {fixed}", f"{head}None"],
        "call": call, "given": call[len(name) + 1 : -1], "result": result, "wrong": result + 1,
    }  # fmt: skip


RESULT = Template(
    id="one_result",
    ask=(
        "Write a pytest test for the function below, which is in the module `«module»`. It should check that `«call»` "
        "returns «result».",
        "Please add a short pytest test of `«name»` from `«module».py`: `«call»` must be «result».",
        "This function is part of our module `«module»`. I want one test function for pytest which asserts that "
        "calling `«call»` gives «result».",
    ),
    starter="«program»",
    draw=draw_result,
    shapes=(
        Shape(name="assert", code="""
            from «module» import «name»


            def test_«name»():
                assert «call» == «result»
            """, mutants=(("«call» == «result»", "«call»"), ("== «result»", "> 0"), ("== «result»", "== «wrong»"),
                          ("assert ", ""), ("def test_«name»", "def check_«name»"))),
        Shape(name="module", code="""
            import «module»


            def test_«name»():
                result = «module».«call»
                assert result == «result»
            """, mutants=(("assert result == «result»", "assert result"), ("== «result»", "!= «result»"),
                          ("    assert result == «result»", "    result == «result»"))),
        Shape(name="class", code="""
            from «module» import «name»


            class TestResult:
                def test_example(self):
                    assert «call» == «result»
            """, mutants=(("class Test", "class Check"), ("def test", "def check"), ("== «result»", "is not None"),
                          ("== «result»", "== «wrong»"))),
    ),
    verifier=check_suite,
)  # fmt: skip

# A question about a number, whether large numbers are a yes, the range of its limit, and modules where it may be.
QUESTIONS = (
    ("has_free_shipping", "total", True, (20, 99), "shipping|orders|cart"),
    ("is_bulk_order", "quantity", True, (10, 90), "orders|stock|discounts"),
    ("is_senior", "age", True, (55, 80), "users|tickets|rules"),
    ("is_low_on_stock", "stock", False, (2, 40), "stock|warehouse|products"),
    ("is_too_heavy", "weight", True, (5, 80), "parcels|shipping|limits"),
    ("is_overdue", "days", True, (7, 60), "invoices|loans|reminders"),
    ("fits_in_title", "length", False, (30, 99), "forms|titles|texts"),
    ("has_passed", "score", True, (40, 90), "exams|grading|courses"),
    ("is_large_file", "megabytes", True, (4, 90), "uploads|files|limits"),
    ("is_nearby", "distance", False, (2, 50), "places|maps|routes"),
    ("is_cheap", "price", False, (5, 60), "products|prices|filters"),
    ("gets_child_price", "age", False, (5, 17), "tickets|guests|rules"),
    ("is_popular", "likes", True, (50, 300), "posts|ranking|feed"),
    ("has_seats", "guests", False, (4, 80), "rooms|bookings|events"),
)


def draw_limit(rng: Random) -> dict[str, Any]:
    """Draw a comparison of one line and the two numbers at its limit."""
    name, number, rises, limits, modules = rng.choice(QUESTIONS)
    limit, closed = rng.randint(*limits), rng.random() < 0.5
    step = 1 if rises else -1
    yes = limit if closed else limit + step
    sign, other = (">=", ">") if rises else ("<=", "<")
    sign, other = (sign, other) if closed else (other, sign)
    back = {"<": ">", ">": "<"}[sign[0]]
    head = f"def {name}({number}):\n    return "
    return {
        "name": name, "module": pick(rng, modules), "number": number, "limit": limit, "yes": yes, "no": yes - step,
        "program": f"{head}{number} {sign} {limit}", "low": min(yes, yes - step), "high": max(yes, yes - step),
        "further": yes + 5 * step,
        "broken": [head + text for text in (
            f"{number} {other} {limit}", f"{number} {sign} {limit - 1}", f"{number} {sign} {limit + 1}",
            f"{number} {back} {limit}", "True", "False",
        )],
    }  # fmt: skip


LIMIT = Template(
    id="both_sides_of_a_limit",
    ask=(
        "Write a pytest test for `«name»` below, which is in the module `«module»`. Check what it returns for «low» "
        "and for «high».",
        "`«name»` is a function in `«module».py`. I want a short pytest test that would notice a wrong limit: it "
        "asserts the results for `«number»` «low» and «high».",
        "Please test this function of our module `«module»` with pytest, on both sides of the limit: one assert for "
        "«high» and one for «low».",
    ),
    starter="«program»",
    draw=draw_limit,
    shapes=(
        Shape(name="two_asserts", code="""
            from «module» import «name»


            def test_«name»():
                assert «name»(«yes»)
                assert not «name»(«no»)
            """, mutants=(("    assert not «name»(«no»)", ""), ("    assert «name»(«yes»)\n", ""),
                          ("«name»(«yes»)", "«name»(«further»)"),
                          ("assert not", "assert"))),
        Shape(name="two_tests", code="""
            from «module» import «name»


            def test_yes():
                assert «name»(«yes») is True


            def test_no():
                assert «name»(«no») is False
            """, mutants=(("def test_no", "def no"), ("def test_yes", "def yes"), ("is False", "is True"),
                          ("is False", "is not None"))),
        Shape(name="list", code="""
            from «module» import «name»


            def test_limit():
                assert [«name»(«yes»), «name»(«no»)] == [True, False]
            """, mutants=(("== [True, False]", "!= []"), ("[True, False]", "[False, True]"),
                          ("«name»(«no»)]", "False]"))),
    ),
    verifier=check_suite,
)  # fmt: skip


def draw_error(rng: Random) -> dict[str, Any]:
    """Draw a function of one line, a call that it can't answer, and its error."""
    noun = draw_noun(rng)
    one, many = noun
    sizes = f'{{"small": {rng.randrange(2, 9)}, "large": {rng.randrange(10, 40)}}}'
    bad, key, total = pick(rng, "abc|ten|many|x1|five"), pick(rng, "huge|tiny|medium|xl"), rng.randrange(5, 60)
    last = rng.choice((0, -1))
    # Names and arguments, what is returned, what a forgiving copy returns, the call, the error.
    names, args, body, safe, given, error = rng.choice((
        (f"parse_{one}_id|read_{one}_count", "text", "int(text)", "0", f'"{bad}"', "ValueError"),
        (f"{'last' if last else 'first'}_{one}|get_{one}", many, f"{many}[{last}]", "None", "[]", "IndexError"),
        (f"{one}_price|{one}_size", "name", f"{sizes}[name]", f"{sizes}.get(name)", f'"{key}"', "KeyError"),
        (f"cost_per_{one}|{one}_average", f"total, {many}", f"total / {many}", "0", f"{total}, 0", "ZeroDivisionError"),
        (f"{one}_place|{one}_position", "name, names", "names.index(name)", "-1", f'"{key}", ["small"]', "ValueError"),
    ))  # fmt: skip
    name = pick(rng, names)
    head = f"def {name}({args}):\n    "
    return {
        "name": name, "module": pick(rng, f"tools|helpers|shop|{one}_tools|{one}_data"), "call": f"{name}({given})",
        "program": f"{head}return {body}", "given": given, "error": error, "other": "TypeError",
        "broken": [f"{head}return {safe}", f"{head}return", f'{head}raise RuntimeError("no")'],
    }  # fmt: skip


ERROR = Template(
    id="one_error",
    ask=(
        "Write a pytest test for the function below, which is in the module `«module»`. It should check that `«call»` "
        "raises `«error»`.",
        "Please write a short test with pytest for `«name»` from `«module».py`: calling `«call»` must raise `«error»`.",
        "I want to be sure that this function of our module `«module»` fails loudly. Write one pytest test function "
        "which expects `«error»` from `«call»`.",
    ),
    starter="«program»",
    draw=draw_error,
    shapes=(
        Shape(name="with_raises", code="""
            import pytest

            from «module» import «name»


            def test_error():
                with pytest.raises(«error»):
                    «call»
            """, mutants=(("raises(«error»)", "raises(«other»)"), ("raises(«error»)", "raises(Exception)"),
                          ("        «call»", "        raise «error»"),
                          ("        «call»", "        pass"))),
        Shape(name="raises_call", code="""
            import pytest

            from «module» import «name»


            def test_error():
                pytest.raises(«error», «name», «given»)
            """, mutants=(("«error», «name»", "«other», «name»"), ("«error», «name», «given»", "«error»"),
                          ("«error», «name»", "Exception, «name»"))),
        Shape(name="try_except", code="""
            from «module» import «name»


            def test_error():
                try:
                    «call»
                except «error»:
                    return
                assert False
            """, mutants=(("    assert False", ""), ("except «error»", "except «other»"),
                          ("except «error»", "except Exception"))),
    ),
    verifier=check_suite,
)  # fmt: skip
