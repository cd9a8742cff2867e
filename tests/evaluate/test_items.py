"""Every model is asked the same items: spread over families, chosen by content, whatever the order of the files."""

import gzip
from pathlib import Path

import pytest
from tests.evaluate.held_out import case, write_humaneval

from burnish import shards
from burnish.errors import BurnishError
from burnish.evaluate.items import GROUPS, Item, choose_items, read_items

MOST = {"seen": 7, "unseen": 4, "real": 2, "humaneval": 3}


def item(group: str, family: str, number: int) -> Item:
    return Item(f"{family}/{number}", group, family, family, "question", {})


def many() -> list[Item]:
    sizes = {"a": 20, "b": 3, "c": 1}
    return [
        item(group, f"{group}-{name}", number)
        for group in GROUPS
        for name, size in sizes.items()
        for number in range(size)
    ]


def families(chosen: list[Item], group: str) -> list[str]:
    return sorted(one.family[-1] for one in chosen if one.group == group)


def test_families_take_turns() -> None:
    chosen = choose_items(many(), most=MOST, seed=1)
    assert families(chosen, "seen") == ["a", "a", "a", "b", "b", "b", "c"]
    assert families(chosen, "humaneval") == ["a", "b", "c"]


def test_choice_does_not_depend_on_the_order_of_rows() -> None:
    assert choose_items(many()[::-1], most=MOST, seed=1) == choose_items(many(), most=MOST, seed=1)
    assert choose_items(many(), most=MOST, seed=2) != choose_items(many(), most=MOST, seed=1)


def test_fewer_items_are_the_first_of_more() -> None:
    more = {one.id for one in choose_items(many(), most={group: 9 for group in GROUPS}, seed=1)}
    assert {one.id for one in choose_items(many(), most=MOST, seed=1)} < more


def test_groups_are_named_exactly() -> None:
    with pytest.raises(BurnishError, match="not sen"):
        choose_items(many(), most={**MOST, "sen": 1}, seed=1)
    with pytest.raises(BurnishError, match="not real"):
        choose_items(many(), most={"seen": 1, "unseen": 1, "humaneval": 1}, seed=1)


def write_tables(folder: Path) -> dict[str, Path]:
    splits = ("train", "seen", "unseen")
    cases = [case(number, category="fs_a", template="one", split=split) for number, split in enumerate(splits)]
    tasks = [case(9, category="real_toolz", template="toolz.dicttoolz", split="unseen", family="real")]
    shards.write_rows(folder / "cases" / "http_backend", cases, schema=shards.CASE)
    shards.write_rows(folder / "tasks", tasks, schema=shards.CASE)
    return {"cases": folder / "cases", "tasks": folder / "tasks", "humaneval": write_humaneval(folder / "benchmarks")}


def test_held_out_items_are_read_with_their_groups(tmp_path: Path) -> None:
    items = read_items(**write_tables(tmp_path))
    assert {(one.group, one.family) for one in items if one.group != "humaneval"} == {
        ("seen", "fs_a/one"), ("unseen", "fs_a/one"), ("real", "real_toolz/toolz.dicttoolz")
    }  # fmt: skip
    problems = [one for one in items if one.group == "humaneval"]
    assert len(problems) == 4
    assert len({one.family for one in problems}) == 4, "single items are families of their own"
    assert all("```python\n" in one.question for one in problems)


def test_a_missing_or_broken_benchmark_is_named(tmp_path: Path) -> None:
    tables = write_tables(tmp_path)
    (path,) = tables["humaneval"].rglob("*.gz")
    path.write_bytes(gzip.compress(b"{")[:-3])
    with pytest.raises(BurnishError, match="isn't readable"):
        read_items(**tables)
    path.unlink()
    with pytest.raises(BurnishError, match="dvc repro fetch@benchmarks"):
        read_items(**tables)
