"""The stage: folders of admitted tasks, the same bytes each time."""

from pathlib import Path

from burnish.benchmarks.fullstack.admission import GateParams
from burnish.benchmarks.fullstack.folders import read_tasks, write_task
from burnish.benchmarks.fullstack_eval import FullstackEvalParams, run
from burnish.files import digest_of
from tests.benchmarks.tasks import FIRST, KEY

GATE = GateParams(reference_runs=1, flake_runs=0, min_kill_rate=0.8, max_seconds=20.0)


def test_stage_runs_both_solutions_of_every_template_and_writes_the_same_folders_each_time(tmp_path: Path) -> None:
    params = FullstackEvalParams(key=KEY, seeds=1, gated_seeds=0, cheated_seeds=0, gate=GATE)
    metrics = run(params, out=tmp_path / "out")
    assert read_tasks(tmp_path / "out") == sorted(FIRST.values(), key=lambda task: task.id)
    assert metrics["tasks"] == metrics["templates"] == 24 and metrics["levels"] == {"1": 6, "2": 6, "3": 6, "4": 6}
    for task in FIRST.values():
        write_task(task, folder=tmp_path / "again" / task.id)
    assert digest_of(tmp_path / "again") == digest_of(tmp_path / "out")
