from pathlib import Path

import pytest

from burnish import params
from burnish.errors import BurnishError


class Lora(params.Section):
    rank: int


class Step(params.Section):
    learning_rate: float
    lora: Lora


@pytest.fixture
def write(tmp_path: Path) -> Path:
    return tmp_path / "params.yaml"


def test_scientific_notation_is_a_number(write: Path) -> None:
    write.write_text("step: {learning_rate: 2e-4, lora: {rank: 16}}\n")
    assert params.load(Step, "step", path=write).learning_rate == 0.0002


def test_misspelt_name_is_named_with_the_known_ones(write: Path) -> None:
    write.write_text("step: {learning_rte: 2e-4, learning_rate: 1, lora: {rank: 16}}\n")
    with pytest.raises(BurnishError, match=r"step\.learning_rte = .*known: learning_rate, lora"):
        params.load(Step, "step", path=write)


def test_nested_misspelt_name_is_named(write: Path) -> None:
    write.write_text("step: {learning_rate: 1, lora: {rnk: 16}}\n")
    with pytest.raises(BurnishError, match=r"step\.lora\.rnk"):
        params.load(Step, "step", path=write)


def test_missing_section_and_file_and_broken_yaml_are_errors(write: Path, tmp_path: Path) -> None:
    write.write_text("other: {}\n")
    with pytest.raises(BurnishError, match="step is missing"):
        params.load(Step, "step", path=write)
    with pytest.raises(BurnishError, match="root of a Burnish checkout"):
        params.load(Step, "step", path=tmp_path / "none.yaml")
    write.write_text("step: [1, 2\n")
    with pytest.raises(BurnishError, match="isn't valid YAML"):
        params.load(Step, "step", path=write)


def test_stage_reads_its_own_section_or_its_groups() -> None:
    content = {"train": {"sft": {}}, "cases": {"per_template": 3}}
    assert params.section_name("train@sft", content) == "train.sft"
    assert params.section_name("cases@identity", content) == "cases"
    assert params.section_name("merge", content) == "merge"


def test_a_file_that_is_no_text_and_one_that_is_a_folder_are_errors(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("step: {name: caf\xe9}\n".encode("latin-1"))
    with pytest.raises(BurnishError, match="isn't UTF-8 at byte 16"):
        params.read_yaml(tmp_path / "latin.yaml")
    with pytest.raises(BurnishError, match="can't be read: is a directory"):
        params.read_yaml(tmp_path)


@pytest.mark.parametrize("seed", [-1, "1", 1.5, True, None])
def test_a_seed_that_is_no_number_of_draws_is_refused(seed: object) -> None:
    with pytest.raises(BurnishError, match="must be an integer from 0"):
        params.read_seed({"seed": seed})
