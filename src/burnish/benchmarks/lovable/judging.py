"""The tester of LovableBench: answers in, grades out. It alone knows the journeys and decides.

Points are 70 for journeys and 30 for how the page is made, the latter earned in the share of journeys that pass: a page on
which nothing works earns nothing for its looks. `solved` (shipped) is every journey.
"""

import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from burnish import chromium
from burnish.benchmarks.lovable.apps import App, find_files
from burnish.benchmarks.lovable.inspecting import MAKE, Look, inspect, require_axe
from burnish.benchmarks.lovable.language import Journey
from burnish.benchmarks.lovable.serving import TIMEOUT, TOO_LONG, Host, host_app
from burnish.benchmarks.lovable.walking import start_walk, walk_through
from burnish.chromium import Browser, BrowserEnded, Refused
from burnish.progress import Meter
from burnish.verdicts import fail

JOURNEY_POINTS = 0.7
# Of what is earned for how the page is made.
WEIGHTS: Mapping[str, float] = {"accessibility": 0.08, "widths": 0.08, "layout": 0.06, "hygiene": 0.04, "offline": 0.04}
# The references have 15,000.
MOST_CHARACTERS = 400_000
# References settle in a twentieth. Where something fails, a busy machine gets more time before it counts.
PATIENCE_SECONDS, SECOND_PATIENCE_SECONDS = 2.0, 8.0
LOST = "the browser ended or hung"
# Every journey enters something, as the first ones do: where these all fail, the others aren't waited for.
FOUNDATION = 2
UNFOUNDED = "not walked, since no journey before it holds"
NOT_LOOKED_AT = Look(dict.fromkeys(MAKE, 0.0), ())


class Grade(NamedTuple):
    """The verdict on one app.

    `passed` names the journeys that hold; `make` are the shares for how it is made, `faults` what costs them; `outside`
    lists the places that it tried to reach. `runs`: it opened. `reason` is the first journey's complaint.
    """

    solved: bool
    points: float
    passed: tuple[str, ...]
    runs: bool
    extracted: bool
    make: Mapping[str, float]
    faults: tuple[str, ...]
    outside: tuple[str, ...]
    reason: str


class Walked(NamedTuple):
    """One journey's complaint (empty: it holds), whether the app opened, the places it tried, and a look at its end."""

    complaint: str
    opened: bool
    outside: tuple[str, ...]
    look: Look | None


def grade_answers(pairs: Sequence[tuple[App, str]], *, workers: int) -> list[Grade]:
    """Judge chat answers, in order."""
    # half of a character can be in a string, but in no file
    whole = [(app, answer.encode(errors="replace").decode()) for app, answer in pairs]
    return grade_apps([(app, find_files(app, answer)) for app, answer in whole], workers=workers)


def grade_apps(pairs: Sequence[tuple[App, Mapping[str, str]]], *, workers: int) -> list[Grade]:
    """Judge apps, given as their files, in order, with `workers` browsers.

    A journey that fails is walked again when nothing else runs, before it counts: time may have decided, of which another
    app took a part.

    Raises:
        BurnishError: there is no Chromium, sandbox or axe-core, with the way to get it.
    """
    chromium.require_chromium()
    require_axe()
    first = _walk_all(pairs, workers=workers, again=[{} for _ in pairs])
    doubted = [index for index, walks in enumerate(first) if _is_doubtful(walks)]
    second = _walk_all([pairs[index] for index in doubted], workers=1, again=[first[index] for index in doubted])
    final = {**dict(enumerate(first)), **dict(zip(doubted, second, strict=True))}
    return [_sum_up(app, files, final[index]) for index, (app, files) in enumerate(pairs)]


Walks = dict[str, Walked]


def _is_doubtful(walks: Walks) -> bool:
    """Say whether time may have decided: some journeys hold and some don't, or something didn't answer in time."""
    complaints = [walked.complaint for walked in walks.values() if walked.complaint]
    return 0 < len(complaints) < len(walks) or any(one.endswith((LOST, TOO_LONG, TIMEOUT)) for one in complaints)


def _walk_all(pairs: Sequence[tuple[App, Mapping[str, str]]], *, workers: int, again: Sequence[Walks]) -> list[Walks]:
    """Walk the journeys of every app that haven't passed in `again`; each worker keeps a browser."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for index in range(len(pairs)):
        waiting.put(index)
    results: dict[int, Walks] = {}
    stopped = threading.Event()

    def work(meter: Meter) -> None:
        while not (stopped.is_set() or waiting.empty()):
            with chromium.open_browser() as browser:
                _serve(browser, meter)

    def _serve(browser: Browser, meter: Meter) -> None:
        """Judge apps until there are no more or one takes the browser with it."""
        while not stopped.is_set():
            try:
                index = waiting.get_nowait()
            except queue.Empty:
                return
            results[index], alive = walk_app(browser, *pairs[index], before=again[index])
            meter.advance()
            if not alive:
                return

    count = min(workers, len(pairs))
    if not count:
        return []
    with Meter("LovableBench", total=len(pairs)) as meter, ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(work, meter) for _ in range(count)]
        try:
            for future in futures:
                future.result()
        finally:
            stopped.set()
    return [results[index] for index in range(len(pairs))]


def walk_app(browser: Browser, app: App, files: Mapping[str, str], *, before: Walks) -> tuple[Walks, bool]:
    """Return what came of each journey, and whether the browser still lives. What passed in `before` isn't walked again."""
    if refusal := _refuse_unread(app, files):
        return _lose(app.journeys, refusal), True
    walks: Walks = {}
    with host_app(files) as host:
        for number, journey in enumerate(app.journeys):
            if number == FOUNDATION and all(walked.complaint for walked in walks.values()):
                return {**walks, **_lose(app.journeys[number:], UNFOUNDED)}, True
            if (known := before.get(journey.name)) and not known.complaint:
                walks[journey.name] = known
                continue
            if reason := host.begin():
                # what doesn't start now wouldn't for the next journey, and would keep everybody waiting
                return {**walks, **_lose(app.journeys[number:], reason)}, True
            looks = not any(walked.look for walked in walks.values())
            patience = SECOND_PATIENCE_SECONDS if before else PATIENCE_SECONDS
            try:
                walks[journey.name] = _walk(browser, host, journey, looks=looks, patience=patience)
            except (BrowserEnded, Refused):
                return {**walks, **_lose(app.journeys[number:], LOST)}, False
    return walks, True


def _lose(journeys: Sequence[Journey], reason: str) -> Walks:
    return {journey.name: Walked(f"{journey.name}: {reason}", False, (), None) for journey in journeys}


def _refuse_unread(app: App, files: Mapping[str, str]) -> str:
    if missing := [name for name in app.files if not files.get(name, "").strip()]:
        return f"the answer holds no {' and no '.join(missing)}"
    if sum(map(len, files.values())) > MOST_CHARACTERS:
        return f"longer than {MOST_CHARACTERS} characters"
    return ""


def _walk(browser: Browser, host: Host, journey: Journey, *, looks: bool, patience: float) -> Walked:
    with start_walk(browser, host=host, patience_seconds=patience) as walk:
        complaint = walk_through(walk, journey)
        look = inspect(walk.page) if looks and not complaint else None
        outside = tuple(sorted({place for page in walk.pages for place in page.outside}))
    opened = not complaint.startswith(f"{journey.name}, step 1 ")
    return Walked(complaint, opened, outside, look)


def _sum_up(app: App, files: Mapping[str, str], walks: Walks) -> Grade:
    passed = tuple(name for name, walked in walks.items() if not walked.complaint)
    outside = tuple(sorted({place for walked in walks.values() for place in walked.outside}))
    look = next((walked.look for walked in walks.values() if walked.look), NOT_LOOKED_AT)
    make = {**look.shares, "offline": float(bool(passed) and not outside)}
    share = len(passed) / len(app.journeys)
    earned = JOURNEY_POINTS + sum(WEIGHTS[name] * make[name] for name in MAKE)
    reason = next((walked.complaint for walked in walks.values() if walked.complaint), "")
    return Grade(
        solved=not reason, points=round(share * earned, 6), passed=passed,
        runs=any(walked.opened for walked in walks.values()), extracted=all(files.get(name) for name in app.files),
        make=make, faults=look.faults, outside=outside, reason=fail(reason).reason,
    )  # fmt: skip
