"""Cases of front-end components: forms, dialogs, tables, stores. HTML is judged as a parsed document, code by running it."""

from burnish import stage
from burnish.generate import (
    fs_accessible_dialog,
    fs_client_route,
    fs_data_table,
    fs_html_form,
    fs_list_filter,
    fs_react_component,
    fs_react_hook,
    fs_state_reducer,
)
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_accessible_dialog.CATEGORY,
    fs_client_route.CATEGORY,
    fs_data_table.CATEGORY,
    fs_html_form.CATEGORY,
    fs_list_filter.CATEGORY,
    fs_react_component.CATEGORY,
    fs_react_hook.CATEGORY,
    fs_state_reducer.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
