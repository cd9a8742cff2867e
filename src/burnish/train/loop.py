"""The optimiser loop that all training methods share: schedule, clipping, history, checkpoints, exact resume.

A method brings the steps and a function that computes the loss of one sequence. After a kill at any moment the same command
goes on from the last checkpoint and ends with the same bytes as a run that was never stopped. Several processes
(`processes.py`) run this loop with the same steps; each computes its share of a step's sequences, the first writes.
"""

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Self, TextIO

import torch
from pydantic import (
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationInfo,
    field_validator,
    model_validator,
)
from torch import Tensor, nn

from burnish.files import atomic_write
from burnish.params import Section
from burnish.progress import Meter
from burnish.records import Record
from burnish.seeds import fingerprint
from burnish.train import processes
from burnish.train.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from burnish.train.dtypes import choose_dtype, describe_rates, time_products
from burnish.train.faults import NotFiniteError, describe_fault, find_broken
from burnish.train.lora import LoraSettings, interpolate
from burnish.train.packing import Step
from burnish.train.processes import Gradient
from burnish.train.sharding import ShardedWorkers, cut_like, cut_state, gather_state, read_norm, shard
from burnish.train.workers import Workers

HISTORY = "history.jsonl"
Loss = Callable[[Step, tuple[int, ...]], Tensor]
Figures = Callable[[Step], dict[str, float]]


class LoopSettings(Section):
    """What every item of `params.yaml: train` says.

    Attributes:
        interpolation: share of the update that is kept when all is learnt: the weights are that far from the parent's to
            the trained ones (WiSE-FT, Wortsman et al. 2022). Below 1 gives back some of what the parent could do.
    """

    method: str
    parent: str
    data: str
    lora: LoraSettings | None
    interpolation: Annotated[float, Field(gt=0, le=1)]
    learning_rate: Annotated[PositiveFloat, Field(allow_inf_nan=False)]
    schedule: Literal["cosine", "linear", "constant"]
    warmup_share: Annotated[float, Field(ge=0, le=1)]
    weight_decay: NonNegativeFloat
    clip: PositiveFloat
    sequence_tokens: Annotated[int, Field(ge=2)]
    checkpoint_steps: PositiveInt
    device: Literal["auto", "cpu", "cuda"]
    dtype: Literal["float32", "bfloat16"]
    adapter_dtype: Literal["float32", "bfloat16"]
    threads: PositiveInt

    @field_validator("dtype", mode="before")
    @classmethod
    def _choose(cls, value: Any, info: ValidationInfo) -> Any:
        return choose_dtype(value, device=choose_device(info.data.get("device", "cpu")))

    @model_validator(mode="after")
    def _interpolate_adapters(self) -> Self:
        if self.lora is None and self.interpolation < 1:
            raise ValueError(f"interpolation {self.interpolation} needs an adapter; with lora null it is 1.0")
        return self


class TrainSettings(LoopSettings):
    """What an item says besides whose rows are known before it starts."""

    epochs: PositiveInt
    tokens: PositiveInt | None
    step_tokens: PositiveInt


class Plan(NamedTuple):
    """The steps of a run, which may be found out only on the way: `after(done)` yields those behind the first `done`.

    `name` stands for all that decides them, `most` is how many there can be, `tokens` how many in all where known.
    """

    name: str
    most: int
    tokens: int | None
    after: Callable[[int], Iterable[Step]]


class Entry(NamedTuple):
    """One line of a training history: `tokens` since the start, the step's mean `loss`, and the method's own `figures`."""

    step: int
    tokens: int
    loss: float
    learning_rate: float
    gradient_norm: float
    figures: dict[str, float]

    def line(self) -> dict[str, Any]:
        """Return all values by name."""
        return {**dict(zip(self._fields[:-1], self, strict=False)), **self.figures}


class Optimiser:
    """AdamW on fp32 masters of whatever a model trains: adapters are their own masters, bf16 weights get copies."""

    def __init__(self, parameters: Iterable[nn.Parameter], *, settings: LoopSettings) -> None:
        """Take the parameters that want a gradient."""
        self.parameters = [parameter for parameter in parameters if parameter.requires_grad]
        self.masters = [p if p.dtype == torch.float32 else p.detach().float().requires_grad_() for p in self.parameters]
        self.clip = settings.clip
        self.adamw = torch.optim.AdamW(self.masters, lr=0.0, weight_decay=settings.weight_decay, fused=True)

    def update(self, gradient: Gradient, *, learning_rate: float) -> float:
        """Clip, take one step, forget the gradient; return its norm before clipping.

        A norm that isn't finite changes nothing.
        """
        for master, tensor in zip(self.masters, gradient.tensors, strict=True):
            master.grad = tensor
        norm = read_norm(nn.utils.clip_grad_norm_(self.masters, self.clip))
        if math.isfinite(norm):
            for group in self.adamw.param_groups:
                group["lr"] = learning_rate
            self.adamw.step()
            self._copy_back()
        self.adamw.zero_grad(set_to_none=True)
        return norm

    def state(self) -> dict[str, object]:
        """Return everything that the next update depends on, whole, whatever part of it this process holds."""
        state = {"masters": [master.detach() for master in self.masters], "adamw": self.adamw.state_dict()}
        return {name: gather_state(value) for name, value in state.items()}

    def restore(self, state: dict[str, object]) -> None:
        """Undo everything since `state` was taken."""
        masters, adamw = state["masters"], state["adamw"]
        assert isinstance(masters, list) and isinstance(adamw, dict)
        with torch.no_grad():
            for master, stored in zip(self.masters, masters, strict=True):
                master.copy_(cut_like(stored, master))
        self.adamw.load_state_dict(cut_state(adamw, self.masters))
        self._copy_back()

    def _copy_back(self) -> None:
        with torch.no_grad():
            for parameter, master in zip(self.parameters, self.masters, strict=True):
                if master is not parameter:
                    parameter.copy_(master)


def learning_rate_at(step: int, *, steps: int, settings: LoopSettings) -> float:
    """Return the rate of `step` (from 1) of `steps`: a linear warm-up, then the schedule, zero after the last."""
    warmup = math.ceil(settings.warmup_share * steps)
    if step <= warmup:
        return settings.learning_rate * step / warmup
    progress = (step - warmup - 1) / max(1, steps - warmup)
    factor = {"constant": 1.0, "linear": 1 - progress, "cosine": (1 + math.cos(math.pi * progress)) / 2}[
        settings.schedule
    ]
    return settings.learning_rate * factor


def train(model: nn.Module, steps: Sequence[Step], *, loss: Loss, settings: LoopSettings, seed: int, record: Record,
          resume: Path, names: Sequence[str] = (), figures: Figures = lambda _: {}) -> list[Entry]:  # fmt: skip
    """Run all `steps`; see `follow`."""
    processes.check_shares(max((len(step.sequences) for step in steps), default=0))
    plan = Plan(fingerprint(*steps), len(steps), sum(step.tokens for step in steps), lambda done: steps[done:])
    return follow(model, plan, loss=loss, settings=settings, seed=seed, record=record, resume=resume, names=names,
                  figures=figures)  # fmt: skip


def follow(model: nn.Module, plan: Plan, *, loss: Loss, settings: LoopSettings, seed: int, record: Record, resume: Path,
           names: Sequence[str], figures: Figures) -> list[Entry]:  # fmt: skip
    """Run the steps of `plan`, from the checkpoint in `resume` where there is one, and return the history.

    `loss(step, sequence)` is what one of the step's sequences adds to its loss; `figures(step)`, called when all of them are
    computed, what the method notes of the step besides; `names` are the documents' rows, where there are such.

    Raises:
        NotFiniteError: a loss or gradient isn't a number; the checkpoint in `resume` holds the step before.
    """
    _say_type(settings, record=record)
    shard(model)
    optimiser = Optimiser(model.parameters(), settings=settings)
    history = _restore(optimiser, plan=plan.name, record=record, resume=resume)
    processes.check_agreement((plan.name, len(history)), what="steps to run and steps done")
    began, done, read = time.monotonic(), len(history), history[-1].tokens if history else 0
    with (
        Meter("training tokens", total=plan.tokens) as meter,
        _start(model, optimiser, settings=settings) as workers,
        _open_log(resume) as log,
    ):
        meter.advance(read)
        for number, step in enumerate(plan.after(done), start=done + 1):
            torch.manual_seed(_dropout_seed(seed, number))
            gradient = workers.sum_gradients([partial(loss, step, sequence) for sequence in step.sequences])
            rate = learning_rate_at(number, steps=plan.most, settings=settings)
            norm = optimiser.update(gradient, learning_rate=rate) if math.isfinite(gradient.loss) else math.nan
            if not math.isfinite(norm):
                _save(resume, optimiser, plan=plan.name, history=history)
                _stop(step, number, gradient, loss=loss, names=names)
            seen = step.tokens + (history[-1].tokens if history else 0)
            history.append(Entry(number, seen, gradient.loss, rate, norm, figures(step)))
            record.log(**history[-1].line())
            log.write(json.dumps(history[-1].line()) + "\n")
            log.flush()
            meter.advance(step.tokens, note=f"loss {gradient.loss:.3f}")
            if number % settings.checkpoint_steps == 0 and number < plan.most:
                _save(resume, optimiser, plan=plan.name, history=history)
    interpolate(model, share=settings.interpolation)
    trained = (history[-1].tokens if history else 0) - read
    _note_rate(record, tokens=trained, seconds=time.monotonic() - began, resumed_at=done)
    return history


def _say_type(settings: LoopSettings, *, record: Record) -> None:
    """Say what is computed in, and what products cost in it and in the other type."""
    rates = time_products(choose_device(settings.device))
    record.note("dtype", settings.dtype)
    record.note("product_gflops", rates)
    if processes.is_first():
        print(
            f"  computing in {settings.dtype}; products here, GFLOP/s: {describe_rates(rates)}",
            file=sys.stderr,
            flush=True,
        )


def count_workers(settings: LoopSettings) -> int:
    """Return how many sequences this process computes at once: one a thread on CPUs, where no random masks are drawn."""
    drawn = settings.lora is not None and settings.lora.dropout > 0
    return 1 if drawn or choose_device(settings.device).type != "cpu" else settings.threads


def count_shares(settings: LoopSettings) -> int:
    """Return how many sequences all processes compute at once."""
    return processes.count() * count_workers(settings)


def start_workers(optimiser: Optimiser, *, settings: LoopSettings) -> Workers:
    """Return the pool that computes the gradients of `optimiser`'s parameters."""
    count = count_workers(settings)
    return Workers(optimiser.parameters, count=count, threads=settings.threads // count)


def _start(model: nn.Module, optimiser: Optimiser, *, settings: LoopSettings) -> Workers | ShardedWorkers:
    if processes.are_sharded():
        return ShardedWorkers(model, optimiser.parameters)
    return start_workers(optimiser, settings=settings)


def _dropout_seed(seed: int, number: int) -> int:
    """Return the seed of a step's random masks: those of each process are its own."""
    others = (processes.rank(),) if processes.rank() else ()
    return int(fingerprint(seed, "step", number, *others)[:15], 16)


def _open_log(resume: Path) -> TextIO:
    return (resume / HISTORY if processes.is_first() else Path(os.devnull)).open("a")


def _save(resume: Path, optimiser: Optimiser, *, plan: str, history: Sequence[Entry]) -> None:
    state = optimiser.state()
    if processes.is_first():
        write_checkpoint(resume, Checkpoint(plan, [tuple(entry) for entry in history], state))


def _stop(step: Step, number: int, gradient: Gradient, *, loss: Loss, names: Sequence[str]) -> NoReturn:
    """Say which sequences of `step` gave what isn't a number."""
    if math.isfinite(gradient.loss):
        found, broken, remark = (
            f"the gradient of step {number} isn't finite",
            list(step.sequences),
            "all rows of the step",
        )
    else:
        found, broken = (
            f"the loss of step {number} is {gradient.loss}",
            find_broken(step.sequences, loss=partial(loss, step)),
        )
        everywhere = len(broken) == len(step.sequences)
        remark = (
            "every sequence of it, which speaks against the weights" if everywhere else "its other sequences are fine"
        )
    raise NotFiniteError(describe_fault(found, broken, names=names, remark=remark))


def _restore(optimiser: Optimiser, *, plan: str, record: Record, resume: Path) -> list[Entry]:
    """Load the checkpoint, if it belongs to this plan, and cut the history back to it."""
    stored = read_checkpoint(resume)
    history: list[Entry] = []
    if stored is not None and stored.plan == plan:
        optimiser.restore(stored.state)
        history = [Entry(int(step), int(tokens), *rest) for step, tokens, *rest in stored.history]
    for entry in history:
        record.log(**entry.line())
    if processes.is_first():
        atomic_write(resume / HISTORY, "".join(json.dumps(entry.line()) + "\n" for entry in history))
    return history


def _note_rate(record: Record, *, tokens: int, seconds: float, resumed_at: int) -> None:
    record.note("resumed_at_step", resumed_at)
    record.note("processes", processes.count())
    record.note("sharded", processes.are_sharded())
    if tokens:
        record.note("useful_tokens_per_second", round(tokens / seconds, 1))


def choose_device(name: str) -> torch.device:
    """Return the device that `auto`, `cpu` or `cuda` stands for here."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def set_deterministic(*, threads: int, device: torch.device) -> None:
    """Fix what a result could depend on besides its inputs: threads, and kernels that add in any order.

    On a GPU some attention kernels have no such order; they warn.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=device.type != "cpu")
    torch.utils.deterministic.fill_uninitialized_memory = False  # a debugging aid that costs 7 % of a step
