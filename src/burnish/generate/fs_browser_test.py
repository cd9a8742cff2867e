"""Category `fs_browser_test`: tests of a part of a page against a DOM: clicks, a form, a list that is searched."""

from burnish.generate.browser_clicks import WIDGET
from burnish.generate.browser_forms import FORM
from burnish.generate.browser_search import SEARCH
from burnish.generate.core import Category

CATEGORY = Category(name="fs_browser_test", family="testing", templates=(WIDGET, FORM, SEARCH))
