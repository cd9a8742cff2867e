"""The sections on public benchmarks and leaks say what the metrics say, and list what isn't run."""

import json
from pathlib import Path
from typing import Any

import pytest

from burnish.track.benchmark_sections import NAMES, PUBLIC, leaks, public
from burnish.track.blocks import Cell, Missing, Report, Table
from burnish.track.evidence import Evidence
from burnish.track.markdown import render_markdown

FIXTURES = Path(__file__).parent / "fixtures" / "metrics"


@pytest.fixture
def metrics() -> dict[str, Any]:
    return {
        name: json.loads((FIXTURES / f"{name}.json").read_text()) for name in ("public", "replicas", "replica_items")
    }


def evidence(metrics: dict[str, Any]) -> Evidence:
    return Evidence({"seed": 1}, {}, metrics, {}, {}, ())


def shown(metrics: dict[str, Any]) -> str:
    sections = (public(evidence(metrics)), leaks(evidence(metrics)))
    return render_markdown(Report("t", "s", (), sections))


def rows(metrics: dict[str, Any], *, start: str) -> list[str]:
    return [line for line in shown(metrics).splitlines() if line.startswith(f"| {start} |")]


def test_rates_intervals_and_answers_without_anything_to_judge_stand_in_one_row(metrics: dict[str, Any]) -> None:
    group = metrics["public"]["groups"]["bfcl_simple"]
    group["base"] |= {"pass_rate": 0.25, "low": 0.1, "high": 0.5, "not_extracted": 0.125}
    group["release"] |= {"pass_rate": 0.5, "low": 0.3, "high": 0.7, "not_extracted": 0.0}
    group["difference"] |= {"mean": 0.25, "low": 0.05, "high": 0.45, "minimum_detectable": 0.285}
    (row,) = rows(metrics, start="BFCL simple")
    rates = "25.0\u202f% (10.0\u202f% to 50.0\u202f%) | 50.0\u202f% (30.0\u202f% to 70.0\u202f%)"
    assert row.endswith(f"| {rates} | +25.0 (+5.0 to +45.0) | 28.5 | 12.5\u202f% | 0.0\u202f% |")


def test_what_is_not_run_is_listed_with_its_reason_and_without_a_figure(metrics: dict[str, Any]) -> None:
    (section,) = [
        block for block in public(evidence(metrics)).blocks if isinstance(block, Table) and block.columns[2] == "Why"
    ]
    listed = {str(row[0]): row for row in section.rows}
    assert listed["GSM8K"][1:] == (Cell("not run", "soft"), metrics["public"]["not_run"]["gsm8k"])
    assert set(metrics["public"]["not_run"]) <= set(NAMES), "each has a name for people"
    assert not {PUBLIC[name] for name in metrics["public"]["groups"]} & set(listed)


def test_a_leak_is_loud_and_what_was_not_judged_is_said(metrics: dict[str, Any]) -> None:
    found = metrics["replicas"]["benchmarks"]["humaneval"]
    found |= {"public": 0.4, "replica": 0.1, "mean": 0.3, "low": 0.2, "high": 0.4, "margin": 0.05, "verdict": "leak",
              "minimum_detectable": 0.142}  # fmt: skip
    (row,) = [line for line in rows(metrics, start="HumanEval") if line.endswith("| leak |")]
    assert "| +0.400 | +0.100 | +0.300 (+0.200 to +0.400) | 0.05 | 0.142 |" in row
    (absent,) = [line for line in rows(metrics, start="MMLU") if line.count("not run") == 8]
    assert absent.endswith("aren't fetched |")


def test_controls_stand_beside_the_verdicts(metrics: dict[str, Any]) -> None:
    text = shown(metrics)
    assert "half of the replicas' families against the other half" in text
    assert f"base {metrics['replicas']['canary']['base']['says']}" in text
    assert "How they were proved" in text


def test_before_the_stages_have_run_nothing_is_shown_as_zero() -> None:
    for build in (public, leaks):
        (block,) = build(evidence({})).blocks
        assert isinstance(block, Missing) and block.way.startswith("dvc repro")
