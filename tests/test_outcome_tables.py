"""The table of all scores: rates are what counting gives, and only what survives the whole table is a difference."""

import json
from pathlib import Path

import pytest

from burnish.errors import BurnishError
from burnish.outcome_tables import tabulate
from burnish.outcomes import Outcome, digest_items, read_outcomes, write_outcomes

AGAINST = {"base": None, "release": "base"}


def own(
    model: str, signs: str, *, benchmark: str = "humaneval", families: int = 0, suspects: str = ""
) -> list[Outcome]:
    """One item a sign: `+` passes. `families` 0: each item is one of its own. `suspects` names items by position."""
    return [
        Outcome(benchmark, f"i{n:02}", 0, f"f{n % families if families else n}", model, float(sign == "+"),
                None if suspects == "unknown" else str(n) in suspects, f"q{n}", "bubblewrap")
        for n, sign in enumerate(signs)
    ]  # fmt: skip


def test_rates_and_differences_are_what_counting_gives() -> None:
    figures = tabulate([*own("base", "+" + "-" * 19), *own("release", "-" + "+" * 19)], against=AGAINST,
                       false_discovery_rate=0.05)  # fmt: skip
    cells = figures["cells"]["humaneval"]
    assert (cells["base"]["all"]["mean"], cells["release"]["all"]["mean"]) == (0.05, 0.95)
    assert "difference" not in cells["base"]
    change = cells["release"]["difference"]
    assert (change["mean"], change["pairs"], change["verdict"]) == (0.9, 20, "better")
    assert change["low"] < 0.9 < change["high"] and change["minimum_detectable"] > 0
    assert figures["benchmarks"]["humaneval"]["tiers"] == ["bubblewrap"]


def test_the_same_gain_within_few_families_is_undecided() -> None:
    rows = [*own("base", "-" * 20, families=2), *own("release", "+" * 20, families=2)]
    change = tabulate(rows, against=AGAINST, false_discovery_rate=0.05)["cells"]["humaneval"]["release"]["difference"]
    assert (change["mean"], change["verdict"]) == (1.0, "=")


def test_a_gain_that_stands_alone_falls_in_a_table_of_many() -> None:
    def table(others: int) -> str:
        rows = [*own("base", "-" * 30), *own("release", "+" * 6 + "-" * 24)]  # p = 1 / 32
        for number in range(others):
            rows += [*own("base", "+-", benchmark=f"b{number}"), *own("release", "-+", benchmark=f"b{number}")]
        figures = tabulate(rows, against=AGAINST, false_discovery_rate=0.05)
        return str(figures["cells"]["humaneval"]["release"]["difference"]["verdict"])

    assert (table(0), table(5)) == ("better", "=")


def test_clean_and_suspect_items_have_rates_of_their_own_and_unknown_ones_none() -> None:
    rows = [*own("base", "----", suspects="01"), *own("release", "++--", suspects="01")]
    figures = tabulate(rows, against=AGAINST, false_discovery_rate=0.05)
    cell = figures["cells"]["humaneval"]["release"]
    assert (cell["suspect"]["mean"], cell["clean"]["mean"], cell["all"]["mean"]) == (1.0, 0.0, 0.5)
    assert figures["benchmarks"]["humaneval"]["suspect_items"] == 2
    unknown = [*own("base", "--", suspects="unknown"), *own("release", "+-", suspects="unknown")]
    figures = tabulate(unknown, against=AGAINST, false_discovery_rate=0.05)
    assert figures["cells"]["humaneval"]["release"]["clean"] is None
    assert figures["benchmarks"]["humaneval"]["suspect_items"] is None


def test_a_model_that_was_asked_a_part_is_compared_on_that_part_alone() -> None:
    rows = [*own("base", "--++"), *own("release", "++++"), *own("quant", "+-")]
    against = {**AGAINST, "quant": "release"}
    change = tabulate(rows, against=against, false_discovery_rate=0.05)["cells"]["humaneval"]["quant"]["difference"]
    assert (change["pairs"], change["mean"]) == (2, -0.5)
    with pytest.raises(BurnishError, match="release was asked 'i02' and base wasn't"):
        tabulate([*own("base", "--"), *own("release", "+++")], against=AGAINST, false_discovery_rate=0.05)


def test_items_of_one_id_and_another_text_are_not_paired() -> None:
    changed = [one._replace(item="other") for one in own("release", "++")]
    with pytest.raises(BurnishError, match="'i00' isn't the same item for release and base"):
        tabulate([*own("base", "--"), *changed], against=AGAINST, false_discovery_rate=0.05)


def test_the_digest_of_the_data_hangs_on_items_and_on_no_model() -> None:
    base, release = own("base", "-+"), own("release", "++")
    assert digest_items(base) == digest_items([*release, *base][::-1])
    assert digest_items(base) != digest_items([base[0], base[1]._replace(item="other")])


def test_rows_come_back_from_disk_and_any_order_gives_the_same_table(tmp_path: Path) -> None:
    rows = [*own("base", "-+-", suspects="1"), *own("release", "+++", suspects="1")]
    rows = [*rows, rows[0]._replace(benchmark="points", score=0.25, suspect=None)]
    write_outcomes(rows, folder=tmp_path / "o")
    assert list(read_outcomes(tmp_path / "o")) == rows
    tables = [json.dumps(tabulate(own, against=AGAINST, false_discovery_rate=0.05)) for own in (rows, rows[::-1])]
    assert json.loads(tables[0]) == json.loads(tables[1])
