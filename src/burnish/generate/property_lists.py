"""The task of `fs_property_test` with random inputs: two or three properties of a function, each broken by a copy."""

from random import Random
from typing import Any, NamedTuple

from burnish.generate.core import Facts, Shape, Template, fill
from burnish.generate.drawing import pick, rename
from burnish.generate.unit_test_basics import check_suite
from burnish.generate.wording import draw_nouns


class Promise(NamedTuple):
    """One property: in words, as an expression, and the last line of a copy that breaks this one only."""

    words: str
    check: str
    broken: str


class Subject(NamedTuple):
    """A function of a list, or of a number, and what it promises.

    Attributes:
        names: alternatives for its name.
        argument: its second argument, or none.
        values: from where to where that argument is drawn.
        body: its lines; the last one returns the result. `items` and `item` stand for drawn names, in `promises` too.
        promises: what holds for `items`, the second argument and `result`.
    """

    names: str
    argument: str
    values: tuple[int, int]
    body: str
    promises: tuple[Promise, ...]


NOTHING_LOST = "sorted(result) == sorted(items)"
SUBJECTS = (
    Subject("unique|dedupe|distinct|without_repeats|drop_repeats", "", (0, 0), "return list(dict.fromkeys(items))", (
        Promise("no value appears twice", "len(result) == len(set(result))",
                "return sorted(items, key=items.index)"),
        Promise("no value is lost", "set(result) == set(items)", "return list(dict.fromkeys(items))[1:]"),
        Promise("values stay in the order of their first appearance", "result == sorted(result, key=items.index)",
                "return sorted(set(items))"),
    )),
    Subject("chunks|split_list|in_batches|cut|pages_of", "size", (2, 5),
            "return [items[i : i + size] for i in range(0, len(items), size)]", (
        Promise("joined together, the parts give the list again", "sum(result, []) == items",
                "return [items[i : i + size] for i in range(0, len(items) - size + 1, size)]"),
        Promise("no part is longer than `size`", "all(len(part) <= size for part in result)",
                "return [items] if items else []"),
        Promise("every part except the last has exactly `size` values", "all(len(part) == size for part in result[:-1])",
                "return [[item] for item in items]"),
    )),
    Subject("rotate|turn|shift_left|move_round", "steps", (1, 4),
            "cut = steps % len(items) if items else 0\nreturn items[cut:] + items[:cut]", (
        Promise("no value is lost or added", NOTHING_LOST, "return items[cut:] + items[:cut][-1:]"),
        Promise("the last value of the result is `items[(steps - 1) % len(items)]`, unless the list is empty",
                "not items or result[-1] == items[(steps - 1) % len(items)]",
                "return sorted(items, reverse=True)"),
    )),
    Subject("partition|split_at|halves|sort_out|divide", "limit", (1, 8),
            "low = [item for item in items if item < limit]\nhigh = [item for item in items if item >= limit]\n"
            "return low, high", (
        Promise("the two lists together hold the same values", "sorted(result[0] + result[1]) == sorted(items)",
                "return low, high[1:]"),
        Promise("each value of the first list is below `limit`", "all(x < limit for x in result[0])", "return items, []"),
        Promise("no value of the second list is below `limit`", "all(x >= limit for x in result[1])", "return [], items"),
    )),
    Subject("cap_all|limit_all|clip|cut_peaks|at_most", "limit", (2, 7), "return [min(item, limit) for item in items]", (
        Promise("the result is as long as the list", "len(result) == len(items)",
                "return [min(item, limit) for item in items] + [limit]"),
        Promise("no value is above `limit`", "all(x <= limit for x in result)", "return list(items)"),
        Promise("values that aren't above `limit` stay as they are",
                "all(new == old for old, new in zip(items, result) if old <= limit)", "return [limit for _ in items]"),
    )),
    Subject("top|largest|best|leaders|highest", "count", (1, 6),
            "ordered = sorted(items, reverse=True)\nreturn ordered[:count]", (
        Promise("there are `count` values, or all when the list has fewer", "len(result) == min(count, len(items))",
                "return ordered[: count - 1]"),
        Promise("they come in falling order", "result == sorted(result, reverse=True)", "return ordered[:count][::-1]"),
        Promise("no value outside the result is larger than one inside",
                "sorted(result) == sorted(items)[len(items) - len(result) :]", "return ordered[::-1][:count][::-1]"),
    )),
    Subject("insert|add_sorted|put_in_place|file_in", "value", (0, 9),
            "ordered = sorted(items)\nat = len([item for item in ordered if item < value])\n"
            "return ordered[:at] + [value] + ordered[at:]", (
        Promise("the result is sorted", "result == sorted(result)", "return [*ordered, value]"),
        Promise("it holds the values of the list and `value`", "sorted(result) == sorted([*items, value])",
                "return ordered"),
    )),
    Subject("count_values|tally|histogram|frequencies", "", (0, 0),
            "counts = {}\nfor item in items:\n    counts[item] = counts.get(item, 0) + 1\nreturn counts", (
        Promise("the counts add up to the length of the list", "sum(result.values()) == len(items)",
                "return dict.fromkeys(items, 1)"),
        Promise("the keys are the values of the list", "set(result) == set(items)",
                "return {-1: len(items)} if items else {}"),
    )),
    Subject("runs|compress|run_lengths|encode_runs", "", (0, 0),
            "pairs = []\nfor item in items:\n    if pairs and pairs[-1][0] == item:\n        pairs[-1][1] += 1\n"
            "    else:\n        pairs.append([item, 1])\nreturn pairs", (
        Promise("written out again, the pairs of value and count give the list",
                "[value for value, n in result for _ in range(n)] == items", "return [[value, 1] for value, n in pairs]"),
        Promise("neighbouring pairs differ in their value",
                "all(first[0] != second[0] for first, second in zip(result, result[1:]))",
                "return [[item, 1] for item in items]"),
    )),
    Subject("running_total|cumulate|add_up|balance_history", "", (0, 0),
            "totals = []\nfor item in items:\n    totals.append(item + (totals[-1] if totals else 0))\nreturn totals", (
        Promise("the result is as long as the list", "len(result) == len(items)", "return totals[-1:]"),
        Promise("its last number is the sum of the list", "not items or result[-1] == sum(items)",
                "return totals[::-1]"),
    )),
)  # fmt: skip


def draw_promises(rng: Random) -> dict[str, Any]:
    """Draw a function, the properties to test and how the lists are made."""
    subject, (noun, other) = rng.choice(SUBJECTS), draw_nouns(rng, 2)
    name, argument = pick(rng, subject.names), subject.argument
    chosen = rng.sample(subject.promises, rng.choice((2, len(subject.promises))))
    low, high = subject.values
    runs, longest, top = rng.choice((100, 150, 200, 250, 300, 500)), rng.randrange(7, 16), rng.randrange(9, 13)
    signature = f"{name}({noun.many}, {argument})" if argument else f"{name}({noun.many})"
    body = subject.body.split("\n")

    def write(last: str) -> str:
        return "\n    ".join((f"def {signature}:", *(named(line) for line in (*body[:-1], last))))

    def named(text: str) -> str:
        return rename(text, items=noun.many, item=noun.one)

    checks, words = [named(one.check) for one in chosen], [named(pick(rng, one.words)) for one in chosen]
    return {
        "name": name, "module": pick(rng, f"lists|tools|{other.many}|{other.one}_tools|helpers"), "signature": signature,
        "program": write(body[-1]), "broken": [write(one.broken) for one in chosen], "runs": runs, "longest": longest,
        "top": top, "seed": rng.randrange(1, 100), "checks": checks, "many": noun.many,
        "first": checks[0], "second": checks[1], "third": checks[-1],
        "points": "\n".join(f"- {text}" for text in words), "listed": "; ".join(words),
        "count": ("two", "three")[len(chosen) - 2],
        "inputs": f"lists of 0 to {longest} whole numbers from 0 to {top}"
        + (f", each with a random `{argument}` from {low} to {high}" if argument else ""),
        "draw": f"\n    {argument} = rng.randint({low}, {high})" if argument else "",
        "more": f", {argument}" if argument else "",
    }  # fmt: skip


def write_loop(facts: Facts) -> str:
    """Return one test whose loop asserts every property."""
    return fill(
        LOOP, {**facts, "asserts": write_asserts(facts, indent=8), "draw": facts["draw"].replace("\n", "\n    ")}
    )


def write_seeds(facts: Facts) -> str:
    """Return one test that runs once for each seed."""
    return fill(SEEDS, {**facts, "asserts": write_asserts(facts, indent=4)})


def write_apart(facts: Facts) -> str:
    """Return one test for each property over the same inputs."""
    tests = [
        fill(ONE, {**facts, "number": number, "check": check}) for number, check in enumerate(facts["checks"], start=1)
    ]
    return "\n\n\n".join((fill(INPUTS, {**facts, "draw": facts["draw"].replace("\n", "\n    ")}), *tests))


def write_asserts(facts: Facts, *, indent: int) -> str:
    """Return the assertions of the drawn properties, one a line."""
    return f"\n{' ' * indent}".join(f"assert {check}" for check in facts["checks"])


LOOP = """
from random import Random

from «module» import «name»


def test_«name»():
    rng = Random(«seed»)
    for _ in range(«runs»):
        «many» = [rng.randint(0, «top») for _ in range(rng.randint(0, «longest»))]«draw»
        result = «name»(«many»«more»)
        «asserts»
"""
SEEDS = """
from random import Random

import pytest

from «module» import «name»


@pytest.mark.parametrize("seed", range(«runs»))
def test_«name»(seed):
    rng = Random(seed)
    «many» = [rng.randint(0, «top») for _ in range(rng.randint(0, «longest»))]«draw»
    result = «name»(«many»«more»)
    «asserts»
"""
INPUTS = """
from random import Random

from «module» import «name»


def results():
    rng = Random(«seed»)
    for _ in range(«runs»):
        «many» = [rng.randint(0, «top») for _ in range(rng.randint(0, «longest»))]«draw»
        yield «many»«more», «name»(«many»«more»)
"""
ONE = """
def test_property_«number»():
    for «many»«more», result in results():
        assert «check»
"""
NONE_RUN = ("range(«runs»)", "range(0)")
ONLY_EMPTY = ("range(rng.randint(0, «longest»))", "range(0)")
PROMISES = Template(
    id="properties_of_random_lists",
    ask=(
        "Write a property test (pytest) for `«signature»` below, which is in the module `«module»`. Use `random.Random` "
        "with a fixed seed and try «runs» «inputs». Assert for every result:\n«points»",
        "Here is `«name»` from `«module».py`. I don't want examples but «count» properties, checked on «runs» random "
        "«inputs»: «listed». Plain pytest; seed the generator so that every run is the same.",
        "Test this function with «runs» generated inputs (`«signature»`, module `«module»`): «inputs». It promises this:\n"
        "«points»\nWrite the pytest code; the random numbers must be repeatable.",
        "«count» things must always hold for `«name»` of `«module»`: «listed». Write pytest tests that check them over "
        "«runs» random inputs, namely «inputs», from a seeded `random.Random`.",
    ),
    starter="«program»",
    draw=draw_promises,
    shapes=(
        Shape(name="loop", code=write_loop, mutants=(NONE_RUN, ONLY_EMPTY, ("«first»", "result is not None"),
                                                     ("assert «second»", "assert True"))),
        Shape(name="seeds", code=write_seeds, mutants=(NONE_RUN, ONLY_EMPTY, ("assert «first»", "assert result is not «many»"),
                                                       ("Random(seed)", "Random(seed).random()"))),
        Shape(name="one_each", code=write_apart, mutants=(NONE_RUN, ONLY_EMPTY, ("def test_property_1", "def property_1"),
                                                          ("def test_property_2", "def property_2"))),
    ),
    mutants=(("assert «third»", "assert len(result) >= 0"), ("assert", "assert not")),
    verifier=check_suite,
)  # fmt: skip
