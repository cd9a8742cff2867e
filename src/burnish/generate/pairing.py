"""Questions with right and wrong answers to proved pairs: chosen passes every check, rejected fails exactly one.

Nothing is believed about an answer: which check a wrong one fails is what its execution shows. Among the pairs that are
left those are chosen which keep the longer answer from being the better guess.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from burnish.cases import Verifier, language_of, render_answer, verify_many
from burnish.generate.cases import processors
from burnish.seeds import fingerprint
from burnish.verdicts import Verdict


class Question(NamedTuple):
    """One task with answers in code and named checks; questions of one id are about the same task."""

    id: str
    category: str
    template: str
    split: str
    prompt: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    checks: Mapping[str, Verifier]
    licence: str
    source: str


class Pair(NamedTuple):
    """A right and a wrong answer as chat text, the one check that the wrong one fails, and how."""

    question: Question
    chosen: str
    rejected: str
    check: str
    reason: str

    @property
    def lean(self) -> int:
        """Return 1 where the chosen answer has more characters, -1 where it has fewer, 0 else."""
        more, less = len(self.chosen), len(self.rejected)
        return (more > less) - (more < less)


class Proof(NamedTuple):
    """What executing a question's answers showed: the pairs they can form, and what is wrong with the question."""

    pairs: list[Pair]
    complaints: list[str]


def prove_questions(questions: Sequence[Question]) -> list[Proof]:
    """Execute every answer against every check, many in one process."""
    tried = [(q, code) for q in questions for code in (*q.right, *q.wrong)]
    pairs = [
        (check, render_answer(code, verifier=check)) for question, code in tried for check in question.checks.values()
    ]
    verdicts = iter(verify_many(pairs, workers=processors(), batch=True))
    return [
        _form_pairs(
            question,
            right=[{name: next(verdicts) for name in question.checks} for _ in question.right],
            wrong=[{name: next(verdicts) for name in question.checks} for _ in question.wrong],
        )
        for question in questions
    ]


def _form_pairs(
    question: Question, *, right: Sequence[Mapping[str, Verdict]], wrong: Sequence[Mapping[str, Verdict]]
) -> Proof:
    complaints, good, bad = [], [], []
    for code, verdicts in zip(question.right, right, strict=True):
        failed = [f"{name}: {verdict.reason}" for name, verdict in verdicts.items() if not verdict.passed]
        if failed:
            complaints.append(f"{question.id}: a right answer fails {failed[0]}")
        else:
            good.append(code)
    for code, verdicts in zip(question.wrong, wrong, strict=True):
        names = [name for name, verdict in verdicts.items() if not verdict.passed]
        if len(names) == 1:
            bad.append((code, names[0], verdicts[names[0]].reason))
        else:
            complaints.append(f"{question.id}: a wrong answer fails {names or 'nothing'}")
    verifier = next(iter(question.checks.values()))
    assert len({language_of(check) for check in question.checks.values()}) == 1
    return Proof(
        [
            Pair(question, render_answer(one, verifier=verifier), render_answer(other, verifier=verifier), name, reason)
            for one in good
            for other, name, reason in bad
        ],
        complaints,
    )


def choose_pairs(pairs: Sequence[Pair], *, per_question: int, max_bias: float) -> list[Pair]:
    """Return up to `per_question` pairs a question, the longer answer right in 0.5 +- `max_bias` of them.

    Pairs of equal length are left out: they say nothing about a preference for length. Each wrong answer is used once.
    """
    by_question: dict[str, list[Pair]] = {}
    for pair in pairs:
        if pair.lean:
            by_question.setdefault(pair.question.id, []).append(pair)
    lean: Counter[str] = Counter()
    checks: Counter[str] = Counter()
    kept: list[Pair] = []
    for own in by_question.values():
        rest = own
        for _ in range(per_question):
            if not rest:
                break
            best = min(rest, key=lambda one: _cost(one, lean=lean, checks=checks))
            lean.update({"": best.lean, best.question.template: best.lean})
            checks[best.check] += 1
            kept.append(best)
            rest = [pair for pair in rest if pair.rejected != best.rejected]
    return trim_bias(kept, max_bias=max_bias)


def _cost(pair: Pair, *, lean: Mapping[str, int], checks: Mapping[str, int]) -> tuple[int, int, int, str]:
    """Return what speaks against a pair: its family's lean first, then the lean of all, then a check used often."""
    template = pair.question.template
    return (
        abs(lean[template] + pair.lean), abs(lean[""] + pair.lean), checks[pair.check],
        fingerprint(pair.chosen, pair.rejected),
    )  # fmt: skip


def trim_bias(pairs: Sequence[Pair], *, max_bias: float) -> list[Pair]:
    """Drop pairs of the side that has more, by hash, until the longer answer is right in 0.5 +- `max_bias`.

    An odd number of pairs may lean by one.
    """
    kept = list(pairs)
    while abs(sum(pair.lean for pair in kept)) > 1 and abs(longer_wins(kept) - 0.5) > max_bias:
        sign = 1 if longer_wins(kept) > 0.5 else -1
        surplus = [pair for pair in kept if pair.lean == sign]
        kept.remove(min(surplus, key=lambda one: fingerprint("trim", one.question.id, one.rejected)))
    return kept


def longer_wins(pairs: Sequence[Pair]) -> float:
    """Return how often the answer with more characters is the chosen one; a tie counts half."""
    return sum(0.5 + pair.lean / 2 for pair in pairs) / len(pairs) if pairs else 0.5


def find_slips(pairs: Sequence[Pair]) -> list[str]:
    """Run both answers of each pair, each check in a process of its own; name pairs that don't show the same again."""
    tried = [
        (pair, side, name)
        for pair in pairs
        for side in (pair.chosen, pair.rejected)
        for name in pair.question.checks
    ]  # fmt: skip
    verdicts = verify_many(
        [(pair.question.checks[name], side) for pair, side, name in tried], workers=processors(), batch=False
    )
    return [
        f"{pair.question.id}: {name} gives another verdict in a process of its own: {verdict.reason or 'passed'}"
        for (pair, side, name), verdict in zip(tried, verdicts, strict=True)
        if verdict.passed is not (side == pair.chosen or name != pair.check)
    ]
