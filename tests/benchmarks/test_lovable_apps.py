"""The apps of LovableBench as data: what is asked, what is hidden, what is kept on disk."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

from burnish.benchmarks.lovable.apps import App, find_files, make_apps
from burnish.benchmarks.lovable.entries import summarise
from burnish.benchmarks.lovable.folders import digest_apps, read_apps, write_app
from burnish.benchmarks.lovable.kinds import KINDS, LEVELS
from burnish.benchmarks.lovable.language import ROLES, VERBS, Journey, Step, read_journeys, write_journeys
from burnish.benchmarks.lovable_bench import LovableBenchParams, run
from burnish.errors import BurnishError
from burnish.fences import fence
from burnish.files import digest_of

KEY = 42
APPS = make_apps(key=KEY)
PAGE, SERVED = APPS[0], APPS[3]
PARAMS = LovableBenchParams(key=KEY, control_key=7, judged_kinds=0, controlled_kinds=0)


def drawn(app: App) -> set[str]:
    """Return the names of entries in an app's journeys: they end in a number of three digits."""
    texts = [step.text for journey in app.journeys for step in journey.steps if step.do == "type"]
    return {text for text in texts if re.search(r" \d{3}$", text)}


def test_there_are_twelve_kinds_at_four_levels_and_a_level_asks_more_than_the_one_below() -> None:
    assert len(APPS) == len(KINDS) * len(LEVELS) == 48 and len({app.canary for app in APPS}) == 48
    for kind in KINDS:
        counts = [len(app.journeys) for app in APPS if app.kind == kind.id]
        assert counts == sorted(set(counts))


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.id)
def test_question_names_whatever_journeys_use_and_shows_none_of_their_data(app: App) -> None:
    names = drawn(app)
    assert names and not [name for name in names if name in app.prompt]
    for journey in app.journeys:
        for step in journey.steps:
            label = step.name.partition(" /api")[0]
            for name in names:
                label = label.replace(name, "NAME")
            if step.do in ("click", "type", "choose", "holds", "ticked"):
                assert label.replace("<b>NAME</b>", "NAME") in app.prompt, step.show()


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.id)
def test_every_journey_sees_data_that_it_entered(app: App) -> None:
    for journey in app.journeys:
        entered = {step.text for step in journey.steps if step.do in ("type", "ask")}
        seen = [step.name or step.text for step in journey.steps if step.do == "see" and step.role == "listitem"]
        assert seen and all(any(text in one for one in entered) for text in seen), journey.name


def test_another_key_draws_other_data_and_the_same_key_the_same() -> None:
    assert digest_apps(make_apps(key=KEY)) == digest_apps(APPS) != digest_apps(make_apps(key=KEY + 1))
    assert not drawn(PAGE) & drawn(make_apps(key=KEY + 1)[0])


def test_stage_writes_the_same_folders_each_time_and_they_are_read_back(tmp_path: Path) -> None:
    first, second = run(PARAMS, out=tmp_path / "first"), run(PARAMS, out=tmp_path / "second")
    assert first == second and digest_of(tmp_path / "first") == digest_of(tmp_path / "second")
    assert read_apps(tmp_path / "first") == APPS
    assert (first["apps"], first["kinds"], first["levels"]) == (48, 12, 4)


def test_a_changed_or_incomplete_folder_is_refused(tmp_path: Path) -> None:
    write_app(PAGE, folder=tmp_path / PAGE.id)
    (tmp_path / PAGE.id / "prompt.md").write_text("easier")
    with pytest.raises(
        BurnishError, match=r"prompt\.md isn't the file that its manifest names; `dvc repro lovable_bench`"
    ):
        read_apps(tmp_path)
    (tmp_path / PAGE.id / "prompt.md").unlink()
    with pytest.raises(BurnishError, match=r"lacks prompt\.md"):
        read_apps(tmp_path)
    with pytest.raises(BurnishError, match="holds no app"):
        read_apps(tmp_path / "none")


def test_journeys_come_back_from_json_as_they_were() -> None:
    for app in APPS:
        rows = json.loads(json.dumps(write_journeys(app.journeys)))
        assert read_journeys(rows, place="x") == app.journeys


def test_language_is_closed() -> None:
    for row, message in (
        ({"do": "evaluate", "text": "1"}, "is no step; verbs are: open, reload"),
        ({"do": "click", "role": "button", "css": "#a"}, "is no step"),
        ({"do": "click", "role": "button"}, "lacks name"),
        ({"do": "see", "role": "banner"}, "'banner' is no role of the language"),
        ({"do": "press", "text": "F5"}, "no key 'F5'; keys are: Enter"),
    ):
        with pytest.raises(BurnishError, match=message):
            read_journeys([{"name": "add", "steps": [row]}], place="task")
    used = {step.do for app in APPS for journey in app.journeys for step in journey.steps}
    roles = {step.role for app in APPS for journey in app.journeys for step in journey.steps if step.role}
    assert used <= set(VERBS) and roles <= ROLES


def test_a_step_reads_like_a_sentence() -> None:
    assert Step("click", "button", "Add task").show() == "click button 'Add task'"
    assert Step("count", "listitem", number=2).show() == "count listitem 2"
    assert read_journeys(write_journeys([Journey("a", (Step("ticked", name="x"),))]), place="x")[0].steps[0].number == 0


def test_summaries_are_those_a_person_would_work_out() -> None:
    kinds = {kind.id: kind for kind in KINDS}
    assert summarise(kinds["books"], [{"rating": "3"}, {"rating": "4"}, {"rating": "4"}]) == "Average rating: 3.7"
    assert summarise(kinds["books"], [{"rating": "1"}] * 19 + [{"rating": "2"}]) == "Average rating: 1.1"
    assert summarise(kinds["books"], []) == "Average rating: 0.0"
    assert summarise(kinds["tasks"], [{"ticked": True}, {"ticked": False}]) == "Open tasks: 1"
    votes = [{"name": "a", "votes": "0"}, {"name": "b", "votes": "2"}, {"name": "c", "votes": "2"}]
    assert summarise(kinds["poll"], votes) == "Leader: b" and summarise(kinds["poll"], votes[:1]) == "Leader: none"


def test_files_are_found_in_answers_as_models_write_them() -> None:
    page, server = "<!DOCTYPE html>\n<p>x</p>", "import os\nprint(os.name)"
    talk = f"Here it is.\n\n{fence(page, language='html')}\n\nEnjoy."
    assert find_files(PAGE, talk) == {"index.html": page} and find_files(PAGE, page) == {"index.html": page}
    both = f"`server.py`\n{fence(server, language='python')}\nindex.html:\n{fence(page, language='html')}"
    assert find_files(SERVED, both) == {"server.py": server, "index.html": page}
    assert find_files(SERVED, talk) == {"index.html": page} and find_files(PAGE, " ") == {}
    assert dataclasses.replace(SERVED, reference={"server.py": "", "index.html": ""}).files == (
        "server.py",
        "index.html",
    )
