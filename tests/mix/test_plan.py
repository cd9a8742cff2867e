"""What a plan takes: the asked shares in tokens, no row too often, families in turn, sources along a curriculum."""

from collections import Counter
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mix.sizes import mixture, row, rows, sizes

from burnish.mix.asked import MixParams
from burnish.mix.candidates import Sizes
from burnish.mix.outcome import describe
from burnish.mix.plan import Plan, plan_mixture, shuffle

PLACE = "mix.sft"
SKILLS, LICENCES = ("api", "css", "sql"), ("MIT", "ISC")
shares = st.lists(st.integers(1, 9), min_size=3, max_size=3).map(lambda parts: [part / sum(parts) for part in parts])


def plan(found: Sizes, params: MixParams, *, seed: int = 1) -> Plan:
    return plan_mixture(found, params=params, seed=seed, place=PLACE)


def metrics(found: Sizes, params: MixParams) -> dict[str, Any]:
    return describe(plan(found, params), sizes=found, too_long=0)


def drawn(key: int, *, count: int) -> list[Any]:
    """Rows of every skill and licence, of 1 to 40 supervised tokens."""
    random = Random(str(key))
    return [
        row(family=f"family {random.randrange(9)}", skill=SKILLS[number % 3], licence=LICENCES[number // 3 % 2],
            tokens=random.randint(1, 40))
        for number in range(count)
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(weights=shares, key=st.integers(0, 999), repeats=st.integers(1, 4))
def test_every_source_gives_its_share_within_one_percent_and_one_row_and_keeps_its_cap(
    weights: list[float], key: int, repeats: int
) -> None:
    names = ("cases", "tasks", "replay")
    found = sizes(**{name: drawn(key + number, count=700) for number, name in enumerate(names)})
    tokens = min(
        int(held * repeats / weight) for held, weight in zip(found.held("source").values(), weights, strict=True)
    )
    params = mixture(tokens, weights=dict(zip(names, weights, strict=True)), repeats=repeats)
    made = plan(found, params)
    for name, weight in zip(names, weights, strict=True):
        given_tokens = describe(made, sizes=found, too_long=0)["sources"][name]["supervised_tokens"]
        assert weight * tokens <= given_tokens + 0.5 and given_tokens < weight * tokens + 40
        assert abs(given_tokens / (weight * tokens) - 1) < 0.01 or weight * tokens < 4000
    assert Counter(made.order.tolist()).most_common(1)[0][1] <= repeats


@settings(max_examples=30, deadline=None)
@given(skills=shares, licence=st.floats(0.3, 0.7), key=st.integers(0, 999), repeats=st.integers(2, 3))
def test_sources_skills_and_licences_hold_together_within_one_percent(
    skills: list[float], licence: float, key: int, repeats: int
) -> None:
    found = sizes(cases=drawn(key, count=6000), tasks=drawn(key + 1, count=6000))
    asked = {"skills": dict(zip(SKILLS, skills, strict=True)), "licences": {"MIT": licence, "ISC": 1 - licence}}
    params = mixture(120_000, weights={"cases": 0.4, "tasks": 0.6}, repeats=repeats, **asked)
    made = plan(found, params)
    result = describe(made, sizes=found, too_long=0)
    assert abs(result["supervised_tokens"] - 120_000) < 2 * 40
    for kind, wanted in (("skills", asked["skills"]), ("licences", asked["licences"])):
        for name, share in wanted.items():
            assert abs(result[kind][name]["supervised_tokens"] / (share * 120_000) - 1) < 0.01
    assert max(Counter(made.order.tolist()).values()) <= repeats


def test_a_full_cell_makes_room_for_others_so_that_every_share_and_cap_still_holds() -> None:
    few = rows(20, skill="css")
    found = sizes(cases=few + rows(400, skill="sql"), tasks=rows(300, skill="css") + rows(300, skill="sql"))
    params = mixture(4000, weights={"cases": 0.5, "tasks": 0.5}, skills={"css": 0.5, "sql": 0.5})
    result = metrics(found, params)
    assert result["skills"]["css"]["share"] == 0.5 and result["sources"]["cases"]["share"] == 0.5


def test_a_plan_at_the_very_edge_of_its_caps_is_still_found() -> None:
    found = sizes(cases=rows(100, skill="css"), tasks=rows(50, skill="css") + rows(50, skill="sql"))
    params = mixture(2000, weights={"cases": 0.5, "tasks": 0.5}, skills={"css": 0.75, "sql": 0.25})
    result = metrics(found, params)
    assert result["largest_relative_miss"] == 0 and result["rows"] == 200


def test_no_row_of_a_value_with_weight_0_is_taken() -> None:
    found = sizes(cases=rows(50, licence="MIT") + rows(50, licence="ISC"))
    result = metrics(found, mixture(300, weights={"cases": 1}, licences={"MIT": 1, "ISC": 0}))
    assert result["licences"]["ISC"]["rows"] == 0 and result["licences"]["MIT"]["rows"] == 30


def test_several_modalities_are_one_value() -> None:
    found = sizes(cases=rows(50) + rows(50, modality="text+image"))
    result = metrics(found, mixture(400, weights={"cases": 1}, modalities={"text": 0.75, "image+text": 0.25}))
    assert result["modalities"]["image+text"]["supervised_tokens"] == 100


def test_families_take_turns_or_by_temperature_come_by_their_size() -> None:
    found = sizes(cases=[row(family="large")] * 90 + [row(family="small")] * 10)
    taken = {}
    for temperature in (None, 1.0, 2.0):
        made = plan(found, mixture(200, weights={"cases": 1}, family_temperature=temperature))
        taken[temperature] = Counter(found.names["family"][code] for code in found.codes["family"][made.order])
    assert taken[None] == {"large": 10, "small": 10}
    assert taken[1.0] == {"large": 18, "small": 2}
    assert taken[2.0] == {"large": 15, "small": 5}, "rates are 3 to 1: the square root of 9 to 1"


def test_source_temperature_gives_shares_by_size_or_more_evenly() -> None:
    found = sizes(cases=rows(900), tasks=rows(100))
    by_size = metrics(found, mixture(1000, weights={"cases": None, "tasks": None}, source_temperature=1.0))
    assert by_size["sources"]["cases"]["share"] == 0.9
    flatter = metrics(found, mixture(400, weights={"cases": None, "tasks": None}, source_temperature=2.0))
    assert flatter["sources"]["cases"]["share"] == 0.75


@settings(max_examples=25, deadline=None)
@given(start=st.floats(0, 1), middle=st.floats(0.2, 0.8), end=st.floats(0, 1))
def test_each_tenth_of_training_has_the_shares_of_the_curriculum(start: float, middle: float, end: float) -> None:
    found = sizes(cases=drawn(1, count=3000), tasks=drawn(2, count=3000))
    knots = [{"progress": at, "weights": {"cases": share, "tasks": 1 - share}}
             for at, share in ((0, start), (0.4, middle), (1, end))]  # fmt: skip
    params = mixture(40_000, weights={"cases": None, "tasks": None}, curriculum=knots)
    course = metrics(found, params)["course"]
    assert len(course) == 10
    for part in course:
        assert abs(part["share"]["cases"] - part["asked"]["cases"]) < 0.025, "a row is 1 % of a tenth's 4,000 tokens"


def test_plan_depends_on_seed_and_rows_alone() -> None:
    found = sizes(cases=rows(50))
    orders = [plan(found, mixture(300, weights={"cases": 1.0}), seed=seed).order.tolist() for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]


def test_two_mixtures_of_the_same_sources_take_other_rows_and_one_takes_the_same_again() -> None:
    found, params = sizes(cases=rows(50)), mixture(300, weights={"cases": 1.0})
    places = ("mix.sft", "mix.sft", "mix.tools")
    taken = [set(plan_mixture(found, params=params, seed=1, place=place).order.tolist()) for place in places]
    assert taken[0] == taken[1] != taken[2]


def test_shuffling_an_array_draws_what_shuffling_a_list_draws() -> None:
    listed = list(range(1000))
    Random("1/mix order").shuffle(listed)
    assert shuffle(np.arange(1000, dtype=np.int32), key="1/mix order").tolist() == listed


def test_what_was_taken_from_each_origin_is_told_with_its_licence() -> None:
    found = sizes(web=[*rows(20, origin="hf:a#1"), *rows(10, origin="hf:b#7", licence="CC-BY-4.0")])
    origins = metrics(found, mixture(300, weights={"web": 1.0}))["origins"]
    assert [(e["origin"], e["licence"], e["supervised_tokens"]) for e in origins] == [
        ("hf:a", "MIT", 200),
        ("hf:b", "CC-BY-4.0", 100),
    ]
    assert [round(entry["share"], 6) for entry in origins] == [0.666667, 0.333333]
