"""Template families of HumanEval's format, second half: texts."""

import re
from itertools import groupby, pairwise
from random import Random

from burnish.benchmarks.replicas.programs import Program, call_with

WORDS = ("amber basil cedar delta ember fable grove hazel ivory jolly karma linen maple noble olive pearl quilt river "
         "sable tulip umber velvet willow yonder zephyr").split()  # fmt: skip
VOWELS = "aeiou"


def _sentence(random: Random) -> str:
    return " ".join(random.sample(WORDS, random.randint(2, 6)))


def _runs(random: Random) -> Program:
    letters, least = random.sample("abcdxyz", 3), random.randint(2, 3)

    def draw() -> tuple[str]:
        return ("".join(random.choice(letters) * random.randint(1, 4) for _ in range(random.randint(2, 6))),)

    return Program(
        "shorten_runs", "text: str", "str",
        f"Replace every run of {least} or more equal letters in text by the letter and the length of\n"
        f"the run. Shorter runs stay as they are.",
        "    result, start = '', 0\n    while start < len(text):\n        end = start\n"
        "        while end < len(text) and text[end] == text[start]:\n            end += 1\n        size = end - start\n"
        f"        result += text[start] + str(size) if size >= {least} else text[start] * size\n        start = end\n"
        "    return result\n",
        **call_with(lambda text: "".join(f"{c}{n}" if n >= least else c * n
                                         for c, n in ((c, len(list(own))) for c, own in groupby(text))), draw=draw),
    )  # fmt: skip


def _depth(random: Random) -> Program:
    (opening, closing), level = random.choice(("()", "[]", "{}", "<>")), random.randint(2, 3)

    def draw() -> tuple[str]:
        text, depth = "", 0
        for _ in range(random.randint(6, 14)):
            up = depth == 0 or (depth < 4 and random.random() < 0.55)
            text, depth = text + (opening if up else closing), depth + (1 if up else -1)
        return (text + closing * depth,)

    def by_peeling(text: str) -> int:
        prefix = [text[:n].count(opening) - text[:n].count(closing) for n in range(len(text) + 1)]
        return sum(b == level > a for a, b in pairwise(prefix))

    return Program(
        f"groups_at_level_{level}", "text: str", "int",
        f"text consists of balanced brackets {opening} and {closing}. The outermost ones are on level 1, those\n"
        f"directly inside them on level 2, and so on. Return how many pairs of brackets are on level {level}.",
        f"    depth = count = 0\n    for sign in text:\n        if sign == {opening!r}:\n            depth += 1\n"
        f"            if depth == {level}:\n                count += 1\n        else:\n            depth -= 1\n    return count\n",
        **call_with(by_peeling, draw=draw),
    )  # fmt: skip


def _order_words(random: Random) -> Program:
    letters = "".join(sorted(random.sample("abdegilmnoru", random.randint(1, 3))))
    most = random.choice((True, False))
    order = "most" if most else "fewest"
    sign = "-" if most else ""

    def by_counts(text: str) -> list[str]:
        counts = range(20, -1, -1) if most else range(21)
        return [word for count in counts for word in sorted(text.split())
                if len(re.findall(f"[{letters}]", word)) == count]  # fmt: skip

    return Program(
        "order_words", "text: str", "List[str]",
        f"Split text at spaces and return its words, those with the {order} letters out of {letters!r} first.\n"
        "Words with equally many of them stand in alphabetical order.",
        f"    def key(word):\n        return {sign}sum(letter in {letters!r} for letter in word), word\n\n"
        "    return sorted(text.split(), key=key)\n",
        **call_with(by_counts, draw=lambda: (_sentence(random),)),
    )  # fmt: skip


def _cipher(random: Random) -> Program:
    shift = random.randint(2, 20)
    keep = random.choice((VOWELS, "xyz", "st"))
    plain = [letter for letter in map(chr, range(97, 123)) if letter not in keep]
    table = str.maketrans("".join(plain), "".join(plain[(n + shift) % len(plain)] for n in range(len(plain))))
    return Program(
        "encode_message", "message: str", "str",
        f"Take a message of lower-case letters and spaces and encode it: each letter except those in {keep!r} is\n"
        f"replaced by the one {shift} places later in the alphabet without {keep!r}, beginning again at its start.\n"
        f"Spaces and the letters in {keep!r} don't change.",
        f"    letters = [chr(n) for n in range(97, 123) if chr(n) not in {keep!r}]\n    result = []\n"
        "    for letter in message:\n        if letter in letters:\n"
        f"            letter = letters[(letters.index(letter) + {shift}) % len(letters)]\n        result.append(letter)\n"
        "    return ''.join(result)\n",
        **call_with(lambda message: message.translate(table), draw=lambda: (_sentence(random),)),
    )  # fmt: skip


def _ledger(random: Random) -> Program:
    start, floor = random.randint(10, 60), random.randint(-20, 5)
    up, down = random.choice((("add", "take"), ("in", "out"), ("plus", "minus"), ("gain", "lose")))

    def draw() -> tuple[list[str]]:
        return ([f"{random.choice((up, down, down))} {random.randint(1, 30)}" for _ in range(random.randint(2, 6))],)

    def by_prefixes(orders: list[str]) -> int:
        changes = [int(order.split()[1]) * (1 if order.startswith(up) else -1) for order in orders]
        places = [n for n in range(1, len(changes) + 1) if start + sum(changes[:n]) < floor]
        return min(places, default=0)

    return Program(
        "first_order_below", "orders: List[str]", "int",
        f"A store begins with {start} units. Each order reads '{up} N' or '{down} N', where N is a positive integer,\n"
        f"and changes the number of units. Return the number of the first order (counted from 1) after which\n"
        f"fewer than {floor} units are left, or 0 if that never happens.",
        f"    units = {start}\n    for number, order in enumerate(orders, start=1):\n        word, amount = order.split()\n"
        f"        units += int(amount) if word == {up!r} else -int(amount)\n        if units < {floor}:\n"
        "            return number\n    return 0\n",
        **call_with(by_prefixes, draw=draw),
    )  # fmt: skip


def _initials(random: Random) -> Program:
    place, mark = random.choice(("first", "last")), random.choice((".", "-", "_", "/"))
    at = 0 if place == "first" else -1
    return Program(
        f"{place}_letters", "text: str", "str",
        f"Return the {place} letter of each word in text as a capital, joined by {mark!r}.",
        f"    return {mark!r}.join(word[{at}].upper() for word in text.split())\n",
        **call_with(lambda text: mark.join(re.findall(r"\b\w" if at == 0 else r"\w\b", text.upper())),
                    draw=lambda: (_sentence(random),)),
    )  # fmt: skip


def _palindromes(random: Random) -> Program:
    least = random.randint(2, 4)
    letters = "".join(random.sample("abkmot", 2))

    def by_middle(text: str) -> int:
        count = 0
        for centre in range(2 * len(text) - 1):
            left, right = centre // 2, (centre + 1) // 2
            while left >= 0 and right < len(text) and text[left] == text[right]:
                count += right - left + 1 >= least
                left, right = left - 1, right + 1
        return count

    return Program(
        "count_mirrored", "text: str", "int",
        f"Return how many parts of text (neighbouring letters, at least {least} of them) read the same backwards.\n"
        "Parts at different places count apart, even if they are equal.",
        f"    count = 0\n    for start in range(len(text)):\n        for end in range(start + {least}, len(text) + 1):\n"
        "            part = text[start:end]\n            if part == part[::-1]:\n                count += 1\n    return count\n",
        **call_with(by_middle, draw=lambda: ("".join(random.choices(letters, k=random.randint(3, 10))),)),
    )  # fmt: skip


FAMILIES = {
    "runs": _runs, "depth": _depth, "order_words": _order_words, "cipher": _cipher, "ledger": _ledger,
    "initials": _initials, "palindromes": _palindromes,
}  # fmt: skip
