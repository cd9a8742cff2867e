"""Answers to figures and verdicts: real verifiers judge known answers, and each number is what counting by hand gives."""

import csv
import hashlib
import json
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.held_out import PROBLEMS, case, solve, write_answers, write_humaneval

from burnish import shards
from burnish.answer_rows import digest_reader
from burnish.errors import BurnishError
from burnish.evaluate import release, scores, summary
from burnish.evaluate.release import ReleaseParams
from burnish.evaluate.scores import EvaluateParams
from burnish.fences import fence
from burnish.files import write_json

PARAMS = EvaluateParams(min_gain={"seen": 0.4}, margin={"unseen": 0.7, "humaneval": 0.7})
WRONG = "```python\ndef shift(x):\n    return x\n```"
SEEN = [case(number, category="fs_a", template=f"t{number % 3}", split="seen") for number in range(1, 7)]
UNSEEN = [case(number, category="fs_b", template=f"t{number % 2}", split="unseen") for number in range(11, 15)]
SOLUTIONS = {
    problem["task_id"]: fence(problem["prompt"] + problem["canonical_solution"], language="python")
    for problem in PROBLEMS
}
EQUIVALENT = {"top_1_agreement": 1.0, "mean_kl": 0.0, "token_ids_equal": True, "template_equal": True,
              "stop_tokens_equal": True, "reasons": [], "judged": True, "passed": True}  # fmt: skip


def answer(cases: list[dict[str, Any]], *, right: int) -> dict[str, str]:
    """Answer the first `right` of `cases` rightly."""
    return {
        one["id"]: solve(int(one["id"].rpartition("/")[2])) if number < right else WRONG
        for number, one in enumerate(cases)
    }


def paths(folder: Path, *, base: Mapping[str, str], release: Mapping[str, str]) -> dict[str, Path]:
    shards.write_rows(folder / "cases" / "http_backend", [*SEEN, *UNSEEN], schema=shards.CASE)
    shards.write_rows(folder / "tasks", [], schema=shards.CASE)
    (folder / "engines").mkdir()
    return {
        "base": write_answers(folder / "base", base), "release": write_answers(folder / "release", release),
        "engines": folder / "engines", "cases": folder / "cases", "tasks": folder / "tasks",
        "humaneval": write_humaneval(folder / "benchmarks"), "out": folder / "results", "rates": folder / "rates.csv",
    }  # fmt: skip


def both(tmp_path: Path, *, seen: tuple[int, int] = (1, 6), unseen: tuple[int, int] = (1, 1)) -> dict[str, Path]:
    """Answer so many of each group rightly before and after; HumanEval always."""
    before, after = (
        {**answer(SEEN, right=seen[turn]), **answer(UNSEEN, right=unseen[turn]), **SOLUTIONS} for turn in (0, 1)
    )
    return paths(tmp_path, base=before, release=after)


def test_figures_are_what_counting_gives(tmp_path: Path) -> None:
    where = both(tmp_path)
    figures = dict(scores.run(PARAMS, **where))
    seen = figures["groups"]["seen"]
    assert (seen["items"], seen["families"]) == (6, 3)
    assert (seen["base"]["passed"], seen["release"]["pass_rate"]) == (1, 1.0)
    assert seen["difference"]["mean"] == pytest.approx(5 / 6, abs=1e-6)
    assert (seen["difference"]["won"], seen["difference"]["lost"]) == (5, 0)
    assert seen["release"]["low"] < 1.0, "six items of three families prove no certainty"
    assert figures["groups"]["humaneval"]["release"]["passed"] == len(PROBLEMS)
    assert figures["categories"]["fs_b"] == {name: {"answers": 4, "passed": 1} for name in ("base", "release")}
    assert "real" not in figures["groups"]
    rows = list(shards.read_rows(where["out"]))
    assert len(rows) == 2 * (len(SEEN) + len(UNSEEN) + len(PROBLEMS))
    assert {row["reason"] == "" for row in rows if row["passed"]} == {True}
    assert {(row["chat_template"], *row["stop"], row["extractor"]) for row in rows} == {
        ("c", "<end>", digest_reader("fences"))
    }
    rates = list(csv.DictReader(where["rates"].read_text().splitlines()))
    assert [(rate["group"], rate["model"]) for rate in rates][:2] == [("seen", "base"), ("seen", "release")]
    assert float(rates[0]["low"]) <= float(rates[0]["pass_rate"]) <= float(rates[0]["high"])


def test_figures_hold_no_time_and_repeat(tmp_path: Path) -> None:
    where = both(tmp_path)
    first = json.dumps(scores.run(PARAMS, **where), sort_keys=True)
    kept = [path.read_bytes() for path in sorted(where["out"].iterdir())]
    assert json.dumps(scores.run(PARAMS, **where), sort_keys=True) == first
    assert [path.read_bytes() for path in sorted(where["out"].iterdir())] == kept


@pytest.mark.parametrize(
    ("seen", "unseen", "passing"),
    [((1, 6), (1, 1), {"seen_gain", "unseen_not_worse", "humaneval_not_worse"}),
     ((1, 3), (1, 1), {"unseen_not_worse", "humaneval_not_worse"}),
     ((0, 6), (4, 0), {"seen_gain", "humaneval_not_worse"})],
    ids=["good", "small gain", "lost unseen"],
)  # fmt: skip
def test_verdicts_hold_exactly_where_they_should(tmp_path: Path, seen: tuple[int, int], unseen: tuple[int, int],
                                                 passing: set[str]) -> None:  # fmt: skip
    verdicts = dict(scores.run(PARAMS, **both(tmp_path, seen=seen, unseen=unseen)))["verdicts"]
    assert {name for name, verdict in verdicts.items() if verdict["passed"]} == passing
    assert all("points" in verdict["says"] for verdict in verdicts.values())


def test_the_engine_that_users_run_is_compared_on_the_same_items(tmp_path: Path) -> None:
    where = both(tmp_path)
    asked = {**answer(SEEN[:4], right=4), **dict(list(SOLUTIONS.items())[:1])}
    write_answers(where["engines"] / "f16", asked)
    write_answers(where["engines"] / "Q4_K_M", {**asked, SEEN[0]["id"]: WRONG})
    engines = dict(scores.run(PARAMS, **where))["engines"]
    assert engines["f16"]["from_sampler"]["mean"] == 0.0
    assert engines["f16"]["items"] == 5
    assert engines["Q4_K_M"]["from_f16"]["mean"] == pytest.approx(-0.2)
    assert engines["Q4_K_M"]["from_f16"]["lost"] == 1
    assert engines["Q4_K_M"]["sampler_pass_rate"] == 1.0


def test_answers_that_cannot_be_compared_are_errors(tmp_path: Path) -> None:
    where = both(tmp_path)
    write_answers(where["release"], answer(SEEN, right=6))
    with pytest.raises(BurnishError, match="only one of the two models was asked"):
        scores.run(PARAMS, **where)
    write_answers(where["release"], {**answer(SEEN, right=6), "gone": "?"})
    with pytest.raises(BurnishError, match="no held-out item 'gone'"):
        scores.run(PARAMS, **where)
    write_answers(where["release"], answer(SEEN, right=6), settings='{"temperature": 1}')
    with pytest.raises(BurnishError, match="sampled in different ways"):
        scores.run(PARAMS, **where)
    write_answers(where["release"], {})
    with pytest.raises(BurnishError, match="holds no answers"):
        scores.run(PARAMS, **where)


def test_a_demand_on_a_group_without_items_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="'real', which has no items"):
        scores.run(EvaluateParams(min_gain={"real": 0.1}, margin={}), **both(tmp_path))


def summarised(tmp_path: Path, *, formats: Mapping[str, Any], **counts: tuple[int, int]) -> Path:
    """Evaluate and summarise; return the file of the summary."""
    where = both(tmp_path, **counts)
    write_answers(where["engines"] / "f16", answer(SEEN[:4], right=3))
    write_json(tmp_path / "evaluate.json", scores.run(PARAMS, **where))
    write_json(tmp_path / "equivalence.json", {"chats": 1, "formats": dict(formats)})
    write_json(
        tmp_path / "screen.json", {"verdicts": {"no_step_worse": {"passed": True, "value": 0.0, "says": "fine"}}}
    )
    found = summary.run(evaluate=tmp_path / "evaluate.json", equivalence=tmp_path / "equivalence.json",
                        screen=tmp_path / "screen.json")  # fmt: skip
    write_json(tmp_path / "summary.json", found)
    return tmp_path / "summary.json"


def test_the_summary_has_its_documented_keys(tmp_path: Path) -> None:
    found = json.loads(summarised(tmp_path, formats={"f16": EQUIVALENT}).read_text())
    assert set(found) == {"base", "tuned", "gain", "quants", "equivalence", "verdicts"}
    assert set(found["tuned"]) == {"seen", "unseen", "humaneval"}
    assert set(found["tuned"]["seen"]) == {"pass_rate", "low", "high", "items"}
    assert set(found["gain"]["seen"]) == {"mean", "low", "high", "minimum_detectable"}
    assert found["quants"]["f16"]["pass_rate"] == 0.75
    assert found["equivalence"]["f16"]["top_1_agreement"] == 1.0
    assert set(found["verdicts"]) == {
        "seen_gain", "unseen_not_worse", "humaneval_not_worse", "no_step_worse", "equivalence_f16"
    }  # fmt: skip


REQUIRED = ReleaseParams(
    step="sft",
    mixes=["sft"],
    steps=["cpt"],
    licence="Apache-2.0",
    required=["seen_gain", "unseen_not_worse", "equivalence_f16"],
)
MATRIX = Path(__file__).parent.parent.parent / "licences" / "matrix.yaml"
Origins = dict[str, tuple[str, float]]
SOUND = {"humaneval": {"items": 164, "solutions_passed": 164, "hacks": 42, "hacks_passed": 0}}
VALID = {"cases": {"table": "case", "passed": True}, "tasks": {"table": "task", "passed": True}}
FREE: Origins = {"generated": ("Apache-2.0", 0.9), "pypi:toy==1/toy.tar.gz": ("MIT", 0.1)}


def ship(tmp_path: Path, found: Path, params: ReleaseParams = REQUIRED, *, origins: Origins = FREE,
         text_licence: str = "MIT", tables: Mapping[str, Any] = VALID,
         benchmarks: Mapping[str, Any] = SOUND, mixes: list[str] | None = None) -> dict[str, Any]:  # fmt: skip
    (tmp_path / "gguf").mkdir()
    (tmp_path / "gguf" / "f16.gguf").write_bytes(b"GGUF")
    taken = [{"origin": name, "licence": licence, "share": share} for name, (licence, share) in origins.items()]
    write_json(tmp_path / "mixes" / "sft.json", {"origins": taken})
    text = {"origin": "npm:read", "licence": text_licence, "share": 1.0}
    write_json(tmp_path / "steps" / "cpt.json", {"origins": [text]})
    (tmp_path / "raw_base").mkdir()
    (tmp_path / "raw_base" / "LICENSES.json").write_text(
        json.dumps([{"url": "pypi:base==1/b.whl", "licence": "Apache-2.0"}])
    )
    write_json(tmp_path / "validate" / "rows" / "hub.json", tables)
    write_json(tmp_path / "benchmarks.json", benchmarks)
    learnt = params.mixes if mixes is None else mixes
    steps = {"cpt": {"method": "cpt", "parent": "base", "data": "processed/text"}}
    for name, parent in zip(learnt, ["cpt", *learnt], strict=False):
        steps[name] = {"method": "sft", "parent": parent, "data": f"mix/{name}"}
    write_json(tmp_path / "params.yaml", {"train": steps})  # JSON is YAML
    with chdir(tmp_path):
        release.run(params.model_copy(update={"step": learnt[-1]}), summary=found, validations=tmp_path / "validate",
                    benchmarks=tmp_path / "benchmarks.json", mixes=tmp_path / "mixes", steps=tmp_path / "steps",
                    base=tmp_path / "raw_base", matrix=MATRIX, gguf=tmp_path / "gguf",
                    out=tmp_path / "release.json")  # fmt: skip
    return dict(json.loads((tmp_path / "release.json").read_text()))


def test_a_release_names_its_files_by_their_hashes(tmp_path: Path) -> None:
    manifest = ship(tmp_path, summarised(tmp_path, formats={"f16": EQUIVALENT}))
    assert manifest["files"]["f16.gguf"]["bytes"] == 4
    assert manifest["files"]["f16.gguf"]["sha256"] == hashlib.sha256(b"GGUF").hexdigest()
    assert manifest["verdicts"] == sorted(REQUIRED.required)


def test_each_failed_verdict_is_listed_and_nothing_is_written(tmp_path: Path) -> None:
    bad = {**EQUIVALENT, "passed": False, "reasons": ["mean KL 0.3 is above 0.0001"]}
    found = summarised(tmp_path, formats={"f16": bad}, seen=(1, 2))
    with pytest.raises(BurnishError) as caught:
        ship(tmp_path, found)
    assert "seen_gain: seen: gain of 16.7 points, at least 40.0 wanted" in str(caught.value)
    assert "equivalence_f16: f16: mean KL 0.3 is above 0.0001" in str(caught.value)
    assert "unseen" not in str(caught.value)
    assert not (tmp_path / "release.json").exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"tables": {**VALID, "tasks": {"table": "task", "passed": False}}}, r"rows/hub\.json: the table tasks isn't valid"),
     ({"tables": {"tasks": {"table": "task"}}}, "the table tasks isn't valid"),
     ({"benchmarks": {"humaneval": {**SOUND["humaneval"], "hacks_passed": 2}}}, "164 of 164 solutions and 2 hacks pass")],
    ids=["invalid", "unknown", "hacked"],
)  # fmt: skip
def test_nothing_is_released_of_tables_or_benchmarks_that_are_not_sound(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BurnishError, match=reason):
        ship(tmp_path, summarised(tmp_path, formats={"f16": EQUIVALENT}), **change)


def test_a_verdict_that_nobody_gave_does_not_pass(tmp_path: Path) -> None:
    found = summarised(tmp_path, formats={"f16": EQUIVALENT})
    with pytest.raises(BurnishError, match="equivalence_Q8_0: no stage gave this verdict"):
        ship(tmp_path, found, REQUIRED.model_copy(update={"required": ["equivalence_Q8_0"]}))


def test_a_release_lists_its_sources_with_what_their_licences_ask(tmp_path: Path) -> None:
    manifest = ship(tmp_path, summarised(tmp_path, formats={"f16": EQUIVALENT}))
    assert manifest["licence"] == "Apache-2.0"
    assert {"source": "pypi:toy==1/toy.tar.gz", "licence": "MIT", "conditions": ["attribution"]} in manifest["sources"]
    assert [entry["source"] for entry in manifest["sources"]] == [
        "generated",
        "npm:read",
        "pypi:base==1/b.whl",
        "pypi:toy==1/toy.tar.gz",
    ]


def test_two_sources_with_clashing_licences_stop_the_release_and_are_named(tmp_path: Path) -> None:
    clash = {**FREE, "hf:alike": ("CC-BY-SA-4.0", 0.01), "hf:unsold": ("CC-BY-NC-4.0", 0.02)}
    with pytest.raises(
        BurnishError, match=r"no release:\n  hf:unsold under CC-BY-NC-4.0 .* and hf:alike under CC-BY-SA-4.0"
    ):
        ship(tmp_path, summarised(tmp_path, formats={"f16": EQUIVALENT}), origins=clash)
    assert not (tmp_path / "release.json").exists()


def test_the_licences_of_texts_that_a_step_learnt_count_too(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"npm:read under CC-BY-NC-4.0 can't go into a release under Apache-2.0"):
        ship(tmp_path, summarised(tmp_path, formats={"f16": EQUIVALENT}), text_licence="CC-BY-NC-4.0")


def test_a_mixture_that_is_learnt_and_not_listed_stops_the_release(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"release\.mixes lists sft, but other and its ancestors learn sft, other"):
        ship(tmp_path, summarised(tmp_path, formats={"f16": EQUIVALENT}), mixes=["sft", "other"])
    assert not (tmp_path / "release.json").exists()


def test_a_mixture_that_does_not_say_its_origins_stops_the_release(tmp_path: Path) -> None:
    write_json(tmp_path / "mixes" / "old.json", {"rows": 1})
    with pytest.raises(BurnishError, match=r"old.json doesn't say what was taken .*run: dvc repro"):
        ship(tmp_path, summarised(tmp_path, formats={"f16": EQUIVALENT}),
             REQUIRED.model_copy(update={"mixes": ["sft", "old"]}))  # fmt: skip
