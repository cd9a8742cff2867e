"""Stage `preference`: how often base and release find the right answer of a held-out pair likelier, by difference in length.

Beside each accuracy stands the baseline that needs no model, "the longer answer is the right one", on the same pairs: an
accuracy that only follows length shows in the outer bins, where the baseline is strong or strongly wrong.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.errors import BurnishError
from burnish.evaluate.items import BASE, RELEASE
from burnish.intervals import Estimate, minimum_detectable, paired_difference, pass_rate
from burnish.params import Section

Row = Mapping[str, Any]
Score = Callable[[Row], float]
SUM, PER_TOKEN, REWARD = "sum", "per_token", "reward"


class PreferenceParams(Section):
    """`preference`: where bins of "tokens of the right answer minus tokens of the wrong one" begin, in rising order."""

    bin_edges: list[int]


def run(params: PreferenceParams, *, base: Path, release: Path) -> stage.Metrics:
    """Return accuracies by measure and bin.

    `sum` compares log-probabilities of whole answers, `per_token` their means; `reward` is DPO's implicit reward (Rafailov et
    al. 2023), what the release adds to the base's log-probability.
    """
    if sorted(set(params.bin_edges)) != params.bin_edges:
        raise BurnishError(f"params.yaml: preference.bin_edges = {params.bin_edges} must rise from each to the next")
    tables = {BASE: read_margins(base), RELEASE: read_margins(release)}
    if tables[BASE].keys() != tables[RELEASE].keys():
        raise BurnishError("the two models weren't asked the same pairs; run: dvc repro margins")
    rows = [tables[RELEASE][one] for one in sorted(tables[RELEASE])]
    before = tables[BASE]
    margins: dict[str, dict[str, Score]] = {
        BASE: {SUM: lambda row: _sum(before[row["id"]]), PER_TOKEN: lambda row: _per_token(before[row["id"]])},
        RELEASE: {SUM: _sum, PER_TOKEN: _per_token, REWARD: lambda row: _sum(row) - _sum(before[row["id"]])},
    }
    bins = cut_bins(rows, edges=params.bin_edges)
    return {
        "pairs": len(rows), "families": len({family_of(row) for row in rows}),
        "longer_wins": _rate(rows, score=_longer),
        "bins": [
            {**limits, "pairs": len(own), "longer_wins": _mean(own, score=_longer),
             "accuracy": {f"{model}_{name}": _mean(own, score=score) for model, named in margins.items()
                          for name, score in named.items()}}
            for limits, own in bins
        ],
        "points": {
            model: {name: _describe(rows, score=score) for name, score in named.items()}
            for model, named in margins.items()
        },
        "difference": {
            name: _difference(rows, before=margins[BASE][name], after=margins[RELEASE][name])
            for name in (SUM, PER_TOKEN)
        },
    }  # fmt: skip


def read_margins(folder: Path) -> dict[str, Row]:
    """Read one model's table by pair."""
    rows: dict[str, Row] = {row["id"]: row for row in shards.read_rows(folder)}
    if not rows:
        raise BurnishError(f"{folder} holds no pairs; raise margins.max_pairs in params.yaml")
    for row in rows.values():
        if not all(math.isfinite(row[f"{side}_log_probability"]) for side in ("chosen", "rejected")):
            raise BurnishError(f"{folder}: a log-probability of {row['id']} isn't finite; run: dvc repro margins")
    return rows


def family_of(row: Row) -> str:
    """Return what an interval is clustered by."""
    return f"{row['category']}/{row['template']}"


def cut_bins(rows: Sequence[Row], *, edges: Sequence[int]) -> list[tuple[dict[str, int | None], list[Row]]]:
    """Return the rows by their difference in tokens, with its ends (`from` included, `below` not; None: open)."""
    ends: list[int | None] = [None, *edges, None]
    return [
        ({"from": low, "below": high}, [row for row in rows if _within(_lead(row), low=low, high=high)])
        for low, high in pairwise(ends)
    ]


def won(margin: float) -> float:
    """Return 1 where the right answer scores higher, 0 where lower, 0.5 where equal: a tie decides nothing."""
    return 0.5 * (1 + (margin > 0) - (margin < 0))


def _within(lead: int, *, low: int | None, high: int | None) -> bool:
    return (low is None or lead >= low) and (high is None or lead < high)


def _lead(row: Row) -> int:
    return int(row["chosen_tokens"]) - int(row["rejected_tokens"])


def _longer(row: Row) -> float:
    return float(_lead(row))


def _sum(row: Row) -> float:
    return float(row["chosen_log_probability"] - row["rejected_log_probability"])


def _per_token(row: Row) -> float:
    chosen = row["chosen_log_probability"] / row["chosen_tokens"]
    return float(chosen - row["rejected_log_probability"] / row["rejected_tokens"])


def _describe(rows: Sequence[Row], *, score: Score) -> dict[str, Any]:
    over = _difference(rows, before=_longer, after=score)
    return {"accuracy": _rate(rows, score=score), "over_longer": over}


def _mean(rows: Sequence[Row], *, score: Score) -> float | None:
    return round(sum(won(score(row)) for row in rows) / len(rows), 6) if rows else None


def _rate(rows: Sequence[Row], *, score: Score) -> dict[str, float]:
    return _interval(pass_rate([won(score(row)) for row in rows], [family_of(row) for row in rows]))


def _difference(rows: Sequence[Row], *, before: Score, after: Score) -> dict[str, Any]:
    changes = [won(after(row)) - won(before(row)) for row in rows]
    estimate = paired_difference(changes, [family_of(row) for row in rows])
    return {**_interval(estimate), "minimum_detectable": minimum_detectable(estimate.error)}


def _interval(estimate: Estimate) -> dict[str, float]:
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high}


if __name__ == "__main__":
    stage.main(run)
