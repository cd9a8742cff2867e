"""Cases of front-end components: forms, dialogs, tables, stores. HTML is judged as a parsed document, code by running it."""

from burnish import stage
from burnish.generate import fs_html_form, fs_state_reducer
from burnish.generate.cases import stage_run

CATEGORIES = (fs_html_form.CATEGORY, fs_state_reducer.CATEGORY)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
