"""The recipe of `params.yaml: train` as a tree: each step after its parent, back to the base model.

What DVC would say of a wrong recipe names its own insides (a missing file, a missing key of `code.lock.json`, a pipeline
that isn't a graph); this says which step is at fault. Trains nothing.
"""

import ast
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from burnish.errors import BurnishError

BASE = "base"
ATTEMPTS = "attempts"  # below data/: a step's own answers
METHOD_ARGUMENTS = {
    "data",
    "base",
    "parent",
    "out",
    "history",
}  # of `run` in every training method, and of no other stage


class RecipeStep(NamedTuple):
    """One item of `params.yaml: train`."""

    name: str
    method: str
    parent: str
    data: str


Recipe = dict[str, RecipeStep]


def read_recipe(content: Mapping[str, Any], *, methods: Collection[str]) -> Recipe:
    """Return the steps of `params.yaml`, every parent before its children, otherwise in the file's order.

    Raises:
        BurnishError: a step has no or an unknown method or parent, is named like the base model, descends from itself, or
            learns from answers of a step that isn't there or stands behind it; or the step that ships isn't one.
    """
    steps = {name: _read_step(name, item, methods=methods) for name, item in _section(content, "train").items()}
    for step in steps.values():
        if step.parent != BASE and step.parent not in steps:
            known = ", ".join([BASE, *(name for name in steps if name != step.name)])
            raise BurnishError(
                f"params.yaml: train.{step.name}.parent = {step.parent!r} is no step; there are: {known}"
            )
    ordered: Recipe = {}
    for name in steps:
        for ancestor in reversed(lineage(name, steps)):
            ordered.setdefault(ancestor, steps[ancestor])
    for step in steps.values():
        _check_attempts(step, steps, asked=_section(content, "attempts"))
    _check_release(content, steps)
    return ordered


def lineage(name: str, steps: Mapping[str, RecipeStep]) -> list[str]:
    """Return a step and its ancestors, the base model not included; a step that descends from itself is refused."""
    found = [name]
    while (parent := steps[found[-1]].parent) != BASE:
        if parent in found:
            circle = " ← ".join([*found[found.index(parent) :], parent])
            raise BurnishError(f"params.yaml: train: {circle} is a circle; give one of them the parent {BASE}")
        found.append(parent)
    return found


def find_methods(source: Path) -> list[str]:
    """Return the training methods below `source` (src/burnish): modules of train/ whose `run` makes a step of a parent."""
    return [path.stem for path in sorted((source / "train").glob("*.py")) if _is_method(path)]


def _section(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = content.get(name, {})
    if not isinstance(value, Mapping):
        raise BurnishError(f"params.yaml: {name} = {value!r} must be a mapping")
    return value


def _read_step(name: str, item: Any, *, methods: Collection[str]) -> RecipeStep:
    place = f"params.yaml: train.{name}"
    if name == BASE:
        raise BurnishError(f"{place}: {BASE} is the name of the base model; call the step something else")
    if not isinstance(item, Mapping):
        raise BurnishError(f"{place} = {item!r} must be a mapping with method, parent and data")
    if missing := [key for key in RecipeStep._fields[1:] if not isinstance(item.get(key), str)]:
        raise BurnishError(f"{place}.{missing[0]} = {item.get(missing[0])!r} must be a name")
    step = RecipeStep(name, item["method"], item["parent"], item["data"])
    if step.method not in methods:
        raise BurnishError(f"{place}.method = {step.method!r} is no method; there are: {', '.join(sorted(methods))}")
    return step


def _check_attempts(step: RecipeStep, steps: Mapping[str, RecipeStep], *, asked: Collection[str]) -> None:
    """Raise where the answers that `step` learns from are drawn by no step, or by one that is made of `step`."""
    folder, _, author = step.data.partition("/")
    if folder != ATTEMPTS:
        return
    place = f"params.yaml: train.{step.name}.data = {step.data!r}"
    if author not in asked or author not in steps:
        known = ", ".join(name for name in asked if name in steps) or "none"
        raise BurnishError(f"{place}: no answers of a step {author!r} are asked for in attempts; there are: {known}")
    if step.name in _made_of(author, steps):
        raise BurnishError(
            f"{place}: {author} is made of {step.name}, which is a circle; take answers of an earlier step"
        )


def _made_of(name: str, steps: Mapping[str, RecipeStep]) -> set[str]:
    """Return a step and all it is made of: by parents, and by answers that it learnt from."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        step = steps.get(waiting.pop())
        if step is not None and step.name not in found:
            found.add(step.name)
            folder, _, author = step.data.partition("/")
            waiting += [step.parent, *([author] if folder == ATTEMPTS else [])]
    return found


def _check_release(content: Mapping[str, Any], steps: Mapping[str, RecipeStep]) -> None:
    shipped = _section(content, "release").get("step")
    if shipped is not None and (not isinstance(shipped, str) or shipped not in steps):
        raise BurnishError(
            f"params.yaml: release.step = {shipped!r} is no step of train; there are: {', '.join(steps)}"
        )


def _is_method(path: Path) -> bool:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name == "run":
            return {argument.arg for argument in node.args.kwonlyargs} >= METHOD_ARGUMENTS
    return False
