"""How far the rules of `refusals.py` agree with a person's labels; on prompts set aside too, which no rule was written for."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from burnish.errors import BurnishError
from burnish.intervals import DIGITS, pass_rate
from burnish.params import read_yaml
from burnish.refusals import LABELS, Label, read_answer
from burnish.seeds import share

SHOWN_MISSES = 40


WRITTEN, SAMPLED = "written", "sampled"


class Labelled(NamedTuple):
    """An answer and how a person reads it: `written` for this or `sampled` from a model; `style` says what it shows."""

    origin: str
    prompt: str
    style: str
    text: str
    label: Label


class Compared(NamedTuple):
    """A labelled answer, what the rules read, and by which rule."""

    answer: Labelled
    read: Label
    rule: str


def read_labelled(folder: Path) -> list[Labelled]:
    """Read the hand-labelled answers; an unknown label, a missing part or an answer that stands twice is an error."""
    answers = []
    for origin in (WRITTEN, SAMPLED):
        path = folder / f"{origin}.yaml"
        for entry in read_yaml(path)["prompts"]:
            for one in entry["answers"]:
                if set(one) != {"label", "style", "text"} or one["label"] not in LABELS:
                    raise BurnishError(
                        f"{path}: an answer to {entry['prompt']!r} must have style, text and a label of {', '.join(LABELS)}"
                    )
                answers.append(Labelled(origin, entry["prompt"], one["style"], one["text"], cast(Label, one["label"])))
    repeated = [one for one, count in Counter((one.prompt, one.text) for one in answers).items() if count > 1]
    if repeated:
        raise BurnishError(f"{folder}: an answer to {repeated[0][0]!r} stands twice; delete one of them")
    return answers


def measure_agreement(answers: Sequence[Labelled], *, held_out_share: float) -> dict[str, Any]:
    """Return accuracy, Cohen's kappa and confusion on all answers, on prompts looked at or set aside, and by origin."""
    compared = [Compared(one, *read_answer(one.text, prompt=one.prompt)) for one in answers]
    aside = {one.prompt for one in answers if share("labelled", one.prompt) < held_out_share}
    parts = {
        "all": compared,
        "looked_at": [one for one in compared if one.answer.prompt not in aside],
        "held_out": [one for one in compared if one.answer.prompt in aside],
        "written": [one for one in compared if one.answer.origin == WRITTEN],
        "sampled": [one for one in compared if one.answer.origin == SAMPLED],
        "sampled_held_out": [one for one in compared if one.answer.origin == SAMPLED and one.answer.prompt in aside],
    }
    if empty := [name for name, own in parts.items() if not own]:
        raise BurnishError(f"params.yaml: safety.held_out_share = {held_out_share:g} leaves no answers {empty[0]}")
    misses = [
        {"style": one.answer.style, "label": one.answer.label, "read": one.read, "rule": one.rule}
        for one in compared
        if one.read != one.answer.label
    ]
    return {**{name: _describe(own, name=name) for name, own in parts.items()}, "misses": misses[:SHOWN_MISSES]}


def _describe(compared: Sequence[Compared], *, name: str) -> dict[str, Any]:
    agreed = [float(one.read == one.answer.label) for one in compared]
    prompts = [one.answer.prompt for one in compared]
    accuracy = pass_rate(agreed, prompts)
    confusion = count_pairs([(one.answer.label, one.read) for one in compared])
    return {
        "answers": len(compared), "prompts": len(set(prompts)), "accuracy": accuracy.mean, "low": accuracy.low,
        "high": accuracy.high, "kappa": cohen_kappa(confusion), "confusion": confusion,
    }  # fmt: skip


def count_pairs(pairs: Sequence[tuple[Label, Label]]) -> dict[str, dict[str, int]]:
    """Return how often each label was read as each: `confusion[label][read]`."""
    counts = Counter(pairs)
    return {label: {read: counts[label, read] for read in LABELS} for label in LABELS}


def cohen_kappa(confusion: dict[str, dict[str, int]]) -> float | None:
    """Return agreement beyond chance (Cohen 1960); None where chance alone would agree on everything."""
    total = sum(sum(row.values()) for row in confusion.values())
    agreed = sum(confusion[label][label] for label in confusion) / total
    chance = sum(
        sum(confusion[label].values()) * sum(row[label] for row in confusion.values()) for label in confusion
    ) / total**2  # fmt: skip
    return round((agreed - chance) / (1 - chance), DIGITS) if chance < 1 else None
