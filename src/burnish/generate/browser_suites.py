"""How the longer answers of `fs_browser_test` are written: the same tests with `assert`, or with `beforeEach` and `expect`."""

from collections.abc import Callable
from typing import NamedTuple

from burnish.generate.core import Facts


class Look(NamedTuple):
    """One expectation: JavaScript that gives a value, and the value."""

    value: str
    wanted: str


Step = str | Look


def write_asserting(facts: Facts) -> str:
    """Return tests that each build the page and use `assert`."""
    head = (
        'const test = require("node:test");\nconst assert = require("node:assert");\n'
        f'const {{ {facts["name"]} }} = require("./{facts["module"]}");'
    )
    return _join(
        facts, head, start=facts["build"], look=lambda one: f"assert.deepStrictEqual({one.value}, {one.wanted});"
    )


def write_expecting(facts: Facts) -> str:
    """Return tests that share the building of the page and use `expect`."""
    head = (
        'const { test, beforeEach, expect } = require("@jest/globals");\n'
        f'const {{ {facts["name"]} }} = require("./{facts["module"]}");'
    )
    before = f"beforeEach(() => {{\n  {facts['build']}\n}});"
    return _join(facts, f"{head}\n\n{before}", start="", look=lambda one: f"expect({one.value}).toEqual({one.wanted});")


def _join(facts: Facts, head: str, *, start: str, look: Callable[[Look], str]) -> str:
    tests = []
    for name, *steps in facts["tests"]:
        lines = [*([start] if start else []), *(step if isinstance(step, str) else look(Look(*step)) for step in steps)]
        tests.append("\n  ".join((f'test("{name}", () => {{', *lines)) + "\n});")
    return "\n\n".join((head, facts["helper"], *tests))
