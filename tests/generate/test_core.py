"""The engine: filling texts, drawing distinct facts, splits, and what it refuses to keep."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from burnish import shards
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams
from burnish.files import digest_of
from burnish.generate.cases import (
    Case,
    CasesParams,
    choose_sample,
    draw_cases,
    make_cases,
    quotas_of,
    stage_run,
)
from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template, fill, write_mutants, write_prompt
from burnish.generate.drawing import arrange, draw_arguments
from burnish.generate.mutation import mutate_code

PARAMS = CasesParams(
    per_template=6, seen_per_template=2, unseen_per_template=3, withheld_categories=[], withheld_share=0.0,
    trained_families=None, cheat_sample=1, repeats=2, browser_sample=0, min_kill_rate=0.8,
)  # fmt: skip
SUM = Shape(name="operator", code="def «name»(a):\n    return a + «n»", mutants=(("+", "-"), ("«n»", "(«n» + 1)")))
LOOP = Shape(name="call", code="def «name»(a):\n    return sum((a, «n»))", mutants=(("sum", "max"), ("«n»", "0")))


def draw(rng: Random) -> dict[str, Any]:
    return {"name": rng.choice(("plus", "more", "add")), "n": rng.randrange(1, 50)}


def check(facts: Facts, rng: Random) -> dict[str, Any]:
    inputs = [0, rng.randrange(60, 90), -7]
    return python_check(facts["name"], [([value], -(-value - facts["n"])) for value in inputs])


def make_template(identity: str = "plus", **changes: Any) -> Template:
    fields: dict[str, Any] = {
        "ask": ("write `«name»(a)` that adds «n».", "Add «n» in `«name»`.", "«name»: a + «n»"), "draw": draw,
        "shapes": (SUM, LOOP), "verifier": check,
    }  # fmt: skip
    return Template(id=identity, **{**fields, **changes})


def make_category(*templates: Template, name: str = "fs_sum") -> Category:
    return Category(name=name, family="arithmetic", templates=templates or (make_template(),))


def cases_of(category: Category, *, seed: int = 1, params: CasesParams = PARAMS) -> list[Case]:
    template = category.templates[0]
    return draw_cases(category, template, quotas=quotas_of(category, template, params=params), seed=seed)


# Text -----------------------------------------------------------------------------------------------------------------


def test_slots_become_text_literals_or_json() -> None:
    facts = {"name": "x", "words": ["a", "it's"], "flag": True}
    assert fill("    «name» = «words!r»\n    «words!j» «flag!j»", facts) == 'x = [\'a\', "it\'s"]\n["a", "it\'s"] true'


@pytest.mark.parametrize(
    ("text", "message"), [("«nme»", "no fact 'nme' for «nme»; there are: name"), ("«words»", "«words!r»")]
)
def test_a_slot_that_cannot_be_filled_is_named(text: str, message: str) -> None:
    with pytest.raises((KeyError, TypeError), match=message):
        fill(text, {"name": "x"} if "nme" in text else {"words": ["a"]})


def test_a_sentence_starts_with_a_capital_and_code_keeps_its_letters() -> None:
    facts = {"many": "orders", "name": "sum_all"}
    template = make_template(
        ask=("«many» come in. «many», e.g. new ones, go to `f`. «name» isn't.", "", ""), starter="x = 1"
    )
    prompt = write_prompt(template, facts, phrasing=0, language="python")
    assert prompt == "Orders come in. Orders, e.g. new ones, go to `f`. sum_all isn't.\n\n```python\nx = 1\n```"


def test_an_edit_that_does_not_fit_its_shape_is_an_error() -> None:
    shape = Shape(name="odd", code="return «n»", mutants=(("give «n»", "0"),))
    with pytest.raises(BurnishError, match="plus: shape 'odd': the text 'give 3' of a mutant doesn't occur"):
        write_mutants(make_template(), shape, {"n": 3})


@pytest.mark.parametrize("own", [True, False])
def test_an_edit_that_replaces_nothing_is_refused(own: bool) -> None:
    empty = (("«sign»", "-"),)
    shape = Shape(name="plain", code="a + 1", mutants=empty if own else ())
    template = make_template(mutants=() if own else empty)
    assert write_mutants(template, shape, {"sign": "+"}) == ["a - 1"]
    with pytest.raises(BurnishError, match=r"plus: shape 'plain': the mutant .* replaces nothing with these facts"):
        write_mutants(template, shape, {"sign": ""})


@pytest.mark.parametrize("role", ["order", "args"])
def test_a_role_of_an_argument_hides_no_other_fact(role: str) -> None:
    with pytest.raises(BurnishError, match=f"the role '{role}' is a fact of its own"):
        draw_arguments(Random(1), **{role: "first", "other": "second"})


def test_arguments_are_arranged_only_in_a_drawn_order() -> None:
    facts = draw_arguments(Random(1), first="a|b", second="c|d")
    values = {"first": 1, "second": 2}
    assert arrange(facts, **values) == [values[role] for role in facts["order"]]
    for hidden in ({"order": "an order"}, {"order": ["first", "second", "third"]}):
        with pytest.raises(BurnishError, match=r"the fact `order` is .*, not roles among first, second"):
            arrange({**facts, **hidden}, **values)


def test_mutants_hold_no_repeat_and_no_reference() -> None:
    shape = Shape(name="s", code="a + «n»", mutants=(("a", "b"), ("a +", "b +")))
    template = make_template(mutants=(("zzz", "y"), ("+", "-")), wrong=("c + «n»", "a + 3"))
    assert write_mutants(template, shape, {"n": 3}) == ["b + 3", "a - 3", "c + 3"]


# Drawing --------------------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_cases_and_another_seed_others() -> None:
    first, again, other = (cases_of(make_category(), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert len({case.id for case in first} & {case.id for case in other}) < len(first) // 2


def test_a_new_template_or_category_changes_no_other_case() -> None:
    alone = make_cases(make_category(), params=PARAMS, seed=1, workers=2).cases
    beside = make_cases(make_category(make_template("new"), make_template()), params=PARAMS, seed=1, workers=2).cases
    assert [case.prompt for case in beside if case.template.id == "plus"] == [case.prompt for case in alone]


def test_a_space_that_is_too_small_says_so() -> None:
    params = PARAMS.model_copy(update={"per_template": 200})
    with pytest.raises(
        BurnishError, match=r"fs_sum/plus: only 1\d\d different questions of 202 asked; widen draw\(\) or lower"
    ):
        cases_of(make_category(), params=params)


def test_facts_that_ask_the_same_question_are_one_case() -> None:
    template = make_template(draw=lambda rng: {"name": "plus", "n": 5, "hidden": rng.random()})
    with pytest.raises(BurnishError, match="only 1 different questions"):
        cases_of(make_category(template))


def test_a_case_keeps_its_split_when_more_are_asked() -> None:
    few, many = (cases_of(make_category(), params=PARAMS.model_copy(update=size)) for size in (
        {"per_template": 9, "seen_per_template": 3}, {"per_template": 30, "seen_per_template": 10}))  # fmt: skip
    splits = {case.id: case.split for case in many}
    assert Counter(case.split for case in few) == {"train": 9, "seen": 3}
    shared = [case for case in few if case.id in splits]
    assert len(shared) > 6
    assert all(splits[case.id] == case.split for case in shared)


def test_withheld_families_and_categories_give_only_unseen_cases() -> None:
    category = make_category(*(make_template(f"t{number}") for number in range(40)))
    half = PARAMS.model_copy(update={"withheld_share": 0.5})
    quotas = [quotas_of(category, template, params=half) for template in category.templates]
    assert 10 < sum(quota == {"unseen": 3} for quota in quotas) < 30
    assert all(quota in ({"unseen": 3}, {"train": 6, "seen": 2}) for quota in quotas)
    whole = PARAMS.model_copy(update={"withheld_categories": ["fs_sum"]})
    assert all(quotas_of(category, template, params=whole) == {"unseen": 3} for template in category.templates)


def test_only_listed_families_are_trained_on() -> None:
    category = make_category(*(make_template(f"t{number}") for number in range(4)))
    listed = PARAMS.model_copy(update={"trained_families": ["fs_sum/t1", "fs_other/t9"]})
    quotas = {one.id: quotas_of(category, one, params=listed) for one in category.templates}
    assert [name for name, quota in quotas.items() if "train" in quota] == ["t1"]
    with pytest.raises(BurnishError, match=r"cases\.trained_families names fs_sum/t9; fs_sum has: fs_sum/t0"):
        make_cases(category, params=PARAMS.model_copy(update={"trained_families": ["fs_sum/t9"]}), seed=3, workers=2)


def test_shapes_and_phrasings_take_turns() -> None:
    cases = cases_of(make_category(), params=PARAMS.model_copy(update={"per_template": 10}))
    assert Counter(case.shape.name for case in cases) == {"operator": 6, "call": 6}
    starts = Counter(case.prompt.split()[0] for case in cases)
    assert starts["Write"] == 4
    assert starts["Add"] == 4


# Proving --------------------------------------------------------------------------------------------------------------


def test_a_proved_category_reports_what_was_measured() -> None:
    outcome = make_cases(make_category(), params=PARAMS, seed=1, workers=2)
    assert outcome.metrics == {
        "asked": 8, "kept": 8, "templates": 1, "distinct_facts": 8, "shapes": 2,
        "splits": {"train": 6, "seen": 2, "unseen": 0}, "mutants": 16, "kill_rate": 1.0, "sampled": 1,
        "sampled_in_browser": 0,
        "operator_mutants": 2, "operator_kill_rate": 1.0,
        "false_accepts": 0, "disagreements": 0, "dropped": [], "near_duplicate_share": 0.0,
    }  # fmt: skip


def wrong_by_one(facts: Facts, rng: Random) -> dict[str, Any]:
    verifier = check(facts, rng)
    return {**verifier, "expect": [value + 1 for value in verifier["expect"]]}


def blind(facts: Facts, rng: Random) -> dict[str, Any]:
    return python_check(facts["name"], [([-facts["n"]], 0)])


def drops(**changes: Any) -> tuple[dict[str, Any], list[str]]:
    metrics = make_cases(make_category(make_template(**changes)), params=PARAMS, seed=1, workers=2).metrics
    return metrics, metrics["dropped"]


def test_a_reference_that_fails_is_dropped_with_the_reason() -> None:
    metrics, dropped = drops(verifier=wrong_by_one)
    assert metrics["kept"] == 0
    assert "operator: the reference fails: call 1 [0]: result is" in dropped[0]


def test_a_verifier_that_lets_mutants_live_keeps_nothing() -> None:
    weak = Shape(
        name="weak", code="def «name»(a):\n    return a + «n»", mutants=(("a + «n»", "a + int(«n»)"), ("+", "-"))
    )
    metrics, dropped = drops(shapes=(weak,))
    assert metrics["kept"] == 0
    assert "weak: only 1 of 2 mutants fail" in dropped[0]
    assert metrics["kill_rate"] == 0.5


def test_one_accepted_cheat_drops_the_category() -> None:
    metrics, dropped = drops(verifier=blind)
    assert metrics["kept"] == 0
    assert metrics["false_accepts"] > 0
    assert any(reason.endswith("accepts the cheat constant_0") for reason in dropped)


def test_an_answer_that_varies_drops_the_category() -> None:
    luck = "import os\nLUCK = os.urandom(1)[0] % 2\ndef «name»(a):\n    return a + «n» + LUCK"
    shape = Shape(name="luck", code=SUM.code, mutants=(("def «name»(a):\n    return a + «n»", luck), ("+", "-")))
    params = PARAMS.model_copy(update={"min_kill_rate": 0.4, "repeats": 20})
    metrics = make_cases(make_category(make_template(shapes=(shape,))), params=params, seed=3, workers=2).metrics
    assert metrics["disagreements"] == 1
    assert metrics["kept"] == 0


def test_mutants_that_nobody_chose_are_counted_apart() -> None:
    lazy = Shape(name="lazy", code="def «name»(a):\n    unused = a < 0\n    return a + «n»", mutants=SUM.mutants)
    metrics, dropped = drops(shapes=(lazy,))
    assert dropped == []
    assert metrics["kill_rate"] == 1.0
    assert 0 < metrics["operator_kill_rate"] < 1


@pytest.mark.parametrize("language", ["python", "javascript", "sql", "html", "css", "yaml"])
def test_operator_mutants_differ_and_those_of_python_compile(language: str) -> None:
    code = 'a = 1 if b < 2 else [3]\nprint(f"{a}")\n<p id="x">y</p> SELECT MIN(x) FROM t p { color: red; }\n'
    code = "a = 1 if b < 2 else [3]\nreturn_ = a + 1\n" if language == "python" else code
    mutants = mutate_code(code, language=language, count=5, rng=Random(1))
    assert mutants == mutate_code(code, language=language, count=5, rng=Random(1))
    assert len(set(mutants)) == len(mutants) >= 2
    assert code not in mutants
    assert language != "python" or all(compile(text, "x", "exec") for text in mutants)


def test_the_sample_takes_turns_between_templates() -> None:
    category = make_category(make_template("a"), make_template("b"), make_template("c"))
    drawn = [case for one in category.templates for case in draw_cases(category, one, quotas={"train": 5}, seed=1)]
    sample = choose_sample(drawn, size=7)
    assert sorted(Counter(case.template.id for case in sample).values()) == [2, 2, 3]
    assert choose_sample(drawn[::-1], size=7) == sample


# The stage ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def run_stage(tmp_path: Path) -> Callable[[str], Path]:
    def run(name: str) -> Path:
        metrics = stage_run([make_category()])(
            PARAMS, seed=1, executor=ExecutorParams(kind="local", address=None), out=tmp_path / name
        )
        assert list(metrics) == ["fs_sum"]
        return tmp_path / name

    return run


def test_the_stage_writes_the_same_bytes_each_time(run_stage: Callable[[str], Path]) -> None:
    assert digest_of(run_stage("first")) == digest_of(run_stage("second"))


def test_a_new_category_or_another_order_changes_no_byte_of_the_others(tmp_path: Path) -> None:
    first, second, new = (
        make_category(make_template(), make_template("more"), name=name) for name in ("fs_sum", "fs_total", "fs_extra")
    )

    def files_of(*categories: Category) -> dict[str, str]:
        """Return the digest of a table of its own for each category's rows, as the stage wrote them in one."""
        made = tmp_path / "-".join(category.name for category in categories)
        stage_run(categories)(PARAMS, seed=1, executor=ExecutorParams(kind="local", address=None), out=made / "all")
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in shards.read_rows(made / "all"):
            rows.setdefault(row["category"], []).append(row)
        for name, own in rows.items():
            shards.write_rows(made / name, own, schema=shards.CASE)
        return {name: digest_of(made / name) for name in rows}

    before = files_of(first, second)
    assert list(before) == ["fs_sum", "fs_total"] and len(set(before.values())) == 2
    assert files_of(second, first) == before
    beside = files_of(new, second, first)
    assert beside.pop("fs_extra") and beside == before


def test_the_stage_writes_whole_cases(run_stage: Callable[[str], Path]) -> None:
    rows = list(shards.read_rows(run_stage("out")))
    assert len(rows) == 8
    assert {row["id"].rsplit("/", 1)[0] for row in rows} == {"fs_sum/plus"}
    first = rows[0]
    assert json.loads(first["verifier"])["kind"] == "python"
    assert first["reference"].startswith("def ")
    assert len(first["mutants"]) == 2
    assert (first["family"], first["licence"], first["source"]) == ("arithmetic", "Apache-2.0", "generated")
