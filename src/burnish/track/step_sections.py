"""The section on the recipe's steps: each against its parent, what is decided, what lies inside the noise of seeds."""

from collections.abc import Mapping
from typing import Any

from burnish.track.blocks import Block, Cell, Missing, Paragraph, Section, Tone, table
from burnish.track.drawing import signed
from burnish.track.evidence import Evidence

MEASURES = {
    "unseen": "Unseen families, points",
    "humaneval": "HumanEval, points",
    "references": "References, nats a token",
}
POINTS = ("unseen", "humaneval")
NO_CHANGE = "="
TONES: dict[str, Tone] = {"+": "good", "-": "bad", NO_CHANGE: "soft"}
MEANING = (
    "Each step was merged, exported and asked a small sample of what it wasn't trained on; its parent was asked the same. "
    "*References*: how likely the model finds the right answers of withheld families, which moves before pass rates do. "
    "“=” is a difference that isn't told from none once false discoveries are held down over all steps and measures, or "
    "one that lies inside the spread of the same step under other seeds."
)


def steps(evidence: Evidence) -> Section:
    """Return the table of steps with the effect gate's word on them."""
    found = evidence.metrics.get("screen")
    if not found:
        return Section("Steps", (Missing("the screening of the recipe's steps", "dvc repro screen"),))
    columns = ("Step", "Parent", *MEASURES.values(), "Noise of seeds")
    rows = [_cells(name, own, noise=_noise_of(name, own, evidence)) for name, own in in_order(found["steps"])]
    blocks: list[Block] = [Paragraph(MEANING), table("llrrrl", columns, rows), Paragraph(_amount(found))]
    blocks += [Paragraph(f"Effect gate: {verdict['says']}.") for verdict in found["verdicts"].values()]
    share = evidence.metrics.get("merge", {}).get("interpolation", 1)
    if share < 1:
        blocks.append(Paragraph(f"Each step is asked whole. The release keeps {100 * share:g} % of what they changed together "
                                "(merge.interpolation)."))  # fmt: skip
    return Section("Steps", tuple(blocks))


def _amount(found: Mapping[str, Any]) -> str:
    """Return how many tokens of answers each comparison rests on."""
    written = [found["tokens"][name] for name in found["steps"]]
    return (
        f"Each step wrote {min(written):,} to {max(written):,} tokens of answers and was shown "
        f"{found['reference_tokens']:,} of right ones."
    )


def in_order(found: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the steps so that each stands behind its parent, those of one parent by name."""
    children: dict[str, list[str]] = {}
    for name, own in sorted(found.items()):
        children.setdefault(own["parent"], []).append(name)
    ordered, waiting = list[str](), [parent for parent in sorted(children) if parent not in found]
    while waiting:
        below = children.get(waiting.pop(0), [])
        ordered += below
        waiting = [*below, *waiting]
    return [(name, found[name]) for name in ordered]


def sign_in_noise(sign: str, difference: float, *, spread: float | None) -> str:
    """Return the sign of a difference, "=" where it is no larger than the `spread` over seeds (None: not measured)."""
    return NO_CHANGE if spread is not None and abs(difference) <= spread else sign


def _noise_of(name: str, own: Mapping[str, Any], evidence: Evidence) -> Mapping[str, Any] | None:
    """Return the measured noise of a step if it is of these weights."""
    noise: Mapping[str, Any] | None = evidence.noise.get(name)
    return noise if noise is not None and noise["sha256"] == own["sha256"] else None


def _cells(name: str, own: Mapping[str, Any], *, noise: Mapping[str, Any] | None) -> list[Cell | str]:
    changes = [_change(own["measures"].get(measure), measure=measure, noise=noise) for measure in MEASURES]
    seeds: Cell | str = f"{len(noise['seeds'])} seeds" if noise else Cell("not measured", "soft")
    return [name, own["parent"], *changes, seeds]


def _change(figures: Mapping[str, Any] | None, *, measure: str, noise: Mapping[str, Any] | None) -> Cell:
    if figures is None:
        return Cell("not asked", "soft")
    change = figures["difference"]
    measured = noise["metrics"].get(f"screen.{measure}") if noise else None
    spread = measured["spread"] if measured else None
    sign = sign_in_noise(figures["sign"], change["mean"], spread=spread)
    unit, digits = (100, 1) if measure in POINTS else (1, 3)
    mean, low, high = (signed(unit * change[key], digits=digits) for key in ("mean", "low", "high"))
    return Cell(f"{NO_CHANGE if sign == NO_CHANGE else ''} {mean} ({low} to {high})".strip(), TONES[sign])
