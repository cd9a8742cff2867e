"""Profiles over `params.yaml`: values change, new groups say that they are new, a second time changes nothing."""

from pathlib import Path

import pytest

from burnish.errors import BurnishError
from burnish.params import read_yaml
from burnish.profiles import apply_profile


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
    with pytest.raises(BurnishError, match=r"own.yaml: fetch.bsae isn't in params.yaml; misspelt\?"):
        lay(folder, "fetch: {bsae: {__remove__: true}}\n")
    assert lay(folder, "fetch: {base: {__remove__: true}}\n") == ["fetch.base: {'sources': ['model']} -> (none)"]
    assert read_yaml(folder / "params.yaml")["fetch"] == {}


def test_a_name_that_is_not_said_to_be_new_is_misspelt(folder: Path) -> None:
    with pytest.raises(BurnishError, match=r"own.yaml: fetch.bsae isn't in params.yaml; misspelt\?"):
        lay(folder, "fetch: {bsae: {sources: []}}\n")
