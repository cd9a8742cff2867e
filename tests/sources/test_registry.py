"""The real `sources.yaml`: complete, permissive, small enough, and without a registry's address."""

from pathlib import Path

import pytest

from burnish.params import read_yaml
from burnish.sources.licences import PERMISSIVE
from burnish.sources.registry import Source, read_sources
from burnish.tables import LICENCES

REGISTRY = Path(__file__).parent.parent.parent / "sources.yaml"
GROUPS = read_yaml(REGISTRY)


def sources(group: str) -> list[Source]:
    return read_sources(REGISTRY, group=group, names=list(GROUPS[group]))


@pytest.mark.parametrize("group", GROUPS)
def test_every_entry_is_pinned_and_says_what_it_takes(group: str) -> None:
    for source in sources(group):
        assert source.version
        assert source.members
        assert any(word in " ".join(source.members).lower() for word in ("licen", "pkg-info")) or group == "base"


def test_all_but_the_model_stay_under_40_megabytes() -> None:
    assert sum(source.size for group in GROUPS if group != "base" for source in sources(group)) < 40e6


def test_there_are_at_least_18_packages_of_each_world() -> None:
    names = [*GROUPS["python"], *GROUPS["npm"]]
    assert len(names) == len(set(names)) >= 18
    assert {"fastapi", "flask", "sqlalchemy", "react", "express", "zod"} <= set(names)


def test_accepted_licences_are_those_of_the_tables() -> None:
    assert set(PERMISSIVE) == set(LICENCES)


def test_no_address_of_a_registry_stands_in_it() -> None:
    assert "://" not in REGISTRY.read_text().replace("https://...", "")
