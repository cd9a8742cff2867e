"""What an author of a category can get wrong in code: each slip is one line that names the category and the template."""

import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from tests.generate.test_core import PARAMS, SUM, cases_of, draw, make_category, make_template

from burnish.errors import BurnishError
from burnish.executor import ExecutorParams, spread
from burnish.generate import authored
from burnish.generate.cases import make_cases
from burnish.generate.core import Category, Facts, Shape
from burnish.generate.preference_questions import draw_questions
from burnish.generate.trial import measure_room

WAY_OUT = "; correct it, and prove it by: burnish cases try fs_sum"
Draw = Callable[[Random], Any]


def boom(rng: Random) -> Any:
    raise ValueError("no\nname left")


def leave(rng: Random) -> Any:
    sys.exit(3)


def loud(rng: Random) -> dict[str, Any]:
    print("NOISE")
    return draw(rng)


def hang(rng: Random) -> Any:
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            continue


def message_of(category: Category) -> str:
    with pytest.raises(BurnishError) as caught:
        make_cases(category, params=PARAMS, seed=1, workers=1)
    return str(caught.value)


BAD_DRAWS: dict[str, tuple[Draw, str]] = {
    "raises": (boom, r"draw\(\) raised ValueError: no name left \(test_authored.py line \d+\)"),
    "raises inside the standard library": (
        lambda rng: rng.choice([]), r"draw\(\) raised IndexError: .* \(test_authored.py line \d+\)"),
    "ends the process": (leave, r"draw\(\) raised SystemExit: 3 \(test_authored.py line \d+\)"),
    "returns nothing": (lambda rng: None, r"draw\(\) returned None, not a dict"),
    "returns a list": (lambda rng: ["plus"] * 999, r"draw\(\) returned \['plus', .{191}\.\.\., not a dict"),
    "returns no facts": (
        lambda rng: {}, r"""filling its question raised KeyError: "no fact 'name' for «name»; .*" \(core.py line \d+\)"""),
    "returns no JSON": (
        lambda rng: {"n": {1}}, r"writing the facts of draw\(\) as JSON raised TypeError: Object of type set .*"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_DRAWS)
def test_a_bad_draw_is_one_line_with_its_family_and_the_way_out(name: str) -> None:
    bad, reason = BAD_DRAWS[name]
    template = make_template(draw=bad)
    category, wanted = make_category(template), f"fs_sum/plus: {reason}{re.escape(WAY_OUT)}"
    assert re.fullmatch(wanted, message_of(category))
    with pytest.raises(BurnishError, match=f"^{wanted}$"):
        draw_questions(category, template, quotas={"train": 2}, seed=1)
    with pytest.raises(BurnishError, match=f"^{wanted}$"):
        measure_room(category, template, seed=1)


def test_an_error_that_names_no_template_gets_its_name() -> None:
    def refuse(rng: Random) -> Any:
        raise BurnishError("draw_arguments: the role 'order' is a fact of its own")

    assert message_of(make_category(make_template(draw=refuse))).startswith(
        "fs_sum/plus: draw_arguments: the role 'order'"
    )
    shape = Shape(name="odd", code="«n»", mutants=(("give «n»", "0"),))
    assert message_of(make_category(make_template(shapes=(shape,)))).startswith(
        "fs_sum/plus: shape 'odd': the text 'give "
    )


def test_a_draw_that_prints_leaves_stdout_and_the_cases_alone(capsys: pytest.CaptureFixture[str]) -> None:
    said, plain = cases_of(make_category(make_template(draw=loud))), cases_of(make_category())
    assert [case[4:] for case in said] == [case[4:] for case in plain]
    captured = capsys.readouterr()
    assert captured.out == "" and set(captured.err.split()) == {"NOISE"}


# A call that doesn't end ----------------------------------------------------------------------------------------------


@pytest.fixture
def ticks() -> Iterator[list[float]]:
    """Let a timer of somebody else's tick every half second, from a quarter of one on."""
    seen: list[float] = []
    handler = signal.signal(signal.SIGALRM, lambda *_: seen.append(time.monotonic()))
    signal.setitimer(signal.ITIMER_REAL, 0.25, 0.5)
    yield seen
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)


def test_a_draw_that_never_ends_is_ended_and_another_timer_goes_on(
    ticks: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authored, "LIMIT_SECONDS", 0.1)
    started = time.monotonic()
    assert (
        message_of(make_category(make_template(draw=hang))) == f"fs_sum/plus: draw() didn't end within 0.1 s{WAY_OUT}"
    )
    assert time.monotonic() - started < 5 and ticks == []
    while len(ticks) < 2 and time.monotonic() - started < 10:
        time.sleep(0.01)
    assert len(ticks) == 2 and ticks[0] - started > 0.2


def test_no_alarm_is_left_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)
    cases_of(make_category())
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_another_thread_draws_the_same_cases() -> None:
    found: list[Any] = []
    worker = threading.Thread(target=lambda: found.extend(cases_of(make_category())))
    worker.start()
    worker.join()
    assert [case.id for case in found] == [case.id for case in cases_of(make_category())]


def test_a_worker_process_is_bounded_too() -> None:
    executor = ExecutorParams(kind="local", address=None)
    with (
        pytest.raises(BurnishError, match=r"fs_sum/plus: draw\(\) didn't end within 0\.1 s"),
        spread(hang_within, [0.1, 0.1], executor=executor, processes=2) as results,
    ):
        list(results)


def hang_within(seconds: float) -> None:
    """Draw without an end in a process of its own."""
    authored.LIMIT_SECONDS = seconds
    cases_of(make_category(make_template(draw=hang)))


# Verifiers and texts --------------------------------------------------------------------------------------------------


def fails(facts: Facts, rng: Random) -> dict[str, Any]:
    raise RuntimeError("no hidden input")


BAD_CODE: dict[str, tuple[dict[str, Any], str]] = {
    "a verifier that raises": ({"verifier": fails}, r"verifier\(\) raised RuntimeError: no hidden input"),
    "a verifier that returns nothing": ({"verifier": lambda facts, rng: None}, r"verifier\(\) returned None, not a dict"),
    "a verifier of no kind": ({"verifier": lambda facts, rng: {"calls": []}}, "no verifier kind None; there are: python"),
    "a verifier that lacks its calls": (
        {"verifier": lambda facts, rng: {"kind": "python", "entry": "plus"}},
        r"judging by its verifier\(\) raised KeyError: 'calls' \(\w+.py line \d+\)"),
    "a text that raises": (
        {"shapes": (Shape(name="own", code=lambda facts: facts["gone"]), SUM)},
        r"filling its texts raised KeyError: 'gone' \(test_authored.py line \d+\)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_CODE)
def test_other_code_of_a_template_is_named_in_the_same_way(name: str) -> None:
    changes, reason = BAD_CODE[name]
    message = message_of(make_category(make_template(**changes)))
    assert re.match(f"fs_sum/plus: {reason}", message) and "\n" not in message


def test_an_interrupt_is_no_slip_of_an_author() -> None:
    with pytest.raises(KeyboardInterrupt), authored.blame("fs_sum/plus", doing="draw()"):
        raise KeyboardInterrupt
