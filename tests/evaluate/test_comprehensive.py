"""Scores of other stages meet in one table, each with what stands for its item."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.bfcl_fixture import write_bfcl
from tests.evaluate.fullstack_tasks import write_apps, write_tasks
from tests.evaluate.held_out import PROBLEMS, case, write_humaneval
from tests.validate.tables import faults_in

from burnish import pair_tables, shards
from burnish.answer_tables import READING
from burnish.benchmarks.fullstack_scores import RESULT as FULLSTACK
from burnish.benchmarks.lovable_scores import RESULT as LOVABLE
from burnish.errors import BurnishError
from burnish.evaluate import comprehensive
from burnish.evaluate.call_items import read_bfcl
from burnish.evaluate.comprehensive import ComprehensiveParams, choose_references
from burnish.evaluate.judging import RESULT
from burnish.evaluate.public_tables import RESULT as PUBLIC
from burnish.files import write_json
from burnish.frontier_tables import MARGIN, SAFETY_ITEM
from burnish.outcomes import read_outcomes
from burnish.validate.contamination import FLAGGED

PARAMS = ComprehensiveParams(false_discovery_rate=0.05)
CASES = [case(number, category="fs_a", template=f"t{number}", split="seen") for number in range(12)]
STEPS = ("base", "sft", "dpo")
MODELS = ("base", "release", "llama.cpp/Q8_0", "llama.cpp/f16")
PAIR = {"id": "p1", "category": "c", "template": "t", "split": "unseen", "prompt": "?", "chosen": "a", "rejected": "b",
        "check": "x", "reason": "r", "checks": "{}", "licence": "MIT", "source": "s"}  # fmt: skip


def result(model: str, name: str, *, group: str, passed: bool) -> dict[str, Any]:
    reason = "" if passed else "no"
    return {"id": name, "model": model, "index": 0, "group": group, "category": "c", "family": name, "passed": passed,
            "reason": reason, "finish": "stop", "tokens": 1, "no_code": False, "tier": "bubblewrap",
            "chat_template": "c", "stop": ["<end>"], "extractor": "e"}  # fmt: skip


def write_scored(folder: Path, *, bfcl: str) -> Path:
    rows = [result(model, one["id"], group="seen", passed=model != "base") for model in MODELS for one in CASES]
    rows += [result(model, one["task_id"], group="humaneval", passed=True) for model in MODELS[:2] for one in PROBLEMS]
    shards.write_rows(folder / "results", rows, schema=RESULT)
    rows = [result(model, one["id"], group="seen", passed=model == "dpo") for model in STEPS for one in CASES[:6]]
    shards.write_rows(folder / "screen", rows, schema=RESULT)
    asked = [
        result(model, bfcl, group="bfcl_simple", passed=False) | {"benchmark": "bfcl", "tier": ""}
        for model in MODELS[:2]
    ]
    shards.write_rows(folder / "public", asked, schema=PUBLIC)
    tasks = [{"id": "made_1_0/0", "model": model, "index": 0, "template": "made_1_0", "solved": False, "points": 0.5,
              "tier": "bubblewrap"} for model in MODELS[:2]]  # fmt: skip
    shards.write_rows(folder / "fullstack", tasks, schema=FULLSTACK)
    apps = [{"id": "kind1/2", "model": model, "index": 0, "kind": "kind1", "solved": model == "release", "points": 0.75,
             "tier": "bubblewrap"} for model in MODELS[:2]]  # fmt: skip
    shards.write_rows(folder / "lovable", apps, schema=LOVABLE)
    read = [{"id": f"{kind}1", "model": model, "index": 0, "family": "f", "kind": kind, "label": "refused"}
            for model in MODELS[:2] for kind in ("safe", "harmful")]  # fmt: skip
    shards.write_rows(folder / "safety_readings", read, schema=READING)
    for model in MODELS[:2]:
        margin = {**{name: PAIR[name] for name in ("id", "category", "template", "split")}, "model": "0" * 64,
                  "chosen_log_probability": -1.0, "rejected_log_probability": -2.0}  # fmt: skip
        shards.write_rows(folder / "margins" / model, [margin], schema=MARGIN)
    return folder


@pytest.fixture
def where(tmp_path: Path) -> dict[str, Path]:
    bfcl = write_bfcl(tmp_path / "benchmarks" / "bfcl-v4")
    name = next(item.id for item in read_bfcl(bfcl) if item.group == "bfcl_simple")
    shards.write_rows(tmp_path / "cases" / "http_backend", CASES, schema=shards.CASE)
    shards.write_rows(tmp_path / "tasks", [], schema=shards.CASE)
    shards.write_rows(tmp_path / "safety", [{"id": f"{kind}1", "prompt": kind} for kind in ("safe", "harmful")],
                      schema=SAFETY_ITEM)  # fmt: skip
    shards.write_rows(tmp_path / "pairs", [PAIR], schema=pair_tables.PAIR)
    items = (f"humaneval/{PROBLEMS[0]['task_id']}", "fullstack_eval/made_1_0/3", "safety_items/other/1/safe")
    flagged = [{"id": item, "item": item, "way": "equal"} for item in items]
    shards.write_rows(tmp_path / "contamination", flagged, schema=FLAGGED)
    write_json(tmp_path / "screen.json", {"steps": {"dpo": {"parent": "sft"}, "sft": {"parent": "base"}}})
    return {
        "screen": tmp_path / "screen.json",
        "scored": write_scored(tmp_path / "scored", bfcl=name), "cases": tmp_path / "cases", "tasks": tmp_path / "tasks",
        "humaneval": write_humaneval(tmp_path / "benchmarks" / "humaneval"), "bfcl": bfcl, "hub": tmp_path / "benchmarks",
        "fullstack_tasks": write_tasks(tmp_path / "fullstack"), "apps": write_apps(tmp_path / "apps"),
        "safety_items": tmp_path / "safety",
        "pairs": tmp_path / "pairs", "contamination": tmp_path / "contamination", "out": tmp_path / "out",
    }  # fmt: skip


def test_every_scored_row_stands_in_the_table_once(where: dict[str, Path]) -> None:
    figures = dict(comprehensive.run(PARAMS, **where))
    assert set(figures["cells"]) == {"seen", "humaneval", "bfcl_simple", "fullstack_solved", "fullstack_points",
                                     "lovable_shipped", "lovable_points",
                                     "safe_answered", "harm_refused", "preference_unseen"}  # fmt: skip
    cells = figures["cells"]["seen"]
    assert cells["release"]["difference"]["verdict"] == "better"
    assert cells["llama.cpp/Q8_0"]["difference"]["verdict"] == "="
    assert cells["step/dpo"]["difference"]["mean"] == 1.0 and cells["step/sft"]["difference"]["verdict"] == "="
    assert figures["cells"]["safe_answered"]["base"]["all"]["mean"] == 0.0
    assert figures["cells"]["harm_refused"]["base"]["all"]["mean"] == 1.0
    assert figures["cells"]["fullstack_points"]["release"]["all"]["mean"] == 0.5
    assert figures["cells"]["lovable_shipped"]["release"]["difference"]["mean"] == 1.0
    assert figures["cells"]["lovable_points"]["base"]["all"]["mean"] == 0.75
    assert figures["cells"]["preference_unseen"]["release"]["all"]["mean"] == 1.0
    assert len(list(read_outcomes(where["out"]))) == 4 * 12 + 3 * 6 + 2 * 4 + 2 + 4 + 4 + 4 + 2
    assert faults_in(where["out"], table="outcome") == []


def test_items_that_a_training_row_overlapped_are_told_from_clean_ones(where: dict[str, Path]) -> None:
    figures = dict(comprehensive.run(PARAMS, **where))
    own = figures["cells"]["humaneval"]["base"]
    assert (own["suspect"]["items"], own["clean"]["items"], own["all"]["items"]) == (1, 3, 4)
    assert figures["benchmarks"]["bfcl_simple"]["suspect_items"] == 0
    assert figures["benchmarks"]["seen"]["suspect_items"] is None, "nobody looks for them there"


def test_of_our_own_benchmarks_the_whole_family_of_an_overlapped_item_is_suspect(where: dict[str, Path]) -> None:
    figures = dict(comprehensive.run(PARAMS, **where))
    for name in ("fullstack_solved", "fullstack_points"):
        assert figures["benchmarks"][name]["suspect_items"] == 1, "variant 3 overlaps, and variant 0 was asked"
        assert (figures["cells"][name]["base"]["clean"], figures["cells"][name]["base"]["suspect"]["items"]) == (
            None,
            1,
        )
    for name in ("harm_refused", "safe_answered"):
        assert figures["benchmarks"][name]["suspect_items"] == 0, "the overlapped request is of another family"
        assert figures["cells"][name]["base"]["clean"] == figures["cells"][name]["base"]["all"]


def test_each_model_is_held_against_what_its_difference_asks_about() -> None:
    found = choose_references(sorted(MODELS), parents={"dpo": "sft", "sft": "base"})
    assert list(found.items()) == [
        ("base", None), ("step/base", None), ("step/sft", "step/base"), ("step/dpo", "step/sft"), ("release", "base"),
        ("llama.cpp/f16", "release"), ("llama.cpp/Q8_0", "llama.cpp/f16")]  # fmt: skip
    assert choose_references(["base", "llama.cpp/Q8_0", "release"], parents={})["llama.cpp/Q8_0"] == "release"


def test_two_runs_write_the_same_bytes(where: dict[str, Path]) -> None:
    first = json.dumps(comprehensive.run(PARAMS, **where), sort_keys=True)
    kept = [path.read_bytes() for path in sorted(where["out"].iterdir())]
    assert json.dumps(comprehensive.run(PARAMS, **where), sort_keys=True) == first
    assert [path.read_bytes() for path in sorted(where["out"].iterdir())] == kept


def test_scores_of_items_that_are_gone_are_refused(where: dict[str, Path]) -> None:
    shards.write_rows(where["cases"] / "http_backend", CASES[1:], schema=shards.CASE)
    with pytest.raises(BurnishError, match="no item 'fs_a/t0/0' any more"):
        comprehensive.run(PARAMS, **where)
