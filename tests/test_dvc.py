"""Every stage: its command names its module, its paths are its dependencies and outputs, its code is tracked."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from burnish import codehash
from burnish.explain import read_stages
from burnish.params import read_yaml

ROOT = Path(__file__).parent.parent
NOT_STAGES = {"codehash"}


STAGES = read_stages(ROOT)
CHECKED = [name for name in STAGES if name not in NOT_STAGES]


def names(items: list[Any]) -> list[str]:
    return [item if isinstance(item, str) else next(iter(item)) for item in items]


def outputs(name: str) -> list[str]:
    return [path for kind in ("outs", "metrics", "plots") for path in names(STAGES[name].get(kind, []))]


@pytest.mark.parametrize("name", CHECKED)
def test_command_is_the_address_of_a_stage_module(name: str) -> None:
    python, flag, module = STAGES[name]["cmd"].split()[:3]
    assert (python, flag) == ("bin/python", "-m")
    assert module in codehash.stage_modules(ROOT / "src")


@pytest.mark.parametrize("name", CHECKED)
def test_every_path_in_the_command_is_a_dependency_or_an_output(name: str) -> None:
    stage = STAGES[name]
    outs, deps = outputs(name), [*names(stage.get("deps", [])), *names(stage.get("params", []))]
    options = [found for found in re.findall(r"--([a-z-]+) (\S+)", stage["cmd"]) if found[0] != "stage"]
    for _, path in options:
        assert path in outs or any(dep == path or dep.startswith(f"{path}/") for dep in deps), path
    assert {path for option, path in options if option in ("out", "metrics", "record")} <= set(outs)
    assert set(outs) <= {path for _, path in options}, "an output that the command isn't told"


def test_every_table_is_a_dependency_of_the_stage_that_validates_it_and_has_a_card_of_its_own() -> None:
    content = read_yaml(ROOT / "params.yaml")
    groups = [name for name in STAGES if "burnish.validate.datasets" in STAGES[name]["cmd"]]
    cards = [(name, card, own["data"]) for name in groups for card, own in content[name]["tables"].items()]
    assert len({card for _, card, _ in cards}) == len(cards) > 10
    for name, _, folder in cards:
        assert any(f"data/{folder}/".startswith(f"{dep}/") for dep in names(STAGES[name]["deps"])), (name, folder)
    mixtures = {folder for name, _, folder in cards if name == "validate_mix"}
    assert mixtures == {f"mix/{mix}/rows" for mix in content["mix"]}


@pytest.mark.parametrize("name", CHECKED)
def test_own_code_is_tracked(name: str) -> None:
    module = STAGES[name]["cmd"].split()[2].removeprefix("burnish.")
    keys = [key for item in STAGES[name]["params"] if isinstance(item, dict) for key in item.get("code.lock.json", [])]
    assert keys == [f"code.{module}"]


@pytest.mark.parametrize("name", CHECKED)
def test_description_says_how_far_the_bytes_repeat(name: str) -> None:
    assert STAGES[name]["desc"].rpartition("; ")[2] in ("portable", "toolchain", "machine")


def test_nothing_reads_a_record() -> None:
    readers = [
        name for name, stage in STAGES.items() if any(dep.startswith("records") for dep in names(stage.get("deps", [])))
    ]
    assert not readers


def test_metrics_are_in_git_and_records_are_not() -> None:
    for stage in STAGES.values():
        assert not [out for out in names(stage["outs"]) if out.startswith("metrics/")], (
            "cache: false in outs loses the run cache"
        )
        assert all(path.startswith("metrics/") for path in names(stage.get("metrics", [])))
        assert all(options == {"cache": False} for item in stage.get("metrics", []) for options in item.values())


def test_the_graph_stays_small() -> None:
    assert len(STAGES) <= 66


def test_lock_holds_no_deleted_stage() -> None:
    lock = ROOT / "dvc.lock"
    locked = YAML(typ="safe").load(lock.read_text())["stages"] if lock.exists() else {}
    assert set(locked) <= set(STAGES)


def test_code_lock_is_current(tmp_path: Path) -> None:
    codehash.write_digests(root=ROOT / "src", lock=ROOT / "requirements.lock", out=tmp_path / "code.lock.json")
    assert json.loads((tmp_path / "code.lock.json").read_text()) == json.loads((ROOT / "code.lock.json").read_text())
