"""Cases and their mutants to questions with two checks: the hidden tests that the mutant fails, and all the others.

A mutant that fails everything teaches little, so one is used only where it passes a part of the case's verifier: some
calls, some databases, the good program or some of the broken ones that its tests should catch.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from burnish.cases import Verifier, render_answer, verify_many
from burnish.generate.cases import processors
from burnish.generate.pairing import Question

# A row of CASE and its verifier, read.
Sourced = tuple[Mapping[str, Any], Verifier]

# What a verifier of each kind can be cut along: lists of one length, an item of each being a part.
PARTS: Mapping[str, tuple[str, ...]] = {
    "python": ("calls", "expect"), "node": ("calls", "expect"), "sql": ("databases", "expect"), "test": ("mutants",),
}  # fmt: skip

# A test function without decorators, to the next thing at the left margin; and its name.
_TEST = re.compile(r"(?<=\n\n)def test_\w+\(.*\n(?:[ \t]+.*\n?|\n)+")
_TEST_NAME = re.compile(r"(def test_\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCategory:
    """A preference category made of cases.

    Attributes:
        name: of the category.
        kinds: the kinds of verifier whose cases it takes.
        check: name of the check that holds what the mutant fails.
        other: name of the check that holds the rest.
    """

    name: str
    kinds: tuple[str, ...]
    check: str
    other: str


def choose_cases(rows: Iterable[Sourced], *, category: CaseCategory, most: Mapping[str, int]) -> list[Sourced]:
    """Return at most `most[split]` cases of each split with their verifiers, families taking turns.

    Those that can't be cut, or need a compiler, aren't taken.
    """
    by_split: dict[str, dict[str, list[Sourced]]] = {}
    for row, verifier in rows:
        plain = "packages" not in verifier and verifier.get("language") != "typescript"
        if verifier["kind"] in category.kinds and plain and len(verifier[PARTS[verifier["kind"]][0]]) > 1:
            family = f"{row['category']}/{row['template']}"
            by_split.setdefault(row["split"], {}).setdefault(family, []).append((row, verifier))
    chosen: list[Sourced] = []
    for split, families in by_split.items():
        rounds = range(max(map(len, families.values())))
        turns = [one for turn in rounds for own in families.values() for one in own[turn : turn + 1]]
        chosen += turns[: most[split]]
    return chosen


def write_questions(
    cases: Sequence[Sourced], *, category: CaseCategory
) -> list[Question]:  # fmt: skip
    """Run each mutant on each part of its case's verifier and return a question for each that passes some of them."""
    tried = [
        (row, verifier, wrong)
        for row, verifier in cases
        for mutant in row["mutants"]
        for wrong in (mutant, *write_padded(mutant, verifier=verifier))
    ]
    pairs = [
        (part, render_answer(wrong, verifier=part)) for _, verifier, wrong in tried for part in cut_verifier(verifier)
    ]
    verdicts = iter(verify_many(pairs, workers=processors(), batch=True))
    questions = []
    for row, verifier, wrong in tried:
        passed = [next(verdicts).passed for _ in cut_verifier(verifier)]
        if any(passed) and not all(passed):
            checks = {
                category.other: keep_parts(verifier, kept=passed),
                category.check: keep_parts(verifier, kept=[not one for one in passed]),
            }
            questions.append(_question(row, wrong=wrong, checks=checks, category=category))
    return questions


def _question(
    row: Mapping[str, Any], *, wrong: str, checks: Mapping[str, Verifier], category: CaseCategory
) -> Question:  # fmt: skip
    # padding is on both sides, or it would give the weak test file away
    right = (row["reference"], *write_padded(row["reference"], verifier=checks[category.check]))
    return Question(
        id=f"{category.name}/{row['id']}", category=category.name, template=f"{row['category']}.{row['template']}",
        split=row["split"], prompt=row["prompt"], right=right, wrong=(wrong,), checks=checks,
        licence=row["licence"], source=row["source"],
    )  # fmt: skip


def write_padded(suite: str, *, verifier: Verifier) -> Iterator[str]:
    """Yield a test file with one of its tests twice: more text that tests no more. Other programs give nothing."""
    tests = _TEST.findall(suite) if verifier["kind"] == "test" else []
    if tests:
        again = _TEST_NAME.sub(r"\1_again", min(tests, key=len).rstrip(), count=1)
        yield f"{suite.rstrip()}\n\n\n{again}\n"


def cut_verifier(verifier: Verifier) -> Iterator[Verifier]:
    """Yield one verifier for each part of `verifier`."""
    count = len(verifier[PARTS[verifier["kind"]][0]])
    for place in range(count):
        yield keep_parts(verifier, kept=[place == other for other in range(count)])


def keep_parts(verifier: Verifier, *, kept: Sequence[bool]) -> dict[str, Any]:
    """Return `verifier` with only the parts that `kept` says."""
    cut = {
        name: [part for part, keep in zip(verifier[name], kept, strict=True) if keep]
        for name in PARTS[verifier["kind"]]
    }
    return {**verifier, **cut}
