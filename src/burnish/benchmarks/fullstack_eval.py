"""Stage `fullstack_eval`: FullstackEval's templates to task folders, each admitted by the gate. Asks no model.

Every reference, second solution and cheat of every task is run; the whole gate (repeated runs, mutants) is run on the first
`gated_seeds` variants of each template, which differ from the others in names and numbers only.
"""

import os
from pathlib import Path

from burnish import stage
from burnish.benchmarks.fullstack.admission import Admitted, GateParams, admit_all, check_cheats, check_solutions
from burnish.benchmarks.fullstack.folders import digest_tasks, write_task
from burnish.benchmarks.fullstack.registry import make_tasks
from burnish.benchmarks.fullstack.tasks import KINDS, Task
from burnish.files import atomic_directory
from burnish.params import Section


class FullstackEvalParams(Section):
    """`fullstack_eval`: how many variants of each template, how many of them meet the whole gate, and the gate.

    `key` seeds all draws: it is the benchmark's own, so that another seed of the pipeline doesn't change the questions.
    """

    key: int
    seeds: int
    gated_seeds: int
    cheated_seeds: int
    gate: GateParams


def run(params: FullstackEvalParams, *, out: Path) -> stage.Metrics:
    """Make and admit all tasks, write their folders, and return their numbers."""
    tasks = make_tasks(seeds=params.seeds, key=params.key)
    workers = len(os.sched_getaffinity(0))
    gated = [task for task in tasks if task.seed < params.gated_seeds]
    admitted = admit_all(gated, params=params.gate, workers=workers)
    others = [task for task in tasks if task.seed >= params.gated_seeds]
    check_solutions(others, workers=workers)
    cheats = check_cheats([task for task in others if task.seed < params.cheated_seeds], workers=workers)
    with atomic_directory(out) as folder:
        for task in tasks:
            write_task(task, folder=folder / task.id)
    return {"data": digest_tasks(tasks), **_count(tasks), "gate": _sum_up(admitted, other_cheats=cheats)}


def _count(tasks: list[Task]) -> stage.Metrics:
    return {
        "tasks": len(tasks), "templates": len({task.template for task in tasks}),
        "kinds": {kind: sum(task.kind == kind for task in tasks) for kind in KINDS},
        "levels": {str(level): sum(task.level == level for task in tasks) for level in range(1, 5)},
    }  # fmt: skip


def _sum_up(admitted: list[Admitted], *, other_cheats: int) -> stage.Metrics:
    mutants, killed = (sum(getattr(one, name) for one in admitted) for name in ("mutants", "killed"))
    return {
        "tasks": len(admitted), "runs": sum(one.runs for one in admitted), "flakes": 0, "mutants": mutants,
        "killed": killed, "cheats": other_cheats + sum(one.cheats for one in admitted), "cheats_with_points": 0,
    }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
