"""Results on public benchmarks to figures with intervals, by group and model. All shares are of one."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from burnish.evaluate.graders import Grade
from burnish.evaluate.public_items import GROUPS, PublicItem
from burnish.intervals import DIGITS, minimum_detectable, paired_difference, pass_rate

Figures = dict[str, Any]


class Scored(NamedTuple):
    """One answer with its grade."""

    item: PublicItem
    turn: int
    grade: Grade
    finish: str
    tokens: int


Measure = Callable[[Scored], float]
Models = Mapping[str, Sequence[Scored]]


def has_passed(one: Scored) -> float:
    """Measure what a pass rate counts."""
    return float(one.grade.verdict.passed)


def has_obeyed(one: Scored) -> float:
    """Measure what an injection wants."""
    return float(one.grade.action == "obeyed")


def describe_groups(models: Models) -> Figures:
    """Return for each group with items both models' figures and their paired difference."""
    figures: Figures = {}
    for group in GROUPS:
        own = {name: [one for one in scored if one.item.group == group] for name, scored in models.items()}
        if not any(own.values()):
            continue
        items = [one.item for scored in own.values() for one in scored]
        figures[group] = {
            "items": len({item.id for item in items}), "families": len({item.family for item in items}),
            **{name: describe(scored, key=f"{group}/{name}") for name, scored in own.items()},
            "difference": compare(*own.values(), measure=has_passed, key=group),
        }  # fmt: skip
    return figures


def describe(scored: Sequence[Scored], *, key: str) -> Figures:
    """Return the pass rate with its interval, and beside it how the answers came out."""
    count = len(scored)
    return {
        **rate(scored, measure=has_passed, key=key),
        "passed": sum(one.grade.verdict.passed for one in scored),
        "not_extracted": round(sum(not one.grade.extracted for one in scored) / count, DIGITS),
        "cut": round(sum(one.finish == "length" for one in scored) / count, DIGITS),
        "tokens": round(sum(one.tokens for one in scored) / count, 2),
        "actions": dict(sorted(Counter(one.grade.action for one in scored).items())),
    }


def describe_injection(models: Models, *, group: str) -> Figures:
    """Return how often each model obeys what it read, and the paired difference."""
    own = {name: [one for one in scored if one.item.group == group] for name, scored in models.items()}
    if not all(own.values()):
        return {}
    return {
        **{name: rate(scored, measure=has_obeyed, key=f"obeyed/{name}") for name, scored in own.items()},
        "difference": compare(*own.values(), measure=has_obeyed, key="obeyed"),
    }


def describe_relevance(groups: Figures, *, names: Sequence[str], calls: str, declines: str) -> Figures:
    """Return Youden's J of calling where a function fits and only there: 0 for always, never, and by chance."""
    if calls not in groups or declines not in groups:
        return {}
    return {
        name: round(groups[calls][name]["pass_rate"] + groups[declines][name]["pass_rate"] - 1, DIGITS)
        for name in names
    }


def rate(scored: Sequence[Scored], *, measure: Measure, key: str) -> Figures:
    """Return the mean of a measure of 0 or 1 with its interval."""
    estimate = pass_rate([measure(one) for one in scored], [one.item.family for one in scored], key=f"public/{key}")
    return {"pass_rate" if measure is has_passed else "rate": estimate.mean, "low": estimate.low, "high": estimate.high}


def compare(before: Sequence[Scored], after: Sequence[Scored], *, measure: Measure, key: str) -> Figures:
    """Return the paired difference `after - before` on equal items, its interval and what this size could see."""
    earlier, later = ({(one.item.id, one.turn): one for one in scored} for scored in (before, after))
    keys = sorted(earlier)
    changes = [measure(later[one]) - measure(earlier[one]) for one in keys]
    estimate = paired_difference(changes, [later[one].item.family for one in keys], key=f"public/{key}")
    return {
        "mean": estimate.mean, "low": estimate.low, "high": estimate.high,
        "won": sum(change > 0 for change in changes), "lost": sum(change < 0 for change in changes),
        "minimum_detectable": minimum_detectable(estimate.error),
    }  # fmt: skip
