"""Cases of what users see and read: layout, themes, accessibility, languages. Judged as computed styles or by running."""

from burnish import stage
from burnish.generate import fs_i18n_message
from burnish.generate.cases import stage_run

CATEGORIES = (fs_i18n_message.CATEGORY,)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
