"""Every step of a recipe against its parent: paired differences, false discoveries held down, one verdict.

Many steps times many measures would find "effects" by chance; the p-values of all of them together go through
Benjamini and Hochberg (1995), and what doesn't survive is undecided: "=".
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from burnish.errors import BurnishError
from burnish.intervals import DIGITS, clustered, minimum_detectable, paired_difference
from burnish.significance import adjust, sign_flip_test

PASS_RATES = ("unseen", "humaneval")
REFERENCES = "references"
Sign = Literal["+", "-", "="]


class Scores(NamedTuple):
    """What one model got on one measure, by item: 1 or 0, or nats a token of the reference; families alike."""

    values: Mapping[str, float]
    families: Mapping[str, str]


Sheet = Mapping[str, Scores]  # by measure


def compare_steps(sheets: Mapping[str, Sheet], *, parents: Mapping[str, str], rate: float) -> dict[str, Any]:
    """Return for each step its parent and, by measure, both means and the paired difference with its sign.

    `rate` bounds the expected share of false ones among the differences that are signed.
    """
    found = {(step, measure): _compare(sheets[parent][measure], sheets[step][measure], step=step, measure=measure)
             for step, parent in parents.items() for measure in sheets[step]}  # fmt: skip
    adjusted = adjust([figures["p"] for figures in found.values()])
    for figures, q in zip(found.values(), adjusted, strict=True):
        figures["q"] = round(q, DIGITS)
        figures["sign"] = sign_of(figures["difference"]["mean"], decided=q <= rate)
    return {
        step: {"parent": parent, "measures": {measure: found[step, measure] for measure in sheets[step]}}
        for step, parent in parents.items()
    }


def sign_of(difference: float, *, decided: bool) -> Sign:
    """Return the direction of a decided difference, "=" of another."""
    return "=" if not decided or not difference else "+" if difference > 0 else "-"


def judge_steps(steps: Mapping[str, Any], *, margin: float, margin_nats: float, rate: float) -> dict[str, Any]:
    """Return the effect gate: no step is decidedly below its parent by more than a margin.

    `margin` is of pass rates, `margin_nats` of the likelihood of references, and `rate` that of `compare_steps`. A pass
    rate whose loss of everything couldn't be decided is counted as blind.

    Raises:
        BurnishError: nothing was compared.
    """
    margins = {**dict.fromkeys(PASS_RATES, margin), REFERENCES: margin_nats}
    compared = [(step, measure, own["measures"][measure]) for step, own in steps.items() for measure in own["measures"]]
    if not compared:
        raise BurnishError("no step was compared with its parent; raise params.yaml: screen.max_items")
    lost = [
        f"{step} is {_amount(-figures['difference']['mean'], measure)} below its parent on {measure}"
        for step, measure, figures in compared
        if figures["sign"] == "-" and figures["difference"]["mean"] < -margins[measure]
    ]
    most = " or ".join(f"{_amount(margins[name], name)} on {name}" for name in margins)
    blind = sum(
        measure in PASS_RATES and 2.0 ** (1 - figures["parent_passes"]) > rate for _, measure, figures in compared
    )
    says = f"of {len(compared)} comparisons none shows a step below its parent by more than {most}"
    says += f"; {blind} could show no loss, as too little passed before" if blind else ""
    return {"no_step_worse": {"passed": not lost, "value": len(lost), "threshold": 0, "says": "; ".join(lost) or says}}


def _amount(difference: float, measure: str) -> str:
    return f"{difference:.3f} nats a token" if measure == REFERENCES else f"{100 * difference:.1f} points"


def _compare(before: Scores, after: Scores, *, step: str, measure: str) -> dict[str, Any]:
    key = f"{step}/{measure}"
    if before.values.keys() != after.values.keys():
        odd = min(before.values.keys() ^ after.values.keys())
        raise BurnishError(f"{key}: only one of the two models was asked {odd!r}; run: dvc repro screen")
    items = sorted(after.values)
    changes = [after.values[item] - before.values[item] for item in items]
    families = [after.families[item] for item in items]
    estimate = (clustered if measure == REFERENCES else paired_difference)(changes, families)
    return {
        "items": len(items), "families": len(set(families)),
        "parent_passes": len({before.families[item] for item in items if before.values[item] > 0}),
        "parent": _mean([before.values[item] for item in items]), "step": _mean([after.values[item] for item in items]),
        "difference": {"mean": estimate.mean, "low": estimate.low, "high": estimate.high},
        "minimum_detectable": minimum_detectable(estimate.error),
        "p": round(sign_flip_test(changes, families, key=key), DIGITS),
    }  # fmt: skip


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), DIGITS)
