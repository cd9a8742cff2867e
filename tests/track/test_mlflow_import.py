"""`burnish track` on a real repository and a real MLflow database: each run once, nothing lost, nothing twice."""

import functools
import gc
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.track.toy import ROOT, Pipeline, environment

from burnish.errors import BurnishError
from burnish.track.contents import (
    HISTORY_PHASES,
    MISSING,
    NAME_LENGTH,
    Filling,
    metric_name,
    numbers,
    params_text,
    record_content,
    safe_name,
)
from burnish.track.mlflow_import import TrackResult, advise, collect_states, track
from burnish.track.snapshots import Locked, Output, drop_outdated, read_history
from burnish.track.store import Store

NewStore = Callable[[], str]
Tracked = tuple[str, TrackResult]
# MLflow's own use of SQLAlchemy.
pytestmark = pytest.mark.filterwarnings("ignore:.*noload.*:DeprecationWarning")


def rows(uri: str) -> dict[str, int]:
    """Return the number of rows of every table."""
    with sqlite3.connect(uri.removeprefix("sqlite:///")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f"SELECT count(*) FROM '{name}'").fetchone()[0] for name in names}


def runs_of(uri: str) -> list[Any]:
    """Return all active runs, oldest first."""
    store = Store(uri)
    runs = store.client.search_runs([store.experiment])
    return sorted(runs, key=lambda run: (run.info.start_time, run.info.run_name))


def named(uri: str, name: str) -> Any:
    """Return the one run with this name."""
    (run,) = [run for run in runs_of(uri) if run.info.run_name == name]
    return run


def logical(uri: str) -> list[Any]:
    """Return everything a store says, with the keys of runs in place of their ids, in a fixed order."""
    store = Store(uri)
    runs = runs_of(uri)
    keys = {run.info.run_id: run.data.tags.get("state_sha256") or run.data.tags["record_sha256"] for run in runs}
    described = []
    for run in runs:
        info, client = run.info, store.client
        points = {name: client.get_metric_history(info.run_id, name) for name in run.data.metrics}
        history = {name: [(point.value, point.step, point.timestamp) for point in points[name]] for name in points}
        tags = {name: keys.get(value, value) for name, value in run.data.tags.items()}
        datasets = [(item.dataset, item.tags[0].value) for item in run.inputs.dataset_inputs]
        inputs = sorted((data.name, data.digest, data.source, context) for data, context in datasets)
        described.append(
            [info.run_name, info.status, info.start_time, info.end_time, run.data.params, history, tags, inputs]
        )
    versions = sorted((v.name, v.version, v.tags["md5"], keys[v.run_id]) for v in store.client.search_model_versions())
    return [*sorted(described, key=lambda run: (run[2], run[0])), versions]


def test_states_with_equal_results_and_parameters_are_one_run(pipeline: Pipeline, tracked: Tracked) -> None:
    uri, result = tracked
    commit = pipeline.call("git", "rev-parse", "HEAD").strip()
    comparisons = [run for run in runs_of(uri) if "state_sha256" in run.data.tags]
    assert [run.info.run_name for run in comparisons] == [commit[:7], "faster", "renamed"]
    assert (result.new_states, result.new_records, result.new_models) == (3, 5, 4)
    head, faster, renamed = comparisons
    assert head.data.tags["git.rev"] == commit and head.data.tags["git.dirty"] == "false"
    assert faster.data.tags["dvc.exp"] == "faster" and faster.data.tags["dvc.baseline"] == commit
    assert head.data.metrics == renamed.data.metrics, "`label` changes no output, yet the experiment has its run"
    assert renamed.data.params["train.sft.label"] == "other"


def test_a_comparison_run_is_flat_and_complete(pipeline: Pipeline, tracked: Tracked) -> None:
    uri, _ = tracked
    run = named(uri, "faster")
    assert run.data.params == {
        "seed": "3",
        "cases.count": "4",
        "train.sft.learning_rate": "0.001",
        "train.sft.steps": "5",
        "train.sft.label": "plain",
    }
    assert run.data.metrics == {
        "summary/tuned.seen.pass_rate": 0.144,
        "summary/tuned.seen.items": 40.0,
        "cases/crud/kept": 4.0,
        "cases/crud/kill_rate": 0.875,
        "cases/forms/kept": 4.0,
        "cases/forms/kill_rate": 0.875,
        "train/sft/loss.first": 2.0,
        "train/sft/loss.last": pytest.approx(2 - 0.001 * 4 * 36),
        "train/sft/supervised": 1.0,
    }
    lock = (pipeline.root / "dvc.lock").read_text()
    datasets = {item.dataset.name: item.dataset.digest for item in run.inputs.dataset_inputs}
    assert set(datasets) == {"data/cases/crud", "data/cases/forms"}
    assert all(f"md5: {digest}" in lock for digest in datasets.values())
    assert run.data.tags["stages"] == "4 of 4"


def test_histories_hang_below_the_run_that_wrote_them(pipeline: Pipeline, tracked: Tracked) -> None:
    uri, _ = tracked
    comparison = named(uri, "faster")
    child_id = comparison.data.tags["history.train_sft"]
    store = Store(uri)
    child = store.client.get_run(child_id)
    assert child.data.tags["mlflow.parentRunId"] == comparison.info.run_id
    losses = store.client.get_metric_history(child_id, "loss")
    assert [point.step for point in losses] == [0, 1, 2, 3, 4]
    assert losses[-1].value == pytest.approx(2 - 0.001 * 4 * 36)
    assert child.data.params == {"learning_rate": "0.001", "steps": "5", "label": "plain"}
    assert child.data.tags["note.device"] == "cpu" and "host.processors" in child.data.tags
    assert all(run.data.tags["phase"] in HISTORY_PHASES for run in runs_of(uri) if "record_sha256" in run.data.tags)


def test_times_are_those_of_the_stages(pipeline: Pipeline, tracked: Tracked) -> None:
    uri, _ = tracked
    head = named(uri, pipeline.call("git", "rev-parse", "HEAD")[:7])
    records = [json.loads(path.read_text()) for path in (pipeline.root / "records").rglob("*.json")]
    took = sum(round(record["seconds"] * 1000) for record in records)
    assert head.info.end_time - head.info.start_time == took
    train = json.loads((pipeline.root / "records/train/sft.json").read_text())
    child = Store(uri).client.get_run(head.data.tags["history.train_sft"])
    assert child.info.end_time - child.info.start_time == round(train["seconds"] * 1000)
    assert child.data.metrics["run/peak_memory_mb"] == train["peak_memory_mb"]


def test_second_call_adds_no_row_to_any_table(pipeline: Pipeline, new_store: NewStore) -> None:
    uri = new_store()
    track(uri, root=pipeline.root)
    before = rows(uri)
    again = track(uri, root=pipeline.root)
    assert rows(uri) == before
    assert (again.new_states, again.new_records, again.new_models, again.problems) == (0, 0, 0, ())
    assert before["runs"] == 8 and before["model_versions"] == 4


def test_a_deleted_database_is_rebuilt_equal(finished: Path, tracked: Tracked, new_store: NewStore) -> None:
    uri = new_store()
    track(uri, root=finished)
    assert logical(uri) == logical(tracked[0])
    assert len(logical(uri)) == 9


def test_an_experiment_restored_from_cache_is_the_same_run(
    pipeline: Pipeline, new_store: NewStore, tmp_path: Path
) -> None:
    uri = new_store()
    assert track(uri, root=pipeline.root).new_states == 3
    clone = Pipeline(tmp_path / "clone")
    pipeline.call("git", "clone", "-q", str(pipeline.root), str(clone.root))
    (clone.root / ".dvc/cache").symlink_to(pipeline.root / ".dvc/cache")
    assert "Running stage" not in clone.call("dvc", "repro")
    again = track(uri, root=clone.root)
    assert (again.states, again.new_states, again.new_records) == (1, 0, 0)


def test_an_import_cut_short_is_written_again(finished: Path, tracked: Tracked, new_store: NewStore) -> None:
    uri = new_store()
    history = read_history(finished)
    state = collect_states(history.snapshots, cache=history.cache)[0]
    history_of_train = next(record_content(record) for record in state.records if record.stage.phase == "train")
    for content in (state.content, history_of_train):
        half = content.fill()._replace(points=content.fill().points[:2])
        Store(uri).begin(content._replace(fill=functools.partial(Filling, *half)))
    again = track(uri, root=finished)
    assert (again.new_states, again.new_records) == (3, 5)
    assert logical(uri) == logical(tracked[0])
    assert rows(uri)["runs"] == rows(tracked[0])["runs"] + 2, "MLflow keeps deleted runs, marked as such"


def test_a_packed_history_is_read_and_nothing_stays_open(pipeline: Pipeline) -> None:
    pipeline.call("git", "gc", "-q")
    history = read_history(pipeline.root)
    assert [state.experiment for state in history.snapshots] == ["", "faster", "renamed", ""]
    gc.collect()  # pytest makes an error of a file that is collected open
    assert all(state.read("params.yaml") for state in history.snapshots)


def test_two_imports_at_once_write_each_run_once(pipeline: Pipeline, tracked: Tracked, new_store: NewStore) -> None:
    uri = new_store()
    command = [sys.executable, "-m", "burnish.cli", "track", "--uri", uri]
    env = {**environment(), "PYTHONPATH": str(ROOT / "src")}
    both = [subprocess.Popen(command, cwd=pipeline.root, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted("(new: 3 runs, 5 histories, 4 model versions)" in text for text in said) == [False, True]
    made_by = "logged_model_tags"  # MLflow adds who made a model from where: a script has more of it than a test
    assert rows(uri) | {made_by: 0} == rows(tracked[0]) | {made_by: 0}


def test_a_missing_record_is_named_and_added_when_it_is_there(
    pipeline: Pipeline, tracked: Tracked, new_store: NewStore
) -> None:
    uri, whole = new_store(), tracked[0]
    (faster,) = [state for state in read_history(pipeline.root).snapshots if state.experiment == "faster"]
    record = faster.stages["train@sft"].record
    assert record
    place = pipeline.root / ".dvc/cache/files/md5" / record.md5[:2] / record.md5[2:]
    hidden = place.rename(pipeline.root / "hidden")
    result = track(uri, root=pipeline.root)
    (problem,) = result.problems
    assert "records/train/sft.json" in problem and "dvc exp pull origin faster" in problem
    assert named(uri, "faster").data.metrics == named(whole, "faster").data.metrics
    hidden.rename(place)
    later = track(uri, root=pipeline.root)
    assert (later.new_states, later.new_records, later.problems) == (0, 1, ())
    began = 2  # MLflow can't change the start of a run: it is the one that was known first
    before, after = ([run[:began] + run[began + 1 :] for run in logical(store)[:-1]] for store in (whole, uri))
    assert after == before
    assert logical(uri)[-1] == logical(whole)[-1]


def test_a_run_is_completed_by_what_came_though_another_record_went(
    pipeline: Pipeline, tracked: Tracked, new_store: NewStore
) -> None:
    uri, whole = new_store(), tracked[0]
    (faster,) = [state for state in read_history(pipeline.root).snapshots if state.experiment == "faster"]
    records = {name: stage.record.md5 for name, stage in sorted(faster.stages.items()) if stage.record}
    first, second = (
        pipeline.root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
        for md5 in (records["train@sft"], records["cases@crud"])
    )
    hidden = first.rename(pipeline.root / "hidden")
    track(uri, root=pipeline.root)
    assert named(uri, "faster").data.tags[MISSING]
    hidden.rename(first)
    hidden = second.rename(pipeline.root / "hidden")
    try:
        track(uri, root=pipeline.root)
    finally:
        hidden.rename(second)
    run = named(uri, "faster")
    assert MISSING not in run.data.tags, "what was read once isn't missing in the store"
    assert run.data.metrics == named(whole, "faster").data.metrics


def test_missing_records_of_the_commit_are_got_by_dvc_fetch(pipeline: Pipeline, new_store: NewStore) -> None:
    record = read_history(pipeline.root).snapshots[0].stages["cases@crud"].record
    assert record
    (pipeline.root / ".dvc/cache/files/md5" / record.md5[:2] / record.md5[2:]).unlink()
    assert any("dvc fetch records/cases/crud.json" in text for text in track(new_store(), root=pipeline.root).problems)


def test_metrics_that_git_does_not_have_come_from_the_record(pipeline: Pipeline, new_store: NewStore) -> None:
    uri = new_store()
    pipeline.call("git", "rm", "-q", "--cached", "metrics/train/sft.json")
    (pipeline.root / "metrics/train/sft.json").write_text('{"loss": {"last": 99}}')  # not what the lock means
    pipeline.call("git", "commit", "-q", "-m", "without metrics")
    track(uri, root=pipeline.root)
    run = named(uri, pipeline.call("git", "rev-parse", "HEAD")[:7])
    assert run.data.metrics["train/sft/loss.last"] == pytest.approx(2 - 2e-4 * 4 * 36)


def test_a_deleted_stage_leaves_no_numbers_though_the_lock_keeps_it(pipeline: Pipeline, new_store: NewStore) -> None:
    uri = new_store()
    pipeline.edit("dvc.yaml", "[crud, forms]", "[crud]")
    assert "cases@forms:" in (pipeline.root / "dvc.lock").read_text()
    track(uri, root=pipeline.root)
    changed = named(uri, pipeline.call("git", "rev-parse", "HEAD")[:7] + " with changes")
    assert "cases/crud/kept" in changed.data.metrics and "cases/forms/kept" not in changed.data.metrics
    assert changed.data.tags["git.dirty"] == "true"


def test_committing_the_workspace_renames_its_run(pipeline: Pipeline, new_store: NewStore) -> None:
    uri = new_store()
    pipeline.edit("params.yaml", "steps: 5", "steps: 6")
    pipeline.call("dvc", "repro", "-q")
    track(uri, root=pipeline.root)
    before = named(uri, pipeline.call("git", "rev-parse", "HEAD")[:7] + " with changes")
    pipeline.commit("six steps")
    assert track(uri, root=pipeline.root).new_states == 0
    after = named(uri, pipeline.call("git", "rev-parse", "HEAD")[:7])
    assert after.info.run_id == before.info.run_id
    assert after.data.tags["git.dirty"] == "false"


def test_parameters_are_the_used_ones_though_the_file_was_edited_since(pipeline: Pipeline, new_store: NewStore) -> None:
    uri = new_store()
    pipeline.edit("params.yaml", "steps: 5", "steps: 600")
    pipeline.commit("not run yet")
    track(uri, root=pipeline.root)
    assert named(uri, pipeline.call("git", "rev-parse", "HEAD")[:7]).data.params["train.sft.steps"] == "5"


def test_models_are_versions_known_by_hash_and_not_copied(
    pipeline: Pipeline, new_store: NewStore, tmp_path: Path
) -> None:
    uri = new_store()
    track(uri, root=pipeline.root)
    client = Store(uri).client
    versions = {(version.name, version.version) for version in client.search_model_versions()}
    assert versions == {(f"burnish-release-{quant}", version) for quant in ("f16", "Q8_0") for version in (1, 2)}
    (first,) = client.search_model_versions("name = 'burnish-release-f16' and version_number = 1")
    lock = read_history(pipeline.root).snapshots[0]
    files = {out.path for out in lock.stages["export"].outputs}
    assert first.tags["path"] == "models/gguf/release/f16.gguf" and "models/gguf/release" in files
    assert not list(tmp_path.rglob("mlruns/**/*.gguf"))
    assert len(named(uri, "faster").outputs.model_outputs) == 2


def test_the_cache_may_be_elsewhere(pipeline: Pipeline, new_store: NewStore, tmp_path: Path) -> None:
    (pipeline.root / ".dvc/cache").rename(tmp_path / "elsewhere")
    pipeline.call("dvc", "cache", "dir", "--local", str(tmp_path / "elsewhere"))
    result = track(new_store(), root=pipeline.root)
    assert (result.new_records, result.problems) == (5, ())


def test_long_histories_and_many_parameters_are_whole(pipeline: Pipeline, new_store: NewStore) -> None:
    uri = new_store()
    for name in ("data", "models", "metrics", "records"):
        assert (pipeline.root / name).is_dir()
    more = "".join(f"    p{number}: {number}\n" for number in range(250))
    pipeline.edit("params.yaml", "train:\n", f"extra:\n{more}train:\n")
    pipeline.edit("params.yaml", "steps: 5", "steps: 2500")
    pipeline.call("dvc", "repro", "-q")
    track(uri, root=pipeline.root)
    changed = named(uri, pipeline.call("git", "rev-parse", "HEAD")[:7] + " with changes")
    assert changed.data.params["extra.p249"] == "249"
    history = Store(uri).client.get_metric_history(changed.data.tags["history.train_sft"], "loss")
    assert sorted(point.step for point in history) == list(range(2500))


def test_a_broken_experiment_does_not_hide_the_others(pipeline: Pipeline, new_store: NewStore) -> None:
    pipeline.edit("dvc.yaml", "stages:", "stages: [")
    result = track(new_store(), root=pipeline.root)
    assert result.new_states == 3
    (problem,) = result.problems
    assert problem.startswith("not read: the workspace: ")


@pytest.mark.parametrize("scm", ["a git repository without a commit", "no git repository"])
def test_the_workspace_alone_is_tracked_too(pipeline: Pipeline, new_store: NewStore, scm: str) -> None:
    shutil.rmtree(pipeline.root / ".git")
    if scm == "no git repository":
        pipeline.call("dvc", "config", "core.no_scm", "true")
    else:
        pipeline.call("git", "init", "-q")
    uri = new_store()
    assert track(uri, root=pipeline.root).new_states == 1
    assert named(uri, "workspace with changes").data.params["seed"] == "3"


def test_a_folder_without_dvc_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="run this from the root of a Burnish checkout"):
        track(f"sqlite:///{tmp_path}/x.db", root=tmp_path)


@pytest.mark.parametrize(("uri", "complaint"), [
    ("ftp://nowhere", "MLflow can't use it"), ("http://127.0.0.1:9", "no MLflow server answers there"),
    ("http://:99999", "no MLflow server answers there"), ("sqlite:///dvc.yaml", "file is not a database"),
])  # fmt: skip
def test_a_store_that_mlflow_cannot_use_is_a_clear_error(
    pipeline: Pipeline, uri: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pipeline.root)
    with pytest.raises(BurnishError, match=f"{uri}: {complaint}|{uri}: .*{complaint}"):
        track(uri, root=pipeline.root)


def test_the_result_says_what_is_new_and_what_is_missing() -> None:
    text = str(TrackResult("sqlite:///x.db", 3, 1, 2, 0, ("a: tracked without b",)))
    assert text == "3 runs in sqlite:///x.db (new: 1 runs, 2 histories, 0 model versions)\na: tracked without b"


def test_stages_downstream_of_a_newer_output_are_left_out() -> None:
    def locked(name: str, reads: dict[str, str], writes: dict[str, str]) -> Locked:
        outputs = [tuple(Output(path, md5, None) for path, md5 in group.items()) for group in (reads, writes)]
        return Locked(name, "", {}, *outputs)

    stages = [
        locked("cases", {}, {"data": "new"}), locked("train", {"data": "old"}, {"model": "m"}),
        locked("export", {"model": "m"}, {"gguf": "g"}), locked("process", {"data": "new"}, {"text": "t"}),
    ]  # fmt: skip
    assert list(drop_outdated({stage.name: stage for stage in stages})) == ["cases", "process"]


def test_names_fit_into_mlflow() -> None:
    assert metric_name("metrics/train/sft.json", "loss.last") == "train/sft/loss.last"
    assert safe_name("a//b/../c@d") == "a/_/b/_/c_d"
    long = safe_name("x" * 400)
    assert len(long) == NAME_LENGTH and long != safe_name("x" * 401)


def test_numbers_are_flat_and_other_values_are_not_numbers() -> None:
    mixed = {"a": True, "b": 2, "c": "three", "d": None, "e": [1, {"f": 2.5}]}
    assert numbers(mixed) == {"a": 1.0, "b": 2.0, "e.0": 1.0, "e.1.f": 2.5}
    kinds = {"a": [1, 2], "b": None, "c": "text", "d": 2e-4}
    assert params_text(kinds) == {"a": "[1, 2]", "b": "null", "c": "text", "d": "0.0002"}


@pytest.mark.parametrize(("count", "named", "command"), [
    (2, "records/0.json, records/1.json", "`dvc fetch records/0.json records/1.json`"),
    (61, "61 records, records/0.json first", "`dvc fetch`"),
])  # fmt: skip
def test_few_missing_records_are_named_and_many_are_counted(count: int, named: str, command: str) -> None:
    text = advise("c0ffee", [f"records/{number}.json" for number in range(count)], experiment="")
    assert text.startswith(f"c0ffee: tracked without {named}, which") and command in text
