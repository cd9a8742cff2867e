"""Apps walked through in Chromium: right ones earn everything, what only looks like one earns little or nothing."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from burnish import chromium
from burnish.benchmarks.lovable.apps import App, make_apps
from burnish.benchmarks.lovable.controls import MOST_POINTS, write_controls
from burnish.benchmarks.lovable.folders import write_app
from burnish.benchmarks.lovable.judging import PATIENCE_SECONDS, Grade, grade_answers, grade_apps
from burnish.chromium import Browser
from burnish.errors import BurnishError
from burnish.fences import fence
from tests.boxes import hold
from tests.workspaces import ROOT, run

APPS = {app.id: app for app in make_apps(key=42)}
GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def only(app: App, *names: str) -> App:
    """Return the app with these journeys only."""
    return dataclasses.replace(app, journeys=tuple(one for one in app.journeys if one.name in names))


def grade(app: App, files: Mapping[str, str]) -> Grade:
    with hold("bubblewrap"):
        return grade_apps([(app, files)], workers=1)[0]


def changed(app: App, *edits: tuple[str, str]) -> dict[str, str]:
    """Return the reference with edits, each of which must hit."""
    files = dict(app.reference)
    for old, new in edits:
        hit = [name for name, text in files.items() if old in text]
        assert hit, old
        files |= {name: files[name].replace(old, new) for name in hit}
    return files


@pytest.mark.parametrize("name", ["tasks/1", "bookings/4"])
def test_references_earn_every_point_and_two_runs_give_the_same_grades(name: str) -> None:
    app = APPS[name]
    language = {"index.html": "html", "server.py": "python"}
    answer = "\n\n".join(fence(text, language=language[file]) for file, text in app.reference.items())
    with hold("bubblewrap"):
        first, second = (grade_answers([(app, answer)], workers=1) for _ in range(2))
    assert first == second
    (one,) = first
    assert (one.solved, one.points, one.reason, one.faults, one.outside) == (True, 1.0, "", (), ())


BROKEN = (
    ("notes/2", "keep", ("localStorage.setItem(APP.id", "sessionStorage.setItem(APP.id")),
    ("notes/2", "delete", ("entry.id !== id", "entry.id < id")),
    ("tasks/1", "refuse", ("if (problem.textContent) return;", "")),
    ("tasks/3", "mark-up", ("node.append(text);", "node.innerHTML = text;")),
    ("contacts/3", "guard", ("other.id !== id && other[key] === value", "false")),
    ("board/2", "act", ("stages.length - 1)", "0)")),
    ("shopping/4", "restart", ('os.environ["DATABASE"]', '":memory:"')),
    ("shopping/4", "past the page", ("return self.reply(400", "return self.reply(200")),
)


@contextlib.contextmanager
def busy_machine() -> Iterator[None]:
    """Keep every processor computing something else."""
    loops = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in os.sched_getaffinity(0)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def test_grades_are_the_same_with_one_and_two_browsers_and_on_a_busy_machine() -> None:
    """Of a right app, one that forgets, and one that needs half as long again as the first look at it lasts."""
    app = only(APPS["notes/2"], "add", "keep", "delete")
    forgets = changed(app, BROKEN[0][2])
    slow = changed(app, ("!== id);\n  save();", f"!== id);\n  setTimeout(save, {1500 * PATIENCE_SECONDS});"))
    pairs = [(app, app.reference), (app, forgets), (app, slow)]
    with hold("bubblewrap"):
        one, two = (grade_apps(pairs, workers=workers) for workers in (1, 2))
        with busy_machine():
            hurried = grade_apps(pairs, workers=2)
    assert one == two == hurried
    every = ("add", "delete", "keep")
    assert [grade.passed for grade in one] == [every, ("add", "delete"), every]


@pytest.mark.parametrize("name", ["poll/1", "stock/4"])
def test_what_is_no_app_earns_next_to_nothing(name: str) -> None:
    app = APPS[name]
    controls = write_controls(app, key=7)
    with hold("bubblewrap"):
        grades = grade_apps([(app, files) for files in controls.values()], workers=2)
    points = dict(zip(controls, (one.points for one in grades), strict=True))
    assert set(points) == set(MOST_POINTS) and all(own <= MOST_POINTS[control] for control, own in points.items()), (
        points
    )
    assert not any(one.solved for one in grades)
    outside = dict(zip(controls, (one.outside for one in grades), strict=True))
    assert outside["reaches outside"] == ("https://api.example", "https://cdn.example", "wss://live.example")


@pytest.fixture(scope="module")
def broken() -> list[Grade]:
    """Return the grades of the broken apps, judged by one browser."""
    apps = [(only(APPS[name], journey), edit) for name, journey, edit in BROKEN]
    with hold("bubblewrap"):
        return grade_apps([(app, changed(app, edit)) for app, edit in apps], workers=1)


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[f"{name} {journey}" for name, journey, _ in BROKEN])
def test_a_broken_app_fails_the_journey_that_is_about_it(broken: list[Grade], number: int) -> None:
    found, journey = broken[number], BROKEN[number][1]
    assert not found.solved and found.points == 0 and found.reason.startswith(f"{journey}, step ")


def test_what_is_passed_is_what_makes_count() -> None:
    """Half of the journeys, and a page made badly, are worth half of the 70 and of what is left of the 30."""
    app = only(APPS["notes/2"], "add", "keep")
    careless = changed(
        app, ("localStorage.setItem(APP.id", "void (APP.id"), ('lang="en"', ""),
        ("main { max-width: 46rem;", "main { width: 900px;"), ("<main>", f"<main><img src='{GIF}'>"),
        ("load();", "load(); console.error('x'); fetch('https://count.example/');"),
    )  # fmt: skip
    found = grade(app, careless)
    assert found.passed == ("add",) and found.outside == ("https://count.example",)
    assert found.make["offline"] == 0 and found.make["widths"] == pytest.approx(1 / 3, abs=1e-6)
    assert found.make["accessibility"] == 0.5 and found.make["hygiene"] == 0.6
    assert {"accessibility: image-alt", "accessibility: html-has-lang", "360 px wide: something lies outside"} <= set(
        found.faults
    )
    assert 0.35 < found.points < 0.45


HOSTILE = (
    "while (true) {}", "for (;;) document.body.append('x'.repeat(1e6));", "location.reload()",
    "setInterval(() => { alert('x'); }, 1)", "for (let i = 0; i < 5000; i++) console.log('x'.repeat(9000))",
    "const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1));",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile() -> list[Grade]:
    """Return the grades of the hostile pages, each followed by an app that is right; a stuck page is given up sooner."""
    app = only(APPS["tasks/1"], "add")
    pages = [app.reference["index.html"].replace("const APP", f"{script}\nconst APP") for script in HOSTILE]
    pairs = [pair for page in pages for pair in ((app, {"index.html": page}), (app, app.reference))]
    with pytest.MonkeyPatch.context() as patch, hold("bubblewrap"):
        patch.setattr(Browser.call, "__kwdefaults__", {"target": "", "within_seconds": 10.0})
        return grade_apps(pairs, workers=1)


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=HOSTILE)
def test_a_hostile_page_loses_and_the_next_app_is_judged(hostile: list[Grade], number: int) -> None:
    bad, good = hostile[2 * number : 2 * number + 2]
    assert good.points == 1.0, good.reason
    assert not bad.solved or "console.log" in HOSTILE[number]


def test_a_page_that_forges_what_the_tester_reads_gains_nothing() -> None:
    """It replaces axe, the globals and prototypes that an examination uses; the tester's scripts have their own."""
    app = only(APPS["tasks/1"], "add")
    forge = """
    Object.defineProperty(window, "axe", { value: { run: async () => ({ violations: [] }) } });
    JSON.stringify = () => "[]"; Array.from = () => []; document.querySelectorAll = () => [];
    Element.prototype.getBoundingClientRect = () => ({ width: 50, height: 50, left: 0, right: 50, top: 0, bottom: 50 });
    """
    files = changed(
        app, ("load();", f"load();{forge}"), ("main { max-width: 46rem;", "main { width: 900px;"),
        ("<main>", f"<main><img src='{GIF}'>"),
    )  # fmt: skip
    found = grade(app, files)
    assert "accessibility: image-alt" in found.faults and found.make["widths"] < 1


def test_a_server_that_dies_or_stalls_loses_only_its_points() -> None:
    app = only(APPS["tasks/4"], "add", "refuse")
    programs = (
        "raise SystemExit(1)",
        "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
        "import time; time.sleep(60)",
    )
    with hold("bubblewrap"):
        grades = grade_apps([(app, {**app.reference, "server.py": program}) for program in programs], workers=1)
    for found in grades:
        assert (found.solved, found.points, found.runs) == (False, 0.0, False) and found.reason


def test_without_chromium_the_error_names_it_and_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chromium, "PROGRAM", tmp_path / "chromium")
    with pytest.raises(BurnishError, match=r"no Chromium at .*chromium; get it with: apt-get install chromium"):
        grade_apps([(APPS["tasks/1"], {})], workers=1)


def test_answers_without_an_app_get_no_point() -> None:
    answers = ("", "no code", "```python\nprint()\n```", "x" * 500_000, "\x00\ud800")
    page, served = only(APPS["tasks/1"], "add"), only(APPS["tasks/4"], "add")
    with hold("bubblewrap"):
        grades = grade_answers([(app, answer) for answer in answers for app in (page, served)], workers=1)
    assert all(one.points == 0 and one.reason for one in grades)
    assert all("holds no" in one.reason for one in grades[1::2])


def test_grade_prints_a_line_for_each_answer_and_last_how_many_shipped(tmp_path: Path) -> None:
    small = APPS["poll/1"]
    write_app(only(small, "add"), folder=tmp_path / "apps" / small.id)
    rows = [
        {"id": small.id, "answer": fence(small.reference["index.html"], language="html")},
        {"id": small.id, "answer": "-"},
    ]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = ["-m", "burnish.cli", "grade", "lovable-bench", "--answers", str(tmp_path / "answers.jsonl"), "--json"]
    result = run([str(ROOT / "bin" / "python"), *command, "--tasks", str(tmp_path / "apps")], cwd=ROOT)
    first, second, last = map(json.loads, result.stdout.splitlines())
    assert (first["solved"], first["points"], second["points"]) == (True, 1.0, 0.0)
    assert (last["solved"], last["total"], last["tasks"]) == (1, 2, 1)
