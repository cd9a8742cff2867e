"""Plans: bytes that are those the decoder keeps, rates that are those of the records, and words where nothing is known."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rich.console import Console
from transformers import LlamaConfig, Qwen3Config

from burnish.errors import BurnishError
from burnish.estimates import bytes_per_token_and_layer, count_trained, estimate_memory, flops_per_token, read_work
from burnish.evaluate.release import ReleaseParams, check_listed
from burnish.model_config import Sizes, read_sizes
from burnish.params import read_yaml
from burnish.plan import Plan, make_plan
from burnish.plan_view import as_values, print_plan, show_seconds
from burnish.planned_mixtures import list_sources
from burnish.profiles import apply_profile
from burnish.train.architecture import parse_architecture
from burnish.train.decoder import Decoder
from burnish.train.lora import LoraSettings
from burnish.train.packing import Document, pack
from tests.workspaces import ROOT

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
SHAPE: dict[str, Any] = {
    "vocab_size": 97, "hidden_size": 96, "intermediate_size": 160, "num_hidden_layers": 8, "num_attention_heads": 6,
    "num_key_value_heads": 2, "head_dim": 16, "tie_word_embeddings": False,
}  # fmt: skip
CONFIGS = {"llama": LlamaConfig(**SHAPE), "qwen3": Qwen3Config(**SHAPE)}
LENGTH = 160
STEP: dict[str, Any] = {
    "method": "sft", "lora": {"r": 4, "alpha": 8, "dropout": 0.0, "targets": list(TARGETS)}, "dtype": "bfloat16",
    "threads": 1, "step_tokens": LENGTH, "sequence_tokens": LENGTH, "distil_skills": [], "tokens": 1000,
}  # fmt: skip


def draw_decoder(config: Any, *, lora: bool, dtype: torch.dtype = torch.bfloat16) -> Decoder:
    from transformers import AutoModelForCausalLM

    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    settings = LoraSettings(r=4, alpha=8, dropout=0.0, targets=TARGETS) if lora else None
    return Decoder(model.state_dict(), parse_architecture(config.to_dict()), lora=settings, seed=0, dtype=dtype)


def count_saved(decoder: Decoder) -> int:
    """Return the bytes that one long document leaves for the backward pass, parameters not among them."""
    own = {parameter.untyped_storage().data_ptr() for parameter in decoder.parameters()}
    kept: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    ids = np.arange(LENGTH + 1, dtype=np.int32) % 97
    document = Document(ids, np.arange(LENGTH + 1) > 0)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        states = decoder.answer_states(pack([document]))
    assert states.requires_grad
    return sum(tensor.untyped_storage().nbytes() for place, tensor in kept.items() if place not in own)


@pytest.mark.parametrize("lora", [True, False], ids=["adapters", "all weights"])
@pytest.mark.parametrize("name", CONFIGS)
def test_activations_are_the_bytes_that_the_decoder_keeps(name: str, lora: bool) -> None:
    sizes, step = read_sizes(CONFIGS[name].to_dict()), STEP if lora else {**STEP, "lora": None}
    decoder = draw_decoder(CONFIGS[name], lora=lora)
    work = read_work(step, gpu=False)
    expected = LENGTH * sizes.layers * bytes_per_token_and_layer(sizes, work)
    assert count_saved(decoder) == pytest.approx(expected, rel=0.1)
    assert count_trained(sizes, work) == sum(p.numel() for p in decoder.parameters() if p.requires_grad)
    memory = estimate_memory(sizes, work, shards=1)
    assert memory.weights == pytest.approx(2 * sizes.parameters) and memory.activations == expected
    halved = estimate_memory(sizes, work, shards=2)
    assert halved.weights + halved.optimiser == pytest.approx((memory.weights + memory.optimiser) / 2, abs=2)
    assert halved.activations == memory.activations


def test_published_models_have_their_published_numbers_of_weights(tmp_path: Path) -> None:
    counts = {"h100": 7_615_616_512, "8xh100": 8_190_735_360, "multi-node": 32_763_876_352}
    for profile, parameters in counts.items():
        assert make_plan(profile, root=ROOT).model.sizes.parameters == parameters
    small = Sizes(960, 2560, 32, 15, 5, 64, 49152, True, frozenset(), False)
    assert small.parameters == 361_821_120


def write_record(folder: Path, step: str, **changes: Any) -> None:
    record: dict[str, Any] = {
        "stage": f"train@{step}", "notes": {"useful_tokens_per_second": 300.0}, "peak_memory_mb": 900.0,
        "params": {**STEP, "data": "mix/sft"}, "metrics": {"tokens": 990},
    }  # fmt: skip
    (folder / "records/train").mkdir(parents=True, exist_ok=True)
    (folder / "records/train" / f"{step}.json").write_text(json.dumps({**record, **changes}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with a tiny base model, a training step of its own, and what a run of it left."""
    shutil.copytree(ROOT / "profiles", tmp_path / "profiles")
    step = {**STEP, "parent": "base", "data": "mix/sft"}
    content = read_yaml(ROOT / "params.yaml")
    content |= {"train": {"sft": step}, "attempts": {}, "release": {**content["release"], "step": "sft"}}
    (tmp_path / "params.yaml").write_text(json.dumps(content))
    (tmp_path / "dvc.yaml").write_text(
        json.dumps({"stages": {"replay": {"cmd": "bin/python -m burnish.generate.replay"}}})
    )
    (tmp_path / "models/base").mkdir(parents=True)
    (tmp_path / "models/base/config.json").write_text(json.dumps(CONFIGS["llama"].to_dict()))
    write_record(tmp_path, "sft")
    (tmp_path / "records/replay.json").write_text('{"notes": {"new_tokens": 5000, "sampling_seconds": 10.0}}')
    return tmp_path


def change(root: Path, **changes: Any) -> Plan:
    content = json.loads((root / "params.yaml").read_text())
    (root / "params.yaml").write_text(json.dumps({**content, **changes}))
    return make_plan(None, root=root)


def test_a_step_that_ran_here_has_the_time_and_the_peak_of_its_record(root: Path) -> None:
    (own,) = make_plan(None, root=root).steps
    assert (own.tokens, own.tokens_basis, own.fits) == (990, "as in the last run", True)
    assert own.tokens_per_second == pytest.approx(300) and own.seconds == pytest.approx(3.3)
    assert own.peak == pytest.approx(900 * 2**20, rel=1e-6)


def test_time_goes_by_the_operations_of_a_token_and_unknown_tokens_stay_unknown(root: Path) -> None:
    step = {**STEP, "parent": "base", "data": "mix/sft"}
    steps = {
        "sft": step,
        "whole": {**step, "lora": None, "tokens": 600},
        "dpo": {**step, "method": "dpo", "tokens": None},
    }
    _, whole, dpo = change(root, train=steps).steps
    assert whole.tokens_per_second == pytest.approx(300 * 4 / 6)
    assert whole.tokens_basis == "at most" and whole.seconds == pytest.approx(3.0)
    assert (dpo.tokens, dpo.seconds, dpo.tokens_basis) == (None, None, "all of its data")
    assert "train@sft" in dpo.basis


def test_a_larger_model_is_slower_by_its_weights_and_samples_slower_too(root: Path) -> None:
    before = make_plan(None, root=root)
    folder = root / "checkpoints/big"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(LlamaConfig(**{**SHAPE, "num_hidden_layers": 80}).to_dict()))
    base = {"folder": "checkpoints", "file": "big", "dtype": "float32", "shape": None}
    after = change(root, base_model=base)
    ratio = after.model.sizes.parameters / before.model.sizes.parameters
    assert ratio > 5
    assert after.steps[0].seconds == pytest.approx((before.steps[0].seconds or 0) * ratio)
    assert after.samplings[0].seconds == pytest.approx((before.samplings[0].seconds or 0) * ratio)
    assert before.samplings[0].seconds == pytest.approx(before.samplings[0].most_tokens / 500)


def test_without_records_there_are_bytes_but_no_times(root: Path) -> None:
    shutil.rmtree(root / "records")
    plan = make_plan(None, root=root)
    assert (plan.steps[0].seconds, plan.steps[0].basis) == (None, "nothing was trained here yet")
    assert plan.steps[0].peak > 0
    assert {sampled.seconds for sampled in plan.samplings} == {None}


def test_other_hardware_runs_at_the_assumed_share_of_its_peak() -> None:
    for name, devices in (("h100", 1), ("8xh100", 8), ("multi-node", 32)):
        plan = make_plan(name, root=ROOT)
        hardware = plan.hardware
        assert hardware.startswith(f"{devices} x H100") and all(step.fits for step in plan.steps)
        own = plan.steps[0]
        share = 0.25 if devices == 32 else 0.3
        flops = flops_per_token(plan.model.sizes.parameters, lora=devices == 1)
        assert own.tokens_per_second == pytest.approx(devices * 989e12 * share / flops)
        assert own.basis.startswith("assumed: ")
        assert plan.profile == name


def test_json_says_that_these_are_estimates() -> None:
    values = json.loads(json.dumps(as_values(make_plan("h100", root=ROOT))))
    assert values["estimates"] is True and values["says"].startswith("Estimates, not measurements")
    assert values["parameters"] == 7_615_616_512
    assert set(values["steps"][0]["memory"]) >= {"weights", "activations", "logits"}


@pytest.mark.parametrize(("profile", "changes", "complaint"), [
    ("nothing", {}, "profiles/nothing.yaml is missing; known profiles: 8xh100, "),
    (None, {"base_model": {"folder": "checkpoints/x", "file": None, "shape": None}}, "sizes .* aren't known: .*checkpoints/x"),
    (None, {"plan": {"model": None, "hardware": {"name": "x"}}}, r"plan\.hardware\.devices"),
    (None, {"replay": {"prompts": "many"}}, r"replay\.prompts = 'many'"),
    (None, {"replay": None}, r"replay = None"),
    (None, {"train": None}, r"train = None must be a mapping"),
])  # fmt: skip
def test_what_can_not_be_planned_is_said(root: Path, profile: str | None, changes: Any, complaint: str) -> None:
    content = json.loads((root / "params.yaml").read_text())
    (root / "params.yaml").write_text(json.dumps({**content, **changes}))
    if changes.get("base_model"):
        shutil.rmtree(root / "models")
    with pytest.raises(BurnishError, match=complaint):
        make_plan(profile, root=root)


@pytest.mark.parametrize(("seconds", "text"), [(None, "?"), (90, "90 s"), (600, "10 min"), (9000, "2.5 h")])
def test_durations_are_read_at_a_glance(seconds: float | None, text: str) -> None:
    assert show_seconds(seconds) == text


def test_a_table_is_printed_for_people(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from burnish import cli

    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "200")
    cli.plan(None, json=False)
    said: Sequence[str] = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Estimates, not measurements")
    assert any(line.split()[:2] == ["sft", "990"] for line in said)


LAID = (["laptop"], ["full"], ["coder"], ["twin"], ["hub"], ["hub", "gated"], ["h100"], ["8xh100"], ["multi-node"],
        *(["hub", large] for large in ("h100", "8xh100", "multi-node")))  # fmt: skip


@pytest.fixture(params=LAID, ids="-".join)
def laid(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder with the parameters under one or two profiles, and what the last run says."""
    for name in ("metrics", "dvc.lock"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "params.yaml", tmp_path)
    for name in request.param:
        apply_profile(name, params=tmp_path / "params.yaml", profiles=ROOT / "profiles")
    return tmp_path


def test_every_profile_is_laid() -> None:
    assert {path.stem for path in (ROOT / "profiles").glob("*.yaml")} == {name for names in LAID for name in names}


def test_every_step_and_the_release_find_their_mixtures_under_every_profile(laid: Path) -> None:
    content = read_yaml(laid / "params.yaml")
    made = {*content["mixed"]["own"], *content["mixed"]["more"]}
    learnt = {
        step["data"].removeprefix("mix/") for step in content["train"].values() if step["data"].startswith("mix/")
    }
    assert learnt <= made == set(content["mix"])
    check_listed(ReleaseParams.model_validate(content["release"]), content=content)


def test_no_profile_asks_more_of_a_source_than_it_holds(laid: Path) -> None:
    """As the mixer would say, but before anything is generated."""
    content = read_yaml(laid / "params.yaml")
    sources = list(list_sources(content, root=laid))
    assert not [own for own in sources if own.is_short]
    known = {own.source for own in sources if own.available is not None}
    assert known >= {"cases", "replay"}  # tasks are counted by a run whose mixtures take some


def test_a_share_of_the_families_holds_less() -> None:
    content = read_yaml(ROOT / "params.yaml")
    whole = {own.source: own.available for own in list_sources(content, root=ROOT) if own.mixture == "sft"}
    content["mix"]["sft"]["family_shares"] = {"cases": 0.25, "tasks": 0.25}
    part = {own.source: own.available for own in list_sources(content, root=ROOT) if own.mixture == "sft"}
    assert whole["cases"] and part == {**whole, "cases": whole["cases"] // 4}


def test_a_mixture_that_cannot_be_filled_is_shown_before_anything_runs(capsys: pytest.CaptureFixture[str]) -> None:
    content = read_yaml(ROOT / "params.yaml")
    content["mix"]["sft"]["supervised_tokens"] *= 100
    content["guard"] = {**content["guard"], "changed": True}
    sources = list(list_sources(content, root=ROOT))
    short = {own.source for own in sources if own.is_short}
    assert short == {"cases", "replay"}
    assert {own.available for own in sources if own.source in ("safety", "anti_refusal")} == {None}
    plan = make_plan("h100", root=ROOT)._replace(sources=sources)
    print_plan(plan, console=Console(width=120))
    assert capsys.readouterr().out.count("too few") == 2
    assert [own["is_short"] for own in as_values(plan)["sources"]] == [own.is_short for own in sources]
