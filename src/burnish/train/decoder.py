"""A Llama-class decoder for training: packed sequences in, hidden states of the supervised positions out.

Takes its weights from a `transformers` model and computes the same function (a test compares them). What differs is the
cost: one product for query, key and value and one for gate and up, attention document by document, a residual stream in
fp32 whatever the weights are, and in the last layer only the positions that the loss needs.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from burnish.errors import BurnishError
from burnish.train.attention import Heads, Layout, attend, stack_documents
from burnish.train.lora import LoraSettings, Projection, known_targets
from burnish.train.packing import Packed
from burnish.train.pointwise import gated_silu, scaled_rms

FAMILIES = ("llama", "mistral", "qwen2", "qwen3")


class Decoder(nn.Module):
    """The layers of a `transformers` causal language model of one of `FAMILIES`."""

    def __init__(self, model: Any, *, lora: LoraSettings | None, seed: int, dtype: torch.dtype) -> None:
        """Take over `model`: with `lora` all its weights are frozen, without it all are trained."""
        super().__init__()
        config = model.config
        _check_supported(config)
        width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        self.heads = Heads(config.num_attention_heads, config.num_key_value_heads, width)
        self.dtype, self.tied = dtype, bool(config.tie_word_embeddings)
        frozen = lora is not None
        self.embedding = nn.Parameter(model.model.embed_tokens.weight.detach().to(dtype), not frozen)
        self.head = self.embedding if self.tied else nn.Parameter(model.lm_head.weight.detach().to(dtype), not frozen)
        self.rotary = model.model.rotary_emb
        self.norm = Norm(model.model.norm, "model.norm", frozen=frozen)
        self.layers = nn.ModuleList(
            Layer(layer, f"model.layers.{number}", lora=lora, seed=seed, dtype=dtype)
            for number, layer in enumerate(model.model.layers)
        )
        _check_targets(lora, names=[name for part in self.projections() for name in part.names])

    def forward(self, ids: Tensor, positions: Tensor, *, layout: Layout, targets: Tensor) -> Tensor:
        """Return the last hidden states [targets, hidden size] of a packed sequence."""
        hidden = nn.functional.embedding(ids, self.embedding).float()
        for number, layer in enumerate(self.layers, start=1):
            hidden = layer(
                hidden, layout=layout, heads=self.heads, keep=targets if number == len(self.layers) else None
            )
        return self.norm(hidden, dtype=self.dtype)

    def answer_states(self, packed: Packed) -> Tensor:
        """Return the hidden states from which the labels of `packed` are predicted."""
        device = self.embedding.device
        ids, positions = torch.from_numpy(packed.ids).to(device), torch.from_numpy(packed.positions).to(device)
        with torch.no_grad():
            cos, sin = (angles[0].to(self.dtype) for angles in self.rotary(self.norm.weight, positions[None]))
        half = self.heads.width // 2
        stacks = stack_documents(packed.lengths, prefix=packed.prefix, heads=self.heads, like=cos)
        layout = Layout(stacks, cos[:, :half].contiguous(), sin[:, :half].contiguous())
        return self(ids, positions, layout=layout, targets=torch.from_numpy(packed.targets).to(device))

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

    def __init__(self, norm: Any, name: str, *, frozen: bool) -> None:
        """Take over the weight of a `transformers` norm."""
        super().__init__()
        self.name, self.epsilon = name, float(norm.variance_epsilon)
        self.weight = nn.Parameter(norm.weight.detach().float(), not frozen)

    def forward(self, inputs: Tensor, *, dtype: torch.dtype) -> Tensor:
        """Return the normed inputs in `dtype`."""
        return scaled_rms(inputs.float(), self.weight, epsilon=self.epsilon).to(dtype)


class Layer(nn.Module):
    """Attention and gated feed-forward, each behind a norm and beside a residual stream."""

    def __init__(self, layer: Any, name: str, *, lora: LoraSettings | None, seed: int, dtype: torch.dtype) -> None:
        """Take over one layer of a `transformers` decoder."""
        super().__init__()
        self.dtype = dtype

        def project(owner: str, *parts: str) -> Projection:
            module = getattr(layer, owner)
            named = {f"{name}.{owner}.{part}": getattr(module, part) for part in parts}
            return Projection(named, lora=lora, seed=seed, dtype=dtype)

        def norm(owner: Any, part: str, prefix: str) -> Norm:
            return Norm(getattr(owner, part), f"{prefix}.{part}", frozen=lora is not None)

        attention = layer.self_attn
        self.qkv = project("self_attn", "q_proj", "k_proj", "v_proj")
        self.out = project("self_attn", "o_proj")
        self.gate_up = project("mlp", "gate_proj", "up_proj")
        self.down = project("mlp", "down_proj")
        self.before_attention = norm(layer, "input_layernorm", name)
        self.before_mlp = norm(layer, "post_attention_layernorm", name)
        self.head_norms = nn.ModuleList(
            norm(attention, part, f"{name}.self_attn") for part in ("q_norm", "k_norm") if hasattr(attention, part)
        )

    def forward(self, hidden: Tensor, *, layout: Layout, heads: Heads, keep: Tensor | None) -> Tensor:
        """Return the residual stream [tokens, hidden size] after this layer; with `keep` only at those positions."""
        qkv = self.qkv(self.before_attention(hidden, dtype=self.dtype))
        mixed = attend(self._with_head_norms(qkv, heads), layout=layout, heads=heads)
        if keep is not None:
            hidden, mixed = hidden.index_select(0, keep), mixed.index_select(0, keep)
        hidden = hidden + self.out(mixed)
        return hidden + self.down(gated_silu(self.gate_up(self.before_mlp(hidden, dtype=self.dtype))))

    def _with_head_norms(self, qkv: Tensor, heads: Heads) -> Tensor:
        if not len(self.head_norms):
            return qkv
        parts = qkv.view(len(qkv), -1, heads.width).split((heads.query, heads.key_value, heads.key_value), dim=1)
        normed = [norm(part, dtype=self.dtype) for norm, part in zip(self.head_norms, parts, strict=False)]
        return torch.cat([*normed, parts[2]], dim=1).flatten(1)


def _check_supported(config: Any) -> None:
    if config.model_type not in FAMILIES:
        raise BurnishError(
            f"models of type {config.model_type!r} can't be trained yet; these can: {', '.join(FAMILIES)}"
        )
    if config.hidden_act != "silu":
        raise BurnishError(f"the base model's activation is {config.hidden_act!r}; only silu can be trained")
    if "sliding_attention" in (getattr(config, "layer_types", None) or ()) or (
        config.model_type == "mistral" and getattr(config, "sliding_window", None)
    ):
        raise BurnishError(
            "the base model attends within a sliding window, which can't be trained yet; choose one without"
        )


def _check_targets(lora: LoraSettings | None, *, names: list[str]) -> None:
    unknown = sorted(set(lora.targets) - set(known_targets(names))) if lora else []
    if unknown:
        raise BurnishError(
            f"params.yaml: lora.targets: {', '.join(unknown)} is no layer of the base model; "
            f"it has {', '.join(known_targets(names))}"
        )
