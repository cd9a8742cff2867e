"""Bulk sampling beside `generate` of transformers: `bin/python bench/sampling.py [--items N] [--batches 16,32,64]`.

Both write greedy answers in bf16 to the same held-out items, as many tokens as `params.yaml: answers` allows, and turns
alternate, so that other work on the machine hits both alike. The peer gets what it needs to waste least: prompts sorted
by length, its best batch size. Counted are answers' tokens up to their end; its padding after an end isn't.

`of_library` is what a stage keeps of the engine: the rate of `sample_all` as a stage calls it (the file hashed and loaded, each
answer written to a resume file) over the rate of OpenVINO GenAI's own call with all prompts at once, loaded before.
The last line is JSON.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openvino_genai as genai
import torch
from transformers import AutoModelForCausalLM

from burnish import params
from burnish.chat import Chat
from burnish.decoding import Prompt, Request, Sampling
from burnish.evaluate.held_out_answers import HeldOutParams
from burnish.evaluate.items import GROUPS, choose_items, read_items, render
from burnish.openvino_sampler import PROMPT_TOKENS_PER_STEP
from burnish.sampling import open_engine, sample

SEED = 1


class Peer:
    """`generate` of transformers on the safetensors the GGUF was made from."""

    def __init__(self, model: Path, *, limit: int) -> None:
        self._chat, self._limit = Chat.load(model), limit
        self._model = AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16).eval()

    def answer(self, prompts: list[Prompt], *, batch: int) -> int:
        """Return how many tokens the answers have."""
        ids = sorted((self._chat.encode(prompt.text) for prompt in prompts), key=len)
        return sum(self._answer_batch(ids[start : start + batch]) for start in range(0, len(ids), batch))

    def _answer_batch(self, ids: list[list[int]]) -> int:
        width, end = max(map(len, ids)), self._chat.end_id
        padded = torch.tensor([[end] * (width - len(row)) + row for row in ids])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in ids])
        settings = {"max_new_tokens": self._limit, "do_sample": False, "pad_token_id": end, "eos_token_id": end}
        with torch.inference_mode():
            written = self._model.generate(input_ids=padded, attention_mask=mask, **settings)[:, width:].tolist()
        return sum(row.index(end) if end in row else len(row) for row in written)


class Ours:
    """The engine of the pipeline."""

    def __init__(self, gguf: Path, settings: Sampling) -> None:
        self._engine = open_engine(gguf, settings)

    def answer(self, prompts: list[Prompt]) -> int:
        """Return how many tokens the answers have."""
        requests = [Request(number, prompt.text, SEED) for number, prompt in enumerate(prompts)]
        return sum(completion.tokens for _, completion in self._engine.complete(requests))


class Library:
    """OpenVINO GenAI's own call: all prompts at once, nothing kept on the way."""

    def __init__(self, gguf: Path, settings: Sampling) -> None:
        schedule = genai.SchedulerConfig()
        schedule.max_num_seqs = settings.parallel
        schedule.max_num_batched_tokens = settings.parallel + PROMPT_TOKENS_PER_STEP
        self._tokenizer = genai.Tokenizer(str(gguf))
        precision = {"INFERENCE_PRECISION_HINT": settings.dtype}
        self._pipeline = genai.ContinuousBatchingPipeline(str(gguf), self._tokenizer, schedule, "CPU", **precision)
        self._configuration = genai.GenerationConfig()
        self._configuration.apply_chat_template = False
        self._configuration.do_sample = False
        self._configuration.max_new_tokens = settings.max_new_tokens
        self._configuration.eos_token_id = self._tokenizer.get_eos_token_id()

    def answer(self, prompts: list[Prompt]) -> int:
        """Return how many tokens the answers have."""
        ids = [self._tokenizer.encode(prompt.text, add_special_tokens=False).input_ids for prompt in prompts]
        end = self._configuration.eos_token_id
        written = [
            list(one.m_generation_ids[0]) for one in self._pipeline.generate(ids, [self._configuration] * len(ids))
        ]
        return sum(len(row) - (row[-1:] == [end]) for row in written)


def sample_as_stage(gguf: Path, prompts: list[Prompt], settings: Sampling) -> int:
    """Answer as a stage does, in a new resume folder; return how many tokens the answers have."""
    with TemporaryDirectory() as folder:
        return sample(gguf, prompts, settings=settings, seed=SEED, resume=Path(folder), label="as a stage").new_tokens


def read_prompts(count: int, *, model: Path) -> list[Prompt]:
    """Return `count` held-out items, a quarter of each group where there are as many."""
    humaneval = Path("data/raw/benchmarks/humaneval")
    items = read_items(cases=Path("data/cases"), tasks=Path("data/processed/tasks"), humaneval=humaneval)
    chosen = choose_items(items, most=dict.fromkeys(GROUPS, -(-count // len(GROUPS))), seed=SEED)
    return render(chosen[:count], chat=Chat.load(model))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gguf", type=Path, default=Path("models/gguf/base/f16.gguf"))
    parser.add_argument("--model", type=Path, default=Path("models/base"))
    parser.add_argument("--items", type=int, default=96)
    parser.add_argument("--batches", default="16,32,64")
    options = parser.parse_args()
    settings = params.load(HeldOutParams, "answers.held_out").sampling
    prompts = read_prompts(options.items, model=options.model)
    ours, peer = Ours(options.gguf, settings), Peer(options.model, limit=settings.max_new_tokens)
    ours.answer(prompts[:4])
    peer.answer(prompts[:2], batch=2)
    rates: dict[int, float] = {}
    own: list[float] = []
    library = Library(options.gguf, settings)
    library.answer(prompts[:4])
    whole: list[float] = []
    bare: list[float] = []
    for _ in range(2):
        whole.append(measure("as a stage", partial(sample_as_stage, options.gguf, prompts, settings)))
        bare.append(measure("the library's own call", partial(library.answer, prompts)))
    for batch in map(int, options.batches.split(",")):
        own.append(measure("ours", partial(ours.answer, prompts)))
        rates[batch] = measure(f"generate at batch {batch}", partial(peer.answer, prompts, batch=batch))
    line = report(own, rates, prompts=prompts, settings=settings, model=options.model)
    stage, most = statistics.median(whole), statistics.median(bare)
    kept = {"stage": round(stage, 1), "library": round(most, 1), "of_library": round(stage / most, 3)}
    print(json.dumps({**line, **kept}))


def measure(name: str, answer: Callable[[], int]) -> float:
    """Return the tokens a second of one turn, and print them."""
    began = time.perf_counter()
    rate = answer() / (time.perf_counter() - began)
    print(f"{name}: {rate:.0f} tokens/s", flush=True)
    return rate


def report(
    own: list[float], rates: dict[int, float], *, prompts: list[Prompt], settings: Sampling, model: Path
) -> dict[str, Any]:
    """Return the line that is compared and kept."""
    ours, peer = statistics.median(own), max(rates.values())
    chat = Chat.load(model)
    lengths = [len(chat.encode(prompt.text)) for prompt in prompts]
    return {
        "name": "sampling", "ours": round(ours, 1), "peer": round(peer, 1), "ratio": round(ours / peer, 2),
        "unit": "answer tokens/s",
        "sizes": {
            "prompts": len(prompts), "mean_prompt_tokens": round(statistics.mean(lengths), 1),
            "max_new_tokens": settings.max_new_tokens, "parallel": settings.parallel, "threads": torch.get_num_threads(),
            "peer_by_batch": {str(batch): round(rate, 1) for batch, rate in rates.items()},
            "ours_by_turn": [round(rate, 1) for rate in own], "load": round(os.getloadavg()[0], 1),
        },
        "versions": {name: version(name) for name in ("openvino-genai", "torch", "transformers")},
    }  # fmt: skip


if __name__ == "__main__":
    main()
