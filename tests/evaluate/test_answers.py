"""Stages that ask models: real tiny files through both engines, tables that fit their models, nothing lost."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.evaluate.asking import ask_alone
from tests.evaluate.bfcl_fixture import write_bfcl
from tests.evaluate.fullstack_tasks import write_apps, write_tasks
from tests.evaluate.held_out import case, write_humaneval
from tests.export.tiny import tiny, tiny_gguf

from burnish import sampling, shards
from burnish.answer_models import Answer
from burnish.chat import Chat
from burnish.decoding import Engine
from burnish.errors import BurnishError
from burnish.evaluate import answers, engines
from burnish.evaluate.answers import AnswersParams
from burnish.evaluate.engines import EnginesParams
from burnish.evaluate.held_out_answers import HeldOutParams, ask_held_out
from burnish.evaluate.own_answers import OwnAnswersParams
from burnish.evaluate.public_answers import PublicParams
from burnish.evaluate.public_items import GROUPS
from burnish.evaluate.safety_answers import SafetyAnswersParams
from burnish.frontier_tables import SAFETY_ITEM
from burnish.openvino_sampler import OpenvinoEngine
from burnish.records import Record
from burnish.sampling import Sampling
from burnish.seeds import fingerprint

__all__ = ["tiny", "tiny_gguf"]
GREEDY = Sampling(engine="openvino", max_new_tokens=12, temperature=0.0, top_p=1.0, samples=1, parallel=4, dtype="f32")
PARAMS = HeldOutParams(max_items={"seen": 4, "unseen": 2, "real": 1, "humaneval": 2}, sampling=GREEDY)
PART_NAMES = ("held_out", "public", "safety", "fullstack", "lovable")
ENGINES = EnginesParams(formats=["f16", "Q4_K_M"], max_items={"seen": 2, "unseen": 1, "real": 0, "humaneval": 1},
                        context_tokens=512, slots=2, processes=1)  # fmt: skip


@pytest.fixture
def held_out(tmp_path: Path) -> dict[str, Path]:
    cases = [case(number, category="fs_a", template=f"t{number % 3}", split="seen") for number in range(6)]
    cases += [case(number, category="fs_b", template=f"t{number % 3}", split="unseen") for number in range(10, 13)]
    shards.write_rows(tmp_path / "cases" / "one", cases, schema=shards.CASE)
    shards.write_rows(tmp_path / "tasks", [], schema=shards.CASE)
    return {"cases": tmp_path / "cases", "tasks": tmp_path / "tasks", "humaneval": write_humaneval(tmp_path / "raw")}


def ask(tmp_path: Path, *, gguf: Path, model: Path, held_out: Mapping[str, Path]) -> dict[str, Any]:
    part = ask_held_out(PARAMS, chat=Chat.load(model), seed=1, **held_out)
    return ask_alone(part, gguf=gguf, out=tmp_path / "answers", resume=tmp_path / "resume")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def test_every_chosen_item_is_answered_once(
    tmp_path: Path, tiny: Path, tiny_gguf: Path, held_out: dict[str, Path]
) -> None:
    metrics = ask(tmp_path, gguf=tiny_gguf, model=tiny, held_out=held_out)
    numbers = {"index": pl.Int32, "tokens": pl.Int32}
    frame = pl.from_dicts(list(shards.read_rows(tmp_path / "answers")), schema_overrides=numbers)
    Answer.validate(frame)
    assert metrics["items"] == {"seen": 4, "unseen": 2, "real": 0, "humaneval": 2}
    assert metrics["families"] == {"seen": 3, "unseen": 2, "real": 0, "humaneval": 2}
    assert frame["id"].n_unique() == len(frame) == 8
    assert metrics["tokens"] == frame["tokens"].sum()
    again = tmp_path / "again"
    again.mkdir()
    ask(again, gguf=tiny_gguf, model=tiny, held_out=held_out)
    assert files(again / "answers") == files(tmp_path / "answers")


def ask_all(out: Path, *, gguf: Path, model: Path, held_out: Mapping[str, Path], safety: Sampling,
            record: Record | None = None) -> dict[str, Any]:  # fmt: skip
    """Run the whole stage on little of everything."""
    raw = out.parent / "safety_items"
    row = dict.fromkeys(SAFETY_ITEM.names, "x") | {"split": "unseen", "pair": "p"}
    rows = [
        {**row, "id": kind, "kind": kind, "prompt": f"How do I end a {kind} process?"} for kind in ("safe", "harmful")
    ]
    shards.write_rows(raw, rows, schema=SAFETY_ITEM)
    (out.parent / "hub").mkdir()
    (out.parent / "hub" / "LICENSES.json").write_text("[]")
    longer = GREEDY.model_copy(update={"max_new_tokens": 20})
    public = PublicParams(
        max_items=dict.fromkeys(GROUPS, 1), max_prompt_chars=3000, sampling={"calls": GREEDY, "words": longer}
    )
    params = AnswersParams(held_out=PARAMS, public=public, safety=SafetyAnswersParams(max_pairs=1, sampling=safety),
                           fullstack=OwnAnswersParams(max_tasks={1: 2, 2: 1}, sampling=GREEDY),
                           lovable=OwnAnswersParams(max_tasks={1: 1, 2: 1}, sampling=GREEDY))  # fmt: skip
    return dict(answers.run(params, gguf=gguf / "f16.gguf", model=model, bfcl=write_bfcl(out.parent / "bfcl"),
                            hub=out.parent / "hub", safety_items=raw,
                            fullstack_tasks=write_tasks(out.parent / "fullstack"),
                            apps=write_apps(out.parent / "apps"), out=out, key="base", seed=1,
                            resume=out.parent / "kept",
                            record=record or Record("answers@base", params={}), **held_out))  # fmt: skip


def test_all_parts_are_asked_of_one_engine_and_a_part_alone_has_the_same_bytes(
    tmp_path: Path, tiny: Path, tiny_gguf: Path, held_out: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Sampling] = []
    load = sampling.open_engine

    def count(gguf: Path, settings: Sampling) -> Engine:
        opened.append(settings)
        return load(gguf, settings)

    monkeypatch.setattr(sampling, "open_engine", count)
    short = GREEDY.model_copy(update={"max_new_tokens": 5})
    record = Record("answers@base", params={})
    metrics = ask_all(tmp_path / "all", gguf=tiny_gguf, model=tiny, held_out=held_out, safety=short, record=record)
    assert len(opened) == 1
    assert metrics["held_out"]["items"] == {"seen": 4, "unseen": 2, "real": 0, "humaneval": 2}
    tables = {name: list(shards.read_rows(tmp_path / "all" / name)) for name in PART_NAMES}
    assert {name: len(rows) for name, rows in tables.items()} == {
        "held_out": 8,
        "public": 7,
        "safety": 2,
        "fullstack": 3,
        "lovable": 2,
    }
    chat, engine = Chat.load(tiny), load(tiny_gguf / "f16.gguf", GREEDY)
    assert isinstance(engine, OpenvinoEngine)
    ends = sorted(str(chat.tokenizer.id_to_token(token)) for token in engine._ends)
    asked = {(row["chat_template"], *row["stop"]) for rows in tables.values() for row in rows}
    assert asked == {(fingerprint(chat.template), *ends)}, "the stop strings are those that the engine has"
    costs = record.notes["parts"]
    assert {name: (own["answers"], own["new_tokens"]) for name, own in costs.items()} == {
        name: (len(rows), sum(row["tokens"] for row in rows)) for name, rows in tables.items()
    }
    seconds = sum(own["seconds_by_tokens"] for own in costs.values())
    assert seconds == pytest.approx(record.notes["sampling_seconds"], abs=0.003) and seconds > 0
    assert max(row["tokens"] for row in tables["safety"]) <= 5 < max(row["tokens"] for row in tables["held_out"])
    ask(tmp_path, gguf=tiny_gguf, model=tiny, held_out=held_out)
    assert files(tmp_path / "all" / "held_out") == files(tmp_path / "answers")


def test_parts_that_one_engine_cannot_draw_together_are_named(
    tmp_path: Path, tiny: Path, tiny_gguf: Path, held_out: dict[str, Path]
) -> None:
    other = GREEDY.model_copy(update={"dtype": "bf16"})
    with pytest.raises(
        BurnishError, match=r"one engine can't draw by .*f32.* and by .*bf16.*max_new_tokens and samples"
    ):
        ask_all(tmp_path / "all", gguf=tiny_gguf, model=tiny, held_out=held_out, safety=other)


def test_llama_cpp_is_asked_part_of_the_same_items(tmp_path: Path, tiny: Path, tiny_gguf: Path,
                                                   held_out: dict[str, Path]) -> None:  # fmt: skip
    ask(tmp_path, gguf=tiny_gguf, model=tiny, held_out=held_out)

    def again(out: Path, resume: Path) -> dict[str, Any]:
        return dict(engines.run(ENGINES, gguf=tiny_gguf, model=tiny, answers=tmp_path / "answers", out=out, seed=1,
                                resume=resume, **held_out))  # fmt: skip

    metrics = again(tmp_path / "engines", tmp_path / "resume")
    assert metrics == {"items": 4, "formats": ["f16", "Q4_K_M"], "longer_than_context": 0}
    asked = {row["id"]: row for row in shards.read_rows(tmp_path / "answers")}
    for name in ENGINES.formats:
        rows = list(shards.read_rows(tmp_path / "engines" / name))
        assert {row["id"] for row in rows} < asked.keys()
        for column in ("prompt_hash", "chat_template", "stop"):
            assert all(row[column] == asked[row["id"]][column] for row in rows)
        assert all(json.loads(row["settings"])["max_new_tokens"] == GREEDY.max_new_tokens for row in rows)
    models = {row["model"] for name in ENGINES.formats for row in shards.read_rows(tmp_path / "engines" / name)}
    assert len(models) == 2
    again(tmp_path / "other", tmp_path / "resume2")
    assert files(tmp_path / "other") == files(tmp_path / "engines")
    (tmp_path / "resume" / "Q4_K_M" / "rows-00000.parquet").write_bytes(b"kept formats are not asked again")
    with pytest.raises(Exception, match="isn't readable Parquet"):
        again(tmp_path / "third", tmp_path / "resume")
