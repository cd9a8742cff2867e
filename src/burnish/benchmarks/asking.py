"""A benchmark's tasks and a server to answers and figures: `burnish eval --url URL --model NAME`.

Each question is asked once, greedily, and its answer kept; a later call with equal settings asks only what has no answer. The
graders are those of `burnish grade`. A question that got no answer counts as not solved, and is counted apart.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish.agent_models import knows_tools
from burnish.benchmarks.answer_file import AnswerFile, Line
from burnish.benchmarks.benchmark import Benchmark, load_tasks
from burnish.benchmarks.fullstack.answers import COSTS, Answer
from burnish.benchmarks.fullstack.scores import score
from burnish.benchmarks.grading import find_benchmark, grade_read, show_figures
from burnish.chat_client import Question, Reply, Server, ask_all, check_server
from burnish.errors import BurnishError
from burnish.progress import Meter
from burnish.seeds import fingerprint
from burnish.tool_prompts import Form

FOLDER = Path(".resume/eval")
NAMED_CHARACTERS = 60


def evaluate(
    benchmark: str, *, server: Server, tasks: Path | None, limit: int | None, out: Path | None,
    benchmarks: Mapping[str, Benchmark] | None = None, tool_form: str | None = None,
) -> Iterator[str]:  # fmt: skip
    """Ask, grade, and yield the lines to print: figures as text, then one line of JSON with `solved` and `total`.

    Args:
        benchmark: its name.
        server: who answers.
        tasks: folder of the tasks, as in `grading.grade_file`.
        limit: how many questions are asked, templates in turn; None: all.
        out: file of the answers; None: one below `.resume/eval`, named by benchmark, model and settings.
        benchmarks: those that there are; None: `grading.BENCHMARKS`.
        tool_form: how functions are shown, `template` or `tags`; None: as the server's template takes them.
    """
    own = find_benchmark(benchmark, benchmarks=benchmarks)
    check_server(server)
    every = load_tasks(own, name=benchmark, folder=tasks)
    form = choose_form(tool_form, server=server, benchmark=own)
    chosen = own.choose(every, limit=limit)
    named = f"{benchmark}-{form}" if own.functions else benchmark
    lines, asked = collect(chosen, benchmark=own, form=form, server=server, path=out or name_file(named, server=server))
    answers = [
        Answer(line["id"], line["answer"], {name: float(line[name]) for name in COSTS if name in line})
        for line in lines
    ]
    failures = Counter(line["failure"] for line in lines if "failure" in line)
    if failures.total() == len(lines):
        (reason, _), *_ = failures.most_common(1)
        raise BurnishError(
            f"{server.address}: no question got an answer: {reason}; look at the server, then run the same command again"
        )
    rows = grade_read(answers, benchmark=own, tasks=chosen)
    figures, more = score(rows, tasks=len(every), data=own.digest(every)), own.describe(rows)
    figures["answered"] -= failures.total()
    yield show_figures(figures, more=more, sought=own.sought)
    yield from (f"no answer: {count} times: {reason}" for reason, count in failures.most_common())
    finish = dict(sorted(Counter(line["finish"] for line in lines).items()))
    said = {"benchmark": benchmark, "model": server.model, "asked": asked, "failed": failures.total(), "finish": finish}
    said |= {"tool_form": form} if own.functions else {}
    yield json.dumps({**figures, **more, **said}, sort_keys=True)


def choose_form(asked: str | None, *, server: Server, benchmark: Benchmark) -> Form:
    """Return how functions are shown: as somebody asks, else as the server's chat template takes them."""
    if asked not in (None, "template", "tags"):
        raise BurnishError(f"--tool-form {asked!r} isn't one; give template or tags, or leave it out")
    if not benchmark.functions:
        return "plain"
    if asked is None:
        return "template" if knows_tools(server.address.rstrip("/")) else "tags"
    return "template" if asked == "template" else "tags"


def collect(
    tasks: Sequence[Any], *, benchmark: Benchmark, form: Form, server: Server, path: Path
) -> tuple[list[Line], int]:
    """Return a line for each task, in order, and how many questions were asked for them."""
    keys = {
        task.id: fingerprint("answer", server.model, server.max_tokens, benchmark.stands(task, form)) for task in tasks
    }
    with AnswerFile(path, keys=keys) as kept:
        missing = set(kept.missing)
        questions = benchmark.put([task for task in tasks if task.id in missing], form) if missing else []
        if questions:
            with Meter(f"answers of {server.model}", total=len(tasks)) as meter:
                meter.advance(len(tasks) - len(questions))

                def keep(question: Question, reply: Reply) -> None:
                    kept.add(question.id, reply)
                    meter.advance()

                ask_all(questions, server=server, keep=keep)
        lines = kept.finish()
    print(f"answers: {path}", file=sys.stderr)
    return lines, len(questions)


def name_file(benchmark: str, *, server: Server) -> Path:
    """Return where the answers are kept when nobody says where: other settings have another file."""
    shown = re.sub(r"[^A-Za-z0-9._-]+", "-", server.model)[:NAMED_CHARACTERS]
    return FOLDER / f"{benchmark}-{shown}-{fingerprint(server.model, server.max_tokens)}.jsonl"
