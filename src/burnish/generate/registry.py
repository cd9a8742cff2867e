"""Every category that there is, family by family. For people and tests: no stage imports this, so that none depends on all."""

from burnish.generate import database, http_backend
from burnish.generate.core import Category

CATEGORIES: tuple[Category, ...] = (
    *http_backend.CATEGORIES,
    *database.CATEGORIES,
)
