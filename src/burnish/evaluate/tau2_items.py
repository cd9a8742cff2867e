"""First actions of tau2-bench (Barres et al. 2025): what a customer-service agent looks up first, as one turn.

The benchmark itself needs a second model that plays the customer. Here the customer's words are the file's own, and the items
are those in which they hold every value of a lookup that the published solution makes: airline and retail. Any of these lookups
is right; in retail only those that find the customer, which its policy wants first.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from burnish.errors import BurnishError
from burnish.evaluate.public_items import PublicItem
from burnish.tool_prompts import Tool

TAU2, GROUP = "tau2", "tau2_first"
FIRST: Mapping[str, tuple[str, ...]] = {"airline": ("get_",), "retail": ("find_",)}
SHARED_TOOLS = ("calculate", "transfer_to_human_agents")
TYPES: Mapping[str, str] = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array"}
QUESTION = "{reason}\n\nAbout the customer: {known}\n\nMake your first call now."


def read_tau2(folder: Path) -> Iterator[PublicItem]:
    """Yield the items of both domains, in the published order."""
    for domain, prefixes in FIRST.items():
        tools = _read_tools(folder, domain=domain)
        functions = {tool["name"]: tool["parameters"] for tool in tools}
        policy = _read_text(folder, f"domains/{domain}/policy.txt")
        for task in json.loads(_read_text(folder, f"domains/{domain}/tasks.json")):
            said = task["user_scenario"]["instructions"]
            question = QUESTION.format(
                reason=said["reason_for_call"].strip(), known=(said["known_info"] or "nothing").strip()
            )
            accepted = _accepted(task, prefixes=prefixes, question=question)
            if accepted:
                messages = ({"role": "system", "content": policy}, {"role": "user", "content": question})
                check = {"grader": "one_of", "functions": functions, "accepted": accepted}
                yield PublicItem(f"tau2/{domain}/{task['id']}", TAU2, GROUP, domain, f"{domain}/{_name(accepted)}", messages,
                                 tools, check)  # fmt: skip


def _accepted(task: Mapping[str, Any], *, prefixes: tuple[str, ...], question: str) -> list[dict[str, Any]]:
    """Return the lookups whose values the customer says, each as `call_matching` takes them, without repeats."""
    actions = task["evaluation_criteria"]["actions"] or ()
    told = [
        {action["name"]: {name: [value] for name, value in action["arguments"].items()}}
        for action in actions
        if action["name"].startswith(prefixes) and all(str(value) in question for value in action["arguments"].values())
    ]
    return [one for number, one in enumerate(told) if one not in told[:number]]


def _name(accepted: list[dict[str, Any]]) -> str:
    return "+".join(sorted({name for one in accepted for name in one}))


def _read_tools(folder: Path, *, domain: str) -> tuple[Tool, ...]:
    own = _parse_tools(_read_text(folder, f"{domain}/tools.py"))
    shared = [tool for tool in _parse_tools(_read_text(folder, "common/tools.py")) if tool["name"] in SHARED_TOOLS]
    return tuple(sorted([*own, *shared], key=lambda tool: str(tool["name"])))


def _parse_tools(source: str) -> list[dict[str, Any]]:
    """Return the functions under `@tool` by their source: they are read and never imported."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    makers = [node for node in functions if "tool" in map(ast.unparse, node.decorator_list)]
    found = []
    for maker in makers:
        inner = next(node for node in ast.walk(maker) if isinstance(node, ast.AsyncFunctionDef))
        text, _, rest = (ast.get_docstring(inner) or "").partition("Args:")
        about = _parse_arguments(rest)
        properties = {argument.arg: {"type": _type(argument.annotation), "description": about.get(argument.arg, "")}
                      for argument in inner.args.args}  # fmt: skip
        needed = [argument.arg for argument in inner.args.args][: len(inner.args.args) - len(inner.args.defaults)]
        parameters = {"type": "object", "properties": properties, "required": needed}
        found.append({"name": maker.name, "description": " ".join(text.split()), "parameters": parameters})
    return found


def _parse_arguments(rest: str) -> dict[str, str]:
    """Return `name: words` of a docstring's part on arguments, which ends with the next part."""
    lines = rest.partition("Returns:")[0].partition("Raises:")[0].splitlines()
    pairs = [line.strip().partition(":") for line in lines if ":" in line]
    return {name: words.strip() for name, _, words in pairs if name.isidentifier()}


def _type(annotation: ast.expr | None) -> str:
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return TYPES.get(node.id, "string") if isinstance(node, ast.Name) else "string"


def _read_text(folder: Path, name: str) -> str:
    found = sorted(folder.rglob(f"tau2/data/{name}")) or sorted(folder.rglob(f"tau2/{name}"))
    if not found:
        raise BurnishError(f"{folder} holds no tau2/{name}; run: dvc repro fetch@benchmarks")
    return found[0].read_text()
