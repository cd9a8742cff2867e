"""Programs of Node that share a process, and those that have one each: what one does reaches no other."""

from collections.abc import Iterator
from typing import Any

import pytest

from burnish import bubblewrap, driving
from burnish.cases import Verifier, render_answer, verify_apart, verify_many
from burnish.driving import Task
from burnish.generate.checks import node_check, react_check
from burnish.generate.checks import test_check as suite_check

TWICE = node_check("twice", [([2], [4]), ([5], [10])])
RIGHT = "function twice(n) { return [2 * n]; }"
HOST = 'URL.constructor("return globalThis")()'
# What a program does beside being right, and another that would be right only after it.
POISONS = {
    "a class that is lent": ("URL.prototype.twice = (n) => [2 * n];",
                             "function twice(n) { return new URL('a:b').twice(n); }"),
    "a function of a module": ('require("util").format = (n) => [2 * n];',
                               'function twice(n) { return require("util").format(n); }'),
    "a global of the host": (f"{HOST}.seen = true;", f"function twice(n) {{ return {HOST}.seen ? [2 * n] : null; }}"),
    "a prototype of the host": (f"{HOST}.Array.prototype.twice = 2;",
                                f"function twice(n) {{ return [{HOST}.Array().twice * n]; }}"),
    "what reads results": (f"{HOST}.Array.isArray = () => true;", "function twice(n) { return n; }"),
    "a getter": (f"Object.defineProperty({HOST}.Object.prototype, 'n', {{ get: () => 2, configurable: true }});",
                 f"function twice(n) {{ return [{HOST}.Object().n * n]; }}"),
    "the environment": (f'{HOST}.process.env.N = "2";', f"function twice(n) {{ return [{HOST}.process.env.N * n]; }}"),
}  # fmt: skip


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count the tasks that a batch gives up to processes of their own."""
    run, counts = driving.run_alone, list[int]()

    def count(tasks: list[Task], *, workers: int) -> list[driving.Report]:
        counts.append(len(tasks))
        return run(tasks, workers=workers)

    monkeypatch.setattr(driving, "run_alone", count)
    yield counts


def passes(answers: list[str], *, verifier: Verifier = TWICE) -> list[bool]:
    pairs = [(verifier, render_answer(code, verifier=verifier)) for code in answers]
    return [verdict.passed for verdict in verify_many(pairs, workers=1, batch=True)]


@pytest.mark.parametrize("name", POISONS)
def test_a_program_that_poisons_its_process_is_noticed_and_the_others_run_apart(name: str, alone: list[int]) -> None:
    poison, profiteer = POISONS[name]
    assert passes([f"{poison}\n{RIGHT}", profiteer, RIGHT]) == [True, False, True]
    assert alone == [3]


def test_what_was_seen_clean_before_stands_and_what_comes_after_has_a_process_of_its_own(alone: list[int]) -> None:
    poison = f"{HOST}.Array.isArray = () => true;\n{RIGHT}"
    assert passes([RIGHT] * 27 + [poison] + [RIGHT] * 40) == [True] * 68
    assert alone == [25]


def test_a_program_that_ends_the_process_costs_the_others_nothing(alone: list[int]) -> None:
    ending = f"function twice(n) {{ {HOST}.process.exit(0); }}"
    assert passes([RIGHT, ending, RIGHT, RIGHT]) == [True, False, True, True]
    assert alone == [2]


def test_globals_and_patched_classes_of_a_program_are_its_own(alone: list[int]) -> None:
    own = "globalThis.seen = 2; Array.prototype.twice = 2; JSON.parse = () => [3]; Promise.prototype.then = null;\n"
    users = ["globalThis.seen", "[].twice", "JSON.parse('[2]')[0] - 2"]
    assert passes([own + RIGHT, *(f"function twice(n) {{ return [n * ({one})]; }}" for one in users), RIGHT]) == [
        False, False, False, False, True,
    ]  # fmt: skip
    assert alone == []


def test_timers_that_a_program_leaves_are_stopped(alone: list[int]) -> None:
    leaves = f"setInterval(() => {{ {HOST}.Array.isArray = () => true; }}, 5); setTimeout(() => {{}}, 60000);\n{RIGHT}"
    waits = "async function twice(n) { await new Promise((done) => setTimeout(done, 30)); return [2 * n]; }"
    hangs = "function twice(n) { return new Promise(() => {}); }"
    pairs = [(TWICE, render_answer(code, verifier=TWICE)) for code in (leaves, waits, hangs)]
    reasons = [verdict.reason for verdict in verify_many(pairs, workers=1, batch=True)]
    assert reasons == ["", "", "never settles"]
    assert alone == []


EVERYTHING = """
for (const name of ["assert", "buffer", "crypto", "events", "path", "querystring", "url", "util", "timers/promises",
  "string_decoder"]) require(name);
new Headers({ a: "b" }).get("a"); new Request("http://x/"); new Response("x"); new FormData(); new Blob(["x"]);
structuredClone({}); new TextEncoder().encode("x"); performance.now(); crypto.randomUUID(); new AbortController().abort();
new EventTarget().dispatchEvent(new Event("x")); require("util").inspect(new URL("http://x/?a=1"), { colors: true });
require("crypto").createHash("sha256").update("x").digest("hex"); require("events").once(new EventTarget(), "x");
async function twice(n) {
  await require("timers/promises").setTimeout(1);
  await crypto.subtle.digest("SHA-256", new Uint8Array(3));
  await new Response("x").text();
  return [2 * n];
}"""
BADGE = react_check(
    "Badge", [("a", "<b>a</b>"), ("", "<b></b>")], jsx=True,
    harness="(exports, text) => require('react-dom/server').renderToStaticMarkup("
    "require('react').createElement(exports.Badge, { text }))",
)  # fmt: skip
PAGE = suite_check(
    "./page", "exports.mount = (root) => { root.innerHTML = '<p>0</p>'; };",
    ["exports.mount = () => {};"], language="javascript", dom=True,
)  # fmt: skip
USUAL: dict[str, tuple[Verifier, str, str]] = {
    "globals and modules": (TWICE, EVERYTHING, "function twice(n) { throw new Headers(); }"),
    "react": (BADGE, "import { useState, useMemo } from 'react';\nexport const Badge = ({ text }) => "
                     "<b>{useMemo(() => useState(text)[0], [text])}</b>;",
              "import { useState } from 'react';\nexport const Badge = ({ text }) => "
              "{ useState(1); if (text) throw new Error('x'); return <b>{text}</b>; }"),
    "a document": (PAGE, "const { mount } = require('./page');\ntest('p', () => { mount(document.body); "
                         "document.addEventListener('x', () => {}); localStorage.setItem('a', 'b'); "
                         "expect(document.querySelector('p').textContent).toBe('0'); });",
                   "test('p', () => { document.body.remove(); document.body.innerHTML; });"),
}  # fmt: skip


@pytest.mark.parametrize("name", USUAL)
def test_what_programs_usually_do_is_no_poison(name: str, alone: list[int]) -> None:
    verifier, right, wrong = USUAL[name]
    assert passes([right, wrong] * 3, verifier=verifier) == [True, False] * 3
    assert alone == []


@pytest.mark.parametrize("program", [
    "class Headers { n = 2 }\nfunction twice(n) { return [new Headers().n * n]; }",
    "function Response() { this.n = 2; }\nfunction twice(n) { return [new Response().n * n]; }",
    "const crypto = { n: 2 }, Event = 1;\nfunction twice(n) { return [crypto.n * n]; }",
    "function twice(n) { return [new globalThis['Head' + 'ers']({ n: 2 * n }).get('n') * 1]; }",
    "globalThis['cry' + 'pto'] = 2;\nfunction twice(n) { return [globalThis['cryp' + 'to'] * n]; }",
    "function twice(n) { return ['AbortController' in globalThis ? 2 * n : 0]; }",
])  # fmt: skip
def test_globals_that_a_program_does_not_name_are_there_all_the_same(program: str) -> None:
    pairs = [(TWICE, render_answer(program, verifier=TWICE))]
    assert verify_apart(pairs, workers=1)[0].passed
    assert verify_many(pairs, workers=1, batch=True)[0].passed


RESCUE = f'const host = {HOST}, fs = host.process.mainModule.require("fs");\n'
HARMS = {
    "its driver": f'{RESCUE}fs.writeFileSync("driver.js", "process.exit(3)");\n{RIGHT}',
    "files": f'{RESCUE}fs.mkdirSync("/tmp/a"); fs.writeFileSync("/tmp/a/seen", ""); fs.writeFileSync("seen", "");\n{RIGHT}',
    "a child": f'{RESCUE}const {{ spawn }} = host.process.mainModule.require("child_process");\n'
               f'spawn("sleep", ["60"], {{ stdio: "ignore" }});\n{RIGHT}',
}  # fmt: skip
LOOKS = f'{RESCUE}function twice(n) {{ return fs.existsSync("seen") || fs.existsSync("/tmp/a") ? null : [2 * n]; }}'


@pytest.mark.parametrize("name", HARMS)
def test_a_process_of_its_own_finds_nothing_of_the_one_before(name: str) -> None:
    pairs = [(TWICE, render_answer(code, verifier=TWICE)) for code in (HARMS[name], LOOKS, RIGHT)]
    assert [verdict.passed for verdict in verify_apart(pairs, workers=1)] == [True, True, True]


def test_a_program_that_ends_the_process_above_it_fails_alone() -> None:
    killer = f"function twice(n) {{ {HOST}.process.kill({HOST}.process.ppid, 'SIGKILL'); return [2 * n]; }}"
    pairs = [(TWICE, render_answer(code, verifier=TWICE)) for code in (RIGHT, killer, RIGHT)]
    assert [verdict.passed for verdict in verify_apart(pairs, workers=1)] == [True, False, True]


def test_apart_says_why_a_program_has_no_report() -> None:
    exits = f"function twice(n) {{ {HOST}.process.exit(7); }}"
    forges = f'{RESCUE}fs.writeSync(1, "{{}}\\n"); host.process.exit(0);\n{RIGHT}'
    pairs = [(TWICE, render_answer(code, verifier=TWICE)) for code in (exits, forges, "function twice(n) {")]
    reasons: list[Any] = [verdict.reason for verdict in verify_apart(pairs, workers=1)]
    assert reasons == [
        "ended its process early (status 7) without a report",
        "ended its process early (status 0) without a report",
        "SyntaxError: Unexpected end of input",
    ]


def report_of(program: str, *, calls: list[list[Any]], harness: str | None = None, name: str = "f") -> driving.Report:
    task: dict[str, Any] = {"program": program, "entry": name, "calls": calls, "harness": harness, "modules": {}}
    [report] = driving.run_apart([Task("node", task)], workers=1)
    return report


def test_a_result_is_read_before_the_next_call_changes_it() -> None:
    program = "const list = [];\nfunction f(n) { list.push(n); return list; }"
    assert report_of(program, calls=[[1], [2], [3]]) == {
        "outcomes": [{"value": [1]}, {"value": [1, 2]}, {"value": [1, 2, 3]}]
    }


@pytest.mark.parametrize("waits", [
    "let n = 0;\nasync function f() { n += 1; return n; }",
    "let n = 0;\nfunction f() { queueMicrotask(() => { n += 1; }); return n + 1; }",
    "let n = 0;\nfunction f() { Promise.resolve().then(() => { n += 1; }); return n + 1; }",
    "let n = 0;\nfunction f() { n += 1; return Promise.resolve(n); }",
    "let n = 0;\nfunction f() { n += 1; return new Blob([n]).text().constructor.resolve(n); }",
])  # fmt: skip
def test_what_a_call_left_for_later_is_done_before_the_next_call(waits: str) -> None:
    assert report_of(waits, calls=[[], [], []]) == {"outcomes": [{"value": 1}, {"value": 2}, {"value": 3}]}


def test_errors_and_values_without_json_stand_at_their_calls() -> None:
    program = "function f(n) { if (n > 1) throw new TypeError('timeout'); return n ? n : f; }"
    assert report_of(program, calls=[[0], [1], [2], [1]]) == {
        "outcomes": [
            {"unreadable": "a function has no JSON form"}, {"value": 1}, {"raises": ["TypeError", "Error"]}, {"value": 1},
        ]
    }  # fmt: skip


def test_each_call_has_its_own_time_and_one_without_end_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driving, "SINGLE_SECONDS", 0.6)
    slow = "function f(n) { const end = Date.now() + n; while (Date.now() < end); return n; }"
    assert report_of(slow, calls=[[300]] * 4) == {"outcomes": [{"value": 300}] * 4}
    assert report_of(slow, calls=[[0], [1_000_000]]) == {"failed": "timeout"}
    assert report_of("async function f() { for (;;); }", calls=[[]]) == {"failed": "timeout"}
    assert report_of("function f() { return new Promise(() => {}); }", calls=[[]]) == {"failed": "never settles"}


def test_a_program_that_replaces_what_reads_its_arguments_changes_nothing() -> None:
    program = "JSON.parse = () => [5]; Date.now = () => 0;\nfunction f(n) { return n; }"
    assert report_of(program, calls=[[1], [2]]) == {"outcomes": [{"value": 1}, {"value": 2}]}


def test_a_flag_that_node_does_not_know_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bubblewrap.find_node()
    assert whole[1:] == bubblewrap.NODE_FLAGS
    bubblewrap.find_node.cache_clear()
    monkeypatch.setattr(bubblewrap, "NODE_FLAGS", ("--no-such-flag",))
    try:
        assert bubblewrap.find_node() == whole[:1]
    finally:
        bubblewrap.find_node.cache_clear()
