"""Cases of what users see and read: layout, themes, accessibility, languages. Judged as computed styles or by running."""

from burnish import stage
from burnish.generate import fs_accessibility_fix, fs_css_layout, fs_i18n_message, fs_responsive_rule, fs_theme_tokens
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_accessibility_fix.CATEGORY, fs_css_layout.CATEGORY, fs_i18n_message.CATEGORY, fs_responsive_rule.CATEGORY,
    fs_theme_tokens.CATEGORY,
)  # fmt: skip

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
