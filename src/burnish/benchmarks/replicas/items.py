"""Template families to drafts, drafts to replicas: one row each, in the format of the benchmark that it replicates."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa

from burnish.questions import Question
from burnish.seeds import rng

REPLICA = pa.schema([
    ("id", pa.string()), ("benchmark", pa.string()), ("family", pa.string()), ("prompt", pa.string()),
    ("reference", pa.string()), ("steps", pa.int32()), ("stratum", pa.string()), ("check", pa.string()),
])  # fmt: skip


class Draft(NamedTuple):
    """One drawn item: `check` as its benchmark publishes it, `oracle` what proves it: an answer by another route."""

    prompt: str
    reference: str
    steps: int
    check: Mapping[str, Any]
    oracle: str = ""


Make = Callable[[Random], Draft]


class Replica(NamedTuple):
    """One item: what is asked, and what it takes to judge an answer."""

    question: Question
    check: Mapping[str, Any]
    oracle: str

    def row(self, *, stratum: str) -> dict[str, Any]:
        """Return it as a row of REPLICA."""
        row = self.question._asdict()
        return {**row, "stratum": stratum, "check": json.dumps(self.check, sort_keys=True)}


def draw_replicas(families: Mapping[str, Make], *, benchmark: str, drafts: int, key: str) -> list[Replica]:
    """Return at most `drafts` different items of each family; `key` seeds the draws, so another gives other items."""
    found: dict[str, Replica] = {}
    for family, make in families.items():
        for number in range(drafts):
            draft = make(rng("replica", key, benchmark, family, number))
            name, owner = f"{benchmark}/{family}/{number}", f"{benchmark}/{family}"
            question = Question(benchmark, name, owner, draft.prompt, draft.reference, draft.steps)
            found.setdefault(draft.prompt, Replica(question, draft.check, draft.oracle))
    return list(found.values())
