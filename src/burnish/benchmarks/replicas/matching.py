"""Chooses replicas as hard as the public items: by strata of prompt length, reference length and steps.

A benchmark's public items are cut into thirds by each feature; every cell gets as many replicas as its share of the public
items, families in turn. Where a cell has too few drafts, fewer are taken: the judge weighs cells, and leaves out public
items in cells without a replica. A benchmark that wasn't fetched can't be matched: its families get equal numbers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, pstdev
from typing import Any, NamedTuple

from burnish.benchmarks.replicas.items import Replica
from burnish.questions import FEATURES, Cuts, Question, cut_features, measure, stratum_of
from burnish.seeds import fingerprint

DIGITS = 3
EVERYWHERE = "all"


class Matched(NamedTuple):
    """The chosen replicas, each with its stratum, and the figures of the match."""

    chosen: list[tuple[Replica, str]]
    figures: dict[str, Any]


def match(pool: Sequence[Replica], *, public: Sequence[Question], items: int, key: str) -> Matched:
    """Return `items` of `pool`, fewer where strata lack drafts, matched to `public` where there is any."""
    if not public:
        chosen = take_in_turn(pool, count=items, key=key)
        says = f"not matched: the public items aren't fetched; {len(chosen)} replicas, families in turn"
        return Matched(
            [(replica, EVERYWHERE) for replica in chosen], {"matched": False, **_count(chosen), "says": says}
        )
    cuts, ends = cut_features(public), find_ends(public)
    cells: dict[str, list[Replica]] = {}
    for replica in (replica for replica in pool if is_within(replica.question, ends=ends)):
        cells.setdefault(stratum_of(replica.question, cuts=cuts), []).append(replica)
    wanted = share_out(items, sizes=Counter(stratum_of(question, cuts=cuts) for question in public))
    found = [(replica, cell) for cell, count in sorted(wanted.items())
             for replica in take_in_turn(cells.get(cell, ()), count=count, key=key)]  # fmt: skip
    return Matched(found, _describe(found, pool=pool, public=public, cuts=cuts, wanted=wanted))


def find_ends(public: Sequence[Question]) -> list[tuple[int, int]]:
    """Return the least and the greatest value of each feature among the public items."""
    return [(min(column), max(column)) for column in zip(*map(measure, public), strict=True)]


def is_within(question: Question, *, ends: Sequence[tuple[int, int]]) -> bool:
    """Say whether every feature of a question lies where public ones do: outer strata have no border of their own."""
    return all(low <= value <= high for value, (low, high) in zip(measure(question), ends, strict=True))


def share_out(items: int, *, sizes: Mapping[str, int]) -> dict[str, int]:
    """Return how many of `items` each cell gets, by the largest remainders (Hare's method)."""
    whole = sum(sizes.values())
    exact = {cell: items * size / whole for cell, size in sizes.items()}
    shares = {cell: int(value) for cell, value in exact.items()}
    by_remainder = sorted(exact, key=lambda cell: (shares[cell] - exact[cell], cell))
    for cell in by_remainder[: items - sum(shares.values())]:
        shares[cell] += 1
    return shares


def take_in_turn(replicas: Iterable[Replica], *, count: int, key: str) -> list[Replica]:
    """Return at most `count` replicas: families take turns, the order of families and inside them goes by hash."""
    families: dict[str, list[Replica]] = {}
    for replica in sorted(replicas, key=lambda replica: fingerprint(key, "match", replica.question.id)):
        families.setdefault(replica.question.family, []).append(replica)
    rounds = max(map(len, families.values()), default=0)
    return [own[turn] for turn in range(rounds) for own in families.values() if turn < len(own)][:count]


def standardised_differences(replicas: Sequence[Question], *, public: Sequence[Question]) -> dict[str, float | None]:
    """Return by feature how far the replicas' mean lies from the public one, in public standard deviations."""
    columns = (zip(*map(measure, questions), strict=True) for questions in (replicas, public))
    pairs = zip(FEATURES, *columns, strict=True)
    return {
        name: round((fmean(own) - fmean(theirs)) / pstdev(theirs), DIGITS) if len(set(theirs)) > 1 else None
        for name, own, theirs in pairs
    }


def _describe(found: Sequence[tuple[Replica, str]], *, pool: Sequence[Replica], public: Sequence[Question], cuts: Cuts,
              wanted: Mapping[str, int]) -> dict[str, Any]:  # fmt: skip
    held = {cell for _, cell in found}
    covered = [question for question in public if stratum_of(question, cuts=cuts) in held]
    chosen = [replica for replica, _ in found]
    asked = [replica.question for replica in chosen]
    after = standardised_differences(asked, public=covered) if covered else dict.fromkeys(FEATURES)
    worst = max((abs(value) for value in after.values() if value is not None), default=0.0)
    says = (
        f"{len(found)} replicas in {len(held)} of {len(wanted)} strata, which hold {len(covered)} of {len(public)} public "
        f"items; the largest difference of a feature's mean is {worst:.2f} public standard deviations"
    )
    return {
        "matched": True, **_count(chosen), "public": len(public), "public_covered": len(covered), "drafts": len(pool),
        "strata": len(wanted), "strata_filled": len(held), "short_of": sum(wanted.values()) - len(found),
        "difference_before": standardised_differences([replica.question for replica in pool], public=public),
        "difference_after": after, "cuts": dict(zip(FEATURES, map(list, cuts), strict=True)), "says": says,
    }  # fmt: skip


def _count(chosen: Sequence[Replica]) -> dict[str, int]:
    return {"replicas": len(chosen), "families": len({replica.question.family for replica in chosen})}
