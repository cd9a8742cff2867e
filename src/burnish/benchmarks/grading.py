"""Stored answers to verdicts for the command line: `burnish grade BENCHMARK --answers FILE`. Asks no model."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from burnish import params
from burnish.benchmarks.fullstack.answers import read_answers
from burnish.benchmarks.fullstack.folders import read_tasks
from burnish.benchmarks.fullstack.judging import grade_answers
from burnish.benchmarks.fullstack.registry import make_tasks
from burnish.benchmarks.fullstack.scores import Figures, Graded, compare, summarise
from burnish.benchmarks.fullstack.tasks import Task
from burnish.benchmarks.fullstack_eval import FullstackEvalParams
from burnish.errors import BurnishError


def grade_file(
    benchmark: str, *, answers: Path, tasks: Path | None, against: Path | None, as_json: bool
) -> Iterator[str]:
    """Yield the lines to print: one for each answer, the figures last.

    Args:
        benchmark: its name.
        answers: JSON lines with `id` and `answer`, several a task allowed.
        tasks: folder of the tasks; without one they are made from `params.yaml`.
        against: answers of another model, from which the difference is given.
        as_json: one JSON object a line, the last one with `solved` and `total`; otherwise text for people.
    """
    if benchmark not in BENCHMARKS:
        raise BurnishError(f"no benchmark {benchmark!r} can be graded; there are: {', '.join(BENCHMARKS)}")
    questions = BENCHMARKS[benchmark](tasks)
    rows = grade_rows(answers, tasks=questions)
    figures = summarise(rows, tasks=questions)
    if against:
        before = grade_rows(against, tasks=questions)
        figures["difference"] = compare(summarise(before, tasks=questions), figures, rows=(before, rows))
    for number, row in enumerate(rows):
        yield _show_row(row, number=number, as_json=as_json)
    yield json.dumps(figures, sort_keys=True) if as_json else _show_figures(figures)


def grade_rows(answers: Path, *, tasks: Sequence[Task]) -> list[Graded]:
    """Return the answers of a file with their grades."""
    known = {task.id: task for task in tasks}
    read = read_answers(answers, known=known)
    pairs = [(known[answer.id], answer.text) for answer in read]
    grades = grade_answers(pairs, workers=len(os.sched_getaffinity(0)))
    return [Graded(known[answer.id], grade, answer.costs) for answer, grade in zip(read, grades, strict=True)]


def _fullstack_eval(folder: Path | None) -> list[Task]:
    if folder:
        return read_tasks(folder)
    own = params.load(FullstackEvalParams, "fullstack_eval")
    return make_tasks(seeds=own.seeds, key=own.key)


BENCHMARKS: Mapping[str, Callable[[Path | None], list[Task]]] = {"fullstack-eval": _fullstack_eval}


def _show_row(row: Graded, *, number: int, as_json: bool) -> str:
    grade = row.grade
    if as_json:
        shown = {"answer": number, "id": row.task.id, "level": row.task.level, "kind": row.task.kind, **grade._asdict()}
        return json.dumps(shown, sort_keys=True)
    return f"{'solved' if grade.solved else 'failed'} {row.task.id} ({100 * grade.points:.0f} % of the points) {grade.reason}"


def _show_figures(figures: Figures) -> str:
    lines = [
        f"{figures['solved']} of {figures['total']} answers solved; {figures['answered']} of {figures['tasks']} tasks answered"
    ]
    for group, own in [("all", figures), *((f"level {level}", own) for level, own in figures["levels"].items())]:
        rate, points = own["solved_rate"], own["points"]
        lines.append(
            f"{group:8} solved {_percent(rate)} points {_percent(points)} runs {100 * own['runs']:.1f} %, "
            f"code found in {100 * own['extraction']:.1f} %"
        )
    if "difference" in figures:
        lines.append(f"difference on {figures['difference']['tasks']} tasks: {_percent(figures['difference'])}")
    return "\n".join(lines)


def _percent(interval: Mapping[str, float]) -> str:
    return f"{100 * interval['mean']:.1f} % [{100 * interval['low']:.1f}, {100 * interval['high']:.1f}]"
