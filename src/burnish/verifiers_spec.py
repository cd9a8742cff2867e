"""Verifier kind `spec`: the answer is a document whose format has a validator: a schema, a manifest, a configuration.

    {"kind": "spec", "format": "compose", "language": "yaml", "checks": [check, ...], "instances": [JSON, ...],
     "accepts": [bool, ...], "skeleton": JSON or null, "place": [key, ...]}

The validator reads the document in the sandbox; `instances` are documents of a JSON Schema or queries of a GraphQL
schema, and `accepts` says which of them it must take. A check is {"at": [key, ...], ...one of}:
    "equals": value      "in": [values]      "contains": part of a text, or an item      "matches": regular expression
    "length": number     "absent": true      "present": true     "covers": mapping that is part of the value
    "all": [checks of the value]             "any": [checks, of which one fits]
    "order": [checks, each for one item of a list; fitting items stand in this order, others may be among them]
`"*"` in a path stands for any item: one that fits is enough.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from burnish.comparing import find_difference, show
from burnish.driving import Report, Task
from burnish.verdicts import PASSED, Verdict, fail


def document_tasks(verifier: Mapping[str, Any], code: str) -> list[Task]:
    """Return the one task of a `spec` verifier."""
    payload = {
        "program": code, "format": verifier["format"], "skeleton": verifier["skeleton"], "place": verifier["place"],
        "instances": verifier["instances"],
    }  # fmt: skip
    return [Task("spec", payload)]


def judge_document(verifier: Mapping[str, Any], reports: Sequence[Report]) -> Verdict:
    """Apply the checks to the document that the validator read."""
    report = reports[0]
    if "failed" in report:
        return fail(report["failed"])
    value = report["outcomes"][0]["value"]
    for number, (accepted, wanted) in enumerate(zip(value["accepted"], verifier["accepts"], strict=True)):
        if accepted is not wanted:
            return fail(f"{'accepts' if accepted else 'refuses'} {show(verifier['instances'][number])}")
    for check in verifier["checks"]:
        if complaint := apply_check(value["data"], check):
            return fail(complaint)
    return PASSED


def apply_check(data: Any, check: Mapping[str, Any]) -> str | None:
    """Return what is wrong at the check's place, or None."""
    place = "/".join(map(str, check["at"]))
    found = list(find_values(data, check["at"]))
    if check.get("absent"):
        return f"{place} is there" if found else None
    if not found:
        return f"{place} is missing"
    complaints = [_complaint(value, check) for value in found]
    return None if None in complaints else f"{place} {complaints[0]}"


def find_values(data: Any, path: Sequence[Any]) -> Iterator[Any]:
    """Yield the values at `path`; `"*"` goes into every item of a list or mapping."""
    if not path:
        yield data
        return
    key, rest = path[0], path[1:]
    if key == "*":
        items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
        for item in items:
            yield from find_values(item, rest)
    elif (isinstance(data, dict) and key in data) or (
        isinstance(data, list) and isinstance(key, int) and -len(data) <= key < len(data)
    ):
        yield from find_values(data[key], rest)


def _complaint(value: Any, check: Mapping[str, Any]) -> str | None:
    if "equals" in check:
        difference = find_difference(value, expected=check["equals"])
        return difference and f"{show(value)}: {difference}"
    if "in" in check:
        fits = any(find_difference(value, expected=one) is None for one in check["in"])
        return None if fits else f"is {show(value)}, not one of {show(check['in'])}"
    if "contains" in check:
        fits = isinstance(value, str | list | dict) and check["contains"] in value
        return None if fits else f"is {show(value)}, without {show(check['contains'])}"
    if "covers" in check:
        fits = isinstance(value, dict) and all(
            k in value and find_difference(value[k], expected=v) is None for k, v in check["covers"].items()
        )
        return None if fits else f"is {show(value)}, which doesn't hold {show(check['covers'])}"
    if "all" in check:
        return next(filter(None, (apply_check(value, one) for one in check["all"])), None)
    if "any" in check:
        complaints = [apply_check(value, one) for one in check["any"]]
        return None if None in complaints else f"fits none of {len(complaints)} forms: {complaints[0]}"
    if "order" in check:
        return _out_of_order(value, check["order"])
    if "matches" in check:
        return (
            None
            if re.search(check["matches"], str(value))
            else f"is {show(value)}, which doesn't match {check['matches']}"
        )
    if "length" in check:
        fits = isinstance(value, list | dict | str) and len(value) == check["length"]
        return None if fits else f"hasn't the length {check['length']}"
    return None


def _out_of_order(value: Any, checks: Sequence[Mapping[str, Any]]) -> str | None:
    if not isinstance(value, list):
        return f"is {show(value)}, not a list"
    items = iter(value)
    for number, check in enumerate(checks, start=1):
        if not any(apply_check(item, check) is None for item in items):
            return f"lacks item {number} of the {len(checks)} wanted, or has it too early"
    return None
