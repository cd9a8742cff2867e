"""The table of all models says what the figures say: a sign where a difference survives, and no figure where none is."""

import json
from typing import Any

from burnish.outcome_tables import tabulate
from burnish.outcomes import Outcome
from burnish.track.blocks import Missing, Report
from burnish.track.comparison_sections import build_page, comparison
from burnish.track.evidence import Evidence
from burnish.track.markdown import render_markdown


def own(benchmark: str, model: str, signs: str, *, suspect: bool | None = None) -> list[Outcome]:
    return [
        Outcome(benchmark, f"i{n}", 0, f"f{n}", model, float(sign == "+"), suspect, "q", "")
        for n, sign in enumerate(signs)
    ]


def figures() -> dict[str, Any]:
    rows = [*own("seen", "base", "-" * 12), *own("seen", "release", "+" * 12), *own("seen", "llama.cpp/Q8_0", "+" * 11 + "-"),
            *own("humaneval", "base", "+-", suspect=False), *own("humaneval", "release", "-+", suspect=False)]  # fmt: skip
    against = {"base": None, "release": "base", "llama.cpp/Q8_0": "release"}
    found = tabulate(rows, against=against, false_discovery_rate=0.05)
    return dict(json.loads(json.dumps(found, sort_keys=True)))  # as it is on disk


def evidence(metrics: dict[str, Any]) -> Evidence:
    return Evidence({"seed": 1}, {}, metrics, {}, {}, ())


def test_a_cell_has_its_interval_and_its_sign() -> None:
    text = render_markdown(Report("t", "s", (), (comparison(evidence({"comprehensive": figures()})),)))
    (seen,) = [line for line in text.splitlines() if line.startswith("| Seen families | 12 | 0.0")]
    cells = [cell.strip() for cell in seen.strip("|").split("|")]
    assert cells[3].startswith("100.0\u202f% (") and cells[3].endswith("▲") and cells[4].endswith("=")
    (public,) = [line for line in text.splitlines() if line.startswith("| HumanEval | 2 | 50.0")]
    assert "not run" in public and "Tuned against Base; llama.cpp/Q8_0 against Tuned" in text


def test_the_page_tells_suspect_items_from_clean_ones_and_from_those_nobody_looked_at() -> None:
    text = render_markdown(build_page(figures(), title="All", subtitle="s"))
    assert "| Seen families | not checked |" in text
    assert "| HumanEval | 0 | Base | 50.0" in text and text.count("no item") == 2


def test_before_the_stage_has_run_the_way_to_it_is_shown() -> None:
    (block,) = comparison(evidence({})).blocks
    assert isinstance(block, Missing) and block.way == "dvc repro comprehensive"
