"""Every category that there is, family by family. For people and tests: no stage imports this and depends on all."""

from burnish.generate import (
    api_contracts,
    caching_async,
    components,
    database,
    frontend_data,
    http_backend,
    identity,
    operations,
    style,
    testing,
    typescript,
)
from burnish.generate.core import Category
from burnish.generate.trial import show_trial

CATEGORIES: tuple[Category, ...] = (
    *http_backend.CATEGORIES,
    *identity.CATEGORIES,
    *database.CATEGORIES,
    *caching_async.CATEGORIES,
    *api_contracts.CATEGORIES,
    *components.CATEGORIES,
    *style.CATEGORIES,
    *frontend_data.CATEGORIES,
    *typescript.CATEGORIES,
    *testing.CATEGORIES,
    *operations.CATEGORIES,
)


def try_category(name: str, *, count: int) -> None:
    """Draw, prove and show `count` cases a template of one category, for `burnish cases try`."""
    show_trial(CATEGORIES, name, count=count)
