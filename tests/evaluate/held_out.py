"""Held-out data for the tests of evaluation: small cases with real verifiers, HumanEval-like problems, answers."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from burnish import shards
from burnish.answer_tables import ANSWER

PROBLEMS: list[dict[str, Any]] = [
    {
        "task_id": "HumanEval/0", "entry_point": "add",
        "prompt": 'def add(x: int, y: int):\n    """Add two numbers x and y\n    >>> add(2, 3)\n    5\n    """\n',
        "canonical_solution": "    return x + y\n",
        "test": "def check(candidate):\n    import random\n    assert candidate(0, 1) == 1\n    for _ in range(20):\n"
                "        x, y = random.randint(0, 99), random.randint(0, 99)\n        assert candidate(x, y) == x + y\n",
    },
    {
        "task_id": "HumanEval/1", "entry_point": "find_zero",
        "prompt": 'import math\n\n\ndef poly(xs: list, x: float):\n    """Value at x."""\n'
                  "    return sum(coeff * math.pow(x, i) for i, coeff in enumerate(xs))\n\n\n"
                  'def find_zero(xs: list):\n    """Return x with poly(xs, x) = 0 for two coefficients."""\n',
        "canonical_solution": "    return -xs[0] / xs[1]\n",
        "test": "def check(candidate):\n    for xs in ([1, 2], [-6, 11]):\n"
                "        assert abs(poly(xs, candidate(xs))) < 1e-4\n",
    },
    {
        "task_id": "HumanEval/2", "entry_point": "extremes",
        "prompt": 'def extremes(values):\n    """Return (smallest, largest) and the set of all as a pair."""\n',
        "canonical_solution": "    return (min(values), max(values)), set(values)\n",
        "test": "def check(candidate):\n    pair, every = candidate([3, 1, 2])\n    assert pair == (1, 3)\n"
                "    assert pair != [1, 3]\n    assert every == {1, 2, 3}\n"
                "    assert tuple(extremes([5])[0]) == tuple(candidate([5])[0])\n",
    },
    {
        "task_id": "HumanEval/3", "entry_point": "half",
        "prompt": 'def half(number):\n    """Return half of an even number, raise ValueError for an odd one."""\n',
        "canonical_solution": "    if number % 2:\n        raise ValueError(number)\n    return number // 2\n",
        "test": "def check(candidate):\n    assert candidate(2 ** 80) == 2 ** 79\n    try:\n        candidate(3)\n"
                "    except ValueError:\n        pass\n    else:\n        assert False, 'no error'\n",
    },
]  # fmt: skip


def case(number: int, *, category: str, template: str, split: str, family: str = "http_backend") -> dict[str, Any]:
    """Return a case that asks for a function which adds `number`."""
    calls = [[value] for value in (0, 1, 5)]
    verifier = {"kind": "python", "entry": "shift", "calls": calls, "expect": [value + number for (value,) in calls]}
    return {
        "id": f"{category}/{template}/{number}", "family": family, "category": category, "template": template,
        "split": split, "prompt": f"Write `shift(x)` that adds {number}.", "starter": "",
        "reference": f"def shift(x):\n    return x + {number}", "verifier": json.dumps(verifier), "mutants": [],
        "cheats": [], "shape": "plain", "licence": "Apache-2.0", "source": "test",
    }  # fmt: skip


def solve(number: int) -> str:
    """Return the right answer to the case of `number`."""
    return f"```python\ndef shift(x):\n    return x + {number}\n```"


def write_humaneval(folder: Path, problems: Iterable[Mapping[str, Any]] = PROBLEMS) -> Path:
    """Write problems as published: one gzipped JSON line each, somewhere below `folder`."""
    path = folder / "human-eval" / "HumanEval.jsonl.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(json.dumps(problem) + "\n" for problem in problems).encode()))
    return folder


def write_answers(folder: Path, said: Mapping[str, str], **changes: Any) -> Path:
    """Write a table of answers by item."""
    row = {"model": "0" * 64, "prompt_hash": "p", "settings": "{}", "index": 0, "finish": "stop", "tokens": 7,
           "chat_template": "c", "stop": ["<end>"]}  # fmt: skip
    rows = [{**row, "id": identity, "text": text, **changes} for identity, text in said.items()]
    shards.write_rows(folder, rows, schema=ANSWER)
    return folder
