"""Template families of MBPP's format: a sentence, three assertions, a short function."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import combinations, islice
from random import Random

from burnish.benchmarks.replicas.programs import Program, call_with

ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
WORDS = "copper lantern meadow orbit pocket quartz ribbon saddle timber walnut anchor bridge candle drum".split()


def _list(random: Random, *, most: int = 8) -> list[int]:
    return [random.randint(0, 25) for _ in range(random.randint(3, most))]


def _multiples(random: Random) -> Program:
    a, b = random.sample(range(2, 12), 2)
    return Program(
        f"count_multiples_{a}_{b}", "limit", "int",
        f"to count the positive integers below a given limit that are multiples of {a} or of {b} but not of both.",
        f"    return sum((n % {a} == 0) != (n % {b} == 0) for n in range(1, limit))",
        **call_with(lambda limit: (limit - 1) // a + (limit - 1) // b - 2 * ((limit - 1) // math.lcm(a, b)),
                    draw=lambda: (random.randint(2, 300),)),
    )  # fmt: skip


def _drop_every(random: Random) -> Program:
    step = random.randint(2, 5)
    return Program(
        "drop_letters", "text", "str", f"to remove every {ORDINALS[step]} character from a given string.",
        f"    return ''.join(letter for place, letter in enumerate(text, start=1) if place % {step})",
        **call_with(lambda text: re.sub(rf"(.{{{step - 1}}}).", r"\1", text),
                    draw=lambda: (" ".join(random.sample(WORDS, random.randint(1, 3))),)),
    )  # fmt: skip


def _kth_distinct(random: Random) -> Program:
    rank, largest = random.randint(2, 3), random.choice((True, False))
    side = "largest" if largest else "smallest"
    return Program(
        f"kth_{side}", "values", "int",
        f"to find the {ORDINALS[rank]} {side} of the different values of a list, or -1 if there are fewer of them.",
        f"    found = sorted(set(values), reverse={largest})\n    return found[{rank - 1}] if len(found) >= {rank} else -1",
        **call_with(lambda values: next((v for v in values if len({w for w in values if (w > v if largest else w < v)})
                                         == rank - 1), -1), draw=lambda: (_list(random),)),
    )  # fmt: skip


def _pairs(random: Random) -> Program:
    target, relation = random.randint(12, 34), random.choice(("sum", "product"))
    op = "+" if relation == "sum" else "*"
    limit = target if relation == "sum" else 4 * target
    return Program(
        "count_pairs", "values", "int",
        f"to count the pairs of elements at different places of a list whose {relation} is less than {limit}.",
        f"    count = 0\n    for i in range(len(values)):\n        for j in range(i):\n"
        f"            if values[i] {op} values[j] < {limit}:\n                count += 1\n    return count",
        **call_with(lambda values: sum((a + b if relation == "sum" else a * b) < limit
                                       for a, b in combinations(values, 2)), draw=lambda: (_list(random),)),
    )  # fmt: skip


def _group_lengths(random: Random) -> Program:
    least = random.randint(1, 2)
    return Program(
        "lengths_of_words", "words", "dict",
        "to return a dictionary from the length of words to how many words of a list have it, for each length that at least "
        f"{least} of them {'has' if least == 1 else 'have'}.",
        "    counts = {}\n    for word in words:\n        counts[len(word)] = counts.get(len(word), 0) + 1\n"
        f"    return {{size: count for size, count in counts.items() if count >= {least}}}",
        **call_with(lambda words: {size: n for size, n in Counter(map(len, words)).items() if n >= least},
                    draw=lambda: (random.sample(WORDS, random.randint(3, 7)),)),
    )  # fmt: skip


def _solid(random: Random) -> Program:
    shape, faces = random.choice((("a box", 6), ("an open box", 5)))
    factor = random.randint(2, 9)
    top = "2 * a * b" if faces == 6 else "a * b"
    return Program(
        "paint_cost", "a, b, c", "int",
        f"to find the cost of painting the outside of {shape} of ground a x b and height c at {factor} per unit of area.",
        f"    return {factor} * ({top} + 2 * a * c + 2 * b * c)",
        **call_with(lambda a, b, c: factor * (2 * (a * b + a * c + b * c) - (a * b if faces == 5 else 0)),
                    draw=lambda: (random.randint(1, 12), random.randint(1, 12), random.randint(1, 12))),
    )  # fmt: skip


def _divisors(random: Random) -> Program:
    excess = random.randint(0, 6)
    return Program(
        "is_rich", "n", "bool",
        f"to check whether the sum of the divisors of n below n is greater than n plus {excess}.",
        f"    return sum(d for d in range(1, n) if n % d == 0) > n + {excess}",
        **call_with(lambda n: sum({d for k in range(1, math.isqrt(n) + 1) if n % k == 0 for d in (k, n // k)}) - n
                    > n + excess, draw=lambda: (random.choice((12, 18, 24, 30, 36, random.randint(2, 200))),)),
    )  # fmt: skip


def _merge(random: Random) -> Program:
    kept = random.choice(("both", "exactly one"))
    sign, op = ("&", "and") if kept == "both" else ("^", "!=")
    return Program(
        "merge_lists", "first, second", "list",
        f"to return the sorted values that occur in {kept} of two lists, each once.",
        f"    return sorted(set(first) {sign} set(second))",
        **call_with(lambda a, b: [n for n in range(40) if (n in a and n in b if op == "and" else (n in a) != (n in b))],
                    draw=lambda: (_list(random), _list(random))),
    )  # fmt: skip


def _long_words(random: Random) -> Program:
    size, mark = random.randint(5, 7), random.choice("*#_?")
    return Program(
        "hide_words", "text", "str",
        f"to replace each word with at least {size} letters by as many {mark} signs in a sentence.",
        f"    return ' '.join({mark!r} * len(word) if len(word) >= {size} else word for word in text.split())",
        **call_with(lambda text: re.sub(rf"\w{{{size},}}", lambda found: mark * len(found[0]), text),
                    draw=lambda: (" ".join(random.sample(WORDS, random.randint(2, 5))),)),
    )  # fmt: skip


def _chunks(random: Random) -> Program:
    size, what = random.randint(2, 4), random.choice(("sum", "max", "min"))
    folds: Mapping[str, Callable[[list[int]], int]] = {"sum": sum, "max": max, "min": min}
    fold = folds[what]

    def by_iterator(values: list[int]) -> list[int]:
        rest = iter(values)
        return [fold(part) for part in iter(lambda: list(islice(rest, size)), [])]

    return Program(
        "fold_chunks", "values", "list",
        f"to cut a list into chunks of {size} (the last may be shorter) and return the {what} of each chunk.",
        f"    return [{what}(values[start:start + {size}]) for start in range(0, len(values), {size})]",
        **call_with(by_iterator, draw=lambda: (_list(random),)),
    )  # fmt: skip


def _elementwise(random: Random) -> Program:
    factor, op = random.randint(2, 9), random.choice(("+", "-"))
    return Program(
        "combine", "first, second", "list",
        f"to combine two lists of equal length element by element: {factor} times the first "
        f"{'plus' if op == '+' else 'minus'} the second.",
        f"    return [{factor} * a {op} b for a, b in zip(first, second)]",
        **call_with(lambda a, b: list(map(lambda x, y: x * factor + (y if op == "+" else -y), a, b)),
                    draw=lambda: tuple([random.randint(0, 30) for _ in range(4)] for _ in range(2))),
    )  # fmt: skip


def _bits(random: Random) -> Program:
    digit, base = random.choice("01"), random.choice((2, 8))
    return Program(
        "count_digit", "n", "int",
        f"to count how often the digit {digit} occurs in the base {base} notation of a positive integer.",
        f"    count = 0\n    while n:\n        count += n % {base} == {digit}\n        n //= {base}\n    return count",
        **call_with(lambda n: (f"{n:b}" if base == 2 else f"{n:o}").count(digit),
                    draw=lambda: (random.randint(1, 5000),)),
    )  # fmt: skip


FAMILIES = {
    "multiples": _multiples, "drop_every": _drop_every, "kth_distinct": _kth_distinct, "pairs": _pairs,
    "group_lengths": _group_lengths, "solid": _solid, "divisors": _divisors, "merge": _merge,
    "long_words": _long_words, "chunks": _chunks, "elementwise": _elementwise, "bits": _bits,
}  # fmt: skip
