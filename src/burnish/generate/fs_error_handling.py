"""Preference category `fs_error_handling`: code that stays right when a fault is put in against code that doesn't."""

from burnish.generate.core import Category
from burnish.generate.faults_in_calls import DETAIL, NARROW, SILENT, TIMEOUT
from burnish.generate.faults_in_steps import PARTIAL, RELEASE

CATEGORY = Category(
    name="fs_error_handling", family="preferences", templates=(PARTIAL, RELEASE, DETAIL, SILENT, TIMEOUT, NARROW)
)
