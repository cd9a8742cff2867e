"""FullstackEval to a folder that another harness reads: its task file, its functions, the questions and the task folders.

What asks the model and what reports is the harness; the functions import Burnish, whose sandbox grades. The folder names no
place, so that it can be moved.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from burnish.benchmarks import harnesses
from burnish.benchmarks.fullstack.folders import digest_tasks, write_task
from burnish.benchmarks.fullstack.tasks import LICENCE, Task
from burnish.benchmarks.grading import find_benchmark
from burnish.errors import BurnishError
from burnish.files import atomic_directory

BENCHMARK = "fullstack-eval"
MARK = "BURNISH"
MADE = (MARK, "tasks", "__pycache__")  # beside the files of a harness; the last by Python, which reads them
TASK_FILE = """\
# FullstackEval for lm-evaluation-harness, written by `burnish export-tasks lm-eval`.
task: fullstack_eval
custom_dataset: !function utils.load_rows
test_split: test
num_fewshot: 0
output_type: generate_until
doc_to_text: prompt
doc_to_target: ""
process_results: !function utils.grade
generation_kwargs:
  do_sample: false
  temperature: 0.0
  max_gen_toks: 1024
  until: []
metric_list:
{metrics}metadata:
  version: 1.0
  data: "{data}"
"""
METRICS = ("solved", "points", "runs", "extracted")
METRIC = """\
  - metric: {name}
    aggregation: mean
    higher_is_better: true
"""


def export_tasks(harness: str, *, out: Path, tasks: Path | None) -> Iterator[str]:
    """Write the folder `out` and yield what to do with it.

    Args:
        harness: `lm-eval` or `inspect`.
        out: made, or replaced where an export has made it and nothing else lies in it.
        tasks: folder of task folders; None: made from `params.yaml`.
    """
    if harness not in WRITERS:
        raise BurnishError(f"no export for {harness!r}; there are: {', '.join(WRITERS)}")
    if out.exists() and not (out / MARK).is_file() and not (out.is_dir() and not any(out.iterdir())):
        raise BurnishError(f"--out {out} is there and wasn't written by this command; give a new folder")
    questions: Sequence[Task] = find_benchmark(BENCHMARK).load(tasks)
    files, usage = WRITERS[harness](questions)
    if strange := sorted({path.name for path in out.glob("*")} - {*files, *MADE}):
        raise BurnishError(f"--out {out} holds {strange[0]}, which this command didn't write; give a new folder")
    with atomic_directory(out) as folder:
        for task in questions:
            write_task(task, folder=folder / "tasks" / task.id)
        told = usage.format(out="FOLDER")
        mark = f"{len(questions)} tasks of FullstackEval, data {digest_tasks(questions)}, {LICENCE}. {told}\n"
        for name, text in {**files, MARK: mark}.items():
            (folder / name).write_text(text)
    yield f"{out}: {len(questions)} tasks"
    yield usage.format(out=out)


def _write_lm_eval(tasks: Sequence[Task]) -> tuple[Mapping[str, str], str]:
    rows = [
        {"id": task.id, "template": task.template, "kind": task.kind, "level": task.level, "prompt": task.prompt}
        for task in tasks
    ]
    files = {
        "fullstack_eval.yaml": TASK_FILE.format(
            metrics="".join(METRIC.format(name=name) for name in METRICS), data=digest_tasks(tasks)
        ),
        "rows.jsonl": "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows),
        "utils.py": _read_module("lm_eval_functions"),
    }
    return (
        files,
        "lm_eval --include_path {out} --tasks fullstack_eval --apply_chat_template --model MODEL --model_args ARGS",
    )


def _write_inspect(tasks: Sequence[Task]) -> tuple[Mapping[str, str], str]:
    return {
        "fullstack_eval.py": _read_module("inspect_task")
    }, "cd {out} && inspect eval fullstack_eval.py --model MODEL"


def _read_module(name: str) -> str:
    """Return a module that the harness is to load from the folder; it isn't imported here, where no harness need be."""
    return (Path(harnesses.__file__).parent / f"{name}.py").read_text()


WRITERS = {"lm-eval": _write_lm_eval, "inspect": _write_inspect}
