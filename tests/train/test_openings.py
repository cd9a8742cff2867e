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
from burnish.train.openings import Opening, OpeningsParams, keep_openings, shorten
from burnish.train.packing import Document
from burnish.train.sft import as_document, read_chats

OPENINGS = {**SETTINGS, "method": "openings", "opening": {"skills": ["counting"], "tokens": 3}}


def document(*supervised: int) -> Document:
    return Document(np.arange(len(supervised), dtype=np.int32), np.array(supervised, dtype=np.bool_))


def train_here(base: Path, mix: Path, folder: Path, **changes: Any) -> dict[str, Any]:
    """Run the stage's function in this process; return its metrics."""
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    params = OpeningsParams.model_validate({**OPENINGS, **changes})
    return dict(openings.run(params, data=mix, base=base, parent=base, out=folder / "out", seed=3,
                             record=Record("train@openings", params={}), history=folder / "history.csv",
                             resume=folder / "resume"))  # fmt: skip


@pytest.mark.parametrize(("supervised", "kept"), [
    ((0, 1, 1, 1, 1, 0), (0, 1, 1)),
    ((0, 0, 1), (0, 0, 1)),
    ((0, 1, 1, 1, 0, 0, 1, 1, 1), (0, 1, 1, 0, 0, 0, 1, 1)),
    ((0, 1, 0, 1, 0, 1, 1, 1), (0, 1, 0, 1, 0, 1, 1)),
])  # fmt: skip
def test_each_answer_keeps_its_first_tokens(supervised: tuple[int, ...], kept: tuple[int, ...]) -> None:
    cut = keep_openings(document(*supervised), tokens=2)
    assert cut.supervised.tolist() == [bool(each) for each in kept]
    assert cut.ids.tolist() == list(range(len(kept)))


def test_an_answer_that_goes_on_is_learnt_without_its_end(base: Path) -> None:
    chat = Chat.load(base)
    talk = as_document(row(0, ("user", "u"), ("assistant", "first"), ("user", "v"), ("assistant", "no")), chat=chat)
    cut = keep_openings(talk, tokens=4)
    assert chat.decode(cut.ids[cut.supervised].tolist()) == "firsno<|im_end|>"


def test_rows_of_other_skills_stay_whole(base: Path, tmp_path: Path) -> None:
    rows = [{**each, "skill": skill} for each, skill in zip(counting_rows(4), ("counting", "general") * 2, strict=True)]
    mix = write_mix(tmp_path / "mix", rows)
    whole = read_chats(mix, chat=Chat.load(base), settings=OpeningsParams.model_validate(OPENINGS))
    cut, shortened = shorten(whole, data=mix, opening=Opening(skills=("counting",), tokens=1))
    assert shortened == 2
    assert [int(each.supervised.sum()) for each in cut.documents] == [
        1, int(whole.documents[1].supervised.sum()), 1, int(whole.documents[3].supervised.sum())]  # fmt: skip


def test_without_a_cut_it_is_sft_to_the_byte(base: Path, mix: Path, tmp_path: Path) -> None:
    here = train_here(base, mix, tmp_path / "openings", opening={"skills": ["counting"], "tokens": 1000})
    there = train_sft_here(base, mix, tmp_path / "sft")
    assert here.pop("rows_shortened") == 0
    assert here == there


def test_fewer_tokens_are_learnt_and_the_loss_falls(base: Path, mix: Path, tmp_path: Path) -> None:
    metrics = train_here(base, mix, tmp_path, epochs=8)
    assert metrics["supervised_tokens"] == 3 * 8 * metrics["rows"]
    assert metrics["rows_shortened"] == metrics["rows_different"]
    assert metrics["loss_last"] < metrics["loss_first"] / 2


def test_a_mixture_without_the_skills_is_refused_with_those_it_has(base: Path, mix: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"opening\.skills = \['safety'\].*its skills: counting"):
        train_here(base, mix, tmp_path, opening={"skills": ["safety"], "tokens": 3})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("changes", "complaint"), [
    ({"opening": {"skills": ["counting"], "tokens": 0}}, "greater than 0"),
    ({"opening": {"skills": ["counting"], "characters": 3}}, "characters"),
    ({"distil_skills": ["general"], "lora": None}, "distil_skills needs lora"),
])  # fmt: skip
def test_wrong_settings_are_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        OpeningsParams.model_validate({**OPENINGS, **changes})
