"""Verdicts on what a model wrote, made in another process; one that doesn't come in time makes a failed answer.

The caller's process neither runs nor parses an answer. Judges by `cases.py`, many answers at a time; when some of them
get no verdict, each is judged again by itself, so that only the one to blame fails.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from burnish.cases import verify_many
from burnish.child import Child, SilentError
from burnish.progress import Meter
from burnish.verdicts import Verdict, fail

CHUNK = 16
Pair = tuple[Mapping[str, Any], str]


class Judgement(NamedTuple):
    """A verdict, and whether it is there only because none came."""

    verdict: Verdict
    hung: bool


def judge_apart(pairs: Sequence[Pair], *, seconds: float, label: str) -> list[Judgement]:
    """Judge (verifier, answer) pairs, in order; equal ones once.

    `seconds` is the longest wait for the verdicts on CHUNK answers, and again for each of them alone.
    """
    keys = [json.dumps(pair, sort_keys=True) for pair in pairs]
    different = dict(zip(keys, pairs, strict=True))
    found: dict[str, Judgement] = {}
    with Meter(label, total=len(different)) as meter, _Court(seconds) as court:
        for start in range(0, len(different), CHUNK):
            chunk = list(different)[start : start + CHUNK]
            found.update(zip(chunk, court.judge([different[key] for key in chunk]), strict=True))
            meter.advance(len(chunk))
    return [found[key] for key in keys]


def answer(request: Sequence[Pair]) -> Iterator[list[Verdict]]:
    """Be the other process."""
    yield verify_many(request, workers=len(os.sched_getaffinity(0)), batch=False)


class _Court(contextlib.AbstractContextManager["_Court"]):
    """Holds the other process; after a wait that was too long there is another one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._child: Child | None = None

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        self._child = self._child or Child(__name__)
        try:
            (verdicts,) = self._child.ask(pairs, seconds=self._seconds)
        except SilentError as error:
            self.__exit__()
            if len(pairs) == 1:
                return [Judgement(fail(f"the verifier {error}"), hung=True)]
            return [judgement for pair in pairs for judgement in self.judge([pair])]
        return [Judgement(verdict, hung=False) for verdict in verdicts]

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.close()
        self._child = None
