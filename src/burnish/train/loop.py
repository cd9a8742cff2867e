"""The optimiser loop that all training methods share: schedule, clipping, history, checkpoints, exact resume.

A method brings the steps and a function that computes the loss of one sequence. After a kill at any moment the same command
goes on from the last checkpoint and ends with the same bytes as a run that was never stopped.
"""

import contextlib
import json
import math
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Annotated, Literal, NamedTuple

import torch
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor, nn

from burnish.errors import BurnishError
from burnish.files import atomic_write
from burnish.params import Section
from burnish.progress import Meter
from burnish.records import Record
from burnish.seeds import fingerprint
from burnish.train.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from burnish.train.lora import LoraSettings
from burnish.train.packing import Step
from burnish.train.workers import Gradient, Workers

HISTORY = "history.jsonl"
Loss = Callable[[Step, tuple[int, ...]], Tensor]
Measure = Callable[[], Mapping[str, float]]


class LoopSettings(Section):
    """What every item of `params.yaml: train` says."""

    method: str
    parent: str
    data: str
    lora: LoraSettings | None
    learning_rate: PositiveFloat
    schedule: Literal["cosine", "linear", "constant"]
    warmup_share: Annotated[float, Field(ge=0, le=1)]
    weight_decay: NonNegativeFloat
    clip: PositiveFloat
    sequence_tokens: Annotated[int, Field(ge=2)]
    checkpoint_steps: PositiveInt
    dtype: Literal["float32", "bfloat16"]
    adapter_dtype: Literal["float32", "bfloat16"]
    device: Literal["auto", "cpu", "cuda"]
    threads: PositiveInt


class TrainSettings(LoopSettings):
    """What a step says besides whose rows are known before it starts."""

    epochs: PositiveInt
    tokens: PositiveInt | None
    step_tokens: PositiveInt


class Entry(NamedTuple):
    """One line of a training history: `tokens` since the start, mean `loss` over the step's answer tokens.

    `measures` are what a method logs besides.
    """

    step: int
    tokens: int
    loss: float
    learning_rate: float
    gradient_norm: float
    measures: Mapping[str, float]

    def row(self) -> dict[str, float]:
        """Return it as one flat mapping."""
        values = self._asdict()
        return {**values, **values.pop("measures")}


class Optimiser:
    """AdamW on fp32 masters of whatever a model trains: adapters are their own masters, bf16 weights get copies."""

    def __init__(self, parameters: Iterable[nn.Parameter], *, settings: LoopSettings) -> None:
        """Take the parameters that want a gradient."""
        self.parameters = [parameter for parameter in parameters if parameter.requires_grad]
        self.masters = [p if p.dtype == torch.float32 else p.detach().float().requires_grad_() for p in self.parameters]
        self.clip = settings.clip
        self.adamw = torch.optim.AdamW(self.masters, lr=0.0, weight_decay=settings.weight_decay, fused=True)

    def update(self, gradient: Gradient, *, learning_rate: float) -> float:
        """Clip, take one step, forget the gradient; return its norm before clipping."""
        for master, tensor in zip(self.masters, gradient.tensors, strict=True):
            master.grad = tensor
        norm = float(nn.utils.clip_grad_norm_(self.masters, self.clip))
        for group in self.adamw.param_groups:
            group["lr"] = learning_rate
        self.adamw.step()
        self.adamw.zero_grad(set_to_none=True)
        self._copy_back()
        return norm

    def state(self) -> dict[str, object]:
        """Return everything that the next update depends on."""
        return {"masters": [master.detach() for master in self.masters], "adamw": self.adamw.state_dict()}

    def restore(self, state: dict[str, object]) -> None:
        """Undo everything since `state` was taken."""
        masters, adamw = state["masters"], state["adamw"]
        assert isinstance(masters, list) and isinstance(adamw, dict)
        with torch.no_grad():
            for master, stored in zip(self.masters, masters, strict=True):
                master.copy_(stored)
        self.adamw.load_state_dict(adamw)
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


class Loop(contextlib.AbstractContextManager["Loop"]):
    """A run of `steps` steps that are taken one by one, from the checkpoint in `resume` on where there is one.

    Attributes:
        history: the steps that are done.
        workers: compute the parts of a step.
    """

    def __init__(self, model: nn.Module, *, plan: str, steps: int, settings: LoopSettings, seed: int, record: Record,
                 resume: Path) -> None:  # fmt: skip
        """Restore what was done; `plan` names what decides the steps, so that no other run's checkpoint is taken."""
        self._optimiser = Optimiser(model.parameters(), settings=settings)
        self._plan, self._steps, self._settings, self._seed = plan, steps, settings, seed
        self._record, self._resume = record, resume
        self.history = _restore(self._optimiser, plan=plan, record=record, resume=resume)
        self.workers = start_workers(self._optimiser, settings=settings)
        self._log = (resume / HISTORY).open("a")
        self._began, self._resumed_at, self._tokens = time.monotonic(), len(self.history), self.tokens

    @property
    def tokens(self) -> int:
        """How many tokens were trained on."""
        return self.history[-1].tokens if self.history else 0

    def take(self, step: Step, *, loss: Loss, measure: Measure) -> Entry:
        """Take the next step, one without sequences changes nothing but counts; `measure()` is called after it."""
        number = len(self.history) + 1
        torch.manual_seed(int(fingerprint(self._seed, "step", number)[:15], 16))
        rate = learning_rate_at(number, steps=self._steps, settings=self._settings)
        value, norm = self._update(step, loss=loss, rate=rate) if step.sequences else (0.0, 0.0)
        self.history.append(Entry(number, self.tokens + step.tokens, value, rate, norm, dict(measure())))
        _log(self._record, self.history[-1])
        self._log.write(json.dumps(self.history[-1].row()) + "\n")
        self._log.flush()
        if number % self._settings.checkpoint_steps == 0 and number < self._steps:
            done = [tuple(entry) for entry in self.history]
            write_checkpoint(self._resume, Checkpoint(self._plan, done, self._optimiser.state()))
        return self.history[-1]

    def _update(self, step: Step, *, loss: Loss, rate: float) -> tuple[float, float]:
        gradient = self.workers.sum_gradients([partial(loss, step, sequence) for sequence in step.sequences])
        if not math.isfinite(gradient.loss):
            raise BurnishError(
                f"the loss of step {len(self.history) + 1} is {gradient.loss}; lower params.yaml: train learning_rate or clip"
            )
        return gradient.loss, self._optimiser.update(gradient, learning_rate=rate)

    def __enter__(self) -> "Loop":
        self.workers.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.workers.__exit__(kind, error, at)
        self._log.close()
        if error is None:
            seconds = time.monotonic() - self._began
            _note_rate(self._record, tokens=self.tokens - self._tokens, seconds=seconds, resumed_at=self._resumed_at)


def train(model: nn.Module, steps: Sequence[Step], *, loss: Loss, settings: LoopSettings, seed: int, record: Record,
          resume: Path) -> list[Entry]:  # fmt: skip
    """Train `model` on `steps`, which are known, and return the history.

    `loss(step, sequence)` is what one of the step's sequences adds to its loss.
    """
    with (
        Loop(model, plan=fingerprint(*steps), steps=len(steps), settings=settings, seed=seed, record=record,
             resume=resume) as loop,
        Meter("training tokens", total=sum(step.tokens for step in steps)) as meter,
    ):  # fmt: skip
        meter.advance(loop.tokens)
        for step in steps[len(loop.history) :]:
            entry = loop.take(step, loss=loss, measure=dict)
            meter.advance(step.tokens, note=f"loss {entry.loss:.3f}")
    return loop.history


def count_workers(settings: LoopSettings) -> int:
    """Return how many sequences are computed at once: one a thread on CPUs, where no random masks are drawn."""
    drawn = settings.lora is not None and settings.lora.dropout > 0
    return 1 if drawn or choose_device(settings.device).type != "cpu" else settings.threads


def start_workers(optimiser: Optimiser, *, settings: LoopSettings) -> Workers:
    """Return the pool that computes the gradients of `optimiser`'s parameters."""
    count = count_workers(settings)
    return Workers(optimiser.parameters, count=count, threads=settings.threads // count)


def _restore(optimiser: Optimiser, *, plan: str, record: Record, resume: Path) -> list[Entry]:
    """Load the checkpoint, if it belongs to this plan, and cut the history back to it."""
    stored = read_checkpoint(resume)
    history: list[Entry] = []
    if stored is not None and stored.plan == plan:
        optimiser.restore(stored.state)
        history = [Entry(int(step), int(tokens), *rest) for step, tokens, *rest in stored.history]
    for entry in history:
        _log(record, entry)
    atomic_write(resume / HISTORY, "".join(json.dumps(entry.row()) + "\n" for entry in history))
    return history


def _log(record: Record, entry: Entry) -> None:
    values = entry.row()
    record.log(int(values.pop("step")), **values)


def _note_rate(record: Record, *, tokens: int, seconds: float, resumed_at: int) -> None:
    record.note("resumed_at_step", resumed_at)
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
