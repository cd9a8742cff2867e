"""Calls against a benchmark's possible answers: the syntax-tree match of BFCL (Patil et al. 2025), order set free.

A call fits when its name, the needed arguments and every value do. A value fits one of the listed ones; `""` among them
means that the argument may be left out. Texts are compared without case, spaces and `,./-_*^`. Two steps away from the
published checker: a parallel answer is paired best, not first come; lists and objects are compared at every depth.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from burnish.calls import Call
from burnish.comparing import show
from burnish.verdicts import PASSED, Verdict, fail

TYPES: Mapping[str, type] = {
    "string": str, "integer": int, "float": float, "number": float, "boolean": bool, "array": list, "tuple": list,
    "dict": dict, "object": dict, "any": str,
}  # fmt: skip
OMITTED = ""
_IGNORED = re.compile(r"[ ,./\-_*^]")

Functions = Mapping[str, Mapping[str, Any]]  # parameters by name of the function
Expected = Mapping[str, Mapping[str, Sequence[Any]]]  # one call: its name, and by argument what it may be


def match_calls(calls: Sequence[Call], *, functions: Functions, expected: Sequence[Expected]) -> Verdict:
    """Judge whether `calls` are the expected ones, in any order, each once."""
    if len(calls) != len(expected):
        return fail(f"{len(calls)} calls, not {len(expected)}")
    reasons = [[find_mismatch(call, functions=functions, expected=wanted) for call in calls] for wanted in expected]
    if _can_pair([[reason is None for reason in row] for row in reasons]):
        return PASSED
    worst = next((row for row in reasons if None not in row), reasons[0])
    return fail(next((reason for reason in worst if reason), "two expected calls fit only the same call"))


def find_mismatch(call: Call, *, functions: Functions, expected: Expected) -> str | None:
    """Return why `call` isn't the expected one, or None."""
    ((name, options),) = expected.items()
    if call.name != name:
        return f"calls {show(call.name)}, not {name}"
    if reason := check_arguments(call, parameters=functions[name]):
        return reason
    for argument, value in call.arguments.items():
        if argument not in options:
            return f"{name}: {show(argument)} wasn't asked for"
        declared = functions[name]["properties"][argument].get("type", "any")
        if reason := _check_value(value, options=options[argument], declared=declared):
            return f"{name}: {argument} {reason}"
    missing = [argument for argument, own in options.items() if argument not in call.arguments and OMITTED not in own]
    return f"{name}: lacks {missing[0]}" if missing else None


def check_arguments(call: Call, *, parameters: Mapping[str, Any]) -> str | None:
    """Return which argument the function doesn't know or needs and lacks, or None."""
    if unknown := sorted(call.arguments.keys() - parameters["properties"].keys()):
        return f"{call.name} has no argument {show(unknown[0])}"
    if missing := sorted(set(parameters.get("required", ())) - call.arguments.keys()):
        return f"{call.name}: lacks {missing[0]}"
    return None


def reference_calls(expected: Sequence[Expected], *, functions: Functions) -> list[dict[str, Any]]:
    """Return calls made of the first listed values; what may be left out is, unless the function needs it."""
    calls = []
    for one in expected:
        ((name, options),) = one.items()
        needed = functions[name].get("required", ()) if name in functions else ()
        kept = {key: _first(own) for key, own in options.items() if OMITTED not in own or key in needed}
        calls.append({"name": name, "arguments": kept})
    return calls


def _first(options: Sequence[Any]) -> Any:
    """Return the first value that isn't a leave to omit; without any, nothing fits, and None is as good as another."""
    filled = [option for option in options if option != OMITTED]
    return _literal((filled or list(options) or [None])[0])


def _literal(option: Any) -> Any:
    if isinstance(option, dict):
        listed = {key: own if isinstance(own, list) else [own] for key, own in option.items()}
        return {key: _first(own) for key, own in listed.items() if OMITTED not in own}
    return [_literal(item) for item in option] if isinstance(option, list) else option


def _check_value(value: Any, *, options: Sequence[Any], declared: str) -> str | None:
    filled = [option for option in options if option != OMITTED]
    # A published answer of another type than the declared one stands for a variable of the user's.
    allowed = {TYPES.get(declared, str), *(type(option) for option in filled[:1])}
    if declared in ("float", "number"):
        allowed.add(int)
    if type(value) not in allowed:
        return f"is {show(value)}, not of type {declared}"
    return None if any(_fits(value, option) for option in options) else f"is {show(value)}, not {show(list(options))}"


def _fits(value: Any, option: Any) -> bool:
    if isinstance(value, dict) and isinstance(option, dict):
        known = {key: own if isinstance(own, list) else [own] for key, own in option.items()}
        return value.keys() <= known.keys() and all(
            any(_fits(value[key], one) for one in own) if key in value else OMITTED in own for key, own in known.items()
        )
    if isinstance(value, list) and isinstance(option, list):
        return len(value) == len(option) and all(_fits(*pair) for pair in zip(value, option, strict=True))
    if isinstance(value, str) and isinstance(option, str):
        return _plain(value) == _plain(option)
    if isinstance(value, bool) or isinstance(option, bool) or not isinstance(value, int | float):
        return type(value) is type(option) and bool(value == option)
    return isinstance(option, int | float) and value == option


def _plain(text: str) -> str:
    return _IGNORED.sub("", text).lower().replace("'", '"')


def _can_pair(fits: Sequence[Sequence[bool]]) -> bool:
    """Say whether each row can have a column of its own (bipartite matching by augmenting paths)."""
    owner: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for column, fitting in enumerate(fits[row]):
            if fitting and column not in tried:
                tried.add(column)
                if column not in owner or place(owner[column], tried):
                    owner[column] = row
                    return True
        return False

    return all(place(row, set()) for row in range(len(fits)))
