"""Cases of TypeScript: the answer must pass the type checker beside a file that uses it, then give the right values."""

from burnish import stage
from burnish.generate import fs_generic_function, fs_type_alias, fs_type_narrowing, fs_utility_type
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_generic_function.CATEGORY,
    fs_type_alias.CATEGORY,
    fs_type_narrowing.CATEGORY,
    fs_utility_type.CATEGORY,
)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
