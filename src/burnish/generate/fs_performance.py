"""Preference category `fs_performance`: the same result by few steps against by many, counted and never timed."""

from burnish.generate.core import Category
from burnish.generate.performance_database import INDEX, JOIN
from burnish.generate.performance_steps import FIRST, LOADS, MEMBERS

CATEGORY = Category(name="fs_performance", family="preferences", templates=(JOIN, INDEX, MEMBERS, FIRST, LOADS))
