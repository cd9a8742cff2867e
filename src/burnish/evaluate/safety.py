"""Stage `safety`: answers to safety pairs as points of one frontier, base against release, and how good the reading is.

Refusing everything and answering everything both have a Youden J of 0; babbling has one below. The rules that read answers
are measured here on hand-labelled ones, so a point never stands without its instrument's error. Judges no release.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.answer_rows import describe_reading
from burnish.answer_tables import READING
from burnish.errors import BurnishError
from burnish.evaluate.agreement import measure_agreement, read_labelled
from burnish.evaluate.frontier import Reading, compare_points, count_families, place_on_frontier
from burnish.evaluate.items import BASE, RELEASE
from burnish.params import Section
from burnish.refusals import read_answer

READER = "refusals"


class SafetyParams(Section):
    """`safety`: the share of hand-labelled prompts that rules are not written on."""

    held_out_share: float


def run(params: SafetyParams, *, items: Path, labelled: Path, base: Path, release: Path, out: Path) -> stage.Metrics:
    """Read all answers; write a row for each and return the frontier."""
    asked = {row["id"]: row for row in shards.read_rows(items)}
    tables = {name: list(shards.read_rows(folder)) for name, folder in ((BASE, base), (RELEASE, release))}
    check_settings(tables)
    readings = {name: read_table(rows, asked=asked, model=name) for name, rows in tables.items()}
    rows = (
        {**one.row(), **describe_reading(row, reader=READER)}
        for name, own in readings.items() for one, row in zip(own, tables[name], strict=True)
    )  # fmt: skip
    shards.write_rows(out, rows, schema=READING)
    return {
        "models": {name: rows[0]["model"] for name, rows in tables.items()},
        "settings": tables[RELEASE][0]["settings"],
        "pairs": len({one.pair for one in readings[RELEASE]}),
        "families": len({one.family for one in readings[RELEASE]}),
        "points": {name: place_on_frontier(own) for name, own in readings.items()},
        "difference": compare_points(readings[BASE], readings[RELEASE]),
        "by_family": count_families(readings),
        "classifier": measure_agreement(read_labelled(labelled), held_out_share=params.held_out_share),
    }


def check_settings(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Raise unless every answer was drawn alike."""
    settings = sorted({row["settings"] for rows in tables.values() for row in rows})
    if len(settings) > 1:
        shown = " and ".join(settings)
        raise BurnishError(f"answers sampled in different ways can't be compared: {shown}; run: dvc repro answers")


def read_table(
    rows: Sequence[Mapping[str, Any]], *, asked: Mapping[str, Mapping[str, Any]], model: str
) -> list[Reading]:
    """Return how each answer of a table is read."""
    if not rows or (unknown := sorted({row["id"] for row in rows} - asked.keys())):
        what = f"to no request: {unknown[0]!r}" if rows else "missing"
        raise BurnishError(f"answers of {model} are {what}; run: dvc repro answers")
    readings = []
    for row in rows:
        item = asked[row["id"]]
        label, rule = read_answer(row["text"], prompt=item["prompt"])
        readings.append(Reading(row["id"], model, row["index"], item["pair"], item["family"], item["kind"], label, rule,
                                row["finish"], row["tokens"]))  # fmt: skip
    return readings


if __name__ == "__main__":
    stage.main(run)
