"""Template families of HumanEval's format, first half: numbers and lists."""

from itertools import combinations
from random import Random

from burnish.benchmarks.replicas.programs import Program, call_with

THINGS = ("readings", "prices", "heights", "scores", "delays", "weights", "marks", "levels")


def _numbers(random: Random, *, low: int = -20, high: int = 60, most: int = 9) -> list[int]:
    return [random.randint(low, high) for _ in range(random.randint(3, most))]


def _closest_gap(random: Random) -> Program:
    things, least = random.choice(THINGS), random.randint(2, 9)
    return Program(
        f"smallest_gap_of_{things}", f"{things}: List[int]", "int",
        f"Given a list of {things}, return the smallest difference between any two of them that is\n"
        f"at least {least}. If no two {things} differ by {least} or more, return -1.",
        f"    best = -1\n    for place, first in enumerate({things}):\n        for second in {things}[place + 1:]:\n"
        f"            gap = abs(first - second)\n            if gap >= {least} and (best < 0 or gap < best):\n"
        "                best = gap\n    return best\n",
        **call_with(lambda values: min((g for g in (abs(a - b) for a, b in combinations(values, 2)) if g >= least),
                                       default=-1), draw=lambda: (_numbers(random, low=0),)),
    )  # fmt: skip


def _window_sums(random: Random) -> Program:
    things, size, limit = random.choice(THINGS), random.randint(2, 4), random.randint(20, 90)
    return Program(
        f"busy_windows_of_{things}", f"{things}: List[int]", "int",
        f"Count how many runs of {size} neighbouring {things} have a sum greater than {limit}.\n"
        f"A list shorter than {size} has no such run.",
        f"    count = 0\n    for start in range(len({things}) - {size} + 1):\n"
        f"        if sum({things}[start:start + {size}]) > {limit}:\n            count += 1\n    return count\n",
        **call_with(lambda values: [sum(part) > limit for part in zip(*(values[n:] for n in range(size)), strict=False)]
                    .count(True), draw=lambda: (_numbers(random, low=0),)),
    )  # fmt: skip


def _recurrence(random: Random) -> Program:
    first, second, factor, offset = (random.randint(1, 5) for _ in range(4))
    modulus = random.randint(11, 997)

    def by_matrix(n: int) -> int:
        row = (first % modulus, second % modulus)
        for _ in range(n):
            row = (row[1], (factor * row[1] + offset * row[0]) % modulus)
        return row[0]

    name = random.choice(("mura", "tolu", "seki", "varo", "lima"))
    return Program(
        f"{name}_number", "n: int", "int",
        f"The {name} numbers are a sequence of integers that is defined as follows:\n"
        f"{name}(0) = {first}\n{name}(1) = {second}\n"
        f"{name}(n) = {factor} * {name}(n - 1) + {offset} * {name}(n - 2)\n"
        f"Return the n-th {name} number modulo {modulus}, without recursion.",
        f"    values = [{first} % {modulus}, {second} % {modulus}]\n    while len(values) <= n:\n"
        f"        values.append(({factor} * values[-1] + {offset} * values[-2]) % {modulus})\n    return values[n]\n",
        **call_with(by_matrix, draw=lambda: (random.randint(0, 40),)),
    )  # fmt: skip


def _digits(random: Random) -> Program:
    base, divisor = random.randint(3, 9), random.randint(2, 5)

    def by_powers(number: int) -> int:
        return sum(d for d in ((number // base**n) % base for n in range(20)) if d % divisor == 0)

    return Program(
        f"digit_sum_base_{base}", "number: int", "int",
        f"Write the non-negative integer number in base {base} and return the sum of those digits\n"
        f"that are divisible by {divisor}.",
        f"    total = 0\n    while number > 0:\n        number, digit = divmod(number, {base})\n"
        f"        if digit % {divisor} == 0:\n            total += digit\n    return total\n",
        **call_with(by_powers, draw=lambda: (random.randint(0, 9000),)),
    )  # fmt: skip


def _covered(random: Random) -> Program:
    thing = random.choice(("meetings", "shifts", "bookings", "outages", "lessons"))
    unit = random.choice(("minutes", "hours", "days", "seconds"))

    def draw() -> tuple[list[tuple[int, int]]]:
        starts = [random.randint(0, 30) for _ in range(random.randint(2, 6))]
        return ([(start, start + random.randint(1, 9)) for start in starts],)

    return Program(
        f"{unit}_with_{thing}", f"{thing}: List[Tuple[int, int]]", "int",
        f"Each of the {thing} is a pair of a start and an end in {unit}, the end not included.\n"
        f"{thing.capitalize()} may overlap. Return how many {unit} at least one of them covers.",
        f"    total, reached = 0, None\n    for start, end in sorted({thing}):\n"
        "        if reached is None or start > reached:\n            total += end - start\n            reached = end\n"
        "        elif end > reached:\n            total += end - reached\n            reached = end\n    return total\n",
        **call_with(lambda pairs: len({point for start, end in pairs for point in range(start, end)}), draw=draw),
    )  # fmt: skip


def _grid(random: Random) -> Program:
    thing, factor = random.choice(("garden", "board", "field", "screen")), random.randint(2, 6)

    def draw() -> tuple[list[list[int]]]:
        width = random.randint(2, 5)
        return ([[random.randint(0, 9) for _ in range(width)] for _ in range(random.randint(2, 5))],)

    def by_rows(grid: list[list[int]]) -> int:
        whole = sum(map(sum, grid))
        inner = sum(sum(row[1:-1]) for row in grid[1:-1])
        return factor * (whole - inner) + inner

    return Program(
        f"value_of_{thing}", f"{thing}: List[List[int]]", "int",
        f"A {thing} is given as a list of rows of equal length. A cell on its border counts {factor} times,\n"
        f"any other cell once. Return the sum of all cells of the {thing}.",
        f"    height, width = len({thing}), len({thing}[0])\n    total = 0\n    for y in range(height):\n"
        f"        for x in range(width):\n            border = y in (0, height - 1) or x in (0, width - 1)\n"
        f"            total += {thing}[y][x] * ({factor} if border else 1)\n    return total\n",
        **call_with(by_rows, draw=draw),
    )  # fmt: skip


def _formula(random: Random) -> Program:
    thing, unit = random.choice(
        (("taxi ride", "mile"), ("parcel", "kilogram"), ("phone call", "minute"), ("boat trip", "hour"))
    )
    base, rate, tax = random.randint(2, 30), random.randint(2, 15), random.randint(1, 9)
    name = thing.replace(" ", "_")
    return Program(
        f"price_of_{name}", f"{unit}s: int", "int",
        f"A {thing} costs {base} coins and {rate} more for each {unit}. A fee of {tax} coins is due for every "
        f"two full {unit}s.",
        f"    return {base} + {rate} * {unit}s + {tax} * ({unit}s // 2)\n",
        **call_with(lambda units: base + sum(rate + (tax if n % 2 == 0 else 0) for n in range(1, units + 1)),
                    draw=lambda: (random.randint(0, 60),)),
    )  # fmt: skip


FAMILIES = {
    "closest_gap": _closest_gap, "window_sums": _window_sums, "recurrence": _recurrence, "digits": _digits,
    "covered": _covered, "grid": _grid, "formula": _formula,
}  # fmt: skip
