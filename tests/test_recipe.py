"""The recipe: wrong ones are refused by name, and re-ordering it re-runs the steps behind the change and no other."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML

from burnish import cli, params
from burnish.errors import BurnishError
from burnish.profiles import PROFILES, apply_profile
from burnish.recipe import find_methods, lineage, read_recipe
from tests.workspaces import ROOT, repro, run

METHODS = ("sft", "cpt", "dpo")


def recipe(**parents: str) -> dict[str, Any]:
    return {"train": {name: {"method": "sft", "parent": parent, "data": "mix/sft"} for name, parent in parents.items()}}


def learning(author: str, *, asked: list[str], **parents: str) -> dict[str, Any]:
    """Return a recipe whose first step learns from the answers of `author`."""
    content = recipe(**parents)
    next(iter(content["train"].values()))["data"] = f"attempts/{author}"
    return {**content, "attempts": {name: {} for name in asked}}


def test_every_parent_stands_before_its_children() -> None:
    steps = read_recipe(recipe(dpo="tools", tools="sft", sft="base", alone="base"), methods=METHODS)
    assert list(steps) == ["sft", "tools", "dpo", "alone"]
    assert lineage("dpo", steps) == ["dpo", "tools", "sft"]


@pytest.mark.parametrize(("content", "complaint"), [
    (recipe(sft="bse"), r"train\.sft\.parent = 'bse' is no step; there are: base"),
    (recipe(a="b", b="c", c="a"), "a ← b ← c ← a is a circle"),
    (recipe(sft="sft"), "sft ← sft is a circle"),
    (recipe(base="base"), "is the name of the base model"),
    ({"train": {"sft": {"method": "stf", "parent": "base", "data": "x"}}}, r"method = 'stf' is no method; there are: cpt, dpo"),
    ({"train": {"sft": {"method": "sft", "data": "x"}}}, r"train\.sft\.parent = None must be a name"),
    ({"train": {"sft": None}}, "must be a mapping"),
    ({"train": None}, r"params\.yaml: train = None must be a mapping"),
    ({**recipe(sft="base"), "attempts": 3}, r"params\.yaml: attempts = 3 must be a mapping"),
    ({**recipe(sft="base"), "release": {"step": ["sft"]}}, r"release\.step = \['sft'\] is no step of train"),
    ({**recipe(sft="base"), "release": {"step": "dpo"}}, r"release\.step = 'dpo' is no step of train; there are: sft"),
    (learning("sft", sft="base", asked=["sft"]), r"train\.sft\.data = 'attempts/sft': sft is made of sft, which is a circle"),
    (learning("dpo", sft="base", dpo="sft", asked=["dpo"]), r"train\.sft\.data = 'attempts/dpo': dpo is made of sft"),
    (learning("sft", dpo="base", sft="base", asked=[]), r"train\.dpo\.data .* no answers of a step 'sft' .*; there are: none"),
    (learning("tools", dpo="base", sft="base", asked=["sft"]), r"'tools' are asked for in attempts; there are: sft"),
])  # fmt: skip
def test_a_wrong_recipe_is_refused_by_name(content: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BurnishError, match=complaint):
        read_recipe(content, methods=METHODS)


def test_burnish_run_refuses_a_wrong_recipe_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "src").symlink_to(ROOT / "src")
    with (tmp_path / "params.yaml").open("w") as file:
        YAML().dump(recipe(sft="bse"), file)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(typer.Exit):
        cli.run(["train@sft"])
    assert "burnish: params.yaml: train.sft.parent = 'bse' is no step" in capsys.readouterr().err


def test_the_methods_are_the_modules_that_make_a_step_of_a_parent() -> None:
    found = find_methods(ROOT / "src" / "burnish")
    assert {"cpt", "sft"} <= set(found)
    assert not {"merge", "margins", "loop"} & set(found)


@pytest.mark.parametrize("profile", ["", "twin", "full", "coder", "hub", "h100", "8xh100", "multi-node"])
def test_the_recipe_of_every_profile_is_one(profile: str, tmp_path: Path) -> None:
    copy = Path(shutil.copy(ROOT / "params.yaml", tmp_path))
    if profile:
        apply_profile(profile, params=copy, profiles=ROOT / PROFILES)
    content = params.read_yaml(copy)
    steps = read_recipe(content, methods=find_methods(ROOT / "src" / "burnish"))
    assert content["release"]["step"] in steps


STAGES = """
stages:
  train:
    foreach: ${train}
    do:
      cmd: mkdir -p models/${key} && cat models/${item.parent}/weights > models/${key}/weights && echo ${key} ${item.rate} >> models/${key}/weights
      deps:
        - models/${item.parent}
        - data/${item.data}
      params:
        - train.${key}
      outs:
        - models/${key}
  attempts:
    foreach: ${attempts}
    do:
      cmd: mkdir -p data/attempts/${key} && cp models/${key}/weights data/attempts/${key}/answers
      deps:
        - models/${key}
      params:
        - attempts.${key}
      outs:
        - data/attempts/${key}
"""  # noqa: E501


CANONICAL = {"cpt": "base", "sft": "cpt", "dpo": "sft", "safety": "dpo", "aside": "cpt"}
DATA = {"safety": "attempts/sft"}  # of all others: mix


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a DVC workspace whose training stages are wired as in dvc.yaml: base, cpt, sft, dpo, safety, aside."""
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "models/base").mkdir(parents=True)
    (folder / "models/base/weights").write_text("base\n")
    (folder / "data/mix").mkdir(parents=True)
    (folder / "dvc.yaml").write_text(STAGES)
    order(folder, **CANONICAL)
    run(["dvc", "init", "--no-scm", "-q"], cwd=folder)
    repro(folder)
    return folder


def order(folder: Path, **parents: str) -> None:
    train = {name: {"parent": parent, "data": DATA.get(name, "mix"), "rate": 1} for name, parent in parents.items()}
    with (folder / "params.yaml").open("w") as file:
        YAML().dump({"train": train, "attempts": {"sft": {"cases": 1}}}, file)


def test_the_small_workspace_is_wired_as_the_real_one() -> None:
    real = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text())["stages"]["train"]
    small = YAML(typ="safe").load(STAGES)["stages"]["train"]
    assert real["foreach"] == small["foreach"]
    assert set(small["do"]["deps"]) <= set(real["do"]["deps"]) and set(small["do"]["outs"]) <= set(real["do"]["outs"])
    assert set(small["do"]["params"]) <= {item for item in real["do"]["params"] if isinstance(item, str)}
    others = set(real["do"]["deps"]) - set(small["do"]["deps"])
    assert not {dep for dep in others if "$" in dep}, "another way from step to step"
    asked = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text())["stages"]["attempts"]["do"]
    assert {dep for dep in asked["deps"] if "$" in dep} == {"models/${key}"} and "data/attempts/${key}" in asked["outs"]


CHANGES: dict[str, tuple[dict[str, str], set[str]]] = {
    "two steps swapped": ({**CANONICAL, "safety": "sft", "dpo": "safety"}, {"safety", "dpo"}),
    "back again": (CANONICAL, set()),
    "a step moved to an earlier one": ({**CANONICAL, "dpo": "cpt"}, {"dpo", "safety"}),
    "another order in the file": (dict(reversed(CANONICAL.items())), set()),
    "a step moved to the base": ({**CANONICAL, "sft": "base"}, {"sft", "attempts@sft", "dpo", "safety"}),
}


def test_reordering_runs_exactly_the_steps_behind_the_change(workspace: Path) -> None:
    ran = {}
    for change, (parents, _) in CHANGES.items():
        order(workspace, **parents)
        ran[change] = {name.removeprefix("train@") for name in repro(workspace)}
    assert ran == {change: expected for change, (_, expected) in CHANGES.items()}
