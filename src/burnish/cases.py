"""Verifiers: data in, verdict out. The program under test and the verdict never share a process.

`verify` takes the chat text of an answer, finds the code in it, and has the verifier's kind judge it. Kinds that
execute code put it into the sandbox with its inputs; the expected values stay here. Kinds that read data parse it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from burnish import driving
from burnish.driving import Report, Run, Task
from burnish.errors import BurnishError
from burnish.fences import extract_code, fence
from burnish.verdicts import Verdict, fail
from burnish.verifiers_css import judge_css
from burnish.verifiers_html import judge_html
from burnish.verifiers_program import call_tasks, judge_calls, judge_queries, query_tasks
from burnish.verifiers_spec import document_tasks, judge_document
from burnish.verifiers_test import judge_suite, suite_tasks

Verifier = Mapping[str, Any]


class Executed(NamedTuple):
    """A kind whose answers run in the sandbox: `tasks` says what to run, `judge` reads the reports."""

    language: str
    tasks: Callable[[Verifier, str], list[Task]]
    judge: Callable[[Verifier, Sequence[Report]], Verdict]


class Parsed(NamedTuple):
    """A kind whose answers are data: `judge` parses them."""

    language: str
    judge: Callable[[Verifier, str], Verdict]


KINDS: Mapping[str, Executed | Parsed] = {
    "python": Executed("python", call_tasks, judge_calls),
    "node": Executed("javascript", call_tasks, judge_calls),
    "sql": Executed("sql", query_tasks, judge_queries),
    "html": Parsed("html", judge_html),
    "css": Parsed("css", judge_css),
    "spec": Executed("yaml", document_tasks, judge_document),
    "test": Executed("python", suite_tasks, judge_suite),
}


def verify(verifier: Verifier, answer: str) -> Verdict:
    """Judge one answer that a model wrote, in a fresh sandboxed process of its own."""
    return verify_many([(verifier, answer)], workers=1, batch=False)[0]


def verify_many(pairs: Sequence[tuple[Verifier, str]], *, workers: int, batch: bool) -> list[Verdict]:
    """Judge many answers, in order. `batch` shares processes between programs: only for programs of our own."""
    return _verify(pairs, workers=workers, run=driving.run_batched if batch else driving.run_alone)


def verify_apart(pairs: Sequence[tuple[Verifier, str]], *, workers: int) -> list[Verdict]:
    """Judge many answers of our own, in order: a process for each program, a sandbox for many such processes."""
    return _verify(pairs, workers=workers, run=driving.run_apart)


def _verify(pairs: Sequence[tuple[Verifier, str]], *, workers: int, run: Run) -> list[Verdict]:
    prepared = [_prepare(verifier, answer) for verifier, answer in pairs]
    tasks = [task for own in prepared for task in own]
    reports = iter(run(tasks, workers=workers))
    return [
        _judge(verifier, answer, [next(reports) for _ in own])
        for (verifier, answer), own in zip(pairs, prepared, strict=True)
    ]


def language_of(verifier: Verifier) -> str:
    """Return the language that an answer's fenced block must have."""
    return str(verifier["language"]) if "language" in verifier else kind_of(verifier).language


def render_answer(code: str, *, verifier: Verifier) -> str:
    """Return `code` as the chat answer that a model learns to give."""
    return fence(code, language=language_of(verifier))


def kind_of(verifier: Verifier) -> Executed | Parsed:
    """Return the kind of a verifier."""
    try:
        return KINDS[verifier["kind"]]
    except KeyError:
        raise BurnishError(f"no verifier kind {verifier.get('kind')!r}; there are: {', '.join(KINDS)}") from None


def _prepare(verifier: Verifier, answer: str) -> list[Task]:
    kind, code = kind_of(verifier), _code(verifier, answer)
    return kind.tasks(verifier, code) if isinstance(kind, Executed) and code.strip() else []


def _judge(verifier: Verifier, answer: str, reports: Sequence[Report]) -> Verdict:
    kind, code = kind_of(verifier), _code(verifier, answer)
    if not code.strip():
        return fail("empty answer")
    return kind.judge(verifier, reports) if isinstance(kind, Executed) else kind.judge(verifier, code)


def _code(verifier: Verifier, answer: str) -> str:
    return extract_code(answer, language=language_of(verifier))
