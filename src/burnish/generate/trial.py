"""Tries one category and says what an author needs to know: what is kept, what survives, what a case looks like."""

import importlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

from burnish.cases import language_of, render_answer, verify_many
from burnish.errors import BurnishError
from burnish.generate.authored import draw_facts, fill_question
from burnish.generate.cases import (
    Case,
    CasesParams,
    draw_cases,
    find_operator_survivors,
    make_cases,
    phrasing_of,
    processors,
)
from burnish.generate.core import Category, Template, family_key
from burnish.seeds import rng
from burnish.shingles import count_near, shingle

MIN_MUTANTS = 3
SEED, CHEAT_SAMPLE = 7, 5
# What `draw()` must give: in a hundred questions less than a tenth alike, and nearly all different.
RAW_DRAWS, MOST_NEAR, LEAST_DIFFERENT = 100, 0.1, 0.9


class Room(NamedTuple):
    """How much variety one template's draws have."""

    near_share: float
    different: int
    text: str
    complaint: str | None


class Trial(NamedTuple):
    """What a trial found."""

    complaints: list[str]
    report: str


def find_category(categories: Sequence[Category], name: str) -> Category:
    """Return the category called `name`."""
    for category in categories:
        if category.name == name:
            return category
    raise BurnishError(f"no category {name}; there are: {', '.join(sorted(one.name for one in categories))}")


def try_category(category: Category, *, seed: int, per_template: int, cheat_sample: int) -> Trial:
    """Draw `per_template` cases of each template, prove them, run cheats and repeats; report in plain text."""
    params = CasesParams(
        per_template=per_template, seen_per_template=max(1, per_template // 5), unseen_per_template=0,
        withheld_categories=[], withheld_share=0.0,
        trained_families=None, cheat_sample=cheat_sample, repeats=2, browser_sample=cheat_sample, min_kill_rate=1.0,
    )  # fmt: skip
    drawn = [
        case
        for template in category.templates
        for case in draw_cases(category, template, quotas={"train": per_template}, seed=seed)
    ]
    outcome = make_cases(category, params=params, seed=seed, workers=processors())
    rooms = [measure_room(category, template, seed=seed) for template in category.templates]
    complaints = [
        *outcome.metrics["dropped"],
        *find_thin_cases(drawn),
    ]
    shown = [
        describe_case(next(case for case in drawn if case.template is template)) for template in category.templates
    ]
    some = drawn[:: max(1, per_template // 6)]
    lucky = {
        (case.template.id, case.shape.name): text
        for case, text in find_operator_survivors(some, workers=processors()).survivors
    }
    names = ("asked", "kept", "mutants", "kill_rate", "operator_kill_rate", "shapes")
    figures = ", ".join(f"{name} {outcome.metrics[name]}" for name in names)
    unchosen = [f"--- {template} {shape}\n{text}" for (template, shape), text in lucky.items()]
    lines = [
        *shown, "", "=== surviving mutants", *find_survivors(some)[:10],
        "=== survivors among mutants that nobody chose (harmless ones change nothing, the others show a missing input)",
        *unchosen, f"=== near-duplicates and different questions among {RAW_DRAWS} draws",
        *(one.complaint or one.text for one in rooms), "=== complaints", *complaints[:20], f"=== {category.name}: {figures}",
    ]  # fmt: skip
    return Trial(complaints, "\n".join(lines))


def measure_room(category: Category, template: Template, *, seed: int) -> Room:
    """Draw `RAW_DRAWS` questions as they come and say how many differ and how many have a near-duplicate."""
    key = family_key(category, template)
    facts = [draw_facts(template, key=key, random=rng(seed, key, number)).facts for number in range(RAW_DRAWS)]
    texts = [
        fill_question(template, one, key=key, phrasing=phrasing_of(template, turn=turn))
        for turn, one in enumerate(facts)
    ]
    near, different = count_near([shingle(text) for text in texts]) / RAW_DRAWS, len(set(texts))
    text = f"{template.id}: {near:.1%} near-duplicates, {different} different"
    is_narrow = near >= MOST_NEAR or different < LEAST_DIFFERENT * RAW_DRAWS
    return Room(near, different, text, f"{text}; widen draw()" if is_narrow else None)


def find_thin_cases(cases: Sequence[Case]) -> list[str]:
    """Return the templates and shapes with too few phrasings, shapes or mutants."""
    found = []
    for case in cases:
        if len(case.template.ask) < 3 or len(case.template.shapes) < 2:
            found.append(f"{case.template.id}: give at least 3 phrasings and 2 shapes")
        if len(case.mutants) < MIN_MUTANTS:
            found.append(
                f"{case.template.id}: {case.shape.name}: {len(case.mutants)} mutants; give at least {MIN_MUTANTS}"
            )
    return list(dict.fromkeys(found))


def find_survivors(cases: Sequence[Case]) -> list[str]:
    """Return the mutants that pass: each shows an input that the verifier lacks, or an edit that changes nothing."""
    pairs = [(case, mutant) for case in cases for mutant in case.mutants]
    verdicts = verify_many(
        [(case.verifier, render_answer(mutant, verifier=case.verifier)) for case, mutant in pairs],
        workers=processors(),
        batch=True,
    )
    texts = [
        f"--- {case.template.id} {case.shape.name}\n{mutant}"
        for (case, mutant), v in zip(pairs, verdicts, strict=True)
        if v.passed
    ]
    return list(dict.fromkeys(texts))


def describe_case(case: Case) -> str:
    """Return one case as a person reads it."""
    size = f"{len(case.prompt)} + {len(case.reference)} characters"
    head = f"=== {case.category.name}/{case.template.id} ({case.shape.name}, {language_of(case.verifier)}, {size})"
    return f"{head}\n{case.prompt}\n\n{case.reference}"


def show_trial(categories: Sequence[Category], name: str, *, count: int) -> None:
    """Try the category `name` with `count` cases a template and print the report; complaints are an error."""
    trial = try_category(find_category(categories, name), seed=SEED, per_template=count, cheat_sample=CHEAT_SAMPLE)
    print(trial.report)
    if trial.complaints:
        raise BurnishError(f"{name}: {len(trial.complaints)} complaints")


if __name__ == "__main__":  # python -m burnish.generate.trial FAMILY CATEGORY, before the family is registered
    family, category = sys.argv[1:]
    try:
        show_trial(importlib.import_module(f"burnish.generate.{family}").CATEGORIES, category, count=40)
    except BurnishError as error:
        sys.exit(f"burnish: {error}")
