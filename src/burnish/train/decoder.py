"""A Llama-class decoder for training: packed sequences in, hidden states of the supervised positions out.

Computes what `transformers` computes from the same weights (a test compares losses and gradients). What differs is the
cost: one product for query, key and value and one for gate and up, attention document by document, a residual stream in
fp32 whatever the weights are, and in the last layer only the positions that the loss needs.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from burnish.errors import BurnishError
from burnish.train.architecture import Architecture
from burnish.train.attention import Heads, Layout, attend, stack_documents
from burnish.train.lora import LoraSettings, Projection, known_targets
from burnish.train.packing import Packed
from burnish.train.pointwise import gated_silu, scaled_rms


class Decoder(nn.Module):
    """The layers of a causal language model, under the names that `transformers` gives its tensors."""

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        architecture: Architecture,
        *,
        lora: LoraSettings | None,
        seed: int,
        dtype: torch.dtype,
    ) -> None:
        """Take over `weights`: with `lora` all of them are frozen, without it all are trained."""
        super().__init__()
        self.heads, self.frequencies, self.dtype = architecture.heads, architecture.frequencies, dtype
        frozen = lora is not None
        self.tied = architecture.tied or "lm_head.weight" not in weights
        self.embedding = nn.Parameter(weights["model.embed_tokens.weight"].to(dtype, copy=True), not frozen)
        self.head = (
            self.embedding if self.tied else nn.Parameter(weights["lm_head.weight"].to(dtype, copy=True), not frozen)
        )
        make = Maker(weights, epsilon=architecture.epsilon, lora=lora, seed=seed, dtype=dtype)
        self.norm = make.norm("model.norm")
        self.layers = nn.ModuleList(Layer(make, f"model.layers.{number}") for number in range(architecture.layers))
        _check_targets(lora, names=[name for part in self.projections() for name in part.names])

    def forward(self, ids: Tensor, *, layout: Layout, targets: Tensor, adapted: bool) -> Tensor:
        """Return the last hidden states [targets, hidden size] of a packed sequence."""
        hidden = nn.functional.embedding(ids, self.embedding).float()
        for number, layer in enumerate(self.layers, start=1):
            hidden = layer(
                hidden,
                layout=layout,
                heads=self.heads,
                keep=targets if number == len(self.layers) else None,
                adapted=adapted,
            )
        return self.norm(hidden, dtype=self.dtype)

    def parent_states(self, packed: Packed) -> Tensor:
        """Return what `answer_states` would return without the adapters: the states of the model they started from."""
        with torch.no_grad():
            return self.answer_states(packed, adapted=False)

    def answer_states(self, packed: Packed, *, adapted: bool = True) -> Tensor:
        """Return the hidden states from which the labels of `packed` are predicted."""
        device = self.embedding.device
        ids, positions = torch.from_numpy(packed.ids).to(device), torch.from_numpy(packed.positions).to(device)
        angles = positions[:, None].float() * self.frequencies.to(device)
        cos, sin = angles.cos().to(self.dtype), angles.sin().to(self.dtype)
        stacks = stack_documents(
            packed.lengths, prefix=packed.prefix, sharing=packed.sharing, heads=self.heads, like=cos
        )
        layout = Layout(stacks, cos, sin)
        return self(ids, layout=layout, targets=torch.from_numpy(packed.targets).to(device), adapted=adapted)

    def projections(self) -> Iterator[Projection]:
        """Yield every group of linear layers."""
        for module in self.modules():
            if isinstance(module, Projection):
                yield module

    def adapters(self) -> dict[str, Tensor]:
        """Return the adapters under PEFT's names."""
        return {name: tensor for part in self.projections() for name, tensor in part.adapters().items()}

    def weights(self) -> dict[str, Tensor]:
        """Return all weights under the names of the `transformers` model."""
        tensors = {name: tensor for part in self.projections() for name, tensor in part.weights().items()}
        tensors |= {f"{part.name}.weight": part.weight.detach() for part in self.modules() if isinstance(part, Norm)}
        tensors["model.embed_tokens.weight"] = self.embedding.detach()
        return tensors if self.tied else tensors | {"lm_head.weight": self.head.detach()}


class Norm(nn.Module):
    """Root-mean-square norm over the last dimension, computed in fp32."""

    def __init__(self, weight: Tensor, name: str, *, epsilon: float, frozen: bool) -> None:
        """Take over the weight called `name`."""
        super().__init__()
        self.name, self.epsilon = name, epsilon
        self.weight = nn.Parameter(weight.to(torch.float32, copy=True), not frozen)

    def forward(self, inputs: Tensor, *, dtype: torch.dtype) -> Tensor:
        """Return the normed inputs in `dtype`."""
        return scaled_rms(inputs.float(), self.weight, epsilon=self.epsilon).to(dtype)


class Maker(NamedTuple):
    """Makes the parts of a decoder from tensors and their names."""

    weights: Mapping[str, Tensor]
    epsilon: float
    lora: LoraSettings | None
    seed: int
    dtype: torch.dtype

    def project(self, owner: str, *parts: str) -> Projection:
        """Return the linear layers `parts` of `owner` as one."""
        names = [f"{owner}.{part}" for part in parts]
        weights = {name: self.weights[f"{name}.weight"] for name in names}
        biases = {name: self.weights[f"{name}.bias"] for name in names if f"{name}.bias" in self.weights}
        return Projection(weights, biases, lora=self.lora, seed=self.seed, dtype=self.dtype)

    def norm(self, name: str) -> Norm:
        """Return the norm `name`."""
        return Norm(self.weights[f"{name}.weight"], name, epsilon=self.epsilon, frozen=self.lora is not None)


class Layer(nn.Module):
    """Attention and gated feed-forward, each behind a norm and beside a residual stream."""

    def __init__(self, make: Maker, name: str) -> None:
        """Take over the layer whose tensors begin with `name`."""
        super().__init__()
        self.dtype = make.dtype
        self.qkv = make.project(f"{name}.self_attn", "q_proj", "k_proj", "v_proj")
        self.out = make.project(f"{name}.self_attn", "o_proj")
        self.gate_up = make.project(f"{name}.mlp", "gate_proj", "up_proj")
        self.down = make.project(f"{name}.mlp", "down_proj")
        self.before_attention = make.norm(f"{name}.input_layernorm")
        self.before_mlp = make.norm(f"{name}.post_attention_layernorm")
        head_norms = [f"{name}.self_attn.{part}" for part in ("q_norm", "k_norm")]
        self.head_norms = nn.ModuleList(make.norm(part) for part in head_norms if f"{part}.weight" in make.weights)

    def forward(self, hidden: Tensor, *, layout: Layout, heads: Heads, keep: Tensor | None, adapted: bool) -> Tensor:
        """Return the residual stream [tokens, hidden size] after this layer; with `keep` only at those positions."""
        qkv = self.qkv(self.before_attention(hidden, dtype=self.dtype), adapted=adapted)
        mixed = attend(self._with_head_norms(qkv, heads), layout=layout, heads=heads)
        if keep is not None:
            hidden, mixed = hidden.index_select(0, keep), mixed.index_select(0, keep)
        hidden = hidden + self.out(mixed, adapted=adapted)
        gated = gated_silu(self.gate_up(self.before_mlp(hidden, dtype=self.dtype), adapted=adapted))
        return hidden + self.down(gated, adapted=adapted)

    def _with_head_norms(self, qkv: Tensor, heads: Heads) -> Tensor:
        if not len(self.head_norms):
            return qkv
        parts = qkv.view(len(qkv), -1, heads.width).split((heads.query, heads.key_value, heads.key_value), dim=1)
        normed = [norm(part, dtype=self.dtype) for norm, part in zip(self.head_norms, parts, strict=False)]
        return torch.cat([*normed, parts[2]], dim=1).flatten(1)


def _check_targets(lora: LoraSettings | None, *, names: list[str]) -> None:
    unknown = sorted(set(lora.targets) - set(known_targets(names))) if lora else []
    if unknown:
        raise BurnishError(
            f"params.yaml: lora.targets: {', '.join(unknown)} is no layer of the base model; "
            f"it has {', '.join(known_targets(names))}"
        )
