"""Answers of a model to many rendered chats, sampled once: one interface to every engine, resumable, order-independent.

Engines are `openvino_sampler.py` (reads the GGUF on this machine) and `openai_sampler.py` (asks a server that has it).
Each answer depends on model, prompt, settings and its own seed alone, so a run that was killed and goes on gives the
same bytes.
Judges nothing.
"""

import contextlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from burnish.decoding import Completion, Engine, Prompt, Request, Sampling
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.openai_sampler import OpenaiEngine
from burnish.openvino_sampler import OpenvinoEngine
from burnish.progress import Meter
from burnish.seeds import fingerprint

__all__ = ["Answer", "Prompt", "Sampled", "Sampling", "answer_row", "open_engine", "sample"]

OPENVINO = "openvino"
SEEDS = 2**31 - 1


class Answer(NamedTuple):
    """One answer; `turn` counts the samples of one prompt."""

    id: str
    turn: int
    prompt_hash: str
    text: str
    finish: str
    tokens: int


class Sampled(NamedTuple):
    """All answers in the order of the prompts, who gave them, and how fast the new ones came."""

    answers: list[Answer]
    model: str
    settings: str
    new_tokens: int
    seconds: float


class _Wanted(NamedTuple):
    prompt: Prompt
    turn: int
    key: str
    seed: int


def sample(gguf: Path, prompts: Sequence[Prompt], *, settings: Sampling, seed: int, resume: Path | None,
           label: str = "answers") -> Sampled:  # fmt: skip
    """Return `settings.samples` answers to each prompt.

    Args:
        gguf: the model; with a server as engine, the file it serves, which names the model in the results.
        prompts: rendered chats.
        settings: how to draw; `parallel` changes no answer.
        seed: of all draws; each request derives its own from this, its prompt and its index.
        resume: folder that keeps answers as they arrive; a later call with equal arguments goes on from them.
        label: what the progress bar says.
    """
    check_settings(settings)
    model, described = digest_of(gguf), describe(settings, seed=seed)
    wanted = [_want(prompt, turn, seed=seed) for prompt in prompts for turn in range(settings.samples)]
    with _Kept(resume, name=fingerprint(model, described)) as kept:
        missing = [number for number, one in enumerate(wanted) if one.key not in kept.found]
        tokens, seconds = 0, 0.0
        if missing:
            engine = open_engine(gguf, settings)
            started = time.monotonic()
            requests = [Request(number, wanted[number].prompt.text, wanted[number].seed) for number in missing]
            with Meter(label, total=len(wanted)) as meter:
                meter.advance(len(wanted) - len(missing))
                for number, completion in engine.complete(requests):
                    kept.add(wanted[number].key, completion)
                    tokens, seconds = tokens + completion.tokens, time.monotonic() - started
                    meter.advance(note=f"{tokens / seconds:.0f} tokens/s")
        answers = [_answer(one, kept.found[one.key]) for one in wanted]
    return Sampled(answers, model, described, tokens, round(seconds, 3))


def open_engine(gguf: Path, settings: Sampling) -> Engine:
    """Load `gguf`, or find the server that serves it."""
    if settings.engine == OPENVINO:
        return OpenvinoEngine(gguf, settings)
    return OpenaiEngine(settings.engine, settings)


def check_settings(settings: Sampling) -> None:
    """Raise on settings that contradict each other."""
    if settings.engine != OPENVINO and not settings.engine.startswith(("http://", "https://")):
        raise BurnishError(f"params.yaml: engine = {settings.engine!r} is neither {OPENVINO!r} nor a server's address")
    if settings.samples > 1 and not settings.temperature > 0:
        raise BurnishError(f"params.yaml: {settings.samples} samples at temperature 0 are all equal; raise temperature")
    if min(settings.samples, settings.parallel, settings.max_new_tokens) < 1 or settings.temperature < 0:
        raise BurnishError("params.yaml: samples, parallel and max_new_tokens start at 1, temperature at 0")
    if not 0 < settings.top_p <= 1:
        raise BurnishError(f"params.yaml: top_p = {settings.top_p:g} must lie above 0 and not above 1")


def describe(settings: Sampling, *, seed: int) -> str:
    """Return as JSON what an answer depends on besides model and prompt; a greedy one on no seed."""
    shown: dict[str, Any] = {"max_new_tokens": settings.max_new_tokens, "temperature": settings.temperature}
    if settings.engine == OPENVINO:
        shown |= {"engine": OPENVINO, "dtype": settings.dtype}
    else:
        shown |= {"engine": "server"}
    if settings.temperature > 0:
        shown |= {"top_p": settings.top_p, "seed": seed}
    return json.dumps(shown, sort_keys=True)


def answer_row(answer: Answer, sampled: Sampled) -> dict[str, Any]:
    """Return an answer as a row of the table ANSWER."""
    row = answer._asdict()
    return {"index": row.pop("turn"), **row, "model": sampled.model, "settings": sampled.settings}


def _want(prompt: Prompt, turn: int, *, seed: int) -> _Wanted:
    key = fingerprint("answer", prompt.text, turn)
    return _Wanted(prompt, turn, key, 1 + int(fingerprint("seed", seed, key), 16) % (SEEDS - 1))


def _answer(wanted: _Wanted, completion: Completion) -> Answer:
    return Answer(wanted.prompt.id, wanted.turn, fingerprint(wanted.prompt.text), *completion)


class _Kept(contextlib.AbstractContextManager["_Kept"]):
    """Completions by key, on disk as they arrive: one JSON line each, so that a kill loses at most the last."""

    def __init__(self, folder: Path | None, *, name: str) -> None:
        self.found: dict[str, Completion] = {}
        self._path = folder / f"answers-{name}.jsonl" if folder else None
        self._file: TextIO | None = None

    def __enter__(self) -> "_Kept":
        if self._path is not None:
            lines = list(whole_lines(self._path)) if self._path.exists() else []
            self.found = {str(line["key"]): Completion(line["text"], line["finish"], line["tokens"]) for line in lines}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        return self

    def add(self, key: str, completion: Completion) -> None:
        self.found[key] = completion
        if self._file is not None:
            self._file.write(json.dumps({"key": key, **completion._asdict()}) + "\n")
            self._file.flush()

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def whole_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the complete lines of `path` and cut off what a kill left half written."""
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1
    if end < len(data):
        with path.open("r+b") as file:
            file.truncate(end)
    for line in data[:end].splitlines():
        yield json.loads(line)
