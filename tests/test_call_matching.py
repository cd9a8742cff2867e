"""The syntax-tree match: what the leaderboard's rules let through, and what they refuse."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.call_matching import match_calls, reference_calls
from burnish.calls import Call

FUNCTIONS = {
    "play": {
        "type": "dict",
        "properties": {
            "artist": {"type": "string"}, "minutes": {"type": "integer"}, "volume": {"type": "float"},
            "loud": {"type": "boolean"}, "tags": {"type": "array", "items": {"type": "string"}},
            "room": {"type": "dict"}, "target": {"type": "any"},
        },
        "required": ["artist", "minutes"],
    },
    "stop": {"type": "dict", "properties": {}, "required": []},
}  # fmt: skip
SWIFT: Any = {"play": {"artist": ["Taylor Swift", "T. Swift"], "minutes": [20], "volume": [0.5, ""], "loud": [True, ""],
                  "tags": [["pop", "live"], ""], "room": [{"name": ["hall"], "floor": [1, ""]}, ""]}}  # fmt: skip
MAROON: Any = {"play": {"artist": ["Maroon 5"], "minutes": [15]}}
RIGHT = {"artist": "Taylor Swift", "minutes": 20}


def judge(*calls: Call, expected: Any = (SWIFT,)) -> str:
    verdict = match_calls(calls, functions=FUNCTIONS, expected=list(expected))
    assert verdict.passed == (verdict.reason == "")
    return verdict.reason


@pytest.mark.parametrize("changes", [
    {}, {"artist": "taylor swift"}, {"artist": "T Swift"}, {"volume": 0.5}, {"loud": True}, {"tags": ["Pop", "live"]},
    {"room": {"name": "Hall"}}, {"room": {"name": "hall", "floor": 1}},
])  # fmt: skip
def test_every_listed_value_fits_and_optional_ones_may_be_left_out(changes: dict[str, Any]) -> None:
    assert judge(Call("play", RIGHT | changes)) == ""


@pytest.mark.parametrize(("changes", "why"), [
    ({"artist": "Taylor"}, "artist is 'Taylor'"), ({"minutes": "20"}, "minutes is '20', not of type integer"),
    ({"minutes": 20.0}, "not of type integer"), ({"minutes": True}, "not of type integer"),
    ({"loud": 1}, "not of type boolean"),
    ({"tags": ["live", "pop"]}, "tags is"), ({"tags": "pop"}, "not of type array"), ({"room": {"floor": 1}}, "room is"),
    ({"room": {"name": "hall", "door": 1}}, "room is"), ({"speed": 1}, "no argument 'speed'"),
    ({"target": "x"}, "wasn't asked for"),
])  # fmt: skip
def test_other_values_types_orders_and_arguments_do_not(changes: dict[str, Any], why: str) -> None:
    assert why in judge(Call("play", RIGHT | changes))


def test_needed_arguments_and_the_name_count() -> None:
    assert "lacks minutes" in judge(Call("play", {"artist": "Taylor Swift"}))
    assert "not play" in judge(Call("stop", {}))
    needed = {"play": {"artist": ["A"], "minutes": [1], "loud": [False]}}
    assert "lacks loud" in judge(Call("play", {"artist": "A", "minutes": 1}), expected=[needed])


def test_whole_numbers_are_fractions_but_not_the_other_way() -> None:
    expected = [{"play": {"artist": ["A"], "minutes": [1], "volume": [2.0]}}]
    assert judge(Call("play", {"artist": "A", "minutes": 1, "volume": 2}), expected=expected) == ""
    assert judge(Call("play", {"artist": "A", "minutes": 1.0, "volume": 2}), expected=expected) != ""
    assert judge(Call("play", {"artist": "A", "minutes": 1, "volume": 10**400}), expected=expected) != ""


def test_a_variable_of_the_users_stands_for_a_value_of_another_type() -> None:
    expected = [{"play": {"artist": ["A"], "minutes": ["length"]}}]
    assert judge(Call("play", {"artist": "A", "minutes": "length"}), expected=expected) == ""


def test_parallel_calls_fit_in_any_order_each_once() -> None:
    maroon = Call("play", {"artist": "Maroon 5", "minutes": 15})
    assert judge(maroon, Call("play", RIGHT), expected=[SWIFT, MAROON]) == ""
    assert "no call" not in judge(maroon, maroon, expected=[SWIFT, MAROON])
    assert judge(maroon, maroon, expected=[SWIFT, MAROON]) != ""
    assert judge(maroon, expected=[SWIFT, MAROON]) == "1 calls, not 2"
    assert judge(maroon, Call("play", RIGHT), Call("stop", {}), expected=[SWIFT, MAROON]) == "3 calls, not 2"


def test_parallel_calls_are_paired_best_not_first_come() -> None:
    wide: Any = {"play": {"artist": ["A", "B"], "minutes": [1]}}
    narrow: Any = {"play": {"artist": ["A"], "minutes": [1]}}
    calls = [Call("play", {"artist": name, "minutes": 1}) for name in ("A", "B")]
    assert judge(*calls, expected=[wide, narrow]) == ""


def test_the_reference_made_of_first_values_passes() -> None:
    calls = [Call(**call) for call in reference_calls([SWIFT, MAROON], functions=FUNCTIONS)]
    assert calls[0].arguments == RIGHT
    assert judge(*calls, expected=[SWIFT, MAROON]) == ""


SINGLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SINGLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@settings(deadline=None)  # on a busy machine the first example may be slow
@given(st.dictionaries(st.sampled_from(["artist", "minutes", "volume", "room", "tags", "other"]), JSON))
def test_no_arguments_break_the_judge(arguments: dict[str, Any]) -> None:
    judge(Call("play", arguments))
