"""Every section of params.yaml, alone and with each profile laid over it, is what its stage takes."""

import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from burnish import sections
from burnish.errors import BurnishError
from burnish.explain import read_stages
from burnish.params import lookup, read_yaml, section_name
from burnish.profiles import PROFILES, apply_profile
from burnish.sections import check_once, check_sections, read_readers, section_of
from tests.workspaces import ROOT, git, run

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
    check_sections(folder / "params.yaml", graph=folder / "dvc.yaml")
    for reader in read_readers(content, graph=folder / "dvc.yaml"):
        if section_of(import_module(reader.module)):
            read.add(section_name(reader.stage, content))
    used = {name.partition(".")[0] for name in read}
    assert {name for name, own in content.items() if own != {}} - used - NO_SECTION == set()
    assert {name for name in read if name.startswith("train.")} == {f"train.{step}" for step in content["train"]}
    assert {name for name in read if name.startswith("attempts.")} == {
        f"attempts.{step}" for step in content["attempts"]
    }


def test_stages_and_modules_are_those_that_dvc_finds(folder: Path) -> None:
    found = {
        reader.stage: reader.module
        for reader in read_readers(read_yaml(folder / "params.yaml"), graph=folder / "dvc.yaml")
    }
    stages = {
        command.partition(" --stage ")[2].partition(" ")[0] or name: command.split()[2]
        for name, command in ((name, stage["cmd"]) for name, stage in read_stages(folder).items())
    }
    assert found == stages


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


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with graph and parameters as they are committed."""
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def edit(checkout: Path, **values: Any) -> Path:
    """Change sections of the parameters: each is given a value, or a function that changes it."""
    yaml, path = YAML(), checkout / "params.yaml"
    content = yaml.load(path.read_text())
    for name, value in values.items():
        if callable(value):
            value(content[name])
        else:
            content[name] = value
    with path.open("w") as file:
        yaml.dump(content, file)
    return path


def test_everything_that_is_wrong_is_said_at_once(checkout: Path) -> None:
    path = edit(
        checkout,
        seed=-1,
        release=lambda own: own.pop("licence"),
        mix=lambda own: own["tools"]["sources"]["cases"].update(weight=0.9),
        train=lambda own: own["dpo"].update(learning_rte=1),
        cases=None,
    )
    with pytest.raises(BurnishError) as caught:
        check_sections(path, graph=checkout / "dvc.yaml")
    lines = str(caught.value).splitlines()
    wanted = ("seed = -1", "release.licence", "mix.tools", "train.dpo.learning_rte = 1", "cases = None")
    assert len(lines) == len(wanted)
    assert all(any(part in line for line in lines) for part in wanted)


@pytest.mark.parametrize(("values", "complaint"), [
    ({"families": "database"}, r"families = 'database' must be a mapping or a list"),
    ({"executor": []}, r"executor = \[\]"),
    ({"sampling": None, "replay": {"prompts": "many"}}, r"replay\.prompts = 'many'"),
])  # fmt: skip
def test_a_section_of_another_kind_is_said(checkout: Path, values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BurnishError, match=complaint):
        check_sections(edit(checkout, **values), graph=checkout / "dvc.yaml")


def test_what_was_found_right_is_not_looked_at_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = list[Path]()
    monkeypatch.setattr(sections, "check_sections", lambda path, *, graph: looked.append(path))
    for changes in ({}, {}, {"seed": 7}, {"seed": 7}):
        edit(checkout, **changes)
        check_once(checkout)
    assert len(looked) == 2


def test_a_run_with_a_wrong_section_ends_before_any_stage(checkout: Path) -> None:
    for name in ("bin", "src"):
        (checkout / name).symlink_to(ROOT / name)
    edit(checkout, release=lambda own: own.update(lisence="MIT"))
    found = run([str(ROOT / "bin/python"), "-m", "burnish.cli", "run"], cwd=checkout, check=False)
    assert found.returncode == 1 and "release.lisence = 'MIT'" in found.stderr and "Traceback" not in found.stderr
    assert not (checkout / "code.lock.json").exists() and not (checkout / ".resume").exists()
