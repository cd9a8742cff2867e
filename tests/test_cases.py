"""Every kind of verifier: right answers pass, no cheat does, and what is expected never enters the sandbox."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish import sandbox
from burnish.cases import render_answer, verify, verify_many
from burnish.cheats import write_cheats
from burnish.errors import BurnishError
from burnish.generate.checks import (
    css_check,
    html_check,
    node_check,
    python_check,
    react_check,
    spec_check,
    sql_check,
    sql_script_check,
    test_check,
    typescript_check,
)
from burnish.verdicts import Verdict
from burnish.verifiers_program import judge_calls
from burnish.verifiers_test import judge_suite

test_check.__test__ = False  # type: ignore[attr-defined]  # a builder of verifiers, not a test
ADD = python_check("add", [([1, 2], 3), ([5, 6], 11)])
JS_ADD = node_check("add", [([1, 2], 3), ([5, 6], 11)])
ROWS = sql_check(
    ["CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (3, NULL);",
     "CREATE TABLE t (a, b); INSERT INTO t VALUES (9, 1);"],
    [[[2, 1], [None, 3]], [[1, 9]]],
    ordered=False,
)  # fmt: skip
SUITE = test_check(
    "cart", "def total(xs):\n    return sum(xs)",
        ["def total(xs):\n    return sum(xs[1:])", "def total(xs):\n    return 0"]
)  # fmt: skip
JS_SUITE = test_check(
    "./cart", "exports.total = (xs) => xs.reduce((a, b) => a + b, 0);", ["exports.total = () => 0;"],
        language="javascript"
)  # fmt: skip
FORM = html_check(
    {"select": "input[name=email]", "max": 1, "attr": {"type": "email", "required": True}}, {"valid": True}
)
GRID = css_check(
    "<main><p class=a>x</p><p class=b>y</p></main>",
    {"select": ".a", "property": "display", "value": "grid"},
    {"select": ".b", "property": "display", "value": {"not": "grid"}},
)  # fmt: skip
SCHEMA = spec_check(
    "json_schema", {"at": ["required"], "contains": "id"}, accepts=[{"id": 1}], rejects=[{"id": "x"}, {}, 5]
)  # fmt: skip
COMPOSE = spec_check("compose", {"at": ["services", "web", "image"], "equals": "nginx:1.27"})
MARKUP = """(exports, text) => require("react-dom/server").renderToStaticMarkup(
  require("react").createElement(exports.Badge, { text }))"""
GOOD = {
    "python": (ADD, "def add(a, b):\n    return a + b"),
    "node": (JS_ADD, "function add(a, b) { return a + b; }"),
    "typescript": (
        typescript_check("add", [([1, 2], 3), ([5, 6], 11)], usage="const n: number = add(1, 2);"),
        "function add(a: number, b: number): number { return a + b; }",
    ),
    "jsx": (
        react_check("Badge", [("a", "<b>a</b>"), ("<", "<b>&lt;</b>")], harness=MARKUP, jsx=True),
        "export default function Badge({ text }) {\n  return <b>{text}</b>;\n}",
    ),
    "hook": (
        react_check("Badge", [("a", "a!"), ("b", "b!")], harness=MARKUP, jsx=False),
        'import { useState } from "react";\nexport const Badge = ({ text }) => useState(`${text}!`)[0];',
    ),
    "sql": (ROWS, "SELECT b, a FROM t"),
    "script": (
        sql_script_check(["CREATE TABLE t (a);"] * 2, ["SELECT a FROM t", "INSERT INTO t VALUES (1)"],
            [[[[1]], []]] * 2),
        "INSERT INTO t VALUES (1);",
    ),
    "html": (FORM, '<form><input name="email" type="email" required></form>'),
    "css": (GRID, ".a { display: grid; }"),
    "spec": (SCHEMA, '{"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}'),
    "compose": (COMPOSE, "services:\n  web:\n    image: nginx:1.27\n"),
    "test": (SUITE, "def test_total():\n    assert total([1, 2]) == 3"),
    "javascript test": (JS_SUITE, "test('sum', () => { expect(total([1, 2])).toBe(3); });"),
}  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_right_answer_passes_alone_and_in_a_batch(name: str) -> None:
    verifier, code = GOOD[name]
    answer = f"Here it is:\n\n{render_answer(code, verifier=verifier)}\n\nIt works."
    assert verify(verifier, answer) == Verdict(passed=True, reason="")
    assert verify_many([(verifier, answer)] * 3, workers=2, batch=True) == [Verdict(passed=True, reason="")] * 3


@pytest.mark.parametrize("name", [name for name in GOOD if name not in ("typescript", "compose")])
def test_no_cheat_is_accepted(name: str) -> None:
    verifier, _ = GOOD[name]
    cheats = write_cheats(verifier, prompt="Write a function `add(a, b)` that returns the sum.")
    verdicts = verify_many([(verifier, cheat.answer) for cheat in cheats], workers=2, batch=False)
    assert len(cheats) >= 9
    assert [cheat.name for cheat, verdict in zip(cheats, verdicts, strict=True) if verdict.passed] == []


def secrets_of(verifier: Mapping[str, Any]) -> list[str]:
    return [json.dumps(verifier[key]) for key in ("expect", "accepts", "checks") if verifier.get(key)]


@pytest.mark.parametrize("name", [name for name in GOOD if name not in ("html", "css")])
def test_expected_values_never_enter_the_sandbox(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier, code = GOOD[name]
    marked = json.loads(json.dumps(verifier).replace('"expect": [', '"expect": ["the-secret", '))
    sent: list[str] = []

    def intercept(jobs: Sequence[Any], *, workers: int) -> list[Any]:
        sent.extend(job.stdin.decode() + "".join(map(str, job.files.values())) for job in jobs)
        raise BurnishError("stop here")

    monkeypatch.setattr(sandbox, "run_many", intercept)
    with pytest.raises(BurnishError):
        verify(marked, render_answer(code, verifier=verifier))
    assert sent and not any("the-secret" in text for text in sent)
    assert not any(secret in text for text in sent for secret in secrets_of(verifier))


@given(st.lists(json_values, max_size=3))
def test_a_forged_report_gets_a_verdict(outcomes: list[Any]) -> None:
    forged = {"outcomes": outcomes}
    assert not judge_calls(ADD, [forged]).passed
    assert not judge_suite(SUITE, [forged, forged, forged]).passed


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(BurnishError, match="no verifier kind 'perl'; there are: python, node"):
        verify({"kind": "perl"}, "x")
