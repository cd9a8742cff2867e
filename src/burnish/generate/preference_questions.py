"""Draws the questions of preference categories with templates of their own, each template's space shared over splits.

A template is that of `core.py`, but its `verifier` gives named checks, `{"works": verifier, "sql_injection": verifier}`,
and its mutants aren't told which of them they fail.
"""

from collections.abc import Mapping

from burnish.cases import language_of
from burnish.errors import BurnishError
from burnish.generate.authored import blame, call_author, draw_facts, fill_question
from burnish.generate.cases import DRAWS_PER_CASE, LICENCE, SOURCE
from burnish.generate.core import Category, Facts, Template, family_key, fill, write_mutants, write_prompt
from burnish.generate.pairing import Question
from burnish.seeds import rng, share
from burnish.shingles import Shingles, is_near, shingle


def draw_questions(
    category: Category, template: Template, *, quotas: Mapping[str, int], seed: int
) -> list[Question]:  # fmt: skip
    """Draw facts until every split is full of questions that aren't near-duplicates; too small a space is an error."""
    key, wanted = family_key(category, template), sum(quotas.values())
    missing = dict(quotas)
    seen: list[Shingles] = []
    questions: list[Question] = []
    for number in range(DRAWS_PER_CASE * wanted):
        if len(questions) == wanted:
            break
        facts, mark = draw_facts(template, key=key, random=rng(seed, key, number))
        split = _split_of(mark, quotas=quotas)
        text = shingle(fill_question(template, facts, key=key, phrasing=len(questions)))
        if missing[split] and not is_near(text, seen):
            seen.append(text)
            missing[split] -= 1
            questions.append(
                _build(category, template, facts, mark=mark, split=split, turn=len(questions), seed=seed)
            )  # fmt: skip
    if len(questions) < wanted:
        raise BurnishError(
            f"{key}: only {len(questions)} different questions of {wanted} asked; "
            "widen draw() or lower preferences.per_template"
        )
    return questions


def _split_of(mark: str, *, quotas: Mapping[str, int]) -> str:
    point, above = share("split", mark) * sum(quotas.values()), 0
    for split, count in quotas.items():
        above += count
        if point < above:
            return split
    raise AssertionError("a share is below 1")


def _build(
    category: Category, template: Template, facts: Facts, *, mark: str, split: str, turn: int, seed: int
) -> Question:  # fmt: skip
    key = family_key(category, template)
    checks = call_author(template.verifier, facts, rng(seed, key, "hidden", mark), key=key, name="verifier()")
    with blame(key, doing="filling its texts"):
        language = language_of(next(iter(checks.values())))
        right = tuple(fill(shape.code, facts) for shape in template.shapes)
        wrong = dict.fromkeys(text for shape in template.shapes for text in write_mutants(template, shape, facts))
        return Question(
            id=f"{key}/{mark}", category=category.name, template=template.id, split=split,
            prompt=write_prompt(template, facts, phrasing=turn, language=language), right=right, wrong=tuple(wrong),
            checks=checks, licence=LICENCE, source=SOURCE,
        )  # fmt: skip
