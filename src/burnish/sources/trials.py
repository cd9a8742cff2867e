"""Tries drafts out in the sandbox: kept are those whose original passes its own examples while broken versions fail."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from burnish.cases import render_answer, verify_many
from burnish.progress import Meter
from burnish.seeds import rng, share
from burnish.sources.drafts import Draft, Language, TaskParams
from burnish.sources.examples import Check
from burnish.sources.origins import Reject
from burnish.sources.script_tasks import JAVASCRIPT
from burnish.sources.tasks import PYTHON
from burnish.verdicts import Verdict

LANGUAGES: Mapping[str, Language] = {"python": PYTHON, "javascript": JAVASCRIPT}
MAX_CHECK_CHARS = 700
BATCH = 1_600


class Kept(NamedTuple):
    """What came through: the rows, the rejects, and how many of the tried mutants the checks noticed."""

    cases: list[dict[str, Any]]
    rejects: list[Reject]
    mutants: int
    killed: int


def keep_verified(drafts: Sequence[Draft], *, params: TaskParams, seed: int, workers: int) -> Kept:
    """Return the cases whose checks the original passes, twice, and the broken versions fail."""
    rejects: list[Reject] = []
    fit = list(_fit(drafts, params=params, rejects=rejects))
    passing = _keep_true_checks(fit, params=params, workers=workers, rejects=rejects)
    mutants = [_mutants(draft, params=params, seed=seed) for draft in passing]
    pairs = [
        (_verifier(draft, draft.checks), text)
        for draft, broken in zip(passing, mutants, strict=True)
        for text in (draft.function.program, *broken)
    ]
    verdicts = _judge(pairs, workers=workers, label="run originals and mutants")
    cases: list[dict[str, Any]] = []
    tried = 0
    for draft, broken in zip(passing, mutants, strict=True):
        original = next(verdicts).passed
        tests = [(text, verdict.passed) for text in broken if (verdict := next(verdicts)) and _ran(verdict)]
        case = build_case(draft, mutants=[text for text, passed in tests if not passed], params=params, seed=seed)
        reason = _weak(original, mutants=[passed for _, passed in tests], params=params)
        if len(case["prompt"]) > params.max_prompt_chars:
            reason = reason or "its prompt is too long"
        if reason:
            rejects.append(draft.reject(reason))
            continue
        cases.append(case)
        tried += len(tests)
    return Kept(cases, rejects, mutants=tried, killed=sum(len(case["mutants"]) for case in cases))


def _fit(drafts: Sequence[Draft], *, params: TaskParams, rejects: list[Reject]) -> Iterator[Draft]:
    """Yield the drafts with something to decide by, each with at most `max_checks` different checks."""
    for draft in drafts:
        chosen = draft._replace(checks=tuple(_distinct(draft.checks)[: params.max_checks]))
        if reason := _unfit(chosen, params=params):
            rejects.append(draft.reject(reason))
        else:
            yield chosen


def _distinct(checks: Sequence[Check]) -> list[Check]:
    found: dict[str, Check] = {}
    for check in checks:
        key = json.dumps([check.call, check.expect], sort_keys=True)
        if len(key) <= MAX_CHECK_CHARS:
            found.setdefault(key, check)
    return list(found.values())


def _unfit(draft: Draft, *, params: TaskParams) -> str | None:
    if len(draft.checks) < params.min_checks:
        return "has too few examples with a result that can be compared"
    if len(draft.function.program) > params.max_reference_chars:
        return "is too long"
    values = {json.dumps(check.expect, sort_keys=True) for check in draft.checks if not _raises(check)}
    return "has the same result in every example" if len(values) < 2 else None


def _raises(check: Check) -> bool:
    return isinstance(check.expect, dict) and check.expect.keys() == {"raises"}


def _verifier(draft: Draft, checks: Sequence[Check]) -> Mapping[str, Any]:
    return LANGUAGES[draft.language].verifier(draft.function, checks)


def _keep_true_checks(
    drafts: Sequence[Draft], *, params: TaskParams, workers: int, rejects: list[Reject]
) -> list[Draft]:
    """Run each check of each original alone; one that doesn't hold needs more of its package, and is dropped."""
    pairs = [(_verifier(draft, [check]), draft.function.program) for draft in drafts for check in draft.checks]
    verdicts = _judge(pairs, workers=workers, label="run examples")
    passing = []
    for draft in drafts:
        true = draft._replace(checks=tuple(check for check in draft.checks if next(verdicts).passed))
        reason = _unfit(true, params=params)
        if reason and len(true.checks) < params.min_checks:
            reason = "its original fails its own examples without the rest of its package"
        if reason:
            rejects.append(draft.reject(reason))
        else:
            passing.append(true)
    return passing


def _mutants(draft: Draft, *, params: TaskParams, seed: int) -> list[str]:
    return LANGUAGES[draft.language].mutants(draft.function, params.mutants, rng(seed, "mutants", draft.id))


def _ran(verdict: Verdict) -> bool:
    """Say whether a mutant is a program at all: an edit that breaks the syntax proves nothing about the checks."""
    return not verdict.reason.startswith("SyntaxError")


def _weak(original: bool, *, mutants: Sequence[bool], params: TaskParams) -> str | None:
    """Return why the checks decide too little: which passed, the original and each mutant, the empty body first."""
    if not original:
        return "its original fails when it is run again"
    if mutants[0]:
        return "its checks pass an empty body"
    if len(mutants) < 2 or sum(mutants) > (1 - params.min_kill_rate) * len(mutants):
        return "its checks miss too many broken versions"
    return None


def _judge(pairs: Sequence[tuple[Mapping[str, Any], str]], *, workers: int, label: str) -> Iterator[Verdict]:
    """Yield the verdict of each verifier on its program; they share processes, since all of them are ours."""
    with Meter(label, total=len(pairs)) as meter:
        for start in range(0, len(pairs), BATCH):
            batch = pairs[start : start + BATCH]
            answers = [(verifier, render_answer(text, verifier=verifier)) for verifier, text in batch]
            yield from verify_many(answers, workers=workers, batch=True)
            meter.advance(len(batch))


def build_case(draft: Draft, *, mutants: Sequence[str], params: TaskParams, seed: int) -> dict[str, Any]:
    """Return the row of one task; its mutants are those that its checks notice."""
    function = draft.function
    return {
        "id": draft.id, "family": "real", "category": draft.category, "template": draft.module,
        "split": split_of(draft, params=params),
        "prompt": LANGUAGES[draft.language].prompt(draft, rng(seed, "prompt", draft.id)),
        "starter": function.header + function.context, "reference": function.program,
        "verifier": json.dumps(_verifier(draft, draft.checks), sort_keys=True, ensure_ascii=False),
        "mutants": list(mutants), "cheats": [], "shape": "original", "licence": draft.origin.licence,
        "source": f"{draft.origin.url}#{draft.path}",
    }  # fmt: skip


def split_of(draft: Draft, *, params: TaskParams) -> str:
    """Withhold whole packages, then single functions of the others; names decide, not places in a list."""
    if share("withheld package", draft.origin.name) < params.withheld_share:
        return "unseen"
    return "seen" if share("held-out function", draft.id) < params.seen_share else "train"
