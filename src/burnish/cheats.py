"""Answers that solve nothing and try to pass all the same. No verifier may accept one."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from burnish.fences import fence

Verifier = Mapping[str, Any]


class Cheat(NamedTuple):
    """A named answer that must be refused."""

    name: str
    answer: str


def write_cheats(verifier: Verifier, *, prompt: str) -> list[Cheat]:
    """Return the standard battery for the kind of `verifier`."""
    common = [Cheat("empty", ""), Cheat("empty_block", fence("", language="")), Cheat("prompt_echo", prompt)]
    return common + [Cheat(name, fence(code, language="")) for name, code in _BATTERIES[verifier["kind"]](verifier)]


def _constants(verifier: Verifier) -> list[Any]:
    """Return the values that a constant answer would best give: the commonest expected one, and the usual blanks."""
    texts = [json.dumps(value, sort_keys=True) for value in verifier["expect"]]
    commonest = [max(dict.fromkeys(texts), key=texts.count)] if texts else []
    blanks = ["null", "true", "0", '""', "[]", "{}"]
    return [json.loads(text) for text in dict.fromkeys([*commonest, *blanks])]


def _python(verifier: Verifier) -> list[tuple[str, str]]:
    entry = verifier["entry"]
    anything = f"class {entry}:\n    def __init__(self, *a, **k): pass\n"
    constants = [
        (f"constant_{i}", f"def {entry}(*a, **k):\n    return {value!r}")
        for i, value in enumerate(_constants(verifier))
    ]
    outcomes = json.dumps({"outcomes": [{"value": True} for _ in verifier["calls"]]})
    return [
        ("exit", f"import os\ndef {entry}(*a, **k):\n    os._exit(0)"),
        ("exit_at_once", "import os\nos._exit(0)"),
        ("system_exit", "raise SystemExit(0)"),
        ("raises", f"def {entry}(*a, **k):\n    raise ValueError('no')"),
        ("always_equal", _ALWAYS_EQUAL.replace("ENTRY", entry)),
        (
            "always_equal_text",
            _ALWAYS_EQUAL.replace("ENTRY", entry).replace("(Base)", "(str)").replace("Base = object\n", ""),
        ),
        ("echo_argument", f"def {entry}(*a, **k):\n    return a[0] if a else None"),
        ("empty_class", anything),
        ("forged_report", _PYTHON_FORGER.replace("REPORT", repr(outcomes + "\n"))),
        ("frame_reader", _FRAME_READER.replace("ENTRY", entry)),
        ("file_reader", _FILE_READER.replace("ENTRY", entry)),
        *constants,
    ]


def _node(verifier: Verifier) -> list[tuple[str, str]]:
    entry = verifier["entry"] or "answer"
    constants = [
        (f"constant_{i}", f"function {entry}() {{ return {json.dumps(value)}; }}")
        for i, value in enumerate(_constants(verifier))
    ]
    outcomes = json.dumps({"outcomes": [{"value": True} for _ in verifier["calls"]]})
    return [
        ("exit", f"function {entry}() {{ process.exit(0); }}"),
        ("exit_by_constructor", f"this.constructor.constructor('return process')().exit(0); function {entry}() {{}}"),
        ("raises", f"function {entry}() {{ throw new Error('no'); }}"),
        ("always_equal", f"function {entry}() {{ return new Proxy(function () {{}}, {{ get: () => () => true }}); }}"),
        ("never_settles", f"function {entry}() {{ return new Promise(() => {{}}); }}"),
        (
            "forged_json",
            f"function {entry}() {{ return {{ toJSON() {{ return true; }}, valueOf() {{ return 1; }} }}; }}",
        ),
        ("echo_argument", f"function {entry}(a) {{ return a; }}"),
        ("empty_class", f"class {entry} {{ constructor() {{}} }}"),
        ("forged_report", _NODE_FORGER.replace("REPORT", json.dumps(outcomes + "\n")).replace("ENTRY", entry)),
        ("patched_json", f"JSON.parse = () => []; Array.prototype.map = () => []; function {entry}() {{ return []; }}"),
        *constants,
    ]


def _sql(verifier: Verifier) -> list[tuple[str, str]]:
    first = verifier["expect"][0] if verifier["queries"] is None else []
    rows = " UNION ALL ".join("SELECT " + ", ".join(map(_sql_literal, row)) for row in first if row)
    tables = _tables(verifier["databases"][0])
    return [
        ("select_one", "SELECT 1;"),
        ("null_row", "SELECT NULL;"),
        ("no_rows", "SELECT 1 WHERE 0;"),
        ("comment", "-- nothing here"),
        *([("first_database", rows + ";")] if rows else []),
        *((f"all_of_{table}", f"SELECT * FROM {table};") for table in tables),
        *((f"drop_{table}", f"DROP TABLE {table};") for table in tables),
    ]


def _tables(setup: str) -> list[str]:
    words = setup.replace("(", " ( ").split()
    return [
        words[i + 2].strip('"')
        for i in range(len(words) - 2)
        if [words[i].upper(), words[i + 1].upper()] == ["CREATE", "TABLE"]
    ]


def _sql_literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _html(verifier: Verifier) -> list[tuple[str, str]]:
    words = " ".join(_texts(verifier["checks"]))
    return [
        ("empty_div", "<div></div>"),
        ("words_only", f"<p>{words}</p>"),
        ("comment", f"<!-- {words} -->"),
        ("skeleton", "<!DOCTYPE html><html><head><title>x</title></head><body></body></html>"),
        (
            "all_controls",
            "<form><label>x<input></label><select></select><textarea></textarea><button>x</button></form>",
        ),
        ("script", "<script>document.write('done')</script>"),
    ]


def _css(verifier: Verifier) -> list[tuple[str, str]]:
    wanted = {check["property"]: check["value"] for check in verifier["checks"] if isinstance(check.get("value"), str)}
    everything = " ".join(f"{name}: {value} !important;" for name, value in wanted.items())
    return [
        ("no_rule", "/* nothing */"),
        ("empty_rule", "* {}"),
        ("everything_everywhere", f"* {{ {everything} }}"),
        ("unset_all", "* { all: unset; }"),
        ("import", "@import url('style.css');"),
        ("hover_only", f"*:hover {{ {everything} }}"),
    ]


def _spec(verifier: Verifier) -> list[tuple[str, str]]:
    paths = [check["at"] for check in verifier["checks"] if "absent" not in check]
    return [
        ("empty_mapping", "{}"),
        ("true", "true"),
        ("accept_nothing", '{"not": {}}'),
        ("object_only", '{"type": "object"}'),
        ("null", "null"),
        ("list", "[]"),
        ("skeleton", json.dumps(_skeleton(paths))),
        ("text", "version: 1"),
        ("comment", "# nothing"),
        ("from_scratch", "FROM scratch"),
        ("empty_server", "server { }"),
        ("empty_type", "type Query { ok: Boolean }"),
    ]


def _skeleton(paths: list[Any]) -> dict[str, Any]:
    """Return a document that has every path that is asked for, with empty values."""
    whole: dict[str, Any] = {}
    for path in paths:
        place = whole
        for key in path[:-1]:
            place = place.setdefault(str(key), {})
            if not isinstance(place, dict):
                break
        else:
            if path:
                place.setdefault(str(path[-1]), {})
    return whole


def _test(verifier: Verifier) -> list[tuple[str, str]]:
    if verifier["language"] == "javascript":
        return [
            ("passes", "test('x', () => {});"),
            ("fails", "test('x', () => { throw new Error('no'); });"),
            ("no_tests", "const nothing = 1;"),
            ("exit", "this.constructor.constructor('return process')().exit(0);"),
            (
                "random",
                "test('x', () => { if (globalThis.seen) throw new Error('again'); globalThis.seen = true; });",
            ),
            ("forged_runner", "require('node:test').__run = () => ({ ran: 1, failed: [] });"),
            (
                "import_only",
                f"test('x', () => {{ if (!require('{verifier['module']}')) throw new Error('no'); }});",
            ),
        ]
    return [
        ("passes", "def test_x():\n    assert True"),
        ("fails", "def test_x():\n    assert False"),
        ("no_tests", "x = 1"),
        ("exit", "import os\nos._exit(0)"),
        ("exit_in_test", "import os\ndef test_x():\n    os._exit(1)"),
        ("system_exit", "def test_x():\n    raise SystemExit(0)"),
        ("counts_runs", _RUN_COUNTER),
        ("forged_runner", "import pytest\npytest.run_tests = lambda ns: {'ran': 1, 'failed': []}"),
        ("import_only", f"import {verifier['module']}\ndef test_x():\n    assert {verifier['module']}"),
        ("swallows", "def test_x():\n    try:\n        assert False\n    except AssertionError:\n        pass"),
    ]


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


_BATTERIES = {"python": _python, "node": _node, "sql": _sql, "html": _html, "css": _css, "spec": _spec, "test": _test}

_ALWAYS_EQUAL = """
Base = object
class Anything(Base):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __bool__(self): return True
    def __len__(self): return 1
    def __iter__(self): return iter([self])
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
def ENTRY(*a, **k):
    return Anything()
"""
_PYTHON_FORGER = """
import os
for fd in range(1, 12):
    try:
        os.write(fd, REPORT.encode())
    except OSError:
        pass
os._exit(0)
"""
_FRAME_READER = """
import sys
def ENTRY(*a, **k):
    frame = sys._getframe()
    while frame:
        for name in ("expect", "expected", "answers"):
            for place in (frame.f_locals, frame.f_globals):
                task = place.get("task")
                if name in place: return place[name]
                if isinstance(task, dict) and name in task: return task[name]
        frame = frame.f_back
"""
_FILE_READER = """
import json, os
def ENTRY(*a, **k):
    for folder in (".", "..", "/", "/tmp", "/work"):
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            try:
                value = json.load(open(os.path.join(folder, name)))
            except Exception:
                continue
            if isinstance(value, dict) and "expect" in value: return value["expect"][0]
"""
_RUN_COUNTER = """
import os
def test_x():
    for folder in (".", "/tmp", "/var/tmp", "/dev/shm"):
        try:
            mark = os.path.join(folder, "seen")
            seen = os.path.exists(mark)
            open(mark, "w").close()
        except OSError:
            continue
        assert not seen
"""
_NODE_FORGER = """
const host = this.constructor.constructor("return process")();
for (let fd = 1; fd < 12; fd += 1) {
  try { host.binding("fs").writeString(fd, REPORT); } catch { /* closed */ }
  try { host.mainModule.require("fs").writeSync(fd, REPORT); } catch { /* closed */ }
}
host.exit(0);
function ENTRY() {}
"""
