"""Cases of data in a front end: requests, forms, optimistic updates, local storage. Run in Node."""

from burnish import stage
from burnish.generate import fs_form_validation
from burnish.generate.cases import stage_run

CATEGORIES = (fs_form_validation.CATEGORY,)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
