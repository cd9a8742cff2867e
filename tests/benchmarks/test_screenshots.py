"""Pictures to pages: the same page earns everything, a blank one nothing, and each part of the score moves by its own cause."""

from pathlib import Path

import pytest

from burnish import shards
from burnish.benchmarks import screenshot_pages
from burnish.benchmarks.screenshot_pages import ScreenshotPagesParams, admit, read_pages
from burnish.benchmarks.screenshots.blocks import Block, Layout
from burnish.benchmarks.screenshots.judging import grade_answers, grade_pages
from burnish.benchmarks.screenshots.made_pages import digest_pages, make_pages
from burnish.benchmarks.screenshots.matching import difference, match_layouts
from burnish.fences import fence
from tests.boxes import hold
from tests.validate.tables import faults_in

PAGES = make_pages(key=42)
BLACK, WHITE = (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)


def block(text: str, *, left: float = 0, top: float = 0, colour: tuple[float, ...] = BLACK) -> Block:
    return Block(text, left, top, 100, 20, colour, WHITE)


def layout(*blocks: Block) -> Layout:
    return Layout(1000, 500, blocks)


WANTED = layout(
    block("Invoices", top=0), block("Add invoice", top=100), block("Delete", top=200), block("Delete", top=300)
)


def test_there_are_24_pages_whose_texts_hang_on_the_key_alone() -> None:
    assert len(PAGES) == 24 and len({one.template for one in PAGES}) == 12 and len({one.page for one in PAGES}) == 24
    assert make_pages(key=42) == PAGES
    assert digest_pages(make_pages(key=43)) != digest_pages(PAGES)
    assert not any("<script" in one.page for one in PAGES)


def test_the_same_blocks_in_any_order_earn_everything_and_none_nothing() -> None:
    assert match_layouts(layout(*WANTED.blocks[::-1]), wanted=WANTED).score == 1.0
    assert match_layouts(layout(), wanted=WANTED).score == 0.0
    assert match_layouts(layout(block("Something else")), wanted=WANTED).score == 0.0


def test_each_part_falls_by_its_own_cause_alone() -> None:
    moved = match_layouts(layout(*(one._replace(left=one.left + 100) for one in WANTED.blocks)), wanted=WANTED)
    assert (moved.coverage, moved.text, moved.position, moved.colour) == (1.0, 1.0, 0.9, 1.0)
    red = match_layouts(layout(*(one._replace(colour=(255.0, 0.0, 0.0)) for one in WANTED.blocks)), wanted=WANTED)
    assert (red.coverage, red.text, red.position) == (1.0, 1.0, 1.0) and 0.3 < red.colour < 0.8
    half = match_layouts(layout(*WANTED.blocks[:2]), wanted=WANTED)
    assert half.coverage == pytest.approx(4 / 6, abs=1e-6) and half.score == half.coverage
    typo = match_layouts(layout(block("Invoyces"), *WANTED.blocks[1:]), wanted=WANTED)
    assert 0.9 < typo.text < 1.0 and typo.coverage == 1.0


def test_words_that_are_not_on_the_picture_cost_coverage() -> None:
    stuffed = layout(*WANTED.blocks, *(block(f"word {n} of padding", top=400) for n in range(12)))
    assert match_layouts(stuffed, wanted=WANTED).score == pytest.approx(8 / 20, abs=1e-6)


def test_a_block_of_another_size_or_kind_covers_nothing_more() -> None:
    huge = block("Delete")._replace(width=1000, height=500)
    assert match_layouts(layout(huge), wanted=WANTED).coverage == pytest.approx(2 * 2000 / (500_000 + 8000), abs=1e-6)
    picture = block("[picture]")._replace(width=1000, height=500)
    assert match_layouts(layout(picture), wanted=layout(block("[field]"))).score == 0.0


def test_colours_lie_apart_as_cielab_says() -> None:
    assert difference(BLACK, WHITE) == pytest.approx(100, abs=0.01)
    assert difference((255, 0, 0), (0, 0, 255)) == pytest.approx(176.3, abs=0.1)
    assert difference((10, 20, 30), (10, 20, 30)) == 0.0


def test_references_earn_100_and_what_is_no_page_next_to_nothing() -> None:
    with hold("bubblewrap"):
        earned = admit(PAGES[2:4], others=PAGES)
    assert earned["blank"] == 0.0 and earned["hidden"] == 0.0 and set(earned) >= {"picture", "words", "another page"}


def test_answers_are_read_like_a_chat_and_two_runs_give_the_same_grades() -> None:
    task = PAGES[0]
    answers = [fence(task.page, language="html"), "", "Sorry, I can't see it.", fence("<p>Hi", language="html")]
    with hold("bubblewrap"):
        first, second = (grade_answers([(task, answer) for answer in answers], workers=1) for _ in range(2))
    assert first == second
    assert [one.solved for one in first] == [True, False, False, False]
    assert (first[0].points, first[0].extracted, first[1].reason) == (1.0, True, "empty answer")
    assert first[2].points < 0.05 and not first[2].extracted


def test_what_a_page_wants_from_elsewhere_is_not_loaded_and_its_scripts_change_no_reading() -> None:
    task = PAGES[0]
    script = "<script>Element.prototype.getBoundingClientRect = document.createRange = () => ({});</script></main>"
    hostile = task.page.replace("</main>", script)
    outside = task.page.replace("<style>", '<link rel="stylesheet" href="https://cdn.example/x.css"><style>')
    with hold("bubblewrap"):
        grades = grade_pages([(task, hostile), (task, outside)])
    assert [grade.points for grade in grades] == [1.0, 1.0]


def test_without_judged_pages_the_table_needs_no_browser(tmp_path: Path) -> None:
    figures = screenshot_pages.run(ScreenshotPagesParams(key=42, judged_pages=0), out=tmp_path / "pages")
    assert figures["pages"] == 24 and figures["gate"] == {"references": 0, "pictures": 0, "controls": {}}
    assert read_pages(tmp_path / "pages") == PAGES
    assert {row["picture"] for row in shards.read_rows(tmp_path / "pages")} == {None}
    assert faults_in(tmp_path / "pages", table="shown_page") == []
