"""Every training method ends with the same bytes: in another process, and through `kill -9` at steps drawn by chance."""

import json
import signal
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from tests.train.whole_runs import METHODS, SEED, Ending, read_ending, train_elsewhere, train_step, write_inputs

from burnish.recipe import find_methods
from burnish.train.checkpoint import FILE, read_checkpoint
from burnish.train.loop import LoopSettings

SOURCE = Path(__file__).parents[2] / "src" / "burnish"
KILLED = "def test_a_killed_run_goes_on_and_ends_with_the_same_bytes("
KILLS = {"grpo": 1}  # others twice: its rounds of sampling take seconds


class Run(NamedTuple):
    """A method's inputs, and how a run that nobody stopped ended."""

    name: str
    inputs: Path
    whole: Ending


@pytest.fixture(scope="module", params=METHODS)
def uninterrupted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp(request.param)
    write_inputs(folder, request.param)
    return Run(request.param, folder, train_step(request.param, inputs=folder, folder=folder / "whole"))


def test_no_method_is_left_out() -> None:
    """One that needs more than a base, data and a parent is killed in a file of its own."""
    here = {method.run.__module__.rpartition(".")[2] for method in METHODS.values()}
    elsewhere = {name for name in set(find_methods(SOURCE)) - here if KILLED in read_tests_of(name)}
    assert here | elsewhere == set(find_methods(SOURCE))
    assert all(issubclass(method.section, LoopSettings) for method in METHODS.values()), "one set of rules for rates"


def read_tests_of(method: str) -> str:
    path = Path(__file__).parent / f"test_{method}.py"
    return path.read_text() if path.is_file() else ""


def test_the_same_seed_gives_the_same_weights_in_another_process(uninterrupted: Run, tmp_path: Path) -> None:
    assert train_elsewhere(uninterrupted.name, inputs=uninterrupted.inputs, folder=tmp_path) == 0
    assert read_ending(tmp_path) == uninterrupted.whole


def test_another_seed_gives_other_weights(uninterrupted: Run, tmp_path: Path) -> None:
    other = train_step(uninterrupted.name, inputs=uninterrupted.inputs, folder=tmp_path, seed=SEED + 1)
    assert other.weights != uninterrupted.whole.weights


def test_killed_at_steps_drawn_by_chance_it_ends_with_the_same_weights(uninterrupted: Run, tmp_path: Path) -> None:
    name, inputs, whole = uninterrupted
    steps = json.loads(whole.metrics)["steps"]
    kills = sorted(Random(f"kill {name}").sample(range(2, steps + 1), KILLS.get(name, 2)))
    for step in kills:
        assert train_elsewhere(name, inputs=inputs, folder=tmp_path, dies_in=step) == -signal.SIGKILL
        assert not (tmp_path / "step").exists()
        stored = read_checkpoint(tmp_path / "resume")
        every = METHODS[name].section.model_validate(METHODS[name].settings).model_dump()["checkpoint_steps"]
        assert (len(stored.history) if stored else 0) == (step - 1) // every * every
    assert train_step(name, inputs=inputs, folder=tmp_path) == whole
    assert not (tmp_path / "resume" / FILE).exists()
