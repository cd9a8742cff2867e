"""Answers to pages to grades: both pages are opened in Chromium inside the sandbox and their blocks matched."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from burnish import chromium
from burnish.benchmarks.lovable.pages import HEIGHT, Unable, open_page
from burnish.benchmarks.lovable.serving import PageHost
from burnish.benchmarks.screenshots.blocks import Layout, read_layout
from burnish.benchmarks.screenshots.made_pages import WIDTH, Shown
from burnish.benchmarks.screenshots.matching import NOTHING, Match, match_layouts
from burnish.chromium import Browser, BrowserEnded, Refused
from burnish.fences import ALIASES, extract_code, find_blocks
from burnish.progress import Meter
from burnish.verdicts import fail

MOST_CHARACTERS = 400_000
SOLVED = 0.9  # of the points: the same texts nearly where they were
EMPTY = Layout(WIDTH, HEIGHT, ())
UNREAD = "the page can't be opened or examined"


class Grade(NamedTuple):
    """The verdict on one page: `points` is the score, `match` its parts. `runs`: the page shows something."""

    solved: bool
    points: float
    runs: bool
    extracted: bool
    match: Match
    reason: str


def grade_answers(pairs: Sequence[tuple[Shown, str]], *, workers: int) -> list[Grade]:
    """Judge chat answers, in order, in one browser: a page takes a tenth of a second, a second browser a second."""
    assert workers
    whole = [(task, answer.encode(errors="replace").decode()) for task, answer in pairs]
    found = [has_block(answer) for _, answer in whole]
    pages = [(task, extract_code(answer, language="html") if answer.strip() else "") for task, answer in whole]
    return [grade._replace(extracted=extracted) for grade, extracted in zip(grade_pages(pages), found, strict=True)]


def has_block(answer: str) -> bool:
    """Say whether an answer holds a block that may be a page."""
    names = ALIASES.get("html", frozenset({"html"}))
    return any(block.language in names or not block.language for block in find_blocks(answer))


def grade_pages(pairs: Sequence[tuple[Shown, str]]) -> list[Grade]:
    """Judge pages, in order.

    Raises:
        BurnishError: there is no Chromium or no sandbox for it, with the way to get it.
    """
    chromium.require_chromium()
    asked = list(dict.fromkeys([*(task.page for task, _ in pairs), *(page for _, page in pairs if _is_readable(page))]))
    layouts = dict(zip(asked, read_layouts(asked), strict=True))
    return [_grade(task, page, layouts) for task, page in pairs]


def read_layouts(pages: Sequence[str]) -> list[Layout | None]:
    """Return what each page shows; None where it can't be examined."""
    found: list[Layout | None] = []
    with Meter("pages", total=len(pages)) as meter:
        while len(found) < len(pages):
            with chromium.open_browser() as browser:
                for layout in _read_all(browser, pages[len(found) :]):
                    found.append(layout)
                    meter.advance()
    return found


def _read_all(browser: Browser, pages: Sequence[str]) -> Iterator[Layout | None]:
    """Yield layouts until the pages or the browser end; a page that ends the browser shows nothing."""
    for page in pages:
        try:
            yield _read(browser, page)
        except BrowserEnded:
            yield None
            return


def _read(browser: Browser, html: str) -> Layout | None:
    with open_page(browser, host=PageHost(html)) as page:
        try:
            page.set_width(WIDTH)
            page.open()
            return read_layout(page)
        except (Unable, Refused):
            return None


def _is_readable(page: str) -> bool:
    return bool(page.strip()) and len(page) <= MOST_CHARACTERS


def _grade(task: Shown, page: str, layouts: dict[str, Layout | None]) -> Grade:
    wanted = layouts[task.page]
    assert wanted is not None and wanted.blocks, "a page of our own shows something"
    if not _is_readable(page):
        reason = "empty answer" if not page.strip() else f"longer than {MOST_CHARACTERS} characters"
        return Grade(False, 0.0, False, False, NOTHING, reason)
    shown = layouts[page]
    match = match_layouts(shown or EMPTY, wanted=wanted)
    solved = match.score >= SOLVED
    reason = "" if solved else UNREAD if shown is None else f"{100 * match.score:.0f} of 100 points"
    return Grade(solved, match.score, bool(shown and shown.blocks), bool(page.strip()), match, fail(reason).reason)
