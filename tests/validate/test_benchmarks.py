"""A benchmark that isn't the pinned one, whose solutions fail or whose hacks pass stops the pipeline."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.held_out import PROBLEMS

from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.validate.benchmarks import HACKS, BfclParams, HumanEvalParams, check_bfcl, check_humaneval

TOOL = {"name": "look", "parameters": {"properties": {"path": {}, "depth": {}}, "required": ["path"]}}


def write_humaneval(folder: Path, problems: list[dict[str, Any]]) -> tuple[Path, HumanEvalParams]:
    path = folder / "HumanEval.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, problems)).encode(), mtime=0))
    return path, HumanEvalParams(sha256=digest_of(path), items=len(problems), hacked_items=1)


def test_published_solutions_pass_and_hacks_do_not(tmp_path: Path) -> None:
    path, params = write_humaneval(tmp_path, list(PROBLEMS))
    found = check_humaneval(path, params=params, workers=2)
    count = len(PROBLEMS)
    assert found == {"items": count, "solutions_passed": count, "hacks": len(HACKS), "hacks_passed": 0}


def test_a_solution_that_fails_and_another_file_are_named(tmp_path: Path) -> None:
    wrong = {**PROBLEMS[0], "canonical_solution": "    return None\n"}
    path, params = write_humaneval(tmp_path, [wrong])
    with pytest.raises(BurnishError, match="its own solution fails"):
        check_humaneval(path, params=params, workers=1)
    with pytest.raises(BurnishError, match=r"humaneval\.items is 5, but the benchmark gives 1"):
        check_humaneval(path, params=params.model_copy(update={"items": 5}), workers=1)
    with pytest.raises(BurnishError, match=r"humaneval\.sha256 is 'x'"):
        check_humaneval(path, params=params.model_copy(update={"sha256": "x"}), workers=1)


def test_a_test_that_asks_nothing_lets_hacks_through_and_is_found(tmp_path: Path) -> None:
    path, params = write_humaneval(tmp_path, [{**PROBLEMS[0], "test": "def check(candidate):\n    pass\n"}])
    with pytest.raises(BurnishError, match=r"the hack '.*' passes"):
        check_humaneval(path, params=params, workers=1)


@pytest.mark.parametrize(("call", "fits"), [
    ({"look": {"path": ["a"]}}, True),
    ({"look": {"path": ["a"], "depth": [1]}}, True),
    ({"look": {"depth": [1]}}, False),
    ({"look": {"path": ["a"], "colour": ["red"]}}, False),
    ({"listen": {"path": ["a"]}}, False),
])  # fmt: skip
def test_answers_that_break_their_items_rules_are_found(call: dict[str, Any], fits: bool, tmp_path: Path) -> None:
    (tmp_path / "possible_answer").mkdir()
    (tmp_path / "a.json").write_text(json.dumps({"id": "a_0", "function": [TOOL]}) + "\n")
    (tmp_path / "possible_answer" / "a.json").write_text(json.dumps({"id": "a_0", "ground_truth": [call]}) + "\n")
    params = BfclParams(sha256=digest_of(tmp_path), items=1, answered=1, misfits=[] if fits else ["a_0"])
    assert check_bfcl(tmp_path, params=params) == {"items": 1, "answered": 1, "misfits": 1 - fits}
    with pytest.raises(BurnishError, match="misfits"):
        check_bfcl(tmp_path, params=params.model_copy(update={"misfits": ["b"]}))
