"""Stage `categories`: the metrics of the families' cases as one table by category, `metrics/cases.json`.

Keeps what says how good a category is, and adds the sums. Judges nothing: the gates stand where cases are made.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from burnish import stage
from burnish.errors import BurnishError
from burnish.files import read_json

KEYS = ("kept", "distinct_facts", "shapes", "kill_rate", "false_accepts", "near_duplicate_share")


def run(*, cases: Path) -> stage.Metrics:
    """Return the figures of each category and those of all together."""
    families = {
        path.stem: read_json(path, remedy=f"run: dvc repro cases@{path.stem}") for path in sorted(cases.glob("*.json"))
    }
    if not families:
        raise BurnishError(f"{cases} holds no metrics; run: dvc repro cases")
    return gather(families)


def gather(families: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return `categories` by name, each with its family, and `total`."""
    categories: dict[str, dict[str, Any]] = {}
    for family, content in families.items():
        for name, entry in content.items():
            if name in categories:
                first = categories[name]["family"]
                raise BurnishError(f"{name} is in the metrics of {first} and of {family}; delete the older file")
            if missing := [key for key in KEYS if key not in entry]:
                raise BurnishError(f"the metrics of {family} lack {missing[0]} of {name}: an older version wrote them; "
                                   f"run: dvc repro cases@{family}")  # fmt: skip
            categories[name] = {"family": family, **{key: entry[key] for key in KEYS}}
    found = list(categories.values())
    worst = {
        "least_kill_rate": min((one["kill_rate"] for one in found), default=None),
        "most_near_duplicate_share": max((one["near_duplicate_share"] for one in found), default=None),
        "fewest_shapes": min((one["shapes"] for one in found), default=None),
    }
    sums = {key: sum(one[key] for one in found) for key in ("kept", "distinct_facts", "shapes", "false_accepts")}
    return {"categories": categories, "total": {"categories": len(found), **sums, **worst}}


if __name__ == "__main__":
    stage.main(run)
