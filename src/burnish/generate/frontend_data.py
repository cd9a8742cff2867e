"""Cases of data in a front end: requests, forms, optimistic updates, local storage. Run in Node."""

from burnish import stage
from burnish.generate import fs_fetch_client, fs_form_validation, fs_local_storage, fs_optimistic_update
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_fetch_client.CATEGORY,
    fs_form_validation.CATEGORY,
    fs_local_storage.CATEGORY,
    fs_optimistic_update.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
