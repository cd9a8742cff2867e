"""Scores of many models on many benchmarks to one table: rates with intervals, paired differences, what is undecided.

Each model but the first is held against a reference. False discoveries are controlled over all differences of a table; one
that doesn't survive is no difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from burnish.errors import BurnishError
from burnish.intervals import DIGITS, Estimate, minimum_detectable, paired_difference, pass_rate
from burnish.outcomes import Outcome, digest_items
from burnish.significance import adjust, sign_flip_test

Figures = dict[str, Any]
Own = Sequence[Outcome]
BETTER, WORSE, UNDECIDED = "better", "worse", "="
SUBSETS: Mapping[str, bool] = {"clean": False, "suspect": True}


class Change(NamedTuple):
    """A paired difference of `model` from its reference on one benchmark, before the table is judged as a whole."""

    benchmark: str
    model: str
    pairs: int
    estimate: Estimate
    p: float


def tabulate(outcomes: Iterable[Outcome], *, against: Mapping[str, str | None], false_discovery_rate: float) -> Figures:
    """Return the table's figures.

    Args:
        outcomes: in any order.
        against: the models in the table's order, each with its reference or None.
        false_discovery_rate: of the differences that are called one.
    """
    groups: dict[str, dict[str, list[Outcome]]] = {}
    for one in sorted(outcomes, key=lambda one: (one.id, one.turn)):
        groups.setdefault(one.benchmark, {}).setdefault(one.model, []).append(one)
    cells = {name: {model: _cell(models[model]) for model in against if model in models}
             for name, models in groups.items()}  # fmt: skip
    changes = [
        _change(models[model], before=models[reference], key=name)
        for name, models in groups.items()
        for model, reference in against.items()
        if reference and model in models and reference in models
    ]
    for change, q in zip(changes, adjust([change.p for change in changes]), strict=True):
        cells[change.benchmark][change.model]["difference"] = _judge(change, q=q, rate=false_discovery_rate)
    return {
        "order": list(against),  # keys are sorted on disk
        "models": {model: {"against": reference} for model, reference in against.items()},
        "benchmarks": {name: _describe(models) for name, models in groups.items()},
        "cells": cells, "tests": len(changes), "false_discovery_rate": false_discovery_rate,
    }  # fmt: skip


def _describe(models: Mapping[str, Own]) -> Figures:
    every = [one for own in models.values() for one in own]
    checked = {one.id: one.suspect for one in every if one.suspect is not None}
    return {
        "items": len({one.id for one in every}), "families": len({one.family for one in every}),
        "data": digest_items(every), "tiers": sorted({one.tier for one in every} - {""}),
        "suspect_items": sum(checked.values()) if checked else None,
    }  # fmt: skip


def _cell(own: Own) -> Figures:
    """Return a model's rate on all items, and on those that are clean and suspect; None where nobody looked."""
    looked = any(one.suspect is not None for one in own)
    parts = {name: [one for one in own if one.suspect is suspect] for name, suspect in SUBSETS.items()}
    return {
        "items": len({one.id for one in own}), "all": _rate(own),
        **{name: _rate(part) if looked and part else None for name, part in parts.items()},
    }  # fmt: skip


def _rate(own: Own) -> Figures:
    scores, families = [one.score for one in own], [one.family for one in own]
    estimate = pass_rate(scores, families)
    return {"items": len(own), "mean": estimate.mean, "low": estimate.low, "high": estimate.high}


def _change(own: Own, *, before: Own, key: str) -> Change:
    benchmark, model = own[0].benchmark, own[0].model
    earlier = {one.key: one for one in before}
    if missing := [one for one in own if one.key not in earlier]:
        raise BurnishError(
            f"{benchmark}: {model} was asked {missing[0].id!r} and {before[0].model} wasn't; run: dvc repro"
        )
    if other := [one for one in own if one.item != earlier[one.key].item]:
        raise BurnishError(f"{benchmark}: {other[0].id!r} isn't the same item for {model} and {before[0].model}")
    changes = [one.score - earlier[one.key].score for one in own]
    families = [one.family for one in own]
    estimate = paired_difference(changes, families)
    return Change(benchmark, model, len(changes), estimate, sign_flip_test(changes, families, key=f"{key}/{model}"))


def _judge(change: Change, *, q: float, rate: float) -> Figures:
    mean, low, high, error = change.estimate
    verdict = UNDECIDED if q > rate else BETTER if mean > 0 else WORSE
    return {
        "pairs": change.pairs, "mean": mean, "low": low, "high": high, "p": round(change.p, DIGITS), "q": round(q, DIGITS),
        "verdict": verdict, "minimum_detectable": minimum_detectable(error),
    }  # fmt: skip
