"""Questions to any OpenAI-compatible server by `/chat/completions`: for each a reply, or why there is none.

Greedy, a bounded number in flight. Busy servers are asked again; each attempt has a limit of time and of size. What isn't an
answer of the model is a failure of one question; a server that can't be used at all is an error. Stores and judges nothing.
"""

import asyncio
import json
import math
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2

from burnish import agent_models
from burnish.calls import CLOSE, OPEN
from burnish.chat import Message
from burnish.errors import BurnishError
from burnish.tool_prompts import Tool

# A server that starts, restarts or is full says so by these.
TOKEN = re.compile(r"[!-~]+")
BUSY = (408, 409, 425, 429, 500, 502, 503, 504)
# These are about the address, the model or the credential, so every other question would meet them, too.
HOPELESS = (301, 302, 303, 307, 308, 401, 403, 404, 405)
WAITS_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
LONGEST_WAIT_SECONDS = 60.0
MOST_BYTES = 16 * 1024 * 1024
MOST_IN_A_ROW = 12
SHOWN_CHARACTERS = 200


class Server(NamedTuple):
    """Where a model is and how it is asked.

    `seconds` is the limit of one attempt, `waits` the pauses before further ones; `credential` names the environment
    variable of a bearer token.
    """

    address: str
    model: str
    max_tokens: int
    parallel: int
    seconds: float
    credential: str | None
    waits: Sequence[float]


class Question(NamedTuple):
    """What is asked, under the id of its task: a user's text or, where `messages` holds one, a chat with functions."""

    id: str
    text: str
    messages: Sequence[Message] = ()
    tools: Sequence[Tool] = ()


class Reply(NamedTuple):
    """The model's answer, why it ended, and its costs; or `failure`, which says why there is no answer."""

    text: str
    finish: str
    tokens: int | None
    seconds: float
    failure: str


class _UnusableError(Exception):
    """One attempt gave no answer; the message says why. `wait`: the server may answer after so many seconds."""

    def __init__(self, message: str, *, wait: float | None = None) -> None:
        super().__init__(" ".join(message.split())[: 2 * SHOWN_CHARACTERS])
        self.wait = wait


def check_server(server: Server) -> None:
    """Raise on settings that can't be."""
    if not server.address.startswith(("http://", "https://")):
        raise BurnishError(f"--url {server.address!r} isn't an http address; give one such as http://127.0.0.1:8080/v1")
    try:
        address = urlsplit(server.address)
        known = bool(address.hostname) and (address.port is None or address.port > 0)
    except ValueError:
        known = False  # a port beyond 65535, or half an IPv6 address
    if not known:
        raise BurnishError(f"--url {server.address!r} has no host or no port that can be; give one such as "
                           "http://127.0.0.1:8080/v1")  # fmt: skip
    if server.max_tokens < 1 or server.parallel < 1 or not 0 < server.seconds < math.inf:
        raise BurnishError("--max-tokens and --parallel start at 1, --request-seconds lies above 0 and ends")
    if server.credential is not None and not os.environ.get(server.credential):
        raise BurnishError(f"--credential {server.credential}: this environment variable isn't set; export it first")
    if server.credential is not None and not TOKEN.fullmatch(os.environ[server.credential]):
        raise BurnishError(f"--credential {server.credential}: this environment variable holds a space, a line's end or "
                           "a letter beyond ASCII, which no token has; export it again")  # fmt: skip


def ask_all(questions: Sequence[Question], *, server: Server, keep: Callable[[Question, Reply], None]) -> None:
    """Ask each question once and hand each reply to `keep` as it comes.

    Raises:
        BurnishError: the server can't be used: it says so, or `MOST_IN_A_ROW` questions in a row got no answer.
    """
    asyncio.run(_ask_all(questions, server=server, keep=keep))


async def _ask_all(questions: Sequence[Question], *, server: Server, keep: Callable[[Question, Reply], None]) -> None:
    waiting = iter(questions)
    streak = _Streak(server)
    token = os.environ[server.credential] if server.credential else ""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        client = httpx2.AsyncClient(
            headers=headers, timeout=None, limits=httpx2.Limits(max_connections=server.parallel)
        )
    except (ValueError, httpx2.InvalidURL) as error:
        raise BurnishError(
            f"no client for {server.address} can be made ({error}); look at the proxy settings"
        ) from None

    async def work() -> None:
        for question in waiting:
            reply = await _ask(client, question, server=server)
            keep(question, reply)
            streak.note(reply)

    async with client:
        workers = [asyncio.create_task(work()) for _ in range(min(server.parallel, len(questions)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


class _Streak:
    """Counts questions in a row that got no answer."""

    def __init__(self, server: Server) -> None:
        self._server, self._count = server, 0

    def note(self, reply: Reply) -> None:
        self._count = self._count + 1 if reply.failure else 0
        if self._count == MOST_IN_A_ROW:
            raise BurnishError(
                f"{self._server.address}: {self._count} questions in a row got no answer, the last because: {reply.failure}; "
                "look at the server, then run the same command again: what was answered is kept"
            )


async def _ask(client: httpx2.AsyncClient, question: Question, *, server: Server) -> Reply:
    """Ask until there is an answer or no more reason to wait."""
    waits: Iterator[float] = iter(server.waits)
    while True:
        began = time.monotonic()
        try:
            async with asyncio.timeout(server.seconds):
                data = await _attempt(client, question, server=server)
            text, finish, tokens = read_reply(data, calls=bool(question.tools))
            return Reply(text, finish, tokens, round(time.monotonic() - began, 3), "")
        except TimeoutError:
            return _fail(f"no whole answer within {server.seconds:g} s", began=began)
        except _UnusableError as problem:
            pause = next(waits, None)
            if problem.wait is None or pause is None:
                return _fail(str(problem), began=began)
            await asyncio.sleep(max(pause, problem.wait))


def _fail(failure: str, *, began: float) -> Reply:
    return Reply("", "failed", None, round(time.monotonic() - began, 3), failure)


async def _attempt(client: httpx2.AsyncClient, question: Question, *, server: Server) -> bytes:
    """Return the body of one response."""
    place = f"{server.address.rstrip('/')}/chat/completions"
    body: dict[str, Any] = {
        "model": server.model, "messages": question.messages or [{"role": "user", "content": question.text}],
        "temperature": 0, "max_tokens": server.max_tokens, "n": 1, "stream": False,
    }  # fmt: skip
    if question.tools:
        body["tools"] = [{"type": "function", "function": tool} for tool in question.tools]
    try:
        async with client.stream("POST", place, json=body) as response:
            data = bytearray()
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > MOST_BYTES:
                    raise _UnusableError(f"its response is longer than {MOST_BYTES} bytes")
    except httpx2.InvalidURL as error:
        raise BurnishError(f"--url {server.address!r} isn't an address ({error}); correct it") from None
    except httpx2.DecodingError as error:
        raise _UnusableError(f"its response can't be unpacked ({error})") from None
    except httpx2.HTTPError as error:
        raise _UnusableError(f"the connection failed ({type(error).__name__}: {error})", wait=0) from None
    if response.is_success:
        return bytes(data)
    said = f"it answered {response.status_code}: {data[:SHOWN_CHARACTERS].decode(errors='replace')}"
    if response.status_code in HOPELESS:
        raise BurnishError(f"{place}: {' '.join(said.split())}; {_way_out(response.status_code, server=server)}")
    raise _UnusableError(said, wait=_read_wait(response) if response.status_code in BUSY else None)


def _way_out(status: int, *, server: Server) -> str:
    if status in (401, 403):
        return "name the environment variable that holds its token: --credential NAME"
    return f"correct --url (it often ends in /v1) or --model ({server.model!r})"


def _read_wait(response: httpx2.Response) -> float:
    """Return how long a busy server asks to wait, as far as that can be waited for."""
    asked = response.headers.get("retry-after", "")
    return min(float(asked), LONGEST_WAIT_SECONDS) if asked.isascii() and asked.isdecimal() else 0.0


def read_reply(data: bytes, *, calls: bool = False) -> tuple[str, str, int | None]:
    """Return text, reason of its end and number of tokens of a response of `/chat/completions`.

    `calls`: functions were on offer, so calls that the server has read out of the answer become text again.

    Raises:
        _UnusableError: it isn't one, or holds something else than a text.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        shown = data[:SHOWN_CHARACTERS].decode(errors="replace")
        raise _UnusableError(f"its response isn't JSON: {shown!r}") from None
    try:
        choice = value["choices"][0]
        message, finish = choice["message"], choice.get("finish_reason")
        made = message.get("tool_calls") if calls else None
        content = write_made(made) if made else message["content"]
    except (KeyError, IndexError, TypeError, AttributeError):
        shown = json.dumps(value)[:SHOWN_CHARACTERS]
        raise _UnusableError(f"its response has no choices[0].message.content: {shown}") from None
    if content is None and finish == "length":
        # a model that thought until its tokens were spent has said nothing
        content = ""
    if not isinstance(content, str):
        shown = json.dumps(content)[:SHOWN_CHARACTERS]
        raise _UnusableError(f"its answer isn't a text: {shown}")
    return content, finish[:40] if isinstance(finish, str) else "unknown", _count_tokens(value)


def write_made(made: Any) -> str:
    """Return calls that a server has read as a text that `calls.py` reads alike; one that is none makes it unreadable."""
    reading = agent_models.read_reply({"tool_calls": made}).reading
    told = [call._asdict() for call in reading.calls] if reading.outcome == "calls" else [{"unreadable": made}]
    # a tag inside of an argument would end the text too early
    return OPEN + json.dumps(told, ensure_ascii=False).replace("<", "\\u003c") + CLOSE


def _count_tokens(value: Mapping[str, Any]) -> int | None:
    usage = value.get("usage")
    count = usage.get("completion_tokens") if isinstance(usage, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= MOST_BYTES else None
