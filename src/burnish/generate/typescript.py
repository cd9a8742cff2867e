"""Cases of TypeScript: the answer must pass the type checker beside a file that uses it, then give the right values."""

from burnish import stage
from burnish.generate import fs_generic_function
from burnish.generate.cases import stage_run

CATEGORIES = (fs_generic_function.CATEGORY,)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
