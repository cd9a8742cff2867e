"""Tests as answers: they must pass on the good program and fail on each mutant of it."""

import sys
import types
from typing import Any

import pytest

from burnish.cases import verify
from burnish.fences import fence
from burnish.generate.checks import (
    test_check,
)
from burnish.standins import lend
from burnish.verdicts import Verdict

test_check.__test__ = False  # type: ignore[attr-defined]  # a builder of verifiers, not a test
SUITE = test_check(
    "cart", "def total(xs):\n    return sum(xs)",
        ["def total(xs):\n    return sum(xs[1:])", "def total(xs):\n    return 0"]
)  # fmt: skip
JS_SUITE = test_check(
    "./cart", "exports.total = (xs) => xs.reduce((a, b) => a + b, 0);", ["exports.total = () => 0;"],
        language="javascript"
)  # fmt: skip


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


NEEDS_FIXTURE = test_check("cart", SUITE["good"], SUITE["mutants"], fixtures=["xs"])


@pytest.mark.parametrize(("suite", "reason"), [
    ("@pytest.fixture\ndef xs(tmp_path):\n    (tmp_path / 'n').write_text('12')\n"
     "    return [int(c) for c in (tmp_path / 'n').read_text()]\n\ndef test_sum(xs):\n    assert total(xs) == 3", ""),
    ("@pytest.fixture(name='xs', scope='module')\ndef make():\n    return []\n\n@pytest.fixture(autouse=True)\n"
     "def filled(xs):\n    xs.append(1)\n\ndef test_a(xs):\n    assert total(xs) == 1\n\n"
     "def test_b(xs):\n    assert total(xs) == 2", ""),
    ("ENDED = []\n\n@pytest.fixture\ndef xs(request):\n    request.addfinalizer(lambda: ENDED.append(2))\n"
     "    yield [1, 2]\n    ENDED.append(1)\n\ndef test_a(xs):\n    assert total(xs) == 3\n\n"
     "def test_b():\n    assert ENDED == [1, 2]", ""),
    ("@pytest.fixture\ndef xs():\n    return [1, 2]\n\ndef test_sum():\n    assert total([1, 2]) == 3",
     "no test uses a fixture xs"),
    ("def test_sum():\n    xs = [1, 2]\n    assert total(xs) == 3", "no test uses a fixture xs"),
    ("@pytest.fixture\ndef xs():\n    yield [1, 2]\n    raise ValueError('late')\n\n"
     "def test_sum(xs):\n    assert total(xs) == 3", "fails on the good program: 'test_sum: ValueError: late'"),
    ("@pytest.fixture(scope='session')\ndef xs():\n    yield [1, 2]\n    raise ValueError('late')\n\n"
     "def test_sum(xs):\n    assert total(xs) == 3", "fails on the good program: 'at the end: ValueError: late'"),
])  # fmt: skip
def test_a_test_file_may_have_to_define_and_use_a_fixture(suite: str, reason: str) -> None:
    answer = fence(f"import pytest\n\n{suite}", language="python")
    assert verify(NEEDS_FIXTURE, answer) == Verdict(passed=reason == "", reason=reason)


PAGE = test_check(
    "./page", "exports.mount = (root) => { root.innerHTML = '<button>+</button><p>0</p>'; "
              "const p = root.querySelector('p'); "
              "root.querySelector('button').addEventListener('click', () => { p.textContent = '1'; }); };",
    ["exports.mount = (root) => { root.innerHTML = '<button>+</button><p>0</p>'; };"], language="javascript", dom=True,
)  # fmt: skip


@pytest.mark.parametrize(("suite", "passed"), [
    ("const test = require('node:test');\nconst assert = require('node:assert');\nconst { mount } = require('./page');\n"
     "test('counts', () => { mount(document.body); document.querySelector('button').click(); "
     "assert.strictEqual(document.querySelector('p').textContent, '1'); });", True),
    ("test('counts', () => { mount(window.document.body); "
     "document.querySelector('button').dispatchEvent(new MouseEvent('click', { bubbles: true })); "
     "expect(document.body.innerHTML).toContain('<p>1</p>'); });", True),
    ("test('counts', () => { mount(document.body); expect(document.querySelector('p').textContent).toBe('0'); });", False),
    ("test('starts', () => { expect(document.body.children).toHaveLength(0); mount(document.body); "
     "document.querySelector('button').click(); expect(document.querySelector('p').textContent).toBe('1'); });", True),
])  # fmt: skip
def test_a_javascript_test_file_may_use_a_document_of_its_own(suite: str, passed: bool) -> None:
    assert verify(PAGE, fence(suite, language="js")).passed is passed


APP = """
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

async def add(request):
    data = await request.json()
    return JSONResponse({"got": data, "city": request.query_params.get("city")}, 201, {"Location": "/orders/7"})

def show(request):
    return JSONResponse([request.path_params, request.headers.get("X-Token"), request.method, request.url.path])

app = Starlette(routes=[Route("/orders", add, methods=["POST"]), Route("/orders/{id:int}", show),
                        Route("/{name}/x", show), Route("/text", lambda request: PlainTextResponse("hi"))])
"""
CALLS = """
from starlette.testclient import TestClient
client = TestClient(app)
answers = [client.post("/orders?city=Oslo", json={"n": 1}), client.post("/orders", json=[], params={"city": "A b"}),
           client.get("/orders/12", headers={"x-token": "t"}), client.get("/orders/a"), client.get("/orders"),
           client.delete("/orders/3"), client.get("/text"), client.get("/a/x"), client.put("/nothing", content="x")]
seen = [(r.status_code, r.text, r.headers.get("location"), r.headers["content-type"]) for r in answers]
"""


def test_the_stand_in_for_starlette_answers_as_starlette_does(monkeypatch: pytest.MonkeyPatch) -> None:
    real: dict[str, Any] = {}
    exec(APP + CALLS, real)
    for name in [name for name in sys.modules if name.partition(".")[0] == "starlette"]:
        monkeypatch.delitem(sys.modules, name)
    for name, source in lend(["starlette"]).items():
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
        exec(source, sys.modules[name].__dict__)
    ours: dict[str, Any] = {}
    exec(APP + CALLS, ours)
    assert len(real["seen"]) == 9
    assert ours["seen"] == real["seen"]
