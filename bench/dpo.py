"""Speed of DPO beside plain TRL: `bin/python bench/dpo.py [--pairs N] [--steps N] [--data DIR] [--base DIR]`.

Both take the same optimiser steps over the same tokenised pairs, with the LoRA of `params.yaml: train.sft`. They take turns
step by step, so that other work on the machine hits both alike. The reference's forward pass is in both times: TRL takes it in
the step, with its adapter off; Burnish takes it before training, so here an untouched second model takes it with the step
that needs it. The peer is the faster of TRL in bf16 and in fp32, padded batches of 4 pairs, without gradient checkpointing
(which would only cost it time). The last line is JSON. A useful token is one of a prompt with an answer: no padding; a prompt
counts once for each of its two answers, though Burnish computes it once. Memory is that of a process of its own for each side,
which takes one step.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from common.alone import measure_memory, read_peak
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import DPOConfig, DPOTrainer

from burnish import params
from burnish.chat import Chat
from burnish.train.answer_scores import score_groups
from burnish.train.loop import Optimiser, count_workers, set_deterministic, start_workers
from burnish.train.model import load_decoder
from burnish.train.packing import Step
from burnish.train.preference_data import Answers, answer_tokens, read_pairs, tokenise
from burnish.train.preference_loss import Objective
from burnish.train.preference_part import PreferencePart, score_references
from burnish.train.preference_steps import order_groups, plan_steps
from burnish.train.sft import SftParams

BATCH_PAIRS = 4
SIDES = ("burnish", "bf16", "fp32")
OBJECTIVE = Objective(variant="dpo", beta=0.1, label_smoothing=0.0, gamma=None, kto_weights=None, sft_weight=0.0)
Take = Callable[[int], tuple[float, float]]


class Tokenised(DPOTrainer):  # type: ignore[misc]
    """TRL's trainer on pairs that are tokenised already, so that both sides see the same tokens."""

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
        return dataset


class Turns(TrainerCallback):  # type: ignore[misc]
    """Times TRL's steps and lets the other side take the same step behind each."""

    def __init__(self, other: Take) -> None:
        self.other, self.began = other, 0.0
        self.seconds: list[float] = []
        self.others: list[tuple[float, float]] = []
        self.losses: list[float] = []

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        """Start the clock."""
        self.began = time.perf_counter()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Stop the clock, then let the other side take its step."""
        self.seconds.append(time.perf_counter() - self.began)
        self.others.append(self.other(len(self.seconds) - 1))

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **__: Any) -> None:
        """Keep the loss of the step."""
        if "loss" in logs:
            self.losses.append(float(logs["loss"]))


def start_ours(answers: Answers, steps: Sequence[Step], *, settings: SftParams, base: Path) -> Take:
    """Return the function that scores one step's reference, takes the step, and gives its loss and seconds."""
    model = load_decoder(base, [], lora=settings.lora, seed=0, dtype=getattr(torch, settings.dtype))
    untouched = load_decoder(base, [], lora=settings.lora, seed=0, dtype=getattr(torch, settings.dtype))
    optimiser, count = Optimiser(model.parameters(), settings=settings), count_workers(settings)
    workers = start_workers(optimiser, settings=settings)
    score = partial(score_groups, untouched, workers=count, threads=settings.threads // count)

    def take(number: int) -> tuple[float, float]:
        began, step = time.perf_counter(), steps[number]
        references = score_references(answers, [step], objective=OBJECTIVE, score=score)
        part = PreferencePart(model, answers, references, objective=OBJECTIVE)
        gradient = workers.sum_gradients([partial(part, step, sequence) for sequence in step.sequences])
        optimiser.update(gradient, learning_rate=settings.learning_rate)
        return gradient.loss, time.perf_counter() - began

    return take


def run_trl(
    answers: Answers, steps: Sequence[Step], turns: Turns, *, settings: SftParams, base: Path, bf16: bool
) -> None:
    """Train on the pairs of `steps` with `turns` between the steps."""
    assert settings.lora is not None
    rows = []
    for group in (group for step in steps for group in step.sequences):
        chosen, rejected = (answers.documents[number] for number in group)
        begin = len(chosen.ids) - answer_tokens(chosen)
        rows.append({"prompt_ids": chosen.ids[:begin].tolist(), "chosen_ids": chosen.ids[begin:].tolist(),
                     "rejected_ids": rejected.ids[begin:].tolist()})  # fmt: skip
    lora = LoraConfig(r=settings.lora.r, lora_alpha=settings.lora.alpha, lora_dropout=settings.lora.dropout,
                      target_modules=list(settings.lora.targets), task_type="CAUSAL_LM")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        config = DPOConfig(
            output_dir=folder, use_cpu=True, bf16=bf16, activation_checkpointing=False, max_length=settings.sequence_tokens,
            per_device_train_batch_size=BATCH_PAIRS, gradient_accumulation_steps=len(steps[0].sequences) // BATCH_PAIRS,
            num_train_epochs=1, learning_rate=settings.learning_rate, lr_scheduler_type="constant", logging_steps=1,
            max_grad_norm=settings.clip, report_to=[], save_strategy="no", disable_tqdm=True, beta=OBJECTIVE.beta,
            train_sampling_strategy="sequential",
        )  # fmt: skip
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        Tokenised(model, args=config, train_dataset=Dataset.from_list(rows), peft_config=lora, callbacks=[turns],
                  processing_class=AutoTokenizer.from_pretrained(base)).train()  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("data/preference"))
    parser.add_argument("--base", type=Path, default=Path("models/base"))
    parser.add_argument("--pairs", type=int, default=8, help=f"pairs a step, a multiple of {BATCH_PAIRS}")
    parser.add_argument("--steps", type=int, default=3, help="timed steps, after one to warm up")
    parser.add_argument(
        "--alone", choices=SIDES, help="only let this side take one step, and say how much memory it took"
    )
    options = parser.parse_args()
    settings = params.load(SftParams, "train.sft")
    set_deterministic(threads=settings.threads, device=torch.device("cpu"))
    trained = [pair for pair in read_pairs(options.data) if pair.split == "train"]
    answers = tokenise(trained, chat=Chat.load(options.base), context=settings.sequence_tokens)
    order = order_groups(answers, epochs=1, seed=0)
    order = order[: options.pairs * (1 if options.alone else options.steps + 1)]
    steps = [
        step for start in range(0, len(order), options.pairs)
        for step in plan_steps(answers, order=order[start : start + options.pairs], step_tokens=10**9, tokens=None)
    ]  # fmt: skip
    if options.alone == "burnish":
        start_ours(answers, steps, settings=settings, base=options.base)(0)
    elif options.alone:
        turns, bf16 = Turns(lambda _: (0.0, 0.0)), options.alone == "bf16"
        run_trl(answers, steps, turns, settings=settings, base=options.base, bf16=bf16)
    if options.alone:
        print(read_peak())
        return
    rates: dict[str, float] = {}
    ours: list[float] = []
    for name in SIDES[1:]:
        turns = Turns(start_ours(answers, steps, settings=settings, base=options.base))
        run_trl(answers, steps, turns, settings=settings, base=options.base, bf16=name == "bf16")
        tokens = [step.tokens for step in steps[1:]]
        rates[name] = statistics.median(n / s for n, s in zip(tokens, turns.seconds[1:], strict=True))
        ours += [n / s for n, (_, s) in zip(tokens, turns.others[1:], strict=True)]
        losses = [
            (round(loss, 3), round(other, 3)) for (loss, _), other in zip(turns.others, turns.losses, strict=True)
        ]
        print(f"TRL {name}: {rates[name]:.0f} tokens/s, ours between its steps: {[round(r) for r in ours[-len(tokens) :]]}; "
              f"losses of ours and TRL: {losses}", flush=True)  # fmt: skip
    line = report(statistics.median(ours), rates, steps=steps, settings=settings)
    sides = ("burnish", max(rates, key=lambda name: rates[name]))
    line["sizes"]["peak_gib"] = {side: measure_memory(side) for side in sides}
    print(json.dumps(line))


def report(ours: float, rates: dict[str, float], *, steps: Sequence[Step], settings: SftParams) -> dict[str, Any]:
    """Return the line that is compared and kept."""
    peer, tokens = max(rates.values()), sum(step.tokens for step in steps)
    pairs = sum(len(step.sequences) for step in steps)
    sizes = {
        "pairs": pairs, "steps": len(steps), "tokens": tokens, "mean_tokens_a_pair": round(tokens / pairs, 1),
        "supervised_share": round(sum(step.supervised for step in steps) / tokens, 3), "dtype": settings.dtype,
        "threads": settings.threads, "load": round(os.getloadavg()[0], 1),
        "trl": {name: round(rate, 1) for name, rate in rates.items()},
    }  # fmt: skip
    return {
        "name": "dpo", "ours": round(ours, 1), "peer": round(peer, 1), "ratio": round(ours / peer, 2),
        "unit": "useful tokens/s", "sizes": sizes,
        "versions": {name: version(name) for name in ("torch", "transformers", "trl", "peft")},
    }  # fmt: skip


if __name__ == "__main__":
    main()
