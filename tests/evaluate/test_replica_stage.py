"""The judging stage on a tiny model: equal models leak nothing, pass rates are asked for, other settings are refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.held_out import write_answers, write_humaneval
from tests.export.tiny import tiny, tiny_gguf

from burnish import shards
from burnish.benchmarks.replicas.items import REPLICA, draw_replicas
from burnish.benchmarks.replicas.matching import match
from burnish.benchmarks.replicas.registry import FAMILIES
from burnish.decoding import Sampling
from burnish.errors import BurnishError
from burnish.evaluate.replica_passes import PassParams
from burnish.evaluate.replicas import ReplicasParams, run
from burnish.questions import read_public

__all__ = ["tiny", "tiny_gguf"]
SAMPLING = Sampling(engine="openvino", max_new_tokens=8, temperature=0.0, top_p=1.0, samples=1, parallel=4, dtype="f32")
SETTINGS = '{"dtype": "f32", "engine": "openvino", "max_new_tokens": 8, "temperature": 0.0}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with eight public items, replicas matched to them, and stored answers to all public items."""
    public = draw_replicas(FAMILIES["humaneval"], benchmark="humaneval", drafts=1, key="public")
    write_humaneval(tmp_path / "raw" / "humaneval", [{**one.check, "task_id": one.question.id} for one in public])
    asked = read_public(tmp_path / "raw")
    pool = draw_replicas(FAMILIES["humaneval"], benchmark="humaneval", drafts=6, key="replicas")
    mmlu = draw_replicas(FAMILIES["mmlu"], benchmark="mmlu", drafts=1, key="replicas")
    chosen = match(pool, public=asked, items=24, key="k").chosen + match(mmlu, public=[], items=6, key="k").chosen
    rows = [{**replica.row(stratum=cell), "id": f"own/{n}"} for n, (replica, cell) in enumerate(chosen)]
    shards.write_rows(tmp_path / "replicas", rows, schema=REPLICA)
    (tmp_path / "replicas" / "canaries.json").write_text(
        json.dumps({"canary": "code 12", "others": ["code 34", "code 5"]})
    )
    write_answers(tmp_path / "answers", {question.id: "I don't know." for question in asked}, settings=SETTINGS)
    return tmp_path


def judge(folder: Path, *, model: Path, gguf: Path, passes: int) -> Any:
    params = ReplicasParams(
        public_items=20, replica_items=24, margin=0.05, context_tokens=400, batch_tokens=4_000, threads=1, dtype="float32",
        passes=PassParams(items=passes, margin=0.1, sampling=SAMPLING),
    )  # fmt: skip
    return run(params, base=model, release=model, base_gguf=gguf / "f16.gguf", release_gguf=gguf / "f16.gguf",
               base_answers=folder / "answers", release_answers=folder / "answers", replicas=folder / "replicas",
               public=folder / "raw", seed=1, resume=folder / "resume")  # fmt: skip


def test_a_model_that_did_not_change_learnt_nothing_by_heart(folder: Path, tiny: Path, tiny_gguf: Path) -> None:
    metrics = judge(folder, model=tiny, gguf=tiny_gguf, passes=0)
    found = metrics["benchmarks"]["humaneval"]
    assert (found["mean"], found["low"], found["high"], found["verdict"]) == (0.0, 0.0, 0.0, "clean")
    assert found["families"] > 6 and found["public_items"] > 6
    assert metrics["passes"] == {} and metrics["not_judged"] == {"mmlu": "its public items aren't fetched"}
    assert metrics["canary"]["base"] == metrics["canary"]["release"]
    assert json.dumps(metrics, allow_nan=False)


def test_pass_rates_that_did_not_change_prove_nothing(folder: Path, tiny: Path, tiny_gguf: Path) -> None:
    found = judge(folder, model=tiny, gguf=tiny_gguf, passes=20)["passes"]["humaneval"]
    assert (found["mean"], found["verdict"]) == (0.0, "undecided")
    assert found["high"] == -found["low"] > 0.1
    assert found["replicas_passed"] == {"base": 0.0, "release": 0.0}
    assert "of all items passed" in found["says"]


def test_answers_drawn_in_another_way_are_refused(folder: Path, tiny: Path, tiny_gguf: Path) -> None:
    stored = {row["id"]: row["text"] for row in shards.read_rows(folder / "answers")}
    write_answers(folder / "answers", stored, settings='{"max_new_tokens": 220}')
    with pytest.raises(BurnishError, match=r"replicas\.passes.sampling must be answers\.held_out\.sampling"):
        judge(folder, model=tiny, gguf=tiny_gguf, passes=20)
