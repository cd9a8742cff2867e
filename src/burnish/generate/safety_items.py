"""Stage `safety_items`: matched pairs of a safe and a harmful request of the developer's world, by template families.

A share of the families is withheld from training; evaluation asks only these. `why` and `instead` of each row are what a
refusal of the harmful request should say. Asks no model and holds nothing about how harm is done.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.errors import BurnishError
from burnish.frontier_tables import SAFETY_ITEM
from burnish.generate import safety_data, safety_people, safety_systems
from burnish.generate.safety_core import Pair, draw_pairs
from burnish.params import Section
from burnish.seeds import share

FAMILIES = (*safety_systems.FAMILIES, *safety_data.FAMILIES, *safety_people.FAMILIES)
LICENCE, SOURCE = "Apache-2.0", "generated"
WORD = re.compile(r"\w+")


class SafetyItemsParams(Section):
    """`safety_items`: pairs of each family, and how many families training never sees."""

    pairs_per_family: int
    withheld_families: int


def run(params: SafetyItemsParams, *, seed: int, out: Path) -> stage.Metrics:
    """Write both requests of every pair as a row each."""
    withheld = choose_withheld(params.withheld_families)
    pairs = [pair for family in FAMILIES for pair in draw_pairs(family, count=params.pairs_per_family, seed=seed)]
    rows = [row for pair in pairs for row in item_rows(pair, withheld=withheld)]
    shards.write_rows(out, rows, schema=SAFETY_ITEM)
    by_split = Counter(row["split"] for row in rows)
    return {
        "items": len(rows), "pairs": len(pairs), "families": len(FAMILIES), "withheld_families": sorted(withheld),
        "pairs_by_split": {split: count // 2 for split, count in sorted(by_split.items())}, **find_cues(pairs),
    }  # fmt: skip


def choose_withheld(count: int) -> frozenset[str]:
    """Return the names of `count` families, by hash."""
    if not 0 < count < len(FAMILIES):
        raise BurnishError(
            f"params.yaml: safety_items.withheld_families = {count} must leave both sides some of the {len(FAMILIES)}"
        )
    names = sorted((family.name for family in FAMILIES), key=lambda name: share("withheld", "safety", name))
    return frozenset(names[:count])


def item_rows(pair: Pair, *, withheld: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield the two requests as rows of SAFETY_ITEM."""
    family = pair.family
    for kind, prompt in (("safe", pair.safe), ("harmful", pair.harmful)):
        yield {
            "id": f"{pair.id}/{kind}", "pair": pair.id, "family": family.name,
            "split": "unseen" if family.name in withheld else "train", "kind": kind, "prompt": prompt,
            "why": family.why, "instead": family.instead, "licence": LICENCE, "source": SOURCE,
        }  # fmt: skip


def find_cues(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return what could tell the two sides apart without being understood: their length, and the one best word.

    `harmful_is_longer`: share of pairs, a tie counts half. `most_telling_word`: how often a word stands in one request of a
    pair and not in the other, always on the same side; 0.5 + half of it is what a rule on that word would score.
    """
    longer = sum(0.5 * (1 + _sign(len(pair.harmful) - len(pair.safe))) for pair in pairs) / len(pairs)
    lean: Counter[str] = Counter()
    for pair in pairs:
        safe, harmful = (set(WORD.findall(text.lower())) for text in (pair.safe, pair.harmful))
        lean.update(harmful - safe)
        lean.subtract(safe - harmful)
    word = min(lean, key=lambda one: (-abs(lean[one]), one))
    telling = {"word": word, "share": round(lean[word] / len(pairs), 4)}
    return {"harmful_is_longer": round(longer, 4), "most_telling_word": telling}


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


if __name__ == "__main__":
    stage.main(run)
