"""A teacher for the logits: a step of the recipe, a model's folder or a GGUF that speaks the student's vocabulary.

    a tokenised row -> the teacher's log-probabilities after each token that an answer follows

Folders are computed by `decoder.py`, a GGUF by llama.cpp in processes of its own. Ids mean the same to both models only if
their tokenizers are equal, which is checked by content: tokens, merges, and the way words are cut.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from burnish.chain_weights import read_weights
from burnish.chains import read_chain
from burnish.engine import Engine, opened
from burnish.errors import BurnishError
from burnish.gguf_contents import read_head
from burnish.gguf_layout import read_config
from burnish.gguf_vocabulary import read_vocabulary
from burnish.teacher_files import is_step
from burnish.train.architecture import read_architecture
from burnish.train.decoder import Decoder
from burnish.train.model import load_decoder
from burnish.train.packing import Document, pack

Reader = Callable[[Document], Tensor]  # a document -> log-probabilities [supervised tokens, words] in fp32


class Spelling(NamedTuple):
    """What decides which ids a text becomes."""

    tokens: Sequence[str]
    merges: Sequence[str]
    pre_tokenizer: str


def check_vocabulary(teacher: Path, *, base: Path) -> None:
    """Raise when ids mean something else to `teacher` than to the student, with the first difference."""
    if teacher.is_dir() and is_step(teacher):
        read_chain(teacher, base=base)  # of another base model, it is refused there
        return
    ours, theirs = _spelling_of(base), _spelling_of(teacher)
    difference = find_difference(ours, theirs)
    if difference:
        raise BurnishError(
            f"the teacher {teacher} speaks another vocabulary than {base}: {difference}. Logits can't be compared; let the "
            "student learn its answers instead (`teachers:` in params.yaml, then method sft on data teacher/NAME)"
        )


def find_difference(ours: Spelling, theirs: Spelling) -> str:
    """Return in words the first difference of two tokenizers; nothing where there is none."""
    for what, own, other in (("token", ours.tokens, theirs.tokens), ("merge", ours.merges, theirs.merges)):
        for number, (here, there) in enumerate(zip(own, other, strict=False)):
            if here != there:
                return f"{what} {number} is {there!r} there and {here!r} here"
        if len(own) != len(other):
            return f"it has {len(other)} {what}s, not {len(own)}"
    if ours.pre_tokenizer != theirs.pre_tokenizer:
        return f"it cuts words by {theirs.pre_tokenizer!r}, not by {ours.pre_tokenizer!r}"
    return ""


@contextmanager
def reading(teacher: Path, *, base: Path, context: int, count: int, dtype: str,
            device: torch.device) -> Iterator[list[Reader]]:  # fmt: skip
    """Load `teacher` for the length of a block, as `count` readers that can be used at once, each on one core.

    `context` is the most tokens of a document.
    """
    with ExitStack() as stack:
        if teacher.is_dir():
            decoder = _load(teacher, base=base, dtype=getattr(torch, dtype)).to(device)
            yield [lambda document: _read_decoder(decoder, document)] * count
        else:
            opening = (opened(teacher, context_tokens=context, slots=1, threads=1) for _ in range(count))
            engines = [stack.enter_context(engine) for engine in opening]
            yield [_reader_of(engine) for engine in engines]


def _spelling_of(model: Path) -> Spelling:
    if model.is_file():
        head = read_head(model)
        return Spelling(head.tokens, head.merges, head.pre_tokenizer)
    vocabulary = read_vocabulary(model, size=int(read_config(model)["vocab_size"]))
    return Spelling(vocabulary.tokens, vocabulary.merges, vocabulary.pre_tokenizer)


def _load(teacher: Path, *, base: Path, dtype: torch.dtype) -> Decoder:
    if is_step(teacher):
        chain = read_chain(teacher, base=base)
        steps = [teacher.parent / link.name for link in chain.steps]
        decoder = load_decoder(base, steps, lora=None, seed=0, dtype=dtype)
    else:
        decoder = Decoder(read_weights(teacher), read_architecture(teacher), lora=None, seed=0, dtype=dtype)
    decoder.requires_grad_(False)
    return decoder


def _read_decoder(decoder: Decoder, document: Document) -> Tensor:
    with torch.inference_mode():
        states = decoder.answer_states(pack([document]))
        return torch.log_softmax((states @ decoder.head.T).float(), dim=-1)


def _reader_of(engine: Engine) -> Reader:
    def read(document: Document) -> Tensor:
        places = np.flatnonzero(document.supervised) - 1
        logits = engine.logits([int(token) for token in document.ids[:-1]])
        return torch.log_softmax(torch.from_numpy(logits[places]), dim=-1)

    return read
