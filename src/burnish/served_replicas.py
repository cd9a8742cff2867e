"""Replicas of public benchmarks to items that any server can be asked, in the words of the benchmarks that they replicate.

    data/replicas -> [PublicItem]

Prompts and graders are those of the public items (`evaluate/hub_items.py`, `call_items.py`); programs run in the sandbox.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from burnish import shards
from burnish.benchmarks.replicas.programs import as_problem
from burnish.chat import Message
from burnish.errors import BurnishError
from burnish.evaluate import hub_items
from burnish.evaluate.items import QUESTION
from burnish.evaluate.public_items import PublicItem
from burnish.final_answers import LETTERS, last_number
from burnish.function_schemas import as_json_schema
from burnish.questions import write_choices
from burnish.tool_prompts import Tool

FOLDER = Path("data/replicas")
MADE_BY = "`dvc repro replica_items` makes it"
Check = Mapping[str, Any]
Asked = tuple[tuple[Message, ...], tuple[Tool, ...], dict[str, Any]]


def read_replicas(folder: Path | None) -> list[PublicItem]:
    """Return all replicas, in the order of their table."""
    place = FOLDER if folder is None else folder
    if not place.is_dir():
        raise BurnishError(f"{place} is missing; {MADE_BY}")
    return [as_item(row) for row in shards.read_rows(place)]


def as_item(row: Mapping[str, Any]) -> PublicItem:
    """Return one replica; its group is its benchmark's name."""
    benchmark = row["benchmark"]
    if benchmark not in MAKERS:
        raise BurnishError(f"replica {row['id']}: no benchmark {benchmark!r} is known; {MADE_BY}")
    messages, tools, check = MAKERS[benchmark](json.loads(row["check"]))
    return PublicItem(row["id"], "replicas", benchmark, row["family"], row["family"], messages, tools, check)


def _ask(question: str, **check: Any) -> Asked:
    return ({"role": "user", "content": question},), (), check


def _humaneval(row: Check) -> Asked:
    return _ask(QUESTION.format(prompt=row["prompt"].strip("\n")), grader="program", problem=row)


def _mbpp(row: Check) -> Asked:
    """Show three assertions, as MBPP does; the others decide, too."""
    question = hub_items.MBPP_PROMPT.format(prompt=row["prompt"], tests="\n".join(row["test_list"]))
    return _ask(question, grader="program", problem=as_problem(dict(row)))


def _gsm8k(row: Check) -> Asked:
    question = hub_items.GSM8K_PROMPT.format(question=row["question"])
    return _ask(question, grader="number", expected=str(last_number(row["answer"])))


def _ifeval(row: Check) -> Asked:
    return _ask(row["prompt"], grader="instructions", instructions=row["instruction_id_list"], given=row["kwargs"],
                prompt=row["prompt"])  # fmt: skip


def _mmlu(row: Check) -> Asked:
    question = hub_items.MMLU_PROMPT.format(question=write_choices(row["question"], row["choices"]))
    return _ask(question, grader="letter", choices=row["choices"], expected=LETTERS[row["answer"]])


def _xstest(row: Check) -> Asked:
    return _ask(row["prompt"], grader="refusal", safe=row["label"] == "safe", prompt=row["prompt"])


def _bfcl(row: Check) -> Asked:
    """Return an item of BFCL; one without calls is of those in which no function fits."""
    functions = {function["name"]: function["parameters"] for function in row["function"]}
    grader = "calls" if row["ground_truth"] else "no_call"
    check = {"grader": grader, "functions": functions, "expected": row["ground_truth"]}
    return tuple(row["question"][0]), tuple(as_json_schema(function) for function in row["function"]), check


MAKERS: Mapping[str, Callable[[Check], Asked]] = {
    "humaneval": _humaneval, "mbpp": _mbpp, "gsm8k": _gsm8k, "ifeval": _ifeval, "mmlu": _mmlu, "xstest": _xstest,
    "bfcl": _bfcl,
}  # fmt: skip
