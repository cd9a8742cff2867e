"""Programs as answers, in Python, JavaScript, TypeScript and SQL: what passes, and the reason why others don't."""

from collections.abc import Sequence

import pytest

from burnish.cases import Verifier, verify, verify_many
from burnish.fences import fence
from burnish.generate.checks import (
    ASGI,
    NODE_STEPS,
    STEPS,
    node_check,
    python_check,
    react_check,
    sql_check,
    sql_script_check,
    typescript_check,
)
from burnish.verdicts import Verdict

ADD = python_check("add", [([1, 2], 3), ([5, 6], 11)])
JS_ADD = node_check("add", [([1, 2], 3), ([5, 6], 11)])
ROWS = sql_check(
    ["CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (3, NULL);",
     "CREATE TABLE t (a, b); INSERT INTO t VALUES (9, 1);"],
    [[[2, 1], [None, 3]], [[1, 9]]],
    ordered=False,
)  # fmt: skip


def reasons(verifier: Verifier, answers: Sequence[str]) -> list[str]:
    return [verdict.reason for verdict in verify_many([(verifier, one) for one in answers], workers=2, batch=False)]


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


def test_packages_of_the_environment_only_with_site() -> None:
    answer = fence("import sqlalchemy\n\ndef add(a, b):\n    return a + b", language="python")
    lent = python_check("add", [([1, 2], 3)], site=True)
    for batch in (False, True):
        verdicts = verify_many([(ADD, answer), (lent, answer)], workers=2, batch=batch)
        assert [verdict.passed for verdict in verdicts] == [False, True]
        assert verdicts[0].reason == "ModuleNotFoundError: No module named 'sqlalchemy'"


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


# React ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("program", "reason"), [
    ("export const Note = ({ text }) => <p className='a'>{text}</p>;", ""),
    ("import React from 'react';\nclass Note extends React.Component {\n"
     "  render() { return <p className='a'>{this.props.text}</p>; }\n}", ""),
    ("import { memo } from 'react';\ninterface Props { text: string }\n"
     "export default memo(({ text }: Props) => <p className='a'>{text}</p>);", ""),
    ("const Note = ({ text }) => <p className='b'>{text}</p>;", """call 1 'x': result is '<p class="b">x</p>', not"""),
    ("const Note = ({ text }) => <p className='a'>{text};", "syntax error: "),
    ("import { motion } from 'motion';\nconst Note = () => <motion.p />;", "Error: Cannot find module 'motion'"),
    ("const Note = () => { throw new RangeError('no'); };", "call 1 'x': raises 'RangeError'"),
])  # fmt: skip
def test_react_renders_what_the_program_returns(program: str, reason: str) -> None:
    harness = """(exports, text) => require("react-dom/server").renderToStaticMarkup(
      require("react").createElement(exports.Note ?? exports.default, { text }))"""
    check = react_check("Note", [("x", '<p class="a">x</p>')], harness=harness, jsx=True)
    verdict = verify(check, fence(program, language="jsx"))
    assert verdict.reason.startswith(reason)
    assert verdict.passed is (reason == "")


def test_a_program_gets_only_the_packages_that_its_verifier_names() -> None:
    program = "import { createElement } from 'react';\nfunction add(a, b) { return a + b; }"
    assert reasons(JS_ADD, [program]) == ["Error: Cannot find module 'react'"]
    lent = react_check("add", [([1, 2], 3)], harness="(exports, call) => exports.add(...call)", jsx=False)
    asked = ["react", "react-dom", "scheduler", "typescript", "react/../typescript"]
    found = reasons(lent, [f"require('{name}');\nfunction add(a, b) {{ return a + b; }}" for name in asked])
    assert found[:4] == ["", "", "Error: Cannot find module 'scheduler'", "Error: Cannot find module 'typescript'"]
    assert found[4].startswith("Error: Package subpath './../typescript' is not defined")


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
