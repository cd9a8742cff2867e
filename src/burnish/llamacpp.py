"""llama.cpp's C functions, out of the very library in the `xllamacpp` wheel that serves: logits, tokens, quantisation.

The wheel's Python interface is the server; logits of every position, greedy generation in a fixed batch order and
`ggml_quantize_chunk` are only in the C interface, whose symbols the library exports. Structures are those of the
header of the pinned version; `library` refuses a library whose defaults don't fit them. Use it in a process of its own
(`engine.py` does) for anything that loads a model: broken native code then ends only that process.
"""

import ctypes as c
import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from burnish.errors import BurnishError

Floats = npt.NDArray[np.float32]
KNOWN_VERSION = "2026.10.11549"
F16_CACHE, AUTOMATIC = 1, -1  # ggml's type number of an f16 cache; "choose yourself" in llama.cpp's enumerations
RESERVED_BYTES = 256
WAY_OUT = "delete what is there and run `dvc checkout`, or `dvc repro export_gguf` to make it anew"


class ModelParams(c.Structure):
    """`llama_model_params`; the reserve takes what a longer structure of another version would write."""

    _fields_ = [
        ("devices", c.c_void_p), ("tensor_buft_overrides", c.c_void_p), ("n_gpu_layers", c.c_int32),
        ("split_mode", c.c_int32), ("load_mode", c.c_int32), ("lazy_mode", c.c_int32), ("main_gpu", c.c_int32),
        ("tensor_split", c.c_void_p), ("progress_callback", c.c_void_p), ("progress_data", c.c_void_p),
        ("kv_overrides", c.c_void_p), ("vocab_only", c.c_bool), ("check_tensors", c.c_bool),
        ("use_extra_bufts", c.c_bool), ("no_host", c.c_bool), ("no_alloc", c.c_bool), ("load_mtp", c.c_bool),
        ("reserved", c.c_uint8 * RESERVED_BYTES),
    ]  # fmt: skip


class ContextParams(c.Structure):
    """`llama_context_params`."""

    _fields_ = [
        ("n_ctx", c.c_uint32), ("n_batch", c.c_uint32), ("n_ubatch", c.c_uint32), ("n_seq_max", c.c_uint32),
        ("n_rs_seq", c.c_uint32), ("n_outputs_max", c.c_uint32), ("n_outputs_max_per_seq", c.c_uint32),
        ("n_threads", c.c_int32), ("n_threads_batch", c.c_int32), ("ctx_type", c.c_int32),
        ("rope_scaling_type", c.c_int32), ("pooling_type", c.c_int32), ("attention_type", c.c_int32),
        ("flash_attn_type", c.c_int32), ("rope_freq_base", c.c_float), ("rope_freq_scale", c.c_float),
        ("yarn_ext_factor", c.c_float), ("yarn_attn_factor", c.c_float), ("yarn_beta_fast", c.c_float),
        ("yarn_beta_slow", c.c_float), ("yarn_orig_ctx", c.c_uint32), ("defrag_thold", c.c_float),
        ("cb_eval", c.c_void_p), ("cb_eval_data", c.c_void_p), ("type_k", c.c_int32), ("type_v", c.c_int32),
        ("moe_cache_size", c.c_size_t), ("abort_callback", c.c_void_p), ("abort_data", c.c_void_p),
        ("embeddings", c.c_bool), ("offload_kqv", c.c_bool), ("no_perf", c.c_bool), ("op_offload", c.c_bool),
        ("swa_full", c.c_bool), ("kv_unified", c.c_bool), ("samplers", c.c_void_p), ("n_samplers", c.c_size_t),
        ("ctx_other", c.c_void_p), ("reserved", c.c_uint8 * RESERVED_BYTES),
    ]  # fmt: skip


class Batch(c.Structure):
    """`llama_batch`."""

    _fields_ = [
        ("n_tokens", c.c_int32), ("token", c.POINTER(c.c_int32)), ("embd", c.c_void_p), ("pos", c.POINTER(c.c_int32)),
        ("n_seq_id", c.POINTER(c.c_int32)), ("seq_id", c.POINTER(c.POINTER(c.c_int32))),
        ("logits", c.POINTER(c.c_int8)),
    ]  # fmt: skip


class FileParams(c.Structure):
    """`gguf_init_params`."""

    _fields_ = [("no_alloc", c.c_bool), ("ctx", c.c_void_p)]


LOG_CALLBACK = c.CFUNCTYPE(None, c.c_int, c.c_char_p, c.c_void_p)
_POINTER, _INT, _LONG, _SIZE, _BOOL, _TEXT = c.c_void_p, c.c_int32, c.c_int64, c.c_size_t, c.c_bool, c.c_char_p
SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "llama_version": (_TEXT, []),
    "llama_log_set": (None, [LOG_CALLBACK, _POINTER]),
    "llama_backend_init": (None, []),
    "llama_model_default_params": (ModelParams, []),
    "llama_context_default_params": (ContextParams, []),
    "llama_model_load_from_file": (_POINTER, [_TEXT, ModelParams]),
    "llama_model_free": (None, [_POINTER]),
    "llama_init_from_model": (_POINTER, [_POINTER, ContextParams]),
    "llama_free": (None, [_POINTER]),
    "llama_n_ctx": (c.c_uint32, [_POINTER]),
    "llama_model_get_vocab": (_POINTER, [_POINTER]),
    "llama_vocab_n_tokens": (_INT, [_POINTER]),
    "llama_vocab_is_eog": (_BOOL, [_POINTER, _INT]),
    "llama_vocab_eos": (_INT, [_POINTER]),
    "llama_vocab_eot": (_INT, [_POINTER]),
    "llama_tokenize": (_INT, [_POINTER, _TEXT, _INT, c.POINTER(_INT), _INT, _BOOL, _BOOL]),
    "llama_token_to_piece": (_INT, [_POINTER, _INT, _TEXT, _INT, _INT, _BOOL]),
    "llama_batch_init": (Batch, [_INT, _INT, _INT]),
    "llama_batch_free": (None, [Batch]),
    "llama_decode": (_INT, [_POINTER, Batch]),
    "llama_get_logits": (c.POINTER(c.c_float), [_POINTER]),
    "llama_get_memory": (_POINTER, [_POINTER]),
    "llama_memory_clear": (None, [_POINTER, _BOOL]),
    "llama_memory_seq_rm": (_BOOL, [_POINTER, _INT, _INT, _INT]),
    "ggml_quantize_chunk": (_SIZE, [_INT, c.POINTER(c.c_float), _POINTER, _LONG, _LONG, _LONG, _POINTER]),
    "ggml_row_size": (_SIZE, [_INT, _LONG]),
    "gguf_init_from_file": (_POINTER, [_TEXT, FileParams]),
    "gguf_free": (None, [_POINTER]),
    "gguf_get_data_offset": (_SIZE, [_POINTER]),
    "gguf_get_n_tensors": (_LONG, [_POINTER]),
    "gguf_get_tensor_offset": (_SIZE, [_POINTER, _LONG]),
    "gguf_get_tensor_size": (_SIZE, [_POINTER, _LONG]),
}


@functools.cache
def library() -> Any:
    """Return the library with its functions typed; one that doesn't fit is an error that says which version does."""
    from xllamacpp import xllamacpp

    found = version("xllamacpp")
    native = c.CDLL(xllamacpp.__file__)
    try:
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(native, name)
            function.restype, function.argtypes = result, arguments
    except AttributeError as error:
        raise BurnishError(f"xllamacpp {found} lacks a C function ({error}); install {KNOWN_VERSION}") from None
    if not _fits(native.llama_model_default_params(), native.llama_context_default_params()):
        raise BurnishError(f"xllamacpp {found} lays out its structures otherwise; install {KNOWN_VERSION}")
    native.llama_log_set(_LOG_CALLBACK, None)
    native.llama_backend_init()
    return native


_log: list[str] = []


def _keep_log(_level: int, text: bytes, _data: object) -> None:
    _log.append(text.decode(errors="replace"))
    del _log[:-200]


_LOG_CALLBACK = LOG_CALLBACK(_keep_log)  # must outlive the library


def _fits(model: ModelParams, context: ContextParams) -> bool:
    """Compare known defaults that stand before, between and after the fields which are set here."""
    return (
        (model.n_gpu_layers, model.use_extra_bufts, model.vocab_only, model.no_alloc) == (-1, True, False, False)
        and (context.n_ctx, context.n_batch, context.n_ubatch, context.n_seq_max) == (512, 2048, 512, 1)
        and (context.rope_scaling_type, context.pooling_type, context.flash_attn_type) == (AUTOMATIC,) * 3
        and (context.yarn_ext_factor, context.type_k, context.type_v) == (-1.0, F16_CACHE, F16_CACHE)
        and (context.embeddings, context.offload_kqv, context.no_perf) == (False, True, True)
        and (context.kv_unified, context.samplers, context.n_samplers, context.ctx_other) == (False, None, 0, None)
    )


def engine_version() -> str:
    """Return which llama.cpp this is."""
    return f"llama.cpp {library().llama_version().decode()} of xllamacpp {version('xllamacpp')}"


def check_file(path: Path) -> int:
    """Return the length of the head of a GGUF file, which is all but its tensors.

    Raises:
        BurnishError: the head isn't readable, or the tensors reach past the file's end.
    """
    if not path.is_file():
        raise BurnishError(f"{path} is missing; {WAY_OUT}")
    native = library()
    handle = native.gguf_init_from_file(str(path).encode(), FileParams(True, None))
    if not handle:
        raise BurnishError(f"{path} isn't a readable GGUF file; {WAY_OUT}")
    try:
        tensors = range(native.gguf_get_n_tensors(handle))
        ends = [native.gguf_get_tensor_offset(handle, i) + native.gguf_get_tensor_size(handle, i) for i in tensors]
        head = native.gguf_get_data_offset(handle)
    finally:
        native.gguf_free(handle)
    size, needed = path.stat().st_size, head + max(ends, default=0)
    if size < needed:
        raise BurnishError(f"{path} is cut short: {size:,} of {needed:,} bytes; {WAY_OUT}")
    return int(head)


def quantise_rows(values: Floats, *, type_number: int) -> npt.NDArray[np.uint8]:
    """Encode `values` (rows x columns) in a ggml type by llama.cpp's own code; returns rows x bytes."""
    native = library()
    rows, columns = values.shape
    source = np.ascontiguousarray(values, dtype=np.float32)
    target = np.empty((rows, native.ggml_row_size(type_number, columns)), dtype=np.uint8)
    pointer = source.ctypes.data_as(c.POINTER(c.c_float))
    written = native.ggml_quantize_chunk(type_number, pointer, target.ctypes.data, 0, rows, columns, None)
    assert written == target.nbytes, (written, target.nbytes)
    return target


class Completion(NamedTuple):
    """What a model wrote: its text, `stop` or `length`, and the number of tokens."""

    text: str
    finish: str
    tokens: int


class Model:
    """A loaded GGUF with room for `slots` sequences of `context_tokens` each."""

    def __init__(self, path: Path, *, context_tokens: int, slots: int, threads: int) -> None:
        """Load; whatever llama.cpp complains about is part of the error."""
        check_file(path)
        native = self._native = library()
        self.slots, self.context_tokens = slots, context_tokens
        self._model = native.llama_model_load_from_file(str(path).encode(), native.llama_model_default_params())
        if not self._model:
            raise BurnishError(f"{path}: llama.cpp can't load it: {''.join(_log).strip().splitlines()[-1]}")
        self._vocabulary = native.llama_model_get_vocab(self._model)
        self.vocabulary_size: int = native.llama_vocab_n_tokens(self._vocabulary)
        params = native.llama_context_default_params()
        params.n_ctx = context_tokens * slots
        params.n_batch = params.n_ubatch = max(context_tokens, slots)
        params.n_seq_max = slots
        params.n_threads = params.n_threads_batch = threads
        self._context = native.llama_init_from_model(self._model, params)
        if not self._context:
            raise BurnishError(f"{path}: llama.cpp has no room for {slots} x {context_tokens} tokens; lower one")
        assert native.llama_n_ctx(self._context) >= context_tokens * slots
        self._memory = native.llama_get_memory(self._context)
        self._batch = native.llama_batch_init(params.n_batch, 0, 1)

    def close(self) -> None:
        """Give the memory back."""
        self._native.llama_batch_free(self._batch)
        self._native.llama_free(self._context)
        self._native.llama_model_free(self._model)

    def tokenise(self, text: str) -> list[int]:
        """Return the token ids of `text`, special tokens parsed, as the server does with a rendered chat."""
        data = text.encode()
        room = len(data) + 8
        ids = (c.c_int32 * room)()
        count = self._native.llama_tokenize(self._vocabulary, data, len(data), ids, room, True, True)
        assert count >= 0, count
        return list(ids[:count])

    def detokenise(self, tokens: Sequence[int]) -> str:
        """Return the text of `tokens` without control tokens."""
        buffer = c.create_string_buffer(1024)
        pieces = []
        for token in tokens:
            length = self._native.llama_token_to_piece(self._vocabulary, token, buffer, len(buffer), 0, False)
            pieces.append(buffer.raw[: max(length, 0)])
        return b"".join(pieces).decode(errors="replace")

    def stop_tokens(self) -> dict[str, Any]:
        """Return end of sequence, end of turn and every token that ends generation."""
        vocabulary = self._vocabulary
        every = [i for i in range(self.vocabulary_size) if self._native.llama_vocab_is_eog(vocabulary, i)]
        eos, eot = self._native.llama_vocab_eos(vocabulary), self._native.llama_vocab_eot(vocabulary)
        return {"eos": eos, "eot": eot, "all": every}

    def logits(self, tokens: Sequence[int]) -> Floats:
        """Return the logits after each of `tokens` (positions x vocabulary), the text read once from its start."""
        self._native.llama_memory_clear(self._memory, True)
        return self._decode([(token, position, 0) for position, token in enumerate(tokens)], every=True)

    def complete(self, prompts: Sequence[str], *, max_tokens: int) -> Iterator[tuple[int, Completion]]:
        """Yield (prompt number, greedy completion) as they end. The batches, so the answers, don't depend on time."""
        self._native.llama_memory_clear(self._memory, True)
        waiting = list(enumerate(prompts))[::-1]
        running: dict[int, _Sequence] = {}
        while waiting or running:
            for slot in range(self.slots):
                if slot not in running and waiting:
                    running[slot] = self._start(slot, *waiting.pop())
            for slot, sequence in list(running.items()):
                if finish := self._finish(sequence, max_tokens=max_tokens):
                    del running[slot]
                    self._native.llama_memory_seq_rm(self._memory, slot, -1, -1)
                    yield sequence.number, Completion(self.detokenise(sequence.written), finish, len(sequence.written))
            if running:
                self._step(running)

    def _start(self, slot: int, number: int, prompt: str) -> "_Sequence":
        tokens = self.tokenise(prompt)
        if len(tokens) >= self.context_tokens:
            return _Sequence(number, len(tokens), [], None)
        last = self._decode([(token, position, slot) for position, token in enumerate(tokens)], every=False)
        return _Sequence(number, len(tokens), [], int(last[0].argmax()))

    def _finish(self, sequence: "_Sequence", *, max_tokens: int) -> str:
        if sequence.next is not None and self._native.llama_vocab_is_eog(self._vocabulary, sequence.next):
            return "stop"
        full = len(sequence.written) >= max_tokens or sequence.length >= self.context_tokens
        return "length" if full or sequence.next is None else ""

    def _step(self, running: "dict[int, _Sequence]") -> None:
        entries = []
        for slot, sequence in running.items():
            assert sequence.next is not None
            entries.append((sequence.next, sequence.length, slot))
            sequence.written.append(sequence.next)
            sequence.length += 1
        for sequence, row in zip(running.values(), self._decode(entries, every=True), strict=True):
            sequence.next = int(row.argmax())

    def _decode(self, entries: Sequence[tuple[int, int, int]], *, every: bool) -> Floats:
        """Evaluate (token, position, slot) entries; returns the logits of each, or of the last one only."""
        batch, last = self._batch, len(entries) - 1
        batch.n_tokens = len(entries)
        for i, (token, position, slot) in enumerate(entries):
            batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, position, 1
            batch.seq_id[i][0], batch.logits[i] = slot, every or i == last
        status = self._native.llama_decode(self._context, batch)
        if status:
            raise BurnishError(f"llama.cpp can't evaluate {len(entries)} tokens (status {status})")
        shape = (len(entries) if every else 1, self.vocabulary_size)
        return np.ctypeslib.as_array(self._native.llama_get_logits(self._context), shape).copy()


class _Sequence:
    """One prompt being answered: its number, tokens so far, what it wrote, and the token to write next."""

    def __init__(self, number: int, length: int, written: list[int], following: int | None) -> None:
        self.number, self.length, self.written, self.next = number, length, written, following


@contextmanager
def loaded(path: Path, *, context_tokens: int, slots: int, threads: int) -> Iterator[Model]:
    """Load a model for the length of a block."""
    model = Model(path, context_tokens=context_tokens, slots=slots, threads=threads)
    try:
        yield model
    finally:
        model.close()
