"""How often a model finds the right answer of held-out pairs likelier, before and after a step, beside "the longer is right".

Pairs of known families and of families that are never trained on are told apart. Chooses and counts; scores come from
`answer_scores.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from burnish.intervals import pass_rate
from burnish.seeds import fingerprint
from burnish.train.preference_data import Answers, Question, answer_tokens, longer_wins
from burnish.train.preference_loss import Objective, Scores, rewards

HELD_OUT = ("seen", "unseen")


class Pair(NamedTuple):
    """One pair with its answers' scores, the right answer first."""

    family: str
    tokens: Sequence[int]
    before: Sequence[float]
    after: Sequence[float]


Margin = Callable[[Pair], float]


def choose_held_out(questions: Iterable[Question], *, most: int, seed: int) -> list[Question]:
    """Return at most `most` pairs of each held-out split: families take turns, the order inside goes by hash."""
    ordered = sorted(questions, key=lambda question: fingerprint(seed, "held out", question.name))
    return [question for split in HELD_OUT for question in _take_turns(
        [question for question in ordered if question.split == split])[:most]]  # fmt: skip


def _take_turns(questions: Sequence[Question]) -> list[Question]:
    families: dict[str, list[Question]] = {}
    for question in questions:
        families.setdefault(question.family, []).append(question)
    rounds = max(map(len, families.values()), default=0)
    return [own[turn] for turn in range(rounds) for _, own in sorted(families.items()) if turn < len(own)]


def describe_held_out(answers: Answers, *, before: Sequence[Sequence[float]], after: Sequence[Sequence[float]],
                      objective: Objective) -> dict[str, Any]:  # fmt: skip
    """Return figures by split; `before` and `after` are the scores of each group of `answers`.

    `sum` compares log-probabilities of whole answers, `per_token` their means, `reward` what the step optimises. Gains are what
    the step added to an answer's log-probability, means in nats.
    """
    found: dict[str, Any] = {}
    for split in HELD_OUT:
        numbers = [n for n, question in enumerate(answers.questions) if question.split == split]
        pairs = [
            Pair(answers.questions[n].family, [answer_tokens(answers.documents[d]) for d in answers.groups[n]],
                 before[n], after[n]) for n in numbers
        ]  # fmt: skip
        own = answers._replace(groups=[answers.groups[n] for n in numbers])
        found[split] = {"pairs": len(pairs), "families": len({pair.family for pair in pairs})}
        if pairs:
            rate = longer_wins(own)
            assert rate is not None
            found[split] |= {"longer_wins": round(rate, 6), **_accuracies(pairs, objective=objective)}
    return found


def _accuracies(pairs: Sequence[Pair], *, objective: Objective) -> dict[str, Any]:
    before = {
        "sum": lambda pair: pair.before[0] - pair.before[1],
        "per_token": lambda pair: _per_token(pair, pair.before),
    }
    after = {"sum": lambda pair: pair.after[0] - pair.after[1], "per_token": lambda pair: _per_token(pair, pair.after),
             "reward": lambda pair: _reward(pair, objective)}  # fmt: skip
    gains = [[now - then for now, then in zip(pair.after, pair.before, strict=True)] for pair in pairs]
    return {
        "before": _rates(pairs, before),
        "after": _rates(pairs, after),
        "gain_right": round(sum(gain[0] for gain in gains) / len(gains), 4),
        "gain_wrong": round(sum(gain[1] for gain in gains) / len(gains), 4),
    }


def _rates(pairs: Sequence[Pair], margins: Mapping[str, Margin]) -> dict[str, dict[str, float]]:
    """Return the share of pairs with a margin over 0, a tie counting half, with intervals by family."""
    families, rates = [pair.family for pair in pairs], {}
    for name, margin in margins.items():
        won = [0.5 * (1 + (margin(pair) > 0) - (margin(pair) < 0)) for pair in pairs]
        estimate = pass_rate(won, families)
        rates[name] = {"mean": estimate.mean, "low": estimate.low, "high": estimate.high}
    return rates


def _per_token(pair: Pair, scores: Sequence[float]) -> float:
    return scores[0] / pair.tokens[0] - scores[1] / pair.tokens[1]


def _reward(pair: Pair, objective: Objective) -> float:
    parts = (torch.tensor(part, dtype=torch.float64) for part in (pair.after, pair.before, pair.tokens))
    right, wrong = rewards(Scores(*parts), objective=objective).tolist()
    return float(right - wrong)
