"""The Berkeley function-calling leaderboard's single-turn files (BFCL v4, Patil et al. 2025) to items.

Left out: Java and JavaScript, whose values are texts of those languages, and items whose own answer breaks their rules.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from burnish.benchmark_items import read_json_rows
from burnish.call_matching import match_calls, reference_calls
from burnish.calls import Call
from burnish.errors import BurnishError
from burnish.evaluate.public_items import BFCL, PublicItem
from burnish.function_schemas import as_json_schema
from burnish.questions import bfcl_family

FILES: Mapping[str, str] = {
    "simple_python": "bfcl_simple", "live_simple": "bfcl_simple",
    "multiple": "bfcl_multiple", "live_multiple": "bfcl_multiple",
    "parallel": "bfcl_parallel", "parallel_multiple": "bfcl_parallel",
    "live_parallel": "bfcl_parallel", "live_parallel_multiple": "bfcl_parallel",
    "irrelevance": "bfcl_irrelevance", "live_irrelevance": "bfcl_irrelevance",
    "live_relevance": "bfcl_relevance",
}  # fmt: skip
GRADERS: Mapping[str, str] = {"bfcl_irrelevance": "no_call", "bfcl_relevance": "any_call"}
LEFT_OUT = ("simple_java", "simple_javascript")


def read_bfcl(folder: Path) -> Iterator[PublicItem]:
    """Yield the items of all files in order."""
    for category, group in FILES.items():
        name = f"BFCL_v4_{category}.json"
        paths = [path for path in sorted(folder.rglob(name)) if path.parent.name != "possible_answer"]
        if not paths:
            raise BurnishError(f"{folder} holds no {name}; `dvc repro fetch@benchmarks` gets it")
        grader = GRADERS.get(group, "calls")
        answers: dict[str, Any] = {}
        if grader == "calls":
            answers = {
                row["id"]: row["ground_truth"] for row in read_json_rows(paths[0].parent / "possible_answer" / name)
            }
        for row in read_json_rows(paths[0]):
            item = _as_item(row, category=category, group=group, grader=grader, expected=answers.get(row["id"]))
            if is_sound(item):
                yield item


def is_sound(item: PublicItem) -> bool:
    """Say whether the published answer of an item that has one passes its own check."""
    if item.check["grader"] != "calls":
        return True
    functions, expected = item.check["functions"], item.check["expected"]
    if not expected or not all(name in functions for one in expected for name in one):
        return False
    calls = [Call(**call) for call in reference_calls(expected, functions=functions)]
    return match_calls(calls, functions=functions, expected=expected).passed


def _as_item(row: Mapping[str, Any], *, category: str, group: str, grader: str, expected: Any) -> PublicItem:
    functions = {function["name"]: function["parameters"] for function in row["function"]}
    check = {"grader": grader, "functions": functions}
    if grader == "calls":
        check["expected"] = expected
    messages = tuple({"role": turn["role"], "content": turn["content"]} for turn in row["question"][0])
    tools = tuple(as_json_schema(function) for function in row["function"])
    return PublicItem(row["id"], BFCL, group, category, bfcl_family(row["id"]), messages, tools, check)
