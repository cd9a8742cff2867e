"""What a group of answers adds to the loss of its step, and the rewards that the step saw.

The reference's scores are given; only KTO reads the model twice, for the divergence that its losses are measured from.
"""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from burnish.train import processes
from burnish.train.answer_scores import Groups, score_answers
from burnish.train.decoder import Decoder
from burnish.train.packing import Step
from burnish.train.preference_data import Answers, answer_tokens
from burnish.train.preference_loss import Objective, Scores, answer_losses, pair_losses, rewards
from burnish.train.preference_steps import mismatched


class References(NamedTuple):
    """The parent's scores: of the answers of each group, and for KTO the sum over a step's mismatched answers."""

    groups: dict[tuple[int, ...], list[float]]
    mismatched: dict[Step, float]


def score_references(
    answers: Answers, steps: Sequence[Step], *, objective: Objective, score: Callable[[Groups], list[list[float]]]
) -> References:
    """Score by `score` what the variant needs of the parent."""
    used = sorted({group for step in steps for group in step.sequences})
    if objective.variant == "simpo":
        return References({group: [0.0] * len(group) for group in used}, {})
    others = {step: mismatched(step, documents=answers.documents) for step in steps if objective.variant == "kto"}
    found = score([
        *([answers.documents[number] for number in group] for group in used),
        *(group for groups in others.values() for group in groups),
    ])  # fmt: skip
    rest = iter(found[len(used) :])
    sums = {step: sum(sum(next(rest)) for _ in groups) for step, groups in others.items()}
    return References(dict(zip(used, found, strict=False)), sums)


class PreferencePart:
    """The loss of a sequence of a step, as `loop.train` calls it, from several threads."""

    def __init__(self, model: Decoder, answers: Answers, references: References, *, objective: Objective) -> None:
        """Take what the losses depend on."""
        self.model, self.answers, self.references, self.objective = model, answers, references, objective
        self._rewards: dict[tuple[int, ...], list[float]] = {}
        self._lock = threading.Lock()
        self._divergence: tuple[Step, float] | None = None

    def __call__(self, step: Step, sequence: tuple[int, ...]) -> Tensor:
        """Return what `sequence`, a group of answers, adds to the mean loss over the step's pairs (KTO: answers)."""
        documents = [self.answers.documents[number] for number in sequence]
        right = torch.tensor([self.answers.right[number] for number in sequence], device=self.model.embedding.device)
        policy = score_answers(self.model, documents)
        scores = Scores(policy, policy.new_tensor(self.references.groups[sequence]),
                        policy.new_tensor([answer_tokens(document) for document in documents]))  # fmt: skip
        self._rewards[sequence] = rewards(scores, objective=self.objective).tolist()
        if self.objective.variant == "kto":
            losses = answer_losses(scores, right=right, kl=self._measure_divergence(step), objective=self.objective)
            loss = losses.sum() / sum(map(len, step.sequences))
        else:
            losses = pair_losses(scores.at(right), scores.at(~right), objective=self.objective)
            loss = losses.sum() / len(step.sequences)
        if self.objective.sft_weight:
            loss = loss - self.objective.sft_weight * policy[right].sum() / self._right_tokens(step)
        return loss

    def figures(self, step: Step) -> dict[str, float]:
        """Return the step's mean rewards, their difference, and how often the right answer of a prompt had the higher one."""
        self._rewards = processes.collect(self._rewards)
        seen = [(self.answers.right[number], reward) for sequence in step.sequences
                for number, reward in zip(sequence, self._rewards[sequence], strict=True)]  # fmt: skip
        chosen, rejected = ([reward for right, reward in seen if right == side] for side in (True, False))
        means = [sum(part) / len(part) if part else 0.0 for part in (chosen, rejected)]
        won = [self._wins(sequence) for sequence in step.sequences]
        rivals = [rate for rate in won if rate is not None]
        found = {"chosen_reward": means[0], "rejected_reward": means[1], "reward_margin": means[0] - means[1],
                 "reward_accuracy": sum(rivals) / len(rivals) if rivals else 0.5}  # fmt: skip
        if self._divergence is not None:
            found["divergence"] = self._divergence[1]
        self._rewards.clear()
        self._divergence = None
        return found

    def _wins(self, sequence: tuple[int, ...]) -> float | None:
        values = list(zip(sequence, self._rewards[sequence], strict=True))
        margins = [a - b for m, a in values for n, b in values if self.answers.right[m] and not self.answers.right[n]]
        return sum(0.5 * (1 + (gap > 0) - (gap < 0)) for gap in margins) / len(margins) if margins else None

    def _right_tokens(self, step: Step) -> int:
        """Return how many tokens the step's right answers have; 1 where there are none, whose sum is 0."""
        numbers = [number for sequence in step.sequences for number in sequence if self.answers.right[number]]
        return sum(answer_tokens(self.answers.documents[number]) for number in numbers) or 1

    def _measure_divergence(self, step: Step) -> float:
        """Return KTO's reference point in nats, at least 0: computed by whichever thread comes first, for all of the step."""
        with self._lock:
            if self._divergence is None:
                groups = mismatched(step, documents=self.answers.documents)
                with torch.no_grad():
                    total = sum(float(score_answers(self.model, group).sum()) for group in groups)
                count = sum(map(len, groups))
                self._divergence = step, max(0.0, (total - self.references.mismatched[step]) / count) if count else 0.0
            return self._divergence[1]
