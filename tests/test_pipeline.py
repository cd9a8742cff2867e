"""The hermetic twin: the real graph on a tiny model, from clean to GGUF, and what DVC runs again after each change."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from burnish.params import read_yaml
from tests.workspaces import clone_twin, finished_twin, git, read_lock, repro, run

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_twin(tmp_path_factory)


@pytest.fixture(scope="module")
def own(twin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone_twin(twin, tmp_path_factory.mktemp("own") / "w")


@pytest.fixture
def clean(own: Path) -> Iterator[Path]:
    yield own
    git(own, "checkout", "-q", "--", ".")
    git(own, "clean", "-fdq")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def test_clean_run_ends_in_gguf_files_metrics_and_records(twin: Path) -> None:
    for name in ("f16", "Q8_0", "Q4_K_M"):
        assert (twin / f"models/gguf/release/{name}.gguf").read_bytes()[:4] == b"GGUF"
    summary = json.loads((twin / "metrics/summary.json").read_text())
    assert set(summary) >= {"base", "tuned", "gain", "quants", "equivalence", "verdicts"}
    assert len(list((twin / "records").rglob("*.json"))) == len(read_lock(twin)) - 1


def test_every_table_that_a_run_writes_is_validated(twin: Path) -> None:
    groups = [own for name, own in read_yaml(twin / "params.yaml").items() if name.startswith("validate_")]
    tables = [table for own in groups for table in own.get("tables", {}).values()]
    validated = {folder for table in tables for folder in (twin / "data").glob(table["data"])}
    written = {path.parent for path in (twin / "data").rglob("rows-*.parquet")}
    assert len(written) > len(tables) > 20
    assert not [folder for folder in sorted(written) if not validated & {folder, *folder.parents}]


def test_nothing_changed_runs_no_stage(twin: Path) -> None:
    assert repro(twin) == []


def test_comment_or_docstring_anywhere_runs_codehash_alone(clean: Path) -> None:
    for name in ("files.py", "train/loop.py", "generate/core.py", "evaluate/scores.py", "export/gguf.py"):
        append(clean / "src/burnish" / name, "\n# a remark\n")
    assert repro(clean) == ["codehash"]


def test_changed_line_of_one_family_runs_it_and_what_depends_on_it(clean: Path) -> None:
    append(clean / "src/burnish/generate/fs_role_permissions.py", "\nCHANGED = 1\n")
    repro(clean, "codehash")
    would = repro(clean, "--dry")
    assert would[0] == "cases@identity"
    assert not {"process", "base_model", "replay", "export_gguf@base", "cases@database"} & set(would)


def test_changed_report_runs_no_stage_but_codehash(clean: Path) -> None:
    append(clean / "src/burnish/track/report.py", "\nCHANGED = 1\n")
    assert repro(clean) == ["codehash"]


def test_changed_parameter_runs_only_its_stages(clean: Path) -> None:
    params = clean / "params.yaml"
    params.write_text(params.read_text().replace("learning_rate: 0.001", "learning_rate: 0.002"))
    would = repro(clean, "--dry")
    assert would[0] == "train@sft"
    assert not [name for name in would if name.startswith(("fetch", "cases", "process", "mix", "replay"))]


def test_clone_with_the_cache_runs_no_stage(own: Path) -> None:
    assert repro(own) == []
    assert (own / "models/gguf/release/Q8_0.gguf").is_file()


def test_missing_cache_entry_is_named_with_the_way_out(twin: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    run(["git", "clone", "-q", str(twin), str(clone)], cwd=tmp_path)
    result = run(["dvc", "checkout"], cwd=clone, check=False)
    assert result.returncode != 0
    assert "models/gguf/release" in result.stderr + result.stdout
    assert "cache" in result.stderr
