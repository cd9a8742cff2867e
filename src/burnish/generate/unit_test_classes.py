"""A task of `fs_unit_test`: a function that sorts numbers into three classes. With what other tasks of functions share."""

from random import Random
from typing import Any

from burnish.generate.core import Edit, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.unit_test_basics import check_suite
from burnish.generate.wording import draw_noun

ASKS = (
    "Write pytest tests for the function `«name»` below, which is in the module `«module»`. «rule» Cover «cover». Answer with the test code only.",
    "Here is `«name»` from `«module».py`. «rule» I need unit tests (plain functions `test_...` with assert) that would notice a mistake in any part of it: «cover».",
    "Please test this Python function with pytest. It lives in `«module»`. «rule» Make sure that «cover» are tested.",
    "The module `«module»` has the function below. «rule» Before I change it I want tests for pytest that fail when it goes wrong. Things to check: «cover».",
    "Test `«name»` (import it from `«module»`) with plain pytest functions. «rule» Each of these must be checked by an assert: «cover».",
    "«rule» That is all the code below does, but nothing tests it so far. Please write `test_«module».py` for pytest, which imports `«name»` from `«module»` and covers «cover».",
)


def break_each(program: str, *edits: Edit) -> list[str]:
    """Return `program` once for each edit."""
    return [program.replace(old, new) for old, new in edits]


CLASSES = (
    ("high", "medium", "low"), ("gold", "silver", "bronze"), ("good", "fair", "poor"), ("hot", "warm", "cold"),
    ("urgent", "soon", "later"), ("full", "partial", "empty"),
    ("pass", "repeat", "fail"), ("large", "normal", "small"), ("red", "amber", "green"), ("senior", "regular", "junior"),
    ("fast", "steady", "slow"), ("rich", "modest", "thin"),
)  # fmt: skip


def draw_grade(rng: Random) -> dict[str, Any]:
    """Draw a function that sorts numbers into three classes, whose limits belong to the class above or below."""
    noun, low = draw_noun(rng), rng.choice((5, 10, 20, 25, 30, 40, 50, 100))
    high, score = low + rng.choice((10, 20, 30, 40, 45)), pick(rng, f"score|points|value|level|{noun.one}_score|count")
    a, b, c = rng.choice(CLASSES)
    sign = rng.choice((">=", ">"))
    name, step = (
        pick(
            rng,
            f"grade|rate|classify|level_of|category|rank|{noun.one}_class|grade_{noun.one}|{noun.one}_level|rate_{noun.one}",
        ),
        1 if sign == ">" else 0,
    )
    head, last = f"def {name}({score}):\n    ", f'    return "{c}"'
    program = f'{head}if {score} {sign} {high}:\n        return "{a}"\n    if {score} {sign} {low}:\n        return "{b}"\n{last}'
    edits = [(f"{sign} {limit}:", f"{sign} {limit + by}:") for limit in (high, low) for by in (1, -1)]
    names = [(last, f'    return "{b}"'), (f'"{a}"', f'"{c}"')]
    if rng.random() < 0.5:
        program = f'{head}for limit, name in (({high}, "{a}"), ({low}, "{b}")):\n        if {score} {sign} limit:\n            return name\n{last}'
        edits = [(f"({limit},", f"({limit + by},") for limit in (high, low) for by in (1, -1)]
    return {"name": name, "module": pick(rng, f"grading|ratings|levels|scores|classes|{noun.many}|{noun.one}_rules"),
            "program": program, "broken": break_each(program, *edits, *names), "low": low + step, "high": high + step,
            "under_high": high + step - 1, "under_low": low + step - 1,
            "over": high + 6, "a": a, "b": b, "c": c, "rule": f"It sorts {noun.many.replace('_', ' ')} into three classes.",
            "cover": "all three results and the two limits exactly"}  # fmt: skip


GRADED = Template(
    id="three_classes",
    ask=ASKS,
    starter="«program»",
    draw=draw_grade,
    shapes=(
        Shape(name="one_each", code="""
            from «module» import «name»


            def test_«a»():
                assert «name»(«high») == "«a»"
                assert «name»(«over») == "«a»"


            def test_«b»():
                assert «name»(«low») == "«b»"
                assert «name»(«under_high») == "«b»"


            def test_«c»():
                assert «name»(«under_low») == "«c»"
            """, mutants=(('assert «name»(«high») == "«a»"\n    ', ""), ('assert «name»(«low») == "«b»"\n    ', ""),
                          ('«name»(«under_low») == "«c»"', "«name»(«under_low»)"),
                          ('assert «name»(«under_high») == "«b»"', 'assert «name»(«under_high») == "«a»"'))),
        Shape(name="parametrized", code="""
            import pytest

            from «module» import «name»


            @pytest.mark.parametrize(
                ("score", "expected"),
                [(«high», "«a»"), («under_high», "«b»"), («low», "«b»"), («under_low», "«c»")],
            )
            def test_«name»(score, expected):
                assert «name»(score) == expected
            """, mutants=(('(«high», "«a»"), ', ""), ('(«low», "«b»"), ', ""),
                          ("== expected", "in [expected, None, '«a»', '«b»', '«c»']"),
                          ('(«low», "«b»")', '(«low», "«c»")'))),
        Shape(name="dictionary", code="""
            from «module» import «name»


            def test_limits():
                results = {«under_low»: "«c»", «low»: "«b»", «under_high»: "«b»", «high»: "«a»"}
                assert {score: «name»(score) for score in results} == results
            """, mutants=(('«low»: "«b»", ', ""), (', «high»: "«a»"', ""), ("== results", "!= {}"),
                          ('«under_low»: "«c»"', '«under_low»: "«b»"'))),
    ),
    verifier=check_suite,
)  # fmt: skip
