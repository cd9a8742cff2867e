"""Asked and scored end to end on a tiny model: chosen items answered once, scored, with intervals and what isn't run."""

from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.asking import ask_alone
from tests.evaluate.bfcl_fixture import write_bfcl
from tests.export.tiny import tiny, tiny_gguf

from burnish import shards
from burnish.chat import Chat
from burnish.evaluate import public
from burnish.evaluate.public_answers import PublicParams, ask_public
from burnish.evaluate.public_items import GROUPS
from burnish.sampling import Sampling

__all__ = ["tiny", "tiny_gguf"]
GREEDY = Sampling(engine="openvino", max_new_tokens=16, temperature=0.0, top_p=1.0, samples=1, parallel=4, dtype="f32")
PARAMS = PublicParams(
    max_items={**dict.fromkeys(GROUPS, 1), "bfcl_simple": 2, "injection": 2},
    max_prompt_chars=3000,
    sampling={"calls": GREEDY, "words": GREEDY},
)


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    (tmp_path / "hub").mkdir()
    (tmp_path / "hub" / "LICENSES.json").write_text("[]")
    return tmp_path / "hub"


def ask(tmp_path: Path, *, gguf: Path, model: Path, bfcl: Path, hub: Path, name: str = "answers",
        params: PublicParams = PARAMS) -> dict[str, Any]:  # fmt: skip
    part = ask_public(params, chat=Chat.load(model), bfcl=bfcl, hub=hub, seed=1)
    return ask_alone(part, gguf=gguf, out=tmp_path / name, resume=tmp_path / "resume")


def test_every_row_says_how_it_was_asked(tmp_path: Path, tiny: Path, tiny_gguf: Path, hub: Path) -> None:
    metrics = ask(tmp_path, gguf=tiny_gguf, model=tiny, bfcl=write_bfcl(tmp_path / "bfcl"), hub=hub)
    assert metrics["items"]["bfcl_simple"] == 2
    rows = list(shards.read_rows(tmp_path / "answers"))
    assert len(rows) == sum(metrics["items"].values())
    assert all(row["tool_form"] in ("tags", "plain") and row["chat_template"] for row in rows)
    again = tmp_path / "again"
    ask(again, gguf=tiny_gguf, model=tiny, bfcl=write_bfcl(again / "bfcl"), hub=hub)
    assert {path.read_bytes() for path in (again / "answers").iterdir()} == {
        path.read_bytes() for path in (tmp_path / "answers").iterdir()
    }, "the same model and items give the same bytes"


def test_answers_are_scored_with_intervals_and_what_is_not_run(
    tmp_path: Path, tiny: Path, tiny_gguf: Path, hub: Path
) -> None:
    bfcl = write_bfcl(tmp_path / "bfcl")
    ask(tmp_path, gguf=tiny_gguf, model=tiny, bfcl=bfcl, hub=hub, name="base")
    ask(tmp_path, gguf=tiny_gguf, model=tiny, bfcl=bfcl, hub=hub, name="release")
    figures = dict(
        public.run(base=tmp_path / "base", release=tmp_path / "release", bfcl=bfcl, hub=hub, out=tmp_path / "scored")
    )
    assert {name for name, why in figures["not_run"].items()} >= {
        "mbpp",
        "gsm8k",
        "ifeval",
        "mmlu",
        "xstest",
        "strongreject",
    }
    assert set(figures["groups"]["bfcl_simple"]) >= {"items", "families", "base", "release", "difference"}
    assert figures["groups"]["bfcl_simple"]["items"] == 2
    assert 0 <= figures["groups"]["bfcl_simple"]["base"]["pass_rate"] <= 1
    assert figures["relevance_j"]
    rows = list(shards.read_rows(tmp_path / "scored"))
    assert {row["model"] for row in rows} == {"base", "release"}
    assert all(row["extractor"] for row in rows)


def test_answers_to_different_items_are_refused(tmp_path: Path, tiny: Path, tiny_gguf: Path, hub: Path) -> None:
    bfcl = write_bfcl(tmp_path / "bfcl")
    ask(tmp_path, gguf=tiny_gguf, model=tiny, bfcl=bfcl, hub=hub, name="base")
    other_params = PARAMS.model_copy(update={"max_items": {**PARAMS.max_items, "bfcl_multiple": 0}})
    ask(tmp_path, gguf=tiny_gguf, model=tiny, bfcl=bfcl, hub=hub, name="release", params=other_params)
    with pytest.raises(Exception, match="only one of the two models was asked"):
        public.run(base=tmp_path / "base", release=tmp_path / "release", bfcl=bfcl, hub=hub, out=tmp_path / "scored2")
