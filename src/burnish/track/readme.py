"""The figures of the last run for the README: between its two marks stands what `metrics/` says, and nothing else."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from burnish.errors import BurnishError
from burnish.files import atomic_write
from burnish.track.blocks import Table, table
from burnish.track.charts import show_change, show_rate
from burnish.track.drawing import percent
from burnish.track.evidence import Evidence
from burnish.track.markdown import render_table
from burnish.track.model_sections import GROUPS, change_of, headlines, rate_of, small

BEGIN, END = "<!-- numbers:start -->", "<!-- numbers:end -->"


def write_numbers(readme: Path, evidence: Evidence) -> None:
    """Replace what stands between the marks of `readme`.

    Raises:
        BurnishError: the file lacks the marks, or there is no summary of a run.
    """
    before, begun, rest = readme.read_text().partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise BurnishError(f"{readme} needs the lines {BEGIN} and {END} around its figures; put them back")
    atomic_write(readme, f"{before}{BEGIN}\n{show_numbers(evidence)}\n{END}{after}")


def show_numbers(evidence: Evidence) -> str:
    """Return scores, exported files and the release's verdict as Markdown."""
    summary = evidence.metrics.get("summary")
    if summary is None:
        raise BurnishError("metrics/summary.json is missing; run: dvc repro")
    release = next(headline for headline in headlines(evidence) if headline.label == "Release")
    parts = [render_table(_scores(summary)), render_table(_files(summary)),
             f"Release: {release.value}, {release.detail}."]  # fmt: skip
    return "\n\n".join(parts)


def _scores(summary: Mapping[str, Any]) -> Table:
    columns = ("pass@1, f16 file", "Items", "Base", "Tuned", "Difference, points")
    rows = [
        [GROUPS[name], f"{summary['tuned'][name]['items']:,}", show_rate(rate_of(summary["base"][name])),
         show_rate(rate_of(summary["tuned"][name])), show_change(change_of(summary["gain"][name]))]
        for name in GROUPS if name in summary["gain"]
    ]  # fmt: skip
    return table("lrrrr", columns, rows)


def _files(summary: Mapping[str, Any]) -> Table:
    """Each file against the model it comes from, and its pass rate by llama.cpp."""
    columns = ("File", "Top-1 agreement", "Mean KL", "Token ids, template, stops", "pass@1 by llama.cpp", "Items")
    checks = ("token_ids_equal", "template_equal", "stop_tokens_equal")
    rows = []
    for name, found in sorted(summary["equivalence"].items(), key=_distance):
        asked = summary["quants"].get(name)
        equal = "equal" if all(found[check] for check in checks) else "different"
        rates = (show_rate(rate_of(asked)), f"{asked['items']:,}") if asked else ("not run", "")
        rows.append([name, percent(found["top_1_agreement"], digits=2), small(found["mean_kl"]), equal, *rates])
    return table("lrrlrr", columns, rows)


def _distance(entry: tuple[str, Mapping[str, Any]]) -> float:
    kl = entry[1]["mean_kl"]
    return math.inf if kl is None else float(kl)
