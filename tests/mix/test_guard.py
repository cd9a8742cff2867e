"""Both mixtures of one stage: the asked shares, sources of their own, and rows drawn apart."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.mix.test_mixer import chat_row, workspace

from burnish import shards
from burnish.errors import BurnishError
from burnish.mix import guard
from burnish.mix.guard import GuardMixParams

__all__ = ["workspace"]
SHARES = {
    "safety": {"safety": 0.5, "anti_refusal": 0.3, "replay": 0.2},
    "anti_refusal": {"safety": 0.1, "anti_refusal": 0.9},
}


def params(shares: dict[str, dict[str, float]]) -> GuardMixParams:
    asked = {"skills": None, "modalities": None, "licences": None, "family_temperature": None, "source_temperature": None,
             "curriculum": None, "supervised_tokens": 600, "context_tokens": 1024}  # fmt: skip
    return GuardMixParams.model_validate({
        skill: {**asked, "sources": {name: {"weight": weight, "max_repeats": 1} for name, weight in own.items()}}
        for skill, own in shares.items()
    })  # fmt: skip


def run(workspace: Path, folder: Path, *, shares: dict[str, dict[str, float]] = SHARES) -> dict[str, Any]:
    for skill in ("safety", "anti_refusal"):
        rows = [chat_row(skill, number) for number in range(70)]
        shards.write_rows(folder / "guard" / skill, rows, schema=shards.ROW)
    known = {name: workspace / name for name in ("cases", "tasks", "replay", "contamination", "base")}
    return dict(guard.run(params(shares), guard=folder / "guard", safety=folder / "safety",
                          safety_metrics=folder / "safety.json", anti_refusal=folder / "anti_refusal",
                          anti_refusal_metrics=folder / "anti_refusal.json", seed=1, **known))  # fmt: skip


def taken(mix: Path) -> list[str]:
    ids = [row["id"] for row in shards.read_rows(mix / "rows")]
    return [ids[number] for number in np.load(mix / "index.npy")]


def test_each_mixture_has_its_own_shares_and_figures(workspace: Path, tmp_path: Path) -> None:
    totals = run(workspace, tmp_path)
    for skill, shares in SHARES.items():
        figures = json.loads((tmp_path / f"{skill}.json").read_text())
        assert totals[skill] == figures["supervised_tokens"] == 600
        assert {name: source["share"] for name, source in figures["sources"].items()} == pytest.approx(shares)
        assert len(taken(tmp_path / skill)) == figures["rows"] == 60


def test_the_mixtures_draw_apart(workspace: Path, tmp_path: Path) -> None:
    run(workspace, tmp_path, shares={skill: {"safety": 0.5, "replay": 0.5} for skill in SHARES})
    replay = [[name for name in taken(tmp_path / skill) if name.startswith("replay")] for skill in SHARES]
    assert len(replay[0]) == len(replay[1]) == 30 and set(replay[0]) != set(replay[1])


def test_an_unknown_source_is_named_with_its_place(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"params\.yaml: mix\.guard\.safety\.sources: jokes is unknown"):
        run(workspace, tmp_path, shares={**SHARES, "safety": {"jokes": 1.0}})
