"""The task of `fs_property_test` with all short inputs: a quick function against a slow definition that can't be wrong."""

import textwrap
from random import Random
from typing import Any, NamedTuple

from burnish.generate.core import Edit, Shape, Template
from burnish.generate.drawing import pick, rename
from burnish.generate.unit_test_basics import check_suite
from burnish.generate.wording import NOUNS


class Oracle(NamedTuple):
    """A quick function and its plain definition.

    Attributes:
        names: alternatives for its name.
        body: its lines; the argument is `xs`.
        words: the definition in words.
        slow: the definition as an expression of `xs`.
        needs: a name of itertools that the definition uses, or none.
        values: sets of values to build inputs from.
        breaks: edits of the body.
    """

    names: str
    body: str
    words: str
    slow: str
    needs: str
    values: tuple[str, ...]
    breaks: tuple[Edit, ...]


NUMBERS = ("(-2, 1, 3)", "(-1, 0, 2)", "(-3, 2, 4)", "(-4, 1, 5)", "(-1, 1, 2)")
COUNTS = ("(0, 1, 2)", "(1, 2, 4)", "(0, 3, 5)", "(2, 3, 7)")
ORACLES = (
    Oracle("best_sum|max_run|best_streak|peak_gain", """
        best = current = 0
        for x in xs:
            current = max(0, current + x)
            best = max(best, current)
        return best""",
        "the largest sum of neighbouring values `xs[i:j]`, where an empty run counts as 0",
        "max(sum(xs[i:j]) for i in range(len(xs) + 1) for j in range(i, len(xs) + 1))", "", NUMBERS,
        (("max(0, current + x)", "current + x"), ("return best", "return current"), ("max(best, current)", "max(best, x)"))),
    Oracle("best_profit|max_gain|biggest_rise|best_trade", """
        best, lowest = 0, None
        for x in xs:
            lowest = x if lowest is None else min(lowest, x)
            best = max(best, x - lowest)
        return best""",
        "the largest `b - a` over all pairs where `a` stands before `b`, but never less than 0",
        "max([0, *(b - a for a, b in combinations(xs, 2))])", "combinations", COUNTS,
        (("min(lowest, x)", "max(lowest, x)"), ("x - lowest", "lowest - x"),
         ("return best", "return max(xs, default=0) - min(xs, default=0)"))),
    Oracle("count_inversions|disorder|wrong_pairs|out_of_order", """
        seen, count = [], 0
        for x in xs:
            count += len([y for y in seen if y > x])
            seen.append(x)
        return count""",
        "the number of pairs where the earlier value is larger than the later one",
        "sum(a > b for a, b in combinations(xs, 2))", "combinations", COUNTS,
        (("y > x", "y >= x"), ("y > x", "y < x"), ("count +=", "count ="))),
    Oracle("most_common_half|majority|winner|dominant", """
        held, votes = None, 0
        for x in xs:
            if votes == 0:
                held = x
            votes += 1 if x == held else -1
        return held if list(xs).count(held) * 2 > len(xs) else None""",
        "the value that makes up more than half of the values, or None when there is none",
        "next((x for x in xs if xs.count(x) * 2 > len(xs)), None)", "", (*COUNTS, '("a", "b", "c")', '("x", "y")'),
        ((" if list(xs).count(held) * 2 > len(xs) else None", ""), ("* 2 >", "* 2 >="), ("held = x\n", "held = xs[0]\n"))),
    Oracle("second_largest|runner_up|second_best|silver", """
        first = second = None
        for x in xs:
            if first is None or x > first:
                first, second = x, first
            elif x != first and (second is None or x > second):
                second = x
        return second""",
        "the second largest of the different values, or None when there are fewer than two of them",
        "(sorted(set(xs))[-2] if len(set(xs)) > 1 else None)", "", (*NUMBERS, *COUNTS),
        (("x != first and ", ""), ("first, second = x, first", "first = x"), ("x > second", "x < second"))),
    Oracle("count_drops|falls|setbacks|losses", """
        count, last = 0, None
        for x in xs:
            if last is not None and x < last:
                count += 1
            last = x
        return count""",
        "how often a value is smaller than the one right before it",
        "sum(b < a for a, b in zip(xs, xs[1:]))", "", (*NUMBERS, *COUNTS),
        (("x < last", "x <= last"), ("x < last", "x > last"), ("            last = x", "            last = last or x"))),
    Oracle("longest_streak|longest_run|max_repeat|longest_series", """
        best = length = 0
        for i, x in enumerate(xs):
            length = length + 1 if i and x == xs[i - 1] else 1
            best = max(best, length)
        return best""",
        "the length of the longest run of equal neighbours, 0 for no values",
        "max([len(list(run)) for _, run in groupby(xs)], default=0)", "groupby", (*COUNTS, '("a", "b")', '("win", "loss")'),
        (("return best", "return length"), ("xs[i - 1] else 1", "xs[i - 1] else length"), ("else 1", "else 0"))),
    Oracle("has_pair|can_pay|sums_up|reaches_total", """
        seen = set()
        for x in xs:
            if «total» - x in seen:
                return True
            seen.add(x)
        return False""",
        "whether two values at different places add up to «total»",
        "any(a + b == «total» for a, b in combinations(xs, 2))", "combinations", ("(0, 3, 4)", "(1, 3, 5)", "(2, 3, 6)"),
        (("            if", "            seen.add(x)\n            if"), ("seen.add(x)", "seen = {x}"),
         ("return False", "return len(xs) > 2"))),
    Oracle("smallest_free|first_gap|next_number|lowest_missing", """
        n = 0
        for x in sorted(xs):
            if x == n:
                n += 1
        return n""",
        "the smallest number from 0 on that isn't among the values",
        "next(n for n in count() if n not in xs)", "count", ("(0, 1, 2)", "(0, 1, 3)", "(0, 1, 2, 4)", "(0, 1, 5)"),
        (("sorted(xs)", "xs"), ("x == n", "x >= n"), ("return n", "return len(set(xs))"))),
)  # fmt: skip


def draw_oracle(rng: Random) -> dict[str, Any]:
    """Draw a function, its definition and the inputs to compare them on."""
    oracle, (noun, other) = rng.choice(ORACLES), rng.sample([noun for noun in NOUNS if noun.one != "product"], 2)
    name, values = pick(rng, oracle.names), rng.choice(oracle.values)
    size = rng.randrange(4, 6) if values.count(",") > 1 else rng.randrange(5, 8)
    total = rng.choice((6, 8)) if values == "(0, 3, 4)" else 6

    def named(text: str) -> str:
        return rename(text.replace("«total»", str(total)), xs=noun.many, x=noun.one)

    def write(lines: str) -> str:
        return f"def {name}({noun.many}):\n{textwrap.indent(named(textwrap.dedent(lines)).strip(chr(10)), '    ')}"

    body = textwrap.dedent(oracle.body).strip("\n")
    faults = [f"if len(xs) == {length}:\n    return -1\n{body}" for length in (0, size)]
    return {
        "name": name, "module": pick(rng, f"series|scan|{other.one}_stats|{other.many}|quick|numbers_"),
        "program": write(body), "many": noun.many,
        "broken": [write(text) for text in (*(oracle.body.replace(old, new) for old, new in oracle.breaks), *faults)],
        "words": named(pick(rng, oracle.words)), "slow": named(oracle.slow), "values": values, "size": size,
        "stop": size + 1, "imports": f"{oracle.needs}, product" if oracle.needs < "product" and oracle.needs else "product",
        "use": pick(rng, f"It runs on every {other.one}.|We trust it with our {other.many}.|"
                         "It was made quick, and I don't trust it.|"
                         "It is about to be rewritten.|A colleague doubts it."),
    }  # fmt: skip


OUTCOME = Template(
    id="compare_with_slow_definition",
    ask=(
        "Test `«name»` of the module `«module»` against its definition: «words». Compare both with pytest for all "
        "tuples of 0 to «size» values from `«values»` (`itertools.product`). «use»",
        "«use» Write a pytest test that takes every possible tuple of at most «size» values out of `«values»`, the "
        "empty one too, and asserts that `«name»` from `«module»` returns the same as this slow rule: «words».",
        "The function below, from `«module».py`, should return «words». Prove it on all short inputs: each tuple with "
        "elements from `«values»` and a length of 0 up to «size». Use pytest and itertools. «use»",
        "I want an exhaustive test in pytest, no examples. Inputs: `itertools.product` of `«values»` for each length up "
        "to «size», from 0. Under test: `«name»` in `«module»`. Expected, computed in the plainest way: «words».",
    ),
    starter="«program»",
    draw=draw_oracle,
    shapes=(
        Shape(name="loops", code="""
            from itertools import «imports»

            from «module» import «name»


            def test_«name»():
                for size in range(«stop»):
                    for «many» in product(«values», repeat=size):
                        assert «name»(«many») == «slow»
            """, mutants=(("== «slow»", "is not False"), ("assert", "assert not"))),
        Shape(name="parametrize", code="""
            from itertools import «imports»

            import pytest

            from «module» import «name»


            @pytest.mark.parametrize("size", range(«stop»))
            def test_«name»(size):
                for «many» in product(«values», repeat=size):
                    assert «name»(«many») == «slow»
            """, mutants=(("== «slow»", "is not False"), ("def test_", "def check_"))),
        Shape(name="helper", code="""
            from itertools import «imports»

            from «module» import «name»


            def slow(«many»):
                return «slow»


            def test_«name»():
                inputs = [«many» for size in range(«stop») for «many» in product(«values», repeat=size)]
                assert [«name»(«many») for «many» in inputs] == [slow(«many») for «many» in inputs]
            """, mutants=(("return «slow»", "return «name»(«many»)"), ("== [slow(«many») for «many» in inputs]", "!= []"))),
    ),
    mutants=(("range(«stop»)", "range(«size»)"), ("range(«stop»)", "range(1, «stop»)"), ("repeat=size", "repeat=1")),
    verifier=check_suite,
)  # fmt: skip
