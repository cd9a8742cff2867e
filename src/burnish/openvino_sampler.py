"""OpenVINO GenAI as a sampling engine: reads an f16 or Q8_0 GGUF and writes many answers at a time on the CPU.

Continuous batching: as soon as one answer ends, the next prompt takes its place. An answer doesn't depend on the batch
it was written in: products of one row use another kernel than those of several, so a filler joins an answer left alone.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from burnish.decoding import Completion, Drawn, Request, Sampling
from burnish.errors import BurnishError
from burnish.llamacpp import check_file

# Tokens that end an answer wherever a vocabulary has them, as in llama.cpp, beside the file's own end token.
END_TOKENS = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "</s>")
PROMPT_TOKENS_PER_STEP = 256  # a step with more of them keeps a Ctrl-C waiting
FILLER_TOKENS = 4096


_TOKENIZERS: dict[str, Any] = {}  # the last one, by the head of its file: it takes ten times what a small model takes


def _load_tokenizer(gguf: Path, *, head: int) -> Any:
    """Return the tokenizer of `gguf`, whose head has `head` bytes; files with equal heads share it."""
    import openvino_genai as genai

    with gguf.open("rb") as file:
        digest = hashlib.sha256(file.read(head)).hexdigest()
    if digest not in _TOKENIZERS:
        _TOKENIZERS.clear()
        _TOKENIZERS[digest] = genai.Tokenizer(str(gguf))
    return _TOKENIZERS[digest]


class OpenvinoEngine:
    """A GGUF loaded by OpenVINO GenAI."""

    def __init__(self, gguf: Path, settings: Sampling) -> None:
        """Load; a cut file is an error before the engine reads beyond its end."""
        import openvino_genai as genai

        head = check_file(gguf)
        schedule = genai.SchedulerConfig()
        schedule.max_num_batched_tokens = settings.parallel + PROMPT_TOKENS_PER_STEP
        try:
            self._tokenizer = _load_tokenizer(gguf, head=head)
            properties = {"INFERENCE_PRECISION_HINT": settings.dtype}
            self._pipeline = genai.ContinuousBatchingPipeline(str(gguf), self._tokenizer, schedule, "CPU", **properties)
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:300]
            raise BurnishError(f"{gguf}: OpenVINO GenAI can't load it ({reason}); it reads f16 and Q8_0") from None
        self._genai, self._settings = genai, settings
        self._ends = {self._tokenizer.get_eos_token_id(), *self._named_ends()}
        self._running: dict[int, Any] = {}
        self._requests = 0

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield (number of the request, its completion) as they end."""
        for number, output in self._run(requests, scored=False):
            yield number, self._read(output)

    def draw(self, requests: Sequence[Request]) -> Iterator[tuple[int, Drawn]]:
        """Do the same with ids and log-probabilities."""
        for number, output in self._run(requests, scored=True):
            ids = tuple(int(token) for token in output.generated_ids)
            yield number, Drawn(self._read(output), ids, tuple(map(float, output.generated_log_probs)))

    def _run(self, requests: Sequence[Request], *, scored: bool) -> Iterator[tuple[int, Any]]:
        waiting = list(reversed(requests))
        filler: Any = None
        try:
            while waiting or self._running:
                while waiting and len(self._running) < self._settings.parallel:
                    request = waiting.pop()
                    self._running[request.number] = self._start(request.text, self._configure(request, scored=scored))
                if len(self._running) == 1 and not self._is_running(filler):
                    filler = self._start(requests[0].text, self._configure_filler())
                self._pipeline.step()
                for number in [number for number, handle in self._running.items() if not self._is_running(handle)]:
                    yield number, self._take(self._running.pop(number))
        finally:
            self._drop([*self._running.values(), filler])

    def encode(self, text: str) -> list[int]:
        """Return the ids of `text` as the file's tokenizer cuts it, special tokens recognised."""
        return [int(token) for token in self._encode(text).data[0]]

    def _encode(self, text: str) -> Any:
        return self._tokenizer.encode(text, add_special_tokens=False).input_ids

    def _named_ends(self) -> Iterator[int]:
        for name in END_TOKENS:
            ids = self.encode(name)
            if len(ids) == 1:
                yield ids[0]

    def _start(self, text: str, configuration: Any) -> Any:
        self._requests += 1
        return self._pipeline.add_request(self._requests, self._encode(text), configuration)

    def _configure(self, request: Request, *, scored: bool) -> Any:
        configuration = self._genai.GenerationConfig()
        configuration.logprobs = int(scored)
        configuration.apply_chat_template = False
        configuration.max_new_tokens = request.limit or self._settings.max_new_tokens
        configuration.eos_token_id = self._tokenizer.get_eos_token_id()
        configuration.stop_token_ids = self._ends
        configuration.do_sample = self._settings.temperature > 0
        if configuration.do_sample:
            configuration.temperature = self._settings.temperature
            configuration.top_p = self._settings.top_p
            configuration.rng_seed = request.seed
        return configuration

    def _configure_filler(self) -> Any:
        configuration = self._genai.GenerationConfig()
        configuration.apply_chat_template = False
        configuration.do_sample = False
        configuration.ignore_eos = True
        configuration.max_new_tokens = FILLER_TOKENS
        return configuration

    def _is_running(self, handle: Any) -> bool:
        return handle is not None and handle.get_status() == self._genai.GenerationStatus.RUNNING

    def _take(self, handle: Any) -> Any:
        if handle.get_status() != self._genai.GenerationStatus.FINISHED:
            raise BurnishError("OpenVINO GenAI has no memory left for an answer; lower `parallel` or `max_new_tokens`")
        return handle.read_all()[0]

    def _read(self, output: Any) -> Completion:
        ids = [int(token) for token in output.generated_ids]
        stopped = bool(ids) and ids[-1] in self._ends
        ids = ids[:-1] if stopped else ids
        text = self._tokenizer.decode(np.array([ids], dtype=np.int64), skip_special_tokens=True)[0] if ids else ""
        return Completion(text, "stop" if stopped else "length", len(ids))

    def _drop(self, handles: Sequence[Any]) -> None:
        """End what is still being written: the reader stopped reading, or only the filler is left."""
        for handle in handles:
            if self._is_running(handle):
                handle.cancel()
        self._running.clear()
        while self._pipeline.has_non_finished_requests():
            self._pipeline.step()
