"""The sections on safety and preference say what the metrics say."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from burnish.track.blocks import Report, Section
from burnish.track.drawing import standalone
from burnish.track.evidence import Evidence
from burnish.track.frontier_sections import draw_frontier, preference, safety
from burnish.track.markdown import render_markdown

FIXTURES = Path(__file__).parent / "fixtures" / "metrics"


def read(name: str) -> dict[str, Any]:
    return dict(json.loads((FIXTURES / f"{name}.json").read_text()))


def show(section: Section) -> str:
    return render_markdown(Report("", "", (), (section,)))


@pytest.fixture
def evidence() -> Evidence:
    return Evidence({}, {}, {name: read(name) for name in ("safety", "preference")}, {}, {}, ())


def test_the_frontier_stands_with_intervals_and_difference(evidence: Evidence) -> None:
    found = evidence.metrics["safety"]
    found["points"]["base"]["refusal"] = {"mean": 0.1, "low": 0.05, "high": 0.2}
    found["points"]["release"]["refusal"] = {"mean": 0.3, "low": 0.2, "high": 0.4}
    found["difference"]["refusal"] = {"mean": 0.2, "low": 0.1, "high": 0.3, "minimum_detectable": 0.142}
    text = show(safety(evidence))
    rates = "10.0\u202f% (5.0\u202f% to 20.0\u202f%) | 30.0\u202f% (20.0\u202f% to 40.0\u202f%)"
    assert f"| Harm refused | {rates} | +20.0 (+10.0 to +30.0) | 14.2 |" in text
    assert f"All {len(found['by_family'])} families" in text
    assert "| Set aside | " in text and "| Sampled, set aside | " in text


def test_the_instrument_is_shown_beside_the_point(evidence: Evidence) -> None:
    confusion = evidence.metrics["safety"]["classifier"]["all"]["confusion"]
    refused = " | ".join(str(confusion["refused"][read]) for read in confusion)
    assert f"| refused | {refused} |" in show(safety(evidence))


def test_the_better_model_is_drawn_up_and_to_the_left(evidence: Evidence) -> None:
    points = evidence.metrics["safety"]["points"]
    rates = {"base": (0.9, 0.1), "release": (0.1, 0.9)}
    for model, (over, refusal) in rates.items():
        points[model]["over_refusal"] = {"mean": over, "low": over, "high": over}
        points[model]["refusal"] = {"mean": refusal, "low": refusal, "high": refusal}
    svg = ElementTree.fromstring(standalone(draw_frontier(points)))
    dots = {node.get("class"): node for node in svg.iter("{http://www.w3.org/2000/svg}circle") if len(node)}
    assert float(dots["tuned-dot"].get("cx", "")) < float(dots["base-dot"].get("cx", ""))
    assert float(dots["tuned-dot"].get("cy", "")) < float(dots["base-dot"].get("cy", ""))


def test_each_bin_of_length_has_its_baseline(evidence: Evidence) -> None:
    found = evidence.metrics["preference"]
    found["bins"][0] |= {"from": None, "below": -16, "pairs": 9, "longer_wins": 0.0}
    found["bins"][-1] |= {"from": 17, "below": None, "pairs": 0, "longer_wins": None}
    text = show(preference(evidence))
    assert "| below \u221216 | 9 | 0.0\u202f% |" in text
    assert "| +17 or more | 0 | none |" in text, "a bin without pairs has no accuracy"
    assert text.count("| Tuned | ") == 3 and text.count("| Base | ") == 2
