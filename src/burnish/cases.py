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
    """A kind whose answers run in the sandbox: `tasks` says what to run, `judge` reads the reports.

    `stops_early`: `judge` reads the reports in order and refuses at the first that is bad, whatever follows.
    """

    language: str
    tasks: Callable[[Verifier, str], list[Task]]
    judge: Callable[[Verifier, Sequence[Report]], Verdict]
    stops_early: bool = False


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
    "test": Executed("python", suite_tasks, judge_suite, stops_early=True),
}


def verify(verifier: Verifier, answer: str) -> Verdict:
    """Judge one answer that a model wrote, in a fresh sandboxed process of its own."""
    return verify_many([(verifier, answer)], workers=1, batch=False)[0]


def verify_many(pairs: Sequence[tuple[Verifier, str]], *, workers: int, batch: bool) -> list[Verdict]:
    """Judge many answers, in order. `batch` shares processes between programs: only for programs of our own."""
    if batch:
        return _verify(pairs, workers=workers, run=driving.run_batched, in_turn=False)
    return _verify(pairs, workers=workers, run=driving.run_alone, in_turn=True)


def verify_apart(pairs: Sequence[tuple[Verifier, str]], *, workers: int) -> list[Verdict]:
    """Judge many answers of our own, in order: a process for each program, a sandbox for many such processes."""
    return _verify(pairs, workers=workers, run=driving.run_apart, in_turn=True)


def _verify(pairs: Sequence[tuple[Verifier, str]], *, workers: int, run: Run, in_turn: bool) -> list[Verdict]:
    """Run and judge; of a kind that stops early, the first program runs before the others, `in_turn` each so."""
    plans = [_prepare(verifier, answer) for verifier, answer in pairs]
    reports: list[list[Report]] = [[] for _ in pairs]
    waiting = [index for index, plan in enumerate(plans) if plan]
    while waiting:
        due = []
        for index in waiting:
            rest = plans[index][len(reports[index]) :]
            one = _stops_early(pairs[index][0]) and (in_turn or not reports[index])
            due += [(index, task) for task in (rest[:1] if one else rest)]
        found = run([task for _, task in due], workers=workers)
        for (index, _), report in zip(due, found, strict=True):
            reports[index].append(report)
        unfinished = [index for index in waiting if len(reports[index]) < len(plans[index])]
        waiting = [index for index in unfinished if _judge(*pairs[index], reports[index]).passed]
    return [_judge(*pair, own) for pair, own in zip(pairs, reports, strict=True)]


def _stops_early(verifier: Verifier) -> bool:
    kind = kind_of(verifier)
    return isinstance(kind, Executed) and kind.stops_early


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
