"""Answers of a model to many rendered chats, sampled once: one interface to every engine, resumable, order-independent.

Engines are `openvino_sampler.py` (reads the GGUF on this machine) and `openai_sampler.py` (asks a server that has it).
Each answer depends on model, prompt, settings and its own seed alone, so a run that was killed and goes on gives the
same bytes.
Judges nothing.
"""

import contextlib
import json
import time
from collections import Counter
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

__all__ = ["Answer", "Ask", "Prompt", "Sampled", "Sampling", "open_engine", "sample", "sample_all"]

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
    """All answers in the order of the prompts, who gave them, and how fast the new ones came.

    `seconds` are those of all that was asked in one call.
    """

    answers: list[Answer]
    model: str
    settings: str
    new_tokens: int
    seconds: float


class Ask(NamedTuple):
    """Prompts whose answers are drawn alike."""

    prompts: Sequence[Prompt]
    settings: Sampling


class _Wanted(NamedTuple):
    prompt: Prompt
    turn: int
    key: str
    seed: int


def sample(gguf: Path, prompts: Sequence[Prompt], *, settings: Sampling, seed: int, resume: Path | None,
           label: str = "answers") -> Sampled:  # fmt: skip
    """Return `settings.samples` answers to each prompt; the arguments are those of `sample_all`."""
    (sampled,) = sample_all(gguf, [Ask(prompts, settings)], seed=seed, resume=resume, label=label)
    return sampled


def sample_all(
    gguf: Path, asks: Sequence[Ask], *, seed: int, resume: Path | None, label: str = "answers"
) -> list[Sampled]:
    """Return the answers to each of `asks`, all by one engine, which is loaded once.

    Args:
        gguf: the model; with a server as engine, the file it serves, which names the model in the results.
        asks: what is asked, and how answers are drawn; `parallel` changes no answer.
        seed: of all draws; each request derives its own from this, its prompt and its index.
        resume: folder that keeps answers as they arrive; a later call with equal arguments goes on from them.
        label: what the progress bar says.
    """
    check_alike([ask.settings for ask in asks])
    model, tokens, seconds = digest_of(gguf), Counter[int](), 0.0
    described = [describe(ask.settings, seed=seed) for ask in asks]
    wanted = [
        [_want(prompt, turn, seed=seed) for prompt in ask.prompts for turn in range(ask.settings.samples)]
        for ask in asks
    ]
    with contextlib.ExitStack() as stack:
        files = {
            own: stack.enter_context(_Kept(resume, name=fingerprint(model, own))) for own in dict.fromkeys(described)
        }
        kept = [files[own] for own in described]
        missing = [(place, one) for place, own in enumerate(wanted) for one in own if one.key not in kept[place].found]
        # Long answers first: else the last ones are written alone.
        missing.sort(key=lambda pair: -asks[pair[0]].settings.max_new_tokens)
        if missing:
            engine, started = open_engine(gguf, asks[0].settings), time.monotonic()
            requests = [Request(number, one.prompt.text, one.seed, asks[place].settings.max_new_tokens)
                        for number, (place, one) in enumerate(missing)]  # fmt: skip
            with Meter(label, total=sum(map(len, wanted))) as meter:
                meter.advance(sum(map(len, wanted)) - len(missing))
                for number, completion in engine.complete(requests):
                    place, one = missing[number]
                    kept[place].add(one.key, completion)
                    tokens[place] += completion.tokens
                    seconds = time.monotonic() - started
                    meter.advance(note=f"{tokens.total() / seconds:.0f} tokens/s")
        answers = [[_answer(one, kept[place].found[one.key]) for one in own] for place, own in enumerate(wanted)]
    return [
        Sampled(own, model, described[place], tokens[place], round(seconds, 3)) for place, own in enumerate(answers)
    ]


def open_engine(gguf: Path, settings: Sampling) -> Engine:
    """Load `gguf`, or find the server that serves it."""
    if settings.engine == OPENVINO:
        return OpenvinoEngine(gguf, settings)
    return OpenaiEngine(settings.engine, settings)


def check_alike(settings: Sequence[Sampling]) -> None:
    """Raise on settings that contradict themselves, or that one engine can't follow together."""
    for own in settings:
        check_settings(own)
    differing = [own for own in settings if own.model_copy(update=dict.fromkeys(("max_new_tokens", "samples"), 1))
                 != settings[0].model_copy(update=dict.fromkeys(("max_new_tokens", "samples"), 1))]  # fmt: skip
    if differing:
        raise BurnishError(
            f"params.yaml: one engine can't draw by {settings[0]} and by {differing[0]}; let them differ in "
            "max_new_tokens and samples alone"
        )


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
