"""Template families of GSM8K's format (Cobbe et al. 2021): a story, a solution with its calculations, `#### N`.

The solution calculates step by step in `<<...>>`; the oracle finds the answer in one formula or by counting.
"""

from collections.abc import Sequence
from random import Random

from burnish.benchmarks.replicas.items import Draft, Make

NAMES = "Aisha Bruno Chidi Dana Elif Farid Greta Hana Ivan Jonas Kemi Lucia Mateo Nora Omar Priya Quinn Rosa".split()
GOODS = "mugs kites lamps scarves puzzles brushes notebooks candles badges bowls".split()


def _draft(question: str, steps: Sequence[tuple[str, str]], *, oracle: int) -> Draft:
    """Return an item whose solution names and calculates `steps`; the last one's value is its answer."""
    lines, value = [], 0
    for said, formula in steps:
        value = _calculate(formula)
        lines.append(f"{said} {formula} = <<{formula}={value}>>{value}.")
    answer = "\n".join([*lines, f"#### {value}"])
    return Draft(question, answer, len(steps), {"question": question, "answer": answer}, str(oracle))


def _calculate(formula: str) -> int:
    left, sign, right = formula.split()
    a, b = int(left), int(right)
    if sign == "/":
        assert a % b == 0, formula
        return a // b
    return {"+": a + b, "-": a - b, "*": a * b}[sign]


def _shop(r: Random) -> Draft:
    name, goods, count, price = r.choice(NAMES), r.choice(GOODS), r.randint(3, 12), r.randint(2, 9)
    paid = count * price + r.randint(1, 30)
    return _draft(
        f"{name} buys {count} {goods} at ${price} each and pays with ${paid}. How much change does {name} get?",
        [("The goods cost", f"{count} * {price}"), ("The change is", f"{paid} - {count * price}")],
        oracle=paid - sum([price] * count),
    )  # fmt: skip


def _shelves(r: Random) -> Draft:
    goods, shelves, each, sold = r.choice(GOODS), r.randint(3, 9), r.randint(6, 20), r.randint(2, 12)
    return _draft(
        f"A shop has {shelves} shelves with {each} {goods} on each. After {sold} {goods} are sold, how many are left?",
        [("At first there are", f"{shelves} * {each}"), ("Left are", f"{shelves * each} - {sold}")],
        oracle=len(range(shelves * each)[sold:]),
    )  # fmt: skip


def _wages(r: Random) -> Draft:
    name, rate, hours, extra, more = (
        r.choice(NAMES),
        r.randint(8, 25),
        r.randint(20, 40),
        r.randint(2, 9),
        r.randint(2, 6),
    )
    first, second = rate * hours, (rate + more) * extra
    return _draft(
        f"{name} earns ${rate} an hour, and ${more} an hour more for overtime. Last week {name} worked {hours} regular hours "
        f"and {extra} hours of overtime. How much did {name} earn in all?",
        [("Regular hours bring", f"{rate} * {hours}"), ("An hour of overtime pays", f"{rate} + {more}"),
         ("Overtime brings", f"{rate + more} * {extra}"), ("In all that is", f"{first} + {second}")],
        oracle=rate * (hours + extra) + more * extra,
    )  # fmt: skip


def _sharing(r: Random) -> Draft:
    name, friends, each, own = r.choice(NAMES), r.randint(2, 8), r.randint(3, 12), r.randint(1, 9)
    total = friends * each + own
    return _draft(
        f"{name} has {total} stickers, keeps {own} of them and shares the rest equally among {friends} friends. "
        "How many stickers does each friend get?",
        [("To be shared are", f"{total} - {own}"), ("Each friend gets", f"{total - own} / {friends}")],
        oracle=next(n for n in range(200) if n * friends + own == total),
    )  # fmt: skip


def _trip(r: Random) -> Draft:
    name, speed, hours, slow, rest = (
        r.choice(NAMES),
        r.randint(40, 70),
        r.randint(2, 5),
        r.randint(10, 35),
        r.randint(1, 4),
    )
    first, second = speed * hours, slow * rest
    return _draft(
        f"{name} drives {hours} hours at {speed} miles an hour on a highway and then {rest} hours at {slow} miles an hour "
        f"through towns. How many miles does {name} drive?",
        [("On the highway it is", f"{speed} * {hours}"), ("Through towns it is", f"{slow} * {rest}"),
         ("Together", f"{first} + {second}")],
        oracle=sum([speed] * hours + [slow] * rest),
    )  # fmt: skip


def _ages(r: Random) -> Draft:
    (one, two), age, times, years = r.sample(NAMES, 2), r.randint(4, 15), r.randint(2, 4), r.randint(2, 12)
    return _draft(
        f"{one} is {age} years old. {two} is {times} times as old as {one}. How old will {two} be in {years} years?",
        [(f"Now {two}'s age is", f"{age} * {times}"), (f"In {years} years it is", f"{age * times} + {years}")],
        oracle=sum([age] * times) + years,
    )  # fmt: skip


def _discount(r: Random) -> Draft:
    name, goods, tens, percent, count = (
        r.choice(NAMES),
        r.choice(GOODS)[:-1],
        r.randint(2, 9),
        r.choice((10, 20, 30, 40)),
        r.randint(2, 6),
    )
    price = 10 * tens
    off = price * percent // 100
    return _draft(
        f"A set of {goods}s costs ${price}. In a sale it is {percent}% cheaper. How much does {name} pay for {count} sets in the sale?",
        [("The price times the percentage is", f"{price} * {percent}"),
         ("A hundredth of that is taken off:", f"{price * percent} / 100"),
         ("A set then costs", f"{price} - {off}"), ("All sets cost", f"{price - off} * {count}")],
        oracle=count * price * (100 - percent) // 100,
    )  # fmt: skip


def _garden(r: Random) -> Draft:
    name, length, width, price, gate = (
        r.choice(NAMES),
        r.randint(8, 30),
        r.randint(4, 20),
        r.randint(2, 9),
        r.randint(1, 3),
    )
    around = 2 * (length + width)
    return _draft(
        f"{name} puts a fence around a garden {length} feet long and {width} feet wide and leaves {gate} feet open for a gate. "
        f"The fence costs ${price} a foot. What does the fence cost?",
        [("Two sides together are", f"{length} + {width}"), ("All four are", f"{length + width} * 2"),
         ("Without the gate", f"{around} - {gate}"), ("The fence costs", f"{around - gate} * {price}")],
        oracle=sum([price] * (2 * length + 2 * width - gate)),
    )  # fmt: skip


def _savings(r: Random) -> Draft:
    name, start, weekly, weeks, spent = (
        r.choice(NAMES),
        r.randint(10, 60),
        r.randint(5, 20),
        r.randint(4, 12),
        r.randint(5, 25),
    )
    saved = weekly * weeks
    return _draft(
        f"{name} has ${start}, saves ${weekly} every week for {weeks} weeks, and then spends ${spent} on a book. "
        f"How many dollars does {name} have left?",
        [("Saved are", f"{weekly} * {weeks}"), ("With the money at the start", f"{start} + {saved}"),
         ("After the book", f"{start + saved} - {spent}")],
        oracle=[start + weekly * week for week in range(weeks + 1)][-1] - spent,
    )  # fmt: skip


def _recipe(r: Random) -> Draft:
    name, people, grams, times, packs = (
        r.choice(NAMES),
        r.randint(2, 6),
        r.randint(2, 9) * 50,
        r.randint(2, 5),
        r.choice((50, 25)),
    )
    need = grams * times
    return _draft(
        f"A recipe for {people} people takes {grams} grams of flour. {name} cooks for {people * times} people. Flour comes in "
        f"packs of {packs} grams. How many packs does {name} need?",
        [("The recipe is made so many times:", f"{people * times} / {people}"), ("The flour in grams is", f"{grams} * {times}"),
         ("The packs are", f"{need} / {packs}")],
        oracle=next(n for n in range(2000) if n * packs * people >= grams * people * times),
    )  # fmt: skip


def _library(r: Random) -> Draft:
    name, days, pages, twice = r.choice(NAMES), r.randint(3, 9), r.randint(8, 30), r.randint(2, 5)
    first = days * pages
    second = twice * 2 * pages
    return _draft(
        f"{name} reads {pages} pages a day for {days} days, and then twice as many pages a day for {twice} days to end the book. "
        "How many pages does the book have?",
        [("At first it is", f"{pages} * {days}"), ("Then each day has", f"{pages} * 2"),
         ("These days bring", f"{2 * pages} * {twice}"), ("The book has", f"{first} + {second}")],
        oracle=pages * (days + 2 * twice),
    )  # fmt: skip


def _bakery(r: Random) -> Draft:
    trays, each, price, cost = r.randint(3, 9), r.randint(6, 18), r.randint(2, 5), r.randint(5, 30)
    eaten = r.randint(1, 5)
    whole = trays * each
    return _draft(
        f"A baker bakes {trays} trays of {each} rolls. The family eats {eaten} of the rolls; the others are sold for ${price} each. "
        f"Flour and oil cost ${cost}. What is the profit in dollars?",
        [("All rolls are", f"{trays} * {each}"), ("Sold are", f"{whole} - {eaten}"),
         ("They bring", f"{whole - eaten} * {price}"), ("The profit is", f"{(whole - eaten) * price} - {cost}")],
        oracle=sum(price for _ in range(eaten, whole)) - cost,
    )  # fmt: skip


FAMILIES: dict[str, Make] = {
    "shop": _shop, "shelves": _shelves, "wages": _wages, "sharing": _sharing, "trip": _trip, "ages": _ages,
    "discount": _discount, "garden": _garden, "savings": _savings, "recipe": _recipe, "library": _library,
    "bakery": _bakery,
}  # fmt: skip
