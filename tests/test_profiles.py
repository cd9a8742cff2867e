"""Profiles over `params.yaml`: values change, new groups say that they are new, a second time changes nothing."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from burnish.errors import BurnishError
from burnish.evaluate.release import ReleaseParams
from burnish.export.gguf import ExportParams
from burnish.params import load, read_yaml
from burnish.profiles import apply_profile
from burnish.sources.base_model import BaseModelParams
from burnish.train.merge import MergeParams
from burnish.train.sft import SftParams
from tests.workspaces import ROOT, git


def lay(folder: Path, overlay: str) -> list[str]:
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "own.yaml").write_text(overlay)
    return apply_profile("own", params=folder / "params.yaml", profiles=folder / "profiles")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "params.yaml").write_text("# kept\nfetch:\n  base: {sources: [model]}   # this too\n")
    return tmp_path


def test_a_group_that_is_said_to_be_new_is_added_once(folder: Path) -> None:
    overlay = "fetch: {tools: {__new__: true, sources: [toolace]}}\n"
    assert lay(folder, overlay) == ["fetch.tools: (new) -> {'sources': ['toolace']}"]
    assert read_yaml(folder / "params.yaml")["fetch"] == {
        "base": {"sources": ["model"]},
        "tools": {"sources": ["toolace"]},
    }
    assert lay(folder, overlay) == []
    assert (folder / "params.yaml").read_text().count("#") == 2


def test_a_group_can_be_taken_away_and_a_misspelt_one_cannot(folder: Path) -> None:
    with pytest.raises(BurnishError, match=r"own.yaml: fetch.bsae isn't in params.yaml; misspelt, or"):
        lay(folder, "fetch: {bsae: {__remove__: true}}\n")
    assert lay(folder, "fetch: {base: {__remove__: true}}\n") == ["fetch.base: {'sources': ['model']} -> (none)"]
    assert read_yaml(folder / "params.yaml")["fetch"] == {}


def test_a_name_that_is_not_said_to_be_new_is_misspelt(folder: Path) -> None:
    with pytest.raises(BurnishError, match=r"own.yaml: fetch.bsae isn't in params.yaml; misspelt, or"):
        lay(folder, "fetch: {bsae: {sources: []}}\n")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a git checkout with the real parameters and profiles."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        git(tmp_path, *command)
    return tmp_path


def put(name: str, folder: Path) -> list[str]:
    return apply_profile(name, params=folder / "params.yaml", profiles=folder / "profiles")


@pytest.mark.parametrize("names", [["twin"], ["coder"], ["h100"], ["hub", "gated"], ["full", "hub"]])
def test_the_default_profile_puts_back_what_others_set_byte_for_byte(names: list[str], checkout: Path) -> None:
    before = (checkout / "params.yaml").read_bytes()
    assert all(put(name, checkout) for name in names)
    assert put("laptop", checkout)
    assert (checkout / "params.yaml").read_bytes() == before
    assert put("laptop", checkout) == []


def test_the_default_profile_leaves_alone_what_somebody_changed(checkout: Path) -> None:
    put("twin", checkout)
    path = checkout / "params.yaml"
    path.write_text(
        path.read_text().replace("per_template: 3\n", "per_template: 9\n", 1).replace("seed: 42", "seed: 7")
    )
    put("laptop", checkout)
    found, committed = read_yaml(path), read_yaml(ROOT / "params.yaml")
    assert (found["seed"], found["cases"]["per_template"]) == (7, 9)
    assert found["train"] == committed["train"] and found["replay"] == committed["replay"]


def test_without_a_commit_the_default_profile_says_so(folder: Path) -> None:
    with pytest.raises(BurnishError, match=r"holds no params.yaml to go back to: .*git"):
        lay(folder, "__defaults__: true\n")


@pytest.mark.parametrize("name", ["h100", "8xh100", "multi-node"])
def test_profiles_for_hardware_that_is_not_here_are_read_by_the_stages(name: str, checkout: Path) -> None:
    put(name, checkout)
    sections: list[tuple[Any, str]] = [
        (BaseModelParams, "base_model"), (SftParams, "train.sft"), (MergeParams, "merge"), (ReleaseParams, "release"),
        (ExportParams, "export_gguf.release"),
    ]  # fmt: skip
    read = [load(section, place, path=checkout / "params.yaml") for section, place in sections]
    assert read[0].file is None and read[0].folder.startswith("checkpoints/")
    assert read[1].device == "cuda" and read[1].dtype == "bfloat16"
