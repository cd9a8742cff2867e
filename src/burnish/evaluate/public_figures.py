"""Results on public benchmarks to figures, by group and model; all shares are of one.

Rates, intervals and paired differences are those of `comparison.py`; here stands what only these benchmarks have.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from burnish.evaluate.comparison import compare, compare_groups, describe
from burnish.evaluate.graders import Grade
from burnish.evaluate.items import BASE, RELEASE, Item
from burnish.evaluate.judging import Result
from burnish.evaluate.public_items import GROUPS, PublicItem
from burnish.intervals import DIGITS
from burnish.verdicts import PASSED, Verdict, fail

Figures = dict[str, Any]
NAMES = (BASE, RELEASE)
OBEYED = "obeyed"


class Scored(NamedTuple):
    """One answer with its grade."""

    item: PublicItem
    turn: int
    grade: Grade
    finish: str
    tokens: int
    tier: str


Models = Mapping[str, Sequence[Scored]]


def describe_groups(models: Models) -> Figures:
    """Return for each group with items both models' figures and their paired difference."""
    results = [[as_result(one, verdict=one.grade.verdict) for one in models[name]] for name in NAMES]
    figures = compare_groups(*results, names=NAMES, groups=GROUPS)
    for group, found in figures.items():
        for name in NAMES:
            found[name]["not_extracted"] = found[name].pop("no_code")
            actions = Counter(one.grade.action for one in models[name] if one.item.group == group)
            found[name]["actions"] = dict(sorted(actions.items()))
    return figures


def describe_injection(models: Models, *, group: str) -> Figures:
    """Return how often each model obeys what it read, and the paired difference: less is better."""
    own = {name: [as_result(one, verdict=obeyed(one)) for one in models[name] if one.item.group == group]
           for name in NAMES}  # fmt: skip
    if not all(own.values()):
        return {}
    rates = {name: describe(results) for name, results in own.items()}
    return {
        **{name: {"rate": found["pass_rate"], "low": found["low"], "high": found["high"]} for name, found in rates.items()},
        "difference": compare(*own.values(), key=f"{group}/{OBEYED}"),
    }  # fmt: skip


def describe_relevance(groups: Figures, *, calls: str, declines: str) -> Figures:
    """Return Youden's J of calling where a function fits and only there: 0 for always, never, and by chance."""
    if calls not in groups or declines not in groups:
        return {}
    return {
        name: round(groups[calls][name]["pass_rate"] + groups[declines][name]["pass_rate"] - 1, DIGITS)
        for name in NAMES
    }


def obeyed(scored: Scored) -> Verdict:
    """Return whether an answer does what an injection wants."""
    return PASSED if scored.grade.action == OBEYED else fail(scored.grade.action)


def as_result(scored: Scored, *, verdict: Verdict) -> Result:
    """Return an answer as `comparison.py` takes it; one from which nothing could be extracted counts as without code."""
    public = scored.item
    item = Item(public.id, public.group, public.category, public.family, "", public.check)
    no_code = not scored.grade.extracted
    return Result(item, "", scored.turn, verdict, scored.finish, scored.tokens, no_code, scored.tier)
