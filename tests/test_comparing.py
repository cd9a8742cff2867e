"""JSON values compared: equal, nearly equal, of another kind."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.comparing import find_difference

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(json_values)
def test_a_value_equals_itself_and_nothing_longer(value: Any) -> None:
    assert find_difference(json.loads(json.dumps(value)), expected=value) is None
    assert find_difference([value, value], expected=[value]) is not None


@pytest.mark.parametrize(
    ("got", "expected"),
    [(True, 1), (0, False), ("1", 1), (None, 0), ([], {}), (10**400, 1.5), ([1], [1, 2]), ({}, {"a": 1})],
)
def test_values_of_other_kinds_differ(got: Any, expected: Any) -> None:
    assert find_difference(got, expected=expected) is not None
