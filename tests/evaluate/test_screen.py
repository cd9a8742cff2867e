"""Screening: signed differences only where they survive, the gate, and a whole stage on tiny models through the sampler."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from ruamel.yaml import YAML
from tests.evaluate.held_out import case, write_humaneval
from tests.export.tiny import tiny
from transformers import AutoModelForCausalLM

from burnish import shards
from burnish.adapters import CONFIG, PREFIX, WEIGHTS, save_tensors
from burnish.answer_likelihoods import AnswerScorer, Tokens
from burnish.answer_tables import ANSWER
from burnish.chain_weights import read_weights, write_merged
from burnish.chains import Chain, Link, digest_weights, read_chain, write_chain
from burnish.errors import BurnishError
from burnish.evaluate import screen
from burnish.evaluate.screen import ScreenParams
from burnish.evaluate.screening import Scores, Sheet, compare_steps, judge_steps
from burnish.files import digest_of, write_json
from burnish.gguf_files import write_gguf
from burnish.records import Record
from burnish.sampling import describe
from burnish.seeds import fingerprint

__all__ = ["tiny"]
ROOT = Path(__file__).parents[2]
PARAMS = ScreenParams.model_validate({
    "max_items": {"seen": 0, "unseen": 3, "real": 0, "humaneval": 2},
    "sampling": {"engine": "openvino", "max_new_tokens": 8, "temperature": 0.0, "top_p": 1.0, "samples": 1, "parallel": 4,
                 "dtype": "f32"},
    "references": {"items": 3, "dtype": "float32", "threads": 1}, "margin": 0.05, "margin_nats": 0.05,
    "false_discovery_rate": 0.05,
})  # fmt: skip


def sheet(passed: float, *, items: int = 120, key: str = "x") -> Sheet:
    """Return pass rates near `passed` on two measures, families of three items."""
    draws = Random(f"{key} {passed}")
    values = {f"item-{n}": float(draws.random() < passed) for n in range(items)}
    families = {f"item-{n}": f"family-{n // 3}" for n in range(items)}
    return {"unseen": Scores(values, families), "humaneval": Scores(values, families)}


def test_a_large_effect_is_signed_and_equal_models_are_not() -> None:
    sheets = {"base": sheet(0.2), "sft": sheet(0.8), "dpo": sheet(0.8), "worse": sheet(0.1)}
    found = compare_steps(sheets, parents={"sft": "base", "dpo": "sft", "worse": "dpo"}, rate=0.05)
    signs = {step: own["measures"]["unseen"]["sign"] for step, own in found.items()}
    assert signs == {"sft": "+", "dpo": "=", "worse": "-"}
    assert found["dpo"]["measures"]["unseen"]["p"] == 1.0
    verdict = judge(found)
    assert not verdict["passed"] and "worse is" in verdict["says"]
    good = judge({name: found[name] for name in ("sft", "dpo")})
    assert good["passed"] and "could show no loss" not in good["says"]


def judge(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict(judge_steps(found, margin=0.05, margin_nats=0.05, rate=0.05)["no_step_worse"])


def test_where_nothing_passes_likelihoods_still_show_a_loss_and_the_verdict_says_what_is_blind() -> None:
    nothing, draws = sheet(0.0, items=30)["unseen"], Random(7)

    def weighed(by: float) -> Sheet:
        nats = {name: draws.gauss(-1.0 - by, 0.01) for name in nothing.values}
        return {"unseen": nothing, "references": Scores(nats, nothing.families)}

    sheets = {"base": weighed(0.0), "near": weighed(0.03), "far": weighed(0.3)}
    found = compare_steps(sheets, parents={"near": "base", "far": "near"}, rate=0.05)
    near = judge({"near": found["near"]})
    assert near["passed"] and "1 could show no loss, as too little passed before" in near["says"]
    far = judge(found)
    assert not far["passed"] and far["says"].startswith("far is 0.27")


def test_a_gate_that_compares_nothing_is_an_error() -> None:
    with pytest.raises(BurnishError, match="no step was compared"):
        judge({})


def test_of_many_steps_without_effect_hardly_one_is_signed() -> None:
    sheets = {f"step-{n}": sheet(0.5, key=str(n)) for n in range(41)}
    parents = {f"step-{n + 1}": f"step-{n}" for n in range(40)}
    measures = [own["measures"]["unseen"] for own in compare_steps(sheets, parents=parents, rate=0.05).values()]
    assert sum(figures["sign"] != "=" for figures in measures) <= 2
    assert all(figures["q"] >= figures["p"] for figures in measures)


def test_other_items_cannot_be_compared() -> None:
    with pytest.raises(BurnishError, match="only one of the two models was asked 'item-3'"):
        compare_steps({"base": sheet(0.5, items=3), "sft": sheet(0.5, items=6)}, parents={"sft": "base"}, rate=0.05)


def write_adapter(folder: Path, *, base: Path, steps: tuple[Link, ...], seed: int) -> Link:
    """Write a random adapter on one layer of `base` and its chain."""
    torch.manual_seed(seed)
    name, weight = next((name, own) for name, own in read_weights(base).items() if name.endswith("q_proj.weight"))
    stem = f"{PREFIX}{name.removesuffix('.weight')}"
    folder.mkdir(parents=True)
    save_tensors(folder / WEIGHTS, {f"{stem}.lora_A.weight": torch.randn(2, weight.shape[1]),
                                    f"{stem}.lora_B.weight": torch.randn(weight.shape[0], 2)}, dtype=torch.float32)  # fmt: skip
    write_json(folder / CONFIG, {"r": 2, "lora_alpha": 2})
    write_chain(folder, Chain(digest_weights(base), steps))
    return Link(folder.name, digest_weights(folder))


@pytest.fixture
def workspace(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a base, two steps in a chain, held-out data and parameters; it is the current one."""
    base = Path(shutil.copytree(tiny, tmp_path / "models/base"))
    sft = write_adapter(tmp_path / "models/sft", base=base, steps=(), seed=1)
    dpo = write_adapter(tmp_path / "models/dpo", base=base, steps=(sft,), seed=2)
    for link in (sft, dpo):
        write_json(tmp_path / f"metrics/train/{link.name}.json", {"sha256": link.sha256, "loss_last": 1.5})
    write_merged_of(tmp_path, dpo, steps=(sft,))
    cases = [case(number, category="fs_b", template=f"t{number}", split="unseen") for number in range(10, 14)]
    shards.write_rows(tmp_path / "data/cases/one", cases, schema=shards.CASE)
    shards.write_rows(tmp_path / "data/processed/tasks", [], schema=shards.CASE)
    write_humaneval(tmp_path / "data/raw/benchmarks/humaneval")
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    write_params(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_merged_of(folder: Path, step: Link, *, steps: tuple[Link, ...]) -> None:
    """Make models/merged the released model: `step` on what `steps` made of the base."""
    base, out = folder / "models/base", folder / "models/merged"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    write_merged(out, Chain(digest_weights(base), (*steps, step)), base=base, parent=base.parent, dtype="float32")


def write_params(folder: Path, **train: Any) -> None:
    steps = {"sft": {"method": "sft", "parent": "base", "data": "mix/sft"},
             "dpo": {"method": "sft", "parent": "sft", "data": "mix/sft"}}  # fmt: skip
    with (folder / "params.yaml").open("w") as file:
        YAML().dump({"seed": 1, "train": train or steps, "screen": PARAMS.model_dump(mode="json")}, file)


def draw(data: Path) -> screen.Sample:
    """Return what the stage asks."""
    return screen.draw_sample(PARAMS, model=data.parent / "models/base", cases=data / "cases", tasks=data / "processed/tasks",
                              humaneval=data / "raw/benchmarks/humaneval", seed=1)  # fmt: skip


def run_stage(workspace: Path, *, resume: str) -> tuple[dict[str, Any], int]:
    """Run the stage; return its metrics and how many tokens were sampled anew."""
    record = Record("screen", params={})
    (workspace / ".resume/screen" / resume).mkdir(parents=True, exist_ok=True)
    data = workspace / "data"
    for name in ("base", "release"):
        if not list((data / f"eval/answers/{name}/held_out").glob("*")):
            shards.write_rows(data / f"eval/answers/{name}/held_out", [], schema=ANSWER)
    metrics = screen.run(PARAMS, base=workspace / "models/base", merged=workspace / "models/merged",
                         base_answers=data / "eval/answers/base/held_out",
                         release_answers=data / "eval/answers/release/held_out", steps=workspace / "metrics/train",
                         cases=data / "cases", tasks=data / "processed/tasks", humaneval=data / "raw/benchmarks/humaneval",
                         out=data / "eval/screen", seed=1, record=record,
                         resume=workspace / ".resume/screen" / resume)  # fmt: skip
    return dict(metrics), record.notes["new_tokens"]


def test_every_step_is_asked_once_and_an_unchanged_one_not_again(workspace: Path) -> None:
    metrics, asked = run_stage(workspace, resume="one")
    assert set(metrics["steps"]) == {"sft", "dpo"} and set(metrics["tokens"]) == {"base", "sft", "dpo"}
    assert asked == sum(metrics["tokens"].values()) > 0
    assert (
        metrics["reference_tokens"] == sum(len(tokens.answer) for _, tokens in draw(workspace / "data").references) > 0
    )
    for step in metrics["steps"].values():
        assert {name: own["items"] for name, own in step["measures"].items()} == {
            "unseen": 3, "humaneval": 2, "references": 3
        }  # fmt: skip
        assert step["measures"]["references"]["parent"] != step["measures"]["references"]["step"]
    rows = digest_of(workspace / "data/eval/screen")
    assert run_stage(workspace, resume="two") == (metrics, 0)
    assert digest_of(workspace / "data/eval/screen") == rows
    assert not list((workspace / ".resume/screen").rglob("*.gguf")), "no model is left behind"
    base, sft = (digest_weights(workspace / "models" / name) for name in ("base", "sft"))
    shutil.rmtree(workspace / "models/dpo")
    changed = write_adapter(workspace / "models/dpo", base=workspace / "models/base", steps=(Link("sft", sft),), seed=3)
    with pytest.raises(BurnishError, match=r"not \w{12} as its metrics say; run: dvc checkout"):
        run_stage(workspace, resume="three")
    write_json(workspace / "metrics/train/dpo.json", {"sha256": changed.sha256})
    again, asked = run_stage(workspace, resume="three")
    assert asked == again["tokens"]["dpo"] > 0, "only the changed step is asked"
    assert again["steps"]["sft"] == metrics["steps"]["sft"]
    assert digest_weights(workspace / "models/base") == base


def test_what_base_and_release_said_is_read_and_not_asked_again(workspace: Path) -> None:
    data = workspace / "data"
    drawn = draw(data)
    said = [
        {"id": prompt.id, "model": "m", "prompt_hash": fingerprint(prompt.text), "index": 0, "text": "none",
         "settings": describe(PARAMS.sampling, seed=1), "finish": "stop", "tokens": 1, "chat_template": "c",
         "stop": ["<end>"]} for prompt in drawn.prompts
    ]  # fmt: skip
    for model, rows in {"base": said[1:], "release": said}.items():
        shards.write_rows(data / f"eval/answers/{model}/held_out", rows, schema=ANSWER)
    metrics, asked = run_stage(workspace, resume="one")
    assert metrics["tokens"]["dpo"] == len(said), "the released step's answers are those of the release"
    assert asked == metrics["tokens"]["base"] + metrics["tokens"]["sft"] > 0, "a table that lacks an item is of no use"
    config = workspace / "models/merged/config.json"
    write_json(config, {**json.loads(config.read_text()), "dtype": "bfloat16"})
    shutil.rmtree(workspace / ".resume/screen/kept")
    metrics, asked = run_stage(workspace, resume="two")
    assert asked == sum(metrics["tokens"].values()), "a release that was rounded once more isn't that step"
    write_json(config, {**json.loads(config.read_text()), "dtype": "float32"})
    chain = workspace / "models/merged/chain.json"
    write_json(chain, {**json.loads(chain.read_text()), "interpolation": 0.7})
    shutil.rmtree(workspace / ".resume/screen/kept")
    metrics, asked = run_stage(workspace, resume="three")
    assert asked == sum(metrics["tokens"].values()), "nor is a share of the chain"


def test_weights_and_file_of_a_step_are_those_of_its_merged_model(workspace: Path) -> None:
    base, folder = workspace / "models/base", workspace / "models"
    models = screen.Models(base, references=PARAMS.references)
    chains = {name: read_chain(folder / name, base=base) for name in ("sft", "dpo")}
    for name in ("sft", "dpo", "sft"):  # forth, and back again
        write_merged(merged := workspace / f"{name}-merged", chains[name], base=base, parent=folder, dtype="float32")
        weights = models.weights(chains[name], folder=folder)
        assert all(torch.equal(weights[key], own) for key, own in read_weights(merged).items())
        for title, given in (("one", None), ("two", weights)):
            write_gguf(workspace / title, model=merged, format_name="f16", title=name, licence="other", weights=given)
        assert (workspace / "one").read_bytes() == (workspace / "two").read_bytes()


def test_references_are_weighed_as_one_after_the_other_by_one_core(workspace: Path) -> None:
    base = workspace / "models/base"
    chats = [Tokens(range(3, 9 + number), range(20, 24 + number)) for number in range(7)]
    many, one = (AnswerScorer(base, dtype="float32", threads=threads) for threads in (3, 1))
    weights = read_weights(base)
    assert many.score(weights, chats, label="") == [one.score(weights, [chat], label="")[0] for chat in chats]
    expected = one_by_one(base, chats[2])
    assert one.score(weights, chats[2:3], label="")[0] == pytest.approx(expected, rel=1e-5)


def one_by_one(model: Path, chat: Tokens) -> float:
    """Return the mean log-probability of an answer, each token read with all before it in a pass of its own."""
    layers = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
    found = []
    for place, token in enumerate(chat.answer):
        with torch.inference_mode():
            logits = layers(torch.tensor([[*chat.prompt, *chat.answer[:place]]])).logits[0, -1]
        found.append(float(logits.log_softmax(dim=0)[token]))
    return sum(found) / len(found)


def test_a_wrong_recipe_is_refused(workspace: Path) -> None:
    write_params(workspace, sft={"method": "sft", "parent": "sff", "data": "mix/sft"})
    with pytest.raises(BurnishError, match="'sff' is no step"):
        run_stage(workspace, resume="one")
