"""Stage `preferences` (06): pairs of a right and a wrong answer, the check that tells them apart executed for each.

`fs_correctness` and `fs_tests` come from the cases and their mutants, the other categories from templates of their own.
What overlaps an item of a benchmark is no training pair.
Writes the table of pairs with their checks, and the same pairs as DPO, KTO and reward trainers read them (split `train`
only). Doesn't train and doesn't judge style: what no check shows is no preference here.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from burnish import shards, stage
from burnish.contamination import ContaminationParams, Detector
from burnish.generate import (
    fs_accessibility,
    fs_correctness,
    fs_error_handling,
    fs_logging,
    fs_maintainability,
    fs_performance,
    fs_security,
    fs_tests,
)
from burnish.generate.case_pairs import CaseCategory, Sourced, choose_cases, write_questions
from burnish.generate.cases import SHOWN_REASONS
from burnish.generate.core import Category, Template, family_key
from burnish.generate.pairing import Pair, Question, choose_pairs, find_slips, longer_wins, prove_questions
from burnish.generate.preference_questions import draw_questions
from burnish.generate.preference_tables import pair_row, preference_row, unpaired_rows
from burnish.kept_out import read_kept_out
from burnish.pair_tables import PAIR, PREFERENCE, UNPAIRED
from burnish.params import Section
from burnish.progress import track
from burnish.seeds import fingerprint, share

OWN = (
    fs_security.CATEGORY,
    fs_performance.CATEGORY,
    fs_accessibility.CATEGORY,
    fs_error_handling.CATEGORY,
    fs_maintainability.CATEGORY,
    fs_logging.CATEGORY,
)
FROM_CASES = (fs_correctness.CATEGORY, fs_tests.CATEGORY)
SPLITS = ("train", "seen", "unseen")


class PreferencesParams(Section):
    """`preferences` in `params.yaml`."""

    per_template: int
    seen_per_template: int
    unseen_per_template: int
    withheld_share: float
    cases_per_split: dict[str, int]
    pairs_per_question: int
    max_length_bias: float
    alone_sample: int
    detector: ContaminationParams


class Outcome(NamedTuple):
    """The kept pairs of a category and its metrics."""

    pairs: list[Pair]
    metrics: dict[str, Any]


def run(params: PreferencesParams, *, seed: int, cases: Path, benchmarks: Path, out: Path) -> stage.Metrics:
    """Make the pairs of every category and write them as four tables below `out`."""
    detector = Detector(read_kept_out(benchmarks), params=params.detector)
    rows = [(row, json.loads(row["verifier"])) for row in shards.read_rows(*shards.tables_below(cases))]
    categories: list[Category | CaseCategory] = [*OWN, *FROM_CASES]
    outcomes = {
        one.name: make_pairs(
            one.name, _questions(one, rows=rows, params=params, seed=seed), detector=detector, params=params
        )
        for one in track(categories, "categories")
    }
    pairs = [pair for outcome in outcomes.values() for pair in outcome.pairs]
    trained = [pair for pair in pairs if pair.question.split == "train"]
    shards.write_rows(out / "pairs", map(pair_row, pairs), schema=PAIR)
    shards.write_rows(out / "dpo", map(preference_row, trained), schema=PREFERENCE)
    shards.write_rows(out / "reward", map(preference_row, trained), schema=PREFERENCE)
    shards.write_rows(out / "kto", (row for one in trained for row in unpaired_rows(one)), schema=UNPAIRED)
    return {name: outcome.metrics for name, outcome in outcomes.items()}


def _questions(
    category: Category | CaseCategory, *, rows: Sequence[Sourced], params: PreferencesParams,
    seed: int,
) -> list[Question]:  # fmt: skip
    if isinstance(category, CaseCategory):
        return write_questions(choose_cases(rows, category=category, most=params.cases_per_split), category=category)
    return [
        question
        for template in category.templates
        for question in draw_questions(
            category, template, quotas=quotas_of(category, template, params=params), seed=seed
        )
    ]  # fmt: skip


def quotas_of(category: Category, template: Template, *, params: PreferencesParams) -> dict[str, int]:
    """Return how many questions each split gets: a withheld family gives only `unseen` ones.

    Withheld are, in the order of a hash, `withheld_share` of the category's families and one at least: categories of
    five or six families are too small for a threshold on the hash.
    """
    order = sorted(family_key(category, one) for one in category.templates)
    order.sort(key=lambda key: share("withheld", key))
    if family_key(category, template) in order[: max(1, round(params.withheld_share * len(order)))]:
        return {"unseen": params.unseen_per_template}
    return {"train": params.per_template, "seen": params.seen_per_template}


def make_pairs(name: str, questions: Sequence[Question], *, detector: Detector, params: PreferencesParams) -> Outcome:
    """Prove the questions of one category by execution and choose their pairs, split by split."""
    proofs = prove_questions(questions)
    proved = [pair for proof in proofs for pair in proof.pairs]
    possible = drop_overlaps(proved, detector=detector)
    complaints = [complaint for proof in proofs for complaint in proof.complaints]
    kept = [
        pair
        for split in SPLITS
        for pair in choose_pairs(
            [pair for pair in possible if pair.question.split == split],
            per_question=params.pairs_per_question, max_bias=params.max_length_bias,
        )
    ]  # fmt: skip
    sample = sorted(kept, key=lambda pair: fingerprint("alone", pair.question.id, pair.rejected))[: params.alone_sample]
    slips = find_slips(sample)
    kept = [] if slips else kept
    return Outcome(kept, {
        "questions": len({question.id for question in questions}), "possible": len(possible), "pairs": len(kept),
        "overlaps": len(proved) - len(possible),
        "families": len({pair.question.template for pair in kept}),
        "splits": dict(Counter(pair.question.split for pair in kept)),
        "checks": dict(sorted(Counter(pair.check for pair in kept).items())),
        "longer_wins": round(longer_wins(kept), 4),
        "longer_wins_train": round(longer_wins([pair for pair in kept if pair.question.split == "train"]), 4),
        "chosen_characters": _mean([len(pair.chosen) for pair in kept]),
        "rejected_characters": _mean([len(pair.rejected) for pair in kept]),
        "sampled": len(sample), "slips": len(slips), "complaints": len(complaints),
        "dropped": (slips + complaints)[:SHOWN_REASONS],
    })  # fmt: skip


def drop_overlaps(pairs: Sequence[Pair], *, detector: Detector) -> list[Pair]:
    """Return the pairs without those to train on of which a text overlaps an item."""
    texts = {text: None for pair in pairs if pair.question.split == "train" for text in _texts(pair)}
    matches = dict(zip(texts, detector.find(list(texts)), strict=True))
    return [pair for pair in pairs if not any(matches.get(text) for text in _texts(pair))]


def _texts(pair: Pair) -> tuple[str, str, str]:
    return pair.question.prompt, pair.chosen, pair.rejected


def _mean(lengths: Sequence[int]) -> float:
    return round(sum(lengths) / len(lengths), 1) if lengths else 0.0


if __name__ == "__main__":
    stage.main(run)
