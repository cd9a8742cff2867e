"""Every answer and verdict in MLflow: the tables of data/eval are artifacts of the run of their state, each once."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.track.toy import ROOT, Pipeline

from burnish import shards
from burnish.track import samples
from burnish.track.mlflow_import import track
from burnish.track.samples import as_table
from burnish.track.store import Store

NewStore = Callable[[], str]
pytestmark = pytest.mark.filterwarnings("ignore:.*noload.*:DeprecationWarning")

SHOWN = ["samples/answers/sft/held_out/rows-00000.json", "samples/results/rows-00000.json"]
STAGES = """
  answers:
    cmd: >-
      bin/python -m burnish.evaluate.toy --model models/sft --out data/eval/answers/sft
      --results data/eval/results --metrics metrics/evaluate.json --record records/evaluate.json
    deps: [models/sft]
    outs:
      - data/eval/answers/sft
      - data/eval/results
      - records/evaluate.json
    metrics:
      - metrics/evaluate.json: {cache: false}
"""
CODE = """
from pathlib import Path
import pyarrow as pa
from burnish import shards, stage

def run(*, model: Path, out: Path, results: Path) -> stage.Metrics:
    rows = [{"id": f"item/{number}", "text": model.read_text() * number, "stop": ["<|im_end|>"], "passed": number == 1}
            for number in range(3)]
    shards.write_rows(out / "held_out", rows, schema=pa.schema(
        [("id", pa.string()), ("text", pa.string()), ("stop", pa.list_(pa.string()))]))
    shards.write_rows(results, rows, schema=pa.schema([("id", pa.string()), ("passed", pa.bool_())]))
    return {"passed": 1}

if __name__ == "__main__":
    stage.main(run)
"""


@pytest.fixture(scope="module")
def evaluated(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished pipeline with a stage that writes answers and verdicts, run and committed."""
    root = tmp_path_factory.mktemp("evaluated") / "checkout"
    shutil.copytree(finished, root, symlinks=True)
    pipeline = Pipeline(root)
    shutil.copy(ROOT / "src/burnish/shards.py", root / "src/burnish")
    (root / "src/burnish/evaluate").mkdir()
    (root / "src/burnish/evaluate/toy.py").write_text(CODE)
    (root / "dvc.yaml").write_text((root / "dvc.yaml").read_text() + STAGES)
    pipeline.call("dvc", "repro", "-q")
    pipeline.commit("evaluated")
    return root


@pytest.fixture
def checkout(evaluated: Path, tmp_path: Path) -> Pipeline:
    root = tmp_path / "checkout"
    shutil.copytree(evaluated, root, symlinks=True)
    return Pipeline(root)


def head_of(uri: str, pipeline: Pipeline) -> Any:
    """Return the run of the commit that is checked out."""
    store = Store(uri)
    name = pipeline.call("git", "rev-parse", "HEAD")[:7]
    (run,) = store.client.search_runs([store.experiment], f"attributes.run_name = '{name}'")
    return run


def read_samples(uri: str, pipeline: Pipeline, *, into: Path) -> dict[str, Any]:
    """Return the tables that the run of the commit holds, by name, as MLflow hands them out."""
    run_id = head_of(uri, pipeline).info.run_id
    folder = Path(Store(uri).client.download_artifacts(run_id, "samples", str(into)))
    return {f"samples/{path.relative_to(folder)}": json.loads(path.read_text()) for path in folder.rglob("*.json")}


def test_every_row_of_answers_and_verdicts_is_shown_in_the_run_of_its_state(
    checkout: Pipeline, new_store: NewStore, tmp_path: Path
) -> None:
    uri = new_store()
    assert track(uri, root=checkout.root).problems == ()
    tables = read_samples(uri, checkout, into=tmp_path)
    assert sorted(tables) == SHOWN
    for name, table in tables.items():
        rows = list(shards.read_rows(checkout.root / name.replace("samples", "data/eval").replace("json", "parquet")))
        assert [dict(zip(table["columns"], row, strict=True)) for row in table["data"]] == rows and len(rows) == 3
    shown = json.loads(head_of(uri, checkout).data.tags["mlflow.loggedArtifacts"])
    assert shown == [{"path": name, "type": "table"} for name in SHOWN], "MLflow shows a table where this tag says so"


def test_a_second_import_writes_no_table_again(checkout: Pipeline, new_store: NewStore, tmp_path: Path) -> None:
    uri = new_store()
    track(uri, root=checkout.root)
    places = sorted(tmp_path.rglob("mlruns/**/samples/**/*.json"))
    times, first = [path.stat().st_mtime_ns for path in places], read_samples(uri, checkout, into=tmp_path)
    track(uri, root=checkout.root)
    assert [path.stat().st_mtime_ns for path in places] == times and len(places) == 2
    assert read_samples(uri, checkout, into=tmp_path) == first
    assert sorted(tmp_path.rglob("mlruns/**/samples/**/*.json")) == places


def test_what_the_cache_lacks_is_named_and_added_when_it_is_there(
    checkout: Pipeline, new_store: NewStore, tmp_path: Path
) -> None:
    uri = new_store()
    md5 = hashlib.md5((checkout.root / "data/eval/results/rows-00000.parquet").read_bytes()).hexdigest()
    place = checkout.root / ".dvc/cache/files/md5" / md5[:2] / md5[2:]
    hidden = place.rename(checkout.root / "hidden")
    (problem,) = track(uri, root=checkout.root).problems
    assert "without data/eval/results, which" in problem and "`dvc fetch data/eval/results` gets it" in problem
    assert sorted(read_samples(uri, checkout, into=tmp_path / "before")) == SHOWN[:1]
    hidden.rename(place)
    assert track(uri, root=checkout.root).problems == ()
    assert sorted(read_samples(uri, checkout, into=tmp_path / "after")) == SHOWN


def test_a_table_that_is_too_long_is_named_and_left_out(
    checkout: Pipeline, new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = new_store()
    answers = checkout.root / "data/eval/answers/sft/held_out/rows-00000.parquet"
    monkeypatch.setattr(samples, "MOST_BYTES", answers.stat().st_size - 1)
    (problem,) = track(uri, root=checkout.root).problems
    assert f"data/eval/answers/sft/held_out/rows-00000.parquet has {answers.stat().st_size:,} bytes" in problem
    assert sorted(read_samples(uri, checkout, into=tmp_path)) == SHOWN[1:]


def test_an_empty_table_is_shown_empty(tmp_path: Path) -> None:
    shards.write_rows(tmp_path / "none", [], schema=pa.schema([("id", pa.string())]))
    assert json.loads(as_table(tmp_path / "none/rows-00000.parquet")) == {"columns": [], "data": []}
