"""Verifiers: right answers pass, wrong ones are refused for the right reason, cheats are always refused."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish import sandbox
from burnish.cases import Verifier, language_of, render_answer, verify, verify_many
from burnish.cheats import write_cheats
from burnish.comparing import find_difference
from burnish.errors import BurnishError
from burnish.fences import extract_code, fence
from burnish.generate.checks import (
    ASGI,
    NODE_STEPS,
    STEPS,
    css_check,
    html_check,
    node_check,
    python_check,
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

GOOD = {
    "python": (ADD, "def add(a, b):\n    return a + b"),
    "node": (JS_ADD, "function add(a, b) { return a + b; }"),
    "typescript": (
        typescript_check("add", [([1, 2], 3), ([5, 6], 11)], usage="const n: number = add(1, 2);"),
        "function add(a: number, b: number): number { return a + b; }",
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


def reasons(verifier: Verifier, answers: Sequence[str]) -> list[str]:
    return [verdict.reason for verdict in verify_many([(verifier, one) for one in answers], workers=2, batch=False)]


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


# Python ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("program", "reason"), [
    ("def add(a, b):\n    return a - b", "call 1 [1, 2]: result is -1, not 3"),
    ("def add(a, b):\n    return 3", "call 2 [5, 6]: result is 3, not 11"),
    ("def add(a, b):\n    return {a + b}", "call 1 [1, 2]: result isn't JSON: a set has no JSON form"),
    ("def add(a, b):\n    return float('nan')", "call 1 [1, 2]: result isn't JSON: nan has no JSON form"),
    ("def add(a, b):\n    return {1: 2}", "call 1 [1, 2]: result isn't JSON: a mapping's key is a int, not text"),
    ("def add(a, b):\n    raise KeyError(a)", "call 1 [1, 2]: raises 'KeyError', expected 3"),
    ("def add(a, b)\n    return", "SyntaxError: expected ':' (program.py, line 1)"),
    ("import requests", "ModuleNotFoundError: No module named 'requests'"),
    ("def plus(a, b):\n    return a + b", "defines no function add"),
    ("while True:\n    pass", "timeout"),
    ("import os\nos._exit(0)", "ended its process early (status 0) without a report"),
    ("x = ' ' * (1 << 31)", "killed: too much memory"),
])  # fmt: skip
def test_python_says_what_is_wrong(program: str, reason: str) -> None:
    verdict = verify(ADD, fence(program, language="python"))
    assert not verdict.passed
    assert verdict.reason.startswith(reason)


def test_what_a_program_prints_does_not_matter() -> None:
    noisy = (
        "import os, sys\nprint('x' * 9999)\nos.write(1, b'{}')\n\n"
        "def add(a, b):\n    print('y')\n    sys.stdout.flush()\n    return a + b"
    )
    assert verify(ADD, noisy).passed


def test_true_is_not_one_and_tuples_are_lists() -> None:
    one = python_check("f", [([], [1, 2.0])])
    programs = ["def f():\n    return True, 2.0", "def f():\n    return 1, 2", "def f():\n    return [1, 2.0000000001]"]
    assert [verify(one, program).passed for program in programs] == [False, True, True]


def test_raising_is_an_expected_outcome_of_its_own() -> None:
    wrong = python_check("f", [([0], {"raises": "LookupError"}), ([1], 1)])
    answers = ["def f(x):\n    if x:\n        return x\n    raise KeyError",
        "def f(x):\n    return x or {'raises': 'LookupError'}",
               "def f(x):\n    if x:\n        return x\n    raise ValueError"]  # fmt: skip
    assert reasons(wrong, answers) == [
        "",
        "call 1 [0]: result is {'raises': 'LookupError'}, but LookupError should be raised",
        "call 1 [0]: raises 'ValueError', expected {'raises': 'LookupError'}",
    ]


def test_a_class_is_driven_in_steps_with_a_clock() -> None:
    call = {
        "class": "Box",
        "new": [5],
        "clock": True,
        "steps": [["age"], ["@advance", 3], ["age"], ["fail"], [".size"]],
    }
    check = python_check("Box", [(call, [0, 3, {"raises": "RuntimeError"}, 5])], harness=STEPS)
    program = (
        "class Box:\n    def __init__(self, size, clock):\n"
        "        self.size, self.clock, self.start = size, clock, clock()\n"
        "    async def age(self):\n        return self.clock() - self.start\n"
        "    def fail(self):\n        raise RuntimeError\n"
    )
    assert verify(check, program) == Verdict(passed=True, reason="")


def test_an_asgi_application_is_driven_in_process() -> None:
    call = [{"method": "POST", "path": "/echo", "query": "a=1", "body": {"x": 2}, "show": ["x-kind"]}]
    check = python_check(
        "app", [(call, [{"status": 201, "headers": {"x-kind": "test"}, "body": {"x": 2}}])], harness=ASGI
    )
    program = (
        "async def app(scope, receive, send):\n    body = (await receive())['body']\n"
        "    await send({'type': 'http.response.start', 'status': 201, 'headers': [(b'X-Kind', b'test')]})\n"
        "    await send({'type': 'http.response.body', 'body': body})\n"
    )
    assert verify(check, program) == Verdict(passed=True, reason="")


def test_one_program_that_ends_the_process_costs_the_others_nothing() -> None:
    good, bad = "def add(a, b):\n    return a + b", "import os\nos._exit(3)"
    verdicts = verify_many(
        [(ADD, code) for code in (good, bad, good, "while True: pass", bad, good)], workers=1, batch=True
    )
    assert [verdict.passed for verdict in verdicts] == [True, False, True, False, False, True]
    assert verdicts[3].reason == "timeout"


def test_a_batch_gives_each_program_its_own_namespace() -> None:
    verdicts = verify_many(
        [(ADD, "def add(a, b):\n    return a + b"), (ADD, "def other():\n    pass")], workers=1, batch=True
    )
    assert [verdict.passed for verdict in verdicts] == [True, False]


# JavaScript and TypeScript --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", [
    "export const add = async (a, b) => a + b;", "export default function sum(a, b) { return a + b; }",
    "const add = (a, b) => a + b;\nmodule.exports = { add };", "module.exports = (a, b) => a + b;",
    "import assert from 'node:assert';\nexport { plus as add };\nfunction plus(a, b) { assert(true); return a + b; }",
    "const add = (a, b) => new Promise((resolve) => setTimeout(() => resolve(a + b), 5));",
    "class Adder { add(a, b) { return a + b; } }\nvar add = new Adder().add;",
])  # fmt: skip
def test_javascript_may_be_written_in_any_module_style(program: str) -> None:
    assert verify(JS_ADD, fence(program, language="js")) == Verdict(passed=True, reason="")


@pytest.mark.parametrize(("program", "reason"), [
    ("function add(a, b) { return String(a + b); }", "call 1 [1, 2]: result is '3', not 3"),
    ("function add() { throw new TypeError('x'); }", "call 1 [1, 2]: raises 'TypeError', expected 3"),
    ("function add() { return NaN; }", "call 1 [1, 2]: result isn't JSON: NaN has no JSON form"),
    ("function add() { return new Map(); }", "call 1 [1, 2]: result isn't JSON: [object Map] has no JSON form"),
    ("function add() { return new Promise(() => {}); }", "never settles"),
    ("function add() { while (true); }", "timeout"),
    ("function plus() {}", "defines no function add"),
    ("function add( {", "SyntaxError"),
    ("const fs = require('fs');", "Error: Cannot find module 'fs'"),
])  # fmt: skip
def test_javascript_says_what_is_wrong(program: str, reason: str) -> None:
    verdict = verify(JS_ADD, fence(program, language="javascript"))
    assert not verdict.passed
    assert verdict.reason.startswith(reason)


def test_a_javascript_class_is_driven_in_steps() -> None:
    call = {
        "class": "Box",
        "new": [1],
        "clock": True,
        "steps": [["put", 2], ["@advance", 5], [".sum"], ["age"], ["fail"]],
    }
    check = node_check("Box", [(call, [None, 3, 5, {"raises": "RangeError"}])], harness=NODE_STEPS)
    program = (
        "export class Box { constructor(n, clock) { this.sum = n; this.clock = clock; this.start = clock(); }\n"
        "put(n) { this.sum += n; } age() { return this.clock() - this.start; } fail() { throw new RangeError('x'); } }"
    )
    assert verify(check, program) == Verdict(passed=True, reason="")


@pytest.mark.parametrize(("program", "reason"), [
    ("function first<T>(xs: T[]): T | undefined { return xs[0]; }", ""),
    ("export const first = <T,>(xs: T[]): T | undefined => xs.at(0);", ""),
    ("function first(xs: any): any { return xs[0]; }", "type error: usage.ts: Unused '@ts-expect-error' directive."),
    ("function first(xs) { return xs[0]; }", "type error: answer.ts: Parameter 'xs' implicitly has an 'any' type."),
    ("// @ts-nocheck\nfunction first(xs) { return xs[0]; }", "silences the type checker"),
    ("function first<T>(xs: T[]): T | undefined { return xs[1]; }", "call 1 [[4, 5]]: result is 5, not 4"),
    ("function first(xs: {", "type error: answer.ts"),
])  # fmt: skip
def test_typescript_checks_types_before_behaviour(program: str, reason: str) -> None:
    usage = "const n: number | undefined = first([1, 2]);\n// @ts-expect-error\nconst s: string = first(['a']);"
    check = typescript_check("first", [([[4, 5]], 4), ([[]], None)], usage=usage)
    verdict = verify(check, fence(program, language="ts"))
    assert verdict.reason.startswith(reason)
    assert verdict.passed is (reason == "")


def test_typescript_batches_tasks_that_declare_the_same_names() -> None:
    check = typescript_check(None, [], usage="const one: Item = { id: 1 };")
    answers = [
        "interface Item { id: number }",
        "type Item = { id: string };",
        "interface Item { id: number; name?: string }",
    ]
    verdicts = verify_many([(check, answer) for answer in answers], workers=1, batch=True)
    assert [verdict.passed for verdict in verdicts] == [True, False, True]


# SQL ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "reason"), [
    ("SELECT b, a FROM t ORDER BY a DESC;", ""),
    ("-- all of it\nWITH x AS (SELECT * FROM t) SELECT b, a FROM x", ""),
    ("SELECT b, a FROM t WHERE b IS NOT NULL", "database 1: rows has 1 items, not 2"),
    ("SELECT 2, 1 UNION ALL SELECT NULL, 3", "database 2: rows has 2 items, not 1"),
    ("SELECT a FROM t; SELECT b, a FROM t", "holds 2 statements, not one"),
    ("SELECT b, a FROM missing", "OperationalError: no such table: missing"),
    ("-- nothing", "holds no statement"),
    ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*), 1 FROM n", "timeout"),
])  # fmt: skip
def test_a_query_is_judged_on_fresh_hidden_databases(query: str, reason: str) -> None:
    assert verify(ROWS, fence(query, language="sql")) == Verdict(passed=reason == "", reason=reason)


def test_the_order_and_names_of_columns_count_where_they_are_asked_for() -> None:
    setup = ["CREATE TABLE t (a); INSERT INTO t VALUES (2), (1);"] * 2
    check = sql_check(setup, [[[1], [2]]] * 2, ordered=True, columns=["n"])
    assert reasons(check, ["SELECT a AS n FROM t ORDER BY a", "SELECT a AS n FROM t",
        "SELECT a FROM t ORDER BY a"]) == [
        "", "database 1: rows[0][0] is 2, not 1", "database 1: columns are ['a'], not ['n']",
    ]  # fmt: skip


def test_a_script_is_judged_by_what_its_tables_then_refuse() -> None:
    check = sql_script_check(
        [""], ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (NULL)", "SELECT count(*) FROM t"],
        [[[], {"raises": "IntegrityError"}, [[1]]]],
    )  # fmt: skip
    answers = [
        "CREATE TABLE t (a INTEGER NOT NULL);",
        "CREATE TABLE t (a INTEGER);",
        "BEGIN; CREATE TABLE t (a INTEGER NOT NULL);",
    ]
    assert [verdict.passed for verdict in verify_many([(check, one) for one in answers], workers=2, batch=True)] == [
        True,
        False,
        False,
    ]


# HTML, CSS, documents -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("check", "page", "reason"), [
    ({"label_for": "#e", "text": "Email"}, '<label for="e">Your email</label><input id="e">', ""),
    ({"label_for": "input"}, "<label>Name <input></label>", ""),
    ({"label_for": "input"}, '<label for="other">Name</label><input id="e">', "input has no label"),
    ({"label_for": "input", "text": "Name"}, '<p id="n">Your name</p><input aria-labelledby="n">', ""),
    ({"select": "li", "min": 2, "max": 2}, "<ul><li>a<li>b</ul>", ""),
    ({"select": "li", "max": 1}, "<ul><li>a<li>b</ul>", "2 elements match li, 1 to 1 wanted"),
    ({"select": "a", "attr": {"href": "/x", "target": False}}, '<a href="/x">go</a>', ""),
    ({"select": "a", "attr": {"class": {"words": ["btn"]}}}, '<a class="big btn">go</a>', ""),
    ({"select": "a", "attr": {"rel": {"in": ["next", "prev"]}}}, '<a rel="up">x</a>',
     "a: attribute rel is 'up', not {'in': ['next', 'prev']}"),
    ({"select": "p", "text": "a b"}, "<p> a\n <b>b</b></p>", ""),
    ({"order": ["h1", "nav"]}, "<nav></nav><h1>x</h1>", "wrong order: h1 before nav wanted"),
    ({"texts": "td", "equal": ["1", "2"]}, "<table><tr><td>1<td>2</table>", ""),
    ({"ref": "button", "attr": "aria-controls", "to": "ul"}, '<button aria-controls="m">x</button><ul id="m"></ul>',
     ""),
    ({"ref": "button", "attr": "aria-controls", "to": "ul"}, '<button aria-controls="z">x</button><ul id="m"></ul>',
     "aria-controls of button doesn't name an element ul"),
    ({"valid": True}, "<div><p>x</div>", ""),
    ({"valid": True}, "<div><span>x</div></span>", "</div> closes something that isn't open"),
    ({"valid": True}, '<p id="a"></p><p id="a"></p>', "id 'a' stands twice"),
    ({"valid": True}, "<section><h1>x</h1>", "<section> is never closed"),
])  # fmt: skip
def test_html_is_judged_on_the_parsed_document(check: dict[str, Any], page: str, reason: str) -> None:
    assert verify(html_check(check), fence(page, language="html")) == Verdict(passed=reason == "", reason=reason)


STYLED = '<main class="page"><ul class="cards"><li class="card" id="one">a</li><li class="card">b</li></ul></main>'


@pytest.mark.parametrize(("style", "check", "passed"), [
    (".cards{gap:1rem 2rem}", {"select": ".cards", "property": "column-gap", "value": "2rem"}, True),
    (".card{margin:0 auto}", {"select": ".card", "property": "margin-left", "value": "auto"}, True),
    (":root{--c:#0AF}.card{color:var(--c)}", {"select": ".card", "property": "color", "value": "#00aaff"}, True),
    (".card{color:var(--none, red)}", {"select": ".card", "property": "color", "value": "#f00"}, True),
    ("#one{color:red}.card{color:blue}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".card{color:blue!important}#one{color:red}", {"select": ".card", "property": "color", "value": "blue"}, True),
    (".page .card{color:red}.card{color:blue}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".page{color:red}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".page{display:grid}", {"select": ".card", "property": "display", "value": None}, True),
    ("@media (min-width:600px){.card{flex:1}}", {"select": ".card", "property": "flex-basis", "value": "0%"}, True),
    ("@media (min-width:600px){.card{flex:1}}", {"select": ".card", "property": "flex", "value": None, "width": 599},
     True),
    ("@media (width < 40em){.card{order:2}}", {"select": ".card", "property": "order", "value": "2", "width": 639},
     True),
    ("@media (prefers-color-scheme:dark){.card{color:#fff}}", {"select": ".card", "property": "color", "value": "white",
     "prefers": {"color-scheme": "dark"}}, True),
    (".page{.card{color:red}&.page{order:1}}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".page{@media (min-width:1px){order:3}}", {"select": ".page", "property": "order", "value": "3"}, True),
    (".card:hover{color:red}", {"select": ".card", "property": "color", "value": None}, True),
    (".cards{grid-template-columns:repeat( 2,minmax(0,1fr) )}",
     {"select": ".cards", "property": "grid-template-columns", "value": "repeat(2, minmax(0, 1fr))"}, True),
    (".card{color:red", {"select": ".card", "property": "color", "value": "red"}, True),
    (".card{color red}", {"select": ".card", "property": "color", "value": "red"}, False),
    (".cards{gap:1rem}", {"select": ".cards", "property": "row-gap", "value": "2rem"}, False),
])  # fmt: skip
def test_css_is_judged_by_the_cascade(style: str, check: dict[str, Any], passed: bool) -> None:
    assert verify(css_check(STYLED, check), fence(style, language="css")).passed is passed


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
"""
WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n"
OPENAPI = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


@pytest.mark.parametrize(("check", "document", "reason"), [
    (COMPOSE, "services:\n  web:\n    image: nginx\n",
     "services/web/image 'nginx': result is 'nginx', not 'nginx:1.27'"),
    (COMPOSE, "services:\n  web:\n    img: nginx:1.27\n", "$.services.web: Unevaluated properties"),
    (COMPOSE, "services: [", "not YAML:"),
    (spec_check("compose", {"at": ["services", "a", "environment"], "covers": {"X": "1"}}),
     "services:\n  a:\n    image: b\n    environment: [X=1]\n", ""),
    (spec_check("github_actions", {"at": ["on", "push"], "present": True},
     {"at": ["jobs", "*", "steps", "*", "run"], "contains": "test"}), WORKFLOW, ""),
    (spec_check("github_actions", {"at": ["on"], "present": True}), "on: push\njobs: {}\n",
     "$.jobs: {} should be non-empty"),
    (spec_check("kubernetes", {"at": ["Deployment/web", "spec", "replicas"], "equals": 3}), DEPLOYMENT, ""),
    (spec_check("kubernetes", {"at": ["Deployment/web"], "present": True}), DEPLOYMENT.replace("replicas", "replica"),
     "not a manifest:"),
    (spec_check("dockerfile", {"at": ["stages", -1, "steps", "*"], "covers": {"do": "CMD", "args": ["node", "a.js"]}}),
     'FROM node:22 AS build\nRUN npm ci \\\n  --omit=dev\n'
     'FROM node:22-slim\nCOPY --from=build /app /app\nCMD ["node", "a.js"]', ""),
    (spec_check("dockerfile", {"at": ["stages"], "length": 1}), "RUN x", "RUN stands before FROM"),
    (spec_check("nginx", {"at": ["http", 0, "server", 0, "location /api/", 0, "proxy_pass", 0],
     "equals": "http://app:8000"}),
     "server {\n  listen 80;\n  location /api/ { proxy_pass http://app:8000; }\n}", ""),
    (spec_check("nginx", {"at": ["http"], "present": True}), "server { listen 80 }",
     'directive "listen" is not terminated'),
    (spec_check("nginx", {"at": ["http"], "present": True}), "location / { root /srv; }",
     '"location" directive is not allowed here'),
    (spec_check("graphql", {"at": ["Order", "fields", "total", "type"], "equals": "Float!"},
     accepts=["{ orders { id } }"], rejects=["{ x }"]),
     "type Order { id: ID! total: Float! }\ntype Query { orders: [Order!]! }", ""),
    (spec_check("openapi", {"at": ["paths", "/a", "get"], "present": True}, skeleton=OPENAPI, place=["paths", "/a"]),
     "get:\n  responses:\n    '200':\n      description: ok\n", ""),
    (spec_check("openapi", {"at": ["paths"], "present": True}, skeleton=OPENAPI, place=["paths", "/a"]),
     "get:\n  responses:\n    '200': {}\n",
     "not OpenAPI: 'description' is a required property"),
    (SCHEMA, '{"required": ["id"]}', "accepts {'id': 'x'}"),
    (SCHEMA, '{"type": "objekt"}', "not a JSON Schema:"),
    (spec_check("json", {"at": ["a"], "absent": True}), '{"a": 1}', "a is there"),
    (spec_check("yaml", {"at": ["a"], "matches": "^x+$"}), "a: xx", ""),
])  # fmt: skip
def test_documents_are_judged_by_their_own_validators(check: Verifier, document: str, reason: str) -> None:
    verdict = verify(check, fence(document, language=language_of(check)))
    assert verdict.reason.startswith(reason)
    assert verdict.passed is (reason == "")


HOSTILE = ["<div>" * 9_000, "<!--" * 9_000, "<b><i>" * 900, ".a{" * 6_000, ".a,.a{" * 16, ".a{color:" + "(" * 9_000,
           ".a{color:var(--a);--a:var(--b);--b:var(--a)}", "a>" * 9_000 + "b{color:red}"]  # fmt: skip


@pytest.mark.parametrize("check", [FORM, GRID], ids=["html", "css"])
@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_document_is_refused_quickly(check: Verifier, answer: str) -> None:
    start = time.process_time()
    assert not verify(check, answer).passed
    assert time.process_time() - start < 1


@given(st.text(alphabet=st.sampled_from("<>/ab=\"' \n.{}:;()@#-!*,&"), max_size=80))
def test_any_text_gets_a_verdict_as_a_document(text: str) -> None:
    assert not verify(FORM, text).passed
    assert not verify(GRID, text).passed


@given(st.lists(json_values, max_size=3))
def test_a_forged_report_gets_a_verdict(outcomes: list[Any]) -> None:
    forged = {"outcomes": outcomes}
    assert not judge_calls(ADD, [forged]).passed
    assert not judge_suite(SUITE, [forged, forged, forged]).passed


# Tests as answers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suite", "reason"), [
    ("from cart import total\n\ndef test_sum():\n    assert total([1, 2]) == 3", ""),
    ("import pytest, cart\n\n@pytest.mark.parametrize('xs, n', [([1, 2], 3), ([4], 4)])\n"
     "def test_sum(xs, n):\n    assert cart.total(xs) == n", ""),
    ("import unittest\n\nclass T(unittest.TestCase):\n"
     "    def test_sum(self):\n        self.assertEqual(total([1, 2]), 3)", ""),
    ("import pytest\n\n@pytest.fixture\ndef xs():\n    yield [1, 2]\n\n"
     "def test_sum(xs):\n    assert total(xs) == pytest.approx(3)", ""),
    ("def test_sum():\n    assert total([1, 2]) == 4", "fails on the good program: 'test_sum: AssertionError: '"),
    ("def test_sum():\n    assert total([]) == 0", "passes on mutant 1 of 2"),
    ("def check():\n    assert total([1]) == 1", "0 tests run, at least 1 wanted"),
    ("assert total([1, 2]) == 4", "on the good program: AssertionError:"),
])  # fmt: skip
def test_a_test_file_must_tell_the_good_program_from_each_mutant(suite: str, reason: str) -> None:
    assert verify(SUITE, fence(suite, language="python")) == Verdict(passed=reason == "", reason=reason)


@pytest.mark.parametrize(("suite", "passed"), [
    ("const test = require('node:test');\nconst assert = require('node:assert');\n"
     "const { total } = require('./cart');\n"
     "test('sum', () => assert.strictEqual(total([1, 2]), 3));", True),
    ("import { describe, it, expect } from 'vitest';\nimport { total } from '../src/cart.js';\n"
     "describe('cart', () => { it('sums', async () => { "
     "await expect(Promise.resolve(total([2]))).resolves.toBe(2); }); });", True),
    ("test('sum', () => { expect(total([])).toBe(0); });", False),
    ("test('sum', () => { expect(total([1])).toBe(2); });", False),
])  # fmt: skip
def test_a_javascript_test_file_is_judged_alike(suite: str, passed: bool) -> None:
    assert verify(JS_SUITE, fence(suite, language="js")).passed is passed


# Text around the code -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "code"), [
    ("```python\na\n```\nthen\n```py\nb\n```", "b"), ("```python\na\n```\n```sh\nrun\n```", "a"), ("```\na\n```", "a"),
    ("a = 1", "a = 1"), ("Sure:\n```python\na\nb", "a\nb"), ("~~~python\na\n~~~", "a"),
    ("````python\n```\ninner\n```\n````", "```\ninner\n```"), ("", ""),
])  # fmt: skip
def test_the_last_block_of_the_language_is_the_answer(answer: str, code: str) -> None:
    assert extract_code(answer, language="python") == code


@given(st.text(alphabet=st.sampled_from("ab`~# \n"), max_size=60))
def test_a_fence_gives_back_what_it_holds(code: str) -> None:
    code = code.strip("\n")
    assert extract_code(f"Text\n{fence(code, language='python')}\nmore", language="python") == code


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


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(BurnishError, match="no verifier kind 'perl'; there are: python, node"):
        verify({"kind": "perl"}, "x")
