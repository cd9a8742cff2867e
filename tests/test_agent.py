"""The loop of a model and its tools ends whatever the model does, and keeps what went on."""

import json
import math
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from burnish.agent import Bounds, Reply, Transcript, run_agent
from burnish.agent_models import ask_address, number_calls, read_reply
from burnish.agent_session import answer_question
from burnish.calls import read_calls, write_calls
from burnish.errors import BurnishError
from burnish.toolbox import Tool, Toolbox, parameters
from tests.chat_servers import Exchange, chatting

BOUNDS = Bounds(steps=6, calls_per_step=2, seconds=20)
NEVER = threading.Event()
QUESTION = [{"role": "user", "content": "How many?"}]


def toolbox() -> Toolbox:
    counted = iter(range(1000))
    return Toolbox([
        Tool("count", "Count.", parameters(), lambda: str(next(counted))),
        Tool("same", "Say the same.", parameters("of", of=("string", "Of what.")), lambda of="": f"same {of}"),
        Tool("sleep", "Sleep.", parameters(), lambda: f"slept {NEVER.wait(30)}"),
    ])  # fmt: skip


def calls(*names: str, **arguments: Any) -> str:
    return write_calls([{"name": name, "arguments": arguments} for name in names])


def talk(*answers: str, bounds: Bounds = BOUNDS) -> Transcript:
    """Run the loop with a model that gives `answers`, the last for ever."""
    waiting = list(answers)

    def ask(_: Sequence[Any], __: Sequence[Any], ___: float) -> Reply:
        text = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return Reply(text, read_calls(text))

    return run_agent(ask, toolbox=toolbox(), messages=QUESTION, bounds=bounds)


def test_calls_are_made_and_the_answer_is_in_words() -> None:
    found = talk(calls("count", "count"), "There are 2.")
    assert (found.end, found.answer) == ("answered", "There are 2.")
    assert [message["role"] for message in found.messages] == ["user", "assistant", "tool", "tool", "assistant"]
    assert [turn.outcome.text for turn in found.turns] == ["0", "1"]
    stored = json.loads(found.as_json())
    assert stored["turns"][0]["name"] == "count" and stored["end"] == "answered"


def test_calls_that_go_round_without_news_are_a_cycle() -> None:
    assert talk(calls("same")).end == "cycle"
    back_and_forth = talk(*[calls("same", of="a"), calls("same", of="b")] * 3)
    assert back_and_forth.end == "cycle" and len(back_and_forth.turns) == 6


def test_calls_with_news_go_on_until_the_steps_are_spent() -> None:
    found = talk(calls("count"))
    assert found.end == "steps" and len(found.turns) == BOUNDS.steps and found.answer == ""


def test_an_unknown_tool_is_told_and_the_talk_goes_on() -> None:
    found = talk(calls("guess"), "I can't guess.")
    assert "there is no function 'guess'; there are: count" in found.turns[0].outcome.text
    assert found.end == "answered"


def test_arguments_encoded_twice_are_told_once_and_then_end_it() -> None:
    twice = '<tool_call>[{"name": "same", "arguments": "{}"}]</tool_call>'
    assert talk(twice, "Sorry.").end == "answered"
    found = talk(twice)
    assert found.end == "unreadable" and "as an object and not as a text" in found.messages[2]["content"]


def test_a_flood_of_calls_is_cut_and_a_hang_ends_with_the_time() -> None:
    found = talk(calls(*["count"] * 5), "Done.")
    assert [turn.outcome.status for turn in found.turns] == ["done", "done", "refused", "refused", "refused"]
    started = time.monotonic()
    hung = talk(calls("sleep"), bounds=BOUNDS._replace(seconds=0.5))
    assert hung.end == "seconds" and hung.turns[0].outcome.status == "timeout" and time.monotonic() - started < 8


def test_silence_is_no_answer() -> None:
    assert talk("  ").end == "empty"


def test_openai_calls_are_decoded_once() -> None:
    def said(arguments: str) -> Reply:
        return read_reply({"content": None, "tool_calls": [{"function": {"name": "same", "arguments": arguments}}]})

    assert said('{"of": "a"}').reading.calls[0].arguments == {"of": "a"}
    assert said('"{\\"of\\": \\"a\\"}"').reading.outcome == "unreadable"
    assert said("{").reading.outcome == "unreadable"


def test_results_name_the_call_that_they_answer() -> None:
    made = [{"name": "same", "arguments": {"of": "é"}}, {"name": "count", "arguments": {}}]
    told = number_calls([*QUESTION, {"role": "assistant", "content": "", "tool_calls": made},
                         {"role": "tool", "content": "1"}, {"role": "tool", "content": "2"}])  # fmt: skip
    assert [call["id"] for call in told[1]["tool_calls"]] == [told[2]["tool_call_id"], told[3]["tool_call_id"]]
    assert json.loads(told[1]["tool_calls"][0]["function"]["arguments"]) == {"of": "é"}


def test_a_server_is_asked_and_the_transcript_is_stored(tmp_path: Path) -> None:
    def respond(exchange: Exchange) -> None:
        if exchange.body["messages"][-1]["role"] == "tool":
            exchange.say("There is 1.")
        else:
            assert exchange.body["tools"][0]["function"]["name"] == "count"
            call = {"id": "x", "type": "function", "function": {"name": "count", "arguments": "{}"}}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
            exchange.send(json.dumps({"choices": [{"message": message}]}).encode())

    with chatting(respond) as (address, _):
        found = answer_question("How many?", toolbox=toolbox(), gguf=Path("none.gguf"), url=address, model="m", steps=3,
                                seconds=20, out=tmp_path / "t.json")  # fmt: skip
    assert found.answer == "There is 1."
    assert json.loads((tmp_path / "t.json").read_text())["turns"][0]["result"] == "0"


@pytest.mark.parametrize(("respond", "seconds", "reason"), [
    (lambda exchange: exchange.send(b"{}"), 20.0, "has no choices"),
    (lambda exchange: exchange.send(b"<html>"), 20.0, "has no choices"),
    (lambda exchange: exchange.send(b'{"choices": [{"message": {"content": [1]}}]}'), 20.0, "with a text"),
    (lambda exchange: exchange.send(b'{"choices": [{"message": {"content": "", "tool_calls": 7}}]}'), 20.0, "with a text"),
    (lambda exchange: exchange.send(b"no", status=500), 20.0, "answered 500: no"),
    (lambda exchange: exchange.stall(), 0.7, "no whole answer within 0."),
])  # fmt: skip
def test_a_server_that_fails_ends_the_talk_with_the_reason(
    respond: Callable[[Exchange], None], seconds: float, reason: str
) -> None:
    with chatting(respond) as (address, _):
        ask = ask_address(address, model="m", answer_tokens=10)
        found = run_agent(ask, toolbox=toolbox(), messages=QUESTION, bounds=BOUNDS._replace(seconds=seconds))
    assert found.end == "failed" and reason in found.error


def test_bounds_that_allow_nothing_are_errors(tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="--steps 0 must be at least 1"):
        answer_question("?", toolbox=toolbox(), gguf=Path("x"), url="http://127.0.0.1:9/v1", model="m", steps=0,
                        seconds=1, out=tmp_path / "t")  # fmt: skip
    with pytest.raises(BurnishError, match="--seconds inf a number above 0"):
        answer_question("?", toolbox=toolbox(), gguf=Path("x"), url="http://127.0.0.1:9/v1", model="m", steps=1,
                        seconds=math.inf, out=tmp_path / "t")  # fmt: skip
