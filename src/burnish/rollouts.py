"""Answers drawn from the current weights of a training run, token by token, in another process.

The engine is the bulk sampler's (`openvino_sampler.py`). Its process holds it for one call: when that ends, so does the
memory of the old weights. Answers are kept as they arrive; a process that falls silent is replaced once, which goes on with
what is missing. Each answer has a seed of its own, so none depends on the others or on a stop.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from burnish.child import Child, SilentError
from burnish.decoding import Completion, Drawn, Request, Sampling
from burnish.errors import BurnishError
from burnish.openvino_sampler import OpenvinoEngine
from burnish.progress import Meter
from burnish.sampling import whole_lines

STARTS = 2


class Asked(NamedTuple):
    """What the other process is asked."""

    gguf: Path
    settings: Sampling
    requests: Sequence[Request]


def roll(asked: Asked, *, kept: Path, seconds: float, label: str) -> list[Drawn]:
    """Return the answers to `asked.requests`, which are numbered from 0, in their order.

    Args:
        asked: the model, how to draw, and the requests.
        kept: file of the answers that are there already; a later call with equal arguments goes on from it.
        seconds: the longest wait for the next answer, the loading of the model included.
        label: what the progress bar says.

    Raises:
        BurnishError: no answer came in time, twice.
    """
    found = _read(kept)
    problem: SilentError | None = None
    with kept.open("a", encoding="utf-8") as file, Meter(label, total=len(asked.requests)) as meter:
        meter.advance(len(found))
        for _ in range(STARTS):
            missing = [request for request in asked.requests if request.number not in found]
            if not missing:
                break
            try:
                with Child(__name__) as child:
                    for number, drawn in child.ask(asked._replace(requests=missing), seconds=seconds):
                        found[number] = drawn
                        file.write(json.dumps({"number": number, **drawn._asdict()}) + "\n")
                        file.flush()
                        meter.advance()
            except SilentError as error:
                problem = error
    if len(found) < len(asked.requests):
        raise BurnishError(
            f"{asked.gguf}: the sampler {problem}, {STARTS} times; raise sampler_seconds, lower parallel or "
            "max_new_tokens, or see whether memory ran out; the same command goes on from the answers that are there"
        )
    return [found[request.number] for request in asked.requests]


def answer(request: Asked) -> Iterator[tuple[int, Drawn]]:
    """Be the other process."""
    yield from OpenvinoEngine(request.gguf, request.settings).draw(request.requests)


def _read(kept: Path) -> dict[int, Drawn]:
    if not kept.is_file():
        return {}
    return {
        line["number"]: Drawn(Completion(*line["completion"]), tuple(line["ids"]), tuple(line["log_probabilities"]))
        for line in whole_lines(kept)
    }
