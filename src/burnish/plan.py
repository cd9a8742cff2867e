"""What a profile would take: memory and time of every training step, sampled answers, rows of mixtures, as estimates.

Bytes come from `estimates.py`. Time comes from the last run here (`measured_rates.py`), by the operations of a token and the
number of weights, or, for other hardware, from a peak and a share of it that the profile states. Runs and writes nothing.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PositiveFloat, PositiveInt

from burnish import params
from burnish.errors import BurnishError
from burnish.estimates import Memory, count_most_tokens, estimate_memory, flops_per_token, read_work
from burnish.measured_rates import BASE, LIBRARIES, Measured, cpu_bytes, read_measured
from burnish.model_config import Sizes, read_config, read_sizes
from burnish.params import Section
from burnish.planned_mixtures import Filled, list_sources
from burnish.planned_sampling import Sampled, list_samplings
from burnish.profiles import PROFILES, apply_profile
from burnish.recipe import find_methods, read_recipe
from burnish.sections import GRAPH, check_sections


class ModelFacts(Section):
    """Sizes of a model that isn't on this machine, under the names of its `config.json`."""

    name: str
    model_type: Literal["llama", "mistral", "qwen2", "qwen3"]
    hidden_size: PositiveInt
    intermediate_size: PositiveInt
    num_hidden_layers: PositiveInt
    num_attention_heads: PositiveInt
    num_key_value_heads: PositiveInt
    head_dim: PositiveInt
    vocab_size: PositiveInt
    tie_word_embeddings: bool


class Hardware(Section):
    """Devices that nothing was measured on: their peak, and the share of it (`mfu`) that is assumed to be reached.

    Attributes:
        shards: devices among which weights, gradients and optimiser states are divided; 1: each holds all of them.
        sampled_per_second: answer tokens of the inference server, where somebody measured them.
    """

    name: str
    devices: PositiveInt
    shards: PositiveInt
    memory_gb: PositiveFloat
    peak_tflops: PositiveFloat
    mfu: Annotated[float, Field(gt=0, le=1)]
    sampled_per_second: PositiveFloat | None


class PlanParams(Section):
    """`params.yaml: plan`; null: the base model that lies here, this machine as it was measured."""

    model: ModelFacts | None
    hardware: Hardware | None


class Model(NamedTuple):
    """The base model of a profile."""

    name: str
    sizes: Sizes


class Estimate(NamedTuple):
    """One training step: None is what can't be known; `basis` says where the rate is from. `peak` is of one device."""

    step: str
    method: str
    tokens: int | None
    tokens_basis: str
    tokens_per_second: float | None
    seconds: float | None
    basis: str
    memory: Memory
    peak: int
    fits: bool


class Plan(NamedTuple):
    """All that is known of a profile before it runs."""

    profile: str | None
    model: Model
    hardware: str
    memory: float
    steps: list[Estimate]
    samplings: list[Sampled]
    sources: list[Filled]


def make_plan(profile: str | None, *, root: Path) -> Plan:
    """Return the plan of the checkout `root` under a profile; None: under its `params.yaml` as it is."""
    own = params.read_yaml(root / params.PARAMS)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / params.PARAMS
        copy.write_text((root / params.PARAMS).read_text())
        if profile is not None:
            apply_profile(profile, params=copy, profiles=root / PROFILES)
        content, settings = params.read_yaml(copy), params.load(PlanParams, "plan", path=copy)
        recipe = read_recipe(content, methods=find_methods(Path(__file__).parent))
        check_sections(copy, graph=root / GRAPH)
    measured, hardware = read_measured(root), settings.hardware
    model = find_model(content, settings.model, root=root, made=content["base_model"] == own["base_model"])
    memory = hardware.memory_gb * 1e9 if hardware else float(total_memory())
    steps = [
        estimate_step(
            name, content["train"][name], model=model.sizes, hardware=hardware, measured=measured, room=memory
        )
        for name in recipe
    ]
    rate = hardware.sampled_per_second if hardware else None
    if hardware is None and measured.sampled_per_second and measured.model:
        rate = measured.sampled_per_second * measured.model.parameters / model.sizes.parameters
    named = f"{hardware.devices} x {hardware.name}" if hardware else f"this machine, {os.cpu_count()} processors"
    samplings, sources = list(list_samplings(content, rate=rate)), list(list_sources(content, root=root))
    return Plan(profile, model, named, memory, steps, samplings, sources)


def find_model(content: Mapping[str, Any], facts: ModelFacts | None, *, root: Path, made: bool) -> Model:
    """Return the base model: as drawn by `shape`, from its folder, by the profile's facts, or as `models/base` if `made`."""
    base = content["base_model"]
    folder = root / base["folder"] / (base["file"] or "")
    here = read_config(root / BASE) if (root / BASE / "config.json").is_file() else None
    if base["shape"] is not None:
        if here is None:
            raise BurnishError("params.yaml: base_model.shape leaves the vocabulary to the tokenizer, which isn't known "
                               "before models/base is there; run: burnish run base_model")  # fmt: skip
        drawn = {**base["shape"], "model_type": "llama", "vocab_size": here["vocab_size"], "tie_word_embeddings": True}
        return Model("random weights of base_model.shape", read_sizes(drawn))
    if (folder / "config.json").is_file():
        return Model(str(folder), read_sizes(read_config(folder)))
    if facts is not None:
        return Model(facts.name, read_sizes(facts.model_dump()))
    if made and here is not None:
        return Model(Path(base["file"] or base["folder"]).stem, read_sizes(here))
    raise BurnishError(
        f"the sizes of the base model aren't known: {folder} isn't a folder with config.json here; "
        "run: burnish run base_model, or write them into params.yaml: plan.model"
    )


def estimate_step(
    name: str, step: Mapping[str, Any], *, model: Sizes, hardware: Hardware | None, measured: Measured, room: float
) -> Estimate:
    """Estimate one step of the recipe, in `room` bytes a device."""
    record = measured.choose(name, method=step["method"])
    work = read_work(step, gpu=hardware is not None)
    memory = estimate_memory(model, work, shards=hardware.shards if hardware else 1)
    if hardware:
        peak = memory.training
        flops: float | None = hardware.devices * hardware.peak_tflops * 1e12 * hardware.mfu
        basis = f"assumed: {hardware.mfu:.0%} of {hardware.devices} x {hardware.peak_tflops:g} TFLOP/s"
    else:
        waste = measured.waste(record)
        peak = LIBRARIES + round(waste * cpu_bytes(memory))
        flops = measured.flops_per_second(record) if record else None
        basis = "nothing was trained here yet"
        if record and flops:
            basis = f"{record['stage']}: {flops / 1e12:.2f} TFLOP/s, {waste:.1f} x the bytes"
    speed = flops / flops_per_token(model.parameters, lora=work.rank > 0) if flops else None
    seen = measured.tokens_of(name, step)
    tokens = seen or count_most_tokens(step)
    tokens_basis = "as in the last run" if seen else "at most" if tokens else "all of its data"
    return Estimate(name, step["method"], tokens, tokens_basis, speed, tokens / speed if tokens and speed else None,
                    basis, memory, peak, peak <= room)  # fmt: skip


def total_memory() -> int:
    """Return this machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
