"""The small pipeline, run once for all tests, an empty MLflow database and one with all its runs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient
from tests.track.toy import Pipeline, write_pipeline

from burnish.track.mlflow_import import TrackResult, track


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pipeline after one `dvc repro`, a commit and two experiments, the workspace back at the commit."""
    root = tmp_path_factory.mktemp("pipeline")
    write_pipeline(root)
    pipeline = Pipeline(root)
    pipeline.call("git", "init", "-q", "-b", "main")
    pipeline.call("dvc", "init", "-q")
    pipeline.call("dvc", "repro", "-q")
    pipeline.commit("first")
    pipeline.call("dvc", "exp", "run", "-q", "-n", "faster", "-S", "train.sft.learning_rate=0.001")
    pipeline.call("git", "checkout", "-q", ".")
    pipeline.call("dvc", "exp", "run", "-q", "-n", "renamed", "-S", "train.sft.label=other")
    pipeline.call("git", "checkout", "-q", ".")
    pipeline.call("dvc", "checkout", "-q")
    return root


@pytest.fixture
def pipeline(finished: Path, tmp_path: Path) -> Pipeline:
    """A copy of the finished pipeline for one test."""
    root = tmp_path / "checkout"
    shutil.copytree(finished, root, symlinks=True)
    return Pipeline(root)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow database with its tables and nothing else: making one takes MLflow seconds."""
    path = tmp_path_factory.mktemp("mlflow") / "empty.db"
    MlflowClient(f"sqlite:///{path}").search_experiments()
    return path


@pytest.fixture
def new_store(migrated: Path, tmp_path: Path) -> Callable[[], str]:
    """Return a function that makes an empty store and returns its address."""
    made: list[Path] = []

    def make() -> str:
        path = tmp_path / f"store-{len(made)}.db"
        shutil.copy(migrated, path)
        made.append(path)
        return f"sqlite:///{path}"

    return make


@pytest.fixture(scope="session")
def tracked(finished: Path, migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, TrackResult]:
    """Return a store with the finished pipeline's runs, for tests that only read it, and what the import said."""
    path = tmp_path_factory.mktemp("tracked") / "runs.db"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}", track(f"sqlite:///{path}", root=finished)
