"""Stage `evaluate`: stored answers to verdicts, pass rates with intervals, and what the training step changed.

Answers come from `answers.py` (base and release, by the bulk sampler) and `engines.py` (a sample of the release again,
by the engine that users run). A bad figure fails nothing here: `release.py` enforces the verdicts.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.errors import BurnishError
from burnish.evaluate.comparison import compare, compare_groups, count_categories, describe, judge_groups
from burnish.evaluate.items import BASE, GROUPS, RELEASE, read_items
from burnish.evaluate.judging import RESULT, Result, judge_tables, result_rows
from burnish.files import atomic_write
from burnish.params import Section

SAME_FORMAT = "f16"
Rows = Sequence[Mapping[str, Any]]


class EvaluateParams(Section):
    """`evaluate`: by group, the gain that the release must show, and the loss that must be excluded (shares of one)."""

    min_gain: dict[str, float]
    margin: dict[str, float]


def run(params: EvaluateParams, *, base: Path, release: Path, engines: Path, cases: Path, tasks: Path, humaneval: Path,
        out: Path, rates: Path) -> stage.Metrics:  # fmt: skip
    """Judge all answers; write a row for each, a table of rates for plots, and return the figures."""
    tables = read_tables(base=base, release=release, engines=engines)
    check_settings(tables[BASE], tables[RELEASE])
    results = judge_tables(tables, items=read_items(cases=cases, tasks=tasks, humaneval=humaneval))
    groups = compare_groups(results[BASE], results[RELEASE], names=(BASE, RELEASE), groups=GROUPS)
    others = {name.partition("/")[2]: own for name, own in results.items() if name not in (BASE, RELEASE)}
    shards.write_rows(out, result_rows(tables, results=results), schema=RESULT)
    atomic_write(rates, write_rates(groups))
    return {
        "models": {name: rows[0]["model"] for name, rows in tables.items()},
        "settings": tables[RELEASE][0]["settings"],
        "groups": groups,
        "categories": count_categories({name: results[name] for name in (BASE, RELEASE)}),
        "engines": compare_engines(others, release=results[RELEASE]),
        "verdicts": judge_groups(groups, min_gain=params.min_gain, margin=params.margin),
    }


def read_tables(*, base: Path, release: Path, engines: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the answers by label: `base`, `release`, and one `llama.cpp/<format>` for each folder of `engines`."""
    folders = {BASE: base, RELEASE: release}
    folders |= {f"llama.cpp/{folder.name}": folder for folder in sorted(engines.iterdir()) if folder.is_dir()}
    tables = {name: list(shards.read_rows(folder)) for name, folder in folders.items()}
    if empty := [name for name, rows in tables.items() if not rows]:
        raise BurnishError(f"{folders[empty[0]]} holds no answers; raise max_items in params.yaml")
    return tables


def check_settings(before: Rows, after: Rows) -> None:
    """Raise unless both models were sampled alike."""
    settings = {row["settings"] for row in (*before, *after)}
    if len(settings) > 1:
        shown = " and ".join(sorted(settings))
        raise BurnishError(f"answers sampled in different ways can't be compared: {shown}; run: dvc repro answers")


def compare_engines(formats: Mapping[str, Sequence[Result]], *, release: Sequence[Result]) -> dict[str, Any]:
    """Return for each format: its rate by llama.cpp and its paired difference from two others on the same items.

    `from_sampler`: from the release by the bulk sampler. `from_f16`: from the f16 file by llama.cpp.
    """
    figures: dict[str, Any] = {}
    for name, own in formats.items():
        asked = {result.key for result in own}
        same = [result for result in release if result.key in asked]
        figures[name] = {"items": len(own), **describe(own),
                         "sampler_pass_rate": describe(same)["pass_rate"],
                         "from_sampler": compare(same, own, key=f"engines/{name}/difference")}  # fmt: skip
        if name != SAME_FORMAT and SAME_FORMAT in formats:
            figures[name]["from_f16"] = compare(formats[SAME_FORMAT], own, key=f"engines/{name}/f16")
    return figures


def write_rates(groups: Mapping[str, Any]) -> str:
    """Return the pass rates as CSV, for plots."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("group", "model", "pass_rate", "low", "high", "items"))
    writer.writerows(_rates(groups))
    return text.getvalue()


def _rates(groups: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for group, figures in groups.items():
        for name in (BASE, RELEASE):
            own = figures[name]
            yield group, name, own["pass_rate"], own["low"], own["high"], figures["items"]


if __name__ == "__main__":
    stage.main(run)
