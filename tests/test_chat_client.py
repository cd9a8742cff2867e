"""What is no answer is one failure with its reason; what is hopeless is one error; the servers are real."""

import gzip
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from burnish import chat_client
from burnish.chat_client import MOST_IN_A_ROW, Question, Reply, Server, ask_all, check_server
from burnish.errors import BurnishError
from tests.chat_servers import Exchange, chatting

QUESTION = Question("one", "What is 6 times 7?")


def server(address: str, **changes: Any) -> Server:
    settings: dict[str, Any] = {
        "model": "tiny", "max_tokens": 16, "parallel": 2, "seconds": 5.0, "credential": None, "waits": (0.0, 0.0),
    }  # fmt: skip
    return Server(address, **{**settings, **changes})


def ask(respond: Callable[[Exchange], None], *questions: Question, **changes: Any) -> dict[str, Reply]:
    replies: dict[str, Reply] = {}
    with chatting(respond) as (address, _):
        ask_all(
            questions or (QUESTION,),
            server=server(address, **changes),
            keep=lambda question, reply: replies.update({question.id: reply}),
        )
    return replies


def raw(data: bytes, **more: Any) -> Callable[[Exchange], None]:
    return lambda exchange: exchange.send(data, **more)


def test_an_answer_comes_with_its_end_its_tokens_and_its_time() -> None:
    bodies: list[dict[str, Any]] = []

    def respond(exchange: Exchange) -> None:
        bodies.append(exchange.body)
        exchange.say("42", finish="length", tokens=2)

    reply = ask(respond)["one"]
    assert (reply.text, reply.finish, reply.tokens, reply.failure) == ("42", "length", 2, "") and reply.seconds >= 0
    assert bodies[0] == {
        "model": "tiny", "messages": [{"role": "user", "content": QUESTION.text}], "temperature": 0, "max_tokens": 16,
        "n": 1, "stream": False,
    }  # fmt: skip


def test_no_more_questions_are_in_flight_than_allowed() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def respond(exchange: Exchange) -> None:
        nonlocal now, most
        with lock:
            now, most = now + 1, max(most, now + 1)
        time.sleep(0.05)
        with lock:
            now -= 1
        exchange.say(exchange.question)

    questions = [Question(str(number), f"q{number}") for number in range(9)]
    replies = ask(respond, *questions, parallel=3)
    assert most == 3
    assert {name: reply.text for name, reply in replies.items()} == {one.id: one.text for one in questions}


def drop(exchange: Exchange) -> None:
    raise ConnectionResetError


@pytest.mark.parametrize(
    ("respond", "failure", "attempts"),
    [
        (Exchange.stall, "no whole answer within 0.4 s", 1),
        (drop, "the connection failed (RemoteProtocolError", 3),
        (raw(b'{"choices": [', length=500), "the connection failed (RemoteProtocolError", 3),
        (raw(b"out of memory", status=500), "it answered 500: out of memory", 3),
        (raw(b"full", status=503), "it answered 503: full", 3),
        (raw(b"prompt too long", status=400), "it answered 400: prompt too long", 1),
        (raw(b"<html>hello</html>"), "its response isn't JSON: '<html>hello</html>'", 1),
        (raw(b"\xff\xfe\x00"), "its response isn't JSON", 1),
        (raw(b"[" * 100_000), "its response isn't JSON", 1),
        (raw(b'"text"'), 'its response has no choices[0].message.content: "text"', 1),
        (raw(b'{"choices": []}'), "its response has no choices[0].message.content", 1),
        (raw(b"no gzip", Content_Encoding="gzip"), "its response can't be unpacked", 1),
        (lambda exchange: exchange.say(None), "its answer isn't a text: null", 1),
        (lambda exchange: exchange.say([17, 4, 99]), "its answer isn't a text: [17, 4, 99]", 1),
        (lambda exchange: exchange.say({"token_ids": [1]}), "its answer isn't a text: {", 1),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_one_failure_with_its_reason(
    respond: Callable[[Exchange], None], failure: str, attempts: int
) -> None:
    asked = 0

    def first_badly(exchange: Exchange) -> None:
        nonlocal asked
        if exchange.question == QUESTION.text:
            asked += 1
            respond(exchange)
        else:
            exchange.say("fine")

    replies = ask(first_badly, QUESTION, Question("two", "another"), seconds=0.4 if respond is Exchange.stall else 5.0)
    assert replies["one"].failure.startswith(failure), replies["one"].failure
    assert (replies["one"].text, replies["one"].finish, asked) == ("", "failed", attempts)
    assert len(replies["one"].failure) < 500
    assert replies["two"].text == "fine", "one failure is no other question's"


def test_a_server_that_repeats_for_ever_is_cut_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_client, "MOST_BYTES", 1_000_000)
    assert "its response is longer than 1000000 bytes" in ask(Exchange.repeat_for_ever)["one"].failure


def test_a_server_that_repeats_slowly_is_cut_by_time() -> None:
    def drip(exchange: Exchange) -> None:
        exchange.send(b" ", length=10_000)
        for _ in range(40):
            time.sleep(0.05)
            exchange.handler.wfile.write(b" ")

    began = time.monotonic()
    assert "no whole answer within 0.3 s" in ask(drip, seconds=0.3)["one"].failure
    assert time.monotonic() - began < 10


def test_odd_answers_are_answers() -> None:
    said = {
        "long": "x" * 1_000_000, "empty": "", "binary": "\x00\x01\ud800\uffff", "none spoken": None, "packed": "fine",
    }  # fmt: skip

    def respond(exchange: Exchange) -> None:
        if exchange.question == "packed":
            body = json.dumps({"choices": [{"message": {"content": "fine"}}], "usage": {"completion_tokens": True}})
            exchange.send(gzip.compress(body.encode()), Content_Encoding="gzip")
        else:
            finish = "length" if exchange.question == "none spoken" else "stop"
            exchange.say(said[exchange.question], finish=finish, tokens=None)

    replies = ask(respond, *(Question(name, name) for name in said))
    assert {name: reply.text for name, reply in replies.items()} == {**said, "none spoken": ""}
    assert {reply.tokens for reply in replies.values()} == {None}, "what isn't known isn't made up"
    assert replies["packed"].finish == "unknown"


def test_a_busy_server_is_asked_again_after_the_time_it_names() -> None:
    asked: list[float] = []

    def respond(exchange: Exchange) -> None:
        asked.append(time.monotonic())
        if len(asked) == 1:
            exchange.send(b"full", status=429, Retry_After="1")
        else:
            exchange.say("42")

    reply = ask(respond)["one"]
    assert reply.text == "42" and asked[1] - asked[0] >= 1
    assert reply.seconds < 1, "an answer's time is its own, without the wait"


@pytest.mark.parametrize(
    ("status", "way_out"),
    [(401, "--credential NAME"), (404, r"correct --url .* or --model \('tiny'\)"), (301, "correct --url")],
)
def test_what_no_question_can_mend_ends_the_run(status: int, way_out: str) -> None:
    with pytest.raises(BurnishError, match=f"{status}: no.*{way_out}"):
        ask(raw(b"no", status=status), *(Question(str(number), "q") for number in range(5)))


def test_many_failures_in_a_row_end_the_run() -> None:
    questions = [Question(str(number), "q") for number in range(2 * MOST_IN_A_ROW)]
    replies: list[Reply] = []
    with (
        chatting(raw(b"<html>")) as (address, asked),
        pytest.raises(BurnishError, match=r"in a row got no answer.*isn't JSON"),
    ):
        ask_all(questions, server=server(address), keep=lambda _, reply: replies.append(reply))
    assert MOST_IN_A_ROW <= len(replies) <= len(asked) < 2 * MOST_IN_A_ROW


def test_no_server_is_a_failure_that_says_so() -> None:
    replies: list[Reply] = []
    ask_all([QUESTION], server=server("http://127.0.0.1:9/v1"), keep=lambda _, reply: replies.append(reply))
    assert replies[0].failure.startswith("the connection failed (ConnectError")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"address": "localhost:8080"}, "isn't an http address"),
        ({"address": "http://127.0.0.1:99999/v1"}, "no port that can be"),
        ({"address": "http://:8080/v1"}, "has no host"),
        ({"seconds": float("inf")}, "lies above 0 and ends"),
        ({"max_tokens": 0}, "start at 1"), ({"parallel": 0}, "start at 1"), ({"seconds": 0.0}, "lies above 0"),
        ({"credential": "BURNISH_NO_SUCH_TOKEN"}, "BURNISH_NO_SUCH_TOKEN: this environment variable isn't set"),
    ],
)  # fmt: skip
def test_settings_that_can_not_be_are_named(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BurnishError, match=complaint):
        check_server(server("http://127.0.0.1:9/v1")._replace(**changes))


@pytest.mark.parametrize("token", ["sec\nret", "sec ret", "secré"])
def test_a_credential_that_no_header_holds_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("TINY_TOKEN", token)
    with pytest.raises(BurnishError, match="TINY_TOKEN: this environment variable holds") as caught:
        check_server(server("http://127.0.0.1:9/v1")._replace(credential="TINY_TOKEN"))
    assert "sec" not in str(caught.value)


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(BurnishError, match="isn't an address"):
        ask_all([QUESTION], server=server("http://[::bad/v1"), keep=lambda *_: None)


def test_the_credential_goes_to_the_server_and_only_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_TOKEN", "t0p")
    seen: list[str | None] = []

    def respond(exchange: Exchange) -> None:
        seen.append(exchange.handler.headers.get("Authorization"))
        exchange.say("42")

    ask(respond)
    ask(respond, credential="TINY_TOKEN")
    assert seen == [None, "Bearer t0p"]
