"""How many tokens the stages that sample would draw at most, and how long that takes at a rate measured here."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from burnish.estimates import count_rollouts


class Sampled(NamedTuple):
    """One stage that samples; `seconds` is None without a measured rate."""

    stage: str
    most_tokens: int
    seconds: float | None


def list_samplings(content: Mapping[str, Any], *, rate: float | None) -> Iterator[Sampled]:
    """Yield the stages of `params.yaml` that sample, each with the most tokens it can draw."""
    for stage, tokens in _count(content):
        yield Sampled(stage, tokens, tokens / rate if rate else None)


def _count(content: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    replay, screen, held_out = content["replay"], content["screen"], content["answers"]["held_out"]
    yield "replay", replay["prompts"] * _length(replay)
    for name, own in content["attempts"].items():
        yield f"attempts@{name}", own["cases"] * own["sampling"]["samples"] * _length(own)
    for name, step in content["train"].items():
        if answers := count_rollouts(step):
            yield f"train@{name}: answers", answers * _length(step)
    models = len(content["train"]) + 1
    yield f"screen, {models} models", models * sum(screen["max_items"].values()) * _length(screen)
    safety = content["answers"]["safety"]
    each = sum(held_out["max_items"].values()) * _length(held_out) + 2 * safety["max_pairs"] * _length(safety)
    each += sum(sum(own["max_tasks"].values()) * _length(own)
                for own in (content["answers"]["fullstack"], content["answers"]["lovable"]))  # fmt: skip
    yield "answers, base and release, own items", 2 * each


def _length(section: Mapping[str, Any]) -> int:
    return int(section["sampling"]["max_new_tokens"])
