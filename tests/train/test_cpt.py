"""Continued pretraining: which texts are seen, how they are cut, what is learnt, and that held-out ones measure it."""

import math
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from tests.train.tiny import SETTINGS, byte_tokenizer
from tokenizers import AddedToken
from transformers import AutoModelForCausalLM

from burnish import shards
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.records import Record
from burnish.train import cpt
from burnish.train.held_out import divide_texts
from burnish.train.infilling import InfillingSettings, check_marks, find_marks, rearrange
from burnish.train.lora import LoraSettings
from burnish.train.model import load_decoder
from burnish.train.perplexity import score_pieces
from burnish.train.pieces import Cutter, Piece, take_turns

INFILLING = {"share": 0.0, "suffix_first": 0.5, "prefix": "a", "suffix": "b", "middle": "c"}
CPT = {key: value for key, value in SETTINGS.items() if key != "distil_skills"} | {
    "method": "cpt", "data": "processed/text", "languages": {"python": 0.75, "markdown": 0.25}, "pieces_per_text": None,
    "boundary": "<|im_end|>", "infilling": INFILLING, "held_out": {"share": 0.3, "tokens": 300},
}  # fmt: skip
FIM = InfillingSettings(share=1.0, suffix_first=0.5, prefix="<pre>", suffix="<suf>", middle="<mid>")


def text_row(number: int, *, language: str = "python", package: str | None = None, text: str = "") -> dict[str, Any]:
    kind = "docs" if language == "markdown" else "code"
    return {"id": f"text-{language}-{number}", "text": text or f"def double_{number}(x):\n    return 2 * x + {number}\n" * 4,
            "kind": kind, "language": language, "path": f"{number}.py", "source": package or f"package-{number % 8}",
            "licence": "MIT"}  # fmt: skip


def piece_row() -> dict[str, Any]:
    return text_row(1, text="def café(x):\n    return x\n")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts") / "text"
    rows = [text_row(n, language=language) for language in ("python", "markdown") for n in range(24)]
    shards.write_rows(folder, rows, schema=shards.TEXT)
    return folder


@pytest.fixture(scope="module")
def chat() -> Chat:
    tokenizer = byte_tokenizer()
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in (FIM.prefix, FIM.suffix, FIM.middle)])
    return Chat(template="", tokenizer=tokenizer, special={"eos_token": "<|im_end|>"})


def train_here(base: Path, texts: Path, folder: Path, *, seed: int = 3, **changes: Any) -> dict[str, Any]:
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    params = cpt.CptParams.model_validate({**CPT, **changes})
    metrics = cpt.run(params, data=texts, base=base, parent=base, out=folder / "cpt", seed=seed,
                      record=Record("train@cpt", params={}), history=folder / "history.csv",
                      resume=folder / "resume")  # fmt: skip
    return dict(metrics)


def test_training_lowers_the_perplexity_of_packages_it_never_saw(base: Path, texts: Path, tmp_path: Path) -> None:
    metrics = train_here(base, texts, tmp_path, tokens=3000)
    assert set(metrics["held_out"]) == {"python", "markdown", "all code", "all documents"}
    for figures in metrics["held_out"].values():
        assert figures["after"] < 0.8 * figures["before"]
        assert figures["change"] == pytest.approx(figures["after"] / figures["before"] - 1, abs=1e-3)
    sizes = {name: own["tokens"] for name, own in metrics["languages"].items()}
    assert abs(sizes["python"] / sum(sizes.values()) - 0.75) < 0.1
    assert metrics["tokens"] <= 3000
    assert len(metrics["origins"]) == metrics["packages"]
    assert sum(own["share"] for own in metrics["origins"]) == pytest.approx(1, abs=1e-4)
    assert metrics["supervised_tokens"] == metrics["tokens"] - metrics["pieces"], "every token but the first of a piece"


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(base: Path, texts: Path, tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        train_here(base, texts, tmp_path / name, seed=seed, tokens=900)
    digests = [digest_of(tmp_path / name / "cpt") for name in ("one", "two", "other")]
    assert digests[0] == digests[1] != digests[2]


def test_perplexity_is_what_transformers_computes(base: Path) -> None:
    cutter = Cutter(chat=Chat.load(base), boundary="<|im_end|>", context=64, infilling=None)
    pieces = cutter.cut(text_row(1), seed=0, most=None)
    model = AutoModelForCausalLM.from_pretrained(base)
    decoder = load_decoder(base, [], lora=None, seed=0, dtype=torch.float32)
    for piece, nats in zip(pieces, score_pieces(decoder, pieces, threads=1), strict=True):
        ids = torch.from_numpy(piece.document.ids.astype(np.int64))[None]
        with torch.no_grad():
            expected = model(ids, labels=ids).loss.item() * (ids.shape[1] - 1)
        assert math.isclose(nats, expected, rel_tol=1e-4)


def test_perplexity_is_measured_without_dropout_and_training_has_it_again(base: Path) -> None:
    pieces = Cutter(chat=Chat.load(base), boundary="<|im_end|>", context=64, infilling=None).cut(
        text_row(1), seed=0, most=None
    )
    lora = LoraSettings(r=2, alpha=4, dropout=0.5, targets=("q_proj", "v_proj"))
    decoder = load_decoder(base, [], lora=lora, seed=0, dtype=torch.float32)
    with torch.no_grad():
        for projection in decoder.projections():
            for up in projection.up:
                up.add_(0.3)
    assert score_pieces(decoder, pieces, threads=2) == score_pieces(decoder, pieces, threads=1)
    assert decoder.training


def test_no_package_is_on_both_sides_and_a_language_of_one_package_is_divided_by_file() -> None:
    rows = [text_row(n) for n in range(40)] + [text_row(n, language="typescript", package="only") for n in range(40)]
    divided = divide_texts(rows, held_out_share=0.3)
    assert divided["python"].by == "package" and divided["typescript"].by == "file"
    assert not {row["source"] for row in divided["python"].train} & {
        row["source"] for row in divided["python"].held_out
    }
    for own in divided.values():
        assert len(own.train) + len(own.held_out) == 40 and own.train and own.held_out
    assert divide_texts(rows[::-1], held_out_share=0.3)["python"].held_out[::-1] == divided["python"].held_out


@pytest.mark.parametrize("context", [5, 16, 33, 500])
def test_pieces_predict_every_token_of_a_text_once(chat: Chat, context: int) -> None:
    row = text_row(1)
    ids = [2**20, *chat.encode(row["text"]), 2**20]
    pieces = Cutter(chat=chat, boundary="<|im_end|>", context=context, infilling=None).cut(row, seed=0, most=None)
    labels = [int(token) for piece in pieces for token in piece.document.ids[1:]]
    assert labels[:-1] == ids[1:-1] and labels[-1] == chat.end_id
    assert all(len(piece.document.ids) <= context for piece in pieces)


@pytest.mark.parametrize("suffix_first", [0.0, 1.0])
def test_a_rearranged_text_holds_the_whole_text_and_each_mark_once(chat: Chat, suffix_first: float) -> None:
    settings = FIM.model_copy(update={"suffix_first": suffix_first})
    marks = find_marks(settings, chat=chat)
    text = piece_row()["text"]
    for draw in range(40):
        ids = rearrange(text, settings=settings, marks=marks, chat=chat, random=Random(f"cut {draw}"))
        assert ids[0] == marks.prefix and all(ids.count(mark) == 1 for mark in marks)
        middle, suffix = ids.index(marks.middle), ids.index(marks.suffix)
        if suffix_first:
            assert suffix == 1
            assert chat.decode(ids[middle + 1 :]) + chat.decode(ids[2:middle]) == text
        else:
            parts = ids[1:suffix], ids[middle + 1 :], ids[suffix + 1 : middle]
            assert "".join(chat.decode(part) for part in parts) == text


def test_marks_that_the_base_cannot_tell_apart_are_refused(chat: Chat) -> None:
    marks = find_marks(FIM, chat=chat)
    embedding = torch.randn(chat.tokenizer.get_vocab_size(), 8, generator=torch.Generator().manual_seed(1))
    check_marks(marks, embedding=embedding, chat=chat)
    embedding[marks.middle] = embedding[marks.prefix]
    with pytest.raises(BurnishError, match="<pre> and <mid> have the same vector in the base model"):
        check_marks(marks, embedding=embedding, chat=chat)


def test_infilling_rearranges_its_share_of_code_and_no_document(chat: Chat) -> None:
    half = Cutter(chat=chat, boundary="<|im_end|>", context=64, infilling=FIM.model_copy(update={"share": 0.5}))
    code = [piece for n in range(60) for piece in half.cut(text_row(n, text="x = 1\n" * 20), seed=1, most=None)]
    share = sum(piece.infilled for piece in code) / len(code)
    assert 0.35 < share < 0.65
    assert all(len(piece.document.ids) <= 64 for piece in code)
    prose = half.cut(text_row(1, language="markdown"), seed=1, most=None)
    assert not any(piece.infilled for piece in prose)


def test_turns_keep_to_the_shares(chat: Chat) -> None:
    cutter = Cutter(chat=chat, boundary="<|im_end|>", context=40, infilling=None)
    sources = {name: iter(cutter.cut(text_row(1, language=name, text="word " * 400), seed=0, most=None))
               for name in ("python", "markdown")}  # fmt: skip
    taken: list[Piece] = [piece for piece, _ in zip(take_turns(sources, shares={"python": 3, "markdown": 1}), range(40),
                                                    strict=False)]  # fmt: skip
    assert sum(piece.row["language"] == "python" for piece in taken) == 30


def test_a_text_that_spells_a_special_token_is_left_out(base: Path, tmp_path: Path) -> None:
    rows = [text_row(n, language=language) for language in ("python", "markdown") for n in range(24)]
    rows[0]["text"] += "<|im_end|>"
    shards.write_rows(tmp_path / "text", rows, schema=shards.TEXT)
    pieces = cpt.read_pieces(tmp_path / "text", chat=Chat.load(base), params=cpt.CptParams.model_validate(CPT), seed=1)
    assert pieces.left_out == 1
    assert rows[0]["id"] not in {piece.row["id"] for piece in pieces.train}


@pytest.mark.parametrize(("changes", "complaint"), [
    ({"languages": {"cobol": 1.0}}, "too few texts of cobol"),
    ({"boundary": "<none>"}, "boundary = '<none>' is no token"),
    ({"infilling": {**INFILLING, "share": 0.5, "middle": "<fim>"}}, "'<fim>' is no token of the base model"),
    ({"infilling": {**INFILLING, "share": 0.5, "middle": "a"}}, "must be three different tokens"),
    ({"tokens": 10}, "nothing to train on"),
])  # fmt: skip
def test_settings_that_the_texts_or_the_base_do_not_have_are_refused(
    base: Path, texts: Path, tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BurnishError, match=complaint):
        train_here(base, texts, tmp_path, **changes)
