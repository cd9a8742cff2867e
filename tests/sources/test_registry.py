"""The real `sources.yaml`: complete, permissive where it is on by default, small enough, and without a registry's address."""

from pathlib import Path

import pytest

from burnish.licensing import read_matrix
from burnish.params import read_yaml
from burnish.sources.acceptance import is_watched, read_accepted
from burnish.sources.licences import PERMISSIVE
from burnish.sources.registry import UNPINNED, AnySource, HubSource, JoinedSource, Source, read_sources
from burnish.table_base import LICENCES

ROOT = Path(__file__).parent.parent.parent
REGISTRY = ROOT / "sources.yaml"
MATRIX = read_matrix(ROOT / "licences" / "matrix.yaml")
GROUPS = read_yaml(REGISTRY)
ON = read_yaml(ROOT / "params.yaml")["fetch"]


def sources(group: str) -> list[AnySource]:
    return read_sources(REGISTRY, group=group, names=list(GROUPS[group]), matrix=MATRIX)


HUB = [source for group in GROUPS for source in sources(group) if isinstance(source, HubSource)]
FILES = {group: [source for source in sources(group) if isinstance(source, Source)] for group in GROUPS}


@pytest.mark.parametrize("group", [group for group in GROUPS if FILES[group]])
def test_every_package_is_pinned_and_says_what_it_takes(group: str) -> None:
    for source in FILES[group]:
        assert source.version
        assert source.members
        assert source.licence in PERMISSIVE
        assert any(word in " ".join(source.members).lower() for word in ("licen", "pkg-info")) or group == "base"


def test_a_file_in_parts_is_permissive_and_comes_from_packages_alone() -> None:
    joined = [source for group in GROUPS for source in sources(group) if isinstance(source, JoinedSource)]
    assert [source.name for source in joined] == ["qwen2.5-coder-0.5b-instruct"]
    for source in joined:
        assert source.licence in PERMISSIVE and len(source.version) == 40
        parts = [part for part, _ in source.part_sources()]
        assert all(part.origin.startswith("pypi:") and part.version for part in parts)
        assert len({part.sha256 for part in parts}) == len(parts)
        assert not is_watched(source, matrix=MATRIX)


def test_the_default_profile_is_open_pinned_and_needs_no_hub() -> None:
    for group, section in ON.items():
        for source in read_sources(REGISTRY, group=group, names=section["sources"], matrix=MATRIX):
            assert isinstance(source, Source)
            assert not is_watched(source, matrix=MATRIX)


def test_the_hub_registry_has_the_well_known_sets_of_every_kind() -> None:
    kinds = {kind: [s.name for s in HUB if s.kind == kind] for kind in {source.kind for source in HUB}}
    assert len(HUB) >= 25
    assert set(kinds) == {"instruction", "code", "preference", "tools", "safety", "benchmark"}
    assert all(len(names) >= 5 for names in kinds.values())
    assert len({source.name for source in HUB} | set(GROUPS["benchmarks"])) == len(HUB) + len(GROUPS["benchmarks"])


@pytest.mark.parametrize("source", HUB, ids=lambda source: source.name)
def test_a_hub_source_without_certain_hashes_says_so(source: HubSource) -> None:
    assert source.columns
    assert source.files is None or source.version != UNPINNED
    assert (source.credential is None) == (source.access == "open")


@pytest.mark.parametrize("profile", ["hub", "gated"])
def test_profiles_name_known_sources_and_only_the_gated_one_needs_consent(profile: str) -> None:
    for group, section in read_yaml(ROOT / "profiles" / f"{profile}.yaml")["fetch"].items():
        named = read_sources(REGISTRY, group=group, names=section["sources"], matrix=MATRIX)
        watched = [source.name for source in named if is_watched(source, matrix=MATRIX)]
        assert bool(watched) == (profile == "gated")


def test_nothing_is_accepted_in_anybodys_name() -> None:
    assert read_accepted(ROOT / "licences" / "accepted.yaml") == {}


def test_the_packages_of_all_profiles_stay_under_50_megabytes() -> None:
    assert sum(source.size for group in FILES if group != "base" for source in FILES[group]) < 50e6


def test_there_are_at_least_18_packages_of_each_world() -> None:
    names = [*GROUPS["python"], *GROUPS["npm"]]
    assert len(names) == len(set(names)) >= 18
    assert {"fastapi", "flask", "sqlalchemy", "react", "express", "zod"} <= set(names)


def test_licences_of_tables_are_those_of_the_matrix() -> None:
    assert set(LICENCES) == set(MATRIX)
    assert set(PERMISSIVE) <= {name for name, licence in MATRIX.items() if licence.into == "any"}


def test_no_address_of_a_registry_stands_in_it() -> None:
    assert "://" not in REGISTRY.read_text().replace("https://...", "")
