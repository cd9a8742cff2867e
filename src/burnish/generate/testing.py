"""Cases of testing: the written tests must pass on a good program and fail on each broken copy of it."""

from burnish import stage
from burnish.generate import fs_unit_test
from burnish.generate.cases import stage_run

CATEGORIES = (fs_unit_test.CATEGORY,)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
