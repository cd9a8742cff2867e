"""A model whose weights, gradients and optimiser state are spread over the processes (PyTorch's FSDP2, `fully_shard`).

What a configuration of `accelerate` says of FSDP decides how. Without one nothing here does anything. Every process takes
part in every forward and backward pass, in the same order, so all compute equally many sequences: one that has none left
computes another's again, without weight. Checkpoints are whole, as those of one process are. What it needs of PyTorch takes a
second to import, so it is imported where it is used.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn

from burnish.errors import BurnishError
from burnish.train import processes
from burnish.train.processes import Gradient


def shard(model: nn.Module) -> None:
    """Leave each process its part of `model`'s parameters, where the configuration asks for that.

    Modules of the classes that it names are gathered one at a time, the rest at once.
    """
    if not processes.are_sharded():
        return
    from accelerate.utils import FullyShardedDataParallelPlugin
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    asked = FullyShardedDataParallelPlugin()
    names = set(asked.transformer_cls_names_to_wrap or ())
    layers = [module for module in model.modules() if type(module).__name__ in names]
    if not layers:
        raise BurnishError(f"launch.config: fsdp_transformer_layer_cls_to_wrap = {sorted(names)}; the layers of the decoder "
                           "that is trained here are of the class Layer")  # fmt: skip
    mesh = init_device_mesh(next(model.parameters()).device.type, (processes.count(),))
    # gradients are sums over sequences, weighted already; they are added in fp32 whatever the weights are
    settings: dict[str, Any] = {"mesh": mesh, "mp_policy": MixedPrecisionPolicy(reduce_dtype=torch.float32),
                                "offload_policy": asked.cpu_offload}  # fmt: skip
    for layer in layers:
        fully_shard(layer, reshard_after_forward=asked.reshard_after_forward, **settings)
    # the embedding is the head of most models, so it is needed until the loss is known
    fully_shard(model, reshard_after_forward=False, **settings)
    for module in (model, *layers):
        module.set_gradient_divide_factor(1.0)
        module.set_force_sum_reduction_for_comms(True)


class ShardedWorkers:
    """Computes the gradients of a sharded model; in place of `workers.Workers`."""

    def __init__(self, model: Any, parameters: Sequence[nn.Parameter]) -> None:
        """Take the sharded model and those of its parameters that are trained."""
        self.model, self.parameters = model, list(parameters)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.model.set_requires_gradient_sync(True)

    def sum_gradients(self, parts: Sequence[Any]) -> Gradient:
        """Return the gradient of the sum of `parts`, each tensor this process's part of it."""
        rounds, total = math.ceil(len(parts) / processes.count()), 0.0
        for turn in range(rounds):
            number = turn * processes.count() + processes.rank()
            self.model.set_requires_gradient_sync(turn == rounds - 1)
            loss = parts[number if number < len(parts) else 0]()
            if number < len(parts):
                total += loss.item()
                loss.backward()
            else:
                (loss * 0).backward()
        tensors = [None if p.grad is None else p.grad.float() for p in self.parameters]
        for parameter in self.parameters:
            parameter.grad = None
        return Gradient(processes.add_numbers(total)[0], tensors)


def read_norm(norm: Any) -> float:
    """Return a norm over all processes' parts."""
    return float(norm.full_tensor() if _is_part(norm) else norm)


def gather_state(state: Any) -> Any:
    """Return an optimiser's state with whole tensors; of sharded ones only the first process keeps any."""
    if _is_part(state):
        tensor = state.full_tensor()
        return tensor.cpu() if processes.is_first() else None
    if isinstance(state, dict):
        return {key: gather_state(value) for key, value in state.items()}
    return [gather_state(value) for value in state] if isinstance(state, list) else state


def cut_like(stored: Tensor, own: Any) -> Any:
    """Return the part of a whole tensor that this process holds of `own`."""
    if not _is_part(own):
        return stored
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(stored.to(own.device), own.device_mesh, own.placements)


def cut_state(state: dict[str, Any], masters: Sequence[Any]) -> dict[str, Any]:
    """Return AdamW's state with each whole moment cut like its parameter."""
    moments = {
        number: {name: cut_like(value, masters[number]) if value.shape == masters[number].shape else value
                 for name, value in own.items()}
        for number, own in state["state"].items()
    }  # fmt: skip
    return {**state, "state": moments}


@contextmanager
def whole(model: nn.Module) -> Iterator[None]:
    """Hold all of the model's parameters in each process, to write them."""
    for module in model.modules() if processes.are_sharded() else ():
        if hasattr(module, "unshard"):
            module.unshard()
    yield


def _is_part(value: Any) -> bool:
    if not processes.are_sharded():
        return False
    from torch.distributed.tensor import DTensor

    return isinstance(value, DTensor)
