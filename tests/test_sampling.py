"""An answer depends on its request alone: not on order, company, interruption or a kill; both engines are real."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from burnish import engine, openai_sampler, sampling
from burnish.errors import BurnishError
from burnish.openvino_sampler import OpenvinoEngine
from burnish.sampling import Prompt, Sampled, Sampling, sample
from tests.export.tiny import tiny, tiny_gguf

__all__ = ["tiny", "tiny_gguf"]
SOURCE = Path(sampling.__file__).parents[1]
WORDS = ("sort", "merge", "retry", "drain", "fill", "lock")
PROMPTS = [
    Prompt(f"{word} {number}", f"<|im_start|>user\n{word} queue {number}<|im_end|>\n<|im_start|>assistant\n")
    for number in range(3)
    for word in WORDS
]
GREEDY = Sampling(engine="openvino", max_new_tokens=16, temperature=0.0, top_p=1.0, samples=1, parallel=8, dtype="f32")
DRAWN = GREEDY.model_copy(update={"temperature": 1.0, "samples": 2})


@pytest.fixture
def gguf(tiny_gguf: Path) -> Path:
    return tiny_gguf / "f16.gguf"


def answers(gguf: Path, settings: Sampling = GREEDY, *, prompts: list[Prompt] = PROMPTS, **others: Any) -> Sampled:
    return sample(gguf, prompts, settings=settings, **{"seed": 1, "resume": None, **others})


def texts(sampled: Sampled) -> dict[tuple[str, int], str]:
    return {(answer.id, answer.turn): answer.text for answer in sampled.answers}


@pytest.mark.parametrize("settings", [GREEDY, DRAWN], ids=["greedy", "drawn"])
def test_answers_do_not_depend_on_order_or_company(gguf: Path, settings: Sampling) -> None:
    together = answers(gguf, settings)
    alone = answers(gguf, settings.model_copy(update={"parallel": 1}), prompts=PROMPTS[::-1])
    assert texts(together) == texts(alone)
    assert [answer.id for answer in together.answers[:: settings.samples]] == [prompt.id for prompt in PROMPTS]


def test_samples_of_one_prompt_differ_and_follow_the_seed(gguf: Path) -> None:
    first, other = answers(gguf, DRAWN), answers(gguf, DRAWN, seed=2)
    assert all(texts(first)[prompt.id, 0] != texts(first)[prompt.id, 1] for prompt in PROMPTS)
    assert texts(first) != texts(other)
    assert first.settings != other.settings


def test_greedy_answers_name_no_seed_and_no_batch(gguf: Path) -> None:
    described = sampling.describe(GREEDY, seed=1)
    assert described == sampling.describe(GREEDY.model_copy(update={"parallel": 3}), seed=2)
    assert described != sampling.describe(GREEDY.model_copy(update={"max_new_tokens": 17}), seed=1)


def test_finish_and_tokens_are_counted_without_the_end_token(gguf: Path) -> None:
    counter = OpenvinoEngine(gguf, GREEDY)
    for answer in answers(gguf).answers:
        assert answer.finish == ("length" if answer.tokens == GREEDY.max_new_tokens else "stop")
        assert "<|im_end|>" not in answer.text
    assert counter.encode("<|im_start|>user") != counter.encode("im_start user")


def test_each_file_is_read_by_its_own_vocabulary(gguf: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "renamed.gguf"
    renamed.write_bytes(gguf.read_bytes().replace(b"<|im_start|>", b"<|im_begin|>"))
    ids = OpenvinoEngine(gguf, GREEDY).encode("<|im_start|>")
    assert len(ids) == 1
    assert OpenvinoEngine(renamed, GREEDY).encode("<|im_begin|>") == ids
    assert len(OpenvinoEngine(renamed, GREEDY).encode("<|im_start|>")) > 1
    assert OpenvinoEngine(gguf, GREEDY).encode("<|im_start|>") == ids


def test_kept_answers_are_not_drawn_again(gguf: Path, tmp_path: Path) -> None:
    whole = answers(gguf, resume=tmp_path)
    (kept,) = tmp_path.glob("answers-*.jsonl")
    lines = kept.read_bytes().splitlines(keepends=True)
    kept.write_bytes(b"".join(lines[:5]) + lines[5][:7])
    again = answers(gguf, resume=tmp_path)
    assert again.answers == whole.answers
    assert 0 < again.new_tokens < whole.new_tokens
    assert answers(gguf, resume=tmp_path).new_tokens == 0


def start(gguf: Path, resume: Path) -> subprocess.Popen[bytes]:
    """Sample many long answers in a process of its own."""
    code = (
        "import tests.test_sampling as t; from pathlib import Path; "
        "settings = t.GREEDY.model_copy(update={'max_new_tokens': 96, 'parallel': 2}); "
        f"t.answers(Path({str(gguf)!r}), settings, resume=Path({str(resume)!r}))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{SOURCE}{os.pathsep}{SOURCE.parent}"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE)


def wait_for_lines(folder: Path, *, count: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while sum(path.read_bytes().count(b"\n") for path in folder.glob("*.jsonl")) < count:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_ended_run_goes_on_to_the_same_answers(gguf: Path, tmp_path: Path, how: signal.Signals) -> None:
    process = start(gguf, tmp_path)
    wait_for_lines(tmp_path, count=3, process=process)
    process.send_signal(how)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode != 0
    assert how == signal.SIGKILL or b"KeyboardInterrupt" in complaint
    settings = GREEDY.model_copy(update={"max_new_tokens": 96})
    assert answers(gguf, settings, resume=tmp_path).answers == answers(gguf, settings).answers


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"engine": "vllm"}, "engine = 'vllm'"),
        ({"samples": 2}, "2 samples at temperature 0"),
        ({"parallel": 0}, "parallel"),
        ({"top_p": 0.0}, "top_p = 0"),
    ],
)
def test_contradictory_settings_are_named(gguf: Path, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BurnishError, match=complaint):
        answers(gguf, GREEDY.model_copy(update=change))


def test_a_cut_file_is_an_error_and_no_crash(gguf: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(gguf.read_bytes()[:-9000])
    with pytest.raises(BurnishError, match="cut short"):
        answers(cut)


def test_a_format_that_the_engine_does_not_read_is_named(tiny_gguf: Path) -> None:
    with pytest.raises(BurnishError, match="reads f16 and Q8_0"):
        answers(tiny_gguf / "Q4_K_M.gguf")


def test_a_server_gives_the_answers_of_its_own_engine(gguf: Path) -> None:
    room = {"context_tokens": 128, "slots": 1, "threads": 1}
    wanted = engine.complete(
        gguf, [prompt.text for prompt in PROMPTS], max_tokens=64, context_tokens=128, slots=1, processes=1
    )
    with engine.serving(gguf, host="127.0.0.1", port=0, **room) as server:
        settings = GREEDY.model_copy(update={"engine": f"{server.address}/v1", "parallel": 2, "max_new_tokens": 64})
        got = answers(gguf, settings)
    assert [(answer.text, answer.finish, answer.tokens) for answer in got.answers] == [tuple(one) for one in wanted]
    assert {one.finish for one in wanted} == {"stop", "length"}, "both ways to end are compared"
    assert json.loads(got.settings)["engine"] == "server"


@contextmanager
def answering(respond: Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]) -> Iterator[str]:
    """Serve `respond(path, body) -> (status, JSON)` on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, value = respond(self.path, json.loads(body or b"{}"))
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def completion(body: dict[str, Any]) -> dict[str, Any]:
    choice = {"text": f"{body['seed']}", "finish_reason": "stop"}
    return {"choices": [choice], "usage": {"completion_tokens": 2}}


def test_a_busy_server_is_asked_again(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_sampler, "WAITS_SECONDS", (0.0, 0.0))
    asked: dict[int, int] = {}

    def respond(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path.endswith("/models"):
            return 200, {"data": [{"id": "tiny"}]}
        asked[body["seed"]] = asked.get(body["seed"], 0) + 1
        return (200, completion(body)) if asked[body["seed"]] == 2 else (503, {"error": "full"})

    with answering(respond) as address:
        got = answers(gguf, GREEDY.model_copy(update={"engine": address}))
    assert set(asked.values()) == {2}
    assert len({answer.text for answer in got.answers}) == len(PROMPTS), "each request has a seed of its own"
    assert {answer.tokens for answer in got.answers} == {1}


@pytest.mark.parametrize(
    ("status", "value", "complaint"),
    [(400, {"error": "prompt too long"}, "400.*prompt too long"), (200, {"choices": []}, "another form")],
)
def test_a_server_that_refuses_ends_the_run(gguf: Path, status: int, value: dict[str, Any], complaint: str) -> None:
    def respond(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return (200, {"data": [{"id": "tiny"}]}) if path.endswith("/models") else (status, value)

    with answering(respond) as address, pytest.raises(BurnishError, match=complaint):
        answers(gguf, GREEDY.model_copy(update={"engine": address}))


def test_no_server_is_an_error_that_says_so(gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_sampler, "WAITS_SECONDS", (0.0,))
    with pytest.raises(BurnishError, match="start the server"):
        answers(gguf, GREEDY.model_copy(update={"engine": "http://127.0.0.1:9/v1"}))
