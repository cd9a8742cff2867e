"""Stage `cases@<family>`: draws the cases of a family's categories, proves each by execution, keeps what is proved.

A case is kept when its reference passes, the empty answer fails and at least `min_kill_rate` of its mutants fail. On a
sample of each category, every cheat runs in a process of its own, references are repeated in several processes, and pages
are judged by Chromium too; one cheat accepted, or one repeat or browser that disagrees, drops the category. Writes cases
only: `mix` makes rows of them.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from burnish import shards
from burnish.browser_checks import find_differences
from burnish.cases import Verifier, language_of, render_answer, verify_apart, verify_many
from burnish.cheats import write_cheats
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams, spread
from burnish.generate.authored import blame, call_author, draw_facts, fill_question
from burnish.generate.core import Category, Facts, Shape, Template, family_key, fill, write_mutants, write_prompt
from burnish.generate.mutation import mutate_code
from burnish.params import Section
from burnish.progress import track
from burnish.seeds import fingerprint, rng, share
from burnish.shingles import Shingles, count_near, is_near, shingle

DRAWS_PER_CASE = 60
SHOWN_REASONS = 20
OPERATOR_MUTANTS = 6
LICENCE = "Apache-2.0"
SOURCE = "generated"
HTML = "html"


class CasesParams(Section):
    """`cases` in `params.yaml`."""

    per_template: int
    seen_per_template: int
    unseen_per_template: int
    withheld_categories: list[str]
    withheld_share: float
    trained_families: list[str] | None
    cheat_sample: int
    repeats: int
    browser_sample: int
    min_kill_rate: float


class Case(NamedTuple):
    """One drawn task, not yet proved."""

    id: str
    category: Category
    template: Template
    shape: Shape
    split: str
    prompt: str
    starter: str
    reference: str
    verifier: Verifier
    mutants: list[str]


class Drawn(NamedTuple):
    """The cases of one template, and the questions that they were chosen from: near-duplicates are still among them."""

    cases: list[Case]
    questions: list[Shingles]


class Proof(NamedTuple):
    """What executing one case showed."""

    mutants: int
    killed: int
    complaint: str | None


class Survivors(NamedTuple):
    """Mutants that pass, with their cases, and how many were tried."""

    tried: int
    survivors: list[tuple[Case, str]]


class Outcome(NamedTuple):
    """The kept cases of a category and its metrics."""

    cases: list[Case]
    metrics: dict[str, Any]


def stage_run(categories: Sequence[Category]) -> Callable[..., Mapping[str, Any]]:
    """Return the `run` of the stage that makes the cases of `categories`."""

    def run(params: CasesParams, *, seed: int, executor: ExecutorParams, out: Path) -> Mapping[str, Any]:
        workers = processors() if executor.kind == "local" else 1
        make = partial(make_rows, params=params, seed=seed, workers=workers)
        # one process here: it gives the sandbox work for every processor
        with spread(make, categories, executor=executor, processes=1) as made:
            found = list(track(made, "categories"))
        shards.write_rows(out, (row for rows, _ in found for row in rows), schema=shards.CASE)
        return {one.name: metrics for one, (_, metrics) in zip(categories, found, strict=True)}

    return run


def make_rows(
    category: Category, *, params: CasesParams, seed: int, workers: int
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Make one category's rows of the table CASE, and its metrics."""
    outcome = make_cases(category, params=params, seed=seed, workers=workers)
    return [to_row(case) for case in outcome.cases], outcome.metrics


def make_cases(category: Category, *, params: CasesParams, seed: int, workers: int) -> Outcome:
    """Draw, prove and keep the cases of one category, with `workers` sandboxes at a time."""
    check_trained(category, params=params)
    draws = [
        draw_template(category, template, quotas=quotas_of(category, template, params=params), seed=seed)
        for template in category.templates
    ]
    drawn, questions = [case for one in draws for case in one.cases], sum(len(one.questions) for one in draws)
    proofs = prove_cases(drawn, min_kill_rate=params.min_kill_rate, workers=workers)
    kept = [case for case, proof in zip(drawn, proofs, strict=True) if proof.complaint is None]
    sample = choose_sample(kept, size=params.cheat_sample)
    accepted = find_accepted_cheats(sample, workers=workers)
    disagreeing = find_disagreements(sample, repeats=params.repeats, workers=workers)
    in_browser = choose_sample([case for case in kept if case.verifier["kind"] == HTML], size=params.browser_sample)
    disagreeing += find_browser_differences(in_browser)
    complaints = [proof.complaint for proof in proofs if proof.complaint is not None]
    operators = find_operator_survivors(sample, workers=workers)
    mutants, killed = sum(proof.mutants for proof in proofs), sum(proof.killed for proof in proofs)
    kept = [] if accepted or disagreeing else kept
    return Outcome(kept, {
        "asked": len(drawn), "kept": len(kept), "templates": len(category.templates),
        "distinct_facts": len({case.id for case in drawn}),
        "near_duplicate_share": round(sum(count_near(one.questions) for one in draws) / questions, 4),
        "shapes": len({(case.template.id, case.shape.name) for case in drawn}),
        "splits": {split: sum(case.split == split for case in kept) for split in ("train", "seen", "unseen")},
        "mutants": mutants, "kill_rate": round(killed / mutants, 4) if mutants else 0.0,
        "operator_mutants": operators.tried,
        "operator_kill_rate": round(1 - len(operators.survivors) / operators.tried, 4) if operators.tried else None,
        "sampled": len(sample), "sampled_in_browser": len(in_browser),
        "false_accepts": len(accepted), "disagreements": len(disagreeing),
        "dropped": (accepted + disagreeing + complaints)[:SHOWN_REASONS],
    })  # fmt: skip


def quotas_of(category: Category, template: Template, *, params: CasesParams) -> dict[str, int]:
    """Return how many cases each split gets: a withheld family gives only `unseen` ones."""
    if is_withheld(category, template, params=params):
        return {"unseen": params.unseen_per_template}
    return {"train": params.per_template, "seen": params.seen_per_template}


def check_trained(category: Category, *, params: CasesParams) -> None:
    """Refuse a listed family that the category hasn't: it would be withheld without a word."""
    own = [family_key(category, template) for template in category.templates]
    for name in params.trained_families or []:
        if name.partition("/")[0] == category.name and name not in own:
            raise BurnishError(
                f"params.yaml: cases.trained_families names {name}; {category.name} has: {', '.join(own)}"
            )


def is_withheld(category: Category, template: Template, *, params: CasesParams) -> bool:
    """Say whether a family is never trained on: its category is withheld, it isn't listed, or, without a list, by hash."""
    if category.name in params.withheld_categories:
        return True
    if params.trained_families is not None:
        return family_key(category, template) not in params.trained_families
    return share("withheld", category.name, template.id) < params.withheld_share


def draw_cases(category: Category, template: Template, *, quotas: Mapping[str, int], seed: int) -> list[Case]:
    """Return the cases that `draw_template` draws."""
    return draw_template(category, template, quotas=quotas, seed=seed).cases


def draw_template(category: Category, template: Template, *, quotas: Mapping[str, int], seed: int) -> Drawn:
    """Draw facts until every split is full of questions that aren't near-duplicates; too small a space is an error.

    Which split a case belongs to depends on its facts alone; shapes and phrasings take turns.
    """
    key, wanted = family_key(category, template), sum(quotas.values())
    cases: list[Case] = []
    kept: list[Shingles] = []
    questions: list[Shingles] = []
    marks: set[str] = set()
    missing = dict(quotas)
    for number in range(DRAWS_PER_CASE * wanted):
        if not any(missing.values()):
            break
        facts, mark = draw_facts(template, key=key, random=rng(seed, key, number))
        split = _split_of(mark, quotas=quotas)
        if mark in marks or not missing[split]:
            continue
        marks.add(mark)
        phrasing = phrasing_of(template, turn=len(cases))
        question = shingle(fill_question(template, facts, key=key, phrasing=phrasing))
        questions.append(question)
        if not is_near(question, kept):
            kept.append(question)
            missing[split] -= 1
            cases.append(_build(category, template, facts, mark=mark, split=split, turn=len(cases), seed=seed))
    if len(cases) < wanted:
        raise BurnishError(
            f"{key}: only {len(cases)} different questions of {wanted} asked; widen draw() or lower cases.per_template"
        )
    return Drawn(cases, questions)


def _split_of(mark: str, *, quotas: Mapping[str, int]) -> str:
    total, point, above = sum(quotas.values()), share("split", mark), 0.0
    for split, count in quotas.items():
        above += count / total
        if point < above:
            return split
    return list(quotas)[-1]


def _build(
    category: Category, template: Template, facts: Facts, *, mark: str, split: str, turn: int, seed: int
) -> Case:  # fmt: skip
    key = family_key(category, template)
    verifier = call_author(template.verifier, facts, rng(seed, key, "hidden", mark), key=key, name="verifier()")
    shape, phrasing = template.shapes[turn % len(template.shapes)], phrasing_of(template, turn=turn)
    with blame(key, doing="filling its texts"):
        return Case(
            id=f"{key}/{mark}", category=category, template=template, shape=shape, split=split,
            prompt=write_prompt(template, facts, phrasing=phrasing, language=language_of(verifier)),
            starter=fill(template.starter, facts), reference=fill(shape.code, facts), verifier=verifier,
            mutants=write_mutants(template, shape, facts),
        )  # fmt: skip


def phrasing_of(template: Template, *, turn: int) -> int:
    """Return which of the phrasings the case number `turn` has."""
    return turn // len(template.shapes) % len(template.ask)


def prove_cases(cases: Sequence[Case], *, min_kill_rate: float, workers: int) -> list[Proof]:
    """Execute each case's reference, its mutants and the empty answer, many in one process."""
    pairs = [
        (case.verifier, answer)
        for case in cases
        for answer in ("", *(render_answer(code, verifier=case.verifier) for code in (case.reference, *case.mutants)))
    ]
    try:
        verdicts = iter(verify_many(pairs, workers=workers, batch=True))
    except (LookupError, TypeError, ValueError, AttributeError):
        _name_unfit_verifier(cases)
        raise
    proofs = []
    for case in cases:
        empty, reference = next(verdicts), next(verdicts)
        killed = sum(not next(verdicts).passed for _ in case.mutants)
        complaint = None
        if not reference.passed:
            complaint = f"{case.id}: {case.shape.name}: the reference fails: {reference.reason}"
        elif empty.passed:
            complaint = f"{case.id}: the empty answer passes"
        elif not case.mutants or killed < min_kill_rate * len(case.mutants):
            complaint = f"{case.id}: {case.shape.name}: only {killed} of {len(case.mutants)} mutants fail"
        proofs.append(Proof(len(case.mutants), killed, complaint))
    return proofs


def _name_unfit_verifier(cases: Sequence[Case]) -> None:
    """Judge each reference alone and raise for the first case whose verifier isn't what its kind needs."""
    for case in cases:
        with blame(family_key(case.category, case.template), doing="judging by its verifier()"):
            verify_many([(case.verifier, render_answer(case.reference, verifier=case.verifier))], workers=1, batch=True)


def choose_sample(cases: Sequence[Case], *, size: int) -> list[Case]:
    """Return up to `size` cases, taking turns between templates, by hash."""
    by_template: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda one: fingerprint("sample", one.id)):
        by_template.setdefault(case.template.id, []).append(case)
    turns = [case for turn in range(size) for own in by_template.values() for case in own[turn : turn + 1]]
    return turns[:size]


def find_operator_survivors(cases: Sequence[Case], *, workers: int) -> Survivors:
    """Run mutants that nobody chose of each reference; return how many there were and those that pass."""
    tried = [
        (case, mutant)
        for case in cases
        for mutant in mutate_code(
            case.reference, language=language_of(case.verifier), count=OPERATOR_MUTANTS, rng=rng("mutants", case.id)
        )
    ]
    pairs = [(case.verifier, render_answer(mutant, verifier=case.verifier)) for case, mutant in tried]
    verdicts = verify_many(pairs, workers=workers, batch=True)
    return Survivors(len(tried), [one for one, verdict in zip(tried, verdicts, strict=True) if verdict.passed])


def find_accepted_cheats(cases: Sequence[Case], *, workers: int) -> list[str]:
    """Run every cheat on every case, each in its own process; name those that pass."""
    tried = [(case, cheat) for case in cases for cheat in write_cheats(case.verifier, prompt=case.prompt)]
    verdicts = verify_apart([(case.verifier, cheat.answer) for case, cheat in tried], workers=workers)
    return [
        f"{case.id}: accepts the cheat {cheat.name}"
        for (case, cheat), verdict in zip(tried, verdicts, strict=True)
        if verdict.passed
    ]


def find_disagreements(cases: Sequence[Case], *, repeats: int, workers: int) -> list[str]:
    """Run each reference and its first mutant `repeats` times, each time in another process; name those that vary.

    The first time every program has a process to itself; each further time one process runs them all.
    """
    tried = [(case, code) for case in cases for code in (case.reference, case.mutants[0])]
    pairs = [(case.verifier, render_answer(code, verifier=case.verifier)) for case, code in tried]
    rounds = [verify_apart(pairs, workers=workers)]
    with ThreadPoolExecutor(workers) as pool:
        rounds += pool.map(lambda _: verify_many(pairs, workers=1, batch=True), range(repeats - 1))
    slips = []
    for (case, code), verdicts in zip(tried, zip(*rounds, strict=True), strict=True):
        seen = {verdict.passed for verdict in verdicts}
        if len(seen) > 1:
            slips.append(f"{case.id}: {case.shape.name}: repeats disagree")
        elif code == case.reference and seen == {False}:
            slips.append(f"{case.id}: {case.shape.name}: the reference fails in a process of its own")
    return slips


def find_browser_differences(cases: Sequence[Case]) -> list[str]:
    """Judge each reference and its mutants in Chromium as well; name those of which it sees another page."""
    if not cases:
        return []
    tried = [(case, code) for case in cases for code in (case.reference, *case.mutants)]
    differences = find_differences([(case.verifier, code) for case, code in tried])
    return [
        f"{case.id}: {case.shape.name}: {difference}"
        for (case, _), difference in zip(tried, differences, strict=True)
        if difference is not None
    ]


def to_row(case: Case) -> dict[str, Any]:
    """Return the case as a row of the table CASE."""
    return {
        "id": case.id, "family": case.category.family, "category": case.category.name, "template": case.template.id,
        "split": case.split, "prompt": case.prompt, "starter": case.starter, "reference": case.reference,
        "verifier": json.dumps(case.verifier, sort_keys=True, ensure_ascii=False), "mutants": case.mutants,
        "cheats": [], "shape": case.shape.name, "licence": LICENCE, "source": SOURCE,
    }  # fmt: skip


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))
