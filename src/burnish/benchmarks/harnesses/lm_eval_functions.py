"""FullstackEval's functions for lm-evaluation-harness; `burnish export-tasks lm-eval` copies this file as `utils.py`.

The questions are in `rows.jsonl` and the tasks in `tasks/` beside it. Answers are judged by Burnish's tester in its sandbox,
one at a time; none runs in the harness's own process. Asks no model.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish.benchmarks.fullstack.folders import read_tasks
from burnish.benchmarks.fullstack.judging import grade_answers
from burnish.benchmarks.fullstack.tasks import Task

FOLDER = Path(__file__).parent


def load_rows(**metadata: Any) -> dict[str, Any]:
    """Return the split `test`."""
    import datasets

    rows = [json.loads(line) for line in (FOLDER / "rows.jsonl").read_text().splitlines()]
    return {"test": datasets.Dataset.from_list(rows)}


def grade(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, float]:
    """Return the metrics of one answer."""
    (verdict,) = grade_answers([(_tasks()[doc["id"]], results[0])], workers=1)
    return {
        "solved": float(verdict.solved), "points": verdict.points, "runs": float(verdict.runs),
        "extracted": float(verdict.extracted),
    }  # fmt: skip


@functools.cache
def _tasks() -> dict[str, Task]:
    return {task.id: task for task in read_tasks(FOLDER / "tasks")}
