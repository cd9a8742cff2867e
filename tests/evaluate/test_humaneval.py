"""Published solutions pass; no program passes by ending, forging or redefining anything."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.held_out import PROBLEMS

from burnish import humaneval
from burnish.fences import fence
from burnish.humaneval import build_program, grade, grade_many
from burnish.humaneval_sides import decode, encode
from burnish.verdicts import Verdict, fail

ROOT = Path(__file__).parents[2]
PUBLISHED = sorted((ROOT / "data" / "raw" / "benchmarks").rglob("HumanEval.jsonl.gz"))
WORKERS = len(os.sched_getaffinity(0))
ALWAYS_EQUAL = """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __hash__(self): return 0
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __abs__(self): return 0
    def __iter__(self): return iter((self, self))
    def __float__(self): return 0.0
"""
CHEATS = {
    "exits at load": "import os\nos._exit(0)\ndef {entry}(*values): pass",
    "exits when called": "import os\ndef {entry}(*values): os._exit(0)",
    "raises SystemExit": "import sys\ndef {entry}(*values): sys.exit(0)",
    "always equal": ALWAYS_EQUAL + "def {entry}(*values): return Equal()",
    "equal text": "class Text(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\n"
                  "def {entry}(*values): return Text('x')",
    "equal number": "class Number(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\n"
                    "    def __sub__(self, other): return 0\n    __rsub__ = __sub__\n"
                    "def {entry}(*values): return Number(7)",
    "forges a verdict on every descriptor": "import os\nfor number in range(20):\n    try:\n"
                                            "        os.write(number, b'{{\"verdict\": \"\"}}\\n')\n    except OSError:\n"
                                            "        pass\ndef {entry}(*values): pass",
    "forges a verdict as a value": "def {entry}(*values): return {{'verdict': ''}}",
    "returns nothing": "def {entry}(*values): pass",
    "returns a constant": "def {entry}(*values): return 0",
    "redefines builtins": "import builtins\nbuiltins.abs = lambda value: 0\nbuiltins.AssertionError = Exception\n"
                          "def {entry}(*values): return 0",
    "does not parse": "def {entry}(*values: return",
    "defines another name": "def other(*values): return 0",
    "nests without end": "def {entry}(*values):\n    deep = []\n    for _ in range(9999): deep = [deep]\n    return deep",
    "answers too much": "def {entry}(*values): return 'x' * 50_000_000",
}  # fmt: skip


def whole(problem: dict[str, Any]) -> str:
    return fence(problem["prompt"] + problem["canonical_solution"], language="python")


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: str(problem["entry_point"]))
def test_a_solution_passes_as_a_function_and_as_a_body(problem: dict[str, Any]) -> None:
    body = fence(problem["canonical_solution"], language="python")
    assert [verdict.reason for verdict in grade_many([(problem, whole(problem)), (problem, body)], workers=2)] == [
        "",
        "",
    ]


@pytest.mark.parametrize("name", CHEATS)
def test_cheats_pass_nothing(name: str) -> None:
    answers = [fence(CHEATS[name].format(entry=problem["entry_point"]), language="python") for problem in PROBLEMS]
    verdicts = grade_many(list(zip(PROBLEMS, answers, strict=True)), workers=WORKERS)
    assert not [verdict for verdict in verdicts if verdict.passed]
    assert all(verdict.reason for verdict in verdicts)


@pytest.mark.parametrize("before", ["", "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\n"])
def test_an_endless_program_is_a_timeout(before: str) -> None:
    answer = fence(f"{before}def add(x, y):\n    while True: pass", language="python")
    assert grade(PROBLEMS[0], answer).reason == "timeout"


@pytest.mark.parametrize("said", humaneval.TIMEOUTS)
def test_what_ran_out_of_time_is_judged_again_alone(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    grade_one = humaneval.Sides.grade

    def run_out_once(sides: humaneval.Sides, problem: dict[str, Any], answer: str) -> Verdict:
        judged.append(problem["entry_point"])
        return fail(said) if len(judged) == 1 else grade_one(sides, problem, answer)

    monkeypatch.setattr(humaneval.Sides, "grade", run_out_once)
    verdicts = grade_many([(problem, whole(problem)) for problem in PROBLEMS[:2]], workers=1)
    assert judged == [problem["entry_point"] for problem in (*PROBLEMS[:2], PROBLEMS[0])]
    assert all(verdict.passed for verdict in verdicts)


# What a program does before it solves the problem, and what the next one would notice of it.
TRACES = {
    "a file": ("open('left', 'w').close()", "os.path.exists('left')"),
    "a folder that nobody may enter": (
        "os.makedirs('/tmp/left/deep')\nos.chmod('/tmp/left', 0)", "os.path.exists('/tmp/left')",
    ),
    "shared memory": ("open('/dev/shm/left', 'w').close()", "os.path.exists('/dev/shm/left')"),
    "a process": (
        "if not os.fork():\n    os.setsid()\n    if os.fork(): os._exit(0)\n    time.sleep(600)\ntime.sleep(0.1)",
        "len([name for name in os.listdir('/proc') if name.isdigit()]) > 3",
    ),
    "a module": ("sys.modules['json'] = None", "sys.modules.get('json', 0) is None"),
    "the end of the one that forked it": ("os.kill(os.getppid(), signal.SIGKILL)", "False"),
    "the stop of the one that forked it": ("os.kill(os.getppid(), signal.SIGSTOP)", "False"),
    "another's memory": (
        "try: open(f'/proc/{os.getppid()}/mem', 'r+b')\nexcept OSError: pass\nelse: x = 1 / 0", "False",
    ),
    "another's descriptors": (
        "try: print(os.listdir(f'/proc/{os.getppid()}/fd'))\nexcept OSError: pass\nelse: x = 1 / 0", "False",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRACES)
def test_a_program_finds_nothing_of_the_one_before(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, seen = TRACES[name]
    if name.startswith("the stop"):
        monkeypatch.setattr(humaneval, "PROBLEM_SECONDS", 3.0)
    imports = "import os, signal, sys, time\n"
    first = fence(f"{imports}{before}\ndef add(x, y):\n    return x + y", language="python")
    second = fence(f"{imports}if {seen}: raise ValueError\ndef add(x, y):\n    return x + y", language="python")
    verdicts = grade_many([(PROBLEMS[0], first), (PROBLEMS[0], second)], workers=1)
    assert verdicts[0].passed is ("the one that forked it" not in name)
    assert verdicts[1].reason == ""


def test_an_empty_answer_and_the_prompt_alone_fail() -> None:
    problem = PROBLEMS[0]
    assert grade(problem, "").reason == "empty answer"
    assert not grade(problem, fence(problem["prompt"], language="python")).passed


def test_a_wrong_solution_names_the_failed_test() -> None:
    wrong = fence("def half(number):\n    return number // 2", language="python")
    assert grade(PROBLEMS[3], wrong).reason == "a test failed: no error"


def test_a_function_keeps_the_helpers_of_the_prompt() -> None:
    answer = fence("def find_zero(xs):\n    assert poly(xs, 0) == xs[0]\n    return -xs[0] / xs[1]", language="python")
    assert grade(PROBLEMS[1], answer).passed


def test_a_body_without_indentation_is_indented() -> None:
    assert build_program(PROBLEMS[0], "return x + y").endswith('"""\n    return x + y\n')


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        -(2**90),
        1.5,
        "text",
        b"bytes",
        2j,
        [1, [2]],
        (1, (2,)),
        {1, 2},
        frozenset((1,)),
        {(1, 2): [3], "a": {4}},
    ],
    ids=repr,
)
def test_plain_values_cross_unchanged(value: Any) -> None:
    crossed = decode(json.loads(json.dumps(encode(value))))
    assert crossed == value
    assert type(crossed) is type(value)


def test_infinity_and_not_a_number_cross() -> None:
    assert decode(json.loads(json.dumps(encode([float("inf"), float("nan")]))))[0] == float("inf")


def test_objects_do_not_cross() -> None:
    with pytest.raises(ValueError, match="object isn't a plain value"):
        encode([object()])


@pytest.mark.skipif(not PUBLISHED, reason="HumanEval is fetched by: dvc repro fetch@benchmarks")
def test_every_published_solution_passes() -> None:
    problems = [json.loads(line) for line in gzip.decompress(PUBLISHED[0].read_bytes()).decode().splitlines()]
    verdicts = grade_many([(problem, whole(problem)) for problem in problems], workers=WORKERS)
    assert len(problems) == 164
    assert {
        one["task_id"]: verdict.reason for one, verdict in zip(problems, verdicts, strict=True) if not verdict.passed
    } == {}
