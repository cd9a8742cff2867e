"""Stored answers to LovableBench become figures and rows: a browser judges references, words, a page that reaches out."""

import json
from pathlib import Path

import pytest

from burnish import chromium, shards
from burnish.answer_rows import digest_reader
from burnish.benchmarks import lovable_scores
from burnish.benchmarks.lovable.apps import App, make_apps
from burnish.benchmarks.lovable.folders import write_app
from burnish.errors import BurnishError
from burnish.fences import fence
from tests.evaluate.held_out import write_answers
from tests.validate.tables import faults_in

APPS = [app for app in make_apps(key=42) if app.level == 1][:2]
LATER = [app for app in make_apps(key=42) if app.level == 2][:1]
WRONG = "I would rather not say."


def right(app: App) -> str:
    return fence(app.reference["index.html"], language="html")


@pytest.fixture
def where(tmp_path: Path) -> dict[str, Path]:
    for app in (*APPS, *LATER):
        write_app(app, folder=tmp_path / "apps" / app.id)
    said = {app.id: WRONG for app in (*APPS, *LATER)}
    outside = right(APPS[1]).replace("<body>", '<body><img alt="" src="http://example.org/a.png">', 1)
    base = write_answers(tmp_path / "base", said)
    release = write_answers(tmp_path / "release", {**said, APPS[0].id: right(APPS[0]), APPS[1].id: outside})
    return {"base": base, "release": release, "apps": tmp_path / "apps", "out": tmp_path / "out"}


def test_references_ship_words_do_not_and_two_runs_write_the_same_bytes(where: dict[str, Path]) -> None:
    figures = dict(lovable_scores.run(**where))
    assert (figures["apps"], figures["asked"]) == (3, 3)
    assert (figures["base"]["solved"], figures["release"]["solved"], figures["release"]["total"]) == (0, 2, 3)
    assert figures["base"]["points"]["mean"] == 0.0
    assert {level: own["mean"] for level, own in figures["difference"].items()} == {
        "1": 1.0, "2": 0.0, "all": pytest.approx(2 / 3, abs=1e-6)}  # fmt: skip
    assert (figures["base"]["reached_outside"], figures["release"]["reached_outside"]) == (0, 1)
    assert figures["release"]["made"]["offline"] == pytest.approx(1 / 3, abs=1e-6)
    rows = {(row["model"], row["id"]): row for row in shards.read_rows(where["out"])}
    assert len(rows) == 6 and {row["extractor"] for row in rows.values()} == {digest_reader("benchmarks.lovable.apps")}
    whole, reached = (rows["release", app.id] for app in APPS)
    assert whole["points"] == 1.0 and whole["outside"] == [] and whole["kind"] == APPS[0].kind
    assert reached["solved"] and 0.9 < reached["points"] < 1 and "example.org" in reached["outside"][0]
    assert faults_in(where["out"], table="lovable_result") == []
    kept = [path.read_bytes() for path in sorted(where["out"].iterdir())]
    assert json.dumps(lovable_scores.run(**where), sort_keys=True) == json.dumps(figures, sort_keys=True)
    assert [path.read_bytes() for path in sorted(where["out"].iterdir())] == kept


def test_where_nobody_asked_no_browser_is_needed_and_no_figure_is_given(
    where: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Path:
        raise BurnishError("no Chromium")

    monkeypatch.setattr(chromium, "require_chromium", missing)
    for name in ("base", "release"):
        write_answers(where[name], {})
    figures = dict(lovable_scores.run(**where))
    assert (figures["apps"], figures["asked"]) == (3, 0) and not {"base", "release"} & figures.keys()
    assert list(shards.read_rows(where["out"])) == []
    for name in ("base", "release"):
        write_answers(where[name], {APPS[0].id: WRONG})
    with pytest.raises(BurnishError, match="no Chromium"):
        lovable_scores.run(**where)


def test_models_that_were_asked_differently_and_apps_that_are_gone_are_refused(where: dict[str, Path]) -> None:
    write_answers(where["release"], {APPS[0].id: WRONG})
    with pytest.raises(BurnishError, match="only one of the two models was asked this in this way"):
        lovable_scores.run(**where)
    for name in ("base", "release"):
        write_answers(where[name], {"gone/0": WRONG})
    with pytest.raises(BurnishError, match="no task 'gone/0'"):
        lovable_scores.run(**where)
