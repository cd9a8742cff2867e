"""Low-rank adapters (Hu et al. 2021, LoRA) on groups of linear layers that share their input, and their files.

The layers of a group (query, key and value; gate and up) run as one matrix product, and so do their adapters: `down` is
[adapters x rank, inputs] for the whole group, each layer's `up` is [outputs, rank]. Files have PEFT's names and shapes.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import torch
from pydantic import Field, PositiveFloat, PositiveInt
from torch import Tensor, nn
from torch.nn.functional import dropout, linear

from burnish.adapters import CONFIG, PREFIX, WEIGHTS, save_tensors
from burnish.errors import BurnishError
from burnish.files import write_json
from burnish.params import Section
from burnish.seeds import fingerprint


class LoraSettings(Section):
    """`params.yaml: train.<step>.lora`; the update of a weight is `alpha / r` times up times down."""

    r: PositiveInt
    alpha: PositiveFloat
    dropout: Annotated[float, Field(ge=0, lt=1)]
    targets: Annotated[tuple[str, ...], Field(min_length=1)]


class Projection(nn.Module):
    """Linear layers with one input: [tokens, inputs] to [tokens, sum of outputs]. Adapters are optional."""

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        biases: Mapping[str, Tensor],
        *,
        lora: LoraSettings | None,
        seed: int,
        dtype: torch.dtype,
    ) -> None:
        """Take `weights` and `biases` (by full name of the layer, in order); with `lora` they are frozen."""
        super().__init__()
        if biases and set(biases) != set(weights):
            raise BurnishError(
                f"of {', '.join(weights)} only {', '.join(biases)} have a bias; they can't run as one layer"
            )
        self.names, self.sizes = tuple(weights), tuple(len(weight) for weight in weights.values())
        trained = lora is None
        self.weight = nn.Parameter(torch.cat(list(weights.values())).to(dtype), trained)
        self.bias = nn.Parameter(torch.cat([biases[name] for name in weights]).to(dtype), trained) if biases else None
        self.rank, self.scale, self.dropout = (lora.r, lora.alpha / lora.r, lora.dropout) if lora else (0, 0.0, 0.0)
        self.adapted = tuple(name for name in weights if lora and name.rsplit(".", 1)[-1] in lora.targets)
        downs = [_draw_down(name, self.rank, self.weight.shape[1], seed=seed) for name in self.adapted]
        self.down = nn.Parameter(torch.cat(downs)) if downs else None
        self.up = nn.ParameterList(torch.zeros(len(weights[name]), self.rank) for name in self.adapted)

    def forward(self, inputs: Tensor, *, adapted: bool) -> Tensor:
        """Return all layers' outputs side by side, as they are now (`adapted`) or as they were before training."""
        if self.down is None or not adapted:
            return linear(inputs, self.weight, self.bias)
        narrow = linear(dropout(inputs, self.dropout, self.training), self.down.to(inputs.dtype))
        out = _AdaptedLinear.apply(inputs, narrow, self.weight, (self._block_up() * self.scale).to(inputs.dtype))
        return out if self.bias is None else out + self.bias

    def adapters(self) -> dict[str, Tensor]:
        """Return the adapters under PEFT's names."""
        if self.down is None:
            return {}
        tensors = {}
        for name, down, up in zip(self.adapted, self.down.detach().split(self.rank), self.up, strict=True):
            tensors[f"{PREFIX}{name}.lora_A.weight"] = down
            tensors[f"{PREFIX}{name}.lora_B.weight"] = up.detach()
        return tensors

    def weights(self) -> dict[str, Tensor]:
        """Return the layers' own weights under their own names, for full finetuning."""
        tensors = dict(
            zip([f"{name}.weight" for name in self.names], self.weight.detach().split(self.sizes), strict=True)
        )
        if self.bias is not None:
            tensors |= dict(
                zip([f"{name}.bias" for name in self.names], self.bias.detach().split(self.sizes), strict=True)
            )
        return tensors

    def _block_up(self) -> Tensor:
        """Return [outputs, adapters x rank] with each layer's `up` in its own block."""
        ups = dict(zip(self.adapted, self.up, strict=True))
        nothing = {
            name: self.weight.new_zeros(size, 0, dtype=torch.float32)
            for name, size in zip(self.names, self.sizes, strict=True)
        }
        return torch.block_diag(*(ups.get(name, nothing[name]) for name in self.names))


class _AdaptedLinear(torch.autograd.Function):
    """`inputs W' + narrow up'` with a frozen W, as one product: bf16 is rounded to once, after the sum.

    Rounded before it, most of a young adapter's small updates would vanish: they are less than half a unit in the last
    place of what they are added to.
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, narrow: Tensor, weight: Tensor, up: Tensor) -> Tensor:
        ctx.save_for_backward(narrow, weight, up)
        return torch.cat([inputs, narrow], dim=1) @ torch.cat([weight, up], dim=1).T

    @staticmethod
    def backward(ctx: Any, d_out: Tensor) -> tuple[Tensor | None, Tensor, None, Tensor]:
        narrow, weight, up = ctx.saved_tensors
        return d_out @ weight if ctx.needs_input_grad[0] else None, d_out @ up, None, d_out.T @ narrow


def _draw_down(name: str, rank: int, width: int, *, seed: int) -> Tensor:
    """Draw `down` as PEFT does (Kaiming-uniform, a = sqrt(5)), from a stream that belongs to the layer's name."""
    generator = torch.Generator().manual_seed(int(fingerprint(seed, "lora", name)[:15], 16))
    bound = math.sqrt(3.0) * math.sqrt(2.0 / (1 + 5)) / math.sqrt(width)
    return torch.empty(rank, width).uniform_(-bound, bound, generator=generator)


def interpolate(model: nn.Module, *, share: float) -> None:
    """Leave `share` of what the adapters of `model` add to each weight; all of it changes no bit."""
    if share < 1:
        with torch.no_grad():
            for module in model.modules():
                for up in module.up if isinstance(module, Projection) else ():
                    up.mul_(share)


def save_adapter(directory: Path, tensors: Mapping[str, Tensor], *, settings: LoraSettings, dtype: torch.dtype) -> None:
    """Write an adapter that `peft` loads; equal tensors give equal bytes."""
    save_tensors(directory / WEIGHTS, tensors, dtype=dtype)
    write_json(directory / CONFIG, {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "inference_mode": True, "base_model_name_or_path": None,
        "r": settings.r, "lora_alpha": settings.alpha, "lora_dropout": settings.dropout, "bias": "none",
        "target_modules": sorted(settings.targets),
    })  # fmt: skip


def known_targets(names: Sequence[str]) -> list[str]:
    """Return the last parts of layer names, once each."""
    return sorted({name.rsplit(".", 1)[-1] for name in names})
