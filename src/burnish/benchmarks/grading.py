"""Stored answers to verdicts for the command line: `burnish grade BENCHMARK --answers FILE`. Asks no model."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish import params
from burnish.benchmarks.benchmark import Benchmark, load_tasks
from burnish.benchmarks.fullstack.answers import Answer, read_answers
from burnish.benchmarks.fullstack.folders import digest_tasks, read_tasks
from burnish.benchmarks.fullstack.judging import grade_answers
from burnish.benchmarks.fullstack.registry import make_tasks
from burnish.benchmarks.fullstack.scores import Figures, Graded, compare, score
from burnish.benchmarks.fullstack_eval import FullstackEvalParams
from burnish.benchmarks.humaneval_tasks import digest_problems, read_problems
from burnish.benchmarks.humaneval_tasks import grade_answers as grade_problems
from burnish.benchmarks.lovable import judging as lovable
from burnish.benchmarks.lovable.apps import make_apps
from burnish.benchmarks.lovable.asking import describe_apps, put_apps
from burnish.benchmarks.lovable.folders import digest_apps, read_apps
from burnish.benchmarks.lovable_bench import LovableBenchParams
from burnish.benchmarks.screenshot_pages import ScreenshotPagesParams, read_pages
from burnish.benchmarks.screenshots import judging as screenshots
from burnish.benchmarks.screenshots.asking import name_page, put_pictures
from burnish.benchmarks.screenshots.made_pages import digest_pages, make_pages
from burnish.errors import BurnishError


def grade_file(
    benchmark: str, *, answers: Path, tasks: Path | None, against: Path | None, as_json: bool,
    benchmarks: Mapping[str, Benchmark] | None = None,
) -> Iterator[str]:  # fmt: skip
    """Yield the lines to print: one for each answer, the figures last.

    Args:
        benchmark: its name.
        answers: JSON lines with `id` and `answer`, several a task allowed.
        tasks: folder of the tasks; without one they are made from `params.yaml`, or those that `dvc repro` fetched.
        against: answers of another model, from which the difference is given.
        as_json: one JSON object a line, the last one with `solved` and `total`; otherwise text for people.
        benchmarks: those that there are; None: BENCHMARKS.
    """
    own = find_benchmark(benchmark, benchmarks=benchmarks)
    questions = load_tasks(own, name=benchmark, folder=tasks)
    data, total, known = own.digest(questions), len(questions), {task.id for task in questions}
    read = [read_answers(path, known=known) for path in (answers, against) if path]  # both, before either is graded
    rows = grade_read(read[0], benchmark=own, tasks=questions)
    figures = score(rows, tasks=total, data=data)
    if against:
        before = grade_read(read[1], benchmark=own, tasks=questions)
        figures["difference"] = compare(score(before, tasks=total, data=data), figures, rows=(before, rows))
    more = own.describe(rows)
    for number, row in enumerate(rows):
        yield _show_row(row, number=number, as_json=as_json)
    yield (
        json.dumps({**figures, **more}, sort_keys=True)
        if as_json
        else show_figures(figures, more=more, sought=own.sought)
    )


def find_benchmark(name: str, *, benchmarks: Mapping[str, Benchmark] | None = None) -> Benchmark:
    """Return a benchmark by its name; an unknown one is an error that lists them."""
    known = BENCHMARKS if benchmarks is None else benchmarks
    if name not in known:
        raise BurnishError(f"no benchmark {name!r} can be graded; there are: {', '.join(known)}")
    return known[name]


def grade_read(answers: Sequence[Answer], *, benchmark: Benchmark, tasks: Sequence[Any]) -> list[Graded]:
    """Return answers with their grades, in order; each must be to one of `tasks`."""
    known = {task.id: task for task in tasks}
    pairs = [(known[answer.id], answer.text) for answer in answers]
    grades = benchmark.grade(pairs, workers=len(os.sched_getaffinity(0)))
    return [Graded(known[answer.id], grade, answer.costs) for answer, grade in zip(answers, grades, strict=True)]


def _fullstack_eval(folder: Path | None) -> Sequence[Any]:
    if folder:
        return read_tasks(folder)
    own = params.load(FullstackEvalParams, "fullstack_eval")
    return make_tasks(seeds=own.seeds, key=own.key)


def _lovable_bench(folder: Path | None) -> Sequence[Any]:
    return read_apps(folder) if folder else make_apps(key=params.load(LovableBenchParams, "lovable_bench").key)


def _screenshot_pages(folder: Path | None) -> Sequence[Any]:
    return read_pages(folder) if folder else make_pages(key=params.load(ScreenshotPagesParams, "screenshot_pages").key)


BENCHMARKS: Mapping[str, Benchmark] = {
    "fullstack-eval": Benchmark(_fullstack_eval, grade_answers, digest_tasks),
    "human-eval": Benchmark(read_problems, grade_problems, digest_problems),
    "lovable-bench": Benchmark(
        _lovable_bench, lovable.grade_answers, digest_apps, put=put_apps, describe=describe_apps
    ),
    "screenshot-pages": Benchmark(
        _screenshot_pages, screenshots.grade_answers, digest_pages, put=put_pictures, stands=name_page
    ),
}


def _show_row(row: Graded, *, number: int, as_json: bool) -> str:
    grade: Any = row.grade
    if as_json:
        shown = {"answer": number, "id": row.task.id, "level": row.task.level, "kind": row.task.kind, **grade._asdict()}
        return json.dumps(shown, sort_keys=True)
    return f"{'solved' if grade.solved else 'failed'} {row.task.id} ({100 * grade.points:.0f} % of the points) {grade.reason}"


def show_figures(figures: Figures, *, more: Figures, sought: str) -> str:
    """Return the figures as text for people, behind them those that only this benchmark has; `sought` as in `Benchmark`."""
    lines = [
        f"{figures['solved']} of {figures['total']} answers solved; {figures['answered']} of {figures['tasks']} tasks answered"
    ]
    levels = [(f"level {level}", own) for level, own in figures["levels"].items()]
    parts = levels if len(levels) > 1 else [*figures["kinds"].items()]
    for group, own in [("all", figures), *(parts if len(parts) > 1 else [])]:
        rate, points = own["solved_rate"], own["points"]
        lines.append(
            f"{group:8} solved {_percent(rate)} points {_percent(points)} runs {100 * own['runs']:.1f} %, "
            f"{sought} found in {100 * own['extraction']:.1f} %"
        )
    lines += [shown for name, own in more.items() if (shown := _show_more(name, own))]
    if "difference" in figures:
        lines.append(f"difference on {figures['difference']['tasks']} tasks: {_percent(figures['difference'])}")
    return "\n".join(lines)


def _show_more(name: str, own: Any) -> str:
    """Return a line for a number or an interval; what else a benchmark says stands in JSON only."""
    if isinstance(own, int | float):
        return f"{name}: {own:g}"
    if isinstance(own, Mapping) and {"mean", "low", "high"} <= own.keys():
        return f"{name}: {own['mean']:.3f} [{own['low']:.3f}, {own['high']:.3f}]"
    return ""


def _percent(interval: Mapping[str, float]) -> str:
    return f"{100 * interval['mean']:.1f} % [{100 * interval['low']:.1f}, {100 * interval['high']:.1f}]"
