"""Template families of MMLU's format (Hendrycks et al. 2021): a question whose answer can be computed, four choices."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from random import Random
from statistics import median

from burnish.benchmarks.replicas.items import Draft, Make
from burnish.final_answers import LETTERS
from burnish.questions import count_numbers, write_choices

MASSES = {"H": 1, "C": 12, "N": 14, "O": 16, "Na": 23, "S": 32, "Ca": 40, "Fe": 56}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _draft(r: Random, question: str, answer: object, *, wrong: Sequence[object], oracle: object, subject: str) -> Draft:
    """Return an item with three of the `wrong` answers beside the right one."""
    others = [text for text in dict.fromkeys(map(str, wrong)) if text != str(answer)]
    choices = r.sample(others, 3)
    place = r.randrange(4)
    choices.insert(place, str(answer))
    check = {"question": question, "subject": subject, "choices": choices, "answer": place}
    return Draft(write_choices(question, choices), LETTERS[place], count_numbers(question), check, str(oracle))


def _near(value: int) -> list[int]:
    return [value + step for step in (-11, -10, -4, -3, -2, -1, 1, 2, 3, 4, 10, 11) if value + step >= 0]


def _remainder(r: Random) -> Draft:
    base, power, modulus = r.randint(2, 12), r.randint(5, 30), r.choice((7, 9, 11, 13))
    value = 1
    for _ in range(power):
        value = value * base % modulus
    return _draft(r, f"What is the remainder when {base}^{power} is divided by {modulus}?", pow(base, power) % modulus,
                  wrong=[n for n in range(modulus)], oracle=value, subject="elementary_mathematics")  # fmt: skip


def _linear(r: Random) -> Draft:
    a, x, b = r.randint(2, 9), r.randint(2, 20), r.randint(1, 30)
    total = a * x + b
    return _draft(r, f"If {a}x + {b} = {total}, what is the value of x?", (total - b) // a, wrong=_near(x),
                  oracle=next(n for n in range(100) if a * n + b == total), subject="elementary_mathematics")  # fmt: skip


def _dice(r: Random) -> Draft:
    sides, total = r.choice((4, 6, 8)), r.randint(4, 8)
    ways = sum(a + b == total for a, b in product(range(1, sides + 1), repeat=2))
    by_formula = max(0, min(total - 1, 2 * sides + 1 - total))
    wrong = [f"{Fraction(n, sides**2)}" for n in range(1, 2 * sides)]
    return _draft(r,
                  f"Two fair dice with {sides} sides numbered from 1 are rolled. What is the probability that they sum to {total}?",
                  Fraction(ways, sides**2), wrong=wrong, oracle=Fraction(by_formula, sides**2),
                  subject="high_school_statistics")  # fmt: skip


def _median(r: Random) -> Draft:
    values = [r.randint(1, 60) for _ in range(r.choice((5, 7, 9)))]
    middle = sorted(values)[len(values) // 2]
    return _draft(r, f"What is the median of the data set {', '.join(map(str, values))}?", middle,
                  wrong=[*values, *_near(middle)], oracle=median(values), subject="high_school_statistics")  # fmt: skip


def _binary(r: Random) -> Draft:
    number = r.randint(20, 250)
    digits = f"{number:b}"
    return _draft(r, f"What is the decimal value of the binary number {digits}?", int(digits, 2), wrong=_near(number),
                  oracle=sum(2**place for place, digit in enumerate(reversed(digits)) if digit == "1"),
                  subject="high_school_computer_science")  # fmt: skip


def _gates(r: Random) -> Draft:
    gates = {
        "AND": lambda a, b: a & b,
        "OR": lambda a, b: a | b,
        "XOR": lambda a, b: a ^ b,
        "NAND": lambda a, b: 1 - a * b,
    }
    one, two = r.sample(sorted(gates), 2)
    rows = [(a, b, c) for a, b, c in product((0, 1), repeat=3) if gates[two](gates[one](a, b), c)]
    outputs = [gates[one](a, b) for a, b in product((0, 1), repeat=2)]
    count = sum(gates[two](value, c) for value in outputs for c in (0, 1))
    return _draft(r, f"For how many of the eight inputs (A, B, C) is the output of (A {one} B) {two} C equal to 1?", len(rows),
                  wrong=range(1, 9), oracle=count, subject="electrical_engineering")  # fmt: skip


def _motion(r: Random) -> Draft:
    start, rate, seconds = r.randint(2, 20), 2 * r.randint(1, 5), r.randint(2, 8)
    distance = start * seconds + rate * seconds**2 // 2
    mean_speed = Fraction(start + start + rate * seconds, 2)
    return _draft(r, f"A body moves at {start} m/s and speeds up by {rate} m/s^2. How far does it move in {seconds} seconds?",
                  f"{distance} m", wrong=[f"{n} m" for n in [start * seconds, *_near(distance)]],
                  oracle=f"{mean_speed * seconds} m", subject="high_school_physics")  # fmt: skip


def _circuit(r: Random) -> Draft:
    one, two, amperes = r.randint(2, 12), r.randint(2, 12), r.randint(1, 6)
    volts = amperes * (one + two)
    return _draft(r,
                  f"Resistors of {one} ohm and {two} ohm are in series, and {amperes} A flow. What is the voltage across both?",
                  f"{volts} V", wrong=[f"{n} V" for n in [amperes * one, amperes * two, one + two, *_near(volts)]],
                  oracle=f"{amperes * one + amperes * two} V", subject="electrical_engineering")  # fmt: skip


def _molar_mass(r: Random) -> Draft:
    atoms = {element: r.randint(1, 4) for element in r.sample(sorted(MASSES), 3)}
    formula = "".join(f"{element}{count if count > 1 else ''}" for element, count in atoms.items())
    given = ", ".join(f"{element} {MASSES[element]}" for element in atoms)
    mass = sum(MASSES[element] * count for element, count in atoms.items())
    single = [MASSES[element] for element, count in atoms.items() for _ in range(count)]
    return _draft(r, f"With the atomic masses {given}, what is the molar mass of {formula} in g/mol?", mass,
                  wrong=[sum(MASSES[e] for e in atoms), *_near(mass)], oracle=sum(single),
                  subject="high_school_chemistry")  # fmt: skip


def _interest(r: Random) -> Draft:
    sum_, rate = 100 * r.randint(2, 30), r.choice((5, 10, 20))
    exact = Fraction(sum_) * Fraction(100 + rate, 100) ** 2
    first = Fraction(sum_ * rate, 100)
    return _draft(r, f"${sum_} earn {rate}% interest a year, compounded yearly. What is the balance after two years?",
                  f"${float(exact):.2f}", wrong=[f"${float(exact) + n:.2f}" for n in (-20, -10, -5, 5, 10, 20)],
                  oracle=f"${float(sum_ + first + (sum_ + first) * rate / 100):.2f}", subject="high_school_macroeconomics")  # fmt: skip


def _weekday(r: Random) -> Draft:
    start, later = r.randrange(7), r.randint(9, 300)
    monday = date(2024, 1, 1)
    return _draft(r, f"Today is {DAYS[start]}. Which day of the week is it in {later} days?", DAYS[(start + later) % 7],
                  wrong=DAYS, oracle=f"{monday + timedelta(days=start + later):%A}", subject="miscellaneous")  # fmt: skip


def _factors(r: Random) -> Draft:
    number = r.choice([n for n in range(24, 400) if n % 4 == 0 or n % 6 == 0])
    count = sum(number % d == 0 for d in range(1, number + 1))
    rest, by_primes = number, 1
    for prime in range(2, number + 1):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        by_primes *= power + 1
    return _draft(r, f"How many positive divisors does {number} have?", count, wrong=_near(count), oracle=by_primes,
                  subject="high_school_mathematics")  # fmt: skip


FAMILIES: dict[str, Make] = {
    "remainder": _remainder, "linear": _linear, "dice": _dice, "median": _median, "binary": _binary, "gates": _gates,
    "motion": _motion, "circuit": _circuit, "molar_mass": _molar_mass, "interest": _interest, "weekday": _weekday,
    "factors": _factors,
}  # fmt: skip
