"""How many supervised tokens every source of a mixture is asked for, and about how many it would hold under a profile.

The lengths of rows are those of the last run's metrics, which are in git. Cases are counted by the families that a profile
trains on, replay by its prompts; of other sources only what their stage made with the same parameters is known.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from burnish.errors import BurnishError
from burnish.files import read_json
from burnish.generate.cases import CasesParams, quotas_of
from burnish.generate.registry import CATEGORIES
from burnish.params import PARAMS, lookup, read_yaml

LOCK = Path("dvc.lock")
# Where rows can be counted only by running these stages.
MADE_BY = {
    "tasks": ("fetch@python", "fetch@npm", "process"),
    "tools": ("tools",),
    "safety": ("guard",),
    "anti_refusal": ("guard",),
}


class Filled(NamedTuple):
    """One source of a mixture, in supervised tokens; `available` counts repeats, and is None where it isn't known."""

    mixture: str
    source: str
    asked: int
    available: int | None

    @property
    def is_short(self) -> bool:
        """Say whether the mixer would refuse the mixture."""
        return self.available is not None and self.available < self.asked


def list_sources(content: Mapping[str, Any], *, root: Path) -> Iterator[Filled]:
    """Yield the sources of every mixture of the parameters `content` that weighs its sources.

    What they hold is reckoned from the last run of the checkout `root`.
    """
    stages = read_yaml(root / LOCK)["stages"] if (root / LOCK).is_file() else {}
    for name, mixture in content["mix"].items():
        for source, own in mixture["sources"].items():
            if (weight := own.get("weight")) is not None:
                pool = _pool(source, content, stages=stages, root=root)
                # What is counted by its last candidates was a share of the families already.
                part = 1.0 if source in MADE_BY else (mixture.get("family_shares") or {}).get(source, 1.0)
                available = None if pool is None else int(pool * part * own["max_repeats"])
                yield Filled(name, source, round(weight * mixture["supervised_tokens"]), available)


def _pool(source: str, content: Mapping[str, Any], *, stages: Mapping[str, Any], root: Path) -> float | None:
    """Return about how many supervised tokens the rows of a source hold, each taken once, or None where nobody knows.

    `stages` are those of `dvc.lock`.
    """
    if source == "replay" and (drawn := _read(root / "metrics" / "replay.json")):
        return float(content["replay"]["prompts"] * drawn["supervised_tokens"] / drawn["prompts"])
    mixed = [own for path in sorted((root / "metrics" / "mix").glob("*.json"))
             if (own := _read(path)["sources"].get(source)) and own["rows"]]  # fmt: skip
    if not mixed:
        return None
    last = max(mixed, key=lambda own: int(own["rows"]))
    each = last["supervised_tokens"] / last["rows"]
    if source == "cases":
        return float(each * count_training_cases(content))
    makers = MADE_BY.get(source, ())
    unchanged = bool(makers) and all(_is_made_with(content, lock=stages.get(maker)) for maker in makers)
    return float(each * last["candidates"]) if unchanged else None


def count_training_cases(content: Mapping[str, Any]) -> int:
    """Return how many cases the parameters `content` ask for to train on."""
    params = CasesParams.model_validate(content["cases"])
    return sum(
        quotas_of(category, template, params=params).get("train", 0)
        for category in CATEGORIES
        if category.family in content["families"]
        for template in category.templates
    )


def _is_made_with(content: Mapping[str, Any], *, lock: Mapping[str, Any] | None) -> bool:
    """Say whether a stage ran, as `dvc.lock` has it, with the parameters that `content` has."""
    if lock is None:
        return False
    try:
        return all(lookup(content, name) == value for name, value in lock["params"][str(PARAMS)].items())
    except BurnishError:
        return False


def _read(path: Path) -> dict[str, Any]:
    return read_json(path) if path.is_file() else {}
