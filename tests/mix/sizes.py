"""Mixtures and candidate rows for tests."""

from collections.abc import Mapping
from typing import Any

from burnish.mix.asked import MixParams
from burnish.mix.candidates import SizeColumns, Sizes

NEUTRAL = {"skills": None, "modalities": None, "licences": None, "family_shares": None, "family_temperature": None,
           "source_temperature": None, "curriculum": None}  # fmt: skip


def mixture(tokens: int = 1000, *, weights: Mapping[str, float | None], repeats: int = 1, **asked: Any) -> MixParams:
    sources = {name: {"weight": weight, "max_repeats": repeats} for name, weight in weights.items()}
    return MixParams.model_validate(
        {"supervised_tokens": tokens, "context_tokens": 1024, "sources": sources, **NEUTRAL, **asked}
    )


def row(*, family: str = "f", tokens: int = 10, skill: str = "s", licence: str = "MIT", modality: str = "text",
        origin: str = "o#1") -> Any:  # fmt: skip
    return {"source": origin, "family": family, "skill": skill, "licence": licence, "modalities": modality.split("+"),
            "tokens": 2 * tokens, "supervised_tokens": tokens}  # fmt: skip


def rows(count: int, *, families: int = 5, **values: Any) -> list[Any]:
    return [row(family=f"family {number % families}", **values) for number in range(count)]


def sizes(**sources: list[Any]) -> Sizes:
    columns = SizeColumns(sources=list(sources))
    for name, found in sources.items():
        for each in found:
            columns.add(each, source=name)
    return columns.sizes()
