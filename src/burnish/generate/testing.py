"""Cases of testing: the written tests must pass on a good program and fail on each broken copy of it."""

from burnish import stage
from burnish.generate import fs_api_test, fs_browser_test, fs_property_test, fs_test_fixture, fs_unit_test
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_unit_test.CATEGORY,
    fs_api_test.CATEGORY,
    fs_browser_test.CATEGORY,
    fs_property_test.CATEGORY,
    fs_test_fixture.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
