"""Category `fs_test_fixture`: a fixture of a fresh value, one that opens and closes, and one that writes a file."""

from burnish.generate.core import Category
from burnish.generate.fixture_files import FILE
from burnish.generate.fixture_resources import RESOURCE
from burnish.generate.fixture_values import VALUE

CATEGORY = Category(name="fs_test_fixture", family="testing", templates=(VALUE, RESOURCE, FILE))
