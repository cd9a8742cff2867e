"""The graph with profile hub: fetched tables become rows and enter a mixture; without it nothing of that is there."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from burnish.explain import read_stages
from burnish.licensing import read_matrix
from burnish.mix.asked import MixParams, check
from burnish.params import load, read_yaml
from burnish.profiles import apply_profile
from burnish.sources.pin import hub_sources
from burnish.sources.registry import HubSource, read_sources
from burnish.sources.rows import RowsParams, check_maps
from burnish.validate.judging import ValidateParams
from tests.workspaces import git

ROOT = Path(__file__).parent.parent
NEW = ("rows", "validate_rows", "mix_rows")
MATRIX = read_matrix(ROOT / "licences" / "matrix.yaml")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    git(folder, "init", "-q")
    (folder / ".dvc").mkdir()
    for name in ("dvc.yaml", "params.yaml", "sources.yaml", ".dvc/config"):
        shutil.copyfile(ROOT / name, folder / name)
    apply_profile("hub", params=folder / "params.yaml", profiles=ROOT / "profiles")
    return folder


def names(items: list[Any]) -> list[str]:
    return [item if isinstance(item, str) else next(iter(item)) for item in items]


def test_the_default_graph_has_no_stage_of_tables_and_each_mixture_once() -> None:
    stages = {name.partition("@")[0] for name in read_stages(ROOT)}
    assert not stages & set(NEW)
    content = read_yaml(ROOT / "params.yaml")
    assert sorted(content["mixed"]["own"] + content["mixed"]["with_rows"] + ["guard"]) == sorted(content["mix"])


def test_the_hub_profile_makes_rows_of_each_group_checks_them_and_mixes_them(hub: Path) -> None:
    stages = read_stages(hub)
    groups = ["instruction", "code", "preference", "tools", "safety"]
    assert [name for name in stages if name.partition("@")[0] in NEW] == [
        *(f"rows@{group}" for group in groups), *(f"validate_rows@{group}" for group in groups), "mix_rows@sft"]  # fmt: skip
    assert "mix@sft" not in stages
    for name, stage in stages.items():
        paths = [path for option, path in re.findall(r"--([a-z-]+) (\S+)", stage["cmd"]) if option != "stage"]
        known = [path for kind in ("deps", "params", "outs", "metrics", "plots") for path in names(stage.get(kind, []))]
        assert all(any(each == path or each.startswith(f"{path}/") for each in known) for path in paths), name


def test_every_section_of_the_profile_loads_and_names_sources_with_a_table(hub: Path) -> None:
    content = read_yaml(hub / "params.yaml")
    for group in content["rows"]:
        section = load(RowsParams, f"rows.{group}", path=hub / "params.yaml")
        sources = read_sources(hub / "sources.yaml", group=group, names=section.sources, matrix=MATRIX)
        assert check_maps(sources, place=group)
        assert (
            set(section.sources) <= set(content["fetch"][group]["sources"]) and section.benchmarks in content["fetch"]
        )
        judged = load(ValidateParams, f"validate_rows.{group}", path=hub / "params.yaml")
        assert judged.table == ("stated_pair" if group == "preference" else "row")
    check(load(MixParams, "mix.sft", path=hub / "params.yaml"), place="mix.sft")
    assert "&id" not in (hub / "params.yaml").read_text(), "what groups share is written out in each"


@pytest.mark.parametrize("profile", ["hub", "gated"])
def test_what_a_profile_fetches_to_train_on_it_makes_rows_of(profile: str) -> None:
    content = read_yaml(ROOT / "profiles" / f"{profile}.yaml")
    for group, section in content["fetch"].items():
        sources = read_sources(ROOT / "sources.yaml", group=group, names=section["sources"], matrix=MATRIX)
        usable = [source.name for source in sources if source.table is not None]
        assert usable == content["rows"].get(group, {"sources": []})["sources"]


HUB_SOURCES = [source for _, source in hub_sources(ROOT / "sources.yaml", matrix=MATRIX)]


@pytest.mark.parametrize("source", HUB_SOURCES, ids=lambda source: source.name)
def test_every_set_to_train_on_has_a_table_or_the_reason_why_not(source: HubSource) -> None:
    if source.kind in ("benchmark", "model"):
        assert source.table is None and source.no_table is None
    else:
        assert (source.table is None) == (source.no_table is not None)


@pytest.mark.parametrize("source", HUB_SOURCES, ids=lambda source: source.name)
def test_a_table_names_no_column_that_the_entry_does_not_promise(source: HubSource) -> None:
    assert source.table is None or set(source.table.columns()) <= set(source.columns)
