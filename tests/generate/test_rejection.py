"""Only training cases are asked, only right answers stay, rare families first and no code twice."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from tests.export.tiny import make_model

from burnish import shards
from burnish.generate.rejection import (
    Attempt,
    AttemptsParams,
    choose_cases,
    choose_rows,
    find_unsolved,
    judge,
    rate_row,
    read_training_cases,
    run,
)
from burnish.judges import Judgement
from burnish.records import Record
from burnish.sampling import Answer
from burnish.tables import TABLES
from burnish.verdicts import Verdict


def case(family: str, number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{family}/{number}", "family": "style", "category": "fs_page", "template": family, "split": "train",
        "prompt": "p", "verifier": json.dumps({"kind": "html", "checks": []}), "licence": "MIT", "source": "s", **changes,
    }  # fmt: skip


def attempt(
    family: str, number: int, code: str, *, passed: bool = True, turn: int = 0, finish: str = "stop"
) -> Attempt:
    answer = Answer(f"{family}/{number}", turn, "h", code, finish, 3)
    return Attempt(case(family, number), answer, Judgement(Verdict(passed, "" if passed else "no"), hung=False), code)


def kept(attempts: Sequence[Attempt], *, per_case: int = 2, most: int = 99) -> list[str]:
    return [one.code for one in choose_rows(attempts, per_case=per_case, most=most)]


def test_no_code_is_learnt_twice_within_a_family() -> None:
    attempts = [attempt("a", 0, "x"), attempt("a", 0, "x", turn=1), attempt("a", 1, "x"), attempt("b", 0, "x")]
    assert kept(attempts) == ["x", "x"]


def test_a_case_gives_so_many_answers_and_wrong_ones_never() -> None:
    attempts = [attempt("a", 0, f"x{turn}", turn=turn) for turn in range(5)] + [attempt("a", 1, "wrong", passed=False)]
    assert kept(attempts, per_case=2) == ["x0", "x1"]


def test_a_cut_answer_is_not_learnt_even_if_its_code_is_right() -> None:
    attempts = [
        attempt("a", 0, "x", finish="length"),
        attempt("a", 0, "x", turn=1),
        attempt("b", 0, "y", finish="length"),
    ]
    assert kept(attempts) == ["x"]
    assert [own["id"] for own in find_unsolved([case("a", 0), case("b", 0)], attempts)] == ["b/0"]


def test_rare_families_go_first_and_lose_nothing_to_common_ones() -> None:
    common = [attempt("a", number, f"a{number}") for number in range(9)]
    rare = [attempt("z", number, f"z{number}") for number in range(2)]
    assert kept([*common, *rare], most=5) == ["z0", "a0", "z1", "a1", "a2"]


def test_every_case_gives_its_first_before_any_gives_a_second() -> None:
    attempts = [attempt("a", number, f"{number}.{turn}", turn=turn) for number in range(2) for turn in range(2)]
    assert kept(attempts) == ["0.0", "1.0", "0.1", "1.1"]


def test_what_a_table_of_rows_may_not_hold_is_left_out() -> None:
    assert kept([attempt("a", 0, "x\r\ny\nz"), attempt("a", 1, "nul\0"), attempt("a", 2, "fine")]) == ["fine"]


def test_verdicts_are_the_verifiers_and_pass_rates_count_them() -> None:
    cases = [case("a", 0), case("a", 1)]
    texts = [("a/0", 0, "```html\n<b>1</b>\n```"), ("a/0", 1, "no tag"), ("a/0", 2, "```html\n<b>1</b >\n```"),
             ("a/1", 0, "no tag")]  # fmt: skip
    answers = [Answer(id_, turn, "h", text, "length" if turn == 1 else "stop", 3) for id_, turn, text in texts]
    attempts = judge(cases, answers, seconds=600)
    assert [one.passed for one in attempts] == [True, False, True, False]
    row = rate_row(attempts[:3], model="m")
    assert (row["samples"], row["passed"], row["cut"], row["different"]) == (3, 2, 1, 1)
    assert row["pass_rate"] == 2 / 3


def test_families_take_turns_whatever_their_size() -> None:
    cases = [case("a", number) for number in range(20)] + [case("b", 0), case("c", 0)]
    chosen = choose_cases(cases, most=4, seed=1)
    assert [one["template"] for one in chosen] == ["a", "b", "c", "a"]


def test_held_out_cases_and_those_in_a_benchmark_are_never_asked(tmp_path: Path) -> None:
    full = {"starter": "", "reference": "r", "mutants": [], "cheats": [], "shape": "s"}
    splits = ("train", "seen", "unseen", "train")
    rows = [case("a", number, split=split, **full) for number, split in enumerate(splits)]
    shards.write_rows(tmp_path / "cases" / "style", rows, schema=shards.CASE)
    asked = read_training_cases(tmp_path / "cases", left_out=frozenset({"a/3"}))
    assert [row["id"] for row in asked] == ["a/0"]


def test_only_cases_that_no_answer_solved_give_their_reference() -> None:
    attempts = [attempt("a", 0, "x"), attempt("a", 0, "", passed=False, turn=1), attempt("a", 1, "", passed=False)]
    assert [one["id"] for one in find_unsolved([case("a", 0), case("a", 1)], attempts)] == ["a/1"]


def attempt_here(folder: Path, *, verifier_seconds: float) -> dict[str, Any]:
    """Run the stage on a tiny model and four cases that its random answers solve now and then; return its metrics."""
    base, full = make_model(folder / "base"), {"starter": "", "mutants": [], "cheats": [], "shape": "s"}
    cases = [case("a", n, reference="<b>x</b>", prompt=f"Write tag {n}", **full) for n in range(4)]
    shards.write_rows(folder / "cases" / "style", cases, schema=shards.CASE)
    shards.write_rows(folder / "overlaps", [], schema=pa.schema({"id": pa.string()}))
    (folder / "resume").mkdir()
    sampling = {"engine": "openvino", "max_new_tokens": 24, "temperature": 1.0, "top_p": 1.0, "samples": 3,
                "parallel": 12, "dtype": "f32"}  # fmt: skip
    params = AttemptsParams.model_validate({
        "cases": 4, "rows_per_case": 1, "max_rows": 9, "references": True, "verifier_seconds": verifier_seconds,
        "sampling": sampling,
    })  # fmt: skip
    return dict(run(params, cases=folder / "cases", contamination=folder / "overlaps", base=base, model=base, seed=1,
                    out=folder / "out", record=Record("attempts", params={}), resume=folder / "resume"))  # fmt: skip


def test_the_stage_writes_tables_that_hold_what_their_models_say(tmp_path: Path) -> None:
    metrics = attempt_here(tmp_path, verifier_seconds=600)
    rows, rates = (pl.read_parquet(tmp_path / "out" / name / "*.parquet") for name in ("rows", "rates"))
    for name, table in (("row", rows), ("rate", rates)):
        TABLES[name].validate(table, lazy=True)
    assert metrics["samples"] == rates["samples"].sum() == 12
    assert metrics["right"] == rates["passed"].sum()
    assert len(rows) == 4, "one right answer of a case, or its reference"
    assert metrics["never_right"] == sum(name.endswith("/reference") for name in rows["id"])
    assert sorted(np.load(tmp_path / "out" / "index.npy").tolist()) == list(range(4))
    assert not list((tmp_path / "resume").glob("*.gguf"))


def test_a_case_whose_verifier_hangs_counts_as_unsolved_and_gives_its_reference(tmp_path: Path) -> None:
    metrics = attempt_here(tmp_path, verifier_seconds=1e-6)
    assert metrics["hung"] == metrics["samples"] == 12 and metrics["right"] == 0
    assert metrics["rows"] == 4 and metrics["never_right"] == 4
