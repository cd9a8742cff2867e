"""A good file passes; a changed weight, stop token, template or tokenizer each fail, and the reason is said."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from tests.export.tiny import export, make_model

from burnish.engine import opened
from burnish.errors import BurnishError
from burnish.export.chats import KINDS, draw_chats
from burnish.export.divergence import Divergence, Reference
from burnish.export.equivalence import Budget, EquivalenceParams, Expected, choose_positions, complaints, run
from burnish.records import Record

BUDGETS = {
    "f16": Budget(min_top_1_agreement=0.97, max_mean_kl=1e-4),
    "Q8_0": Budget(min_top_1_agreement=0.85, max_mean_kl=0.02),
    "Q4_K_M": Budget(min_top_1_agreement=None, max_mean_kl=None),
}
PARAMS = EquivalenceParams(chats=18, positions=400, tokens_per_chat=64, threads=1, budgets=BUDGETS)


def check(model: Path, files: Path, params: EquivalenceParams = PARAMS) -> dict[str, Any]:
    return dict(run(params, model=model, gguf=files, seed=1, record=Record("equivalence", params={})))


def copy(source: Path, target: Path) -> Path:
    target.mkdir()
    return Path(shutil.copy(source, target / source.name))


def set_field(path: Path, name: str, value: int) -> None:
    field = gguf.GGUFReader(path, "r+").fields[name]
    field.parts[field.data[0]][0] = value


def replace_bytes(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert len(old) == len(new)
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


def set_weight(path: Path, name: str, value: float) -> None:
    tensor = next(tensor for tensor in gguf.GGUFReader(path, "r+").tensors if tensor.name == name)
    tensor.data[...] = value


def test_files_of_the_model_hold_their_budgets(tiny: Path, tiny_gguf: Path) -> None:
    result = check(tiny, tiny_gguf)
    assert set(result["formats"]) == {"f16", "Q8_0", "Q4_K_M"}
    for name, found in result["formats"].items():
        assert found["reasons"] == [], name
        assert found["passed"]
        assert found["positions"] >= PARAMS.positions
    kls = [result["formats"][name]["mean_kl"] for name in ("f16", "Q8_0", "Q4_K_M")]
    assert 0 <= kls[0] < kls[1] < kls[2], "fewer bits are farther away"
    assert check(tiny, tiny_gguf) == result, "equal on a second run"


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a perturbed weight": (lambda path: set_weight(path, "blk.1.attn_norm.weight", 1.2), "mean KL"),
    "a weight that is not finite": (lambda path: set_weight(path, "blk.0.ffn_norm.weight", np.nan), "aren't finite"),
    "a wrong end of sequence": (lambda path: set_field(path, "tokenizer.ggml.eos_token_id", 0), "stop tokens are"),
    "a wrong end of turn": (lambda path: set_field(path, "tokenizer.ggml.eot_token_id", 70), "stop tokens are"),
    "a beginning of text": (lambda path: set_field(path, "tokenizer.ggml.add_bos_token", 1), "different token ids"),
    "another system prompt": (
        lambda path: replace_bytes(path, b"You are a tiny assistant", b"You are a tiny assistent"),
        "prompts are rendered differently",
    ),
    "a changed branch of the template": (
        lambda path: replace_bytes(path, b"['role'] != 'system'", b"['role'] == 'system'"),
        "prompts are rendered differently",
    ),
    "another way to cut words": (
        lambda path: replace_bytes(path, b"\x06\0\0\0\0\0\0\0smollm", b"\x06\0\0\0\0\0\0\0llama3"),
        "different token ids",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_fails_with_the_reason(tiny: Path, tiny_gguf: Path, tmp_path: Path, damage: str) -> None:
    path = copy(tiny_gguf / "f16.gguf", tmp_path / "files")
    harm, said = DAMAGES[damage]
    harm(path)
    found = check(tiny, path.parent)["formats"]["f16"]
    assert not found["passed"]
    assert any(said in reason for reason in found["reasons"]), found["reasons"]


def test_a_file_cut_short_is_an_error_that_says_what_to_do(tiny: Path, tiny_gguf: Path, tmp_path: Path) -> None:
    path = copy(tiny_gguf / "f16.gguf", tmp_path / "files")
    whole = path.read_bytes()
    for length in (len(whole) - 1000, 5000, 3):
        path.write_bytes(whole[:length])
        with pytest.raises(BurnishError, match=r"files/f16.gguf (is cut short|isn't a readable GGUF).*dvc checkout"):
            check(tiny, path.parent)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("qwen2", {"tie_word_embeddings": False}),
        ("qwen3", {"head_dim": 32}),
        ("llama", {"attention_bias": True, "num_key_value_heads": 4}),
        (
            "llama",
            {"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4, "factor": 8.0, "low_freq_factor": 1.0,
                                 "high_freq_factor": 4.0, "original_max_position_embeddings": 64}},
        ),
        ("llama", {"rope_parameters": {"rope_type": "linear", "rope_theta": 1e4, "factor": 2.0}}),
    ],
)  # fmt: skip
def test_each_class_of_models_computes_alike(tmp_path: Path, kind: str, changes: dict[str, Any]) -> None:
    model = make_model(tmp_path / "model", kind=kind, **changes)
    path = export(model, tmp_path / "files", "f16") / "f16.gguf"
    total, ids = Divergence(), list(range(10, 160))
    with opened(path, context_tokens=160, slots=1, threads=1) as engine:
        total.add(Reference(model, threads=1).distributions(ids, skip=0), engine.logits(ids))
    figures = total.figures()
    assert figures["mean_kl"] < 1e-4
    assert figures["top_1_agreement"] > 0.97


def test_a_format_without_a_budget_is_named(tiny: Path, tiny_gguf: Path) -> None:
    params = PARAMS.model_copy(update={"budgets": {"f16": BUDGETS["f16"]}})
    with pytest.raises(BurnishError, match=r"equivalence.budgets lacks Q4_K_M, Q8_0"):
        check(tiny, tiny_gguf, params)


def test_an_empty_folder_is_an_error(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"holds no \*\.gguf"):
        check(tiny, tmp_path)


def as_expected(*ids: list[int]) -> list[Expected]:
    case = draw_chats(1, count=1)[0]
    return [Expected(case, "", [], "", each) for each in ids]


def test_a_shared_beginning_is_counted_once() -> None:
    chosen = choose_positions(as_expected([1, 2, 3], [1, 2, 4, 5], [1, 2, 3]), positions=5, tokens_per_chat=9)
    assert chosen == [([1, 2, 3], 0), ([1, 2, 4, 5], 2)]


def test_too_few_positions_are_an_error_that_names_the_parameter() -> None:
    with pytest.raises(BurnishError, match=r"equivalence.chats = 1 gives 3 positions"):
        choose_positions(as_expected([1, 2, 3]), positions=4, tokens_per_chat=9)


def test_a_budget_of_null_is_reported_and_not_judged() -> None:
    found = {
        "template_equal": True,
        "token_ids_equal": True,
        "stop_tokens_equal": True,
        "top_1_agreement": 0.5,
        "mean_kl": 3.0,
    }
    assert complaints(found, budget=BUDGETS["Q4_K_M"]) == []
    assert len(complaints(found, budget=BUDGETS["f16"])) == 2


def test_chats_are_of_every_kind_and_end_with_an_answer() -> None:
    cases = draw_chats(3, count=220)
    assert cases[:30] == draw_chats(3, count=30)
    assert cases != draw_chats(4, count=220)
    assert {case.kind for case in cases} == set(KINDS)
    assert len({str(case.messages) for case in cases}) == 220
    for case in cases:
        assert [message["role"] for message in case.messages][-2:] == ["user", "assistant"]
    text = "".join(message["content"] for case in cases for message in case.messages)
    for part in ("é", "e\u0301", "\u200b", "\r\n", "👩‍👩‍👧‍👦", "<|im_end|>", "```sql", '"arguments": '):
        assert part in text
