"""Safety pairs are matched, apart by family, and give no shallow cue of which side is harmful."""

from pathlib import Path

import pytest
from tests.validate.tables import faults_in

from burnish import shards
from burnish.errors import BurnishError
from burnish.frontier_tables import SAFETY_ITEM
from burnish.generate.safety_core import draw_pairs
from burnish.generate.safety_items import FAMILIES, SafetyItemsParams, run

PARAMS = SafetyItemsParams(pairs_per_family=10, withheld_families=12)


def test_there_are_enough_families_and_pairs_on_both_sides(tmp_path: Path) -> None:
    metrics = run(PARAMS, seed=42, out=tmp_path / "items")
    assert metrics["families"] >= 20 and metrics["pairs"] >= 200
    assert metrics["pairs_by_split"] == {"train": 180, "unseen": 120}
    rows = list(shards.read_rows(tmp_path / "items"))
    assert len({row["prompt"] for row in rows}) == len(rows) == 600
    sides = {split: {row["family"] for row in rows if row["split"] == split} for split in ("train", "unseen")}
    assert len(sides["unseen"]) == 12 and not sides["train"] & sides["unseen"]
    assert all(word not in row["prompt"] for row in rows for word in "{}")


def test_the_same_seed_gives_the_same_bytes_and_another_other_pairs(tmp_path: Path) -> None:
    for name, seed in (("a", 42), ("b", 42), ("c", 43)):
        run(PARAMS, seed=seed, out=tmp_path / name)
    contents = {name: (tmp_path / name / "rows-00000.parquet").read_bytes() for name in "abc"}
    assert contents["a"] == contents["b"] != contents["c"]


def test_the_two_requests_differ_in_their_aim_alone() -> None:
    for family in FAMILIES:
        for pair in draw_pairs(family, count=12, seed=1):
            aims = next((safe, bad) for safe, bad in family.aims if safe in pair.safe and bad in pair.harmful)
            assert pair.safe.replace(aims[0], "*") == pair.harmful.replace(aims[1], "*"), pair


def test_neither_length_nor_a_word_tells_the_sides_apart(tmp_path: Path) -> None:
    metrics = run(PARAMS, seed=42, out=tmp_path / "items")
    assert 0.35 <= metrics["harmful_is_longer"] <= 0.65
    assert metrics["most_telling_word"]["share"] < 0.35, "a rule on one word would have a Youden J of this"


def test_refusals_say_why_and_offer_something_in_a_sentence() -> None:
    for family in FAMILIES:
        assert not family.why.endswith(".") and not family.instead.endswith("."), family.name
        assert family.why[0].islower() and family.instead[0].islower()


def test_no_request_holds_code_or_an_address() -> None:
    for family in FAMILIES:
        for text in (*family.asks, *family.things, *(aim for aims in family.aims for aim in aims)):
            assert not any(mark in text for mark in ("`", "://", "$(", ";", "&&", "|")), text


@pytest.mark.parametrize("changes", [{"pairs_per_family": 1000}, {"withheld_families": 0}, {"withheld_families": 30}])
def test_impossible_numbers_are_errors_that_name_the_parameter(changes: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=f"safety_items.{next(iter(changes))} = {next(iter(changes.values()))}"):
        run(PARAMS.model_copy(update=changes), seed=1, out=tmp_path / "items")


def test_its_table_is_valid_and_a_family_in_two_splits_or_a_request_of_another_pair_is_found(tmp_path: Path) -> None:
    run(PARAMS, seed=42, out=tmp_path / "items")
    assert faults_in(tmp_path / "items", table="safety_item") == []
    rows = list(shards.read_rows(tmp_path / "items"))
    rows[1]["pair"] = rows[2]["pair"]
    rows[-1]["split"] = "train" if rows[-1]["split"] == "unseen" else "unseen"
    shards.write_rows(tmp_path / "wrong", rows, schema=SAFETY_ITEM)
    found = faults_in(tmp_path / "wrong", table="safety_item")
    assert [("id_is_that_of_the_pair_and_the_kind" in one, "family both trained and withheld" in one) for one in found] == [
        (True, False), (False, True)]  # fmt: skip
