from collections import Counter

import pytest

from burnish.errors import BurnishError
from burnish.mix.mixer import MixParams, Size, pick_rows, plan_mixture


def mixture(tokens: int = 1000, repeats: int = 1, **weights: float) -> MixParams:
    sources = {name: {"weight": weight, "max_repeats": repeats} for name, weight in weights.items()}
    return MixParams.model_validate({"supervised_tokens": tokens, "context_tokens": 1024, "sources": sources})


def sizes(count: int, *, families: int = 5, tokens: int = 10) -> list[Size]:
    return [Size(f"family {number % families}", tokens) for number in range(count)]


def test_every_source_gives_its_share_to_within_one_row() -> None:
    plan = plan_mixture(
        {"cases": sizes(200), "replay": sizes(200, tokens=7)}, params=mixture(cases=0.7, replay=0.3), seed=1
    )
    assert 700 <= plan.achieved["cases"] < 710
    assert 300 <= plan.achieved["replay"] < 307


def test_no_row_is_repeated_beyond_its_cap() -> None:
    picked = pick_rows(sizes(30), name="cases", tokens=850, max_repeats=3, seed=1)
    assert max(Counter(picked).values()) <= 3
    assert len(set(picked)) == 30


def test_families_take_turns() -> None:
    uneven = [Size("large", 10)] * 90 + [Size("small", 10)] * 10
    picked = pick_rows(uneven, name="cases", tokens=200, max_repeats=1, seed=1)
    assert Counter(uneven[row].family for row in picked) == {"large": 10, "small": 10}


def test_plan_depends_on_seed_alone() -> None:
    arguments = {"cases": sizes(50)}
    plans = [plan_mixture(arguments, params=mixture(300, cases=1.0), seed=seed).picks for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


@pytest.mark.parametrize(
    ("params", "given", "message"),
    [
        (
            mixture(cases=0.9, replay=0.3),
            {"cases": sizes(9), "replay": sizes(9)},
            r"weights sum to 1\.2, not 1; change one of: cases, replay",
        ),
        (mixture(cases=1.0), {"cases": []}, "source 'cases' has no rows"),
        (mixture(cases=1.0), {"cases": sizes(9)}, "holds 90 supervised tokens at 1 repeats, 910 short"),
    ],
)
def test_impossible_mixtures_say_why(params: MixParams, given: dict[str, list[Size]], message: str) -> None:
    with pytest.raises(BurnishError, match=message):
        plan_mixture(given, params=params, seed=1)
