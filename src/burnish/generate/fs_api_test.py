"""Category `fs_api_test`: tests that send requests to a small application: one answer, refusals, lists and records."""

from burnish.generate.api_answers import ANSWER
from burnish.generate.api_creation import CREATION
from burnish.generate.api_reading import READING
from burnish.generate.core import Category

CATEGORY = Category(name="fs_api_test", family="testing", templates=(ANSWER, CREATION, READING))
