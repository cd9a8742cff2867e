"""Says how a reported JSON value differs from the expected one. Sees JSON primitives only: no object of a program."""

import math
from typing import Any

TOLERANCE = 1e-9
SHOWN = 80


def find_difference(got: Any, *, expected: Any, place: str = "") -> str | None:
    """Return where and how `got` differs from `expected`, or None.

    `True` isn't 1. Numbers agree within 1e-9 (relative or absolute) when either is a fraction, and exactly otherwise.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        return _in_mapping(got, expected=expected, place=place)
    if isinstance(expected, list) and isinstance(got, list):
        return _in_list(got, expected=expected, place=place)
    if _agree(got, expected):
        return None
    return f"{place or 'result'} is {show(got)}, not {show(expected)}"


def show(value: Any) -> str:
    """Return `value` as short text."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _agree(got: Any, expected: Any) -> bool:
    if isinstance(got, bool) or isinstance(expected, bool) or not _is_number(got) or not _is_number(expected):
        return type(got) is type(expected) and bool(got == expected)
    if isinstance(got, int) and isinstance(expected, int):
        return got == expected
    try:
        return math.isclose(got, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except OverflowError:  # an integer too large for a float
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _in_mapping(got: dict[str, Any], *, expected: dict[str, Any], place: str) -> str | None:
    if missing := sorted(expected.keys() - got.keys()):
        return f"{place or 'result'} lacks {missing[0]!r}"
    if extra := sorted(got.keys() - expected.keys()):
        return f"{place or 'result'} has {extra[0]!r}, which wasn't asked for"
    for key, wanted in expected.items():
        if difference := find_difference(got[key], expected=wanted, place=f"{place}[{key!r}]"):
            return difference
    return None


def _in_list(got: list[Any], *, expected: list[Any], place: str) -> str | None:
    if len(got) != len(expected):
        return f"{place or 'result'} has {len(got)} items, not {len(expected)}"
    for index, wanted in enumerate(expected):
        if difference := find_difference(got[index], expected=wanted, place=f"{place}[{index}]"):
            return difference
    return None
