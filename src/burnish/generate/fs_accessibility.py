"""Preference category `fs_accessibility`: markup that works for everyone against markup that looks the same.

Rules checked on the parsed document, named as axe-core names them where it has one: label, image-alt, button-name,
link-name, color-contrast (of inline colours, by WCAG 2's formula), aria-dialog-name, aria-required-attr, th-has-data-cells
(`header_cells`), tabindex and keyboard (no element that is only clickable). What needs a layout isn't checked.
"""

from burnish.generate.accessibility_contents import CONTRAST, DIALOG, PICTURE, TABLE
from burnish.generate.accessibility_controls import BUTTON, ICON, LABEL
from burnish.generate.core import Category

CATEGORY = Category(
    name="fs_accessibility", family="preferences", templates=(LABEL, BUTTON, ICON, PICTURE, TABLE, DIALOG, CONTRAST)
)
