"""Of some skills only the beginning of an answer is learnt: what is cut, what isn't, and that beginnings are what changes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from tests.train.test_sft import train_here as train_sft_here
from tests.train.tiny import SETTINGS, counting_rows, row, write_mix

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.records import Record
from burnish.train import openings
from burnish.train.openings import Opening, OpeningsParams, Weights, find_openings, weigh
from burnish.train.packing import Document
from burnish.train.sft import Chats, read_chats

OPENING = {"skills": ["counting"], "tokens": 3, "rest": 0.0}
OPENINGS = {**SETTINGS, "method": "openings", "opening": OPENING}


def document(*supervised: int) -> Document:
    return Document(np.arange(len(supervised), dtype=np.int32), np.array(supervised, dtype=np.bool_))


def train_here(base: Path, mix: Path, folder: Path, **changes: Any) -> dict[str, Any]:
    """Run the stage's function in this process; return its metrics."""
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    params = OpeningsParams.model_validate({**OPENINGS, **changes})
    return dict(openings.run(params, data=mix, base=base, parent=base, out=folder / "out", seed=3,
                             record=Record("train@openings", params={}), history=folder / "history.csv",
                             resume=folder / "resume"))  # fmt: skip


@pytest.mark.parametrize(("supervised", "opens"), [
    ((0, 1, 1, 1, 1, 0), (0, 1, 1, 0, 0, 0)),
    ((0, 0, 1), (0, 0, 1)),
    ((0, 1, 1, 1, 0, 0, 1, 1, 1), (0, 1, 1, 0, 0, 0, 1, 1, 0)),
    ((0, 1, 0, 1, 0, 1, 1, 1), (0, 1, 0, 1, 0, 1, 1, 0)),
])  # fmt: skip
def test_the_first_tokens_of_each_answer_open_it(supervised: tuple[int, ...], opens: tuple[int, ...]) -> None:
    assert find_openings(document(*supervised), tokens=2).tolist() == [bool(each) for each in opens]


def weigh_here(
    base: Path, folder: Path, rows: list[dict[str, Any]], **opening: Any
) -> tuple[Chats, list[Weights], int]:
    mix = write_mix(folder / "mix", rows)
    whole = read_chats(mix, chat=Chat.load(base), settings=OpeningsParams.model_validate(OPENINGS))
    return weigh(whole, data=mix, opening=Opening(**{**OPENING, **opening}))


def test_an_answer_that_goes_on_is_learnt_without_its_end(base: Path, tmp_path: Path) -> None:
    talk = row(0, ("user", "u"), ("assistant", "first"), ("user", "v"), ("assistant", "no"))
    chats, weights, _ = weigh_here(base, tmp_path, [talk], tokens=4, skills=[talk["skill"]])
    cut = chats.documents[0]
    assert Chat.load(base).decode(cut.ids[cut.supervised].tolist()) == "firsno<|im_end|>"
    assert len(cut.ids) == np.flatnonzero(cut.supervised)[-1] + 1
    assert weights[0].tolist() == [1.0] * int(cut.supervised.sum())


def two_skills() -> list[dict[str, Any]]:
    return [{**each, "skill": skill} for each, skill in zip(counting_rows(4), ("counting", "general") * 2, strict=True)]


def test_rows_of_other_skills_stay_whole(base: Path, tmp_path: Path) -> None:
    whole = weigh_here(base, tmp_path, two_skills(), tokens=1000)[0]
    cut, _, shortened = weigh_here(base, tmp_path / "cut", two_skills(), tokens=1)
    assert shortened == 2
    assert [int(each.supervised.sum()) for each in cut.documents] == [
        1, int(whole.documents[1].supervised.sum()), 1, int(whole.documents[3].supervised.sum())]  # fmt: skip


def test_with_rest_all_is_read_and_what_follows_a_beginning_weighs_less(base: Path, tmp_path: Path) -> None:
    chats, weights, lighter = weigh_here(base, tmp_path, two_skills(), tokens=2, rest=0.25)
    sizes = [int(each.supervised.sum()) for each in chats.documents]
    assert lighter == 2
    assert weights[0].tolist() == [1.0, 1.0] + [0.25] * (sizes[0] - 2)
    assert weights[1].tolist() == [1.0] * sizes[1]
    uncut = weigh_here(base, tmp_path / "whole", two_skills(), tokens=1000)[0].documents
    assert [each.ids.tolist() for each in chats.documents] == [each.ids.tolist() for each in uncut]


def test_the_loss_is_the_mean_by_weight(base: Path, mix: Path, tmp_path: Path) -> None:
    def first_loss(name: str, **opening: Any) -> tuple[float, int]:
        done = train_here(base, mix, tmp_path / name, step_tokens=100_000, opening={**OPENING, **opening})
        return done["loss_first"], done["supervised_tokens"]

    (begun, opens), (whole, tokens) = first_loss("begun"), first_loss("whole", tokens=1000)
    asked = (opens * begun + 0.25 * (tokens * whole - opens * begun)) / (opens + 0.25 * (tokens - opens))
    assert first_loss("rest", rest=0.25)[0] == pytest.approx(asked, rel=1e-4)
    assert begun != pytest.approx(whole, rel=1e-2)


@pytest.mark.parametrize("rest", [0.0, 0.5])
def test_with_openings_as_long_as_the_answers_it_is_sft_to_the_byte(
    rest: float, base: Path, mix: Path, tmp_path: Path
) -> None:
    here = train_here(base, mix, tmp_path / "openings", opening={"skills": ["counting"], "tokens": 1000, "rest": rest})
    there = train_sft_here(base, mix, tmp_path / "sft")
    assert here.pop("rows_shortened") == 0
    assert here == there


def test_distilled_rows_are_learnt_beside_weighted_ones(base: Path, tmp_path: Path) -> None:
    mix = write_mix(tmp_path / "mix", two_skills())
    changes = {"distil_skills": ["general"], "lora": SETTINGS["lora"]}
    done = [train_here(base, mix, tmp_path / f"{tokens}-{rest}", opening={**OPENING, "tokens": tokens, "rest": rest}, **changes)
            for tokens, rest in ((1000, 0.0), (1000, 0.5), (1, 0.5))]  # fmt: skip
    assert done[0]["sha256"] == done[1]["sha256"] != done[2]["sha256"]


def test_fewer_tokens_are_learnt_and_the_loss_falls(base: Path, mix: Path, tmp_path: Path) -> None:
    metrics = train_here(base, mix, tmp_path, epochs=8)
    assert metrics["supervised_tokens"] == 3 * 8 * metrics["rows"]
    assert metrics["rows_shortened"] == metrics["rows_different"]
    assert metrics["loss_last"] < metrics["loss_first"] / 2


def test_a_mixture_without_the_skills_is_refused_with_those_it_has(base: Path, mix: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"opening\.skills = \['safety'\].*its skills: counting"):
        train_here(base, mix, tmp_path, opening={**OPENING, "skills": ["safety"]})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("changes", "complaint"), [
    ({"opening": {**OPENING, "tokens": 0}}, "greater than 0"),
    ({"opening": {**OPENING, "rest": 1.0}}, "less than 1"),
    ({"opening": {**OPENING, "rest": 0.1}, "distil_skills": ["counting"], "lora": SETTINGS["lora"]}, "in one of them"),
    ({"opening": {**OPENING, "characters": 3}}, "characters"),
    ({"distil_skills": ["general"], "lora": None}, "distil_skills needs lora"),
])  # fmt: skip
def test_wrong_settings_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        OpeningsParams.model_validate({**OPENINGS, **changes})
