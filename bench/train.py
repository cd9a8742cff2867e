"""Training speed and memory beside plain TRL: `bin/python bench/train.py [--rows N] [--steps N] [--mix DIR] [--base DIR]`.

Both take the same optimiser steps over the same tokenised rows of the mixture, with the LoRA of `params.yaml: train.sft`
and one model in memory each. They take turns step by step, so that other work on the machine hits both alike. The last line is
JSON. A useful token is one of a row: neither padding nor, here, a second count of a shared beginning.

The peer is TRL's best setting, without gradient checkpointing (which would only cost it time): padded batches of 8 in bf16 and
in fp32, then in the faster of both every other way that TRL has of making batches: rows of like lengths together (what its
sampling by length does, here inside a step, so that the rows of a step stay), all rows of a step in one, eight laid end to
end without padding, and packed by TRL (`packing=True`, best fit). A setting clearly slower than the best so far ends after one
timed step. Packing and padding-free batches run on CPUs: where there is neither a mask of padding nor a cache, as in training,
`transformers` makes the mask of its `sdpa` attention from the positions, so rows don't see each other (the losses of
padding-free batches are those of padded ones). It computes that whole square, though, borders or not. Packing puts rows of all
steps together, so its steps hold other rows.

Model FLOP/s utilisation: 4 (L + s H) useful tokens a second over what products reach in the same type, L being the weights
of the layers, H those of the head, s the share of the tokens whose next one is learnt: with adapters a frozen weight costs
two products a token, one forward and one backward (6 N would count its gradient too). Memory is that of a process of its
own for each side, which takes one step.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import torch
from common.alone import measure_memory, read_peak
from datasets import Dataset, disable_progress_bars
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer, pack_dataset

from burnish import params
from burnish.chat import Chat
from burnish.train.attention import Heads, stack_documents
from burnish.train.decoder import Decoder
from burnish.train.loop import Optimiser, count_workers, set_deterministic, start_workers
from burnish.train.model import load_decoder
from burnish.train.packing import Document, Step, pack, plan_steps
from burnish.train.sft import Chats, SftParams, answer_part, read_chats

BATCH_ROWS = 8
WORTH = 0.9  # of the best rate so far: what is slower in its first timed step takes no other
PRODUCT, PRODUCTS = 2_048, 20  # size and number of the products whose best rate is the machine's


class Layout(NamedTuple):
    """How TRL makes batches: of how many rows (None: all of a step), and what becomes of their different lengths."""

    rows: int | None = BATCH_ROWS
    by_length: bool = False
    padding_free: bool = False
    packed: bool = False


PADDED = "padded"
LAYOUTS = {PADDED: Layout(), "by length": Layout(by_length=True), "one batch": Layout(rows=None),
           "padding-free": Layout(padding_free=True), "packed": Layout(rows=1, packed=True)}  # fmt: skip
DTYPES = ("bf16", "fp32")
SIDES = ("burnish", *(f"{dtype} {layout}" for dtype in DTYPES for layout in LAYOUTS))


class Work(NamedTuple):
    """The rows of TRL's steps as it takes them: columns, rows of the columns a step, and useful tokens of each step."""

    rows: Dataset
    a_step: int
    tokens: list[int]


class Turns(TrainerCallback):  # type: ignore[misc]
    """Times TRL's steps and lets the other side take one step between them; ends what is slower than `least` tokens/s."""

    def __init__(self, other: Callable[[int], tuple[float, float]], *, tokens: Sequence[int], least: float = 0) -> None:
        self.other, self.tokens, self.least, self.began = other, tokens, least, 0.0
        self.seconds: list[float] = []
        self.other_seconds: list[float] = []
        self.losses: list[tuple[float, float]] = []
        self._other_loss = 0.0

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        """Start the clock."""
        self.began = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **__: Any) -> None:
        """Stop the clock, then let the other side take the same step."""
        self.seconds.append(time.perf_counter() - self.began)
        number = len(self.seconds) - 1
        loss, seconds = self.other(number)
        self.other_seconds.append(seconds)
        self._other_loss = loss
        control.should_training_stop |= number > 0 and self.tokens[number] / self.seconds[number] < self.least

    def rates(self, *, seconds: Sequence[float]) -> list[float]:
        """Return the tokens a second of every step but the first, which warms up."""
        return [tokens / took for tokens, took in list(zip(self.tokens, seconds, strict=False))[1:]]

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **__: Any) -> None:
        """Keep TRL's loss of the step beside the other side's."""
        if "loss" in logs:
            self.losses.append((self._other_loss, float(logs["loss"])))


def start_ours(
    model: Decoder, documents: list[Document], steps: Sequence[Step], *, settings: SftParams
) -> Callable[[int], tuple[float, float]]:
    """Return the function that takes one step and gives its loss and seconds."""
    optimiser = Optimiser(model.parameters(), settings=settings)
    hard = Chats(
        documents, frozenset(), [], {}, []
    )  # the peer learns tokens, so here the replay rows are learnt so too
    loss, workers = answer_part(model, hard), start_workers(optimiser, settings=settings)

    def take(number: int) -> tuple[float, float]:
        began, step = time.perf_counter(), steps[number]
        gradient = workers.sum_gradients([partial(loss, step, sequence) for sequence in step.sequences])
        optimiser.update(gradient, learning_rate=settings.learning_rate)
        return gradient.loss, time.perf_counter() - began

    return take


def lay_out(documents: Sequence[Document], steps: Sequence[Step], *, layout: Layout, settings: SftParams) -> Work:
    """Return the rows of `steps` as TRL is to take them."""
    rows = len(documents) // len(steps)
    parts = [list(documents[start : start + rows]) for start in range(0, len(documents), rows)]
    if layout.by_length:
        parts = [sorted(part, key=lambda document: len(document.ids)) for part in parts]
    ordered = [document for part in parts for document in part]
    table = Dataset.from_dict({
        "input_ids": [d.ids.tolist() for d in ordered],
        "labels": [[int(i) if s else -100 for i, s in zip(*d, strict=True)] for d in ordered]})  # fmt: skip
    if not layout.packed:
        return Work(table, rows, [step.tokens for step in steps])
    packs = pack_dataset(table, settings.sequence_tokens, "bfd")
    a_step = max(1, len(packs) // len(steps))
    sizes = [sum(lengths) for lengths in packs["seq_lengths"]]
    return Work(packs, a_step, [sum(sizes[n * a_step : (n + 1) * a_step]) for n in range(len(steps))])


def run_trl(work: Work, turns: Turns, *, settings: SftParams, base: Path, bf16: bool, layout: Layout) -> None:
    """Take the steps of `work`, with `turns` between them."""
    assert settings.lora is not None
    batch = layout.rows or work.a_step
    lora = LoraConfig(r=settings.lora.r, lora_alpha=settings.lora.alpha, lora_dropout=settings.lora.dropout,
                      target_modules=list(settings.lora.targets), task_type="CAUSAL_LM")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder, use_cpu=True, bf16=bf16, gradient_checkpointing=False, packing=layout.packed,
            max_length=None if layout.padding_free else settings.sequence_tokens, padding_free=layout.padding_free,
            per_device_train_batch_size=batch, gradient_accumulation_steps=work.a_step // batch, max_steps=len(work.tokens),
            learning_rate=settings.learning_rate, lr_scheduler_type="constant", max_grad_norm=settings.clip, logging_steps=1,
            report_to=[], save_strategy="no", disable_tqdm=True, train_sampling_strategy="sequential",
            dataset_kwargs={"skip_prepare_dataset": True}, remove_unused_columns=False,
        )  # fmt: skip
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        SFTTrainer(model, args=config, train_dataset=work.rows, peft_config=lora, callbacks=[turns],
                   processing_class=AutoTokenizer.from_pretrained(base)).train()  # fmt: skip


def load_ours(settings: SftParams, *, base: Path) -> Decoder:
    return load_decoder(base, [], lora=settings.lora, seed=0, dtype=getattr(torch, settings.dtype))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mix", type=Path, default=Path("data/mix/sft"))
    parser.add_argument("--base", type=Path, default=Path("models/base"))
    parser.add_argument("--rows", type=int, default=24, help=f"rows a step, a multiple of {BATCH_ROWS}")
    parser.add_argument("--steps", type=int, default=2, help="timed steps, after one to warm up")
    parser.add_argument(
        "--alone", choices=SIDES, help="only let this side take one step, and say how much memory it took"
    )
    options = parser.parse_args()
    settings = params.load(SftParams, "train.sft")
    disable_progress_bars()
    set_deterministic(threads=settings.threads, device=torch.device("cpu"))
    chats = read_chats(options.mix, chat=Chat.load(options.base), settings=settings)
    order = chats.order[: options.rows * (1 if options.alone else options.steps + 1)]
    documents = [chats.documents[number] for number in order]
    steps = [
        plan_steps(documents, order=range(start, start + options.rows), step_tokens=10**9,
                   sequence_tokens=settings.sequence_tokens, tokens=None, workers=count_workers(settings))[0]
        for start in range(0, len(order), options.rows)
    ]  # fmt: skip
    if options.alone:
        step_alone(options.alone, documents, steps, settings=settings, options=options)
        print(read_peak())
        return
    rates: dict[str, float] = {}
    ours: list[float] = []
    for name in order_settings(rates):
        rate, between = time_setting(name, documents, steps, settings=settings, options=options, rates=rates)
        rates[name] = rate
        ours += between
    model = load_ours(settings, base=options.base)
    line = report(statistics.median(ours), rates, model=model, documents=documents, options=options, settings=settings)
    line["sizes"] |= {
        "packing": measure_packing(steps, documents, heads=model.heads),
        "peak_gib": {side: measure_memory(side) for side in ("burnish", max(rates, key=lambda name: rates[name]))},
    }
    print(json.dumps(line))


def order_settings(rates: Mapping[str, float]) -> Iterator[str]:
    """Yield TRL's settings: the plain one in each type, then the others in the faster of these by `rates`, filled meanwhile."""
    plain = [f"{dtype} {PADDED}" for dtype in DTYPES]
    yield from plain
    dtype = max(plain, key=lambda name: rates[name]).split()[0]
    yield from (f"{dtype} {layout}" for layout in LAYOUTS if layout != PADDED)


def time_setting(name: str, documents: list[Document], steps: Sequence[Step], *, settings: SftParams,
                 options: argparse.Namespace, rates: Mapping[str, float]) -> tuple[float, list[float]]:  # fmt: skip
    """Return TRL's useful tokens a second in one setting, and ours in each step between."""
    dtype, _, layout_name = name.partition(" ")
    layout = LAYOUTS[layout_name]
    work = lay_out(documents, steps, layout=layout, settings=settings)
    ours = start_ours(load_ours(settings, base=options.base), documents, steps, settings=settings)
    turns = Turns(ours, tokens=work.tokens, least=WORTH * max(rates.values(), default=0))
    run_trl(work, turns, settings=settings, base=options.base, bf16=dtype == "bf16", layout=layout)
    rate = statistics.median(turns.rates(seconds=turns.seconds))
    between = [step.tokens / seconds for step, seconds in zip(steps, turns.other_seconds, strict=False)][1:]
    compared = "other rows" if layout.packed else [tuple(round(x, 3) for x in pair) for pair in turns.losses]
    print(f"TRL {name}: {rate:.0f} tokens/s in {len(turns.seconds) - 1} timed steps, ours between them: "
          f"{[round(own) for own in between]}; losses of ours and TRL: {compared}", flush=True)  # fmt: skip
    return rate, between


def step_alone(
    side: str, documents: list[Document], steps: Sequence[Step], *, settings: SftParams, options: argparse.Namespace
) -> None:
    """Let one side take the first step."""
    if side == "burnish":
        start_ours(load_ours(settings, base=options.base), documents, steps, settings=settings)(0)
        return
    dtype, _, name = side.partition(" ")
    work = lay_out(documents, steps, layout=LAYOUTS[name], settings=settings)
    turns = Turns(lambda _: (0.0, 0.0), tokens=work.tokens)
    run_trl(work, turns, settings=settings, base=options.base, bf16=dtype == "bf16", layout=LAYOUTS[name])


def measure_packing(steps: Sequence[Step], documents: Sequence[Document], *, heads: Heads) -> dict[str, float]:
    """Return the tokens to predict from over the positions that products compute, and over those that attention does.

    Padding lowers both; a beginning that is computed once for several rows raises them, above 1 where there is more of that.
    `filled` counts such a beginning once: the positions of attention's stacks that hold a token, over all of them.
    """
    packs = [pack([documents[number] for number in sequence]) for step in steps for sequence in step.sequences]
    tokens = sum(len(document.ids) - 1 for document in documents)
    stacks = [
        stack
        for p in packs
        for stack in stack_documents(p.lengths, prefix=p.prefix, sharing=p.sharing, heads=heads, like=torch.empty(0))
    ]
    slots = sum(stack.documents * stack.length for stack in stacks)
    return {
        "products": round(tokens / sum(len(p.ids) for p in packs), 4),
        "attention": round(tokens / slots, 4),
        "filled": round(sum(stack.stop - stack.start for stack in stacks) / slots, 4),
    }


def measure_products(dtype: torch.dtype) -> float:
    """Return the FLOP/s of the best of some large products."""
    first, second = (torch.ones(PRODUCT, PRODUCT, dtype=dtype) for _ in range(2))
    best = 0.0
    for _ in range(PRODUCTS):
        began = time.perf_counter()
        first @ second
        best = max(best, 2 * PRODUCT**3 / (time.perf_counter() - began))
    return best


def report(
    ours: float,
    rates: dict[str, float],
    *,
    model: Decoder,
    documents: Sequence[Document],
    options: argparse.Namespace,
    settings: SftParams,
) -> dict[str, Any]:
    """Return the line that is compared and kept."""
    peer = max(rates.values())
    tokens = [len(document.ids) for document in documents]
    supervised = sum(int(d.supervised.sum()) for d in documents) / sum(tokens)
    layers = sum(part.weight.numel() for part in model.projections())
    reached = measure_products(getattr(torch, settings.dtype))
    flops = 4 * (layers + supervised * model.head.numel())
    sizes = {
        "rows_a_step": options.rows, "steps": options.steps, "tokens": sum(tokens),
        "mean_tokens_a_row": round(statistics.mean(tokens), 1), "supervised_share": round(supervised, 3),
        "dtype": settings.dtype, "threads": settings.threads, "load": round(os.getloadavg()[0], 1),
        "trl": {name: round(rate, 1) for name, rate in rates.items()}, "product_gflops": round(reached / 1e9, 1),
        "utilisation": {"burnish": round(flops * ours / reached, 3), "trl": round(flops * peer / reached, 3)},
    }  # fmt: skip
    return {
        "name": "train", "ours": round(ours, 1), "peer": round(peer, 1), "ratio": round(ours / peer, 2),
        "unit": "useful tokens/s", "sizes": sizes,
        "versions": {name: version(name) for name in ("torch", "transformers", "trl", "peft")},
    }  # fmt: skip


if __name__ == "__main__":
    main()
