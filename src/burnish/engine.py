"""llama.cpp for the rest of Burnish: its server for people and checks, and a loaded model for logits and completions.

The native code runs in a child process that ends with its parent: a file that crashes it, or a Ctrl-C in the middle of
a token, never takes more than that child. Bulk sampling isn't here (`sampling.py`); this is the engine that users run.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any

from burnish.errors import BurnishError
from burnish.llamacpp import Completion, Floats, Model, check_file, engine_version
from burnish.progress import Meter

SOURCE = Path(__file__).resolve().parents[1]
START = "import sys; from burnish.engine import answer_parent; answer_parent(int(sys.argv[1]))"
# Two threads that spin at each barrier lose a factor of three as soon as anything else wants a processor.
CHILD_ENVIRONMENT = {"OMP_WAIT_POLICY": "passive"}
END_SECONDS = 5.0
REQUEST_SECONDS = 600.0
DEFAULT_CONTEXT_TOKENS = 4096
PARALLEL_REQUESTS = 4
LONGEST_ANSWER = 1024


class Child:
    """A process with llama.cpp in it, and the line to it; threads that ask at once take turns."""

    def __init__(self, gguf: Path, role: str, **settings: Any) -> None:
        """Start it and wait until the model is loaded."""
        self.gguf = gguf
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-c", START, str(theirs.fileno())]
            paths = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))
            environment = {**os.environ, **CHILD_ENVIRONMENT, "PYTHONPATH": paths}
            descriptors = [theirs.fileno()]
            self._process = subprocess.Popen(command, pass_fds=descriptors, stdin=subprocess.DEVNULL, env=environment)
        self._line, self._turn = Connection(ours.detach()), Lock()
        try:
            self.ready = self.ask("open", role=role, gguf=gguf, **settings)
        except BaseException:
            self.close()
            raise

    def ask(self, what: str, **arguments: Any) -> Any:
        """Send one request and return its answer; an error over there is raised here."""
        return self._receive(what, arguments)

    def ask_many(self, what: str, **arguments: Any) -> Iterator[Any]:
        """Send one request and yield its answers until the end; one such at a time."""
        answer = self._receive(what, arguments)
        while answer is not None:
            yield answer
            answer = self._receive("next", {})

    def _receive(self, what: str, arguments: dict[str, Any]) -> Any:
        try:
            with self._turn:
                self._line.send((what, arguments))
                error, answer = self._line.recv()
        except (EOFError, OSError):
            status = self._process.wait()
            problem = f"llama.cpp ended unexpectedly (status {status})"
            raise BurnishError(f"{self.gguf}: {problem}; is the file intact? `dvc checkout` restores it") from None
        if error is not None:
            raise BurnishError(error)
        return answer

    def wait(self) -> None:
        """Wait until the process ends by itself."""
        self._process.wait()

    def close(self) -> None:
        """End the process."""
        self._line.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Engine:
    """A GGUF loaded by llama.cpp in a child process."""

    def __init__(self, child: Child) -> None:
        """Wrap a child that holds a model."""
        self._child = child
        self.version: str = child.ready["version"]

    def tokenise(self, text: str) -> list[int]:
        """Return token ids, special tokens parsed."""
        return list(self._child.ask("tokenise", text=text))

    def stop_tokens(self) -> dict[str, Any]:
        """Return `eos`, `eot` and `all` tokens that end generation."""
        return dict(self._child.ask("stop_tokens"))

    def logits(self, tokens: Sequence[int]) -> Floats:
        """Return the logits after each token (positions x vocabulary, float32), teacher-forced."""
        values: Floats = self._child.ask("logits", tokens=list(tokens))
        return values

    def complete(self, prompts: Sequence[str], *, max_tokens: int) -> Iterator[tuple[int, Completion]]:
        """Yield (number in `prompts`, greedy completion) as they end."""
        yield from self._child.ask_many("complete", prompts=list(prompts), max_tokens=max_tokens)


@contextmanager
def opened(gguf: Path, *, context_tokens: int, slots: int, threads: int) -> Iterator[Engine]:
    """Load `gguf` with room for `slots` sequences of `context_tokens` for the length of a block."""
    child = Child(gguf, "model", context_tokens=context_tokens, slots=slots, threads=threads)
    try:
        yield Engine(child)
    finally:
        child.close()


def complete(gguf: Path, prompts: Sequence[str], *, max_tokens: int, context_tokens: int, slots: int,
             processes: int) -> list[Completion]:  # fmt: skip
    """Return greedy completions of rendered `prompts`; equal on every run with equal settings.

    Each process has one thread, an equal share of the prompts and room for `slots` of them: two threads of one process
    take as long as one, since they wait for each other after every small product.
    """
    shares = [range(first, len(prompts), processes) for first in range(min(processes, len(prompts)))]
    done: dict[int, Completion] = {}
    with (
        Meter("llama.cpp answers", total=len(prompts)) as meter,
        ThreadPoolExecutor(processes) as pool,
        ExitStack() as stack,
    ):

        def answer(engine: Engine, share: range) -> None:
            for number, completion in engine.complete([prompts[n] for n in share], max_tokens=max_tokens):
                done[share[number]] = completion
                meter.advance()

        room = {"context_tokens": context_tokens, "slots": slots, "threads": 1}
        engines = [stack.enter_context(opened(gguf, **room)) for _ in shares]
        for _ in pool.map(answer, engines, shares):
            pass
    return [done[number] for number in range(len(prompts))]


class Server:
    """llama.cpp's own HTTP server on one GGUF: OpenAI's `/v1/chat/completions` and llama.cpp's further addresses."""

    def __init__(self, child: Child) -> None:
        """Wrap a child that serves."""
        self._child = child
        self.address: str = child.ready["address"]

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send JSON and return JSON; an error of the server is raised with its message."""
        with self._open(path, body) as response:
            return dict(json.load(response))

    def stream(self, messages: Sequence[Mapping[str, Any]], **settings: Any) -> Iterator[str]:
        """Yield the pieces of the answer to a chat as they are written."""
        body = {"messages": list(messages), "stream": True, **settings}
        with self._open("/v1/chat/completions", body) as response:
            for line in response:
                data = line.decode().strip().removeprefix("data:").strip()
                if data and data != "[DONE]":
                    for choice in json.loads(data)["choices"]:
                        yield choice["delta"].get("content") or ""

    def wait(self) -> None:
        """Wait until the server ends."""
        self._child.wait()

    def _open(self, path: str, body: Mapping[str, Any]) -> Any:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        try:
            return urllib.request.urlopen(request, timeout=REQUEST_SECONDS)
        except urllib.error.HTTPError as error:
            raise BurnishError(f"{self.address}{path}: {error.code}: {error.read().decode(errors='replace')}") from None


@contextmanager
def serving(gguf: Path, *, host: str, port: int, context_tokens: int, slots: int, threads: int) -> Iterator[Server]:
    """Serve `gguf` for the length of a block; port 0 takes a free one."""
    check_port(host, port)
    settings = {"host": host, "port": port, "context_tokens": context_tokens, "slots": slots, "threads": threads}
    child = Child(gguf, "server", **settings)
    try:
        yield Server(child)
    finally:
        child.close()


def check_port(host: str, port: int) -> None:
    """Raise when nothing can listen on `host` and `port`."""
    reason = "" if 0 <= port < 65_536 else "ports are 0 to 65535"
    try:
        if not reason:
            socket.create_server((host, port)).close()
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        way_out = "give another with --port, or 0 for any free one"
        raise BurnishError(f"port {port} of {host} can't be used ({reason}); {way_out}")


def serve(gguf: Path, *, host: str, port: int) -> None:
    """Serve `gguf` to OpenAI clients until Ctrl-C."""
    settings = {"context_tokens": DEFAULT_CONTEXT_TOKENS, "slots": PARALLEL_REQUESTS, "threads": processors()}
    with serving(gguf, host=host, port=port, **settings) as server:
        try:
            print(f"serving {gguf}\n  {server.address}/v1/chat/completions\nCtrl-C ends it", flush=True)
            server.wait()
        except KeyboardInterrupt:
            print("\nserver ended", flush=True)


def chat(gguf: Path, *, max_tokens: int = LONGEST_ANSWER) -> None:
    """Talk to `gguf` in the terminal; an empty line or Ctrl-D ends it, Ctrl-C ends an answer."""
    messages: list[dict[str, str]] = []
    settings = {"context_tokens": DEFAULT_CONTEXT_TOKENS, "slots": 1, "threads": processors()}
    with serving(gguf, host="127.0.0.1", port=0, **settings) as server:
        print(f"{gguf.name}; an empty line ends the chat", flush=True)
        while question := _question():
            messages.append({"role": "user", "content": question})
            answer = ""
            try:
                for piece in server.stream(messages, max_tokens=max_tokens):
                    answer += piece
                    print(piece, end="", flush=True)
            except KeyboardInterrupt:
                print(" [stopped]", end="")
            print(flush=True)
            messages.append({"role": "assistant", "content": answer})


def _question() -> str:
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return ""


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def answer_parent(descriptor: int) -> None:
    """Be the child: answer requests until the other end closes, then end at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = Connection(descriptor)
    session: Any = None
    pending: Iterator[Any] = iter(())
    try:
        while True:
            what, arguments = line.recv()
            try:
                if what == "open":
                    session = _OPENERS[arguments.pop("role")](**arguments)
                    answer = session.ready
                elif what == "next":
                    answer = next(pending, None)
                elif what == "complete":
                    pending = session.complete(**arguments)
                    answer = next(pending, None)
                else:
                    answer = getattr(session, what)(**arguments)
            except BurnishError as error:
                line.send((str(error), None))
            else:
                line.send((None, answer))
    except (EOFError, OSError):
        os._exit(0)


class _Loaded(Model):
    """The model of this process and the engine's version."""

    def __init__(self, *, gguf: Path, **settings: int) -> None:
        super().__init__(gguf, **settings)
        self.ready = {"version": engine_version()}


class _Served:
    """The server of this process and its address."""

    def __init__(self, *, gguf: Path, host: str, port: int, context_tokens: int, slots: int, threads: int) -> None:
        import xllamacpp

        check_file(gguf)
        params = xllamacpp.CommonParams()
        params.model.path, params.model_alias = str(gguf), {gguf.stem}
        params.hostnames, params.port = [host], port
        params.n_ctx, params.n_parallel = context_tokens * slots, slots
        params.cpuparams.n_threads = threads
        params.fit_params = params.warmup = False
        params.verbosity = 0
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise BurnishError(f"{gguf}: llama.cpp's server doesn't start on {host}:{port}: {error}") from None
        self.ready = {"address": self._server.listening_address}


_OPENERS: dict[str, Any] = {"model": _Loaded, "server": _Served}
