"""FullstackEval as a task of Inspect; `burnish export-tasks inspect` copies this file as `fullstack_eval.py`.

The tasks are in `tasks/` beside it. With `-T tools=true` the model may try its code in the sample's own sandbox before it
answers. Answers are judged by Burnish's tester in fresh sandboxes, never in the one that the model has touched.
"""

import functools
from pathlib import Path

import anyio.to_thread
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import GenerateConfig
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState, generate, use_tools
from inspect_ai.tool import bash

from burnish.benchmarks.fullstack import tasks as burnish_tasks
from burnish.benchmarks.fullstack.folders import SUFFIXES, digest_tasks, read_tasks
from burnish.benchmarks.fullstack.judging import find_code, grade_answers
from burnish.benchmarks.harnesses.inspect_sandbox import SANDBOX

FOLDER = Path(__file__).parent
MOST_TOKENS = 1024
TOOL_SECONDS = 30


@task
def fullstack_eval(tools: bool = False) -> Task:
    """Return all tasks; `tools`: with a shell to try code in."""
    questions = read_tasks(FOLDER / "tasks")
    solver = [use_tools(bash(timeout=TOOL_SECONDS)), generate()] if tools else [generate()]
    return Task(
        dataset=MemoryDataset([_make_sample(question) for question in questions], name="fullstack_eval"),
        solver=solver, scorer=judged(), sandbox=SANDBOX, metadata={"data": digest_tasks(questions)},
        config=GenerateConfig(temperature=0.0, max_tokens=MOST_TOKENS),
    )  # fmt: skip


@scorer(
    metrics={
        "solved": [mean(), stderr(cluster="template")], "points": [mean(), stderr(cluster="template")],
        "runs": [mean()], "extracted": [mean()],
    }
)  # fmt: skip
def judged() -> Scorer:
    """Judge by the hidden tests; standard errors go by template, whose tasks succeed and fail together."""
    known = {question.id: question for question in read_tasks(FOLDER / "tasks")}

    async def score(state: TaskState, target: Target) -> Score:
        question, answer = known[str(state.sample_id)], state.output.completion
        (grade,) = await anyio.to_thread.run_sync(functools.partial(grade_answers, [(question, answer)], workers=1))
        value = {
            "solved": float(grade.solved), "points": grade.points, "runs": float(grade.runs),
            "extracted": float(grade.extracted),
        }  # fmt: skip
        return Score(value=value, answer=find_code(question, answer), explanation=grade.reason)

    return score


def _make_sample(question: burnish_tasks.Task) -> Sample:
    shown = {f"starter.{SUFFIXES[question.language]}": question.starter} if question.starter else {}
    return Sample(
        id=question.id, input=question.prompt, target="every hidden test holds", files=shown,
        metadata={"template": question.template, "kind": question.kind, "level": question.level},
    )  # fmt: skip
