"""The table of categories: what it keeps of the families' metrics, its sums, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from burnish.errors import BurnishError
from burnish.validate.categories import gather, run


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "kept": 10, "distinct_facts": 12, "shapes": 6, "kill_rate": 0.9, "false_accepts": 0,
        "near_duplicate_share": 0.02, "mutants": 40, **changes,
    }  # fmt: skip


def test_every_category_stands_with_its_family_and_the_worst_are_named() -> None:
    table = gather({"style": {"fs_a": entry()}, "testing": {"fs_b": entry(kept=5, kill_rate=0.8, shapes=4)}})
    assert set(table["categories"]) == {"fs_a", "fs_b"}
    assert table["categories"]["fs_b"] == {
        "family": "testing", "kept": 5, "distinct_facts": 12, "shapes": 4, "kill_rate": 0.8, "false_accepts": 0,
        "near_duplicate_share": 0.02,
    }  # fmt: skip
    assert table["total"] == {
        "categories": 2, "kept": 15, "distinct_facts": 24, "shapes": 10, "false_accepts": 0, "least_kill_rate": 0.8,
        "most_near_duplicate_share": 0.02, "fewest_shapes": 4,
    }  # fmt: skip


def test_a_category_in_two_families_and_missing_or_broken_metrics_are_errors(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="fs_a is in the metrics of style and of testing"):
        gather({"style": {"fs_a": entry()}, "testing": {"fs_a": entry()}})
    older = {key: value for key, value in entry().items() if key != "shapes"}
    with pytest.raises(BurnishError, match="style lack shapes of fs_a: an older version"):
        gather({"style": {"fs_a": older}})
    with pytest.raises(BurnishError, match="holds no metrics; run: dvc repro cases"):
        run(cases=tmp_path)
    (tmp_path / "style.json").write_text(json.dumps({"fs_a": entry()})[:-4])
    with pytest.raises(BurnishError, match=r"isn't readable .* run: dvc repro cases@style"):
        run(cases=tmp_path)
