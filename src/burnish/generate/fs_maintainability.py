"""Preference category `fs_maintainability`: code that others can call, extend and import safely, against code they can't.

Only what a test can show: state that outlives a call or is shared between objects, arguments that change, a list of kinds
that can't be extended, work that importing does.
"""

from burnish.generate.core import Category
from burnish.generate.upkeep_of_modules import EXTENSION, IMPORT
from burnish.generate.upkeep_of_state import ARGUMENT, DEFAULT, INSTANCE

CATEGORY = Category(
    name="fs_maintainability", family="preferences", templates=(DEFAULT, ARGUMENT, INSTANCE, EXTENSION, IMPORT)
)
