"""The README's figures are those of the run that is committed beside it."""

import json
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tests.track.test_report import evidence as evidence
from tests.track.test_report import metrics

from burnish.errors import BurnishError
from burnish.track.evidence import Evidence
from burnish.track.readme import BEGIN, END, show_numbers, write_numbers

ROOT = Path(__file__).parents[2]


def committed(path: str) -> str:
    return subprocess.run(["git", "show", f"HEAD:{path}"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_figures_stand_between_the_marks_and_the_rest_stays(tmp_path: Path, evidence: Evidence) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n{BEGIN}\nstale\n{END}\nafter\n")
    write_numbers(readme, evidence)
    text = readme.read_text()
    assert text.startswith(f"# Title\n{BEGIN}\n| pass@1")
    assert text.endswith(f"\n{END}\nafter\n")
    assert "stale" not in text
    assert "| Seen families | 240 | 8.3\u202f% (4.1\u202f% to 13.9\u202f%)" in text
    assert "| f16 | 99.9" in text
    write_numbers(readme, evidence)
    assert readme.read_text() == text


def test_a_readme_without_marks_and_a_run_without_summary_are_errors(tmp_path: Path, evidence: Evidence) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n{BEGIN}\n")
    with pytest.raises(BurnishError, match="numbers:end"):
        write_numbers(readme, evidence)
    without = {name: content for name, content in metrics().items() if name != "summary"}
    with pytest.raises(BurnishError, match="run: dvc repro"):
        show_numbers(evidence._replace(metrics=without))


def test_the_committed_readme_says_what_the_committed_metrics_say() -> None:
    names = ("summary", "evaluate", "equivalence")
    found = {name: json.loads(committed(f"metrics/{name}.json")) for name in names}
    settings = YAML(typ="safe").load(committed("params.yaml"))
    run = Evidence(settings, {}, found, {}, {}, ())
    assert f"{BEGIN}\n{show_numbers(run)}\n{END}" in committed("README.md")
