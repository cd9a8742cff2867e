"""Every category that there is, family by family. For people and tests: no stage imports this and depends on all."""

from burnish.generate import database, http_backend
from burnish.generate.core import Category
from burnish.generate.trial import show_trial

CATEGORIES: tuple[Category, ...] = (
    *http_backend.CATEGORIES,
    *database.CATEGORIES,
)


def try_category(name: str, *, count: int) -> None:
    """Draw, prove and show `count` cases a template of one category, for `burnish cases try`."""
    show_trial(CATEGORIES, name, count=count)
