"""The engine serves OpenAI clients, answers alike on every run, and never leaves a process behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from burnish import engine, llamacpp
from burnish.errors import BurnishError
from tests.export.tiny import tiny, tiny_gguf

__all__ = ["tiny", "tiny_gguf"]
SOURCE = Path(engine.__file__).parents[1]
PROMPTS = [
    f"<|im_start|>user\n{word} the queue<|im_end|>\n<|im_start|>assistant\n" for word in ("sort", "merge", "retry")
]
SMALL = {"context_tokens": 128, "slots": 2, "threads": 1}
PARALLEL = {"context_tokens": 128, "slots": 2, "processes": 2}


@pytest.fixture
def gguf(tiny_gguf: Path) -> Path:
    return tiny_gguf / "Q8_0.gguf"


@pytest.fixture
def server(gguf: Path) -> Iterator[engine.Server]:
    with engine.serving(gguf, host="127.0.0.1", port=0, **SMALL) as running:
        yield running


def start(gguf: Path, port: int) -> subprocess.Popen[str]:
    """Serve in a process of its own, as `burnish serve` does."""
    call = f"serve(Path({str(gguf)!r}), host='127.0.0.1', port={port})"
    code = f"from burnish.engine import serve; from pathlib import Path; {call}"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    while "Ctrl-C ends it" not in (line := process.stdout.readline()):
        assert line, "ended before it served"
    return process


def children(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{process}").exists():
        assert time.monotonic() < deadline, f"process {process} is still there"
        time.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def stream(address: str, **body: Any) -> list[dict[str, Any]]:
    """Read a streamed answer as an OpenAI client does: server-sent events, the last of them [DONE]."""
    data = json.dumps({"model": "any", "stream": True, **body}).encode()
    request = urllib.request.Request(f"{address}/v1/chat/completions", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        events = [line.decode().strip() for line in response if line.strip()]
    assert events[-1] == "data: [DONE]"
    return [json.loads(event.removeprefix("data: ")) for event in events[:-1]]


def test_a_streamed_answer_is_the_whole_answer_in_pieces(server: engine.Server) -> None:
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": "sort the queue"}],
        "max_tokens": 12,
        "temperature": 0,
    }
    chunks = stream(server.address, **body)
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    pieces = [choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"]]
    assert sum(bool(piece) for piece in pieces) > 1, "it comes in pieces"
    whole = server.post("/v1/chat/completions", body)
    assert whole["model"] == "Q8_0"
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    assert [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]][-1] == "length"
    assert "".join(server.stream(body["messages"], max_tokens=12, temperature=0)) == "".join(pieces)


def test_an_error_of_the_server_is_told_in_its_words(server: engine.Server) -> None:
    with pytest.raises(BurnishError, match=r"/v1/chat/completions: 4\d\d"):
        server.post("/v1/chat/completions", {"messages": "not a list"})


def test_a_port_in_use_is_an_error_that_names_it(gguf: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BurnishError, match=rf"port {port} of 127.0.0.1 can't be used.*--port"):
            engine.serve(gguf, host="127.0.0.1", port=port)
    with pytest.raises(BurnishError, match="port 70000"):
        engine.serve(gguf, host="127.0.0.1", port=70_000)


def test_ctrl_c_ends_the_server_cleanly(gguf: Path) -> None:
    process = start(gguf, free_port())
    (child,) = children(process.pid)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "server ended" in output
    wait_until_gone(child)


def test_a_killed_server_leaves_no_child(gguf: Path) -> None:
    process = start(gguf, 0)
    (child,) = children(process.pid)
    process.kill()
    process.communicate()
    wait_until_gone(child)


def test_a_chat_answers_until_an_empty_line(gguf: Path) -> None:
    code = f"from burnish.engine import chat; from pathlib import Path; chat(Path({str(gguf)!r}), max_tokens=8)"
    done = subprocess.run(
        [sys.executable, "-c", code], input="sort it\nand now merge\n\n", capture_output=True, text=True, timeout=60,
        check=True, env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    assert done.stdout.count("> ") >= 3
    assert "an empty line ends the chat" in done.stdout


def test_completions_are_equal_on_every_run_and_in_the_order_of_the_prompts(gguf: Path) -> None:
    first = engine.complete(gguf, PROMPTS * 2, max_tokens=16, **PARALLEL)
    assert first == engine.complete(gguf, PROMPTS * 2, max_tokens=16, **PARALLEL)
    assert first[:3] == first[3:], "the slot doesn't matter"
    assert len({completion.text for completion in first}) > 1
    assert {completion.finish for completion in first} <= {"stop", "length"}
    assert all(completion.tokens == 16 for completion in first if completion.finish == "length")


def test_ctrl_c_in_the_middle_of_answers_ends_every_process(gguf: Path) -> None:
    call = f"complete(Path({str(gguf)!r}), {PROMPTS[:1]!r} * 20_000, max_tokens=64, context_tokens=128, slots=2, processes=2)"
    code = f"from burnish.engine import complete; from pathlib import Path; {call}"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, env=environment)
    deadline = time.monotonic() + 60
    while len(helpers := children(process.pid)) < 2:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(2)  # both are loaded and answer
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in errors
    for helper in helpers:
        wait_until_gone(helper)


def test_a_completion_is_what_the_server_writes(gguf: Path, server: engine.Server) -> None:
    (completion,) = engine.complete(gguf, PROMPTS[:1], max_tokens=10, **PARALLEL)
    body = {"prompt": PROMPTS[0], "n_predict": 10, "temperature": 0}
    assert server.post("/completion", body)["content"] == completion.text


def test_a_prompt_longer_than_the_context_gets_no_answer(gguf: Path) -> None:
    answers = engine.complete(gguf, ["word " * 200, PROMPTS[0]], max_tokens=4, **PARALLEL)
    assert answers[0] == ("", "length", 0)
    assert answers[1].tokens > 0


def test_logits_do_not_depend_on_what_was_read_before(gguf: Path) -> None:
    with engine.opened(gguf, **SMALL) as model:
        ids = model.tokenise(PROMPTS[0])
        first = model.logits(ids)
        model.logits(list(range(50, 90)))
        assert first.shape[0] == len(ids)
        assert np.array_equal(model.logits(ids), first)
        assert np.allclose(model.logits(ids[:3]), first[:3], atol=1e-3), "later tokens don't change earlier ones"


def test_threads_that_ask_at_once_each_get_their_own_answer(gguf: Path) -> None:
    with engine.opened(gguf, **SMALL) as model, ThreadPoolExecutor(4) as pool:
        alone = {first: model.logits(range(first, first + 8)) for first in range(20, 24)}
        asked = [(first, pool.submit(model.logits, range(first, first + 8))) for first in [*alone] * 25]
        assert all(np.array_equal(answer.result(), alone[first]) for first, answer in asked)


def test_a_broken_engine_is_an_error_and_not_a_crash(gguf: Path) -> None:
    with engine.opened(gguf, **SMALL) as model:
        os.kill(model._child._process.pid, signal.SIGSEGV)
        with pytest.raises(BurnishError, match=r"Q8_0.gguf: llama.cpp ended unexpectedly \(status -11\)"):
            model.tokenise("x")


@pytest.mark.parametrize("content", [b"", b"GGUF", b"not a model" * 100])
def test_what_is_no_gguf_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)
    with pytest.raises(BurnishError, match=r"bad\.gguf isn't a readable GGUF file"):
        engine.complete(path, ["x"], max_tokens=1, **PARALLEL)
    with pytest.raises(BurnishError, match=r"missing\.gguf is missing"):
        engine.serve(tmp_path / "missing.gguf", host="127.0.0.1", port=0)


def test_a_library_with_other_structures_is_refused() -> None:
    native = llamacpp.library()
    model, context = native.llama_model_default_params(), native.llama_context_default_params()
    assert llamacpp._fits(model, context)
    context.n_batch = 0
    assert not llamacpp._fits(model, context)
