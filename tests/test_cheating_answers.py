"""Answers that solve nothing, before the graders of HumanEval and of cases: not one gets a point."""

import os
from typing import Any

import pytest

from burnish.cases import Verifier, verify_many
from burnish.fences import fence
from burnish.generate.checks import node_check, python_check, sql_check
from burnish.humaneval import grade_many
from tests.evaluate.held_out import PROBLEMS

WORKERS = len(os.sched_getaffinity(0))
EQUAL = """
class Equal({base}):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __bool__ = __lt__
    def __hash__(self): return 0
    def __len__(self): return 1
    def __iter__(self): return iter([self])
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
    def __call__(self, *values): return self
    def __sub__(self, other): return 0
    __rsub__ = __abs__ = __float__ = __sub__
    def __instancecheck__(self, other): return True
def ENTRY(*values, **named): return Equal()
"""
EMPTY = "def ENTRY(*values, **named): return None\n"
REPORTS = r"""b'{"outcomes": [{"value": true}, {"value": true}]}\n{"verdict": ""}\n{"value": true}\n'"""
PYTHON = {
    "ends at load": "import sys\nsys.exit(0)",
    "ends without a trace at load": "import os\nos._exit(0)",
    "ends when called": "import sys\ndef ENTRY(*values): sys.exit(0)",
    "ends without a trace when called": "import os\ndef ENTRY(*values): os._exit(0)",
    "kills itself": "import os\ndef ENTRY(*values): os.kill(os.getpid(), 9)",
    "kills its parent": "import os\ndef ENTRY(*values): os.kill(os.getppid(), 9)",
    "becomes another program": "import os\nos.execv('/bin/true', ['true'])",
    "becomes one that answers": f"import os\nos.execv('/bin/echo', ['echo', {REPORTS}.decode()])",
    "prints a verdict": f"print({REPORTS}.decode())\n" + EMPTY,
    "writes a verdict on every descriptor": f"import os\nfor n in range(64):\n    try: os.write(n, {REPORTS})\n"
    "    except OSError: pass\nos._exit(0)\n",
    "writes a verdict at its end": f"import atexit, os\n@atexit.register\ndef end():\n    for n in range(20):\n"
    f"        try: os.write(n, {REPORTS})\n        except OSError: pass\n" + EMPTY,
    "writes a verdict from a thread": f"import os, threading\ndef flood():\n    while True:\n"
    f"        for n in range(3, 12):\n            try: os.write(n, {REPORTS})\n            except OSError: pass\n"
    "threading.Thread(target=flood, daemon=True).start()\n" + EMPTY,
    "writes a verdict from a child": f"import os\nif os.fork() == 0:\n    for n in range(64):\n"
    f"        try: os.write(n, {REPORTS})\n        except OSError: pass\n    os._exit(0)\nos._exit(0)\n",
    "is equal to everything": EQUAL.format(base="object"),
    "is a text equal to everything": EQUAL.format(base="str"),
    "is a number equal to everything": EQUAL.format(base="int"),
    "is a list equal to everything": EQUAL.format(base="list"),
    "is a dict equal to everything": EQUAL.format(base="dict"),
    "is a class whose class is equal": "class Meta(type):\n    def __eq__(self, other): return True\n"
    "    __hash__ = type.__hash__\nclass Thing(metaclass=Meta): pass\ndef ENTRY(*values): return Thing",
    "replaces builtins": "import builtins\nbuiltins.abs = builtins.len = lambda value: 0\n"
    "builtins.all = builtins.any = builtins.isinstance = lambda *values: True\n"
    "builtins.AssertionError = type('Never', (Exception,), {})\n" + EMPTY,
    "replaces json": "import json\n"
    "json.dumps = lambda *values, **named: '{\"outcomes\": [{\"value\": true}], \"value\": true}'\n"
    "json.loads = lambda *values, **named: {}\n" + EMPTY,
    "replaces the encoder of json": "import json.encoder\n"
    "json.encoder.JSONEncoder.encode = lambda self, value: '{\"verdict\": \"\"}'\n"
    "json.encoder.c_make_encoder = None\n" + EMPTY,
    "replaces operators": "import math, operator\noperator.eq = operator.ne = lambda *values: True\n"
    "math.isclose = lambda *values, **named: True\n" + EMPTY,
    "replaces the functions of the driver": "import sys\nfor module in list(sys.modules.values()):\n"
    "    for name in ('observe', 'encode', 'to_json', 'run_task', 'report_of', 'compare'):\n"
    "        if hasattr(module, name): setattr(module, name, lambda *values, **named: {'verdict': '', 'value': True})\n"
    + EMPTY,
    "reads its callers' variables": "import sys\ndef ENTRY(*values):\n    frame = sys._getframe()\n    while frame:\n"
    "        for place in (frame.f_locals, frame.f_globals):\n"
    "            for name in ('expect', 'expected', 'answer', 'test', 'check', 'reference', 'canonical_solution'):\n"
    "                if name in place: return place[name]\n"
    "            task = place.get('task')\n            if isinstance(task, dict) and 'expect' in task: return task['expect']\n"
    "        frame = frame.f_back",
    "searches all objects": "import gc\ndef ENTRY(*values):\n    for one in gc.get_objects():\n"
    "        if isinstance(one, dict):\n            for name in ('expect', 'expected', 'canonical_solution', 'test'):\n"
    "                if type(one.get(name)) in (str, list) and one[name]: return one[name]",
    "reads files near it": "import os\ndef ENTRY(*values):\n    for folder, _, names in os.walk('/'):\n"
    "        if folder.startswith(('/proc', '/usr', '/sys', '/lib')): continue\n        for name in names:\n"
    "            if 'test' in name or 'expect' in name or 'humaneval' in name.lower():\n"
    "                return open(os.path.join(folder, name)).read()",
    "reads its input again": "import os\ndef ENTRY(*values):\n    for n in range(32):\n"
    "        try: data = os.pread(n, 100_000, 0)\n        except OSError: continue\n"
    "        if b'expect' in data or b'assert' in data: return data.decode()",
    "deletes the tests": "import os, shutil\nfor folder in ('.', '..', '/tmp', '/work', '/tests'):\n"
    "    shutil.rmtree(folder, ignore_errors=True)\n" + EMPTY,
    "switches asserts off": "import sys, os\nif not sys.flags.optimize:\n    os.environ['PYTHONOPTIMIZE'] = '2'\n"
    "    try: os.execv(sys.executable, [sys.executable, '-O', *sys.argv])\n    except OSError: pass\n" + EMPTY,
    "defines the test": "def check(candidate): pass\ndef test(*values): return True\nMETADATA = {}\n" + EMPTY,
    "traces its callers": "import sys\ndef trace(frame, event, argument):\n"
    "    frame.f_locals['value'] = True\n    return trace\n"
    "sys.settrace(trace)\nsys.setprofile(trace)\n" + EMPTY,
    "answers by an exception": "class AssertionPassed(BaseException): pass\ndef ENTRY(*values): raise AssertionPassed",
    "raises what is expected of nobody": "def ENTRY(*values): raise KeyboardInterrupt",
    "raises StopIteration": "def ENTRY(*values): raise StopIteration(True)",
    "never ends at load": "while True: pass",
    "never ends when called": "def ENTRY(*values):\n    while True: pass",
    "ignores the clock": "import signal\nfor n in (14, 15, 24, 27):\n    signal.signal(n, signal.SIG_IGN)\n"
    "signal.setitimer(signal.ITIMER_PROF, 0)\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass",
    "swallows every exception": "def ENTRY(*values):\n    while True:\n        try:\n            while True: pass\n"
    "        except BaseException: pass",
    "recurses": "def ENTRY(*values): return ENTRY(*values)",
    "answers without end": "def ENTRY(*values): return 'x' * 100_000_000",
    "nests without end": "def ENTRY(*values):\n    deep = []\n    for _ in range(99_999): deep = [deep]\n    return deep",
    "contains itself": "def ENTRY(*values):\n    ring = []\n    ring.append(ring)\n    return ring",
    "is a generator": "def ENTRY(*values):\n    while True: yield True",
    "is a coroutine": "async def ENTRY(*values): return True",
    "is not callable": "ENTRY = True",
    "gives back its arguments": "def ENTRY(*values): return values[0] if values else None",
    "is a constant": "def ENTRY(*values): return True",
    "knows only the example": "def ENTRY(*values): return {repr([1, 2]): 3, repr([2, 3]): 5}.get(repr(list(values)))",
    "is not a number": "def ENTRY(*values): return float('nan')",
    "is prose": "The function is correct and passes every test.",
    "is a comment": "# all tests passed",
}  # fmt: skip
NODE = {
    "ends": "process.exit(0);", "ends by a constructor": "this.constructor.constructor('return process')().exit(0);",
    "ends when called": "function ENTRY() { this.constructor.constructor('return process')().exit(0); }",
    "answers by toJSON": "function ENTRY() { return { toJSON: () => 3, valueOf: () => 3 }; }",
    "is a proxy": "function ENTRY() { return new Proxy({}, { get: () => () => true, has: () => true }); }",
    "replaces JSON": "JSON.stringify = () => '{\"outcomes\": [{\"value\": 3}]}'; JSON.parse = () => [];\nfunction ENTRY() {}",
    "replaces prototypes": "Object.prototype.toJSON = () => 3; Array.prototype.push = () => 0;\n"
    "function ENTRY() { return {}; }",
    "pollutes Object": "Object.prototype.value = 3; Object.prototype.passed = true;\nfunction ENTRY() {}",
    "writes a report": "const host = this.constructor.constructor('return process')();\n"
    "for (let n = 1; n < 20; n += 1) {\n  "
    "try { host.binding('fs').writeString(n, '{\"outcomes\": [{\"value\": 3}]}\\n'); } catch {} }\n"
    "function ENTRY() {}",
    "throws": "function ENTRY() { throw 3; }", "never ends": "function ENTRY() { for (;;); }",
    "never settles": "function ENTRY() { return new Promise(() => {}); }", "is a constant": "const ENTRY = () => 3;",
    "is a getter": "const ENTRY = { get value() { return 3; } };", "prints": "console.log(3);\nfunction ENTRY() {}",
}  # fmt: skip
SQL = {
    "is constant": "SELECT 2, 1 UNION ALL SELECT NULL, 3;", "drops": "DROP TABLE t;", "is all": "SELECT * FROM t;",
    "reads a file": "SELECT readfile('/etc/passwd');", "attaches": "ATTACH '/tmp/x' AS x;", "is nothing": "SELECT 1 WHERE 0;",
    "never ends": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*), 1 FROM n;",
    "loads code": "SELECT load_extension('/tmp/x.so');", "reads the schema": "SELECT name, sql FROM sqlite_master;",
}  # fmt: skip
ADD = [([1, 2], 3), ([5, 6], 11), ([-4, 4], 0)]


def points(verifier: Verifier, answers: dict[str, str], *, language: str) -> list[str]:
    """Return the names of the answers that passed."""
    pairs = [(verifier, fence(answer.replace("ENTRY", "add"), language=language)) for answer in answers.values()]
    verdicts = verify_many(pairs, workers=WORKERS, batch=False)
    assert all(verdict.passed or verdict.reason for verdict in verdicts)
    return [name for name, verdict in zip(answers, verdicts, strict=True) if verdict.passed]


def test_cheats_in_python_get_no_point_of_a_case() -> None:
    assert points(python_check("add", ADD), PYTHON, language="python") == []


def test_cheats_in_javascript_get_no_point_of_a_case() -> None:
    assert points(node_check("add", ADD), NODE, language="javascript") == []


def test_cheats_in_sql_get_no_point_of_a_case() -> None:
    tables = ["CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (3, NULL);", "CREATE TABLE t (a, b);"]
    reversed_rows = sql_check(
        [tables[0], tables[1] + "INSERT INTO t VALUES (9, 1);"], [[[2, 1], [None, 3]], [[1, 9]]], ordered=False
    )
    assert points(reversed_rows, SQL, language="sql") == []


@pytest.mark.parametrize("problem", PROBLEMS[:2], ids=lambda problem: str(problem["entry_point"]))
def test_cheats_get_no_point_of_humaneval(problem: dict[str, Any]) -> None:
    answers = [fence(code.replace("ENTRY", problem["entry_point"]), language="python") for code in PYTHON.values()]
    verdicts = grade_many([(problem, answer) for answer in answers], workers=WORKERS)
    assert [name for name, verdict in zip(PYTHON, verdicts, strict=True) if verdict.passed] == []
    assert all(verdict.reason for verdict in verdicts)


def test_the_battery_is_as_large_as_promised() -> None:
    assert len(PYTHON) >= 50 and len(PYTHON) + len(NODE) + len(SQL) >= 70
