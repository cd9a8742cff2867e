"""GRPO beside plain TRL: `bin/python bench/grpo.py [--steps N] [--prompts N] [--data DIR] [--parent DIR]`.

What counts is prompts whose answers differ in reward, a second: only they teach anything. Both sides take the settings of
`params.yaml: train.grpo`: its LoRA, group size, answer length and rewards, verdicts by the same verifiers. Ours is the stage
itself, with everything it does from its start: merging, exporting and loading the sampler's file, rollouts, verdicts,
optimiser steps. The peer is `GRPOTrainer` with its own generation on the merged parent, in bfloat16 where the processor has
instructions for it (else float32, as ours), timed without its loading; it draws its prompts from all cases that were tried,
as one does without pass rates, and then from those that we choose, so that both parts of the difference show. The last line
is JSON.
"""

import argparse
import json
import os
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from common.alone import read_peak
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from burnish import params
from burnish.attempt_tables import RATES
from burnish.fences import find_blocks
from burnish.judges import judge_apart
from burnish.precision import has_bfloat16
from burnish.records import Record
from burnish.seeds import fingerprint
from burnish.shards import read_rows
from burnish.train import grpo, merge
from burnish.train.grpo_settings import GrpoParams

SEED = 1
BATCH = 8


class Clock(TrainerCallback):  # type: ignore[misc]
    """Takes the time at the end of each of TRL's steps."""

    def __init__(self) -> None:
        self.ends: list[float] = []

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Start."""
        self.ends.append(time.perf_counter())

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Note the time."""
        self.ends.append(time.perf_counter())


class Rewards:
    """TRL's reward function: the same verdicts and worth, group by group; counts the groups that differ."""

    def __init__(self, settings: GrpoParams) -> None:
        self._settings = settings
        self.teaching: list[int] = []
        self.__name__ = "rewards"

    def __call__(self, completions: list[Any], verifier: list[str], **_: Any) -> list[float]:
        """Return the reward of each completion."""
        worth, size = self._settings.rewards, self._settings.sampling.samples
        texts = [completion[0]["content"] for completion in completions]
        pairs = [(json.loads(one), text) for one, text in zip(verifier, texts, strict=True)]
        verdicts = judge_apart(pairs, seconds=self._settings.verifier_seconds, label="peer's rewards")
        rewards = [
            worth.passed * one.verdict.passed + worth.fenced * (len(find_blocks(text)) == 1)
            for one, text in zip(verdicts, texts, strict=True)
        ]
        groups = [rewards[start : start + size] for start in range(0, len(rewards), size)]
        self.teaching.append(sum(max(group) > min(group) for group in groups))
        return rewards


def run_peer(
    rows: list[dict[str, Any]], *, settings: GrpoParams, merged: Path, prompts: int
) -> tuple[list[int], list[float]]:
    """Train on `rows`, `prompts` a step; return the groups that differed and the seconds of each step."""
    assert settings.lora is not None
    lora = LoraConfig(r=settings.lora.r, lora_alpha=settings.lora.alpha, lora_dropout=0.0,
                      target_modules=list(settings.lora.targets), task_type="CAUSAL_LM")  # fmt: skip
    columns = {"prompt": [[{"role": "user", "content": row["prompt"]}] for row in rows],
               "verifier": [row["verifier"] for row in rows]}  # fmt: skip
    rewards, clock, size = Rewards(settings), Clock(), settings.sampling.samples
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=has_bfloat16(), gradient_checkpointing=False, num_generations=size,
            per_device_train_batch_size=BATCH, gradient_accumulation_steps=prompts * size // BATCH,
            max_completion_length=settings.sampling.max_new_tokens, temperature=1.0, top_p=1.0, top_k=0,
            beta=settings.objective.parent_kl, epsilon=settings.objective.clip_low,
            epsilon_high=settings.objective.clip_high, loss_type="dapo",
            scale_rewards="group" if settings.divide_by_deviation else "none", learning_rate=settings.learning_rate,
            lr_scheduler_type="constant", max_grad_norm=settings.clip, max_steps=len(rows) // prompts,
            shuffle_dataset=False, report_to=[], save_strategy="no", disable_tqdm=True, logging_steps=1,
        )  # fmt: skip
        model = AutoModelForCausalLM.from_pretrained(merged, dtype=torch.float32)
        GRPOTrainer(model, reward_funcs=rewards, args=config, train_dataset=Dataset.from_dict(columns), peft_config=lora,
                    callbacks=[clock], processing_class=AutoTokenizer.from_pretrained(merged)).train()  # fmt: skip
    seconds = [after - before for before, after in zip(clock.ends, clock.ends[1:], strict=False)]
    return rewards.teaching, seconds


def run_ours(settings: GrpoParams, *, data: Path, base: Path, parent: Path) -> tuple[dict[str, Any], float]:
    """Run the stage; return its metrics and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        place, began = Path(folder), time.perf_counter()
        metrics = grpo.run(
            settings, data=data, base=base, parent=parent, out=place / "out", history=place / "history.csv", seed=SEED,
            record=Record("bench", params={}), resume=place,
        )  # fmt: skip
        return dict(metrics), time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("data/attempts/sft"))
    parser.add_argument("--base", type=Path, default=Path("models/base"))
    parser.add_argument("--parent", type=Path, default=Path("models/sft"))
    parser.add_argument(
        "--steps", type=int, default=4, help="ours, all in one round; the peer takes half as many, twice"
    )
    parser.add_argument("--prompts", type=int, default=4, help="a step")
    options = parser.parse_args()
    settings = params.load(GrpoParams, "train.grpo").model_copy(
        update={
            "rounds": 1,
            "refresh_steps": options.steps,
            "prompts_per_step": options.prompts,
            "measure_again": False,
        }
    )
    rows = sorted(read_rows(options.data / RATES), key=lambda row: fingerprint(SEED, row["id"]))
    bounds = settings.pass_rates
    chosen = [row for row in rows if bounds.above < row["pass_rate"] < bounds.below]
    count = max(1, options.steps // 2) * options.prompts
    metrics, seconds = run_ours(settings, data=options.data, base=options.base, parent=options.parent)
    ours, peak_gib = (metrics["groups"] - metrics["skipped"]) / seconds, {"burnish": round(read_peak(), 2)}
    print(
        f"ours: {metrics['groups'] - metrics['skipped']} of {metrics['groups']} groups in {seconds:.1f} s", flush=True
    )
    peers = {}
    with tempfile.TemporaryDirectory() as folder:
        merge.run(
            params.load(merge.MergeParams, "merge"), base=options.base, adapter=options.parent, out=Path(folder, "m")
        )
        for name, own in (("any prompts", rows[:count]), ("our prompts", chosen[:count])):
            teaching, times = run_peer(own, settings=settings, merged=Path(folder, "m"), prompts=options.prompts)
            peers[name] = sum(teaching) / sum(times)
            print(f"TRL, {name}: {teaching} groups in {[round(one, 1) for one in times]} s", flush=True)
    peak_gib["burnish, then trl"] = round(read_peak(), 2)
    print(json.dumps({
        "name": "grpo", "ours": round(ours, 4), "peer": round(peers["any prompts"], 4),
        "ratio": round(ours / peers["any prompts"], 2) if peers["any prompts"] else None,
        "unit": "prompts with non-zero advantage/s",
        "sizes": {
            "steps": options.steps, "prompts_a_step": options.prompts, "group": settings.sampling.samples,
            "max_new_tokens": settings.sampling.max_new_tokens, "refresh_steps": options.steps,
            "drift": metrics["drift_mean"], "peer_on_our_prompts": round(peers["our prompts"], 4),
            "threads": settings.threads, "peak_gib": peak_gib, "load": round(os.getloadavg()[0], 1),
        },
        "versions": {name: version(name) for name in ("torch", "transformers", "trl", "peft", "openvino-genai")},
    }))  # fmt: skip


if __name__ == "__main__":
    main()
