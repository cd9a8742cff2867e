"""Every section of params.yaml, alone and with each profile laid over it, is what its stage takes."""

import re
import shutil
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest

from burnish.explain import read_stages
from burnish.foreign_names import refuse_foreign_names
from burnish.generate.cases import stage_run
from burnish.mix.asked import check
from burnish.params import Section, load, lookup, read_yaml, section_name
from burnish.profiles import PROFILES, apply_profile
from burnish.train.grpo_settings import GrpoParams, check_settings
from tests.workspaces import ROOT, git

BELOW = {"gated": ["hub"]}  # what a profile is laid over besides params.yaml
# No stage's own: what many share, what lists are made of, anchors of what items have in common.
NO_SECTION = {
    "seed",
    "executor",
    "launch",
    "plan",
    "families",
    "benchmark_folders",
    "learnt_answers",
    "mixed",
    "sampling",
    "mixture",
    "step",
}


@pytest.fixture(scope="module", params=["", *sorted(path.stem for path in (ROOT / PROFILES).glob("*.yaml"))])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the graph and the parameters of a profile."""
    root = tmp_path_factory.mktemp(f"profile-{request.param}")
    git(root, "init", "-q")
    (root / ".dvc").mkdir()
    for name in ("dvc.yaml", "params.yaml", "sources.yaml", ".dvc/config"):
        shutil.copyfile(ROOT / name, root / name)
    for profile in [*BELOW.get(request.param, []), *filter(None, [request.param])]:
        apply_profile(profile, params=root / "params.yaml", profiles=ROOT / PROFILES)
    return root


def test_every_stage_can_read_its_section_and_no_section_is_left(folder: Path) -> None:
    content, read = read_yaml(folder / "params.yaml"), set[str]()
    assert sorted(mix for part in content["mixed"].values() for mix in part) == sorted(content["mix"])
    for name, stage in read_stages(folder).items():
        if section := section_of(import_module(stage["cmd"].split()[2])):
            place = section_name(stage_name(name, stage["cmd"]), content)
            loaded = load(section, place, path=folder / "params.yaml")
            read.add(place)
            check_together(loaded, lookup(content, place), place=place)
    used = {name.partition(".")[0] for name in read}
    assert {name for name, own in content.items() if own != {}} - used - NO_SECTION == set()
    assert {name for name in read if name.startswith("train.")} == {f"train.{step}" for step in content["train"]}
    assert {name for name in read if name.startswith("attempts.")} == {
        f"attempts.{step}" for step in content["attempts"]
    }


def test_every_table_of_a_stage_is_validated_by_a_stage_that_depends_on_it(folder: Path) -> None:
    content, stages, validated = read_yaml(folder / "params.yaml"), read_stages(folder), set[str]()
    made = {
        out for stage in stages.values() for out in stage["outs"] if isinstance(out, str) and out.startswith("data/")
    }
    for name, stage in stages.items():
        if "burnish.validate.datasets" in stage["cmd"]:
            deps = [dep for dep in stage["deps"] if dep.startswith("data/")]
            assert len(set(deps)) == len(deps)
            assert not [dep for dep in deps if not any(overlap(dep, out) for out in made)], (
                "a dependency that nothing makes"
            )
            for table in lookup(content, section_name(name, content))["tables"].values():
                place = f"data/{table['data']}"
                assert any(overlap(dep, place) and len(dep) <= len(place) for dep in deps), (name, place)
                assert any(overlap(out, place) for out in made), f"{place} is of a stage that is off"
                validated.add(place)
    tables = {out for out in made if not out.startswith(("data/raw/", "data/fullstack_eval", "data/lovable_bench"))}
    assert not [out for out in sorted(tables) if not any(overlap(out, place) for place in validated)]


def overlap(one: str, other: str) -> bool:
    """Say whether one of two folders is the other or holds it; `*` stands for any name."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return all(left == right or "*" in (left, right) for left, right in pairs)


def stage_name(name: str, command: str) -> str:
    """Return the name by which a stage finds its section: mixtures of more sources read those of `mix`."""
    told = re.search(r" --stage (\S+)", command)
    return told[1] if told else name


def section_of(module: ModuleType) -> type[Section] | None:
    """Return what a stage's `run` takes as `params`; families of cases share one `run`, and `codehash` has none."""
    run = stage_run(module.CATEGORIES) if hasattr(module, "CATEGORIES") else getattr(module, "run", None)
    found: type[Section] | None = get_type_hints(run).get("params") if run else None
    return found


def check_together(section: Any, written: Any, *, place: str) -> None:
    """Raise on what a stage would refuse of a section that has loaded."""
    refuse_foreign_names(written, known=type(section).model_fields, place=place)
    if isinstance(section, GrpoParams):
        check_settings(section)
    if place.startswith("mix."):
        check(section, place=place)
