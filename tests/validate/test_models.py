"""Sets of values that models say again are those that the stages draw from, and each table has a card that says what it is."""

from burnish import contamination
from burnish.answer_models import FULLSTACK_KINDS
from burnish.benchmarks.fullstack import tasks
from burnish.benchmarks.screenshots.made_pages import THEMES
from burnish.tables import OVERLAP_WAYS, PAGE_KINDS, TABLES
from burnish.track.cards import ABOUT


def test_values_that_are_said_twice_are_the_same() -> None:
    assert OVERLAP_WAYS == contamination.WAYS
    assert FULLSTACK_KINDS == tasks.KINDS
    assert tuple(THEMES) == PAGE_KINDS


def test_the_card_of_every_table_says_what_it_is() -> None:
    assert set(ABOUT) == set(TABLES)
