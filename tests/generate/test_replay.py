"""Replay rows: many distinct prompts, answers that end where a sentence or a block ends, tables that fit their model."""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.export.tiny import tiny, tiny_gguf

from burnish import shards
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.generate import replay
from burnish.generate.general_prompts import DRAWN_SHAPES, PASSAGE_SHAPES, WORD_SHAPES, is_prose, write_prompts
from burnish.generate.replay import ReplayParams, choose_answers, distinct_share, trim
from burnish.records import Record
from burnish.sampling import Answer, Sampling
from burnish.tables import Row

__all__ = ["tiny", "tiny_gguf"]
PROSE = (
    "A session keeps what one visitor did between two requests. The server sends a signed cookie with the first answer, "
    "and the browser gives it back with each request that follows. Nothing of it is secret, for a visitor can read the "
    "cookie, but it can't be changed without the key that signed it. Sessions end when the browser is closed."
)
SAMPLING = Sampling(
    engine="openvino", max_new_tokens=16, temperature=0.0, top_p=1.0, samples=1, parallel=16, dtype="f32"
)
PARAMS = ReplayParams(prompts=40, min_answer_tokens=2, min_distinct=0.0, licence="Apache-2.0", sampling=SAMPLING)


def docs(count: int = 40) -> list[dict[str, Any]]:
    return [
        {"id": str(number), "text": f"Heading\n=======\n\n{PROSE} This is part {number}.\n\n.. note:: ignored\n",
         "kind": "docs" if number else "code", "language": "rst", "path": "a.rst", "source": "pypi:x", "licence": "MIT"}
        for number in range(count)
    ]  # fmt: skip


def test_six_hundred_prompts_are_distinct_and_of_every_shape() -> None:
    prompts = write_prompts(docs(), count=600, seed=1)
    assert len({prompt.messages[-1]["content"] for prompt in prompts}) == 600
    counts = Counter(prompt.shape for prompt in prompts)
    assert set(counts) == {*WORD_SHAPES, *DRAWN_SHAPES, *PASSAGE_SHAPES}
    assert counts.pop("complete") < 200, "functions to complete are less than a third"
    assert max(counts.values()) < 60, "no other shape is a tenth of all"
    assert not [prompt for prompt in prompts if "{}" in prompt.messages[-1]["content"]]


def test_prompts_depend_on_the_seed_alone() -> None:
    assert write_prompts(docs(), count=90, seed=1) == write_prompts(docs()[::-1], count=90, seed=1)
    assert write_prompts(docs(), count=90, seed=1) != write_prompts(docs(), count=90, seed=2)


def test_more_prompts_than_there_are_is_an_error_that_says_how_many() -> None:
    with pytest.raises(BurnishError, match=r"replay\.prompts is 5000, but only \d{3,4} different ones can be written"):
        write_prompts(docs(), count=5000, seed=1)


def test_passages_are_prose_used_once_under_their_licence() -> None:
    quoting = [prompt for prompt in write_prompts(docs(), count=600, seed=1) if prompt.licence]
    passages = [prompt.messages[-1]["content"].partition("\n\n")[2] for prompt in quoting]
    assert len(passages) == len(set(passages)) == 39, "code isn't quoted"
    assert {prompt.licence for prompt in quoting} == {"MIT"}
    assert {prompt.shape for prompt in quoting} == set(PASSAGE_SHAPES)


@pytest.mark.parametrize(
    "text", ["Too short.", PROSE.replace("visitor", "<a>"), f">>> {PROSE}", f"* {PROSE}", PROSE.rstrip(".")]
)
def test_markup_lists_and_code_are_not_prose(text: str) -> None:
    assert is_prose(PROSE)
    assert not is_prose(text)


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        ("One. Two! Thr", "One. Two!"),
        ("No end at all", ""),
        ("It costs 3.50 and then some", ""),
        ("Use this:\n\n```python\nx = 1.\n```\nIt works. And", "Use this:\n\n```python\nx = 1.\n```\nIt works."),
        ("Use this:\n\n```python\nx = 1\n```\nIt wor", "Use this:\n\n```python\nx = 1\n```"),
        ("Use this. Like so:\n\n```python\nx = (1,", "Use this."),
        ("First:\n```\na\n```\nSecond. Then:\n```\nb", "First:\n```\na\n```\nSecond."),
        ("Two steps.\n1. Open it.\n2. Close the", "Two steps.\n1. Open it."),
        ("```python\nx = (1,", ""),
    ],
)
def test_a_cut_answer_ends_with_a_sentence_or_a_block(cut: str, kept: str) -> None:
    assert trim(cut) == kept


def test_a_loop_is_told_from_a_text() -> None:
    assert distinct_share(PROSE) > 0.95
    assert distinct_share("the same words again and " * 20) < 0.1


def test_poor_answers_are_dropped_and_counted(tiny: Path) -> None:
    said = [("Sure. Here it is, in three parts.", "stop"), ("Ok", "stop"), ("never ends", "length"),
            ("again and again and " * 9, "stop"), ("Sure. Here it is, in three parts.", "stop")]  # fmt: skip
    prompts = write_prompts([], count=len(said), seed=1)
    answers = [Answer(str(number), 0, "p", text, finish, 5) for number, (text, finish) in enumerate(said)]
    counts: Counter[str] = Counter()
    params = PARAMS.model_copy(update={"min_answer_tokens": 4, "min_distinct": 0.5})
    kept = list(choose_answers(prompts, answers, chat=Chat.load(tiny), params=params, counts=counts))
    assert [one.text for one in kept] == ["Sure. Here it is, in three parts."]
    assert counts == {
        "too short": 1,
        "cut before a sentence ended": 1,
        "repeats itself": 1,
        "same answer as another": 1,
    }


def test_the_stage_writes_rows_of_the_table(tmp_path: Path, tiny: Path, tiny_gguf: Path) -> None:
    shards.write_rows(tmp_path / "text", docs(), schema=shards.TEXT)
    metrics = dict(replay.run(PARAMS, gguf=tiny_gguf / "f16.gguf", base=tiny, text=tmp_path / "text", out=tmp_path / "rows",
                              seed=1, record=Record("replay", params={}), resume=tmp_path / "resume"))  # fmt: skip
    rows = list(shards.read_rows(tmp_path / "rows"))
    assert metrics["rows"] == len(rows) > 0
    assert metrics["prompts"] == len(rows) + sum(metrics["dropped"].values())
    assert metrics["supervised_tokens"] == sum(row["supervised_tokens"] for row in rows)
    Row.validate(pl.read_parquet(tmp_path / "rows" / "*.parquet"))
    assert all(row["family"].startswith("replay/") and row["split"] == "train" for row in rows)
    assert all(row["messages"][-1]["content"].strip() for row in rows)
