"""The mixture of a training step: sources with weights in supervised tokens become rows and a fixed order of them.

Each source gives its share of the supervised tokens, evenly over its families, and repeats no row more than its cap. The
result is every candidate row once, and `index.npy`: row numbers in training order. Nothing is drawn while training.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from burnish import shards, stage
from burnish.cases import render_answer
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.params import Section
from burnish.seeds import rng

TOLERANCE = 1e-6


class Source(Section):
    """One source of a mixture."""

    weight: float
    max_repeats: int


class MixParams(Section):
    """`mix.<step>` in params.yaml."""

    supervised_tokens: int
    context_tokens: int
    sources: dict[str, Source]


class Size(NamedTuple):
    """What the plan needs to know of a row."""

    family: str
    supervised_tokens: int


class Plan(NamedTuple):
    """Row numbers to train on, per source, in the order they were taken."""

    picks: dict[str, list[int]]
    asked: dict[str, float]
    achieved: dict[str, int]


def plan_mixture(sizes: Mapping[str, Sequence[Size]], *, params: MixParams, seed: int) -> Plan:
    """Choose rows so that each source gives its share of `params.supervised_tokens`, to within one row.

    Raises:
        BurnishError: weights that don't sum to 1, an empty source, or a share that the cap on repeats can't reach.
    """
    check_weights(params)
    asked = {name: source.weight * params.supervised_tokens for name, source in params.sources.items()}
    picks = {
        name: pick_rows(sizes[name], name=name, tokens=asked[name], max_repeats=source.max_repeats, seed=seed)
        for name, source in params.sources.items()
        if source.weight
    }
    achieved = {name: sum(sizes[name][row].supervised_tokens for row in rows) for name, rows in picks.items()}
    return Plan(picks, asked, achieved)


def check_weights(params: MixParams) -> None:
    """Raise unless the weights are shares of one whole."""
    total = sum(source.weight for source in params.sources.values())
    if any(source.weight < 0 for source in params.sources.values()) or abs(total - 1) > TOLERANCE:
        names = ", ".join(params.sources)
        raise BurnishError(f"params.yaml: mix weights sum to {total:g}, not 1; change one of: {names}")


def pick_rows(sizes: Sequence[Size], *, name: str, tokens: float, max_repeats: int, seed: int) -> list[int]:
    """Take rows of one source, a family at a time in turn, until `tokens` are reached."""
    if not sizes:
        raise BurnishError(f"params.yaml: mix source {name!r} has no rows; give it weight 0 or a source with rows")
    available = sum(size.supervised_tokens for size in sizes) * max_repeats
    if available < tokens:
        raise BurnishError(
            f"params.yaml: mix source {name!r} holds {available:,} supervised tokens at {max_repeats} repeats, "
            f"{tokens - available:,.0f} short of its share; lower its weight or raise max_repeats"
        )
    picked: list[int] = []
    taken = 0
    for repeat in range(max_repeats):
        for row in _in_turn(sizes, key=f"{seed}/{name}/{repeat}"):
            if taken >= tokens:
                return picked
            picked.append(row)
            taken += sizes[row].supervised_tokens
    return picked


def _in_turn(sizes: Sequence[Size], *, key: str) -> list[int]:
    """Return all row numbers, first one of each family, then a second of each that has one, and so on."""
    families: dict[str, list[int]] = defaultdict(list)
    for row, size in enumerate(sizes):
        families[size.family].append(row)
    for family, rows in families.items():
        rng(key, family).shuffle(rows)
    names = sorted(families)
    rng(key, "order").shuffle(names)
    rounds = max(map(len, families.values()))
    return [families[name][turn] for turn in range(rounds) for name in names if turn < len(families[name])]


def case_row(case: Mapping[str, Any], *, chat: Chat) -> dict[str, Any]:
    """Return a case as a chat: its prompt, and its reference as a fenced block."""
    answer = render_answer(case["reference"], verifier=json.loads(case["verifier"]))
    messages = [
        {"role": "user", "content": case["prompt"], "tool_calls": None},
        {"role": "assistant", "content": answer, "tool_calls": None},
    ]
    tokens = chat.tokens(messages)
    return {
        "id": case["id"], "messages": messages, "modalities": ["text"], "source": case["source"],
        "licence": case["licence"], "skill": case["family"], "family": f"{case['category']}/{case['template']}",
        "split": case["split"], "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised),
    }  # fmt: skip


def load_sources(directories: Mapping[str, Path], *, chat: Chat, context: int) -> tuple[dict[str, list[Any]], int]:
    """Return the training rows of each source, and how many were longer than `context` and left out."""
    too_long = 0
    sources: dict[str, list[Any]] = {}
    for name, directory in directories.items():
        found = shards.read_rows(*sorted({path.parent for path in directory.rglob("rows-*.parquet")}))
        rows = [row if "messages" in row else case_row(row, chat=chat) for row in found if row["split"] == "train"]
        sources[name] = [row for row in rows if row["tokens"] <= context]
        too_long += len(rows) - len(sources[name])
    return sources, too_long


def run(
    params: MixParams, *, cases: Path, tasks: Path, replay: Path, base: Path, out: Path, seed: int
) -> stage.Metrics:
    """Plan the mixture, write its rows and its index."""
    directories = {"cases": cases, "tasks": tasks, "replay": replay}
    unknown = sorted(set(params.sources) - set(directories))
    if unknown:
        raise BurnishError(
            f"params.yaml: mix sources {', '.join(unknown)} are unknown; known: {', '.join(directories)}"
        )
    rows, too_long = load_sources(directories, chat=Chat.load(base), context=params.context_tokens)
    sizes = {name: [Size(row["family"], row["supervised_tokens"]) for row in found] for name, found in rows.items()}
    plan = plan_mixture(sizes, params=params, seed=seed)
    first = dict(zip(plan.picks, np.cumsum([0, *(len(rows[name]) for name in plan.picks)]), strict=False))
    index = [int(first[name]) + row for name, picked in plan.picks.items() for row in picked]
    rng(seed, "mix order").shuffle(index)
    with atomic_directory(out) as partial:
        shards.write_rows(partial / "rows", (row for name in plan.picks for row in rows[name]), schema=shards.ROW)
        np.save(partial / "index.npy", np.asarray(index, dtype=np.int32))
    return describe(plan, rows=rows, too_long=too_long)


def describe(plan: Plan, *, rows: Mapping[str, Sequence[Any]], too_long: int) -> dict[str, Any]:
    """Return asked against achieved, and what was taken, per source."""
    total = sum(plan.achieved.values())
    return {
        "supervised_tokens": total,
        "tokens": sum(rows[name][row]["tokens"] for name, picked in plan.picks.items() for row in picked),
        "rows": sum(map(len, plan.picks.values())),
        "longer_than_context": too_long,
        "sources": {
            name: {
                "asked_share": plan.asked[name] / sum(plan.asked.values()), "share": plan.achieved[name] / total,
                "supervised_tokens": plan.achieved[name], "rows": len(picked), "distinct_rows": len(set(picked)),
                "candidates": len(rows[name]), "families": len({rows[name][row]["family"] for row in picked}),
            }
            for name, picked in plan.picks.items()
        },
    }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
