"""First actions of tau2: what the customer says must hold every value, and any right lookup passes while no other call does."""

import json
from pathlib import Path
from typing import Any

import pytest

from burnish.calls import Call, write_calls
from burnish.errors import BurnishError
from burnish.evaluate.graders import grade_answer
from burnish.evaluate.public_items import PublicItem
from burnish.evaluate.tau2_items import read_tau2

TOOLS = '''
import package_that_is_never_imported

@tool
def {first}() -> Tool:
    async def execute({argument}: str, most: int = 3, tags: list[str] | None = None) -> str:
        """
        Look it up,
        quickly.

        Args:
            {argument}: What to look for: a text.
            most: How many.

        Returns:
            What was found.
        """
    return execute

def no_tool() -> None:
    async def execute(x: str) -> str: ...
'''
SHARED = '''
@tool
def calculate() -> Tool:
    async def execute(expression: str) -> float:
        """Calculate."""

@tool
def submit() -> Tool:
    async def execute(answer: str) -> str:
        """Submit."""
'''


def task(name: str, *actions: dict[str, Any], known: str | None = "You are Ann, ann_1.") -> dict[str, Any]:
    said = {"reason_for_call": "You want order #W1 back.", "known_info": known, "task_instructions": "Be brief, x9."}
    return {
        "id": name,
        "user_scenario": {"instructions": said},
        "evaluation_criteria": {"actions": list(actions) or None},
    }


def action(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "tau2" / "inspect_evals" / "tau2"
    tasks = {
        "airline": [task("0", action("get_user", key="ann_1"), action("get_user", key="#W1"), action("get_user", key="ann_1")),
                    task("1", action("get_user", key="bob_2")), task("2"), task("3", action("book", key="ann_1"))],
        "retail": [task("0", action("get_order", key="#W1"), action("find_user", key="ann_1")),
                   task("1", action("find_user", key="x9"), known=None)],
    }  # fmt: skip
    for domain, own in tasks.items():
        data = root / "data" / "domains" / domain
        data.mkdir(parents=True)
        (data / "tasks.json").write_text(json.dumps(own))
        (data / "policy.txt").write_text(f"The policy of {domain}.")
        (root / domain).mkdir()
        first = "get_user" if domain == "airline" else "find_user"
        (root / domain / "tools.py").write_text(TOOLS.format(first=first, argument="key"))
    (root / "common").mkdir()
    (root / "common" / "tools.py").write_text(SHARED)
    return tmp_path / "tau2"


def passes(item: PublicItem, *calls: Call) -> bool:
    return grade_answer(item.check, write_calls([call._asdict() for call in calls])).verdict.passed


def test_items_are_those_whose_first_lookup_the_customer_tells(folder: Path) -> None:
    assert [item.id for item in read_tau2(folder)] == ["tau2/airline/0", "tau2/retail/0"]
    airline, retail = read_tau2(folder)
    assert airline.check["accepted"] == [{"get_user": {"key": ["ann_1"]}}, {"get_user": {"key": ["#W1"]}}]
    assert retail.check["accepted"] == [{"find_user": {"key": ["ann_1"]}}], "its policy wants the customer found first"
    assert airline.messages[0] == {"role": "system", "content": "The policy of airline."}


def test_tools_are_read_from_their_source_and_never_imported(folder: Path) -> None:
    own = {tool["name"]: tool for tool in next(read_tau2(folder)).tools}
    assert set(own) == {"get_user", "calculate"}, "the harness's own submit is no tool of the domain"
    parameters = own["get_user"]["parameters"]
    assert own["get_user"]["description"] == "Look it up, quickly."
    assert parameters["required"] == ["key"]
    assert {name: entry["type"] for name, entry in parameters["properties"].items()} == {
        "key": "string", "most": "integer", "tags": "string"}  # fmt: skip
    assert parameters["properties"]["key"]["description"] == "What to look for: a text."


def test_one_of_the_right_lookups_passes_and_nothing_else(folder: Path) -> None:
    item = next(read_tau2(folder))
    right = Call("get_user", {"key": "ann_1"})
    assert passes(item, right) and passes(item, Call("get_user", {"key": "#W1"}))
    for calls in ((right, right), (Call("get_user", {"key": "bob_2"}),), (Call("calculate", {"expression": "ann_1"}),),
                  (Call("get_user", {}),)):  # fmt: skip
        assert not passes(item, *calls)
    for words in ("", "ann_1 #W1", "I'd call get_user."):
        assert not grade_answer(item.check, words).verdict.passed


def test_a_missing_file_is_named(folder: Path) -> None:
    next(folder.rglob("retail/policy.txt")).unlink()
    with pytest.raises(
        BurnishError, match=r"holds no tau2/domains/retail/policy\.txt; run: dvc repro fetch@benchmarks"
    ):
        list(read_tau2(folder))
