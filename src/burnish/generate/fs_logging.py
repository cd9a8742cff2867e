"""Preference category `fs_logging`: logs that help and give nothing away, against logs that don't, read record by record."""

from burnish.generate.core import Category
from burnish.generate.logs_of_events import COST, INJECTION, SECRET
from burnish.generate.logs_of_failures import LEVEL, REQUEST, TRACE

CATEGORY = Category(
    name="fs_logging", family="preferences", templates=(SECRET, INJECTION, COST, TRACE, LEVEL, REQUEST)
)  # fmt: skip
