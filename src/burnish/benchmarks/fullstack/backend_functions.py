"""Templates of FullstackEval: back end, functions (levels 1 and 2)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.steps import calls
from burnish.benchmarks.fullstack.tasks import Check, Facts, Template


def _draw_class(rng: Random) -> dict[str, Any]:
    thing, unit, names = rng.choice([
        ("parcel", "grams", ("letter", "parcel", "freight")), ("parcel", "centimetres", ("small", "medium", "bulky")),
        ("upload", "kilobytes", ("light", "normal", "heavy")), ("order", "pieces", ("single", "box", "pallet")),
        ("trip", "kilometres", ("near", "regional", "far")), ("call", "seconds", ("short", "usual", "long")),
    ])  # fmt: skip
    low = rng.randrange(20, 400, 10)
    entry = rng.choice([f"class_of_{thing}", f"{thing}_class", f"{thing}_size"])
    return {"entry": entry, "thing": thing, "unit": unit, "low": low, "high": low * rng.randrange(3, 9),
            "first": names[0], "second": names[1], "third": names[2]}  # fmt: skip


def _test_class(facts: Facts, rng: Random) -> list[Check]:
    low, high = facts["low"], facts["high"]
    first, second, third = facts["first"], facts["second"], facts["third"]
    low_step, high_step = rng.randrange(2, 9), rng.randrange(2, 9)
    return [
        Check("each class", calls(
            ([low - low_step], first), ([low + low_step], second), ([high - high_step], second), ([high + high_step], third)
        )),
        Check("the lower limit", calls(([low], first), ([low + 1], second))),
        Check("the upper limit", calls(([high], second), ([high + 1], third))),
        Check("the ends", calls(([1], first), ([high * rng.randrange(10, 99)], third), ([0], first))),
    ]  # fmt: skip


SIZE_CLASS = Template(
    id="size_class", kind="back end", level=1, surface="python", entry="§entry", draw=_draw_class,
    prompt="""
        Write a Python function `§entry(§unit)`. It returns the class of a §thing as text: "§first" up to and including
        §low §unit, "§second" up to and including §high, and "§third" above that.
    """,
    reference="""
        def §entry(§unit):
            if §unit <= §low:
                return "§first"
            if §unit <= §high:
                return "§second"
            return "§third"
    """,
    second="""
        from bisect import bisect_left

        def §entry(§unit):
            return ["§first", "§second", "§third"][bisect_left([§low, §high], §unit)]
    """,
    mutants=(
        ("<= §low", "< §low"), ("<= §high", "< §high"), ('return "§third"', 'return "§second"'),
        ("<= §high", ">= §high"), ('return "§first"', 'return "§third"'), ("<= §low", "<= §high"),
    ),
    tests=_test_class,
)  # fmt: skip


def _draw_number(rng: Random) -> dict[str, Any]:
    what = rng.choice(["invoice", "ticket", "contract", "receipt", "delivery note", "batch"])
    entry = rng.choice(["next_number", "following_number", "number_after"])
    mark = rng.choice(["-", "/", ":", "_"])
    return {"entry": entry, "what": what, "mark": mark, "width": rng.randrange(4, 7), "prefix": what[:2].upper()}


def _number(facts: Facts, number: int, *, prefix: str, width: int) -> str:
    return f"{prefix}{facts['mark']}{number:0{width}d}"


def _test_number(facts: Facts, rng: Random) -> list[Check]:
    def pair(number: int, prefix: str, width: int) -> tuple[list[Any], Any]:
        before, after = (_number(facts, one, prefix=prefix, width=width) for one in (number, number + 1))
        return [before], after

    prefix, width = facts["prefix"], facts["width"]
    year = f"{prefix}{facts['mark']}{rng.randrange(2020, 2030)}"
    return [
        Check("one more", calls(*(pair(rng.randrange(1, 900) * 10 + 3, prefix, width) for _ in range(3)))),
        Check("a digit more to the left", calls(pair(rng.randrange(1, 9) * 100 + 99, prefix, width), pair(9, prefix, width))),
        Check("all nines", calls(pair(10**width - 1, prefix, width), pair(9, f"{prefix}B", 1))),
        Check("another width", calls(pair(rng.randrange(10, 98), prefix, 2), pair(rng.randrange(10, 98), prefix, 9))),
        Check("marks and digits in front", calls(pair(7, year, 3), pair(rng.randrange(10, 90), f"{prefix}7", width))),
    ]  # fmt: skip


NEXT_NUMBER = Template(
    id="next_number", kind="back end", level=2, surface="python", entry="§entry", draw=_draw_number,
    prompt="""
        Write a Python function `§entry(number)`. `number` is the text of a §what number: anything, then "§mark", then
        digits, which follow the last "§mark". It returns the next number: the same text in front, the digits one higher and
        with zeros in front so that there are as many as before. After only nines there is one digit more.
    """,
    reference="""
        def §entry(number):
            front, mark, digits = number.rpartition("§mark")
            following = str(int(digits) + 1)
            return front + mark + following.zfill(len(digits))
    """,
    second="""
        import re

        def §entry(number):
            return re.sub(r"[0-9]+$$", lambda found: format(int(found[0]) + 1, f"0{len(found[0])}"), number)
    """.replace("$$", "$"),
    mutants=(
        ("rpartition", "partition"), ("+ 1)", "+ 2)"), (".zfill(len(digits))", ""), ("len(digits)", "§width"),
        ("front + mark + following", "front + following"),
        ("following.zfill(len(digits))", "following[-len(digits):].zfill(len(digits))"),
    ),
    tests=_test_number,
)  # fmt: skip

TEMPLATES = (SIZE_CLASS, NEXT_NUMBER)
