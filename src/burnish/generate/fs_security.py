"""Preference category `fs_security`: code that withstands an exploit against code that works and is open to it."""

from burnish.generate.core import Category
from burnish.generate.security_access import OWNER, PATH, REDIRECT
from burnish.generate.security_input import HASH, MARKUP, SQL

CATEGORY = Category(name="fs_security", family="preferences", templates=(SQL, MARKUP, PATH, OWNER, REDIRECT, HASH))
