"""Asked against achieved: what a plan takes of each source, skill, modality and licence, and when. Writes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from burnish.mix.asked import KINDS
from burnish.mix.candidates import Sizes
from burnish.mix.plan import Plan
from burnish.teacher_files import AskedOf

PARTS = 10  # of training, for which a curriculum's shares are compared


def describe(
    plan: Plan, *, sizes: Sizes, too_long: int, questions: Mapping[str, Sequence[AskedOf]] | None = None
) -> dict[str, Any]:
    """Return asked against achieved shares of supervised tokens, and what was taken, as a stage's metrics.

    `questions` says of each source of teachers' rows where their questions are from.
    """
    order = plan.order
    total = int(sizes.supervised_tokens[order].sum())
    kinds = {kind: describe_column(plan, column=kind, sizes=sizes) for kind in KINDS}
    sources = describe_column(plan, column="source", sizes=sizes)
    entries = [entry for kind in (sources, *kinds.values()) for entry in kind.values() if entry["asked_share"]]
    return {
        "supervised_tokens": total, "tokens": int(sizes.tokens[order].sum()), "rows": len(order),
        "longer_than_context": too_long,
        "largest_relative_miss": max(abs(entry["share"] / entry["asked_share"] - 1) for entry in entries),
        "sources": sources,
        **{name: kinds[kind] for kind, name in KINDS.items()},
        "origins": [*describe_origins(plan, sizes=sizes),
                    *describe_questions(questions or {}, sources=sources, total=total)],
        "course": describe_course(plan, sizes=sizes) if len(plan.course.moments) > 2 else [],
    }  # fmt: skip


def describe_column(plan: Plan, *, column: str, sizes: Sizes) -> dict[str, dict[str, Any]]:
    """Return what was taken of each value of one column; `asked_share` is null where nothing was asked of the column."""
    codes, names, asked = sizes.codes[column], sizes.names[column], plan.asked.get(column)
    taken = codes[plan.order]
    total = int(sizes.supervised_tokens[plan.order].sum())
    used = np.zeros(len(codes), dtype=bool)
    used[plan.order] = True
    tokens = np.bincount(taken, weights=sizes.supervised_tokens[plan.order], minlength=len(names))
    counts = {"rows": np.bincount(taken, minlength=len(names)),
              "distinct_rows": np.bincount(codes[used], minlength=len(names)),
              "candidates": np.bincount(codes, minlength=len(names))}  # fmt: skip
    pairs = np.unique(codes[used].astype(np.int64) * len(sizes.names["family"]) + sizes.codes["family"][used])
    families = np.bincount(pairs // len(sizes.names["family"]), minlength=len(names))
    return {
        name: {
            "asked_share": None if asked is None else asked.get(name, 0.0), "share": int(tokens[code]) / total,
            "supervised_tokens": int(tokens[code]), "families": int(families[code]),
            **{key: int(count[code]) for key, count in counts.items()},
        }
        for code, name in enumerate(names)
    }  # fmt: skip


def describe_origins(plan: Plan, *, sizes: Sizes) -> list[dict[str, Any]]:
    """Return what was taken from each origin under each licence: what a release is judged by."""
    names, licences = sizes.names["origin"], sizes.names["licence"]
    pairs = sizes.codes["origin"][plan.order].astype(np.int64) * len(licences) + sizes.codes["licence"][plan.order]
    found, places = np.unique(pairs, return_inverse=True)
    tokens = np.bincount(places, weights=sizes.supervised_tokens[plan.order])
    entries = [
        {"origin": names[pair // len(licences)], "licence": licences[pair % len(licences)],
         "supervised_tokens": int(count), "share": float(count / tokens.sum())}
        for pair, count in zip(found.tolist(), tokens, strict=True)
    ]  # fmt: skip
    return sorted(entries, key=lambda entry: (entry["origin"], entry["licence"]))


def describe_questions(
    questions: Mapping[str, Sequence[AskedOf]], *, sources: Mapping[str, Mapping[str, Any]], total: int
) -> list[dict[str, Any]]:
    """Return where the questions of the teachers' rows that were taken are from, beside the teachers themselves.

    Each source gives all its questions, by its share here: which of its rows were taken isn't told apart.
    """
    return [
        {"origin": asked.origin, "licence": asked.licence,
         "supervised_tokens": round(asked.share * sources[name]["supervised_tokens"]),
         "share": asked.share * sources[name]["supervised_tokens"] / total}
        for name, own in questions.items() if sources[name]["supervised_tokens"]
        for asked in own
    ]  # fmt: skip


def describe_course(plan: Plan, *, sizes: Sizes) -> list[dict[str, dict[str, float]]]:
    """Return asked and achieved shares of the sources in each tenth of the supervised tokens."""
    tokens = sizes.supervised_tokens[plan.order]
    middle = np.cumsum(tokens, dtype=np.int64) - tokens / 2
    part = np.minimum((middle * PARTS / tokens.sum()).astype(int), PARTS - 1)
    ends = np.linspace(0, 1, PARTS + 1)
    weights = np.bincount(part, weights=tokens, minlength=PARTS)
    course: list[dict[str, dict[str, float]]] = [{"asked": {}, "share": {}} for _ in range(PARTS)]
    for name in plan.course.shares:
        reached = np.interp(ends, plan.course.moments, plan.course.reached(name))
        own = sizes.codes["source"][plan.order] == sizes.names["source"].index(name)
        given = np.bincount(part[own], weights=tokens[own], minlength=PARTS) / np.maximum(weights, 1)
        for number, entry in enumerate(course):
            entry["asked"][name] = float(reached[number + 1] - reached[number]) * PARTS
            entry["share"][name] = float(given[number])
    return course
