"""Calls what the author of a category wrote, so that a slip in it is one line that names the category and the template.

`draw()`, `verifier()` and texts that are functions run in this process: they may raise, never end, print, or return
something else. Says nothing about what they give when they keep to their types: `cases.py` proves that by execution.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from random import Random
from threading import current_thread, main_thread
from typing import Any, NamedTuple

from burnish.errors import BurnishError
from burnish.generate.core import Facts, Template, fill
from burnish.seeds import fingerprint

LIMIT_SECONDS = 60.0  # of one call, which takes a thousandth of a second: what takes so long doesn't end
SHOWN_CHARACTERS = 200
_LIBRARY = Path(os.__file__).parent


class MarkedFacts(NamedTuple):
    """The facts of one draw, and the mark that cases of equal facts share."""

    facts: dict[str, Any]
    mark: str


class _EndlessError(BaseException):
    """A call ran out of its time. No `except Exception` of an author keeps it."""


def draw_facts(template: Template, *, key: str, random: Random) -> MarkedFacts:
    """Draw the facts of one case of the family `key`; they must be a dict that JSON can hold."""
    facts = call_author(template.draw, random, key=key, name="draw()")
    with blame(key, doing="writing the facts of draw() as JSON"):
        return MarkedFacts(facts, fingerprint(key, json.dumps(facts, sort_keys=True)))


def fill_question(template: Template, facts: Facts, *, key: str, phrasing: int) -> str:
    """Return one phrasing of the question and the starter code, as near-duplicates are told by."""
    with blame(key, doing="filling its question"):
        return fill(template.ask[phrasing % len(template.ask)], facts) + fill(template.starter, facts)


def call_author(function: Callable[..., Any], *arguments: Any, key: str, name: str) -> dict[str, Any]:
    """Return what `function` of a template gives, which must be a dict."""
    with blame(key, doing=name):
        found = function(*arguments)
    if not isinstance(found, dict):
        raise BurnishError(f"{key}: {name} returned {_shorten(repr(found))}, not a dict; {_way_out(key)}")
    return found


@contextmanager
def blame(key: str, *, doing: str) -> Iterator[None]:
    """Run code that is, or calls, what the author of the family `key` wrote; what it prints goes to stderr.

    Raises:
        BurnishError: it raised, tried to end the process, or didn't end within `LIMIT_SECONDS`.
    """
    try:
        with redirect_stdout(sys.stderr), _limit_time(LIMIT_SECONDS):
            yield
    except _EndlessError:
        raise BurnishError(f"{key}: {doing} didn't end within {LIMIT_SECONDS:g} s; {_way_out(key)}") from None
    except BurnishError as error:
        if key in str(error):
            raise
        template = key.partition("/")[2]
        raise BurnishError(f"{key}: {str(error).removeprefix(f'{template}: ')}") from None
    except (Exception, SystemExit) as error:
        said = _shorten(f"{type(error).__name__}: {error}")
        raise BurnishError(f"{key}: {doing} raised {said} ({_place_of(error)}); {_way_out(key)}") from None


@contextmanager
def _limit_time(seconds: float) -> Iterator[None]:
    """Raise in the main thread after so many seconds; a timer that ran before goes on. Other threads have no limit."""
    if current_thread() is not main_thread():
        yield
        return
    handler = signal.signal(signal.SIGALRM, _stop)
    started = time.monotonic()
    waiting, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if waiting:
            rest = waiting - (time.monotonic() - started)
            signal.setitimer(signal.ITIMER_REAL, max(rest, sys.float_info.epsilon), interval)


def _stop(*_: object) -> None:
    raise _EndlessError


def _place_of(error: BaseException) -> str:
    """Return the file and line where the error arose, of the standard library's callers the innermost."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(_LIBRARY)]
    return f"{Path(own[-1].filename).name} line {own[-1].lineno}"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[:SHOWN_CHARACTERS]}..."


def _way_out(key: str) -> str:
    return f"correct it, and prove it by: burnish cases try {key.partition('/')[0]}"
