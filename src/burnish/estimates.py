"""What a training step needs by arithmetic: bytes of each kind on one device, floating-point operations of one token.

The formulas follow `train/decoder.py`, `attention.py`, `loss.py` and `loop.py`: what these keep for the backward pass is
counted tensor by tensor. Copies that live for one operation and what an allocator wastes aren't.
"""

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

from burnish import precision
from burnish.model_config import Sizes

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
ADAMW = 8  # two moments in fp32
CHUNK = 512  # positions whose logits exist at once (train/loss.py)


class Work(NamedTuple):
    """What one step of the recipe asks of a device, at its largest: a document as long as a sequence, all of it in the loss.

    Attributes:
        rank: of the adapters on the layers `targets`; 0 trains all weights.
        width: bytes of a number of the model.
        workers: sequences that are computed at once, of `tokens` in all.
        document: tokens of the longest document.
        distils: whether some rows teach a whole distribution.
        scores_kept: attention keeps its weights, as the own products on CPUs do and fused kernels don't.
    """

    rank: int
    targets: tuple[str, ...]
    width: int
    workers: int
    tokens: int
    document: int
    distils: bool
    scores_kept: bool


class Memory(NamedTuple):
    """Bytes on one device while a step runs; `loading` is the peak of the host before that, on any device."""

    weights: int
    optimiser: int
    gradients: int
    activations: int
    logits: int
    loading: int

    @property
    def training(self) -> int:
        """The sum that must fit."""
        return self.weights + self.optimiser + self.gradients + self.activations + self.logits


def flops_per_token(parameters: int, *, lora: bool) -> int:
    """Return 4N where the weights are frozen (forward, and backward to the inputs), else 6N (Kaplan et al. 2020)."""
    return (4 if lora else 6) * parameters


def count_trained(sizes: Sizes, work: Work) -> int:
    """Return how many numbers are trained."""
    if not work.rank:
        return sizes.parameters
    chosen = [shape for name, shape in sizes.linear_layers.items() if name.rsplit(".", 1)[-1] in work.targets]
    return sizes.layers * work.rank * sum(map(sum, chosen))


def estimate_memory(sizes: Sizes, work: Work, *, shards: int) -> Memory:
    """Return what a step takes on one device, its weights and states divided among `shards` devices."""
    trained = count_trained(sizes, work)
    masters = 4 if work.rank or work.width == 2 else 0  # adapters, or copies of bf16 weights
    sums = max(2, work.workers) + 1  # each worker's own, and their sum while it is made
    return Memory(
        weights=sizes.parameters * work.width // shards,
        optimiser=trained * (masters + ADAMW) // shards,
        gradients=trained * 4 * sums // shards,
        activations=work.tokens * sizes.layers * bytes_per_token_and_layer(sizes, work),
        logits=min(work.tokens, work.workers * CHUNK) * sizes.words * _logit_bytes(work)
        + (0 if work.rank else work.workers * sizes.words * sizes.hidden * (4 + work.width)),  # the head's own gradient
        loading=sizes.parameters * (4 + work.width),
    )


def bytes_per_token_and_layer(sizes: Sizes, work: Work) -> int:
    """Return what one decoder layer keeps of one token for the backward pass.

    The residual stream in fp32 before each of two norms; in the model's type the inputs of the linear layers (twice the
    hidden size, the mixed heads, the gated units), gate and up, queries, keys and values before the rotation and after it,
    queries once more in attention's own order, what adapters narrow to, and, where they are kept, the attention weights of
    a document's positions.
    """
    query, key_value = sizes.heads * sizes.width, sizes.key_value_heads * sizes.width
    inputs = 2 * sizes.hidden + query + sizes.feed_forward
    kept = inputs + 2 * sizes.feed_forward + 3 * (query + key_value)
    adapters = sum(work.rank for name in sizes.linear_layers if name.rsplit(".", 1)[-1] in work.targets)
    scores = sizes.heads * work.document if work.scores_kept else 0
    normed = 4 * (query + key_value) if sizes.head_norms else 0
    return 2 * 4 * sizes.hidden + normed + work.width * (kept + adapters + scores)


def _logit_bytes(work: Work) -> int:
    """Return bytes a position and word: logits and probabilities; a distribution is learnt in four tables of fp32."""
    return 4 * 4 + work.width if work.distils else 2 * work.width


def read_work(step: Mapping[str, Any], *, gpu: bool) -> Work:
    """Return what an item of `params.yaml: train` asks."""
    lora = step["lora"]
    workers = 1 if gpu or (lora and lora["dropout"]) else step["threads"]
    tokens = workers * step["sequence_tokens"]
    return Work(
        rank=lora["r"] if lora else 0,
        targets=tuple(lora["targets"]) if lora else (),
        width=_width(step["dtype"], gpu=gpu),
        workers=workers,
        tokens=min(tokens, step["step_tokens"]) if "step_tokens" in step else tokens,
        document=step["sequence_tokens"],
        distils=bool(step.get("distil_skills")),
        scores_kept=not gpu,
    )


def _width(name: str, *, gpu: bool) -> int:
    """Return the bytes of a number of the type `name`; `auto` is bfloat16 on any GPU of today."""
    return BYTES[precision.choose(name, short="bfloat16", exact="bfloat16" if gpu else "float32")]


def count_most_tokens(step: Mapping[str, Any]) -> int | None:
    """Return the most tokens that a step trains on by its settings; None where only its data says."""
    if "tokens" in step:
        return None if step["tokens"] is None else int(step["tokens"])
    answers = count_rollouts(step)
    return None if answers is None else answers * int(step["sampling"]["max_new_tokens"])


def count_rollouts(step: Mapping[str, Any]) -> int | None:
    """Return how many answers a step of GRPO draws at most; None for other methods."""
    if "rounds" not in step:
        return None
    return prod(
        map(int, (step["rounds"], step["refresh_steps"], step["prompts_per_step"], step["sampling"]["samples"]))
    )
