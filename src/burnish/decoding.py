"""What is asked of a sampling engine and what comes back. Knows no engine and no file."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

from burnish.params import Section
from burnish.precision import SamplerPrecision

Finish = Literal["stop", "length"]


class Sampling(Section):
    """How answers are drawn. Temperature 0 is greedy; a positive one draws each answer from a seed of its own.

    Attributes:
        engine: `openvino`, which reads the GGUF here, or the address of an OpenAI-compatible server that serves it
            (`http://host:8000/v1`).
        samples: answers to each prompt; more than one need a positive temperature.
        parallel: how many answers are written at a time. Changes no answer.
        dtype: what the local engine computes in, `auto` by the processor; a server decides for itself.
    """

    engine: str
    max_new_tokens: int
    temperature: float
    top_p: float
    samples: int
    parallel: int
    dtype: SamplerPrecision


class Prompt(NamedTuple):
    """A rendered chat that ends where the answer begins, under the id of what it asks."""

    id: str
    text: str


class Request(NamedTuple):
    """One answer to be written: to a rendered chat, from a seed of its own (from 1 to 2**31 - 1).

    `limit` is its most tokens where that isn't `max_new_tokens` of the engine's settings.
    """

    number: int
    text: str
    seed: int
    limit: int | None = None


class Completion(NamedTuple):
    """What was written: text without the end token, why it ended, tokens without the end token."""

    text: str
    finish: Finish
    tokens: int


class Drawn(NamedTuple):
    """A completion token by token: ids with the end token, and the log-probabilities the engine gave them.

    Those are the model's own, whatever the temperature was.
    """

    completion: Completion
    ids: tuple[int, ...]
    log_probabilities: tuple[float, ...]


class Engine(Protocol):
    """Writes many answers; those of equal requests are equal, whatever is written beside them."""

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield (number of the request, its completion) as they end."""
        ...
