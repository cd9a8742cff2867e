"""Results to figures: pass rates with intervals, paired differences, verdicts. All shares are of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from burnish.errors import BurnishError
from burnish.evaluate.judging import Result
from burnish.intervals import DIGITS, Estimate, minimum_detectable, paired_difference, pass_rate

Figures = dict[str, Any]


def describe(results: Sequence[Result]) -> Figures:
    """Return pass@1 with its interval and how the answers came out; the mean over samples where there are several."""
    count = len(results)
    families = [result.item.family for result in results]
    estimate = pass_rate([float(result.verdict.passed) for result in results], families)
    return {
        "pass_rate": estimate.mean, "low": estimate.low, "high": estimate.high,
        "passed": sum(result.verdict.passed for result in results),
        "no_code": round(sum(result.no_code for result in results) / count, DIGITS),
        "cut": round(sum(result.finish == "length" for result in results) / count, DIGITS),
        "tokens": round(sum(result.tokens for result in results) / count, 2),
    }  # fmt: skip


def compare(before: Sequence[Result], after: Sequence[Result], *, key: str) -> Figures:
    """Return the paired difference `after - before` with its interval and what a test of this size could see.

    Raises:
        BurnishError: the two weren't asked the same items.
    """
    earlier, later = ({result.key: result for result in results} for results in (before, after))
    if earlier.keys() != later.keys():
        odd = min(earlier.keys() ^ later.keys())
        raise BurnishError(f"{key}: only one of the two models was asked {odd[0]!r}; run: dvc repro answers")
    keys = sorted(earlier)
    changes = [float(later[one].verdict.passed) - float(earlier[one].verdict.passed) for one in keys]
    estimate = paired_difference(changes, [later[one].item.family for one in keys])
    return {
        **_interval(estimate),
        "won": sum(change > 0 for change in changes), "lost": sum(change < 0 for change in changes),
        "could_lose": sum(result.verdict.passed for result in before),
        "minimum_detectable": minimum_detectable(estimate.error),
    }  # fmt: skip


def compare_groups(before: Sequence[Result], after: Sequence[Result], *, names: tuple[str, str],
                   groups: Sequence[str]) -> Figures:  # fmt: skip
    """Return the figures of each group that has items, under the two models' `names`."""
    figures = {}
    for group in groups:
        own = [[result for result in results if result.item.group == group] for results in (before, after)]
        if any(own):
            figures[group] = {
                "items": len({result.item.id for result in own[0]}),
                "families": len({result.item.family for result in own[0]}),
                names[0]: describe(own[0]) if own[0] else None,
                names[1]: describe(own[1]) if own[1] else None,
                "difference": compare(*own, key=group),
            }
    return figures


def count_categories(results: Mapping[str, Sequence[Result]]) -> Figures:
    """Return for each category how many answers each model gave and how many passed."""
    figures: Figures = {}
    for name, own in results.items():
        for result in own:
            counts = figures.setdefault(result.item.category, {}).setdefault(name, {"answers": 0, "passed": 0})
            counts["answers"] += 1
            counts["passed"] += result.verdict.passed
    return figures


def judge_groups(groups: Mapping[str, Figures], *, min_gain: Mapping[str, float],
                 margin: Mapping[str, float]) -> dict[str, Figures]:  # fmt: skip
    """Return a verdict for each demand: a gain reached, or a loss excluded by the paired interval's lower end."""
    if unknown := sorted({*min_gain, *margin} - groups.keys()):
        known = ", ".join(groups)
        raise BurnishError(f"params.yaml: evaluate judges {unknown[0]!r}, which has no items; there are: {known}")
    verdicts = {}
    for group, wanted in min_gain.items():
        gain = groups[group]["difference"]["mean"]
        says = f"{group}: gain of {100 * gain:.1f} points, at least {100 * wanted:.1f} wanted"
        verdicts[f"{group}_gain"] = {"passed": gain >= wanted, "value": gain, "threshold": wanted, "says": says}
    for group, allowed in margin.items():
        low = groups[group]["difference"]["low"]
        says = f"{group}: lower end of the difference is {100 * low:.1f} points, at least {-100 * allowed:.1f} wanted"
        if not groups[group]["difference"]["could_lose"]:
            says += "; nothing passed before, so no loss could be seen"
        verdicts[f"{group}_not_worse"] = {"passed": low >= -allowed, "value": low, "threshold": -allowed, "says": says}
    return verdicts


def _interval(estimate: Estimate) -> Figures:
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high}
