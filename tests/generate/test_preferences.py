"""Preference pairs: each proved by execution, no side longer by habit, tables that TRL's own functions take."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset
from tests.overlaps import CONTAMINATION, write_benchmark
from tests.validate.tables import LOCAL, faults_in, params_for
from tests.workspaces import ROOT
from trl.data_utils import extract_prompt, is_conversational, unpair_preference_dataset

from burnish import shards
from burnish.benchmark_items import Item
from burnish.cases import verify, verify_many
from burnish.contamination import Detector
from burnish.errors import BurnishError
from burnish.generate import fs_accessibility, fs_correctness, fs_security, fs_tests
from burnish.generate.accessibility_contents import contrast
from burnish.generate.case_pairs import CaseCategory, keep_parts, write_padded, write_questions
from burnish.generate.checks import python_check
from burnish.generate.core import Category, family_key, fill, write_mutants
from burnish.generate.pairing import Pair, Question, choose_pairs, find_slips, longer_wins, prove_questions
from burnish.generate.preference_questions import draw_questions
from burnish.generate.preferences import FROM_CASES, OWN, PreferencesParams, drop_overlaps, make_pairs, quotas_of, run
from burnish.pair_tables import PAIR
from burnish.params import load as load_section
from burnish.params import read_yaml
from burnish.profiles import apply_profile
from burnish.seeds import rng
from burnish.validate.datasets import check_table
from burnish.validate.judging import ValidateParams

EACH = pytest.mark.parametrize("category", OWN, ids=lambda category: str(category.name))
PARAMS = PreferencesParams(
    per_template=4, seen_per_template=1, unseen_per_template=2, withheld_share=0.2,
    cases_per_split={"train": 4, "seen": 4, "unseen": 4}, pairs_per_question=1, max_length_bias=0.03, alone_sample=1,
    detector=CONTAMINATION,
)  # fmt: skip
KNOWN = Detector([], params=PARAMS.detector)
ADD = {
    "id": "fs_toy/add/1", "family": "toy", "category": "fs_toy", "template": "add", "split": "train", "starter": "",
    "prompt": "Write `add(a, b)` in Python.", "reference": "def add(a, b):\n    return a + b", "cheats": [],
    "verifier": json.dumps(python_check("add", [([1, 2], 3), ([0, 0], 0), ([2, 2], 4)])), "shape": "plus",
    "mutants": ["def add(a, b):\n    return a * b", "def add(a, b):\n    return None"], "licence": "MIT",
    "source": "generated",
}  # fmt: skip


def question(*, right: str, wrong: str, number: int = 0) -> Question:
    check = python_check("f", [([1], 1)])
    return Question(f"q{number}", "fs_toy", "t", "train", "p", (right,), (wrong,), {"a": check, "b": check}, "MIT", "s")


@EACH
def test_every_right_answer_passes_all_checks_and_every_wrong_one_fails_exactly_one(category: Category) -> None:
    questions = [
        one
        for template in category.templates
        for one in draw_questions(category, template, quotas={"train": 2}, seed=5)
    ]
    for asked, proof in zip(questions, prove_questions(questions), strict=True):
        assert proof.complaints == []
        assert len(proof.pairs) == len(asked.right) * len(asked.wrong)
        assert {pair.lean for pair in proof.pairs} >= {-1, 1}, "either answer can be the longer one"


@EACH
def test_a_template_has_phrasings_solutions_and_room_for_the_bar(category: Category) -> None:
    assert len(category.templates) >= 5
    for template in category.templates:
        assert len(set(template.ask)) >= 3
        assert len(template.shapes) >= 2
        assert len(draw_questions(category, template, quotas={"train": 50}, seed=3)) == 50, "200 pairs a category"
        facts = template.draw(rng("texts", family_key(category, template)))
        codes = [fill(one.code, facts) for one in template.shapes]
        codes += [code for one in template.shapes for code in write_mutants(template, one, facts)]
        assert all("«" not in code for code in codes)


def test_a_question_space_that_is_too_small_is_named() -> None:
    whole = fs_security.CATEGORY.templates[0]
    narrow = replace(whole, draw=lambda _: whole.draw(rng("always the same")))
    with pytest.raises(BurnishError, match=r"fs_security/sql_query: only 3 .*lower preferences\.per_template"):
        draw_questions(fs_security.CATEGORY, narrow, quotas={"train": 5}, seed=1)


@EACH
def test_each_category_withholds_a_family_and_trains_on_most(category: Category) -> None:
    kinds = ["unseen" in quotas_of(category, template, params=PARAMS) for template in category.templates]
    assert 1 <= sum(kinds) < len(kinds) / 2


@EACH
def test_profile_full_asks_for_more_pairs_than_the_bar(category: Category, tmp_path: Path) -> None:
    path = Path(shutil.copy(ROOT / "params.yaml", tmp_path))
    apply_profile("full", params=path, profiles=ROOT / "profiles")
    sizes = load_section(PreferencesParams, "preferences", path=path)
    asked = [sum(quotas_of(category, template, params=sizes).values()) for template in category.templates]
    assert sum(asked) * sizes.pairs_per_question >= 220, "200, and what the balance of lengths takes away"


def test_an_answer_that_fails_two_checks_or_none_makes_no_pair() -> None:
    good, bad = "def f(x):\n    return x", "def f(x):\n    return 0"
    both, none = prove_questions([question(right=good, wrong=bad), question(right=good, wrong=good + "  # same")])
    assert both.pairs == none.pairs == []
    assert "fails ['a', 'b']" in both.complaints[0]
    assert "fails nothing" in none.complaints[0]


def test_a_wrong_reference_makes_no_pair() -> None:
    (proof,) = prove_questions([question(right="def f(x):\n    return 2", wrong="def f(x):\n    return 0")])
    assert not proof.pairs
    assert "a right answer fails a" in proof.complaints[0]


def test_the_longer_answer_wins_half_the_time_even_where_pairs_lean_one_way() -> None:
    longer = [Pair(question(right="", wrong="", number=n), "xx" * 3, f"{n}", "a", "") for n in range(30)]
    shorter = [Pair(question(right="", wrong="", number=n), f"{n}", "xx" * 3, "a", "") for n in range(30, 40)]
    equal = [Pair(question(right="", wrong="", number=50), "ab", "ba", "a", "")]
    kept = choose_pairs([*longer, *shorter, *equal], per_question=1, max_bias=0.03)
    assert abs(longer_wins(kept) - 0.5) <= 0.03
    assert len(kept) >= 20
    assert equal[0] not in kept


def test_a_mutant_is_judged_by_the_parts_that_it_fails() -> None:
    questions = write_questions([(ADD, json.loads(str(ADD["verifier"])))], category=fs_correctness.CATEGORY)
    assert [one.wrong[0] for one in questions] == [ADD["mutants"][0]], "one that fails everything isn't used"
    assert questions[0].checks["hidden_tests"]["calls"] == [[1, 2]]
    assert questions[0].checks["other_tests"]["calls"] == [[0, 0], [2, 2]]
    (proof,) = prove_questions(questions)
    assert [pair.check for pair in proof.pairs] == ["hidden_tests"]


def test_a_verdict_that_differs_in_a_process_of_its_own_is_named() -> None:
    (proof,) = prove_questions(
        write_questions([(ADD, json.loads(str(ADD["verifier"])))], category=fs_correctness.CATEGORY)
    )
    assert find_slips(proof.pairs) == []
    swapped = proof.pairs[0]._replace(check="other_tests")
    assert len(find_slips([swapped])) == 2


def test_a_padded_test_file_runs_one_more_test() -> None:
    suite = "from m import f\n\n\n@mark\ndef test_a(x):\n    f(x)\n\n\ndef test_b():\n    assert f(2)\n"
    (padded,) = write_padded(suite, verifier={"kind": "test"})
    assert padded.startswith(suite.rstrip())
    assert padded.endswith("def test_b_again():\n    assert f(2)\n")
    assert not list(write_padded(suite, verifier={"kind": "python"}))


def test_parts_are_cut_together() -> None:
    whole = python_check("f", [([1], 1), ([2], 4)])
    assert keep_parts(whole, kept=[False, True])["expect"] == [4]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    folder = tmp_path_factory.mktemp("preferences")
    shards.write_rows(folder / "cases" / "toy", [ADD], schema=shards.CASE)
    write_benchmark(folder / "benchmarks" / "quiz")
    (folder / "benchmarks" / "LICENSES.json").write_text('[{"name": "quiz"}]')
    places = {"cases": folder / "cases", "benchmarks": folder / "benchmarks"}
    metrics = [run(PARAMS, seed=4, **places, out=folder / name) for name in ("one", "two")]
    return {"folder": folder, "metrics": metrics}


def test_every_category_is_made_balanced_and_split_by_family(made: Mapping[str, Any]) -> None:
    metrics = made["metrics"][0]
    assert set(metrics) == {one.name for one in (*OWN, *FROM_CASES)}
    assert all(metrics[one.name]["pairs"] == metrics[one.name]["questions"] > 20 for one in OWN)
    assert all(metrics[one.name]["dropped"] == [] and metrics[one.name]["slips"] == 0 for one in OWN)
    assert all(0.45 <= metrics[one.name]["longer_wins_train"] <= 0.55 for one in OWN)
    assert "data/preference" in (Path(__file__).parents[2] / "dvc.yaml").read_text()


@pytest.mark.parametrize(("name", "table"), [("dpo", "preference"), ("reward", "preference"), ("kto", "unpaired")])
def test_what_trainers_read_passes_its_table(name: str, table: str, made: Mapping[str, Any]) -> None:
    assert faults_in(made["folder"] / "one" / name, table=table) == []


def test_pairs_pass_their_table_and_no_family_stands_on_both_sides(made: Mapping[str, Any]) -> None:
    limits = read_yaml(Path(__file__).parents[2] / "params.yaml")["validate_generated"]["limits"]
    params = ValidateParams(table="pair", **limits)
    checked = check_table(shards.shards_of(made["folder"] / "one" / "pairs"), params=params, executor=LOCAL)
    assert list(checked.findings) == []
    assert set(checked.counts["splits"]) == {"train", "seen", "unseen"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"checks": '{"a": {"kind": 1}}', "check": "a"}, "checks_are_verifiers_by_name"),
     ({"check": "other"}, "check_is_one_of_checks"),
     ({"split": "test"}, "split"), ({"reason": ""}, "reason"), ({"licence": "GPL-3.0"}, "licence")],
)  # fmt: skip
def test_a_planted_defect_is_found(
    change: dict[str, Any], reason: str, made: Mapping[str, Any], tmp_path: Path
) -> None:
    rows = list(shards.read_rows(made["folder"] / "one" / "pairs"))[:5]
    rows[3] |= change
    shards.write_rows(tmp_path / "t", rows, schema=PAIR)
    checked = check_table(shards.shards_of(tmp_path / "t"), params=params_for("pair", batch_rows=10), executor=LOCAL)
    found = list(checked.findings)
    assert [(one.row, reason in f"{one.column}: {one.reason}") for one in found] == [(3, True)]


def test_stored_pairs_can_be_judged_again_from_the_table_alone(made: Mapping[str, Any]) -> None:
    rows = list(shards.read_rows(made["folder"] / "one" / "pairs"))[::12]
    for row in rows:
        checks = json.loads(row["checks"])
        verdicts = verify_many([(check, row["rejected"]) for check in checks.values()], workers=1, batch=True)
        assert [name for name, one in zip(checks, verdicts, strict=True) if not one.passed] == [row["check"]]
        assert all(verify(check, row["chosen"]).passed for check in checks.values())


def test_a_second_run_writes_the_same_bytes(made: Mapping[str, Any]) -> None:
    digests = [
        {path.relative_to(made["folder"] / name): hashlib.sha256(path.read_bytes()).hexdigest()
         for path in (made["folder"] / name).rglob("*.parquet")}
        for name in ("one", "two")
    ]  # fmt: skip
    assert digests[0] == digests[1]
    assert made["metrics"][0] == made["metrics"][1]


def load(made: Mapping[str, Any], table: str) -> Any:
    files = str(made["folder"] / "one" / table / "*.parquet")
    return load_dataset("parquet", data_files=files, split="train", cache_dir=str(made["folder"] / "cache"))


@pytest.mark.parametrize("table", ["dpo", "reward"])
def test_preference_tables_are_conversational_with_an_explicit_prompt(table: str, made: Mapping[str, Any]) -> None:
    data = load(made, table)
    assert set(data.column_names) == {"prompt", "chosen", "rejected"}
    assert is_conversational(data[0])
    whole = {side: data[0]["prompt"] + data[0][side] for side in ("chosen", "rejected")}
    assert extract_prompt(whole) == data[0], "TRL finds the same prompt by itself"


def test_the_kto_table_is_what_trl_makes_of_the_pairs(made: Mapping[str, Any]) -> None:
    data, unpaired = load(made, "kto"), unpair_preference_dataset(load(made, "dpo"))
    assert set(unpaired.column_names) == {"prompt", "completion", "label"}
    assert set(data.column_names) == {*unpaired.column_names, "licence", "source"}
    assert set(data["licence"]) == {"Apache-2.0"}
    data = data.remove_columns(["licence", "source"])

    def rows(table: Any) -> list[str]:
        return sorted(json.dumps(row, sort_keys=True) for row in table)

    assert rows(data) == rows(unpaired)
    assert is_conversational(data[0])


@pytest.mark.parametrize("side", ["prompt", "chosen", "rejected"])
def test_a_training_pair_of_which_a_text_overlaps_a_benchmark_is_dropped(side: str) -> None:
    known = "Write a function that turns a list of numbers around and leaves out every second one of them."
    texts = {"prompt": "p", "chosen": "c", "rejected": "r", side: f"Please. {known} Thanks."}
    asked = question(right="c", wrong="r")._replace(prompt=texts["prompt"])
    pairs = [
        Pair(asked, texts["chosen"], texts["rejected"], "a", "wrong"),
        Pair(asked._replace(prompt="q"), "c", "r", "a", ""),
    ]
    detector = Detector([Item("quiz/1", (known,), "")], params=CONTAMINATION)
    assert drop_overlaps(pairs, detector=detector) == pairs[1:]
    held_out = [pair._replace(question=pair.question._replace(split="unseen")) for pair in pairs]
    assert drop_overlaps(held_out, detector=detector) == held_out, "held-out pairs aren't learnt"


def test_categories_made_of_cases_name_what_they_take() -> None:
    assert all(isinstance(one, CaseCategory) and one.check != one.other for one in FROM_CASES)
    assert fs_tests.CATEGORY.kinds == ("test",)
    assert make_pairs("none", [], detector=KNOWN, params=PARAMS).metrics["pairs"] == 0
    assert fs_accessibility.CATEGORY.family == "preferences"
